"""设置 › 文书用语 in a real window: a text is worded by keyboard, its mistakes said at their place while typing."""

from __future__ import annotations

from PySide6.QtCore import Qt

from dubu_desktop.ui.kit import Chip, Tone
from dubu_desktop.ui.settings.wording_editor import _as_phrase

from .guard import watching
from .real import CTRL, SHIFT
from .walk import complaints

K = Qt.Key


def go(seat):
    """The section, its first text of 专报 chosen."""
    seat.page.show_record("wording")
    seat.settle()
    section = seat.page.section("wording")
    section.chips._buttons["special_report"].click()
    seat.settle()
    return section


def choose(section, key: str) -> None:
    section.table.selectRow([r.place.key for r in section.records].index(key))


def test_a_text_is_worded_checked_previewed_and_taken_back_by_keyboard(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat)
    choose(section, "opening")
    section.take_focus()
    with watching():
        seat.press(K.Key_Return)
        editor = section.editor
        assert editor.text.hasFocus()
        seat.press(K.Key_A, CTRL)
        seat.write("本期共{问题个数}个")
        assert editor.said.text() == "▲ 第1行第4列：没有“{问题个数}”这个标签，是不是“{问题数}”？"
        seat.press(K.Key_Return, CTRL)  # not saved: to the mistake
        assert editor.text.textCursor().selectedText() == "{问题个数}"
        seat.press(K.Key_F4)
        seat.write("问题数")
        seat.press(K.Key_Return)
        assert editor.text.value() == "本期共{问题数}个"
        assert editor.shown.text() == "印出来（示例）：本期共37个"
        seat.press(K.Key_Return, CTRL)
    seat.settle()
    assert world.row(world.office, "paper_text")["text"] == "本期共{问题数}个"
    assert section.chosen().state == "已改（第1版）"
    assert section.table.hasFocus()
    seat.press(K.Key_Z, CTRL)
    seat.settle()
    assert section.chosen().state == "默认"


def test_a_number_typed_by_hand_is_said(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat)
    choose(section, "opening")
    section.edit()
    section.editor.text.set_value("发现问题37个")
    assert section.editor.said.text() == "没有用到 {问题数}：印出来就没有这个数，写死的数点不开。"


def test_what_was_typed_and_left_is_there_again(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat)
    choose(section, "causes")
    section.edit()
    seat.write("重写：")
    before = section.editor.text.value()
    seat.page.show_record("papers")
    seat.settle()
    seat.page.show_record("wording")
    seat.settle()
    choose(section, "causes")
    assert Chip("未保存", Tone.WARN) in section.cells(section.chosen())
    section.edit()
    assert section.editor.text.value() == before
    section.editor.text.set_value(section.chosen().text)
    section.editor.close_editor()
    assert section.unsaved == {}


def test_a_rare_character_before_the_mistake_moves_no_place(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat)
    choose(section, "opening")
    section.edit()
    section.editor.text.set_value("\U00020bb7\U00020bb7{错}")
    section.editor.to_mistake()
    assert section.editor.text.textCursor().selectedText() == "{错}"


def test_set_back_to_what_ships(world, opened):
    world.office.do("edit_paper_text", kind="专报", text="opening", words="共{问题数}个")
    seat = opened(world.office, "settings")
    section = go(seat)
    choose(section, "opening")
    section.take_focus()
    seat.press(K.Key_R)
    seat.settle()
    assert section.chosen().state == "默认"


def test_every_kind_is_read_without_text_cut_off(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat)
    for button in section.chips._buttons.values():
        button.click()
        seat.settle()
        assert section.records
        assert complaints(seat.window) == []
    choose(section, "issuer_sign")
    section.edit()
    assert complaints(seat.window) == []


def test_phrases_are_put_into_a_text_by_keyboard_and_a_text_is_kept_as_one(world, opened):
    world.office.do("add_phrase", abbr="zqhb", text="请于{5}日内报送【材料】。")
    seat = opened(world.office, "settings")
    section = go(seat)
    choose(section, "proposal")
    section.take_focus()
    with watching():
        seat.press(K.Key_Return)
        editor = section.editor
        seat.press(K.Key_A, CTRL)
        seat.press(K.Key_Delete)
        seat.press(K.Key_F3)  # the list, those without a category first
        assert editor.text.candidates()[0].label == "请于{5}日内报送【材料】。"
        seat.press(K.Key_Return)
        assert editor.text.value() == "请于{{5}}日内报送【材料】。", "braces of a phrase are no tags"
        assert editor.text.textCursor().selectedText() == "【材料】"
        seat.write("整改方案")
        assert editor.shown.text() == "印出来（示例）：请于{5}日内报送整改方案。"
        seat.press(K.Key_F3, SHIFT)
        assert editor.text.hasFocus()
        assert "输入 qyrn 再按 Enter" in seat.said[-1]
        seat.press(K.Key_Return, CTRL)
    assert world.row(world.office, "phrase", abbr="qyrn")["text"] == "请于{5}日内报送整改方案。"
    assert _as_phrase("共{问题数}个{如有 时间}（{时间}）{完}{{甲}}") == "共【问题数】个（【时间】）{甲}"


def test_a_list_of_phrases_without_any_says_how_to_make_one(world, opened):
    seat = opened(world.office, "settings")
    section = go(seat)
    choose(section, "proposal")
    section.take_focus()
    seat.press(K.Key_Return)
    before = section.editor.text.value()
    seat.press(K.Key_F3)
    (only,) = section.editor.text.candidates()
    assert "Shift+F3" in only.label
    seat.press(K.Key_Return)
    assert section.editor.text.value() == before
