"""Details: fields with what may be edited, the strip of steps, what hangs on a finding, what this person can do."""

from __future__ import annotations

import pytest

from dubu_desktop.actions.reads import evidence, findings, instructions, tasks, units, visits
from dubu_desktop.errors import DubuError


def detail(house, number):
    rows = house.read(findings.rows, house.read(findings.ids))
    found = next(r for r in rows if r.number == number)
    return house.read(findings.detail, found.id)


def verbs(d):
    return {a.verb: a for a in d.actions}


def test_a_draft_at_its_group(lived):
    d = detail(lived.group, lived.n["draft"])
    assert (d.steps[d.at], d.status_label) == ("定稿", "草稿")
    assert d.missing == ("佐证（或无佐证的理由）",)
    assert [g.field for g in d.gaps] == ["evidence"]
    assert verbs(d)["finalise_finding"].primary
    assert verbs(d)["finalise_finding"].missing == d.missing
    assert d.field("facts").editable
    assert not d.field("number").editable
    assert d.field("severity").choices[2] == ("grave", "严重")
    assert d.field("category").text == "值班值守"
    assert "confirm_finding" not in verbs(d)
    assert d.clarity.score == 3


def test_the_office_sees_the_same_draft_and_may_correct_it(lived):
    d = detail(lived.office, lived.n["draft"])
    assert d.field("facts").editable
    assert "finalise_finding" not in verbs(d)  # the finder finalises
    assert "add_note" in verbs(d)


def test_a_final_one_at_the_office(lived):
    d = detail(lived.office, lived.n["final"])
    assert d.steps[d.at] == "核定"
    assert [a.verb for a in d.actions if a.primary] == ["confirm_finding"]
    assert verbs(d)["send_back_finding"].asks == ("reason",)
    assert verbs(d)["confirm_finding"].params == {"findings": [d.id]}


def test_nobody_at_the_keyboard_can_do_nothing(lived):
    office = lived.office
    person, office.person = office.person, None
    try:
        d = detail(office, lived.n["final"])
        assert d.actions == ()
        assert not any(f.editable for f in d.fields)
    finally:
        office.person = person


def test_an_overdue_one(lived):
    d = detail(lived.office, lived.n["overdue"])
    assert d.steps[d.at] == "整改中"
    r = d.rectification
    assert r is not None
    assert r.light.shape == "■"
    assert [u.name for u in r.units] == ["应急管理局", "城关街道"]
    assert r.verify_group is not None
    assert r.verify_group.name == "第一组"
    assert (r.term, r.extensions, r.days_late) == ("立行立改", 0, None)
    assert r.due == r.original_due
    assert [(u.channel, u.text) for u in d.urges] == [("电话", "请抓紧整改")]
    assert d.urge_count == 1
    assert verbs(d)["record_reply"].primary
    assert verbs(d)["record_reply"].asks == ("reply",)
    assert {"urge", "extend_rectification", "edit_rectification"} <= set(verbs(d))
    (note,) = d.notes
    assert (note.text, note.field_label, note.old[-4:], note.state_label) == ("期限偏紧", "地点", "号楼东侧", "待处理")


def test_the_group_may_no_longer_edit_facts_once_they_are_confirmed(lived):
    d = detail(lived.group, lived.n["overdue"])
    assert not d.field("facts").editable
    assert not any(f.editable for f in d.rectification.fields if f.key in ("due_on", "reply", "measures"))
    assert {f.key for f in d.rectification.fields if f.editable} == {"result", "verified_by", "verified_on"}


def test_a_closed_one(lived):
    d = detail(lived.office, lived.n["closed"])
    assert d.at == len(d.steps)
    (photo,) = [p for p in d.evidence if p.role == "after"]
    assert photo.state == evidence.HERE
    assert photo.chip.word == "原图在本机"
    assert photo.warning == "只有文件时间，没有拍摄时间"
    assert lived.office.read(evidence.preview_bytes, photo.id)[:2] == b"\xff\xd8"
    assert lived.office.read(evidence.original_bytes, photo.id) == (lived.world.root / "after.jpg").read_bytes()
    assert d.rectification.days_late is not None
    assert "reopen_finding" in verbs(d)
    with pytest.raises(DubuError) as caught:
        lived.office.read(evidence.preview_bytes, d.id)
    assert caught.value.code == "D-306"


def test_a_conflict_in_the_pane(lived):
    d = detail(lived.office, lived.n["clash"])
    (view,) = d.conflicts
    assert view.field_label == "严重程度"
    assert [(v.choice, v.text, v.side, v.who) for v in view.values] == [
        (1, "较重", "办公室", "王主任"),
        (2, "一般", "第一组", "组长01"),
    ]
    assert d.field("severity").conflict
    assert d.field("severity").text == "较重"  # the office's, until it is decided


def test_by_row_id_and_unknown(lived):
    ids = lived.office.read(findings.ids)
    assert lived.office.read(findings.detail, ids[0]).rowid == ids[0]
    for wrong in (999_999, "00" * 16):
        with pytest.raises(DubuError) as caught:
            lived.office.read(findings.detail, wrong)
        assert caught.value.code == "D-306"


def test_a_task(lived):
    office, group = lived.office, lived.group
    rows = office.read(tasks.rows, office.read(tasks.ids))
    assert [r.group for r in rows] == ["第一组", "第二组"]
    d = office.read(tasks.detail, rows[0].id)
    assert d.row.chips[0].word == "逾期4天"
    assert (d.steps[d.at], d.row.sub) == ("签收", f"{d.row.number} · 第一组 · 6月10日前")
    assert [s.name for s in d.siblings] == ["第二组"] or d.parent is not None
    assert "extend_task" in verbs(d)
    mine = group.read(tasks.rows, group.read(tasks.ids))
    assert [r.title for r in mine] == ["汛期地下空间排查"]
    theirs = group.read(tasks.detail, mine[0].rowid)
    assert [a.verb for a in theirs.actions if a.primary] == ["sign_for_task"]
    assert not any(f.editable for f in theirs.fields if f.key != "report")
    assert group.read(tasks.counts)["overdue"] == 1
    assert office.read(tasks.counts)["to_sign"] == 2


def test_a_visit(lived):
    group = lived.group
    (row,) = group.read(visits.rows, group.read(visits.ids))
    assert (row.kind_label, row.state, row.half_days, row.title) == ("四不两直", "ended", 1, "城关街道")
    d = group.read(visits.detail, row.id)
    assert [u.name for u in d.units] == ["城关街道"]
    assert group.read(visits.running) is None
    assert group.read(visits.counts) == {"running": 0, "week": 1, "leader": 1, "month": 1, "planned": 0, "all": 1}
    assert any(f.editable for f in d.fields)


def test_units(lived):
    office = lived.office
    assert office.read(units.counts) == {"all": 2, "industry": 1, "territory": 1, "pending": 0}
    (row,) = office.read(units.rows, office.read(units.ids, units.ListFilter(text="城关")))
    assert (row.name, row.sub) == ("城关街道", "镇街 · 属地")
    d = office.read(units.detail, row.id)
    assert len(d.findings) == row.findings
    assert set(verbs(d)) == {"remove_unit"}


def test_an_instruction_and_a_named_person(world):
    number = world.assigned("01")
    text = "请抓紧整改\n务必到位"
    world.office.do("record_instruction", leader="李书记", text=text, findings=[number], groups=["01"])
    (row,) = world.office.read(instructions.rows, world.office.read(instructions.ids))
    assert (row.title, row.leader, row.tasks, row.findings) == ("请抓紧整改", "李书记", 1, 1)
    d = world.office.read(instructions.detail, row.id)
    assert [t.name for t in d.tasks] == ["请抓紧整改"]
    assert len(d.findings) == 1
    assert detail(world.office, number).chips[0].word in ("批示", "还有3天", "整改中")
    for read in (instructions.detail, tasks.detail, visits.detail, units.detail):
        with pytest.raises(DubuError) as caught:
            world.office.read(read, "00" * 16)
        assert caught.value.code == "D-306"
    assert "name_person" not in verbs(detail(world.office, number)), "off by default (contracts.md §4)"
    world.office.do("edit_rules", rules={"findings": {"named_persons": True}})
    assert "name_person" in verbs(detail(world.office, number))
    world.office.do("name_person", finding=number, name="欧阳修文", post="经理")
    (person,) = detail(world.office, number).persons
    assert (person.name, person.post) == ("欧阳**", "经理")
