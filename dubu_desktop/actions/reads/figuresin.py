"""Numbers that open: the figures of a document, the rule each was counted by (口径), and the records behind it.

The ids are those of the day it was signed, kept with the paper; the records are shown as they stand now, a finding
beside what it was then. A record that was purged, or that this machine does not hold, is said to be behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions import papers
from dubu_desktop.actions.reads.parts import day_of, first_line
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.actions.reads.say import Say
from dubu_desktop.db import queries
from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.domain.papers.figures import Figure
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.domain.text import spoken_date
from dubu_desktop.errors import DubuError

#: characters of its sentence shown on each side of a figure
AROUND = 14


@dataclass(frozen=True, slots=True)
class FigureIn:
    """One figure of a paper: as printed, with the words around it, its 口径, and how many records of which kind."""

    place: int
    text: str
    before: str
    after: str
    basis: str
    kind: str
    kind_label: str
    count: int

    @property
    def sentence(self) -> str:
        """The figure within its words."""
        return f"{self.before}{self.text}{self.after}"


@dataclass(frozen=True, slots=True)
class Behind:
    """A record behind a figure. `then`: its status at 签发, where it was another; `here`: whether it can be opened."""

    id: str
    kind: str
    title: str
    sub: str
    now: str
    then: str
    here: bool


def figures(r: Reader, document: str | bytes) -> list[FigureIn]:
    """Every figure of a document in reading order. D-306."""
    return told_of(papers.paper_of(r, document))


def told_of(paper: Paper) -> list[FigureIn]:
    """The same of a paper that is at hand."""
    return [_figure(place, text, found) for place, (text, found) in enumerate(figures_of(paper))]


def _found(r: Reader, document: str | bytes) -> list[tuple[str, Figure]]:
    return list(figures_of(papers.paper_of(r, document)))


def _figure(place: int, text: str, found: Figure) -> FigureIn:
    end = found.at + len(found.text)
    kind = BY_NAME[found.kind]
    return FigureIn(
        place=place,
        text=found.text,
        before=("…" if found.at > AROUND else "") + text[max(0, found.at - AROUND) : found.at],
        after=text[end : end + AROUND] + ("…" if len(text) > end + AROUND else ""),
        basis=found.basis,
        kind=found.kind,
        kind_label=kind.label,
        count=len(found.rows),
    )


def behind(r: Reader, document: str | bytes, place: int) -> list[Behind]:
    """The records behind the figure at `place`, in the order they were counted. D-306 for none such."""
    found = _found(r, document)
    if not 0 <= place < len(found):
        raise DubuError("D-306", what=f"第{place + 1}个数字")
    return rows_of(r, found[place][1], document)


def rows_of(r: Reader, figure: Figure, document: str | bytes = "") -> list[Behind]:
    """The records behind a figure that is at hand; of no document where the paper was made straight from records."""
    row = (queries.row_of(r.conn, "document", raw(document)) if document else None) or {}
    states = (row.get("frozen") or {}).get("states", {})
    rows = {one["uuid"]: one for one in queries.rows_of(r.conn, figure.kind, figure.rows)}
    say = Say(r)
    return [_behind(r, say, figure.kind, record, rows.get(record), states) for record in figure.rows]


def _behind(
    r: Reader, say: Say, kind: str, record: bytes, row: Mapping[str, Any] | None, states: Mapping[str, str]
) -> Behind:
    if row is None:
        return Behind(record.hex(), kind, "这条记录不在本机", "已清除，或不在本机的范围内", "", "", False)
    life = BY_NAME[kind].lifecycle
    was = states.get(record.hex(), "")
    then = life.status_label(was) if was and was != row["status"] else ""
    title, sub = _words(r, say, kind, row)
    return Behind(record.hex(), kind, title, sub, life.status_label(row["status"]), then, True)


def _words(r: Reader, say: Say, kind: str, row: Mapping[str, Any]) -> tuple[str, str]:
    """What a person calls the record, and the line below it."""
    if kind == "finding":
        return first_line(row["facts"]), " · ".join(part for part in (row["number"], row["place"]) if part)
    if kind == "visit":
        units = "、".join(r.names("unit", row["units"]).values())
        return f"{_day(r, row['started_at'])} {_label(kind, 'visit_kind', row)}".strip(), units or row["place"] or ""
    if kind == "urge":
        return f"{_day(r, row['urged_at'])} {_label(kind, 'channel', row)}".strip(), first_line(row["text"])
    return say.name(kind, row["uuid"]), ""


def _day(r: Reader, text: str | None) -> str:
    day = day_of(text)
    return spoken_date(day, r.today) if day else ""


def _label(kind: str, name: str, row: Mapping[str, Any]) -> str:
    choices = BY_NAME[kind].by_name[name].choices
    value = row[name]
    return next((member.label for member in choices or () if member.value == value), value or "")
