"""Numbered migrations of the journal and local tables. Folded tables are rebuilt instead (architecture.md).

The number is SQLite's `user_version`. A step runs after a verified copy has been made, all steps in one transaction,
so that a failure or a kill leaves the old version whole. A file of a newer program is refused by that program's name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dubu_desktop import __version__
from dubu_desktop.db import meta
from dubu_desktop.db.driver import translated
from dubu_desktop.errors import Cancelled, DubuError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered change; `name` is shown when it fails."""

    name: str
    run: Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Schema:
    """What this program knows: how to make every table in an empty file, and how to bring an old file up to it.

    `steps[0]` brings version 1 to 2, `steps[1]` 2 to 3 …; `create` makes the newest version outright.
    """

    create: Callable[[Connection], None]
    steps: tuple[Step, ...] = ()

    @property
    def version(self) -> int:
        """The newest version this program knows, from 1."""
        return 1 + len(self.steps)


def version_of(connection: Connection) -> int:
    """The file's version; 0 for an empty one."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def migrate(engine: Engine, path: Path, schema: Schema, copy_first: Callable[[], object]) -> int:
    """Bring the file of the writing `engine` up to `schema`; returns the version it had before (0: it was empty).

    `copy_first` makes the verified copy (backup.make_backup) and raises when it cannot; it runs only when an old file
    is about to change. `path` is named in errors. Raises D-109 (newer), D-113 (a step failed, nothing changed).
    """
    with translated(path), engine.connect() as connection:
        found = version_of(connection)
        if found > schema.version:
            raise DubuError("D-109", version=meta.get(connection, meta.PROGRAM) or "新版督簿")
    if found == schema.version:
        return found
    if found > 0:
        copy_first()
    _foreign_keys(engine, enforced=False)
    try:
        _run(engine, path, schema, found)
    finally:
        _foreign_keys(engine, enforced=True)
    return found


def _run(engine: Engine, path: Path, schema: Schema, found: int) -> None:
    """Everything in one transaction; `user_version` is part of it."""
    name = "新建数据表"
    try:
        with translated(path), engine.begin() as connection:
            meta.create(connection)
            if found == 0:
                schema.create(connection)
            for step in schema.steps[found - 1 :] if found else ():
                name = step.name
                step.run(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise ValueError(f"{len(broken)} rows without their parent")
            meta.put(connection, meta.PROGRAM, __version__)
            connection.exec_driver_sql(f"PRAGMA user_version = {schema.version:d}")
    except (DubuError, Cancelled):
        raise
    except Exception as error:
        raise DubuError("D-113", detail=name) from error


def _foreign_keys(engine: Engine, *, enforced: bool) -> None:
    """Switch enforcement on the one writing connection. It must happen outside a transaction: inside it is ignored,
    and with enforcement on, rebuilding a parent table deletes its children (stack.md §7)."""
    pooled = engine.raw_connection()
    try:
        pooled.cursor().execute(f"PRAGMA foreign_keys = {'ON' if enforced else 'OFF'}")
    finally:
        pooled.close()
