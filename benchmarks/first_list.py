"""A usable 问题 page of 100,000 findings, from the accepted password to the first row painted (issue 2, "Must show").

The floor is a bare PySide6 program with an empty table, from process start to first paint. All are started in turn in
one run, warm, medians. Ours is the whole program: start window, password typed after `THINKING` seconds (nobody types
one faster), frame, page. It is counted from the moment the key fits (what the issue asks for) and from Enter (key
derivation included, which is slow on purpose); with the window opening on 问题 because that is where it was left, and
through 今日要办, from which somebody goes on to 问题 at once.

`python -m benchmarks.first_list [RUNS [WORKSPACE]]`; without a workspace the world is made, which takes minutes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.world import FINDINGS, PASSWORD, build

ROOT = Path(__file__).resolve().parents[1]
THINKING = 1.5  # s between the password field and Enter
_BARE = """
import os, time
from PySide6.QtWidgets import QApplication, QTableView
from PySide6.QtGui import QStandardItemModel
app = QApplication(["bare"])
class Table(QTableView):
    def paintEvent(self, event):
        super().paintEvent(event)
        print('{"painted": %f, "painted_cpu": %f}' % (time.time(), time.process_time()), flush=True)
        os._exit(0)
table = Table()
table.setModel(QStandardItemModel(0, 4))
table.resize(1366, 768)
table.show()
app.exec()
"""
_OURS = """
import json, os, sys, time
from PySide6.QtCore import QTimer
from dubu_desktop.ui import app
from dubu_desktop.ui.unlock import StartWindow
path, password, thinking, way = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
marks = {}
def mark(name):
    marks.setdefault(name, time.time())
    marks.setdefault(name + "_cpu", time.process_time())
class Start(StartWindow):
    def show_panel(self, panel):
        super().show_panel(panel)
        def enter():
            watch()
            panel.password.setText(password)
            mark("enter")
            panel._open()
        QTimer.singleShot(int(thinking * 1000), self, enter)
def count(*_args):
    marks["statements"] = marks.get("statements", 0) + ("accepted" in marks)
def watch():
    marks["preloaded"] = sorted(name for name in sys.modules if name.startswith("dubu_desktop.ui."))
    from sqlalchemy import Engine, event
    event.listen(Engine, "before_cursor_execute", count)
    from dubu_desktop.db import keys
    from dubu_desktop.ui.program import Program
    from dubu_desktop.ui.widgets import rowpaint
    unlock, show, paint = keys.unlock, Program._show, rowpaint.RowDelegate.paint
    def unlocked(*args):
        found = unlock(*args)
        mark("accepted")
        return found
    def shown(self, kept):
        mark("opened")
        if way != "left":
            kept.pop("page", None)
        show(self, kept)
        mark("window")
        def go():
            page = self.window.go("findings")
            mark("page")
            wait(page)
        if way == "left":
            mark("page")
            wait(self.window.current_page)
        else:
            QTimer.singleShot(0, self, go)
    def wait(page):
        def painted(self, painter, option, index):
            paint(self, painter, option, index)
            if option.widget is page.rows and page.rows._window.row(index.row()) is not None:
                rowpaint.RowDelegate.paint = paint
                mark("painted")
                marks["modules"] = sorted(name for name in sys.modules if "." not in name)
                marks["rows"] = len(page.rows.ids())
                marks["pages"] = page.rows.fetched_pages
                print(json.dumps(marks), flush=True)
                QTimer.singleShot(0, app.QApplication.quit)  # closed properly, or the next start has to look for damage
        rowpaint.RowDelegate.paint = painted
    keys.unlock, Program._show = unlocked, shown
app.StartWindow = Start
app.main([path])
"""
#: what the phases between two marks are called
PHASES = (("key derived", "enter", "accepted"), ("workspace open", "accepted", "opened"),
          ("frame and first page", "opened", "window"), ("问题 made", "window", "page"),
          ("rows read and painted", "page", "painted"))  # fmt: skip


def once(source: str, state: Path, *arguments: str) -> dict[str, Any]:
    """The marks of one start, seconds; `start` is when the process was begun. Ours tells what was loaded and asked."""
    environ = dict(os.environ, QT_QPA_PLATFORM="offscreen", DUBU_STATE_DIR=str(state), PYTHONPATH=str(ROOT))
    begun = time.time()
    run = subprocess.run(
        [sys.executable, "-c", source, *arguments], capture_output=True, text=True, env=environ, timeout=120
    )
    if run.returncode or not run.stdout.strip():
        raise RuntimeError(run.stderr)
    marks: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return {"start": begun, "start_cpu": 0.0, **marks}


def main(runs: int = 7, workspace: Path | None = None) -> float:
    """Prints the medians; returns the ratio that the issue limits to 3."""
    with tempfile.TemporaryDirectory(prefix="dubu-bench-") as folder:
        place, state = workspace or Path(folder) / "office", Path(folder) / "state"
        state.mkdir()
        if workspace is None:
            os.environ["DUBU_STATE_DIR"] = str(state)
            build(place, say=lambda text: print(text, file=sys.stderr))
        arguments = (str(place), PASSWORD, str(THINKING))
        programs = {"bare": (_BARE,), "through": (_OURS, *arguments, "through"), "left": (_OURS, *arguments, "left")}
        taken: dict[str, list[dict[str, Any]]] = {name: [] for name in programs}
        for run in range(runs + 2):  # two to warm
            for name, (source, *given) in programs.items():
                marks = once(source, state, *given)
                if run > 1:
                    taken[name].append(marks)
    return told(taken, runs)


def told(taken: dict[str, list[dict[str, Any]]], runs: int) -> float:
    """Print medians, ratios and phases; the ratio from the accepted password, as the window was left."""

    def median(name: str, since: str, until: str = "painted") -> float:
        return statistics.median(found[until] - found[since] for found in taken[name]) * 1000

    def line(label: str, name: str, since: str, until: str = "painted") -> None:
        wall, cpu = median(name, since, until), median(name, f"{since}_cpu", f"{until}_cpu")
        ratios = f"{wall / floor:6.2f} {cpu / floor_cpu:6.2f}" if until == "painted" else ""
        print(f"{label:44} {wall:7.0f} {cpu:7.0f} {ratios}")

    floor, floor_cpu = median("bare", "start"), median("bare", "start_cpu", "painted_cpu")
    print(f"{FINDINGS:,} findings, n={runs}; rows listed {taken['left'][0]['rows']:,.0f}, "
          f"pages of rows fetched {taken['left'][0]['pages']:.0f}, "
          f"statements {taken['left'][0]['statements']}")  # fmt: skip
    print(f"{'':44} {'wall ms':>7} {'CPU ms':>7} × floor (wall, CPU)")
    line("bare empty table, from process start", "bare", "start")
    for name, label in (("left", "opens on 问题"), ("through", "through 今日要办")):
        for since in ("accepted", "enter"):
            line(f"{label}, from {since}", name, since)
        for phase, since, until in PHASES:
            line(f"  {phase}", name, since, until)
    return median("left", "accepted") / floor


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
