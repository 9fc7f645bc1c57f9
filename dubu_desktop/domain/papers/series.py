"""The number a paper takes at 签发, as a label people write and search by: one series per kind and year."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import HeadStyle
from dubu_desktop.domain.papers.wording import paper_number


def number_label(label: str, style: HeadStyle, word: str, year: int, serial: int) -> str:
    """督改〔2026〕3号; for a numbered issue 2026年第3期, with the kind (`label`) in front where there is one.

    第3期 alone comes again every year and in every series of issues: the label must be one paper's.
    """
    return f"{label}{year}年第{serial}期" if style is HeadStyle.ISSUE else paper_number(word, year, serial)
