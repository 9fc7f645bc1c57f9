"""Due dates over weekends, holidays and 调休, with the published days of 2025 and 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dubu_desktop.domain.calendar import MAX_DAYS, WorkCalendar, parse_calendar, shipped_calendar
from dubu_desktop.errors import DubuError


@pytest.fixture(name="calendar")
def _calendar() -> WorkCalendar:
    return shipped_calendar()


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("when", "worked"),
    [
        ("2025-09-28", True),  # Sunday, 调休上班
        ("2025-10-01", False),
        ("2025-10-08", False),  # Wednesday, still 国庆节、中秋节
        ("2025-10-09", True),
        ("2025-10-11", True),  # Saturday, 调休上班
        ("2025-10-12", False),
        ("2026-01-02", False),  # Friday off
        ("2026-01-04", True),  # Sunday, 调休上班
        ("2026-02-14", True),  # Saturday, 调休上班
        ("2026-02-23", False),  # Monday, still 春节
        ("2026-06-19", False),  # Friday, 端午节
        ("2026-09-20", True),  # Sunday, 调休上班
        ("2026-10-10", True),  # Saturday, 调休上班
        ("2022-12-31", False),
        ("2026-11-21", False),  # ordinary Saturday
        ("2026-11-23", True),  # ordinary Monday
    ],
)
def test_published_days(calendar: WorkCalendar, when: str, worked: bool) -> None:
    assert calendar.is_workday(day(when)) is worked


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-06-02", 1, "2026-06-03"),
        ("2026-06-02", 3, "2026-06-05"),
        ("2026-06-02", 4, "2026-06-08"),  # over an ordinary weekend
        ("2026-06-05", 1, "2026-06-08"),  # Friday
        ("2026-06-06", 1, "2026-06-08"),  # 交办 on a Saturday
        ("2026-06-18", 1, "2026-06-22"),  # over 端午节
        ("2025-09-26", 3, "2025-09-30"),  # Sunday 28th is worked
        ("2025-09-30", 1, "2025-10-09"),  # eight days of 国庆节、中秋节
        ("2025-09-30", 3, "2025-10-11"),  # ends on the worked Saturday
        ("2025-09-30", 4, "2025-10-13"),
        ("2026-09-18", 5, "2026-09-24"),  # worked Sunday before 中秋节
        ("2026-09-24", 3, "2026-09-30"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 5, "2026-02-28"),
        ("2024-12-30", 2, "2025-01-02"),  # over a turn of the year, both published
        ("2026-06-02", 0, "2026-06-02"),
    ],
)
def test_due_at_the_end_of_the_nth_working_day(calendar: WorkCalendar, start: str, days: int, end: str) -> None:
    due = calendar.due(day(start), days)
    assert due.date == day(end)
    assert not due.provisional
    assert calendar.working_days(day(start), due.date) == days


def test_calendar_days_count_every_day(calendar: WorkCalendar) -> None:
    due = calendar.due(day("2026-09-30"), 3, working=False)
    assert (due.date, due.provisional) == (day("2026-10-03"), False)
    assert "3天" in due.why
    assert "工作日" not in due.why


def test_why_names_holidays_and_worked_weekends(calendar: WorkCalendar) -> None:
    why = calendar.due(day("2026-09-30"), 3).why
    assert why == "自2026年9月30日次日起第3个工作日，已扣除国庆节放假7天，10月10日调休上班"


def test_beyond_the_published_calendar_it_is_provisional_and_says_so(calendar: WorkCalendar) -> None:
    due = calendar.due(day("2026-12-28"), 5)
    assert (due.date, due.provisional) == (day("2027-01-04"), True)
    assert "2027年放假安排未公布" in due.why
    assert not calendar.due(day("2026-12-28"), 3).provisional
    assert calendar.due(day("2022-06-01"), 1).provisional
    # in calendar days nothing depends on a notice
    assert not calendar.due(day("2026-12-28"), 10, working=False).provisional


def test_days_late_and_early(calendar: WorkCalendar) -> None:
    due = day("2026-09-30")
    assert calendar.days_late(due, due) == 0
    assert calendar.days_late(due, day("2026-10-09")) == 9
    assert calendar.days_late(due, day("2026-10-09"), working=True) == 2
    assert calendar.days_late(due, day("2026-09-28")) == -2
    assert calendar.days_late(due, day("2026-09-24"), working=True) == -3
    assert calendar.days_late(due, day("2026-10-05"), working=True) == 0


@pytest.mark.parametrize("days", [-1, MAX_DAYS + 1])
def test_a_senseless_number_of_days_is_refused(calendar: WorkCalendar, days: int) -> None:
    with pytest.raises(DubuError) as caught:
        calendar.due(day("2026-06-02"), days)
    assert caught.value.code == "D-310"


def test_every_shipped_row_says_something_the_week_does_not(calendar: WorkCalendar) -> None:
    assert calendar.published == {2023, 2024, 2025, 2026}
    start = day("2023-01-01")
    days = [start + timedelta(days=n) for n in range((day("2027-01-01") - start).days)]
    for one in days:
        if calendar.name(one) and calendar.is_workday(one):
            assert one.weekday() >= 5, f"{one} is worked anyway"
    # The statutory year: 2023 and 2024 with 11 holidays, from 2025 on with 13.
    worked = {
        year: sum(calendar.is_workday(one) for one in days if one.year == year) for year in (2023, 2024, 2025, 2026)
    }
    assert worked == {2023: 249, 2024: 251, 2025: 248, 2026: 248}


HEAD = "date,name,kind,year\n"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (HEAD + "2027-02-30,春节,休,2027\n", "第2行"),
        (HEAD + "2027-02-06,春节,休,2027\n2027-02-07,春节,假,2027\n", "第3行"),
        (HEAD + "2027-02-06,春节,休\n", "第2行"),
        (HEAD + "2027-02-06,春节,休,2027\n2027-02-06,春节,休,2027\n", "重复"),
        ("日期,名称\n2027-02-06,春节\n", "第2行"),
    ],
)
def test_a_bad_row_of_a_calendar_is_named(content: str, line: str) -> None:
    with pytest.raises(DubuError) as caught:
        parse_calendar(content)
    assert caught.value.code == "D-331"
    assert line in caught.value.what


def test_an_office_may_add_a_year() -> None:
    calendar = parse_calendar("\ufeff" + HEAD + "2027-01-01,元旦,休,2027\n2027-01-03,元旦,班,2027\n")
    assert calendar.is_workday(day("2027-01-03"))
    assert not calendar.due(day("2027-01-01"), 2).provisional
    assert calendar.due(day("2027-01-01"), 2).date == day("2027-01-04")
