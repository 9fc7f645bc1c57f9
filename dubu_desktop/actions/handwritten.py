"""Texts of a paper that a person wrote instead of the generated ones: what the records do not bear out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dubu_desktop.actions import recorded
from dubu_desktop.actions.paper_data import bulletin_data
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.domain.papers import bulletin_text
from dubu_desktop.domain.papers.figures import Told
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.domain.papers.stale import stale
from dubu_desktop.errors import DubuError

#: the three texts of a 通报
TEXTS = {"lead": "导语", "overall": "总体情况", "requirements": "整改要求"}


def doubts(r: Reader, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences naming the text, the number it says, and what the records say now; none for a signed paper."""
    if row["frozen"]:
        return ()
    written = written_of(row)
    if not written:
        return ()
    try:
        generated = _generated(r, row)
    except DubuError:
        return ()  # its records fit no longer, which is said elsewhere
    found = [(label, one) for label, text in written.items() for one in stale(text, generated)]
    return tuple(f"{label}{one.sentence}" for label, one in found)


def written_of(row: Mapping[str, Any]) -> dict[str, str]:
    """{name of the text: what a person wrote in its place}."""
    if recorded.is_bulletin(row):
        return {label: row[key] for key, label in TEXTS.items() if row[key]}
    options = row["options"] or {}
    texts = [o for o in recorded.kind_of_row(row).options if o.text or o.prose]
    return {o.label: str(options[o.name]) for o in texts if options.get(o.name)}


def _generated(r: Reader, row: Mapping[str, Any]) -> list[Told]:
    if recorded.is_bulletin(row):
        data = bulletin_data(r, row)
        demands = "\n".join(f"{head}{text}" for head, text in bulletin_text.requirements(data))
        return [bulletin_text.lead(data), bulletin_text.overall(data), Told(demands)]
    texts = {o.name for o in recorded.kind_of_row(row).options if o.text or o.prose}
    bare = {name: value for name, value in (row["options"] or {}).items() if name not in texts}
    paper = recorded.paper_now(r, {**row, "options": bare})
    return [Told(text, (figure,)) for text, figure in figures_of(paper)]


def figures_in(r: Reader, row: Mapping[str, Any]) -> int:
    """How many figures of the paper open to their records as it stands now; 0 where it cannot be made."""
    try:
        return sum(1 for _ in figures_of(recorded.paper_now(r, row)))
    except DubuError:
        return 0
