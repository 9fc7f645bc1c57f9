"""撤销导入 on the page 数据包: seen before it is done, by keyboard alone."""

from __future__ import annotations

from PySide6.QtCore import Qt

from dubu_desktop.ui.bundles import entries

from .guard import watching
from .real import CTRL
from .walk import complaints

K = Qt.Key


def test_a_bundle_is_taken_back_by_three_keys_and_comes_back_by_one(world, opened):
    group, office = world.groups["01"], world.office
    kept, gone = world.finding(group), world.finding(group, place="城关街道滨河路工地")
    group.do("finalise_finding", finding=kept)
    world.clock.put("2026-06-03T10:00")
    world.take(office, world.up("01"))
    office.do("confirm_finding", findings=[kept])
    seat = opened(office, "bundles")
    seat.page.show_record(entries.LEDGER)
    seat.settle()
    seat.page.take_focus()
    card = seat.page.entry_pane.undoing
    assert seat.page.entry_pane.entry.item.direction == "in"
    with watching():
        seat.press(K.Key_Z)
        assert card.isVisible()
        assert card.line.text() == "将要作废问题 1。另有 1 项不撤，原因如下。"
        cells = [str(card.table.model().data(card.table.model().index(0, column))) for column in range(3)]
        assert cells == [kept, "登记问题", "之后又办了“核定”"]
        assert complaints(seat.window, own_texts=[kept, ".dubu"]) == []
        seat.press(K.Key_Escape)
        assert not card.isVisible()
    assert world.row(office, "finding", number=gone)["status"] == "draft"
    with watching():
        seat.press(K.Key_Z)
        seat.press(K.Key_Return, CTRL)
    assert world.row(office, "finding", number=gone)["status"] == "voided"
    assert world.row(office, "finding", number=kept)["status"] == "confirmed"
    assert "已撤销导入第一组第2包：作废问题 1" in seat.said[-1]
    assert seat.page.entry_pane.facts.cell("撤销导入").field.text.endswith("已撤销")
    seat.press(K.Key_Z, CTRL)
    assert world.row(office, "finding", number=gone)["status"] == "draft"


def test_a_group_is_not_offered_it(world, opened):
    seat = opened(world.groups["01"], "bundles")
    seat.page.show_record(entries.LEDGER)
    seat.settle()
    assert not seat.page.entry_pane.bar.buttons()
