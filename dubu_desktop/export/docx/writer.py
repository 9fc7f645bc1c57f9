"""A `Paper` put together as a .docx; each part of the page has a module of its own."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Attachment, Format, Paper
from dubu_desktop.export.docx.body import block_parts
from dubu_desktop.export.docx.colophon import colophon_parts
from dubu_desktop.export.docx.forms import form_head
from dubu_desktop.export.docx.head import head_parts, plain_parts, title_paragraphs, title_parts
from dubu_desktop.export.docx.leader import column_parts
from dubu_desktop.export.docx.letter import letter_parts
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.media import Media
from dubu_desktop.export.docx.package import frame, with_body, with_links, zipped
from dubu_desktop.export.docx.signature import attachment_list, note_parts, signature_parts
from dubu_desktop.export.docx.xml import HEI, Form, blank, characters, one_line, paragraph

_TITLE_LIMIT = 250  # characters a file property may hold


def build(paper: Paper, look: Look) -> bytes:
    """The bytes of the .docx: what all papers of this format and look share, and this one's text and pictures."""
    media = Media()
    text = "".join(_parts(paper, look, media))
    parts = dict(frame(paper.format, paper.notice, look))
    parts["word/document.xml"] = with_body(parts["word/document.xml"], text)
    parts["word/_rels/document.xml.rels"] = with_links(parts["word/_rels/document.xml.rels"], media.links)
    parts["docProps/core.xml"] = _properties(paper)
    return zipped(parts, media.files)


def _top(paper: Paper, look: Look) -> list[str]:
    """Everything above the body, by format."""
    match paper.format:
        case Format.DOCUMENT:
            return [*head_parts(paper.head, look), *title_parts(paper, look)]
        case Format.LETTER:
            return letter_parts(paper, look)
        case Format.FORM:
            return form_head(paper, look)
        case Format.PLAIN:
            return plain_parts(paper, look)


def _parts(paper: Paper, look: Look, media: Media) -> list[str]:
    parts = _top(paper, look)
    parts += column_parts(paper, look)
    parts += block_parts(paper.body, look, media, hold_last=paper.signature is not None)
    parts += attachment_list(paper.attachments, look)
    if paper.signature is not None:
        parts += signature_parts(paper.signature, look)
    parts += note_parts(paper.note, look)
    for place, attachment in enumerate(paper.attachments, start=1):
        number = str(place) if len(paper.attachments) > 1 else ""
        parts += _attachment(attachment, number, look, media)
    if paper.colophon is not None:
        parts += colophon_parts(paper.colophon, look, letter=paper.format is Format.LETTER)
    return parts


def _attachment(attachment: Attachment, number: str, look: Look, media: Media) -> list[str]:
    """附件: a new page, its mark on line 1, its title on line 3, a blank line, its content (row 30a)."""
    parts = [
        paragraph(Form(align="left", page_break=True, keep_next=True), look, (f"附件{number}", HEI)),
        blank(look, keep_next=True),
    ]
    # The first line of the title is as high as a line of text, so that it is line 3 of the page.
    form = Form(align="center", keep_next=True, on_grid=False)
    parts += title_paragraphs(one_line(attachment.title), look, form)
    parts.append(blank(look, keep_next=True))
    return parts + block_parts(attachment.blocks, look, media)


_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>'
    "<dc:creator>{author}</dc:creator>{dates}</cp:coreProperties>"
)
_DATE = '<dcterms:{name} xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:{name}>'


def _properties(paper: Paper) -> bytes:
    """What the file says of itself: the paper's title, organ and date; nothing of who typed it, where or when."""
    author = one_line(paper.signature.organ if paper.signature else paper.head.mark)[:_TITLE_LIMIT]
    day = paper.issued_on.isoformat() if paper.issued_on else ""
    dates = "".join(_DATE.format(name=name, day=day) for name in ("created", "modified")) if day else ""
    title = characters(one_line(paper.title)[:_TITLE_LIMIT])
    return _CORE.format(title=title, author=characters(author), dates=dates).encode()
