"""Segments of a revoked computer beyond its cut-off: kept byte for byte, out of journal and fold (sync.md §3.12).

They are no ops of this workspace: nothing of them is counted, shown among the records or sent on. A segment moves from
here into the journal when it turns out to lie before the cut-off, and from the journal to here when the revocation is
heard of after the segment (a restored office); its bytes stay the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import actors, archives, segments
from dubu_desktop.db import held as held_ops
from dubu_desktop.db import tables as t
from dubu_desktop.db.journal import actor_id
from dubu_desktop.domain.ops import Actor


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
    return int(conn.execute(select(func.coalesce(func.sum(t.quarantine.c.ops), 0))).scalar() or 0)


def in_journal(conn: Connection, replica: int) -> list[Held]:
    """The segments of one workspace copy that count, its second ones of a number included."""
    names = actors.names(conn)
    mine = [number for number, actor in names.items() if actor.replica == replica]
    out = []
    s, f = t.segment.c, t.fork.c
    for r in conn.execute(select(s.actor, s.number, s.hash).where(s.actor.in_(mine))).all():
        out.append(Held(names[r.actor], r.number, bytes(r.hash), segments.sealed(conn, r.actor, r.number)))
    rows = conn.execute(select(f.actor, f.number, f.hash, f.sealed).where(f.actor.in_(mine)))
    out += [Held(names[r.actor], r.number, bytes(r.hash), bytes(r.sealed)) for r in rows]
    return sorted(out, key=lambda each: (each.actor, each.number))


def withdraw(conn: Connection, actor: Actor, numbers: Sequence[int], first_seq: int) -> set[bytes]:
    """Take segments of an actor, and its ops from `first_seq` on, out of the journal; returns the roots to be folded.

    The caller has put the segments into quarantine in the same transaction, so that no byte is lost.
    """
    number, roots = actor_id(conn, actor), set[bytes]()
    for each in numbers:
        roots |= held_ops.roots_of(conn, number, each)
        held_ops.let_go(conn, number, each)
    f, mine = t.fork.c, (t.fork.c.actor == number) & t.fork.c.number.in_(list(numbers))
    for line in set(conn.execute(select(f.branch).where(mine, f.branch.is_not(None))).scalars()):
        second = actor_id(conn, Actor.from_bytes(bytes(line)))
        its = (t.op.c.actor == second) & (t.op.c.seq >= first_seq)
        roots |= {bytes(root) for root in conn.execute(select(t.op.c.root).where(its)).scalars()}
        conn.execute(delete(t.op).where(its))
    for table in (archives.archived, t.segment, t.fork):
        conn.execute(delete(table).where(table.c.actor == number, table.c.number.in_(list(numbers))))
    late = (t.op.c.actor == number) & (t.op.c.seq >= first_seq)
    roots |= {bytes(root) for root in conn.execute(select(t.op.c.root).where(late)).scalars()}
    conn.execute(delete(t.op).where(late))
    conn.execute(delete(t.inert).where(t.inert.c.actor == number, t.inert.c.seq >= first_seq))
    return roots
