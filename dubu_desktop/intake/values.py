"""What people write into cells, as values: days and times in many Chinese notations, deadlines, yes and no.

Every function returns the value or raises `Unreadable` with a reason in Chinese that is shown beside the row; nothing
is guessed beyond the year of a date without one. Days are ISO text, times local (Asia/Shanghai) without a zone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dubu_desktop.domain.records.people import Term


class Unreadable(Exception):
    """A cell that cannot be read; the text is the reason, Chinese, to be shown."""


_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "元": "1"}
_NUMERAL = re.compile("[〇零○元一二三四五六七八九十]+(?=[年月日号天时点个])")
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?")

_DAY = r"(?:(?P<year>\d{4}|\d{2})[年./-])?(?P<month>\d{1,2})[月./-](?P<day>\d{1,2})[日号]?"
_PERIOD = "凌晨|清晨|早晨|早上|早|上午|中午|下午|傍晚|晚上|晚|夜间|AM|PM"
_CLOCK = (
    rf"(?:T|\s*)(?P<period>{_PERIOD})?\s*"
    r"(?:(?P<hour>\d{1,2})(?::|时|点|点钟)(?:(?P<half>半)|(?P<minute>\d{1,2})分?)?(?::?(?P<second>\d{1,2})(?:\.\d+)?秒?)?)"
    r"\s*(?P<late>AM|PM)?(?:许|左右)?"
)
_WHEN = re.compile(rf"{_DAY}(?:{_CLOCK})?", re.IGNORECASE)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:\s*(?P<hour>\d\d):?(?P<minute>\d\d))?")
_MONTH_ONLY = re.compile(r"(?:\d{4}|\d{2})[年./-]\d{1,2}月?|\d{1,2}月(?:份|初|中旬|底|上旬|下旬)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
#: Day 0 of a spreadsheet; the leap day 1900 that never was makes it the 30th.
_SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
_FIRST_YEAR, _LAST_YEAR = 1990, 2100

_IMMEDIATE = re.compile("立行立改|立即(?:整改)?|立改|马上(?:整改)?|当场(?:整改)?|现场(?:整改)?|即知即改")
_LONG = re.compile("长期(?:坚持|整改)?|持续(?:整改|推进)?|常态化(?:整改|推进|坚持)?")
_WITHIN = re.compile(r"(?:限期?)?(?P<days>\d{1,3})(?P<unit>个?工作日|日|天)(?:内|以内|之内)?(?:整改)?(?:完成|到位)?")
_BEFORE = re.compile("(?:之前|以前|前)?(?:整改)?(?:完成|到位)?(?:整改)?")
_YES = re.compile("是|有|√|✓|✔|y|yes|true|1|100%|(?:已|整改)?(?:完成|整改|办结|销号|到位)|已整改(?:完成|到位)")
_NO = re.compile(
    "否|无|×|✗|x|n|no|false|0|0%|(?:未|没有|尚未)(?:完成|整改|办结|销号|到位)|(?:正在)?(?:整改|推进|办理|进行)中?"
)
# A number cell shows 6.20 and holds 6.2.
_LOST_ZERO = re.compile(r"\d{1,2}\.[123]")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as written: the kind of term, with a day (ISO) or a number of days where one is given."""

    term: Term
    due_on: str = ""
    days: int = 0
    working_days: bool = False


def normal(text: str) -> str:
    """Half-width figures and marks (NFKC), Chinese numerals before 年月日天时 as figures, no weekday, trimmed."""
    text = unicodedata.normalize("NFKC", text.replace("。", ".").replace("﹒", ".")).strip()
    text = _WEEKDAY.sub("", text)
    return _NUMERAL.sub(lambda found: _figures(found[0]), text).strip()


def _figures(numeral: str) -> str:
    """二〇二六 as 2026, 十二 as 12, 二十 as 20."""
    if "十" not in numeral:
        return "".join(_DIGITS[c] for c in numeral)
    tens, _, ones = numeral.partition("十")
    return str(int("".join(_DIGITS[c] for c in tens) or 1) * 10 + int("".join(_DIGITS[c] for c in ones) or 0))


def read_when(text: str, today: date) -> str:
    """A day ("2026-06-02") or a time ("2026-06-02T08:46") in the past; without a year, the last such day.

    Takes 2026年6月2日 08:46, 6月2日上午8时46分, 2026.6.2, 26/6/2, 20260602, 二〇二六年六月二日, serial numbers.
    """
    plain = normal(text)
    if _SERIAL.fullmatch(plain):
        return _from_serial(float(plain), text)
    _refuse_lost_zero(plain)
    found = _COMPACT.fullmatch(plain) or _WHEN.fullmatch(plain)
    if not found:
        if _MONTH_ONLY.fullmatch(plain):
            raise Unreadable(f"日期“{_short(text)}”没有写到日")
        raise Unreadable(f"看不懂的日期“{_short(text)}”")
    parts = found.groupdict()
    day = _day(parts, text, latest=today + timedelta(days=1))
    if not parts.get("hour"):
        return day.isoformat()
    return f"{day.isoformat()}T{_clock(parts, text).isoformat(timespec='minutes')}"


def read_day(text: str, today: date) -> str:
    """As `read_when`, the time of day dropped."""
    return read_when(text, today)[:10]


def read_deadline(text: str, since: date) -> Deadline:
    """立行立改, 长期, 限期3日, 5个工作日内, or a day (6月30日前); a day without a year is the next such day."""
    plain = normal(text)
    if _IMMEDIATE.fullmatch(plain):
        return Deadline(Term.IMMEDIATE)
    if _LONG.fullmatch(plain):
        return Deadline(Term.LONG)
    if within := _WITHIN.fullmatch(plain):
        return Deadline(Term.LIMITED, days=int(within["days"]), working_days="工作日" in within["unit"])
    if _SERIAL.fullmatch(plain):
        return Deadline(Term.LIMITED, due_on=_from_serial(float(plain), text)[:10])
    _refuse_lost_zero(plain)
    found = _COMPACT.match(plain) or _WHEN.match(plain)
    if not found or not _BEFORE.fullmatch(plain[found.end() :].strip()):
        raise Unreadable(f"看不懂的期限“{_short(text)}”")
    return Deadline(Term.LIMITED, due_on=_day(found.groupdict(), text, earliest=since).isoformat())


def read_yes_no(text: str) -> bool:
    """是, 已完成, √ … or 否, 整改中, × …"""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if _YES.fullmatch(plain):
        return True
    if _NO.fullmatch(plain):
        return False
    raise Unreadable(f"“{_short(text)}”看不出是或否")


def _refuse_lost_zero(plain: str) -> None:
    if _LOST_ZERO.fullmatch(plain):
        month, day = plain.split(".")
        raise Unreadable(f"“{plain}”看不出是{month}月{day}日还是{month}月{day}0日")


def _day(parts: dict[str, str | None], text: str, *, latest: date | None = None, earliest: date | None = None) -> date:
    """The day; a missing year becomes the latest not after `latest`, or the first not before `earliest`."""
    month, day = int(parts["month"] or 0), int(parts["day"] or 0)
    try:
        if parts["year"]:
            year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
            if not _FIRST_YEAR <= year <= _LAST_YEAR:
                raise ValueError
            return date(year, month, day)
        if earliest is not None:
            years = range(earliest.year, earliest.year + 9)
            return next(d for y in years if (d := _valid(y, month, day)) and d >= earliest)
        assert latest is not None
        return next(d for y in range(latest.year, latest.year - 9, -1) if (d := _valid(y, month, day)) and d <= latest)
    except (ValueError, StopIteration):
        raise Unreadable(f"没有这一天：“{_short(text)}”") from None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(parts: dict[str, str | None], text: str) -> time:
    hour, minute = int(parts["hour"] or 0), int(parts.get("minute") or 0)
    if parts.get("half"):
        minute = 30
    period = ((parts.get("period") or "") + (parts.get("late") or "")).upper()
    if hour < 12 and (period in ("下午", "傍晚", "晚上", "晚", "夜间", "PM") or (period == "中午" and hour < 11)):
        hour += 12
    elif hour == 12 and period in ("凌晨", "AM", "晚上", "夜间", "晚"):
        hour = 0
    try:
        return time(hour, minute)
    except ValueError:
        raise Unreadable(f"没有这个时刻：“{_short(text)}”") from None


def _from_serial(serial: float, text: str) -> str:
    """A date cell that lost its format: days since 1899-12-30."""
    moment = _SERIAL_ZERO + timedelta(seconds=round(serial * 86_400))
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Unreadable(f"看不懂的日期“{_short(text)}”")
    return moment.date().isoformat() if serial == int(serial) else moment.isoformat(timespec="minutes")


def _short(text: str) -> str:
    """The text as a reason quotes it."""
    line = " ".join(text.split())
    return line if len(line) <= 30 else line[:29] + "…"
