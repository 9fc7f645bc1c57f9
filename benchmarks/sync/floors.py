"""The raw floor: one `executemany` upsert of the same rows by the bare driver, same cipher, same settings.

a1 (contracts.md §10) has text uuid4 keys and the cipher's default page size; the floor of our schema has our keys and
our pages. Both carry the secondary indexes that the program's findings have, where the column exists.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite

from benchmarks.sync.workload import COLUMNS
from dubu_desktop.db import driver, tables

KEY = bytes(range(32))
#: what SQLCipher takes without being told
DEFAULT_PAGE = 4096


def connect(path: Path, page: int | None = None) -> Any:
    """The program's own connection, all its settings, with another page size where one is given."""
    ours = driver.PAGE_BYTES
    driver.PAGE_BYTES = page or ours
    try:
        return driver.connect(path, KEY)
    finally:
        driver.PAGE_BYTES = ours


def bare_binding() -> None:
    """The driver as it comes, in this process: without the adapters by which db/driver.py binds bytes and None."""
    for adapted in (bytes, type(None)):
        sqlite.adapters.pop((adapted, sqlite.PrepareProtocol), None)


def indexes() -> list[tuple[str, str]]:
    """(columns, condition) of each secondary index of the program's findings and their list, on the plain columns.

    `id` in them is the row number, which every index of SQLite ends with anyway.
    """
    found: dict[tuple[str, str], None] = {}
    for table in (tables.finding, tables.finding_line):
        for index in sorted(table.indexes, key=lambda i: str(i.name)):
            names = [c.name for c in index.columns if c.name != "id"]
            where = index.dialect_options["sqlite"]["where"]
            condition = "" if where is None else str(where.compile(compile_kwargs={"literal_binds": True}))
            condition = condition.replace("finding_line.", "")
            if all(n in COLUMNS for n in names) and (not condition or condition.split(" ")[0] in COLUMNS):
                found[(", ".join(f'"{n}"' for n in names), condition)] = None
    return list(found)


def create(conn: Any, *, indexed: bool) -> None:
    """The plain table."""
    columns = ", ".join(f'"{n}"' for n in COLUMNS[1:])
    conn.execute(f'CREATE TABLE finding ("id" PRIMARY KEY NOT NULL, {columns})')
    for n, (names, condition) in enumerate(indexes() if indexed else []):
        conn.execute(f"CREATE INDEX finding_{n} ON finding ({names}){f' WHERE {condition}' if condition else ''}")


def upsert_sql() -> str:
    """Insert, or write all columns anew."""
    marks = ", ".join("?" * len(COLUMNS))
    sets = ", ".join(f'"{n}" = excluded."{n}"' for n in COLUMNS[1:])
    return f'INSERT INTO finding VALUES ({marks}) ON CONFLICT ("id") DO UPDATE SET {sets}'


def text_keys(groups: Sequence[Sequence[Any]]) -> dict[bytes, str]:
    """A text uuid4 for each finding."""
    chance = random.Random(4)
    return {row[0]: str(uuid.UUID(int=chance.getrandbits(128), version=4)) for rows in groups for row in rows}


def changes(rows: dict[str, Any], *, text: bool) -> list[tuple[Any, ...]]:
    """All changes of all groups in the order they come: each group's new rows, then its updates, as full rows."""
    keys: Any = text_keys(rows["inserts"]) if text else {}
    return [
        (keys.get(row[0], row[0]), *row[1:])
        for made, edited in zip(rows["inserts"], rows["updates"], strict=True)
        for row in (*made, *edited)
    ]


def write(conn: Any, given: list[tuple[Any, ...]]) -> None:
    """One transaction."""
    conn.execute("BEGIN IMMEDIATE")
    conn.executemany(upsert_sql(), given)
    conn.execute("COMMIT")


def file_size(conn: Any, path: Path) -> int:
    """The file with its write-ahead log folded in."""
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return path.stat().st_size
