"""Writing files so that a crash, a full disk or a virus scanner leaves the old file or the new one, never a half.

Order: `.part` beside the target -> fsync -> rename -> fsync of the folder (reliability.md §4, T31).
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from dubu_desktop.errors import DubuError

PART = ".part"
# A virus scanner holds a fresh file for a moment; Windows then refuses the rename (reliability.md T31).
RENAME_WAITS_S = (0.05, 0.1, 0.2, 0.4, 0.8)

_counter = itertools.count()

_BY_ERRNO = {
    errno.ENOSPC: "D-601",
    errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC: "D-601",
    errno.EIO: "D-602",
    errno.ENODEV: "D-602",
    errno.ENXIO: "D-602",
    errno.ENOENT: "D-602",
    errno.ENOTDIR: "D-602",
    errno.ESTALE if hasattr(errno, "ESTALE") else errno.EIO: "D-602",
    errno.EROFS: "D-603",
    errno.EACCES: "D-604",
    errno.EPERM: "D-604",
    errno.EFBIG: "D-607",
}
# Windows says many of these as EACCES or EINVAL; its own number is exact (winerror.h).
_BY_WINERROR = {19: "D-603", 21: "D-602", 39: "D-601", 112: "D-601", 223: "D-607", 1117: "D-602", 1167: "D-602"}


def disk_error(error: OSError, path: Path) -> DubuError:
    """The catalogue's sentence for an `OSError` met at `path`; what has none of its own is D-602 (the disk failed)."""
    code = _BY_WINERROR.get(getattr(error, "winerror", None) or 0) or _BY_ERRNO.get(error.errno or 0, "D-602")
    return DubuError(code, path=str(path))


def fsync_dir(folder: Path) -> None:
    """Make renames inside `folder` durable, or raise D-6xx. Windows has no such call (NTFS journals names)."""
    if sys.platform == "win32":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        # Some file systems (FUSE, vfat of old kernels) do not know it for folders; anything else is a real failure.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise disk_error(error, folder) from error


def sync_file(stream: BinaryIO) -> None:
    """Flush Python's buffer and the system's: after this the bytes are on the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def sync_path(path: Path) -> None:
    """The same of a closed file. Raises D-6xx."""
    try:
        with open(path, "r+b") as stream:
            os.fsync(stream.fileno())
    except OSError as error:
        raise disk_error(error, path) from error


def part_name(path: Path) -> Path:
    """A temporary name beside `path`, unlike any other of this process, ending in `.part`."""
    return path.with_name(f"{path.name}.{os.getpid()}-{next(_counter)}{PART}")


def replace_with_retry(part: Path, path: Path) -> None:
    """Rename `part` to `path`, waiting out a virus scanner.

    Raises D-605 when it stays held; then `part` is left where it is (its bytes are whole) and `path` is as before. Any
    other failure of the disk is its D-6xx.
    """
    for wait in (*RENAME_WAITS_S, None):
        try:
            os.replace(part, path)
            return
        except PermissionError as error:
            if wait is None:
                raise DubuError("D-605", path=str(path)) from error
            time.sleep(wait)
        except OSError as error:
            raise disk_error(error, path) from error


def write_atomic(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write `path` whole or not at all; on return the bytes and the name are durable.

    In: the target and its bytes, or chunks of them (then memory stays at one chunk). Raises D-6xx, the old file intact.
    """
    part = part_name(path)
    try:
        with open(part, "xb") as stream:
            for chunk in (data,) if isinstance(data, bytes | bytearray | memoryview) else data:
                stream.write(chunk)
            sync_file(stream)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise disk_error(error, path) from error
        raise
    replace_with_retry(part, path)
    fsync_dir(path.parent)


def discard(path: Path) -> None:
    """Remove a copy that is needed no more; one that will not go now is swept at the next start.

    What was done with it is done: a disk that fails here must not make it look undone.
    """
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def remove_parts(folder: Path) -> int:
    """Remove what interrupted writes left under `folder`, at any depth: `.part` files and folders. Returns how many.

    Only when nobody writes there: at start, with the workspace locked.
    """
    removed = 0
    for root, folders, names in os.walk(folder):
        for name in [name for name in folders if name.endswith(PART)]:
            folders.remove(name)
            shutil.rmtree(Path(root, name))
            removed += 1
        for name in [name for name in names if name.endswith(PART)]:
            Path(root, name).unlink(missing_ok=True)
            removed += 1
    return removed


def free_bytes(path: Path) -> int:
    """Bytes this user may still write on the disk of `path` (which need not exist yet)."""
    found = path.absolute()
    while not found.exists() and found != found.parent:
        found = found.parent
    return shutil.disk_usage(found).free


def other_medium(one: Path, other: Path) -> bool:
    """Whether two existing paths lie on different file systems: what breaks one of them leaves the other."""
    return one.stat().st_dev != other.stat().st_dev


def require_free(path: Path, needed: int) -> None:
    """Raise D-608, both sizes named, unless `needed` bytes are free on the disk of `path`."""
    free = free_bytes(path)
    if free < needed:
        raise DubuError("D-608", needed=size_text(needed), free=size_text(free), path=str(path))


def size_text(size: int) -> str:
    """A size as people say it: `12.3 MB`, decimal units as on the label of a stick."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
