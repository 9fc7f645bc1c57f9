"""The program as it is put together: records by Ctrl+K, counts, the strip, upkeep, coming back from a backup."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dubu_desktop.actions import upkeep as index
from dubu_desktop.db.backup import list_backups
from dubu_desktop.ui import pages, upkeep
from dubu_desktop.ui.first_run import ChoicePanel
from dubu_desktop.ui.page import Page
from dubu_desktop.ui.preferences import Preferences
from dubu_desktop.ui.program import Program
from dubu_desktop.ui.restore_panel import RestorePanel
from dubu_desktop.ui.spec import PageSpec, Place
from dubu_desktop.ui.start_panels import UnlockPanel
from dubu_desktop.ui.unlock import StartWindow
from tests.world import PASSWORD, World

from .guard import watching
from .walk import complaints

K = Qt.Key


class Blank(Page):
    """A page that remembers what it was asked to open."""

    asked: tuple = ()

    def show_record(self, record) -> None:
        self.asked = (*self.asked, record)


PAGES = (
    PageSpec("findings", "问题", "finding", Blank, initials=("wt",)),
    PageSpec("units", "单位", "unit", Blank, initials=("dw",)),
    PageSpec("settings", "设置", "settings", Blank, places=(Place("规则方案", "rules", ("gzfa",)),)),
)


@pytest.fixture
def program(qapp, world: World, tmp_path: Path, monkeypatch):
    """`program(house path)`: unlocked with the password, its window shown."""
    monkeypatch.setattr(pages, "PAGES", PAGES)
    monkeypatch.setattr(upkeep, "BEGIN_AFTER", 10**6)
    running: list[Program] = []

    def run(path: Path | None) -> Program:
        start = StartWindow()
        args = argparse.Namespace(workspace=path, theme="light")
        made = Program(qapp, start, Preferences.load(tmp_path), None, args)
        running.append(made)
        made.start = start
        start.show()
        wait(made)
        if path is not None:
            panel = start.panel
            assert isinstance(panel, UnlockPanel)
            panel.password.setText(PASSWORD)
            panel._open()
            wait(made)
        return made

    yield run
    for made in running:
        made.close()
        if made.window is not None:
            made.window.close()
        made.start.close()


def wait(program: Program, seconds: float = 30) -> None:
    until, quiet = time.monotonic() + seconds, 0
    while quiet < 3:
        assert time.monotonic() < until
        QApplication.processEvents()
        time.sleep(0.005)
        quiet = 0 if program.desk.busy else quiet + 1


def closed(world: World) -> Path:
    """The office's workspace, closed so that the program may open it."""
    path = world.office.ws.folder.path
    world.office.close()
    return path


def ask(program: Program, text: str) -> list[str]:
    """What the command box offers for a text."""
    program.window.open_command_box()
    QTest.keyClicks(program.window.command_box._line, text)
    wait(program)
    return [choice.label for choice in program.window.command_box.choices()]


def test_records_and_places_are_found_by_the_command_box(world, program):
    number = world.finding(world.office)
    made = program(closed(world))
    with watching():
        assert any(label.startswith(number) for label in ask(made, "wt"))
        assert "问题" in ask(made, "wt")
        assert ask(made, "yjglj")[-1] == "应急管理局", "after the findings it answers for"
        QTest.keyClick(made.window.command_box._line, K.Key_Up)
        QTest.keyClick(made.window.command_box._line, K.Key_Return)
        wait(made)
        assert made.window.current_page is made.window.page("units")
        assert len(made.window.page("units").asked) == 1
        assert ask(made, "gzfa") == ["规则方案"]
        QTest.keyClick(made.window.command_box._line, K.Key_Return)
    assert made.window.page("settings").asked == ("rules",)


def test_the_rail_and_the_strip_say_what_the_house_knows(world, program):
    number = world.finding(world.office)
    world.office.do("finalise_finding", finding=number)
    made = program(closed(world))
    waiting = {button.key: button.waiting.count for button in made.window.rail.buttons()}
    assert waiting["findings"] == 1
    told = [button.item.text for button in made.window.strip._items.values()]
    assert any(text.startswith("备份") for text in told)
    assert any(text.startswith("冲突 0") for text in told)
    assert made.window.strip._saved.item.text.startswith("已保存 ")
    assert made.window.strip._person.item.text == "王主任"
    assert complaints(made.window) == []


def test_undo_says_what_it_undid(world, program):
    made = program(closed(world))
    said: list[str] = []
    made.desk.said.connect(lambda message: said.append(message.text))
    made.desk.do(made.window, "add_unit", name="数据局")
    wait(made)
    QTest.keyClick(made.window, K.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait(made)
    assert said[-1] == "已撤销“新增单位”。"
    assert not [row for row in world.rows(made.house, "unit", name="数据局") if row["status"] == "valid"]


def test_what_the_window_remembers_stays_in_the_workspace(world, program, tmp_path):
    path = closed(world)
    made = program(path)
    made.window.remember("papers.folder", "/somewhere")
    made.window.remember("idle_minutes", 3)
    wait(made)
    assert "somewhere" not in (tmp_path / "window.json").read_text(encoding="utf-8")
    made.close()
    made.window.close()
    again = program(path)
    assert again.window.remembered("papers.folder", "") == "/somewhere"
    assert again.window.hooks.idle_minutes == 3


def test_the_rules_say_when_the_window_locks_unless_this_machine_does(world, program):
    world.office.do("edit_rules", rules={"desk": {"lock_minutes": 4}})
    path = closed(world)
    assert program(path).window.idle._timer.interval() == 4 * 60_000


def test_upkeep_indexes_backs_up_and_lets_saves_come_in_between(world, program, monkeypatch):
    monkeypatch.setattr(index, "BATCH", 20)
    path = closed(world)
    made = program(path)
    before = len(list_backups(path / "backups"))
    assert index.is_due(made.house)
    with watching():
        made.upkeep.begin()
        made.desk.do(made.window, "add_unit", name="数据局")
        until = time.monotonic() + 20
        while time.monotonic() < until and (made.desk.busy or made.upkeep._soon.isActive() or made.upkeep._index):
            wait(made)
    assert not index.is_due(made.house)
    assert len(list_backups(path / "backups")) == before + 1
    assert made.window.remembered("photos_swept", "")


def test_a_missing_archive_is_said_when_the_window_opens(world, program):
    world.round()
    world.office.do("compact", keep_days=0)
    path = closed(world)
    (file,) = (one for one in (path / "archives").rglob("*") if one.is_file())
    file.unlink()
    made = program(path)
    said: list[str] = []
    made.desk.said.connect(lambda message: said.append(message.code))
    with watching():
        made.upkeep.begin()
        wait(made)
    assert "D-118" in said


def test_a_backup_becomes_a_new_workspace(world, program, tmp_path):
    world.office.do("add_unit", name="数据局")
    backup = world.office.do("make_backup").extra["path"]
    made = program(None)
    panel = made.start.panel
    assert isinstance(panel, ChoicePanel)
    panel.restore_wanted.emit()
    form = made.start.panel
    assert isinstance(form, RestorePanel)
    form.put("backup", backup)
    form.put("path", str(tmp_path / "新的一份"))
    form.put("password", "wrong-12345")
    with watching():
        form._done()
        wait(made)
        assert form.said.text().startswith("■ D-103")
        form.put("password", PASSWORD)
        form._done()
        wait(made)
    assert made.window is not None
    assert {row["name"] for row in world.rows(made.house, "unit")} >= {"数据局"}


def test_a_backup_whose_password_is_lost_is_opened_by_the_recovery_code(world, program, tmp_path):
    """The way to a new office computer where only backup and code are left: data first, then a new password."""
    from dubu_desktop.actions import locks
    from dubu_desktop.ui.recover import RecoverPanel

    code = locks.new_recovery_code(world.office, PASSWORD)
    backup = world.office.do("make_backup").extra["path"]
    made = program(None)
    made.start.panel.restore_wanted.emit()
    form = made.start.panel
    form.put("backup", backup)
    form.put("path", str(tmp_path / "新的一份"))
    form.put("password", code)
    with watching():
        form._done()
        wait(made)
    panel = made.start.panel
    assert isinstance(panel, RecoverPanel)
    panel.finished.emit(code, "另设的新密码-2026")
    wait(made)
    assert made.window is not None
    assert not made.house.ws.can_sign
