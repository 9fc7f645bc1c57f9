"""Units: the list, found by name, pinyin and initials, with how much is open at each."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.reads import conflicts
from dubu_desktop.actions.reads.conflicts import ConflictView
from dubu_desktop.actions.reads.fieldviews import views
from dubu_desktop.actions.reads.findings import counted, counting
from dubu_desktop.actions.reads.lists import ListFilter, named_ids
from dubu_desktop.actions.reads.offers import offer
from dubu_desktop.actions.reads.parts import NEUTRAL, WARN, Available, Chip, FieldView, Named
from dubu_desktop.actions.reads.reader import Reader, raw, raw_or_none
from dubu_desktop.actions.reads.say import Say, label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, queries
from dubu_desktop.domain.records import UNIT
from dubu_desktop.domain.records.people import UnitSide
from dubu_desktop.errors import DubuError


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the list of units. `findings`, `open`: findings that name it, those of them still open."""

    rowid: int
    id: str
    name: str
    short_name: str
    kind: str
    side: str
    parent: str
    aliases: tuple[str, ...]
    contact: str
    pending: bool
    group: str
    findings: int
    open: int
    chips: tuple[Chip, ...]

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name

    @property
    def sub(self) -> str:
        """The second line: kind · side · above."""
        return " · ".join(part for part in (self.kind, self.side, self.parent) if part)


@dataclass(frozen=True, slots=True)
class UnitDetail:
    """One unit whole. `findings`: row ids of the findings that name it, newest first."""

    row: UnitRow
    fields: tuple[FieldView, ...]
    children: int
    merged_into: Named | None
    findings: array[int]
    actions: tuple[Available, ...]
    conflicts: tuple[ConflictView, ...]


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "name") -> array[int]:
    """Row ids. Keys: all, industry, territory, pending, top (with nothing above). `unit`: those right below it.

    sort: name, new.
    """
    equal: dict[str, Any] = {}
    if filter.unit or filter.key == "top":
        equal["parent"] = raw_or_none(filter.unit)
    if filter.key in (UnitSide.INDUSTRY, UnitSide.TERRITORY):
        equal["side"] = filter.key
    if filter.key == "pending":
        equal["pending"] = 1
    order = {"name": ["name"], "new": ["-created_ms"]}[sort]
    return named_ids(r, "unit", filter.text, order, equal=equal)


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    sides = figures.by_value(r.conn, "unit", "side")
    return {
        "all": sum(sides.values()),
        "industry": sides.get(UnitSide.INDUSTRY, 0),
        "territory": sides.get(UnitSide.TERRITORY, 0),
        "pending": figures.count_where(r.conn, "unit", pending=1),
    }


def rows(r: Reader, ids: Sequence[int]) -> list[UnitRow]:
    """At most 200 units."""
    found = listing.kind_rows(r.conn, "unit", ids)
    above = r.names("unit", [row["parent"] for row in found])
    made = figures.unit_findings(r.conn, [row["uuid"] for row in found], counted(r), counting(r))
    return [_row(r, row, above, made.get(row["uuid"], (0, 0))) for row in found]


def _row(r: Reader, row: dict[str, Any], above: dict[bytes, str], made: tuple[int, int]) -> UnitRow:
    chips = [Chip("待认", WARN)] if row["pending"] else []
    if made[1]:
        chips.append(Chip(f"未销号{made[1]}", NEUTRAL))
    return UnitRow(
        rowid=row["id"],
        id=row["uuid"].hex(),
        name=row["name"] or "",
        short_name=row["short_name"] or "",
        kind=label_of(UNIT.by_name["unit_kind"], row["unit_kind"]) if row["unit_kind"] else "",
        side=label_of(UNIT.by_name["side"], row["side"]) if row["side"] else "",
        parent=above.get(row["parent"], "") if row["parent"] else "",
        aliases=tuple(row["aliases"]),
        contact=row["contact"] or "",
        pending=bool(row["pending"]),
        group=r.group_name(row["group"]) if row["group"] else "",
        findings=made[0],
        open=made[1],
        chips=tuple(chips),
    )


def detail(r: Reader, unit: str | bytes | int) -> UnitDetail:
    """One unit by id or row id. D-306."""
    record = listing.uuid_of(r.conn, unit) if isinstance(unit, int) else raw(unit)
    row = queries.row_of(r.conn, "unit", record) if record else None
    if row is None or record is None:
        raise DubuError("D-306", what=f"单位 {unit if isinstance(unit, int) else raw(unit).hex()}")
    say = Say(r)
    into = row["merged_into"]
    wanted = [("adopt_unit", ()), ("merge_unit", ("into",))] if row["pending"] else []
    wanted.append(("remove_unit", ("reason",)))
    offered = [offer(r, verb, row, "unit", asks=asks) for verb, asks in wanted] if row["status"] == "valid" else []
    return UnitDetail(
        row=rows(r, [row["id"]])[0],
        fields=views(r, say, UNIT, row),
        children=figures.count_where(r.conn, "unit", parent=record),
        merged_into=Named(into.hex(), say.name("unit", into)) if into else None,
        findings=listing.line_ids(r.conn, listing.LineWhere(statuses=counted(r), unit=record)),
        actions=tuple(found for found in offered if found is not None),
        conflicts=conflicts.of(r, record),
    )
