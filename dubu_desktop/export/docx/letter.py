"""信函格式: the mark 30 mm below the edge of page 1, a double line under it and one near the foot (row 38; 10.1).

Mark and upper line stand in the header of page 1, because the text area begins lower; the header pushes the text of
that page down by itself, in Word and LibreOffice alike.
"""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.shared import Twips

from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.head import MARK_INK, MARK_LINE, class_lines, mark_size, title_parts
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.page import fill, notice_line
from dubu_desktop.export.docx.xml import BODY, Form, Ink, blank, one_line, paragraph, tab_run

MARK_TOP_MM, LINE_BELOW_MARK_MM, FOOT_LINE_MM, LINE_MM = 30.0, 4.0, 20.0, 170.0
FOOTER_DISTANCE = round(FOOT_LINE_MM * g.TWIPS_PER_MM)
# 170 mm in the middle of the paper: 8 mm out on the left, 6 mm on the right of the text.
_OUT_LEFT = -((g.LEFT - (g.PAGE_WIDTH - LINE_MM * g.TWIPS_PER_MM) / 2) / g.CHAR)
_OUT_RIGHT = -((g.RIGHT - (g.PAGE_WIDTH - LINE_MM * g.TWIPS_PER_MM) / 2) / g.CHAR)
_RULE_EIGHTHS = 24
# Ink of the mark ends so many em above the end of its exact line.
_UNDER_INK = 0.14
# From the lower line to the ink of 发文字号: 7/8 of a 三号 character is 14 pt, of which its line brings some along.
_GAP = 120


def set_letterhead(document: Document, paper: Paper, look: Look) -> None:
    """Header and footer of page 1."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.footer_distance = Twips(FOOTER_DISTANCE)
    text = one_line(paper.head.mark)
    size, scale = mark_size(text)
    above = round(MARK_TOP_MM * g.TWIPS_PER_MM) - g.HEADER_DISTANCE - round(size * 20 * MARK_INK)
    space = max(0, min(31, round(LINE_BELOW_MARK_MM * 72 / 25.4 - size * _UNDER_INK)))
    form = Form(align="center", pitch=round(size * 20 * MARK_LINE), left=_OUT_LEFT, right=_OUT_RIGHT)
    form = form.but(rule_below=(_RULE_EIGHTHS, space, g.RED), rule_style="thickThinSmallGap")
    mark = paragraph(form, look, (text, Ink(Face.TITLE, size, g.RED, scale)))
    fill(section.first_page_header, notice_line(paper.notice, look, above), mark)
    foot = Form(pitch=20, left=_OUT_LEFT, right=_OUT_RIGHT)
    foot = foot.but(rule_below=(_RULE_EIGHTHS, 0, g.RED), rule_style="thinThickSmallGap")
    fill(section.first_page_footer, paragraph(foot, look, mark=Ink(size_pt=1, tighten=0)))


def letter_parts(paper: Paper, look: Look) -> list[Any]:
    """份号, 密级, 紧急程度 left and 发文字号 right under the line; then title and 主送."""
    number = (one_line(paper.head.number), BODY)
    lines = class_lines(paper.head, look)
    parts = [blank(look, _GAP)]
    if lines:
        # The number stands on the line of the first of them.
        text = "".join(lines[0].itertext())
        first = paper.head.copy_number or paper.head.secrecy or paper.head.urgency
        ink = BODY if paper.head.copy_number else Ink(Face.HEI)
        assert one_line(first) == text
        form = Form(align="left", tabs=(("right", g.TEXT_WIDTH),))
        parts.append(paragraph(form, look, (text, ink), tab_run(BODY, look), number))
        parts += lines[1:]
    else:
        parts.append(paragraph(Form(align="right"), look, number))
    return parts + title_parts(paper, look)
