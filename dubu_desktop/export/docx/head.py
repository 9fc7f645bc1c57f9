"""版头: 份号, 密级, 紧急程度, 发文机关标志, 发文字号, 签发人, the red line; and the title (documents.md rows 14-22)."""

from __future__ import annotations

from dataclasses import replace

from dubu_desktop.domain.papers.blocks import Accent, Cards, Head, HeadStyle, Paper
from dubu_desktop.domain.papers.wording import title_lines
from dubu_desktop.domain.text import clean_text
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.tables import cell, grid, row, table_properties
from dubu_desktop.export.docx.xml import BODY, HEI, KAI, Form, Ink, blank, one_line, paragraph, tab_run, w

MARK_LARGEST_PT, MARK_SMALLEST_PT = 62.0, 42.0  # [P] of row 17
MARK_NARROWEST = 50  # percent of the natural width
JOINT_LARGEST_PT = 36.0  # or the organs of a joint issue push the text off page 1
_MARK_TOP = 4082  # 72 mm below the edge of the paper: row 17
# Ink of a Han character begins about 0.04 em below its cell; LibreOffice and Word put the base line at 0.8 of an exact
# line, so a line of 1.1 em begins where the cell of the character begins.
MARK_LINE, MARK_INK = 1.1, 0.04
# Two blank lines between mark and number, two between red line and title. The lines around them are not of the 22-line
# grid and bring white of their own; the blanks are narrowed by as much, so that the white seen is two lines.
_BLANK_UNDER_MARK = 508
_BLANK_UNDER_RULE = 530
#: percent: 编发单位 is narrowed no further to share its line with the date; what LibreOffice adds to a date
_ISSUE_NARROWEST, _JUNCTIONS = 65, 340
_CLASS_PITCH = 400
_ACCENTS = {Accent.BLUE: "1F4E9E", Accent.AMBER: "C07800", Accent.RED: g.RED}


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


def _above_mark(look: Look) -> int:
    """Twips between the three lines above the mark and the mark's upper edge."""
    return _MARK_TOP - look.page.top - 3 * look.page.pitch


def _mark(head: Head, look: Look) -> list[str]:
    if head.organs:
        return _joint_mark(head, look)
    text = one_line(head.mark)
    size, scale = mark_size(text)
    pitch = round(size * 20 * MARK_LINE)
    form = Form(align="center", pitch=pitch, before=_above_mark(look) - round(size * 20 * MARK_INK))
    return [paragraph(form, look, (text, Ink(Face.TITLE, size, g.RED, scale)))]


def _joint_mark(head: Head, look: Look) -> list[str]:
    """A joint issue: the organs below each other, 主办 first, spread to one width; 文件 at their right (7.2.4)."""
    organs, word = [one_line(organ) for organ in head.organs], one_line(head.mark)
    longest = max(len(organ) for organ in organs)
    size = min(JOINT_LARGEST_PT, float(int(g.TEXT_WIDTH / 20 / (longest + len(word) + 1))))
    ink = Ink(Face.TITLE, size, g.RED)
    pitch = round(size * 20 * MARK_LINE)
    names = round((longest + 0.5) * size * 20)
    widths = [names, round((len(word) + 0.5) * size * 20)]
    rows = []
    for place, organ in enumerate(organs):
        left = cell(widths[0], paragraph(Form(align="distribute", pitch=pitch), look, (organ, ink)))
        piece = [(word, ink)] if place == 0 else []
        merge = w("vMerge", val="restart") if place == 0 else w("vMerge")
        right = cell(widths[1], paragraph(Form(align="center", pitch=pitch), look, *piece), more=merge)
        rows.append(row([left, right]))
    above = blank(look, _above_mark(look) - round(size * 20 * MARK_INK))
    return [above, w("tbl", table_properties(0, sum(widths)), grid(widths), *rows)]


def _red_rule_form(align: str) -> Form:
    return Form(align=align, rule_below=(g.RED_RULE_EIGHTHS, g.RED_RULE_SPACE_PT, g.RED))


def head_parts(head: Head, look: Look) -> list[str]:
    """Everything down to the red line."""
    # Three lines always stand above the mark, or it would not hang 35 mm below the text's edge.
    parts = [paragraph(Form(align="left"), look, piece) for piece in class_lines(head)]
    parts += [blank(look) for _ in range(3 - len(parts))]
    parts += _mark(head, look)
    parts += [blank(look, _BLANK_UNDER_MARK) for _ in range(2)]
    number = (one_line(head.number), BODY)
    if head.signers:
        return parts + _signers(head, look)
    if head.style is HeadStyle.RED_HEAD:
        parts.append(paragraph(_red_rule_form("center"), look, number))
        return parts
    parts.append(paragraph(Form(align="center"), look, number))
    return parts + _issue_line(head, look)


def _issue_scale(head: Head) -> int:
    """Percent to which 编发单位 is narrowed so that it shares its line with the date; 0 where it cannot."""
    room = g.TEXT_WIDTH - 3 * g.CHAR - g.text_width(one_line(head.issue_right)) - _JUNCTIONS
    scale = min(100, int(100 * room / max(1, g.text_width(one_line(head.issue_left)))))
    return scale if scale >= _ISSUE_NARROWEST else 0


def issue_lines(head: Head) -> int:
    """How many lines 编发单位 and date of a numbered issue take above the red line."""
    return 1 if _issue_scale(head) else 2


def _issue_line(head: Head, look: Look) -> list[str]:
    """编发单位 left, date right, each one character in, on the line above the red line (documents.md §4).

    By tabulators: an indent would shorten the red line too. One that is too long to share the line has its own.
    """
    form = Form(align="left", tabs=(("left", g.CHAR), ("right", g.TEXT_WIDTH - g.CHAR)))
    ruled = _red_rule_form("left").but(tabs=form.tabs)
    scale, tab = _issue_scale(head), tab_run(BODY, look)
    left, right = one_line(head.issue_left), (one_line(head.issue_right), BODY)
    if scale:
        return [paragraph(ruled, look, tab, (left, replace(BODY, scale=scale)), tab, right)]
    fits = g.TEXT_WIDTH - 2 * g.CHAR
    own = replace(BODY, scale=min(100, int(100 * fits / g.text_width(left))))
    return [paragraph(form, look, tab, (left, own)), paragraph(ruled, look, tab, tab, right)]


def class_parts(paper: Paper, look: Look) -> list[str]:
    """The same above the title of a form or 白头: close together, or a form would leave its page; above cards, which
    fill theirs to the last line, side by side.
    """
    head = paper.head
    # forms signed before have the urgency in front of their number
    head = replace(head, urgency="") if head.urgency and head.number.startswith(head.urgency) else head
    form = Form(align="left", pitch=_CLASS_PITCH, keep_next=True)
    lines = class_lines(head)
    if lines and _of_cards(paper):
        apart = [piece for text, ink in lines for piece in (("　", BODY), (text, ink))]
        return [paragraph(form, look, *apart[1:])]
    return [paragraph(form, look, piece) for piece in lines]


def _of_cards(paper: Paper) -> bool:
    return isinstance(next(iter(paper.body), None), Cards)


def plain_parts(paper: Paper, look: Look) -> list[str]:
    """白头: the title, above it 份号, 密级, 紧急程度 as far as there are."""
    classes = class_parts(paper, look)
    under = look.page.pitch - _CLASS_PITCH if classes and _of_cards(paper) else g.GRID
    return [*classes, *title_parts(paper, look, above=0, under=under)]


def class_lines(head: Head) -> list[tuple[str, Ink]]:
    """份号, 密级, 紧急程度 as far as there are, one to a line, flush left (rows 14-16)."""
    lines = [(head.copy_number, BODY), (head.secrecy, HEI), (head.urgency, HEI)]
    return [(one_line(text), ink) for text, ink in lines if text]


_SIGNER = "签发人："


def _signers(head: Head, look: Look) -> list[str]:
    """上行文: 发文字号 left, 签发人 right, two to a line, the names below each other (rows 18, 19)."""
    names = [one_line(name) for name in head.signers]
    widest = max(len(name) for name in names)
    # 王　明 is as wide as 王小明, so that the names below it begin and end alike
    even = ["　".join(name) if len(name) == 2 and widest == 3 else name for name in names]
    lines = ["　".join(even[at : at + 2]) for at in range(0, len(even), 2)]
    begin = g.TEXT_WIDTH - g.CHAR - g.text_width(_SIGNER + max(lines, key=len))
    stops = (("left", g.CHAR), ("left", begin), ("left", begin + g.text_width(_SIGNER)))
    parts = []
    for place, line in enumerate(lines):
        last = place == len(lines) - 1
        form = (_red_rule_form("left") if last else Form(align="left")).but(tabs=stops)
        number = [tab_run(BODY, look), (one_line(head.number), BODY)] if last else [tab_run(BODY, look)]
        label = [(_SIGNER, BODY)] if place == 0 else [tab_run(BODY, look)]
        parts.append(paragraph(form, look, *number, tab_run(BODY, look), *label, (line, KAI)))
    return parts


def title_paragraphs(title: str, look: Look, form: Form, accent: Accent | None = None) -> list[str]:
    """A title in lines whose words are whole; `form` is that of the first line."""
    ink = Ink(Face.TITLE, g.TITLE_PT, _ACCENTS[accent] if accent else "")
    lines = title_lines(title) or ("",)
    rest = Form(align="center", pitch=g.TITLE_PITCH, keep_next=True)
    return [paragraph(form if place == 0 else rest, look, (line, ink)) for place, line in enumerate(lines)]


def title_parts(paper: Paper, look: Look, *, above: int = 2, under: int = g.GRID) -> list[str]:
    """`above` blank lines, the title, its byline, a blank line as high as `under`, 主送机关 (rows 21, 22)."""
    parts = [blank(look, _BLANK_UNDER_RULE) for _ in range(above)]
    form = Form(align="center", pitch=g.TITLE_PITCH, keep_next=True)
    parts += title_paragraphs(clean_text(paper.title), look, form, paper.accent)
    if paper.byline:
        parts.append(paragraph(Form(align="center", keep_next=True), look, (f"（{one_line(paper.byline)}）", KAI)))
    parts.append(blank(look, under))
    if paper.addressees:
        parts.append(paragraph(Form(), look, (one_line(paper.addressees), BODY)))
    return parts
