"""Hostile files through the verbs that read them: refused by a code in Chinese, or read without harm; nothing else.

Each is parsed in a child with limits (contracts.md §8). Asserted for each: the code, an unchanged journal and digest
where it was refused, and no file anywhere but in the workspace and the returned copy beside the file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.db import journal
from dubu_desktop.errors import CATALOGUE, DubuError
from tests.faults.hostile import FINE, Hostile, corpus
from tests.world import World, cheap_keys

CORPUS = corpus()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    patch = pytest.MonkeyPatch()
    cheap_keys(patch)
    world = World(tmp_path_factory.mktemp("hostile") / "world", (), acquainted=False)
    yield world
    world.close()
    patch.undo()


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, a temporary folder and a working directory of our own: all there is outside the workspace."""
    for name in ("home", "temp", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def listing(folder: Path) -> set[str]:
    """Every file below; the empty folder of a child that waits for the next photo is none."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def state(world: World) -> tuple[int, int]:
    """How many ops there are, and how many findings."""
    ws = world.office.ws
    with ws.reading() as conn:
        return journal.last_seq(conn, ws.profile.actor), len(world.rows(world.office, "finding"))


def _any(error: DubuError) -> dict[str, Any]:
    return {key: value for key, value in error.params.items() if key != "name"}


def offered(world: World, one: Hostile, path: Path) -> Any:
    """What comes of the file at its door."""
    if one.way == "picture":
        number = world.office.do("register_finding", values={"facts": f"通道堆放瓷砖40箱，{one.name}"}).number
        before = state(world)
        try:
            return world.office.do("add_photos", finding=number, files=[str(path)])
        finally:
            world.before = before  # type: ignore[attr-defined]  # of this test alone
    if one.way == "reply":
        return world.office.do("import_reply_sheets", files=[str(path)])
    return world.office.do("import_findings", file=str(path))


def test_there_are_enough_of_them() -> None:
    assert len(CORPUS) >= 60
    assert len({one.name for one in CORPUS}) == len(CORPUS)
    assert {one.way for one in CORPUS} == {"workbook", "reply", "picture"}
    assert sum(FINE not in one.codes for one in CORPUS) >= 50


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.name)
def test_refused_by_its_code_or_without_harm(office: World, outside: Path, one: Hostile) -> None:
    path = outside / ("现场.jpg" if one.way == "picture" else "来表.xlsx")
    path.write_bytes(one.make())
    was_there = listing(outside)
    before = state(office)
    outcome, error = None, None
    try:
        outcome = offered(office, one, path)
    except DubuError as raised:
        error = raised
    if error is not None:
        before = getattr(office, "before", before) if one.way == "picture" else before
        assert error.code in one.codes, error.sentence
        assert path.name in CATALOGUE[error.code].what.format(name=path.name, **_any(error))
        assert state(office) == before, "refused, and yet something was written"
    else:
        assert FINE in one.codes, f"read: {outcome.extra}"
        assert one.way != "reply" or not outcome.ids
    new = listing(outside) - was_there
    assert {name for name in new if not name.endswith("-退回.xlsx")} == set()
    assert not Path("/tmp/dubu-evil.xml").exists()


def test_text_that_looks_like_a_formula_leaves_as_text(office: World, outside: Path) -> None:
    import openpyxl

    one = next(one for one in CORPUS if one.name == "等号开头的文字")
    path = outside / "再来.xlsx"
    path.write_bytes(one.make())
    office.office.do("import_findings", file=str(path))
    office.office.do("export_ledger", out=str(outside / "台账.xlsx"), where={"status": "draft"})
    cells = [c for row in openpyxl.load_workbook(outside / "台账.xlsx").worksheets[0].iter_rows() for c in row]
    assert any(str(c.value).startswith("=cmd") for c in cells)
    assert {c.data_type for c in cells} <= {"s", "n", "d"}


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="no memory of children is told here")
def test_no_child_passed_its_memory(office: World) -> None:
    import resource

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert 0 < peak < 2048
