"""Is the file sound? Asked at start after an unclean stop or a week, and by `check` (reliability.md §4)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from dubu_desktop.db import driver, meta
from dubu_desktop.db.folder import Folder
from dubu_desktop.errors import DubuError
from dubu_desktop.system import files

if TYPE_CHECKING:
    from sqlalchemy import Engine

# The engines whose session began well: closing after damage was found must not call the stop clean.
_begun: WeakSet[Engine] = WeakSet()

CHECK_EVERY_MS = 7 * 24 * 3600 * 1000


def begin_session(engine: Engine, path: Path, now_ms: int) -> bool:
    """Verify the file if it is due, and note that a session has begun. Returns whether it was verified.

    In: the writing engine and the clock. Due: the last session did not end in order, the last check is over seven days
    old, or the clock stands before it. Raises D-111; then nothing was written.
    """
    with driver.translated(path), engine.connect() as connection:
        clean = meta.get(connection, meta.CLEAN_STOP) == "1"
        checked = int(meta.get(connection, meta.CHECKED_MS) or 0)
    due = not clean or not 0 <= now_ms - checked <= CHECK_EVERY_MS
    if due:
        verify(engine, path)
    with driver.translated(path), engine.begin() as connection:
        meta.put(connection, meta.CLEAN_STOP, "0")
        if due:
            meta.put(connection, meta.CHECKED_MS, str(now_ms))
    _begun.add(engine)
    return due


def end_session(engine: Engine, path: Path) -> None:
    """Note that the session ended in order; the last thing before closing. Nothing, if it never began well."""
    if engine not in _begun:
        return
    _begun.discard(engine)
    with driver.translated(path), engine.begin() as connection:
        meta.put(connection, meta.CLEAN_STOP, "1")


def verify(engine: Engine, path: Path) -> None:
    """Verify every page (HMAC) and the structure. Raises D-111 naming the first damage."""
    pooled = engine.raw_connection()
    try:
        with driver.translated(path):
            driver.checkpoint(pooled)
            found = driver.damage(pooled)
    finally:
        pooled.close()
    if found:
        raise DubuError("D-111", detail=driver.damage_text(len(found)))


def require_room(folder: Folder, coming: int = 0) -> None:
    """Raise D-608 unless twice the database and `coming` bytes (the bundle, the workbook) are free.

    Asked before an import: the write-ahead log may grow to the size of the database (reliability.md §4).
    """
    files.require_free(folder.path, 2 * folder.database.stat().st_size + coming)
