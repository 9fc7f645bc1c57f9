"""The race runs, at a tiny size, and gives every figure the goals speak of: a guard against rot, not a measurement."""

from __future__ import annotations

import gc
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.sync import extras, figures, meter, page, pieces, race, report, seed, workload
from dubu_desktop.db import driver

ROWS = 30
ARGUMENTS = ["--json", f"--n={ROWS}", "--groups=2", "--runs=1", "--growth=120", "--spokes=2", "--photos=6", "--saves=3"]
CHANGES = 2 * ROWS * 6 // 5
FIGURES = {
    "import_ratio_cpu", "import_ratio_wall", "import_ratio_cpu_same_schema", "export_ratio_cpu", "bytes_ratio",
    "bytes_ratio_text", "duplicate_ratio", "capture_ratio", "file_ratio", "growth_ratio", "spokes_ratio", "rss_mb",
    "rss_photos_mb", "search_index_cpu", "conflicts_ratio", "photo_rate_ratio",
}  # fmt: skip


@pytest.fixture(autouse=True)
def bound_as_before() -> Iterator[None]:
    """The floors take the program's way of binding out of the process, which other tests share."""
    kept = dict(driver.sqlite.adapters)
    yield
    driver.sqlite.adapters.clear()
    driver.sqlite.adapters.update(kept)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Pieces run in this process, which has everything loaded: starting one for each would take most of the time.

    For the same reason worlds begin as copies of one another, and processes warm up once.
    """
    acquaint, made = seed.acquaint, tmp_path_factory.mktemp("acquainted")

    def copied(path: Path, codes: list[str]) -> None:
        if not (made / str(len(codes))).exists():
            (made / str(len(codes))).mkdir()
            acquaint(made / str(len(codes)), codes)
        shutil.copytree(made / str(len(codes)), path, dirs_exist_ok=True)

    def call(piece: str, **given: Any) -> Any:
        with tempfile.TemporaryDirectory(dir=given["scratch"]) as scratch, pytest.MonkeyPatch.context() as patch:
            patch.setenv("DUBU_STATE_DIR", f"{scratch}/state")
            given = json.loads(json.dumps(given | {"scratch": scratch}))
            return json.loads(json.dumps(pieces.PIECES[piece](**given)))

    warm_up, warm = pieces._warm_up, []
    monkeypatch.setattr(pieces, "_warm_up", lambda *given: warm.append(warm_up(*given)) if not warm else None)
    monkeypatch.setattr(race, "child", call)
    monkeypatch.setattr(extras, "SPOKES", (1, 2))
    monkeypatch.setattr(extras, "SMALL_OFFICE", 60)
    monkeypatch.setattr(extras, "BUNDLES", 2)
    monkeypatch.setattr(seed, "acquaint", copied)
    gc.freeze()  # each measurement begins with a collection: not of all that other tests of this process have left
    yield
    gc.unfreeze()


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_the_race_gives_every_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "page.md"
    written.write_text("words of a person\n" + page.MARK + "old figures\n", encoding="utf-8")
    assert race.main([*ARGUMENTS, "--write", str(written)]) == 0
    found = json.loads(capsys.readouterr().out)
    peers = found["raw"]["peers"]
    wanted = FIGURES | {f"{name}_x" for name in ("git", "openpyxl", "apsw", "pouchdb") if name not in peers["skipped"]}
    assert wanted - set(found) == set()
    _sane(found)
    text = written.read_text(encoding="utf-8")
    assert text.startswith("words of a person\n")
    assert "old figures" not in text
    assert [name for name in wanted if f"`{name}`" not in text] == []
    assert (tmp_path / "page-race.png").read_bytes().startswith(b"\x89PNG")
    _kept(tmp_path / "page-race.json", found, capsys)


def _sane(found: dict[str, Any]) -> None:
    w = found["raw"]["w"]["random"]
    assert (w["a1"]["rows"], w["a1"]["changes"]) == (2 * ROWS, CHANGES)
    assert w["a1"]["indexes"] > 5
    assert (w["a1"]["page"], w["a1_same_schema"]["page"]) == (4096, driver.PAGE_BYTES)
    assert (w["import"]["new"], w["duplicate"]["same"]) == (2 * ROWS, 2 * ROWS)
    assert 900 < w["a1"]["raw_bytes"] / CHANGES < 1300  # a row is as wide as W says
    # random text does not compress below a byte a character; nothing is sent that was not written
    assert w["export"]["bytes"] > CHANGES * 318
    assert found["bytes_ratio_text"] < found["bytes_ratio"]
    assert found["raw"]["conflicts"]["clash"]["conflicts"] == ROWS
    assert set(found["raw"]["growth"]) == {"60", "60 plain", "120", "120 plain"}
    assert found["raw"]["photos"]["import"]["photos"] == 2
    assert sum(found["raw"]["profile"]["import"].values()) == pytest.approx(1)
    assert "SQLite: rows written" in found["raw"]["profile"]["import"]
    figures_of = [value for value in found.values() if isinstance(value, float)]
    assert all(value >= 0 for value in figures_of)


def _kept(file: Path, found: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Parts not run again are taken from an earlier result."""
    assert race.main(["--only", "none", "--add-to", str(file), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["import_ratio_cpu"] == pytest.approx(found["import_ratio_cpu"], rel=1e-3)
    assert set(again) == set(found)


def test_a_piece_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    size = 100_000
    sealed = tmp_path / "some"
    sealed.write_bytes(bytes(size))
    found = meter.child("age_rate", files=[str(sealed)], scratch=str(tmp_path))
    assert found["bytes"] == size
    assert found["wall"] > 0
    assert list(tmp_path.iterdir()) == [sealed]
    with pytest.raises(RuntimeError, match="age_rate failed"):
        meter.child("age_rate", files=["/no/such/file"], scratch=str(tmp_path))


def test_an_import_that_did_not_arrive_is_no_figure() -> None:
    with pytest.raises(RuntimeError, match="not new"):
        pieces._told([{"status": "refused", "code": "D-204"}], "new")
    with pytest.raises(RuntimeError, match="not same"):
        pieces._told([{"status": "new"}], "same")


def test_goals_are_held_against_figures_that_exist() -> None:
    peers = {"pouchdb_x", "git_x", "openpyxl_x", "apsw_x"}
    assert set(figures.GOALS) - FIGURES - peers == set()
    assert figures.is_met("import_ratio_cpu", 1.0) is True
    assert figures.is_met("import_ratio_cpu", 1.01) is False
    assert figures.is_met("git_x", 5.9) is False
    assert figures.is_met("import_ratio_wall", 0.1) is None


def test_a_row_is_as_wide_as_the_workload_says() -> None:
    known = workload.Known([b"c" * 16], [b"i" * 16], [b"t" * 16], [b"u" * 16], [b"v" * 16], b"g" * 16, "01")
    for text in workload.TEXTS:
        made = workload.group_rows(text, 1, 5, known)
        assert made == workload.group_rows(text, 1, 5, known)
        for row in made.rows:
            spoken = [row[name] for name in workload.WIDTHS if name != "patterns"] + row["patterns"]
            assert sum(map(len, spoken)) == sum(workload.WIDTHS.values()) == 318
            assert len(workload.as_columns(b"", row)) == len(workload.COLUMNS) == 20
    assert len(set(workload._ALPHABET)) == len(workload._ALPHABET) == 256


def test_tables_name_every_ratio() -> None:
    found = {"taken": {}, "raw": {}, "import_ratio_cpu": 1.5, "export_ratio_wall": 0.25}
    assert report.tables(found).splitlines()[-2:] == [
        "| `import_ratio_cpu` | 1.5 | ≤ 1 | **missed** |",
        "| `export_ratio_wall` | 0.25 |  |  |",
    ]
