"""Child processes: what they may use, what they know, how each way of failing is told (reliability.md §0.6)."""

import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.system import child, childside
from dubu_desktop.system.child import Limits, run_task, stream_task
from dubu_desktop.system.childworker import Worker

ROOT = Path(__file__).resolve().parents[3]
TASKS = "tests.unit.system.child_tasks:"
ROOMY = Limits(timeout_s=30, idle_s=30, memory_mb=600)
posix_limits = pytest.mark.skipif(sys.platform == "win32", reason="limits of the `resource` module")


def run(task, payload=None, file=None, limits=ROOMY, **more):
    return run_task(TASKS + task, payload or {}, file, limits=limits, broken="D-410", **more)


def code_of(task, payload=None, limits=ROOMY, **more):
    with pytest.raises(DubuError) as caught:
        run(task, payload, limits=limits, **more)
    return caught.value.code


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "表.bin"
    path.write_bytes(b"content of the file")
    return path


def test_a_task_reads_the_file_and_answers(paper):
    seen = []
    result = run("echo", {"n": 1}, paper, on_progress=lambda done, total: seen.append((done, total)))
    assert (result["bytes"], result["text"], result["payload"]) == (19, "content of the file", {"n": 1})
    assert seen == [(1, 2)]


def test_items_stream_and_the_result_comes_last():
    stream = stream_task(TASKS + "echo", {"items": 3}, None, limits=ROOMY, broken="D-410")
    assert [next(stream)["index"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(StopIteration) as end:
        next(stream)
    assert end.value.value["bytes"] == 0


def test_the_child_knows_no_secret_and_no_path(paper, monkeypatch):
    monkeypatch.setenv("DUBU_PASSWORD", "canary")
    around = run("surroundings", {"sheet": 1}, paper)
    told = str(around["environment"]) + str(around["argv"])
    assert "canary" not in told
    assert str(paper.parent) not in told
    assert set(around["environment"]) <= {"LANG", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "LC_CTYPE"}
    assert around["files"] == []
    assert around["isolated"]
    assert not any(m.split(".")[1:2] in (["db"], ["sync"], ["actions"], ["domain"]) for m in around["modules"])


def test_the_folder_of_the_child_is_gone_afterwards():
    around = run("surroundings")
    assert not os.path.exists(around["environment"]["TMPDIR"])


KILLED = """
import os, signal, sys
from dubu_desktop.system.child import Limits
from dubu_desktop.system.childworker import Worker
worker = Worker("tests.unit.system.child_tasks:on_demand", Limits(20, 20, 600), broken="D-423", restart_after=5)
worker.request({}, 3, [b"abc"], name="x")
assert len(os.listdir(os.environ["TMPDIR"])) == 1
os.kill(os.getpid(), signal.SIGKILL)
"""


@posix_limits
def test_the_folder_of_the_child_is_gone_although_the_parent_was_killed(tmp_path):
    environ = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", KILLED], env=environ, cwd=ROOT, capture_output=True, timeout=60)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    until = time.monotonic() + 20
    while os.listdir(tmp_path):
        assert time.monotonic() < until, "left behind"
        time.sleep(0.02)


def test_a_missing_file_is_said_so(tmp_path):
    assert code_of("echo", file=tmp_path / "没有.xlsx") == "D-401"


def test_a_stick_pulled_while_the_child_reads():
    assert code_of("stick_pulled") == "D-401"


def test_too_slow_in_all():
    assert code_of("alive_for_ever", limits=Limits(0.5, 30, 600)) == "D-402"


def test_no_progress():
    began = time.monotonic()
    assert code_of("busy_without_frames", limits=Limits(60, 0.5, 600)) == "D-402"
    assert time.monotonic() - began < 10


@posix_limits
def test_memory():
    assert code_of("eat_memory", limits=Limits(30, 30, 200)) == "D-403"


def test_death_without_an_answer():
    assert code_of("crash") == "D-404"


def test_parser_exceptions_become_the_code_of_the_caller_and_do_not_leak_text(caplog):
    assert code_of("odd_exception") == "D-410"
    assert "IndexError" in caplog.text
    assert "secret text" not in caplog.text


def test_known_errors_arrive_with_the_name_of_the_file(paper):
    with pytest.raises(DubuError) as caught:
        run("known_error", file=paper)
    assert caught.value.code == "D-412"
    assert "表.bin" in caught.value.sentence


@posix_limits
def test_a_child_can_write_no_file():
    assert code_of("write_file", {"size": 10}) == "D-410"


def test_prints_do_not_disturb_the_frames():
    assert run("print_noise") == "quiet"


@pytest.mark.parametrize(
    "sent",
    [
        struct.pack(">cI", b"I", 2**32 - 1),  # a length no frame may have
        struct.pack(">cI", b"R", 100) + b"{",  # half a body
        struct.pack(">cI", b"R", 9) + b'{"a":1,,}',  # not JSON
        struct.pack(">cI", b"R", 3_000) + b"[" * 3_000,  # too deep
        struct.pack(">cI", b"E", 26) + b'{"code":"D-411","params":1}'[:26],  # half a failure
        struct.pack(">cI", b"E", 29) + b'{"code":"D-411","params":{} }'[:29],  # parameters missing
        b"no frame at all",
    ],
)
def test_a_taken_over_child_is_refused(sent):
    assert code_of("garbage", {"bytes": list(sent)}) == "D-404"


def test_cancel_ends_the_child():
    asked = []
    with pytest.raises(Cancelled):
        run("hang", cancelled=lambda: asked.append(1) is None and len(asked) > 2)


def test_a_slow_consumer_is_not_blamed_on_the_child():
    stream = stream_task(TASKS + "flood", {"items": 200}, None, limits=Limits(1.0, 1.0, 600), broken="D-410")
    next(stream)
    time.sleep(1.5)
    assert sum(1 for _ in stream) == 199


def test_closing_the_stream_ends_the_child_and_its_children():
    stream = stream_task(TASKS + "with_grandchild", {}, None, limits=ROOMY, broken="D-410")
    grandchild = next(stream)
    stream.close()
    for _ in range(100):
        if not alive(grandchild):
            return
        time.sleep(0.02)
    pytest.fail("the grandchild lives on")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_payload_that_would_not_fit_is_a_bug():
    with pytest.raises(ValueError, match="payload"):
        run("echo", {"text": "字" * 20_000})


@pytest.fixture
def worker():
    with Worker(TASKS + "on_demand", Limits(2, 2, 600), broken="D-423", restart_after=5) as made:
        yield made


def ask(worker, data=b"abc", **payload):
    return worker.request(payload, len(data), [data[:2], data[2:]], name="照片.jpg")


def test_a_worker_answers_many_requests_with_one_process(worker):
    replies = [ask(worker, blob=True) for _ in range(3)]
    assert [r.blobs for r in replies] == [[b"cba"]] * 3
    assert len({r.result["pid"] for r in replies}) == 1
    assert worker.starts == 1


def test_a_worker_starts_afresh_after_some_requests(worker):
    for _ in range(6):
        ask(worker)
    assert worker.starts == 2


@pytest.mark.parametrize(
    ("do", "code", "starts"),
    [("crash", "D-404", 2), ("hang", "D-402", 2), ("odd_exception", "D-423", 1), ("known_error", "D-412", 1)],
)
def test_a_worker_survives_what_a_request_does_to_it(worker, do, code, starts):
    ask(worker)
    with pytest.raises(DubuError) as caught:
        ask(worker, do=do)
    assert caught.value.code == code
    assert ask(worker).result["bytes"] == 3
    assert worker.starts == starts


@posix_limits
def test_a_worker_is_renewed_after_it_ran_out_of_memory():
    with Worker(TASKS + "on_demand", Limits(20, 20, 200), broken="D-423") as worker:
        with pytest.raises(DubuError) as caught:
            ask(worker, do="eat_memory")
        assert caught.value.code == "D-403"
        ask(worker)
        assert worker.starts == 2


def test_a_source_that_breaks_off_is_said_so(worker):
    def torn():
        yield b"ab"
        raise OSError(5, "stick pulled")

    with pytest.raises(DubuError) as caught:
        worker.request({}, 100, torn(), name="照片.jpg")
    assert caught.value.code == "D-401"
    with pytest.raises(DubuError) as caught:
        worker.request({}, 100, [b"short"], name="照片.jpg")
    assert caught.value.code == "D-401"
    assert ask(worker).result["bytes"] == 3


@posix_limits
def test_a_child_that_stops_reading_is_ended():
    with Worker(TASKS + "on_demand", Limits(1, 1, 600), broken="D-423") as worker:
        ask(worker)
        child_process = worker._child.process
        os.kill(child_process.pid, 19)  # SIGSTOP: reads nothing any more
        with pytest.raises(DubuError) as caught:
            worker.request({}, 8_000_000, [b"x" * 1_000_000] * 8, name="照片.jpg")
        assert caught.value.code == "D-402"


def test_threads_share_a_worker(worker):
    answers = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(ask(worker, n=n).result["payload"])) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(a["n"] for a in answers) == list(range(8))


def test_without_what_windows_lacks(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    childside._limit_process(100)
    childside._allow_cpu(1)
    monkeypatch.delattr(os, "killpg", raising=False)
    monkeypatch.setattr(child.subprocess, "run", lambda *_, **__: None)
    assert code_of("busy_without_frames", limits=Limits(60, 0.5, 600)) == "D-402"
