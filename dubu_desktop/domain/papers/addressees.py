"""主送 too many for page 1 go into the 版记, or page 1 would show no text (7.3.2; documents.md row 31)."""

from __future__ import annotations

import math
from dataclasses import replace

from dubu_desktop.domain.papers.blocks import Format, Heading, HeadStyle, Paper
from dubu_desktop.domain.papers.wording import title_lines

#: in front of them there
LABEL = "主送："
#: of 28 in a line one is lost to marks that may not begin the next
_CHARACTERS = 27
#: lines of 22 that page 1 has below a title of one line; one fewer under a mark so short that it is set large
_LINES = {Format.DOCUMENT: 10, Format.LETTER: 15}
_SHORT_MARK = 10
#: lines a further line of the title takes, a further organ of a joint issue, a second line above the red line
_TITLE, _ORGAN, _ISSUE = 1.14, 1.4, 1.0


def lines_left(paper: Paper) -> int:
    """How many lines page 1 has for 主送 and text, about; at least 0."""
    head = paper.head
    used = _TITLE * (len(title_lines(paper.title)) - 1) + _ORGAN * max(0, len(head.organs) - 1)
    used += max(0, -(-len(head.signers) // 2) - 1)
    used += _ISSUE if head.style is HeadStyle.ISSUE else 0.0
    used += 1.0 if not head.organs and len(head.mark) < _SHORT_MARK else 0.0
    return max(0, math.floor(_LINES.get(paper.format, 0) - used))


def settled(paper: Paper) -> Paper:
    """`paper` with its 主送 above all other names of the 版记 if page 1 would show no text below them."""
    if paper.format not in _LINES or not paper.addressees or paper.colophon is None or not paper.body:
        return paper
    lines = -(-len(paper.addressees) // _CHARACTERS)
    # a heading is not parted from the text below it
    text = 2 if isinstance(paper.body[0], Heading) else 1
    if lines + text <= lines_left(paper):
        return paper
    moved = (LABEL, paper.addressees.rstrip("：") + "。")
    return replace(paper, addressees="", colophon=replace(paper.colophon, lines=(moved, *paper.colophon.lines)))
