"""The thread that reads: one, as there is one reading connection; what stands on the screen first."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

Work = Callable[[], None]


class ReadingThread:
    """Works off what it is given, each rank in the order of asking; `first` overtakes what has not begun."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._first: deque[Work] = deque()
        self._rest: deque[Work] = deque()
        self._changed = threading.Condition()
        self._ends = False
        self._thread: threading.Thread | None = None  # begun with the first piece of work

    def submit(self, work: Work) -> None:
        """Do this in its turn."""
        self._put(self._rest, work)

    def submit_first(self, work: Work) -> None:
        """Do this before what `submit` was given and has not begun."""
        self._put(self._first, work)

    def _put(self, queue: deque[Work], work: Work) -> None:
        with self._changed:
            queue.append(work)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._first or self._rest or self._ends)
                if self._ends:
                    return
                work = (self._first or self._rest).popleft()
            work()

    def shutdown(self) -> None:
        """End what is running, drop what has not begun."""
        with self._changed:
            self._ends = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
