"""Power loss: four hundred states of a disk in the test command, 200,000 by `./dubu prove power`."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests import proofbook
from tests.faults import disk, power, walframes

pytestmark = [
    pytest.mark.usefixtures("state_put_back"),
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.needs_tool("strace"),
    pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux"),
]


@pytest.fixture(scope="module")
def prover(in_memory: Path) -> power.Prover:
    """The four operations, recorded once."""
    return power.Prover(in_memory, seed=3)


def test_states_of_the_disk_keep_every_promise(prover: power.Prover) -> None:
    counts: Counter[str] = Counter()
    for trial in range(400):
        prover.trial(trial, counts)
    assert sum(counts[what] for what in power.OPERATIONS) == 400
    assert min(counts[model] for model in disk.MODELS) > 40
    assert counts["acknowledged before"] > 40
    assert 60 < counts["opened and checked"] <= 300
    assert counts["opened again"] > 0


def _bad(prover: power.Prover, unsynced: Callable[[str], bool], n: int) -> int:
    prover.unsynced, bad = unsynced, 0
    try:
        for trial in range(n):
            try:
                prover.trial(trial, Counter())
            except AssertionError:
                bad += 1
    finally:
        prover.unsynced = lambda _path: False
    return bad


def test_a_database_that_never_syncs_is_caught(prover: power.Prover) -> None:
    """As with synchronous=OFF."""
    assert _bad(prover, lambda path: ".db" in os.path.basename(path), 40) >= 3


def test_photos_that_are_not_synced_are_caught(prover: power.Prover) -> None:
    assert _bad(prover, lambda path: f"{os.sep}blobs{os.sep}" in path, 40) >= 3


# --- the checker checked -----------------------------------------------------------------------------------------


def test_sqlite_goes_by_what_is_taken_of_a_log_and_by_nothing_else(tmp_path: Path) -> None:
    """Logs cut short, torn and spoilt anywhere: SQLite shows the same of the log and of what is said to count of it."""
    made = sqlite3.connect(tmp_path / "made.db", isolation_level=None)
    made.execute("PRAGMA journal_mode = WAL")
    made.execute("CREATE TABLE t (x)")
    made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for n in range(5):
        made.execute("BEGIN")
        made.executemany("INSERT INTO t VALUES (?)", [(n * 10 + i,) for i in range(10)])
        made.execute("INSERT INTO t VALUES (zeroblob(9000))")
        made.execute("COMMIT")
    base, log = (tmp_path / "made.db").read_bytes(), (tmp_path / "made.db-wal").read_bytes()
    made.close()
    reader, dice, seen = walframes.Reader(), Random(4), set()
    assert reader.taken(log) == log
    for _ in range(120):
        spoilt = bytearray(log[: dice.choice((len(log), dice.randrange(len(log))))])
        if spoilt and dice.random() < 0.7:
            at = dice.randrange(0, len(spoilt), dice.choice((1, 512)))
            spoilt[at : at + 512] = dice.choice((bytes(512), dice.randbytes(1)))[: len(spoilt) - at]
        taken = reader.taken(bytes(spoilt))
        assert bytes(spoilt).startswith(taken)
        rows = _rows(tmp_path, base, bytes(spoilt))
        assert rows == _rows(tmp_path, base, taken)
        seen.add(rows)
    assert seen == {0, 11, 22, 33, 44, 55}


def _rows(folder: Path, base: bytes, log: bytes) -> int:
    for old in folder.glob("look.db*"):
        old.unlink()
    (folder / "look.db").write_bytes(base)
    (folder / "look.db-wal").write_bytes(log)
    with closing(sqlite3.connect(folder / "look.db")) as conn:
        return int(conn.execute("SELECT count(*) FROM t").fetchone()[0])


def test_what_was_synced_is_there_and_the_rest_may_not_be(tmp_path: Path) -> None:
    """A small made-up record: two writes, a sync between; a rename, sure once its folder is synced."""
    before, root, into = tmp_path / "before", Path("/nowhere"), tmp_path / "into"
    before.mkdir()
    (before / "a").write_bytes(b"old.")
    happened = [
        disk.Event("write", "/nowhere/a", data=b"one", offset=0),
        disk.Event("sync", "/nowhere/a", since=1),
        disk.Event("write", "/nowhere/a", data=b"two", offset=4),
        disk.Event("create", "/nowhere/b.part"),
        disk.Event("write", "/nowhere/b.part", data=b"new", offset=-1),
        disk.Event("sync", "/nowhere/b.part", since=5),
        disk.Event("rename", "/nowhere/b.part", other="/nowhere/b"),
        disk.Event("sync", "/nowhere", since=7),
    ]
    made = disk.Disk(before, root, happened)
    found: dict[int, set[bytes]] = {}
    for moment in made.moments():
        for seed in range(60):
            made.state(moment, Random(seed), disk.MODELS[seed % 2], into)
            found.setdefault(moment, set()).add((into / "a").read_bytes())
            assert not (into / "b").exists() or (into / "b").read_bytes() == b"new"
            if moment == 8:
                assert (into / "b").exists()
                assert not (into / "b.part").exists()
    assert found[0] == {b"old."}
    assert found[1] == {b"old.", b"one."}
    assert found[2] == {b"one."}
    assert found[3] == {b"one.", b"one.two"}


def test_a_name_is_there_once_its_own_folder_is_synced(tmp_path: Path) -> None:
    """Made in one folder, named in another: only the other need be synced. Once a photo was taken for missing."""
    before, into = tmp_path / "before", tmp_path / "into"
    (before / "b").mkdir(parents=True)
    happened = [
        disk.Event("create", "/nowhere/new.part"),
        disk.Event("write", "/nowhere/new.part", data=b"new", offset=-1),
        disk.Event("sync", "/nowhere/new.part", since=2),
        disk.Event("rename", "/nowhere/new.part", other="/nowhere/b/named"),
        disk.Event("sync", "/nowhere/b", since=4),
    ]
    made = disk.Disk(before, Path("/nowhere"), happened)
    for seed in range(60):
        made.state(5, Random(seed), disk.MODELS[seed % 2], into)
        assert (into / "b" / "named").read_bytes() == b"new"
        made.state(4, Random(seed), disk.MODELS[seed % 2], into)
        named = into / "b" / "named"
        assert not named.exists() or named.read_bytes() == b"new"


def test_the_long_proof_on_record() -> None:
    """What docs/proof/power.json says was run, of every operation and under both models of a disk."""
    said = proofbook.read(proofbook.FOLDER / "power.json")
    states = said["counts"]["states"]
    assert said["n"] == sum(states[what] for what in power.OPERATIONS) == sum(states[m] for m in disk.MODELS) >= 2400
