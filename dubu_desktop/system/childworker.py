"""A child process kept alive for many small requests (photos), so that a hundred do not cost a hundred starts."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from dubu_desktop.errors import DubuError
from dubu_desktop.system import childside
from dubu_desktop.system.child import Child, IsCancelled, Limits, Waited, read_failure, read_json


@dataclass(slots=True)
class Reply:
    """The answer to one request of a `Worker`: the JSON result and the blobs in the order they were sent."""

    result: Any
    blobs: list[bytes] = field(default_factory=list)


class Worker:
    """A child kept alive for many small requests, so that a hundred photos do not cost a hundred starts.

    May be used from any thread; requests are answered one at a time. The child is ended and the next request starts
    a new one after a limit, a crash, a broken frame, or `restart_after` requests (what a hostile file may have left
    behind does not live for ever). `limits.timeout_s` is per request.
    """

    def __init__(self, task: str, limits: Limits, *, broken: str, restart_after: int = 200) -> None:
        self._task, self._limits, self._broken, self._restart_after = task, limits, broken, restart_after
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._answered = 0
        #: Processes started so far; the tests read it.
        self.starts = 0

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def request(
        self,
        payload: dict[str, Any],
        size: int,
        chunks: Iterable[bytes],
        *,
        name: str = "",
        cancelled: IsCancelled | None = None,
    ) -> Reply:
        """Send `size` bytes (given as `chunks`) with a payload and wait for the answer. Errors as in `stream_task`."""
        with self._lock:
            healthy = False
            try:
                child = self._ready_child()
                self._send(child, payload, size, chunks, name)
                answer = self._receive(child, name, cancelled)
                healthy = isinstance(answer, Reply) or answer.code != "D-403"
            finally:
                self._answered += 1
                if not healthy or self._answered >= self._restart_after:
                    self._end_child()
        if isinstance(answer, DubuError):
            raise answer
        return answer

    def close(self) -> None:
        """End the child; the next request would start another."""
        with self._lock:
            self._end_child()

    def _ready_child(self) -> Child:
        if self._child is None or self._child.process.poll() is not None:
            self._end_child()
            self._child = Child(self._task, {}, self._limits, source=None, serve=True)
            self._answered = 0
            self.starts += 1
        return self._child

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _send(self, child: Child, payload: dict[str, Any], size: int, chunks: Iterable[bytes], name: str) -> None:
        """Write the request; a child that hangs while we write is ended by the timer, which frees us."""
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(self._limits.timeout_s, end)
        timer.start()
        try:
            self._write(child, childside.REQUEST, childside.to_json({"size": size, "payload": payload}), name)
            sent = 0
            for chunk in chunks:
                sent += len(chunk)
                self._write(child, childside.BLOB, chunk, name)
            if sent != size:
                raise DubuError("D-401", name=name)
        except OSError as error:  # the source: a stick pulled while we read
            raise DubuError("D-401", name=name) from error
        except DubuError as error:
            if late.is_set():
                raise DubuError("D-402", name=name) from error
            raise
        finally:
            timer.cancel()

    def _write(self, child: Child, kind: bytes, body: bytes, name: str) -> None:
        try:
            childside.write_frame(cast("BinaryIO", child.process.stdin), kind, body)
        except OSError as error:
            raise DubuError("D-404", name=name) from error

    def _receive(self, child: Child, name: str, cancelled: IsCancelled | None) -> Reply | DubuError:
        """The reply, or the error the task itself reported (after which the process may go on serving)."""
        waited = Waited(self._limits)
        blobs: list[bytes] = []
        while True:
            kind, body = child.next_frame(waited, name, cancelled)
            if kind == childside.BLOB:
                blobs.append(body)
            elif kind == childside.RESULT:
                return Reply(read_json(body, name), blobs)
            elif kind == childside.FAILURE:
                return read_failure(read_json(body, name), name, self._broken)
