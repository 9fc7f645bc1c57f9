"""Slow and hostile files at the doors of the window: its loop keeps turning, what is read can be left, one sentence.

Nothing here has an absolute time: ticks of a timer are counted while a file is read and while nothing is done, and the
two rates compared (contracts.md §10). A read on the GUI thread has no tick at all.
"""

from __future__ import annotations

import functools
import io
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest

from dubu_desktop.db import journal
from dubu_desktop.errors import Cancelled
from dubu_desktop.intake import reading
from dubu_desktop.system.child import Limits
from dubu_desktop.ui import files
from dubu_desktop.ui.widgets import progress
from tests.faults.hostile import book, text, zipped
from tests.unit.intake.pictures import png_bomb
from tests.world import World

from .guard import watching
from .real import Seat

_TICK = 4  # ms
#: of the rate of an idle loop, before or after, whichever had less of the machine; one that waits for a file has less
#: than a hundredth
_SHARE = 0.25
#: seconds that a rate is taken over at least: what is refused at once is over before a rate means anything, and the
#: sentence that says so is drawn meanwhile
_AT_LEAST = 0.5
SHORT = Limits(timeout_s=0.5, idle_s=0.5, memory_mb=2048)


class Loop:
    """The event loop of a seat, run until nothing is under way; what it did meanwhile."""

    def __init__(self, seat: Seat) -> None:
        self.seat, self.panel = seat, seat.window.progress
        self.ticks, self.began = 0, 0.0
        self.shown = self.offered = False
        self._leave = False

    def rate(self) -> float:
        """Ticks a second."""
        return self.ticks / (time.monotonic() - self.began)

    def run(self, done: Callable[[], bool], *, give: Callable[[], None] | None = None, leave: bool = False) -> float:
        """Turn until `done`, and `_AT_LEAST` so long, having done `give` from within the loop; the rate of ticks, what
        `give` took included.

        `leave`: press Esc as soon as the window says that it can be left.
        """
        self.ticks, self.began, self._leave = 0, time.monotonic(), leave
        loop, timer, end = QEventLoop(), QTimer(interval=_TICK), QTimer(interval=20)
        timer.timeout.connect(self._tick)

        def over() -> None:
            passed = time.monotonic() - self.began
            if passed > 20 or (passed > _AT_LEAST and done()):
                loop.quit()

        end.timeout.connect(over)
        timer.start()
        if give is not None:
            QTimer.singleShot(0, lambda: (give(), end.start()))
        else:
            end.start()
        loop.exec()
        return self.rate()

    def idle(self) -> float:
        """The rate while nothing is done."""
        return self.run(lambda: True)

    def _tick(self) -> None:
        self.ticks += 1
        self.shown = self.shown or self.panel.isVisible()
        if self.panel._cancel.isVisible():
            self.offered = True
            if self._leave:
                self._leave = False
                QTest.keyClick(self.panel, Qt.Key.Key_Escape)


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Home, temporary folder, working directory and the folder of the file: all there is outside the workspaces."""
    around = tmp_path / "around"
    for name in ("home", "temp", "here", "stick"):
        (around / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(around / "home"))
    monkeypatch.setattr(tempfile, "tempdir", str(around / "temp"))
    monkeypatch.chdir(around / "here")
    return around


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress and 取消 come sooner than for people; no true pages."""
    monkeypatch.setattr(progress, "SHOWN_AFTER", 20)
    monkeypatch.setattr(progress, "CANCELLABLE_AFTER", 60)
    monkeypatch.setenv("DUBU_SOFFICE", "")


@functools.cache
def slow_book() -> bytes:
    """A ledger that takes the child many seconds: cells that say nothing, so that no row ever comes out."""
    return book("<row><c/><c/><c/><c/><c/><c/></row>" * 300_000)


def late_book() -> bytes:
    """A ledger whose first rows are fine, and after them only such cells."""
    fine = "".join(text(row, f"通道堆放瓷砖{row}箱") for row in range(2, 60))
    return book(text(1, "具体情况") + fine + "<row><c/><c/><c/><c/><c/><c/></row>" * 150_000)


@functools.cache
def slow_picture() -> bytes:
    """A PNG of 81 megapixels, which may be read, and takes long."""
    out = io.BytesIO()
    Image.new("L", (9_000, 9_000)).save(out, "PNG", compress_level=1)
    return out.getvalue()


@functools.cache
def slow_paper() -> bytes:
    """A .docx of a megabyte that becomes 200 while it is looked through."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(40):
                part.write(b"<w:p/>" * 700_000)
    return out.getvalue()


def bomb_picture() -> bytes:
    return png_bomb(60_000, 60_000)


def macro_paper() -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", "word/vbaProject.bin": b"MZ"})


# --- the doors: a window where the file can be given, and the hand that gives it -----------------------------------


def ledger(world: World, opened: Any) -> tuple[Seat, Callable[[Path], None]]:
    seat = opened(world.office, "findings", "settings")
    # A page is made when it is first looked at: not what is measured here.
    seat.window.go("settings", "intake")
    seat.settle()
    seat.window.go("findings")
    seat.settle()
    return seat, lambda _path: seat.page.read_ledger()


def sheet(world: World, opened: Any) -> tuple[Seat, Callable[[Path], None]]:
    seat = opened(world.office, "rectify")
    return seat, lambda path: seat.page.open_intake(path)


def picture(world: World, opened: Any) -> tuple[Seat, Callable[[Path], None]]:
    world.office.do("register_finding", values={"facts": "通道堆放瓷砖40箱"})
    seat = opened(world.office, "findings")
    seat.page.pane.filters.choose("all")
    seat.settle()
    return seat, lambda path: seat.page.finding.evidence.take_files([path])


def final(world: World, opened: Any) -> tuple[Seat, Callable[[Path], None]]:
    number = world.finding(world.office)
    for verb in ("finalise_finding", "confirm_finding"):
        world.office.do(verb, **({"finding": number} if verb.startswith("final") else {"findings": [number]}))
    made = world.office.do("draft_document", kind="special_report", findings=[number]).ids[-1]
    for verb in ("submit_document", "sign_document"):
        world.office.do(verb, document=made)
    seat = opened(world.office, "documents")
    seat.window.go("documents", made)
    seat.settle()
    return seat, lambda _path: press(seat, "收回定稿")


def press(seat: Seat, label: str) -> None:
    next(button for button in seat.page.bar.buttons() if button.text() == label).click()


@dataclass(frozen=True)
class Door:
    """`make`: the file."""

    way: Callable[..., tuple[Seat, Callable[[Path], None]]]
    name: str
    make: Callable[[], bytes]


#: refused by their codes, the workbook because its child is given less time
REFUSED = {
    "D-402": Door(ledger, "台账.xlsx", slow_book),
    "D-422": Door(picture, "炸弹.png", bomb_picture),
    "D-425": Door(final, "宏.docx", macro_paper),
}
#: what takes seconds before anything could be said of it
SLOW = {
    "workbook": Door(ledger, "台账.xlsx", slow_book),
    "reply sheet": Door(sheet, "反馈.xlsx", slow_book),
    "picture": Door(picture, "现场.png", slow_picture),
    "final text": Door(final, "定稿.docx", slow_paper),
}


def listing(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def state(world: World) -> tuple[int, str]:
    with world.office.ws.reading() as conn:
        return journal.last_seq(conn, world.office.ws.profile.actor), world.office.person.name


def at_the_door(door: Door, world: World, opened: Any, outside: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """(seat, the hand that gives the file, what lay outside before, the state before)."""
    path = outside / "stick" / door.name
    path.write_bytes(door.make())
    monkeypatch.setattr(files, "choose_file", lambda _parent, _title, _filters, then: then(path))
    seat, give = door.way(world, opened)
    return seat, lambda: give(path), listing(outside), state(world)


@pytest.mark.parametrize("code", REFUSED)
def test_what_sits_or_hurts_is_refused_while_the_window_lives(code, world, opened, outside, monkeypatch):
    monkeypatch.setattr(reading, "_LIMITS", SHORT)
    seat, give, was_there, before = at_the_door(REFUSED[code], world, opened, outside, monkeypatch)
    loop = Loop(seat)
    idle = loop.idle()
    with watching():
        rate = loop.run(lambda: not seat.desk.busy, give=give)
    assert loop.shown
    idle = min(idle, loop.idle())
    assert rate > _SHARE * idle, f"{rate:.0f} ticks a second, {idle:.0f} when nothing is done"
    said = seat.window.messages
    assert said.message.code == code
    assert REFUSED[code].name in said.text()
    assert [one for one in seat.said if code in one] == seat.said[-1:], "one sentence, once"
    assert state(world) == before
    assert listing(outside) == was_there


@pytest.mark.parametrize("name", SLOW)
def test_esc_leaves_what_takes_long(name, world, opened, outside, monkeypatch):
    seat, give, was_there, before = at_the_door(SLOW[name], world, opened, outside, monkeypatch)
    loop = Loop(seat)
    idle = loop.idle()
    with watching():
        rate = loop.run(lambda: not seat.desk.busy, give=give, leave=True)
    assert loop.offered
    idle = min(idle, loop.idle())
    assert rate > _SHARE * idle, f"{rate:.0f} ticks a second, {idle:.0f} when nothing is done"
    assert seat.said[-1].strip() == "已取消，什么也没有改动。"
    assert state(world) == before
    assert listing(outside) == was_there


def test_rows_that_never_come_can_be_left_too(world, outside):
    """The second reading, after the columns were chosen: it says nothing for as long as no row comes."""
    path = outside / "台账.xlsx"
    path.write_bytes(late_book())
    before = state(world)
    steps = world.office.run("import_findings", file=str(path))
    label = "正在读入 台账.xlsx"
    while next(steps).label != label:
        pass
    assert [next(steps).label for _ in range(3)] == [label] * 3, "nothing is told while it sits"
    with pytest.raises(Cancelled):
        steps.throw(Cancelled())
    assert state(world) == before
