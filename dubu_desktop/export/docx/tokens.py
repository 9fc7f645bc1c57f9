"""Numbers in cells (WT-2026-03-0001) that are not broken at their hyphens, in any word processor.

A kind gives a number a line of its own; here it is made to fit into it, narrowed where the cell is too narrow. So its
hyphens stay plain characters, which a search in the file finds and a copy brings along. w:noBreakHyphen would be found
by no search for a hyphen, and LibreOffice 7.4 cuts a number with it in the midst of its digits where no blank stands
before it in the line, which in Chinese is the rule.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dubu_desktop.export.docx.xml import Ink

#: twips inside a cell, left and right
MARGIN = 60
_TOKEN = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)+")
#: em; in 仿宋 each is half a Han character wide, in a face that stands in for it capitals are wider
_WIDE, _CAPITAL, _FIGURE, _HYPHEN = 0.95, 0.72, 0.52, 0.4
#: percent: a number is narrowed to no less, or nobody could read it
_NARROWEST = 55


def fitted(line: str, ink: Ink, width: int) -> Ink:
    """The ink of a line of a cell of `width` twips: narrowed for a number that would not fit, else as it is."""
    if not _TOKEN.fullmatch(line):
        return ink
    room = width - 2 * MARGIN
    scale = int(100 * room / (sum(map(_em, line)) * ink.size_pt * 20))
    return replace(ink, scale=scale) if _NARROWEST <= scale < 100 else ink


def _em(char: str) -> float:
    if char in "WM":
        return _WIDE
    return _HYPHEN if char == "-" else _CAPITAL if char.isupper() else _FIGURE
