"""The child's side of `system/child.py`: frames over a pipe, own limits, one task or a loop of requests.

Runs in the process that reads hostile files. It holds no key, learns no path (a file arrives as standard input, already
open), may write no file at all and has an empty folder as its own. Nothing here is imported by the program's main
process except the frame functions. Frames are a length, a kind and JSON or raw bytes; never pickle, because the
parent must be able to read what a taken-over child sends.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import importlib
import io
import json
import os
import struct
import sys
import time
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from dubu_desktop.errors import DubuError

#: Name of the one environment variable of a child: which task, with what payload and limits (JSON).
JOB_VARIABLE = "DUBU_CHILD_JOB"
#: Longest frame either side accepts; rows go in batches and pictures are previews, so this is generous.
MAX_FRAME_BYTES = 32 * 1024 * 1024
#: Piece size when a file is sent through the pipe.
CHUNK_BYTES = 1024 * 1024
#: Reported when the file itself could not be read on: the stick was pulled, the disk failed.
SOURCE_GONE = "SourceGone"
_HEAD = struct.Struct(">cI")
#: At most this often a progress frame is sent, seconds.
_PROGRESS_EVERY_S = 0.1

# Kinds of frame. Child to parent: progress, item, blob, result, failure. Parent to child: request, blob.
PROGRESS, ITEM, BLOB, RESULT, FAILURE, REQUEST = b"P", b"I", b"B", b"R", b"E", b"Q"

#: What a task looks like: (the file or None, the payload, where to send things) -> the result, as JSON values.
Task = Callable[[BinaryIO | None, dict[str, Any], "Emit"], Any]


class BrokenFrame(Exception):
    """The other side sent something that is no frame, or stopped in the middle of one."""


def write_frame(stream: BinaryIO, kind: bytes, body: bytes) -> None:
    """Send one frame: kind (one byte), length (four bytes, big-endian), body."""
    if len(body) > MAX_FRAME_BYTES:
        raise BrokenFrame(f"frame of {len(body)} bytes")
    stream.write(_HEAD.pack(kind, len(body)))
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    """The next frame as (kind, body), None at a clean end; BrokenFrame for a bad length or a half frame."""
    head = stream.read(_HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise BrokenFrame("half a head")
    kind, length = cast("tuple[bytes, int]", _HEAD.unpack(head))
    if length > MAX_FRAME_BYTES:
        raise BrokenFrame(f"frame of {length} bytes announced")
    body = stream.read(length)
    if len(body) < length:
        raise BrokenFrame("half a body")
    return kind, body


def to_json(value: Any) -> bytes:
    """JSON bytes, compact; lone surrogates of hostile text become U+FFFD instead of an exception in the parent."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


class Emit:
    """Where a task sends progress, items (JSON) and blobs (bytes) while it runs."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._last = 0.0

    def progress(self, done: int, total: int) -> None:
        """Tell how far the task is (any unit; only the ratio is shown). Counts as a sign of life; thinned out here."""
        now = time.monotonic()
        if now - self._last >= _PROGRESS_EVERY_S:
            self._last = now
            write_frame(self._out, PROGRESS, to_json([done, total]))

    def item(self, value: Any) -> None:
        """Send one JSON item; the parent yields it."""
        write_frame(self._out, ITEM, to_json(value))

    def blob(self, data: bytes) -> None:
        """Send bytes (a preview); the parent collects them in order."""
        write_frame(self._out, BLOB, data)


def main() -> None:
    """Entry point of a child process (started by `child.child_command`)."""
    # The parent removes our empty folder; one that was killed cannot.
    atexit.register(_remove_quietly, os.getcwd())
    job = json.loads(os.environ.pop(JOB_VARIABLE))
    out = _claim_stdout()
    _limit_process(int(job["memory_mb"]))
    task = _resolve(str(job["task"]))
    if job["serve"]:
        _serve(task, out, int(job["cpu_s"]))
        return
    _allow_cpu(int(job["cpu_s"]))
    source = open(0, "rb", closefd=False) if job["has_file"] else None  # noqa: SIM115 - lives as long as the process
    _answer(task, source, job["payload"], out)


def _remove_quietly(folder: str) -> None:
    with contextlib.suppress(OSError):  # gone already, not empty after all, or still in use (Windows)
        os.rmdir(folder)


def _claim_stdout() -> BinaryIO:
    """Keep the pipe for frames alone: what any library prints goes nowhere."""
    private = os.dup(1)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.close(silent)
    return cast("BinaryIO", os.fdopen(private, "wb"))


def _limit_process(memory_mb: int) -> None:
    """Limit address space, forbid core files and any writing of files. Windows has no `resource`: skipped there."""
    try:
        import resource
    except ImportError:
        return
    memory = memory_mb * 1024 * 1024
    for which, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _lower(resource, which, limit)


def _lower(resource: Any, which: int, limit: int) -> None:
    hard = resource.getrlimit(which)[1]
    value = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(which, (value, value))


def _allow_cpu(seconds: int) -> None:
    """Let the process use `seconds` more of CPU: a child whose parent was killed cannot spin for ever."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _resolve(name: str) -> Task:
    """The function called `module:function`; the name comes from our own parent, never from a file."""
    module, _, function = name.partition(":")
    return cast("Task", getattr(importlib.import_module(module), function))


def _answer(task: Task, source: BinaryIO | None, payload: dict[str, Any], out: BinaryIO) -> None:
    """Run the task once and send its result or its failure; parser exceptions are told apart by class name only."""
    try:
        result = to_json(task(source, payload, Emit(out)))
        write_frame(out, RESULT, result)
    except DubuError as error:
        write_frame(out, FAILURE, to_json({"code": error.code, "params": error.params}))
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        gone = error.errno in (errno.EIO, errno.ENODEV, errno.ENXIO)
        write_frame(out, FAILURE, to_json({"type": SOURCE_GONE if gone else type(error).__name__}))
    except Exception as error:  # the boundary of reliability.md T16: parsers raise anything at all
        write_frame(out, FAILURE, to_json({"type": type(error).__name__}))


def _serve(task: Task, out: BinaryIO, cpu_s: int) -> None:
    """Answer requests until standard input ends (the parent closed it, or died)."""
    stdin = cast("BinaryIO", os.fdopen(0, "rb"))
    while (frame := read_frame(stdin)) is not None:
        _allow_cpu(cpu_s)
        kind, body = frame
        if kind != REQUEST:
            raise BrokenFrame("a request was expected")
        request = json.loads(body)
        source = io.BytesIO(_receive(stdin, int(request["size"])))
        _answer(task, source, request["payload"], out)


def _receive(stdin: BinaryIO, size: int) -> bytearray:
    """The `size` bytes of a request, which come as blob frames."""
    data = bytearray()
    while len(data) < size:
        frame = read_frame(stdin)
        if frame is None or frame[0] != BLOB:
            raise BrokenFrame("a blob was expected")
        data += frame[1]
    return data
