"""Findings corrected, noted and counted: who may, with what, and what is not a value (contracts.md §3, §4, §8)."""

from __future__ import annotations

from typing import Any

import pytest

from dubu_desktop.actions import reads
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import findings, units
from dubu_desktop.errors import DubuError
from tests.world import World


def refused(code: str) -> Any:
    return pytest.raises(DubuError, match=f"^{code} ")


def show(house: House, kind: str, **where: Any) -> list[dict[str, Any]]:
    return house.read(lambda r: list(reads.show(r, kind, where)))


def test_the_office_corrects_what_a_group_found_with_a_reason_alone(world: World) -> None:
    number = world.finding(world.groups["01"])
    world.take(world.office, world.up("01"))
    with refused("D-312"):
        world.office.do("edit_finding", finding=number, values={"place": "别处"})
    world.office.do("edit_finding", finding=number, values={"place": "别处"}, reason="现场核对")
    own = world.finding(world.office)
    world.office.do("edit_finding", finding=own, values={"place": "别处"})


def test_fields_that_a_step_sets_and_values_that_are_none(alone: World) -> None:
    office, number = alone.office, alone.finding(alone.office)
    for name in ("merged_into", "priority", "number", "finder_group", "nothing"):
        with refused("D-305"):
            office.do("edit_finding", finding=number, values={name: number})
    for found_at in ("abc", 5, [1]):
        with refused("D-310"):
            office.do("register_finding", values={"found_at": found_at})
    office.do("register_finding", values={"found_at": ""})
    office.do("register_finding", values={"place": "城关\ud800街道"}, draft="\ud800")
    for ref in ("\ud800", "0" * 32, ""):
        with refused("D-306"):
            office.do("edit_finding", finding=ref, values={"place": "别处"})
    with refused("D-309"):
        office.do("void_finding", finding=number, reason="因" * 10001)
    office.do("void_finding", finding=number, reason="录重了\ud800\x07")
    record = next(r["uuid"].hex() for r in alone.rows(office, "finding") if r["number"] == number)
    (line,) = (h for h in show(office, "history", record=record) if h["what"].startswith("作废"))
    assert "录重了\ufffd" in line["sentence"]


def test_a_note_says_something_the_office_can_take(world: World) -> None:
    group, office, number = world.groups["01"], world.office, world.assigned("01")
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"kind": "nothing", "record": number, "text": "甲"}, "D-305"),
        ({"kind": "finding", "record": number, "text": " "}, "D-308"),
        ({"kind": "finding", "record": number, "text": "甲", "proposed_field": "nothing"}, "D-305"),
        ({"kind": "finding", "record": number, "text": "甲", "proposed_field": "priority"}, "D-305"),
        ({"kind": "finding", "record": number, "text": "甲", "proposed_field": "facts", "proposed_value": 10**30},
         "D-310"),
        ({"kind": "finding", "record": number, "text": "甲", "proposed_field": "facts", "proposed_value": "长" * 10001},
         "D-309"),
        ({"kind": "rectification", "record": show(group, "rectification")[0]["id"], "text": "甲"}, "D-305"),
    )  # fmt: skip
    for given, code in wrong:
        with refused(code):
            group.do("add_note", **given)
    group.do("add_note", kind="finding", record=number, text="应归街道", proposed_field="industry_unit",
             proposed_value="城关街道")  # fmt: skip
    group.do("add_note", kind="unit", record="应急管理局", text="已经改名")
    world.take(office, world.up("01"))
    assert show(office, "inert") == []
    for note in show(office, "note"):
        office.do("answer_note", note=note["id"], take=True)
        with refused("D-307"):
            office.do("answer_note", note=note["id"], take=False)
    assert show(office, "finding", number=number)[0]["industry_unit_name"] == "城关街道"


def test_figures_count_no_draft_at_the_office_and_equal_their_rows(world: World) -> None:
    group, office = world.groups["01"], world.office
    world.finding(group, urgent=True, industry_unit="城关街道", unit="城关街道")
    world.take(office, world.up("01"))
    at_office, at_group = office.read(findings.counts), group.read(findings.counts)
    for key in ("week", "today", "urgent"):
        assert (at_office[key], at_group[key]) == (0, 1)
    assert at_office["draft"] == 1
    for house, wanted in ((office, 0), (group, 1)):
        detail = house.read(lambda r: units.detail(r, units.ids(r, units.ListFilter(text="城关街道"))[0]))
        assert (detail.row.findings, len(detail.findings)) == (wanted, wanted)
    group.do("void_finding", finding=show(group, "finding")[0]["number"], reason="录重了")
    detail = group.read(lambda r: units.detail(r, units.ids(r, units.ListFilter(text="城关街道"))[0]))
    assert (detail.row.findings, len(detail.findings)) == (0, 0)


def test_nobody_writes_nothing(alone: World) -> None:
    alone.office.person = None
    with refused("D-301"):
        alone.office.do("add_unit", name="财政局")
    assert show(alone.office, "unit", name="财政局") == []


def test_two_findings_are_not_merged_into_each_other(alone: World) -> None:
    office = alone.office
    numbers = [alone.finding(office, place=f"城关街道和平路{n}号") for n in (1, 2, 3)]
    for number in numbers:
        office.do("finalise_finding", finding=number)
    office.do("confirm_finding", findings=numbers)
    first, second, third = numbers
    office.do("merge_finding", finding=first, into=second, reason="同一处")
    with refused("D-310"):
        office.do("merge_finding", finding=second, into=first, reason="同一处")
    office.do("merge_finding", finding=second, into=third, reason="同一处")
    office.do("reopen_finding", finding=first, reason="不是一处")
    (row,) = show(office, "finding", number=first)
    assert (row["status"], row["merged_into"]) == ("confirmed", None)
