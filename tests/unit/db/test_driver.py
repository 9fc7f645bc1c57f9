"""The encrypted database: settings, transactions, damage, and nothing of it readable on the disk."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from dubu_desktop.db import driver
from dubu_desktop.errors import Cancelled, DubuError

KEY = bytes(range(32))
CANARY = "机密线索张三CANARY"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dubu.db"


@pytest.fixture
def database(path: Path) -> Any:
    opened = driver.open_database(path, KEY)
    with opened.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a UNIQUE)")
    yield opened
    opened.close()


def count(database: driver.Database) -> int:
    with database.reader.begin() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one())


def insert(database: driver.Database, *values: object) -> None:
    with database.writer.begin() as connection:
        for value in values:
            connection.exec_driver_sql("INSERT INTO t VALUES (?)", (value,))


def test_the_settings_that_keep_data_are_on(database: driver.Database) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "page_size": str(driver.PAGE_BYTES),
        "temp_store": 2,
        "secure_delete": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "foreign_keys": 1,
        "busy_timeout": driver.BUSY_MS,
    }
    for engine, query_only in ((database.writer, 0), (database.reader, 1)):
        with engine.connect() as connection:
            for name, value in {**wanted, "query_only": query_only}.items():
                assert connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() == value, name


def test_bytes_and_nothing_are_bound_as_they_are(database: driver.Database) -> None:
    """The quick answers to the driver's question change no value."""
    with database.writer.begin() as conn:
        given = (b"\0\xff", None, b"", "字", 1, 1.5)
        found = conn.exec_driver_sql("SELECT ?, ?, ?, ?, ?, ?, typeof(?), typeof(?)", (*given, b"", None)).one()
    assert tuple(found) == (*given, "blob", "null")
    assert driver.sqlite.adapters[bytes, driver.sqlite.PrepareProtocol](b"x") == b"x"
    assert driver.sqlite.adapters[type(None), driver.sqlite.PrepareProtocol](None) is None


def test_sqlite_is_new_enough_and_an_old_one_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sqlite.sqlite_version_info >= driver.OLDEST_SQLITE
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(DubuError) as caught:
        driver.open_database(path, KEY)
    assert caught.value.code == "D-609"


def test_the_standard_sqlite_library_is_never_loaded_beside_it(path: Path) -> None:
    source = (
        "import sys; from pathlib import Path; from dubu_desktop.db import driver\n"
        "assert 'sqlalchemy' not in sys.modules\n"
        "d = driver.open_database(Path(sys.argv[1]), bytes(32))\n"
        "assert '_sqlite3' not in sys.modules and 'sqlalchemy.orm' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", source, str(path)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_readable_on_the_disk_while_open_or_after(database: driver.Database, path: Path) -> None:
    with database.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE 机密表 (a)")
        connection.exec_driver_sql("INSERT INTO t VALUES (?)", (CANARY * 100,))
    with database.writer.begin() as connection:
        connection.exec_driver_sql("DELETE FROM t")

    def readable() -> list[str]:
        needles = [text.encode(code) for text in (CANARY, "机密表") for code in ("utf-8", "utf-16-le", "gb18030")]
        files = list(path.parent.iterdir())
        return [file.name for file in files if any(needle in file.read_bytes() for needle in needles)]

    assert {file.name for file in path.parent.iterdir()} >= {"dubu.db", "dubu.db-wal"}
    assert readable() == []
    database.close()
    assert [file.name for file in path.parent.iterdir()] == ["dubu.db"]
    assert readable() == []
    assert not path.read_bytes().startswith(b"SQLite format 3")


def test_a_plain_database_is_refused_and_not_touched(path: Path) -> None:
    plain = sqlite.connect(str(path))
    plain.execute("CREATE TABLE t (a)")
    plain.commit()
    plain.close()
    before = path.read_bytes()
    with pytest.raises(DubuError) as caught:
        driver.open_database(path, KEY)
    assert caught.value.code == "D-115"
    assert path.read_bytes() == before


def test_another_key_opens_nothing_and_says_nothing_on_stderr(
    database: driver.Database, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    database.close()
    with pytest.raises(DubuError) as caught:
        driver.open_database(path, bytes(32))
    assert caught.value.code == "D-111"
    assert capfd.readouterr().err == ""


def noticed(path: Path) -> bool:
    """Whether opening or checking finds damage."""
    try:
        connection = driver.connect(path, KEY)
    except DubuError as error:
        return error.code == "D-111"
    found = driver.damage(connection)
    connection.close()
    return bool(found)


def test_one_damaged_bit_is_noticed(database: driver.Database, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    insert(database, *(f"{number}" * 500 for number in range(200)))
    database.close()
    whole = path.read_bytes()
    for offset in range(100, len(whole), len(whole) // 40):
        damaged = bytearray(whole)
        damaged[offset] ^= 1 << (offset % 8)
        path.write_bytes(damaged)
        assert noticed(path), offset
    path.write_bytes(whole)
    assert not noticed(path)
    assert capfd.readouterr().err == ""


def test_reading_damage_is_the_catalogues_error(database: driver.Database, path: Path) -> None:
    insert(database, *(f"{number}" * 2000 for number in range(200)))
    database.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    opened = driver.open_database(path, KEY)
    with pytest.raises(DubuError) as caught, driver.translated(path), opened.reader.begin() as connection:
        connection.exec_driver_sql("SELECT sum(length(a)) FROM t").fetchall()
    assert caught.value.code == "D-111"
    opened.close()


def test_a_bug_is_not_dressed_up_as_an_expected_error(database: driver.Database, path: Path) -> None:
    for statement in ("SELECT nothing FROM nowhere", "INSERT INTO t VALUES (1), (1)"):
        with (
            pytest.raises((OperationalError, IntegrityError)),
            driver.translated(path),
            database.writer.begin() as connection,
        ):
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("name", "code"), [("FULL", "D-601"), ("IOERR_WRITE", "D-602"), ("READONLY", "D-603"), ("BUSY", "D-605")]
)
def test_a_failing_disk_has_its_own_sentence(path: Path, name: str, code: str) -> None:
    numbers = {"FULL": 13, "IOERR_WRITE": 778, "READONLY": 8, "BUSY": 5}
    error = sqlite.OperationalError("text is not looked at")
    error.sqlite_errorcode, error.sqlite_errorname = numbers[name], f"SQLITE_{name}"
    wrapped = OperationalError("INSERT", {}, error)
    for raised in (error, wrapped):
        with pytest.raises(DubuError) as caught, driver.translated(path):
            raise raised
        assert caught.value.code == code


def test_a_full_database_file_is_told_as_a_full_disk_and_nothing_is_lost(database: driver.Database, path: Path) -> None:
    with database.writer.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    with database.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 10")
    with pytest.raises(DubuError) as caught, driver.translated(path):
        insert(database, *(f"{number}" * 10_000 for number in range(100)))
    assert caught.value.code == "D-601"
    assert count(database) == 1


def test_record_text_never_stands_in_an_error(database: driver.Database) -> None:
    with pytest.raises(IntegrityError) as caught:
        insert(database, CANARY, CANARY)
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(caught.value)


def test_a_failed_block_leaves_nothing_schema_included(database: driver.Database) -> None:
    def fail() -> None:
        with database.writer.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE u (a)")
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
            raise Cancelled

    with pytest.raises(Cancelled):
        fail()
    with database.reader.begin() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    assert names == ["t"]
    assert count(database) == 0


def test_a_reader_sees_one_snapshot_while_another_thread_writes(database: driver.Database) -> None:
    def write() -> None:
        with database.writer.begin() as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")

    with database.reader.begin() as connection:
        query = "SELECT count(*) FROM t"
        assert connection.exec_driver_sql(query).scalar_one() == 0
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        assert connection.exec_driver_sql(query).scalar_one() == 0
    assert count(database) == 1


def test_the_reading_engine_cannot_write(database: driver.Database) -> None:
    with pytest.raises(DatabaseError), database.reader.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    assert count(database) == 0


def test_writers_wait_for_one_another(database: driver.Database) -> None:
    def add() -> None:
        for _ in range(20):
            with database.writer.begin() as connection:
                before = connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one()
                connection.exec_driver_sql("INSERT INTO t VALUES (?)", (before,))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert count(database) == 80


def test_a_copy_of_a_file_in_use_is_whole_and_encrypted(database: driver.Database, path: Path, tmp_path: Path) -> None:
    with database.writer.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 7")
        for number in range(500):
            connection.exec_driver_sql("INSERT INTO t VALUES (?)", (f"{number}{CANARY}" * 30,))
    seen: list[tuple[int, int]] = []
    copy = tmp_path / "copy.db"
    assert driver.copy_database(path, copy, KEY, lambda done, total: seen.append((done, total))) == 7
    assert seen[-1][0] == seen[-1][1] > 10
    assert CANARY.encode() not in copy.read_bytes()
    opened = driver.open_database(copy, KEY)
    assert count(opened) == 500
    opened.close()


def test_a_copy_is_one_snapshot_and_does_not_start_over_when_written_to(
    database: driver.Database, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(database, *(f"{number}" * 9000 for number in range(60)))
    monkeypatch.setattr(driver, "_COPY_PAGES", 5)
    seen: list[int] = []

    def write_meanwhile(done: int, total: int) -> None:
        seen.append(done)
        insert(database, f"late {len(seen)}")

    driver.copy_database(path, tmp_path / "copy.db", KEY, write_meanwhile)
    assert len(seen) > 3
    assert seen == sorted(set(seen))
    copy = driver.open_database(tmp_path / "copy.db", KEY)
    assert (count(copy), count(database)) == (60, 60 + len(seen))
    copy.close()


def test_a_writing_block_is_a_writer_from_its_first_moment(database: driver.Database, path: Path) -> None:
    """A deferred transaction that turns into a writer fails at once, whatever the timeout (reliability.md F6)."""
    other = driver.connect(path, KEY)
    other.execute("PRAGMA busy_timeout = 0")
    with database.writer.begin() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one()
        with pytest.raises(sqlite.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_cancelling_a_copy_leaves_the_database_usable(database: driver.Database, path: Path, tmp_path: Path) -> None:
    def cancel(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        driver.copy_database(path, tmp_path / "copy.db", KEY, cancel)
    assert count(database) == 0


def test_a_key_has_32_bytes(path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        driver.connect(path, b"short")


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes there")
@pytest.mark.parametrize(("free", "code"), [(10**12, "D-602"), (0, "D-601")])
def test_a_copy_that_the_disk_does_not_take_has_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, code: str
) -> None:
    """The backup API tells its errors without a code: found by striking its writes one by one."""
    import resource
    import signal

    path = tmp_path / "a.db"
    made = driver.connect(path, KEY)
    made.execute("CREATE TABLE x (b BLOB)")
    made.execute("INSERT INTO x VALUES (zeroblob(400000))")
    made.close()
    monkeypatch.setattr(driver, "free_bytes", lambda _path: free)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, old[1]))
    try:
        with pytest.raises(DubuError) as told:
            driver.copy_database(path, tmp_path / "copy.db", KEY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert told.value.code == code
    assert "copy.db" in told.value.sentence
