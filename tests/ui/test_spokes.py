"""各处电脑 in 设置, by keyboard: a second computer, one replaced, one retired, one stolen, a starter withdrawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from dubu_desktop.actions import locks, recovery
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import spokes
from dubu_desktop.actions.setup import init_group
from dubu_desktop.ui import files
from dubu_desktop.ui.bundles import entries
from dubu_desktop.ui.settings.code_sheet import CodeSheet
from tests.world import PASSWORD

from .guard import watching
from .real import CTRL
from .walk import complaints

K = Qt.Key


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder every choice of a folder leads to."""
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setattr(files, "choose_folder", lambda _parent, _title, then: then(folder))
    return folder


def section(seat):
    """The section shown, its table focused."""
    seat.page.show_record("spokes")
    seat.settle()
    seat.press(K.Key_Return)
    found = seat.page.section("spokes")
    assert found.table.hasFocus()
    return found


def words(found) -> list[list[str]]:
    return [[str(getattr(cell, "word", cell)) for cell in found.cells(record)] for record in found.records]


def sheet(seat) -> CodeSheet:
    (found,) = [one for one in seat.window.findChildren(CodeSheet) if one.isVisible()]
    return found


def test_every_computer_is_seen_with_when_it_was_last_heard_of(world, opened):
    world.clock.put("2026-06-12T09:00")
    seat = opened(world.office, "settings")
    found = section(seat)
    assert [row[0] for row in words(found)] == ["第一组", "第二组"]
    assert [row[-1] for row in words(found)] == ["10天未来包", "10天未来包"]
    assert [row[-2] for row in words(found)] == ["1", "1"]


def test_a_stolen_laptop_is_revoked_by_keyboard_and_says_what_it_means(world, opened):
    seat = opened(world.office, "settings")
    found = section(seat)
    with watching():
        seat.press(K.Key_D)
        assert "一律隔离" in found.ask._note.text()
        assert "不能取消" in found.ask._note.text()
        seat.press(K.Key_Return, CTRL)  # no reason yet
        assert found.ask.isVisible()
        seat.write("6月2日在会场被盗")
        seat.press(K.Key_Return, CTRL)
    assert words(found)[0][-1] == "已吊销"
    (row,) = [r for r in world.office.read(spokes.rows) if r.state == "revoked"]
    assert row.reason == "6月2日在会场被盗"
    assert "已吊销" in seat.said[-1]
    labels = {a.label: a.enabled for a in found.offers(found.records[0])}
    assert not any(labels[word] for word in ("换电脑", "退役", "丢失，吊销"))


def test_a_dead_laptop_is_replaced_in_one_path(world, opened, stick, tmp_path):
    seat = opened(world.office, "settings")
    found = section(seat)
    with watching():
        seat.press(K.Key_H)
        assert "一次办完" in found.ask._note.text()
        seat.press(K.Key_Return, CTRL)
    shown = sheet(seat)
    (starter,) = stick.glob("*.dubu-starter")
    made = init_group(tmp_path / "g1b", PASSWORD, "组长01", starter.read_bytes(), shown.code, world.clock)
    assert made.house.ws.profile.device == "B"
    made.house.close()
    seat.press(K.Key_Return)
    assert [(row[0], row[-1]) for row in words(found)] == [
        ("第一组", "已退役"), ("第二组", words(found)[1][-1]), ("第一组 B机", "待开通"),
    ]  # fmt: skip


def test_a_laptop_is_retired_and_another_renamed(world, opened):
    seat = opened(world.office, "settings")
    found = section(seat)
    with watching():
        seat.press(K.Key_T)
        assert "都算数" in found.ask._note.text()
        seat.press(K.Key_Return, CTRL)
        seat.press(K.Key_Down)
        seat.press(K.Key_F2)
        form = found.ask._form
        form.cell("label").editor.selectAll()
        seat.write("二组备用机")
        seat.press(K.Key_Return, CTRL)
    assert [(row[1], row[-1]) for row in words(found)][1][0] == "二组备用机"
    assert words(found)[0][-1] == "已退役"


def test_another_computer_of_the_office_is_opened_and_its_starter_withdrawn(world, opened, stick):
    seat = opened(world.office, "settings")
    found = section(seat)
    with watching():
        seat.press(K.Key_A)
        seat.write("办公室")
        seat.press(K.Key_Return)
        seat.press(K.Key_Return, CTRL)
    assert "办公室的另一台电脑" in sheet(seat).accessibleName()
    seat.press(K.Key_Return)
    assert words(found)[-1][0] == "办公室 B机"
    found.table.selectRow(len(found.records) - 1)
    with watching():
        found.withdraw()
        seat.press(K.Key_Return, CTRL)
    assert "待开通" not in [row[-1] for row in words(found)]


def test_the_other_computer_of_the_office_says_where_it_is_done(world, opened, tmp_path):
    told = world.office.do("issue_starter", side="office", out=str(tmp_path)).extra
    starter = Path(told["starter"]).read_bytes()
    clerk = init_group(tmp_path / "clerk", PASSWORD, "叶青禾", starter, told["code"], world.clock).house
    try:
        seat = opened(clerk, "settings", "bundles")
        seat.page.show_record("spokes")
        seat.settle()
        found = seat.page.section("spokes")
        (action,) = found.offers(None)
        assert not action.enabled
        assert "办公室主机" in action.why
        found.add()
        assert not found.ask.isVisible()
    finally:
        clerk.close()


def test_what_a_stolen_laptop_sent_is_taken_over_by_one_key(world, opened):
    one = world.groups["01"]
    (row,) = [r for r in world.office.read(spokes.rows) if r.code == "01"]
    world.office.do("revoke_spoke", spoke=row.replica, reason="被盗")
    number = world.finding(one)
    world.take(world.office, world.up("01"))
    seat = opened(world.office, "bundles")
    seat.page.show_record(entries.INERT)
    seat.settle()
    seat.page.take_focus()
    pane = seat.page.entry_pane
    assert pane.facts.cell("为什么没有生效").field.text == "已隔离"
    assert "接管" in pane._told.text()
    with watching():
        seat.press(K.Key_T)
    assert world.row(world.office, "finding", number=number)["status"] == "draft"
    assert "记在您的名下" in seat.said[-1]
    assert pane.facts.cell("为什么没有生效").field.text == "已隔离，已接管"
    assert complaints(seat.window, own_texts=[number]) == []


def test_an_office_opened_by_its_recovery_code_is_founded_anew_in_the_window(world, opened, stick, tmp_path):
    code = locks.new_recovery_code(world.office, PASSWORD)
    backup = Path(world.office.do("make_backup", to=str(tmp_path / "second")).extra["path"])
    path = tmp_path / "office-new"
    recovery.restore(backup, path, recovery_code=code, clock=world.clock)
    recovery.recover(path, code, "新的密码-2026-办公室", world.clock)
    office = House.open_(path, "新的密码-2026-办公室", world.clock)
    office.be("王主任")
    try:
        seat = opened(office, "settings")
        seat.page.show_record("spokes")
        seat.settle()
        found = seat.page.section("spokes")
        (action,) = found.offers(None)
        with watching():
            action.run()
            assert "认新的办公室" in found.ask._note.text()
            seat.press(K.Key_Return, CTRL)
        seat.settle()
        assert office.ws.can_sign
        assert [row[-1] for row in words(found)] == ["恢复后还没对齐"] * 2
        told = office.do("issue_starter", side="01", out=str(stick)).extra
    finally:
        office.close()
    group = world.groups["01"]
    before = group.ws.profile.office
    here = opened(group, "settings")
    here.page.show_record("security")
    here.settle()
    section_ = here.page.section("security")
    with watching():
        section_._ask_code(Path(told["starter"]))
        here.write(told["code"])
        here.press(K.Key_Return, CTRL)
    here.settle()
    assert group.ws.profile.office.replica != before.replica
