"""What stands inside an archive: sealed segments moved out of the database, with a signed head that names each.

Two shorts (format, min_reader), the length of the head, the head, the segments in a run as they were sealed, and the
Ed25519 signature of whoever moved them, made by `sync`. The encryption around it is the store's (db/archives.py).
Nothing in it depends on when it was made: the same segments moved again are the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from dubu_desktop.wire.messages import Bytes16, Bytes32, Positive
from dubu_desktop.wire.packing import pack, unpack

FORMAT = 1
SIGNATURE = 64
_START = struct.Struct(">HHI")
_MAX_HEAD = 64 * 1024 * 1024


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One segment: whose, its number, the ops it holds, its hash, and how many bytes it takes in the run."""

    actor: Bytes16
    number: Positive
    first_seq: Positive
    last_seq: Positive
    hash: Bytes32
    size: Positive


class ArchiveHead(msgspec.Struct, frozen=True, array_like=True):
    """Of which workspace, moved out by whom (its actor and signing key), and what is inside, in order."""

    workspace: Bytes16
    maker: Bytes16
    key: Bytes32
    segments: list[Entry]


class Layout(NamedTuple):
    """The head with its bytes as signed, and where in the content each of its segments begins."""

    head: ArchiveHead
    raw: bytes
    places: list[int]


def begin(head: ArchiveHead) -> tuple[bytes, list[int]]:
    """The bytes before the run of segments, and where in the content each segment will begin."""
    raw = pack(head)
    return _START.pack(FORMAT, FORMAT, len(raw)) + raw, _places(len(raw), head.segments)


def start_size() -> int:
    """How many bytes `head_size` wants to see."""
    return _START.size


def head_size(start: bytes) -> int:
    """How many bytes the head takes, by the first bytes of the content; ValueError when it is none of these."""
    if len(start) != _START.size:
        raise ValueError("no archive")
    _, oldest, length = _START.unpack(start)
    if oldest > FORMAT or length > _MAX_HEAD:
        raise ValueError(f"an archive of format {oldest}, {length} bytes of head")
    return int(length)


def layout(raw: bytes) -> Layout:
    """What the head says; ValueError where it says nothing."""
    head = unpack(ArchiveHead, raw, max_bytes=_MAX_HEAD)
    return Layout(head, raw, _places(len(raw), head.segments))


def _places(head: int, entries: Sequence[Entry]) -> list[int]:
    at, out = _START.size + head, []
    for entry in entries:
        out.append(at)
        at += entry.size
    return out
