from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from PySide6.QtWidgets import QWidget

from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.ui.kit import BugPanel, ProgressPanel
from dubu_desktop.ui.messages import bug_report
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.tokens import Tone

from .conftest import House, Outcome, Progress


def test_a_verb_runs_on_the_writer_thread_and_comes_home(desk, house, settle, qtbot):
    where, got, seen = [], [], []
    house.verbs["urge"] = lambda **kw: (
        where.append(threading.current_thread().name),
        Outcome(kinds=frozenset({"finding"}), changed=frozenset({b"1"})),
    )[1]
    desk.changed.connect(lambda changes: seen.append(changes.kinds))
    asker = QWidget()
    qtbot.addWidget(asker)
    desk.do(asker, "urge", then=lambda outcome: got.append((outcome, threading.current_thread())), finding=b"1")
    assert not got  # it returned at once
    settle(desk)
    assert where[0].startswith("dubu-writer")
    assert got[0][1] is threading.main_thread()
    assert seen == [frozenset({"finding"})]
    assert house.done == [("urge", {"finding": b"1"})]


def test_verbs_are_serial_and_in_order(desk, house, settle, qtbot):
    running, most, order = [], [], []

    def slow(n: int) -> Outcome:
        running.append(n)
        most.append(len(running))
        time.sleep(0.005)
        running.remove(n)
        order.append(n)
        return Outcome()

    house.verbs["slow"] = slow
    asker = QWidget()
    qtbot.addWidget(asker)
    for n in range(8):
        desk.do(asker, "slow", n=n)
    settle(desk)
    assert max(most) == 1
    assert order == list(range(8))


def test_lists_answer_while_a_long_verb_runs(desk, house, settle, qtbot):
    go_on, got = threading.Event(), []

    def import_bundle():
        yield Progress(0, 1)
        go_on.wait(5)
        return Outcome()

    house.verbs["import_bundle"] = import_bundle
    asker = QWidget()
    qtbot.addWidget(asker)
    desk.long(asker, "import_bundle", label="正在收包")
    desk.read(asker, House.ids, then=got.append)
    qtbot.waitUntil(lambda: bool(got), timeout=3000)
    assert desk.busy
    go_on.set()
    settle(desk)


def test_newest_read_wins(desk, settle, qtbot):
    gate, ran, got = threading.Event(), [], []

    def query(_reader, text):
        ran.append(text)
        gate.wait(5)
        return text

    asker = QWidget()
    qtbot.addWidget(asker)
    for text in ("青", "青石", "青石镇"):
        desk.read(asker, query, text, then=got.append, newest="ids")
    gate.set()
    settle(desk)
    assert got == ["青石镇"]
    assert "青石" not in ran  # it was void before it began


def test_the_answer_of_a_closed_page_is_dropped_but_its_change_is_told(desk, house, settle, qtbot):
    got, seen, gate = [], [], threading.Event()
    house.verbs["edit"] = lambda: (gate.wait(5), Outcome(kinds=frozenset({"task"})))[1]
    desk.changed.connect(seen.append)
    asker = QWidget()
    desk.do(asker, "edit", then=got.append)
    desk.read(asker, lambda _reader: gate.wait(5), then=got.append)
    asker.deleteLater()
    qtbot.wait(20)
    gate.set()
    settle(desk)
    assert got == []
    assert len(seen) == 1


def test_an_expected_failure_is_one_sentence(desk, house, settle, qtbot):
    said = []

    def refuse():
        raise DubuError("D-204")

    house.verbs["import"] = refuse
    desk.said.connect(said.append)
    asker = QWidget()
    qtbot.addWidget(asker)
    desk.do(asker, "import")
    settle(desk)
    assert (said[0].code, said[0].tone, said[0].stays) == ("D-204", Tone.BAD, True)
    assert said[0].text == "数据包不完整或已损坏，什么也没有改动。"
    assert said[0].next_step == "请对方重新导出。"
    taken = []
    desk.do(asker, "import", failed=taken.append)
    settle(desk)
    assert [error.code for error in taken] == ["D-204"]
    assert len(said) == 1  # whoever takes it says it


def test_a_bug_becomes_a_redacted_report(house, settle, qtbot):
    desk, reports = Desk(house), []
    desk.bug.connect(reports.append)

    def broken():
        secret = "机密线索"
        raise KeyError(secret)

    house.verbs["broken"] = broken
    asker = QWidget()
    qtbot.addWidget(asker)
    desk.do(asker, "broken")
    settle(desk)
    desk.close()
    assert "KeyError" in reports[0].text
    assert "operation.py" in reports[0].text
    assert "机密线索" not in reports[0].text
    assert "D-901" in reports[0].what


def test_a_report_names_no_folder_of_the_person(tmp_path):
    try:
        exec(compile("1/0", str(tmp_path / "张三" / "x.py"), "exec"))
    except ZeroDivisionError as error:
        text = bug_report(error).text
    assert "张三" not in text
    assert "x.py:1" in text


def test_cancel_throws_into_the_generator(desk, house, settle, qtbot):
    said, ended, started = [], [], threading.Event()

    def endless():
        try:
            for n in range(10_000):
                started.set()
                time.sleep(0.002)
                yield Progress(n, 10_000, "照片")
        except Cancelled:
            ended.append("before")
            raise
        return Outcome()

    house.verbs["export"] = endless
    desk.said.connect(said.append)
    asker = QWidget()
    qtbot.addWidget(asker)
    job = desk.long(asker, "export", label="正在导出")
    assert started.wait(5)
    job.cancel()
    settle(desk)
    assert ended == ["before"]
    assert said[0].text == "已取消，什么也没有改动。"


def test_progress_opens_late_and_offers_cancel_later(desk, house, settle, shown, qtbot):
    window = shown(QWidget())
    panel = ProgressPanel(window, desk)
    release = threading.Event()

    def work():
        for n in range(1000):
            if release.wait(0.01):
                break
            yield Progress(n, 1000, "第三组 第12包")
        return Outcome()

    house.verbs["import"] = work
    desk.long(window, "import", label="正在收下 1 个数据包")
    qtbot.wait(150)
    assert not panel.isVisible()
    qtbot.waitUntil(panel.isVisible, timeout=1000)
    assert not panel._cancel.isVisible()
    qtbot.waitUntil(panel._cancel.isVisible, timeout=3000)
    assert "第三组 第12包" in panel._detail.text()
    panel._cancel.click()
    settle(desk)
    assert not panel.isVisible()
    release.set()


def test_short_work_shows_no_progress(desk, shown, settle, qtbot):
    window = shown(QWidget())
    panel = ProgressPanel(window, desk)
    desk.do(window, "anything")
    settle(desk)
    qtbot.wait(400)
    assert not panel.isVisible()


def test_the_report_can_be_copied(shown, qapp):
    window = shown(QWidget())
    panel = BugPanel(window)
    panel.show_report(bug_report(RuntimeError("not shown")))
    panel._copy()
    assert "RuntimeError" in qapp.clipboard().text()
    assert "not shown" not in qapp.clipboard().text()


def test_close_finishes_writes_and_delivers_nothing(house, qtbot, qapp):
    desk, got = Desk(house), []
    house.verbs["save"] = lambda: time.sleep(0.05) or Outcome()
    asker = QWidget()
    qtbot.addWidget(asker)
    desk.do(asker, "save", then=got.append)
    desk.do(asker, "save", then=got.append)
    desk.close()
    qapp.processEvents()
    assert len(house.done) == 2  # typed text that was on its way is written
    assert got == []
    with pytest.raises(RuntimeError):
        desk._writer.submit(partial(print))
