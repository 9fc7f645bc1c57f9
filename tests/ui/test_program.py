"""From an empty machine to the frame and back, with a real workspace."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from dubu_desktop.db.workspace import put
from dubu_desktop.ui import pages
from dubu_desktop.ui.first_run import OFFICE, ChoicePanel, FormPanel
from dubu_desktop.ui.page import Page
from dubu_desktop.ui.preferences import Preferences
from dubu_desktop.ui.program import Program
from dubu_desktop.ui.recover import RecoverPanel
from dubu_desktop.ui.spec import PageSpec
from dubu_desktop.ui.start_panels import RecoveryPanel, UnlockPanel
from dubu_desktop.ui.unlock import StartWindow
from dubu_desktop.ui.window import MainWindow

from .guard import watching

PASSWORD = "correct-horse-5"


class Blank(Page):
    """A page that needs nothing."""


@pytest.fixture
def start(qapp, monkeypatch, tmp_path, settle):
    """Starts the program with an empty machine's preferences; closes what it opened."""
    monkeypatch.setattr(pages, "PAGES", (PageSpec("blank", "工作台", "home", Blank),))
    running: list[Program] = []

    def begin(workspace: Path | None = None) -> Program:
        window = StartWindow()
        args = argparse.Namespace(workspace=workspace, theme="light")
        program = Program(qapp, window, Preferences.load(tmp_path), None, args)
        running.append(program)
        program.first_window = window  # type: ignore[attr-defined]
        window.show()
        wait(program)
        return program

    def wait(program: Program) -> None:
        until = time.monotonic() + 30
        while program.desk.busy:
            assert time.monotonic() < until
            QApplication.processEvents()
            time.sleep(0.005)
        QApplication.processEvents()

    begin.wait = wait  # type: ignore[attr-defined]
    yield begin
    for program in running:
        stop(program)


def stop(program: Program) -> None:
    program.close()
    if isinstance(program.window, MainWindow):
        program.window.close()
    program.first_window.close()  # type: ignore[attr-defined]


def panel_of(program: Program, kind: type) -> Any:
    panel = program.first_window.panel  # type: ignore[attr-defined]
    assert isinstance(panel, kind), panel
    return panel


def fill(form: Any, **values: str) -> None:
    for key, text in values.items():
        form.cell(key).editor.setText(text)


def test_office_from_nothing_then_unlock_then_lost_password(start, tmp_path):
    place = tmp_path / "办公室"
    program = start()
    with watching() as guard:
        panel_of(program, ChoicePanel).chosen.emit(OFFICE)
        form = panel_of(program, FormPanel)
        fill(form.form, path=str(place), name="李主任", password=PASSWORD, again=PASSWORD)
        form._done()
        start.wait(program)
        recovery = panel_of(program, RecoveryPanel)
        code = recovery._code
        recovery.kept.emit()
        start.wait(program)
    assert guard.caught == []
    assert guard.calls > 10  # the workspace was made, elsewhere
    assert isinstance(program.window, MainWindow)
    assert program.window.strip._person.item.text == "李主任"
    assert Preferences.load(tmp_path).workspaces() == [place]
    stop(program)

    again = start()
    unlock = panel_of(again, UnlockPanel)
    with watching() as guard:
        unlock.password.setText("wrong")
        unlock._open()
        start.wait(again)
        assert unlock.said.text().startswith("■ D-1")
        assert again.window is None
        unlock.password.setText(PASSWORD)
        unlock._open()
        start.wait(again)
    assert guard.caught == []
    assert isinstance(again.window, MainWindow)
    stop(again)

    lost = start(place)
    panel_of(lost, UnlockPanel).recovery_wanted.emit(place)
    form = panel_of(lost, RecoverPanel)
    fill(form.form, code=code, password="another-horse-6", again="another-horse-6")
    form._done()
    start.wait(lost)
    assert isinstance(lost.window, MainWindow)


def make_office(program: Program, place: Path) -> FormPanel:
    panel_of(program, ChoicePanel).chosen.emit(OFFICE)
    form = panel_of(program, FormPanel)
    fill(form.form, path=str(place), name="李主任", password=PASSWORD, again=PASSWORD)
    form._done()
    return form


def opened_office(start, folder: Path) -> Program:
    """A new office, its recovery code kept, its frame open."""
    program = start()
    make_office(program, folder / "办公室")
    start.wait(program)
    panel_of(program, RecoveryPanel).kept.emit()
    start.wait(program)
    return program


def test_the_frame_comes_up_whole_on_a_small_screen(start, tmp_path):
    program = opened_office(start, tmp_path)
    room = program.window.screen().availableGeometry()
    assert room.width() < 1366  # the strip at the foot would hang over the edge
    assert room.contains(program.window.geometry())


@pytest.mark.parametrize("where", ["worker", "window thread"])
def test_a_bug_while_opening_is_said_and_the_panel_can_be_used_again(start, tmp_path, monkeypatch, capsys, where):
    def broken(*_args: Any) -> None:
        raise AttributeError("a bug")

    program = start()
    if where == "worker":
        monkeypatch.setattr("dubu_desktop.ui.program._make_house", broken)
        form = make_office(program, tmp_path / "办公室")
        start.wait(program)
    else:
        panel_of(program, ChoicePanel).chosen.emit(OFFICE)
        form = panel_of(program, FormPanel)
        form.set_busy(True)
        error = AttributeError("a bug")
        program._unexpected(AttributeError, error, None)  # type: ignore[arg-type]  # what sys.excepthook is given
    assert form.said.text().startswith("■ D-901")
    assert form.card.isEnabled()
    assert "AttributeError" in capsys.readouterr().err


def test_an_opening_that_takes_long_says_how_far_it_is(start, tmp_path):
    program = opened_office(start, tmp_path)
    with program.house.ws.writing() as conn:
        put(conn, "declared", b"another declaration")
    stop(program)
    again = start(tmp_path / "办公室")
    said: list[str] = []
    again.told.connect(said.append)
    panel = panel_of(again, UnlockPanel)
    panel.opened.emit(tmp_path / "办公室", PASSWORD)
    start.wait(again)
    assert said[0].startswith("新版本正在整理数据（0/")
    assert isinstance(again.window, MainWindow)


def test_a_folder_in_use_is_refused_in_words(start, tmp_path):
    place = tmp_path / "full"
    place.mkdir()
    (place / "x").touch()
    program = start()
    panel_of(program, ChoicePanel).chosen.emit(OFFICE)
    form = panel_of(program, FormPanel)
    fill(form.form, path=str(place), name="李主任", password=PASSWORD, again=PASSWORD)
    form._done()
    start.wait(program)
    assert form.said.text().startswith("■ D-102")
    assert form.card.isEnabled()
