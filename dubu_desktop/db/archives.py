"""Archives: sealed segments that were moved out of the database, in encrypted files that never change.

A store like that of the photos (blobs.py): content-addressed, named by a keyed hash, any part of a file readable by
itself and nothing of it forged. Which segment lies where stands in the journal; what is inside, in `wire/archive.py`.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Connection, ForeignKey, Integer, LargeBinary, Table, select

from dubu_desktop.db import tables as t
from dubu_desktop.db.blobs import BlobState, BlobStore
from dubu_desktop.db.copies import carry
from dubu_desktop.errors import DubuError
from dubu_desktop.system import files
from dubu_desktop.wire import archive as inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from dubu_desktop.db.folder import Folder
    from dubu_desktop.db.keys import Secrets

# one row per archive file: its content's hash, its plain size
archive = Table(
    "archive",
    t.JOURNAL,
    Column("number", Integer, primary_key=True),
    Column("sha256", LargeBinary(32), nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("made_ms", Integer, nullable=False),
)
# where a segment lies whose bytes are no longer in its row
archived = Table(
    "archived",
    t.JOURNAL,
    Column("actor", Integer, ForeignKey("actor.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("archive", Integer, ForeignKey("archive.number"), nullable=False),
    Column("at", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: the archives of an open workspace, by the engines over its database
_STORES: WeakKeyDictionary[Engine, Archives] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """One archive as the journal names it."""

    number: int
    sha256: bytes
    size: int
    made_ms: int


class Archives:
    """The archive files of one workspace. May be used from several threads; close it with the workspace."""

    def __init__(self, folder: Path, content_key: bytes, name_key: bytes) -> None:
        """In: the folder `archives/` and two of the workspace's subkeys (keys.Secrets)."""
        self.folder = folder
        self.store = BlobStore(folder, content_key, name_key)
        self._lock = threading.Lock()
        #: the archive read last, left open: segments are read in the order in which they lie
        self._open: tuple[bytes, BinaryIO] | None = None

    @classmethod
    def of_workspace(cls, folder: Folder, secrets: Secrets) -> Archives:
        """The archives of the workspace in `folder`."""
        return cls(folder.archives, secrets.archive_key, secrets.archive_name_key)

    def serve(self, *engines: Engine) -> None:
        """Connections of these engines find the archives here (`of`)."""
        for engine in engines:
            _STORES[engine] = self

    def path_name(self, sha256: bytes) -> str:
        """The name of an archive inside its folder; it tells nothing to who lacks the key."""
        return self.store.path_name(sha256)

    def read(self, sha256: bytes, at: int, size: int) -> bytes:
        """Bytes out of one archive. D-118 when it is missing or damaged there."""
        with self._lock, self._named(sha256):
            if self._open is None or self._open[0] != sha256:
                self._shut()
                self._open = sha256, self.store.open(sha256)
            stream = self._open[1]
            try:
                stream.seek(at)
                found = stream.read(size)
            except BaseException:
                self._shut()
                raise
        if len(found) != size:
            raise DubuError("D-118", path=self.path_name(sha256))
        return found

    @contextmanager
    def reading(self, sha256: bytes) -> Iterator[BinaryIO]:
        """A stream of the whole content, for who reads all of it. D-118."""
        with self._named(sha256), self.store.open(sha256) as stream:
            yield stream

    def put(self, content: Callable[[], Iterable[bytes]]) -> bytes:
        """Store content, durable and read back on return; its hash. `content` is asked twice: to hash, to write.

        Raises D-118 (what was read back differs), D-6xx; then nothing names it.
        """
        digest = hashlib.sha256()
        for piece in content():
            digest.update(piece)
        sha256 = digest.digest()
        if not self.folder.is_dir():  # as durable as what will lie in it
            self.folder.mkdir()
            files.fsync_dir(self.folder.parent)
        with self._named(sha256):
            self.store.put_verified(sha256, content())
            if self.check(sha256) is not BlobState.OK:
                raise DubuError("D-118", path=self.path_name(sha256))
        return sha256

    def fetch(self, sha256: bytes, places: Iterable[Path]) -> bool:
        """Have an archive here, whole, from the first of `places` (stores of archives) that has it so; False: none has.

        What lay here damaged is set aside.
        """
        if self.check(sha256) is BlobState.OK:
            return True
        self.close()
        name = self.path_name(sha256)
        for place in places:
            if (place / name).is_file():
                self.store.set_aside(sha256)
                carry(place / name, self.folder / name)
                if self.check(sha256) is BlobState.OK:
                    return True
        return False

    def carry(self, wanted: Iterable[bytes], place: Path) -> None:
        """Copy archives to `place`, a store of archives, where they are not yet there; a damaged one is not carried."""
        for sha256 in wanted:
            name = self.path_name(sha256)
            if not (place / name).is_file() and self.check(sha256) is BlobState.OK:
                carry(self.folder / name, place / name)

    def check(self, sha256: bytes) -> BlobState:
        """Read it through and compare the hash."""
        return self.store.check(sha256)

    def close(self) -> None:
        """Close the file left open."""
        with self._lock:
            self._shut()

    def _shut(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    @contextmanager
    def _named(self, sha256: bytes) -> Iterator[None]:
        """What the store says of a photo is said of the archive."""
        try:
            yield
        except DubuError as error:
            if error.code != "D-114":
                raise
            raise DubuError("D-118", path=self.path_name(sha256)) from error


def of(conn: Connection) -> Archives:
    """The archives of the workspace that a connection is of."""
    return _STORES[conn.engine]


def rows(conn: Connection) -> list[ArchiveRow]:
    """Every archive, in the order they were made; of a file older than archives, none."""
    present = conn.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'archive'")
    if not present.scalar():
        return []
    found = conn.execute(select(archive).order_by(archive.c.number))
    return [ArchiveRow(r.number, bytes(r.sha256), r.size, r.made_ms) for r in found]


def layout(store: Archives, sha256: bytes) -> inside.Layout:
    """What an archive says it holds. D-118."""
    with store.reading(sha256) as stream:
        try:
            size = inside.head_size(stream.read(inside.start_size()))
            return inside.layout(stream.read(size))
        except ValueError as error:
            raise DubuError("D-118", path=store.path_name(sha256)) from error
