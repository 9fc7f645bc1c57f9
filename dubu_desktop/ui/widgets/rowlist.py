"""The list of a page: two-line rows, any number of them, keyboard first.

One row is current (its record is in the detail pane); any number can be checked (选中入通报 and other things done to
many). Both are kept by record, not by place, so they survive a refresh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.widgets.idmodel import IdWindow
from dubu_desktop.ui.widgets.rowpaint import Row, RowDelegate

RowRole = Qt.ItemDataRole.UserRole
CheckedRole = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex
_NEAR = 20


class _RowModel(QAbstractListModel):
    def __init__(self, window: IdWindow, checked: set[int]) -> None:
        super().__init__(window)
        self.window, self.checked = window, checked
        window.arrived.connect(lambda first, last: self.dataChanged.emit(self.index(first), self.index(last)))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.window)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == CheckedRole:
            return self.window.ids[index.row()] in self.checked
        if role == RowRole:
            return self.window.row(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self.window.row(index.row())
            return row.spoken if row is not None else "正在读取"
        return None

    def set_ids(self, ids: Sequence[int]) -> None:
        self.beginResetModel()
        self.window.set_ids(ids)
        self.endResetModel()


class RowList(QTableView):
    """See the module. A table of one column: with 100,000 rows a QListView lays out for 0.25 s, a table for 2 ms.

    `fetch(reader, ids)` gives records, `present(record)` a `Row`, `key(record)` the row id.
    """

    chosen = Signal(object)  # row id of the current row, or None
    opened = Signal(object)  # row id; Enter or double click
    peeked = Signal(object)  # row id; Space, where `peek` is on
    checked_changed = Signal(int)  # how many are checked

    def __init__(
        self,
        desk: Desk,
        fetch: Callable[..., Iterable[Any]],
        present: Callable[[Any], Row],
        *,
        key: Callable[[Any], int] = attrgetter("rowid"),
        dense: bool = False,
        checkable: bool = True,
        peek: bool = False,
        name: str = "列表",
        parent: QWidget | None = None,
    ) -> None:
        """`peek`: Space looks at the record (a photo large) and X alone checks it; else both check it."""
        super().__init__(parent)
        self._checked: set[int] = set()
        self._peek = peek
        self._checkable = checkable
        self._anchor: int | None = None
        self._current: int | None = None
        self._window = IdWindow(desk, fetch, present, key, parent=self)
        self._model = _RowModel(self._window, self._checked)
        self.setModel(self._model)
        delegate = RowDelegate(dense=dense, parent=self)
        self.setItemDelegate(delegate)
        self._plain_table(delegate.height)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def _plain_table(self, height: int) -> None:
        """Everything of a table that a list has not."""
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    # --- what is listed ---------------------------------------------------------------------------------------

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show these rows in this order; current, checked and scroll position stay with their records.

        If the current record is no longer listed, its next neighbour that still is becomes current.
        """
        was, neighbours = self._current, self._neighbours()
        top, offset = self._top()
        self._model.set_ids(ids)
        gone = self._checked.difference(self._window.ids) if self._checked else set()
        self._checked -= gone
        if gone:
            self.checked_changed.emit(len(self._checked))
        rows = (self._window.row_of(one) for one in ([] if was is None else [was, *neighbours]))
        row = next((row for row in rows if row >= 0), -1)
        self._restore_scroll(top, offset)
        if self.isVisible():
            self._window.look_at(max(row, 0))  # the rows before the record: something is seen sooner
        if row >= 0:
            self._make_current(row, scroll=False)
        elif self.hasFocus():
            self.choose_first()
        self._note_current()

    def _neighbours(self) -> list[int]:
        """The records after and before the current one, nearest first: what takes its place should it go."""
        ids, at = self._window.ids, self.currentIndex().row()
        if at < 0:
            return []
        return [*ids[at + 1 : at + 1 + _NEAR], *reversed(ids[max(0, at - _NEAR) : at])]

    def refresh(self) -> None:
        """Fetch the shown rows again; the ids stay as they are."""
        self._window.forget()
        self.viewport().update()

    def ids(self) -> Sequence[int]:
        """The ids listed, in order."""
        return self._window.ids

    @property
    def fetched_pages(self) -> int:
        """How many pages were brought so far (for tests and benchmarks)."""
        return self._window.fetched_pages

    # --- current ----------------------------------------------------------------------------------------------

    def current_id(self) -> int | None:
        """Row id of the current row."""
        return self._current

    def choose(self, row_id: int) -> bool:
        """Make a record current and show it; False if it is not listed."""
        row = self._window.row_of(row_id)
        if row >= 0:
            self._make_current(row)
        return row >= 0

    def step(self, by: int) -> None:
        """Go `by` rows down (negative: up)."""
        if len(self._window):
            at = self.currentIndex().row()
            self._make_current(min(max(at + by, 0), len(self._window) - 1) if at >= 0 else 0)

    def choose_first(self) -> None:
        """Make the first row current if none is."""
        if self._current is None and len(self._window):
            self._make_current(0)

    def _make_current(self, row: int, *, scroll: bool = True) -> None:
        index = self._model.index(row)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if scroll:
            self.scrollTo(index)

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        self._note_current()

    def _note_current(self) -> None:
        row = self.currentIndex().row()
        now = self._window.ids[row] if 0 <= row < len(self._window) else None
        if now != self._current:
            self._current = now
            self.chosen.emit(now)

    # --- checked ----------------------------------------------------------------------------------------------

    def checked_ids(self) -> list[int]:
        """Checked row ids in list order."""
        return [row_id for row_id in self._window.ids if row_id in self._checked] if self._checked else []

    def check(self, row_ids: Iterable[int], *, on: bool = True) -> None:
        """Check or uncheck records that are listed."""
        before = len(self._checked)
        if on:
            self._checked.update(row_ids)
        else:
            self._checked.difference_update(row_ids)
        self.viewport().update()
        if len(self._checked) != before:
            self.checked_changed.emit(len(self._checked))

    def clear_checked(self) -> None:
        """Uncheck everything."""
        self.check(list(self._checked), on=False)

    def _toggle(self, row: int) -> None:
        if self._checkable and 0 <= row < len(self._window):
            self._anchor = row
            row_id = self._window.ids[row]
            self.check([row_id], on=row_id not in self._checked)

    def _check_to(self, row: int) -> None:
        """Check everything between the anchor and `row`."""
        if not self._checkable or not len(self._window):
            return
        if self._anchor is None:
            self._anchor = max(self.currentIndex().row(), 0)
        low, high = sorted((self._anchor, row))
        self.check(self._window.ids[low : high + 1])

    # --- keys and mouse ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not guard().may_act(single=False) or not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        """Do what a key means in a list; False leaves it to Qt."""
        key, modifiers, row = event.key(), event.modifiers(), self.currentIndex().row()
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_J, Qt.Key.Key_K) and not control:
            self.step(1 if key == Qt.Key.Key_J else -1)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and shift:
            self._anchor = row if self._anchor is None else self._anchor
            self.step(1 if key == Qt.Key.Key_Down else -1)
            self._check_to(self.currentIndex().row())
        elif key == Qt.Key.Key_Space and self._peek:
            if 0 <= row < len(self._window):
                self.peeked.emit(self._window.ids[row])
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_X) and self._checkable and not control:
            self._toggle(row)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not shift:
            self.step(-len(self._window) if key == Qt.Key.Key_Home else len(self._window))
        elif key == Qt.Key.Key_A and control and self._checkable:
            self.check(self._window.ids)
        elif key == Qt.Key.Key_Escape and self._checked:
            self.clear_checked()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self._open(row)
        elif event.text() and event.text().isprintable() and not control:
            # Qt's search by typed letters would load page after page; our single keys come by shortcut.
            event.ignore()
        else:
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.indexAt(event.position().toPoint()).row()
        if event.button() == Qt.MouseButton.LeftButton and row >= 0 and self._checkable:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._toggle(row)
                return
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._check_to(row)
                return
            self._anchor = row
        super().mousePressEvent(event)

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._window):
            self.opened.emit(self._window.ids[row])

    # --- scroll and focus -------------------------------------------------------------------------------------

    def _top(self) -> tuple[int | None, int]:
        """The record at the top edge and how far it is scrolled out."""
        index = self.indexAt(self.viewport().rect().topLeft())
        if not index.isValid():
            return None, 0
        return self._window.ids[index.row()], self.visualRect(index).top()

    def _restore_scroll(self, top: int | None, offset: int) -> None:
        row = self._window.row_of(top) if top is not None else -1
        if row >= 0:
            self.scrollTo(self._model.index(row), QAbstractItemView.ScrollHint.PositionAtTop)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - offset)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A list that becomes lower (chips above it went into a second line) keeps its current row in sight."""
        at = self.visualRect(self.currentIndex())
        shown = at.isValid() and at.top() >= 0 and at.bottom() < event.oldSize().height()
        super().resizeEvent(event)
        if shown:
            self.scrollTo(self.currentIndex())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.choose_first()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.viewport().update()
