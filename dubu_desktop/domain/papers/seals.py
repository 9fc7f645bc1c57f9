"""A sealed joint issue: organs in rows, each under a seal of its own (GB/T 9704-2012 7.3.5.1; row 26).

In the order of the organs, at most three in a row, so far apart that no seal touches another, and none beyond the text;
the last organ stands over the date, its seal presses on both. Millimetres from the left edge of the text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: a seal, and from the middle of one to that of the next, beside or below it
SEAL_MM, APART_MM = 42.0, 45.0
WIDE_MM = 156.0
MOST_IN_A_ROW = 3
#: the room that one character takes, 28 to a line
CHAR_MM = WIDE_MM / 28
#: lines of a name before it is narrowed, and to what percent at most; white left beside it
_LINES, _NARROWEST, _WHITE_MM = 2, 60, 0.3


@dataclass(frozen=True, slots=True)
class Place:
    """Where an organ stands: its name in lines, the middle of them, how much room they have, to what percent of their
    width they are narrowed."""

    lines: tuple[str, ...]
    middle_mm: float
    width_mm: float
    scale: int = 100


def rows_of(organs: Sequence[str], last_mm: float) -> list[tuple[Place, ...]]:
    """The organs in rows, the last one centred on `last_mm`, where the date has its middle.

    A row that is not full ends under the last column.
    """
    columns = _two(last_mm) if len(organs) == 2 else _three(last_mm)
    rows = []
    for at in range(0, len(organs), len(columns)):
        part = organs[at : at + len(columns)]
        room = columns[len(columns) - len(part) :]
        rows.append(tuple(_place(organ, *where) for organ, where in zip(part, room, strict=True)))
    return rows


def _two(last: float) -> list[tuple[float, float]]:
    """(middle, width) of two columns that share the whole line."""
    half = WIDE_MM - last
    return [((last - half) / 2, last - half), (last, 2 * half)]


def _three(last: float) -> list[tuple[float, float]]:
    """Three columns as near to each other as seals may stand, or a little nearer where a long date needs it."""
    apart = min(APART_MM, (last - SEAL_MM / 2) / (MOST_IN_A_ROW - 1))
    return [(last - apart * back, apart) for back in reversed(range(MOST_IN_A_ROW))]


def _place(organ: str, middle: float, width: float) -> Place:
    """A name in lines of about one length: one or two, else narrowed, so that its seal stays near to the text."""
    room = max(1, int((width - _WHITE_MM) / CHAR_MM))
    count = fewest = max(1, math.ceil(len(organ) / room))
    for fewer in range(_LINES, fewest):
        if 100 * room / math.ceil(len(organ) / fewer) >= _NARROWEST:
            count = fewer
            break
    length = math.ceil(len(organ) / count)
    lines = tuple(organ[at : at + length] for at in range(0, len(organ), length))
    return Place(lines, middle, width, min(100, int(100 * room / max(1, length))))
