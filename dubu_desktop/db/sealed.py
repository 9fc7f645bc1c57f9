"""The format of one evidence file: sealed frames that can be read in any order, and nothing of them forged.

A file: magic ‖ salt ‖ frames ‖ binding. Its key is HKDF(blob key, salt). The content is cut into frames of 1 MiB, each
sealed with AES-256-GCM under the nonce (frame number ‖ last?) — the STREAM construction: a frame changed, moved,
dropped or cut off does not open (as in age; Hoang, Reyhanitabar, Rogaway, Vizár 2015). The binding is a keyed hash of
salt and content hash, checked by the store: two files exchanged on the disk are noticed before a byte is shown.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dubu_desktop.errors import DubuError

FRAME = 1024 * 1024
MAGIC = b"DBB1"
SALT_BYTES = 16
BINDING_BYTES = 32
_HEAD = len(MAGIC) + SALT_BYTES
_TAG = 16
_SEALED = FRAME + _TAG

Source = bytes | BinaryIO | Iterable[bytes]


class Sealer:
    """Seals the frames of one new file, in order."""

    def __init__(self, blob_key: bytes, salt: bytes) -> None:
        self._seal = AESGCM(_file_key(blob_key, salt))
        self._number = 0

    def frame(self, plain: bytes, *, last: bool) -> bytes:
        """The ciphertext of the next frame."""
        sealed = self._seal.encrypt(_nonce(self._number, last), plain, MAGIC)
        self._number += 1
        return sealed


class SealedFile:
    """An open blob file: its layout, and any frame of it."""

    def __init__(self, stream: BinaryIO, blob_key: bytes) -> None:
        """Reads head and binding; the stream is closed with it. Raises D-114 when it is no such file."""
        self._stream = stream
        length = os.fstat(stream.fileno()).st_size
        body = length - _HEAD - BINDING_BYTES
        head = stream.read(_HEAD)
        if body < _TAG or head[: len(MAGIC)] != MAGIC:
            raise DubuError("D-114")
        self.salt = head[len(MAGIC) :]
        self.frames = -(-body // _SEALED)
        self.size = body - self.frames * _TAG
        self._body = body
        stream.seek(length - BINDING_BYTES)
        self.binding = stream.read(BINDING_BYTES)
        self._open = AESGCM(_file_key(blob_key, self.salt))

    def frame(self, number: int) -> bytes:
        """The plain content of one frame. Raises D-114."""
        start = number * _SEALED
        last = number == self.frames - 1
        try:
            self._stream.seek(_HEAD + start)
            sealed = self._stream.read(min(_SEALED, self._body - start))
            return self._open.decrypt(_nonce(number, last), sealed, MAGIC)
        except (InvalidTag, OSError) as error:
            raise DubuError("D-114") from error

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def __enter__(self) -> SealedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Reader(io.RawIOBase):
    """A seekable raw stream over the frames; keeps the frame it stands in."""

    def __init__(self, sealed: SealedFile) -> None:
        self._sealed = sealed
        self._at = 0
        self._number = -1
        self._frame = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always: any frame opens by itself."""
        return True

    def tell(self) -> int:
        """Where the next read begins, in plain bytes."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a plain position; past the end reads nothing."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._sealed.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer from one frame at most. Raises D-114."""
        if self._at >= self._sealed.size:
            return 0
        number, within = divmod(self._at, FRAME)
        if number != self._number:
            self._frame, self._number = self._sealed.frame(number), number
        piece = self._frame[within : within + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the file beneath too."""
        if not self.closed:
            self._sealed.close()
        super().close()


def _file_key(blob_key: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"dubu blob 1").derive(blob_key)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def framed(source: Source) -> Iterator[tuple[bytes, bool]]:
    """Cut the source into frames of exactly 1 MiB and a last one of 0 … 1 MiB; empty content is one empty frame."""
    held: bytes | None = None
    for frame in _frames(source):
        if held is not None:
            yield held, False
        held = frame
    yield held or b"", True


def _frames(source: Source) -> Iterator[bytes]:
    if isinstance(source, bytes):
        for start in range(0, len(source), FRAME):
            yield source[start : start + FRAME]
        return
    pending = bytearray()
    for chunk in iter(lambda: source.read(FRAME), b"") if hasattr(source, "read") else source:
        if not pending and len(chunk) == FRAME:  # as the pieces of a bundle come: nothing to gather
            yield chunk
            continue
        pending += chunk
        while len(pending) >= FRAME:
            with memoryview(pending) as whole:
                frame = bytes(whole[:FRAME])
            del pending[:FRAME]
            yield frame
    if pending:
        yield bytes(pending)
