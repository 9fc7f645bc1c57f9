"""新文书 on real workspaces, by keyboard alone: kind, records, draft with pages; figures that open; naming per item."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from dubu_desktop.ui.documents.newpaper import Basis, begin
from dubu_desktop.ui.kit import PlainLabel
from tests.world import World, jpeg

from .guard import watching
from .real import CTRL
from .test_documents import confirmed, document
from .walk import complaints

K = Qt.Key


@pytest.fixture(autouse=True)
def no_libreoffice(monkeypatch):
    """The true pages have tests of their own (tests/unit/export); here they would only take time."""
    monkeypatch.setenv("DUBU_SOFFICE", "")


def running(world: World) -> str:
    (number,) = confirmed(world, 1)
    world.office.do("assign_rectification", findings=[number], due_on="2026-06-05")
    return number


def test_a_reminder_from_nothing_takes_seven(world, opened):
    """N, the kind, Enter, Ctrl+Enter, the finding, Enter, Ctrl+Enter: the draft is there with its pages."""
    number = running(world)
    seat = opened(world.office, "documents")
    seat.count = 0
    with watching():
        seat.press(K.Key_N)
        seat.write("txh")
        seat.press(K.Key_Return)
        seat.press(K.Key_Return, CTRL)
        seat.write(number)
        seat.press(K.Key_Return)
        seat.press(K.Key_Return, CTRL)
    assert seat.count <= 7
    row = document(world)
    assert (row["doc_kind"], len(row["findings"])) == ("reminder_letter", 1)
    assert seat.page.switch.current() == "pages"
    assert "速览" in seat.page.preview.note.text()
    for _ in range(5):  # 送审; 签发 and its note; 印发 and its note
        seat.press(K.Key_Return, CTRL)
    assert document(world)["status"] == "issued"
    assert document(world)["number"] == "督提〔2026〕1号"
    assert seat.said[-1] == "已印发，1个问题记督促。"


def test_from_chosen_findings_only_kinds_that_fit_are_offered(world, opened):
    confirmed(world, 2)
    seat = opened(world.office, "documents")
    ids = tuple(row["uuid"].hex() for row in world.rows(world.office, "finding"))
    begin(seat.window, Basis(findings=ids))
    seat.settle()
    cell = seat.page.ask._form.cell("kind")
    seen = []
    cell.field.supply("", lambda found: seen.extend(choice.label for choice in found))
    assert "整改通知书" in seen
    assert "提醒函" not in seen, "nothing runs yet"
    assert "督办单" not in seen, "one finding a paper"
    assert "督导巡查工作任务交办单" not in seen


def test_a_figure_opens_to_its_rows_after_they_have_changed(world, opened):
    numbers = confirmed(world, 3)
    made = world.office.do("draft_document", kind="special_report", findings=numbers).ids[-1]
    world.office.do("submit_document", document=made)
    world.office.do("sign_document", document=made)
    world.office.do("settle_finding", finding=numbers[0], event="not_established", reason="重复")
    seat = opened(world.office, "documents", "findings")
    with watching():
        seat.page.show_view("figures")
        seat.settle()
        pane = seat.page.figures
        assert pane.figures.ids()
        pane.choose(0)
        seat.settle()
    assert "本专报列入的问题" in pane.basis.text()
    assert len(pane.rows.ids()) == 3
    row = pane.rows.model().items[0][1]
    assert (row.chip.word, "签发时已核定" in row.sub) == ("不成立", True)
    pane.rows.setFocus()
    seat.press(K.Key_Return)
    assert seat.window.current_page is seat.window.page("findings")


def test_of_single_findings_persons_are_named(world, opened):
    numbers = confirmed(world, 2)
    world.office.do("draft_bulletin", findings=numbers)
    seat = opened(world.office, "documents")
    seat.press(K.Key_D)
    assert not document(world)["naming"], "not while the findings are out of sight"
    seat.press(K.Key_Tab, CTRL)
    assert "点人点事" in seat.page.order_hint.text()
    seat.press(K.Key_D)
    first = document(world)["findings"][0].hex()
    assert document(world)["naming"] == {"level": "unit", "items": {first: "person"}}
    assert "点人点事" in seat.page.order.model().items[0][1].sub
    seat.press(K.Key_D)
    assert document(world)["naming"] == {"level": "unit"}


def test_a_group_makes_upward_papers_alone_and_writes_no_record(world, opened):
    group = world.groups["01"]
    number = world.finding(group)
    group.do("finalise_finding", finding=number)
    seat = opened(group, "documents")
    seat.press(K.Key_N)
    seen = []
    seat.page.ask._form.cell("kind").field.supply("", lambda found: seen.extend(choice.label for choice in found))
    assert set(seen) == {"即报", "专报", "督查情况报告", "问题照片卡"}
    seat.write("zb")
    seat.press(K.Key_Return)
    seat.press(K.Key_Return, CTRL)
    seat.write(number)
    seat.press(K.Key_Return)
    seat.press(K.Key_Return, CTRL)
    assert seat.page.preview.pages is not None
    assert [button.text() for button in seat.page.bar.buttons()] == ["打印成文件"]
    assert not world.rows(group, "document")
    assert complaints(seat.window) == []


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
@pytest.mark.parametrize("kind", ["reminder_letter", "supervision_notice", "special_report"])
def test_every_text_of_every_kind_fits(world, opened, size, kind):
    world.office.do("draft_document", kind=kind, findings=[running(world)])
    seat = opened(world.office, "documents", size=size)
    for view in ("content", "findings", "figures", "pages"):
        seat.page.show_view(view)
        seat.settle()
        assert complaints(seat.window) == []


def test_from_the_page_of_findings_in_five(world, opened):
    """X on two of them, W, the kind, Enter, Ctrl+Enter: six with both, and the draft stands in the order chosen."""
    confirmed(world, 2)
    seat = opened(world.office, "findings", "documents")
    seat.page.pane.filters.choose("all")
    seat.settle()
    seat.page.rows.setFocus()
    seat.page.rows.check(seat.page.rows.ids())
    seat.count = 0
    with watching():
        seat.press(K.Key_W)
        seat.write("zgtzs")
        seat.press(K.Key_Return)
        seat.press(K.Key_Return, CTRL)
    assert seat.count == 4
    assert seat.window.current_page is seat.window.page("documents")
    row = document(world)
    assert (row["doc_kind"], len(row["findings"])) == ("rectification_notice", 2)


def test_from_a_task_and_from_an_instruction(world, opened):
    office = world.office
    task = office.do("draft_task", title="消防安全督导", groups=["01"], source="meeting", requirement="逐栋检查").ids[0]
    office.do("issue_task", tasks=[task])
    given = {"leader": "县长", "given_on": "2026-06-01", "title": "消防", "text": "限期整改"}
    office.do("record_instruction", **given, findings=confirmed(world, 1))
    seat = opened(office, "tasks", "documents")
    seat.page.pane.filters.choose("all")
    seat.settle()
    seat.page.show_record(task)
    seat.settle()
    seat.press(K.Key_W)
    assert document(world)["doc_kind"] == "task_order", "the one kind that fits is not asked for"
    begin(seat.window, Basis(instruction=world.row(office, "instruction")["uuid"].hex()))
    seat.settle()
    assert {row["doc_kind"] for row in world.rows(office, "document")} == {"task_order", "instruction_slip"}


def test_the_words_of_a_kind_find_its_papers(world, opened):
    number = running(world)
    for kind in ("reminder_letter", "supervision_notice"):
        world.office.do("draft_document", kind=kind, findings=[number])
    seat = opened(world.office, "documents")
    seat.page.pane.search.setText("提醒函")
    seat.page.refresh()
    seat.settle()
    assert len(seat.page.rows.ids()) == 1
    assert seat.page.view.kind.id == "reminder_letter"


def test_a_group_sees_the_order_that_was_issued_to_it_and_its_figures_say_what_is_not_here(world, opened):
    office, group = world.office, world.groups["01"]
    task = office.do("draft_task", title="消防安全督导", groups=["01"], source="meeting", requirement="逐栋检查").ids[0]
    office.do("issue_task", tasks=[task])
    order = office.do("draft_document", kind="task_order", task=task).ids[0]
    numbers = [*confirmed(world, 1), *confirmed(world, 1, "02")]
    notice = office.do("draft_document", kind="rectification_notice", findings=numbers).ids[0]
    for verb in ("submit_document", "sign_document", "issue_document"):
        for document_id in (order, notice):
            office.do(verb, document=document_id)
    world.take(group, world.down("01"))
    seat = opened(group, "documents")
    assert len(seat.page.rows.ids()) == 2
    for _ in range(2):
        seat.page.show_view("pages")
        seat.settle()
        assert seat.page.preview.pages is not None
        assert seat.page.view.paper.notice == "仅报领导小组办公室"
        assert not seat.page.view.editable
        seat.page.show_view("figures")
        seat.settle()
        if seat.page.view.kind.id == "rectification_notice":
            rows = [item[1] for item in seat.page.figures.rows.model().items]
            assert [row.title == "这条记录不在本机" for row in rows] == [False, True], "the other group's finding"
        assert complaints(seat.window) == []
        seat.page.rows.setFocus()
        seat.press(K.Key_J)


def test_a_paper_without_figures_leaves_the_focus_in_the_page(world, opened):
    (number,) = confirmed(world, 1)
    world.office.do("add_photos", finding=number, images=[jpeg(1)])
    world.office.do("draft_document", kind="photo_card", findings=[number])
    seat = opened(world.office, "documents")
    seat.page.show_view("figures")
    seat.settle()
    assert seat.page.figures.empty.isVisible()
    assert seat.page.isAncestorOf(seat.focus())


@pytest.mark.parametrize(("each", "papers"), [(True, 2), (False, 1)])
def test_findings_of_two_units_are_asked_about_before_one_letter_tells_of_both(world, opened, each, papers):
    for name in ("住建局", "河西街道"):
        world.office.do("add_unit", name=name)
    world.take(world.groups["02"], world.down("02"))
    group = world.groups["02"]
    other = world.finding(group, industry_unit="住建局", territory_unit="河西街道")
    group.do("finalise_finding", finding=other)
    world.take(world.office, world.up("02"))
    world.office.do("confirm_finding", findings=[other])
    confirmed(world, 1)
    seat = opened(world.office, "documents")
    ids = tuple(row["uuid"].hex() for row in world.rows(world.office, "finding"))
    begin(seat.window, Basis(findings=ids))
    seat.settle()
    with watching():
        seat.write("zgtzs")
        seat.press(K.Key_Return)
        seat.press(K.Key_Return, CTRL)
        assert "2个单位" in " ".join(one.text() for one in seat.page.ask.findChildren(PlainLabel) if one.isVisible())
        assert complaints(seat.window) == []
        if not each:
            seat.write("合成一份")
            seat.press(K.Key_Return)
        seat.press(K.Key_Return, CTRL)
    rows = world.rows(world.office, "document")
    assert [row["doc_kind"] for row in rows] == ["rectification_notice"] * papers
    assert {len(row["findings"]) for row in rows} == {2 // papers}
    if each:
        assert seat.said[-1] == "已起草2份，每个单位一份。"
    else:
        assert any("分属" in said for said in seat.said)
        seat.page.show_view("content")
        seat.settle()
        assert "分属" in seat.page.warned.text()
    assert complaints(seat.window) == []
