"""正文: paragraphs and the four levels of headings (documents.md rows 23, 24)."""

from __future__ import annotations

from collections.abc import Sequence

from dubu_desktop.domain.papers.blocks import Block, Cards, Grid, Heading, Paragraph, Photos, Table
from dubu_desktop.export.docx.cards import card_parts
from dubu_desktop.export.docx.forms import grid_parts
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.media import Media
from dubu_desktop.export.docx.photos import photo_parts
from dubu_desktop.export.docx.tables import table_parts
from dubu_desktop.export.docx.xml import BODY, HEI, INDENTED, KAI, Form, Ink, lines_of, one_line, paragraph

_LEVEL_INK: dict[int, Ink] = {1: HEI, 2: KAI, 3: BODY, 4: BODY}


def _paragraphs(block: Paragraph, look: Look, last: bool) -> list[str]:
    form = (INDENTED if block.indent else Form()).but(keep_next=False)
    lines = lines_of(block.text)
    parts = []
    for place, line in enumerate(lines):
        # The last body paragraph holds on to the signature, two of its lines at least (documents.md §5.10).
        hold = last and place == len(lines) - 1
        pieces = [(line, BODY)]
        if place == 0 and block.lead:
            pieces.insert(0, (one_line(block.lead), _LEVEL_INK[block.lead_level]))
        parts.append(paragraph(form.but(keep_next=hold, widow=hold), look, *pieces))
    return parts


def block_parts(blocks: Sequence[Block], look: Look, media: Media, *, hold_last: bool = False) -> list[str]:
    """The blocks in order. `hold_last`: the last paragraph stays with what follows it."""
    parts: list[str] = []
    for place, block in enumerate(blocks):
        last = hold_last and place == len(blocks) - 1
        match block:
            case Heading():
                ink = _LEVEL_INK[block.level]
                parts.append(paragraph(INDENTED.but(keep_next=True), look, (one_line(block.text), ink)))
            case Paragraph():
                parts += _paragraphs(block, look, last)
            case Table():
                parts += table_parts(block, look, hold=last)
            case Photos():
                parts += photo_parts(block, look, media)
            case Grid():
                parts += grid_parts(block, look, media)
            case Cards():
                parts += card_parts(block, look, media)
    return parts
