"""Op <-> bytes and base <-> bytes, strict and canonical enough to be signed once and never re-encoded.

An op's bytes do not name its own actor: the segment does, under the actor's signature. Other actors stand in a small
table in front, number 0 being the op's own. Unknown tags inside `values` and `writes` survive (sync.md §3.10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from backports import zstd

from dubu_desktop.domain.facts import Created, Facts, Happened, Head, Inert
from dubu_desktop.domain.ops import Actor, Context, Dot, Op, OpType, Write

#: codec number of a segment's body: zstd over an array of op bytes
CODEC_ROWS = 1
#: flag of an op: a reader that does not know its kind or type must refuse the whole bundle
MANDATORY = 1

#: what a table column holds; a number beyond it is no running number, no rank and no moment
MAX_INT = 2**63 - 1
#: the highest number a kind, a field or an event may have
MAX_TAG = 2**32 - 1
#: what a body may grow to: as much as its sealed form may hold, and a bomb of it still leaves memory below 300 MB
MAX_BODY = 64 * 1024 * 1024


class _OpBody(msgspec.Struct, array_like=True, forbid_unknown_fields=False):
    flags: int
    seq: int
    lam: int
    wall: int
    person: bytes
    kind: int
    record: bytes
    root: bytes
    type: int
    txn: bytes
    actors: list[bytes]
    at: list[tuple[int, int]]
    values: dict[int, Any]
    writes: dict[int, tuple[Any, list[tuple[int, int]], list[tuple[int, int]]]]
    event: int
    args: dict[str, Any]
    seen: dict[int, list[tuple[int, int]]]


class _FactsBody(msgspec.Struct, array_like=True, forbid_unknown_fields=False):
    kind: int
    record: bytes
    actors: list[bytes]
    creates: list[tuple[int, int, int, int, bytes, dict[int, Any]]]
    heads: dict[int, list[tuple[int, int, int, int, bytes, Any, list[tuple[int, int]]]]]
    events: list[
        tuple[int, int, int, int, bytes, int, list[tuple[int, int]], dict[str, Any], dict[int, list[tuple[int, int]]]]
    ]
    inert: list[tuple[int, int, str]]


class _FactsBodyMore(_FactsBody, array_like=True, forbid_unknown_fields=False):
    """With what is written only where there is any; 0.1.0 reads over it."""

    repeats: list[tuple[int, int, bytes]] = []


_encode = msgspec.msgpack.Encoder().encode
_encode_sorted = msgspec.msgpack.Encoder(order="sorted").encode
_decode_op = msgspec.msgpack.Decoder(_OpBody).decode
_decode_facts = msgspec.msgpack.Decoder(_FactsBodyMore).decode
_decode_rows = msgspec.msgpack.Decoder(list[bytes]).decode


class UnknownType(ValueError):
    """An op of a type that only a newer version knows; what it does to a record cannot be left out."""

    def __init__(self, number: int) -> None:
        super().__init__(f"an op of unknown type {number}")
        self.number = number


_REASONS = frozenset(str(reason) for reason in Inert)


class _Actors:
    """The small table of actors in front of an encoded thing."""

    def __init__(self, known: Sequence[Actor] = ()) -> None:
        self.index: dict[Actor, int] = {a: i for i, a in enumerate(known)}

    def dot(self, dot: Dot) -> tuple[int, int]:
        return self.index.setdefault(dot.actor, len(self.index)), dot.seq

    def ctx(self, ctx: Context) -> list[tuple[int, int]]:
        return [self.dot(Dot(a, s)) for a, s in sorted(ctx.items())]

    def table(self, skip: int = 0) -> list[bytes]:
        return [a.to_bytes() for a in list(self.index)[skip:]]


def encode_op(op: Op) -> bytes:
    """The bytes of one op, its own actor left out."""
    actors = _Actors([op.dot.actor])
    at = [actors.dot(d) for d in op.at]
    writes = {
        tag: (w.value, [actors.dot(d) for d in w.over], actors.ctx(w.ctx)) for tag, w in sorted(op.writes.items())
    }
    seen = {tag: actors.ctx(c) for tag, c in sorted(op.seen.items())}
    body = _OpBody(
        MANDATORY if op.type is OpType.PURGE else 0,
        op.dot.seq,
        op.lam,
        op.wall,
        op.person,
        op.kind,
        op.record,
        b"" if op.root == op.record else op.root,
        int(op.type),
        op.txn,
        actors.table(skip=1),
        at,
        dict(sorted(op.values.items())),
        writes,
        op.event,
        dict(sorted(op.args.items())),
        seen,
    )
    return _encode(body)


def _contexts(pairs: Iterable[tuple[int, int]], table: Sequence[Actor]) -> dict[Actor, int]:
    out: dict[Actor, int] = {}
    for i, seq in pairs:
        if not 0 <= i < len(table) or seq < 1:
            raise ValueError("a context names no actor of its table")
        out[table[i]] = seq
    return out


def _dots(pairs: Iterable[tuple[int, int]], table: Sequence[Actor]) -> tuple[Dot, ...]:
    out = []
    for i, seq in pairs:
        if not 0 <= i < len(table) or seq < 1:
            raise ValueError("a dot names no actor of its table")
        out.append(Dot(table[i], seq))
    return tuple(out)


def require_tags(*tags: int) -> None:
    """ValueError when one of these is no number of a kind, a field or an event."""
    if min(tags) < 0 or max(tags) > MAX_TAG:
        raise ValueError("an impossible number of a kind, a field or an event")


def decode_op(raw: bytes, actor: Actor) -> Op:
    """The op of `raw`, written by `actor`. ValueError when the bytes are no op of this format."""
    try:
        b = _decode_op(raw)
    except (msgspec.DecodeError, RecursionError) as exc:
        raise ValueError(f"not an op: {exc}") from exc
    if (
        len(b.record) != 16
        or len(b.root) not in (0, 16)
        or len(b.txn) != 16
        or len(b.person) not in (0, 16)
        or b.seq < 1
        or b.lam < 1
    ):
        raise ValueError("an op with impossible ids")
    if max(b.seq, b.lam, abs(b.wall)) > MAX_INT:
        raise ValueError("an op with impossible numbers")
    require_tags(b.kind, b.event, *b.values, *b.writes, *b.seen)
    if b.type not in OpType._value2member_map_:
        raise UnknownType(b.type)
    table = [actor, *(Actor.from_bytes(a) for a in b.actors)]
    writes = {t: Write(v, _dots(over, table), _contexts(ctx, table)) for t, (v, over, ctx) in b.writes.items()}
    return Op(
        Dot(actor, b.seq),
        b.lam,
        b.wall,
        b.person,
        b.kind,
        b.record,
        b.root or b.record,
        OpType(b.type),
        b.txn,
        _dots(b.at, table),
        b.values,
        writes,
        b.event,
        b.args,
        {t: _contexts(c, table) for t, c in b.seen.items()},
    )


#: how an op of just these fields begins: an array of so many
OP_HEADER = b"\xdc" + len(_OpBody.__struct_fields__).to_bytes(2, "big")


def op_flags(raw: bytes) -> int:
    """The flags of an op's bytes; ValueError when they are no op."""
    if raw.startswith(OP_HEADER) and len(raw) > len(OP_HEADER) and raw[len(OP_HEADER)] < 128:
        return raw[len(OP_HEADER)]
    try:
        return int(_decode_op(raw).flags)
    except msgspec.DecodeError as exc:
        raise ValueError("not an op") from exc


def encode_rows(rows: Sequence[bytes], level: int = 3) -> bytes:
    """A segment's body from the bytes of its ops, in order (codec `CODEC_ROWS`)."""
    return zstd.compress(msgspec.msgpack.encode(list(rows)), level)


def decode_rows(body: bytes, codec: int) -> list[bytes]:
    """The op bytes of a segment's body; ValueError on an unknown codec, damage, or more than `MAX_BODY` bytes."""
    if codec != CODEC_ROWS:
        raise ValueError(f"unknown codec {codec}")
    return _decode_rows(inflate(body))


def inflate(body: bytes, limit: int = MAX_BODY) -> bytes:
    """Decompressed `body`; ValueError when damaged or larger than `limit` bytes (reliability.md T13)."""
    unzip = zstd.ZstdDecompressor()
    try:
        out = unzip.decompress(body, max_length=limit)
    except zstd.ZstdError as exc:
        raise ValueError("damaged compression") from exc
    if not unzip.eof or unzip.unused_data:
        raise ValueError("too large or cut short")
    return out


def encode_facts(facts: Facts) -> bytes:
    """The bytes of one base."""
    actors = _Actors()
    creates = [(*actors.dot(c.dot), c.lam, c.wall, c.person, dict(c.values)) for c in facts.creates]
    heads = {
        t: [(*actors.dot(h.dot), h.lam, h.wall, h.person, h.value, actors.ctx(h.ctx)) for h in hs]
        for t, hs in sorted(facts.heads.items())
    }
    events = [
        (
            *actors.dot(e.dot),
            e.lam,
            e.wall,
            e.person,
            e.event,
            [actors.dot(d) for d in e.at],
            dict(e.args),
            {t: actors.ctx(c) for t, c in sorted(e.seen.items())},
        )
        for e in facts.events
    ]
    inert = [(*actors.dot(d), str(why)) for d, why in sorted(facts.inert.items())]
    repeats = [(*actors.dot(c.dot), c.repeats) for c in facts.creates if c.repeats]
    body = (facts.kind, facts.record, actors.table(), creates, heads, events, inert)
    return _encode(_FactsBodyMore(*body, repeats) if repeats else _FactsBody(*body))


def decode_facts(raw: bytes) -> Facts:
    """The base of `raw`; ValueError when the bytes are no base of this format."""
    try:
        b = _decode_facts(raw)
        # a reason of a newer office: what it says is without effect is so, whatever the reason is called
        inert = [(i, s, Inert(w) if w in _REASONS else Inert.UNKNOWN) for i, s, w in b.inert]
    except (msgspec.DecodeError, RecursionError, ValueError) as exc:
        raise ValueError(f"not a base: {exc}") from exc
    require_tags(b.kind, *b.heads, *(tag for create in b.creates for tag in create[5]))
    for _, _, _, _, _, event, _, _, seen in b.events:
        require_tags(event, *seen)
    table = [Actor.from_bytes(a) for a in b.actors]

    def dot(i: int, seq: int) -> Dot:
        return _dots([(i, seq)], table)[0]

    whose = {dot(i, s): replica for i, s, replica in b.repeats}
    creates = (Created(dot(i, s), lam, wall, person, values) for i, s, lam, wall, person, values in b.creates)
    return Facts(
        b.kind,
        b.record,
        tuple(c._replace(repeats=whose[c.dot]) if c.dot in whose else c for c in creates),
        {
            t: tuple(Head(dot(i, s), lam, wall, p, v, _contexts(c, table)) for i, s, lam, wall, p, v, c in hs)
            for t, hs in b.heads.items()
        },
        tuple(
            Happened(
                dot(i, s), lam, wall, p, ev, _dots(at, table), args, {t: _contexts(c, table) for t, c in seen.items()}
            )
            for i, s, lam, wall, p, ev, at, args, seen in b.events
        ),
        {dot(i, s): why for i, s, why in inert},
    )


def pack_value(value: Any) -> bytes:
    """Canonical bytes of one field value, for comparing and for digests."""
    return _encode_sorted(value)


def unpack_value(raw: bytes) -> Any:
    """The value of `pack_value`."""
    return msgspec.msgpack.decode(raw)


def canonical(mapping: Mapping[Any, Any]) -> bytes:
    """Canonical bytes of a small tree (sorted keys)."""
    return _encode_sorted(dict(mapping))
