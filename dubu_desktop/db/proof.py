"""Proofs: the tables rebuilt from the journal and compared; ops compared with the signed segments that carry them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from dubu_desktop.db import digests, held, journal, lines, segments
from dubu_desktop.db import tables as t
from dubu_desktop.db.fold import Fold
from dubu_desktop.db.foldrows import Kept, chunks
from dubu_desktop.db.queries import kind_of, names_of
from dubu_desktop.domain.branches import Branch
from dubu_desktop.domain.history import entries
from dubu_desktop.domain.ops import Actor, Dot
from dubu_desktop.domain.records import BY_NAME, BY_TAG, KINDS
from dubu_desktop.wire.codec import decode_op

#: roots folded between two signs of life
_STEP = 400


# --- tables against the journal ----------------------------------------------------------------------------------
def rebuild(conn: Connection, fold: Fold) -> Generator[tuple[int, int], None, tuple[list[bytes], int]]:
    """Drop the folded tables and fold everything anew; yields (roots done, roots), returns (records that differ, all).

    Local row ids and change numbers stay where the record is the same, so that search index, positions of links and
    open lists stay true.
    """
    kept = {
        bytes(r.uuid): Kept(r.id, r.change_no, bytes(r.stamp))
        for r in conn.execute(select(t.record.c.uuid, t.record.c.id, t.record.c.change_no, t.record.c.stamp))
    }
    work_out(conn)
    before = _shown(conn)
    waiting = list(conn.execute(select(t.search_todo.c.record)).scalars())
    t.FOLDED.drop_all(conn)
    t.FOLDED.create_all(conn)
    roots = sorted({bytes(u) for u in conn.execute(_roots()).scalars()})
    for at in range(0, len(roots), _STEP):
        fold.refold(conn, roots[at : at + _STEP], kept)
        yield min(at + _STEP, len(roots)), len(roots)
    after = _shown(conn)
    differing = sorted(u for u in before.keys() | after.keys() if before.get(u) != after.get(u))
    _search_again(conn, waiting, differing)
    return differing, len(after)


#: rises when the fold derives something else from the same ops, so that every workspace is folded anew
DERIVED = 4


@cache  # declarations do not change while the program runs
def declared() -> str:
    """A word for how the folded tables are made now; it changes with any column, type or index, and with `DERIVED`."""
    told = [f"derived {DERIVED}"]
    for table in sorted(t.FOLDED.tables.values(), key=lambda x: x.name):
        columns = ",".join(f"{c.name} {type(c.type).__name__}" for c in table.columns)
        indexes = ",".join(sorted(f"{i.name} {'+'.join(c.name for c in i.columns)}" for i in table.indexes))
        told.append(f"{table.name}({columns})[{indexes}]")
    for kind in KINDS:  # a step that only this version knows takes effect once it is folded by this version
        steps = (f"{s.event} {s.tag} {sorted(s.sources)} {s.target}" for s in kind.lifecycle.steps)
        told.append(f"{kind.name} {kind.tag} {';'.join(steps)}")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def renew(conn: Connection, fold: Fold, told: Callable[[int, int], None] | None = None) -> None:
    """Make the folded tables of another declaration anew from journal and bases (architecture.md).

    `told(records done, of how many)` now and then; what it raises ends the work, and the transaction with it.

    Row ids and change numbers stay where they can still be read, so that links and open lists stay true.
    """
    present = {row.name for row in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
    kept = {}
    if "record" in present:
        # what was sent and is still the same keeps its number: an upgrade must not send everything again
        rows = conn.exec_driver_sql("SELECT uuid, id, change_no, stamp FROM record")
        kept = {bytes(r.uuid): Kept(r.id, r.change_no, bytes(r.stamp)) for r in rows}
    for name in sorted(present):
        if name.startswith("r_") or name in t.FOLDED.tables:
            conn.exec_driver_sql(f'DROP TABLE "{name}"')
    t.FOLDED.create_all(conn)
    roots = sorted({bytes(u) for u in conn.execute(_roots()).scalars()})
    for at in range(0, len(roots), _STEP):
        if told is not None:
            told(at, len(roots))
        fold.refold(conn, roots[at : at + _STEP], kept)
    conn.exec_driver_sql("INSERT OR IGNORE INTO search_todo (record) SELECT id FROM record")


def _roots() -> Any:
    return select(t.op.c.root).union(select(t.base.c.root), select(t.held.c.root))


def work_out(conn: Connection) -> None:
    """Write the digests that an import left open."""
    found = digests.open_digests(conn)
    if found:
        rows = [{"b_uuid": record, "b_digest": digest} for record, digest in found.items()]
        c = t.record.c
        conn.execute(t.record.update().where(c.uuid == bindparam("b_uuid")).values(digest=bindparam("b_digest")), rows)


def _shown(conn: Connection) -> dict[bytes, int]:
    """{record: a number for all that the tables say of it}."""
    out: dict[bytes, int] = {}
    c = t.record.c
    query = select(c.uuid, c.root, c.status, c.creator, c.audience, c.conflicts, c.unseen_edit, c.digest)
    for row in conn.execute(query):
        out[bytes(row.uuid)] = hash(tuple(row))
    for table in t.OF_KIND.values():
        for row in conn.execute(select(table)):
            out[bytes(row.uuid)] = hash((out.get(bytes(row.uuid)), tuple(row)))
    for record, line in lines.told(conn):
        out[record] = hash((out.get(record), tuple(line.values())))
    return out


def _search_again(conn: Connection, waiting: Iterable[int], differing: Iterable[bytes]) -> None:
    """What was indexed stays so, but for the records that differed."""
    ids = set(waiting)
    for part in chunks(differing):
        roots = select(t.record.c.root).where(t.record.c.uuid.in_(part))
        ids |= set(conn.execute(select(t.record.c.id).where(t.record.c.uuid.in_(roots))).scalars())
    conn.execute(t.search_todo.delete())
    if ids:
        conn.execute(t.search_todo.insert(), [{"record": i} for i in sorted(ids)])


def describe(conn: Connection, record: bytes) -> str:
    """A record in words: 问题 WT-2026-03-0001."""
    kind = kind_of(conn, record)
    if kind is None:
        return f"记录 {record.hex()}（日志里没有）"
    label = BY_NAME[kind].label
    return f"{label} {names_of(conn, kind, [record]).get(record) or record.hex()}"


# --- ops against their segments ----------------------------------------------------------------------------------
def segment_count(conn: Connection) -> int:
    """How many segments are held."""
    return int(conn.execute(select(func.count()).select_from(t.segment)).scalar() or 0)


def chained(conn: Connection) -> list[Actor]:
    """Every actor of which segments are held."""
    query = select(t.actor.c.actor).where(t.actor.c.id.in_(select(t.segment.c.actor))).order_by(t.actor.c.id)
    return [Actor.from_bytes(raw) for raw in conn.execute(query).scalars()]


def sealed(conn: Connection, actor: Actor) -> Iterator[bytes]:
    """The sealed segments of an actor in order, one in memory at a time."""
    return segments.each(conn, actor)


def _number(actor: Actor) -> Any:
    return select(t.actor.c.id).where(t.actor.c.actor == actor.to_bytes()).scalar_subquery()


def bodies(conn: Connection, actor: Actor, first: int, last: int) -> dict[int, bytes]:
    """{running number: bytes} of an actor's ops in the journal, from `first` to `last`."""
    c = t.op.c
    query = select(c.seq, c.body).where(c.actor == _number(actor), c.seq.between(first, last))
    return {row.seq: bytes(row.body) for row in conn.execute(query)}


def unsealed_count(conn: Connection, actor: Actor) -> int:
    """How many own ops no segment covers yet."""
    covered = select(func.coalesce(func.max(t.segment.c.last_seq), 0)).where(t.segment.c.actor == _number(actor))
    query = select(func.count()).select_from(t.op)
    query = query.where(t.op.c.actor == _number(actor), t.op.c.seq > covered.scalar_subquery())
    return int(conn.execute(query).scalar() or 0)


def beside(conn: Connection) -> list[bytes]:
    """The sealed segments set aside because their past was sealed twice; their ops count (exchange/forks.py)."""
    return [bytes(sealed) for sealed in conn.execute(select(t.fork.c.sealed).where(t.fork.c.clash == 0)).scalars()]


def second_lines(conn: Connection) -> list[tuple[bytes, Branch]]:
    """The sealed segments of second lines, each with its line (one workspace used on two machines)."""
    lines = journal.branches(conn)
    rows = conn.execute(select(t.fork.c.hash, t.fork.c.sealed).where(t.fork.c.branch.is_not(None)))
    return [(bytes(row.sealed), lines[bytes(row.hash)]) for row in rows]


def strays(
    conn: Connection,
    own: Actor,
    beside: Sequence[tuple[Actor, int, int]] = (),
    limit: int = 100,
    mine: Collection[int] = (),
) -> list[str]:
    """Ops of others that no segment covers, in the chain or (actor, first, last) beside it: nobody signed them.

    `mine`: replicas that this copy was before it got other keys; what they left unsealed nobody can seal any more.
    """
    o, s = t.op.c, t.segment.c
    covering = select(s.actor).where(s.actor == o.actor, s.first_seq <= o.seq, s.last_seq >= o.seq)
    query = select(o.actor, o.seq, t.actor.c.actor.label("raw")).join(t.actor, t.actor.c.id == o.actor)
    rows = conn.execute(query.where(t.actor.c.actor != own.to_bytes(), ~covering.exists())).all()
    found = [(Actor.from_bytes(row.raw), row.seq) for row in rows]
    alone = [
        (actor, seq)
        for actor, seq in found
        if actor.replica not in (own.replica, *mine) and not any(a == actor and x <= seq <= y for a, x, y in beside)
    ]
    return [describe_op(conn, actor, seq) for actor, seq in alone[:limit]]


def held_alone(conn: Connection, actor: Actor, number: int) -> set[bytes] | None:
    """The roots that a segment is noted to tell of; None where its ops have rows of their own."""
    author = conn.execute(select(t.actor.c.id).where(t.actor.c.actor == actor.to_bytes())).scalar_one()
    query = select(t.segment.c.held).where(t.segment.c.actor == author, t.segment.c.number == number)
    return held.roots_of(conn, author, number) if conn.execute(query).scalar() else None


def describe_op(conn: Connection, actor: Actor, seq: int) -> str:
    """An op in words: 问题 WT-2026-03-0001 修改地点."""
    body = conn.execute(select(t.op.c.body).where(t.op.c.actor == _number(actor), t.op.c.seq == seq)).scalar()
    try:
        op = decode_op(body, actor) if body is not None else held.op_at(conn, Dot(actor, seq))
    except ValueError:
        return "一项读不出的操作"
    if op is None or op.kind not in BY_TAG:
        return "一项本版不认识的操作"
    told = entries([op], (), {}, lambda _field, value: str(value))
    what = told[0].what if told else ""
    return f"{describe(conn, op.record)} {what}".strip()
