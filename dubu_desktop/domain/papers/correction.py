"""更正: what is issued is never changed; a new paper cites the old one and stands in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dubu_desktop.domain.papers.blocks import Format, Grid, Paper, Paragraph
from dubu_desktop.domain.papers.parts import filled
from dubu_desktop.domain.papers.wording import paper_date


def cited(number: str, title: str, day: date | None) -> str:
    """How a correction names the old paper: number and title; without a number of its own by its day and title."""
    quoted = f"《{title}》" if title else ""
    if number:
        return number + quoted
    return (f"{paper_date(day)}签发的" if day else "此前签发的") + quoted


def correcting(paper: Paper, named: str) -> Paper:
    """`paper` with the sentence that says which paper it corrects: first in the body, or the first row of a form."""
    if paper.format is Format.FORM and paper.body and isinstance(paper.body[0], Grid):
        grid = paper.body[0]
        row = filled(("更　　正", f"本件更正{named}，以本件为准。"))
        return replace(paper, body=(replace(grid, rows=(row, *grid.rows)), *paper.body[1:]))
    return replace(paper, body=(Paragraph(f"本件更正{named}，以本件为准。"), *paper.body))
