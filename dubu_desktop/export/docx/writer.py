"""A `Paper` put together as a .docx; each part of the page has a module of its own."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

import docx

from dubu_desktop.domain.papers.blocks import Attachment, Format, Paper
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.body import block_parts
from dubu_desktop.export.docx.colophon import colophon_parts
from dubu_desktop.export.docx.forms import form_head
from dubu_desktop.export.docx.head import head_parts, title_paragraphs, title_parts
from dubu_desktop.export.docx.letter import FOOTER_DISTANCE, letter_parts, set_letter_page
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.page import set_normal_style, set_notice, set_page, set_page_numbers
from dubu_desktop.export.docx.photos import Counter
from dubu_desktop.export.docx.signature import attachment_list, note_parts, signature_parts
from dubu_desktop.export.docx.xml import HEI, Form, blank, one_line, paragraph

_TITLE_LIMIT = 250  # characters a file property may hold


def build(paper: Paper, look: Look) -> bytes:
    """The bytes of the .docx."""
    document = docx.Document()
    letter = paper.format is Format.LETTER
    set_normal_style(document, look)
    set_page(document, look)
    numbered = paper.format in (Format.DOCUMENT, Format.PLAIN)
    set_page_numbers(document, look, from_first=numbered, below=g.FOOTER_DISTANCE - FOOTER_DISTANCE if letter else 0)
    set_notice(document, paper.notice, look)
    if letter:
        set_letter_page(document, paper, look)
    _set_properties(document, paper)
    body = document.element.body
    end = body.sectPr
    for old in [child for child in body if child is not end]:
        body.remove(old)
    for part in _parts(paper, look, document):
        end.addprevious(part)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _top(paper: Paper, look: Look) -> list[Any]:
    """Everything above the body, by format."""
    match paper.format:
        case Format.DOCUMENT:
            return [*head_parts(paper.head, look), *title_parts(paper, look)]
        case Format.LETTER:
            return letter_parts(paper, look)
        case Format.FORM:
            return form_head(paper, look)
        case Format.PLAIN:
            return title_parts(paper, look, above=0)


def _parts(paper: Paper, look: Look, document: Any) -> list[Any]:
    counter = Counter()
    parts = _top(paper, look)
    parts += block_parts(paper.body, look, document.part, counter, hold_last=paper.signature is not None)
    parts += attachment_list(paper.attachments, look)
    if paper.signature is not None:
        parts += signature_parts(paper.signature, look)
    parts += note_parts(paper.note, look)
    for place, attachment in enumerate(paper.attachments, start=1):
        number = str(place) if len(paper.attachments) > 1 else ""
        parts += _attachment(attachment, number, look, document, counter)
    if paper.colophon is not None:
        parts += colophon_parts(paper.colophon, look, letter=paper.format is Format.LETTER)
    return parts


def _attachment(attachment: Attachment, number: str, look: Look, document: Any, counter: Counter) -> list[Any]:
    """附件: a new page, its mark on line 1, its title on line 3, a blank line, its content (row 30a)."""
    parts = [
        paragraph(Form(align="left", page_break=True, keep_next=True), look, (f"附件{number}", HEI)),
        blank(look, keep_next=True),
    ]
    # The first line of the title is as high as a line of text, so that it is line 3 of the page.
    form = Form(align="center", keep_next=True, on_grid=False)
    parts += title_paragraphs(one_line(attachment.title), look, form)
    parts.append(blank(look, keep_next=True))
    return parts + block_parts(attachment.blocks, look, document.part, counter)


def _set_properties(document: Any, paper: Paper) -> None:
    """What the file says of itself: the paper's title, organ and date; nothing of who typed it, where or when."""
    properties = document.core_properties
    properties.title = one_line(paper.title)[:_TITLE_LIMIT]
    properties.author = one_line(paper.signature.organ if paper.signature else paper.head.mark)[:_TITLE_LIMIT]
    properties.comments = properties.keywords = properties.last_modified_by = ""
    if paper.issued_on is not None:
        properties.created = properties.modified = datetime.combine(paper.issued_on, time())
