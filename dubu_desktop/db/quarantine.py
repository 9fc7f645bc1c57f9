"""Segments of a revoked computer beyond its cut-off: kept byte for byte, out of journal and fold (sync.md §3.12).

They are no ops of this workspace: nothing of them is counted, shown among the records or sent on. A segment moves from
here into the journal when it turns out to lie before the cut-off, and from the journal to here when the revocation is
heard of after the segment (a restored office); its bytes stay the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import actors, archives, segments
from dubu_desktop.db import held as held_ops
from dubu_desktop.db import tables as t
from dubu_desktop.db.journal import actor_id
from dubu_desktop.domain.ops import Actor
from dubu_desktop.wire.sealed import previous

#: ops of one segment at most, where an older version counted them
_MOST_OPS = 1_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """One sealed segment with its place in the chain."""

    actor: Actor
    number: int
    hash: bytes
    sealed: bytes


def keep(conn: Connection, segment: Held, ops: int, now_ms: int) -> bool:
    """Keep a segment in quarantine; False when it is there already."""
    values = {"hash": segment.hash, "actor": actor_id(conn, segment.actor), "number": segment.number, "ops": ops}
    values |= {"sealed": segment.sealed, "noticed_ms": now_ms}
    done = conn.execute(insert(t.quarantine).values(values).on_conflict_do_nothing())
    return bool(done.rowcount)


def release(conn: Connection, hashes: Iterable[bytes]) -> None:
    """Forget segments here: they have been taken into the journal."""
    for name in hashes:
        conn.execute(delete(t.quarantine).where(t.quarantine.c.hash == name))


def held(conn: Connection, replica: int | None = None) -> list[Held]:
    """What is in quarantine, of one workspace copy or of all, in the order of its chains."""
    names = actors.names(conn)
    q = t.quarantine.c
    rows = conn.execute(select(q.actor, q.number, q.hash, q.sealed).order_by(q.actor, q.number, q.noticed_ms))
    found = [Held(names[r.actor], r.number, bytes(r.hash), bytes(r.sealed)) for r in rows]
    return [each for each in found if replica in (None, each.actor.replica)]


def op_count(conn: Connection) -> int:
    """How many ops lie in quarantine."""
    # 0.1.0 counted what a segment claimed
    return int(conn.execute(select(func.sum(func.min(t.quarantine.c.ops, _MOST_OPS)))).scalar() or 0)


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment that counts: its place, what it goes on from. `aside`: not in the chain, a second one of its number,
    since `noticed` (0 in the chain); `alone`: its ops have no rows beside it.
    """

    actor: Actor
    number: int
    hash: bytes
    prev: bytes
    aside: bool = False
    noticed: int = 0
    alone: bool = False


def in_journal(conn: Connection, replica: int) -> list[Placed]:
    """The segments of one workspace copy that count, its second ones of a number included; none is opened. In the order
    in which they may be taken in anew: of each life the chain, then what was noticed to stand beside it.
    """
    names = actors.names(conn)
    mine = [number for number, actor in names.items() if actor.replica == replica]
    s, f = t.segment.c, t.fork.c
    rows = conn.execute(select(s.actor, s.number, s.hash, s.prev, s.held).where(s.actor.in_(mine)))
    out = [Placed(names[r.actor], r.number, bytes(r.hash), bytes(r.prev), alone=bool(r.held)) for r in rows]
    for r in conn.execute(select(f.actor, f.number, f.hash, f.sealed, f.noticed_ms).where(f.actor.in_(mine))):
        out.append(Placed(names[r.actor], r.number, bytes(r.hash), previous(r.sealed), True, r.noticed_ms))
    return sorted(out, key=lambda each: (each.actor.counter, each.noticed, each.actor, each.number))


def sealed(conn: Connection, segment: Placed) -> bytes:
    """The bytes of a segment that counts. D-118 where its archive is missing or damaged."""
    if not segment.aside:
        return segments.sealed(conn, actor_id(conn, segment.actor), segment.number)
    return bytes(conn.execute(select(t.fork.c.sealed).where(t.fork.c.hash == segment.hash)).scalar_one())


def withdraw(conn: Connection, segment: Placed, first: int, last: int) -> set[bytes]:
    """Take one segment of a chain beside which none stands, and the ops in it, `first` to `last`, out of the journal;
    returns the roots to be folded.

    The caller has put the segment into quarantine in the same transaction, so that no byte is lost.
    """
    author = actor_id(conn, segment.actor)
    roots = held_ops.roots_of(conn, author, segment.number)
    held_ops.let_go(conn, author, segment.number)
    for table in (archives.archived, t.segment):
        conn.execute(delete(table).where(table.c.actor == author, table.c.number == segment.number))
    late = (t.op.c.actor == author) & t.op.c.seq.between(first, last)
    roots |= {bytes(root) for root in conn.execute(select(t.op.c.root).where(late)).scalars()}
    conn.execute(delete(t.op).where(late))
    without = (t.inert.c.actor == author) & t.inert.c.seq.between(first, last)
    conn.execute(delete(t.inert).where(without))
    return roots


def clear(conn: Connection, replica: int) -> set[bytes]:
    """Take all segments of another workspace copy, and their ops, out of the journal; returns the roots they speak of.

    The caller keeps them, in quarantine or by taking them in anew in the same transaction.
    """
    mine = [number for number, actor in actors.names(conn).items() if actor.replica == replica]
    roots = {bytes(r) for r in conn.execute(select(t.op.c.root).where(t.op.c.actor.in_(mine)).distinct()).scalars()}
    roots |= {bytes(r) for r in conn.execute(select(t.held.c.root).where(t.held.c.actor.in_(mine))).scalars()}
    for table in (t.op, t.inert, t.held, archives.archived, t.segment, t.fork):
        conn.execute(delete(table).where(table.c.actor.in_(mine)))
    return roots
