"""Working days: weekends, public holidays and 调休, and what falls due when (contracts.md §5).

The yearly notices of the State Council are facts in `resources/reference/calendar.csv`, one row per day that differs
from the ordinary week (休 a working weekday off, or any day of a holiday; 班 a weekend day worked). A year without a
notice is 未公布: its ordinary weekends are used, and every answer that needed them says that it is provisional.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from io import StringIO

from dubu_desktop.domain.text import days_text, spoken_date
from dubu_desktop.errors import DubuError

_SATURDAY = 5
_DAY = timedelta(days=1)
#: No due date is counted further than this many days; a mistyped 3000 is refused instead of searched.
MAX_DAYS = 3650


class DayKind(StrEnum):
    """What a notice says of a day; the values are the words of the notice and of the file."""

    #: a day off
    OFF = "休"
    #: a weekend day worked in exchange
    WORK = "班"


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of the calendar: the day, the holiday it belongs to, what it is, and the year of the notice."""

    day: date
    name: str
    kind: DayKind
    year: int


@dataclass(frozen=True, slots=True)
class Due:
    """A due date: its end (24:00) is meant. `why` is the Chinese sentence shown beside it."""

    date: date
    provisional: bool
    why: str


class WorkCalendar:
    """Which days are worked. Immutable; made from the rows of the published notices."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        """`notices`: at most one row per day; a later row of the same day replaces an earlier one."""
        self._days = {row.day: row for row in notices}
        #: the years whose notice is known; any other year is 未公布
        self.published = frozenset(row.year for row in self._days.values())

    def is_workday(self, day: date) -> bool:
        """True if `day` is worked, as far as is known (`is_published` tells whether it is)."""
        row = self._days.get(day)
        return row.kind is DayKind.WORK if row else day.weekday() < _SATURDAY

    def is_published(self, day: date) -> bool:
        """True if the notice for the year of `day` is known, or another year's notice names the day."""
        return day.year in self.published or day in self._days

    def name(self, day: date) -> str:
        """The holiday `day` is off for or worked in exchange for ("国庆节"), or ""."""
        row = self._days.get(day)
        return row.name if row else ""

    def due(self, start: date, days: int, *, working: bool = True) -> Due:
        """The end of the `days`-th working (or calendar) day after `start`, the day of 交办, which is not counted.

        Source: contracts.md §5. `days` 0 is the end of the same day (立行立改 on the spot). Raises D-310 for a
        negative number or more than `MAX_DAYS`.
        """
        if not 0 <= days <= MAX_DAYS:
            raise DubuError("D-310", field="整改天数", detail=f"应在0到{MAX_DAYS}之间，现为{days}")
        end = self._nth_workday(start, days) if working else start + timedelta(days=days)
        counted = [start + _DAY * n for n in range(1, (end - start).days + 1)] if working else []
        unknown = sorted({day.year for day in counted if not self.is_published(day)})
        return Due(end, bool(unknown), self._why(start, days, working, counted, unknown))

    def _nth_workday(self, start: date, days: int) -> date:
        day = start
        while days:
            day += _DAY
            days -= self.is_workday(day)
        return day

    def _why(self, start: date, days: int, working: bool, counted: list[date], unknown: list[int]) -> str:
        why = f"自{spoken_date(start)}次日起第{days_text(days, working)}" if days else f"{spoken_date(start)}当日"
        holidays = [self.name(day) for day in counted if not self.is_workday(day) and self.name(day)]
        shifted = [spoken_date(day, start) for day in counted if self.is_workday(day) and self.name(day)]
        if holidays:
            why += f"，已扣除{'、'.join(dict.fromkeys(holidays))}放假{len(holidays)}天"
        if shifted:
            why += f"，{'、'.join(shifted)}调休上班"
        if unknown:
            why += f"；{'、'.join(map(str, unknown))}年放假安排未公布，暂按双休日推算"
        return why

    def working_days(self, after: date, until: date) -> int:
        """Working days in (after, until]; negative when `until` lies before `after`."""
        if until < after:
            return -self.working_days(until, after)
        return sum(self.is_workday(after + _DAY * n) for n in range(1, (until - after).days + 1))

    def days_late(self, due: date, done: date, *, working: bool = False) -> int:
        """Days from the due day to the day it was done: positive late, 0 on the day, negative early.

        Calendar days as they are spoken of (逾期12天); `working` counts working days, as the ladder's waits do.
        """
        return self.working_days(due, done) if working else (done - due).days


def parse_calendar(content: str) -> WorkCalendar:
    """The calendar of a CSV text with the columns date, name, kind (休 or 班), year.

    The office may replace the shipped one in this form. Raises D-331 with the number of the first bad line.
    """
    rows: list[Notice] = []
    reader = csv.DictReader(StringIO(content.removeprefix("\ufeff")))
    seen: set[date] = set()
    for row in reader:
        try:
            notice = Notice(date.fromisoformat(row["date"]), row["name"], DayKind(row["kind"]), int(row["year"]))
        except (KeyError, TypeError, ValueError) as error:
            raise DubuError("D-331", line=reader.line_num, detail="应为“日期,名称,休或班,年份”") from error
        if notice.day in seen:
            raise DubuError("D-331", line=reader.line_num, detail=f"{notice.day}重复")
        seen.add(notice.day)
        rows.append(notice)
    return WorkCalendar(rows)


@cache
def shipped_calendar() -> WorkCalendar:
    """The calendar that ships with the program (2023–2026), read once."""
    from dubu_desktop.domain.reference import read_reference

    return parse_calendar(read_reference("calendar.csv"))
