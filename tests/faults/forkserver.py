"""A warm process that forks one child for every kill, and the timer by which a child is killed (Linux).

The child arms a timer of the kernel that sends SIGKILL: no handler, no tidying, at any instruction. When it is armed
is told by marks: an action begins, a commit begins and ends, a sync, a rename. Between which two marks of the action
the timer shall run out is drawn with equal chance for each stretch, the moment within it by how long such a stretch
took before: so that short stretches, where something becomes lasting, are struck as often as long ones.

The parent tells what to do in lines of JSON on stdin and gets a line back: how the child ended and what it was at.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import mmap
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from tests import warm
from tests.faults import killed_child

ROOT = Path(__file__).resolve().parents[2]
#: what a process is at after each mark
AT = {
    "OPEN": "at work", "ACK": "at work", "READY": "opening", "commit": "committing", "committed": "after a commit",
    "sync": "syncing", "synced": "after a sync", "rename": "renaming", "renamed": "after a rename",
    "remove": "removing", "removed": "after a removal",
}  # fmt: skip
MARKS = list(AT)
_ENTRY = struct.Struct("<Bd")
_COUNT = struct.Struct("<I")


class Timeline:
    """Marks and their times in memory that parent and child share: what a killed child was at is still there."""

    def __init__(self) -> None:
        self._map = mmap.mmap(-1, 1 << 20)

    def clear(self) -> None:
        """No mark yet."""
        self._map[: _COUNT.size] = _COUNT.pack(0)

    def mark(self, name: str) -> None:
        """One more, now."""
        (n,) = _COUNT.unpack_from(self._map, 0)
        _ENTRY.pack_into(self._map, _COUNT.size + n * _ENTRY.size, MARKS.index(name), time.monotonic())
        _COUNT.pack_into(self._map, 0, n + 1)

    def read(self) -> list[tuple[str, float]]:
        """All of them, in order."""
        (n,) = _COUNT.unpack_from(self._map, 0)
        found = (_ENTRY.unpack_from(self._map, _COUNT.size + i * _ENTRY.size) for i in range(n))
        return [(MARKS[number], at) for number, at in found]


# --- the timer ---------------------------------------------------------------------------------------------------


class _Event(ctypes.Structure):
    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("_", ctypes.c_int * 12),
    )


class _Spec(ctypes.Structure):
    _fields_ = (("every", ctypes.c_long * 2), ("first", ctypes.c_long * 2))


def kill_in(seconds: float) -> None:
    """SIGKILL to this process after so long, whatever it does then."""
    libc, timer = ctypes.CDLL(None, use_errno=True), ctypes.c_void_p()
    event = _Event(signal=9, notify=0)
    if libc.timer_create(1, ctypes.byref(event), ctypes.byref(timer)) != 0:
        raise OSError(ctypes.get_errno(), "timer_create")
    nanoseconds = max(1, int(seconds * 1e9))
    spec = _Spec((0, 0), (nanoseconds // 10**9, nanoseconds % 10**9))
    if libc.timer_settime(timer, 0, ctypes.byref(spec), None) != 0:
        raise OSError(ctypes.get_errno(), "timer_settime")


class Fate:
    """When this child dies: `within` seconds after mark `mark` of the action that follows `acks` acknowledgements."""

    def __init__(self, timeline: Timeline, acks: int, mark: int, within: float) -> None:
        self._timeline, self._acks, self._mark, self._within = timeline, acks, mark, within
        self._seen = -1
        self._armed = False

    def __call__(self, name: str) -> None:
        """A mark was passed."""
        self._timeline.mark(name)
        if self._armed:
            return
        if name in ("ACK", "OPEN"):
            self._acks -= name == "ACK"
            over = self._acks < 0  # the action was shorter than the one before: just after it, then
            if self._acks == 0:
                self._seen = 0
        else:
            over = False
            self._seen += self._seen >= 0
        if over or self._seen == self._mark:
            self._armed = True
            kill_in(self._within)


# --- the marks ---------------------------------------------------------------------------------------------------


def _nobody(_name: str) -> None:
    """Who hears of marks as long as nobody works."""


_passed: Callable[[str], None] = _nobody


def _around(holder: Any, name: str, before: str, after: str) -> None:
    honest = getattr(holder, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        _passed(before)
        out = honest(*args, **kwargs)
        _passed(after)
        return out

    setattr(holder, name, call)


def _watch() -> None:
    """Marks around commits, syncs and changes of names."""
    from sqlalchemy.engine.default import DefaultDialect

    _around(DefaultDialect, "do_commit", "commit", "committed")
    _around(os, "fsync", "sync", "synced")
    for name in ("replace", "rename"):
        _around(os, name, "rename", "renamed")
    _around(os, "unlink", "remove", "removed")
    killed_child.heard = lambda word: _passed(word) if word in AT else None


# --- the server --------------------------------------------------------------------------------------------------


class _Server:
    """Forks, waits, tells. `usual`: the stretches of actions seen to their end, by operation and place in its cycle."""

    def __init__(self) -> None:
        self.timeline = Timeline()
        self.usual: dict[str, list[list[float]]] = {}

    def warm(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Do the work here, to its end: from then on a child has nothing to load or compile."""
        global _passed
        _passed = self.timeline.mark
        self._at_work(told)
        with contextlib.suppress(killed_child.Enough):
            killed_child.work(dict(told), tidy=True)
        os.close(killed_child.out)
        self._learn(told["what"])
        gc.collect()
        gc.freeze()
        return {"marks": [name for name, _ in self.timeline.read()]}

    def _at_work(self, told: Mapping[str, Any]) -> None:
        self.timeline.clear()
        os.environ["DUBU_STATE_DIR"] = told["state"]
        killed_child.out = os.open(told["said"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def strike(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Fork a child, to be killed in the action after `acks` acknowledgements; how it ended and what it was at."""
        dice = Random(told["dice"])
        seen = self.usual.get(_key(told["what"], told["acks"])) or [[0.02]]
        gaps = dice.choice(seen)
        mark = dice.randrange(len(gaps))
        within = dice.uniform(0, 1.1 * gaps[mark] + 2e-5)
        self.timeline.clear()
        pid = os.fork()
        if pid == 0:
            self._child(told, Fate(self.timeline, told["acks"], mark, within))
        _, status = os.waitpid(pid, 0)
        passed = self.timeline.read()
        self._learn(told["what"])
        last = passed[-1][0] if passed else "READY"
        begun = sum(name == "ACK" for name, _ in passed) < told["acks"]
        return {"killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == 9, "status": status, "early": begun,
                "at": AT[last], "marks": [name for name, _ in passed]}  # fmt: skip

    def _child(self, told: Mapping[str, Any], fate: Fate) -> None:
        global _passed
        try:
            _passed = fate
            self._at_work(told)
            killed_child.work(dict(told))
            while True:
                time.sleep(60)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(1)

    def _learn(self, what: str) -> None:
        """How long the stretches of the actions that came to their end took; the last few of each are kept."""
        done, action, gaps, before = 0, False, list[float](), 0.0
        for name, at in self.timeline.read():
            if action:
                gaps.append(at - before)
            if action and name == "ACK":
                kept = self.usual.setdefault(_key(what, done), [])
                kept.append(gaps)
                del kept[:-8]
                done += 1
            if name in ("OPEN", "ACK"):
                action, gaps = True, []
            before = at


def _key(what: str, done: int) -> str:
    """Actions of one kind: saving goes in fours, exporting in twos (killed_child.py)."""
    return f"{what} {done % 4}"


class Forks:
    """The server as its parent sees it. Call `close`."""

    def __init__(self, more: Mapping[str, str]) -> None:
        """`more`: of its environment."""
        env = {**os.environ, "PYTHONPATH": str(ROOT), **more}
        command = [sys.executable, "-m", "tests.faults.forkserver"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True, start_new_session=True
        )

    def ask(self, **told: Any) -> dict[str, Any]:
        """`do`: "warm" or "strike"; what came of it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the process that forks is gone"
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        """End it."""
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        self.process.wait(timeout=60)


def main() -> None:
    """Answer lines until there are no more."""
    with warm.warm():
        killed_child.prepare()
        _watch()
        server = _Server()
        for line in sys.stdin:
            told = json.loads(line)
            found = getattr(server, told.pop("do"))(told)
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
