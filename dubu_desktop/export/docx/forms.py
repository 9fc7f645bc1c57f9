"""Forms (documents.md §4): title, number on the right, ruled rows whose columns need not stand below each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from dubu_desktop.domain.papers.blocks import Align, Cell, Grid, Paper, Row
from dubu_desktop.domain.text import clean_text
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.head import class_parts, title_paragraphs
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.media import Media
from dubu_desktop.export.docx.photos import picture
from dubu_desktop.export.docx.tables import grid, line_count, row, table_properties
from dubu_desktop.export.docx.tokens import fitted
from dubu_desktop.export.docx.xml import Form, Ink, lines_of, one_line, paragraph, w

_LABEL = Ink(Face.HEI, g.CELL_PT)
_VALUE = Ink(Face.BODY, g.CELL_PT)
_NUMBER = Ink(Face.BODY, g.SMALL_PT)
_ALIGN = {Align.LEFT: "left", Align.CENTRE: "center", Align.BOTH: "both"}
_PITCH = 360  # 18 pt: a form should stay on its page
_RULE_EIGHTHS = 4
_RED_EIGHTHS = 12
# A row of more lines may break over pages.
_WHOLE_LINES = 26
_PHOTO_HEIGHT_MM = 40.0
_INSIDE_MM = 3.0  # what the margins of a cell take from a picture


def form_head(paper: Paper, look: Look) -> list[str]:
    """份号, 密级, 紧急程度 at the top left, the title, and the number at the right end of the line above the form."""
    form = Form(align="center", pitch=g.TITLE_PITCH, keep_next=True)
    parts = class_parts(paper, look) + title_paragraphs(clean_text(paper.title), look, form, paper.accent)
    number = Form(align="right", keep_next=True)
    return [*parts, paragraph(number, look, (one_line(paper.head.number), _NUMBER), mark=_NUMBER)]


def _edges(block: Grid) -> list[int]:
    """Every place where a column begins or ends, in twips; the last is the width of the text."""
    found = {0, g.TEXT_WIDTH}
    for line in block.rows:
        found.update(right for _, right in _spans(line))
    return sorted(found)


def _spans(line: Row) -> Iterator[tuple[int, int]]:
    """(left, right) of each cell in twips; the cells together are as wide as the text."""
    total = sum(cell.width_mm for cell in line.cells)
    left = at = 0.0
    for cell in line.cells:
        at += cell.width_mm
        right = round(g.TEXT_WIDTH * at / total)
        yield round(left), right
        left = right


def grid_parts(block: Grid, look: Look, media: Media) -> list[str]:
    """The form as a table, and the small paragraph that a document must have after one."""
    edges = _edges(block)
    widths = [right - left for left, right in itertools.pairwise(edges)]
    rows = [_row(line, edges, look, media, block.rows, place) for place, line in enumerate(block.rows)]
    table = w("tbl", table_properties(_RULE_EIGHTHS), grid(widths), *rows)
    return [table, paragraph(Form(pitch=20), look, mark=Ink(size_pt=1, tighten=0))]


def _row(line: Row, edges: list[int], look: Look, media: Media, rows: tuple[Row, ...], place: int) -> str:
    cells = []
    lines = 0
    for cell, (left, right) in zip(line.cells, _spans(line), strict=True):
        span = edges.index(right) - edges.index(left)
        goes_on = place + 1 < len(rows) and any(
            below.under and where == (left, right)
            for below, where in zip(rows[place + 1].cells, _spans(rows[place + 1]), strict=True)
        )
        cells.append(_cell(cell, right - left, span, look, media, merged=cell.under or goes_on))
        lines = max(lines, line_count(cell.text, right - left))
    return row(cells, whole=lines <= _WHOLE_LINES, height_mm=line.height_mm)


def _cell(cell: Cell, width: int, span: int, look: Look, media: Media, *, merged: bool) -> str:
    """tcPr in schema order: tcW, gridSpan, vMerge, tcBorders, vAlign."""
    properties = [w("tcW", w=width, type="dxa")]
    if span > 1:
        properties.append(w("gridSpan", val=span))
    if merged:
        properties.append(w("vMerge") if cell.under else w("vMerge", val="restart"))
    if cell.red:
        sides = ("top", "left", "bottom", "right")
        properties.append(
            w("tcBorders", *(w(side, val="single", sz=_RED_EIGHTHS, space=0, color=g.RED) for side in sides))
        )
    low = bool(cell.foot) and not cell.text
    top = cell.red and not cell.label
    properties.append(w("vAlign", val="bottom" if low else "top" if top else "center"))
    return w("tc", w("tcPr", *properties), *_content(cell, width, look, media))


def _content(cell: Cell, width: int, look: Look, media: Media) -> list[str]:
    ink = _LABEL if cell.label else _VALUE
    colour = Ink(ink.face, ink.size_pt, g.RED) if cell.red and cell.label else ink
    align = "center" if cell.label else _ALIGN[cell.align]
    form = Form(align=align, pitch=_PITCH)
    parts: list[str] = []
    if cell.photos:
        parts += _pictures(cell, width, look, media)
    if cell.text or not (parts or cell.foot):
        lines = lines_of(cell.text)
        parts += [paragraph(form, look, (text, fitted(text, colour, width)), mark=colour) for text in lines]
    if cell.foot:
        right = Form(align="right", pitch=_PITCH, right=1, char=240)
        for place, text in enumerate(lines_of(cell.foot)):
            before = 160 if place == 0 and cell.text else 0
            parts.append(paragraph(right.but(before=before), look, (text, _VALUE), mark=_VALUE))
    return parts


def _pictures(cell: Cell, width: int, look: Look, media: Media) -> list[str]:
    """Pictures below each other, as wide as the cell allows; two stand beside each other where there is room."""
    room = width / g.TWIPS_PER_MM - _INSIDE_MM
    each = room if len(cell.photos) == 1 else room / 2 - 1
    parts = []
    for at in range(0, len(cell.photos), 2):
        runs = []
        for photo in cell.photos[at : at + 2]:
            runs.append(picture(photo.jpeg, media, each, _PHOTO_HEIGHT_MM))
        parts.append(paragraph(Form(align="center", pitch=0, before=60), look, *runs, mark=_VALUE))
        names = "　".join(one_line(photo.caption) for photo in cell.photos[at : at + 2] if photo.caption)
        if names:
            parts.append(paragraph(Form(align="center", pitch=_PITCH), look, (names, _VALUE), mark=_VALUE))
    return parts
