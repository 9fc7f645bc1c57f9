"""Suppliers of the pickers: units, categories, phrases, groups, findings, found by Chinese, pinyin or initials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from dubu_desktop.actions.reads import entry, pick
from dubu_desktop.ui.casework.values import PATTERNS
from dubu_desktop.ui.kit import Choice, Supply, supply_list, supply_read
from dubu_desktop.ui.operation import Desk


class PhraseText(str):
    """The text of a phrase, which also knows the category it belongs to (hex id and name)."""

    category: tuple[str, str] | None = None


def _picks(fn: Callable[..., Any]) -> Callable[[Any, str], list[Choice]]:
    return lambda reader, text: [Choice(one.id, one.label, one.hint) for one in fn(reader, text)]


def find_units(reader: Any, text: str) -> list[Choice]:
    """Units (reader thread)."""
    return _picks(pick.units)(reader, text)


def find_categories(reader: Any, text: str) -> list[Choice]:
    """Categories with the one above, 安全生产 / 消防通道 (reader thread)."""
    found = pick.categories(reader, text)
    return [Choice(one.id, f"{one.hint} / {one.label}" if one.hint else one.label) for one in found]


def find_groups(reader: Any, text: str) -> list[Choice]:
    """Groups (reader thread)."""
    return _picks(pick.groups)(reader, text)


def find_findings(reader: Any, text: str) -> list[Choice]:
    """Findings (reader thread)."""
    return _picks(pick.findings)(reader, text)


def find_phrases(reader: Any, letters: str, category: str = "") -> list[Choice]:
    """Phrases by their letters; the id is the text to put in (reader thread)."""
    out = []
    for offer in entry.phrases(reader, letters, category):
        text = PhraseText(offer.text)
        text.category = (offer.category.id, offer.category.name) if offer.category else None
        out.append(Choice(text, offer.text, offer.abbr))
    return out


def supplies(desk: Desk, asker: QWidget) -> dict[str, Supply]:
    """Suppliers by what a field refers to, or by its key."""
    return {
        "unit": supply_read(desk, asker, find_units),
        "category": supply_read(desk, asker, find_categories),
        "group": supply_read(desk, asker, find_groups),
        "finding": supply_read(desk, asker, find_findings),
        "patterns": supply_list([Choice(word, word) for word in PATTERNS]),
    }
