"""Wall times that cannot be right are marked, and nothing else happens to them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain.clocks import EARLIEST_MS, Doubt, doubt, doubtful_runs

MINUTE = 60_000
NOW = 1_780_000_000_000


def test_each_doubt_by_name() -> None:
    assert doubt(NOW, NOW - MINUTE, NOW, 5 * MINUTE) is None
    assert doubt(NOW + 4 * MINUTE, None, NOW, 5 * MINUTE) is None
    assert doubt(NOW + 6 * MINUTE, None, NOW, 5 * MINUTE) is Doubt.AHEAD
    assert doubt(NOW - 10 * MINUTE, NOW - MINUTE, NOW, 5 * MINUTE) is Doubt.BACK
    assert doubt(NOW - 4 * MINUTE, NOW, NOW, 5 * MINUTE) is None
    for early in (EARLIEST_MS - 1, 0, -(2**62)):
        assert doubt(early, None, NOW, 5 * MINUTE) is Doubt.UNSET
    for late in (NOW * 2, 2**62):
        assert doubt(late, None, NOW, 5 * MINUTE) is Doubt.AHEAD


def test_work_of_last_month_is_not_doubtful() -> None:
    assert doubt(NOW - 40 * 24 * 60 * MINUTE, NOW - 41 * 24 * 60 * MINUTE, NOW, 5 * MINUTE) is None


def test_runs_join_what_follows_each_other() -> None:
    year = 365 * 24 * 60 * MINUTE
    walls = [NOW, NOW - year, NOW - year + 1, NOW + year, NOW + year + 1, NOW - 1, 5, 6]
    assert doubtful_runs(walls, None, NOW, MINUTE) == [
        (1, 1, Doubt.BACK),
        (3, 4, Doubt.AHEAD),
        (5, 5, Doubt.BACK),
        (6, 7, Doubt.UNSET),
    ]


@given(st.lists(st.integers(-(2**63), 2**63)), st.none() | st.integers(-(2**63), 2**63))
def test_runs_say_what_is_said_one_by_one(walls: list[int], previous: int | None) -> None:
    said = {p: why for first, last, why in doubtful_runs(walls, previous, NOW, MINUTE) for p in range(first, last + 1)}
    befores = [previous, *walls]
    assert said == {p: d for p, w in enumerate(walls) if (d := doubt(w, befores[p], NOW, MINUTE)) is not None}
