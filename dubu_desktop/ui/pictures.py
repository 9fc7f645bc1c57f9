"""Pictures of the window, taken from the demo: every registered page and every state worth seeing.

Copies of the demo's workspaces are opened, so that nothing here can change the demo. One call draws at one scale (Qt
reads it once, before the application is made); the pictures are 1366×768 of the screen at 100 %, and what such a
screen holds at 150 %. A page that cannot be drawn is an error, told with the names of all that failed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import QApplication, QWidget

from dubu_desktop.ui import desktop
from dubu_desktop.ui.widgets.overlay import Overlay

SCREEN = (1366, 768)
THEMES = ("light", "dark")
_PATIENCE = 60.0  # seconds a picture may take to come to rest


class Unfinished(Exception):
    """Some pictures could not be taken; the others were. The text names each with its reason."""


def take(demo_dir: Path, out: Path | None = None, *, themes: Sequence[str] = THEMES, scale: int = 100) -> list[Path]:
    """Draw every page and state of the demo in `demo_dir` into `out` (default: its folder `screens/`) as PNG.

    `themes`: light, dark, sun. `scale`: per cent, one of desktop.SCALES; an application already made keeps its own.
    Returns the files, in order. Raises `Unfinished` after all others are drawn.
    """
    out = out or demo_dir / "screens"
    out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = _application(scale)
    with tempfile.TemporaryDirectory(prefix="dubu-pictures-") as folder:
        studio = Studio(app, demo_dir, Path(folder), out, scale)
        try:
            for look in themes:
                studio.take_all(look)
        finally:
            studio.close()
    if studio.failures:
        raise Unfinished("\n".join(f"{name}：{why}" for name, why in studio.failures.items()))
    return studio.taken


def _application(scale: int) -> QApplication:
    made = QApplication.instance()
    if isinstance(made, QApplication):
        return made
    desktop.prepare(os.environ, scale=scale)
    app = QApplication(["dubu"])
    desktop.speak_chinese(app)
    return app


class _Frame(QObject):
    """What `hooks_for` asks of the program: an open house, its desk, preferences that are kept nowhere."""

    def __init__(self, house: Any) -> None:
        from dubu_desktop.ui.operation import Desk
        from dubu_desktop.ui.preferences import Preferences

        super().__init__()
        self.house = house
        self.desk = Desk(house, self, clock=house.ws.clock)
        self.preferences = Preferences({}, Path())
        self.window: Any = None

    def remember(self, key: str, value: Any) -> None:
        """Keep nothing."""


class Studio:
    """Windows on copies of the demo's workspaces, and where their pictures go."""

    def __init__(self, app: QApplication, demo: Path, folder: Path, out: Path, scale: int) -> None:
        self.app, self.demo, self.folder, self.out, self.scale = app, demo, folder, out, scale
        self.password = (demo / "password").read_text(encoding="utf-8").strip()
        self.stick = folder / "U盘"
        self.stick.mkdir()
        self.waiting = [
            Path(shutil.copy(path, self.stick)) for path in sorted((demo / "bundles").glob("*-20260623.dubu"))
        ]
        self.taken: list[Path] = []
        self.failures: dict[str, str] = {}
        self.look = ""
        self._houses: dict[str, Any] = {}
        self._windows: dict[str, tuple[Any, _Frame]] = {}
        self.home = Path("/home/督巡")  # only ever shown

    # --- houses and windows -----------------------------------------------------------------------------------

    def house(self, name: str) -> Any:
        """A copy of one of the demo's workspaces, opened once; "empty" is an office with nothing in it."""
        from dubu_desktop.actions.house import House
        from dubu_desktop.actions.setup import init_office

        if name not in self._houses:
            path = self.folder / name
            if name == "empty":
                clock = self.house("office").ws.clock
                self._houses[name] = init_office(path, self.password, "沈怀志", clock).house
            else:
                shutil.copytree(self.demo / name, path)
                house = self._houses[name] = House.open_(path, self.password)
                house.be(_first_of(house))
        return self._houses[name]

    def window(self, name: str) -> Any:
        """The real window on a workspace, made once per theme and shown at the size of the screen."""
        from dubu_desktop.ui.frame_hooks import hooks_for
        from dubu_desktop.ui.pages import pages_for
        from dubu_desktop.ui.window import MainWindow

        if name not in self._windows:
            frame = _Frame(self.house(name))
            hooks = hooks_for(frame, {})  # type: ignore[arg-type]  # all that it asks of a Program
            frame.window = MainWindow(frame.desk, pages_for(frame.house.edition), hooks)
            self._windows[name] = frame.window, frame
            self.show(frame.window)
        window = self._windows[name][0]
        window.activateWindow()  # lists of pickers and carets are seen where the focus is
        self.app.processEvents()
        return window

    def drop(self, window: QWidget) -> None:
        """Close a window for good."""
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.app.processEvents()

    def escape(self, window: QWidget) -> None:
        """Close what lies over the window, as Esc does."""
        for overlay in window.findChildren(Overlay):
            overlay.close_overlay()
        self.settle(window)

    def show(self, window: QWidget) -> None:
        """Show a window at the size a screen of 1366×768 leaves it at this scale."""
        window.resize(QSize(*(side * 100 // self.scale for side in SCREEN)))
        window.show()
        self.settle(window)

    def close(self) -> None:
        """Close the workspaces."""
        for house in self._houses.values():
            house.close()

    # --- pictures ---------------------------------------------------------------------------------------------

    def settle(self, window: QWidget) -> None:
        """Wait until all reads have come home and everything is painted."""
        desk, quiet = getattr(window, "desk", None), 0
        until = time.monotonic() + _PATIENCE
        while quiet < 12:
            if time.monotonic() > until:
                raise TimeoutError("still busy")
            self.app.processEvents()
            time.sleep(0.008)
            quiet = 0 if desk is not None and desk.busy else quiet + 1

    def snap(self, window: QWidget, name: str) -> None:
        """One picture, once the window is at rest."""
        self.settle(window)
        suffix = "" if self.scale == 100 else f"-{self.scale}"
        path = self.out / f"{name}-{self.look}{suffix}.png"
        if not window.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        self.taken.append(path)

    def take_all(self, look: str) -> None:
        """Every picture in one theme; one that fails is kept for the end."""
        from dubu_desktop.ui import theme
        from dubu_desktop.ui.scenes import chosen

        self.look = look
        theme.apply(self.app, look)
        for name, scene in chosen(look, self.scale):
            try:
                scene(self, name)
            except Exception as error:  # the other pictures are wanted all the same
                where = traceback.extract_tb(error.__traceback__)[-1]
                at = f"{Path(where.filename).name}:{where.lineno}"
                self.failures[f"{name}-{look}"] = f"{type(error).__name__} {error}（{at}）"
        for window, frame in self._windows.values():
            self.drop(window)
            frame.desk.close()
        self._windows.clear()


def _first_of(house: Any) -> bytes:
    """Who has the most to do here: the director, the leader."""
    people = house.people()
    return next((row["uuid"] for row in people if {"director", "leader"} & set(row["roles"])), people[0]["uuid"])
