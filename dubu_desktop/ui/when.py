"""Times as people type them: 6-2, 6月2日 8:46, 0602, 今天, 昨天 19:30. What people read comes from domain.text."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from dubu_desktop.domain.text import SHANGHAI

_DAYS = {"前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}
_TIME = re.compile(r"(?:^|\s|日|天|T)(\d{1,2})\s*[:：点时.]\s*(\d{1,2})?\s*分?$")
_FULL = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?$")
_SHORT = re.compile(r"^(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?$")
_DIGITS = re.compile(r"^(?:(\d{4}))?(\d{2})(\d{2})$")


def parse_day(text: str, today: date) -> date | None:
    """A day from typed text, None if it is none. Without a year the nearest one: at most half a year ahead."""
    text = _half_width(text)
    if text in _DAYS:
        return today + timedelta(days=_DAYS[text])
    full = _FULL.match(text)
    if full:
        return _day(int(full[1]), int(full[2]), int(full[3]))
    digits = _DIGITS.match(text)
    if digits and digits[1]:
        return _day(int(digits[1]), int(digits[2]), int(digits[3]))
    short = _SHORT.match(text) or digits
    if short is None:
        return None
    month, day = (int(part) for part in short.groups()[-2:])
    near = [_day(today.year + by, month, day) for by in (-1, 0, 1)]
    known = [one for one in near if one is not None]
    return min(known, key=lambda one: abs((one - today).days)) if known else None


def parse_moment(text: str, now: datetime) -> datetime | None:
    """A moment (Asia/Shanghai) from typed text; a bare time means today; None without a time or if it is none."""
    text = _half_width(text)
    hit = _TIME.search(text)
    if hit is None:
        return None
    hour, minute = int(hit[1]), int(hit[2] or 0)
    if hour > 23 or minute > 59:
        return None
    cut = hit.start() + (1 if hit[0][:1] in "日天" else 0)
    before = text[:cut].strip().rstrip("T")
    today = now.astimezone(SHANGHAI).date()
    day = parse_day(before, today) if before else today
    return datetime.combine(day, time(hour, minute), SHANGHAI) if day is not None else None


def _half_width(text: str) -> str:
    table = {ord("０") + place: str(place) for place in range(10)} | {ord("　"): " ", ord("－"): "-", ord("／"): "/"}
    return text.translate(table).strip()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
