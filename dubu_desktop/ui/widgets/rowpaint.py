"""How a two-line row looks: bold first line, quiet second line, a word and a chip at the right, a bar when chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from dubu_desktop.ui import icons, paint, theme
from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.widgets.label import tip_markup

HEIGHT, DENSE = 56, 44  # px; ui.md "Frame": 40–44 dense; comfortable as in the pictures
_LEFT, _RIGHT, _GAP = 16, 16, 10
_UserRole = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class Row:
    """What one row shows. `title` is what a person calls it; `sub` is place · unit · time."""

    title: str
    sub: str = ""
    right: str = ""
    chip: Chip | None = None
    locked: bool = False  # shown with a lock mark

    @property
    def spoken(self) -> str:
        """The row in one sentence, for screen readers."""
        parts = [self.title, self.sub, self.right, self.chip.spoken if self.chip else ""]
        return "，".join(part for part in parts if part)


class RowDelegate(QStyledItemDelegate):
    """Paints `Row`s; None paints the placeholder of a row that is still on its way."""

    def __init__(self, *, dense: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.height = DENSE if dense else HEIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, self.height)

    def paint(self, painter: QPainter, option: Any, index: QModelIndex | QPersistentModelIndex) -> None:
        # `option` is a QStyleOptionViewItem; the stubs leave out what it inherits
        rect: QRect = option.rect
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        view = option.widget
        focus = on and isinstance(view, QAbstractItemView) and view.hasFocus()
        self._ground(painter, rect, on=on, over=over, focus=focus)
        row = index.data(_UserRole)
        checked = bool(index.data(_UserRole + 1))
        if row is None:
            self._placeholder(painter, rect)
        else:
            self._row(painter, rect, row, checked=checked)

    def _ground(self, painter: QPainter, rect: QRect, *, on: bool, over: bool, focus: bool) -> None:
        tokens = theme.tokens()
        painter.fillRect(rect, QColor(tokens.sel if on else tokens.over if over else tokens.panel))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line2))
        if on:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(tokens.acc))
        if focus:
            paint.focus_ring(painter, QRectF(rect).adjusted(0, 0, 0, -1), 2)

    def _placeholder(self, painter: QPainter, rect: QRect) -> None:
        tint = theme.color("line2")
        first, second = self._lines(rect)
        for line, share in ((first, 0.55), (second, 0.38)):
            bar = QRectF(line.left(), line.center().y() - 5, line.width() * share, 9)
            paint.round_rect(painter, bar, 3, tint)

    def _lines(self, rect: QRect) -> tuple[QRect, QRect]:
        """The boxes of the two lines, without what stands at the right."""
        inner = rect.adjusted(_LEFT, 0, -_RIGHT, -1)
        block = 20 + 2 + 18
        top = inner.top() + (inner.height() - block) // 2
        return QRect(inner.left(), top, inner.width(), 20), QRect(inner.left(), top + 22, inner.width(), 18)

    def _row(self, painter: QPainter, rect: QRect, row: Row, *, checked: bool) -> None:
        tokens = theme.tokens()
        first, second = self._lines(rect)
        if checked:
            self._check_mark(painter, first)
            first.setLeft(first.left() + 22)
            second.setLeft(second.left() + 22)
        right = self._right(painter, first, second, row)
        first.setRight(right[0])
        second.setRight(right[1])
        painter.setFont(theme.font(bold=True))
        painter.setPen(QColor(tokens.ink))
        paint.text(painter, first, row.title)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(tokens.ink2))
        paint.text(painter, second, row.sub, elide=Qt.TextElideMode.ElideMiddle)

    def _right(self, painter: QPainter, first: QRect, second: QRect, row: Row) -> tuple[int, int]:
        """Draw the right column; returns where each line's text must end."""
        ends = [first.right(), second.right()]
        if row.right:
            painter.setFont(theme.font(theme.SMALL))
            painter.setPen(theme.color("ink3"))
            width = min(painter.fontMetrics().horizontalAdvance(row.right), first.width() // 3)
            box = QRect(first.right() - width, first.top(), width + 1, first.height())
            paint.text(painter, box, row.right, align=Qt.AlignmentFlag.AlignRight)
            ends[0] = box.left() - _GAP
        if row.locked:
            box = QRect(ends[0] - 14, first.top() + 3, 14, 14)
            icons.paint(painter, "lock", box, theme.color("ink3"))
            ends[0] = box.left() - 6
        if row.chip is not None:
            width = min(paint.chip_width(row.chip), second.width() // 2)
            # A row without a word above keeps its chip on the first line, where the eye looks first.
            line = second if row.right or not row.sub else first
            at = 1 if line is second else 0
            paint.paint_chip(painter, row.chip, QRect(line.right() - width, line.top(), width + 1, paint.CHIP_HEIGHT))
            ends[at] = line.right() - width - _GAP
        return ends[0], ends[1]

    def _check_mark(self, painter: QPainter, line: QRect) -> None:
        box = QRect(line.left() - 1, line.top() + 2, 16, 16)
        paint.round_rect(painter, QRectF(box), 4, theme.color("acc"))
        icons.paint(painter, "check", box.adjusted(1, 1, -1, -1), theme.color("on_acc"))

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: Any,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        row = index.data(_UserRole)
        if isinstance(row, Row) and self._is_elided(row, option.rect.width()):
            lines = "\n".join(part for part in (row.title, row.sub) if part)
            QToolTip.showText(event.globalPos(), tip_markup(lines), view)
            return True
        QToolTip.hideText()
        return False

    def _is_elided(self, row: Row, width: int) -> bool:
        room = width - _LEFT - _RIGHT - 110
        bold, small = QFontMetrics(theme.font(bold=True)), QFontMetrics(theme.font(theme.SMALL))
        return bold.horizontalAdvance(row.title) > room or small.horizontalAdvance(row.sub) > room
