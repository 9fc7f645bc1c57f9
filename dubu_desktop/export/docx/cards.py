"""问题照片卡: 2 or 4 to the page. Rows of fixed height, so that a page always holds as many as was asked for."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Card, Cards
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.media import Media
from dubu_desktop.export.docx.photos import picture
from dubu_desktop.export.docx.tables import cell, grid, row, table_properties
from dubu_desktop.export.docx.xml import Form, Ink, one_line, paragraph, w

# Two cards below each other and the title of page 1 are less than 225 mm.
PHOTO_MM, TEXT_MM = 66.0, 33.0
_PITCH = {2: 380, 4: 320}
_PT = {2: g.CELL_PT, 4: 10.5}
_RULE_EIGHTHS = 4
_INSIDE_MM = 4.0


def card_parts(block: Cards, look: Look, media: Media) -> list[str]:
    """The cards as a table: a row of photos, a row of what is to be known, and so on."""
    across = 1 if block.per_page == 2 else 2
    widths = [g.TEXT_WIDTH // across] * across
    widths[-1] = g.TEXT_WIDTH - sum(widths[:-1])
    rows = []
    for at in range(0, len(block.cards), across):
        line = block.cards[at : at + across]
        # a photo and its text must not part: the page is full after two rows of cards
        rows.append(row(_photos(line, widths, look, media), height_mm=PHOTO_MM, exact=True))
        rows.append(row(_texts(line, widths, block.per_page, look), height_mm=TEXT_MM, exact=True))
    table = w("tbl", table_properties(_RULE_EIGHTHS), grid(widths), *rows)
    return [table, paragraph(Form(pitch=20), look, mark=Ink(size_pt=1, tighten=0))]


def _photos(line: tuple[Card, ...], widths: list[int], look: Look, media: Media) -> list[str]:
    cells = []
    for card, width in zip(line, widths, strict=False):
        room = width / g.TWIPS_PER_MM - _INSIDE_MM
        drawn = picture(card.photo.jpeg, media, room, PHOTO_MM - _INSIDE_MM)
        cells.append(cell(width, paragraph(Form(align="center", pitch=0, keep_next=True), look, drawn)))
    return cells + [cell(width, paragraph(Form(pitch=240), look)) for width in widths[len(line) :]]


def _texts(line: tuple[Card, ...], widths: list[int], per_page: int, look: Look) -> list[str]:
    form = Form(align="left", pitch=_PITCH[per_page])
    label, value = Ink(Face.HEI, _PT[per_page]), Ink(Face.BODY, _PT[per_page])
    cells = []
    for card, width in zip(line, widths, strict=False):
        lines = [
            paragraph(form, look, (f"{one_line(name)}：", label), (one_line(text), value), mark=value)
            for name, text in card.lines
            if text
        ]
        cells.append(cell(width, *(lines or [paragraph(form, look)])))
    return cells + [cell(width, paragraph(form, look)) for width in widths[len(line) :]]
