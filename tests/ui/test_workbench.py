"""工作台 on real workspaces: what to do first, figures that open their rows, and every line by Enter."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from dubu_desktop.ui.bundles.outgoing import FOLDER
from tests.world import World

from .guard import watching
from .real import CTRL
from .walk import complaints

K = Qt.Key
ALL = ("workbench", "tasks", "findings", "rectify", "visits", "bundles", "documents")


def titles(seat) -> list[str]:
    """The lines of 等你处理."""
    return [todo.title for todo in seat.page._todo.values()]


def open_line(seat, title: str) -> None:
    """Go down to a line and press Enter."""
    page = seat.page
    page.todo.setFocus()
    place = next(place for place, todo in page._todo.items() if todo.title.startswith(title))
    page.todo.choose(place)
    seat.press(K.Key_Return)


@pytest.fixture
def busy(world: World) -> World:
    """An overdue finding, one to confirm, one to assign, a task that waits."""
    number = world.assigned("01")
    group = world.groups["01"]
    second = world.finding(group, place="城关街道长乐社区2号楼", facts="楼道堆放旧家具7件，占道约2 m，净宽剩0.6 m")
    third = world.finding(group, place="城关街道东门社区", facts="3处消防栓无水，2处接口锈死无法打开")
    for one in (second, third):
        group.do("finalise_finding", finding=one)
    world.take(world.office, world.up("01"))
    world.office.do("confirm_finding", findings=[second])
    world.office.do("draft_task", title="消防安全督导", groups=["01"], requirement="逐栋检查")
    world.office.do("issue_task", tasks=["消防安全督导"])
    world.take(group, world.down("01"))
    world.clock.put("2026-06-24T08:40")
    assert number
    return world


def test_the_office_sees_what_to_do_first_and_opens_every_line(busy, opened):
    with watching():
        seat = opened(busy.office, *ALL)
    page = seat.page
    assert page._day.text() == "6月24日 星期三 · 今日要办"
    assert "逾期1条" in page._first.text()
    assert page._first.text().startswith("今天先办")
    assert len(page.due.ids()) == 1
    assert {"待核定1条", "待交整改1条"} <= set(titles(seat))
    assert complaints(seat.window, own_texts=["城关街道", "瓷砖"]) == []
    for title, key, filter_key in (("待核定", "findings", "to_confirm"), ("待交整改", "findings", "to_assign")):
        open_line(seat, title)
        assert seat.page is seat.window.page(key)
        assert seat.page.pane.filters.current() == filter_key
        assert len(seat.page.rows.ids()) == 1
        seat.window.go("workbench")
        seat.settle()
    seat.page.due.setFocus()
    seat.press(K.Key_Return)
    assert seat.page is seat.window.page("rectify")


def test_each_figure_says_how_it_is_counted_and_opens_its_rows(busy, opened):
    seat = opened(busy.office, *ALL)
    page = seat.page
    assert [card._label.text() for card in page.figures] == ["整改完成率", "逾期", "四不两直占比", "行业 : 属地"]
    assert all(card._note.text() for card in page.figures)
    assert page.figures[1]._number.text() == "■ 1"
    page.figures[1].setFocus()
    seat.press(K.Key_Return)
    assert seat.page is seat.window.page("rectify")
    assert seat.page.pane.filters.current() == "overdue"
    assert len(seat.page.rows.ids()) == 1


def test_bundles_on_the_stick_come_first_and_are_taken_in_two_keys(world, opened):
    world.finding(world.groups["01"])
    world.up("01")
    world.finding(world.groups["02"])
    world.up("02")
    seat = opened(world.office, *ALL)
    seat.window.remember(FOLDER, str(world.stick))
    seat.window.go("workbench")
    seat.settle()
    assert titles(seat)[0].startswith("收 ")
    assert "第一组、第二组" in seat.page._todo[1].sub
    seat.page.take_focus()
    seat.count = 0
    seat.press(K.Key_Return)  # the first line
    seat.press(K.Key_Return)  # 全部收下
    assert seat.count == 2
    assert len(world.rows(world.office, "finding")) == 2


def test_a_group_has_its_own_gauges_and_tasks(busy, opened):
    group = busy.groups["01"]
    group.do("start_visit", visit_kind="unannounced", units=["城关街道"], leader_present=True)
    group.do("stop_visit")
    seat = opened(group, *ALL)
    page = seat.page
    assert [card._label.text() for card in page.figures] == ["四不两直占比", "组长下沉", "逾期", "整改完成率"]
    assert page.figures[0]._number.text() == "100%"
    assert "待签收任务1件" in titles(seat)
    open_line(seat, "待签收")
    assert seat.page is seat.window.page("tasks")
    assert seat.page.pane.filters.current() == "to_sign"
    seat.press(K.Key_Return, CTRL)
    assert busy.rows(group, "task")[0]["status"] == "accepted"
    seat.window.go("workbench")
    seat.settle()
    assert "待签收任务1件" not in titles(seat), "the page follows what was done elsewhere"
    open_line(seat, "有内容办公室还没有收到")
    assert seat.page.views.currentWidget() is seat.page.outgoing
    assert complaints(seat.window, own_texts=["城关街道", "瓷砖"]) == []


def test_with_nothing_to_do_it_says_what_comes_next(world, opened):
    seat = opened(world.office, *ALL, size=(1000, 640))
    page = seat.page
    assert page._empty.isVisible()
    assert not page._cards.isVisible()
    assert page._empty._title.text() == "今天没有要办的事"
    assert "Ctrl+I" in page._empty._next.text()
    assert complaints(seat.window) == []


def test_no_part_of_a_page_is_ever_a_window_of_its_own(busy, opened, qapp):
    """A widget shown before it has a parent is a window for a moment: it flashes and takes the focus away."""
    seen: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                seen.append(type(watched).__name__)
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    try:
        seat = opened(busy.office, *ALL, "units", "settings")
        for key in (*ALL, "units", "settings"):
            seat.window.go(key)
            seat.settle()
        seat.window.go("tasks").compose()
        seat.settle()
        seat.window.go("bundles").export()
        seat.settle()
    finally:
        qapp.removeEventFilter(watch)
    assert set(seen) <= {"MainWindow", "QWindow"}, seen
