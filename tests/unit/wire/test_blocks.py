"""Segments in columns: whatever ops go in come out the same, byte for byte; damage is a ValueError and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, Write
from dubu_desktop.wire.blocks import BLOCK_OPS, CODEC_COLUMNS, Blocks
from dubu_desktop.wire.blockwriting import encode_blocks
from dubu_desktop.wire.bodies import READABLE, body_of, ops_in, raws_in
from dubu_desktop.wire.codec import CODEC_ROWS, encode_op, encode_rows
from dubu_desktop.wire.column import Form, pack_column, unpack_column

ME, OTHER = Actor(7, 1, 9), Actor(8, 2, 10)
IDS = st.binary(min_size=16, max_size=16)
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8) | st.binary(max_size=8)
    | st.floats(allow_nan=False)
)  # fmt: skip
VALUES = st.recursive(LEAVES, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=3), v, max_size=3))
ALIKE = st.sampled_from(["甲", "乙", "甲乙\0丙", "", "a", b"x" * 16, b"y" * 16, None, True, False, 1, 1.0, 0])
TAGS = st.integers(0, 300)
DOTS = st.builds(Dot, st.sampled_from([ME, OTHER]), st.integers(1, 2**40))
CONTEXTS = st.dictionaries(st.sampled_from([ME, OTHER]), st.integers(1, 99), max_size=2)


@st.composite
def runs(draw: st.DrawFn) -> list[Op]:
    """Ops of one author that follow each other, of any type, kinds and tags known and unknown."""
    first, out = draw(st.integers(1, 1000)), []
    for seq in range(first, first + draw(st.integers(1, 6))):
        record = draw(IDS)
        kind = draw(st.sampled_from(list(OpType)))
        parts: dict[str, Any] = {}
        if kind is OpType.CREATE:
            parts["values"] = dict(sorted(draw(st.dictionaries(TAGS, VALUES | ALIKE, max_size=4)).items()))
        elif kind is OpType.SET:
            write = st.builds(Write, VALUES | ALIKE, st.lists(DOTS, max_size=2).map(tuple), CONTEXTS)
            parts["writes"] = dict(sorted(draw(st.dictionaries(TAGS, write, max_size=3)).items()))
        elif kind is OpType.EVENT:
            parts["event"] = draw(st.integers(0, 99))
            parts["seen"] = dict(sorted(draw(st.dictionaries(TAGS, CONTEXTS, max_size=2)).items()))
        parts["args"] = dict(sorted(draw(st.dictionaries(st.text(max_size=3), VALUES, max_size=2)).items()))
        out.append(
            Op(
                Dot(ME, seq), draw(st.integers(1, 99)), draw(st.integers(-5, 2**45)), draw(st.just(b"") | IDS),
                draw(st.integers(0, 99)), record, draw(st.just(record) | IDS), kind, draw(IDS),
                tuple(draw(st.lists(DOTS, max_size=2))), **parts,
            )
        )  # fmt: skip
    return out


@given(runs())
@settings(max_examples=200)
def test_any_ops_come_back_byte_for_byte(ops: list[Op]) -> None:
    raws = [encode_op(op) for op in ops]
    body = encode_blocks(ops, [0] * len(ops))
    first = ops[0].dot.seq
    assert [encode_op(op) for op in ops_in(body, CODEC_COLUMNS, ME, first)] == raws
    assert raws_in(body, CODEC_COLUMNS, ME, first) == raws
    wanted = {ops[0].root}
    assert list(ops_in(body, CODEC_COLUMNS, ME, first, wanted)) == [op for op in ops if op.root in wanted]
    assert list(ops_in(encode_rows(raws), CODEC_ROWS, ME, first, wanted)) == [op for op in ops if op.root in wanted]


@given(runs(), st.data())
@settings(max_examples=200)
def test_damage_is_a_value_error(ops: list[Op], data: st.DataObject) -> None:
    actors, persons, blocks = msgspec.msgpack.decode(encode_blocks(ops, [0] * len(ops)))
    parts = msgspec.msgpack.decode(zstd.decompress(blocks[0][1]))
    place = data.draw(st.integers(0, len(parts) - 1))
    parts[place] = data.draw(VALUES)
    if data.draw(st.booleans()):
        blocks[0][0] = data.draw(st.integers(-1, 9))
    try:  # what a hostile author may also send must either be refused or be ops that can be written again
        bent = [[blocks[0][0], zstd.compress(msgspec.msgpack.encode(parts))]]
        body = msgspec.msgpack.encode([actors, persons, bent])
        for op in ops_in(body, CODEC_COLUMNS, ME, ops[0].dot.seq):
            encode_op(op)
    except ValueError:
        return


@given(st.lists(VALUES | ALIKE, min_size=1, max_size=8) | st.lists(st.text(), min_size=1, max_size=40))
def test_a_column_gives_back_its_values_with_their_types(values: list[Any]) -> None:
    packed = msgspec.msgpack.decode(msgspec.msgpack.encode(pack_column(values)))
    back = unpack_column(packed, len(values))
    assert [(type(v), v) for v in back] == [(type(v), v) for v in values]
    with pytest.raises(ValueError, match="length"):
        unpack_column((Form.PLAIN, values), len(values) + 1)


def test_every_form_is_used_where_it_pays() -> None:
    texts = [f"城关街道第{i}号，占道经营" for i in range(300)]
    assert pack_column(texts)[0] is Form.MAPPED
    assert pack_column(["".join(chr(0x4E00 + i) for i in range(n, n + 9)) for n in range(300)])[0] is Form.TEXT
    assert pack_column([bytes([i]) * 16 for i in range(200)])[0] is Form.FIXED
    assert pack_column(["甲", "乙"] * 50)[0] is Form.FEW
    assert pack_column([True] * 50)[0] is Form.SAME
    assert pack_column([True, 1] * 50)[0] is Form.PLAIN


def test_a_run_of_256_characters_and_one_that_shows_late() -> None:
    every = "".join(chr(0x4E00 + i) for i in range(256))
    for values in ([every, every[::-1], "一"], [every[:240] * 40, "晚来的字", "x\0y"]):
        packed = pack_column(values)
        assert packed[0] is Form.MAPPED
        assert unpack_column(packed, len(values)) == values
    assert pack_column([every, "还有一个"])[0] is Form.TEXT


def test_blocks_are_opened_one_by_one() -> None:
    ops = []
    for seq in range(1, 2 * BLOCK_OPS + 2):
        record = seq.to_bytes(16, "big")
        ops.append(Op(Dot(ME, seq), 1, 5, b"", 8, record, record, OpType.CREATE, bytes(16), values={3: "甲"}))
    blocks = Blocks(encode_blocks(ops, [0] * len(ops)), ME, 1)
    assert blocks.ops == len(ops)
    assert [block.n for block in blocks] == [BLOCK_OPS, BLOCK_OPS, 1]


@pytest.mark.parametrize(
    "changed",
    [
        {15: 2**50, 16: 3},  # so many writes of one field, in a few bytes: once they filled all memory
        {15: [2**50, 1 - 2**50], 16: 3},
        {12: [[8, *range(1000, 400_000)]], 13: 0, 5: 1, 15: [], 16: []},
    ],
)
def test_a_claim_of_more_values_than_memory_holds_costs_nothing(changed: dict[int, Any]) -> None:
    record = bytes(16)
    ops = [
        Op(Dot(ME, seq), 1, 5, b"", 8, record, record, OpType.SET, bytes(16), writes={3: Write("甲", (), {})})
        for seq in (1, 2)
    ]
    tree = msgspec.msgpack.decode(encode_blocks(ops, [0] * len(ops)))
    block = msgspec.msgpack.decode(zstd.decompress(tree[2][0][1]))
    for field, value in changed.items():
        block[field] = value
    tree[2][0][1] = zstd.compress(msgspec.msgpack.encode(block))
    with pytest.raises(ValueError, match="an impossible number of"):
        list(Blocks(msgspec.msgpack.encode(tree), ME, 1))


def test_what_would_not_come_back_the_same_stays_in_rows() -> None:
    op = Op(Dot(ME, 1), 1, 5, b"", 8, bytes(16), bytes(16), OpType.CREATE, bytes(16), values={3: "甲"})
    assert body_of([encode_op(op)], ME, READABLE)[1] == CODEC_COLUMNS
    assert body_of([encode_op(op)], ME, [CODEC_ROWS])[1] == CODEC_ROWS
    newer = msgspec.msgpack.encode([*msgspec.msgpack.decode(encode_op(op), strict=False), "a field of tomorrow"])
    body, codec = body_of([newer], ME, READABLE)
    assert codec == CODEC_ROWS
    assert raws_in(body, codec, ME, 1) == [newer]
