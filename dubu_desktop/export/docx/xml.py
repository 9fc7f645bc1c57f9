"""Paragraphs and runs as WordprocessingML. Children of pPr and rPr stand in schema order: Word refuses others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml

from dubu_desktop.domain.text import clean_text
from dubu_desktop.export.docx import geometry as g
from dubu_desktop.export.docx.fonts import Face
from dubu_desktop.export.docx.look import Look

# What no XML may hold; the caller has cleaned his text, this is the last gate.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_QUOTES = {'"': "&quot;"}


def w(tag: str, *children: str, **attributes: str | int) -> str:
    """An element of the w namespace with its attributes and children, as it is written into the file.

    Elements are strings: a paper has ten thousand of them, and as objects they cost ten times as much.
    """
    given = "".join([f' w:{name}="{_attribute(value)}"' for name, value in attributes.items()])
    return f"<w:{tag}{given}>{''.join(children)}</w:{tag}>" if children else f"<w:{tag}{given}/>"


def _attribute(value: str | int) -> str:
    return str(value) if isinstance(value, int) else escape(value, _QUOTES)


def characters(text: str) -> str:
    """Text as it stands between tags: characters, never markup."""
    return escape(_ILLEGAL.sub("", text))


def _text(tag: str, text: str) -> str:
    """An element that holds characters; without xml:space Word would drop spaces at the ends."""
    return f'<w:{tag} xml:space="preserve">{characters(text)}</w:{tag}>'


def element(xml: str) -> Any:
    """The element for a part that python-docx holds: styles, headers, footers."""
    name = re.match(r"<[\w:]+", xml)
    assert name is not None
    return parse_xml(f"{name[0]} {nsdecls('w')}{xml[name.end() :]}")


@dataclass(frozen=True, slots=True)
class Ink:
    """How characters look. `scale` narrows them, in percent; `tighten` in 1/20 pt between characters."""

    face: Face = Face.BODY
    size_pt: float = g.BODY_PT
    colour: str = ""
    scale: int = 100
    tighten: int | None = None

    @property
    def spacing(self) -> int:
        """1/20 pt added between characters: the body is tightened so that 28 fit in a line (row 12)."""
        if self.tighten is not None:
            return self.tighten
        return g.TIGHTEN if self.size_pt == g.BODY_PT else 0


BODY = Ink()
HEI = Ink(Face.HEI)
KAI = Ink(Face.KAI)


@lru_cache(maxsize=256)
def run_properties(ink: Ink, look: Look, *more: str) -> str:
    """rPr: the same name for Latin, Han and complex text, so that quotes and digits come from the Chinese face too.

    `more`: what stands behind the sizes.
    """
    name = look.name(ink.face)
    children = [w("rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name, hint="eastAsia")]
    if ink.face is Face.TITLE and look.title_bold:
        children += [w("b"), w("bCs")]
    if ink.colour:
        children.append(w("color", val=ink.colour))
    if ink.spacing:
        children.append(w("spacing", val=ink.spacing))
    if ink.scale != 100:
        children.append(w("w", val=ink.scale))
    half_points = round(ink.size_pt * 2)
    children += [w("sz", val=half_points), w("szCs", val=half_points)]
    return w("rPr", *children, *more)


def run(text: str, ink: Ink, look: Look) -> str:
    """A run of plain text: whatever it holds is characters, never markup."""
    return w("r", run_properties(ink, look), _text("t", text))


def tab_run(ink: Ink, look: Look) -> str:
    """A tabulator."""
    return w("r", run_properties(ink, look), w("tab"))


def field_run(code: str, ink: Ink, look: Look) -> list[str]:
    """A field such as PAGE, as the five runs Word itself writes."""

    def part(inner: str) -> str:
        return w("r", run_properties(ink, look), inner)

    return [
        part(w("fldChar", fldCharType="begin")),
        part(_text("instrText", f" {code} ")),
        part(w("fldChar", fldCharType="separate")),
        part(_text("t", "1")),
        part(w("fldChar", fldCharType="end")),
    ]


@dataclass(frozen=True, slots=True)
class Form:
    """How a paragraph stands. Indents in characters (may be fractions), pitch and spaces in twips.

    A pitch of GRID is the page's own, one of 0 lets the line grow with its content (pictures). `on_grid=False` is for
    large characters in a line of the ordinary pitch: on the grid LibreOffice would give them two lines. `char`: the
    width of one character of this paragraph, in twips; Word reckons its indents by the paragraph's own size.
    """

    align: str = "both"
    pitch: int = g.GRID
    left: float = 0
    right: float = 0
    first: float = 0
    before: int = 0
    keep_next: bool = False
    widow: bool = False
    page_break: bool = False
    on_grid: bool = True
    char: int = g.CHAR
    rule_below: tuple[int, int, str] | None = None
    rule_style: str = "single"
    tabs: tuple[tuple[str, int], ...] = field(default=())

    def but(self, **changes: Any) -> Form:
        """The same with some fields changed."""
        return replace(self, **changes)


INDENTED = Form(first=2)


def _indent(form: Form) -> str:
    """Both units: LibreOffice takes the twips, Word reckons again from the hundredths of a character."""
    attributes: dict[str, int] = {}
    for name, chars in (("left", form.left), ("right", form.right)):
        if chars:
            attributes |= {f"{name}Chars": round(chars * 100), name: round(chars * form.char)}
    if form.first:
        name = "firstLine" if form.first > 0 else "hanging"
        size = abs(form.first)
        attributes |= {f"{name}Chars": round(size * 100), name: round(size * form.char)}
    return w("ind", **attributes) if attributes else ""


def _spacing(form: Form, pitch: int) -> str:
    if pitch:
        return w("spacing", before=form.before, after=0, line=pitch, lineRule="exact")
    return w("spacing", before=form.before, after=0, line=240, lineRule="auto")


@lru_cache(maxsize=512)
def paragraph_properties(form: Form, mark: Ink, look: Look) -> str:
    """pPr in schema order. Whatever is not on the 22-line grid leaves it (documents.md §5.3: LO snaps exact lines)."""
    pitch = look.page.pitch if form.pitch == g.GRID else form.pitch
    children: list[str] = []
    if form.keep_next:
        children.append(w("keepNext"))
    if form.page_break:
        children.append(w("pageBreakBefore"))
    if form.widow:
        children.append(w("widowControl", val=1))
    if form.rule_below is not None:
        size, space, colour = form.rule_below
        children.append(w("pBdr", w("bottom", val=form.rule_style, sz=size, space=space, color=colour)))
    if form.tabs:
        children.append(w("tabs", *(w("tab", val=kind, pos=place) for kind, place in form.tabs)))
    if pitch != look.page.pitch or not form.on_grid:
        children.append(w("snapToGrid", val=0))
    children.append(_spacing(form, pitch))
    children.append(_indent(form))
    children.append(w("jc", val=form.align))
    children.append(run_properties(mark, look))
    return w("pPr", *children)


def paragraph(form: Form, look: Look, *pieces: tuple[str, Ink] | str, mark: Ink = BODY) -> str:
    """A paragraph of (text, ink) pieces or ready runs; `mark` sets the size of an empty line."""
    runs = [run(piece[0], piece[1], look) if isinstance(piece, tuple) else piece for piece in pieces]
    return w("p", paragraph_properties(form, mark, look), *runs)


def blank(look: Look, pitch: int = g.GRID, keep_next: bool = False) -> str:
    """An empty line."""
    return paragraph(Form(pitch=pitch, keep_next=keep_next), look)


def lines_of(text: str) -> Sequence[str]:
    """A text as it may be printed, a line break beginning a new paragraph; never empty."""
    return clean_text(text).split("\n")


def one_line(text: str) -> str:
    """A text as it may be printed where there is only one paragraph."""
    return " ".join(line for line in clean_text(text).split("\n") if line)
