"""单位 on real workspaces, by keyboard alone: finding, going below, adding, adopting, merging, reading in."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from dubu_desktop.ui import files
from tests.world import World

from .guard import watching
from .real import CTRL
from .walk import complaints
from .workbooks import UNITS, workbook

K = Qt.Key


def names(world: World, house) -> set[str]:
    return {row["name"] for row in world.rows(house, "unit") if row["status"] == "valid"}


def listed(seat) -> list[str]:
    return [seat.page.rows.model().index(at, 0).data().split("，")[0] for at in range(len(seat.page.rows.ids()))]


@pytest.mark.parametrize("typed", ["应急", "yjglj", "yingjiguanli"])
def test_found_by_chinese_pinyin_and_initials(world, opened, typed):
    seat = opened(world.office, "units")
    seat.press(K.Key_Slash)
    seat.write(typed)
    seat.press(K.Key_Return)
    assert listed(seat) == ["应急管理局"]
    assert seat.page.unit.detail.row.name == "应急管理局"


def test_going_below_and_back_up_by_arrows(world, opened):
    world.office.do("add_unit", name="东门社区", unit_kind="village", parent="城关街道")
    world.office.do("add_unit", name="和平里小区", unit_kind="place", parent="东门社区")
    seat = opened(world.office, "units")
    seat.page.pane.filters.choose("top")
    seat.settle()
    assert set(listed(seat)) == {"城关街道", "应急管理局"}
    seat.page.rows.choose(seat.page.rows.ids()[listed(seat).index("城关街道")])
    seat.settle()
    seat.page.rows.setFocus()
    with watching():
        seat.press(K.Key_Right)
        assert listed(seat) == ["东门社区"]
        seat.press(K.Key_Right)
        assert listed(seat) == ["和平里小区"]
        assert seat.page.trail.text() == "← 城关街道 › 东门社区"
        seat.press(K.Key_Left)
        seat.press(K.Key_Left)
    assert seat.page.unit.detail.row.name == "城关街道", "where one came from is chosen again"
    assert not seat.page.trail.isVisible()


def test_adding_one_by_keyboard(world, opened):
    seat = opened(world.office, "units")
    with watching():
        seat.press(K.Key_A)
        seat.write("数据局")
        seat.press(K.Key_Return, CTRL)
    assert "数据局" in names(world, world.office)
    assert seat.page.unit.detail.row.name == "数据局"


def test_a_field_is_edited_in_place(world, opened):
    seat = opened(world.office, "units")
    seat.page.show_record(world.row(world.office, "unit", name="应急管理局")["uuid"].hex())
    seat.settle()
    seat.page.unit.facts.open("contact")
    seat.write("赵科长")
    seat.press(K.Key_Return)
    assert world.row(world.office, "unit", name="应急管理局")["contact"] == "赵科长"


def proposed(world: World) -> None:
    group = world.groups["01"]
    group.do("add_unit", name="广源建材二期")
    world.take(world.office, world.up("01"))


def test_a_groups_unit_waits_and_is_adopted_by_key(world, opened):
    proposed(world)
    seat = opened(world.office, "units")
    seat.page.pane.filters.choose("pending")
    seat.settle()
    assert seat.page.unit.detail.row.pending
    with watching():
        seat.press(K.Key_Y)
    assert not world.row(world.office, "unit", name="广源建材二期")["pending"]


def test_a_groups_unit_is_merged_by_key_and_findings_follow(world, opened):
    proposed(world)
    number = world.finding(world.office, territory_unit="城关街道", unit="广源建材二期")
    seat = opened(world.office, "units")
    seat.page.pane.filters.choose("pending")
    seat.settle()
    with watching():
        seat.press(K.Key_M)
        seat.write("cgjd")
        seat.press(K.Key_Return)
        seat.press(K.Key_Return, CTRL)
    target = world.row(world.office, "unit", name="城关街道")["uuid"]
    assert world.row(world.office, "finding", number=number)["unit"] == target
    assert world.row(world.office, "unit", name="广源建材二期")["merged_into"] == target


def test_a_group_adds_a_unit_that_waits_and_edits_none(world, opened):
    seat = opened(world.groups["01"], "units")
    seat.press(K.Key_A)
    seat.write("临时安置点")
    seat.press(K.Key_Return, CTRL)
    assert world.row(world.groups["01"], "unit", name="临时安置点")["pending"]
    seat.page.show_record(world.row(world.groups["01"], "unit", name="应急管理局")["uuid"].hex())
    seat.settle()
    assert not seat.page.unit.facts.cell("name").field.editable
    assert [button.text() for button in seat.page.unit.bar.buttons()] == []


def test_a_workbook_is_mapped_checked_and_read_in(world, opened, tmp_path, monkeypatch):
    book = workbook(tmp_path / "名单.xlsx", UNITS)
    monkeypatch.setattr(files, "choose_file", lambda _parent, _title, _filters, then: then(book))
    seat = opened(world.office, "units")
    before = names(world, world.office)
    with watching():
        seat.page.open_intake()
        seat.settle()
    wizard = seat.page.intake
    assert wizard.mapping() == ["", "name", "short_name", "unit_kind", "side", "parent", "contact"]
    with watching():
        seat.press(K.Key_Return, CTRL)
    view = wizard.checked
    assert [figure._number.text() for figure in (view.new, view.changed, view.bad)] == ["3", "1", "▲ 2"]
    assert names(world, world.office) == before, "checking changes nothing"
    with watching():
        seat.press(K.Key_Return, CTRL)
    assert names(world, world.office) == before | {"清风街道", "东里社区", "数据局"}
    assert (tmp_path / "名单-退回.xlsx").exists()
    assert "新增单位3个" in seat.said[-1]
    assert seat.page.right.currentWidget() is seat.page.unit


def test_a_mapping_is_adjusted_and_a_field_is_given_by_one_column(world, opened, tmp_path, monkeypatch):
    book = workbook(tmp_path / "名单.xlsx", [("甲", "乙"), ("数据局", "大数据局"), ("清风街道", "清风办")])
    monkeypatch.setattr(files, "choose_file", lambda _parent, _title, _filters, then: then(book))
    seat = opened(world.office, "units")
    seat.page.open_intake()
    seat.settle()
    wizard = seat.page.intake
    assert wizard.mapping() == ["", ""]
    for column in ("0", "1"):
        wizard.columns.open(column)
        seat.write("名称")
        seat.press(K.Key_Return)
    assert wizard.mapping() == ["", "name"], "the column chosen last has it"
    seat.press(K.Key_Return, CTRL)
    seat.press(K.Key_Return, CTRL)
    assert {"大数据局", "清风办"} <= names(world, world.office)


def test_esc_leaves_the_wizard_and_nothing_happened(world, opened, tmp_path, monkeypatch):
    book = workbook(tmp_path / "名单.xlsx", UNITS)
    monkeypatch.setattr(files, "choose_file", lambda _parent, _title, _filters, then: then(book))
    seat = opened(world.office, "units")
    before = names(world, world.office)
    seat.page.open_intake()
    seat.settle()
    seat.press(K.Key_Escape)
    assert seat.page.right.currentWidget() is seat.page.unit
    assert names(world, world.office) == before


@pytest.mark.parametrize("size", [(1366, 768), (911, 512)])
def test_every_text_fits_and_is_chinese(world, opened, size, tmp_path, monkeypatch):
    proposed(world)
    book = workbook(tmp_path / "名单.xlsx", UNITS)
    monkeypatch.setattr(files, "choose_file", lambda _parent, _title, _filters, then: then(book))
    seat = opened(world.office, "units", size=size)
    assert complaints(seat.window) == []
    seat.page.open_intake()
    seat.settle()
    assert complaints(seat.window, own_texts=["名单.xlsx"]) == []
    seat.press(K.Key_Return, CTRL)
    assert complaints(seat.window, own_texts=["名单.xlsx"]) == []
