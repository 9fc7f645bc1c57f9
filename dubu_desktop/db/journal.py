"""The journal: ops appended, never edited; sealed runs of them kept as they were made or received.

`apply` is the one way for a record to change, whether a person typed it or a bundle brought it (architecture.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import bulk, held, segments
from dubu_desktop.db import tables as t
from dubu_desktop.db.actors import names
from dubu_desktop.db.fold import Fold
from dubu_desktop.db.foldrows import Changes, chunks
from dubu_desktop.domain.branches import Branch
from dubu_desktop.domain.facts import Facts
from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.ops import Actor, Op
from dubu_desktop.errors import DubuError
from dubu_desktop.wire.codec import decode_facts, decode_op, encode_op

#: a segment is sealed at export or when this many ops have gathered (sync.md §3.6)
SEGMENT_OPS = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """One op with its bytes, as sealed or to be sealed."""

    op: Op
    raw: bytes


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last segment held of an actor: its number and hash, and the last op it covers."""

    number: int
    hash: bytes
    last_seq: int


def actor_id(conn: Connection, actor: Actor) -> int:
    """The small local number of an actor, given when it is first seen."""
    raw, asked = (actor.to_bytes(),), "SELECT id FROM actor WHERE actor = ?"
    found = conn.exec_driver_sql(asked, raw).scalar()
    if found is None:
        conn.exec_driver_sql("INSERT INTO actor (actor) VALUES (?)", raw)
        found = conn.exec_driver_sql(asked, raw).scalar_one()
    return int(found)


def written(ops: Iterable[Op]) -> list[Written]:
    """Freshly made ops with their bytes."""
    return [Written(op, encode_op(op)) for op in ops]


def apply(conn: Connection, fold: Fold, items: Sequence[Written], extra_roots: Iterable[bytes] = ()) -> Changes:
    """Append `items` and fold every record they touch; `extra_roots` are folded too (their bases changed).

    An op that is here already is left alone; the same dot with other bytes is refused: D-213, nothing changed.
    """
    append(conn, items)
    return fold.refold(conn, sorted({i.op.root for i in items} | set(extra_roots)), fresh=[i.op for i in items])


def append(conn: Connection, items: Sequence[Written]) -> None:
    """Append ops without folding them."""
    ids = {a: actor_id(conn, a) for a in {i.op.dot.actor for i in items}}
    rows = [
        {
            "actor": ids[i.op.dot.actor],
            "seq": i.op.dot.seq,
            "record": i.op.record,
            "root": i.op.root,
            "kind": i.op.kind,
            "type": int(i.op.type),
            "wall": i.op.wall,
            "txn": i.op.txn,
            "body": i.raw,
        }
        for i in items
    ]
    if not rows:
        return
    _refuse_rewritten(conn, ids, items)
    bulk.put(conn, t.op, rows, "ignore")


def _refuse_rewritten(conn: Connection, ids: dict[Actor, int], items: Sequence[Written]) -> None:
    for actor, number in ids.items():
        mine = {i.op.dot.seq: i.raw for i in items if i.op.dot.actor == actor}
        query = "SELECT seq, body FROM op WHERE actor = ? AND seq BETWEEN ? AND ?"
        for seq, body in bulk.driver(conn).execute(query, (number, min(mine), max(mine))):
            if seq in mine and mine[seq] != body:
                raise DubuError("D-252")


#: asked before and after nearly everything that is done
_OF_ACTOR = "WHERE actor = (SELECT id FROM actor WHERE actor = ?)"
_HIGHEST = f"SELECT max(seq) FROM op {_OF_ACTOR}"
_CHAIN_END = f"SELECT number, hash, last_seq FROM segment {_OF_ACTOR} ORDER BY number DESC LIMIT 1"


def last_seq(conn: Connection, actor: Actor) -> int:
    """The highest running number of `actor` in the journal, 0 for none."""
    (highest,) = bulk.first(conn, _HIGHEST, actor.to_bytes())
    end = chain_end(conn, actor)
    return max(highest or 0, end.last_seq if end else 0)


def chain_end(conn: Connection, actor: Actor) -> ChainEnd | None:
    """The last segment held of `actor`, gaps or not; None when there is none."""
    row = bulk.first(conn, _CHAIN_END, actor.to_bytes())
    return ChainEnd(*row) if row else None


def contiguous(conn: Connection, actor: Actor) -> ChainEnd | None:
    """The last segment of the unbroken run from number 1; None when number 1 is missing."""
    query = (
        select(t.segment.c.number, t.segment.c.hash, t.segment.c.last_seq)
        .join(t.actor, t.actor.c.id == t.segment.c.actor)
        .where(t.actor.c.actor == actor.to_bytes())
        .order_by(t.segment.c.number)
    )
    end: ChainEnd | None = None
    for row in conn.execute(query):
        if row.number != (end.number if end else 0) + 1:
            break
        end = ChainEnd(row.number, row.hash, row.last_seq)
    return end


def gaps(conn: Connection, actor: Actor) -> list[tuple[int, int]]:
    """Ranges of segment numbers missing below the highest one held."""
    query = (
        select(t.segment.c.number)
        .join(t.actor, t.actor.c.id == t.segment.c.actor)
        .where(t.actor.c.actor == actor.to_bytes())
        .order_by(t.segment.c.number)
    )
    out, expected = [], 1
    for (number,) in conn.execute(query):
        if number > expected:
            out.append((expected, number - 1))
        expected = number + 1
    return out


def unsealed(conn: Connection, actor: Actor) -> list[tuple[int, bytes]]:
    """(seq, bytes) of the actor's ops that no segment covers yet, in order."""
    end = chain_end(conn, actor)
    query = (
        select(t.op.c.seq, t.op.c.body)
        .join(t.actor, t.actor.c.id == t.op.c.actor)
        .where(t.actor.c.actor == actor.to_bytes(), t.op.c.seq > (end.last_seq if end else 0))
        .order_by(t.op.c.seq)
    )
    return [(row.seq, row.body) for row in conn.execute(query)]


def keep_segment(
    conn: Connection,
    actor: Actor,
    number: int,
    first: int,
    last: int,
    name: bytes,
    prev: bytes,
    sealed: bytes,
    roots: Iterable[bytes] | None = None,
    *,
    now_ms: int,
) -> None:
    """Keep a sealed segment exactly as made or received. `roots`: what it tells of, if its ops stand in it alone."""
    author = actor_id(conn, actor)
    if roots is not None:
        held.hold(conn, author, number, roots)
    conn.execute(
        t.segment.insert().values(
            actor=author,
            held=int(roots is not None),
            number=number,
            first_seq=first,
            last_seq=last,
            hash=name,
            prev=prev,
            sealed=sealed,
            kept_ms=now_ms,
        )
    )


def segment_hash(conn: Connection, actor: Actor, number: int) -> bytes | None:
    """The hash of one segment held, or None."""
    return _of_segment(conn, "hash", actor, number)


def _of_segment(conn: Connection, column: str, actor: Actor, number: int) -> bytes | None:
    found = bulk.first(conn, f"SELECT {column} FROM segment {_OF_ACTOR} AND number = ?", actor.to_bytes(), number)
    return found[0] if found else None


def sealed_segments(conn: Connection, actor: Actor, above: int) -> list[bytes]:
    """The sealed segments of `actor` with numbers above `above`, in order."""
    return list(segments.each(conn, actor, t.segment.c.number > above))


def actors(conn: Connection) -> list[Actor]:
    """Every actor ever seen here."""
    return list(names(conn).values())


def ops_of(conn: Connection, records: Sequence[bytes]) -> list[Op]:
    """The ops held of `records`, unordered."""
    wanted, roots, out = set(records), set[bytes](), []
    for part in chunks(records):
        # by way of the root, which is indexed: an index of its own would cost every write
        roots.update(bytes(r) for r in conn.execute(select(t.record.c.root).where(t.record.c.uuid.in_(part))).scalars())
    for part in chunks(sorted(roots)):
        query = select(t.op.c.actor, t.op.c.body).where(t.op.c.root.in_(part))
        whose = names(conn)
        out += [decode_op(row.body, whose[row.actor]) for row in conn.execute(query)]
    out += held.ops_of_roots(conn, sorted(roots))
    return [op for op in out if op.record in wanted]


def ops_of_txn(conn: Connection, txn: bytes) -> list[Op]:
    """The ops of one action of this copy, in the order they were made."""
    whose = names(conn)
    query = select(t.op.c.actor, t.op.c.body).where(t.op.c.txn == txn).order_by(t.op.c.actor, t.op.c.seq)
    return [decode_op(row.body, whose[row.actor]) for row in conn.execute(query)]


def base_of(conn: Connection, record: bytes) -> Facts | None:
    """The base held of a record; None at the office and for a group's own unsent records."""
    raw = conn.execute(select(t.base.c.body).where(t.base.c.record == record)).scalar()
    return decode_facts(raw) if raw is not None else None


def bases_of(conn: Connection, records: Sequence[bytes]) -> dict[bytes, Facts]:
    """The bases held of `records`."""
    out: dict[bytes, Facts] = {}
    for part in chunks(records):
        rows = conn.execute(select(t.base.c.record, t.base.c.body).where(t.base.c.record.in_(part)))
        out.update((bytes(row.record), decode_facts(row.body)) for row in rows)
    return out


def keep_bases(conn: Connection, bases: Sequence[tuple[bytes, bytes, bytes]]) -> None:
    """Keep (record, root, bytes) of bases, each in place of the one held before."""
    if bases:
        row = insert(t.base)
        row = row.on_conflict_do_update(
            index_elements=["record"], set_={"root": row.excluded.root, "body": row.excluded.body}
        )
        conn.execute(row, [{"record": r, "root": o, "body": b} for r, o, b in bases])


def keep_base_block(
    conn: Connection, office: Actor, link: bytes, first: int, last: int, name: bytes, sealed: bytes
) -> list[tuple[bytes, bytes]]:
    """Keep the office's signed block as received, so that a restored office can be handed it back.

    Returns (hash, block) of others that are kept of the same life, link and first position.
    """
    b, number = t.base_block.c, actor_id(conn, office)
    row = insert(t.base_block).values(office=number, link=link, first=first, last=last, hash=name, sealed=sealed)
    conn.execute(row.on_conflict_do_nothing())
    others = select(b.hash, b.sealed).where(b.office == number, b.link == link, b.first == first, b.hash != name)
    return [(bytes(r.hash), bytes(r.sealed)) for r in conn.execute(others)]


def drop_base_block(conn: Connection, office: Actor, link: bytes, first: int, name: bytes) -> None:
    """Drop a block kept by `keep_base_block`."""
    b = t.base_block.c
    mine = (b.office == actor_id(conn, office)) & (b.link == link) & (b.first == first) & (b.hash == name)
    conn.execute(delete(t.base_block).where(mine))


def base_blocks(conn: Connection, living: Actor, known: dict[str, int]) -> list[bytes]:
    """The blocks of former incarnations of the office beyond what it says it knows {actor hex: position}, in order."""
    b = t.base_block.c
    out = []
    for office, position in _former(conn, living, known):
        beyond = select(b.sealed).where(b.office == office, b.last > position).order_by(b.first)
        out += [bytes(sealed) for sealed in conn.execute(beyond).scalars()]
    return out


def blocks_beyond(conn: Connection, living: Actor, known: dict[str, int]) -> bool:
    """Whether `base_blocks` are any."""
    b = t.base_block.c
    beyond = (select(b.first).where(b.office == o, b.last > n).limit(1) for o, n in _former(conn, living, known))
    return any(conn.execute(query).first() for query in beyond)


def _former(conn: Connection, living: Actor, known: dict[str, int]) -> list[tuple[int, int]]:
    """(row id, known position) of each incarnation of the office that blocks are held of, but the living one."""
    whose = names(conn)
    offices = conn.execute(select(t.base_block.c.office).distinct().order_by(t.base_block.c.office)).scalars()
    raws = ((office, whose[office].to_bytes()) for office in offices)
    return [(office, known.get(raw.hex(), 0)) for office, raw in raws if raw != living.to_bytes()]


def keep_fork(
    conn: Connection, actor: Actor, number: int, name: bytes, sealed: bytes, now_ms: int, branch: Branch | None
) -> None:
    """Keep a second segment of one number; `branch`: one workspace was used on two machines (sync.md §3.1)."""
    values = {"hash": name, "actor": actor_id(conn, actor), "number": number, "sealed": sealed, "noticed_ms": now_ms}
    if branch is not None:
        actor_id(conn, branch.actor)
        over = branch.over.actor.to_bytes() if branch.over is not None else None
        values |= {"branch": branch.actor.to_bytes(), "since": branch.since, "over": over}
    row = insert(t.fork).values(values | {"clash": int(branch is not None)})
    again = {name: row.excluded[name] for name in ("clash", "branch", "since", "over")}
    conn.execute(row.on_conflict_do_update(index_elements=["hash"], set_=again))


def branches(conn: Connection) -> dict[bytes, Branch]:
    """{hash of a second segment: the line it belongs to}."""
    f = t.fork.c
    query = select(f.hash, f.branch, f.since, f.over, t.actor.c.actor)
    rows = conn.execute(query.join(t.actor, t.actor.c.id == f.actor).where(f.branch.is_not(None))).all()
    told = {row.branch: row for row in rows}
    lines: dict[bytes | None, Branch | None] = {None: None}

    def line(name: bytes | None) -> Branch | None:
        if name not in lines:
            row = told.get(name)
            lines[name] = row and Branch(
                Actor.from_bytes(row.actor), row.since, Actor.from_bytes(row.branch), line(row.over)
            )
        return lines[name]

    return {row.hash: found for row in rows if (found := line(row.branch)) is not None}


def before_segment(conn: Connection, name: bytes) -> bytes | None:
    """What the segment with this hash names as its predecessor; None when it is not in any chain held."""
    found = conn.execute(select(t.segment.c.prev).where(t.segment.c.hash == name)).scalar()
    return None if found is None else bytes(found)


def kept_aside(conn: Connection, name: bytes) -> bool:
    """Whether the segment with this hash is kept beside the chain."""
    return conn.execute(select(t.fork.c.hash).where(t.fork.c.hash == name)).first() is not None


def fork_clash(conn: Connection, name: bytes) -> bool | None:
    """Whether the second segment with this hash contradicts the first; None when no such one is kept and folded.

    0.1.0 kept contradicting ones without folding them: those count as not kept, so that they are when they come again.
    """
    row = conn.execute(select(t.fork.c.clash, t.fork.c.branch).where(t.fork.c.hash == name)).first()
    return None if row is None or (row.clash and row.branch is None) else bool(row.clash)


def bodies(conn: Connection, actor: Actor, first: int, last: int) -> dict[int, bytes]:
    """{running number: bytes} of the ops held of an actor in a range."""
    query = (
        select(t.op.c.seq, t.op.c.body)
        .join(t.actor, t.actor.c.id == t.op.c.actor)
        .where(t.actor.c.actor == actor.to_bytes(), t.op.c.seq.between(first, last))
    )
    out = held.raws_between(conn, actor, first, last)
    return out | {row.seq: bytes(row.body) for row in conn.execute(query)}


def next_prev(conn: Connection, actor: Actor, number: int) -> bytes | None:
    """What the segment after `number`, if held, names as its predecessor's hash."""
    return _of_segment(conn, "prev", actor, number + 1)


def root_of(facts: Facts, kind: Kind | None) -> bytes:
    """The record a base's record belongs to: itself where its kind has no root."""
    if kind is None or not kind.root:
        return facts.record
    tag = kind.by_name[kind.root].tag
    for c in facts.creates:
        if isinstance(c.values.get(tag), bytes):
            return bytes(c.values[tag])
    return facts.record


def ops_of_record(conn: Connection, record: bytes) -> list[Op]:
    """The ops held of one record."""
    return ops_of(conn, [record])
