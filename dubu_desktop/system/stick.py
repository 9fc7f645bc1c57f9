"""Writing a file onto a stick: under a temporary name, made durable, read back, and only then under its own name.

A cheap stick may lie about what it stored, and may be pulled at any moment; 可拔出 is said only after this returns
(sync.md §3.11, reliability.md §3).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from dubu_desktop.system.files import disk_error, fsync_dir, part_name, replace_with_retry, sync_file


def copy_out(write: Callable[[BinaryIO], None], dest: Path, verify: Callable[[Path], None]) -> None:
    """Write `dest` with `write(stream)`, read it back with `verify(path)`, then give it its name.

    `verify` is handed the temporary path, opens it itself and raises (D-606) when it is not what was meant. On any
    failure, cancelling included, the temporary file is removed and `dest` is as before. Raises D-601 … D-607.
    """
    with placed(dest) as part:
        with open(part, "xb") as stream:
            write(stream)
            sync_file(stream)
            forget_cached(stream)
        verify(part)


@contextmanager
def placed(dest: Path) -> Iterator[Path]:
    """The temporary path to write and verify inside the block; when it ends well the file gets the name `dest`.

    For a writer that must say how far it is: it may yield inside the block. Else as `copy_out`.
    """
    part = part_name(dest)
    try:
        yield part
        replace_with_retry(part, dest)
        fsync_dir(dest.parent)
    except BaseException as error:
        _remove(part)
        if isinstance(error, OSError):
            raise disk_error(error, dest) from error
        raise


def forget_cached(stream: BinaryIO) -> None:
    """Ask the system to drop its copy of the file, so that reading back asks the stick (where the system can)."""
    advise = getattr(os, "posix_fadvise", None)
    if advise is not None:
        advise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # type: ignore[attr-defined,unused-ignore]


def _remove(part: Path) -> None:
    """Remove `part` if the disk still lets us: a pulled stick does not."""
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return
