"""Long work that reports by callback (a child process, a stream written to a file) as a generator of progress."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from typing import TypeVar

from dubu_desktop.actions.registry import Progress

T = TypeVar("T")

Report = Callable[[int, int], None]
IsCancelled = Callable[[], bool]
#: (done, total) in words
Said = Callable[[int, int], str]
#: How often progress is told, seconds; also how soon a finished thread is noticed at the latest.
_TICK_S = 0.1


def beside(
    work: Callable[[Report, IsCancelled], T], label: str, *, at: tuple[int, int] = (0, 0), said: Said | None = None
) -> Generator[Progress, None, T]:
    """Run `work(report, cancelled)` in a thread of its own, yield where it stands, return what it returns.

    `at`: where it stands before it reports; `said` puts that into words. What it raises is raised here. Closing the
    generator makes `cancelled()` true and waits for the end: nothing goes on behind the person's back.
    """
    stop = threading.Event()
    where = at
    result: list[T] = []
    failure: list[BaseException] = []

    def report(done: int, total: int) -> None:
        nonlocal where
        where = (done, total)

    def run() -> None:
        try:
            result.append(work(report, stop.is_set))
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run, name="beside", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            yield Progress(*where, label, said(*where) if said is not None else "")
            thread.join(_TICK_S)
    finally:
        stop.set()
        thread.join()
    if failure:
        raise failure[0]
    return result[0]
