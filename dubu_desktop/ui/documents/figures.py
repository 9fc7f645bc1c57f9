"""数字: every figure of a paper, the rule it was counted by, and the records behind it; Enter opens one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import figuresin
from dubu_desktop.ui.documents.order import OrderList
from dubu_desktop.ui.kit import Chip, EmptyState, PlainLabel, Row, Tone

if TYPE_CHECKING:
    from dubu_desktop.ui.page import Page

#: the page on which records of a kind are looked at
_PAGES = {"finding": "findings", "visit": "visits", "task": "tasks", "unit": "units", "document": "documents"}


class FiguresPane(QWidget):
    """`show_figures(document id)` reads them anew; the figure that was chosen stays chosen."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._desk = page, page.desk
        self._document = ""
        self._figures: list[figuresin.FigureIn] = []
        self._behind: dict[str, figuresin.Behind] = {}
        self.figures, self.rows = OrderList(), OrderList()
        for made, name in ((self.figures, "文中的数字"), (self.rows, "数字后面的记录")):
            made.set_editable(False)
            made.setAccessibleName(name)
        self.basis = PlainLabel("", "small", wrap=True, select=True)
        self.basis.setContentsMargins(24, 8, 24, 8)
        self.empty = EmptyState("paper", "这份文书里没有计数的数字", "照录记录的日期、编号不在此列")
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.basis)
        column.addWidget(self.rows, 1)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.figures)
        self.split.addWidget(below)
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
        self.rows.opened.connect(self._open)

    def show_figures(self, document: str) -> None:
        """Read the figures of a document and show them."""
        self._document = document
        self._desk.read(self, figuresin.figures, document, then=self._show, newest="figures")

    def _show(self, found: list[figuresin.FigureIn]) -> None:
        self._figures = found
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
            self.basis.setText("")
            self.rows.set_items([])
            return
        one = self._figures[place]
        self.basis.setText(f"“{one.text}”的口径：{one.basis}；{one.kind_label}{one.count}条")
        self._desk.read(self, figuresin.behind, self._document, place, then=self._show_behind, newest="behind")

    def _show_behind(self, rows: list[figuresin.Behind]) -> None:
        self._behind = {one.id: one for one in rows}
        self.rows.set_items([(one.id, _row(one)) for one in rows])

    def _open(self, record: str) -> None:
        one = self._behind[record]
        if not one.here:
            self._desk.warn("这条记录不在本机，打不开；文书上的数字仍按签发时算。")
        elif one.kind in _PAGES:
            self._page.window_.go(_PAGES[one.kind], record)


def _figure(one: figuresin.FigureIn) -> Row:
    return Row(one.sentence, one.basis, f"{one.text}　{one.kind_label}{one.count}条")


def _row(one: figuresin.Behind) -> Row:
    then = f"签发时{one.then}" if one.then else ""
    chip = Chip(one.now, Tone.NEUTRAL) if one.now else None
    return Row(one.title, " · ".join(part for part in (one.sub, then) if part), "", chip)
