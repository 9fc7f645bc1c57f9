"""Why 问题 is there soon after the password: what is loaded when, how much is read (benchmarks.first_list)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import first_list, world
from dubu_desktop.ui.widgets.idmodel import PAGE
from tests.world import cheap_keys

pytestmark = pytest.mark.slow
HEAVY = {"docx", "lxml", "openpyxl", "PIL", "pi_heif", "pypinyin", "pypdfium2"}
FINDINGS = 700  # 未销号 among them fill more than one page of rows


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with findings, closed."""
    root = tmp_path_factory.mktemp("list")
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        world.build(root / "office", FINDINGS, 10)
    return root


@pytest.fixture(scope="module")
def starts(place: Path) -> dict[str, dict[str, Any]]:
    """The program started through 今日要办, which leaves 问题 open; then as it was left. Each in its own process."""
    given = (str(place / "office"), world.PASSWORD, "5.0")
    return {way: first_list.once(first_list._OURS, place / "state", *given, way) for way in ("through", "left")}


@pytest.mark.parametrize("way", ["through", "left"])
def test_nothing_heavy_is_loaded_until_the_first_row_is_painted(starts: dict[str, dict[str, Any]], way: str) -> None:
    assert HEAVY & set(starts[way]["modules"]) == set()


@pytest.mark.parametrize("way", ["through", "left"])
def test_one_page_of_rows_is_read(starts: dict[str, dict[str, Any]], way: str) -> None:
    assert starts[way]["pages"] == 1
    assert PAGE < starts[way]["rows"] < FINDINGS


def test_frame_and_pages_are_loaded_while_the_password_is_typed(starts: dict[str, dict[str, Any]]) -> None:
    loaded = set(starts["left"]["preloaded"])
    assert {"dubu_desktop.ui.window", "dubu_desktop.ui.workbench.page", "dubu_desktop.ui.findings.page"} <= loaded


@pytest.mark.parametrize("way", ["through", "left"])
def test_no_statement_per_row_is_asked(starts: dict[str, dict[str, Any]], way: str) -> None:
    """From the accepted password to the first row, all that opening asks included: fewer than one page has rows."""
    assert starts[way]["statements"] < PAGE


def test_the_window_opens_where_it_was_left(starts: dict[str, dict[str, Any]]) -> None:
    assert starts["left"]["page"] <= starts["left"]["painted"]
    assert starts["left"]["window"] == pytest.approx(starts["left"]["page"], abs=0.05), "no page in between"
