"""One process per workspace: an exclusive SQLite lock on `lock.db`, held while the workspace is open.

The system releases it when the process ends, `kill -9` and power loss included; no stale lock can be left. SQLite's
own locking is used because it is the same on Windows and Linux (architecture.md, Threads; reliability.md T30).
"""

from __future__ import annotations

import json
import os
import platform
from datetime import datetime
from types import TracebackType
from typing import Any

import sqlcipher3.dbapi2 as sqlite

from dubu_desktop.db.driver import translated
from dubu_desktop.db.folder import Folder
from dubu_desktop.errors import DubuError
from dubu_desktop.system import files
from dubu_desktop.system.clock import Clock

_BUSY, _NOTADB = 5, 26  # https://sqlite.org/rescode.html
# a note that says a later moment (the year 9999) was not written by this program
_NO_MOMENT_MS = 253_402_300_800_000


class WorkspaceLock:
    """Holds a workspace for this process, from construction to `release` (or the end of a `with`)."""

    def __init__(self, folder: Folder, clock: Clock) -> None:
        """Take the lock. Raises D-110, saying where the workspace is open and since when; D-6xx."""
        self._folder = folder
        self._connection: Any | None = self._take()
        self._write_note(clock)

    def release(self) -> None:
        """Let the workspace go; doing it twice is harmless."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._folder.lock_note.unlink(missing_ok=True)
            connection.rollback()
            connection.close()

    def __enter__(self) -> WorkspaceLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _take(self) -> Any:
        path = self._folder.lock_file
        with translated(path):
            try:
                return self._begin()
            except sqlite.DatabaseError as error:
                code = getattr(error, "sqlite_errorcode", 0) & 0xFF
                if code == _BUSY:
                    raise DubuError("D-110", **self._holder()) from error
                if code != _NOTADB:
                    raise
            # It was read, so nobody holds it, and it is not ours: it carries nothing, make it anew.
            path.unlink()
            return self._begin()

    def _begin(self) -> Any:
        connection = sqlite.connect(
            str(self._folder.lock_file), isolation_level=None, check_same_thread=False, timeout=0
        )
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except BaseException:
            connection.close()
            raise
        return connection

    def _write_note(self, clock: Clock) -> None:
        note = {"host": platform.node(), "pid": os.getpid(), "since_ms": clock.now_ms()}
        try:
            files.write_atomic(self._folder.lock_note, json.dumps(note).encode("ascii"))
        except BaseException:
            self.release()
            raise

    def _holder(self) -> dict[str, str]:
        """Where and since, as the holder wrote them down; it may be in the middle of writing."""
        try:
            note = json.loads(self._folder.lock_note.read_bytes())
            host, pid, since_ms = str(note["host"]), int(note["pid"]), int(note["since_ms"])
            if not 0 <= since_ms < _NO_MOMENT_MS:
                raise ValueError(since_ms)
            since = Clock().local(since_ms)
        except (OSError, ValueError, KeyError, TypeError, OverflowError):
            return {"where": "另一个督簿窗口", "since": "刚才"}
        if host != platform.node():
            where = f"电脑“{host}”"
        elif pid == os.getpid():
            where = "本程序"
        else:
            where = f"这台电脑的另一个督簿窗口（进程{pid}）"
        return {"where": where, "since": _spoken(since)}


def _spoken(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}时{moment.minute}分"
