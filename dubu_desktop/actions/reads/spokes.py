"""The computers that exchange with the office: whose, since when, last heard, in use or not; and open starters."""

from __future__ import annotations

from dataclasses import dataclass

from dubu_desktop.actions.exchange import trust
from dubu_desktop.actions.reads.parts import BAD, NEUTRAL, OK, WARN, Chip, say_wall
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import enrolments, links
from dubu_desktop.db.workspace import get_json
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.text import clean_line
from dubu_desktop.sync.roles import letter_of
from dubu_desktop.wire.messages import ReplicaStatus, RosterEntry

_DAY_MS = 24 * 3600 * 1000
_WORD = {ReplicaStatus.RETIRED: "已退役", ReplicaStatus.REVOKED: "已吊销"}
_STATE = {ReplicaStatus.ACTIVE: "active", ReplicaStatus.RETIRED: "retired", ReplicaStatus.REVOKED: "revoked"}


@dataclass(frozen=True, slots=True)
class SpokeRow:
    """One computer. `state`: active, retired, revoked. `silent_days`: None while nothing was ever heard of it.

    `office`: another computer of the office. `letter`: of a second or further computer. `since`, `changed`: moments in
    words; `reason` why it is out of use. `cutoff`: of a revoked one, the number of the last segment that counts.
    """

    replica: str
    group: str
    code: str
    side: str
    office: bool
    letter: str
    label: str
    since: str
    heard: str
    silent_days: int | None
    serial_in: int
    serial_out: int
    state: str
    reason: str
    changed: str
    cutoff: int | None
    word: str
    chip: Chip
    #: in use, and no answer to this office's present life came from it yet: it may hold what a restored office lacks
    awaited: bool = False

    @property
    def name(self) -> str:
        """第三组 B机; the first computer of a group is the group's own."""
        return f"{self.side} {self.letter}机" if self.letter else self.side


@dataclass(frozen=True, slots=True)
class StarterRow:
    """One starter nobody has answered yet."""

    id: str
    side: str
    letter: str
    made: str


def rows(r: Reader) -> list[SpokeRow]:
    """Every other copy of this workspace that the roster names: the office's first, then by group and age."""
    known = links.every(r.conn)
    found = trust.spokes(r.ws, r.conn) if r.ws.can_sign and r.ws.profile.is_hub else []
    found.sort(key=lambda e: (e.group != OFFICE, _code(r, e), e.valid_from_ms, e.replica_id))
    return [_row(r, e, known.get(e.replica, links.Link())) for e in found]


def awaited(r: Reader) -> list[str]:
    """Whose computers have not answered since this office was restored from a backup; nobody where it never was."""
    return [row.name for row in rows(r) if row.awaited] if get_json(r.conn, "lineage", {}) else []


def starters(r: Reader) -> list[StarterRow]:
    """The open ones, the newest first."""
    waiting = [each for each in enrolments.starters(r.conn) if each.open]
    return [
        StarterRow(e.eid.hex(), r.group_name(e.group), letter_of(e.role), say_wall(e.made_ms, r.today))
        for e in reversed(waiting)
    ]


def _code(r: Reader, entry: RosterEntry) -> str:
    return r.group_code(entry.group) if entry.group else ""


def _row(r: Reader, e: RosterEntry, link: links.Link) -> SpokeRow:
    me = r.ws.profile.actor.to_bytes().hex()
    answered = link.mine == me and link.serial_in > 0
    waits = e.status is ReplicaStatus.ACTIVE and not answered and bool(get_json(r.conn, "lineage", {}))
    silent = max(0, (r.ws.clock.now_ms() - link.heard_ms) // _DAY_MS) if link.heard_ms else None
    chip = Chip("恢复后还没对齐", WARN) if waits else _chip(r, e, silent)
    known = r.groups.get(e.group)
    return SpokeRow(
        replica=e.replica_id.hex(),
        group=e.group.hex(),
        code=str(known["code"]) if known else e.group_code,
        side=(known["name"] if known else e.group_code) if e.group else "办公室",
        office=not e.group,
        letter=letter_of(e.role),
        label=clean_line(e.label),
        since=say_wall(e.valid_from_ms, r.today) if e.valid_from_ms else "",
        heard=say_wall(link.heard_ms, r.today) if link.heard_ms else "",
        silent_days=silent,
        serial_in=link.serial_in,
        serial_out=link.serial_out,
        state=_STATE[e.status],
        reason=clean_line(e.reason),
        changed=say_wall(e.changed_ms, r.today) if e.changed_ms else "",
        cutoff=e.cutoff.number if e.cutoff is not None else None,
        word=chip.word,
        chip=chip,
        awaited=waits,
    )


def _chip(r: Reader, e: RosterEntry, silent: int | None) -> Chip:
    if e.status is not ReplicaStatus.ACTIVE:
        return Chip(_WORD[e.status], BAD if e.status is ReplicaStatus.REVOKED else NEUTRAL)
    if silent is None:
        return Chip("还没有来过包", NEUTRAL)
    if silent == 0:
        return Chip("今天来过包", OK)
    return Chip(f"{silent}天未来包", WARN if silent >= r.rules.desk.silent_bundle_days else NEUTRAL)
