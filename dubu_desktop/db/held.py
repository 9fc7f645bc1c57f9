"""Ops that stand only in the sealed segments that brought them: which segments tell of a root, and those ops.

What others write is kept once, as it was signed (sync.md §3.6); a row per op beside it would double the file and cost
an import more than the records themselves. Own ops have rows (`journal.op`) as well, for undo and for sealing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select

from dubu_desktop.db import actors, bulk, segments
from dubu_desktop.db import tables as t
from dubu_desktop.domain.ops import Actor, Dot, Op
from dubu_desktop.wire.bodies import ops_in, raws_in
from dubu_desktop.wire.sealed import segment_body


def hold(conn: Connection, actor: int, number: int, roots: Iterable[bytes]) -> None:
    """Note that a segment kept tells of these roots. `actor`: its local number."""
    rows = [(root, actor, number) for root in sorted(roots)]
    if rows:
        conn.exec_driver_sql("INSERT OR IGNORE INTO held (root, actor, number) VALUES (?, ?, ?)", rows)


def let_go(conn: Connection, actor: int, number: int) -> None:
    """Forget what a segment tells of: it is no longer part of the journal."""
    conn.execute(t.held.delete().where(t.held.c.actor == actor, t.held.c.number == number))


def ops_of_roots(conn: Connection, roots: Sequence[bytes]) -> Iterator[Op]:
    """The ops of these roots that stand in segments alone; each segment is opened once."""
    wanted: dict[tuple[int, int], set[bytes]] = defaultdict(set)
    for root, actor, number in bulk.among(conn, "SELECT root, actor, number FROM held WHERE root IN ({})", roots):
        wanted[actor, number].add(root)
    yield from _read(conn, wanted)


def _read(conn: Connection, wanted: dict[tuple[int, int], set[bytes]]) -> Iterator[Op]:
    if not wanted:
        return
    names = actors.names(conn)
    for (actor, number), roots in sorted(wanted.items()):
        yield from _ops_in(segments.sealed(conn, actor, number), names[actor], roots)


def _ops_in(sealed: bytes, actor: Actor, roots: set[bytes] | None = None) -> Iterator[Op]:
    codec, first, body = segment_body(sealed)
    return ops_in(body, codec, actor, first, roots)


def ops_between(conn: Connection, actor: Actor, first: int, last: int) -> Iterator[Op]:
    """The ops of an actor with running numbers from `first` to `last` that stand in segments alone."""
    for sealed in _between(conn, actor, first, last):
        yield from (op for op in _ops_in(sealed, actor) if first <= op.dot.seq <= last)


def raws_between(conn: Connection, actor: Actor, first: int, last: int) -> dict[int, bytes]:
    """{running number: bytes} of the same ops, as signed: a newer program's hold more than this one reads."""
    out: dict[int, bytes] = {}
    for sealed in _between(conn, actor, first, last):
        codec, begins, body = segment_body(sealed)
        out |= {
            n: raw for n, raw in enumerate(raws_in(bytes(body), codec, actor, begins), begins) if first <= n <= last
        }
    return out


def _between(conn: Connection, actor: Actor, first: int, last: int) -> Iterator[bytes]:
    s = t.segment.c
    return segments.each(conn, actor, s.held == 1, s.last_seq >= first, s.first_seq <= last)


def op_at(conn: Connection, dot: Dot) -> Op | None:
    """One op that stands in a segment alone; None when there is none."""
    return next(ops_between(conn, dot.actor, dot.seq, dot.seq), None)


def ops_at(conn: Connection, dots: Iterable[Dot]) -> dict[Dot, Op]:
    """Those of these ops that stand in segments alone; each segment is opened once."""
    wanted = set(dots)
    out: dict[Dot, Op] = {}
    for dot in sorted(wanted):
        if dot not in out:
            for sealed in _between(conn, dot.actor, dot.seq, dot.seq):
                out = {op.dot: op for op in _ops_in(sealed, dot.actor) if op.dot in wanted} | out
    return out


def roots_of(conn: Connection, actor: int, number: int) -> set[bytes]:
    """The roots a segment is noted to tell of."""
    query = select(t.held.c.root).where(t.held.c.actor == actor, t.held.c.number == number)
    return {bytes(row.root) for row in conn.execute(query)}
