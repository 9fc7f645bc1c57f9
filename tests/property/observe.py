"""What the program's workspaces and bundles say, read out as plain values for the model: the only place that knows how.

Values are their canonical bytes, ops are named as in the model. Nothing is judged here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from dubu_desktop.actions.exchange import trust
from dubu_desktop.actions.house import House
from dubu_desktop.db import journal, links, local, scope, segments
from dubu_desktop.db import tables as t
from dubu_desktop.db.digests import open_digests
from dubu_desktop.domain.facts import Facts
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType
from dubu_desktop.domain.records import BY_NAME, BY_TAG
from dubu_desktop.sync.contents import Frame
from dubu_desktop.sync.reading import read_bundle
from dubu_desktop.sync.segments import Base, Segment, parse_base
from dubu_desktop.wire.bodies import raws_in
from dubu_desktop.wire.codec import decode_facts, decode_op, decode_rows, pack_value, unpack_value
from dubu_desktop.wire.digest import total_digest
from dubu_desktop.wire.messages import Head
from tests.property import mvr
from tests.property.model import Name

SORTS = {OpType.CREATE: "create", OpType.SET: "set", OpType.EVENT: "event"}


def name_of(dot: Dot) -> Name:
    """A dot as the model names ops."""
    return dot.actor.to_bytes(), dot.seq


def kind_of(op: Op) -> str:
    """The kind's name; an unknown kind's number."""
    return BY_TAG[op.kind].name if op.kind in BY_TAG else str(op.kind)


def values_of(op: Op) -> dict[int, bytes]:
    """{tag: canonical bytes} of what an op writes."""
    given = op.values if op.type is OpType.CREATE else {tag: w.value for tag, w in op.writes.items()}
    return {tag: pack_value(value) for tag, value in given.items()}


def names_held(conn: Any) -> set[Name]:
    """Names of all ops in a journal, whether they have rows of their own or stand in their segments."""
    actors = {row.id: bytes(row.actor) for row in conn.execute(select(t.actor))}
    out = {(actors[r.actor], r.seq) for r in conn.execute(select(t.op.c.actor, t.op.c.seq))}
    runs = conn.execute(select(t.segment.c.actor, t.segment.c.first_seq, t.segment.c.last_seq))
    return out.union((actors[r.actor], n) for r in runs for n in range(r.first_seq, r.last_seq + 1))


def bodies_held(house: House) -> dict[Name, bytes]:
    """{name: bytes} of all ops in a journal."""
    out: dict[Name, bytes] = {}
    with house.ws.reading() as conn:
        for actor in journal.actors(conn):
            last = journal.last_seq(conn, actor)
            found = journal.bodies(conn, actor, 1, last) if last else {}
            out |= {(actor.to_bytes(), n): raw for n, raw in found.items()}
    return out


def sealed(house: House) -> dict[Name, bytes]:
    """{(actor, number): bytes} of every sealed segment, wherever its bytes lie."""
    with house.ws.reading() as conn:
        chains = [(actor.to_bytes(), enumerate(segments.each(conn, actor))) for actor in journal.actors(conn)]
        return {(actor, place): raw for actor, found in chains for place, raw in found}


def own_ops(house: House, above: int) -> list[Op]:
    """The ops of this life of a workspace numbered above `above`, in order."""
    actor = house.ws.profile.actor
    with house.ws.reading() as conn:
        query = select(t.op.c.seq, t.op.c.body).join(t.actor, t.actor.c.id == t.op.c.actor)
        query = query.where(t.actor.c.actor == actor.to_bytes(), t.op.c.seq > above).order_by(t.op.c.seq)
        return [decode_op(row.body, actor) for row in conn.execute(query)]


def last_own(house: House) -> int:
    """How many ops this life of a workspace has written."""
    with house.ws.reading() as conn:
        return journal.last_seq(conn, house.ws.profile.actor)


def names_in(facts: Facts) -> set[Name]:
    """Every op a base tells of."""
    dots = [c.dot for c in facts.creates] + [e.dot for e in facts.events]
    return {name_of(d) for d in (*dots, *(h.dot for hs in facts.heads.values() for h in hs))}


def names_told(conn: Any, records: Iterable[bytes]) -> set[Name]:
    """Every op that the bases held of `records` tell of."""
    query = select(t.base.c.body).where(t.base.c.record.in_(list(records)))
    return set[Name]().union(*(names_in(decode_facts(row.body)) for row in conn.execute(query)))


def unpacked(raw: bytes) -> Any:
    """A value of its canonical bytes."""
    return unpack_value(raw)


@dataclass(frozen=True)
class Shown:
    """One record as a workspace shows it: heads per field, lifecycle heads, values, what waits or has no effect."""

    heads: dict[int, frozenset[Name]]
    values: dict[int, bytes]
    conflicts: frozenset[int]
    life: frozenset[Name]
    status: str
    inert: dict[Name, str]
    exists: bool


def shown(house: House, roots: Iterable[bytes]) -> dict[bytes, Shown]:
    """{record: what the fold makes of it} of whole aggregates."""
    out: dict[bytes, Shown] = {}
    with house.ws.reading() as conn:
        for found in house.ws.fold.states(conn, list(roots)).values():
            for record, s in found.items():
                out[record] = Shown(
                    {tag: frozenset(name_of(h.dot) for h in r.heads) for tag, r in s.registers.items()},
                    {tag: pack_value(r.value) for tag, r in s.registers.items()},
                    frozenset(s.conflicts) | ({0} if s.status_conflict else set()),
                    frozenset(name_of(d) for d in s.heads),
                    s.status,
                    {name_of(d): str(why) for d, why in s.inert.items()},
                    s.exists,
                )
    return out


def table_conflicts(house: House) -> dict[bytes, frozenset[int]]:
    """{record: tags in conflict} as lists and pages read it from the tables."""
    out: dict[bytes, set[int]] = {}
    with house.ws.reading() as conn:
        query = select(t.record.c.uuid, t.conflict.c.tag).join(t.record, t.record.c.id == t.conflict.c.record)
        for row in conn.execute(query):
            out.setdefault(bytes(row.uuid), set()).add(row.tag)
    return {record: frozenset(tags) for record, tags in out.items()}


def table_inert(house: House) -> dict[Name, str]:
    """{name: reason} of the list of ops without effect."""
    with house.ws.reading() as conn:
        query = select(t.actor.c.actor, t.inert.c.seq, t.inert.c.reason).join(t.actor, t.actor.c.id == t.inert.c.actor)
        return {(bytes(r.actor), r.seq): r.reason for r in conn.execute(query)}


def records_here(house: House) -> set[bytes]:
    """Every record with a row."""
    with house.ws.reading() as conn:
        return {bytes(r.uuid) for r in conn.execute(select(t.record.c.uuid))}


def table_audience(house: House) -> dict[bytes, frozenset[bytes]]:
    """{record: ids of the groups that receive it} as the tables say."""
    with house.ws.reading() as conn:
        rows = conn.execute(select(t.record.c.uuid, t.record.c.audience)).all()
    return {bytes(u): frozenset(a[i : i + 16] for i in range(0, len(a), 16)) for u, a in rows}


def digest(house: House, group: bytes | None = None) -> str:
    """One word for all records, or for those in a group's scope."""
    with house.ws.reading() as conn:
        return total_digest(scope.digests(conn, group))


def everything(house: House) -> str:
    """One word for every row of journal and folded tables, byte for byte: what no refused bundle may change."""
    told = hashlib.sha256()
    with house.ws.reading() as conn:
        for table in (*t.JOURNAL.sorted_tables, *t.FOLDED.sorted_tables, t.link):
            rows = sorted(repr(tuple(row)) for row in conn.execute(select(table)))
            told.update("\n".join([table.name, *rows]).encode())
    return told.hexdigest()


def link_of(house: House) -> dict[int, links.Link]:
    """The links of a workspace by the other side's replica."""
    with house.ws.reading() as conn:
        return links.every(conn)


@dataclass(frozen=True)
class Inside:
    """What a bundle carries: its head, ops of segments, ops told by bases and items, and every byte unpacked."""

    head: Head
    ops: tuple[Op, ...]
    told: frozenset[Name]
    records: frozenset[bytes]
    plain: bytes


def opened(house: House, path: Path) -> Inside:
    """A bundle read with the addressee's key, to its last byte."""
    with house.ws.reading() as conn:
        who = trust.addressee(house.ws, conn)
    frames: list[Frame] = []
    with path.open("rb") as file:
        reading = read_bundle(file, who)
        while True:
            try:
                frames.append(next(reading))
            except StopIteration as end:
                verified = end.value
                break
    ops: list[Op] = []
    told: set[Name] = set()
    records: set[bytes] = set()
    plain: list[bytes] = [repr(verified.head).encode()]
    for frame in frames:
        if isinstance(frame, Segment):
            rows = raws_in(frame.body, frame.codec, frame.actor, frame.first_seq)
            ops += [decode_op(raw, frame.actor) for raw in rows]
            plain += rows
            continue
        base = frame if isinstance(frame, Base) else getattr(frame, "base", None)
        if base is not None:
            rows = decode_rows(base.body, base.codec)
            plain += rows
            for raw in rows:
                facts = decode_facts(raw)
                told |= names_in(facts)
                records.add(facts.record)
    records |= {op.record for op in ops}
    return Inside(verified.head, tuple(ops), frozenset(told), frozenset(records), b"\n".join(plain))


def actor_of(raw: bytes) -> Actor:
    """An actor of its bytes."""
    return Actor.from_bytes(raw)


def digests(house: House, group: bytes | None = None) -> dict[bytes, bytes]:
    """{record: digest} of all, or of those in a group's scope."""
    with house.ws.reading() as conn:
        rows = conn.execute(select(t.record.c.uuid, t.record.c.digest, t.record.c.audience)).all()
        late = open_digests(conn)
    found = [r for r in rows if group is None or scope.reaches(r.audience, group)]
    return {bytes(r.uuid): bytes(r.digest) or late[bytes(r.uuid)] for r in found}


def digest_in(conn: Any) -> str:
    """One word for all records inside a transaction, what waits included."""
    inert = [
        repr(tuple(row)).encode() for row in conn.execute(select(t.inert.c.seq, t.inert.c.record, t.inert.c.reason))
    ]
    return total_digest(scope.digests(conn), inert)


def holds_segments(house: House, actor: bytes, number: int) -> bool:
    """Whether every segment of an actor up to `number` is here."""
    with house.ws.reading() as conn:
        end = journal.contiguous(conn, Actor.from_bytes(actor))
    return end is not None and end.number >= number


def writes(house: House, record: bytes, root: bytes) -> list[mvr.Write]:
    """Every write of a record's fields that counts here, from ops and from the base, for `mvr`."""
    out: list[mvr.Write] = []
    with house.ws.reading() as conn:
        state = house.ws.fold.states(conn, [root])[root][record]
        facts = journal.base_of(conn, record)
        ops = [op for op in journal.ops_of_record(conn, record) if op.dot not in state.inert]
    for op in ops:
        if op.type is OpType.CREATE:
            out += [mvr.Write(name_of(op.dot), tag, value, {}) for tag, value in op.values.items()]
        for tag, w in op.writes.items():
            out.append(mvr.Write(name_of(op.dot), tag, w.value, {a.to_bytes(): n for a, n in w.ctx.items()}))
    for c in facts.creates if facts else ():
        out += [mvr.Write(name_of(c.dot), tag, value, {}) for tag, value in c.values.items()]
    for tag, heads in facts.heads.items() if facts else ():
        out += [mvr.Write(name_of(h.dot), tag, h.value, {a.to_bytes(): n for a, n in h.ctx.items()}) for h in heads]
    return out


def field_name(kind: str, tag: int) -> str:
    """The name of a field, "status" for the lifecycle, nothing for one that this version does not know."""
    if tag == 0:
        return "status"
    declared = BY_NAME[kind].by_tag.get(tag)
    return declared.name if declared else ""


def tag_of(kind: str, name: str) -> int:
    """The tag of a field."""
    return BY_NAME[kind].by_name[name].tag


def alarms(house: House) -> set[str]:
    """Codes of the alarms up."""
    with house.ws.reading() as conn:
        return {a.code for a in local.alarms(conn)}


def values_of_field(house: House, record: bytes, name: str) -> set[object]:
    """The values that stand side by side in a field of a finding."""
    tag = tag_of("finding", name)
    with house.ws.reading() as conn:
        state = house.ws.fold.state(conn, record, record)
    return set() if state is None else {h.value for h in state.register(tag).heads}


def blocks_unpacked(house: House) -> bytes:
    """All that the office's sealed blocks kept here tell, unpacked."""
    with house.ws.reading() as conn:
        sealed = [bytes(raw) for raw in conn.execute(select(t.base_block.c.sealed)).scalars()]
    bases = [parse_base(raw, workspace=house.ws.profile.workspace) for raw in sealed]
    return b"\n".join(raw for base in bases for raw in decode_rows(base.body, base.codec))
