"""Records of the folded tables whose create lost its effect: what it rested on was taken back, or told to be void."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from dubu_desktop.db import bulk, claims, leaving
from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import Before, Changes, next_change_no
from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.records import BY_TAG

_States = Mapping[bytes, RecordState]


def _shown(states: _States, row: Before, judge: bool) -> bool:
    """Whether the record of `row` is still one, of the same kind, and shown.

    Of a record that left this scope only what its own side wrote is here, and not shown.
    """
    state, own = states.get(row.uuid), states.get(row.root)
    if state is None or not state.exists or state.kind.tag != row.kind or not claims.belongs(state, row.root):
        return False
    return row.uuid == row.root or judge or (own is not None and own.exists)


def forget(
    conn: Connection, aggregates: Mapping[bytes, _States], before: dict[bytes, Before], judge: bool, changes: Changes
) -> set[bytes]:
    """Take those records out of every table and out of `before`, note them in `changes`; their roots.

    `before`: rows as they stood. `judge`: this is the hub.
    """
    gone = {
        record: row
        for record, row in before.items()
        if row.root in aggregates and not _shown(aggregates[row.root], row, judge)
    }
    if not gone:
        return set()
    if judge:
        leaving.note_gone(conn, sorted(gone))
    leaving.forget_rows(conn, sorted(gone))
    next_change_no(conn, 1)  # whoever was given them is told with a position above all it has
    for record, row in gone.items():
        del before[record]
        changes.changed.add(record)
        changes.changed_as[record] = BY_TAG[row.kind].name
        changes.kinds.add(BY_TAG[row.kind].name)
    roots = {row.root for row in gone.values()}
    # what is searched for stands under the root, whose document still holds the words of what went
    bulk.put(conn, t.search_todo, [{"record": before[root].id} for root in sorted(roots & before.keys())], "ignore")
    return roots
