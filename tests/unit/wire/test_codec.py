"""Ops and bases as bytes: round trips, unknown data kept, hostile bytes refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain.facts import Created, Facts, Happened, Head, Inert
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, Write
from dubu_desktop.wire import codec

ACTORS = st.builds(Actor, st.integers(1, 2**64 - 1), st.integers(1, 2**32 - 1), st.integers(0, 2**32 - 1))
DOTS = st.builds(Dot, ACTORS, st.integers(1, 2**40))
VALUES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20) | st.binary(max_size=16)
CTX = st.dictionaries(ACTORS, st.integers(1, 2**40), max_size=4)
IDS = st.binary(min_size=16, max_size=16)
OPS = st.builds(
    Op,
    dot=DOTS,
    lam=st.integers(1, 2**40),
    wall=st.integers(-(2**50), 2**50),
    person=IDS | st.just(b""),
    kind=st.integers(1, 99),
    record=IDS,
    root=IDS,
    type=st.sampled_from(OpType),
    txn=IDS,
    at=st.lists(DOTS, max_size=3).map(tuple),
    values=st.dictionaries(st.integers(1, 99), VALUES, max_size=4),
    writes=st.dictionaries(
        st.integers(1, 99), st.builds(Write, VALUES, st.lists(DOTS, max_size=2).map(tuple), CTX), max_size=3
    ),
    event=st.integers(0, 99),
    args=st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=3),
    seen=st.dictionaries(st.integers(1, 99), CTX, max_size=2),
)


@given(OPS)
def test_an_op_comes_back_as_it_was(op: Op) -> None:
    raw = codec.encode_op(op)
    assert codec.decode_op(raw, op.dot.actor) == op
    assert codec.encode_op(codec.decode_op(raw, op.dot.actor)) == raw


@given(DOTS, CTX, VALUES)
def test_a_base_comes_back_as_it_was(dot: Dot, ctx: dict[Actor, int], value: object) -> None:
    facts = Facts(
        8,
        b"r" * 16,
        (Created(dot, 1, 0, b"", {1: value}),),
        {2: (Head(dot, 2, 5, b"", value, ctx),)},
        (Happened(dot, 3, 6, b"", 1, (dot,), {"reason": "甲"}, {2: ctx}),),
        {dot: Inert.NO_AUTHORITY},
    )
    assert codec.decode_facts(codec.encode_facts(facts)) == facts


def test_rows_come_back_and_damage_is_refused() -> None:
    rows = [b"one", b"two" * 1000]
    body = codec.encode_rows(rows)
    assert codec.decode_rows(body, codec.CODEC_ROWS) == rows
    with pytest.raises(ValueError, match="codec"):
        codec.decode_rows(body, 77)
    for bad in (body[:-3], body + b"x", b"", b"\0" * 40, body[:10] + b"\xff" + body[11:]):
        with pytest.raises(ValueError):
            codec.decode_rows(bad, codec.CODEC_ROWS)


def test_a_bomb_stops_at_the_limit() -> None:
    bomb = codec.encode_rows([b"\0" * 5_000_000])
    with pytest.raises(ValueError, match="large"):
        codec.inflate(bomb, limit=1_000_000)


@pytest.mark.parametrize("raw", [b"", b"\xc0", b"\x90", msgspec.msgpack.encode([1, 2, 3]), b"\x91" * 20_000])
def test_bytes_that_are_no_op(raw: bytes) -> None:
    with pytest.raises(ValueError):
        codec.decode_op(raw, Actor(1, 1, 1))
    with pytest.raises(ValueError):
        codec.decode_facts(raw)


@pytest.mark.parametrize("change", [{"record": b"short"}, {"txn": b""}, {"lam": 0}, {"person": b"abc"}])
def test_impossible_ids_are_refused(change: dict[str, object]) -> None:
    good = {
        "dot": Dot(Actor(1, 1, 1), 1), "lam": 1, "wall": 0, "person": b"", "kind": 8,
        "record": b"r" * 16, "root": b"r" * 16,
        "type": OpType.CREATE, "txn": b"t" * 16,
    }  # fmt: skip
    with pytest.raises(ValueError):
        codec.decode_op(codec.encode_op(Op(**(good | change))), Actor(1, 1, 1))  # type: ignore[arg-type]


def test_a_body_may_not_grow_beyond_what_memory_bears() -> None:
    """RSS stays below 300 MB whatever a bundle holds: 256 MiB of zeros come in 8 kB."""
    from backports import zstd

    from dubu_desktop.wire.codec import MAX_BODY, inflate

    assert MAX_BODY <= 64 * 1024 * 1024
    assert len(inflate(zstd.compress(bytes(1000), 3))) == 1000
    with pytest.raises(ValueError, match="too large"):
        inflate(zstd.compress(bytes(MAX_BODY + 1), 3))
