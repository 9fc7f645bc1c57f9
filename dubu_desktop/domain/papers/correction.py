"""更正: what is issued is never changed; a new paper cites the old one and stands in its place."""

from __future__ import annotations

from dataclasses import replace

from dubu_desktop.domain.papers.blocks import Format, Grid, Paper, Paragraph
from dubu_desktop.domain.papers.parts import filled


def correcting(paper: Paper, number: str, title: str) -> Paper:
    """`paper` with the sentence that says which paper it corrects: first in the body, or the first row of a form."""
    named = number + (f"《{title}》" if title else "")
    if paper.format is Format.FORM and paper.body and isinstance(paper.body[0], Grid):
        grid = paper.body[0]
        cited = filled(("更　　正", f"本件更正{named}，以本件为准。"))
        return replace(paper, body=(replace(grid, rows=(cited, *grid.rows)), *paper.body[1:]))
    return replace(paper, body=(Paragraph(f"本件更正{named}，以本件为准。"), *paper.body))
