"""A stick pulled at byte k of an import (F5), a disk that takes no more than so many bytes (F4), in process."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dubu_desktop.actions.house import House
from dubu_desktop.errors import DubuError
from tests.faults import disk_fails
from tests.faults.mutations import everything, in_catalogue, shown
from tests.world import COMPLETE, World, cheap_keys, jpeg

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prover() -> Iterator[disk_fails.Prover]:
    """A world in memory on whose disks anything fails; ten thousand times by `./dubu prove disk`."""
    if sys.platform == "win32":
        pytest.skip("no limit of file sizes on Windows")
    with disk_fails.prepared(seed=2) as made:
        yield made


def test_forty_failing_disks_lose_nothing_and_say_so(
    prover: disk_fails.Prover, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path))  # put back afterwards: trials set it
    counts = prover.batch(0, 40)
    done = counts["done"]
    assert isinstance(done, dict)
    assert [done[what] for what in disk_fails.WHAT] == [10] * 4
    assert isinstance(counts["faults"], int)
    assert counts["faults"] >= 25
    assert done["said D-601"] + done["said D-602"] >= 10


def _saves(prover: disk_fails.Prover) -> None:
    for first in range(2, 42, 4):
        prover.batch(first, 1)


def test_a_program_that_says_saved_on_a_full_disk_is_caught(
    prover: disk_fails.Prover, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path))
    honest = House.do

    def do(self: House, verb: str, /, **params: Any) -> Any:
        try:
            return honest(self, verb, **params)
        except DubuError:
            return SimpleNamespace(ids=[os.urandom(16).hex()], extra={})

    monkeypatch.setattr(House, "do", do)
    with pytest.raises(AssertionError, match="what was said to be saved is gone"):
        _saves(prover)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An office and a group that know each other."""
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    made = World.ready(tmp_path / "world", codes=["01"])
    yield made
    made.close()


class Pulled:
    """A file on a stick that is gone after so many bytes."""

    def __init__(self, stream: Any, most: int, number: int) -> None:
        self.stream, self.left, self.number = stream, most, number

    def read(self, count: int = -1) -> bytes:
        piece: bytes = self.stream.read(min(count, self.left) if count >= 0 else self.left)
        self.left -= len(piece)
        if self.left <= 0 and count:
            raise OSError(self.number, "pulled")
        return piece

    def __enter__(self) -> Pulled:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stream.close()


@pytest.mark.parametrize("number", [errno.EIO, errno.ENODEV, errno.ENXIO])
def test_a_stick_pulled_at_any_byte_of_an_import_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    made = world.groups["01"].do("register_finding", values=COMPLETE).ids[0]
    world.groups["01"].do("add_photos", finding=made, images=[jpeg(1, (400, 300))])
    (file,) = world.up("01")
    size, honest = Path(file).stat().st_size, Path.open
    world.take(world.office, [file[:-5] + "nothing.dubu"])  # what a refusal writes once (the backup before) is written
    before, faults = everything(world.office), 0
    for most in sorted({1, 15, 16, 17, 200, size - 1, size, *range(1, size, size // 12)}):

        def opened(self: Path, *args: Any, most: int = most, **kwargs: Any) -> Any:
            stream = honest(self, *args, **kwargs)
            return Pulled(stream, most, number) if str(self) == file else stream

        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", opened)
            (report,) = world.take(world.office, [file])
        assert report["status"] == "refused"
        assert report["code"] == "D-602"
        in_catalogue(report["code"], report["sentence"])
        assert everything(world.office) == before
        assert not list(world.office.ws.folder.inbox.iterdir())
        faults += 1
    assert faults >= 15
    assert world.take(world.office, [file])[0]["status"] == "new"
    world.round()
    assert world.agree("01")


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of file sizes on Windows")
def test_a_disk_that_takes_no_more_leaves_before_or_after(world: World) -> None:
    import resource

    group, said, done, codes = world.groups["01"], 0, 0, set[str]()
    known = set(shown(group))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    stick, database = world.root / "stick", group.ws.folder.database.stat().st_size
    sizes = [0, 512, 3000, 10_000, 70_000, database // 2, database - 1, database, database + 50_000, 50_000_000]
    for i, most in enumerate(sizes):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        try:
            known.add(bytes.fromhex(group.do("register_finding", values=COMPLETE | {"place": f"城关街道{i}号"}).ids[0]))
            group.do("export_bundle", to="office", out=str(stick))
            done += 1
        except DubuError as error:
            in_catalogue(error.code, error.sentence)
            codes.add(error.code)
            said += 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert set(shown(group)) >= known, "what was said to be saved is gone"
        known = set(shown(group))
        group.verify()
        assert not [p for p in world.root.rglob("*.part") if p.is_file()]
    assert said >= 3
    assert done >= 1
    assert codes <= {"D-601", "D-602", "D-607"}
    whole = sorted(str(p) for p in stick.glob("*-up-*.dubu"))
    files = [*whole, *world.up("01")]
    assert {r["status"] for r in world.take(world.office, files)} <= {"new", "same"}
    world.round()
    assert world.agree("01")
