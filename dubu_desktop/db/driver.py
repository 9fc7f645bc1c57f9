"""Everything that is SQLite's or SQLCipher's own: connecting, keying, settings, transactions, damage by class.

Settings and why (reliability.md §0.1, §0.2, T26, T27, T34; sync.md §2.1):
- WAL + synchronous FULL: no acknowledged commit lost in the power-loss runs; lists answer while an import writes.
- 16 KiB pages: inserts measured a third cheaper than with 4 KiB.
- temp_store MEMORY, secure_delete ON: no plain temporary file, no deleted row in a free page.
- trusted_schema OFF, cell_size_check ON: a hostile file runs no code of its own.
- hide_parameters: no record text in an error message. cipher_log off: nothing on stderr.
The standard library's sqlite3 is never loaded beside this one: two SQLite libraries on one file break its locks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlcipher3.dbapi2 as sqlite

from dubu_desktop.errors import DubuError
from dubu_desktop.system.files import disk_error, free_bytes

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

# The driver asks every bytes and every None anew whether somebody adapts it, and makes and drops an exception where
# nobody does: most of what it costs to bind one. These answer at once (a row of three ids and three NULLs is inserted
# in a quarter of the time); both are C functions that give back what they get.
sqlite.register_adapter(bytes, bytes)
sqlite.register_adapter(type(None), {None: None}.get)

Progress = Callable[[int, int], None]

PAGE_BYTES = 16384
_COPY_PAGES = 2000
_READERS = 4
_LOOK_AGAIN_S = (0.1, 0.5)
BUSY_MS = 10_000
CACHE_KIB = 32 * 1024
WAL_LIMIT_BYTES = 64 * 1024 * 1024
OLDEST_SQLITE = (3, 51, 3)  # WAL-reset corruption with two connections before it (reliability.md §0.2)
_PLAIN_HEADER = b"SQLite format 3\0"

# Primary result codes, https://sqlite.org/rescode.html; extended codes carry them in the low byte.
_BUSY, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 8, 10, 11, 13, 14, 26


@dataclass(frozen=True, slots=True)
class Database:
    """The two engines of an open workspace: one writing connection, and connections that only read."""

    path: Path
    writer: Engine
    reader: Engine

    def close(self) -> None:
        """Close every connection; the last one folds the write-ahead log into the file."""
        self.reader.dispose()
        self.writer.dispose()


def open_database(path: Path, raw_key: bytes) -> Database:
    """Open (or make) the encrypted database. Raises D-111, D-115, D-609."""
    writer = open_engine(path, raw_key)
    try:
        with writer.connect():
            pass
        return Database(path, writer, open_engine(path, raw_key, read_only=True))
    except BaseException:
        writer.dispose()
        raise


def open_engine(path: Path, raw_key: bytes, *, read_only: bool = False) -> Engine:
    """An SQLAlchemy engine over the encrypted file at `path`, keyed with 32 raw bytes.

    The writing engine has one connection in all: a second thread waits for it, so writes are serial by construction,
    and each transaction is BEGIN IMMEDIATE (a deferred one fails at once when it must turn into a writer,
    reliability.md F6). The reading engine has a few, refuses writes, and sees one snapshot per transaction.
    Raises D-115 when the file is a plain SQLite database; D-111, D-609 at the first connection.
    """
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import QueuePool

    from dubu_desktop.db import bulk

    if not read_only:
        refuse_plain(path)
    engine = create_engine(
        "sqlite://",
        module=sqlite,
        creator=lambda: connect(path, raw_key, read_only=read_only),
        poolclass=QueuePool,
        pool_size=_READERS if read_only else 1,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Straight to the driver: what SQLAlchemy does around a statement costs many times what this one does.
        bulk.driver(connection).execute(begin)

    return engine


def connect(path: Path, raw_key: bytes, *, read_only: bool = False) -> Any:
    """One keyed DB-API connection with every setting applied and the essential ones asserted."""
    if sqlite.sqlite_version_info < OLDEST_SQLITE:
        raise DubuError("D-609", detail=f"SQLite {sqlite.sqlite_version}")
    # The pool hands a connection to one thread at a time; SQLite itself is built serialised.
    connection = sqlite.connect(str(path), isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000)
    try:
        with translated(path):
            _configure(connection, raw_key, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _key(connection: Any, raw_key: bytes) -> None:
    """Hand the raw key over; nothing is derived from it, so opening costs no more than a read."""
    if len(raw_key) != 32:
        raise ValueError("a raw key has 32 bytes")
    connection.execute("PRAGMA cipher_log = off")
    connection.execute(f"PRAGMA key = \"x'{raw_key.hex()}'\"")
    connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")


def _configure(connection: Any, raw_key: bytes, *, read_only: bool) -> None:
    """Key first: anything that touches the file before it would read ciphertext."""
    _key(connection, raw_key)
    for setting in (
        f"busy_timeout = {BUSY_MS}",
        "temp_store = MEMORY",
        "secure_delete = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "foreign_keys = ON",
        f"cache_size = -{CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {setting}")
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT_BYTES}")
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or level != 2:
        raise DubuError("D-609", detail=f"journal_mode {mode}, synchronous {level}")
    if read_only:
        connection.execute("PRAGMA query_only = ON")


def copy_database(source: Path, dest: Path, raw_key: bytes, progress: Progress | None = None) -> int:
    """Copy a database that may be in use, encrypted to encrypted, with SQLite's backup API; returns its version.

    `progress(done, total)` counts pages and may raise `Cancelled`. The copy is made durable by its caller. Raises
    D-111 when any page of the source is damaged: the backup API copies such a page as zeros under a new, valid HMAC,
    and a zeroed overflow page is noticed by no check of the copy. D-6xx.
    """
    with translated(source):
        reading = connect(source, raw_key, read_only=True)
        try:
            # An open read transaction holds one snapshot, so a writer meanwhile does not make the copy start over.
            reading.execute("BEGIN")
            version = int(reading.execute("PRAGMA user_version").fetchone()[0])
            writing = sqlite.connect(str(dest), isolation_level=None, check_same_thread=False)
            try:
                _key(writing, raw_key)
                writing.execute("PRAGMA journal_mode = OFF")
                writing.execute("PRAGMA synchronous = OFF")
                reading.backup(writing, pages=_COPY_PAGES, progress=_pages_done(progress), sleep=0)
            except sqlite.OperationalError as error:
                raise expected(error, dest) or _failed_copy(source, dest) from error
            finally:
                writing.close()
            _require_sound(reading)
        finally:
            reading.close()
    return version


def _failed_copy(source: Path, dest: Path) -> DubuError:
    """Errors of the backup API bear no code; that the disk is full is seen from the disk."""
    return DubuError("D-601" if free_bytes(dest) < source.stat().st_size else "D-602", path=str(dest))


def _require_sound(connection: Any) -> None:
    """Raise D-111 when a page does not verify, looking again: a checkpoint may have been writing it just then."""
    for wait in (*_LOOK_AGAIN_S, None):
        found = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        if not found:
            return
        if wait is None:
            raise DubuError("D-111", detail=damage_text(len(found)))
        time.sleep(wait)


def database_size(connection: Connection) -> int:
    """Bytes of the database as it stands, what still lies in the write-ahead log included."""
    return PAGE_BYTES * int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())


def damage_text(places: int) -> str:
    """How damage is counted in a sentence."""
    return f"{places}处校验不符"


def _pages_done(progress: Progress | None) -> Callable[[int, int, int], None] | None:
    """SQLite's (status, remaining, total) as (done, total)."""
    if progress is None:
        return None
    return lambda _status, remaining, total: progress(total - remaining, total)


def refuse_plain(path: Path) -> None:
    """Raise D-115 when the file begins like an unencrypted database; a missing or empty one passes.

    Only before the first connection of this process: closing a file drops the locks the process has on it (POSIX).
    """
    try:
        with open(path, "rb") as stream:
            header = stream.read(len(_PLAIN_HEADER))
    except FileNotFoundError:
        return
    except OSError as error:
        raise disk_error(error, path) from error
    if header == _PLAIN_HEADER:
        raise DubuError("D-115", path=str(path))


def expected(error: BaseException, path: Path) -> DubuError | None:
    """The catalogue's entry for a database error (SQLAlchemy's wrapper included), None when it is a bug.

    Known by SQLite's result code, never by its text: damage D-111, disk full D-601, disk failing D-602,
    read-only D-603, held by another connection D-605.
    """
    original = getattr(error, "orig", None) or error
    code = getattr(original, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF
    if primary in (_CORRUPT, _NOTADB):
        return DubuError("D-111", detail=str(getattr(original, "sqlite_errorname", primary)))
    disk = {_FULL: "D-601", _IOERR: "D-602", _CANTOPEN: "D-602", _READONLY: "D-603", _BUSY: "D-605"}
    return DubuError(disk[primary], path=str(path)) if primary in disk else None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Inside, a database error of an expected kind is raised as its `DubuError`; a bug passes unchanged."""
    try:
        yield
    except Exception as error:
        known = None if isinstance(error, DubuError) else expected(error, path)
        if known is None:
            raise
        raise known from error


def checkpoint(connection: Any) -> None:
    """Bring what the write-ahead log holds into the file itself. In: a DB-API connection.

    The check of every page reads the file alone. Where the power went while the log was being carried over, the file
    holds torn pages that the log makes good: without this a sound workspace would be called damaged.
    """
    connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def damage(connection: Any) -> list[str]:
    """What is wrong with the file: every page's HMAC, then the structure. Empty when it is sound.

    In: a DB-API connection. Plain `integrity_check` alone is no checksum (reliability.md §0.1).
    """
    cursor = connection.cursor()
    found = [str(row[0]) for row in cursor.execute("PRAGMA cipher_integrity_check")]
    if not found:
        found = [str(row[0]) for row in cursor.execute("PRAGMA quick_check(5)") if row[0] != "ok"]
    return found
