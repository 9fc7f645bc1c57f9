"""What makes the ten-thousandth workspace opened by one process cheap: nothing that a test is about is left out.

`warm()` lets all database engines of this process share what SQLAlchemy compiled for the first of them (half the time
of a short session), and reads the list of mounts once. A process forked off it inherits both.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: statements kept; the program's own engines keep 500, fewer than all verbs and checks together need
STATEMENTS = 4000

_shared: dict[bool, tuple[Any, Any]] = {}


def quick_folder() -> str | None:
    """Memory, where there is some: what is built and thrown away by the thousand needs no disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Inside, Python looks for rubbish in circles less often: a tenth of the time of a schedule."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def warm() -> Iterator[None]:
    """Inside, engines share what was compiled, by whatever road a workspace is opened."""
    with pytest.MonkeyPatch.context() as patch:
        install(patch)
        yield


@contextmanager
def ground(name: str) -> Iterator[Path]:
    """Where a long proof works: a folder in memory, engines warm, keys cheap, users' marks inside; gone afterwards."""
    from tests.world import cheap_keys

    place = tempfile.TemporaryDirectory(prefix=f"dubu-{name}-", dir=quick_folder())
    with place as folder, pytest.MonkeyPatch.context() as patch, warm():
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", folder)
        yield Path(folder)


def install(patch: Any) -> None:
    """The same, for as long as `patch` lasts."""
    share_what_is_compiled(patch)
    read_mounts_once(patch)


def share_what_is_compiled(patch: Any) -> None:
    """Engines share what SQLAlchemy compiled for the first of them."""
    from sqlalchemy.util import LRUCache

    from dubu_desktop.db import driver

    honest_engine = driver.open_engine

    def open_engine(path: Path, raw_key: bytes, *, read_only: bool = False) -> Engine:
        engine = honest_engine(path, raw_key, read_only=read_only)
        if read_only not in _shared:
            with engine.connect():  # the dialect learns of its database with the first connection
                pass
            _shared[read_only] = engine.dialect, LRUCache(STATEMENTS)
        engine.dialect, engine._compiled_cache = _shared[read_only]
        return engine

    patch.setattr(driver, "open_engine", open_engine)


def read_mounts_once(patch: Any) -> None:
    """The list of mounts is read once for each place."""
    from dubu_desktop.system import paths

    honest_mount = paths._mount_of
    mounts: dict[tuple[str, ...], Any] = {}

    def mount_of(path: Path, listed: Path) -> Any:
        key = (str(listed), *path.parts[:3])
        if key not in mounts:
            mounts[key] = honest_mount(path, listed)
        return mounts[key]

    patch.setattr(paths, "_mount_of", mount_of)
