"""Numbers in a text that a person wrote, against the figures it would have if it were generated now.

A text written by hand follows no record: a finding taken out leaves its old number in it. A number is held against the
figures that stand behind the same words (发现问题3个 against 发现问题2个); one that stands behind words of its own is
doubtful where it is counted like a figure (个, 家, 次) and equals none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dubu_desktop.domain.papers.figures import Told

#: what ends the words a number belongs to
_EDGE = re.compile(r"[\s\d，。、；：！？（）“”《》〔〕]")
_NUMBER = re.compile(r"(?<![\d.年〔-])\d+(?![\d.%％〕])")
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?=[（(]?[^，。；]{0,3}前)")
#: what stands behind a number that is a span of time, a part of a date, or a number of a house or paper
_TIME = re.compile(r"[年月日号时分天周]|个?(?:工作日|自然日|月|小时|星期)")
#: characters that must agree, where not all of the words do
_ALIKE, _MOST = 2, 4


@dataclass(frozen=True, slots=True)
class Stale:
    """`said`: the number as the text has it, with its words; `now`: what the records say, "" where they say nothing."""

    said: str
    now: str

    @property
    def sentence(self) -> str:
        """As it is shown behind the name of the text."""
        if self.now:
            return f"写的是“{self.said}”，按现在的记录是{self.now}"
        return f"写的是“{self.said}”，现在的记录里没有这个数，请核对"


@dataclass(frozen=True, slots=True)
class _Seen:
    words: str
    value: str
    unit: str


def stale(written: str, generated: Sequence[Told]) -> list[Stale]:
    """What in `written` differs from the figures and deadlines of the `generated` texts, in its order, each once."""
    figures = [_seen(t.text, f.at, f.text) for t in generated for f in t.figures if f.text.isdecimal()]
    counted, values = {f.unit for f in figures}, {f.value for f in figures}
    found: list[Stale] = []
    for match in _NUMBER.finditer(written):
        if _TIME.match(written, match.end()):
            continue
        number = _seen(written, match.start(), match.group())
        said = f"{number.words[-8:]}{number.value}{number.unit}"
        now = _same_words(number, figures)
        if now and number.value not in now:
            found.append(Stale(said, "或".join(now)))
        elif not now and number.unit in counted and number.value not in values:
            found.append(Stale(said, ""))
    return list(dict.fromkeys([*found, *_deadlines(written, generated)]))


def _seen(text: str, at: int, value: str) -> _Seen:
    before = text[max(0, at - 16) : at]
    edges = [match.end() for match in _EDGE.finditer(before)]
    behind = text[at + len(value) : at + len(value) + 1]
    return _Seen(before[max(edges, default=0) :], value, behind)


def _same_words(number: _Seen, figures: Iterable[_Seen]) -> list[str]:
    """The values of the figures behind the same words as `number`, those that agree in most characters."""
    best, found = 0, list[str]()
    for figure in figures:
        if figure.unit != number.unit:
            continue
        alike = _common_end(figure.words, number.words)
        whole = alike in (len(figure.words), len(number.words))
        if alike < (_ALIKE if whole else _MOST) or alike < best:
            continue
        found = [*found, figure.value] if alike == best else [figure.value]
        best = alike
    return list(dict.fromkeys(found))


def _common_end(one: str, other: str) -> int:
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count


def _deadlines(written: str, generated: Sequence[Told]) -> list[Stale]:
    """Dates by which something is demanded that the generated text no longer names."""
    now = list(dict.fromkeys(found for t in generated for found in _DATE.findall(t.text)))
    said = dict.fromkeys(_DATE.findall(written))
    return [Stale(f"{day}前", "、".join(now)) for day in said if now and day not in now]
