"""What a finding lacks to be finalised: one list for the verb that refuses and the pane that shows (domain.md B14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dubu_desktop.domain.clarity import Clarity, clarity
from dubu_desktop.domain.rules import Findings


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing: the field to go to ("evidence" for photos) and what it is called."""

    field: str
    label: str


def gauge_of(values: Mapping[str, Any]) -> Clarity:
    """The 三明确 gauge of a finding's values {field name: value}."""
    indicator = values.get("nature") == "indicator"
    return clarity(
        values.get("found_at") or "", values.get("place") or "", values.get("facts") or "", indicator=indicator
    )


def finding_gaps(values: Mapping[str, Any], photos: int, wanted: Findings) -> list[Gap]:
    """What is missing: 三明确, evidence or reason, category, both responsible units or reason.

    `wanted` are the rules in force (contracts.md §5): how many of the three must be clear, whether evidence and both
    units are asked for. The category always is: numbers are counted by it.
    """
    gauge = gauge_of(values)
    clear = sum((gauge.time, gauge.place, gauge.facts)) >= wanted.clarity_required
    evidence = photos or values.get("no_evidence_reason") or not wanted.evidence_required
    industry = values.get("industry_unit") or values.get("no_industry_reason") or not wanted.both_units_required
    territory = values.get("territory_unit") or values.get("no_territory_reason") or not wanted.both_units_required
    parts = (
        (gauge.time or clear, "found_at", "时间"),
        (gauge.place or clear, "place", "地点"),
        (gauge.facts or clear, "facts", "具体情况"),
        (evidence, "evidence", "佐证（或无佐证的理由）"),
        (values.get("category"), "category", "类别"),
        (industry, "industry_unit", "行业责任单位（或理由）"),
        (territory, "territory_unit", "属地责任单位（或理由）"),
    )
    return [Gap(field, label) for there, field, label in parts if not there]
