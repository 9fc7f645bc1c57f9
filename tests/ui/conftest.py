"""Fixtures of the window's tests: the look, a fake house of ten lines, and a Desk that fails the test on a bug."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from dubu_desktop.ui import desktop, keys, theme
from dubu_desktop.ui.operation import Desk
from tests.world import World, cheap_keys


@dataclass(frozen=True)
class Outcome:
    """As actions.registry.Outcome."""

    ids: tuple[str, ...] = ()
    number: str | None = None
    kinds: frozenset[str] = frozenset()
    new: frozenset[bytes] = frozenset()
    changed: frozenset[bytes] = frozenset()
    warnings: tuple[str, ...] = ()
    undo: str | None = None


@dataclass(frozen=True)
class Record:
    rowid: int
    text: str


@dataclass(frozen=True)
class Progress:
    done: int
    total: int
    label: str = ""


class House:
    """Answers from memory. `verbs[name](**params)` is called by do, or iterated by run."""

    def __init__(self) -> None:
        self.verbs: dict[str, Callable[..., Any]] = {}
        self.done: list[tuple[str, dict[str, Any]]] = []
        self.fetched: list[tuple[int, ...]] = []
        self.count = 9

    def do(self, verb: str, **params: Any) -> Any:
        self.done.append((verb, params))
        return self.verbs.get(verb, lambda **_: Outcome())(**params)

    def run(self, verb: str, **params: Any) -> Any:
        self.done.append((verb, params))
        return self.verbs[verb](**params)

    def read(self, fn: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        return fn(self, *args, **kw)

    def ids(self) -> array[int]:
        return array("q", range(1, self.count + 1))

    def records(self, ids: tuple[int, ...]) -> list[Record]:
        self.fetched.append(tuple(ids))
        return [Record(row_id, f"第{row_id}条") for row_id in ids]


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> None:
    """The program's own look and language, as in use."""
    if not getattr(qapp, "dressed", False):
        qapp.dressed = True  # type: ignore[attr-defined]
        desktop.speak_chinese(qapp)
        theme.apply(qapp, "light")
    keys.guard()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(house: House, qapp: QApplication) -> Iterator[Desk]:
    made = Desk(house)
    bugs: list[str] = []
    made.bug.connect(lambda report: bugs.append(report.text))
    yield made
    made.close()
    assert not bugs, bugs[0]


@pytest.fixture
def settle(qapp: QApplication) -> Callable[[Desk], None]:
    """Wait until nothing is under way."""

    def wait(desk: Desk, seconds: float = 10) -> None:
        until, quiet = time.monotonic() + seconds, 0
        while quiet < 3:
            assert time.monotonic() < until, "still busy"
            qapp.processEvents()
            time.sleep(0.002)
            quiet = 0 if desk.busy else quiet + 1

    return wait


@pytest.fixture
def shown(qtbot: Any) -> Iterator[Callable[[QWidget], QWidget]]:
    """Show a widget in an active window of its own."""

    # The window of the last test goes first: the offscreen platform takes the focus away when it dies later.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()

    kept: list[QWidget] = []  # a window that nobody holds is collected

    def show(widget: QWidget, width: int = 700, height: int = 500) -> QWidget:
        kept.append(widget)
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        return widget

    yield show
    kept.clear()


def compose(target: QWidget, preedit: str, commit: str = "") -> None:
    """What an input method sends: letters under way, or the characters chosen."""
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(target, event)


def type_into(target: QWidget, text: str) -> None:
    """Type a text: keys for what is on the keyboard, the input method for the rest."""
    if text.isascii():
        QTest.keyClicks(target, text)
    else:
        compose(target, "", text)


# --- real workspaces (tests/world.py) ---------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An office and groups 01 and 02 that have exchanged once."""
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    made = World.ready(tmp_path / "world")
    yield made
    made.close()


@pytest.fixture
def opened(world: World, shown: Callable[..., QWidget]) -> Iterator[Callable[..., Any]]:
    """`opened(house, *page keys)`: a Seat at the window of this workspace; closed at the end."""
    from dubu_desktop.ui.pages import PAGES

    from .real import Seat

    seats: list[Any] = []

    def sit(house: Any, *keys: str, size: tuple[int, int] = (1366, 768)) -> Any:
        specs = sorted((spec for spec in PAGES if spec.key in keys), key=lambda spec: keys.index(spec.key))
        seat = Seat(house, specs, world.clock)
        seats.append(seat)
        shown(seat.window, *size)
        seat.settle()
        return seat

    yield sit
    for seat in seats:
        seat.close()
