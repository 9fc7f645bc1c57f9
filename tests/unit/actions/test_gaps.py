"""What a finding lacks is what the rules in force ask for (contracts.md §2, §5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dubu_desktop.actions.gaps import finding_gaps
from dubu_desktop.domain.rules import default_rules
from dubu_desktop.errors import DubuError
from tests.world import World

SHIPPED = default_rules().findings
NOTHING: dict[str, Any] = {}
TIME_AND_PLACE = {"found_at": "2026-06-02T08:46", "place": "青石镇青石村农贸市场东入口"}


def lacks(values: dict[str, Any], photos: int = 0, **rules: Any) -> list[str]:
    return [gap.field for gap in finding_gaps(values, photos, replace(SHIPPED, **rules))]


def test_by_default_everything_is_asked_for() -> None:
    all_of_it = ["found_at", "place", "facts", "evidence", "category", "industry_unit", "territory_unit"]
    assert lacks(NOTHING) == all_of_it
    reasons = {"no_evidence_reason": "不便拍照", "no_industry_reason": "不涉及", "no_territory_reason": "市属"}
    assert lacks(NOTHING | reasons) == ["found_at", "place", "facts", "category"]
    assert "evidence" not in lacks(NOTHING, photos=1)


@pytest.mark.parametrize(("required", "left"), [(3, ["facts"]), (2, []), (0, [])])
def test_so_many_of_the_three_as_the_rule_says(required: int, left: list[str]) -> None:
    given = TIME_AND_PLACE | {"facts": "有问题"}
    three = [field for field in lacks(given, clarity_required=required) if field in ("found_at", "place", "facts")]
    assert three == left


def test_evidence_and_units_only_where_the_rule_asks() -> None:
    assert "evidence" not in lacks(NOTHING, evidence_required=False)
    assert not {"industry_unit", "territory_unit"} & set(lacks(NOTHING, both_units_required=False))
    assert "category" in lacks(NOTHING, clarity_required=0, evidence_required=False, both_units_required=False)


def test_the_verb_asks_what_the_rules_of_the_office_ask(world: World) -> None:
    number = world.groups["01"].do("register_finding", values=TIME_AND_PLACE | {"facts": "有问题"}).number
    with pytest.raises(DubuError) as refused:
        world.groups["01"].do("finalise_finding", finding=number)
    assert "佐证" in refused.value.sentence
    lax = {"clarity_required": 2, "evidence_required": False, "both_units_required": False}
    world.office.do("edit_rules", rules={"findings": lax, "numbers": {"finding": "XS"}})
    world.take(world.groups["01"], world.down("01"))
    category = world.row(world.groups["01"], "category", name="消防通道")["uuid"].hex()
    world.groups["01"].do("edit_finding", finding=number, values={"category": category})
    world.groups["01"].do("finalise_finding", finding=number)
    later = world.groups["01"].do("register_finding", values=TIME_AND_PLACE | {"facts": "又一处"}).number
    assert later == "XS-2026-01-0001"
