"""归档旧账 in 设置: what it will do is said before, done off the GUI thread, and the file is smaller after."""

from __future__ import annotations

import shutil

from PySide6.QtCore import Qt

from dubu_desktop.actions import archiving
from dubu_desktop.ui.kit import Tone

from .guard import watching
from .real import CTRL
from .test_settings import go
from .walk import complaints

K = Qt.Key


def said(section, key):
    """The value shown in a fact."""
    return section.facts.cell(key)._text.text()


def test_what_is_old_and_acknowledged_is_archived_by_keyboard(world, opened):
    for _ in range(2):
        world.round()
    world.clock.put("2027-08-02T09:00")
    seat = opened(world.office, "settings")
    section = go(seat, "archive")
    assert said(section, "archives") == "还没有归档过"
    assert "数据库可缩小约" in said(section, "ready")
    with watching():
        seat.press(K.Key_Return)
        seat.press(K.Key_Return, CTRL)
    assert "段旧账，数据库由" in seat.said[-1]
    assert said(section, "archives").startswith("1 个文件")
    assert said(section, "ready") == "没有"
    assert [action.enabled for action in section._actions] == [False, True]
    with watching():
        section._actions[1].run()
        seat.settle()
    assert seat.said[-1] == "1 个归档文件都完好。"


def test_who_holds_it_back_is_named_and_a_young_workspace_says_there_is_nothing(world, opened):
    world.clock.put("2027-08-02T09:00")
    world.finding(world.groups["01"])
    world.take(world.office, world.up("01"))
    seat = opened(world.office, "settings")
    section = go(seat, "archive")
    assert said(section, "waiting") == "2 段，等第二组确认收到"
    world.clock.put("2026-06-02T09:00")
    section.refresh()
    seat.settle()
    assert said(section, "ready") == "没有"
    assert not section._actions[0].enabled


def test_a_missing_archive_is_said_and_taken_back(world, opened):
    for _ in range(2):
        world.round()
    world.office.do("compact", keep_days=0)
    world.office.do("make_backup")
    ws = world.office.ws
    ws.archives.close()
    for path in ws.folder.archives.iterdir():
        shutil.rmtree(path)
    seat = opened(world.office, "settings")
    section = go(seat, "archive")
    assert section.facts.cell("missing").field.tone is Tone.BAD
    section._actions[1].run()
    seat.settle()
    assert seat.said[-1] == "1 个归档文件都完好，其中 1 个已从备份取回。"
    shutil.rmtree(ws.folder.backups / "archives")
    for path in ws.folder.archives.iterdir():
        shutil.rmtree(path)
    section._actions[1].run()
    seat.settle()
    assert "备份里也没有" in seat.said[-1]
    assert complaints(seat.window, own_texts=[row.sha256.hex() for row in archiving.listed(ws)]) is not None


def test_a_group_has_it_too(world, opened):
    one = world.groups["01"]
    world.round()
    world.finding(one)
    one.do("export_bundle", to="office", out=str(world.stick))
    world.clock.put("2027-08-02T09:00")
    seat = opened(one, "settings")
    section = go(seat, "archive")
    assert said(section, "waiting") == "1 段，等办公室确认收到"
