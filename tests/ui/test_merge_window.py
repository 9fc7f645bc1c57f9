"""The big merge in small: six groups with photos in the office's window; progress, lists, cancel at any moment."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks import merge
from dubu_desktop.actions.exchange import incoming
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import findings
from dubu_desktop.db import kept, scope
from dubu_desktop.ui.pages import PAGES
from tests.world import SetClock, cheap_keys

from .guard import watching
from .real import Seat

PHOTOS, SIZE = 12, 3_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> merge.Built:
    """Six groups with two photos of 250 kB each, and their bundles."""
    root = tmp_path_factory.mktemp("merge")
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        return merge.build(root / "world", PHOTOS, SIZE, lambda _line: None)


@pytest.fixture
def seat(built: merge.Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: Any) -> Any:
    """The office's window over a fresh copy of its workspace, with the six bundles looked at."""
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    place = tmp_path / "office"
    merge.shutil.copytree(built.office, place)
    clock = SetClock("2027-01-05T09:00")
    house = House.open_(place, merge.PASSWORD, clock)
    house.be("王主任")
    made = Seat(house, [spec for spec in PAGES if spec.key in ("bundles", "findings")], clock)
    shown(made.window, 1366, 768)
    made.settle()
    made.window.go("bundles").preview(built.files)
    made.settle()
    yield made
    made.close()
    house.close()


def started(seat: Any) -> tuple[Any, list[Any]]:
    """Enter pressed; the job, and its steps as they come."""
    jobs: list[Any] = []
    steps: list[Any] = []
    seat.desk.began.connect(
        lambda job: (jobs.append(job), job.progressed.connect(steps.append)) if job.cancellable else None
    )
    seat.page.incoming.act()
    return jobs[0], steps


def until(condition: Any, seconds: float = 60) -> None:
    """Let the window live until it is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        QApplication.processEvents()
        time.sleep(0.001)


def whole(house: House, taken: int) -> None:
    """`taken` groups are in with all they have, the others not at all."""
    with house.ws.reading() as conn:
        named = kept.blob_hashes(conn)
        assert scope.wanted(conn) == set()
    assert len(named) == taken * 2 * PHOTOS // 6
    assert all(house.ws.blobs.has(name) for name in named)
    assert len(house.read(findings.ids)) == taken
    assert not list(house.ws.folder.inbox.iterdir())


def test_six_bundles_come_in_with_progress_that_only_moves_forward(seat: Any, built: merge.Built) -> None:
    with watching():
        job, steps = started(seat)
        until(lambda: job.finished)
        seat.settle()
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert steps[-1].done <= steps[-1].total == 3 * built.bytes
    # a copy, a reading and photos of each, none of them in one leap
    assert len({(step.label, step.done) for step in steps}) >= 5 * len(built.files)
    assert {step.label.split(" ")[0] for step in steps} >= {"正在拷到本机", "正在核验", "正在收照片", "正在写入记录"}
    assert all(step.said.endswith("%") for step in steps)
    whole(seat.house, 6)
    assert "照片 12/12" in seat.page.incoming._line.text()
    assert "1 条新问题，另有 2 条新内容，照片 2/2" in seat.page.incoming._told.text()


@pytest.mark.parametrize("moment", ["正在收照片", "the transaction"])
def test_lists_answer_while_the_import_stands_still(seat: Any, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The import is held; a list is asked for and answers, with what was there before, before it goes on."""
    held, go = threading.Event(), threading.Event()
    real = incoming.apply if moment == "the transaction" else incoming.photos_in

    def waits(*args: Any) -> Any:
        result = real(*args)  # the transaction: all is written and nothing committed
        held.set()
        assert go.wait(30)
        return result

    monkeypatch.setattr(incoming, "apply" if moment == "the transaction" else "photos_in", waits)
    job, _steps = started(seat)
    until(held.is_set)
    answers: list[int] = []
    seat.desk.read(seat.window, findings.ids, then=lambda ids: answers.append(len(ids)))
    until(lambda: bool(answers))
    assert answers == [0]
    assert not job.finished
    go.set()
    until(lambda: job.finished)
    seat.settle()
    whole(seat.house, 6)


@pytest.mark.parametrize("share", [n / 16 for n in range(16)])
def test_cancelled_at_any_moment_what_is_taken_is_whole(seat: Any, built: merge.Built, share: float) -> None:
    job, _steps = started(seat)
    job.progressed.connect(lambda step: job.cancel() if step.done >= share * step.total else None)
    until(lambda: job.finished)
    seat.settle()
    taken = len(seat.house.read(findings.ids))
    whole(seat.house, taken)
    assert taken <= round(share * 6) + 1
    if taken:  # the window hears of a step a moment later: near the end all may be in by then
        assert {r["status"] for r in seat.page.incoming.reports} == ({"new", "left"} if taken < 6 else {"new"})
    else:
        assert any("已取消，什么也没有改动" in said for said in seat.said)
    # and it can be taken up again, to the same end
    seat.page.preview(built.files)
    seat.settle()
    seat.press(Qt.Key.Key_Return)
    whole(seat.house, 6)


def test_the_import_put_aside_leaves_the_window_free(seat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """B puts the progress into the corner; another page opens and answers; a change waits, and says so."""
    held, go = threading.Event(), threading.Event()
    real = incoming.photos_in

    def waits(*args: Any) -> Any:
        held.set()
        assert go.wait(30)
        yield from real(*args)

    monkeypatch.setattr(incoming, "photos_in", waits)
    panel = seat.window.progress
    job, _steps = started(seat)
    until(panel.isVisible)
    QTest.keyClick(panel, Qt.Key.Key_B)
    assert not panel.isVisible()
    assert panel.aside.isVisible()
    until(held.is_set)
    seat.page.incoming.act()  # Enter again does not begin it twice
    seat.page.incoming.begin(["again.dubu"])
    assert any("还没有结束" in said for said in seat.said)
    seat.window.go("findings")
    answers: list[int] = []
    seat.desk.read(seat.window, findings.ids, then=lambda ids: answers.append(len(ids)))
    until(lambda: bool(answers))
    assert not job.finished
    assert not panel.isVisible()
    seat.desk.do(seat.window, "dismiss_alarm", alarm=1, failed=lambda _error: None)
    assert panel.isVisible(), "whoever wants to change something sees what it waits for"
    go.set()
    until(lambda: job.finished)
    seat.settle()
    assert not panel.isVisible()
    assert not panel.aside.isVisible()
    assert any("已收下 6 个数据包" in said for said in seat.said)
    whole(seat.house, 6)
