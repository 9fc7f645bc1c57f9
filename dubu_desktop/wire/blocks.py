"""Codec 2 of a segment's body: ops by columns, in blocks that can be opened one at a time (docs/bundle-format.md).

A block holds up to `BLOCK_OPS` ops that follow each other. The same field of many ops stands together, which packs to
half the bytes of codec 1 and is read by the set: an import takes whole columns to the tables and makes no object per
op, and a fold that needs one op of a segment opens one block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec

from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, Write
from dubu_desktop.wire.codec import MAX_BODY, MAX_INT, inflate, require_tags
from dubu_desktop.wire.column import Column, Ints, unpack_column, unpack_ints

#: codec number of a segment's body
CODEC_COLUMNS = 2
#: ops in a block; a segment has at most 1,000
BLOCK_OPS = 250
_MAX_BLOCK_OPS = 4096
#: values that the creates, or the writes of the sets, of one block may have: 4,096 ops of 64 fields each. What all
#: rows share costs no bytes, so a block of nothing could otherwise claim more values than any memory holds
_MAX_VALUES = _MAX_BLOCK_OPS * 64
_ID = 16
Pairs = tuple[Ints, Ints, list[int]]


class BodyForm(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """`blocks`: (ops, bytes) of each. Number 0 of the actors is the author and not written."""

    actors: list[bytes]
    persons: list[bytes]
    blocks: list[tuple[int, bytes]]


class BlockForm(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What the ops of one block have in common, field by field. Dots are (how many, actor, running number) in a run.

    `roots`: other roots than the record itself, 16 bytes each; `root`: 0 for itself, else number in `roots` + 1.
    `txn`: empty when every op has its own. `shape`: of each create, which of `shapes` (kind, then tags) it gave;
    `values` and `written` are (kind, tag, column). `tags`, `over`, `ctx`: of each write of a set. `args`, `seen`: only
    of ops that have them, by place in the block.
    """

    flags: Ints
    lam: Ints
    wall: Ints
    person: Ints
    kind: Ints
    type: Ints
    records: bytes
    roots: bytes
    root: Ints
    txns: bytes
    txn: Ints
    at: Pairs
    shapes: list[list[int]]
    shape: Ints
    values: list[tuple[int, int, Column]]
    writes: Ints
    tags: Ints
    over: Pairs
    ctx: Pairs
    written: list[tuple[int, int, Column]]
    events: Ints
    args: list[tuple[int, dict[str, Any]]]
    seen: list[tuple[int, dict[int, list[tuple[int, int]]]]]


_decode_body = msgspec.msgpack.Decoder(BodyForm).decode
_decode_block = msgspec.msgpack.Decoder(BlockForm).decode


# --- reading -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Dots:
    """Dots of many rows in a run: row i has those from `ends[i - 1]` to `ends[i]`."""

    ends: list[int]
    actors: list[int]
    seqs: list[int]

    def row(self, i: int, table: Sequence[Actor]) -> tuple[Dot, ...]:
        """The dots of one row."""
        start, end = (self.ends[i - 1] if i else 0), self.ends[i]
        return tuple(Dot(table[self.actors[k]], self.seqs[k]) for k in range(start, end))


class Block:
    """One block opened: its fields as lists, one entry an op (or a create, a set, a write of a set, an event)."""

    def __init__(self, b: BlockForm, n: int, first: int, table: Sequence[Actor], persons: Sequence[bytes]) -> None:
        """`first`: running number of its first op. ValueError when the parts do not fit each other."""
        self.n, self.first, self.table = n, first, table
        self.flags, self.lam = unpack_ints(b.flags, n), unpack_ints(b.lam, n)
        self.wall = _summed(unpack_ints(b.wall, n))
        self.kind, self.type = unpack_ints(b.kind, n), unpack_ints(b.type, n)
        self.person = _named(unpack_ints(b.person, n), persons)
        self.records = _ids(b.records, n)
        others = _ids(b.roots, len(b.roots) // _ID)
        numbers = unpack_ints(b.root, n)
        own = not any(numbers)
        self.roots = self.records if own else _roots(self.records, others, numbers)
        txns = _ids(b.txns, len(b.txns) // _ID)
        self.txns = txns if b.txn == [] else _named(unpack_ints(b.txn, n), txns)
        self.at = self._dots(b.at, n)
        count = {t: self.type.count(t) for t in OpType}
        creates = [i for i, t in enumerate(self.type) if t == OpType.CREATE] if count[OpType.CREATE] < n else range(n)
        self.shapes, self.shape = b.shapes, unpack_ints(b.shape, count[OpType.CREATE])
        self.values = self._values(b, [self.kind[i] for i in creates])
        self.writes = unpack_ints(b.writes, count[OpType.SET])
        if min(self.writes, default=0) < 0 or sum(self.writes) > _MAX_VALUES:
            raise ValueError("an impossible number of writes")
        self.tags = unpack_ints(b.tags, sum(self.writes))
        self.over, self.ctx = self._dots(b.over, len(self.tags)), self._dots(b.ctx, len(self.tags))
        self.written = self._written(b)
        self.events = unpack_ints(b.events, count[OpType.EVENT])
        self.args, self.seen = dict(b.args), dict(b.seen)
        self._require(sum(count.values()), txns)

    def _values(self, b: BlockForm, kinds: list[int]) -> dict[tuple[int, int], list[Any]]:
        """{(kind, tag): its values}, of the creates whose shape names it, in their order."""
        used = Counter(self.shape)
        if any(not 0 <= s < len(b.shapes) for s in used) or any(len(set(s[1:])) != len(s) - 1 for s in b.shapes):
            raise ValueError("a create names no shape")
        if [b.shapes[s][0] for s in self.shape] != kinds:
            raise ValueError("a create of another kind than its shape")
        rows = Counter[tuple[int, int]]()
        for i, (kind, *tags) in enumerate(b.shapes):
            rows.update({(kind, tag): used[i] for tag in tags})
        if sum(rows.values()) > _MAX_VALUES:
            raise ValueError("an impossible number of values")
        return _columns(b.values, rows)

    def _written(self, b: BlockForm) -> dict[tuple[int, int], list[Any]]:
        """{(kind, tag): its values}, of the writes of sets, in their order."""
        if not self.tags:
            return _columns(b.written, Counter())
        kinds = [k for k, t in zip(self.kind, self.type, strict=True) if t == OpType.SET]
        of_write = [kind for kind, count in zip(kinds, self.writes, strict=True) for _ in range(count)]
        return _columns(b.written, Counter(zip(of_write, self.tags, strict=True)))

    def _dots(self, pairs: Pairs, rows: int) -> Dots:
        counts = unpack_ints(pairs[0], rows)
        if rows and min(counts) < 0:
            raise ValueError("fewer than no dots")
        seqs = pairs[2]
        actors = unpack_ints(pairs[1], len(seqs))
        ends = _summed(counts)
        if (ends[-1] if ends else 0) != len(seqs):
            raise ValueError("dots of another length")
        if seqs and (min(seqs) < 1 or min(actors) < 0 or max(actors) >= len(self.table)):
            raise ValueError("a dot names no actor of its table")
        return Dots(ends, actors, seqs)

    def _require(self, known: int, txns: list[bytes]) -> None:
        """What `decode_op` requires of one op."""
        if known != self.n or len(self.txns) != self.n or len(set(txns)) != len(txns):
            raise ValueError("ops of unknown type")
        if min(self.lam) < 1 or max(*self.lam, *map(abs, self.wall), self.first + self.n) > MAX_INT:
            raise ValueError("ops with impossible numbers")
        if any(len(p) not in (0, _ID) for p in set(self.person)):
            raise ValueError("ops with impossible ids")
        seen = (tag for fields in self.seen.values() for tag in fields)
        require_tags(0, *set(self.kind), *set(self.tags), *set(self.events), *chain(*self.shapes), *seen)
        if any(not 0 <= i < self.n for i in (*self.args, *self.seen)):
            raise ValueError("arguments of no op")

    def ops(self, wanted: Sequence[int] | None = None) -> Iterator[Op]:
        """The ops, or those whose places in the block are `wanted`."""
        places = None if wanted is None else set(wanted)
        values = {key: iter(column) for key, column in self.values.items()}
        written = {key: iter(column) for key, column in self.written.items()}
        created = happened = changed = write = 0
        for i in range(self.n):
            kind = self.type[i]
            parts: dict[str, Any] = {}
            if kind == OpType.CREATE:
                of, *tags = self.shapes[self.shape[created]]
                parts["values"] = {tag: next(values[of, tag]) for tag in tags}
                created += 1
            elif kind == OpType.SET:
                count = self.writes[changed]
                parts["writes"] = {
                    self.tags[k]: Write(next(written[self.kind[i], self.tags[k]]), self._over(k), self._ctx(k))
                    for k in range(write, write + count)
                }
                changed, write = changed + 1, write + count
            elif kind == OpType.EVENT:
                parts["event"] = self.events[happened]
                happened += 1
            if places is None or i in places:
                yield self._op(i, parts)

    def _over(self, k: int) -> tuple[Dot, ...]:
        return self.over.row(k, self.table)

    def _ctx(self, k: int) -> dict[Actor, int]:
        return dict(self.ctx.row(k, self.table))

    def _op(self, i: int, parts: dict[str, Any]) -> Op:
        if i in self.seen:
            parts["seen"] = {tag: self._seen(pairs) for tag, pairs in self.seen[i].items()}
        if i in self.args:
            parts["args"] = self.args[i]
        dot = Dot(self.table[0], self.first + i)
        return Op(
            dot, self.lam[i], self.wall[i], self.person[i], self.kind[i], self.records[i], self.roots[i],
            OpType(self.type[i]), self.txns[i], self.at.row(i, self.table), **parts,
        )  # fmt: skip

    def _seen(self, pairs: Sequence[tuple[int, int]]) -> dict[Actor, int]:
        if any(not 0 <= a < len(self.table) or n < 1 for a, n in pairs):
            raise ValueError("a context names no actor of its table")
        return {self.table[a]: n for a, n in pairs}


class Blocks:
    """A segment's body, opened block by block."""

    def __init__(self, body: bytes | memoryview, actor: Actor, first: int) -> None:
        """`actor`: the author; `first`: running number of the first op. ValueError when it is no body of this codec."""
        try:
            self._body = _decode_body(body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ValueError("not a body of columns") from error
        if any(not 1 <= n <= _MAX_BLOCK_OPS for n, _ in self._body.blocks):
            raise ValueError("a block of impossible size")
        self._table = [actor, *(Actor.from_bytes(a) for a in self._body.actors)]
        self._first, self._left = first, MAX_BODY
        self.ops = sum(n for n, _ in self._body.blocks)

    def __iter__(self) -> Iterator[Block]:
        """Every block in order."""
        first = self._first
        for n, packed in self._body.blocks:
            yield self._open(packed, n, first)
            first += n

    def _open(self, packed: bytes, n: int, first: int) -> Block:
        plain = inflate(packed, self._left)
        self._left -= len(plain)
        try:
            return Block(_decode_block(plain), n, first, self._table, self._body.persons)
        except (msgspec.DecodeError, RecursionError, IndexError, TypeError, UnicodeError, KeyError) as error:
            raise ValueError("not a block of columns") from error

    def of_roots(self, roots: set[bytes]) -> Iterator[Op]:
        """The ops whose root is one of `roots`."""
        for block in self:
            places = [i for i, root in enumerate(block.roots) if root in roots]
            if places:
                yield from block.ops(places)


def _columns(
    columns: Sequence[tuple[int, int, Column]], rows: Mapping[tuple[int, int], int]
) -> dict[tuple[int, int], list[Any]]:
    if {(kind, tag) for kind, tag, _ in columns} != {key for key, count in rows.items() if count}:
        raise ValueError("columns and ops differ")
    return {(kind, tag): unpack_column(column, rows[kind, tag]) for kind, tag, column in columns}


def _ids(run: bytes, count: int) -> list[bytes]:
    if len(run) != count * _ID:
        raise ValueError("ids of another length")
    return [run[i : i + _ID] for i in range(0, len(run), _ID)]


def _roots(records: Sequence[bytes], others: Sequence[bytes], numbers: Sequence[int]) -> list[bytes]:
    if min(numbers) < 0 or max(numbers) > len(others):
        raise ValueError("an op names no root")
    return [others[n - 1] if n else records[i] for i, n in enumerate(numbers)]


def _named(numbers: Sequence[int], table: Sequence[bytes]) -> list[bytes]:
    if numbers and (min(numbers) < 0 or max(numbers) >= len(table)):
        raise ValueError("an op names nothing of its table")
    return [table[n] for n in numbers]


def _summed(deltas: Sequence[int]) -> list[int]:
    out, total = [], 0
    for delta in deltas:
        total += delta
        out.append(total)
    return out
