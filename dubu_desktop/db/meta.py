"""A handful of named facts about the workspace file itself. Local to this machine: never in a bundle or a digest.

The table's shape never changes: a newer program's file must stay readable far enough to be refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

PROGRAM = "program"  # the version that last changed the tables; named when an older program is refused
CLEAN_STOP = "clean_stop"  # "1" when the last session ended in order
CHECKED_MS = "checked_ms"  # when every page was last verified
RESTORED = "restored"  # "1" in a restored copy, until a new incarnation is taken (sync.md §3.1)


def create(connection: Connection) -> None:
    """Make the table if it is missing."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)")


def get(connection: Connection, name: str) -> str | None:
    """The value of `name`, None when there is none."""
    from sqlalchemy import text

    row = connection.execute(text("SELECT value FROM meta WHERE name = :name"), {"name": name}).first()
    return None if row is None else str(row[0])


def put(connection: Connection, name: str, value: str) -> None:
    """Set `name`."""
    from sqlalchemy import text

    connection.execute(
        text("INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value"),
        {"name": name, "value": value},
    )


def remove(connection: Connection, name: str) -> None:
    """Forget `name`."""
    from sqlalchemy import text

    connection.execute(text("DELETE FROM meta WHERE name = :name"), {"name": name})
