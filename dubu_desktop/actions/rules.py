"""The rules in force, and what follows from them: thresholds, defaults, due dates. No threshold stands in code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from dubu_desktop.db import queries
from dubu_desktop.domain.calendar import Due, shipped_calendar
from dubu_desktop.domain.rules import Rules, default_rules, rules_from_tree, shipped_profile
from dubu_desktop.domain.text import clean_line

#: why a due date is what it is where a paper, or who assigned it, wrote the day
BY_PAPER = "按文书规定"


@dataclass(frozen=True)
class InForce:
    """The rule profile in force: its record, version, the document it rests on, its own tree, and the rules."""

    record: bytes
    version: int
    basis: str
    tree: dict[str, Any]
    rules: Rules


def current(conn: Any) -> InForce:
    """The profile in force: the highest version; what it lacks is taken from the shipped one."""
    rows = queries.all_rows(conn, "rule_profile")
    if not rows:
        shipped = shipped_profile()
        return InForce(shipped.id, shipped.version, shipped.basis, shipped.tree, default_rules())
    newest = max(rows, key=lambda r: (r["version"] or 0, r["uuid"]))
    tree = newest["rules"] or {}
    return InForce(newest["uuid"], newest["version"] or 0, newest["basis"] or "", tree, _rules(tree))


#: rules built of a tree, by what it says: most verbs and pages ask for them, and they change once in a year
_built: dict[str, Rules] = {}
_TREES = 8


def _rules(tree: dict[str, Any]) -> Rules:
    """As `rules_from_tree`, built once for all trees that say the same."""
    said = repr(tree)
    rules = _built.get(said)
    if rules is None:
        rules = rules_from_tree(tree)
        if len(_built) >= _TREES:
            _built.clear()
        _built[said] = rules
    return rules


def due_date(rules: Rules, start: date, term: str, severity: str, days: int | None, category_days: int | None) -> Due:
    """When a rectification assigned on `start` is due: the days asked for, else the category's, else the rule's."""
    count = days if days is not None else rules.days_for(term, severity, category_days)
    return shipped_calendar().due(start, count, working=rules.deadlines.working_days)


def running_visit(conn: Any, group: bytes | None) -> dict[str, Any] | None:
    """The visit of this side that has been started and not stopped, the newest; None when there is none."""
    running = [r for r in queries.all_rows(conn, "visit", ended_at=None) if r["started_at"] and (r["group"] == group)]
    return running[-1] if running else None


def rectification_of(conn: Any, finding: bytes) -> bytes | None:
    """The id of the finding's one Rectification, None while it is not assigned."""
    found = queries.ids_where(conn, "rectification", "finding", finding)
    return found[0] if found else None


def suggest(conn: Any, category: bytes | None, unit: bytes | None, place: str) -> dict[str, Any]:
    """Defaults for a finding: 行业 and severity from the category, 属地 from the unit visited or the place's words."""
    out: dict[str, Any] = {}
    row = queries.row_of(conn, "category", category) if category else None
    if row is not None:
        out["severity"] = row["severity"] or "ordinary"
        named = row["industry_unit"]
        if not named and row["industry_name"]:
            named = next(iter(queries.ids_where(conn, "unit", "name", row["industry_name"])), None)
        out["industry_unit"] = named
    out["territory_unit"] = territory_of(conn, unit, place)
    return {k: v for k, v in out.items() if v}


def territory_of(conn: Any, unit: bytes | None, place: str) -> bytes | None:
    """The 属地 unit for a visited unit (itself or its nearest such parent), else the one whose name the place holds."""
    seen: set[bytes] = set()
    while unit and unit not in seen:
        seen.add(unit)
        row = queries.row_of(conn, "unit", unit)
        if row is None:
            break
        if row["side"] == "territory":
            return unit
        unit = row["parent"]
    place = clean_line(place)
    return queries.unit_in_text(conn, place) if place else None
