"""The frame, driven as in use: the sketched pages of the gallery in a whole window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from dubu_desktop.errors import DubuError
from dubu_desktop.ui.cover import NEUTRAL
from dubu_desktop.ui.gallery.pages import FindingsPage
from dubu_desktop.ui.gallery.scenes import window as sample_window
from dubu_desktop.ui.manual import Manual
from dubu_desktop.ui.operation import Changes
from dubu_desktop.ui.rail import Rail, Waiting
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.window import TITLE

from .conftest import compose, type_into
from .guard import GuardError, watching
from .walk import complaints, latin_words

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(shown, settle):
    made = sample_window("finding", count=9)
    shown(made, 1366, 768)
    settle(made.desk)
    yield made
    made.desk.close()


def page(window) -> FindingsPage:
    found = window.current_page
    assert isinstance(found, FindingsPage)
    return found


def focus() -> object:
    return QApplication.focusWidget()


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    from PySide6.QtTest import QTest

    QTest.keyClick(focus(), key, modifier)


def test_pages_are_made_when_first_opened(window, settle):
    assert window.page("home") is not None  # the first page
    assert window.page("bundle") is None
    window.go("bundle")
    assert window.page("bundle") is window.current_page
    assert window.go("no such page") is None
    assert window.windowTitle() == TITLE


def test_keys_reach_the_pages(window, settle):
    press(Qt.Key.Key_6, Qt.KeyboardModifier.AltModifier)
    assert window.current_page is window.page("bundle")
    press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert window.current_page is window.page("finding")
    assert focus() is page(window).rows


def test_whole_list_by_keyboard(window, settle):
    rows = page(window).rows
    for _ in range(3):
        press(Qt.Key.Key_J)
    assert rows.current_id() == 4
    press(Qt.Key.Key_Slash)
    assert isinstance(focus(), QLineEdit)
    type_into(focus(), "瓷砖")
    press(Qt.Key.Key_Return)
    settle(window.desk)
    assert list(rows.ids()) == [1]
    assert focus() is rows
    press(Qt.Key.Key_Slash)
    press(Qt.Key.Key_Escape)
    settle_search(window, settle)
    assert len(rows.ids()) == 9


def settle_search(window, settle) -> None:
    from PySide6.QtTest import QTest

    QTest.qWait(250)
    settle(window.desk)


def test_nothing_found_says_what_to_do(window, settle):
    page(window).pane.search.setText("查无此事")
    settle_search(window, settle)
    assert page(window).pane.stack.currentIndex() == 1
    assert "没有找到" in page(window)._nothing._title.text()


def test_the_detail_follows_and_the_command_box_goes_anywhere(window, settle):
    press(Qt.Key.Key_Down)
    settle(window.desk)
    assert page(window).name.text().startswith("食堂留样柜")
    press(Qt.Key.Key_K, CTRL)
    type_into(focus(), "wt")
    assert [choice.label for choice in window.command_box.choices()] == ["问题"]
    focus().clear()
    compose(focus(), "shu'ju'bao")
    press(Qt.Key.Key_Return)  # the input method's
    assert window.command_box.isVisible()
    compose(focus(), "", "数据包")
    press(Qt.Key.Key_Return)
    assert window.current_page is window.page("bundle")
    assert not window.command_box.isVisible()


def test_shortcut_sheet_lists_what_can_act(window):
    press(Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    assert window.sheet.isVisible()
    texts = [label.text() for label in window.sheet.findChildren(type(window.strip._hint))]
    assert {"Ctrl+K", "F12", "U", "督促", "J"} <= set(texts)
    press(Qt.Key.Key_Escape)
    assert focus() is page(window).rows


def test_strip_says_and_leads(window):
    assert next(iter(window.strip._items.values())).item.text == "备份已验证 09:00"
    window.strip._items["link"].click()
    assert window.current_page is window.page("bundle")
    window.strip.set_saved("10:42:03")
    assert window.strip._saved.accessibleName() == "● 已保存 10:42:03"


def test_counts_of_the_rail(window):
    buttons = {button.key: button for button in window.rail.buttons()}
    assert buttons["finding"].accessibleName() == "问题，12 件待办"
    assert buttons["fix"].waiting.tone is Tone.BAD
    window.rail.set_waiting({"task": Waiting(120)})
    assert buttons["finding"].waiting.count == 0


def test_a_count_in_the_low_rail_hides_neither_icon_nor_word(shown):
    rail = shown(Rail("办公室", "领导小组"), 88, 60)
    rail.add("finding", "问题", "finding")
    (button,) = rail.buttons()
    button.set_flat(True)
    button.setFixedSize(72, 34)
    plain = button.grab().toImage()
    button.set_waiting(Waiting(5, Tone.BAD))
    counted = button.grab().toImage()
    changed = [x for x in range(72) for y in range(34) if plain.pixel(x, y) != counted.pixel(x, y)]
    assert min(changed) > 20 + 2 * 12, "icon and two characters"


def test_enter_opens_a_page_from_the_rail_and_a_place_from_the_strip(window, qtbot):
    for button in window.rail.buttons():
        qtbot.keyClick(button, Qt.Key.Key_Return)
        assert window.current_page is window.page(button.key)
    qtbot.keyClick(window.strip._items["link"], Qt.Key.Key_Return)
    assert window.current_page is window.page("bundle")


def test_what_was_read_does_not_follow_to_other_pages(window, monkeypatch):
    window.desk.warn("还缺：地点。")
    window.go("task")
    assert window.messages.text(), "a page opened at once: nobody has read it yet"
    monkeypatch.setattr(window.messages._since, "hasExpired", lambda _ms: True)
    window.go("task")
    assert window.messages.text(), "the same page"
    window.go("finding")
    assert not window.messages.text()


def test_a_change_refreshes_open_pages_now_and_hidden_ones_later(window, settle, monkeypatch):
    refreshed = []
    finding = page(window)
    monkeypatch.setattr(finding, "refresh", lambda: refreshed.append("finding"))
    window.desk.changed.emit(Changes(frozenset({"task"})))
    assert refreshed == []
    window.desk.changed.emit(Changes(frozenset({"finding"})))
    assert refreshed == ["finding"]
    window.go("bundle")
    window.desk.changed.emit(Changes(frozenset({"finding"})))
    assert refreshed == ["finding"]
    window.go("finding")
    assert refreshed == ["finding", "finding"]


def test_errors_and_bugs_reach_the_person(window):
    from dubu_desktop.ui.messages import Message, bug_report

    window.desk.said.emit(Message.from_error(DubuError("D-204")))
    assert window.messages.text().startswith("D-204 数据包不完整")
    window.desk.bug.emit(bug_report(ValueError("x")))
    assert window.bugs.isVisible()


def test_never_an_overlay_over_an_overlay(window):
    window.show_keys()
    window.open_command_box()
    assert not window.sheet.isVisible()
    assert window.command_box.isVisible()


def test_f12_hides_everything_until_the_password(window, settle, qtbot):
    tried = []
    window.cover_sheet._verify = lambda password: (tried.append(password), password == "ok1")[1]
    page(window).rows.choose(3)
    press(Qt.Key.Key_F12)
    cover = window.cover_sheet
    assert cover.isVisible()
    assert window.windowTitle() == NEUTRAL
    assert cover.geometry() == window.rect()
    press(Qt.Key.Key_K, CTRL)
    assert not window.command_box.isVisible()
    assert not cover._button.isVisible() or cover._field.isVisible()
    window.resize(1200, 700)
    assert cover.geometry() == window.rect()
    cover._field.clear()
    cover._show_field()
    type_into(cover._field, "bad")
    press(Qt.Key.Key_Return)
    settle(window.desk)
    assert cover.isVisible()
    assert "密码不对" in cover._said.text()
    type_into(cover._field, "ok1")
    press(Qt.Key.Key_Return)
    settle(window.desk)
    assert tried == ["bad", "ok1"]
    assert not cover.isVisible()
    assert window.windowTitle() == TITLE
    assert focus() is page(window).rows
    assert page(window).rows.current_id() == 3
    press(Qt.Key.Key_K, CTRL)
    assert window.command_box.isVisible()


def test_the_covered_window_shows_no_record(window):
    window.hide_all()
    # Nothing of what lies below shines through: every pixel is the cover's.
    picture = window.grab().toImage()
    page(window).rows.hide()
    assert window.grab().toImage() == picture


def test_auto_lock_after_idle(window, qtbot):
    window.idle.set_minutes(1)
    assert window.idle._timer.interval() == 60_000
    window.idle._timer.start(30)
    qtbot.wait(15)
    QApplication.sendEvent(
        window.windowHandle(), QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    )
    assert window.idle._timer.remainingTime() >= 25  # somebody is there
    qtbot.waitUntil(window.cover_sheet.isVisible, timeout=1000)
    window.idle.set_minutes(0)
    assert not window.idle._timer.isActive()


def test_a_closed_window_locks_no_other(window, settle, shown):
    other = sample_window("finding", count=1)
    shown(other)
    settle(other.desk)
    window.hide_all()
    assert other.isVisible(), "each window has its own lock"
    window.idle.set_minutes(1)
    window.close()
    assert not window.idle._timer.isActive()
    other.desk.close()


def test_who_is_at_the_keyboard(window, settle):
    chosen = []
    window.hooks.choose_person = chosen.append
    window.ask_who()
    settle(window.desk)
    type_into(focus(), "qsz")
    settle(window.desk)
    press(Qt.Key.Key_Return)
    assert chosen[0].label == "青石镇"
    assert window.strip._person.item.text == "青石镇"


def test_pictures_of_the_manual_are_as_wide_as_its_page(window, settle, tmp_path):
    book = tmp_path / "docs" / "使用手册.md"
    book.parent.mkdir()
    wide = QImage(1366, 768, QImage.Format.Format_RGB32)
    wide.fill(0)
    assert wide.save(str(book.parent / "wide.png"))
    book.write_text("# 手册\n\n![宽](wide.png)\n\n## 问题\n\n![又一张](wide.png)\n", encoding="utf-8")
    window.resize(800, 600)
    manual = Manual(window, window.desk, book)
    manual.show_at("问题")
    settle(window.desk)
    assert manual.pages.horizontalScrollBar().maximum() == 0
    assert manual.pages.document().size().width() <= manual.pages.viewport().width()
    assert manual.pages.document().size().height() > 600, "two pictures, in proportion"


def test_manual_opens_at_the_page_and_loads_nothing_from_outside(window, settle, tmp_path):
    book = tmp_path / "docs" / "使用手册.md"
    book.parent.mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    filler = "\n\n".join(f"第{n}段" for n in range(200))
    book.write_text(
        f"# 手册\n\n{filler}\n\n## 问题\n\n怎样记问题。\n\n{filler}\n\n<b>不是标记</b> ![x](../secret.png)",
        encoding="utf-8",
    )
    manual = Manual(window, window.desk, book)
    manual.show_at("问题")
    settle(window.desk)
    assert manual.pages.verticalScrollBar().value() > 0
    assert manual.pages.go("没有这一节") is False
    assert "<b>不是标记</b>" in manual.pages.toPlainText()
    from PySide6.QtCore import QUrl

    image = 2
    assert manual.pages.loadResource(image, QUrl("../secret.png")) is None
    assert manual.pages.loadResource(image, QUrl("http://example.invalid/x.png")) is None
    assert manual.pages.loadResource(image, QUrl("file:///etc/hostname")) is None
    press(Qt.Key.Key_Escape)
    assert not manual.isVisible()


def test_the_divider_is_remembered(window):
    kept = {}
    window.hooks.save_setting = kept.__setitem__
    page(window).splitter.moveSplitter(380, 1)
    assert kept == {"split.问题": 380}
    assert window.remembered("split.问题", 452) == 380


def test_the_gui_thread_touches_nothing(window, settle):
    with watching() as guard:
        page(window).rows.scrollToBottom()
        window.go("bundle")
        window.go("finding")
        page(window).pane.search.setText("瓷砖")
        settle_search(window, settle)
        page(window).photos.repaint()
        settle(window.desk)
    assert guard.caught == []


def test_the_guard_notices(tmp_path):
    import sqlite3

    def touch_everything() -> None:
        with watching():
            sqlite3.connect(":memory:").close()
            (tmp_path / "x").write_text("x")

    with pytest.raises(GuardError) as caught:
        touch_everything()
    assert "connect" in str(caught.value)
    assert "open" in str(caught.value)


SCENES = [(1366, 768), (910, 512), (1920, 1080)]


@pytest.mark.parametrize("size", SCENES, ids=["1366x768", "at 150 %", "1920x1080"])
@pytest.mark.parametrize("key", ["home", "finding", "bundle"])
def test_walk(window, settle, key, size):
    window.resize(*size)
    window.go(key)
    settle(window.desk)
    assert complaints(window) == []


@pytest.mark.parametrize("look", ["command", "keys", "who", "cover", "ask"])
def test_walk_over_what_lies_on_top(window, settle, look):
    {
        "command": window.open_command_box, "keys": window.show_keys, "who": window.ask_who, "cover": window.hide_all,
        "ask": page(window).urge,
    }[look]()  # fmt: skip
    settle(window.desk)
    assert complaints(window) == []


def test_the_walk_notices():
    from dubu_desktop.ui.kit import Button, PlainLabel

    assert latin_words("按 Ctrl+K 打开 WPS，编号 WT-2026-03-0001") == []
    assert latin_words("Save 保存") == ["Save"]
    narrow = PlainLabel("很长很长很长很长的一句话")
    narrow.resize(40, 20)
    narrow.show()
    assert any("does not fit" in line for line in complaints(narrow))
    button = Button("OK then")
    button.show()
    assert any("word" in line for line in complaints(button))
    narrow.close()
    button.close()
