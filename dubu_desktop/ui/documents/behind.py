"""What stands behind a figure: its 口径 and the records that were counted; Enter goes to one.

`BehindRows` stands below the list of 数字; `FigureSide` beside the pages, where the figure itself was clicked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import figuresin
from dubu_desktop.domain.papers.figures import Figure
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.ui.documents.order import OrderList
from dubu_desktop.ui.kit import Button, Chip, PlainLabel, Row, Tone

if TYPE_CHECKING:
    from dubu_desktop.ui.page import Page

#: the page on which records of a kind are looked at
_PAGES = {"finding": "findings", "visit": "visits", "task": "tasks", "unit": "units", "document": "documents"}


class BehindRows(QWidget):
    """`show_rows(rule, read, …)`: the rule in words, and the records that `read` finds; `clear()`."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._desk = page, page.desk
        self._behind: dict[str, figuresin.Behind] = {}
        self.rows = OrderList()
        self.rows.set_editable(False)
        self.rows.setAccessibleName("数字后面的记录")
        self.rows.opened.connect(self._open)
        self.basis = PlainLabel("", "small", wrap=True, select=True)
        self.basis.setContentsMargins(24, 8, 24, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.basis)
        column.addWidget(self.rows, 1)
        self.setFocusProxy(self.rows)

    def show_rows(self, rule: str, read: Callable[..., Any], /, *args: Any) -> None:
        """Show a figure; `read(reader, *args)` gives its records."""
        self.basis.setText(rule)
        self._desk.read(self, read, *args, then=self._show, newest="behind")

    def clear(self) -> None:
        """Show nothing."""
        self.basis.setText("")
        self.rows.set_items([])

    def _show(self, rows: list[figuresin.Behind]) -> None:
        self._behind = {one.id: one for one in rows}
        self.rows.set_items([(one.id, _row(one)) for one in rows])

    def _open(self, record: str) -> None:
        one = self._behind[record]
        if not one.here:
            self._desk.warn("这条记录不在本机，打不开；文书上的数字仍按签发时算。")
        elif one.kind in _PAGES:
            self._page.window_.go(_PAGES[one.kind], record)


def _row(one: figuresin.Behind) -> Row:
    then = f"签发时{one.then}" if one.then else ""
    chip = Chip(one.now, Tone.NEUTRAL) if one.now else None
    return Row(one.title, " · ".join(part for part in (one.sub, then) if part), "", chip)


class FigureSide(QFrame):
    """The panel beside the pages. `closed` after Esc or the cross."""

    closed = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.setProperty("surface", "side")
        self.title = PlainLabel("", "strong", elide="right")
        self.behind = BehindRows(page)
        self.behind.basis.setContentsMargins(16, 0, 16, 8)
        shut = Button("", kind="bare", icon="close", small=True, on_click=self.shut)
        shut.setAccessibleName("关闭数字")
        head = QHBoxLayout()
        head.setContentsMargins(16, 6, 8, 6)
        head.addWidget(self.title, 1)
        head.addWidget(shut)
        hint = PlainLabel("Enter 到记录 · Esc 回到页面", "hint")
        hint.setContentsMargins(16, 6, 16, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.behind, 1)
        column.addWidget(hint)
        self.hide()

    def show_figure(self, figure: Figure, document: str) -> None:
        """Open with a figure of a document ("" for a paper that is none)."""
        counted = f"{BY_NAME[figure.kind].label}{len(figure.rows)}条"
        self.title.setText(f"{figure.text}　{counted}")
        self.behind.show_rows(f"口径：{figure.basis}", figuresin.rows_of, figure, document)
        self.show()
        self.behind.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def shut(self) -> None:
        """Close it."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        else:
            super().keyPressEvent(event)
