"""Records that leave a group's scope: named in the head of its next bundle, removed on its machine (sync.md §3.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import pasts, photos
from dubu_desktop.db import late, leaving, local, purging, queries, scope, scrub
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.db.links import Link
from dubu_desktop.db.workspace import get, put
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.ops import Actor, Dot, Op
from dubu_desktop.domain.records import BY_NAME, BY_TAG
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.container import room_in_head
from dubu_desktop.wire.messages import Head, head_of_scope

if TYPE_CHECKING:
    from dubu_desktop.actions.exchange.accept import Touched

#: bytes of a head that one record named in it takes
_NAMED = 18
#: at a group: the records that the last bundle taken named as reached late
_TOLD = "late"
_ID = 16


def may_leave(root: RecordState | None, group: bytes) -> bool:
    """Whether a record of the aggregate of `root` may one day leave the scope of `group` (empty: the office)."""
    if not group:
        return False
    if root is None:
        return True
    if root.kind.name in leaving.SETTLED:
        return root.kind.name == "unit" and bool(root.get("group"))
    return root.kind.name != "finding" or root.get("finder_group") != group


def name(desk: Desk, head: Head, peer: int, group: bytes, link: Link) -> Head:
    """The head of a bundle down, naming what the recipient was given and is no longer in its scope.

    Not before an office with former lives was answered in this one, with all volumes of one export: with its first
    answer the recipient hands back what those lives had told it (§3.8), and what it has removed it can no longer.
    """
    conn, most = desk.conn, min(leaving.MOST_NAMED, room_in_head(head) // (2 * _NAMED))
    answered, left, more = not head.lineage or link.answered, list[bytes](), False
    if answered:
        left, more = leaving.to_name(conn, peer, group, head.base_position, link.acked, most)
    came, others = late.to_name(conn, group, link.acked, most)
    if more or others:  # no acknowledgement of this bundle may stand for what it has no room for
        scope.next_change(conn)
        late.note(conn, others)
    return head_of_scope(head, left, came)


def note_handed_back(desk: Desk, peer: int, records: Mapping[bytes, int]) -> None:
    """A restored office: what a spoke hands back {record: tag of its kind} it was given, and may have to be told of."""
    settled = leaving.SETTLED - {"unit"}
    loose = [record for record, tag in records.items() if tag not in BY_TAG or BY_TAG[tag].name not in settled]
    leaving.note_given(desk.conn, peer, loose)


def note_late(desk: Desk, sender: Actor, ops: Iterable[Op]) -> None:
    """移交后到达: what a group did to records before it saw that they were handed to others, with effect (§3.5)."""
    side = desk.ws.side_of(sender)
    if side is not None:
        by_root: dict[bytes, list[Dot]] = {}
        for op in ops:
            by_root.setdefault(op.root, []).append(op.dot)
        _tell_purged(desk, by_root)
        if side == OFFICE:
            return
        found = late.outside(desk.conn, side, by_root)
        late.note(desk.conn, found)
        row = queries.row_of(desk.conn, "group", side)
        _tell_late(desk, found, row["name"] if row else "原来的组")


def _tell_purged(desk: Desk, ops: Mapping[bytes, Sequence[Dot]]) -> None:
    """Work for a record that was removed for good: it stands in the list without effect, and somebody should know."""
    for root, tag in purging.buried(desk.conn, ops).items():
        label = BY_TAG[tag].label if tag in BY_TAG else "记录"
        error = DubuError("D-262", kind=label, count=len(ops[root]))
        local.raise_alarm(desk.conn, error.code, error.what, desk.ws.clock.now_ms())


def _tell_late(desk: Desk, records: Iterable[bytes], who: str) -> None:
    for record in records:
        kind = queries.kind_of(desk.conn, record)
        if kind is not None:
            named = queries.names_of(desk.conn, kind, [record]).get(record) or ""
            error = DubuError("D-259", kind=BY_NAME[kind].label, number=named, who=who)
            local.raise_alarm(desk.conn, error.code, error.what, desk.ws.clock.now_ms())


def _not_told_yet(desk: Desk, records: Sequence[bytes]) -> list[bytes]:
    """Those of `records` that the bundle taken before this one did not name: the office repeats a name until it is
    answered, and an alarm that a person dismissed would be raised again.
    """
    told = get(desk.conn, _TOLD) or b""
    before = {told[i : i + _ID] for i in range(0, len(told), _ID)}
    if told or records:
        put(desk.conn, _TOLD, b"".join(records) or None)
    return [record for record in records if record not in before]


def take(desk: Desk, head: Head, touched: Touched) -> Changes:
    """Remove at a group what the office says has left its scope; say what a former group's work reached late."""
    changes = Changes()
    _tell_late(desk, _not_told_yet(desk, head.late), "原来的组")
    if not head.left:
        return changes
    conn, ws = desk.conn, desk.ws
    gone = leaving.remove(conn, head.left, ws.profile.side, partial(pasts.records_in, desk))
    if not gone.records:
        return changes
    photos.no_longer_due(desk)
    # what this side itself began never leaves its scope: the hub removed it for good
    purging.hide(conn, gone.begun)
    scrub.note_due(conn, gone.photos, gone.kept)
    changes.merge(ws.fold.refold(conn, gone.roots))
    changes.kinds |= {BY_TAG[tag].name for tag in gone.kinds if tag in BY_TAG}
    touched.left = len(gone.records)
    return changes
