"""The tree of categories with their defaults."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.reads.findings import counted
from dubu_desktop.actions.reads.lists import ListFilter, named_ids
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.reads.say import label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, queries
from dubu_desktop.domain.records import CATEGORY


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category. `parent`: hex id, "" at the top. `path`: 安全生产 / 消防通道."""

    rowid: int
    id: str
    name: str
    path: str
    parent: str
    code: str
    severity: str
    term: str
    days: int | None
    industry: str
    industry_unit: str
    hints: tuple[str, ...]
    findings: int

    @property
    def sub(self) -> str:
        """The second line: severity · term and days · industry."""
        days = f"{self.days}天" if self.days else ""
        return " · ".join(part for part in (self.severity, self.term + days, self.industry) if part)


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """One category of the tree with what lies below it."""

    row: CategoryRow
    children: tuple[CategoryNode, ...]


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "code") -> array[int]:
    """Row ids in order of their codes: a parent stands before its children."""
    return named_ids(r, "category", filter.text, ["code", "name"])


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    return {"all": figures.count_where(r.conn, "category")}


def rows(r: Reader, ids: Sequence[int]) -> list[CategoryRow]:
    """At most 200 categories."""
    return _rows(r, listing.kind_rows(r.conn, "category", ids))


def _rows(r: Reader, found: Sequence[dict[str, Any]]) -> list[CategoryRow]:
    above = r.names("category", [c["parent"] for c in found])
    units = r.names("unit", [c["industry_unit"] for c in found])
    by = figures.findings_by(r.conn, "category", [c["uuid"] for c in found], counted(r))
    return [_row(c, above, units, by) for c in found]


def _row(c: dict[str, Any], above: dict[bytes, str], units: dict[bytes, str], by: dict[bytes, int]) -> CategoryRow:
    parent = above.get(c["parent"], "") if c["parent"] else ""
    return CategoryRow(
        rowid=c["id"],
        id=c["uuid"].hex(),
        name=c["name"] or "",
        path=f"{parent} / {c['name']}" if parent else c["name"] or "",
        parent=c["parent"].hex() if c["parent"] else "",
        code=c["code"] or "",
        severity=label_of(CATEGORY.by_name["severity"], c["severity"]) if c["severity"] else "",
        term=label_of(CATEGORY.by_name["term"], c["term"]) if c["term"] else "",
        days=c["days"],
        industry=units.get(c["industry_unit"]) or c["industry_name"] or "",
        industry_unit=c["industry_unit"].hex() if c["industry_unit"] else "",
        hints=tuple(c["hints"]),
        findings=by.get(c["uuid"], 0),
    )


def tree(r: Reader) -> tuple[CategoryNode, ...]:
    """The whole tree, in order of the codes."""
    whole = sorted(_rows(r, queries.all_rows(r.conn, "category")), key=lambda c: (c.code, c.name))
    below: dict[str, list[CategoryRow]] = {}
    for row in whole:
        below.setdefault(row.parent, []).append(row)

    def node(row: CategoryRow, seen: frozenset[str]) -> CategoryNode:
        children = (c for c in below.get(row.id, ()) if c.id not in seen)
        return CategoryNode(row, tuple(node(c, seen | {row.id}) for c in children))

    known = {row.id for row in whole}
    return tuple(node(row, frozenset()) for row in whole if row.parent not in known)
