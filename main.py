"""The start: the only place that joins the window, the command line and the demo. Imports as late as it can."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any


def has_screen() -> bool:
    """Whether a window can be shown: on Linux when a display is named, or a Qt plugin that needs none; else always."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    return os.environ.get("QT_QPA_PLATFORM", "offscreen").partition(":")[0] not in ("offscreen", "minimal")


def fresh_folder() -> Path:
    """A new folder for the demo: where the person's own things are, or else among the temporary files."""
    home = Path.home()
    return Path(tempfile.mkdtemp(prefix="dubu-demo-", dir=home if os.access(home, os.W_OK) else None))


def play_demo(folder: Path) -> int:
    """Plays the demo story, window included, and takes the pictures of every page."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # pictures of one size, and nothing flickers on the desk
    from dubu_desktop import demo

    try:
        demo.play(folder, progress=lambda step: print(f"  {step.label}", file=sys.stderr, flush=True))
    except demo.DubuError as error:
        print(error.sentence, file=sys.stderr)
        return 3
    from dubu_desktop.ui import pictures

    pictures.take(folder)
    print(f"演示已完成，文件都在：{folder}")
    print("  office、group01 … group06 是工作区，密码在 password 文件里；bundles 是数据包，papers 是通报和台账，")
    print(f"  screens 是各页画面，report.json 记着做了什么。用窗口打开：./dubu run {folder / 'office'}")
    return 0


def take_pictures(demo: Path, out: Path, scale: str) -> int:
    """Draws every page of a demo played before, light and dark, at one scale in per cent."""
    from dubu_desktop.ui import pictures

    taken = pictures.take(demo, out, scale=int(scale))
    print(f"{len(taken)} 幅画面，都在：{out}")
    return 0


def main(argv: Sequence[str]) -> int:
    """`run` opens the window (or plays the demo where there is no screen); `demo DIR`; all else is the command line.

    `pictures DEMO OUT SCALE` draws the pictures of docs/pictures (tools/pictures.py).
    """
    command, rest = (argv[0] if argv else "run"), list(argv[1:])
    if command == "run" and has_screen():
        from dubu_desktop.ui import app

        return app.main(rest, demo=demo_workspace)
    if command == "run":
        print("没有找到屏幕（DISPLAY、WAYLAND_DISPLAY 都没有），改为演示全过程。", flush=True)
        return play_demo(fresh_folder())
    if command == "demo" and len(rest) == 1:
        return play_demo(Path(rest[0]))
    if command == "pictures" and len(rest) == 3:
        return take_pictures(Path(rest[0]), Path(rest[1]), rest[2])
    from dubu_desktop import cli

    return cli.main(list(argv))


def demo_workspace(folder: Path) -> Generator[Any, None, tuple[Path, str]]:
    """What the window's 演示库 does: plays the story in `folder`; returns the office's workspace and its password."""
    from dubu_desktop import demo

    yield from demo.performance(folder)
    return folder / "office", demo.PASSWORD


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
