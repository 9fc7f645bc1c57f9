"""用语 in the texts of papers: put in by their letters, from a list (F3) or by a click; kept from a text by Shift+F3.

They are changed and taken out of use in 设置—用语.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from dubu_desktop.actions.reads import phrases
from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.kit import Choice, Supply, TextArea, supply_read
from dubu_desktop.ui.operation import Desk

_NONE = Choice("", "还没有文书用语：写好一句，选中后按 Shift+F3 收下")


def find(reader: Any, text: str) -> list[Choice]:
    """Phrases for papers (reader thread); the id is the text to put in."""
    found = [Choice(words, words, abbr) for abbr, words in phrases.offered(reader, text)]
    return found or ([] if text else [_NONE])


def supply(desk: Desk, asker: QWidget) -> Supply:
    """What a text of a paper offers."""
    return supply_read(desk, asker, find)


def writing() -> TextArea | None:
    """The text somebody is writing in, if it takes phrases."""
    focus = QApplication.focusWidget()
    return focus if isinstance(focus, TextArea) and focus.has_phrases else None


def bind(keys: Keys, keep: Callable[[str], None]) -> None:
    """F3 lists the phrases at the caret; Shift+F3 hands what is marked, or else the whole text, to `keep`."""

    def offer() -> None:
        text = writing()
        if text is not None:
            text.offer_phrases()

    def take() -> None:
        text = writing()
        if text is not None:
            marked = text.textCursor().selectedText().replace("\u2029", "\n")
            if words := (marked or text.value()).strip():
                keep(words)

    keys.bind("F3", offer, "插入用语")
    keys.bind("Shift+F3", take, "收为用语")


def keep(desk: Desk, asker: QWidget, words: str, undo: Callable[[], None]) -> None:
    """Add a phrase under the initials it begins with, and say which; where somebody writes goes on unhindered."""

    def add(abbr: str) -> None:
        said = f"已收为用语：输入 {abbr} 再按 Enter 就带出，可在“设置—用语”里修改、停用。"
        told = lambda _outcome: desk.tell(said, act="撤销", on_act=undo)  # noqa: E731
        desk.do(asker, "add_phrase", abbr=abbr, text=words, then=told)

    desk.read(asker, phrases.proposed, words, then=add, newest="phrase")
