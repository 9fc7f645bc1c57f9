"""Numbers that open: a figure in a text keeps the records it counts and the rule it counts by (口径).

Sentences are put together from plain text and figures with `+`; what comes out is the text and, beside it, where each
figure stands. A figure is never found by searching the text: record text may hold the same digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed (`text`), beginning at character `at` of its text.

    `rows`: ids of the records of `kind` behind it; `basis`: how they were counted, in a Chinese phrase (口径).
    """

    text: str
    kind: str
    rows: tuple[bytes, ...]
    basis: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a figure stands on a page, or the part of it that stands on one line.

    `place`: the figure's in reading order (`parts.figures_of`); `left` … `height`: as shares of the page's sides.
    """

    place: int
    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Told:
    """A text and the figures in it."""

    text: str = ""
    figures: tuple[Figure, ...] = ()

    def __add__(self, other: str | Told) -> Told:
        other = told(other)
        moved = tuple(replace(f, at=f.at + len(self.text)) for f in other.figures)
        return Told(self.text + other.text, self.figures + moved)

    def __radd__(self, other: str) -> Told:
        return Told(other) + self

    def __bool__(self) -> bool:
        return bool(self.text)


def told(text: str | Told) -> Told:
    """Plain text as a text without figures."""
    return text if isinstance(text, Told) else Told(text)


def count(rows: Iterable[bytes], basis: str, kind: str = "finding") -> Told:
    """How many records, each once, as a figure."""
    found = tuple(rows)
    return figure(str(len(found)), found, basis, kind)


def figure(text: str, rows: Iterable[bytes], basis: str, kind: str = "finding") -> Told:
    """Any figure made of records: a share, a span of days."""
    return Told(text, (Figure(text, kind, tuple(r for r in rows if r), basis),))


def at_most(names: Sequence[str], limit: int, number: Told) -> Told:
    """甲、乙、丙; of more than `limit` names 甲、乙等5个, where the 5 is the figure `number`."""
    if len(names) <= limit:
        return Told("、".join(names))
    return Told("、".join(names[:limit]) + "等") + number + "个"


def joined(parts: Iterable[str | Told], mark: str = "、") -> Told:
    """Texts in a row with `mark` between them."""
    out = Told()
    for place, part in enumerate(parts):
        out = out + (mark if place else "") + part
    return out
