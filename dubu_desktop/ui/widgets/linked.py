"""A short list inside a card: records that belong to the one shown, or what waits. Enter opens one on its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QSizePolicy

from dubu_desktop.ui.widgets.card import Card
from dubu_desktop.ui.widgets.rowlist import RowList


class LinkedRows(RowList):
    """A RowList as high as its rows (at most `most`), that shows a chosen row only while it has the focus."""

    def __init__(self, *args: Any, most: int = 8, **kw: Any) -> None:
        super().__init__(*args, checkable=False, **kw)
        self._most = most
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda index: self.opened.emit(self.ids()[index.row()]))
        self._card: Card | None = None
        self.set_ids([])

    def in_card(self) -> Card:
        """A card around it that comes and goes with the rows."""
        if self._card is None:
            self._card = Card()
            self._card.body.setContentsMargins(1, 5, 1, 5)
            self._card.body.addWidget(self)
            self._card.hide()
        return self._card

    def set_ids(self, ids: Sequence[int]) -> None:
        super().set_ids(ids)
        height = self.sizeHintForRow(0) if len(ids) else 0
        self.setFixedHeight(min(len(ids), self._most) * height)
        for widget in (self, self._card):
            if widget is not None and not (widget.isWindow() and len(ids)):
                widget.setVisible(bool(len(ids)))
        if not self.hasFocus():
            self.clearSelection()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        index = self.currentIndex()
        if index.isValid():
            self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.clearSelection()
