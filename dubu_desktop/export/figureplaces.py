"""Where the figures of a paper stand on the pages LibreOffice made of it, so that they can be opened there too.

The PDF knows letters and their places, not paragraphs. Each figure is looked for by the text around it, in reading
order: first with the whole of its text, then with fewer letters on each side and on one alone, since the foot of a page
(and what floats on it) stands between the lines of a paragraph that goes on.
One that is not found has no place; it still opens from the list of figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.domain.papers.figures import Figure, Spot
from dubu_desktop.domain.papers.parts import figures_around
from dubu_desktop.export.render import PDFIUM

#: letters on each side that a figure is looked for with, after its whole text
_AROUND = (24, 10, 4)


@dataclass(frozen=True, slots=True)
class _Letter:
    """One printed character and where it stands, as shares of the page."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


def find_spots(pdf: bytes, paper: Paper) -> list[Spot]:
    """The places of the figures of `paper` in `pdf`, its pages; those that are found."""
    wanted = list(figures_around(paper))
    if not wanted:
        return []
    text, letters = _letters(pdf)
    found: list[Spot] = []
    cursor = 0
    for place, (before, around, figure) in enumerate(wanted):
        at = _at(text, cursor, before, around, figure)
        if at is not None:
            cursor = at
            found += _spots(place, letters[at : at + len(_bare(figure.text))])
    return found


def _bare(text: str) -> str:
    return "".join(text.split())


def _at(text: str, cursor: int, lead: str, around: str, figure: Figure) -> int | None:
    """Where the figure begins in the letters of the PDF, not before `cursor`."""
    ahead = _bare(lead + around[: figure.at])
    inner = _bare(figure.text)
    behind = _bare(around[figure.at + len(figure.text) :])
    ways = [(len(ahead), len(behind)), *((wide, wide) for wide in _AROUND)]
    ways += [way for wide in _AROUND for way in ((0, wide), (wide, 0))]  # a page may end right beside it
    for before_it, behind_it in ways:
        front = ahead[max(0, len(ahead) - before_it) :]
        # what was found last may stand within the same text, so the text may begin before the cursor
        at = text.find(front + inner + behind[:behind_it], max(0, cursor - len(front)))
        if at >= 0:
            return at + len(front)
    return None


def _letters(pdf: bytes) -> tuple[str, list[_Letter]]:
    """Every printed character but white, and its place, in the order of the PDF."""
    import pypdfium2

    text: list[str] = []
    letters: list[_Letter] = []
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            for number in range(len(document)):
                page = document[number]
                for char, letter in _of_page(page, number):
                    text.append(char)
                    letters.append(letter)
                page.close()
        finally:
            document.close()
    return "".join(text), letters


def _of_page(page: Any, number: int) -> Iterator[tuple[str, _Letter]]:
    from pypdfium2 import raw

    width, height = page.get_size()
    told = page.get_textpage()
    for index in range(told.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(told, index))
        if char.isspace() or not char.isprintable():
            continue
        left, bottom, right, top = told.get_charbox(index, loose=True)
        yield char, _Letter(number, left / width, 1 - top / height, right / width, 1 - bottom / height)
    told.close()


def _spots(place: int, letters: Sequence[_Letter]) -> Iterator[Spot]:
    """One spot for each line the letters stand on."""
    runs: list[list[_Letter]] = [list(letters[:1])]
    for one, after in pairwise(letters):
        if after.page == one.page and after.left >= one.left and after.top < one.bottom:
            runs[-1].append(after)
        else:
            runs.append([after])
    for run in runs:
        left, top = min(one.left for one in run), min(one.top for one in run)
        right, bottom = max(one.right for one in run), max(one.bottom for one in run)
        yield Spot(place, run[0].page, left, top, right - left, bottom - top)
