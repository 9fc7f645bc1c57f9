"""版头: 份号, 密级, 紧急程度, 发文机关标志, 发文字号, the red line; and the title (documents.md rows 14-22)."""

from __future__ import annotations

from typing import Any

from dubu_desktop.domain.papers.blocks import Head, HeadStyle, Paper
from dubu_desktop.domain.papers.wording import title_lines
from dubu_desktop.domain.text import clean_text
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.fonts import Face, FontProfile
from dubu_desktop.export.docx.xml import BODY, HEI, Form, Ink, blank, one_line, paragraph, tab_run

MARK_LARGEST_PT, MARK_SMALLEST_PT = 62.0, 42.0  # [P] of row 17
MARK_NARROWEST = 50  # percent of the natural width
_MARK_TOP = 1984  # 35 mm below the top of the text: row 17
# Ink of a Han character begins about 0.04 em below its cell; LibreOffice and Word put the base line at 0.8 of an exact
# line, so a line of 1.1 em begins where the cell of the character begins.
_MARK_LINE, _MARK_INK = 1.1, 0.04
# Two blank lines between mark and number, two between red line and title. The lines around them are not of the 22-line
# grid and bring white of their own; the blanks are narrowed by as much, so that the white seen is two lines.
_BLANK_UNDER_MARK = 508
_BLANK_UNDER_RULE = 530


def mark_size(mark: str) -> tuple[float, int]:
    """(points, width in percent) of a 发文机关标志: as large as 156 mm allow, then narrowed, then smaller (row 17)."""
    width = g.TEXT_WIDTH / 20
    natural = width / max(1, len(mark))
    if natural >= MARK_SMALLEST_PT:
        return min(MARK_LARGEST_PT, float(int(natural))), 100
    scale = int(100 * natural / MARK_SMALLEST_PT)
    if scale >= MARK_NARROWEST:
        return MARK_SMALLEST_PT, scale
    return float(int(natural * 100 / MARK_NARROWEST)), MARK_NARROWEST


def _mark(head: Head, fonts: FontProfile) -> Any:
    text = one_line(head.mark)
    size, scale = mark_size(text)
    form = Form(
        align="center",
        pitch=round(size * 20 * _MARK_LINE),
        before=_MARK_TOP - 3 * g.PITCH - round(size * 20 * _MARK_INK),
    )
    return paragraph(form, fonts, (text, Ink(Face.TITLE, size, g.RED, scale)))


def _red_rule_form(align: str) -> Form:
    return Form(align=align, rule_below=(g.RED_RULE_EIGHTHS, g.RED_RULE_SPACE_PT, g.RED))


def head_parts(head: Head, fonts: FontProfile) -> list[Any]:
    """Everything down to the red line."""
    # Three lines always stand above the mark, or it would not hang 35 mm below the text's edge.
    lines = [(head.copy_number, BODY), (head.secrecy, HEI), (head.urgency, HEI)]
    used = [(one_line(text), ink) for text, ink in lines if text]
    parts = [paragraph(Form(align="left"), fonts, piece) for piece in used]
    parts += [blank(fonts) for _ in range(3 - len(used))]
    parts.append(_mark(head, fonts))
    parts += [blank(fonts, _BLANK_UNDER_MARK) for _ in range(2)]
    number = (one_line(head.number), BODY)
    if head.style is HeadStyle.RED_HEAD:
        parts.append(paragraph(_red_rule_form("center"), fonts, number))
        return parts
    parts.append(paragraph(Form(align="center"), fonts, number))
    # 编发单位 left, date right, each one character in, on the line above the red line (documents.md §4).
    # By tabulators: an indent would shorten the red line too.
    form = _red_rule_form("left").but(tabs=(("left", g.CHAR), ("right", g.TEXT_WIDTH - g.CHAR)))
    left, right = (one_line(head.issue_left), BODY), (one_line(head.issue_right), BODY)
    parts.append(paragraph(form, fonts, tab_run(BODY, fonts), left, tab_run(BODY, fonts), right))
    return parts


def title_paragraphs(title: str, fonts: FontProfile, form: Form) -> list[Any]:
    """A title in lines whose words are whole; `form` is that of the first line."""
    ink = Ink(Face.TITLE, g.TITLE_PT)
    lines = title_lines(title) or ("",)
    rest = Form(align="center", pitch=g.TITLE_PITCH, keep_next=True)
    return [paragraph(form if place == 0 else rest, fonts, (line, ink)) for place, line in enumerate(lines)]


def title_parts(paper: Paper, fonts: FontProfile) -> list[Any]:
    """Two blank lines, the title, a blank line, 主送机关 (rows 21, 22)."""
    parts = [blank(fonts, _BLANK_UNDER_RULE) for _ in range(2)]
    parts += title_paragraphs(clean_text(paper.title), fonts, Form(align="center", pitch=g.TITLE_PITCH, keep_next=True))
    parts.append(blank(fonts))
    if paper.addressees:
        parts.append(paragraph(Form(), fonts, (one_line(paper.addressees), BODY)))
    return parts
