"""Strict decoding of small structures: one type, one failure (T13, T15)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain.ops import Actor
from dubu_desktop.wire.messages import Direction, Foot, Have, Head, ReplicaStatus, RosterEntry
from dubu_desktop.wire.packing import pack, unpack

HAVE = Have(b"a" * 16, 3, b"h" * 32)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_what_is_packed_comes_out(actor: bytes, number: int, name: bytes) -> None:
    have = Have(actor, number, name)
    assert unpack(Have, pack(have), max_bytes=100) == have


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        pack([b"a" * 16, 3]),
        pack([b"a" * 16, 3, b"h" * 32, 4]),
        pack([b"a" * 15, 3, b"h" * 32]),
        pack(["a" * 16, 3, b"h" * 32]),
        pack([b"a" * 16, 3.0, b"h" * 32]),
        pack([b"a" * 16, True, b"h" * 32]),
        pack([b"a" * 16, -1, b"h" * 32]),
        pack([b"a" * 16, 2**63, b"h" * 32]),
        pack({"actor": b"a" * 16, "number": 3, "hash": b"h" * 32}),
        pack(HAVE) + b"\0",
        pack(HAVE)[:-1],
        b"\xdd\xff\xff\xff\xff",
        b"\x91" * 100_000,
    ],
)
def test_anything_else_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a Have"):
        unpack(Have, data, max_bytes=200_000)


def test_bad_text_and_too_deep_skipped_fields_are_value_errors() -> None:
    entry = pack(_entry())
    assert entry[0] == 0x9F  # an array of 15
    appended = b"\xdc\x00\x10" + entry[1:]
    assert unpack(RosterEntry, appended + b"\xc0", max_bytes=2048) == _entry()
    with pytest.raises(ValueError, match="RecursionError"):
        unpack(RosterEntry, appended + b"\x91" * 100_000 + b"\xc0", max_bytes=200_000)
    foot = pack(Foot(1, bytes(32), ["age"])).replace(b"\xa3age", b"\xa3\xed\xa0\x80")
    with pytest.raises(ValueError, match="not a Foot"):
        unpack(Foot, foot, max_bytes=200)


def test_an_entry_of_0_1_0_opens_without_what_was_appended() -> None:
    old = b"\x9d" + pack(_entry())[1:-2]  # 13 fields: no reason (an empty text), no moment (0)
    assert unpack(RosterEntry, old, max_bytes=2048) == _entry()


def _entry() -> RosterEntry:
    return RosterEntry(
        hub=b"h" * 16, version=1, replica_id=b"\xff" * 8, side="group", sign_public=bytes(32), age_recipient="age1"
    )


@given(st.binary(max_size=60))
def test_random_bytes_never_raise_anything_else(data: bytes) -> None:
    for kind in (Have, Foot, RosterEntry):
        with pytest.raises(ValueError):
            unpack(kind, data, max_bytes=50)


def test_too_many_bytes_are_not_even_looked_at() -> None:
    with pytest.raises(ValueError, match="at most 10"):
        unpack(Have, pack(HAVE), max_bytes=10)


def test_a_link_is_named_alike_from_both_ends() -> None:
    hub, spoke = Actor(1, 2, 3).to_bytes(), Actor(4, 5, 6).to_bytes()
    common = {"schema": 1, "codecs": [], "workspace": b"w" * 16, "serial": 1}
    up = Head(sender=spoke, recipient=hub, direction=Direction.UP, **common)
    down = Head(sender=hub, recipient=spoke, direction=Direction.DOWN, **common)
    assert up.link == down.link == hub + spoke
    assert (up.sender_actor, up.recipient_actor) == (Actor(4, 5, 6), Actor(1, 2, 3))


def test_the_fields_keep_their_places() -> None:
    """Permanent: a file of any release opens in the newest. Append at the end, never change a line here."""
    assert Head.__struct_fields__ == (
        "format", "min_reader", "schema", "codecs", "workspace", "sender", "recipient", "direction", "serial", "part",
        "parts", "previous", "have", "base_position", "missing", "want", "durable", "receipts", "lineage", "reg",
        "roster", "revocations", "program", "created_ms", "label",
        "reads", "left", "late", "fresh",
    )  # fmt: skip
    assert RosterEntry.__struct_fields__ == (
        "hub", "version", "replica_id", "side", "group", "group_code", "role", "sign_public", "age_recipient",
        "valid_from_ms", "status", "cutoff", "label", "reason", "changed_ms",
    )  # fmt: skip
    assert [status.value for status in ReplicaStatus] == [1, 2, 3]


def test_a_replica_is_read_unsigned() -> None:
    assert _entry().replica == 2**64 - 1
