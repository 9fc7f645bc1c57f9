"""A walk over everything visible: does the text fit, is every word Chinese that should be.

`complaints(window)` returns sentences; an empty list means the window is in order. Labels and buttons of Qt are
measured; widgets that paint text themselves say it by `shown_texts()` and measure it by their `sizeHint`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPoint, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from dubu_desktop.ui.widgets.label import PlainLabel

# Latin words that people of this work read every day. Anything else is English left over.
ALLOWED = frozenset(
    [
        "Ctrl",
        "Enter",
        "Esc",
        "Shift",
        "Alt",
        "Tab",
        "Space",
        "F",
        "J",
        "K",
        "U",
        "Y",
        "N",
        "V",
        "D",
        "E",
        "I",
        "Z",
        "C",
        "X",
        "A",
        "P",
        "S",
        "B",
        "M",
        "G",
        "T",
        "H",
        "Home",
        "End",
        "PgUp",
        "PgDn",
        "Delete",
        "WPS",
        "Word",
        "Excel",
        "PDF",
        "HEIC",
        "JPEG",
        "JPG",
        "PNG",
        "EXIF",
        "GPS",
        "USB",
        "WT",
        "docx",
        "xlsx",
        "dubu",
        "mm",
        "cm",
        "km",
        "kg",
        "MB",
        "GB",
        "KB",
        "kB",
        "k",
        "m",
        "t",
        "h",
        "min",
        "s",
        "U盘",
        "Windows",
        "Linux",
        "Python",
        "Qt",
    ]
)
_MOST_ROWS = 60
_TAG = re.compile("<[^>]*>")
_WORD = re.compile(r"[A-Za-z]+(?:\+[A-Za-z]+)*")


def latin_words(text: str, allowed: Iterable[str] = ALLOWED) -> list[str]:
    """Latin words of `text` that are not on the list; parts of numbers such as WT-2026-03-0001 and D-204 pass."""
    known = set(allowed)
    words = [word for chunk in _WORD.findall(text) for word in chunk.split("+")]
    return [word for word in words if word not in known and len(word) > 1]


def texts_of(widget: QWidget) -> list[str]:
    """What a widget shows, tooltip and placeholder included; typed content is the person's own and is left out."""
    texts: list[str] = []
    if isinstance(widget, QLabel):
        texts.append(widget.text())
    elif hasattr(widget, "shown_texts"):
        texts += widget.shown_texts()
    elif isinstance(widget, QAbstractButton):
        texts.append(widget.text())
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        texts.append(widget.placeholderText())
    if isinstance(widget, QAbstractItemView):
        texts += _rows_of(widget)
    texts.append(html.unescape(_TAG.sub("", widget.toolTip())))
    if widget.accessibleName():
        texts.append(widget.accessibleName())
    return [text for text in texts if text]


def _rows_of(view: QAbstractItemView) -> list[str]:
    """What the rows on screen say."""
    model, found = view.model(), []
    if model is None:
        return []
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
    first = max(view.indexAt(QPoint(1, 1)).row(), 0)
    for row in range(first, min(model.rowCount(QModelIndex()), first + _MOST_ROWS)):
        for column in range(columns):
            index = model.index(row, column)
            if view.visualRect(index).intersects(view.viewport().rect()):
                found.append(str(model.data(index, Qt.ItemDataRole.DisplayRole) or ""))
    return found


#: turns of the event loop after which nested layouts whose heights depend on their widths have come to rest; how many
#: they take depends on the font (6 with WenQuanYi Micro Hei where 3 do with Noto)
_TURNS = 12


def visible(window: QWidget) -> list[QWidget]:
    """Every visible widget below `window`, itself included."""
    return [widget for widget in [window, *window.findChildren(QWidget)] if widget.isVisible()]


def complaints(window: QWidget, *, own_texts: Iterable[str] = (), allowed: Iterable[str] = ALLOWED) -> list[str]:
    """What is wrong with `window` as it stands. `own_texts`: record texts, which may hold any word."""
    for _ in range(_TURNS):
        QApplication.processEvents()
    own = [text for text in own_texts if text]
    found: list[str] = []
    for widget in visible(window):
        name = type(widget).__name__
        for text in texts_of(widget):
            if any(record in text for record in own):
                continue
            found += [f"{name}: word “{word}” in “{text}”" for word in latin_words(text, allowed)]
        if not _fits(widget):
            found.append(f"{name}: “{(texts_of(widget) or ['?'])[0]}” does not fit {_size(widget.size())}")
        if _needs_name(widget) and not widget.accessibleName() and not texts_of(widget):
            found.append(f"{name}: can be focused and has no accessible name")
    return found


def _fits(widget: QWidget) -> bool:
    if isinstance(widget, PlainLabel) and widget.property("role") is not None and widget._elide:
        return True  # shortened on purpose, whole text in the tooltip
    if getattr(widget, "elides", False):
        return widget.minimumSizeHint().width() <= widget.width() + 1
    if isinstance(widget, QLabel):
        if not widget.text():
            return True
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) <= widget.height() + 2
        return widget.fontMetrics().horizontalAdvance(widget.text()) <= widget.contentsRect().width() + 2
    if isinstance(widget, QAbstractButton) and not widget.hasHeightForWidth():
        hint = widget.sizeHint()
        return hint.width() <= widget.width() + 1 and hint.height() <= widget.height() + 2
    if widget.hasHeightForWidth() and hasattr(widget, "shown_texts"):
        return widget.heightForWidth(widget.width()) <= widget.height() + 2
    return True


def _needs_name(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not isinstance(widget, QLineEdit | QPlainTextEdit)


def _size(size: QSize) -> str:
    return f"{size.width()}×{size.height()}"
