"""Suppliers for pickers that every page needs, by Chinese, full pinyin, initials or alias (reads.pick)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from dubu_desktop.actions.reads import pick
from dubu_desktop.ui.kit import Choice, Supply, supply_read
from dubu_desktop.ui.operation import Desk


def units(reader: Any, text: str) -> list[Choice]:
    """Units (reader thread)."""
    return [Choice(one.id, one.label, one.hint) for one in pick.units(reader, text)]


def groups(reader: Any, text: str) -> list[Choice]:
    """Groups (reader thread)."""
    return [Choice(one.id, one.label, one.hint) for one in pick.groups(reader, text)]


def findings(reader: Any, text: str) -> list[Choice]:
    """Findings (reader thread)."""
    return [Choice(one.id, one.label, one.hint) for one in pick.findings(reader, text)]


def categories(reader: Any, text: str) -> list[Choice]:
    """Categories (reader thread)."""
    return [Choice(one.id, one.label, one.hint) for one in pick.categories(reader, text)]


def supply(desk: Desk, asker: QWidget, fn: Callable[..., list[Choice]]) -> Supply:
    """A supplier that asks one of the functions above on the reader thread."""
    return supply_read(desk, asker, fn)
