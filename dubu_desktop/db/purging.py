"""清除: a record removed for good leaves a tombstone; what arrives for it later has no effect (sync.md §3.15).

The ops stay in the journal, which is an archive: what was purged is shown nowhere, found nowhere and sent to nobody.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import bulk, history, kept, leaving, scope, scrub
from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import chunks
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import Inert
from dubu_desktop.domain.ops import EMPTY, Actor, Dot, Op, OpType, covers
from dubu_desktop.errors import DubuError


def purge_of(
    ops: Mapping[bytes, Iterable[Op]], side_of: Callable[[Actor], bytes | None], hub: Callable[[Actor], bool]
) -> Op | None:
    """The op by which the office purged an aggregate {record: its ops}; None where it did not."""
    found = [op for each in ops.values() for op in each if op.type is OpType.PURGE]
    found = [op for op in found if side_of(op.dot.actor) == OFFICE and hub(op.dot.actor)]
    return min(found, key=lambda op: (op.lam, op.dot), default=None)


def bury(
    conn: Connection, purged: Mapping[bytes, Op], ops: Mapping[bytes, Mapping[bytes, Sequence[Op]]], rows: Iterable[Any]
) -> set[bytes]:
    """Remove what is shown of purged aggregates {root: the purge} and write their tombstones; the records that went.

    `rows`: the rows they have so far. Ops that the purge had not seen stand in the list without effect.
    """
    records = {bytes(row.uuid) for row in rows if bytes(row.root) in purged}
    if records:
        scrub.note_due(conn, _pictures(conn, records))
        leaving.forget_rows(conn, sorted(records))
        scope.next_change(conn)
    for root, op in purged.items():
        stone = insert(t.tombstone).values(record=root, kind=op.kind, purged_ms=op.wall, person=op.person)
        conn.execute(stone.on_conflict_do_nothing())
        late = [o for each in ops[root].values() for o in each if _is_late(op, o)]
        _without_effect(conn, late)
    return records


def _is_late(purge: Op, op: Op) -> bool:
    return op.type is not OpType.PURGE and not covers(purge.seen.get(0, EMPTY), op.dot)


def _without_effect(conn: Connection, ops: Sequence[Op]) -> None:
    ids = {bytes(row.actor): row.id for row in conn.execute(select(t.actor))}
    rows = [
        {"actor": ids[o.dot.actor.to_bytes()], "seq": o.dot.seq, "record": o.record, "reason": str(Inert.PURGED)}
        for o in ops
        if o.dot.actor.to_bytes() in ids
    ]
    if rows:
        conn.execute(insert(t.inert).on_conflict_do_nothing(), rows)


def _pictures(conn: Connection, records: Iterable[bytes]) -> set[bytes]:
    named = list(records)
    photos = {h for _, original, preview in scope.photos_of(conn, named) for h in (original, preview) if h}
    return photos | {final for _, final, _ in scope.finals_of(conn, named)}


def seen(ops: Iterable[Op], dots: Iterable[Dot]) -> dict[Actor, int]:
    """What a purge says it has seen of an aggregate: of each writer the last running number."""
    out: dict[Actor, int] = {}
    for dot in (*(op.dot for op in ops), *dots):
        out[dot.actor] = max(out.get(dot.actor, 0), dot.seq)
    return out


def buried(conn: Connection, roots: Iterable[bytes]) -> dict[bytes, int]:
    """{root: tag of its kind} of those that were purged here."""
    out: dict[bytes, int] = {}
    for part in chunks(roots):
        rows = conn.execute(select(t.tombstone.c.record, t.tombstone.c.kind).where(t.tombstone.c.record.in_(part)))
        out.update((bytes(row.record), row.kind) for row in rows)
    return out


def pictures(conn: Connection) -> set[bytes]:
    """The hashes that anything held of purged records names: of their photos, which may come late, or lie elsewhere.

    At a spoke of what this side began. What lies in an archive that is gone is left out.
    """
    out: set[bytes] = set()
    for root in conn.execute(select(t.tombstone.c.record).union(select(t.hidden.c.record))).scalars().all():
        with contextlib.suppress(DubuError):
            past = history.past_of(conn, bytes(root))
            created = (create for facts in past.facts for create in facts.creates)
            out |= kept.hashes_among(value for create in created for value in create.values.values())
            out |= {name for op in past.ops for name in kept.hashes_of(op)}
    return out


# --- at a spoke ----------------------------------------------------------------------------------------------------
def hide(conn: Connection, roots: Iterable[bytes]) -> None:
    """The hub purged records that this side began: its own ops stay in the journal and are shown no more."""
    rows = [{"record": root} for root in roots]
    if rows:
        conn.execute(insert(t.hidden).on_conflict_do_nothing(), rows)


def show(conn: Connection, roots: Iterable[bytes]) -> None:
    """The hub tells of these again: they are no longer removed for good."""
    for root in hidden(conn, roots):
        conn.execute(delete(t.hidden).where(t.hidden.c.record == root))


def hidden(conn: Connection, roots: Iterable[bytes]) -> set[bytes]:
    """Those of `roots` that are shown no more."""
    if bulk.first(conn, "SELECT 1 FROM hidden LIMIT 1") is None:
        return set()
    out: set[bytes] = set()
    for part in chunks(roots):
        out |= {bytes(r) for r in conn.execute(select(t.hidden.c.record).where(t.hidden.c.record.in_(part))).scalars()}
    return out
