"""Due dates and steps of a rectification, at their edges (contracts.md §2, §5)."""

from __future__ import annotations

from typing import Any

import pytest

from dubu_desktop.actions import reads
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import findings, home
from dubu_desktop.errors import DubuError
from tests.world import World, jpeg


def refused(code: str) -> Any:
    return pytest.raises(DubuError, match=f"^{code} ")


def show(house: House, kind: str, **where: Any) -> list[dict[str, Any]]:
    return house.read(lambda r: list(reads.show(r, kind, where)))


def confirmed(world: World) -> str:
    number = world.finding(world.groups["01"])
    world.groups["01"].do("finalise_finding", finding=number)
    world.take(world.office, world.up("01"))
    world.office.do("confirm_finding", findings=[number])
    return number


def closed(world: World) -> str:
    office, group, number = world.office, world.groups["01"], world.assigned("01")
    office.do("record_reply", finding=number, reply="已整改")
    world.take(group, world.down("01"))
    group.do("add_photos", finding=number, images=[jpeg(3)], role="after")
    world.clock.put("2026-06-20T10:00")
    group.do("verify_finding", finding=number, result="已改好")
    world.take(office, world.up("01"))
    office.do("close_finding", findings=[number])
    world.take(group, world.down("01"))
    return number


@pytest.mark.parametrize("who", ["group", "office"])
def test_a_finding_that_came_back_has_no_due_date_until_the_director_sets_one(world: World, who: str) -> None:
    number = closed(world)
    house = world.office if who == "office" else world.groups["01"]
    house.do("reopen_finding", finding=number, reason="摊位又摆出来了")
    world.round()
    for side in (world.office, world.groups["01"]):
        (row,), (rectification,) = show(side, "finding", number=number), show(side, "rectification")
        assert (row["status"], row["due_on"], rectification["due_on"]) == ("rectifying", None, None)
        assert rectification["original_due_on"] == "2026-06-05"
        assert side.read(findings.counts)["overdue"] == 0
    todo = {t.key: t.count for t in world.office.read(home.workbench).todo}
    assert todo["no_due"] == 1
    # even the date it had before is a new one once the director says so
    world.office.do("extend_rectification", findings=[number], due_on="2026-06-05", reason="限两日内再改")
    world.round()
    for side in (world.office, world.groups["01"]):
        assert show(side, "finding", number=number)[0]["due_on"] == "2026-06-05"
    assert world.agree("01")


def test_closed_again_without_a_date_it_is_neither_early_nor_late(world: World) -> None:
    number = closed(world)
    group, office = world.groups["01"], world.office
    assert show(office, "rectification")[0]["days_late"] == 15
    group.do("reopen_finding", finding=number, reason="反弹")
    world.take(office, world.up("01"))
    office.do("record_reply", finding=number, reply="再次整改")
    world.take(group, world.down("01"))
    group.do("verify_finding", finding=number, result="已改好", verified_on="2026-07-30")
    world.take(office, world.up("01"))
    office.do("close_finding", findings=[number])
    assert show(office, "rectification")[0]["days_late"] == 15, "what was late before stays, nothing is added"


def test_the_kind_of_deadline_may_be_said_in_chinese(world: World) -> None:
    number, group = confirmed(world), world.groups["01"]
    world.office.do("assign_rectification", findings=[number], term="立行立改")
    world.take(group, world.down("01"))
    group.do("add_photos", finding=number, images=[jpeg(3)], role="after")
    group.do("verify_finding", finding=number, result="当场改好")
    world.round()
    assert show(world.office, "finding")[0]["status"] == "verified"


def test_an_extension_needs_a_date(world: World) -> None:
    number = world.assigned("01")
    for due_on, code in (("", "D-308"), ("  ", "D-308"), ("2026-13-01", "D-310")):
        with refused(code):
            world.office.do("extend_rectification", findings=[number], due_on=due_on, reason="雨季")
    assert show(world.office, "rectification")[0]["due_on"] == "2026-06-05"


def test_what_a_step_sets_is_not_edited(world: World) -> None:
    number = world.assigned("01")
    for name in ("due_on", "original_due_on", "days_late", "closed_on", "nothing"):
        with refused("D-305"):
            world.office.do("edit_rectification", finding=number, values={name: "2030-01-01"})
    for progress in (-7, 101):
        with refused("D-310"):
            world.office.do("edit_rectification", finding=number, values={"progress": progress})
        with refused("D-310"):
            world.office.do("record_reply", finding=number, reply="已整改", progress=progress)
    world.office.do("edit_rectification", finding=number, values={"units": ["城关街道"], "owner": "老周"})
    assert show(world.office, "rectification")[0]["units_name"] == ["城关街道"]


def test_an_instruction_without_a_date_counts_from_the_day_of_assigning(world: World) -> None:
    number = confirmed(world)
    world.office.do("record_instruction", leader="县委书记", text="盯住", given_on="2026-05-01", findings=[number])
    assert show(world.office, "rectification")[0]["due_on"] == "2026-06-05"
    for leader, text in (("", "盯住"), ("县委书记", " ")):
        with refused("D-308"):
            world.office.do("record_instruction", leader=leader, text=text)
