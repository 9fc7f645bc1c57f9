"""Make docs/pictures: the window's pages from the demo, light and dark, at 100 % and 150 %. `./dubu pictures [DEMO]`.

Plays the demo in a temporary folder unless one that has been played is given. Each scale is a process of its own,
because Qt reads the scale once. The printed 通报 is drawn by tools/bulletin_picture.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dubu_desktop import demo  # noqa: E402
from dubu_desktop.demo.shrink import shrink  # noqa: E402

SCALES = (100, 150)
LEFT_OUT = ("office-settings-about-light.png",)  # it names the machine it was drawn on
MOST = 8_000_000  # bytes all of them may take together


def main(argv: list[str]) -> int:
    """Draw, shrink, and say how large they are; 1 when they are too large or a page could not be drawn."""
    out = ROOT / "docs" / "pictures"
    with tempfile.TemporaryDirectory(prefix="dubu-pictures-") as folder:
        played = Path(argv[0]) if argv else Path(folder) / "demo"
        if not argv:
            demo.play(played)
        fresh = Path(folder) / "drawn"
        for scale in SCALES:
            if _draw(played, fresh, scale) != 0:
                return 1
        for name in LEFT_OUT:
            (fresh / name).unlink()
        size = shrink(sorted(fresh.glob("*.png")))
        out.mkdir(exist_ok=True)
        for old in filter(_is_ours, list(out.glob("*-*.png"))):
            old.unlink()
        for picture in sorted(fresh.glob("*.png")):
            shutil.move(picture, out / picture.name)
    print(f"{out}：{size / 1e6:.1f} MB")
    return 0 if size <= MOST else 1


def _draw(played: Path, out: Path, scale: int) -> int:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    env.pop("QT_SCALE_FACTOR", None)
    command = [sys.executable, str(ROOT / "main.py"), "pictures", str(played), str(out), str(scale)]
    return subprocess.run(command, env=env).returncode


def _is_ours(path: Path) -> bool:
    """Whether a picture is one this tool makes: its name ends in its theme, and its scale."""
    words = path.stem.split("-")
    return words[-1] in ("light", "dark") or (words[-1].isdigit() and words[-2] in ("light", "dark"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
