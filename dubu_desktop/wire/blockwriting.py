"""Writing codec 2: ops of one author to columns (`blocks`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from backports import zstd

from dubu_desktop.domain.ops import Actor, Context, Dot, Op, OpType
from dubu_desktop.wire.blocks import BLOCK_OPS, BlockForm, BodyForm, Pairs
from dubu_desktop.wire.column import Column, pack_column, pack_ints

_LEVEL = 6
_encode = msgspec.msgpack.Encoder().encode


def encode_blocks(ops: Sequence[Op], flags: Sequence[int]) -> bytes:
    """A segment's body from its ops, in order, all by one author; `flags`: the flags of each (codec.op_flags)."""
    actors: dict[Actor, int] = {ops[0].dot.actor: 0}
    persons: dict[bytes, int] = {}
    blocks = []
    for start in range(0, len(ops), BLOCK_OPS):
        part = ops[start : start + BLOCK_OPS]
        block = _pack_block(part, flags[start : start + BLOCK_OPS], actors, persons)
        blocks.append((len(part), zstd.compress(_encode(block), _LEVEL)))
    return _encode(BodyForm([a.to_bytes() for a in list(actors)[1:]], list(persons), blocks))


def _pack_block(
    ops: Sequence[Op], flags: Sequence[int], actors: dict[Actor, int], persons: dict[bytes, int]
) -> BlockForm:
    roots = list(dict.fromkeys(op.root for op in ops if op.root != op.record))
    root = {r: i for i, r in enumerate(roots, 1)}
    txns = list(dict.fromkeys(op.txn for op in ops))
    txn = {x: i for i, x in enumerate(txns)}
    creates = [op for op in ops if op.type is OpType.CREATE]
    shaped = [(op.kind, *op.values) for op in creates]
    shapes = list(dict.fromkeys(shaped))
    shape = {s: i for i, s in enumerate(shapes)}
    sets = [op for op in ops if op.type is OpType.SET]
    writes = [(op.kind, tag, write) for op in sets for tag, write in op.writes.items()]
    walls = [op.wall for op in ops]
    return BlockForm(
        pack_ints(flags),
        pack_ints([op.lam for op in ops]),
        pack_ints([b - a for a, b in zip([0, *walls], walls, strict=False)]),
        pack_ints([persons.setdefault(op.person, len(persons)) for op in ops]),
        pack_ints([op.kind for op in ops]),
        pack_ints([int(op.type) for op in ops]),
        b"".join(op.record for op in ops),
        b"".join(roots),
        pack_ints([0 if op.root == op.record else root[op.root] for op in ops]),
        b"".join(txns),
        [] if len(txns) == len(ops) else pack_ints([txn[op.txn] for op in ops]),
        _pack_dots([op.at for op in ops], actors),
        [list(s) for s in shapes],
        pack_ints([shape[s] for s in shaped]),
        _pack_creates(creates, shapes),
        pack_ints([len(op.writes) for op in sets]),
        pack_ints([tag for _, tag, _ in writes]),
        _pack_dots([write.over for _, _, write in writes], actors),
        _pack_dots([_as_dots(write.ctx) for _, _, write in writes], actors),
        _pack_values((kind, tag, write.value) for kind, tag, write in writes),
        pack_ints([op.event for op in ops if op.type is OpType.EVENT]),
        [(i, dict(op.args)) for i, op in enumerate(ops) if op.args],
        [(i, _pack_seen(op.seen, actors)) for i, op in enumerate(ops) if op.seen],
    )


def _pack_creates(creates: Sequence[Op], shapes: Sequence[tuple[int, ...]]) -> list[tuple[int, int, Column]]:
    if len(shapes) != 1:
        return _pack_values((op.kind, tag, value) for op in creates for tag, value in op.values.items())
    (kind, *tags) = shapes[0]
    columns = zip(*(op.values.values() for op in creates), strict=True)  # turned over without a step per cell
    return sorted((kind, tag, pack_column(values)) for tag, values in zip(tags, columns, strict=True))


def _pack_values(cells: Iterable[tuple[int, int, Any]]) -> list[tuple[int, int, Column]]:
    columns: dict[tuple[int, int], list[Any]] = {}
    for kind, tag, value in cells:
        columns.setdefault((kind, tag), []).append(value)
    return [(kind, tag, pack_column(values)) for (kind, tag), values in sorted(columns.items())]


def _as_dots(ctx: Context) -> list[Dot]:
    return [Dot(actor, seq) for actor, seq in sorted(ctx.items())]


def _pack_dots(rows: Sequence[Sequence[Dot]], actors: dict[Actor, int]) -> Pairs:
    dots = [dot for row in rows for dot in row]
    numbers = [actors.setdefault(dot.actor, len(actors)) for dot in dots]
    return pack_ints([len(row) for row in rows]), pack_ints(numbers), [dot.seq for dot in dots]


def _pack_seen(seen: Mapping[int, Context], actors: dict[Actor, int]) -> dict[int, list[tuple[int, int]]]:
    return {
        tag: [(actors.setdefault(a, len(actors)), n) for a, n in sorted(ctx.items())]
        for tag, ctx in sorted(seen.items())
    }
