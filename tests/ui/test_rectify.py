"""整改 on real workspaces: order, lights, replies, verification with the after-photo, return, 销号 one key each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from tests.world import World, jpeg

from .guard import watching
from .real import CTRL
from .walk import complaints

K = Qt.Key


def one(world: World, house, number: str):
    return world.row(house, "finding", number=number)


def rect(world: World, number: str):
    return world.row(world.office, "rectification", finding=one(world, world.office, number)["uuid"])


def replied(world: World, **values) -> str:
    """A finding whose unit has replied, known to the group."""
    number = world.assigned(**values)
    world.office.do("record_reply", finding=number, reply="通道已清空")
    world.take(world.groups["01"], world.down("01"))
    return number


def verified(world: World, place: str) -> str:
    """A finding verified with an after-photo, known to the office."""
    number = replied(world, place=place)
    group = world.groups["01"]
    group.do("add_photos", finding=number, images=[jpeg(len(place))], role="after")
    group.do("verify_finding", finding=number, result="现场查看，通道已清空")
    world.take(world.office, world.up("01"))
    return number


def show(seat, key: str) -> None:
    seat.page.pane.filters.choose(key)
    seat.settle()
    seat.page.rows.setFocus()
    seat.settle()


def labels(seat) -> list[str]:
    return [button.text() for button in seat.page.bar.buttons()]


def test_the_most_pressing_first_and_what_was_reopened_on_top(world, opened):
    late, soon, again = (world.assigned(place=f"城关街道广源建材市场{n}号楼") for n in (1, 2, 3))
    world.office.do("extend_rectification", findings=[late], due_on="2026-06-03", reason="调整")
    world.office.do("extend_rectification", findings=[soon], due_on="2026-06-11", reason="调整")
    closed = verified(world, "城关街道广源建材市场4号楼")
    world.office.do("close_finding", findings=[closed])
    world.office.do("reopen_finding", finding=closed, reason="又堆上了")
    world.clock.put("2026-06-10T09:00")
    seat = opened(world.office, "rectify")
    shown = [row.title for row in (seat.page.rows._window.row(i) for i in range(4))]
    assert len(shown) == 4
    detail = seat.page.case.detail
    assert detail.number == closed, "reopened without a date stands at the top"
    assert seat.page.case.due._day.text() == "待定"
    seat.press(K.Key_J)
    assert seat.page.case.detail.number == late
    assert "逾期" in seat.page.case.due._chip.chip.word
    assert "原定" in seat.page.case.due._note.text()
    chips = {key: button.spec.count for key, button in seat.page.pane.filters._buttons.items()}
    assert (chips["overdue"], chips["no_due"], chips["to_reply"]) == (
        1 + (rect(world, again)["due_on"] < "2026-06-10"),
        1,
        4,
    )


def test_reply_is_recorded_by_key(world, opened):
    number = world.assigned()
    seat = opened(world.office, "rectify")
    show(seat, "to_reply")
    assert labels(seat)[0] == "记反馈"
    with watching():
        seat.press(K.Key_Y)
        seat.write("瓷砖已全部移出，东门恢复开启")
        seat.press(K.Key_Return, CTRL)
    assert one(world, world.office, number)["status"] == "replied"
    assert rect(world, number)["reply"].startswith("瓷砖已全部移出")


def test_measures_and_owner_are_written_in_place(world, opened):
    number = world.assigned()
    seat = opened(world.office, "rectify")
    show(seat, "open")
    seat.page.case.card.open("owner")
    seat.write("市场物业部负责人")
    seat.press(K.Key_Return)
    seat.page.case.card.open("measures")
    seat.write("移出瓷砖，划黄线")
    seat.press(K.Key_Tab)
    held = rect(world, number)
    assert (held["owner"], held["measures"]) == ("市场物业部负责人", "移出瓷砖，划黄线")


def test_a_group_verifies_only_with_the_after_photo(world, opened, tmp_path: Path):
    number = replied(world)
    group = world.groups["01"]
    seat = opened(group, "rectify")
    show(seat, "to_verify")
    assert labels(seat)[0] == "核查通过"
    seat.press(K.Key_Y)
    assert "整改后照片" in seat.said[-1]
    picture = tmp_path / "after.jpg"
    picture.write_bytes(jpeg(7))
    seat.drop(seat.page.case.evidence.strip, [str(picture)])
    assert world.row(group, "evidence", role="after")
    seat.page.rows.setFocus()
    seat.press(K.Key_Y)
    seat.write("现场查看，通道已清空，东门可从内侧打开")
    seat.press(K.Key_Return, CTRL)
    assert one(world, group, number)["status"] == "verified"
    world.take(world.office, world.up("01"))
    assert rect(world, number)["verified_by"] == "组长01"


def test_a_group_returns_with_a_reason_and_it_counts_as_urged(world, opened):
    number = replied(world)
    seat = opened(world.groups["01"], "rectify")
    show(seat, "to_verify")
    seat.press(K.Key_N)
    seat.write("现场仍堆放，照片不实")
    seat.press(K.Key_Return, CTRL)
    assert one(world, world.groups["01"], number)["status"] == "rectifying"
    show(seat, "open")
    assert seat.page.case.detail.urge_count == 1
    assert "照片不实" in "".join(seat.page.case.urged.shown_texts())
    assert "督促" not in labels(seat), "an urge is the office's"


def test_close_out_takes_one_key_per_item(world, opened):
    numbers = [verified(world, f"城关街道广源建材市场{n}号楼") for n in (1, 2, 3)]
    seat = opened(world.office, "rectify")
    show(seat, "to_close")
    assert labels(seat)[:2] == ["销号", "退回重办"]
    before = seat.count
    for _ in numbers:
        seat.press(K.Key_Y)
    assert seat.count - before == 3
    assert {one(world, world.office, n)["status"] for n in numbers} == {"closed"}
    assert seat.page.pane.stack.currentIndex() == 1


def test_the_office_may_send_back_instead(world, opened):
    number = verified(world, "城关街道广源建材市场1号楼")
    seat = opened(world.office, "rectify")
    show(seat, "to_close")
    seat.press(K.Key_N)
    seat.write("照片看不清通道")
    seat.press(K.Key_Return, CTRL)
    assert one(world, world.office, number)["status"] == "rectifying"


def test_before_and_after_stand_side_by_side(world, opened):
    number = world.assigned()
    world.office.do("add_photos", finding=number, images=[jpeg(1, (400, 300))])
    world.office.do("add_photos", finding=number, images=[jpeg(2, (400, 300))], role="after")
    seat = opened(world.office, "rectify")
    show(seat, "open")
    slider = seat.page.case.slider
    assert slider.isVisible()
    seat.settle()
    assert not slider._before.isNull()
    assert not slider._after.isNull()


def test_several_overdue_ones_are_urged_in_three(world, opened):
    late = [world.assigned(place=f"城关街道广源建材市场{n}号楼") for n in (1, 2, 3)]
    world.assigned(place="城关街道广源建材市场9号楼")
    world.office.do("extend_rectification", findings=late, due_on="2026-06-03", reason="调整")
    world.clock.put("2026-06-05T09:00")
    seat = opened(world.office, "rectify")
    show(seat, "overdue")
    before = seat.count
    seat.press(K.Key_A, CTRL)
    assert labels(seat) == ["督促 3 条", "取消选中"], "the bar speaks of the checked ones"
    seat.press(K.Key_U)
    seat.press(K.Key_Return, CTRL)
    assert seat.count - before == 3
    urges = world.rows(world.office, "urge")
    assert {row["finding"] for row in urges} == {one(world, world.office, n)["uuid"] for n in late}
    assert {row["text"] for row in urges} == {"整改已逾期，请立即办理，并反馈办理情况。"}
    seat.page.rows.setFocus()
    seat.page.rows.clear_checked()
    seat.settle()
    assert labels(seat)[0] == "记反馈"


def test_a_group_has_nothing_to_check_rows_for(world, opened):
    replied(world)
    seat = opened(world.groups["01"], "rectify")
    show(seat, "open")
    seat.press(K.Key_X)
    assert seat.page.rows.checked_ids() == []


def test_extension_keeps_the_original_date(world, opened):
    number = world.assigned()
    first = rect(world, number)["due_on"]
    seat = opened(world.office, "rectify")
    show(seat, "open")
    next(b for b in seat.page.bar.buttons() if b.text() == "改期限").click()
    seat.settle()
    seat.write("6-30")
    seat.tab()
    seat.write("需采购防火门")
    seat.press(K.Key_Return, CTRL)
    held = rect(world, number)
    assert (held["due_on"], held["original_due_on"]) == ("2026-06-30", first)
    assert "延期1次" in seat.page.case.due._note.text()


def test_words_and_sizes_in_both_editions(world, opened):
    verified(world, "城关街道广源建材市场1号楼")
    world.assigned(place="城关街道广源建材市场2号楼")
    for house in (world.office, world.groups["01"]):
        seat = opened(house, "rectify")
        for key in ("open", "to_close"):
            show(seat, key)
            found = complaints(seat.window, own_texts=["WT-2026", "2.4 m"])
            assert not found, found


def test_nothing_to_rectify(world, opened):
    seat = opened(world.groups["02"], "rectify")
    assert "没有在办的整改" in seat.page._nothing._title.text()
    assert not complaints(seat.window)
