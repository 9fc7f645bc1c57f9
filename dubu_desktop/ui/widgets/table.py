"""A wide table of any number of rows (收包预览, 单位, 台账), on the same id window as RowList."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.widgets.idmodel import IdWindow
from dubu_desktop.ui.widgets.label import tip_markup

_HEIGHT = 39
_LEAST = 90  # what a column that takes the rest should have at least
_TOLD = 8  # characters that any column shows whole
_CellRole = int(Qt.ItemDataRole.UserRole)
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """One column: width 0 takes what is left; `number` aligns right; `bold` for the name of the row.

    `rigid`: keeps its width where the others give way.
    """

    title: str
    width: int = 0
    number: bool = False
    bold: bool = False
    elide_middle: bool = False
    rigid: bool = False


Cells = Sequence[str | Chip]


class _TableModel(QAbstractTableModel):
    def __init__(self, columns: Sequence[Column], window: IdWindow | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.columns, self.window = columns, window
        self.fixed: list[Cells] = []
        if window is not None:
            window.arrived.connect(self._arrived)

    def _arrived(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        if parent.isValid():
            return 0
        return len(self.window) if self.window is not None else len(self.fixed)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def cells(self, row: int) -> Cells | None:
        return self.window.row(row) if self.window is not None else self.fixed[row]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (
            _CellRole, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole,
        ):  # fmt: skip
            return None
        cells = self.cells(index.row())
        cell = cells[index.column()] if cells is not None else None
        if role == _CellRole:
            return cell
        if role == Qt.ItemDataRole.ToolTipRole:  # what a narrow column cuts off
            return tip_markup(cell) if isinstance(cell, str) and len(cell) > _TOLD else None
        return cell.spoken if isinstance(cell, Chip) else (cell if cell is not None else "正在读取")

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def reset(self, *, ids: Sequence[int] | None = None, rows: Sequence[Cells] | None = None) -> None:
        self.beginResetModel()
        if self.window is not None:
            self.window.set_ids(ids or ())
        else:
            self.fixed = list(rows or ())
        self.endResetModel()


class _CellDelegate(QStyledItemDelegate):
    def __init__(self, columns: Sequence[Column], parent: QTableView) -> None:
        super().__init__(parent)
        self._columns = columns

    def paint(self, painter: QPainter, option: Any, index: _Index) -> None:
        # `option` is a QStyleOptionViewItem; the stubs leave out what it inherits
        tokens, rect, column = theme.tokens(), QRect(option.rect), self._columns[index.column()]
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, QColor(tokens.sel if on else tokens.panel))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line2))
        if on and index.column() == 0:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(tokens.acc))
        inner = rect.adjusted(10, 0, -10, -1)
        cell = index.data(_CellRole)
        if cell is None:
            bar = QRectF(inner.left(), inner.center().y() - 4, inner.width() * 0.5, 9)
            paint.round_rect(painter, bar, 3, QColor(tokens.line2))
        elif isinstance(cell, Chip):
            width = min(paint.chip_width(cell), inner.width())
            box = QRect(inner.left(), inner.center().y() - paint.CHIP_HEIGHT // 2 + 1, width, paint.CHIP_HEIGHT)
            paint.paint_chip(painter, cell, box)
        else:
            painter.setFont(theme.font(bold=column.bold))
            painter.setPen(QColor(tokens.ink))
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            middle, right = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
            paint.text(painter, inner, cell, elide=middle if column.elide_middle else right, align=side)


class DataTable(QTableView):
    """Either `set_rows([cells, …])` for few rows at hand, or ids with `fetch` and `present` as RowList has them.

    A cell is a text or a `Chip`. `chosen(row)` on every move, `opened(row)` on Enter or double click; with ids the
    argument is the row id, else the place.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        desk: Desk | None = None,
        fetch: Callable[..., Iterable[Any]] | None = None,
        present: Callable[[Any], Cells] | None = None,
        key: Callable[[Any], int] = attrgetter("rowid"),
        name: str = "表格",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = IdWindow(desk, fetch, present, key, parent=self) if desk and fetch and present else None
        self._model = _TableModel(columns, self._window, self)
        self.setModel(self._model)
        self.setItemDelegate(_CellDelegate(columns, self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setAccessibleName(name)
        self._giving_way: Sequence[Column] = ()
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._head(columns)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._name(index.row())))

    def _head(self, columns: Sequence[Column]) -> None:
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        for place, column in enumerate(columns):
            if column.width:
                head.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
                head.resizeSection(place, column.width)
            else:
                head.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def give_way(self, columns: Sequence[Column]) -> None:
        """From now on these columns are narrowed where they do not fit, instead of a bar to scroll by."""
        self._giving_way = columns
        self._fit_width()

    def _fit_width(self) -> None:
        free = [column for column in self._giving_way if column.width and not column.rigid]
        if free:
            taken = sum(column.width if column.rigid else _LEAST for column in self._giving_way if column not in free)
            share = min(1.0, max(0.3, (self.viewport().width() - taken) / sum(column.width for column in free)))
            for place, column in enumerate(self._giving_way):
                if column in free:
                    self.horizontalHeader().resizeSection(place, int(column.width * share))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_width()

    def set_rows(self, rows: Sequence[Cells]) -> None:
        """Show rows that are at hand."""
        at = self.currentIndex().row()
        self._model.reset(rows=rows)
        if 0 <= at < len(rows):
            self.selectRow(at)

    def fit_height(self) -> None:
        """Be exactly as high as the rows at hand, for a table inside a card."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self._model.rowCount() * _HEIGHT + self.horizontalHeader().sizeHint().height() + 2)

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show these rows; the current record and the place stay."""
        was, bar = self.current(), self.verticalScrollBar().value()
        self._model.reset(ids=ids)
        row = self._window.row_of(was) if self._window is not None and isinstance(was, int) else -1
        if row >= 0:
            self.selectRow(row)
        self.verticalScrollBar().setValue(bar)

    def step(self, by: int) -> None:
        """Go `by` rows down (negative: up)."""
        to = self.currentIndex().row() + by
        if 0 <= to < self._model.rowCount():
            self.selectRow(to)

    def current(self) -> int | None:
        """Row id (or place) of the current row."""
        return self._name(self.currentIndex().row())

    def _name(self, row: int) -> int | None:
        if not 0 <= row < self._model.rowCount():
            return None
        return self._window.ids[row] if self._window is not None else row

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.chosen.emit(self._name(current.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        row = self.currentIndex().row()
        if not guard().may_act(single=False):
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_J, Qt.Key.Key_K) and not control:
            self.step(1 if event.key() == Qt.Key.Key_J else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            if self._name(row) is not None:
                self.opened.emit(self._name(row))
        elif event.text() and event.text().isprintable() and not control:
            event.ignore()
        else:
            super().keyPressEvent(event)
