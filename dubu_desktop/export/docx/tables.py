"""Ruled tables (documents.md §5.12): fixed widths said twice, the head repeated, short rows kept whole."""

from __future__ import annotations

import itertools

from dubu_desktop.domain.papers.blocks import Align, Column, Table
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.tokens import MARGIN, fitted
from dubu_desktop.export.docx.xml import Form, Ink, lines_of, one_line, paragraph, w

_CELL = Ink(Face.BODY, g.CELL_PT)
_HEADER = Ink(Face.HEI, g.CELL_PT)
# An exact line carries its text low; the white below evens it out.
_FOOT = 60
_RULE_EIGHTHS = 4  # 0.5 pt
# A row longer than this many lines may break over pages: one kept whole that does not fit leaves half a page white.
_WHOLE_LINES = 18
_ALIGN = {Align.LEFT: "left", Align.CENTRE: "center", Align.BOTH: "left"}
GAP = 240  # 12 pt of white before and after


def column_widths(columns: tuple[Column, ...]) -> list[int]:
    """Widths in twips, together exactly as wide as the text."""
    total = sum(column.width_mm for column in columns)
    edges = [0]
    for column in columns:
        edges.append(edges[-1] + round(g.TEXT_WIDTH * column.width_mm / total))
    edges[-1] = g.TEXT_WIDTH
    return [right - left for left, right in itertools.pairwise(edges)]


def table_properties(rule_eighths: int, width: int = g.TEXT_WIDTH) -> str:
    """tblPr: as wide as the text, in the middle (else it hangs into the margin), widths fixed."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    kind = "single" if rule_eighths else "nil"
    borders = [w(side, val=kind, sz=rule_eighths, space=0, color="000000") for side in sides]
    margins = [
        w("left", w=MARGIN, type="dxa"),
        w("bottom", w=_FOOT, type="dxa"),
        w("right", w=MARGIN, type="dxa"),
    ]
    return w(
        "tblPr",
        w("tblW", w=width, type="dxa"),
        w("jc", val="center"),
        w("tblBorders", *borders),
        w("tblLayout", type="fixed"),
        w("tblCellMar", *margins),
    )


def grid(widths: list[int]) -> str:
    """tblGrid: LibreOffice goes by it and not by the cells."""
    return w("tblGrid", *(w("gridCol", w=width) for width in widths))


def cell(width: int, *content: str, centred: bool = True, more: str = "") -> str:
    """One cell with its paragraphs; `more`: properties between width and alignment."""
    align = w("vAlign", val="center" if centred else "top")
    return w("tc", w("tcPr", w("tcW", w=width, type="dxa"), more, align), *content)


def row(
    cells: list[str], *, whole: bool = True, header: bool = False, height_mm: float = 0, exact: bool = False
) -> str:
    """A row; `whole` is not broken over pages, `header` is repeated on each; at least, or exactly, so high."""
    properties = []
    if whole:
        properties.append(w("cantSplit"))
    if height_mm:
        rule = "exact" if exact else "atLeast"
        properties.append(w("trHeight", val=round(height_mm * g.TWIPS_PER_MM), hRule=rule))
    if header:
        properties.append(w("tblHeader"))
    return w("tr", w("trPr", *properties), *cells) if properties else w("tr", *cells)


def line_count(text: str, width: int) -> int:
    """How many lines a text takes in a cell of `width` twips, about."""
    room = max(1, width - 2 * MARGIN)
    return sum(max(1, -(-g.text_width(line, g.CELL_PT) // room)) for line in lines_of(text))


def _text_cell(text: str, column: Column, width: int, look: Look, keep: bool) -> str:
    lines = lines_of(text)
    form = Form(align=_ALIGN[column.align], pitch=g.CELL_PITCH, keep_next=keep)
    return cell(width, *(paragraph(form, look, (line, fitted(line, _CELL, width)), mark=_CELL) for line in lines))


def _header_row(table: Table, widths: list[int], look: Look) -> str:
    form = Form(align="center", pitch=g.CELL_PITCH, keep_next=True)
    cells = [
        cell(width, paragraph(form, look, (one_line(column.title), _HEADER), mark=_HEADER))
        for column, width in zip(table.columns, widths, strict=True)
    ]
    return row(cells, header=True)


def _body_row(texts: tuple[str, ...], table: Table, widths: list[int], look: Look, keep: bool) -> str:
    triples = list(zip(texts, table.columns, widths, strict=True))
    whole = max(line_count(text, width) for text, _, width in triples) <= _WHOLE_LINES
    return row([_text_cell(text, column, width, look, keep) for text, column, width in triples], whole=whole)


def table_parts(table: Table, look: Look, *, hold: bool = False) -> list[str]:
    """White, the caption if there is one, the table, white. `hold`: the last row stays with what follows."""
    gap = Form(pitch=GAP)
    parts = [paragraph(gap.but(keep_next=True), look)]
    if table.caption:
        form = Form(align="center", keep_next=True)
        parts.append(paragraph(form, look, (one_line(table.caption), Ink(Face.HEI))))
    widths = column_widths(table.columns)
    last = len(table.rows) - 1
    rows = [_body_row(texts, table, widths, look, hold and place == last) for place, texts in enumerate(table.rows)]
    parts.append(w("tbl", table_properties(_RULE_EIGHTHS), grid(widths), _header_row(table, widths, look), *rows))
    parts.append(paragraph(gap.but(keep_next=hold), look))
    return parts
