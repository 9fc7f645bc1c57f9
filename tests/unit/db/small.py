"""Plain helpers of the tests of the workspace file: a held clock, a workspace with one table, damage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from dubu_desktop.db import driver, keys, migrations
from dubu_desktop.db.blobs import BlobStore
from dubu_desktop.db.folder import Folder
from dubu_desktop.system.clock import SHANGHAI, Clock

PASSWORD = "四不两直2026"


class HeldClock(Clock):
    """Shows what it is told."""

    def __init__(self, *when: int) -> None:
        self.set(*(when or (2026, 3, 5, 9, 12)))

    def set(self, *when: int) -> None:
        self.ms = int(datetime(*when, tzinfo=SHANGHAI).timestamp() * 1000)  # type: ignore[misc,arg-type]

    def now_ms(self) -> int:
        return self.ms


@dataclass
class Small:
    """A workspace with one table `t(a)`, opened."""

    folder: Folder
    keyfile: keys.KeyFile
    secrets: keys.Secrets
    code: str
    database: driver.Database
    blobs: BlobStore

    def write(self, *values: object) -> None:
        with self.database.writer.begin() as connection:
            for value in values:
                connection.exec_driver_sql("INSERT INTO t VALUES (?)", (value,))

    def values(self) -> list[object]:
        return values_of(self.database)


def values_of(database: driver.Database) -> list[object]:
    with database.reader.begin() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT a FROM t ORDER BY rowid")]


def make_table(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE t (a)")


SCHEMA = migrations.Schema(make_table)


def flip_bit(path: Path, offset: int) -> None:
    """Damage one bit of a file; a negative offset counts from its end."""
    content = bytearray(path.read_bytes())
    content[offset] ^= 0x10
    path.write_bytes(content)
