"""Numbered migrations and the check at start: the old version or the new, never between."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import Connection

from dubu_desktop.db import driver, health, meta
from dubu_desktop.db.migrations import Schema, Step, migrate, version_of
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.system import files
from tests.unit.db.small import SCHEMA, HeldClock, Small, flip_bit, make_table


def rename_column(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE t2 (b)")
    connection.exec_driver_sql("INSERT INTO t2 SELECT a FROM t")
    connection.exec_driver_sql("DROP TABLE t")


def fail_half_way(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE half (a)")
    connection.exec_driver_sql("DELETE FROM t2")
    raise RuntimeError("half-way")


def make_newest(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE t2 (b)")


def no_copy() -> None:
    raise AssertionError("no copy is due")


def tables(small: Small) -> set[str]:
    with small.database.reader.begin() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    return set(names)


def version(small: Small) -> int:
    with small.database.reader.begin() as connection:
        return version_of(connection)


def test_an_empty_file_gets_the_newest_tables_and_an_old_one_is_brought_up(small: Small) -> None:
    copies: list[int] = []
    small.write("kept")
    newer = Schema(make_newest, (Step("改名", rename_column),))
    assert (newer.version, version(small)) == (2, 1)
    assert migrate(small.database.writer, small.folder.database, newer, lambda: copies.append(version(small))) == 1
    assert (version(small), copies) == (2, [1])
    assert tables(small) == {"meta", "t2"}
    assert migrate(small.database.writer, small.folder.database, newer, no_copy) == 2
    with small.database.reader.begin() as connection:
        assert connection.exec_driver_sql("SELECT b FROM t2").scalars().all() == ["kept"]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    with small.database.writer.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_the_newest_tables_are_made_outright_in_an_empty_file(small: Small) -> None:
    path = small.folder.path / "other.db"
    database = driver.open_database(path, bytes(32))
    schema = Schema(make_newest, (Step("改名", rename_column),))
    assert migrate(database.writer, path, schema, no_copy) == 0
    with database.reader.begin() as connection:
        assert version_of(connection) == 2
    database.close()


def test_a_step_that_fails_half_way_leaves_the_old_version_whole(small: Small) -> None:
    small.write("kept")
    newer = Schema(make_newest, (Step("改名", rename_column), Step("出错的一步", fail_half_way)))
    with pytest.raises(DubuError) as caught:
        migrate(small.database.writer, small.folder.database, newer, lambda: None)
    assert caught.value.code == "D-113"
    assert "出错的一步" in caught.value.what
    assert (version(small), tables(small), small.values()) == (1, {"meta", "t"}, ["kept"])


def test_without_a_copy_nothing_begins(small: Small) -> None:
    def cannot() -> None:
        raise DubuError("D-608", needed="2 GB", free="1 GB", path="/")

    newer = Schema(make_newest, (Step("改名", rename_column),))
    with pytest.raises(DubuError) as caught:
        migrate(small.database.writer, small.folder.database, newer, cannot)
    assert caught.value.code == "D-608"
    assert (version(small), tables(small)) == (1, {"meta", "t"})


def test_cancelling_is_no_failure(small: Small) -> None:
    def cancel(connection: Connection) -> None:
        rename_column(connection)
        raise Cancelled

    schema = Schema(make_newest, (Step("改名", cancel),))
    with pytest.raises(Cancelled):
        migrate(small.database.writer, small.folder.database, schema, lambda: None)
    assert (version(small), tables(small)) == (1, {"meta", "t"})


def test_rebuilding_a_parent_keeps_its_children_and_an_orphan_is_refused(small: Small) -> None:
    """The trap of stack.md §7: with foreign keys on, dropping the parent deletes the children."""
    with small.database.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE child (id REFERENCES parent (id) ON DELETE CASCADE)")
        connection.exec_driver_sql("INSERT INTO parent VALUES (1)")
        connection.exec_driver_sql("INSERT INTO child VALUES (1)")

    def rebuild(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE fresh (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO fresh SELECT id FROM parent")
        connection.exec_driver_sql("DROP TABLE parent")
        connection.exec_driver_sql("ALTER TABLE fresh RENAME TO parent")

    def lose(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM parent")

    def children() -> int:
        with small.database.reader.begin() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM child").scalar_one())

    rebuilt = Schema(make_table, (Step("重建", rebuild),))
    migrate(small.database.writer, small.folder.database, rebuilt, lambda: None)
    assert children() == 1
    losing = Schema(make_table, (*rebuilt.steps, Step("丢失", lose)))
    with pytest.raises(DubuError) as caught:
        migrate(small.database.writer, small.folder.database, losing, lambda: None)
    assert caught.value.code == "D-113"
    assert (children(), version(small)) == (1, 2)


def test_a_newer_workspace_is_refused_by_the_name_of_its_program(small: Small) -> None:
    with small.database.writer.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 9")
        meta.put(connection, meta.PROGRAM, "7.8.9")
    with pytest.raises(DubuError) as caught:
        migrate(small.database.writer, small.folder.database, SCHEMA, no_copy)
    assert caught.value.code == "D-109"
    assert "7.8.9" in caught.value.what
    assert "7.8.9" in caught.value.next_step
    assert version(small) == 9


KILLED = """
import os, sys
from pathlib import Path
from dubu_desktop.db import driver
from dubu_desktop.db.migrations import Schema, Step, migrate
path, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
def die(connection):
    connection.exec_driver_sql("DROP TABLE t")
    os.kill(os.getpid(), 9)
migrate(driver.open_database(path, key).writer, path, Schema(lambda c: None, (Step("x", die),)), lambda: None)
"""


def test_a_kill_in_the_middle_leaves_the_old_version_whole(small: Small) -> None:
    small.write("kept")
    small.database.close()
    key = small.secrets.database_key
    done = subprocess.run([sys.executable, "-c", KILLED, str(small.folder.database), key.hex()], timeout=60)
    assert done.returncode == -9
    small.database = driver.open_database(small.folder.database, key)
    assert (version(small), small.values()) == (1, ["kept"])


def test_the_start_checks_after_an_unclean_stop_or_a_week_or_a_clock_set_back(small: Small, clock: HeldClock) -> None:
    writer, path = small.database.writer, small.folder.database
    start = clock.now_ms()
    assert health.begin_session(writer, path, start)  # never checked
    health.end_session(writer, path)
    assert not health.begin_session(writer, path, start + 1000)
    assert health.begin_session(writer, path, start + 2000)  # the last session never ended
    health.end_session(writer, path)
    assert not health.begin_session(writer, path, start + 2000 + health.CHECK_EVERY_MS)
    health.end_session(writer, path)
    assert health.begin_session(writer, path, start + 2001 + health.CHECK_EVERY_MS)
    health.end_session(writer, path)
    assert health.begin_session(writer, path, start)


def test_damage_is_found_at_start_and_again_until_it_is_mended(small: Small, clock: HeldClock) -> None:
    small.write(*(f"{number}" * 3000 for number in range(100)))
    health.begin_session(small.database.writer, small.folder.database, clock.now_ms())  # and a kill
    small.database.close()
    flip_bit(small.folder.database, -16384 * 3)
    for _ in range(2):
        small.database = driver.open_database(small.folder.database, small.secrets.database_key)
        with pytest.raises(DubuError) as caught:
            health.begin_session(small.database.writer, small.folder.database, clock.now_ms())
        assert caught.value.code == "D-111"
        assert "备份" in caught.value.next_step
        # Closing in order does not make the file sound.
        health.end_session(small.database.writer, small.folder.database)
        small.database.close()


def test_an_import_needs_twice_the_database_and_what_is_coming(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = 2 * small.folder.database.stat().st_size
    monkeypatch.setattr(files, "free_bytes", lambda path: twice + 100)
    health.require_room(small.folder, 100)
    with pytest.raises(DubuError) as caught:
        health.require_room(small.folder, 101)
    assert caught.value.code == "D-608"


def test_meta_keeps_a_few_facts(small: Small) -> None:
    with small.database.writer.begin() as connection:
        assert meta.get(connection, "x") is None
        meta.put(connection, "x", "1")
        meta.put(connection, "x", "2")
        assert meta.get(connection, "x") == "2"
        meta.remove(connection, "x")
        assert meta.get(connection, "x") is None
