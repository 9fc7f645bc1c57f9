"""No key acts while an input method composes; single letters act only where nobody types (real preedit events)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from dubu_desktop.ui.keys import Keys, all_bindings, guard
from dubu_desktop.ui.kit import Action, ActionBar, Picker, RowList, SearchBox, TextArea, supply_list

from .conftest import House, compose
from .test_lists import ids_of, present

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(shown):
    """A window with text fields and a button, and keys that count what they did."""
    made = QWidget()
    made.line, made.area, made.button = QLineEdit(), QPlainTextEdit(), QPushButton("按钮")
    column = QVBoxLayout(made)
    for widget in (made.line, made.area, made.button):
        column.addWidget(widget)
    made.did = []
    made.keys = Keys(made, "本页")
    for keys in (
        "Ctrl+Return",
        "Ctrl+K",
        "Ctrl+D",
        "Ctrl+N",
        "Ctrl+E",
        "Ctrl+I",
        "Ctrl+Z",
        "F6",
        "F8",
        "F12",
        "U",
        "Y",
        "/",
        "?",
        "1",
    ):
        made.keys.bind(keys, lambda keys=keys: made.did.append(keys), keys)
    shown(made)
    return made


CHORDS = [
    (Qt.Key.Key_Return, CTRL), (Qt.Key.Key_K, CTRL), (Qt.Key.Key_D, CTRL), (Qt.Key.Key_N, CTRL), (Qt.Key.Key_E, CTRL),
    (Qt.Key.Key_I, CTRL), (Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier),
]  # fmt: skip


@pytest.mark.parametrize(("key", "modifier"), CHORDS)
@pytest.mark.parametrize("field", ["line", "area"])
def test_chords_act_in_text_fields_and_not_while_composing(page, qtbot, field, key, modifier):
    target = getattr(page, field)
    target.setFocus()
    qtbot.keyClick(target, key, modifier)
    assert len(page.did) == 1
    compose(target, "xfzl")
    assert guard().composing
    qtbot.keyClick(target, key, modifier)
    assert len(page.did) == 1
    compose(target, "", "消防通道")
    assert not guard().composing
    qtbot.keyClick(target, key, modifier)
    assert len(page.did) == 2


@pytest.mark.parametrize("key", ["U", "Y", "/", "?", "1"])
def test_single_letters_only_where_nobody_types(page, qtbot, key):
    page.line.setFocus()
    qtbot.keyClicks(page.line, key)
    assert page.did == []
    assert page.line.text() == key
    page.button.setFocus()
    qtbot.keyClicks(page.button, key)
    assert page.did == [key]


def test_ctrl_z_belongs_to_the_typed_text_first(page, qtbot):
    page.line.setFocus()
    qtbot.keyClicks(page.line, "abc")
    qtbot.keyClick(page.line, Qt.Key.Key_Z, CTRL)
    assert page.line.text() == ""
    assert page.did == []
    qtbot.keyClick(page.line, Qt.Key.Key_Z, CTRL)
    assert page.did == ["Ctrl+Z"]


def test_escape_clears_the_search_and_then_goes_back_to_the_list(qtbot, shown):
    search = SearchBox()
    shown(search)
    said = []
    search.left_down.connect(lambda: said.append("down"))
    qtbot.keyClicks(search, "xfzl")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert (search.text(), said) == ("", [])
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert said == ["down"]


def test_enter_and_escape_do_nothing_while_composing(qtbot, shown):
    holder = QWidget()
    search, area = SearchBox(), TextArea(phrases=supply_list(()))
    picker = Picker(supply_list(()))
    column = QVBoxLayout(holder)
    for widget in (search, area, picker):
        column.addWidget(widget)
    shown(holder)
    said = []
    search.left_down.connect(lambda: said.append("down"))
    picker.given_up.connect(lambda: said.append("given up"))
    picker.picked.connect(lambda _c: said.append("picked"))
    for target in (search, area, picker):
        target.setFocus()
        compose(target, "ni'hao")
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Tab):
            qtbot.keyClick(target, key)
        assert target.hasFocus()
        compose(target, "", "你好")
    assert said == []
    assert area.toPlainText() == "你好"  # no line break slipped in


def test_list_keys_do_nothing_while_composing(desk, shown, settle, qtbot):
    rows = RowList(desk, House.records, present)
    shown(rows)
    rows.set_ids(ids_of(5))
    rows.setFocus()
    settle(desk)
    compose(rows, "j")
    qtbot.keyClick(rows, Qt.Key.Key_J)
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert (rows.current_id(), rows.checked_ids()) == (1, [])
    compose(rows, "")
    qtbot.keyClick(rows, Qt.Key.Key_J)
    assert rows.current_id() == 2


def test_a_dead_input_method_cannot_lock_the_keyboard(page, qtbot):
    page.line.setFocus()
    compose(page.line, "half typed")
    qtbot.keyClick(page.line, Qt.Key.Key_Escape)
    qtbot.keyClick(page.line, Qt.Key.Key_K, CTRL)
    assert page.did == ["Ctrl+K"]
    compose(page.line, "again")
    page.area.setFocus()
    assert not guard().composing


def test_bindings_are_listed_and_given_back(page, qtbot):
    assert {binding.keys for binding in all_bindings(page)} >= {"Ctrl+K", "U", "F8"}
    page.keys.clear()
    assert all_bindings(page) == []
    page.button.setFocus()
    qtbot.keyClick(page.button, Qt.Key.Key_U)
    assert page.did == []


def test_of_two_parts_that_bind_a_key_the_one_nearest_the_focus_acts(shown):
    page = QWidget()
    outer, inner = QLineEdit(page), QWidget(page)
    field = QLineEdit(inner)
    done: list[str] = []
    Keys(page, "页").bind("Ctrl+Return", lambda: done.append("page"), "页")
    Keys(inner, "表").bind("Ctrl+Return", lambda: done.append("form"), "表")
    shown(page)
    for widget, expected in ((field, "form"), (outer, "page"), (field, "form"), (field, "form"), (outer, "page")):
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert done.pop() == expected
        assert not done


def test_a_wide_bar_leaves_its_hint_whole_and_a_narrow_one_its_buttons(shown):
    """Whose turn it is stands in the hint; what does not fit beside it goes under 更多, with its key."""
    owner = QWidget()
    bar = ActionBar(owner)
    QVBoxLayout(owner).addWidget(bar)
    shown(owner, 842, 200)
    actions = [Action(f"第{n}个很长的动作", owner.update, keys=str(n)) for n in range(1, 8)]
    hint = "等工作人员记反馈 · Ctrl+K 换人"
    bar.set_actions(actions, hint)
    QApplication.processEvents()
    label = bar._hint
    assert label.isVisible()
    assert label.width() >= label.fontMetrics().horizontalAdvance(hint)
    assert bar._more.isVisible()
    shown_wide = sum(button.isVisible() for button in bar.buttons())
    owner.resize(440, 200)
    QApplication.processEvents()
    assert not label.isVisible() or label.width() > 100, "a few characters of it say nothing"
    assert 0 < sum(button.isVisible() for button in bar.buttons()) < shown_wide
