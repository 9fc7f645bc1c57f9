"""What people write into cells: days, times, deadlines, yes and no."""

from datetime import date

import pytest

from dubu_desktop.domain.records.people import Term
from dubu_desktop.intake.values import Deadline, Unreadable, read_day, read_deadline, read_when, read_yes_no

TODAY = date(2026, 6, 11)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026年6月2日 08:46", "2026-06-02T08:46"),
        ("2026年6月2日8时46分", "2026-06-02T08:46"),
        ("2026年6月2日上午8点半", "2026-06-02T08:30"),
        ("2026年6月2日下午3:05", "2026-06-02T15:05"),
        ("2026年6月2日晚8时许", "2026-06-02T20:00"),
        ("2026年6月2日中午12:10", "2026-06-02T12:10"),
        ("2026年6月2日凌晨12:10", "2026-06-02T00:10"),
        ("2026-6-2 3:05 PM", "2026-06-02T15:05"),
        ("2026-06-02T08:46", "2026-06-02T08:46"),
        ("2026/6/2 8:46:10", "2026-06-02T08:46"),
        ("2026.6.2", "2026-06-02"),
        ("2026。6。2", "2026-06-02"),
        ("26.6.2", "2026-06-02"),
        ("20260602", "2026-06-02"),
        ("202606020846", "2026-06-02T08:46"),
        ("２０２６年６月２日", "2026-06-02"),
        ("2026年6月2日（星期二）", "2026-06-02"),
        ("2026年6月2日 周二 08:46", "2026-06-02T08:46"),
        ("二〇二六年六月二日", "2026-06-02"),
        ("二○二六年六月十二日", "2026-06-12"),
        ("六月二日", "2026-06-02"),
        ("五月二十一日", "2026-05-21"),
        ("5月30号", "2026-05-30"),
        ("6月2日 08:46", "2026-06-02T08:46"),
        ("6.12", "2026-06-12"),
        ("06-02 08:46", "2026-06-02T08:46"),
        # without a year: the last such day
        ("6月12日", "2026-06-12"),
        ("6月13日", "2025-06-13"),
        ("12月30日", "2025-12-30"),
        ("2月29日", "2024-02-29"),
        # a date cell that lost its format
        ("46175", "2026-06-02"),
        ("46175.3652777778", "2026-06-02T08:46"),
    ],
)
def test_days_and_times(text, expected):
    assert read_when(text, TODAY) == expected
    assert read_day(text, TODAY) == expected[:10]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("近期", "看不懂的日期“近期”"),
        ("6月2日至3日", "看不懂的日期“6月2日至3日”"),
        ("2026年6月", "没有写到日"),
        ("6月上旬", "没有写到日"),
        ("2026-13-01", "没有这一天"),
        ("2026年2月29日", "没有这一天"),
        ("2月30日", "没有这一天"),
        ("1826年6月2日", "没有这一天"),
        ("2026年6月2日 25:00", "没有这个时刻"),
        ("6.2", "看不出是6月2日还是6月20日"),
        ("99999", "看不懂的日期"),
        ("现场" * 40, "…"),
    ],
)
def test_what_is_no_day(text, reason):
    with pytest.raises(Unreadable, match=reason):
        read_when(text, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("立行立改", Deadline(Term.IMMEDIATE)),
        ("立即整改", Deadline(Term.IMMEDIATE)),
        ("长期坚持", Deadline(Term.LONG)),
        ("限期3日", Deadline(Term.LIMITED, days=3)),
        ("三日内", Deadline(Term.LIMITED, days=3)),
        ("十五日内完成", Deadline(Term.LIMITED, days=15)),
        ("5个工作日内", Deadline(Term.LIMITED, days=5, working_days=True)),
        ("2026年6月30日前", Deadline(Term.LIMITED, due_on="2026-06-30")),
        ("6月30日前完成整改", Deadline(Term.LIMITED, due_on="2026-06-30")),
        ("20260630", Deadline(Term.LIMITED, due_on="2026-06-30")),
        ("46203", Deadline(Term.LIMITED, due_on="2026-06-30")),
        # without a year: the next such day
        ("1月5日", Deadline(Term.LIMITED, due_on="2027-01-05")),
        ("6.30", Deadline(Term.LIMITED, due_on="2026-06-30")),
    ],
)
def test_deadlines(text, expected):
    assert read_deadline(text, TODAY) == expected


@pytest.mark.parametrize("text", ["尽快", "6月底", "6月30日或7月5日", "2月30日前", "6.3"])
def test_what_is_no_deadline(text):
    with pytest.raises(Unreadable):
        read_deadline(text, TODAY)


def test_yes_and_no():
    for text in ("是", "已完成", "整改完成", "已整改到位", "√", "Ｙ", "已 销号", "100%"):
        assert read_yes_no(text) is True
    for text in ("否", "未完成", "整改中", "正在推进", "×", "N", "没有整改"):
        assert read_yes_no(text) is False
    for text in ("基本完成", "50%", "部分"):
        with pytest.raises(Unreadable):
            read_yes_no(text)
