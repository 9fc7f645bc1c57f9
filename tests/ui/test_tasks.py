"""任务 on real workspaces, by keyboard alone: from 拟任务 at the office to 办结, with bundles in between."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.world import World

from .guard import watching
from .real import CTRL
from .walk import complaints

K = Qt.Key
REQUIREMENT = "采取四不两直方式，逐栋检查，对上次问题逐条回头看"


def compose(seat, title: str, groups: tuple[str, ...]) -> None:
    """N, name, groups, requirement: what the form wants."""
    seat.press(K.Key_N)
    seat.write(title)
    seat.tab()
    for group in groups:
        seat.write(group)
        seat.press(K.Key_Return)
    form = seat.page.form.form
    form.open("requirement")
    seat.write(REQUIREMENT)


def statuses(world: World, house) -> list[str]:
    return [row["status"] for row in world.rows(house, "task")]


def test_one_form_issues_a_task_to_each_of_several_groups(world, opened):
    seat = opened(world.office, "tasks")
    with watching():
        compose(seat, "人员密集场所消防安全督导", ("dyz", "dez"))
        seat.press(K.Key_Return, CTRL)
    one, two = world.rows(world.office, "task")
    assert statuses(world, world.office) == ["issued", "issued"]
    assert two["parent"] == one["uuid"]
    assert [one["number"], two["number"]] == ["督交〔2026〕1号", "督交〔2026〕2号"]
    assert one["requirement"] == REQUIREMENT
    assert one["due_on"] > "2026-06-02", "the rule's days where none was written"
    assert "督交〔2026〕2号" in seat.said[-1]
    assert seat.page.task_pane.task.row.number == "督交〔2026〕1号"
    assert [button.text() for button in seat.page.task_pane._kin_buttons] == ["第二组"]


def test_a_gap_is_named_and_the_caret_goes_there(world, opened):
    seat = opened(world.office, "tasks")
    seat.press(K.Key_N)
    seat.write("只有名称")
    seat.press(K.Key_Return, CTRL)
    assert not world.rows(world.office, "task")
    assert "▲" in seat.said[-1]
    assert seat.page.form.form.cell("groups").is_editing()


def test_what_is_typed_is_back_after_the_form_was_left(world, opened):
    seat = opened(world.office, "tasks")
    compose(seat, "防汛检查", ("dyz",))
    seat.page.form.leave()
    seat.settle()
    seat.press(K.Key_N)
    values = seat.page.form.form.values()
    assert (values["title"], [one.label for one in values["groups"]]) == ("防汛检查", ["第一组"])
    assert values["requirement"] == REQUIREMENT
    seat.page.form.give_up()
    seat.settle()
    seat.press(K.Key_N)
    assert not seat.page.form.form.values()["title"]


def test_a_draft_is_edited_in_place_and_issued_later(world, opened):
    seat = opened(world.office, "tasks")
    compose(seat, "防汛检查", ("dyz",))
    seat.press(K.Key_S, CTRL)
    assert statuses(world, world.office) == ["drafted"]
    seat.page.task_pane.facts.open("objects")
    seat.write("沿河镇街值班室")
    seat.tab()
    assert world.row(world.office, "task")["objects"] == "沿河镇街值班室"
    seat.page.take_focus()
    seat.press(K.Key_Return, CTRL)
    assert statuses(world, world.office) == ["issued"]


@pytest.fixture
def issued(world: World) -> World:
    """One task given to group 01, which has it."""
    world.office.do("draft_task", title="值班值守突击检查", groups=["01"], requirement=REQUIREMENT, due_on="2026-06-12")
    world.office.do("issue_task", tasks=["值班值守突击检查"])
    world.round()
    return world


def test_a_group_signs_starts_and_reports_and_the_office_completes(issued, opened):
    world = issued
    group = world.groups["01"]
    seat = opened(group, "tasks")
    assert seat.page.pane.filters.selected() == ["open"]
    assert next(b.text() for b in seat.page.task_pane.bar.buttons()) == "签收"
    for expected in ("accepted", "underway"):
        seat.press(K.Key_Return, CTRL)
        assert statuses(world, group) == [expected]
    seat.press(K.Key_Return, CTRL)
    seat.press(K.Key_Return, CTRL)  # nothing written yet: the gap is named
    assert statuses(world, group) == ["underway"]
    seat.write("共突击检查2个镇值班室，发现问题2条。")
    seat.press(K.Key_Return, CTRL)
    assert statuses(world, group) == ["reported"]
    world.round()
    office = opened(world.office, "tasks")
    office.page.pane.filters.choose("all")
    office.settle()
    office.page.take_focus()
    assert office.page.task_pane.task.row.status == "reported"
    office.press(K.Key_Return, CTRL)
    assert statuses(world, world.office) == ["completed"]
    assert next(h.what for h in office.page.task_pane.history._items) == "办结"


def test_the_office_extends_sends_back_and_cancels_with_reasons(issued, opened):
    world = issued
    seat = opened(world.office, "tasks")
    seat.page.pane.filters.choose("all")
    seat.settle()
    pane = seat.page.task_pane

    def choose(label: str) -> None:
        action = next(one for one in pane.task.actions if one.label == label)
        pane.act(action)
        seat.settle()

    choose("延期")
    seat.write("6-20")
    seat.tab()
    seat.write("汛情紧急，先保抢险")
    seat.press(K.Key_Return, CTRL)
    row = world.row(world.office, "task")
    assert (row["due_on"], row["original_due_on"]) == ("2026-06-20", "2026-06-12")
    assert "原定6月12日" in pane.facts.cell("due_on").field.note
    world.clock.put("2026-06-03T09:00")
    choose("终止")
    seat.write("并入专项")
    seat.press(K.Key_Return, CTRL)
    assert statuses(world, world.office) == ["cancelled"]
    assert pane.history._items[0].note.endswith("并入专项")


def test_instructions_are_listed_with_the_tasks_made_from_them(world, opened):
    number = world.assigned("01")
    world.office.do("record_instruction", leader="县政府主要负责同志", text="限期清空疏散通道，一周内报结果。",
                    title="疏散通道堆放问题", findings=[number], groups=["01"])  # fmt: skip
    seat = opened(world.office, "tasks")
    seat.page.pane.filters.choose("instructions")
    seat.settle()
    pane = seat.page.instruction_pane
    assert seat.page.stack.currentWidget() is pane
    assert pane.head.title.text() == "疏散通道堆放问题"
    assert len(pane.findings.ids()) == 1
    assert [button.text() for button in pane.bar.buttons()] == ["任务：疏散通道堆放问题", "出文书"]
    pane.bar.buttons()[0].click()
    seat.settle()
    assert seat.page.stack.currentWidget() is seat.page.task_pane
    assert "批示：疏散通道堆放问题" in [b.text() for b in seat.page.task_pane._kin_buttons]


def test_the_page_is_in_order_empty_and_full(issued, opened):
    empty = opened(issued.groups["02"], "tasks", size=(1000, 640))
    assert empty.page.pane.stack.currentIndex() == 1
    assert complaints(empty.window) == []
    full = opened(issued.office, "tasks")
    assert complaints(full.window) == []
    full.press(K.Key_N)
    assert complaints(full.window) == []
