"""Is the file sound? What the write-ahead log makes good is no damage; what it does not, is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dubu_desktop.db import driver, health
from dubu_desktop.db.driver import PAGE_BYTES
from dubu_desktop.errors import DubuError
from tests.unit.db.small import Small, flip_bit, values_of


def as_the_power_left_it(small: Small, place: Path) -> tuple[Path, int]:
    """File and log of a workspace in use, copied; and where in the file a page begins that the log holds too."""
    small.write(*("县" * 3000 for _ in range(20)))
    pooled = small.database.writer.raw_connection()
    driver.checkpoint(pooled)
    pooled.close()
    small.write("末")
    place.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{small.folder.database}{suffix}", place / f"dubu.db{suffix}")
    log = (place / "dubu.db-wal").read_bytes()
    page = int.from_bytes(log[32:36], "big")
    return place / "dubu.db", (page - 1) * PAGE_BYTES


def verified(path: Path, key: bytes) -> list[object]:
    database = driver.open_database(path, key)
    try:
        health.verify(database.writer, path)
        return values_of(database)
    finally:
        database.close()


def test_a_page_torn_while_the_log_was_carried_over_is_no_damage(small: Small, tmp_path: Path) -> None:
    """The power went in the middle of a checkpoint: SQLite makes the page good, and the check must wait for that."""
    path, torn = as_the_power_left_it(small, tmp_path / "left")
    flip_bit(path, torn + 5000)
    assert verified(path, small.secrets.database_key)[-1] == "末"


def test_a_page_that_no_log_holds_is_damage(small: Small, tmp_path: Path) -> None:
    path, torn = as_the_power_left_it(small, tmp_path / "left")
    other = next(at for at in range(PAGE_BYTES, path.stat().st_size, PAGE_BYTES) if at != torn)
    flip_bit(path, other + 5000)
    with pytest.raises(DubuError, match="D-111"):
        verified(path, small.secrets.database_key)
