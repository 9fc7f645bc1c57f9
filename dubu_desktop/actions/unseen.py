"""Where nobody went: areas without a visit or finding in a stretch of days, tasks that ran then without a visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dubu_desktop.actions.reads.parts import day_of
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import TaskStatus
from dubu_desktop.domain.papers.told import Unseen
from dubu_desktop.domain.records.people import UnitKind

#: statuses of tasks that wait for a visit
_RUNNING = (TaskStatus.ISSUED, TaskStatus.ACCEPTED, TaskStatus.UNDERWAY)


def areas(r: Reader, period: tuple[date, date] | None) -> tuple[Unseen, ...]:
    """镇街 to which no visit led in these days and where nothing was found; units below count for their 镇街.

    A group knows its own visits alone and is told nothing: others may have been there.
    """
    if period is None or not r.office:
        return ()
    units = {u["uuid"]: u for u in queries.all_rows(r.conn, "unit")}
    been: set[bytes] = set()
    for visit in _visits(r, period):
        been |= _with_superiors(visit["units"], units)
    for finding in queries.all_rows(r.conn, "finding"):
        if finding["status"] != "draft" and _within(finding["found_at"], period):
            been |= _with_superiors((finding["unit"], finding["territory_unit"]), units)
    towns = [u for u in units.values() if u["unit_kind"] == UnitKind.TOWN and not u["pending"]]
    return tuple(Unseen(u["uuid"], u["name"] or "") for u in towns if u["uuid"] not in been)


def tasks(r: Reader, period: tuple[date, date] | None) -> tuple[Unseen, ...]:
    """Tasks handed over by the end of these days and still running, for which no visit was made in them."""
    if period is None:
        return ()
    seen = {visit["task"] for visit in _visits(r, period)}
    seen |= {f["task"] for f in queries.all_rows(r.conn, "finding") if _within(f["found_at"], period)}
    rows = [t for t in queries.all_rows(r.conn, "task") if t["status"] in _RUNNING and t["uuid"] not in seen]
    named = [(t, day_of(t["issued_on"])) for t in rows]
    return tuple(Unseen(t["uuid"], t["title"] or "") for t, day in named if day is not None and day <= period[1])


def _visits(r: Reader, period: tuple[date, date]) -> list[dict[str, Any]]:
    return [v for v in queries.all_rows(r.conn, "visit") if _within(v["started_at"], period)]


def _within(moment: str | None, period: tuple[date, date]) -> bool:
    day = day_of(moment)
    return day is not None and period[0] <= day <= period[1]


def _with_superiors(named: Iterable[bytes | None], units: Mapping[bytes, Mapping[str, Any]]) -> set[bytes]:
    """Units and all above them."""
    found: set[bytes] = set()
    for one in named:
        while one and one not in found:
            found.add(one)
            one = units[one]["parent"] if one in units else None
    return found
