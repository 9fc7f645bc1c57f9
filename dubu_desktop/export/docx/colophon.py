"""版记 at the foot of the last page: a text box anchored to the bottom of the text (rows 31-34; documents.md §5.9).

A text box with wrapping above and below is the only way that keeps it at the foot in LibreOffice and Word alike; when
the page is full it goes whole to the next one, and text never runs into it.
"""

from __future__ import annotations

import re

from dubu_desktop.domain.papers.blocks import Colophon
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.box import text_box
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.tables import cell, grid, row
from dubu_desktop.export.docx.xml import Form, Ink, one_line, paragraph, tab_run, w

_INK = Ink(Face.BODY, g.SMALL_PT)
_ROOM = g.TEXT_WIDTH - 2 * g.SMALL_CHAR  # one character free on both sides
# LibreOffice puts white between Han and digits, six times in a date.
_JUNCTION = 57
_JUNCTIONS = 6 * _JUNCTION
_MEETING = re.compile(r"(?<=[0-9A-Za-z])(?=[^\x00-\u2e7f])|(?<=[^\x00-\u2e7f])(?=[0-9A-Za-z])")
_SLACK = 40  # twips above the computed height, for the rules
# A box cannot be higher than the text of a page; its lines stand closer before it would be, down to this.
_CLOSEST = 320
_HIGHEST = g.LINES * g.PITCH - 2 * _SLACK


def _line_count(label: str, names: str) -> int:
    """How many lines the names take beside their label; one character a line is lost to marks that may not begin it."""
    room = _ROOM - g.text_width(label, g.SMALL_PT) - g.SMALL_CHAR
    wide = g.text_width(names, g.SMALL_PT) + _JUNCTION * len(_MEETING.findall(names))
    return max(1, -(-wide // room))


def _names(label: str, names: str, look: Look, pitch: int) -> str:
    hang = g.text_width(label, g.SMALL_PT) / g.SMALL_CHAR
    form = Form(pitch=pitch, left=1 + hang, right=1, first=-hang, char=g.SMALL_CHAR)
    return paragraph(form, look, (label + names, _INK), mark=_INK)


def _shares(organ: str, day: str) -> bool:
    """Whether 印发机关 and 印发日期 fit on one line."""
    room = _ROOM - g.text_width(day, g.SMALL_PT) - g.SMALL_CHAR - _JUNCTIONS
    return g.text_width(organ, g.SMALL_PT) <= room


def _printed(colophon: Colophon, look: Look, pitch: int) -> list[str]:
    """印发机关 left, 印发日期 right; an organ too long for that has lines to itself."""
    organ, day = one_line(colophon.printing_organ), one_line(colophon.printed_text)
    form = Form(align="left", pitch=pitch, left=1, char=g.SMALL_CHAR)
    if not _shares(organ, day):
        own = paragraph(form.but(right=1), look, (organ, _INK), mark=_INK)
        return [own, paragraph(form.but(align="right", right=1), look, (day, _INK), mark=_INK)]
    form = form.but(tabs=(("right", g.TEXT_WIDTH - g.SMALL_CHAR),))
    return [paragraph(form, look, (organ, _INK), tab_run(_INK, look), (day, _INK), mark=_INK)]


def _printed_lines(colophon: Colophon) -> int:
    """How many lines they take: the organ alone may turn."""
    organ, day = one_line(colophon.printing_organ), one_line(colophon.printed_text)
    return 1 if _shares(organ, day) else 1 + max(1, -(-g.text_width(organ, g.SMALL_PT) // _ROOM))


def _rule(side: str, eighths: int) -> str:
    return w(side, val="single", sz=eighths, space=0, color="000000")


def _row(content: list[str], first: bool, last: bool, whole: bool = True) -> str:
    top = _rule("top", g.THICK_EIGHTHS if first else g.THIN_EIGHTHS)
    bottom = _rule("bottom", g.THICK_EIGHTHS if last else g.THIN_EIGHTHS)
    return row([cell(g.TEXT_WIDTH, *content, more=w("tcBorders", top, bottom))], whole=whole)


def _lines(colophon: Colophon, letter: bool = False) -> int:
    """How many lines it has; a `letter` has the names alone."""
    names = sum(_line_count(one_line(label), one_line(text)) for label, text in colophon.lines)
    return names if letter else names + _printed_lines(colophon)


def _pitch(count: int) -> int:
    """The pitch at which so many lines fit on a page; 0 where none does."""
    pitch = min(g.COLOPHON_PITCH, _HIGHEST // max(1, count))
    return pitch if pitch >= _CLOSEST else 0


def overfull(colophon: Colophon) -> bool:
    """Whether no page holds it: it then begins a page and goes on on the next."""
    return not _pitch(_lines(colophon))


def height_of(colophon: Colophon) -> int:
    """How high the 版记 of a document is, about, in twips."""
    count = _lines(colophon)
    return count * (_pitch(count) or _CLOSEST) + _SLACK


def colophon_parts(colophon: Colophon, look: Look, *, letter: bool = False) -> list[str]:
    """The 1-point last paragraph that carries the text box. Of a `letter`: names alone, without rules (row 38).

    One that no page holds is a table in the text, from the top of a page on.
    """
    if letter and not colophon.lines:
        return []
    # The last rule lies on the edge of the text, 262 mm down, whatever the margin below (row 33).
    lift = g.BOTTOM - look.page.bottom
    count = _lines(colophon, letter)
    pitch = _pitch(count)
    table = _table(colophon, look, pitch or g.COLOPHON_PITCH, letter, whole=bool(pitch))
    tiny = Ink(size_pt=1, tighten=0)
    if not pitch:
        begin = Form(pitch=20, page_break=True, keep_next=True)
        return [paragraph(begin, look, mark=tiny), table, paragraph(Form(pitch=20), look, mark=tiny)]
    height = count * pitch + _SLACK + lift
    # A text box must end in a paragraph; of one twip, or it would lift the last rule off the edge of the text.
    content = [table, paragraph(Form(pitch=1), look, mark=tiny)]
    box = text_box(
        content,
        "版记",
        g.TEXT_WIDTH,
        height,
        ("margin", "left"),
        ("margin", "bottom"),
        foot=lift,
        wrap="wrapTopAndBottom",
    )
    return [paragraph(Form(pitch=20), look, box, mark=tiny)]


def _table(colophon: Colophon, look: Look, pitch: int, letter: bool, whole: bool) -> str:
    """Names, and below them who printed it and when; of a letter the names alone."""
    names = [_names(one_line(label), one_line(text), look, pitch) for label, text in colophon.lines]
    if letter:
        rows = [row([cell(g.TEXT_WIDTH, *names)], whole=whole)]
    else:
        rows = [_row(names, first=True, last=False, whole=whole)] if names else []
        rows.append(_row(_printed(colophon, look, pitch), first=not names, last=True))
    properties = w(
        "tblPr",
        w("tblW", w=g.TEXT_WIDTH, type="dxa"),
        w("tblLayout", type="fixed"),
        w("tblCellMar", w("left", w=0, type="dxa"), w("right", w=0, type="dxa")),
    )
    return w("tbl", properties, grid([g.TEXT_WIDTH]), *rows)
