"""要素 of a 通报: what it may choose is all there, and what its written texts no longer say right is said."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from dubu_desktop.actions import papers
from dubu_desktop.ui.kit import PlainLabel
from tests.world import World

from .guard import watching
from .real import CTRL
from .test_documents import confirmed, document
from .walk import complaints

K = Qt.Key


@pytest.fixture(autouse=True)
def no_libreoffice(monkeypatch):
    """The true pages have tests of their own (tests/unit/export); here they would only take time."""
    monkeypatch.setenv("DUBU_SOFFICE", "")


def printed(world: World) -> str:
    return str(world.office.read(papers.paper_of, document(world)["uuid"]))


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_grouping_good_practice_and_whom_to_answer_are_chosen_in_the_window(world, opened, size):
    world.office.do("draft_bulletin", findings=confirmed(world, 1), options={"copy_number": "000001"})
    seat = opened(world.office, "documents", size=size)
    facts = seat.page.facts
    assert complaints(seat.window) == []
    with watching():
        facts.cell("reply_to").setFocus()
        seat.press(K.Key_Return)
        seat.write("县委督查室")
        seat.press(K.Key_Return)
        facts.cell("group_by").setFocus()
        seat.press(K.Key_Return)
        seat.write("按责任单位")
        seat.press(K.Key_Return)
        facts.cell("good_practice").setFocus()
        seat.press(K.Key_Return)
        seat.write("某某街道每周检查一次")
        seat.page.rows.setFocus()
        seat.settle()
    assert document(world)["options"] == {
        "copy_number": "000001", "reply_to": "县委督查室", "group_by": "unit", "good_practice": "某某街道每周检查一次",
    }  # fmt: skip
    paper = printed(world)
    assert all(words in paper for words in ("县委督查室", "某某街道每周检查一次。"))
    assert facts.cell("group_by").field.value == "unit"
    assert complaints(seat.window) == []
    seat.page.edit("group_by", None)
    seat.settle()
    assert document(world)["options"]["group_by"] == "category"


def test_a_number_that_went_stale_stands_in_the_editor_and_before_signing(world, opened):
    numbers = confirmed(world, 3)
    world.office.do("draft_bulletin", findings=numbers)
    seat = opened(world.office, "documents")
    page = seat.page
    many = page.view.lead.figures
    assert f"改写后其中的数字不再随记录更新，{many}个数字不能点开" in page.texts.cell("lead").field.note
    page.edit("lead", page.view.lead.generated.replace("现将", "现就"))
    seat.settle()
    assert any("能点开的数字由" in said for said in seat.said)
    page.remove(document(world)["findings"][0].hex())
    seat.settle()
    said = "导语写的是“发现问题3个”，按现在的记录是2"
    assert said in page.warned.text()
    assert complaints(seat.window) == []
    seat.press(K.Key_Return, CTRL)
    assert seat.said[-1].endswith(f"已送审，等主任签发。{said}。"), "said at 送审, in one message"
    seat.press(K.Key_Return, CTRL)
    shown = [label.text() for label in page.ask.findChildren(PlainLabel) if label.isVisible()]
    assert any(said in text for text in shown), "asked before it is signed"
    assert document(world)["status"] == "submitted"


def test_a_form_offers_what_it_prints_and_says_what_stands_for_what_is_left_empty(world, opened):
    world.office.do("draft_document", kind="rectification_notice", findings=confirmed(world, 1))
    seat = opened(world.office, "documents", size=(1366, 768))
    facts = seat.page.facts
    shown = {key: facts.cell(key).field for key in ("addressee", "signer", "secrecy", "copy_number", "urgency")}
    assert (shown["addressee"].text, shown["signer"].text) == ("问题的责任单位", "签发的主任")
    assert "joint" not in facts.field_keys()
    with watching():
        facts.cell("secrecy").setFocus()
        seat.press(K.Key_Return)
        seat.write("机密★1年")
        seat.press(K.Key_Return)
    assert "机密★1年" in printed(world)
    assert complaints(seat.window) == []
