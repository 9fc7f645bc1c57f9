"""Many rows at once, past SQLAlchemy's handling of each value: the same statements, made from the same tables.

Measured: 25,000 ops in a third of the time of `conn.execute(table.insert(), rows)`, which turns every value over;
100,000 row ids read in 28 ms instead of 77.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

#: values in one list; SQLite takes 32,766
_AT_ONCE = 2000
_DIALECT = sqlite.dialect(paramstyle="qmark")


@cache
def _statement(table: Table, names: tuple[str, ...], mode: str) -> tuple[str, tuple[str, ...]]:
    """SQL and the order of its parameters."""
    row = insert(table)
    if mode == "ignore":
        row = row.on_conflict_do_nothing()
    compiled = row.compile(dialect=_DIALECT, column_keys=list(names))
    return str(compiled), tuple(compiled.positiontup or ())


def numbers(conn: Connection, query: Any) -> list[int]:
    """The first column of a question whose answer are whole numbers, however many."""
    # the driver's own rows, of a statement that SQLAlchemy compiles once
    cursor: Any = conn.execute(query).cursor
    return [row[0] for row in cursor]


def driver(conn: Connection) -> Any:
    """The driver's own connection, in the transaction of `conn`: for the few statements of every save and import."""
    return conn.connection.driver_connection


def first(conn: Connection, sql: str, *values: Any) -> Any:
    """The driver's own first row of `sql`, None where there is none: for what every verb asks many times over.

    Only inside a transaction of `conn`: the driver begins none. An expression of SQLAlchemy costs ten times as much.
    """
    return driver(conn).execute(sql, values).fetchone()


def among(conn: Connection, sql: str, values: Iterable[Any], *more: Any) -> Iterator[Any]:
    """The driver's own rows of `sql`, whose `{}` stands for the list of `values`, however many.

    `more`: parameters after the list. An `in_()` of SQLAlchemy costs more per value than the look-up itself.
    """
    todo = list(values)
    for start in range(0, len(todo), _AT_ONCE):
        part = todo[start : start + _AT_ONCE]
        yield from driver(conn).execute(sql.format(",".join("?" * len(part))), (*part, *more))


def put_columns(conn: Connection, table: Table, columns: Mapping[str, Iterable[Any]]) -> None:
    """Insert rows given as columns of equal length; fails on a row that is there."""
    sql, order = _statement(table, tuple(columns), "")
    driver(conn).executemany(sql, zip(*(columns[n] for n in order), strict=True))


def put_changed(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, or where a row with the id is there write the columns that differ, and no others.

    A column that is set is written into every index that names it, changed or not: setting all would cost a save of
    one field the pages of twenty indexes. All rows name the same columns, `id` among them.
    """
    if not rows:
        return
    names = tuple(rows[0])
    listed = ", ".join(f'"{n}"' for n in names)
    here = names.index("id")
    found = among(conn, f"SELECT {listed} FROM {table.name} WHERE id IN ({{}})", [row["id"] for row in rows])
    old = {row[here]: row for row in found}
    put(conn, table, [row for row in rows if row["id"] not in old])
    changes: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row in rows:
        held = old.get(row["id"])
        if held is not None:
            differing = tuple(n for n, value in zip(names, held, strict=True) if row[n] != value)
            if differing:
                changes.setdefault(differing, []).append((*(row[n] for n in differing), row["id"]))
    for differing, values in changes.items():
        sets = ", ".join(f'"{n}" = ?' for n in differing)
        driver(conn).executemany(f"UPDATE {table.name} SET {sets} WHERE id = ?", values)


def put(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], mode: str = "") -> None:
    """Insert `rows`, all of which name the same columns.

    mode: "" fails on a row that is there, "ignore" leaves it.
    """
    if not rows:
        return
    sql, order = _statement(table, tuple(rows[0]), mode)
    driver(conn).executemany(sql, [tuple(row[n] for n in order) for row in rows])
