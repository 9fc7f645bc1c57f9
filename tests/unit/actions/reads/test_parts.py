"""Moments as they are said."""

from __future__ import annotations

from datetime import date

import pytest

from dubu_desktop.actions.reads.parts import say_wall

TODAY = date(2026, 6, 14)


def test_a_moment_is_said() -> None:
    assert say_wall(1_780_360_000_000, TODAY) == "6月2日 08:26"


@pytest.mark.parametrize("wall", [2**53, 2**62, 2**63 - 1, -(2**62), 253402300799010])
def test_a_moment_that_no_calendar_has_breaks_no_page(wall: int) -> None:
    assert say_wall(wall, TODAY) == "时间无效"
