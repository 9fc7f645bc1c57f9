"""The page: margins, grid, the face of the whole document, page numbers and the notice (documents.md rows 2-12, 35)."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Twips

from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.docx.xml import Form, Ink, element, field_run, one_line, paragraph, run_properties, w

_NUMBER = Ink(Face.SONG, g.SMALL_PT)
_NOTICE = Ink(Face.HEI, g.SMALL_PT)
_LANGUAGE = "zh-CN"


def set_normal_style(document: Document, look: Look) -> None:
    """三号仿宋 for everything, no widow control (or pages lose their 22nd line), marks pressed together."""
    style = document.styles["Normal"].element
    for old in style.findall(qn("w:pPr")) + style.findall(qn("w:rPr")):
        style.remove(old)
    properties = w(
        "pPr",
        w("widowControl", val=0),
        w("overflowPunct", val=1),
        w("autoSpaceDE", val=0),
        w("autoSpaceDN", val=0),
        w("spacing", before=0, after=0, line=look.page.pitch, lineRule="exact"),
        w("jc", val="both"),
    )
    style.append(element(properties))
    style.append(element(run_properties(Ink(tighten=0), look, w("lang", val="en-US", eastAsia=_LANGUAGE))))
    settings = document.settings.element
    # The blank file of python-docx asks for a preview picture, in a place where Word wants none.
    for name in ("w:characterSpacingControl", "w:savePreviewPicture"):
        for old in settings.findall(qn(name)):
            settings.remove(old)
    # The blank file of python-docx speaks Japanese: faces that hold both would draw Japanese forms.
    for theme in settings.findall(qn("w:themeFontLang")):
        theme.set(qn("w:eastAsia"), _LANGUAGE)
    compress = w("characterSpacingControl", val="compressPunctuation")
    compat = settings.find(qn("w:compat"))
    settings.insert(len(settings) if compat is None else settings.index(compat), element(compress))


def set_page(document: Document, look: Look) -> None:
    """A4, 37/35/28/26 mm, 22 lines to the page."""
    section = document.sections[0]
    section.page_width, section.page_height = Twips(g.PAGE_WIDTH), Twips(g.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Twips(look.page.top), Twips(look.page.bottom)
    section.left_margin, section.right_margin = Twips(g.LEFT), Twips(g.RIGHT)
    section.header_distance, section.footer_distance = Twips(g.HEADER_DISTANCE), Twips(g.FOOTER_DISTANCE)
    section.gutter = Twips(0)
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(element(w("docGrid", type="lines", linePitch=look.page.pitch)))


def fill(container: Any, *content: str) -> None:
    """Put `content` into a header or footer in place of what it holds."""
    container.is_linked_to_previous = False
    root = container._element
    for old in list(root):
        root.remove(old)
    for part in content:
        root.append(element(part))


def set_page_numbers(document: Document, look: Look, *, from_first: bool = True, below: int = 0) -> None:
    """— 1 — in 四号宋体: odd pages right, even pages left, one character in; page 1 bears none unless `from_first`.

    `below`: twips of white under the number, where the footer begins lower than the number stands.
    """
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    if not from_first:
        section.different_first_page_header_footer = True
        fill(section.first_page_footer, paragraph(Form(pitch=g.SMALL_CHAR), look, mark=_NUMBER))
    forms = (
        (section.footer, Form(align="right", pitch=g.SMALL_CHAR, right=1, char=g.SMALL_CHAR)),
        (section.even_page_footer, Form(align="left", pitch=g.SMALL_CHAR, left=1, char=g.SMALL_CHAR)),
    )
    for container, form in forms:
        number = field_run("PAGE", _NUMBER, look)
        line = paragraph(form, look, ("— ", _NUMBER), *number, (" —", _NUMBER), mark=_NUMBER)
        fill(container, line, *([paragraph(Form(pitch=below), look, mark=Ink(size_pt=1))] if below else []))


def set_notice(document: Document, notice: str, look: Look) -> None:
    """The notice at the top right of every page, e.g. 仅报领导小组办公室 on what a group prints (contracts.md §3)."""
    if not notice:
        return
    section = document.sections[0]
    containers = [section.header, section.even_page_header]
    if section.different_first_page_header_footer:
        containers.append(section.first_page_header)
    for container in containers:
        fill(container, notice_line(notice, look))


def notice_line(notice: str, look: Look, pitch: int = g.COLOPHON_PITCH) -> Any:
    """The notice as a line of the header."""
    return paragraph(Form(align="right", pitch=pitch), look, (one_line(notice), _NOTICE), mark=_NOTICE)
