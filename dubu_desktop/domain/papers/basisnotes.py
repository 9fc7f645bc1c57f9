"""The 口径 of a paper's figures as its last attachment: whoever reads the paper can say how each number was counted."""

from __future__ import annotations

from dataclasses import replace

from dubu_desktop.domain.papers.blocks import Align, Attachment, Column, Paper, Table
from dubu_desktop.domain.papers.figures import Figure
from dubu_desktop.domain.papers.parts import figures_of

TITLE = "数字口径说明"
#: characters of its sentence printed before and behind a figure
_BEFORE, _AFTER = 12, 8


def with_notes(paper: Paper) -> Paper:
    """`paper` with the table of its figures; a paper without figures has none."""
    found = list(figures_of(paper))
    if not found:
        return paper
    columns = (
        Column("序号", 11, Align.CENTRE),
        Column("数字", 17, Align.CENTRE),
        Column("所在语句", 56),
        Column("口径", 54),
        Column("记录数", 18, Align.CENTRE),
    )
    rows = tuple(
        (str(place), figure.text, _around(text, figure), figure.basis, str(len(figure.rows)))
        for place, (text, figure) in enumerate(found, start=1)
    )
    return replace(paper, attachments=(*paper.attachments, Attachment(TITLE, (Table(columns, rows),))))


def _around(text: str, figure: Figure) -> str:
    end = figure.at + len(figure.text)
    before = ("…" if figure.at > _BEFORE else "") + text[max(0, figure.at - _BEFORE) : figure.at]
    return before + text[figure.at : end + _AFTER] + ("…" if len(text) > end + _AFTER else "")
