"""Hands on a keyboard: a person at the window of one workspace, from the password on, and what each thing cost them.

The whole program is there: start window, frame, pages, upkeep. Keys go to the widget that has the focus, text that is
no ASCII comes as an input method commits it, the file dialog is Qt's own and is answered by typing into it.
`Count` counts as contracts.md §10 says.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPlainTextEdit, QWidget

from dubu_desktop.ui.preferences import Preferences
from dubu_desktop.ui.program import Program
from dubu_desktop.ui.unlock import StartWindow
from dubu_desktop.ui.window import MainWindow
from tests.ui.conftest import compose

K = Qt.Key
CTRL, SHIFT, ALT = (Qt.KeyboardModifier(m) for m in (0x04000000, 0x02000000, 0x08000000))
_NONE = Qt.KeyboardModifier.NoModifier
_PATIENCE = 30.0


@dataclass
class Count:
    """Interactions so far: chords, clicks, drags, uninterrupted runs of typing, file choices (contracts.md §10)."""

    chords: int = 0
    clicks: int = 0
    drags: int = 0
    runs: int = 0
    files: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.chords + self.clicks + self.drags + self.runs + self.files


class Hands:
    """Somebody at the window of `workspace`; `app` runs the events of all windows of the test."""

    def __init__(self, app: QApplication, workspace: Path, state: Path) -> None:
        self.app, self.count = app, Count()
        self.bugs: list[str] = []
        self.said: list[str] = []
        self.start = StartWindow()
        args = argparse.Namespace(workspace=workspace, theme="light")
        self.program = Program(app, self.start, Preferences.load(state), None, args)
        self.desk = self.program.desk
        self.desk.bug.connect(lambda report: self.bugs.append(report.text))
        self.desk.said.connect(lambda message: self.said.append(f"{message.code} {message.text}".strip()))
        self.start.show()
        self.sit(self.start)

    # --- where one is -----------------------------------------------------------------------------------------

    @property
    def window(self) -> MainWindow:
        """The frame, once the password was accepted."""
        assert self.program.window is not None, self.said
        return self.program.window

    @property
    def page(self) -> Any:
        """The open page."""
        return self.window.current_page

    @property
    def house(self) -> Any:
        """The open workspace, for looking at results."""
        return self.program.house

    def sit(self, window: QWidget | None = None) -> None:
        """Turn to this window: it becomes the active one."""
        target = window or self.window
        if isinstance(target, MainWindow) and target.isMaximized():  # the offscreen screen is smaller than any laptop's
            target.showNormal()
            target.resize(1366, 768)
        target.activateWindow()
        until = time.monotonic() + _PATIENCE
        while QApplication.activeWindow() is not target:
            assert time.monotonic() < until, "the window does not become active"
            self.app.processEvents()
        self.settle()

    def settle(self) -> None:
        """Until nothing is under way."""
        until, quiet = time.monotonic() + _PATIENCE, 0
        while quiet < 3:
            assert time.monotonic() < until, "still busy"
            self.app.processEvents()
            time.sleep(0.002)
            quiet = 0 if self.desk.busy else quiet + 1
        assert not self.bugs, self.bugs[0]

    def focus(self) -> QWidget:
        """What has the focus; a story that has lost it has lost its keyboard."""
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the focus"
        return found

    # --- keys, typing, files ----------------------------------------------------------------------------------

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE, times: int = 1) -> None:
        """A chord, some times."""
        for _ in range(times):
            self.count.chords += 1
            QTest.keyClick(self.focus(), key, modifiers)
            self.settle()

    def write(self, text: str) -> None:
        """One run of typing."""
        self.count.runs += 1
        if text.isascii():
            QTest.keyClicks(self.focus(), text)
        else:
            compose(self.focus(), "", text)
        self.settle()

    def rewrite(self, text: str) -> None:
        """Select all and type."""
        self.press(K.Key_A, CTRL)
        self.write(text)

    def wait(self, seconds: float) -> None:
        """Let time pass, as while somebody reads."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.app.processEvents()
            time.sleep(0.005)
        self.settle()

    def choose(self, *paths: str | Path) -> None:
        """Answer the file dialog that has just opened, by typing names and Enter: one choice of files."""
        self.count.files += 1
        dialog = self._dialog()
        field = dialog.findChild(QLineEdit)
        assert field is not None
        assert dialog.isAncestorOf(self.focus()), "the dialog does not have the keyboard"
        field.setFocus()
        quoted = len(paths) > 1
        QTest.keyClicks(field, " ".join(f'"{path}"' if quoted else str(path) for path in paths))
        QTest.keyClick(field, K.Key_Return)
        self.settle()
        assert not dialog.isVisible(), "the dialog did not take it"
        self.sit()

    def _dialog(self) -> QFileDialog:
        until = time.monotonic() + _PATIENCE
        while True:
            self.app.processEvents()
            active = QApplication.activeWindow()
            if isinstance(active, QFileDialog):
                return active
            assert time.monotonic() < until, "no file dialog"

    def copied(self, *paths: str | Path) -> None:
        """These files were copied in the file manager: what Ctrl+V gives. Done elsewhere, not counted."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        QGuiApplication.clipboard().setMimeData(data)

    def drag(self, target: QWidget, *paths: str | Path) -> None:
        """Files dragged onto a widget: one drag."""
        self.count.drags += 1
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        at, copy, left = QPointF(5, 5), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        self.app.sendEvent(target, QDragEnterEvent(at.toPoint(), copy, data, left, _NONE))
        self.app.sendEvent(target, QDropEvent(at, copy, data, left, _NONE, QEvent.Type.Drop))
        self.settle()

    # --- often done -------------------------------------------------------------------------------------------

    def unlock(self, password: str) -> None:
        """The password, Enter; the frame is open when this returns."""
        self.write(password)
        self.press(K.Key_Return)
        until = time.monotonic() + _PATIENCE
        while self.program.window is None:
            assert time.monotonic() < until, self.said
            self.app.processEvents()
        self.sit()

    def go(self, place: int) -> None:
        """To the page at this place of the rail."""
        self.press(K(K.Key_0 + place), ALT)

    def command(self, words: str) -> None:
        """By the command box: what these letters find first."""
        self.press(K.Key_K, CTRL)
        self.write(words)
        self.press(K.Key_Return)

    def search(self, words: str) -> None:
        """Search the list of the page and go down into it; no words clear the search."""
        self.press(K.Key_Slash)
        if words:
            self.rewrite(words)
        else:
            self.press(K.Key_Escape)
        self.press(K.Key_Down)

    def filter(self, label: str) -> None:
        """F in 问题: another filter, by its name."""
        self.press(K.Key_F)
        self.write(label)
        self.press(K.Key_Return)

    def chip(self, label: str) -> None:
        """Another filter, by its chip."""
        self.tab_to(label)
        self.press(K.Key_Space)

    def tab_to(self, name: str) -> None:
        """Tab until the focus is on what is called so."""
        for _ in range(40):
            if self.focus().accessibleName().startswith(name):
                return
            self.press(K.Key_Tab)
        raise AssertionError(f"Tab does not come to {name}")

    def told(self, words: str) -> None:
        """Whether the last thing said holds these words."""
        assert self.said, "nothing was said"
        assert words in self.said[-1], self.said[-3:]

    def typed(self) -> str:
        """The text in the field one is in."""
        focus = self.focus()
        return focus.toPlainText() if isinstance(focus, QPlainTextEdit) else getattr(focus, "text", str)()

    def leave(self) -> None:
        """Close the program."""
        if self.program.window is not None:
            self.program.window.close()
        self.program.close()
        self.start.close()
        self.start.deleteLater()
        if self.program.window is not None:
            self.program.window.deleteLater()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not self.bugs, self.bugs[0]


def all_leave(hands: Sequence[Hands]) -> None:
    """Everybody goes home, the last who came first."""
    for one in reversed(hands):
        one.leave()
