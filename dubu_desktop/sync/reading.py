"""A bundle being read: verified as it goes, to be trusted only when the last frame has been seen (sync.md §3.11).

An import reads twice (contracts.md §7): `verify_bundle` decrypts and checks everything and writes nothing;
`iter_frames` reads the same file again, for applying, with the same checks and the file's hash compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.sync.ageheader import checked_header
from dubu_desktop.sync.agepipe import decrypted
from dubu_desktop.sync.container import Counts, foot_message
from dubu_desktop.sync.contents import Addressee, Contents, Frame, Outside, SenderKeys, outside
from dubu_desktop.sync.frames import MAGIC, MAX_FILE, PREAMBLE, FrameHash, FrameType, Plain, RawFrame, read_frame
from dubu_desktop.sync.identity import recipient_of
from dubu_desktop.sync.signing import SIGNATURE_SIZE, verified
from dubu_desktop.wire.messages import BUNDLE_FORMAT, Foot, Head
from dubu_desktop.wire.packing import unpack


@dataclass(frozen=True, slots=True)
class Verified:
    """A bundle whose every byte has been checked once; nothing has been written.

    `sha256`, `size`: of the file. `frames`: the hash over all frames that its FOOT signs.
    """

    head: Head
    counts: Counts
    sha256: bytes
    size: int
    frames: bytes


class _Source:
    """The file: every byte read is counted, and hashed unless its hash is known."""

    def __init__(self, file: BinaryIO, on_progress: Callable[[int], None] | None, known: bytes = b"") -> None:
        self._file = file
        self._ahead = b""
        self._known = known
        self._running = hashlib.sha256()
        self.size = 0
        self.on_progress = on_progress

    def read(self, count: int) -> bytes:
        if self._ahead:
            data, self._ahead = self._ahead[:count], self._ahead[count:]
            return data
        try:
            data = self._file.read(count)
        except OSError as error:
            raise Outside(error) from error
        if not self._known:
            self._running.update(data)
        self.size += len(data)
        if self.size > MAX_FILE:
            raise DubuError("D-209", limit=f"数据包超过{MAX_FILE}字节")
        return data

    def sha256(self) -> bytes:
        """The hash of the file as far as it was read, or the one that was known."""
        return self._known or self._running.digest()

    def unread(self, data: bytes) -> None:
        """Give these bytes again; they were counted already."""
        self._ahead = data + self._ahead


def verify_bundle(path: Path, who: Addressee, on_progress: Callable[[int], None] | None = None) -> Verified:
    """First reading: check everything, write nothing. Errors: D-2xx of `read_bundle`, OSError of the file.

    `on_progress` is called with the bytes of the file read so far and may raise to stop.
    """
    with path.open("rb") as file:
        frames = read_bundle(file, who, on_progress)
        while True:
            try:
                next(frames)
            except StopIteration as end:
                result: Verified = end.value
                return result


def peek(path: Path, who: Addressee) -> Head | None:
    """What a file says of itself, nothing of it proven: good for putting files in order, and for nothing else.

    None for whatever is no bundle for this machine; `verify_bundle` says why.
    """
    try:
        with path.open("rb") as file:
            return _Reading(who, _Source(file, None)).head_alone()
    except Exception:
        return None


def iter_frames(
    path: Path, first: Verified, who: Addressee, on_progress: Callable[[int], None] | None = None
) -> Generator[Frame, None, None]:
    """Second reading: the frames in file order, to be applied in one transaction.

    The checks of the first reading are made again; what its hash over all frames covers is not hashed in other ways a
    second time. DubuError D-211, at the latest after the last frame, if the frames are not the ones verified: the
    transaction must then be rolled back.
    """
    with path.open("rb") as file:
        second = yield from read_bundle(file, who, on_progress, first.sha256, again=True)
    if (second.frames, second.size) != (first.frames, first.size):
        raise DubuError("D-211")


def read_bundle(
    file: BinaryIO,
    who: Addressee,
    on_progress: Callable[[int], None] | None = None,
    known: bytes = b"",
    *,
    again: bool = False,
) -> Generator[Frame, None, Verified]:
    """Read a bundle from its first byte to its last; yields frames, returns what was verified.

    `known`: the file's SHA-256 where it was found on the way here. `again`: a second reading (`iter_frames`).

    Nothing yielded may be acted upon before the generator has ended without exception (or did so once, see
    `iter_frames`). DubuError: D-201 not for this machine's key, D-202 sender unknown, D-203 signature wrong, D-204
    damaged, cut or malformed, D-205 newer format, D-206 no bundle, D-207 other workspace, D-209
    too large, D-210 forwarded, D-212 foreign author inside, D-213 other recipients, D-215 chain broken.
    """
    reading = _Reading(who, _Source(file, on_progress, known), again=again)
    steps = reading.steps()
    while True:
        # T16: one boundary, because parsers of hostile bytes have always one more exception than was thought of.
        try:
            frame = next(steps)
        except StopIteration as end:
            result: Verified = end.value
            return result
        except (DubuError, Cancelled):
            raise
        except Outside as carried:
            raise carried.error from None
        except Exception as surprise:
            raise DubuError("D-204") from surprise
        try:
            yield frame
        except BaseException:
            steps.close()
            raise


class _Reading:
    """One pass over one file."""

    def __init__(self, who: Addressee, source: _Source, *, again: bool = False) -> None:
        self._who = who
        self._again = again
        self._source = source
        self._seen = FrameHash()
        self._counts = Counts()

    def steps(self) -> Generator[Frame, None, Verified]:
        file_format, min_reader = _preamble(self._source.read(PREAMBLE.size))
        self._source.unread(checked_header(self._source))
        pieces = decrypted(self._source, self._who.age_identity)
        try:
            plain = Plain(self._reported(pieces))
            self._head = self._read_head(plain)
            if (self._head.format, self._head.min_reader) != (file_format, min_reader):
                raise DubuError("D-204")
            self._keys = self._sender()
            contents = Contents(self._who, self._head, self._keys, self._counts, again=self._again)
            while (raw := self._next(plain, contents)) is None or raw.type is not FrameType.FOOT:
                if raw is not None:
                    yield contents.take(raw)
            self._foot(raw.payload)
            if not plain.at_end():
                raise DubuError("D-204")
        finally:
            pieces.close()
        source = self._source
        return Verified(self._head, self._counts, source.sha256(), source.size, self._seen.digest())

    def head_alone(self) -> Head:
        """The HEAD, read and not verified."""
        _preamble(self._source.read(PREAMBLE.size))
        self._source.unread(checked_header(self._source))
        pieces = decrypted(self._source, self._who.age_identity)
        try:
            return self._read_head(Plain(pieces))
        finally:
            pieces.close()

    def _reported(self, pieces: Generator[bytes, None, None]) -> Generator[bytes, None, None]:
        for piece in pieces:
            if self._source.on_progress is not None:
                outside(self._source.on_progress, self._source.size)
            yield piece

    def _next(self, plain: Plain, contents: Contents) -> RawFrame | None:
        raw = read_frame(plain, self._seen, _needed(self._head))
        if raw is None or raw.type is not FrameType.BLOB:
            contents.require_no_open_blob()
        if raw is None:
            self._counts.skipped += 1
        return raw

    def _read_head(self, plain: Plain) -> Head:
        raw = read_frame(plain, self._seen, "更高版本")
        if raw is None or raw.type is not FrameType.HEAD:
            raise DubuError("D-204")
        head = unpack(Head, raw.payload, max_bytes=len(raw.payload))
        if head.min_reader > BUNDLE_FORMAT:
            raise DubuError("D-205", need=f"第{head.min_reader}版格式", program=_needed(head))
        if head.part > head.parts or len(head.previous) not in (0, 32) or head.sender == head.recipient:
            raise DubuError("D-204")
        return head

    def _sender(self) -> SenderKeys:
        head = self._head
        if head.workspace != self._who.workspace:
            raise DubuError("D-207")
        if head.recipient_actor.replica != self._who.replica:
            raise DubuError("D-210")
        keys = outside(self._who.resolve_sender, head)
        if keys is None or keys.replica != head.sender_actor.replica:
            raise DubuError("D-202", label=clean_line(head.label) or "未写明")
        return keys

    def _foot(self, payload: bytes) -> None:
        body, signature = payload[:-SIGNATURE_SIZE], payload[-SIGNATURE_SIZE:]
        foot = unpack(Foot, body, max_bytes=len(payload))
        if not verified(self._keys.sign_public, signature, foot_message(self._head, body)):
            raise DubuError("D-203")
        if foot.recipients != [recipient_of(self._who.age_identity)]:
            raise DubuError("D-210")
        if (foot.frames, foot.digest) != (self._seen.frames, self._seen.digest()):
            raise DubuError("D-203")


def _preamble(data: bytes) -> tuple[int, int]:
    if len(data) != PREAMBLE.size or not data.startswith(MAGIC):
        raise DubuError("D-206")
    _, file_format, min_reader = PREAMBLE.unpack(data)
    if min_reader > BUNDLE_FORMAT:
        raise DubuError("D-205", need=f"第{min_reader}版格式", program="更高版本")
    return file_format, min_reader


def _needed(head: Head) -> str:
    return f"督簿 {clean_line(head.program)} 或更高版本" if head.program else "更高版本"
