"""The program with a window: first paint, unlock or first run, then the frame with its pages.

Nothing but Qt and a few small files is loaded before the first window is painted; the rest is loaded by a thread while
the password is typed, and the frame while the key is derived.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from dubu_desktop.ui import desktop
from dubu_desktop.ui.preferences import Preferences
from dubu_desktop.ui.unlock import StartWindow

if TYPE_CHECKING:
    from dubu_desktop.ui.program import Program

#: makes the demo world in an empty folder, a generator of progress; returns the workspace to open and its password
MakeDemo = Callable[[Path], Generator[Any, None, tuple[Path, str]]]


def main(argv: Sequence[str], *, demo: MakeDemo | None = None) -> int:
    """Open the window and run until it is closed; returns the exit code.

    `argv`: [WORKSPACE] [--theme …] [--scale …] [--im …]. `demo` makes 演示库; without it that choice is not offered.
    """
    args = _parse(argv)
    preferences = Preferences.load()
    im = args.im or preferences.text("im")
    desktop.prepare(os.environ, im=im, scale=args.scale or preferences.number("scale", 100, desktop.SCALES))
    app = QApplication([sys.argv[0]])
    app.setApplicationName("督簿")
    running: list[Program] = []
    start = StartWindow()

    def dress() -> None:
        from dubu_desktop.ui.program import Program

        running.append(Program(app, start, preferences, demo, args))

    start.painted.connect(dress)
    start.show()
    code = app.exec()
    for program in running:
        program.close()
    return code


def _parse(argv: Sequence[str]) -> Any:
    parser = argparse.ArgumentParser(prog="dubu run", description="督簿的窗口")
    parser.add_argument("workspace", nargs="?", type=Path, help="工作区文件夹")
    parser.add_argument("--theme", choices=("system", "light", "dark", "sun"), default="")
    parser.add_argument("--scale", type=int, choices=desktop.SCALES, default=0)
    parser.add_argument("--im", default="", help="输入法模块，如 ibus、fcitx")
    return parser.parse_args(list(argv))
