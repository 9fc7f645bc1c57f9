"""归档 struck at system calls and by power loss: some in the test command, more by `./dubu prove archives`."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import proofbook
from tests.faults import archived, disk, syscalls

pytestmark = [
    pytest.mark.usefixtures("state_put_back"),
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.needs_tool("strace"),
    pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux"),
]


@pytest.fixture(scope="module")
def both(in_memory: Path) -> archived.Both:
    """A compaction, its calls counted, and recorded once."""
    return archived.Both(in_memory, seed=5)


def test_a_fault_at_calls_of_each_kind_leaves_before_or_after(both: archived.Both) -> None:
    counts = both.struck.counts = Counter()
    by_call: dict[str, list[syscalls.Point]] = {}
    for point in both.order:
        by_call.setdefault(point.call, []).append(point)
    chosen = []
    for i, call in enumerate(sorted(by_call)):
        for fault in syscalls.FAULTS:
            fitting = [p for p in by_call[call] if p.fault == fault]
            chosen.append(proofbook.chance(7, i, fault).choice(fitting))
    for point in chosen:
        both.struck.strike(point, counts)
    assert sum(counts[fault] for fault in syscalls.FAULTS) == len(chosen) >= 15
    assert set(by_call) >= {"write", "pwrite64", "fsync", "rename", "ftruncate"}


def test_states_of_the_disk_keep_every_promise(both: archived.Both) -> None:
    counts = both.lost.counts = Counter()
    for number in range(40):
        both.lost.trial(number)
    assert counts["before"] > 0
    assert counts["after"] > 0
    assert counts["between two archives"] > 0
    assert min(counts[model] for model in disk.MODELS) > 10


def _bad(lost: archived.Lost, unsynced: Callable[[str], bool], n: int) -> int:
    lost.unsynced, bad = unsynced, 0
    try:
        for number in range(n):
            try:
                lost.trial(number)
            except AssertionError:
                bad += 1
    finally:
        lost.unsynced = lambda _path: False
    return bad


def test_archives_that_are_not_synced_are_caught(both: archived.Both) -> None:
    assert _bad(both.lost, lambda path: "/archives/" in path, 30) >= 3


def test_an_archive_named_before_it_is_read_back_or_lost_is_caught(
    both: archived.Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checker checked: a workspace that lacks an archive, or holds another segment, does not pass."""
    place = both.struck.place
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(both.struck.scene, place)
    with archived.opened(place) as house:
        house.do("compact", keep_days=0)
    archived.require(place, both.struck.before, [], Counter())
    for file in sorted((place / archived.PATH / "archives").rglob("*/*")):
        file.unlink()
    with pytest.raises(Exception, match=r"D-118|an archive does not hold"):
        archived.require(place, both.struck.before, [], Counter())


def test_the_long_proof_on_record() -> None:
    """What docs/proof/archives.json says was run: calls killed and failed, states of both models of a disk."""
    said = proofbook.read(proofbook.FOLDER / "archives.json")
    done = said["counts"]["done"]
    assert said["failures"] == []
    assert said["n"] == sum(done[f] for f in syscalls.FAULTS) + sum(done[m] for m in disk.MODELS) >= 400
    assert min(done[name] for name in ("before", "after", "between two archives")) > 0
