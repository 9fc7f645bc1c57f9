"""The child's side of workbooks, second step: the cells of a sheet as text, through openpyxl. Child only.

Only what stands in the cells is taken: formulas give the value they had when the file was last saved, styles serve
to tell dates from numbers, everything else (charts, comments, links, validations) is not even parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from dubu_desktop.errors import DubuError
from dubu_desktop.intake.merges import Merge
from dubu_desktop.system.childside import Emit

#: contracts.md §8.
MAX_ROWS, MAX_CELLS = 200_000, 3_000_000
#: What Excel itself allows; more was not made by a spreadsheet program.
MAX_COLUMNS, MAX_CELL_CHARS = 16_384, 32_767
#: One long shared text may stand in every cell: what is sent on is counted too.
MAX_CHARS = 200_000_000
_CHUNK = 1024 * 1024
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
_MAX_MERGES = 200_000

Row = tuple[int, list[str]]


class Sheet:
    """One worksheet, read by rows without openpyxl's filling of gaps (a cell at XFD1048576 costs one cell)."""

    def __init__(self, index: int, worksheet: Any) -> None:
        self.index = index
        self.title = str(worksheet.title)[:100]
        self.hidden = worksheet.sheet_state != "visible"
        self._worksheet = worksheet

    def rows(self, emit: Emit) -> Iterator[Row]:
        """(row number, cells as text) of every row with content; D-411 past a limit."""
        book = self._worksheet.parent
        with self._worksheet._get_source() as part:
            size = book._archive.getinfo(self._worksheet._worksheet_path).file_size
            source = _Counted(part, max(size, 1), emit)
            parser = WorkSheetParser(
                source,
                self._worksheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            budget = Budget()
            for _, element in iterparse(source):
                if element.tag == ROW_TAG:
                    number, found = parser.parse_row(element)
                    element.clear()
                    if cells := budget.admit(found):
                        yield number, cells
                elif element.tag == DATA_TAG:
                    return

    @property
    def path(self) -> str:
        """The name of its part in the package."""
        return str(self._worksheet._worksheet_path)

    def merges(self) -> list[Merge]:
        """Merged ranges as (top, left, bottom, right); found by their tag, since they stand behind all rows."""
        found: list[Merge] = []
        tail = b""
        with self._worksheet._get_source() as part:
            while piece := part.read(_CHUNK):
                window = tail + piece
                end = 0
                for match in _MERGE.finditer(window):
                    left, top, right, bottom = range_boundaries(match[1].decode("ascii"))
                    found.append((top, left, bottom, right))
                    end = match.end()
                if len(found) > _MAX_MERGES:
                    raise DubuError("D-411", name="", what="合并单元格", limit="20万处")
                tail = window[max(end, len(window) - 200) :]
        return found


class _Counted:
    """A part being read; each piece taken is progress."""

    def __init__(self, part: Any, size: int, emit: Emit) -> None:
        self._part, self._size, self._emit, self._done = part, size, emit, 0

    def read(self, size: int = -1) -> bytes:
        piece: bytes = self._part.read(size)
        self._done += len(piece)
        self._emit.progress(min(self._done, self._size), self._size)
        return piece


class Budget:
    """Counts rows with content, and cells (present or needed to lay a row out), against contracts.md §8."""

    def __init__(self) -> None:
        self._rows = self._cells = self._chars = 0

    def admit(self, found: list[dict[str, Any]]) -> list[str]:
        """The row as texts by column, trailing blanks cut; [] for a blank row."""
        texts = {cell["column"]: text for cell in found if (text := cell_text(cell["value"]))}
        width = max(texts, default=0)
        self._rows += bool(texts)
        self._cells += max(len(found), width)
        self._chars += sum(map(len, texts.values()))
        if self._rows > MAX_ROWS:
            raise DubuError("D-411", name="", what="行数", limit="20万行")
        if self._cells > MAX_CELLS:
            raise DubuError("D-411", name="", what="单元格", limit="300万个")
        if width > MAX_COLUMNS:
            raise DubuError("D-411", name="", what="列数", limit="16384列")
        if self._chars > MAX_CHARS:
            raise DubuError("D-411", name="", what="文字", limit="2亿字")
        return [texts.get(column, "") for column in range(1, width + 1)]


def cell_text(value: Any) -> str:
    """A cell's value as text: dates as ISO (without a midnight), whole numbers without ".0", 是/否 for booleans."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        if len(value) > MAX_CELL_CHARS:
            raise DubuError("D-411", name="", what="一个单元格", limit=f"{MAX_CELL_CHARS}字")
        return "" if value.isspace() else value
    if isinstance(value, float):
        # 15 digits are what a spreadsheet shows of a number.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return _moment_text(value) if isinstance(value, datetime | date | time) else str(value)


def _moment_text(value: datetime | date | time) -> str:
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if not isinstance(value, datetime):
        return value.isoformat()
    # Days are stored as decimals: 08:46 may come out a few microseconds early.
    value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    if value.time() == time():
        return value.date().isoformat()
    return value.isoformat(timespec="seconds" if value.second else "minutes")


class _Watched:
    """The file while openpyxl opens it (which may take long for many texts): each piece taken is a sign of life."""

    def __init__(self, source: BinaryIO, emit: Emit) -> None:
        self._source, self._emit = source, emit
        self.opening = True
        self.seek, self.tell, self.seekable, self.close = source.seek, source.tell, source.seekable, source.close

    def read(self, size: int = -1) -> bytes:
        if self.opening:
            self._emit.progress(0, 1)
        return self._source.read(size)


def open_sheets(source: BinaryIO, emit: Emit) -> list[Sheet]:
    """The worksheets of a file that `package.check_package` let pass; charts are none."""
    if not openpyxl.DEFUSEDXML or openpyxl.LXML:
        raise RuntimeError("a workbook is read with defusedxml or not at all")
    watched = _Watched(source, emit)
    book = openpyxl.load_workbook(watched, read_only=True, data_only=True, keep_links=False)
    watched.opening = False
    return [Sheet(index, worksheet) for index, worksheet in enumerate(book.worksheets)]
