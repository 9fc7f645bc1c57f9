"""Reads: tables -> frozen dataclasses, arrays of ids, bytes. Nothing here changes anything (docs/reads.md).

The functions below import their modules when they are called, so that opening a page costs that page alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.reads.reader import Reader

if TYPE_CHECKING:
    from dubu_desktop.actions.reads.frame import Strip
    from dubu_desktop.actions.reads.home import Count, Workbench
    from dubu_desktop.actions.reads.past import HistoryLine

__all__ = ["Reader", "history", "rail_counts", "show", "strip", "workbench"]


def history(r: Reader, record: str | bytes, merged: bool = True) -> list[HistoryLine]:
    """What happened to a record and all that belongs to it, the newest first (past.py)."""
    from dubu_desktop.actions.reads import past

    return past.history(r, record, merged)


def workbench(r: Reader) -> Workbench:
    """今日要办 (home.py)."""
    from dubu_desktop.actions.reads import home

    return home.workbench(r)


def rail_counts(r: Reader) -> dict[str, Count]:
    """{page key: how much waits} (home.py)."""
    from dubu_desktop.actions.reads import home

    return home.rail_counts(r)


def strip(r: Reader) -> Strip:
    """The facts of the status strip (frame.py)."""
    from dubu_desktop.actions.reads import frame

    return frame.strip(r)


def show(r: Reader, kind: str, where: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Records of a kind as plain dictionaries, for the command line (rowsout.py)."""
    from dubu_desktop.actions.reads import rowsout

    return rowsout.show(r, kind, where or {})
