"""演示库 from the first window: made step by step, opened at once, refused or given up without a trace."""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from dubu_desktop.actions.registry import Progress
from dubu_desktop.actions.setup import init_office
from dubu_desktop.errors import DubuError
from dubu_desktop.ui import pages
from dubu_desktop.ui.first_run import DEMO
from dubu_desktop.ui.page import Page
from dubu_desktop.ui.preferences import Preferences
from dubu_desktop.ui.program import Program
from dubu_desktop.ui.spec import PageSpec
from dubu_desktop.ui.unlock import StartWindow
from dubu_desktop.ui.window import MainWindow
from tests.world import cheap_keys

PASSWORD = "chengchuan-2026"


def wait(until: Callable[[], object]) -> None:
    stop = time.monotonic() + 30
    while not until():
        assert time.monotonic() < stop
        QApplication.processEvents()
        time.sleep(0.005)
    QApplication.processEvents()


@pytest.fixture
def begin(qapp, monkeypatch, tmp_path):
    """Starts the program with a demo maker and presses 建立 on its form; (program, start window, form)."""
    cheap_keys(monkeypatch)
    monkeypatch.setattr(pages, "PAGES", (PageSpec("blank", "工作台", "home", Page),))
    begun = []

    def start(demo):
        window = StartWindow()
        program = Program(qapp, window, Preferences.load(tmp_path), demo, argparse.Namespace(workspace=None, theme=""))
        begun.append((program, window))
        window.show()
        program.ask_form(DEMO)
        form = window.panel
        form.form.cell("path").editor.setText(str(tmp_path / "演示库"))
        form._done()
        return program, window, form

    yield start
    for program, window in begun:
        program.close()
        if isinstance(program.window, MainWindow):
            program.window.close()
        window.close()


def test_it_is_made_with_progress_and_opened(begin, tmp_path: Path) -> None:
    seen: list[str] = []
    go_on = threading.Event()

    def make(folder: Path):
        yield Progress(0, 2, "5月28日 建立办公室工作区")
        go_on.wait(20)
        init_office(folder / "office", PASSWORD, "沈怀志").house.close()
        yield Progress(1, 2, "5月29日 各组报到")
        return folder / "office", PASSWORD

    program, _window, form = begin(make)
    program.told.connect(seen.append)
    wait(lambda: "建立办公室工作区 …（1/2）" in form.said.text())
    go_on.set()
    wait(lambda: program.window is not None)
    assert program.house.ws.folder.path == tmp_path / "演示库" / "office"
    assert seen[-1] == "5月29日 各组报到 …（2/2）"


def test_a_refusal_is_said_on_the_form(begin) -> None:
    def make(folder: Path):
        raise DubuError("D-102", path=str(folder))
        yield

    _program, _window, form = begin(make)
    wait(lambda: "D-102" in form.said.text())
    assert form.card.isEnabled()


def test_closing_the_program_gives_it_up(begin) -> None:
    given_up = threading.Event()
    go_on = threading.Event()

    def make(_folder: Path):
        try:
            while True:
                yield Progress(0, 2, "5月28日 录入单位")
                go_on.wait(20)
        finally:
            given_up.set()

    program, _window, form = begin(make)
    wait(lambda: "录入单位" in form.said.text())
    program._closing = True  # what close() says first; it then waits for the pool
    go_on.set()
    assert given_up.wait(20)
