"""Files dropped on the window, whichever page is open."""

from __future__ import annotations

from PySide6.QtCore import Qt

from dubu_desktop.ui.dropped import Drops

from .real import CTRL
from .workbooks import workbook

K = Qt.Key
_PAGES = ("findings", "bundles", "units", "settings")


def test_bundles_are_previewed_wherever_they_are_dropped(world, opened):
    world.finding(world.groups["01"])
    bundle = world.up("01")[0]
    seat = opened(world.office, *_PAGES)
    Drops(seat.window)
    seat.press(K.Key_N, CTRL)
    assert seat.page.is_entering
    strip = seat.page.entry.strip
    seat.drop(strip, [bundle])  # it takes photos, and lets this through
    assert seat.page is seat.window.page("bundles")
    assert seat.page.views.currentWidget() is seat.page.incoming
    seat.press(K.Key_Return)
    assert len(world.rows(world.office, "finding")) == 1


def test_nothing_is_taken_behind_the_cover(world, opened):
    world.finding(world.groups["01"])
    bundle = world.up("01")[0]
    seat = opened(world.office, *_PAGES)
    Drops(seat.window)
    seat.press(K.Key_F12)
    seat.drop(seat.window, [bundle])
    assert seat.window.page("bundles") is None


def test_a_workbook_waits_until_somebody_says_what_it_is(world, opened, tmp_path):
    rows = [("名称", "类型", "行业或属地"), ("新湖街道", "镇街", "属地")]
    book = str(workbook(tmp_path / "单位.xlsx", rows, "单位"))
    seat = opened(world.office, *_PAGES)
    Drops(seat.window)
    seat.drop(seat.window, [book])
    section = seat.page.section("intake")
    assert section.which.text() == "已放入“单位.xlsx”。它是哪一种？"
    section.buttons["units"].click()
    seat.settle()
    assert section.wizards["units"].file.name == "单位.xlsx"
    assert not section.which.isVisible()


def test_on_the_page_of_units_it_is_a_list_of_units(world, opened, tmp_path):
    book = str(workbook(tmp_path / "单位.xlsx", [("名称", "类型"), ("新湖街道", "镇街")], "单位"))
    seat = opened(world.office, *_PAGES)
    Drops(seat.window)
    seat.window.go("units")
    seat.settle()
    seat.drop(seat.window, [book])
    assert seat.page.intake.file.name == "单位.xlsx"
    assert seat.page.right.currentWidget() is seat.page.intake


def test_a_group_reads_no_workbooks(world, opened, tmp_path):
    book = str(workbook(tmp_path / "单位.xlsx", [("名称",), ("新湖街道",)], "单位"))
    seat = opened(world.groups["01"], *_PAGES)
    Drops(seat.window)
    seat.drop(seat.window, [book])
    assert seat.said[-1] == "工作簿由领导小组办公室读入，督巡组只收数据包。"
