"""One sheet as XML: text that can never be a formula, days that can be sorted, long text never cut in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from xml.sax.saxutils import escape

from dubu_desktop.domain.text import SHANGHAI, clean_text

#: Characters (UTF-16 units) a cell may hold; Excel cuts the rest in silence, so we must not.
CELL_LIMIT = 32767
_NOTICE_ROOM = 67
_LINE_PT = 14.0
_ROW_LIMIT_PT = 409.0  # of Excel
_OVERFLOW = "超长文字"
_EPOCH = date(1899, 12, 30)
# Before this day the calendars of Excel and of the world differ (Excel believes in 29 February 1900).
_FIRST_DAY = date(1900, 3, 1)
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

Cell = str | int | float | date | datetime | None


class Look(IntEnum):
    """Index of a cell format in `styles`; the marked ones follow at `MARKED` places later."""

    #: header row
    HEADER = 1
    #: text, wrapped, with quotePrefix
    TEXT = 2
    #: whole or decimal number
    NUMBER = 3
    #: a day
    DAY = 4
    #: a day and a time
    MOMENT = 5


MARKED = 4


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A heading and its width in characters."""

    heading: str
    width: float


@dataclass(frozen=True, slots=True)
class SheetRow:
    """Values of one row; columns in `marked` are filled red."""

    values: Sequence[Cell]
    marked: frozenset[int] = frozenset()


@dataclass
class Sheet:
    """A sheet with one header row. `frozen` columns stay in sight; `notice` is printed at the top of each page."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[SheetRow]
    frozen: int = 0
    notice: str = ""
    #: (column heading, row on this sheet, rest of the text): what did not fit into a cell
    overflow: list[tuple[str, int, str]] = field(default_factory=list)


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cut(text: str, limit: int) -> str:
    """The first `limit` UTF-16 units of `text`, no character halved."""
    head = text.encode("utf-16-le")[: limit * 2]
    return head.decode("utf-16-le", errors="ignore")


def half_widths(text: str) -> int:
    """How many half-width characters wide a text is."""
    return len(text) if text.isascii() else sum(1 if char < "\u2e80" else 2 for char in text)


def _is_long(text: str) -> bool:
    return len(text) * 2 > CELL_LIMIT and len(text.encode("utf-16-le")) // 2 > CELL_LIMIT


def text_xml(text: str) -> str:
    """Text as the content of an XML element; _x0041_ would be read as a character and is escaped too."""
    return escape(_ESCAPED.sub("_x005F_", text))


class SheetWriter:
    """A sheet as XML, part by part."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.letters = [column_letters(index) for index in range(len(sheet.columns))]
        self.count = 1

    def parts(self) -> Iterator[str]:
        """The XML of the whole sheet; rows are read as it is made, overflow is gathered on the way."""
        sheet = self.sheet
        yield self._top()
        headings = [column.heading for column in sheet.columns]
        cells = [self._text(index, 1, text, Look.HEADER) for index, text in enumerate(headings)]
        yield self._row(1, self._height(headings), cells)
        for row in sheet.rows:
            self.count += 1
            cells = [self._cell(index, value, row) for index, value in enumerate(row.values)]
            yield self._row(self.count, self._height(row.values), cells)
        yield self._bottom()

    def _top(self) -> str:
        widths = "".join(
            f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"/>'
            for place, column in enumerate(self.sheet.columns, start=1)
        )
        corner = f"{column_letters(self.sheet.frozen)}2"
        across = f'xSplit="{self.sheet.frozen}" ' if self.sheet.frozen else ""
        pane = "bottomRight" if self.sheet.frozen else "bottomLeft"
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0"><pane {across}ySplit="1" topLeftCell="{corner}" '
            f'activePane="{pane}" state="frozen"/><selection pane="{pane}" activeCell="{corner}" sqref="{corner}"/>'
            f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>'
        )

    def _bottom(self) -> str:
        last = f"{self.letters[-1]}{self.count}"
        notice = "&R" + clean_text(self.sheet.notice).replace("&", "&&") if self.sheet.notice else ""
        header = escape(f"&C{self.sheet.name}{notice}")
        return (
            f'</sheetData><autoFilter ref="A1:{last}"/>'
            '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
            f"<headerFooter><oddHeader>{header}</oddHeader>"
            "<oddFooter>&amp;C第&amp;P页，共&amp;N页</oddFooter></headerFooter></worksheet>"
        )

    @staticmethod
    def _row(place: int, height: float, cells: list[str]) -> str:
        # No customHeight: the height is a first guess, and fits itself when a cell is edited.
        return f'<row r="{place}" ht="{height}">{"".join(cells)}</row>'

    def _height(self, values: Sequence[Cell]) -> float:
        """Points for the most lines any text of the row takes when wrapped; WPS does not reckon it when it opens."""
        lines = 1.0
        for value, column in zip(values, self.sheet.columns, strict=False):
            # Most texts are shorter than half their column and need no closer look.
            if isinstance(value, str) and len(value) * 2 > column.width:
                room = max(1.0, column.width - 1)
                lines = max(lines, sum(-(-half_widths(line) // room) or 1 for line in value.split("\n")))
        return min(_ROW_LIMIT_PT, lines * _LINE_PT + 1)

    def _cell(self, index: int, value: Cell, row: SheetRow) -> str:
        shift = MARKED if index in row.marked else 0
        if value is None or value == "":
            return f'<c r="{self.letters[index]}{self.count}" s="{Look.TEXT + shift}"/>'
        if isinstance(value, str):
            return self._text(index, self.count, value, Look.TEXT + shift)
        if isinstance(value, date):
            number = serial(value)
            if number is None:
                return self._text(index, self.count, value.isoformat(), Look.TEXT + shift)
            look = Look.MOMENT if isinstance(value, datetime) else Look.DAY
            return f'<c r="{self.letters[index]}{self.count}" s="{look + shift}"><v>{number}</v></c>'
        return f'<c r="{self.letters[index]}{self.count}" s="{Look.NUMBER + shift}"><v>{value}</v></c>'

    def _text(self, index: int, place: int, text: str, style: int) -> str:
        text = clean_text(text)
        if _is_long(text):
            text = self._split(index, place, text)
        return (
            f'<c r="{self.letters[index]}{place}" s="{int(style)}" t="inlineStr">'
            f'<is><t xml:space="preserve">{text_xml(text)}</t></is></c>'
        )

    def _split(self, index: int, place: int, text: str) -> str:
        """The beginning with a notice; the rest goes to the sheet 超长文字, in as many rows as it needs."""
        heading = self.sheet.columns[index].heading
        head = _cut(text, CELL_LIMIT - _NOTICE_ROOM)
        rest = text[len(head) :]
        first = len(self.sheet.overflow) + 2
        while rest:
            piece = _cut(rest, CELL_LIMIT - _NOTICE_ROOM)
            self.sheet.overflow.append((heading, place, piece))
            rest = rest[len(piece) :]
        return f"{head}……（未完，续见工作表“{_OVERFLOW}”第{first}行）"


def serial(value: date) -> float | int | None:
    """Days since Excel's beginning; None before its calendar is right. Aware moments are turned to Asia/Shanghai."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(SHANGHAI)
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        day = value.date()
        # The nearest float and no fewer digits: a hair below 14:20 is shown as 14:19.
        return ((day - _EPOCH).days * 86400 + seconds) / 86400 if day >= _FIRST_DAY else None
    return (value - _EPOCH).days if value >= _FIRST_DAY else None


def overflow_sheet(sheet: Sheet) -> Sheet:
    """The sheet that carries on what did not fit into the cells of `sheet`."""
    columns = (SheetColumn("栏目", 16), SheetColumn("所在行", 10), SheetColumn("续文", 100))
    return Sheet(_OVERFLOW, columns, [SheetRow(row) for row in sheet.overflow])
