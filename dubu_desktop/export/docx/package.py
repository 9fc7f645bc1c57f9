"""The package of a .docx: the parts that all papers of a format and look share, made once, and the archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache

import docx

from dubu_desktop.domain.papers.blocks import Format
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.letter import FOOTER_DISTANCE, set_letter_page
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.page import set_normal_style, set_notice, set_page, set_page_numbers

#: the earliest moment an archive can bear: the file does not tell when it was made
_MOMENT = (1980, 1, 1, 0, 0, 0)
_LEVEL = 4  # of compression; 9 makes the text a tenth smaller and takes three times as long


@lru_cache(maxsize=8)
def frame(format_: Format, notice: str, look: Look) -> Mapping[str, bytes]:
    """{name: bytes} of a paper without text: styles, settings, margins, page numbers, notice. By python-docx."""
    document = docx.Document()
    letter = format_ is Format.LETTER
    set_normal_style(document, look)
    set_page(document, look)
    numbered = format_ in (Format.DOCUMENT, Format.PLAIN)
    set_page_numbers(document, look, from_first=numbered, below=g.FOOTER_DISTANCE - FOOTER_DISTANCE if letter else 0)
    set_notice(document, notice, look)
    if letter:
        set_letter_page(document, notice, look)
    body = document.element.body
    for old in [child for child in body if child is not body.sectPr]:
        body.remove(old)
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_body(document: bytes, text: str) -> bytes:
    """The document with `text` before the properties of its section, which end every body."""
    head, mark, tail = document.partition(b"<w:sectPr")
    return head + text.encode() + mark + tail


def with_links(relationships: bytes, links: str) -> bytes:
    """The relationships with more of them."""
    end = b"</Relationships>"
    return relationships.replace(end, links.encode() + end)


def zipped(parts: Mapping[str, bytes], pictures: Mapping[str, bytes]) -> bytes:
    """The archive. Pictures are compressed already and go in as they are."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), body, zipfile.ZIP_DEFLATED, _LEVEL)
        for name, body in pictures.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), body, zipfile.ZIP_STORED)
    return stream.getvalue()
