"""The list of candidates below a field. It never takes the focus, so the input method stays with the field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from dubu_desktop.ui import paint, theme

_ROW, _MOST = 32, 8
_ChoiceRole = int(Qt.ItemDataRole.UserRole)
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Choice:
    """One candidate: `id` is whatever the verb wants; `keys` are further words that find it (pinyin, initials)."""

    id: Any
    label: str
    hint: str = ""
    keys: tuple[str, ...] = ()

    def matches(self, text: str) -> bool:
        """Whether typed `text` finds it: part of the Chinese, or the beginning of a key, or a part of a long one."""
        typed = text.lower().replace("'", "").replace(" ", "")
        if not typed or typed in self.label.lower() or typed in self.hint.lower():
            return True
        return any(key.startswith(typed) or (len(typed) > 2 and typed in key) for key in self.keys)


Deliver = Callable[[Sequence[Choice]], None]
Supply = Callable[[str, Deliver], None]


def supply_list(choices: Sequence[Choice]) -> Supply:
    """A supplier for a short list that is at hand."""
    return lambda text, deliver: deliver([choice for choice in choices if choice.matches(text)])


def supply_read(desk: Any, asker: QWidget, fn: Callable[..., Sequence[Choice]], **kw: Any) -> Supply:
    """A supplier that asks `fn(reader, text, **kw)` on the reader thread; only the newest answer counts."""

    def supply(text: str, deliver: Deliver) -> None:
        desk.read(asker, fn, text, then=deliver, newest=f"choices-{id(supply)}", **kw)

    return supply


class _ChoiceModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.choices: list[Choice] = []

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        choice = self.choices[index.row()]
        if role == _ChoiceRole:
            return choice
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{choice.label} {choice.hint}".strip()
        return None

    def show(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.choices = list(choices)
        self.endResetModel()


class ChoiceDelegate(QStyledItemDelegate):
    """One line: label, hint at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, _ROW)

    def paint(self, painter: QPainter, option: Any, index: _Index) -> None:
        # `option` is a QStyleOptionViewItem; the stubs leave out what it inherits
        choice, tokens, rect = index.data(_ChoiceRole), theme.tokens(), QRect(option.rect)
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if on or over:
            ground = QColor(tokens.accsoft if on else tokens.over)
            paint.round_rect(painter, rect.adjusted(4, 1, -4, -1).toRectF(), 4, ground)
        inner = rect.adjusted(12, 0, -12, 0)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(tokens.ink3))
        hint = min(painter.fontMetrics().horizontalAdvance(choice.hint) + 1, inner.width() // 2)
        if choice.hint:
            box = QRect(inner.right() - hint, inner.top(), hint, inner.height())
            paint.text(painter, box, choice.hint, align=Qt.AlignmentFlag.AlignRight)
            inner.setRight(box.left() - 10)
        painter.setFont(theme.font())
        painter.setPen(QColor(tokens.accink if on else tokens.ink))
        paint.text(painter, inner, choice.label, elide=Qt.TextElideMode.ElideMiddle)


class ChoicePopup(QFrame):
    """The floating list; a child of the field's window, so it needs no window of its own."""

    clicked = Signal(object)  # Choice

    def __init__(self, field: QWidget, *, empty: str = "没有相符的") -> None:
        super().__init__(field.window())
        self._field = field
        self._empty = empty
        self.setProperty("surface", "float")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 5, 1, 5)
        self._model = _ChoiceModel(self)
        self._view = QListView(self)
        self._view.setModel(self._model)
        self._view.setItemDelegate(ChoiceDelegate(self._view))
        self._view.setUniformItemSizes(True)
        self._view.setMouseTracking(True)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setAccessibleName("候选")
        self._view.clicked.connect(lambda index: self.clicked.emit(index.data(_ChoiceRole)))
        column.addWidget(self._view)
        self.hide()

    def show_choices(self, choices: Sequence[Choice], anchor: QRect, *, marked: Choice | None = None) -> None:
        """Open (or fill) below `anchor`, in the field's coordinates; `marked` or the first candidate is marked."""
        self._model.show(choices)
        if not choices:
            self.hide()
            return
        at = next((place for place, choice in enumerate(choices) if choice == marked), 0)
        self._view.setCurrentIndex(self._model.index(at))
        self._place(anchor, len(choices))
        self.show()
        self.raise_()

    def _place(self, anchor: QRect, count: int) -> None:
        window = self._field.window()
        self.setParent(window) if self.parentWidget() is not window else None
        height = min(count, _MOST) * _ROW + 12
        width = max(anchor.width(), 260)
        below = self._field.mapTo(window, QPoint(anchor.left(), anchor.bottom() + 4))
        above = self._field.mapTo(window, QPoint(anchor.left(), anchor.top() - 4 - height))
        fits_below = below.y() + height <= window.height()
        at = below if fits_below or above.y() < 0 else above
        at.setX(max(4, min(at.x(), window.width() - width - 4)))
        self.setGeometry(QRect(at, QSize(width, height)))

    def current(self) -> Choice | None:
        """The marked candidate, if the list is open."""
        return self._view.currentIndex().data(_ChoiceRole) if self.isVisible() else None

    def choices(self) -> list[Choice]:
        """What is listed."""
        return list(self._model.choices)

    def move_by(self, by: int) -> None:
        """Mark another candidate, round the ends."""
        count = self._model.rowCount()
        if count:
            row = (self._view.currentIndex().row() + by) % count
            self._view.setCurrentIndex(self._model.index(row))
