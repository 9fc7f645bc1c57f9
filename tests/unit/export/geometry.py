"""Reads a rendered PDF as millimetres: characters in lines, and rules. Measured from the top left corner."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

MM = 25.4 / 72
#: of the square of a full-width character, what other characters of it fill from edge to edge with ink
_SQUARE = 0.93


@dataclass(frozen=True, slots=True)
class Char:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    base: float
    size_pt: float
    font: str
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Line:
    chars: tuple[Char, ...]

    @property
    def text(self) -> str:
        return "".join(char.text for char in self.chars)

    @property
    def left(self) -> float:
        return min(char.left for char in self.chars)

    @property
    def right(self) -> float:
        return max(char.right for char in self.chars)

    @property
    def begin(self) -> float:
        """Where the square of the first character begins: of a full-width bracket only the half towards it is ink."""
        first = min(self.chars, key=lambda char: char.left)
        return min(first.left, first.right - _SQUARE * first.size_pt * MM) if first.text == "（" else first.left

    @property
    def end(self) -> float:
        """Where the square of the last character ends."""
        last = max(self.chars, key=lambda char: char.right)
        return max(last.right, last.left + _SQUARE * last.size_pt * MM) if last.text == "）" else last.right

    @property
    def top(self) -> float:
        return min(char.top for char in self.chars)

    @property
    def bottom(self) -> float:
        return max(char.bottom for char in self.chars)

    @property
    def base(self) -> float:
        return self.chars[0].base

    @property
    def size_pt(self) -> float:
        return self.chars[0].size_pt


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal stroke or a thin filled bar: its ends, its middle, its thickness."""

    left: float
    right: float
    middle: float
    thickness: float
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A stroked frame: the middles of its edges."""

    left: float
    right: float
    top: float
    bottom: float
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Page:
    width: float
    height: float
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]
    boxes: tuple[Box, ...] = ()

    def find(self, text: str) -> Line:
        """The first line that holds `text`; blanks do not count."""
        for line in self.lines:
            if text in line.text:
                return line
        raise AssertionError(f"no line with {text!r}: {[line.text for line in self.lines]}")


def pages(pdf: bytes) -> list[Page]:
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        found.append(Page(page.get_width() * MM, page.get_height() * MM, _lines(page), _rules(page), _boxes(page)))
        page.close()
    document.close()
    return found


def _colour(read: object, *target: object) -> tuple[int, int, int]:
    parts = [ctypes.c_uint() for _ in range(4)]
    assert read(*target, *(ctypes.byref(part) for part in parts))  # type: ignore[operator]
    return parts[0].value, parts[1].value, parts[2].value


def _char(text_page: object, index: int, height: float) -> Char | None:
    code = pdfium.FPDFText_GetUnicode(text_page, index)
    if pdfium.FPDFText_IsGenerated(text_page, index) or not code or chr(code).isspace():
        return None
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    assert pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    x, base = ctypes.c_double(), ctypes.c_double()
    assert pdfium.FPDFText_GetCharOrigin(text_page, index, x, base)
    buffer = ctypes.create_string_buffer(200)
    pdfium.FPDFText_GetFontInfo(text_page, index, buffer, 200, None)
    return Char(
        chr(code),
        left.value * MM,
        right.value * MM,
        (height - top.value) * MM,
        (height - bottom.value) * MM,
        (height - base.value) * MM,
        pdfium.FPDFText_GetFontSize(text_page, index),
        buffer.value.decode(),
        _colour(pdfium.FPDFText_GetFillColor, text_page, index),
    )


def _lines(page: pypdfium2.PdfPage) -> tuple[Line, ...]:
    text_page = page.get_textpage()
    height = page.get_height()
    chars = [_char(text_page.raw, index, height) for index in range(text_page.count_chars())]
    rows: dict[int, list[Char]] = {}
    for char in chars:
        if char is not None:
            key = next((row for row in rows if abs(row - char.base * 100) < 60), round(char.base * 100))
            rows.setdefault(key, []).append(char)
    text_page.close()
    return tuple(Line(tuple(sorted(rows[key], key=lambda char: char.left))) for key in sorted(rows))


def _rules(page: pypdfium2.PdfPage) -> tuple[Rule, ...]:
    height = page.get_height()
    found = []
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = item.get_bounds()
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(item.raw, fill, stroke)
        if right - left < 100 or top - bottom > 6:
            continue
        width = ctypes.c_float()
        pdfium.FPDFPageObj_GetStrokeWidth(item.raw, width)
        thickness = width.value if stroke.value else top - bottom
        read = pdfium.FPDFPageObj_GetStrokeColor if stroke.value else pdfium.FPDFPageObj_GetFillColor
        middle = (height - (top + bottom) / 2) * MM
        found.append(Rule(left * MM, right * MM, middle, thickness * MM, _colour(read, item.raw)))
    return tuple(sorted(found, key=lambda rule: rule.middle))


def _boxes(page: pypdfium2.PdfPage) -> tuple[Box, ...]:
    height = page.get_height()
    found = []
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = item.get_bounds()
        fill, stroke, width = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
        pdfium.FPDFPath_GetDrawMode(item.raw, fill, stroke)
        if stroke.value and right - left > 20 and top - bottom > 20:
            pdfium.FPDFPageObj_GetStrokeWidth(item.raw, width)
            half = width.value / 2
            edges = (left + half, right - half, height - top + half, height - bottom - half)
            found.append(Box(*(edge * MM for edge in edges), _colour(pdfium.FPDFPageObj_GetStrokeColor, item.raw)))
    return tuple(found)
