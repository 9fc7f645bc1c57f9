from __future__ import annotations

import time
from array import array

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester

from dubu_desktop.ui.kit import Column, DataTable, Row, RowList
from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.idmodel import KEPT, PAGE

from .conftest import House

MANY = 100_000


def present(record):
    return Row(record.text, "城关街道 · 6月2日 08:46", "第三组", Chip("逾期12天", Tone.BAD))


@pytest.fixture
def rows(desk, shown):
    made = RowList(desk, House.records, present, name="问题")
    shown(made, 450, 560)
    return made


def ids_of(count: int) -> array[int]:
    return array("q", range(1, count + 1))


def test_100_000_rows_fetch_only_what_is_seen(rows, house, desk, settle):
    begun = time.perf_counter()
    rows.set_ids(ids_of(MANY))
    opened = time.perf_counter() - begun
    settle(desk)
    assert rows.fetched_pages <= 2
    assert rows.model().rowCount() == MANY
    rows.scrollToBottom()
    settle(desk)
    assert rows.fetched_pages <= 4
    assert house.fetched[-1][-1] == MANY
    assert opened < 2  # a bound against quadratic work, not a figure; those are in benchmarks/


def test_dragging_through_everything_loads_few_pages(rows, desk, settle, qapp):
    rows.set_ids(ids_of(MANY))
    settle(desk)
    bar = rows.verticalScrollBar()
    for at in range(101):
        bar.setValue(bar.maximum() * at // 100)
        rows.viewport().repaint()
    settle(desk)
    assert rows.fetched_pages < 30
    assert len(rows._window._pages) <= KEPT


def test_memory_stays_bounded(rows, desk, settle):
    rows.set_ids(ids_of(PAGE * 60))
    for page in range(60):
        rows.choose(page * PAGE + 1)
        rows.viewport().repaint()
        settle(desk)
    assert len(rows._window._pages) == KEPT


def test_zero_and_one(rows, desk, settle):
    rows.set_ids(ids_of(0))
    rows.step(1)
    assert rows.current_id() is None
    rows.set_ids(ids_of(1))
    rows.choose_first()
    settle(desk)
    assert rows.current_id() == 1
    rows.step(5)
    assert rows.current_id() == 1


def test_placeholders_until_rows_come_and_no_flicker_on_refresh(rows, desk, settle):
    rows.set_ids(ids_of(20))
    index = rows.model().index(0)
    assert index.data(Qt.ItemDataRole.DisplayRole) == "正在读取"
    settle(desk)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "第1条，城关街道 · 6月2日 08:46，第三组，■ 逾期12天"
    rows.refresh()
    assert "第1条" in rows.model().index(0).data(Qt.ItemDataRole.DisplayRole)  # the old row until the new one is here
    settle(desk)


def test_selection_scroll_and_checks_stay_with_their_records(rows, desk, settle):
    rows.set_ids(ids_of(500))
    settle(desk)
    rows.choose(300)
    rows.check([299, 300, 7])
    settle(desk)
    top_before, offset = rows._top()
    chosen = []
    rows.chosen.connect(chosen.append)
    rows.set_ids(array("q", [1000, 1001, *range(1, 501)]))  # two new rows arrive above
    assert rows.current_id() == 300
    assert rows.currentIndex().row() == 301
    assert sorted(rows.checked_ids()) == [7, 299, 300]
    assert rows._top() == (top_before, offset)
    assert chosen == []  # nothing changed for the detail pane
    rows.set_ids(array("q", [row for row in range(1, 501) if row != 300]))
    assert rows.current_id() == 301  # the row that took its place
    assert sorted(rows.checked_ids()) == [7, 299]
    settle(desk)


def test_a_list_that_becomes_lower_keeps_its_current_row_in_sight(rows, desk, settle):
    rows.set_ids(ids_of(100))
    settle(desk)
    rows.choose(40)
    rows.scrollTo(rows.currentIndex(), RowList.ScrollHint.PositionAtBottom)
    rows.resize(rows.width(), rows.height() - 60)
    settle(desk)
    assert rows.viewport().rect().contains(rows.visualRect(rows.currentIndex()))
    rows.verticalScrollBar().setValue(0)  # looked elsewhere: then it stays there
    rows.resize(rows.width(), rows.height() - 60)
    settle(desk)
    assert rows.verticalScrollBar().value() == 0


def test_keyboard_alone(rows, desk, settle, qtbot):
    rows.set_ids(ids_of(50))
    rows.setFocus()
    settle(desk)
    opened, counts = [], []
    rows.opened.connect(opened.append)
    rows.checked_changed.connect(counts.append)
    assert rows.current_id() == 1
    for key in (Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_Down, Qt.Key.Key_K):
        qtbot.keyClick(rows, key)
    assert rows.current_id() == 3
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    qtbot.keyClick(rows, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(rows, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert rows.checked_ids() == [3, 4, 5]
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert opened == [5]
    qtbot.keyClick(rows, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(rows.checked_ids()) == 50
    qtbot.keyClick(rows, Qt.Key.Key_Escape)
    assert rows.checked_ids() == []
    qtbot.keyClick(rows, Qt.Key.Key_End)
    assert rows.current_id() == 50
    qtbot.keyClick(rows, Qt.Key.Key_Home)
    assert rows.current_id() == 1
    assert counts[0] == 1
    assert counts[-1] == 0


def test_mouse_checks(rows, desk, settle, qtbot):
    rows.set_ids(ids_of(50))
    settle(desk)

    def click(row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        at = rows.visualRect(rows.model().index(row)).center()
        qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, modifier, at)

    click(1)
    assert rows.current_id() == 2
    click(3, Qt.KeyboardModifier.ControlModifier)
    click(5, Qt.KeyboardModifier.ShiftModifier)
    assert rows.checked_ids() == [4, 5, 6]
    assert rows.current_id() == 2


def test_a_failing_page_is_said_and_does_not_spin(desk, shown, settle, qapp):
    from dubu_desktop.errors import DubuError

    calls, said = [], []

    def fetch(reader, ids):
        calls.append(ids)
        raise DubuError("D-306", what="列表")

    desk.said.connect(said.append)
    rows = RowList(desk, fetch, present)
    shown(rows)
    rows.set_ids(ids_of(10))
    settle(desk)
    settle(desk)
    assert len(calls) == 1
    assert said[0].code == "D-306"


def test_list_model_is_sound(desk, qtbot, settle):
    rows = RowList(desk, House.records, present)
    qtbot.addWidget(rows)
    tester = QAbstractItemModelTester(rows.model(), QAbstractItemModelTester.FailureReportingMode.Warning)
    for count in (0, 3, 450, 1):
        rows.set_ids(ids_of(count))
        settle(desk)
    assert tester.model() is rows.model()


def test_table_with_ids_and_with_rows(desk, shown, settle, qtbot):
    columns = [Column("来自", 90, bold=True), Column("包"), Column("照片", 78, number=True)]
    table = DataTable(
        columns, desk=desk, fetch=House.records, present=lambda r: (r.text, "第 8 包", Chip("可收", Tone.OK))
    )
    shown(table)
    chosen, opened = [], []
    table.chosen.connect(chosen.append)
    table.opened.connect(opened.append)
    table.set_ids(ids_of(MANY))
    settle(desk)
    table.selectRow(3)
    qtbot.keyClick(table, Qt.Key.Key_J)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen[-1] == 5
    assert opened == [5]
    assert table._window.fetched_pages <= 2
    assert table.model().index(4, 2).data(Qt.ItemDataRole.AccessibleTextRole) == "● 可收"
    table.set_ids(array("q", [77, *range(1, 50)]))
    assert table.current() == 5
    settle(desk)
    few = DataTable(columns, name="收包预览")
    shown(few)
    few.set_rows([("第一组", "第 8 包", "34"), ("第二组", "第 6 包", "41")])
    few.fit_height()
    assert few.verticalScrollBar().maximum() == 0
    assert few.indexAt(QPoint(5, 5)).row() == 0
