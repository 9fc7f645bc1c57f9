"""Sealed blocks: what is signed is everything, and nothing is ever re-encoded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import (
    NO_HASH,
    open_base,
    open_segment,
    parse_base,
    parse_segment,
    seal_base,
    seal_segment,
)
from tests.unit.sync.parties import WORKSPACE, World

LINK = bytes(range(32))


def sealed_one(world: World, body: bytes = b"body", **changes: Any) -> Any:
    values: dict[str, Any] = {
        "workspace": WORKSPACE,
        "actor": world.g1.actor,
        "number": 1,
        "prev_hash": NO_HASH,
        "first_seq": 1,
        "last_seq": 4,
        "codec": 1,
        "sign_private": world.g1.identity.sign_private,
    }
    return seal_segment(body, **(values | changes))


def g1_key(world: World) -> Any:
    return lambda actor: world.g1.identity.public.sign_public if actor == world.g1.actor else None


def code_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(DubuError) as caught:
        call(*args, **kwargs)
    return caught.value.code


@given(
    body=st.binary(max_size=300),
    number=st.integers(2, 2**62),
    length=st.integers(0, 5000),
    codec=st.integers(0, 65535),
    prev=st.binary(min_size=32, max_size=32).filter(any),
)
def test_a_segment_comes_back_as_it_was(
    world: World, body: bytes, number: int, length: int, codec: int, prev: bytes
) -> None:
    made = sealed_one(
        world, body, number=number, first_seq=number, last_seq=number + length, codec=codec, prev_hash=prev
    )
    assert open_segment(made.sealed, workspace=WORKSPACE, key_of=g1_key(world)) == made
    assert parse_segment(made.sealed, workspace=WORKSPACE) == made


def test_sealing_twice_gives_the_same_bytes(world: World) -> None:
    """So that an export repeated after a crash is the same export."""
    assert sealed_one(world).sealed == sealed_one(world).sealed


def test_a_new_incarnation_names_the_chain_head_it_continues_from(world: World) -> None:
    earlier = Actor(world.g1.actor.replica, 0, 99)
    made = sealed_one(world, prev_hash=b"h" * 32, continues=earlier)
    assert open_segment(made.sealed, workspace=WORKSPACE, key_of=g1_key(world)).continues == earlier


def test_every_bit_of_a_segment_counts(world: World) -> None:
    data = bytearray(sealed_one(world).sealed)
    for position in range(len(data) * 8):
        data[position // 8] ^= 1 << position % 8
        code = code_of(open_segment, bytes(data), workspace=WORKSPACE, key_of=g1_key(world))
        assert code in {"D-202", "D-203", "D-204", "D-205"}
        data[position // 8] ^= 1 << position % 8


def test_every_bit_of_a_base_counts(world: World) -> None:
    office = world.office
    made = seal_base(
        b"b", workspace=WORKSPACE, office=office.actor, link=LINK, first=1, last=2, codec=1,
        sign_private=office.identity.sign_private,
    )  # fmt: skip
    assert open_base(made.sealed, workspace=WORKSPACE, key_of=world.office_key) == made
    assert parse_base(made.sealed, workspace=WORKSPACE) == made
    data = bytearray(made.sealed)
    for position in range(len(data) * 8):
        data[position // 8] ^= 1 << position % 8
        code = code_of(open_base, bytes(data), workspace=WORKSPACE, key_of=world.office_key)
        assert code in {"D-202", "D-203", "D-204", "D-205"}
        data[position // 8] ^= 1 << position % 8


def test_a_segment_of_another_workspace_or_author_does_not_open(world: World) -> None:
    sealed = sealed_one(world).sealed
    assert code_of(open_segment, sealed, workspace=b"x" * 16, key_of=g1_key(world)) == "D-203"
    g2 = world.g2.identity.public.sign_public
    assert code_of(open_segment, sealed, workspace=WORKSPACE, key_of=lambda actor: g2) == "D-203"
    assert code_of(open_segment, sealed, workspace=WORKSPACE, key_of=lambda actor: None) == "D-202"


def test_a_segment_is_no_base(world: World) -> None:
    """Even where the lengths would fit: the domain strings differ."""
    sealed = sealed_one(world, bytes(200)).sealed
    assert code_of(open_base, sealed, workspace=WORKSPACE, key_of=world.office_key) in {"D-203", "D-204"}


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 0},
        {"number": 2, "first_seq": 5, "last_seq": 9},  # no previous hash
        {"number": 2, "first_seq": 1, "prev_hash": b"h" * 32},
        {"number": 7, "first_seq": 3, "prev_hash": b"h" * 32},  # fewer ops than segments
        {"first_seq": 2},
        {"last_seq": 0},
        {"prev_hash": b"h" * 32},  # goes on from nobody
        {"continues": Actor(1, 1, 1)},  # goes on from somebody without hash
        {"number": 2, "first_seq": 5, "last_seq": 9, "prev_hash": b"h" * 32, "continues": Actor(1, 1, 1)},
    ],
)
def test_impossible_numbers_are_not_sealed(world: World, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        sealed_one(world, **changes)


def test_impossible_numbers_are_not_opened_even_when_signed(world: World, monkeypatch: Any) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("dubu_desktop.sync.segments._plausible", lambda segment: True)
        made = sealed_one(world, first_seq=2)
    assert code_of(open_segment, made.sealed, workspace=WORKSPACE, key_of=g1_key(world)) == "D-204"


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1)])
def test_impossible_positions_are_not_sealed(world: World, first: int, last: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        seal_base(
            b"", workspace=WORKSPACE, office=world.office.actor, link=LINK, first=first, last=last, codec=1,
            sign_private=world.office.identity.sign_private,
        )  # fmt: skip


def test_blocks_beyond_the_frame_limit_are_not_sealed(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("dubu_desktop.sync.segments.MAX_SEALED", 1000)
    with pytest.raises(ValueError, match="cannot be"):
        sealed_one(world, bytes(1000))
    with pytest.raises(ValueError, match="cannot be"):
        seal_base(
            bytes(1000), workspace=WORKSPACE, office=world.office.actor, link=LINK, first=1, last=1, codec=1,
            sign_private=world.office.identity.sign_private,
        )  # fmt: skip


def test_a_newer_layout_is_refused_by_name(world: World) -> None:
    sealed = b"\x02" + sealed_one(world).sealed[1:]
    assert code_of(open_segment, sealed, workspace=WORKSPACE, key_of=g1_key(world)) == "D-205"
