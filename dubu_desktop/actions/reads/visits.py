"""Visits: how, when, where, who, and how many findings came of them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dubu_desktop.actions.reads import conflicts, sent
from dubu_desktop.actions.reads.conflicts import ConflictView
from dubu_desktop.actions.reads.fieldviews import is_creator, views
from dubu_desktop.actions.reads.findings import counted, week_start
from dubu_desktop.actions.reads.lists import ListFilter, document_ids
from dubu_desktop.actions.reads.notes import NoteRow, of_record
from dubu_desktop.actions.reads.offers import offer, offers
from dubu_desktop.actions.reads.parts import ACCENT, NEUTRAL, OK, Available, Chip, FieldView, Named, say_day, say_moment
from dubu_desktop.actions.reads.reader import Reader, raw, raw_or_none
from dubu_desktop.actions.reads.say import Say, label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, queries
from dubu_desktop.domain.records import VISIT
from dubu_desktop.errors import DubuError

RUNNING, PLANNED, ENDED = "running", "planned", "ended"
MONTH, LEADER = "month", "leader"


#: since when a filter's visits were begun; the figures of 工作台 count the same (gauges.py)
_SINCE: dict[str, Callable[[date], date]] = {
    "week": week_start,
    LEADER: week_start,
    MONTH: lambda today: today.replace(day=1),
}


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One line of the list of visits. `state`: planned, running, ended."""

    rowid: int
    id: str
    kind: str
    kind_label: str
    place: str
    units: tuple[str, ...]
    group: str
    started: str
    started_at: str
    ended_at: str
    members: tuple[str, ...]
    leader_present: bool
    half_days: int
    findings: int
    state: str
    chips: tuple[Chip, ...]
    sent: str

    @property
    def title(self) -> str:
        """What people call it: the place or the units."""
        return self.place or "、".join(self.units) or self.kind_label

    @property
    def sub(self) -> str:
        """The second line: kind · group · when · findings."""
        found = f"问题{self.findings}条" if self.findings else ""
        return " · ".join(part for part in (self.kind_label, self.group, self.started, found) if part)


@dataclass(frozen=True, slots=True)
class VisitDetail:
    """One visit whole; `findings` are row ids."""

    row: VisitRow
    fields: tuple[FieldView, ...]
    units: tuple[Named, ...]
    task: Named | None
    findings: array[int]
    notes: tuple[NoteRow, ...]
    actions: tuple[Available, ...]
    conflicts: tuple[ConflictView, ...]


def state_of(row: dict[str, Any]) -> str:
    """planned, running or ended."""
    return PLANNED if not row["started_at"] else ENDED if row["ended_at"] else RUNNING


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "new") -> array[int]:
    """Row ids, the newest first. Keys: running, week, month, leader (this week, the leader present), planned, all."""
    equal: dict[str, Any] = {n: raw_or_none(v) for n, v in (("group", filter.group), ("task", filter.task)) if v}
    if filter.key == RUNNING:
        equal["ended_at"] = None
    if filter.key == PLANNED:
        equal["started_at"] = None
    found = document_ids(r, "visit", filter.text, ["-started_at", "-planned_for", "-created_ms"], equal=equal)
    if filter.key == RUNNING or filter.key in _SINCE:
        fits = _fits(filter.key, r.today)
        return array("q", (row["id"] for row in _each(r, found) if fits(row)))
    if filter.unit:
        unit = raw(filter.unit)
        return array("q", (row["id"] for row in _each(r, found) if unit in row["units"]))
    return found


def _fits(key: str, today: date) -> Callable[[dict[str, Any]], bool]:
    """Whether a visit belongs under a key."""
    if key not in _SINCE:
        return lambda row: state_of(row) == key
    begin, until = _SINCE[key](today).isoformat(), (today + timedelta(days=1)).isoformat()
    leader = key == LEADER
    return lambda row: begin <= (row["started_at"] or "") < until and bool(row["leader_present"] or not leader)


def _each(r: Reader, found: array[int]) -> Iterator[dict[str, Any]]:
    """The visits, a page of them in memory."""
    for at in range(0, len(found), listing.PAGE):
        yield from listing.kind_rows(r.conn, "visit", found[at : at + listing.PAGE])


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}, in one walk through all of them."""
    every = ids(r)
    tests = {key: _fits(key, r.today) for key in (RUNNING, *_SINCE, PLANNED)}
    out = dict.fromkeys(tests, 0)
    for row in _each(r, every):
        for key, fits in tests.items():
            out[key] += fits(row)
    return out | {"all": len(every)}


def rows(r: Reader, ids: Sequence[int]) -> list[VisitRow]:
    """At most 200 visits."""
    found = listing.kind_rows(r.conn, "visit", ids)
    units = r.names("unit", [u for row in found for u in row["units"]])
    made = figures.findings_by(r.conn, "visit", [row["uuid"] for row in found], counted(r))
    told = sent.words(r, [row["uuid"] for row in found])
    return [_row(r, row, units, made, told) for row in found]


def running(r: Reader) -> VisitRow | None:
    """The visit of this side that has begun and not ended, None when there is none."""
    from dubu_desktop.actions import rules

    found = rules.running_visit(r.conn, r.side)
    return rows(r, [found["id"]])[0] if found else None


def _row(
    r: Reader, row: dict[str, Any], units: dict[bytes, str], made: dict[bytes, int], told: dict[bytes, str]
) -> VisitRow:
    state = state_of(row)
    chip = {RUNNING: Chip("进行中", OK), PLANNED: Chip("计划", ACCENT)}.get(state)
    days = row["half_days"] or 0
    return VisitRow(
        rowid=row["id"],
        id=row["uuid"].hex(),
        kind=row["visit_kind"] or "",
        kind_label=label_of(VISIT.by_name["visit_kind"], row["visit_kind"]) if row["visit_kind"] else "",
        place=row["place"] or "",
        units=tuple(units.get(u, "") for u in row["units"]),
        group=r.group_name(row["group"]),
        started=say_moment(row["started_at"], r.today) if row["started_at"] else say_day(row["planned_for"], r.today),
        started_at=row["started_at"] or "",
        ended_at=row["ended_at"] or "",
        members=tuple(row["members"]),
        leader_present=bool(row["leader_present"]),
        half_days=days,
        findings=made.get(row["uuid"], 0),
        state=state,
        chips=(chip,) if chip else (Chip(f"{days}个半天", NEUTRAL),) if days else (),
        sent=told.get(row["uuid"], ""),
    )


def detail(r: Reader, visit: str | bytes | int) -> VisitDetail:
    """One visit by id or row id. D-306."""
    record = listing.uuid_of(r.conn, visit) if isinstance(visit, int) else raw(visit)
    row = queries.row_of(r.conn, "visit", record) if record else None
    if row is None or record is None:
        raise DubuError("D-306", what=f"督导活动 {visit if isinstance(visit, int) else raw(visit).hex()}")
    say = Say(r)
    say.know("unit", row["units"])
    actions = list(offers(r, VISIT, row))
    if state_of(row) == RUNNING and is_creator(r, record):
        stop = offer(r, "stop_visit", row, "visit")
        if stop is not None:
            actions.insert(0, Available(stop.verb, stop.label, stop.params, True))
    return VisitDetail(
        row=rows(r, [row["id"]])[0],
        fields=views(r, say, VISIT, row),
        units=tuple(Named(u.hex(), say.name("unit", u)) for u in row["units"]),
        task=Named(row["task"].hex(), say.name("task", row["task"])) if row["task"] else None,
        findings=listing.line_ids(r.conn, listing.LineWhere(statuses=counted(r), visit=record)),
        notes=of_record(r, record),
        actions=tuple(actions),
        conflicts=conflicts.of(r, record),
    )
