"""Cells merged downwards: people merge the unit's cell over all of its findings; every row then means that unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

#: A merged range: (top row, left column, bottom row, right column), counted from 1.
Merge = tuple[int, int, int, int]


class MergeFiller:
    """Writes the value of a range merged over several rows into the rows below its first; fed rows in order."""

    def __init__(self, merges: Iterable[Merge], *, below: int) -> None:
        """`below`: the last row of the heading; ranges that begin there or above are left alone."""
        self._starting: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for top, left, bottom, _ in merges:
            if bottom > top > below:
                self._starting[top].append((left, bottom))
        #: by column: (last row, value)
        self._open: dict[int, tuple[int, str]] = {}

    def fill(self, number: int, cells: list[str]) -> list[str]:
        """The cells of row `number` with the values that reach down into it."""
        if not self._open and number not in self._starting:
            return cells
        filled = list(cells)
        for column, (last, value) in list(self._open.items()):
            if number > last:
                del self._open[column]
            elif column > len(filled) or not filled[column - 1]:
                filled += [""] * (column - len(filled))
                filled[column - 1] = value
        for column, last in self._starting.get(number, ()):
            if column <= len(filled) and filled[column - 1]:
                self._open[column] = (last, filled[column - 1])
        return filled
