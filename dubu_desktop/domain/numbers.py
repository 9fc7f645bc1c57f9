"""Human numbers: labels people write, say and search, never keys (contracts.md §5).

A number is made here and read here; what is read is forgiving (full-width figures, any bracket, missing zeros), what
is made has one form. Chinese numerals for headings and group names are here too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dubu_desktop.domain.text import clean_line

#: Group code of the office, which records findings of its own.
OFFICE_CODE = "00"


@dataclass(frozen=True, slots=True, order=True)
class FindingNumber:
    """WT-2026-03-0001; `group` is the code of the group, `device` the letter of its second and further laptops (03B).

    Ordered by year, group, device, running number, which is the order of ledgers.
    """

    year: int
    group: str
    device: str
    serial: int
    word: str = "WT"

    def __str__(self) -> str:
        return f"{self.word}-{self.year}-{self.group}{self.device}-{self.serial:04d}"


@dataclass(frozen=True, slots=True, order=True)
class PaperNumber:
    """督交〔2026〕17号: 机关代字 (or the word for 交办单), year, serial within the year.

    Hexagonal brackets, full year, no 第, no leading zero, ends in 号: GB/T 9704-2012 7.2.5; documents.md row 18.
    """

    word: str
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕{self.serial}号"


@dataclass(frozen=True, slots=True, order=True)
class IssueNumber:
    """第3期, with the running total since the first year 第3期（总第27期）; `total` 0 leaves it out."""

    serial: int
    total: int = 0

    def __str__(self) -> str:
        return f"第{self.serial}期" + (f"（总第{self.total}期）" if self.total else "")


_FINDING = re.compile(r"([A-Za-z]{1,6})-?(\d{4})-(\d{1,2})([A-Z]?)-(\d{1,6})", re.IGNORECASE)
_PAPER = re.compile(r"([^\d\s\[\]()]{1,20}?)[\[(](\d{4})[\])]第?(\d{1,6})号?")
_ISSUE = re.compile(r"第(\d{1,6})期(?:\(总第(\d{1,6})期\))?")
# a number copied out of a paper may bring the hyphen that is not broken along (U+2011), typed ones all kinds of dashes
_BRACKETS = str.maketrans("〔〕【】（）［］—－–‐‑‒―−﹣", "[][]()[]---------")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", clean_line(text).translate(_BRACKETS)).replace(" ", "")


def parse_finding_number(text: str) -> FindingNumber | None:
    """The finding number `text` is, or None: `wt-2026-3-1` and `ＷＴ－2026－03－0001` are WT-2026-03-0001."""
    match = _FINDING.fullmatch(_plain(text))
    if not match:
        return None
    word, year, group, device, serial = match.groups()
    return FindingNumber(int(year), group.zfill(2), device.upper(), int(serial), word.upper())


def parse_paper_number(text: str) -> PaperNumber | None:
    """The number of a 交办单 or document `text` is, or None; 督交[2026]017号 is 督交〔2026〕17号."""
    match = _PAPER.fullmatch(_plain(text))
    return PaperNumber(match[1], int(match[2]), int(match[3])) if match else None


def parse_issue_number(text: str) -> IssueNumber | None:
    """The issue number `text` is, or None."""
    match = _ISSUE.fullmatch(_plain(text))
    return IssueNumber(int(match[1]), int(match[2] or 0)) if match else None


def normal_number(text: str) -> str:
    """`text` in the one form numbers have, if it is a number of any kind; else cleaned, unchanged. For search."""
    number = parse_finding_number(text) or parse_paper_number(text) or parse_issue_number(text)
    return str(number) if number else clean_line(text)


def sort_key(text: str) -> tuple[str, int, str, int, str]:
    """A key that sorts numbers of any kind as people count: 督交〔2026〕9号 before 督交〔2026〕17号.

    What is no number sorts last, by its text.
    """
    if finding := parse_finding_number(text):
        return finding.word, finding.year, finding.group + finding.device, finding.serial, ""
    if paper := parse_paper_number(text):
        return paper.word, paper.year, "", paper.serial, ""
    if issue := parse_issue_number(text):
        return "", 0, "", issue.serial, ""
    return "\U0010ffff", 0, "", 0, text


_DIGITS = "〇一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GREATEST = 9999


def chinese_number(number: int) -> str:
    """1–9999 in Chinese: 三, 十二, 一百零五, 二千零二十. Raises ValueError outside; headings do not go there."""
    if not 1 <= number <= _GREATEST:
        raise ValueError(f"no Chinese numeral for {number}")
    out, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(out)
            continue
        out += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return out.removeprefix("一") if number in range(10, 20) else out


def heading_number(level: int, number: int) -> str:
    """The mark of a heading: 一、 （一） 1. （1） for levels 1–4 (GB/T 9704-2012 7.3.3; documents.md)."""
    if level in (1, 2):
        return f"{chinese_number(number)}、" if level == 1 else f"（{chinese_number(number)}）"
    return f"{number}." if level == 3 else f"（{number}）"


def group_name(code: str) -> str:
    """The name of a group by its code: 03 → 第三组, also for its second laptop 03B; 00 → 办公室; else the code."""
    match = re.fullmatch(r"(\d{1,2})[A-Z]?", code)
    if not match:
        return code
    return f"第{chinese_number(int(match[1]))}组" if int(match[1]) else "办公室"
