"""Photos from cameras and telephones: what they say about themselves, and small clean copies for windows and papers.

Decoding runs in a child process that receives bytes only. The original is read, hashed and never changed; what is
stored as evidence are its own bytes. Times and coordinates are passed on as the camera wrote them: local time without
a zone, WGS-84 degrees without any shift.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from dubu_desktop.domain.records.finding import TimeSource
from dubu_desktop.domain.text import SHANGHAI
from dubu_desktop.errors import DubuError
from dubu_desktop.system.child import IsCancelled, Limits
from dubu_desktop.system.childside import CHUNK_BYTES
from dubu_desktop.system.childworker import Worker

#: contracts.md §8.
MAX_PHOTO_BYTES = 100 * 1024 * 1024
#: Long side of the copies, pixels: one for papers and the big view, one for lists.
PREVIEW_SIDE, THUMBNAIL_SIDE = 1600, 320
#: 100 MP are 400 MB as pixels, a WebP decoder holds them three times; address space, not what is used as a rule.
_LIMITS = Limits(timeout_s=30, idle_s=30, memory_mb=2048)
MIME = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic"}


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a photo says about itself. Sizes in pixels, as seen upright; times are ISO text, local, without a zone."""

    #: jpeg, png, webp or heic, by decoding, never by the file's name
    kind: str
    width: int
    height: int
    #: EXIF DateTimeOriginal and nothing else
    taken_at: str | None
    #: which of the two times is the best there is; None when there is neither
    time_source: TimeSource | None
    #: when the file was last written, Asia/Shanghai; None when only bytes were given
    file_time: str | None
    #: latitude, longitude: WGS-84 as written
    gps: tuple[float, float] | None
    #: EXIF orientation 1 to 8 as written
    orientation: int
    camera: str | None
    sha256: str
    size: int

    @property
    def mime(self) -> str:
        """The media type of the original."""
        return MIME[self.kind]

    @property
    def best_time(self) -> str | None:
        """The shooting time, else the file's time; `time_source` says which."""
        return self.taken_at or self.file_time


@dataclass(frozen=True, slots=True)
class Photo:
    """Facts with two JPEG copies, upright and without metadata; empty bytes for a copy that was not asked for."""

    facts: PhotoFacts
    preview: bytes = b""
    thumbnail: bytes = b""


class PhotoWorker:
    """Reads photos one after another in one child process; may be shared by threads; close it at the end.

    Every method takes a path or bytes, and raises DubuError D-401 (cannot be read), D-402/403/404 (too slow, too much
    memory, child died), D-421 (not one of our kinds), D-422 (too large), D-423 (broken), and Cancelled.
    """

    def __init__(self, *, restart_after: int = 200, limits: Limits = _LIMITS) -> None:
        self._worker = Worker("dubu_desktop.intake.pixels:examine", limits, broken="D-423", restart_after=restart_after)

    def __enter__(self) -> PhotoWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def starts(self) -> int:
        """How many processes were started so far."""
        return self._worker.starts

    def close(self) -> None:
        """End the child process."""
        self._worker.close()

    def examine(self, source: Path | bytes, *, name: str = "", cancelled: IsCancelled | None = None) -> Photo:
        """Facts, preview and thumbnail in one go: what adding a photo to a finding needs."""
        facts, (preview, thumbnail) = self._ask(source, (PREVIEW_SIDE, THUMBNAIL_SIDE), name, cancelled)
        return Photo(facts, preview, thumbnail)

    def inspect(self, source: Path | bytes, *, name: str = "", cancelled: IsCancelled | None = None) -> PhotoFacts:
        """Facts only; the picture is decoded all the same, so a broken one is refused."""
        return self._ask(source, (), name, cancelled)[0]

    def preview(self, source: Path | bytes, *, side: int = PREVIEW_SIDE, name: str = "") -> bytes:
        """A JPEG of at most `side` pixels on its long side, upright, without metadata."""
        return self._ask(source, (side,), name, None)[1][0]

    def thumbnail(self, source: Path | bytes, *, side: int = THUMBNAIL_SIDE, name: str = "") -> bytes:
        """As `preview`, for lists."""
        return self.preview(source, side=side, name=name)

    def _ask(
        self, source: Path | bytes, sides: tuple[int, ...], name: str, cancelled: IsCancelled | None
    ) -> tuple[PhotoFacts, list[bytes]]:
        name = name or (source.name if isinstance(source, Path) else "照片")
        with ExitStack() as stack:
            feed = _Feed(source, name, stack)
            reply = self._worker.request({"sides": sides}, feed.size, feed, name=name, cancelled=cancelled)
        copies = [blob for blob in reply.blobs if blob.startswith(b"\xff\xd8")]
        if len(copies) != len(sides):
            raise DubuError("D-404", name=name)
        return _facts(reply.result, feed, name), copies


class _Feed:
    """The bytes of a photo in pieces, hashed on the way; exactly `size` of them even if the file grows."""

    def __init__(self, source: Path | bytes, name: str, stack: ExitStack) -> None:
        self.file_time: str | None = None
        self._hash = hashlib.sha256()
        self._data = source if isinstance(source, bytes) else b""
        self._stream: BinaryIO | None = None
        self.size = len(self._data)
        if isinstance(source, Path):
            try:
                self._stream = stack.enter_context(source.open("rb"))
                status = source.stat()
            except OSError as error:
                raise DubuError("D-401", name=name) from error
            self.size = status.st_size
            self.file_time = datetime.fromtimestamp(int(status.st_mtime), SHANGHAI).replace(tzinfo=None).isoformat()
        if self.size > MAX_PHOTO_BYTES:
            raise DubuError("D-422", name=name, what="文件", limit="100 MB")

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, self.size, CHUNK_BYTES):
            wanted = min(CHUNK_BYTES, self.size - start)
            chunk = self._stream.read(wanted) if self._stream is not None else self._data[start : start + wanted]
            self._hash.update(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of what was fed; whole once the iteration ended."""
        return self._hash.hexdigest()


def _facts(told: Any, feed: _Feed, name: str) -> PhotoFacts:
    """The child's answer as facts; an answer of another shape means the child is not to be believed."""
    try:
        taken_at = None if told["taken_at"] is None else datetime.fromisoformat(told["taken_at"]).isoformat()
        gps = None if told["gps"] is None else (float(told["gps"][0]), float(told["gps"][1]))
        facts = PhotoFacts(
            kind=str(told["kind"]),
            width=int(told["width"]),
            height=int(told["height"]),
            taken_at=taken_at,
            time_source=TimeSource.EXIF if taken_at else TimeSource.FILE if feed.file_time else None,
            file_time=feed.file_time,
            gps=gps,
            orientation=int(told["orientation"]),
            camera=None if told["camera"] is None else str(told["camera"])[:200],
            sha256=feed.sha256,
            size=feed.size,
        )
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise DubuError("D-404", name=name) from error
    believable = facts.kind in MIME and min(facts.width, facts.height) > 0 and 1 <= facts.orientation <= 8
    if not believable or (gps is not None and not all(math.isfinite(value) for value in gps)):
        raise DubuError("D-404", name=name)
    return facts


def inspect_photo(source: Path | bytes) -> PhotoFacts:
    """Facts of a single photo, in a child of its own; for more than one use a `PhotoWorker`."""
    with PhotoWorker() as worker:
        return worker.inspect(source)


def make_preview(source: Path | bytes, side: int = PREVIEW_SIDE) -> bytes:
    """The preview of a single photo, in a child of its own; for more than one use a `PhotoWorker`."""
    with PhotoWorker() as worker:
        return worker.preview(source, side=side)


def make_thumbnail(source: Path | bytes, side: int = THUMBNAIL_SIDE) -> bytes:
    """The thumbnail of a single photo, in a child of its own; for more than one use a `PhotoWorker`."""
    return make_preview(source, side)
