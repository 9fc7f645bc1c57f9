"""数字: every figure of a paper, the rule it was counted by, and the records behind it; Enter opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import figuresin
from dubu_desktop.ui.documents.behind import BehindRows
from dubu_desktop.ui.documents.order import OrderList
from dubu_desktop.ui.kit import EmptyState, PlainLabel, Row

if TYPE_CHECKING:
    from dubu_desktop.ui.page import Page


class FiguresPane(QWidget):
    """`show_figures(document id)` reads them anew; the figure that was chosen stays chosen."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._desk = page, page.desk
        self._document = ""
        self._figures: list[figuresin.FigureIn] = []
        self.figures, self.behind = OrderList(), BehindRows(page)
        self.figures.set_editable(False)
        self.figures.setAccessibleName("文中的数字")
        self.rows, self.basis = self.behind.rows, self.behind.basis
        self.empty = EmptyState("paper", "这份文书里没有计数的数字", "照录记录的日期、编号不在此列")
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.figures)
        self.split.addWidget(self.behind)
        self.split.setSizes([260, 260])
        self.split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        hint = PlainLabel("选一个数字，下面就是它的口径和当时算进去的记录 · Enter 到记录 · Tab 换到下面", "hint")
        hint.setContentsMargins(24, 8, 24, 8)
        whole.addWidget(hint)
        whole.addWidget(self.split, 1)
        whole.addWidget(self.empty, 1)
        self.setFocusProxy(self.figures)
        self.figures.selectionModel().currentChanged.connect(lambda *_: self._chosen())
        self.figures.opened.connect(lambda _place: self.rows.setFocus())

    def show_figures(self, document: str) -> None:
        """Read the figures of a document and show them."""
        self._document = document
        self._desk.read(self, figuresin.figures, document, then=self._show, newest="figures")

    def _show(self, found: list[figuresin.FigureIn]) -> None:
        self._figures = found
        if not found and (self.figures.hasFocus() or self.rows.hasFocus()):
            self._page.take_focus()  # the focus does not go to wherever Qt finds next when its list is hidden
        self.split.setVisible(bool(found))
        self.empty.setVisible(not found)
        rows = [
            (str(one.place), Row(one.sentence, one.basis, f"{one.text}　{one.kind_label}{one.count}条"))
            for one in found
        ]
        self.figures.set_items(rows)
        self._chosen()

    def choose(self, place: int) -> None:
        """Make a figure the current one."""
        if 0 <= place < len(self._figures):
            self.figures.setCurrentIndex(self.figures.model().index(place, 0))

    def _chosen(self) -> None:
        place = self.figures.currentIndex().row()
        if not 0 <= place < len(self._figures):
            self.behind.clear()
            return
        one = self._figures[place]
        rule = f"“{one.text}”的口径：{one.basis}；{one.kind_label}{one.count}条"
        self.behind.show_rows(rule, figuresin.behind, self._document, place)
