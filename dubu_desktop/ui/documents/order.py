"""The findings of a paper in its order: moved by Alt+Up/Down or with the mouse, taken out by Delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.widgets.rowpaint import Row, RowDelegate

_Index = QModelIndex | QPersistentModelIndex
_RowRole = int(Qt.ItemDataRole.UserRole)
_MIME = "application/x-dubu-row"
Item = tuple[str, Row]


class _OrderModel(QAbstractListModel):
    moved = Signal(int, int)  # from, to (before that place)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: list[Item] = []

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.items):
            return None
        row = self.items[index.row()][1]
        if role == _RowRole:
            return row
        spoken = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        return f"{index.row() + 1}，{row.spoken}" if role in spoken else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        # Dropped between rows, never onto one.
        base = super().flags(index)
        return base | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else base | Qt.ItemFlag.ItemIsDropEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(_MIME, str(indexes[0].row()).encode())
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: _Index) -> bool:
        if not data.hasFormat(_MIME):
            return False
        self.moved.emit(int(bytes(data.data(_MIME).data())), row if row >= 0 else len(self.items))
        return False  # the list is put in order by what the house answers, so Qt removes nothing itself

    def set_items(self, items: Sequence[Item]) -> None:
        self.beginResetModel()
        self.items = list(items)
        self.endResetModel()


class OrderList(QListView):
    """`ordered(ids)` after a move, `removed(id)`, `opened(id)`."""

    ordered = Signal(object)
    removed = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _OrderModel(self)
        self._model.moved.connect(self._dropped)
        self.setModel(self._model)
        self.setItemDelegate(RowDelegate(dense=True, parent=self))
        self.setUniformItemSizes(True)
        self.setAccessibleName("列入的问题")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._model.items[index.row()][0]))
        self.set_editable(True)

    def set_editable(self, on: bool) -> None:
        """Whether the order may be changed."""
        self._editable = on
        mode = QAbstractItemView.DragDropMode
        self.setDragDropMode(mode.InternalMove if on else mode.NoDragDrop)

    def set_items(self, items: Sequence[Item]) -> None:
        """Show these; the current finding stays current."""
        was, bar = self.current(), self.verticalScrollBar().value()
        self._model.set_items(items)
        ids = self.ids()
        if ids:
            row = ids.index(was) if was in ids else 0
            self.setCurrentIndex(self._model.index(row))
        self.verticalScrollBar().setValue(bar)

    def ids(self) -> list[str]:
        """The ids in order."""
        return [item[0] for item in self._model.items]

    def current(self) -> str:
        """The id of the current finding, '' if there is none."""
        row = self.currentIndex().row()
        return self._model.items[row][0] if 0 <= row < len(self._model.items) else ""

    def _dropped(self, start: int, before: int) -> None:
        self._move(start, before - 1 if before > start else before)

    def _move(self, start: int, to: int) -> None:
        if self._editable and start != to and 0 <= to < len(self._model.items):
            items = list(self._model.items)
            items.insert(to, items.pop(start))
            self._model.set_items(items)
            self.setCurrentIndex(self._model.index(to))
            self.ordered.emit(self.ids())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not guard().may_act(single=False) or not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        key, row = event.key(), self.currentIndex().row()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and alt:
            self._move(row, row + (1 if key == Qt.Key.Key_Down else -1))
        elif key in (Qt.Key.Key_J, Qt.Key.Key_K):
            to = row + (1 if key == Qt.Key.Key_J else -1)
            if 0 <= to < len(self._model.items):
                self.setCurrentIndex(self._model.index(to))
        elif key == Qt.Key.Key_Delete and self._editable and self.current():
            self.removed.emit(self.current())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and self.current():
            self.opened.emit(self.current())
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            return False
        return True
