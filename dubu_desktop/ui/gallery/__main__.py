"""Take the pictures: `python -m dubu_desktop.ui.gallery OUTDIR [--scale 150]`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    """Render every page and state into OUTDIR as PNG; returns 0."""
    parser = argparse.ArgumentParser(prog="gallery")
    parser.add_argument("out", type=Path)
    parser.add_argument("--scale", type=int, default=100)
    args = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from dubu_desktop.ui import desktop

    desktop.prepare(os.environ, scale=args.scale)
    args.out.mkdir(parents=True, exist_ok=True)
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("the gallery needs a widget application")
    desktop.speak_chinese(app)
    for look in ("light", "dark", "sun"):
        _take(app, args.out, look, args.scale)
    return 0


def _take(app: object, out: Path, look: str, scale: int) -> None:
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QApplication

    from dubu_desktop.ui import theme
    from dubu_desktop.ui.gallery.scenes import scenes

    assert isinstance(app, QApplication)
    theme.apply(app, look)
    size = QSize(round(1366 * 100 / scale), round(768 * 100 / scale))
    for name, scene in scenes().items():
        window, prepare = scene()
        window.resize(size)
        window.show()
        settle(app, window)
        prepare()
        settle(app, window)
        suffix = "" if scale == 100 else f"-{scale}"
        window.grab().save(str(out / f"{name}-{look}{suffix}.png"))
        window.close()
        desk = getattr(window, "desk", None)
        if desk is not None:
            desk.close()
        window.deleteLater()
        app.processEvents()


def settle(app: object, window: object) -> None:
    """Let reads come home and everything paint."""
    from PySide6.QtWidgets import QApplication

    assert isinstance(app, QApplication)
    desk, quiet = getattr(window, "desk", None), 0
    until = time.monotonic() + 5
    while quiet < 25 and time.monotonic() < until:
        app.processEvents()
        time.sleep(0.01)
        quiet = 0 if desk is not None and desk.busy else quiet + 1


if __name__ == "__main__":
    sys.exit(main())
