"""A bundle being written (sync.md §3.11): clear preamble, then one age stream of frames ending in a signed FOOT."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO

from dubu_desktop.errors import DubuError
from dubu_desktop.sync.agepipe import AgeWriter
from dubu_desktop.sync.frames import (
    BLOB_HEADER,
    BLOB_PIECE,
    HEADER,
    MAGIC,
    MAX_FILE,
    MAX_HEAD,
    PREAMBLE,
    BlobPiece,
    FrameHash,
    FrameType,
    frame_header,
)
from dubu_desktop.sync.segments import NO_HASH, Base, Segment
from dubu_desktop.sync.signing import digest, fit_recipient, sign
from dubu_desktop.wire.messages import BlobKind, Direction, Foot, Head
from dubu_desktop.wire.packing import pack

_FOOT_DOMAIN = "dubu bundle v1"


@dataclass(slots=True)
class Counts:
    """What a bundle holds."""

    segments: int = 0
    ops: int = 0
    bases: int = 0
    items: int = 0
    #: complete photos, and their bytes
    blobs: int = 0
    blob_bytes: int = 0
    #: unknown advisory frames
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """A finished bundle: `sha256` and `size` (bytes) are of the whole file, for reading back and for the receipt."""

    serial: int
    sha256: bytes
    size: int
    counts: Counts


def foot_message(head: Head, foot_body: bytes) -> bytes:
    """The digest a FOOT signs: who sends what number to whom on which link, and the body with the frames' hash."""
    return digest(
        _FOOT_DOMAIN,
        head.workspace,
        head.sender,
        head.recipient,
        head.link,
        head.serial.to_bytes(8, "big"),
        head.previous or NO_HASH,
        foot_body,
    )


@dataclass(slots=True)
class _Out:
    """The file: every byte hashed and counted, none lost in a short write, none beyond the volume's limit."""

    file: BinaryIO
    size: int = 0
    sha256: hashlib._Hash = field(default_factory=hashlib.sha256, repr=False)

    def write(self, data: bytes) -> None:
        if self.size + len(data) > MAX_FILE:
            raise DubuError("D-209", limit=f"数据包超过{MAX_FILE}字节")
        rest = memoryview(data)
        while rest:
            rest = rest[self.file.write(rest) :]
        self.sha256.update(data)
        self.size += len(data)


# age: a header with one X25519 stanza, then chunks of 64 KiB with a tag of 16 bytes each
_AGE_HEADER, _AGE_CHUNK, _AGE_TAG = 512, 64 * 1024, 16
_FOOT_MOST = 1024
#: kept free in a head for what changes when a parcel is cut into volumes
_SPARE = 1024


def room_in_head(head: Head) -> int:
    """Bytes that may still be added to a head; what changes when it is cut into volumes has its room besides."""
    return max(0, MAX_HEAD - _SPARE - len(pack(head)))


def bundle_size(head: Head, frames: int) -> int:
    """An upper bound of the size of the file that holds this head and `frames` bytes of other frames."""
    plain = len(pack(head)) + HEADER.size + frames + _FOOT_MOST
    return PREAMBLE.size + _AGE_HEADER + plain + _AGE_TAG * (plain // _AGE_CHUNK + 1)


def block_size(block: Segment | Base) -> int:
    """Bytes of frames that a sealed block takes."""
    return HEADER.size + len(block.sealed)


def blob_size(total: int) -> int:
    """Bytes of frames that a photo of `total` bytes takes."""
    return total + -(-total // BLOB_PIECE) * (HEADER.size + BLOB_HEADER)


class BundleWriter:
    """Writes one bundle into an open binary file; constant memory, whatever is added.

    Use as a context manager: leaving it with an exception stops the encryption (the file is then no bundle and is to
    be thrown away), leaving it without `finish` is an error. Temporary name, fsync, reading back and rename are the
    caller's. Any exception of the file's `write` comes out of the next call here, at the latest of `finish`.
    """

    def __init__(self, file: BinaryIO, *, recipient: str, sign_private: bytes, head: Head) -> None:
        """Start a bundle to the age `recipient`, signed at the end with the 32-byte Ed25519 key of `head.sender`.

        DubuError D-239 if the recipient's key is unfit, D-209 if the head is longer than 1 MiB.
        """
        if not fit_recipient(recipient):
            raise DubuError("D-239")
        payload = pack(head)
        if len(payload) > MAX_HEAD:
            raise DubuError("D-209", limit=f"数据包首部超过{MAX_HEAD}字节")
        self._head = head
        self._recipient = recipient
        self._sign_private = sign_private
        self._seen = FrameHash()
        self._counts = Counts()
        self._out = _Out(file)
        self._out.write(PREAMBLE.pack(MAGIC, head.format, head.min_reader))
        self._finished = False
        self._age = AgeWriter(self._out.write, recipient)
        self._frame(FrameType.HEAD, payload)

    def __enter__(self) -> BundleWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished:
            self._age.abort()
            if kind is None:
                raise RuntimeError("a bundle was begun and not finished")

    @property
    def size(self) -> int:
        """Bytes of the file so far (those still in the encryption not counted)."""
        return self._out.size

    def add_segment(self, segment: Segment) -> None:
        """One of the sender's own segments, byte for byte as sealed; up only."""
        self._require(Direction.UP)
        self._frame(FrameType.SEG, segment.sealed)
        self._counts.segments += 1
        self._counts.ops += segment.last_seq - segment.first_seq + 1

    def add_base(self, base: Base) -> None:
        """A block of bases of this link; down only."""
        self._require(Direction.DOWN)
        self._frame(FrameType.BASE, base.sealed)
        self._counts.bases += 1

    def add_item(self, base: Base) -> None:
        """A block of bases handed back to the office as it was received (sync.md §3.8); up only."""
        self._require(Direction.UP)
        self._frame(FrameType.ITEM, base.sealed)
        self._counts.items += 1

    def add_blob(self, sha256: bytes, kind: BlobKind, total: int, chunks: Iterable[bytes]) -> None:
        """A photo of `total` bytes, in chunks of any size.

        DubuError D-214 if the chunks are not `total` bytes with this SHA-256: the bundle is then to be thrown away.
        """
        running = hashlib.sha256()
        offset = 0
        for data in _pieces(chunks):
            running.update(data)
            if offset + len(data) > total:
                raise DubuError("D-214")
            self._frame(FrameType.BLOB, BlobPiece(sha256, kind, offset, total, data).to_payload())
            offset += len(data)
        if offset != total or total == 0 or running.digest() != sha256:
            raise DubuError("D-214")
        self._counts.blobs += 1
        self._counts.blob_bytes += total

    def finish(self) -> Written:
        """Sign, end the stream, and say what was written; the file is neither flushed to disk nor closed."""
        body = pack(Foot(self._seen.frames, self._seen.digest(), [self._recipient]))
        signature = sign(self._sign_private, foot_message(self._head, body))
        payload = body + signature
        self._age.write(frame_header(FrameType.FOOT, payload) + payload)
        self._finished = True
        self._age.close()
        return Written(self._head.serial, self._out.sha256.digest(), self._out.size, self._counts)

    def _require(self, direction: Direction) -> None:
        if self._head.direction is not direction:
            raise ValueError(f"not in a bundle that goes {self._head.direction.name}")

    def _frame(self, kind: FrameType, payload: bytes) -> None:
        header = frame_header(kind, payload)
        self._seen.begin(header)
        self._seen.update(payload)
        self._age.write(header)
        self._age.write(payload)


def _pieces(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """The same bytes in pieces of BLOB_PIECE, the last one shorter."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= BLOB_PIECE:
            yield bytes(held[:BLOB_PIECE])
            del held[:BLOB_PIECE]
    if held:
        yield bytes(held)
