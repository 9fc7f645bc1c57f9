"""署名 of a sealed joint issue: the organs in rows, the date under the last (GB/T 9704-2012 7.3.5.1).

Rows are those of a table without lines: nothing else puts names beside each other alike in Word, WPS and LibreOffice.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from dubu_desktop.domain.papers.seals import APART_MM, Place, rows_of
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.tables import grid, row
from dubu_desktop.export.docx.xml import BODY, Form, blank, paragraph, w

#: twips of white above names in three lines: their seals do not reach into the text, those beside them not far below
_LITTLE = 140
_KEEP = Form(align="center", keep_next=True)


def joint_parts(organs: Sequence[str], day: str, day_width: float, look: Look) -> list[str]:
    """Blank lines, the organs in rows, the date 4 characters from the right; held together and to the text.

    `day_width`: of the date, in characters. A first row of names in two lines has one blank line above it instead of
    two, and so on: the upper edge of its seals is to be less than a line below the text.
    """
    last = (g.TEXT_WIDTH - (4 + day_width / 2) * g.CHAR) / g.TWIPS_PER_MM
    rows = rows_of(organs, last)
    edges = sorted({0, g.TEXT_WIDTH, *(edge for line in rows for place in line for edge in _edges(place))})
    properties = w(
        "tblPr",
        w("tblW", w=g.TEXT_WIDTH, type="dxa"),
        w("tblLayout", type="fixed"),
        w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")),
    )
    lines = []
    tall = [max(len(place.lines) for place in places) for places in rows]
    for at, places in enumerate(rows):
        last_row = at + 1 == len(rows)
        lines.append(_row(places, edges, look, "bottom" if last_row else "center"))
        if not last_row:
            between = APART_MM * g.TWIPS_PER_MM - (tall[at] + tall[at + 1]) / 2 * look.page.pitch
            lines.append(_white(between, edges, look))
    table = w("tbl", properties, grid([b - a for a, b in itertools.pairwise(edges)]), *lines)
    date = Form(align="right", right=4)
    above = [blank(look, keep_next=True) for _ in range(3 - tall[0])] or [blank(look, _LITTLE, keep_next=True)]
    return [*above, table, paragraph(date, look, (day, BODY))]


def _edges(place: Place) -> tuple[int, int]:
    left = round((place.middle_mm - place.width_mm / 2) * g.TWIPS_PER_MM)
    right = round((place.middle_mm + place.width_mm / 2) * g.TWIPS_PER_MM)
    return max(0, left), min(g.TEXT_WIDTH, right)


def _row(places: Sequence[Place], edges: list[int], look: Look, align: str) -> str:
    """One row: the names at their places, empty cells between."""
    cells, at = [], 0
    for place in places:
        left, right = _edges(place)
        if left > at:
            cells.append(_cell(at, left, edges, [blank(look, keep_next=True)], align))
        ink = replace(BODY, scale=place.scale)
        cells.append(_cell(left, right, edges, [paragraph(_KEEP, look, (line, ink)) for line in place.lines], align))
        at = right
    if at < g.TEXT_WIDTH:
        cells.append(_cell(at, g.TEXT_WIDTH, edges, [blank(look, keep_next=True)], align))
    return row(cells)


def _white(height: float, edges: list[int], look: Look) -> str:
    """A row of nothing, so that the seals of the next row stand clear of those above."""
    empty = blank(look, keep_next=True)
    return row([_cell(0, g.TEXT_WIDTH, edges, [empty], "top")], height_mm=height / g.TWIPS_PER_MM, exact=True)


def _cell(left: int, right: int, edges: list[int], content: list[str], align: str) -> str:
    span = edges.index(right) - edges.index(left)
    more = w("gridSpan", val=span) if span > 1 else ""
    width = w("tcW", w=right - left, type="dxa")
    return w("tc", w("tcPr", width, more, w("vAlign", val=align)), *content)
