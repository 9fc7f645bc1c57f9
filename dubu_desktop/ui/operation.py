"""The one place with threads: every verb and every read of the window goes through a `Desk`.

A widget says `desk.do(self, "urge", finding=…, then=self._urged)` and returns at once. The Desk runs the verb on the
writer thread (one worker, so writes are serial), reads on the reader thread (one worker), small independent work on
the pool; brings the result home to the GUI thread; shows expected failures (`DubuError`) as a message and anything
else as a bug report; and broadcasts `Changes`, from which every open view decides for itself whether to refresh.
A result whose asker has gone is dropped.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.system.clock import Clock
from dubu_desktop.ui.messages import Message, bug_report
from dubu_desktop.ui.reading import ReadingThread


@dataclass(frozen=True, slots=True)
class Changes:
    """What a verb changed: kinds of record ("finding") and ids. Every open view decides for itself what that means."""

    kinds: frozenset[str] = frozenset()
    ids: frozenset[bytes] = frozenset()


Then = Callable[[Any], object]
Failed = Callable[[DubuError], object]


def alive(asker: QObject | None) -> bool:
    """Whether the C++ half of a widget still exists; touching a dead one raises."""
    try:
        if asker is not None:
            asker.objectName()
    except RuntimeError:
        return False
    return True


class Job(QObject):
    """One piece of work under way; the progress panel watches it."""

    progressed = Signal(object)  # something with .done, .total, .label

    def __init__(self, label: str, *, cancellable: bool, writes: bool, aside: bool, parent: QObject) -> None:
        super().__init__(parent)
        self.label = label
        self.aside = aside  # may go on beside other things
        self.cancellable = cancellable
        self.writes = writes
        self.cancelled = False
        self.finished = False

    def cancel(self) -> None:
        """Ask the work to stop at its next step; it ends as "before"."""
        self.cancelled = True


class Desk(QObject):
    """Between widgets and the house (`house.do`, `house.run`, `house.read`); lives on the GUI thread."""

    changed = Signal(object)  # Changes(kinds, ids), after every verb that changed something
    said = Signal(object)  # Message
    bug = Signal(object)  # Report
    saved = Signal(object)  # aware datetime of the last successful verb
    began = Signal(object)  # Job
    ended = Signal(object)  # Job
    _home = Signal(object)  # a closure to run on the GUI thread

    def __init__(self, house: Any, parent: QObject | None = None, *, clock: Clock | None = None) -> None:
        super().__init__(parent)
        self.house = house
        self.clock = clock or Clock()
        self._writer = ThreadPoolExecutor(1, "dubu-writer")
        self._reader = ReadingThread("dubu-reader")
        self._pool = ThreadPoolExecutor(2, "dubu-pool")
        self._tickets = itertools.count(1)
        self._newest: dict[tuple[int, str], int] = {}
        self._jobs: set[Job] = set()
        self._closed = False
        self._home.connect(lambda closure: closure(), Qt.ConnectionType.QueuedConnection)

    # --- verbs ------------------------------------------------------------------------------------------------

    def do(
        self, asker: QObject, verb: str, /, *, then: Then | None = None, failed: Failed | None = None, **params: Any
    ) -> None:
        """Run one verb on the writer thread.

        `then(outcome)` runs on the GUI thread after the broadcast of what changed. `failed(error)` replaces the
        message for an expected failure.
        """
        job = self._begin("正在保存", writes=True)
        self._submit(self._writer.submit, job, lambda: self.house.do(verb, **params), asker, then, failed)

    def long(
        self,
        asker: QObject,
        verb: str,
        /,
        *,
        label: str,
        aside: bool = False,
        then: Then | None = None,
        failed: Failed | None = None,
        **params: Any,
    ) -> Job:
        """Run a long verb, a generator of Progress, on the writer thread; `label` says what is going on.

        `aside`: the person may put its progress aside and go on reading.
        Returns its Job; `job.cancel()` throws `Cancelled` into the generator at its next step.
        """
        job = self._begin(label, cancellable=True, writes=True, aside=aside)
        work = lambda: self._drive(job, self.house.run(verb, **params))  # noqa: E731
        self._submit(self._writer.submit, job, work, asker, then, failed)
        return job

    def _drive(self, job: Job, steps: Any) -> Any:
        """Run a progress generator to its end (on a worker); returns what it returns."""
        try:
            step = next(steps)
            while True:
                self._to_gui(partial(self._progress, job, step))
                step = steps.throw(Cancelled()) if job.cancelled else next(steps)
        except StopIteration as end:
            return end.value

    def _progress(self, job: Job, step: Any) -> None:
        if not job.finished:
            job.progressed.emit(step)

    def _announce(self, outcome: Any) -> None:
        """Tell everybody what a verb did, whether or not its asker is still there."""
        self.saved.emit(self.clock.local(self.clock.now_ms()))
        kinds: frozenset[str] = getattr(outcome, "kinds", frozenset())
        if kinds:
            self.changed.emit(Changes(kinds, outcome.new | outcome.changed))
        for warning in getattr(outcome, "warnings", ()):
            self.said.emit(Message.warning(warning))

    # --- reads and small work ---------------------------------------------------------------------------------

    def read(
        self,
        asker: QObject,
        fn: Callable[..., Any],
        /,
        *args: Any,
        then: Then,
        failed: Failed | None = None,
        newest: str = "",
        on_screen: bool = False,
        **kw: Any,
    ) -> None:
        """Run `fn(reader, *args, **kw)` on the reader thread; `then(result)` on the GUI thread.

        With `newest="slot"`, a later read of the same asker and slot makes this one void: it is skipped if it has
        not begun, and its result is dropped if it has. So typing in a search box never shows an older answer.
        `on_screen`: the rows somebody waits for; they overtake counts and details that have not begun.
        """
        key, ticket = (id(asker), newest), next(self._tickets)
        if newest:
            self._newest[key] = ticket

        def current() -> bool:
            return not newest or self._newest.get(key) == ticket

        def work() -> Any:
            return self.house.read(fn, *args, **kw) if current() else None

        def deliver(result: Any) -> None:
            if current():
                then(result)

        job = self._begin("正在读取")
        submit = self._reader.submit_first if on_screen else self._reader.submit
        self._submit(submit, job, work, asker, deliver, failed)

    def compute(
        self, asker: QObject, fn: Callable[..., Any], /, *args: Any, then: Then, failed: Failed | None = None
    ) -> None:
        """Run `fn(*args)` on the small pool (pictures, files a person chose); no house, no widgets inside."""
        job = self._begin("正在处理")
        self._submit(self._pool.submit, job, lambda: fn(*args), asker, then, failed)

    def on_writer(
        self, asker: QObject, fn: Callable[..., Any], /, *args: Any, then: Then, failed: Failed | None = None
    ) -> None:
        """Run `fn(*args)` on the writer thread: opening the workspace, choosing the person; no verb, no broadcast."""
        job = self._begin("正在打开")
        self._submit(self._writer.submit, job, lambda: fn(*args), asker, then, failed)

    # --- saying things ----------------------------------------------------------------------------------------

    def tell(self, text: str, *, act: str = "", on_act: Callable[[], None] | None = None) -> None:
        """Show one good sentence in the message bar, with an optional act ("撤销")."""
        self.said.emit(Message.good(text, act=act, on_act=on_act))

    def warn(self, text: str) -> None:
        """Show one sentence that wants attention."""
        self.said.emit(Message.warning(text))

    # --- insides ----------------------------------------------------------------------------------------------

    def _begin(self, label: str, *, cancellable: bool = False, writes: bool = False, aside: bool = False) -> Job:
        job = Job(label, cancellable=cancellable, writes=writes, aside=aside, parent=self)
        self._jobs.add(job)
        self.began.emit(job)
        return job

    def _end(self, job: Job) -> None:
        job.finished = True
        self._jobs.discard(job)
        self.ended.emit(job)
        job.deleteLater()

    def _submit(
        self,
        submit: Callable[[Callable[[], None]], object],
        job: Job,
        work: Callable[[], Any],
        asker: QObject,
        then: Then | None,
        failed: Failed | None,
    ) -> None:
        def run() -> None:
            try:
                result = work()
            except BaseException as error:  # every failure must come home: a worker that dies silently is worse
                self._to_gui(partial(self._sorry, job, error, asker, failed))
            else:
                self._to_gui(partial(self._done, job, result, asker, then))

        if not self._closed:
            submit(run)

    def _to_gui(self, closure: Callable[[], None]) -> None:
        if not self._closed:
            self._home.emit(closure)

    def _done(self, job: Job, result: Any, asker: QObject, then: Then | None) -> None:
        self._end(job)
        if job.writes:
            self._announce(result)
        if then is not None and alive(asker):
            then(result)

    def _sorry(self, job: Job, error: BaseException, asker: QObject, failed: Failed | None) -> None:
        self._end(job)
        if isinstance(error, Cancelled):
            self.said.emit(Message.plain("已取消，什么也没有改动。"))
        elif isinstance(error, DubuError):
            if failed is not None and alive(asker):
                failed(error)
            else:
                self.said.emit(Message.from_error(error))
        else:
            self.bug.emit(bug_report(error))

    @property
    def busy(self) -> bool:
        """Whether anything is under way (tests wait for it to be false)."""
        return bool(self._jobs)

    def close(self) -> None:
        """Wait for what is running, drop what has not begun; nothing is delivered after."""
        self._closed = True
        for job in self._jobs:
            job.cancel()
        self._reader.shutdown()
        for pool in (self._pool, self._writer):
            pool.shutdown(wait=True, cancel_futures=pool is not self._writer)
