"""Everything the journal holds of one aggregate: ops, bases, and what of it has no effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from dubu_desktop.db import actors, held
from dubu_desktop.db import tables as t
from dubu_desktop.domain.facts import Facts
from dubu_desktop.domain.ops import Actor, Dot, Op
from dubu_desktop.wire.codec import decode_facts, decode_op


@dataclass(frozen=True, slots=True)
class Past:
    """What is held of a root and all that hangs on it. `inert`: {dot: reason}."""

    ops: tuple[Op, ...]
    facts: tuple[Facts, ...]
    inert: dict[Dot, str]


def root_of(conn: Connection, record: bytes) -> bytes:
    """The root of a record: itself where it hangs on nothing."""
    found = conn.execute(select(t.record.c.root).where(t.record.c.uuid == record)).scalar()
    return bytes(found) if found is not None else record


def past_of(conn: Connection, root: bytes) -> Past:
    """Ops, bases and inert dots of the aggregate of `root`."""
    names = actors.names(conn)
    query = select(t.op.c.actor, t.op.c.body).where(t.op.c.root == root)
    ops = (*(decode_op(row.body, names[row.actor]) for row in conn.execute(query)), *held.ops_of_roots(conn, [root]))
    facts = tuple(decode_facts(row.body) for row in conn.execute(select(t.base.c.body).where(t.base.c.root == root)))
    records = {op.record for op in ops} | {f.record for f in facts}
    without = select(t.inert).where(t.inert.c.record.in_(list(records)))
    inert = {Dot(names[row.actor], row.seq): row.reason for row in conn.execute(without) if row.actor in names}
    return Past(ops, facts, inert)


@dataclass(frozen=True, slots=True)
class InertOp:
    """One op without effect: the op and why."""

    op: Op
    reason: str


def inert_count(conn: Connection) -> int:
    """How many ops have no effect."""
    return int(conn.execute(select(func.count()).select_from(t.inert)).scalar() or 0)


def inert_ops(conn: Connection, limit: int = 200, offset: int = 0) -> list[InertOp]:
    """Ops without effect, the newest first."""
    names = actors.names(conn)
    same = (t.inert.c.actor == t.op.c.actor) & (t.inert.c.seq == t.op.c.seq)
    query = select(t.inert.c.actor, t.inert.c.seq, t.inert.c.reason, t.op.c.body)
    rows = conn.execute(query.outerjoin(t.op, same)).all()
    alone = held.ops_at(conn, (Dot(names[row.actor], row.seq) for row in rows if row.body is None))
    found = []
    for row in rows:
        dot = Dot(names[row.actor], row.seq)
        op = alone.get(dot) if row.body is None else decode_op(row.body, dot.actor)
        found += [InertOp(op, row.reason)] if op is not None else []
    found.sort(key=lambda f: (-f.op.wall, f.op.dot))
    return found[offset : offset + limit]


def last_own(
    conn: Connection, replica_actors: Sequence[Actor], roots: Sequence[bytes]
) -> dict[bytes, dict[Actor, int]]:
    """{root: {actor: highest running number of its ops on the root}} for the given actors."""
    wanted = {a.to_bytes(): a for a in replica_actors}
    ids = {row.id: wanted[row.actor] for row in conn.execute(select(t.actor)) if row.actor in wanted}
    query = (
        select(t.op.c.root, t.op.c.actor, func.max(t.op.c.seq))
        .where(t.op.c.root.in_(list(roots)), t.op.c.actor.in_(list(ids)))
        .group_by(t.op.c.root, t.op.c.actor)
    )
    out: dict[bytes, dict[Actor, int]] = {}
    for root, actor, seq in conn.execute(query):
        out.setdefault(bytes(root), {})[ids[actor]] = seq
    return out


def sealed_through(conn: Connection, actor: Actor, number: int | None = None) -> int:
    """The last running number covered by the actor's segments (up to segment `number`); 0 for none."""
    query = select(func.max(t.segment.c.last_seq)).join(t.actor, t.actor.c.id == t.segment.c.actor)
    query = query.where(t.actor.c.actor == actor.to_bytes())
    if number is not None:
        query = query.where(t.segment.c.number <= number)
    return int(conn.execute(query).scalar() or 0)
