"""经过: every op in a sentence, newest first, at the office and out of a group's bases."""

from __future__ import annotations

from dubu_desktop.actions import reads
from dubu_desktop.actions.reads import findings, inert


def lines(house, number, **given):
    found = next(r for r in house.read(findings.rows, house.read(findings.ids)) if r.number == number)
    return house.read(reads.history, found.id, **given)


def test_the_whole_way_of_a_closed_finding(lived):
    told = [(line.what, line.side) for line in lines(lived.office, lived.n["closed"])]
    assert told == [
        ("销号", "办公室"),
        ("核查通过", "第一组"),
        ("添加佐证", "第一组"),
        ("单位反馈", "办公室"),
        ("交整改", "办公室"),
        ("核定", "办公室"),
        ("定稿", "第一组"),
        ("登记问题", "第一组"),
    ]


def test_one_line_per_op(lived):
    merged, each = lines(lived.office, lived.n["closed"]), lines(lived.office, lived.n["closed"], merged=False)
    assert len(each) > len(merged)
    assert all(line.sentence.endswith("。") for line in each)
    assert {line.type for line in each} == {"create", "set", "event"}


def test_who_when_old_and_new(lived):
    (line,) = [x for x in lines(lived.office, lived.n["clash"]) if x.what == "修改严重程度" and x.side == "办公室"]
    assert line.note == "严重程度由“严重”改为“较重”；理由：按标准应为较重"
    assert line.sentence.startswith("6月14日 09:00，办公室 王主任 修改严重程度：严重程度由“严重”改为“较重”；")


def test_the_field_that_a_note_proposes_is_told_by_its_word(lived):
    (line,) = [x for x in lines(lived.office, lived.n["overdue"]) if x.what == "提出意见"]
    assert "建议修改项：地点" in line.note
    assert "place" not in line.note


def test_what_a_step_set_is_told_with_it(lived):
    (line,) = [x for x in lines(lived.office, lived.n["closed"]) if x.what == "交整改"]
    assert "整改期限：" in line.note
    assert "责任单位：应急管理局、城关街道" in line.note
    assert "核查组：第一组" in line.note
    (reply,) = [x for x in lines(lived.office, lived.n["closed"]) if x.what == "单位反馈"]
    assert "反馈内容：已经清理" in reply.note


def test_a_group_tells_what_its_bases_hold(lived):
    told = [line.what for line in lines(lived.group, lived.n["closed"])]
    assert "销号" not in told or told[0] == "销号"
    assert told[-1] == "登记问题"
    assert {"核查通过", "交整改", "核定", "定稿"} <= set(told)
    assert {line.side for line in lines(lived.group, lived.n["closed"])} == {"办公室", "第一组"}


def test_undo_and_return_and_decision(world):
    number = world.assigned("01")
    office, group = world.office, world.groups["01"]
    office.do("record_reply", finding=number, reply="已整改")
    office.do("undo")
    office.do("record_reply", finding=number, reply="已整改完毕")
    world.take(group, world.down("01"))
    group.do("return_finding", finding=number, reason="现场仍堆放")
    world.take(office, world.up("01"))
    told = lines(office, number)
    assert [x.what for x in told[:4]] == ["退回重办", "单位反馈", "撤回“单位反馈”", "单位反馈"]
    assert (told[0].hot, told[0].note, told[0].by) == (True, "现场仍堆放", "第一组 组长01")
    _without_effect(world, number)


def test_a_clock_that_is_wrong_orders_nothing(world):
    group, office = world.groups["01"], world.office
    number = world.finding(group)
    group.do("finalise_finding", finding=number)
    world.take(office, world.up("01"))
    world.clock.put("1999-01-01T00:00")
    office.do("confirm_finding", findings=[number])
    assert [x.what for x in lines(office, number)] == ["核定", "定稿", "登记问题"]


def _without_effect(world, number):
    group, office = world.groups["01"], world.office
    record = world.row(group, "finding", number=number)["uuid"]
    _force(group, record)
    world.take(office, world.up("01"))
    line = lines(office, number)[0]
    assert (line.what, line.hot, line.inert) == ("销号（没有生效）", True, "illegal_step")
    assert line.note == "原因：步骤不合"
    (row,) = office.read(inert.rows)
    assert (row.what, row.name, row.side, row.reason_label) == ("销号", number, "第一组", "步骤不合")
    assert office.read(inert.count) == 1


def _force(house, record):
    """A 销号 that a group writes past its own guard."""
    from dubu_desktop.actions.desk import Desk
    from dubu_desktop.db import journal
    from dubu_desktop.domain.ops import OpType

    desk = Desk(house.ws, house.person, "forged", "伪造")
    with desk.writing():
        state = desk.state(record)
        tag = state.kind.lifecycle.tag_of["close_out"]
        op = desk._op(OpType.EVENT, state.kind, record, record, state.lam + 1, at=state.heads, event=tag)
        journal.apply(desk.conn, house.ws.fold, journal.written([op]))
