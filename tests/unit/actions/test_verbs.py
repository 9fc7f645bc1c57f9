"""The verbs one by one: what they do, and what they refuse by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.errors import DubuError
from tests.world import World, jpeg


def refused(code: str):  # type: ignore[no-untyped-def]
    return pytest.raises(DubuError, match=f"^{code} ")


def test_numbers_run_per_group_and_year(world: World) -> None:
    one, two = world.finding(world.groups["01"]), world.finding(world.groups["01"])
    other, own = world.finding(world.groups["02"]), world.finding(world.office)
    assert (one, two, other, own) == ("WT-2026-01-0001", "WT-2026-01-0002", "WT-2026-02-0001", "WT-2026-00-0001")


def test_defaults_come_from_category_and_place(world: World) -> None:
    values = {"place": "城关街道滨河市场2号门", "facts": "灭火器8具压力表在红区", "category": "灭火设施"}
    number = world.office.do("register_finding", values=values).number
    row = world.row(world.office, "finding", number=number)
    assert row["industry_unit"] == world.row(world.office, "unit", name="应急管理局")["uuid"]
    assert row["territory_unit"] == world.row(world.office, "unit", name="城关街道")["uuid"]


def test_no_default_where_a_reason_says_there_is_none(world: World) -> None:
    values = {"place": "城关街道政务服务大厅B12窗口", "facts": "抽查6件中4件超时", "category": "灭火设施"}
    why = {"no_territory_reason": "县级单位，不涉及属地"}
    number = world.office.do("register_finding", values=values | why).number
    row = world.row(world.office, "finding", number=number)
    assert row["territory_unit"] is None
    assert row["industry_unit"] == world.row(world.office, "unit", name="应急管理局")["uuid"]


def test_a_gap_keeps_the_draft_and_says_what_is_missing(world: World) -> None:
    number = world.office.do("register_finding", values={"place": "城关街道", "facts": "有待加强"}).number
    with refused("D-308") as told:
        world.office.do("finalise_finding", finding=number)
    assert "地点" in told.value.sentence
    assert "类别" in told.value.sentence
    assert world.row(world.office, "finding", number=number)["status"] == "draft"


def test_a_step_is_taken_back_by_who_might_have_taken_it(world):
    number = world.finding(world.office)
    world.office.do("finalise_finding", finding=number)
    world.office.do("add_person", name="小李", roles=["member"])
    world.office.be("小李")
    with pytest.raises(DubuError) as refused:
        world.office.do("retract", kind="finding", record=number)
    assert refused.value.code == "D-302"
    world.office.be("王主任")
    world.office.do("retract", kind="finding", record=number)
    assert world.row(world.office, "finding")["status"] == "draft"


def test_an_assignment_taken_back_can_be_made_again_and_the_taking_back_undone(world):
    number = world.assigned()
    world.office.do("retract", kind="finding", record=number)
    assert world.row(world.office, "finding")["status"] == "confirmed"
    assert world.row(world.office, "rectification")["status"] == "void"
    world.office.do("undo")
    assert world.row(world.office, "finding")["status"] == "rectifying"
    assert world.row(world.office, "rectification")["status"] == "valid"
    world.office.do("retract", kind="finding", record=number)
    world.office.do("assign_rectification", findings=[number], due_on="2026-06-20")
    held = world.row(world.office, "rectification")
    assert (held["status"], held["due_on"]) == ("valid", "2026-06-20")
    world.take(world.groups["01"], world.down("01"))
    assert world.agree("01")


def test_bulk_finalise_passes_the_complete_and_lists_the_rest(world: World) -> None:
    good = world.finding(world.groups["01"])
    world.finding(world.groups["01"], facts="较差")
    told = world.groups["01"].do("finalise_all").warnings
    assert len(told) == 1
    assert world.row(world.groups["01"], "finding", number=good)["status"] == "final"


def test_the_loop_from_draft_to_closed(world: World, tmp_path: Path) -> None:
    number = world.assigned("01")
    office, group = world.office, world.groups["01"]
    office.do("urge", findings=[number], channel="phone", text="请抓紧")
    office.do("record_reply", finding=number, reply="已清理", measures="清理通道", owner="李科长")
    world.take(group, world.down("01"))
    with refused("D-308"):
        group.do("verify_finding", finding=number, result="通道已清")
    photo = tmp_path / "after.jpg"
    photo.write_bytes(jpeg(3))
    group.do("add_photos", finding=number, files=[str(photo)], role="after")
    group.do("verify_finding", finding=number, result="通道已清")
    world.take(office, world.up("01"))
    office.do("close_finding", findings=[number])
    row = world.row(office, "rectification")
    assert world.row(office, "finding", number=number)["status"] == "closed"
    assert row["days_late"] is not None
    assert row["original_due_on"] == row["due_on"]
    world.round()
    assert world.agree("01")
    assert world.agree("02")


def test_return_reopen_and_a_new_date(world: World) -> None:
    number = world.assigned("01")
    office, group = world.office, world.groups["01"]
    office.do("record_reply", finding=number, reply="已整改")
    world.take(group, world.down("01"))
    group.do("return_finding", finding=number, reason="现场仍堆放")
    world.take(office, world.up("01"))
    assert world.row(office, "finding", number=number)["status"] == "rectifying"
    original = world.row(office, "rectification")["due_on"]
    office.do("extend_rectification", findings=[number], due_on="2026-07-01", reason="雨季施工")
    row = world.row(office, "rectification")
    assert (row["due_on"], row["original_due_on"]) == ("2026-07-01", original)


def test_immediate_goes_straight_to_verified_and_a_limited_one_does_not(world: World, tmp_path: Path) -> None:
    office, group = world.office, world.groups["01"]
    numbers = [world.finding(group), world.finding(group)]
    group.do("finalise_all")
    world.take(office, world.up("01"))
    office.do("confirm_finding", findings=numbers)
    office.do("assign_rectification", findings=numbers[:1], term="immediate")
    office.do("assign_rectification", findings=numbers[1:], term="limited")
    world.take(group, world.down("01"))
    for i, number in enumerate(numbers):
        photo = tmp_path / f"{i}.jpg"
        photo.write_bytes(jpeg(i))
        group.do("add_photos", finding=number, files=[str(photo)], role="after")
    group.do("verify_finding", finding=numbers[0], result="当场改好")
    with refused("D-314"):
        group.do("verify_finding", finding=numbers[1], result="当场改好")


def test_office_finding_needs_a_named_verifying_group(world: World) -> None:
    number = world.finding(world.office)
    world.office.do("finalise_finding", finding=number)
    world.office.do("confirm_finding", findings=[number])
    with refused("D-308"):
        world.office.do("assign_rectification", findings=[number])
    world.office.do("assign_rectification", findings=[number], verify_group="02")
    world.round()
    assert world.row(world.groups["02"], "finding", number=number)["status"] == "rectifying"
    assert not world.rows(world.groups["01"], "finding")


def test_a_group_does_only_what_is_its_own(world: World) -> None:
    group = world.groups["01"]
    number = world.assigned("01")
    with refused("D-303"):
        group.do("close_finding", findings=[number])
    with refused("D-314"):
        group.do("edit_finding", finding=number, values={"facts": "改写事实"})
    proposal = {"proposed_field": "severity", "proposed_value": "grave"}
    group.do("add_note", kind="finding", record=number, text="建议改为严重", **proposal)
    world.take(world.office, world.up("01"))
    note = world.row(world.office, "note")["uuid"].hex()
    world.office.do("answer_note", note=note, take=True)
    assert world.row(world.office, "finding", number=number)["severity"] == "grave"


def test_conflict_is_shown_then_decided(world: World) -> None:
    group, office = world.groups["01"], world.office
    number = world.finding(group)
    world.round()
    office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="按标准")
    group.do("edit_finding", finding=number, values={"severity": "ordinary", "place": "城关街道广源建材市场5号楼"})
    report = world.take(office, world.up("01"))[0]
    assert (report["conflicts"], report["changed"]) == (1, 1)
    record = world.row(office, "finding", number=number)
    assert record["severity"] == "serious", "office above group until decided"
    world.take(group, world.down("01"))
    with refused("D-311"):
        group.do("edit_finding", finding=number, values={"severity": "grave"})
    office.do("decide_conflict", record=record["uuid"].hex(), field="severity", choice=2)
    assert world.row(office, "finding", number=number)["severity"] == "ordinary"
    with refused("D-307"):
        office.do("decide_conflict", record=record["uuid"].hex(), field="severity", choice=1)
    world.round()
    assert world.agree("01")


def test_the_same_value_from_both_sides_is_no_conflict_and_stays_open_to_both(world: World) -> None:
    group, office = world.groups["01"], world.office
    number = world.finding(group)
    world.round()
    for house in (office, group):
        house.do("edit_finding", finding=number, values={"severity": "serious"}, reason="按标准")
    report = world.take(office, world.up("01"))[0]
    assert report["conflicts"] == 0
    world.take(group, world.down("01"))
    group.do("edit_finding", finding=number, values={"severity": "grave"})
    report = world.take(office, world.up("01"))[0]
    assert (report["conflicts"], report["without_effect"]) == (0, 0)
    assert world.row(office, "finding", number=number)["severity"] == "grave"
    world.take(group, world.down("01"))
    assert world.agree("01")


def test_task_loop(world: World) -> None:
    office, group = world.office, world.groups["01"]
    made = office.do("draft_task", title="节前消防安全督导", groups=["01", "02"], requirement="逐店检查")
    office.do("issue_task", tasks=list(made.ids))
    numbers = sorted(r["number"] for r in world.rows(office, "task"))
    assert numbers == ["督交〔2026〕1号", "督交〔2026〕2号"]
    world.round()
    number = world.row(group, "task")["number"]
    with refused("D-307"):
        group.do("report_task", task=number, report="没有签收就报告")
    group.do("sign_for_task", task=number)
    group.do("start_task", task=number)
    group.do("report_task", task=number, report="已检查12家")
    world.round()
    office.do("complete_task", task=number)
    world.round()
    assert world.row(group, "task")["status"] == "completed"
    assert world.agree("01")


def test_instruction_sets_date_priority_and_task_in_one_step(world: World) -> None:
    number = world.assigned("01")
    office = world.office
    told = office.do(
        "record_instruction", leader="县委主要负责同志", text="限期整改到位，第二组跟进督办。",
        findings=[number], due_on="2026-06-20", groups=["02"],
    )  # fmt: skip
    assert world.row(office, "finding", number=number)["priority"] is True
    assert world.row(office, "rectification")["due_on"] == "2026-06-20"
    office.do("issue_task", tasks=told.extra["tasks"])
    world.round()
    assert world.row(world.groups["02"], "task")["urgent"] is True
    assert world.row(world.groups["02"], "instruction")["leader"] == "县委主要负责同志"
    assert not world.rows(world.groups["01"], "instruction")


def test_undo_takes_back_field_event_and_record(world: World) -> None:
    office = world.office
    number = world.finding(office)
    office.do("edit_finding", finding=number, values={"place": "城关街道和平路8号"})
    assert office.do("undo").extra["sentence"] == "已撤销“修改问题”"
    assert world.row(office, "finding", number=number)["place"].endswith("3号楼东侧")
    office.do("finalise_finding", finding=number)
    office.do("undo")
    assert world.row(office, "finding", number=number)["status"] == "draft"
    office.do("undo")
    assert world.row(office, "finding", number=number)["status"] == "voided"


def test_undo_refuses_when_something_later_rests_on_it(world: World) -> None:
    group, office = world.groups["01"], world.office
    number = world.finding(group)
    group.do("finalise_finding", finding=number)
    world.take(office, world.up("01"))
    office.do("confirm_finding", findings=[number])
    world.take(group, world.down("01"))
    with refused("D-313"):
        group.do("undo")


def test_undone_assignment_can_be_made_again(world: World) -> None:
    number = world.finding(world.groups["01"])
    world.groups["01"].do("finalise_finding", finding=number)
    world.take(world.office, world.up("01"))
    world.office.do("confirm_finding", findings=[number])
    world.office.do("assign_rectification", findings=[number])
    world.office.do("undo")
    assert world.row(world.office, "finding", number=number)["status"] == "confirmed"
    world.office.do("assign_rectification", findings=[number], due_on="2026-06-30")
    row = world.row(world.office, "rectification")
    assert (row["status"], row["due_on"]) == ("valid", "2026-06-30")


def test_merge_settle_and_reopen(world: World) -> None:
    office = world.office
    one, two = world.assigned("01"), world.assigned("01", place="城关街道广源建材市场3号楼西侧")
    office.do("merge_finding", finding=two, into=one, reason="同一处")
    assert world.row(office, "finding", number=two)["status"] == "merged"
    office.do("reopen_finding", finding=two, reason="并错了")
    assert world.row(office, "finding", number=two)["status"] == "confirmed"
    office.do("settle_finding", finding=two, event="exempt", reason="容错")
    with refused("D-312"):
        office.do("settle_finding", finding=one, event="exempt", reason=" ")


def test_visit_gives_findings_their_visit(world: World) -> None:
    group = world.groups["01"]
    group.do("start_visit", visit_kind="unannounced", units=["城关街道"], leader_present=True)
    number = world.finding(group)
    visit = world.row(group, "visit")
    assert world.row(group, "finding", number=number)["visit"] == visit["uuid"]
    world.clock.put("2026-06-02T16:10")
    group.do("stop_visit", note="走访3家")
    assert world.row(group, "visit")["half_days"] == 2
    with refused("D-306"):
        group.do("stop_visit")


def test_units_pending_adopted_merged(world: World) -> None:
    group, office = world.groups["01"], world.office
    group.do("add_unit", name="广源建材市场", unit_kind="place")
    world.finding(group, unit="广源建材市场")
    with refused("D-316"):
        group.do("add_unit", name="广源建材市场")
    world.round()
    assert not world.rows(world.groups["02"], "unit", name="广源建材市场")
    office.do("adopt_unit", unit="广源建材市场")
    world.round()
    assert world.rows(world.groups["02"], "unit", name="广源建材市场")


def test_people_and_roles(world: World) -> None:
    office = world.office
    office.do("add_person", name="李科员", roles=["clerk"])
    with refused("D-301"):
        office.be("没有这个人")
    office.be("李科员")
    number = world.finding(office)
    office.do("finalise_finding", finding=number)
    office.do("confirm_finding", findings=[number])
    with refused("D-302"):
        office.do("assign_rectification", findings=[number], verify_group="01")
    with refused("D-316"):
        office.do("add_person", name="李科员", roles=["clerk"])


def test_misuse_is_named(world: World) -> None:
    with refused("D-304"):
        world.office.do("no_such_verb")
    with refused("D-305"):
        world.office.do("add_person", name="甲")
    with refused("D-309"):
        world.office.do("register_finding", values={"place": "长" * 201})
    with refused("D-310"):
        world.office.do("register_finding", values={"severity": "天大的事"})
    with refused("D-306"):
        world.office.do("edit_finding", finding="WT-2026-09-0001", values={"place": "甲"})


def test_export_refusals(world: World) -> None:
    with refused("D-254"):
        world.office.do("export_bundle", to="77", out=str(world.stick))
    world.office.do("enrol_group", code="09", out=str(world.root / "starters"))
    with refused("D-253"):
        world.office.do("export_bundle", to="09", out=str(world.stick))


def test_recovery_code_reads_but_does_not_write(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dubu_desktop.actions.house import House
    from dubu_desktop.actions.setup import init_office

    made = init_office(tmp_path / "other", "一个新的密码2026", "赵主任", world.clock)
    number = made.house.do("register_finding", values={"place": "甲地8号", "facts": "乙"}).number
    made.house.close()
    house = House.open_with_recovery(tmp_path / "other", made.recovery_code)
    try:
        assert world.row(house, "finding")["number"] == number
        house.be("赵主任")
        with refused("D-315"):
            house.do("register_finding", values={"place": "甲地9号"})
    finally:
        house.close()
