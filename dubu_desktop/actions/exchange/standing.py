"""What the office says of a workspace copy after it was taken in: 退役 and 吊销 (sync.md §3.12). The hub alone speaks.

An entry only ever rises (sync/roster.py), so nothing said here can be taken back: a computer found again after all is
enrolled anew, and counts as another one.
"""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import trust
from dubu_desktop.actions.incarnation import renew
from dubu_desktop.db import enrolments, journal, links, local, quarantine
from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync import roster
from dubu_desktop.sync.roster import Cut
from dubu_desktop.wire.messages import Cutoff, Head, ReplicaStatus, Revocations, RosterEntry

_NOTHING = bytes(32)
#: further ends of one revoked copy named at most, the newest
_ENDS = 64


def pronounce(desk: Desk, entry: RosterEntry, status: ReplicaStatus, cutoff: Cutoff | None, reason: str) -> None:
    """Sign the entry anew with another standing, as the next version of this office's incarnation."""
    ws, conn = desk.ws, desk.conn
    said = entry.said_anew(
        hub=ws.profile.actor.to_bytes(),
        version=enrolments.next_version(conn),
        status=status,
        cutoff=cutoff,
        reason=reason[:200],
        changed_ms=ws.clock.now_ms(),
    )
    trust.keep(conn, roster.seal_entry(said, workspace=ws.profile.workspace, sign_private=ids.load(ws).sign_private))
    ws.roster_changed(conn)


def heard(desk: Desk, head: Head) -> bool:
    """What a bundle says of the roster, taken in (`trust.adopt`); True when anything rose.

    The hub may hear words of its own present life that are not the ones it remembers: its folder was copied back by
    hand from before it spoke them, and it has spoken others under the same version since. It then begins a new life, in
    which it says all it holds anew (D-257); who was called retired or revoked in the words that come stays so.
    """
    try:
        return trust.adopt(desk, head)
    except DubuError as error:
        if error.code != "D-216" or not desk.ws.profile.is_hub:
            raise
    _speak_anew(desk)
    alarm_rewound(desk, head)
    trust.adopt(desk, head)
    return True


def alarm_rewound(desk: Desk, head: Head) -> None:
    """D-257 with the name of the computer by whose bundle it showed: one that shows it again and again is at fault."""
    error = DubuError("D-257", label=trust.named(desk, head) or "一台电脑")
    local.raise_alarm(desk.conn, error.code, error.what, desk.ws.clock.now_ms())


def _speak_anew(desk: Desk) -> None:
    ws, conn = desk.ws, desk.conn
    former, cut = ws.profile.actor.to_bytes(), trust.cutoffs(ws, conn)
    renew(ws, conn, unsure=True)
    for signed in trust.entries(ws, conn).values():
        entry = signed.entry
        if entry.hub == former:
            pronounce(desk, entry, entry.status, entry.cutoff, entry.reason)
    trust.keep_lists(conn, [each for each in trust.lists(ws, conn) if each.revocations.hub != former])
    publish(desk, cut)


def last_held(conn: Any, replica: int) -> Cutoff:
    """The cut-off of a revocation spoken now: the last segment held of the newest incarnation that sealed any.

    With nothing held at all it stands before everything that incarnation may ever have written.
    """
    actors = [a for a in journal.actors(conn) if a.replica == replica]
    for actor in sorted(actors, reverse=True):
        end = journal.chain_end(conn, actor)
        if end is not None:
            return Cutoff(actor.to_bytes(), end.number, end.hash)
    link = links.load(conn, replica)
    first = Actor.from_bytes(bytes.fromhex(link.theirs)) if link.theirs else Actor(replica, 0, 0)
    return Cutoff((max(actors) if actors else first).to_bytes(), 0, _NOTHING)


def further_ends(desk: Desk, replica: int) -> list[Cutoff]:
    """Every segment held of a workspace copy that no other one held goes on from: of former lives, of further lines,
    below a gap. What leads to them was held when the revocation was spoken, and no cut-off alone would prove it.
    """
    held = quarantine.in_journal(desk.conn, replica)
    gone_on = {each.prev for each in held}
    ends = [Cutoff(each.actor.to_bytes(), each.number, each.hash) for each in held if each.hash not in gone_on]
    return ends[-_ENDS:]


def settle(desk: Desk, ends: dict[int, list[Cutoff]] | None = None) -> None:
    """At the hub: entries and list say the same of who is revoked; `ends`: what the list is to name besides.

    A list that came home to a restored office may name a copy whose entry still says it is in use, and the office's own
    list must name everybody that any entry or list names.
    """
    ws, conn = desk.ws, desk.conn
    cut = trust.cutoffs(ws, conn)
    known = trust.entries(ws, conn)
    late = {r for r, e in known.items() if r in cut and e.entry.status is not ReplicaStatus.REVOKED}
    for replica in sorted(late):
        pronounce(desk, known[replica].entry, ReplicaStatus.REVOKED, cut[replica][0], "按交回的吊销名单")
    for replica, further in (ends or {}).items():
        cutoff, *others = cut[replica]
        cut[replica] = (cutoff, *dict.fromkeys(end for end in (*others, *further) if end != cutoff))
    publish(desk, cut)


def publish(desk: Desk, cut: dict[int, Cut]) -> None:
    """Sign the bare list anew where it does not say `cut` yet; nothing is signed while nobody is revoked."""
    ws, conn = desk.ws, desk.conn
    lines = roster.lines_of(cut)
    held = trust.lists(ws, conn)
    if not lines or (held and held[0].revocations.items == lines):
        return
    said = Revocations(ws.profile.actor.to_bytes(), enrolments.next_version(conn), lines)
    key = ids.load(ws).sign_private
    sealed = roster.seal_revocations(said, workspace=ws.profile.workspace, sign_private=key)
    trust.keep_lists(conn, roster.join_lists(held, roster.SignedList(said, sealed), ends=True))
