"""Sticks and folders: where bundles are found and written to. Runs on the pool, never on the GUI thread."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from dubu_desktop.system.paths import removable_places

_DEPTH, _MOST = 2, 200  # folders below a stick's root that are looked into; files offered at once


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to read from or write to; `free` in bytes."""

    path: str
    stick: bool
    free: int

    @property
    def label(self) -> str:
        """What a person calls it."""
        name = Path(self.path).name or self.path
        return f"U盘 {name}" if self.stick else name

    @property
    def note(self) -> str:
        """Where it is and how much room there is."""
        room = f"剩余 {said_size(self.free)}"
        return f"{self.path} · {room}" if self.stick else f"{self.path} · 上次用的文件夹 · {room}"


def places(last: str) -> list[Place]:
    """The sticks that are plugged in now, then the folder used last time."""
    found = [(str(path), True) for path in removable_places()]
    if last and Path(last).is_dir() and last not in {path for path, _ in found}:
        found.append((last, False))
    out = []
    for path, stick in found:
        with contextlib.suppress(OSError):  # pulled while we looked
            out.append(Place(path, stick, shutil.disk_usage(path).free))
    return out


def waiting(last: str, marker: str, known: Collection[tuple[str, int]]) -> list[str]:
    """Bundles on the sticks, and in the folder used last, whose name holds `marker` and that were not taken yet.

    `known`: (file name, size) of those in the ledger. A name is only a hint: what a file is, its signature says.
    """
    out: list[str] = []
    for place in places(last):
        for path in _bundles_below(Path(place.path), _DEPTH):
            with contextlib.suppress(OSError):
                if marker in path.name and (path.name, path.stat().st_size) not in known:
                    out.append(str(path))
    return out[:_MOST]


def _bundles_below(folder: Path, depth: int) -> Sequence[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return ()
    found = [one for one in entries if one.suffix == ".dubu" and one.is_file()]
    if depth:
        for one in entries:
            if one.is_dir() and not one.is_symlink() and not one.name.startswith("."):
                found += _bundles_below(one, depth - 1)
    return found


def said_size(size: int) -> str:
    """3.1 MB, as people say it."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} 字节"
