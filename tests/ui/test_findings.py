"""问题 on real workspaces: the list, one finding, every step by its key, conflicts, notes, both editions."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import Qt

from dubu_desktop.ui import files
from tests.world import World, jpeg

from .guard import watching
from .real import CTRL
from .walk import complaints

K = Qt.Key


def one(world: World, house, number: str):
    return world.row(house, "finding", number=number)


def reported(world: World, code: str = "01", **values) -> str:
    """A group's final finding, known to the office."""
    number = world.finding(world.groups[code], **values)
    world.groups[code].do("finalise_finding", finding=number)
    world.take(world.office, world.up(code))
    return number


def show(seat, text: str = "", key: str = "all") -> None:
    """Choose a filter, search, first row."""
    seat.page.choose_filter(key)
    seat.settle()
    if text:
        seat.page.pane.search.setText(text)
        seat.page.pane.search._tell()
        seat.settle()
    seat.page.rows.setFocus()
    seat.settle()


def labels(seat) -> list[str]:
    return [button.text() for button in seat.page.bar.buttons()]


def test_the_list_filters_counts_and_searches(world, opened):
    numbers = [reported(world, place=f"城关街道广源建材市场{n}号楼") for n in (1, 2, 3)]
    world.office.do("confirm_finding", findings=numbers[:2])
    seat = opened(world.office, "findings")
    chips = {key: button.spec.count for key, button in seat.page.pane.filters._buttons.items()}
    assert chips == {"open": 2, "to_confirm": 1, "to_assign": 2, "week": 3}, "what holds nothing has no chip"
    assert len(seat.page.rows.ids()) == 2
    show(seat, "gyjcsc", "all")
    show(seat, "3号楼", "all")
    assert len(seat.page.rows.ids()) == 1
    assert seat.page.finding.detail.number == numbers[2]
    show(seat, "查无此事", "all")
    assert seat.page.pane.stack.currentIndex() == 1


def test_nothing_found_here_but_elsewhere_is_said(world, opened):
    number = reported(world)
    seat = opened(world.office, "findings")
    seat.page.pane.search.setText("瓷砖")
    seat.page.pane.search._tell()
    seat.settle()
    assert len(seat.page.rows.ids()) == 0, "待核定 is not 未销号 at the office"
    assert "1 条" in seat.page._nothing._next.text()
    seat.page.look_everywhere()
    seat.settle()
    assert seat.page.finding.detail.number == number


def test_office_confirms_assigns_urges_and_changes_the_date_by_key(world, opened):
    number = reported(world)
    seat = opened(world.office, "findings")
    show(seat, key="to_confirm")
    assert labels(seat)[0] == "核定"
    with watching():
        seat.press(K.Key_Y)
    assert one(world, world.office, number)["status"] == "confirmed"
    show(seat, key="to_assign")
    assert labels(seat)[0] == "交整改"
    seat.press(K.Key_Y)
    seat.press(K.Key_Return, CTRL)
    row = one(world, world.office, number)
    assert row["status"] == "rectifying"
    rect = world.row(world.office, "rectification", finding=row["uuid"])
    assert rect["due_on"] > "2026-06-02"
    show(seat, key="open")
    seat.press(K.Key_U)
    seat.write("请抓紧清理通道")  # in place of the sentence that is proposed
    seat.press(K.Key_Return, CTRL)
    assert world.row(world.office, "urge")["text"] == "请抓紧清理通道"
    assert seat.page.finding.detail.urge_count == 1
    assert "督促1次" in [label.chip.word for label in seat.page.finding.head._labels]


def test_what_is_sent_back_comes_back_as_a_card_with_the_reason(world, opened):
    number = reported(world)
    seat = opened(world.office, "findings")
    show(seat, key="to_confirm")
    seat.press(K.Key_N)
    seat.press(K.Key_Return, CTRL)
    assert seat.page.ask.isVisible(), "without a reason nothing is sent back"
    seat.write("地点写到楼栋")
    seat.press(K.Key_Return, CTRL)
    assert one(world, world.office, number)["status"] == "draft"
    world.take(world.groups["01"], world.down("01"))
    group = opened(world.groups["01"], "findings")
    show(group, key="draft")
    assert group.page.is_entering
    assert "地点写到楼栋" in group.page.entry.head.back.text()
    group.press(K.Key_Return)
    group.page.entry.form.open("place")
    group.write("城关街道广源建材市场3号楼一层东侧")
    group.press(K.Key_Return, CTRL)
    row = one(world, world.groups["01"], number)
    assert (row["status"], row["place"]) == ("final", "城关街道广源建材市场3号楼一层东侧")


def test_facts_are_edited_in_place_where_this_side_may(world, opened):
    number = reported(world)
    group = opened(world.groups["01"], "findings")
    show(group)
    card = group.page.finding.facts
    assert card.cell("place").field.editable
    card.open("place")
    group.write("城关街道广源建材市场3号楼西侧")
    group.press(K.Key_Return)
    assert one(world, world.groups["01"], number)["place"].endswith("西侧")
    world.office.do("confirm_finding", findings=[number])
    world.round()
    group.page.refresh()
    group.settle()
    assert not card.cell("place").field.editable, "after 核定 a group proposes by a note"
    assert "提意见" in labels(group)


def test_a_group_proposes_and_the_office_takes_with_one_key(world, opened):
    number = reported(world)
    world.office.do("confirm_finding", findings=[number])
    world.round()
    group = opened(world.groups["01"], "findings")
    show(group)
    offered = next(a for a in group.page.finding.detail.actions if a.verb == "add_note")
    group.page.steps.start(offered, group.page.finding.detail)
    group.settle()
    group.write("地点")
    group.press(K.Key_Return)
    group.press(K.Key_Return, CTRL)
    group.write("城关街道广源建材市场3号楼二层")
    group.tab()
    group.write("复核时看清了楼层")
    group.press(K.Key_Return, CTRL)
    world.take(world.office, world.up("01"))
    seat = opened(world.office, "findings")
    show(seat)
    assert seat.page.finding.notes.isVisible()
    seat.press(K.Key_A)
    assert one(world, world.office, number)["place"] == "城关街道广源建材市场3号楼二层"
    assert world.row(world.office, "note")["state"] == "taken"


def test_a_conflict_is_shown_with_both_values_and_decided_by_key(world, opened):
    number = reported(world)
    world.groups["01"].do("edit_finding", finding=number, values={"place": "城关街道广源建材市场3号楼南侧"})
    world.office.do("edit_finding", finding=number, values={"place": "城关街道广源建材市场3号楼北侧"}, reason="核对")
    world.take(world.office, world.up("01"))
    world.take(world.groups["01"], world.down("01"))
    group = opened(world.groups["01"], "findings")
    show(group)
    assert group.page.finding.clash.isVisible()
    assert not group.page.finding.clash._keys.bindings(), "a group does not decide"
    seat = opened(world.office, "findings")
    show(seat, key="conflict")
    views = seat.page.finding.detail.conflicts
    assert len(views[0].values) == 2
    assert {v.side for v in views[0].values} == {"办公室", "第一组"}
    wanted = next(v for v in views[0].values if v.side == "第一组")
    seat.press(K.Key_1 if wanted.choice == 1 else K.Key_2)
    row = one(world, world.office, number)
    assert row["place"].endswith("南侧")
    assert not seat.page.finding.clash.isVisible()


def test_instruction_becomes_a_date_and_a_task(world, opened):
    number = reported(world)
    world.office.do("confirm_finding", findings=[number])
    seat = opened(world.office, "findings")
    show(seat)
    offered = next(a for a in seat.page.finding.detail.actions if a.verb == "record_instruction")
    seat.page.steps.start(offered, seat.page.finding.detail)
    seat.settle()
    form = seat.page.ask._form
    seat.write("县政府主要负责同志")
    seat.tab()
    seat.write("请应急管理局牵头，一周内办结")
    form.open("due_on")
    seat.write("6-12")
    form.open("groups")
    seat.write("dyz")
    seat.press(K.Key_Return)
    seat.press(K.Key_Return, CTRL)
    row = one(world, world.office, number)
    assert (row["status"], row["priority"]) == ("rectifying", True)
    assert world.row(world.office, "rectification", finding=row["uuid"])["due_on"] == "2026-06-12"
    assert world.row(world.office, "task")["status"] == "drafted"


@pytest.mark.parametrize("event", ["merge_finding", "settle_finding"])
def test_other_ends(world, opened, event):
    first, second = reported(world), reported(world, "02", place="城关街道广源建材市场3号楼东门")
    world.office.do("confirm_finding", findings=[first, second])
    seat = opened(world.office, "findings")
    show(seat, "东门", "to_assign")
    detail = seat.page.finding.detail
    button = next(
        b for b in seat.page.bar.buttons() if b.text() == ("并案" if event == "merge_finding" else "其他结论")
    )
    button.click()
    seat.settle()
    if event == "merge_finding":
        seat.write(first)
        seat.press(K.Key_Return)
    else:
        seat.write("不成立")
        seat.press(K.Key_Return)
        seat.write("现场复核已整改在先")
    seat.press(K.Key_Return, CTRL)
    row = one(world, world.office, second)
    assert detail.number == second
    assert row["status"] == ("merged" if event == "merge_finding" else "not_established")


def test_photos_large_compared_and_with_their_times(world, opened):
    number = world.assigned()
    world.office.do("add_photos", finding=number, images=[jpeg(1)])
    world.office.do("add_photos", finding=number, images=[jpeg(2)], role="after")
    seat = opened(world.office, "findings")
    show(seat)
    evidence = seat.page.finding.evidence
    assert [p.left for p in evidence.strip.photos()] == ["整改前 · 没有拍摄时间", "整改后 · 没有拍摄时间"]
    seat.press(K.Key_Space)
    assert evidence.viewer().isVisible()
    seat.press(K.Key_Escape)
    assert not evidence.viewer().isVisible()
    seat.press(K.Key_C)
    assert evidence.viewer().isVisible()
    assert evidence.viewer()._stack.currentWidget() is evidence.viewer().slider


def test_an_urge_is_answered_a_caption_written_and_a_step_taken_back(world, opened):
    number = world.assigned()
    world.office.do("add_photos", finding=number, images=[jpeg(1)])
    world.office.do("urge", findings=[number], text="请抓紧")
    seat = opened(world.office, "findings")
    show(seat, key="all")
    run(seat, "记督促答复")
    assert "请抓紧" in seat.page.ask._note.text()
    seat.write("本周内清空")
    seat.press(K.Key_Return, CTRL)
    assert world.row(world.office, "urge")["response"] == "本周内清空"
    assert "记督促答复" not in offered(seat), "answered"
    seat.page.finding.evidence.strip.setFocus()
    seat.press(K.Key_F2)
    seat.write("东侧门上锁")
    seat.press(K.Key_Return, CTRL)
    assert world.row(world.office, "evidence")["caption"] == "东侧门上锁"
    assert seat.page.finding.evidence.strip.photos()[0].words == "东侧门上锁"
    seat.press(K.Key_Space)
    assert "东侧门上锁" in seat.page.finding.evidence.viewer()._caption.text()
    seat.press(K.Key_Escape)
    run(seat, "撤回“交整改”")
    assert one(world, world.office, number)["status"] == "confirmed"
    group = opened(world.groups["01"], "findings")
    show(group, key="all")
    assert not [label for label in offered(group) if label.startswith("撤回")], "the office's step is the office's"


def offered(seat) -> list[str]:
    return [one.label for one in seat.page.bar.offered()]


def run(seat, label: str) -> None:
    next(one for one in seat.page.bar.offered() if one.label == label).run()
    seat.settle()


def test_selection_becomes_a_bulletin(world, opened):
    numbers = [reported(world, place=f"城关街道广源建材市场{n}号楼") for n in (1, 2, 3)]
    world.office.do("confirm_finding", findings=numbers)
    seat = opened(world.office, "findings")
    show(seat, key="all")
    made: list[str] = []
    seat.page.bulletin_drafted.connect(made.append)
    before = seat.count
    seat.press(K.Key_A, CTRL)
    seat.press(K.Key_F8)
    assert seat.count - before == 2
    (document,) = world.rows(world.office, "document")
    assert made == [document["uuid"].hex()]
    assert seat.page.rows.checked_ids() == []
    group = opened(world.groups["01"], "findings")
    show(group)
    group.press(K.Key_F8)
    assert "统一制发" in group.said[-1]


def test_a_ledger_of_what_is_shown_and_of_what_is_checked(world, opened, tmp_path, monkeypatch):
    numbers = [reported(world, place=f"城关街道广源建材市场{n}号楼") for n in (1, 2, 3)]
    world.office.do("confirm_finding", findings=numbers[:1])
    draft = world.finding(world.office)
    asked: list[str] = []

    def chosen(_parent, _title, name, _kind, then):
        asked.append(name)
        then(tmp_path / f"{len(asked)}.xlsx")

    monkeypatch.setattr(files, "choose_target", chosen)
    seat = opened(world.office, "findings")
    show(seat, key="to_confirm")
    seat.press(K.Key_P, CTRL)
    assert [row[1] for row in ledger_rows(tmp_path / "1.xlsx")] == numbers[1:]
    assert "问题台账 待核定 2026-06-02.xlsx" in asked[0]
    assert "已写到" in seat.said[-1]
    show(seat, key="all")
    seat.press(K.Key_P, CTRL)
    assert [row[1] for row in ledger_rows(tmp_path / "2.xlsx")] == numbers, "a draft counts nowhere"
    seat.press(K.Key_A, CTRL)
    seat.press(K.Key_P, CTRL)
    assert draft not in [row[1] for row in ledger_rows(tmp_path / "3.xlsx")]
    assert "另有1条是草稿" in seat.said[-1]
    show(seat, key="closed")
    seat.page.rows.clear_checked()
    seat.press(K.Key_P, CTRL)
    assert len(asked) == 3
    assert "没有问题可以写" in seat.said[-1]


def ledger_rows(path):
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True))


def test_nothing_acts_while_an_input_method_composes(world, opened):
    from .conftest import compose

    number = reported(world)
    seat = opened(world.office, "findings")
    show(seat, key="to_confirm")
    seat.page.pane.search.setFocus()
    compose(seat.page.pane.search, "y")
    seat.press(K.Key_Y)
    compose(seat.page.pane.search, "")
    assert one(world, world.office, number)["status"] == "final"


def test_a_refresh_keeps_selection_and_caret(world, opened):
    numbers = [reported(world, place=f"城关街道广源建材市场{n}号楼") for n in (1, 2, 3)]
    seat = opened(world.office, "findings")
    show(seat, key="all")
    seat.press(K.Key_J)
    chosen = seat.page.rows.current_id()
    seat.page.finding.facts.open("place")
    seat.write("城关街道广源建材市场中门")
    world.office.do("confirm_finding", findings=[numbers[0]])
    seat.page.refresh()
    seat.settle()
    assert seat.page.rows.current_id() == chosen
    editor = seat.page.finding.facts.cell("place").editor
    assert editor is seat.focus()
    assert editor.text() == "城关街道广源建材市场中门"


@pytest.mark.parametrize("size", [(1366, 768), (1024, 640)])
def test_words_and_sizes(world, opened, size):
    numbers = [
        reported(world),
        reported(world, place="城关街道" + "长" * 60 + "路口", facts="裸土未覆盖约600 m²，" * 30),
    ]
    world.office.do("confirm_finding", findings=numbers)
    seat = opened(world.office, "findings", size=size)
    show(seat, key="all")
    for _ in numbers:
        found = complaints(seat.window, own_texts=["WT-2026", "裸土", "m²", "2.4 m"])
        assert not found, found
        seat.press(K.Key_J)


def test_empty_office(world, opened):
    seat = opened(world.office, "findings")
    assert seat.page.pane.stack.currentIndex() == 1
    assert "Ctrl+N" in seat.page._nothing._next.text()
    assert not complaints(seat.window)


def test_a_form_goes_with_the_finding_it_was_opened_for(world, opened):
    numbers = [reported(world, place=f"城关街道广源建材市场{n}号楼") for n in (1, 2)]
    world.office.do("confirm_finding", findings=numbers)
    seat = opened(world.office, "findings")
    show(seat, key="to_assign")
    seat.press(K.Key_Y)
    assert seat.page.ask.isVisible()
    seat.page.refresh()
    seat.settle()
    assert seat.page.ask.isVisible(), "a refresh does not take the form away"
    seat.page.rows.step(1)
    seat.settle()
    assert not seat.page.ask.isVisible()


def test_many_at_once(world, opened):
    numbers = [reported(world, place=f"城关街道广源建材市场{n}号楼") for n in (1, 2, 3)]
    world.office.do("confirm_finding", findings=numbers[:1])
    seat = opened(world.office, "findings")
    show(seat, key="all")
    before = seat.count
    seat.press(K.Key_A, CTRL)
    assert labels(seat)[:3] == ["编入通报 3 条", "核定 2 条", "交整改 1 条"]
    seat.press(K.Key_Y)
    assert seat.count - before == 2
    assert {one(world, world.office, n)["status"] for n in numbers} == {"confirmed"}
    world.office.do("assign_rectification", findings=numbers)
    show(seat, key="open")
    before = seat.count
    seat.press(K.Key_A, CTRL)
    seat.press(K.Key_U)
    seat.press(K.Key_Return, CTRL)
    assert [row["text"] for row in world.rows(world.office, "urge")] == ["请抓紧整改，按期反馈办理情况。"] * 3
    assert seat.count - before == 3


def test_a_group_finalises_all_complete_drafts(world, opened):
    group = world.groups["01"]
    done, lacking = world.finding(group), world.finding(group, no_evidence_reason="")
    seat = opened(group, "findings")
    show(seat, key="all")
    seat.page.rows.check(seat.page.rows.ids())
    seat.settle()
    seat.press(K.Key_Y)
    assert (one(world, group, done)["status"], one(world, group, lacking)["status"]) == ("final", "draft")
    assert "1 条还有缺项" in "".join(seat.said)


def test_the_list_narrows_to_a_unit_by_its_initials(world, opened):
    world.office.do("add_unit", name="新湖街道", unit_kind="town", side="territory")
    world.round()
    first = reported(world)
    reported(world, place="新湖街道滨湖路与学院街口工地", territory_unit="新湖街道")
    seat = opened(world.office, "findings")
    show(seat, key="all")
    assert len(seat.page.rows.ids()) == 2
    seat.press(K.Key_F)
    seat.write("cgjd")
    seat.press(K.Key_Return)
    assert len(seat.page.rows.ids()) == 1
    assert seat.page.finding.detail.number == first
    assert seat.focus() is seat.page.rows
    seat.page.narrow.drop("unit")
    seat.settle()
    assert len(seat.page.rows.ids()) == 2


def test_the_office_corrects_a_group_with_a_reason(world, opened):
    number = reported(world)
    seat = opened(world.office, "findings")
    show(seat, key="all")
    seat.page.finding.facts.open("place")
    seat.write("城关街道广源建材市场3号楼一层")
    seat.press(K.Key_Return)
    assert one(world, world.office, number)["place"] != "城关街道广源建材市场3号楼一层"
    seat.write("与现场照片核对")
    seat.press(K.Key_Return, CTRL)
    assert one(world, world.office, number)["place"] == "城关街道广源建材市场3号楼一层"
    assert "与现场照片核对" in "".join(seat.page.finding.timeline.shown_texts())
