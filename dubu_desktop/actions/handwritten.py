"""What a person should look at before a paper is signed: units told of each other, texts that no record bears out.

A text written by hand follows no record; it is held against what would be generated in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dubu_desktop.actions import recorded
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.paper_data import bulletin_data
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import queries
from dubu_desktop.domain.papers import bulletin_text
from dubu_desktop.domain.papers.figures import Told
from dubu_desktop.domain.papers.kind import mixed, mixed_said
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.domain.papers.stale import stale
from dubu_desktop.errors import DubuError

#: the three texts of a 通报
TEXTS = {"lead": "导语", "overall": "总体情况", "requirements": "整改要求"}


def doubts(r: Reader, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences: which units are told of each other; the text, the number it says, and what the records say now.

    None for a signed paper.
    """
    if row["frozen"]:
        return ()
    try:
        return (*_together(r, row), *_stale(r, row))
    except DubuError:
        return ()  # its records fit no longer, which is said elsewhere


def tell(desk: Desk, record: bytes) -> None:
    """Warn of the doubts of a document inside an action."""
    row = queries.row_of(desk.conn, "document", record)
    if row is not None:
        desk.warnings += doubts(Reader(desk.ws, desk.conn, desk.person), row)


def tell_of_change(desk: Desk, before: Mapping[str, Any]) -> None:
    """The same after a text was written, and how many figures open no more by that."""
    now = queries.row_of(desk.conn, "document", before["uuid"]) or before
    written = written_of(now)
    if written == written_of(before):
        return
    r = Reader(desk.ws, desk.conn, desk.person)
    had, has = figures_in(r, before), figures_in(r, now)
    if written and has < had:
        desk.warnings.append(f"改写以后，能点开的数字由{had}个减到{has}个：改写的文字不随记录更新，清空就恢复自动生成")
    desk.warnings += doubts(r, now)


def _together(r: Reader, row: Mapping[str, Any]) -> tuple[str, ...]:
    kind = recorded.kind_of_row(row)
    if not kind.per_unit or (row["options"] or {}).get("addressee"):
        return ()  # to whom it goes was written by a person
    said = mixed_said(mixed(kind, recorded.told_of(r, row).findings))
    return (said,) if said else ()


def _stale(r: Reader, row: Mapping[str, Any]) -> tuple[str, ...]:
    written = written_of(row)
    if not written:
        return ()
    generated = _generated(r, row)
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
