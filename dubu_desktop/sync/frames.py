"""Frames: the units a bundle is made of, inside the age stream (sync.md §3.11).

`[type u8 | flags u8 | length u32 | payload]`, big-endian. Here are the numbers, the caps, and the reader that takes
frames off a stream of pieces without ever holding more than one of them.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import MAX_SEALED
from dubu_desktop.wire.messages import BlobKind

MIB = 1024 * 1024

# The clear start of every bundle file: 12 bytes of magic, format, oldest format whose readers can read it.
PREAMBLE = struct.Struct(">12sHH")
MAGIC = b"DUBU-BUNDLE\n"
HEADER = struct.Struct(">BBI")
MANDATORY = 1

# hash, kind, offset, total; then at most BLOB_PIECE bytes
_BLOB = struct.Struct(">32sBQQ")
BLOB_HEADER = _BLOB.size
BLOB_PIECE = MIB

MAX_FILE = 2 * 1024 * MIB  # one volume on a stick (contracts.md §8)
MAX_FRAMES = 1_000_000
MAX_HEAD = MIB


class FrameType(IntEnum):
    """What a frame holds; the numbers are permanent."""

    #: who sends what to whom; first, once
    HEAD = 1
    #: a segment of the sender's own ops; up only
    SEG = 2
    #: a block of bases for this link; down only
    BASE = 3
    #: a block of bases the spoke got from an earlier life of the office and hands back; up only
    ITEM = 4
    #: a piece of a photo
    BLOB = 5
    #: counts, running hash and the sender's signature; last, once
    FOOT = 6


# T13: checked before a byte of the payload is read. An unknown frame may be as long as the longest known one.
_CAPS = {
    FrameType.HEAD: MAX_HEAD,
    FrameType.SEG: MAX_SEALED,
    FrameType.BASE: MAX_SEALED,
    FrameType.ITEM: MAX_SEALED,
    FrameType.BLOB: BLOB_PIECE + _BLOB.size,
    FrameType.FOOT: 4096,
}


@dataclass(frozen=True, slots=True)
class BlobPiece:
    """A piece of one photo: `offset` bytes of `total` came before it. Pieces of a photo follow each other directly."""

    sha256: bytes
    kind: BlobKind
    offset: int
    total: int
    data: bytes = field(repr=False)

    @property
    def last(self) -> bool:
        """Whether the photo is complete with this piece."""
        return self.offset + len(self.data) == self.total

    def to_payload(self) -> bytes:
        """The payload of its BLOB frame."""
        return _BLOB.pack(self.sha256, self.kind, self.offset, self.total) + self.data

    @classmethod
    def from_payload(cls, payload: bytes) -> BlobPiece:
        """The piece in a BLOB frame; ValueError if it cannot be one."""
        if len(payload) <= _BLOB.size:
            raise ValueError("empty blob piece")
        sha256, kind, offset, total = _BLOB.unpack_from(payload)
        piece = cls(sha256, BlobKind(kind), offset, total, payload[_BLOB.size :])
        if offset + len(piece.data) > total or total > MAX_FILE:
            raise ValueError("blob piece beyond the end of its photo")
        if not piece.last and len(piece.data) != BLOB_PIECE:
            raise ValueError("short piece in the middle of a photo")
        return piece


@dataclass(slots=True)
class FrameHash:
    """The running hash and number of all frames with their headers: what the FOOT signs."""

    frames: int = 0
    _running: hashlib._Hash = field(default_factory=hashlib.sha256, repr=False)

    def begin(self, header: bytes) -> None:
        """A frame starts with these 6 header bytes."""
        self.frames += 1
        if self.frames > MAX_FRAMES:
            raise DubuError("D-209", limit=f"数据块超过{MAX_FRAMES}个")
        self._running.update(header)

    def update(self, payload: bytes | memoryview) -> None:
        """Bytes of its payload."""
        self._running.update(payload)

    def digest(self) -> bytes:
        """SHA-256 so far."""
        return self._running.digest()


class Plain:
    """The decrypted stream as exact reads; D-204 when it ends before it should."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def take(self, count: int) -> bytes:
        """Exactly `count` bytes."""
        return b"".join(self.stream(count))

    def stream(self, count: int) -> Iterator[memoryview]:
        """Exactly `count` bytes, piece by piece."""
        while count:
            if not self._rest and not self._refill():
                raise DubuError("D-204")
            piece, self._rest = self._rest[:count], self._rest[count:]
            count -= len(piece)
            yield piece

    def at_end(self) -> bool:
        """Whether nothing follows; reads on if it must to know."""
        return not self._rest and not self._refill()

    def _refill(self) -> bool:
        for piece in self._pieces:
            if piece:
                self._rest = memoryview(piece)
                return True
        return False


@dataclass(frozen=True, slots=True)
class RawFrame:
    """A known frame as it stands in the stream."""

    type: FrameType
    header: bytes
    payload: bytes = field(repr=False)


def read_frame(plain: Plain, seen: FrameHash, program: str) -> RawFrame | None:
    """The next frame; None for an unknown advisory one, which is hashed and skipped.

    Every frame but FOOT goes into `seen`. DubuError D-205 for an unknown mandatory frame (`program` names what to
    install), D-209 for a length beyond its cap, D-204 for impossible flags or a stream that ends.
    """
    header = plain.take(HEADER.size)
    number, flags, length = HEADER.unpack(header)
    try:
        kind = FrameType(number)
    except ValueError:
        if flags & MANDATORY:
            raise DubuError("D-205", need=f"第{number}类数据块", program=program) from None
        _check_length(length, MAX_SEALED)
        seen.begin(header)
        for piece in plain.stream(length):
            seen.update(piece)
        return None
    if flags != MANDATORY:
        raise DubuError("D-204")
    _check_length(length, _CAPS[kind])
    payload = plain.take(length)
    if kind is not FrameType.FOOT:
        seen.begin(header)
        seen.update(payload)
    return RawFrame(kind, header, payload)


def frame_header(kind: FrameType, payload: bytes) -> bytes:
    """The 6 bytes before a payload; D-209 if it is longer than its kind may be."""
    _check_length(len(payload), _CAPS[kind])
    return HEADER.pack(kind, MANDATORY, len(payload))


def _check_length(length: int, cap: int) -> None:
    if length > cap:
        raise DubuError("D-209", limit=f"数据块长{length}字节，最多{cap}字节")
