"""age streams as a file one writes to and an iterator one reads from.

The age library pulls its input from a reader and pushes its output into a writer, and does both in one call that ends
when the stream does. An export that adds frame after frame, and an import that takes frame after frame inside one
transaction, need the opposite. So the call runs in a thread of its own, with a short bounded queue between: memory
stays constant and either side may stop at any moment.

Exceptions of the outer file are carried beside the library: `encrypt_io` loses a writer's exception when it comes
while its last buffer is flushed (pyrage 1.4; a full stick would go unnoticed), and a panic of the library is no
`Exception`.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator
from typing import Protocol

from dubu_desktop.errors import DubuError

_PIECE = 256 * 1024
_DEPTH = 4


class _Stopped(Exception):
    """The other side has gone away."""


class _Readable(Protocol):
    def read(self, count: int, /) -> bytes: ...


class _Pipe:
    """A bounded queue of pieces between two threads that either end may close."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._finished = False
        self._abandoned = False

    def put(self, piece: bytes) -> None:
        """Hand a piece over; waits while the queue is full, raises _Stopped when nobody will take it."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._pieces) < _DEPTH or self._abandoned)
            if self._abandoned:
                raise _Stopped
            self._pieces.append(piece)
            self._changed.notify_all()

    def get(self) -> bytes:
        """The next piece, b"" when the giver has finished; raises _Stopped when abandoned."""
        with self._changed:
            self._changed.wait_for(lambda: self._pieces or self._finished or self._abandoned)
            if self._abandoned:
                raise _Stopped
            if not self._pieces:
                return b""
            piece = self._pieces.popleft()
            self._changed.notify_all()
            return piece

    def finish(self) -> None:
        """Nothing more will be put."""
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def abandon(self) -> None:
        """Stop both ends, whatever is still in the queue."""
        with self._changed:
            self._abandoned = True
            self._pieces.clear()
            self._changed.notify_all()


class _Worker(threading.Thread):
    """Runs one call and keeps whatever it raised."""

    def __init__(self, call: Callable[[], None], at_end: Callable[[], None]) -> None:
        super().__init__(name="dubu-age", daemon=True)
        self._call = call
        self._at_end = at_end
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._call()
        except BaseException as error:
            self.error = error
        finally:
            self._at_end()


class _Gathered:
    """A writer that passes on pieces of 256 KiB instead of the library's 8 KiB."""

    def __init__(self, put: Callable[[bytes], object]) -> None:
        self._put = put
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        if len(self._held) >= _PIECE:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._held:
            self._put(bytes(self._held))
            self._held.clear()


class _Guarded:
    """A reader or writer that remembers the first exception of the file behind it."""

    def __init__(self, read: Callable[[int], bytes], write: Callable[[bytes], object]) -> None:
        self._read = read
        self._write = write
        self.error: Exception | None = None

    def read(self, count: int) -> bytes:
        try:
            return self._read(count)
        except Exception as error:
            self.error = self.error or error
            raise

    def write(self, data: bytes) -> int:
        if self.error is not None:
            raise self.error
        try:
            self._write(data)
        except Exception as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """The library asks for it; the file is flushed by its owner."""


def decrypted(source: _Readable, age_identity: str) -> Generator[bytes, None, None]:
    """The plaintext of an age stream, piece by piece, not to be trusted before the last one.

    Raises what `source.read` raised; DubuError D-201 if the identity does not open it, D-204 if it is damaged or cut.
    """
    import pyrage

    identity = pyrage.x25519.Identity.from_str(age_identity)
    pipe = _Pipe()
    guard = _Guarded(source.read, pipe.put)
    gathered = _Gathered(guard.write)

    def call() -> None:
        pyrage.decrypt_io(guard, gathered, [identity])
        gathered.flush()

    worker = _Worker(call, pipe.finish)
    worker.start()
    try:
        while piece := pipe.get():
            yield piece
    finally:
        pipe.abandon()
        worker.join()
    if guard.error is not None:
        raise guard.error
    if isinstance(worker.error, pyrage.DecryptError):
        raise DubuError("D-201") from worker.error
    if worker.error is not None:
        raise DubuError("D-204") from worker.error


class AgeWriter:
    """Encrypts what is written to it, to one recipient, into `write` (called from a thread of its own)."""

    def __init__(self, write: Callable[[bytes], object], recipient: str) -> None:
        import pyrage

        key = pyrage.x25519.Recipient.from_str(recipient)
        self._pipe = _Pipe()
        self._guard = _Guarded(_Sliced(self._pipe.get).read, write)
        self._worker = _Worker(lambda: pyrage.encrypt_io(self._guard, self._guard, [key]), self._pipe.abandon)
        self._gathered = _Gathered(self._put)
        self._worker.start()

    def write(self, data: bytes) -> None:
        """More plaintext; raises what the file behind raised, as soon as it is known."""
        self._gathered.write(data)

    def close(self) -> None:
        """Write out what is left and end the stream; after it without exception the stream is whole."""
        self._gathered.flush()
        self._pipe.finish()
        self._worker.join()
        self._raise_error()

    def abort(self) -> None:
        """Stop; what was written so far is no age stream."""
        self._pipe.abandon()
        self._worker.join()

    def _put(self, piece: bytes) -> None:
        try:
            self._pipe.put(piece)
        except _Stopped:
            self._worker.join()
            self._raise_error()
            raise

    def _raise_error(self) -> None:
        error = self._guard.error or self._worker.error
        if isinstance(error, Exception):
            raise error
        if error is not None:
            raise RuntimeError("the age library panicked") from error


class _Sliced:
    """Reads of a given size out of pieces of any size."""

    def __init__(self, get: Callable[[], bytes]) -> None:
        self._get = get
        self._rest = memoryview(b"")

    def read(self, count: int) -> bytes:
        if not self._rest:
            self._rest = memoryview(self._get())
        piece, self._rest = self._rest[:count], self._rest[count:]
        return bytes(piece)
