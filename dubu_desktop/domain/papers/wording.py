"""Numbers, dates and line breaks as an official paper writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_DIGITS = "零一二三四五六七八九"


def chinese_number(value: int) -> str:
    """1–999 in Chinese, as headings count: 1 → 一, 12 → 十二, 120 → 一百二十."""
    if not 1 <= value <= 999:
        raise ValueError(f"headings count from 1 to 999, not {value}")
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    text = _DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def level_number(level: int, value: int) -> str:
    """The number of a heading: 一、 / （一） / 1． / （1） (GB/T 9704-2012 7.3.3; documents.md row 24)."""
    if level == 1:
        return chinese_number(value) + "、"
    if level == 2:
        return f"（{chinese_number(value)}）"
    return f"{value}．" if level == 3 else f"（{value}）"


def paper_date(day: date) -> str:
    """2026年11月5日: Arabic digits, the year whole, no padding zero (7.3.5.4; documents.md row 29)."""
    return f"{day.year}年{day.month}月{day.day}日"


def paper_number(code: str, year: int, serial: int) -> str:
    """发文字号: 机关代字〔2026〕3号, brackets U+3014/3015, no 第, no padding zero (7.2.5; documents.md row 18)."""
    return f"{code}〔{year}〕{serial}号"


def issue_number(serial: int, total: int | None = None) -> str:
    """第3期, or 第3期（总第27期）."""
    return f"第{serial}期" + (f"（总第{total}期）" if total else "")


def names_in(text: str) -> tuple[str, ...]:
    """The names a person wrote into one field: 、 ， ； or lines between them."""
    return tuple(name.strip() for name in re.split("[、，,；;\n]", text) if name.strip())


def copy_number(text: str) -> str:
    """份号 in six digits (7.2.1), zeros in front; ValueError for what is no number of at most six digits."""
    digits = text.strip()
    if not digits.isdecimal() or len(digits) > 6:
        raise ValueError("份号 is up to six digits")
    return f"{int(digits):06d}"


def date_span(first: date | None, last: date | None) -> str:
    """A stretch of days as the lead says it: 2026年6月2日至13日; empty when nothing is known."""
    days = sorted(day for day in (first, last) if day is not None)
    if not days:
        return ""
    start, end = days[0], days[-1]
    if start == end:
        return paper_date(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{paper_date(start)}至{end.day}日"
    if start.year == end.year:
        return f"{paper_date(start)}至{end.month}月{end.day}日"
    return f"{paper_date(start)}至{paper_date(end)}"


# A line of a title may not break inside these (7.3.1: 词意完整).
_WORDS = (
    "领导小组办公室|督导巡查|督导巡察|领导小组|办公室|发现问题|突出问题|安全生产|生态环保|生态环境|建筑垃圾|停车管理|作风纪律|营商环境|"
    "民生保障|重点项目|乡村振兴|人居环境|基层治理|决策落实|食品药品|疫情防控|公共卫生|整改|情况|通报|问题|关于|工作|专项|落实|检查|"
    "督导|巡查|巡察|审计|反馈|隐患|排查|整治|行动|建设|管理|责任|单位|部门|乡镇|街道|全县|全市|全区"
)
_UNIT = re.compile(
    rf"(?:{_WORDS})|[0-9]+[年月日号期个项处家次]*|[A-Za-z]+|[〔（《“][^〔（《“〕）》”]{{1,12}}[〕）》”]|.", re.S
)
_NOT_FIRST = "的、，。；：！？〕）》”’了"
_NOT_LAST = "〔（《“‘第"
_GOOD_LAST = "的、，》”及和与"
# Up to this many lines every division is tried; a longer title is filled line by line.
_SHAPED = 5


def _units(text: str) -> list[str]:
    """`text` in pieces that stay whole on a line; marks that may not begin a line stick to what stands before."""
    units: list[str] = []
    for piece in _UNIT.findall(text):
        if units and (piece[0] in _NOT_FIRST or units[-1][-1] in _NOT_LAST):
            units[-1] += piece
        else:
            units.append(piece)
    return units


def _cost(lines: Sequence[str], target: float) -> float:
    """How bad a division is: uneven lines, a good break missed, a shape that is neither 梯形 nor 菱形."""
    widths = [len(line) for line in lines]
    cost = sum((width - target) ** 2 for width in widths)
    cost += sum(0 if line[-1] in _GOOD_LAST else 6 for line in lines[:-1])
    # Short in the middle is the one shape the rule does not name; all lines equal is a bar and asked against as well.
    if len(widths) > 2 and min(widths[1:-1]) < min(widths[0], widths[-1]):
        cost += 200
    return cost + (3 if len(set(widths)) == 1 else 0)


def title_lines(title: str, limit: int = 20) -> tuple[str, ...]:
    """A title in lines of at most `limit` characters, words whole, in the shape of a trapezium or a lozenge.

    GB/T 9704-2012 7.3.1 (documents.md row 21). Line breaks the author set himself are kept.
    """
    lines: list[str] = []
    for part in title.split("\n"):
        part = part.strip()
        if part:
            lines.extend(_divided(_split_long(_units(part), limit), limit))
    return tuple(lines)


def _split_long(units: list[str], limit: int) -> list[str]:
    return [unit[at : at + limit] for unit in units for at in range(0, len(unit), limit)]


def _divided(units: list[str], limit: int) -> tuple[str, ...]:
    total = sum(len(unit) for unit in units)
    first = max(1, -(-total // limit))
    for count in range(first, first + 2 if first < _SHAPED else first):
        found = _best(units, count, limit, total / count)
        if found is not None:
            return found
    return _filled(units, limit)


def _filled(units: list[str], limit: int) -> tuple[str, ...]:
    """Lines filled one after the other: for a title so long that its shape can no longer be seen."""
    lines = [""]
    for unit in units:
        if len(lines[-1]) + len(unit) > limit:
            lines.append("")
        lines[-1] += unit
    return tuple(lines)


def _best(units: list[str], count: int, limit: int, target: float) -> tuple[str, ...] | None:
    """The best division of `units` into `count` lines. Titles have few units, so the recursion stays small."""
    if count == 1:
        line = "".join(units)
        return (line,) if line and len(line) <= limit else None
    best: tuple[str, ...] | None = None
    for cut in range(1, len(units) - count + 2):
        head = "".join(units[:cut])
        if len(head) > limit:
            break
        if len(head) < target * 0.5:
            continue
        rest = _best(units[cut:], count - 1, limit, target)
        if rest is not None and (best is None or _cost((head, *rest), target) < _cost(best, target)):
            best = (head, *rest)
    return best
