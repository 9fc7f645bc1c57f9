from __future__ import annotations

from datetime import date

import pytest

from dubu_desktop.domain.papers.wording import (
    chinese_number,
    date_span,
    issue_number,
    level_number,
    paper_date,
    paper_number,
    title_lines,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (35, "三十五"),
        (100, "一百"),
        (104, "一百零四"),
        (115, "一百一十五"),
    ],
)
def test_headings_count_in_chinese(value: int, text: str) -> None:
    assert chinese_number(value) == text


def test_headings_do_not_count_below_one() -> None:
    with pytest.raises(ValueError):
        chinese_number(0)


def test_the_four_levels() -> None:
    assert [level_number(level, 3) for level in (1, 2, 3, 4)] == ["三、", "（三）", "3．", "（3）"]


def test_number_and_date_have_no_padding_zero() -> None:
    assert paper_number("澄督办", 2026, 3) == "澄督办〔2026〕3号"
    assert paper_date(date(2026, 3, 5)) == "2026年3月5日"
    assert issue_number(3) == "第3期"
    assert issue_number(3, 27) == "第3期（总第27期）"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (None, None, ""),
        (date(2026, 6, 2), None, "2026年6月2日"),
        (date(2026, 6, 2), date(2026, 6, 13), "2026年6月2日至13日"),
        (date(2026, 6, 30), date(2026, 6, 2), "2026年6月2日至30日"),
        (date(2026, 5, 30), date(2026, 6, 2), "2026年5月30日至6月2日"),
        (date(2025, 12, 30), date(2026, 1, 2), "2025年12月30日至2026年1月2日"),
    ],
)
def test_a_span_of_days(first: date | None, last: date | None, text: str) -> None:
    assert date_span(first, last) == text


def test_a_short_title_is_one_line() -> None:
    assert title_lines("关于6月上旬督导巡查情况的通报") == ("关于6月上旬督导巡查情况的通报",)


@pytest.mark.parametrize(
    "title",
    [
        "关于2026年6月上旬安全生产和生态环保领域督导巡查发现问题情况的通报",
        "关于建筑垃圾乱倒、占道经营等突出问题专项整治督导巡查情况及整改落实工作安排的通报",
        "关于《全县安全生产隐患排查整治行动方案》落实情况督导巡查发现问题及责任单位整改要求的通报",
    ],
)
def test_a_long_title_breaks_between_words(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title
    assert len(lines) > 1
    assert all(len(line) <= 20 for line in lines)
    assert all(line[0] not in "的、，。）》〕" and line[-1] not in "（《〔" for line in lines)
    for word in ("督导巡查", "通报", "安全生产", "2026年"):
        if word in title:
            assert any(word in line for line in lines)
    # 梯形 or 菱形: never a short line between two longer ones
    widths = [len(line) for line in lines]
    assert all(middle >= min(widths[0], widths[-1]) for middle in widths[1:-1])


def test_the_authors_own_breaks_stay() -> None:
    assert title_lines("关于督导巡查\n发现问题情况的通报") == ("关于督导巡查", "发现问题情况的通报")


def test_a_title_without_end_still_fits() -> None:
    title = "检查" * 150
    lines = title_lines(title)
    assert "".join(lines) == title
    assert max(map(len, lines)) <= 20


def test_no_title_no_line() -> None:
    assert title_lines(" \n ") == ()
