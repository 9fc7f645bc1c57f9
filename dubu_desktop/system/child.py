"""Child processes with limits, for reading files that come from outside (reliability.md §0.6; contracts.md §8).

A parser that is tricked into looping, eating memory or crashing takes only its own process with it. The child is
started afresh (`exec`, never fork: no open database and no key is inherited), has no environment but one variable, an
empty folder as its current one, and gets the file as an already open standard input: it is told no path at all.
It answers in frames of JSON or plain bytes (`childside.py`). The parent ends it when it takes too long, shows no
progress, or sends something that is not a frame; memory, CPU and "writes no file" are limits the child puts on itself
where the system offers them (not on Windows, where time, progress and the limits on sizes remain).

A frozen program (one file made by a packager) has no interpreter to start: there `child_command` would have to name
the program itself with a switch that calls `childside.main`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from dubu_desktop.errors import CATALOGUE, Cancelled, DubuError
from dubu_desktop.system import childside

_log = logging.getLogger(__name__)

#: Told how far a task is: (done, total), any unit.
OnProgress = Callable[[int, int], None]
#: Asked now and then whether the person cancelled.
IsCancelled = Callable[[], bool]

_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from dubu_desktop.system.childside import main; main()"
_ROOT = str(Path(__file__).resolve().parents[2])
#: The job travels in the environment (not on the command line, which other users can list); Windows allows 32 K.
_MAX_JOB_CHARS = 16_000
#: How often a waiting parent looks whether it was cancelled, seconds.
_TICK_S = 0.1
#: Frames a fast child may be ahead of a slow consumer; then the pipe holds it back.
_QUEUE_FRAMES = 16
#: Variables without which an interpreter cannot start on some machines; none carries anything of a workspace.
_KEPT_VARIABLES = ("SYSTEMROOT", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: seconds waited for it in all, seconds without a frame, address space in MB."""

    timeout_s: float
    idle_s: float
    memory_mb: int


def child_command() -> list[str]:
    """The command line of a child: this interpreter, isolated from user site, PYTHON* variables and current folder."""
    return [sys.executable, "-I", "-B", "-X", "utf8", "-c", _BOOT, _ROOT]


def child_environment(job: str, folder: str) -> dict[str, str]:
    """The whole environment of a child; `folder` is its empty current folder."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "TMPDIR": folder, "TEMP": folder, "TMP": folder, childside.JOB_VARIABLE: job}


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """End a process started with `start_new_session=True` and everything it started; wait for it."""
    if process.poll() is None:
        killpg = getattr(os, "killpg", None)
        if killpg is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                killpg(process.pid, signal.SIGKILL)
        else:
            with contextlib.suppress(OSError):
                subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
        with contextlib.suppress(OSError):
            process.kill()
    process.wait()


def stream_task(
    task: str,
    payload: dict[str, Any],
    file: Path | None,
    *,
    limits: Limits,
    broken: str,
    on_progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
) -> Generator[Any, None, Any]:
    """Run `task` ("module:function") on `file` in a child of its own; yield its items and blobs, return its result.

    Input: a small JSON payload; `broken` is the code raised when the parser gives up on the file. Raises DubuError
    (D-401 not readable, D-402 too slow, D-403 memory, D-404 child died, `broken`, or what the task raised) and
    Cancelled. Closing the generator ends the child. Time the consumer spends between items is not counted.
    """
    name = file.name if file is not None else ""
    with contextlib.ExitStack() as stack:
        try:
            source = stack.enter_context(file.open("rb")) if file is not None else None
        except OSError as error:
            raise DubuError("D-401", name=name) from error
        child = Child(task, payload, limits, source=source)
        stack.callback(child.close)
        waited = Waited(limits)
        while True:
            kind, body = child.next_frame(waited, name, cancelled)
            if kind == childside.PROGRESS and on_progress is not None:
                done, total = read_json(body, name)
                on_progress(int(done), int(total))
            elif kind == childside.ITEM:
                yield read_json(body, name)
            elif kind == childside.BLOB:
                yield body
            elif kind == childside.RESULT:
                return read_json(body, name)
            elif kind == childside.FAILURE:
                raise read_failure(read_json(body, name), name, broken)


def run_task(
    task: str,
    payload: dict[str, Any],
    file: Path | None,
    *,
    limits: Limits,
    broken: str,
    on_progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
) -> Any:
    """As `stream_task`, for a task that only has a result."""
    stream = stream_task(
        task, payload, file, limits=limits, broken=broken, on_progress=on_progress, cancelled=cancelled
    )
    while True:
        try:
            next(stream)
        except StopIteration as end:
            return end.value


@dataclass(slots=True)
class Waited:
    """Seconds waited for a child: in all, and since its last frame."""

    limits: Limits
    total: float = 0.0
    idle: float = 0.0

    def add(self, seconds: float) -> bool:
        """Count seconds waited; True when a limit is passed."""
        self.total += seconds
        self.idle += seconds
        return self.total > self.limits.timeout_s or self.idle > self.limits.idle_s


class Child:
    """One process, its reading thread and its empty folder."""

    def __init__(
        self, task: str, payload: dict[str, Any], limits: Limits, *, source: IO[bytes] | None, serve: bool = False
    ) -> None:
        job = json.dumps(
            {
                "task": task,
                "payload": payload,
                "serve": serve,
                "has_file": source is not None,
                "memory_mb": limits.memory_mb,
                "cpu_s": int(limits.timeout_s) + 1,
            }
        )
        if len(job) > _MAX_JOB_CHARS:
            raise ValueError("payload too large for a child")
        self._folder = tempfile.TemporaryDirectory(prefix="dubu-child-", ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            child_command(),
            stdin=subprocess.PIPE if serve else (source or subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=child_environment(job, self._folder.name),
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._frames: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue(_QUEUE_FRAMES)
        self._closed = threading.Event()
        self._reader = threading.Thread(target=self._read, name="child-reader", daemon=True)
        self._reader.start()

    def next_frame(self, waited: Waited, name: str, cancelled: IsCancelled | None) -> tuple[bytes, bytes]:
        """The next frame; DubuError D-402 past a limit, D-404 when the child ended without an answer; Cancelled."""
        while True:
            if cancelled is not None and cancelled():
                raise Cancelled
            before = time.monotonic()
            try:
                frame = self._frames.get(timeout=_TICK_S)
            except queue.Empty:
                if waited.add(time.monotonic() - before):
                    raise DubuError("D-402", name=name) from None
                continue
            if frame is None:
                raise DubuError("D-404", name=name)
            if waited.add(time.monotonic() - before):
                raise DubuError("D-402", name=name)
            waited.idle = 0.0
            return frame

    def kill(self) -> None:
        """End the process now (also from another thread)."""
        kill_tree(self.process)

    def close(self) -> None:
        """End the process, its reader and its folder."""
        self._closed.set()
        kill_tree(self.process)
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._folder.cleanup()

    def _read(self) -> None:
        """Body of the reading thread: frames into the queue, None at the end of any kind."""
        stdout = cast("BinaryIO", self.process.stdout)
        frame: tuple[bytes, bytes] | None
        while True:
            try:
                frame = childside.read_frame(stdout)
            except (childside.BrokenFrame, OSError, ValueError):
                frame = None
            while not self._closed.is_set():
                try:
                    self._frames.put(frame, timeout=_TICK_S)
                    break
                except queue.Full:
                    continue
            if frame is None or self._closed.is_set():
                return


def read_json(body: bytes, name: str) -> Any:
    """JSON a child sent; whatever is wrong with it means the child is broken or taken over."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DubuError("D-404", name=name) from error


def read_failure(report: Any, name: str, broken: str) -> DubuError:
    """The error a child reported, as ours: known codes with plain parameters, else `broken`."""
    report = report if isinstance(report, dict) else {}
    code, params = report.get("code"), report.get("params")
    if isinstance(code, str) and code in CATALOGUE and isinstance(params, dict):
        plain = {key: value for key, value in params.items() if isinstance(value, str | int)}
        try:
            return DubuError(code, **{**plain, "name": name})
        except (KeyError, IndexError):
            return DubuError("D-404", name=name)
    if report.get("type") == "MemoryError":
        return DubuError("D-403", name=name)
    if report.get("type") == childside.SOURCE_GONE:
        return DubuError("D-401", name=name)
    _log.warning("a child gave up on a file: %s", str(report.get("type"))[:80])
    return DubuError(broken, name=name)
