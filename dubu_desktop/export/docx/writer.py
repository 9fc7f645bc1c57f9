"""A `Paper` put together as a .docx; each part of the page has a module of its own."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

import docx

from dubu_desktop.domain.papers.blocks import Attachment, Paper
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.body import block_parts
from dubu_desktop.export.docx.colophon import colophon_parts
from dubu_desktop.export.docx.fonts import FontProfile
from dubu_desktop.export.docx.head import head_parts, title_paragraphs, title_parts
from dubu_desktop.export.docx.page import set_normal_style, set_notice, set_page, set_page_numbers
from dubu_desktop.export.docx.signature import attachment_list, signature_parts
from dubu_desktop.export.docx.xml import HEI, Form, blank, one_line, paragraph

_TITLE_LIMIT = 250  # characters a file property may hold


def build(paper: Paper, fonts: FontProfile) -> bytes:
    """The bytes of the .docx."""
    document = docx.Document()
    set_normal_style(document, fonts)
    set_page(document)
    set_page_numbers(document, fonts)
    set_notice(document, paper.notice, fonts)
    _set_properties(document, paper)
    body = document.element.body
    end = body.sectPr
    for old in [child for child in body if child is not end]:
        body.remove(old)
    for part in _parts(paper, fonts, document):
        end.addprevious(part)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _parts(paper: Paper, fonts: FontProfile, document: Any) -> list[Any]:
    parts = [*head_parts(paper.head, fonts), *title_parts(paper, fonts)]
    parts += block_parts(paper.body, fonts, document.part, hold_last=paper.signature is not None)
    parts += attachment_list(paper.attachments, fonts)
    if paper.signature is not None:
        parts += signature_parts(paper.signature, fonts)
    for place, attachment in enumerate(paper.attachments, start=1):
        number = str(place) if len(paper.attachments) > 1 else ""
        parts += _attachment(attachment, number, fonts, document)
    if paper.colophon is not None:
        parts += colophon_parts(paper.colophon, fonts)
    return parts


def _attachment(attachment: Attachment, number: str, fonts: FontProfile, document: Any) -> list[Any]:
    """附件: a new page, its mark on line 1, its title on line 3, a blank line, its content (row 30a)."""
    parts = [
        paragraph(Form(align="left", page_break=True, keep_next=True), fonts, (f"附件{number}", HEI)),
        blank(fonts, keep_next=True),
    ]
    # The first line of the title is as high as a line of text, so that it is line 3 of the page.
    form = Form(align="center", pitch=g.PITCH, keep_next=True, on_grid=False)
    parts += title_paragraphs(one_line(attachment.title), fonts, form)
    parts.append(blank(fonts, keep_next=True))
    return parts + block_parts(attachment.blocks, fonts, document.part)


def _set_properties(document: Any, paper: Paper) -> None:
    """What the file says of itself: the paper's title, organ and date; nothing of who typed it, where or when."""
    properties = document.core_properties
    properties.title = one_line(paper.title)[:_TITLE_LIMIT]
    properties.author = one_line(paper.signature.organ if paper.signature else paper.head.mark)[:_TITLE_LIMIT]
    properties.comments = properties.keywords = properties.last_modified_by = ""
    if paper.issued_on is not None:
        properties.created = properties.modified = datetime.combine(paper.issued_on, time())
