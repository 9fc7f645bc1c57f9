"""docs/coverage.md stays whole: every row once, and every room, verb and test it names is there."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.test_architecture import MAY_IMPORT

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "coverage.md"
# Mechanisms of the county (A) and the district (B), admitted problems (N), features (F), what nobody else has (X).
LAST = {"A": 63, "B": 22, "N": 10, "F": 72, "X": 15}
ROWS = [f"{part}{n}" for part, last in LAST.items() for n in range(1, last + 1)]
PLANNED = "planned"


def rows(text: str) -> list[list[str]]:
    """The cells of every row of the tables: id, what, room, verb, test."""
    lines = [line for line in text.splitlines() if re.match(r"\| [A-Z]\d+ \|", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def names(cell: str) -> list[str]:
    """What stands in backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def room_exists(room: str) -> bool:
    return room in MAY_IMPORT and room not in ("version", "main")


def test_exists(path: str) -> bool:
    """Whether `tests/…/test_x.py` is there and, with `::name`, defines it."""
    file, _, name = path.partition("::")
    if not file.startswith("tests/") or not (ROOT / file).exists():
        return False
    defined = re.findall(r"^\s*(?:def|class) (\w+)", (ROOT / file).read_text("utf-8"), re.M) if name else []
    return not name or name in defined


test_exists.__test__ = False  # a question, not a test


def faults(row: list[str], verbs: set[str] | None) -> list[str]:
    """What is wrong with one row; `verbs` is None while there is no registry to ask."""
    key, what, room, verb, test = row
    found = [] if what else [f"{key}: says nothing"]
    if room != PLANNED:
        found += [f"{key}: no room {name}" for name in re.split(r",\s*", room) if not room_exists(name)]
    if verb not in (PLANNED, "–"):
        if not names(verb):
            found.append(f"{key}: verb is neither planned, – nor named in backticks")
        found += [f"{key}: no verb {name}" for name in names(verb) if verbs is not None and name not in verbs]
    if test != PLANNED:
        if not names(test):
            found.append(f"{key}: test is neither planned nor named in backticks")
        found += [f"{key}: no test {path}" for path in names(test) if not test_exists(path)]
        if PLANNED in (room, verb):
            found.append(f"{key}: has a test, so room and verb are known")
    return found


def registered_verbs() -> set[str] | None:
    if importlib.util.find_spec("dubu_desktop.actions.verbs") is None:
        return None
    from dubu_desktop.actions.registry import all_verbs

    return set(all_verbs())


def test_every_row_is_there_once() -> None:
    counted = Counter(row[0] for row in rows(PAGE.read_text(encoding="utf-8")))
    assert [key for key in ROWS if counted[key] != 1] == []
    assert sorted(counted.keys() - set(ROWS)) == []


def test_every_row_has_five_cells() -> None:
    assert [row[0] for row in rows(PAGE.read_text(encoding="utf-8")) if len(row) != 5] == []


def test_what_the_page_names_exists() -> None:
    verbs = registered_verbs()
    assert [fault for row in rows(PAGE.read_text(encoding="utf-8")) for fault in faults(row, verbs)] == []


@pytest.mark.parametrize(
    "row",
    [
        ["A1", "", "domain", "–", "planned"],
        ["A1", "x", "attic", "planned", "planned"],
        ["A1", "x", "domain", "`fly`", "planned"],
        ["A1", "x", "domain", "fly", "planned"],
        ["A1", "x", "domain", "–", "`tests/unit/test_nothing.py`"],
        ["A1", "x", "domain", "–", "`tests/unit/test_coverage_page.py::test_no_such`"],
        ["A1", "x", "planned", "–", "`tests/unit/test_coverage_page.py`"],
    ],
)
def test_a_wrong_row_is_found(row: list[str]) -> None:
    assert len(faults(row, {"register_finding"})) == 1


def test_a_right_row_is_not() -> None:
    here = "`tests/unit/test_coverage_page.py::test_a_right_row_is_not`"
    assert faults(["A1", "x", "domain", "`register_finding`", here], {"register_finding"}) == []
