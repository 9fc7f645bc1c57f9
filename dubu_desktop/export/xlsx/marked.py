"""Rows that could not be taken in, handed back as a workbook: red, each with the reason, ready to be corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

from dubu_desktop.export.xlsx.package import save
from dubu_desktop.export.xlsx.sheet import Cell, Sheet, SheetColumn, SheetRow

SHEET_NAME = "退回的行"
REASON = "退回原因"
_REASON_WIDTH = 40
_WIDTH = 18


def _value(value: object) -> Cell:
    """A value as it was read: numbers and dates stay what they are, all else is text."""
    if value is None or isinstance(value, str | date):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == float("inf"):
        return str(value)
    return value


def write_marked(
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    reasons: Iterable[str],
    target: Path | BinaryIO,
    *,
    bad_columns: Iterable[frozenset[int]] | None = None,
) -> None:
    """Write `rows` under their own `header` with a last column 退回原因.

    One reason per row; an empty one leaves its row unmarked. `bad_columns`: per row the columns at fault; without it,
    or where it is empty, the whole row is red. A row may be shorter or longer than the header. Raises D-6xx (disk).
    """
    given = [tuple(row) for row in rows]
    width = max([len(header), *(len(row) for row in given)])
    headings = [*header, *(f"第{place}列" for place in range(len(header) + 1, width + 1))]
    columns = [*(SheetColumn(heading, _WIDTH) for heading in headings), SheetColumn(REASON, _REASON_WIDTH)]
    faults = list(bad_columns) if bad_columns is not None else [frozenset[int]()] * len(given)
    everything = frozenset(range(width + 1))
    made = []
    for row, reason, fault in zip(given, reasons, faults, strict=True):
        values = [*map(_value, row), *[None] * (width - len(row)), reason]
        marked = (fault | {width} if fault else everything) if reason else frozenset()
        made.append(SheetRow(values, marked))
    save(Sheet(SHEET_NAME, columns, made), target)
