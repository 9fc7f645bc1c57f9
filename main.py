"""The start: the only place that joins the window, the command line and the demo. Imports as late as it can."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def has_screen() -> bool:
    """Whether a window can be shown: on Linux when a display is named, or a Qt plugin that needs none; else always."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    return os.environ.get("QT_QPA_PLATFORM", "offscreen").partition(":")[0] not in ("offscreen", "minimal")


def fresh_folder() -> Path:
    """A new folder for the demo: here when that is allowed, else among the temporary files."""
    here = Path.cwd()
    return Path(tempfile.mkdtemp(prefix="dubu-demo-", dir=here if os.access(here, os.W_OK) else None))


def play_demo(folder: Path) -> int:
    """Plays the demo story, window included, and takes the pictures of every page."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # pictures of one size, and nothing flickers on the desk
    from dubu_desktop import demo

    demo.play(folder)
    from dubu_desktop.ui import pictures

    pictures.take(folder)
    print(f"演示已完成，文件都在：{folder}")
    return 0


def main(argv: Sequence[str]) -> int:
    """`run` opens the window (or plays the demo where there is no screen); `demo DIR`; all else is the command line."""
    command, rest = (argv[0] if argv else "run"), list(argv[1:])
    if command == "run" and has_screen():
        from dubu_desktop.ui import app

        return app.main(rest)
    if command == "run":
        print("没有找到屏幕（DISPLAY、WAYLAND_DISPLAY 都没有），改为演示全过程。", flush=True)
        return play_demo(fresh_folder())
    if command == "demo" and len(rest) == 1:
        return play_demo(Path(rest[0]))
    from dubu_desktop import cli

    return cli.main(list(argv))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
