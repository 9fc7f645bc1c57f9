"""清除 of a withdrawn finding from its pane: what it means stands beside it, and a reason is asked for."""

from __future__ import annotations

from PySide6.QtCore import Qt

from .real import CTRL
from .walk import complaints

K = Qt.Key


def test_a_voided_finding_is_removed_for_good(world, opened):
    office = world.office
    gone, kept = world.finding(office), world.finding(office, place="城关街道滨河路工地")
    office.do("void_finding", finding=gone, reason="误录")
    record = world.row(office, "finding", number=gone)["uuid"].hex()
    seat = opened(office, "findings")
    seat.page.show_record(record)
    seat.settle()
    page = seat.page
    (button,) = [one for one in page.bar.buttons() if one.text().startswith("清除")]
    button.click()
    seat.settle()
    assert "文字仍留在封存的日志里" in page.ask._note.text()
    assert complaints(seat.window, own_texts=[gone, kept]) == []
    seat.press(K.Key_Return, CTRL)
    assert len(world.rows(office, "finding")) == 2, "a reason is asked for"
    seat.write("误录了不该录的内容")
    seat.press(K.Key_Return, CTRL)
    assert [row["number"] for row in world.rows(office, "finding")] == [kept]
    assert "已清除" in seat.said[-1]


def test_a_finding_in_use_is_not_offered_it(world, opened):
    number = world.finding(world.office)
    seat = opened(world.office, "findings")
    seat.page.show_record(world.row(world.office, "finding", number=number)["uuid"].hex())
    seat.settle()
    assert not [one for one in seat.page.bar.buttons() if one.text().startswith("清除")]
