"""One id claimed by two records: no honest program does it, and a program that does must not stop the others.

Most of it is refused at the door (places.py). What waits for its record is in no table yet, so that another record may
have taken its id by the time it counts. Then one of them is the record, whatever came first: that of the id's own
aggregate, then the one the office began, then the one whose root is lower. The other's ops are without effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from dubu_desktop.db import bulk, leaving
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import RecordState

#: which of two claims stands: the lower one
_Rank = tuple[bool, bool, bytes]


def settle(
    conn: Connection, aggregates: Mapping[bytes, Mapping[bytes, RecordState]], before: dict[bytes, Any]
) -> tuple[Mapping[bytes, Mapping[bytes, RecordState]], list[RecordState], set[bytes]]:
    """`aggregates` {root: {record: state}} without what another claim bars; what is barred; and the roots of records
    that have lost their id and their rows with it. `before`: rows as they stood, those gone leave it.
    """
    best: dict[bytes, _Rank] = {}
    several = set[bytes]()
    for root, states in aggregates.items():
        for record, state in states.items():
            if state.exists and belongs(state, root):
                if record in best:
                    several.add(record)
                rank = _rank(record, root, state.creator)
                best[record] = min(best.get(record, rank), rank)
    here = {u: (o, c) for u, o, c in bulk.among(conn, _HERE, best.keys() - before.keys())}
    lost: dict[bytes, bytes] = {}
    for record, (root, creator) in here.items():
        several.add(record)
        if best[record] < _rank(record, root, creator):
            lost[record] = root
        else:
            best[record] = _rank(record, root, creator)
    if not several:
        return aggregates, [], set()
    for record in several & before.keys():
        if before[record].root != best[record][2]:
            lost[record] = before.pop(record).root
    if lost:
        leaving.forget_rows(conn, sorted(lost))
    standing: dict[bytes, dict[bytes, RecordState]] = {}
    barred: list[RecordState] = []
    for root, states in aggregates.items():
        gone = {r for r in several & states.keys() if best[r][2] != root and states[r].exists}
        barred += (states[r] for r in sorted(gone))
        standing[root] = {r: state for r, state in states.items() if r not in gone}
    return standing, barred, set(lost.values())


_HERE = "SELECT uuid, root, creator FROM record WHERE uuid IN ({})"


def belongs(state: RecordState, root: bytes) -> bool:
    """Whether a record counts below this root: a child does only below the one its create names."""
    return not state.kind.root or bool(state.get(state.kind.root) == root)


def _rank(record: bytes, root: bytes, creator: bytes | None) -> _Rank:
    return (record != root, creator != OFFICE, root)
