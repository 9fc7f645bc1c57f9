"""First painted window, from process start: ours beside a bare PySide6 window, in one run (issue 2, "Must show").

`python -m benchmarks.first_window [RUNS]` starts each in turn, so that the machine's mood falls on both alike, and
prints medians. `dressed` is the same window with the password field painted and waiting.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_BARE = """
import os, sys, time
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication(["bare"])
class Window(QWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time(), flush=True)
        os._exit(0)
window = Window()
window.resize(760, 560)
window.show()
app.exec()
"""
_OURS = """
import os, time
from dubu_desktop.ui import app, unlock
def done(*_):
    print(time.time(), flush=True)
    os._exit(0)
class Painted(unlock.StartWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        done()
class Dressed(unlock.StartWindow):
    def show_panel(self, panel):
        super().show_panel(panel)
        app.QApplication.processEvents()
        done()
app.StartWindow = {kind}
app.main(["/nowhere/workspace"])
"""
PROGRAMS = {"bare": _BARE, "first paint": _OURS.format(kind="Painted"), "dressed": _OURS.format(kind="Dressed")}


def once(source: str, state: Path) -> float:
    """Seconds from process start to what the program waits for."""
    environ = dict(os.environ, QT_QPA_PLATFORM="offscreen", DUBU_STATE_DIR=str(state), PYTHONPATH=str(ROOT))
    begun = time.time()
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, env=environ, check=True)
    return float(run.stdout) - begun


def main(runs: int) -> dict[str, float]:
    """Medians by program, printed with their ratio to the bare window."""
    with tempfile.TemporaryDirectory() as folder:
        for source in PROGRAMS.values():
            once(source, Path(folder))  # warm
        taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
        for _ in range(runs):
            for name, code in PROGRAMS.items():
                taken[name].append(once(code, Path(folder)))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, seconds in medians.items():
        print(f"{name:12} {seconds * 1000:7.0f} ms  {seconds / medians['bare']:.2f}x  (n={runs})")
    return medians


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
