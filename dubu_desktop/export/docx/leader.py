"""专报: the column at the right of page 1 in which a leader writes his 批示 by hand (documents.md §4).

It begins with the text, so that mark, number and title stand where the standard has them; the text runs down its left
side and, below it, over the whole width again. A whole number of lines high and of characters wide, so that the lines
beside it hold whole characters and those below stay on the grid.
"""

from __future__ import annotations

from collections.abc import Sequence

from dubu_desktop.domain.papers.blocks import Block, Heading, Paper, Paragraph
from dubu_desktop.domain.papers.wording import title_lines
from dubu_desktop.domain.text import clean_text
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.box import text_box
from dubu_desktop.export.docx.colophon import height_of
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.head import issue_lines
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.xml import Form, Ink, lines_of, one_line, paragraph

#: characters of the text's 28 that stand beside it
BESIDE = 18
#: lines it is high under a title of one line, so much as page 1 then has: 8 cm; a longer title leaves less
LINES = 8
#: characters between text and column; a little of it is left to the line, or the last character would not fit
_GAP = 1
#: lines below which no hand could write in it
_FEWEST = 3
_RULE_EIGHTHS = 12
_INK = Ink(Face.HEI, g.CELL_PT, g.RED)
_TINY = Ink(size_pt=1, tighten=0)
# from the upper edge of the first line to that of its ink, so that the frame begins level with the text
_DROP = 60


def _lines_of(paper: Paper, look: Look) -> int:
    """How many lines the column may be high: to the foot of page 1, or to the 版记 where the text ends on page 1."""
    more = (len(title_lines(clean_text(paper.title))) - 1) * g.TITLE_PITCH
    room = LINES - -(-more // look.page.pitch) - (issue_lines(paper.head) - 1)
    foot = -(-height_of(paper.colophon) // look.page.pitch) if paper.colophon else 0
    return room if _text_lines(paper.body) + foot > room + 1 else room - foot


def _text_lines(blocks: Sequence[Block]) -> int:
    """How many lines a text takes beside the column, at least; whatever is no text goes to page 2 in any case."""
    beside = BESIDE * g.text_width("字")
    count = 0
    for block in blocks:
        if not isinstance(block, Paragraph | Heading):
            return count + LINES
        lead = block.lead if isinstance(block, Paragraph) else ""
        count += sum(max(1, -(-g.text_width(line) // beside)) for line in lines_of(lead + block.text))
    return count


def column_parts(paper: Paper, look: Look) -> list[str]:
    """The paragraph of one twip that carries the column: framed red, its label at the top, the rest empty."""
    label = one_line(paper.leader_column)
    lines = _lines_of(paper, look)
    if not label or lines < _FEWEST:
        return []
    char = g.TEXT_WIDTH / g.CHARACTERS
    left = round((BESIDE + _GAP) * char)
    height = lines * look.page.pitch - _DROP
    head = paragraph(Form(align="center", pitch=g.CELL_PITCH, before=60), look, (label, _INK), mark=_INK)
    box = text_box(
        [head],
        "领导批示栏",
        g.TEXT_WIDTH - left,
        height,
        ("margin", left),
        ("paragraph", _DROP),
        wrap='wrapSquare wrapText="left"',
        at_top=True,
        gap=round(_GAP * char * 0.7),
        frame=(_RULE_EIGHTHS, g.RED),
    )
    return [paragraph(Form(pitch=1), look, box, mark=_TINY)]
