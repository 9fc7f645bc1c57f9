"""The tables of a workspace: all made at once in a new file, and the numbered steps by which an old one catches up.

Only journal and local tables have steps; a step adds what the versions before had not.
"""

from __future__ import annotations

from sqlalchemy import Connection

from dubu_desktop.db import archives, tables
from dubu_desktop.db.migrations import Schema, Step


def _create_tables(conn: Connection) -> None:
    for part in (tables.JOURNAL, tables.FOLDED, tables.LOCAL):
        part.create_all(conn)
    from dubu_desktop.db import search

    search.create(conn)


def _starters_say_what_for(conn: Connection) -> None:
    conn.exec_driver_sql("ALTER TABLE enrolment ADD COLUMN role TEXT NOT NULL DEFAULT 'group'")


def _ops_stand_in_segments(conn: Connection) -> None:
    conn.exec_driver_sql("ALTER TABLE segment ADD COLUMN held INTEGER NOT NULL DEFAULT 0")
    tables.held.create(conn, checkfirst=True)


def _given_is_remembered(conn: Connection) -> None:
    from dubu_desktop.db import leaving

    tables.given.create(conn, checkfirst=True)
    leaving.note_given_before(conn)


def _forks_name_their_line(conn: Connection) -> None:
    for column in ("branch BLOB", "since INTEGER"):
        conn.exec_driver_sql(f"ALTER TABLE fork ADD COLUMN {column}")


def _forks_name_the_line_they_leave(conn: Connection) -> None:
    conn.exec_driver_sql("ALTER TABLE fork ADD COLUMN over BLOB")


def _clocks_are_looked_at(conn: Connection) -> None:
    for table in (tables.odd_clock, tables.last_wall):
        table.create(conn, checkfirst=True)


def _segments_say_since_when(conn: Connection) -> None:
    """What 0.1.0 kept has rows of its ops, which say when they were written."""
    conn.exec_driver_sql("ALTER TABLE segment ADD COLUMN kept_ms INTEGER NOT NULL DEFAULT 0")
    conn.exec_driver_sql(
        "UPDATE segment SET kept_ms = coalesce((SELECT max(o.wall) FROM op o WHERE o.actor = segment.actor"
        " AND o.seq BETWEEN segment.first_seq AND segment.last_seq), 0)"
    )
    for table in (archives.archive, archives.archived):
        table.create(conn, checkfirst=True)


def _blocks_of_two_pasts(conn: Connection) -> None:
    """The hash becomes a part of the key."""
    conn.exec_driver_sql("ALTER TABLE base_block RENAME TO base_block_before")
    tables.base_block.create(conn)
    names = ", ".join(tables.base_block.columns.keys())
    conn.exec_driver_sql(f"INSERT INTO base_block ({names}) SELECT {names} FROM base_block_before")
    conn.exec_driver_sql("DROP TABLE base_block_before")


SCHEMA = Schema(
    create=_create_tables,
    steps=(
        Step("隔离区", lambda conn: tables.quarantine.create(conn, checkfirst=True)),
        Step("开通文件的用途", _starters_say_what_for),
        Step("操作只存一份", _ops_stand_in_segments),
        Step("移出范围的记录", _given_is_remembered),
        Step("同一身份的两条线", _forks_name_their_line),
        Step("可疑的时间", _clocks_are_looked_at),
        Step("移交后到达", lambda conn: tables.late.create(conn, checkfirst=True)),
        Step("清除的记录", lambda conn: tables.hidden.create(conn, checkfirst=True)),
        Step("归档", _segments_say_since_when),
        Step("从副本又分出的一条线", _forks_name_the_line_they_leave),
        Step("办公室的两段过去", _blocks_of_two_pasts),
    ),
)
