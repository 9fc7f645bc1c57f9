"""Ctrl+Z again and again: back through one's own edits, never over somebody else's."""

from __future__ import annotations

from typing import Any

import pytest

from dubu_desktop.actions import reads
from dubu_desktop.actions.house import House
from dubu_desktop.errors import DubuError
from tests.world import World, jpeg


def refused(code: str) -> Any:
    return pytest.raises(DubuError, match=f"^{code} ")


def show(house: House, kind: str, **where: Any) -> list[dict[str, Any]]:
    return house.read(lambda r: list(reads.show(r, kind, where)))


def test_edits_of_one_field_are_undone_one_after_the_other(alone: World) -> None:
    office = alone.office
    number = alone.finding(office, place="甲地1号")
    for place in ("乙地2号", "丙地3号"):
        office.do("edit_finding", finding=number, values={"place": place})
    seen = []
    for _ in range(2):
        office.do("undo")
        seen.append(alone.row(office, "finding")["place"])
    assert seen == ["乙地2号", "甲地1号"]
    office.do("undo")
    assert alone.row(office, "finding")["status"] == "voided"


def test_what_another_person_changed_on_this_machine_is_not_undone(alone: World) -> None:
    office = alone.office
    office.do("add_person", name="李科员", roles=["clerk"])
    number = alone.finding(office)
    office.be("李科员")
    office.do("edit_finding", finding=number, values={"place": "别处9号"})
    office.be("王主任")
    with refused("D-313"):
        office.do("undo")
    assert alone.row(office, "finding")["status"] == "draft"


def test_a_record_is_not_undone_once_a_step_was_taken_or_a_photo_added(alone: World) -> None:
    office = alone.office
    office.do("add_person", name="李科员", roles=["clerk"])
    number = alone.finding(office)
    office.be("李科员")
    office.do("finalise_finding", finding=number)
    office.be("王主任")
    with refused("D-313"):
        office.do("undo")
    assert alone.row(office, "finding")["status"] == "final"
    office.be("李科员")
    office.do("undo")
    office.do("add_photos", finding=number, images=[jpeg(1)])
    office.be("王主任")
    with refused("D-313"):
        office.do("undo")
    office.be("李科员")
    office.do("undo")
    office.be("王主任")
    office.do("undo")
    assert alone.row(office, "finding")["status"] == "voided"


def test_an_edit_is_not_undone_once_a_step_was_taken(alone: World) -> None:
    office = alone.office
    office.do("add_person", name="李科员", roles=["clerk"])
    number = alone.finding(office, place="甲地1号")
    office.do("edit_finding", finding=number, values={"place": "乙地2号"})
    office.be("李科员")
    office.do("finalise_finding", finding=number)
    office.be("王主任")
    with refused("D-313"):
        office.do("undo")
    assert alone.row(office, "finding")["place"] == "乙地2号"


def test_a_step_is_taken_back_by_its_own_role_alone(world: World) -> None:
    office, group = world.office, world.groups["01"]
    group.do("add_person", name="组员小张", roles=["member"])
    number = world.finding(group)
    group.do("finalise_finding", finding=number)
    group.be("组员小张")
    with refused("D-302"):
        group.do("retract", kind="finding", record=number)
    group.be("组长01")
    world.take(office, world.up("01"))
    office.do("confirm_finding", findings=[number])
    office.do("assign_rectification", findings=[number])
    office.do("add_person", name="李科员", roles=["clerk"])
    office.be("李科员")
    with refused("D-302"):
        office.do("retract", kind="finding", record=number)
    office.be("王主任")
    office.do("retract", kind="finding", record=number)
    assert world.row(office, "finding")["status"] == "confirmed"
    office.be("李科员")
    with refused("D-302"):  # taking back the taking back is the director's as well
        office.do("retract", kind="finding", record=number)


def test_a_return_taken_back_counts_nowhere(world: World) -> None:
    office, group = world.office, world.groups["01"]
    number = world.assigned("01")
    office.do("record_reply", finding=number, reply="已整改")
    world.take(group, world.down("01"))
    group.do("return_finding", finding=number, reason="看错了一处")
    group.do("undo")
    world.round()
    for house in (office, group):
        (row,) = show(house, "finding", number=number)
        assert (row["status"], row["returns"]) == ("replied", 0)


def test_an_edit_after_a_removal_taken_back_is_undone(alone: World) -> None:
    """The taking back of a step of a photo leads to where the photo stood, not to where its finding stood."""
    office = alone.office
    number = alone.finding(office)
    office.do("add_photos", finding=number, images=[jpeg(3)], caption="原说明")
    evidence = alone.row(office, "evidence")["uuid"].hex()
    office.do("remove_evidence", evidence=evidence, reason="重")
    office.do("undo")
    office.do("edit_evidence", evidence=evidence, caption="新说明")
    office.do("undo")
    assert alone.row(office, "evidence")["caption"] == "原说明"


def test_a_reply_after_assigning_another_group_is_undone(world: World) -> None:
    office = world.office
    number = world.finding(office)
    office.do("finalise_finding", finding=number)
    office.do("confirm_finding", findings=[number])
    office.do("assign_rectification", findings=[number], verify_group="01")
    office.do("undo")
    office.do("assign_rectification", findings=[number], verify_group="02")
    office.do("record_reply", finding=number, reply="已改")
    office.do("undo")
    assert world.row(office, "finding")["status"] == "rectifying"
    assert world.row(office, "rectification")["reply"] is None
