"""The demo: a fictional county and its June, played with the program's own verbs on real workspaces.

Tests use it; it uses nothing of the tests. Loading this package loads none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from dubu_desktop.actions.registry import Progress
from dubu_desktop.errors import DubuError

__all__ = ["PASSWORD", "DubuError", "Progress", "performance", "play"]

#: Of all workspaces of the demo: its county is fictional, and a person must be able to type it.
PASSWORD = "chengchuan-2026"


def performance(folder: Path, photo_size: tuple[int, int] = (4000, 3000)) -> Generator[Progress, None, dict[str, Any]]:
    """Play the story in `folder` as long work: a generator of progress that returns what report.json says. D-102."""
    from dubu_desktop.demo.story import perform

    return perform(folder, photo_size)


def play(
    folder: Path,
    *,
    progress: Callable[[Progress], None] | None = None,
    photo_size: tuple[int, int] = (4000, 3000),
) -> dict[str, Any]:
    """Play the whole story in `folder` (new or empty) and return what report.json says; `progress` is told each act.

    `photo_size`: pixels of the photographs. Raises D-102 when the folder holds something.
    """
    work = performance(folder, photo_size)
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            told: dict[str, Any] = end.value
            return told
        if progress is not None:
            progress(step)
