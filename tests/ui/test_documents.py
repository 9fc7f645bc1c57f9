"""文书 on real workspaces, by keyboard alone: from chosen findings to the .docx, the order, the texts, the pages."""

from __future__ import annotations

import zipfile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog

from dubu_desktop.system.wordprocessors import WordProcessor
from dubu_desktop.ui import written
from dubu_desktop.ui.documents.quick import QuickPages
from dubu_desktop.ui.documents.steps import draft_from
from dubu_desktop.ui.kit import PlainLabel
from tests.world import World, jpeg

from .guard import watching
from .real import CTRL, SHIFT
from .walk import complaints

K = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True)
def no_libreoffice(monkeypatch):
    """The true pages have tests of their own (tests/unit/export); here they would only take time."""
    monkeypatch.setenv("DUBU_SOFFICE", "")


def confirmed(world: World, count: int, code: str = "01") -> list[str]:
    """Findings of a group, confirmed at the office."""
    group = world.groups[code]
    numbers = [world.finding(group, facts=f"疏散通道堆放瓷砖约{40 + at}箱，东门上锁") for at in range(count)]
    for number in numbers:
        group.do("finalise_finding", finding=number)
    world.take(world.office, world.up(code))
    world.office.do("confirm_finding", findings=numbers)
    return numbers


def document(world: World) -> dict:
    (row,) = world.rows(world.office, "document")
    return row


def test_from_22_selected_findings_to_the_docx_in_eight_interactions(world, opened, tmp_path):
    confirmed(world, 22)
    seat = opened(world.office, "findings", "documents")
    seat.window.remember("papers.folder", str(tmp_path))
    seat.page.pane.filters.choose("all")
    seat.settle()
    seat.page.rows.setFocus()
    seat.page.rows.check(seat.page.rows.ids())
    seat.count = 0
    with watching():
        seat.press(K.Key_F8)
        assert seat.window.current_page is seat.window.page("documents")
        for _ in range(5):  # 送审; 签发 and its warning; 印发 and its warning
            seat.press(K.Key_Return, CTRL)
        seat.press(K.Key_P, CTRL)
        assert seat.window.findChild(QFileDialog).isVisible()
        seat.press(K.Key_Return)
    assert seat.count <= 8
    row = document(world)
    assert row["number"] == "督巡通〔2026〕1号"
    assert len(row["findings"]) == 22
    (made,) = tmp_path.glob("*.docx")
    assert row["number"] in made.name
    body = zipfile.ZipFile(made).read("word/document.xml").decode()
    assert "约61箱" in body
    assert "草稿" not in body
    statuses = {one["status"] for one in world.rows(world.office, "finding")}
    assert statuses == {"rectifying"}
    assert seat.said[-1].startswith("已写到 ")


def test_signing_says_beforehand_that_it_cannot_be_undone_and_esc_leaves_it(world, opened):
    numbers = confirmed(world, 1)
    world.office.do("draft_bulletin", findings=numbers)
    seat = opened(world.office, "documents")
    seat.press(K.Key_Return, CTRL)
    seat.press(K.Key_Return, CTRL)
    page = seat.page
    assert page.ask.isVisible()
    assert "督巡通〔2026〕1号" in page.ask._note.text()
    assert "不能撤销" in page.ask._note.text()
    seat.press(K.Key_Escape)
    assert not page.ask.isVisible()
    assert document(world)["status"] == "submitted"
    assert not document(world)["number"]


def test_the_order_is_moved_by_alt_arrows_and_delete_takes_out(world, opened):
    numbers = confirmed(world, 3)
    world.office.do("draft_bulletin", findings=numbers)
    seat = opened(world.office, "documents")
    by_id = {row["uuid"]: row["number"] for row in world.rows(world.office, "finding")}
    seat.press(K.Key_Tab, CTRL)
    assert seat.page.order.hasFocus()
    seat.press(K.Key_Down, ALT)
    assert [by_id[one] for one in document(world)["findings"]] == [numbers[1], numbers[0], numbers[2]]
    assert seat.page.order.currentIndex().row() == 1, "the finding that was moved stays the current one"
    seat.press(K.Key_Delete)
    assert [by_id[one] for one in document(world)["findings"]] == [numbers[1], numbers[2]]


def test_a_text_is_generated_until_it_is_written_and_again_when_it_is_cleared(world, opened):
    world.office.do("draft_bulletin", findings=confirmed(world, 2))
    seat = opened(world.office, "documents")
    page = seat.page
    generated = page.view.lead.generated
    assert "发现问题2个" in generated
    assert page.texts.cell("lead").value() == generated
    page.edit("lead", "各有关单位：情况如下。")
    seat.settle()
    assert document(world)["lead"] == "各有关单位：情况如下。"
    assert page.view.lead.written
    page.edit("lead", "")
    seat.settle()
    assert page.view.lead.shown == generated
    page.edit("lead", generated)
    seat.settle()
    assert not document(world)["lead"], "what is the same as generated is not kept: it follows the data"


@pytest.mark.parametrize(
    ("key", "value", "field", "kept"),
    [
        ("sealed", False, "sealed", False),
        ("sealed", None, "sealed", None),
        ("photos", None, "options", 0),
        ("style", "issue", "style", "issue"),
        ("naming", "person", "naming", {"level": "person"}),
        ("title", "关于消防通道的通报", "title", "关于消防通道的通报"),
    ],
)
def test_options_are_kept_as_chosen(world, opened, key, value, field, kept):
    world.office.do("draft_bulletin", findings=confirmed(world, 1))
    seat = opened(world.office, "documents")
    seat.page.edit(key, value)
    seat.settle()
    found = document(world)[field]
    assert (found[key] if field == "options" else found) == kept


def test_a_finding_not_confirmed_keeps_the_paper_back_and_says_so(world, opened):
    number = world.finding(world.office)
    seat = opened(world.office, "documents")
    draft_from(seat.window, [number])
    seat.settle()
    button = seat.page.bar.buttons()[0]
    assert (button.text(), button.isEnabled()) == ("送审", False)
    assert number in seat.page.warned.text()


def test_pages_are_there_at_once_and_say_what_they_are(world, opened):
    world.office.do("draft_bulletin", findings=confirmed(world, 3))
    seat = opened(world.office, "documents")
    with watching():
        seat.press(K.Key_P)
    preview = seat.page.preview
    assert isinstance(preview.pages, QuickPages)
    assert preview.pages.count >= 3
    assert "速览" in preview.note.text()
    assert "没有排版程序" in preview.note.text()
    image = preview.pages.render(0, 400)
    dots = [image.pixelColor(x, y) for x in range(0, 400, 2) for y in range(300)]
    assert sum(dot.red() > 150 > dot.green() for dot in dots) > 200, "the head of the paper is red"


def test_a_group_sees_an_issued_paper_and_can_change_or_print_nothing(world, opened):
    numbers = confirmed(world, 2)
    made = world.office.do("draft_bulletin", findings=numbers).ids[-1]
    for verb in ("submit_document", "sign_document", "issue_document"):
        world.office.do(verb, document=made)
    world.take(world.groups["01"], world.down("01"))
    seat = opened(world.groups["01"], "documents")
    assert seat.page.view.detail.row.number == "督巡通〔2026〕1号"
    assert seat.page.switch.current() == "pages"
    assert [button.text() for button in seat.page.bar.buttons()] == []
    assert not seat.page.view.editable
    assert seat.page.view.paper.notice == "仅报领导小组办公室"


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_every_text_fits_and_is_chinese(world, opened, size):
    numbers = confirmed(world, 2)
    world.office.do("draft_bulletin", findings=numbers)
    seat = opened(world.office, "documents", size=size)
    for view in ("content", "findings", "pages"):
        seat.page.show_view(view)
        seat.settle()
        assert complaints(seat.window) == []


def test_empty_says_what_comes_next(world, opened):
    seat = opened(world.office, "documents")
    assert seat.page.pane.stack.currentIndex() == 1
    assert complaints(seat.window) == []


def test_pages_have_a_strip_of_small_ones_and_are_enlarged_by_keys(world, opened):
    world.office.do("draft_bulletin", findings=confirmed(world, 3))
    seat = opened(world.office, "documents")
    with watching():
        seat.press(K.Key_P)
        preview = seat.page.preview
        assert preview.pages.count >= 3
        assert preview._strip.isVisible()
        fits = preview._canvas.box(0).width()
        seat.press(K.Key_Plus)
        assert preview._canvas.box(0).width() > fits
        assert "125%" in preview.scale.text()
        seat.press(K.Key_0)
        assert preview._canvas.box(0).width() == fits
        seat.press(K.Key_Minus)
        assert preview._canvas.box(0).width() < fits
        preview._small.pressed.emit(2)
        seat.settle()
    assert preview._small.marked == 2
    assert preview._scroll.verticalScrollBar().value() > 0
    assert complaints(seat.window) == []


def test_what_was_written_is_opened_with_the_word_processor_that_is_here(world, opened, tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(written, "word_processor", lambda: WordProcessor("WPS", ("wps",)))
    monkeypatch.setattr(written, "open_with", lambda program, path: started.append((program.label, path.name)) or True)
    world.office.do("draft_bulletin", findings=confirmed(world, 1))
    seat = opened(world.office, "documents")
    written.write(
        seat.page, tmp_path / "通报.docx", "print_document", "正在排印", document=document(world)["uuid"].hex()
    )
    seat.settle()
    assert seat.said[-1].startswith("已写到 ")
    bar = seat.window.messages
    assert "用 WPS 打开" in [button.text() for button in bar.findChildren(QAbstractButton)]
    written.open_paper(seat.page, WordProcessor("WPS", ("wps",)), str(tmp_path / "通报.docx"))
    seat.settle()
    assert started == [("WPS", "通报.docx")]


def test_awaited_photos_stand_at_the_paper_at_its_pages_and_before_signing(world, opened):
    (number,) = confirmed(world, 1)
    world.office.do("add_photos", finding=number, images=[jpeg(1), jpeg(2)])
    made = world.office.do("draft_bulletin", findings=[number], options={"photos": 2}).ids[-1]
    world.office.ws.blobs.remove(world.rows(world.office, "evidence")[0]["preview"])
    seat = opened(world.office, "documents")
    said = f"1张照片待补（{number}）"
    assert said in seat.page.warned.text()
    with watching():
        seat.page.show_view("pages")
        seat.settle()
    assert said in seat.page.preview.warned.text()
    assert complaints(seat.window) == []
    seat.press(K.Key_Return, CTRL)
    seat.press(K.Key_Return, CTRL)
    assert document(world)["status"] == "submitted", "asked before it is signed"
    shown = [label.text() for label in seat.page.ask.findChildren(PlainLabel) if label.isVisible()]
    assert any(said in text for text in shown)
    seat.press(K.Key_Return, CTRL)
    assert document(world)["status"] == "signed"
    assert seat.page.view.detail.row.id == made


def test_a_flash_report_of_more_than_a_page_says_so_above_its_pages(world, opened):
    number = world.finding(world.office, urgent=True)
    for verb in ("finalise_finding", "confirm_finding"):
        world.office.do(verb, **({"finding": number} if verb.startswith("final") else {"findings": [number]}))
    proposal = "请责任单位立即消除隐患、查明原因，同类点位当日排查。"
    made = world.office.do("draft_document", kind="flash_report", findings=[number], options={"proposal": proposal})
    seat = opened(world.office, "documents")
    seat.page.show_view("pages")
    seat.settle()
    assert seat.page.preview.pages.count == 1
    assert seat.page.preview.warned.text() == ""
    seat.desk.do(seat.page, "edit_document", document=made.ids[-1], values={"options": {"proposal": proposal * 30}})
    seat.settle()
    assert "应当不超过1页，现有" in seat.page.preview.warned.text()
    assert seat.page.preview.warned.isVisible()
    assert complaints(seat.window) == []


def test_what_moved_since_signing_is_said_before_and_after_issuing(world, opened):
    (number,) = confirmed(world, 1)
    made = world.office.do("draft_document", kind="rectification_notice", findings=[number]).ids[-1]
    world.office.do("submit_document", document=made)
    world.office.do("sign_document", document=made)
    seat = opened(world.office, "documents")
    seat.page.show_view("pages")
    seat.settle()
    seat.desk.do(seat.page, "settle_finding", finding=number, event="not_established", reason="查无此事")
    seat.settle()
    said = f"{number} 现为“不成立”，本件还列着它，印发时不交整改"
    assert said in seat.page.preview.warned.text(), "though the pages are the same"
    assert said in seat.page.warned.text()
    seat.press(K.Key_Return, CTRL)
    shown = [label.text() for label in seat.page.ask.findChildren(PlainLabel) if label.isVisible()]
    assert any(said in text for text in shown)
    assert complaints(seat.window) == []
    seat.press(K.Key_Return, CTRL)
    assert seat.said[-1] == f"已印发，没有新交整改的问题。{said}。"


def test_a_draft_whose_only_finding_was_withdrawn_is_mended_in_the_window(world, opened):
    gone, other = confirmed(world, 2)
    made = world.office.do("draft_document", kind="rectification_notice", findings=[gone]).ids[-1]
    world.office.do("settle_finding", finding=gone, event="not_established", reason="查无此事")
    seat = opened(world.office, "documents")
    seat.page.show_view("pages")
    seat.settle()
    assert "正在排" not in seat.page.preview.note.text()
    assert "增列问题" in [one.text() for one in seat.page.bar.findChildren(QAbstractButton)]
    seat.page.edit("due_on", "2026-07-01")
    seat.settle()
    seat.desk.do(seat.page, "add_findings", document=made, findings=[other])
    seat.settle()
    seat.page.remove(world.row(world.office, "finding", number=gone)["uuid"].hex())
    seat.settle()
    assert seat.said == ["已移出，问题本身没有变。"], "nothing was refused on the way"
    assert not seat.page.view.refused
    seat.press(K.Key_Return, CTRL)
    assert (document(world)["status"], document(world)["due_on"]) == ("submitted", "2026-07-01")


def test_phrases_are_offered_in_the_sentences_of_a_paper(world, opened):
    world.office.do("add_phrase", abbr="jpts", text="近期雨水集中，请各单位加强值守。")
    number = confirmed(world, 1)[0]
    world.office.do("draft_document", kind="special_report", findings=[number])
    seat = opened(world.office, "documents")
    seat.page.rows.setFocus()
    seat.press(K.Key_Home)
    seat.page.show_view("content")
    cell = seat.page.facts.cell("lead")
    with watching():
        cell.setFocus()
        seat.press(K.Key_Return)
        seat.write("jpts")  # by its letters
        seat.press(K.Key_Return)
        assert cell.editor.value() == "近期雨水集中，请各单位加强值守。"
        (button,) = [one for one in cell.findChildren(QAbstractButton) if one.text() == "用语"]
        button.click()  # by the mouse, from the whole list
        seat.settle()
        assert cell.editor.hasFocus()
        assert cell.editor.candidates()[0].hint == "jpts"
        cell.editor._popup.clicked.emit(cell.editor.candidates()[0])
        seat.settle()
        assert cell.editor.value() == "近期雨水集中，请各单位加强值守。" * 2
        seat.press(K.Key_F3, SHIFT)  # kept as a phrase of its own
        assert cell.editor.hasFocus()
        seat.page.rows.setFocus()
        seat.settle()
    assert document(world)["options"]["lead"] == "近期雨水集中，请各单位加强值守。" * 2
    assert world.row(world.office, "phrase", abbr="jqys")["text"] == "近期雨水集中，请各单位加强值守。" * 2
    for _ in range(2):  # the document, then the phrase
        seat.press(K.Key_Z, CTRL)
    assert world.row(world.office, "phrase", abbr="jqys")["status"] == "void"


def test_a_question_about_a_paper_closes_when_another_is_chosen(world, opened):
    """It would have been the other one that was signed while this one stood before the eyes."""
    numbers = confirmed(world, 2)
    first, second = (world.office.do("draft_bulletin", findings=[number]).ids[-1] for number in numbers)
    for made in (first, second):
        world.office.do("submit_document", document=made)
    seat = opened(world.office, "documents")
    seat.window.go("documents", first)
    seat.settle()
    seat.press(K.Key_Return, CTRL)
    assert seat.page.ask.isVisible()
    seat.window.go("documents", second)
    seat.settle()
    assert not seat.page.ask.isVisible()
    seat.press(K.Key_N)
    assert seat.page.ask.isVisible()
    seat.window.go("documents", first)
    seat.settle()
    assert seat.page.ask.isVisible(), "a new paper is about no other one"
    assert {row["status"] for row in world.rows(world.office, "document")} == {"submitted"}


def test_beside_an_open_figure_the_small_pages_give_way_in_a_narrow_window(world, opened):
    world.office.do("draft_bulletin", findings=confirmed(world, 22))
    seat = opened(world.office, "documents", size=(911, 512))
    seat.page.show_view("pages")
    seat.settle()
    preview = seat.page.preview
    assert preview._strip.isVisible()
    preview.open_figure(0)
    seat.settle()
    assert preview.side.isVisible()
    assert not preview._strip.isVisible()
    assert preview._canvas.box(0).left() >= 0, "a page is not cut off"
    assert preview._canvas.box(0).right() <= preview._scroll.viewport().width()
    assert complaints(seat.window) == []
    preview.side.shut()
    seat.settle()
    assert preview._strip.isVisible()
