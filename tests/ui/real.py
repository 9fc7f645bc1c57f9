"""A real workspace behind a real window: the frame over a house of tests/world.py, and hands that count what they do.

Fixtures for it are in conftest.py (`world`, `opened`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from dubu_desktop.actions.house import House
from dubu_desktop.system.clock import Clock
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.spec import PageSpec
from dubu_desktop.ui.window import Hooks, MainWindow

from .conftest import type_into

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier


class Seat:
    """Somebody at a window: `press`, `write` and `drop` each count one interaction (contracts.md §10)."""

    def __init__(self, house: House, specs: Sequence[PageSpec], clock: Clock) -> None:
        self.house = house
        self.desk = Desk(house, clock=clock)
        self.bugs: list[str] = []
        self.said: list[str] = []
        self.desk.bug.connect(lambda report: self.bugs.append(report.text))
        self.desk.said.connect(lambda message: self.said.append(f"{message.code} {message.text}".strip()))
        hooks = Hooks(
            who="办公室" if house.edition == "office" else house.ws.profile.group_name,
            person=house.person.name if house.person else "",
            undo=lambda: self.desk.do(self.window, "undo"),
        )
        self.window = MainWindow(self.desk, specs, hooks)
        self.count = 0

    @property
    def page(self) -> Any:
        """The open page."""
        return self.window.current_page

    def settle(self, seconds: float = 20) -> None:
        """Until nothing is under way."""
        until, quiet = time.monotonic() + seconds, 0
        while quiet < 3:
            assert time.monotonic() < until, "still busy"
            QApplication.processEvents()
            time.sleep(0.002)
            quiet = 0 if self.desk.busy else quiet + 1
        assert not self.bugs, self.bugs[0]

    def focus(self) -> QWidget:
        """What has the focus."""
        return QApplication.focusWidget() or self.window

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        """One chord."""
        self.count += 1
        QTest.keyClick(self.focus(), key, modifiers)
        self.settle()

    def write(self, text: str) -> None:
        """One run of typing."""
        self.count += 1
        type_into(self.focus(), text)
        self.settle()

    def tab(self) -> None:
        """To the next field; part of the run of typing it ends."""
        QTest.keyClick(self.focus(), Qt.Key.Key_Tab)
        self.settle()

    def drop(self, target: QWidget, files: Sequence[str]) -> None:
        """One drag of files onto a widget."""
        self.count += 1
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(one) for one in files])
        args = (QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, _NONE)
        QApplication.sendEvent(target, QDragEnterEvent(args[0].toPoint(), *args[1:]))
        QApplication.sendEvent(target, QDropEvent(*args, QEvent.Type.Drop))
        self.settle()

    def close(self) -> None:
        """Leave."""
        self.desk.close()
        assert not self.bugs, self.bugs[0]
