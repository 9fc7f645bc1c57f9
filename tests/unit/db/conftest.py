"""What every test of the workspace file gets: cheap keys, a clock that stands still, a small workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dubu_desktop.db import driver, keys, migrations
from dubu_desktop.db.blobs import BlobStore
from dubu_desktop.db.folder import creating
from dubu_desktop.system.randomness import Randomness
from tests.unit.db.small import PASSWORD, SCHEMA, HeldClock, Small
from tests.world import World
from tests.world import cheap_keys as everything_cheap


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at full cost is a test of its own (test_keys)."""
    monkeypatch.setattr(keys, "STANDARD_COST", keys.Cost(memory_kib=64, passes=1, lanes=1))


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def small(tmp_path: Path, cheap_keys: None) -> Iterator[Small]:
    code = keys.new_recovery_code(Randomness())
    keyfile, secrets = keys.create_keys(PASSWORD, code)
    with creating(tmp_path / "ws") as folder:
        database = driver.open_database(folder.database, secrets.database_key)
        migrations.migrate(database.writer, folder.database, SCHEMA, lambda: None)
        keyfile.save(folder.key_file)
    blobs = BlobStore(folder.blobs, secrets.blob_key, secrets.blob_name_key)
    yield Small(folder, keyfile, secrets, code, database, blobs)
    database.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An office and a group that have exchanged once: for what needs a whole workspace."""
    everything_cheap(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    made = World.ready(tmp_path / "world", ["01"])
    yield made
    made.close()
