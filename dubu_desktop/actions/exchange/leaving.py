"""Records that leave a group's scope: named in the head of its next bundle, removed on its machine (sync.md §3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import leaving, scrub
from dubu_desktop.db.foldrows import Changes
from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.records import BY_TAG
from dubu_desktop.sync.segments import parse_base
from dubu_desktop.wire.codec import decode_facts, decode_rows
from dubu_desktop.wire.messages import Head, head_of_scope

if TYPE_CHECKING:
    from dubu_desktop.actions.exchange.accept import Touched

#: kinds whose audience never gets smaller, because what decides it is fixed when the record begins
_SETTLED = frozenset({"unit", "category", "rule_profile", "phrase", "group", "person", "visit"})


def may_leave(root: RecordState | None, group: bytes) -> bool:
    """Whether a record of the aggregate of `root` may one day leave the scope of `group` (empty: the office)."""
    if not group:
        return False
    if root is None:
        return True
    if root.kind.name in _SETTLED:
        return False
    return root.kind.name != "finding" or root.get("finder_group") != group


def name(desk: Desk, head: Head, peer: int, group: bytes, acked: int) -> Head:
    """The head of a bundle down, naming what the recipient was given and is no longer in its scope."""
    if not group:
        return head
    return head_of_scope(head, leaving.to_name(desk.conn, peer, group, head.base_position, acked), [])


def note_handed_back(desk: Desk, peer: int, records: Mapping[bytes, int]) -> None:
    """A restored office: what a spoke hands back {record: tag of its kind} it was given, and may have to be told of."""
    loose = [record for record, tag in records.items() if tag not in BY_TAG or BY_TAG[tag].name not in _SETTLED]
    leaving.note_given(desk.conn, peer, loose)


def take(desk: Desk, head: Head, touched: Touched) -> Changes:
    """Remove at a group what the office says has left its scope."""
    changes = Changes()
    if not head.left:
        return changes
    conn, ws = desk.conn, desk.ws

    def records_in(sealed: bytes) -> list[bytes]:
        base = parse_base(sealed, workspace=ws.profile.workspace)
        return [decode_facts(raw).record for raw in decode_rows(base.body, base.codec)]

    gone = leaving.remove(conn, head.left, ws.profile.side, records_in)
    if not gone.records:
        return changes
    scrub.note_due(conn, gone.photos, gone.kept)
    changes.merge(ws.fold.refold(conn, gone.roots))
    changes.kinds |= {BY_TAG[tag].name for tag in gone.kinds if tag in BY_TAG}
    touched.left = len(gone.records)
    return changes
