"""信函格式: the mark 30 mm below the edge of page 1, a double line under it and one near the foot (row 38; 10.1).

Mark and upper line stand in a box 30 mm from the edge, because the text area begins lower; the text of page 1 begins
with white as high as they reach into it.
"""

from __future__ import annotations

from docx.document import Document
from docx.shared import Twips

from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.box import text_box
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.head import MARK_INK, MARK_LINE, class_lines, mark_size, title_parts
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.page import fill, notice_line
from dubu_desktop.export.docx.xml import BODY, Form, Ink, one_line, paragraph, tab_run

MARK_TOP_MM, LINE_BELOW_MARK_MM, FOOT_LINE_MM, LINE_MM = 30.0, 4.0, 20.0, 170.0
FOOTER_DISTANCE = round(FOOT_LINE_MM * g.TWIPS_PER_MM)
# 170 mm in the middle of the paper: 8 mm out on the left, 6 mm on the right of the text.
_OUT_LEFT = -((g.LEFT - (g.PAGE_WIDTH - LINE_MM * g.TWIPS_PER_MM) / 2) / g.CHAR)
_OUT_RIGHT = -((g.RIGHT - (g.PAGE_WIDTH - LINE_MM * g.TWIPS_PER_MM) / 2) / g.CHAR)
_RULE_EIGHTHS = 24
_FROM_LEFT = round((g.PAGE_WIDTH - LINE_MM * g.TWIPS_PER_MM) / 2)
_TINY = Ink(size_pt=1, tighten=0)
_WIDTH = round(LINE_MM * g.TWIPS_PER_MM)
# Ink of the mark from its upper to its lower edge, in em: 0.98 for most marks, 0.93 for one without a long stroke down.
_INK_HEIGHT = 0.965
# From the upper edge of the line to the line of 发文字号: the double line itself, and 7/8 of a 三号 character (14 pt)
# less what an exact line brings along above its ink.
_BELOW_LINE = 85 + 280 - 190


def _mark(paper: Paper) -> tuple[str, float, int]:
    """The mark, its points, its width in percent."""
    text = one_line(paper.head.mark)
    return (text, *mark_size(text))


def _line_top(size: float) -> int:
    """Twips from the edge of the paper to the upper line: mark, and 4 mm below its ink."""
    return round((MARK_TOP_MM + LINE_BELOW_MARK_MM) * g.TWIPS_PER_MM + size * 20 * _INK_HEIGHT)


def set_letter_page(document: Document, notice: str, look: Look) -> None:
    """Header and footer of page 1: the notice if there is one, and the lower line instead of a page number."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.footer_distance = Twips(FOOTER_DISTANCE)
    fill(section.first_page_header, notice_line(notice, look))
    foot = Form(pitch=20, left=_OUT_LEFT, right=_OUT_RIGHT)
    foot = foot.but(rule_below=(_RULE_EIGHTHS, 0, g.RED), rule_style="thinThickSmallGap")
    fill(section.first_page_footer, paragraph(foot, look, mark=_TINY))


def _letterhead(paper: Paper, look: Look) -> str:
    """The first paragraph: white as high as the head reaches into the text, and the box with mark and upper line."""
    text, size, scale = _mark(paper)
    top = round(MARK_TOP_MM * g.TWIPS_PER_MM) - round(size * 20 * MARK_INK)
    pitch = round(size * 20 * MARK_LINE)
    space = max(0, min(31, round((_line_top(size) - top - pitch) / 20)))
    form = Form(align="center", pitch=pitch, rule_below=(_RULE_EIGHTHS, space, g.RED), rule_style="thickThinSmallGap")
    lines = [paragraph(form, look, (text, Ink(Face.TITLE, size, g.RED, scale)), mark=_TINY)]
    lines.append(paragraph(Form(pitch=1), look, mark=_TINY))
    height = pitch + 20 * space + 200
    box = text_box(lines, "信函版头", _WIDTH, height, ("page", _FROM_LEFT), ("page", top), at_top=True)
    return paragraph(Form(pitch=_line_top(size) + _BELOW_LINE - look.page.top), look, box, mark=_TINY)


def letter_parts(paper: Paper, look: Look) -> list[str]:
    """份号, 密级, 紧急程度 left and 发文字号 right under the line; then title and 主送."""
    number = (one_line(paper.head.number), BODY)
    lines = class_lines(paper.head)
    parts = [_letterhead(paper, look)]
    if lines:
        # The number stands on the line of the first of them.
        form = Form(align="left", tabs=(("right", g.TEXT_WIDTH),))
        parts.append(paragraph(form, look, lines[0], tab_run(BODY, look), number))
        parts += [paragraph(Form(align="left"), look, line) for line in lines[1:]]
    else:
        parts.append(paragraph(Form(align="right"), look, number))
    return parts + title_parts(paper, look)
