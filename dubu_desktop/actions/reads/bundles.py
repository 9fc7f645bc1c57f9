"""The ledger of bundles, and the other workspace copies: what was sent, what is known to have been received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from dubu_desktop.actions.exchange import room
from dubu_desktop.actions.reads.parts import NEUTRAL, OK, WARN, Chip, say_wall
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import counts as figures
from dubu_desktop.db import enrolments, history, journal, links, scope
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.sync.roles import letter_of

#: how another computer of the office is called, at the hub
ANOTHER = "办公室另一台"
_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class BundleRow:
    """One bundle made or taken. `direction`: out, in. `peer`, `replica`: the other side's name, and which of its
    computers. `received`: what its receipt said, "" while none came.
    """

    sha256: str
    direction: str
    peer: str
    replica: str
    serial: int
    when: str
    at_ms: int
    file: str
    size: int
    records: int
    photos: int
    new: int
    changed: int
    same: int
    conflicts: int
    received: str
    chip: Chip
    body: dict[str, Any]
    #: when what it brought was taken back, "" while it was not
    undone: str = ""

    @property
    def title(self) -> str:
        """第12包 · 第三督导巡查组; of a volume 第12包 第2卷（共3卷） · 第三督导巡查组."""
        volume = _volume(self.body)
        return f"第{self.serial}包{volume and ' '}{volume} · {self.peer}"

    @property
    def sub(self) -> str:
        """When, how much, and what is known of its arrival."""
        if self.direction == "out":
            told = self.received or "对方尚未回执"
            return f"{self.when} 导出 · {self.records}条 照片{self.photos}张 · {told}"
        return f"{self.when} 收下 · 新增{self.new} 修改{self.changed} 冲突{self.conflicts}"


@dataclass(frozen=True, slots=True)
class PeerRow:
    """Another workspace copy. `waiting`: records not yet in a bundle to it (office) or not yet acknowledged (group)."""

    replica: str
    group: str
    name: str
    label: str
    heard_ms: int
    heard: str
    sent_ms: int
    sent: str
    serial_in: int
    serial_out: int
    received: str
    waiting: int
    silent_days: int | None
    #: what is known to exist and has not come: volumes of the newest bundle, a run of operations
    gap: str
    word: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class OriginalsHere:
    """Originals on a group's machine: how many; those the office holds twice over, which may go, and their bytes.

    `left`: files of photos this group added to what left its scope, which may be destroyed, and their bytes.
    """

    here: int
    safe: int
    size: int
    left: int
    left_size: int


def originals(r: Reader) -> OriginalsHere:
    """What a group keeps of originals, and what of it `free_originals` or `destroy_left_photos` would remove."""
    found = room.originals(r.ws, r.conn)
    return OriginalsHere(found.here, len(found.safe), found.size, len(found.left), found.left_size)


def ledger(r: Reader) -> list[BundleRow]:
    """Bundles made and taken, the newest first."""
    names = _peer_names(r)
    return [_bundle(r, row, names) for row in links.bundles(r.conn)]


def names(r: Reader) -> list[bytes]:
    """The hash of every bundle made or taken, the newest first."""
    return links.bundle_names(r.conn)


def rows(r: Reader, wanted: Sequence[bytes]) -> list[BundleRow]:
    """The bundles of these hashes, in their order."""
    known = _peer_names(r)
    return [_bundle(r, row, known) for row in links.bundles_with(r.conn, wanted)]


def newest_with(r: Reader, replica: str, limit: int) -> list[bytes]:
    """Hashes of the newest bundles exchanged with one computer; a spoke exchanges with the office alone."""
    found = (row.sha256 for row in links.bundles(r.conn) if not r.hub or _replica(row.peer) == replica)
    return list(islice(found, limit))


def taken_files(r: Reader) -> set[tuple[str, int]]:
    """(name, size) of the bundles taken so far."""
    return {(str(row.body.get("file", "")), row.size) for row in links.bundles(r.conn) if row.direction == "in"}


def _bundle(r: Reader, row: links.BundleRow, names: dict[int, str]) -> BundleRow:
    body = row.body
    out = row.direction == "out"
    by = "办公室" if not r.hub else names.get(row.peer, "对方")
    received = received_words(body.get("received"), by, _number(body.get("records")))
    photos_of = _number(body.get("photos_of"))
    lacking = photos_of - _number(body.get("photos"))
    if out:
        chip = Chip("已收", OK) if received else Chip("待回执", NEUTRAL)
    else:
        chip = Chip(f"照片待补{lacking}张", WARN) if lacking > 0 else Chip("已收下", OK)
    undone = _number(body.get("undone_ms"))
    if undone:
        chip = Chip("已撤销导入", NEUTRAL)
    return BundleRow(
        sha256=row.sha256.hex(),
        direction=row.direction,
        peer=names.get(row.peer, "未知来源"),
        replica=_replica(row.peer),
        serial=row.serial,
        when=say_wall(row.at_ms, r.today),
        at_ms=row.at_ms,
        file=str(body.get("file", "")),
        size=row.size,
        records=_number(body.get("records")),
        photos=_number(body.get("photos")),
        new=_number(body.get("new")),
        changed=_number(body.get("changed")),
        same=_number(body.get("same")),
        conflicts=_number(body.get("conflicts")),
        received=received,
        chip=chip,
        body=dict(body),
        undone=say_wall(undone, r.today) if undone else "",
    )


def _replica(number: int) -> str:
    return f"{number:016x}"


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _volume(body: Mapping[str, Any]) -> str:
    """第2卷（共3卷） of an export of several, else nothing."""
    part, parts = _number(body.get("part")), _number(body.get("parts"))
    return f"第{part}卷（共{parts}卷）" if parts > 1 else ""


def received_words(told: Any, by: str, sent: int = 0) -> str:
    """办公室已收 37/37 条，照片 112/112; nothing while no receipt came. `sent`: how many records the bundle spoke of.

    Of a bundle that was read after a later one no record is taken any more: that one told of them all (sync.md §3.8).
    """
    if not isinstance(told, dict):
        return ""
    records = f"{by}已收 {_number(told.get('records'))}/{_number(told.get('records_of'))} 条"
    if not _number(told.get("records_of")):
        records = f"{by}已收到" + ("，记录已由别的包带到" if sent else "")
    if not _number(told.get("photos_of")):
        return records
    return f"{records}，照片 {_number(told.get('photos'))}/{_number(told.get('photos_of'))}"


def _peer_names(r: Reader) -> dict[int, str]:
    out = {r.ws.profile.office.replica: "办公室"}
    for replica, side in r.ws.sides.items():
        hub = side == OFFICE and replica in r.ws.hubs
        out.setdefault(replica, "办公室" if hub else ANOTHER if side == OFFICE else r.group_name(side))
    return out


def peers(r: Reader, waiting: bool = True) -> list[PeerRow]:
    """The other workspace copies in use: at the hub every laptop of a group and the office's others; else the hub.

    Without `waiting` what has still to go is not counted (0): the workbench and the strip need not know.
    """
    known = links.every(r.conn)
    last = _last_received(r)
    if not r.hub:
        office = r.ws.profile.office.replica
        link, waits = known.get(office, links.Link()), unacknowledged(r)
        return [_peer(r, office, OFFICE, "", link, last.get(office, ""), waits, _volume_gaps(r, known).get(office, ""))]
    out = []
    gaps = _gaps(r, known) if waiting else {}
    above = scope.change_no(r.conn)
    found = enrolments.in_use(r.conn)
    for each in sorted(found, key=lambda e: (e.side == OFFICE, r.group_code(e.side) if e.side else "")):
        if each.side != OFFICE and each.side not in r.groups:
            continue  # a restored office may know a laptop again and not yet its group
        link = known.get(each.replica, links.Link())
        waits = scope.count_above(r.conn, each.side, link.acked) if waiting and link.acked < above else 0
        told = last.get(each.replica, ""), waits, gaps.get(each.replica, "")
        letter = letter_of(each.role)
        out.append(_peer(r, each.replica, each.side, f"{letter}机" if letter else "", link, *told))
    return out


def _gaps(r: Reader, known: dict[int, links.Link]) -> dict[int, str]:
    """{replica: what of it is known to be missing here}: volumes, else a run of operations."""
    broken = {a.replica for a in journal.actors(r.conn) if journal.gaps(r.conn, a)}
    return dict.fromkeys(broken, "中间有一段操作还没有来，收下它的下一个包就会补上") | _volume_gaps(r, known)


def _volume_gaps(r: Reader, known: dict[int, links.Link]) -> dict[int, str]:
    """{replica: which volumes of its newest bundle have not come}. An older one matters no more: bundles go on.

    The newest is the one with the highest serial taken on the link; a link that started over may have reached that
    number before, so that of those the one made last counts.
    """
    have: dict[int, dict[tuple[int, int], set[int]]] = {}
    for row in links.taken_at(r.conn, {peer: link.serial_in for peer, link in known.items()}):
        export = _number(row.body.get("made_ms")), _number(row.body.get("parts")) or 1
        have.setdefault(row.peer, {}).setdefault(export, set()).add(_number(row.body.get("part")) or 1)
    out = {}
    for peer, exports in have.items():
        _, parts = newest = max(exports)
        missing = [str(n) for n in range(1, parts + 1) if n not in exports[newest]]
        if missing:
            out[peer] = f"第{known[peer].serial_in}包缺第{'、'.join(missing)}卷（共{parts}卷）"
    return out


def _last_received(r: Reader) -> dict[int, str]:
    """{replica: what the newest receipt for a bundle to it said}."""
    out: dict[int, str] = {}
    names = _peer_names(r)
    for row in links.last_received(r.conn):
        by, sent = "办公室" if not r.hub else names.get(row.peer, "对方"), _number(row.body.get("records"))
        out[row.peer] = f"第{row.serial}包{_volume(row.body)}：{received_words(row.body['received'], by, sent)}"
    return out


def unacknowledged(r: Reader) -> int:
    """How many own ops the office is not known to hold (a group)."""
    own = [a for a in journal.actors(r.conn) if a.replica == r.ws.profile.actor.replica]
    link = links.load(r.conn, r.ws.profile.office.replica)
    waits = 0
    for actor in own:
        number = link.have.get(actor.to_bytes().hex(), 0)
        held = history.sealed_through(r.conn, actor, number) if number else 0
        waits += journal.last_seq(r.conn, actor) - held
    return waits


def _peer(
    r: Reader, replica: int, side: bytes, label: str, link: links.Link, received: str, waits: int, gap: str
) -> PeerRow:
    now = r.ws.clock.now_ms()
    silent = max(0, (now - link.heard_ms) // _DAY_MS) if link.heard_ms else None
    heard = say_wall(link.heard_ms, r.today) if link.heard_ms else ""
    if gap:
        word, tone = gap.split("，")[0], WARN
    elif silent is None:
        word, tone = "还没有来过数据包", NEUTRAL
    elif silent == 0:
        word, tone = f"最近来包 {heard}", OK
    else:
        word, tone = f"{silent}天未来包", WARN if silent >= r.rules.desk.silent_bundle_days else NEUTRAL
    return PeerRow(
        replica=_replica(replica),
        group=side.hex(),
        name="办公室" if replica == r.ws.profile.office.replica else ANOTHER if side == OFFICE else r.group_name(side),
        label=label,
        heard_ms=link.heard_ms,
        heard=heard,
        sent_ms=link.sent_ms,
        sent=say_wall(link.sent_ms, r.today) if link.sent_ms else "",
        serial_in=link.serial_in,
        serial_out=link.serial_out,
        received=received,
        waiting=waits,
        silent_days=silent,
        gap=gap,
        word=word,
        chip=Chip(word, tone),
    )


def photos_awaited(r: Reader) -> int:
    """How many photos this machine still waits for."""
    return figures.wanted(r.conn)
