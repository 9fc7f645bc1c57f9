"""Ledgers as .xlsx (domain.md §6.1): frozen head, filters, widths, A4 across with the head on each page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from dubu_desktop.domain.ledgers import Ledger
from dubu_desktop.domain.papers.ledger import LEDGER_COLUMNS, LedgerRow
from dubu_desktop.export.xlsx.package import save
from dubu_desktop.export.xlsx.sheet import Cell, Sheet, SheetColumn, SheetRow

SHEET_NAME = "问题台账"
_SERIAL = SheetColumn("序号", 6)
#: 序号 and 问题编号 stay in sight while the rest is scrolled.
_FROZEN = 2


def _rows(rows: Iterable[LedgerRow]) -> Iterator[SheetRow]:
    for serial, row in enumerate(rows, start=1):
        yield SheetRow((serial, *(column.value(row) for column in LEDGER_COLUMNS)))


def write_ledger(rows: Iterable[LedgerRow], target: Path | BinaryIO, *, notice: str = "") -> None:
    """Write the ledger of `rows`, in their order, to a path (whole or not at all) or into an open stream.

    The rows are read once, one by one: a generator that raises `Cancelled` ends it with the old file as it was. Text
    longer than a cell holds goes on in a second sheet, said so in the cell. Raises D-6xx (disk).
    """
    columns = (_SERIAL, *(SheetColumn(column.heading, column.width) for column in LEDGER_COLUMNS))
    sheet = Sheet(SHEET_NAME, columns, _rows(rows), frozen=_FROZEN, notice=notice)
    save(sheet, target)


def write_table(ledger: Ledger, rows: Iterable[Sequence[Cell]], target: Path | BinaryIO, *, notice: str = "") -> int:
    """Write any other ledger, as `write_ledger`; returns how many rows there were."""
    count = 0

    def counted() -> Iterator[SheetRow]:
        nonlocal count
        for count, row in enumerate(rows, start=1):
            yield SheetRow((count, *row))

    columns = (_SERIAL, *(SheetColumn(heading, width) for heading, width in ledger.columns))
    save(Sheet(ledger.title, columns, counted(), frozen=_FROZEN, notice=notice), target)
    return count
