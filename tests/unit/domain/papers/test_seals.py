"""Sealed joint issues: rows of organs whose seals touch neither each other nor the edge of the text (7.3.5.1)."""

from __future__ import annotations

import itertools
import math

import pytest

from dubu_desktop.domain.papers.seals import APART_MM, SEAL_MM, WIDE_MM, rows_of


@pytest.mark.parametrize("last", [104.0, 108.4, 112.8, 116.0])
@pytest.mark.parametrize("count", range(2, 10))
def test_no_seal_touches_another_or_leaves_the_text(count: int, last: float) -> None:
    organs = [f"第{n}机关" for n in range(count)]
    rows = rows_of(organs, last)
    assert ["".join(place.lines) for row in rows for place in row] == organs
    assert all(len(row) <= 3 for row in rows)
    assert rows[-1][-1].middle_mm == pytest.approx(last)
    seals = [(place.middle_mm, at * APART_MM) for at, row in enumerate(rows) for place in row]
    assert all(math.dist(one, other) > SEAL_MM - 0.6 for one, other in itertools.combinations(seals, 2))
    assert all(SEAL_MM / 2 - 0.01 <= x <= WIDE_MM - SEAL_MM / 2 for x, _ in seals)


def test_a_long_name_turns_into_lines_of_about_one_length() -> None:
    (row,) = rows_of(["澄川县督导巡查领导小组办公室", "甲局", "乙局"], 112.8)
    assert row[0].lines == ("澄川县督导巡查", "领导小组办公室")
    (two,) = rows_of(["澄川县督导巡查领导小组", "甲局"], 112.8)
    assert two[0].lines == ("澄川县督导巡查领导小组",)


def test_a_very_long_name_is_narrowed_rather_than_piled_up() -> None:
    organ = "澄川县人民政府推进重点工程项目建设和城乡环境综合整治工作领导小组"
    (row,) = rows_of([organ, "甲局", "乙局"], 112.8)
    assert len(row[0].lines) == 3
    assert 60 <= row[0].scale < 100
    assert (len(row[1].lines), row[1].scale) == (1, 100)
    (two,) = rows_of([organ, "甲局"], 112.8)
    assert (len(two[0].lines), 60 <= two[0].scale < 100) == (2, True)
    for place in (*row, *two):
        assert max(map(len, place.lines)) * 156 / 28 * place.scale / 100 <= place.width_mm
