"""经过: what happened to a record, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QTextLayout
from PySide6.QtWidgets import QSizePolicy, QWidget

from dubu_desktop.ui import paint, theme

_LEFT, _LINE, _AFTER, _DOT = 16, 18, 10, 6


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry: `what` in bold, `who` beside it, `note` below; `hot` marks what wants attention."""

    what: str
    who: str = ""
    note: str = ""
    hot: bool = False


class Timeline(QWidget):
    """Painted list of happenings; wraps to its width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Happening, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_items(self, items: Sequence[Happening]) -> None:
        """Show these, first on top."""
        self._items = tuple(items)
        spoken = "；".join("，".join(part for part in (item.what, item.who, item.note) if part) for item in items)
        self.setAccessibleName("经过")
        self.setAccessibleDescription(spoken)
        self.updateGeometry()
        self.update()

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return [part for item in self._items for part in (item.what, item.who, item.note) if part]

    def sizeHint(self) -> QSize:
        return QSize(220, self.heightForWidth(max(self.width(), 160)))

    def minimumSizeHint(self) -> QSize:
        return QSize(140, self.heightForWidth(max(self.width(), 160)))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return sum(self._height(item, width) for item in self._items)

    def _note(self, item: Happening, width: int) -> list[QTextLayout]:
        return paint.paragraphs(item.note, theme.font(theme.SMALL), width - _LEFT, _LINE) if item.note else []

    def _height(self, item: Happening, width: int) -> int:
        return _LINE + paint.paragraphs_height(self._note(item, width), _LINE) + _AFTER

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = 0
        for place, item in enumerate(self._items):
            height = self._height(item, self.width())
            centre = QPointF(5, y + _LINE / 2)
            if place + 1 < len(self._items):
                painter.setPen(QPen(QColor(tokens.line), 1))
                painter.drawLine(QPointF(5, centre.y() + 7), QPointF(5, y + height + _LINE / 2 - 7))
            self._dot(painter, centre, hot=item.hot)
            self._words(painter, item, y)
            y += height

    def _dot(self, painter: QPainter, centre: QPointF, *, hot: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("bad" if hot else "ink3"))
        if hot:  # a square, so that it is not colour alone
            painter.drawRect(QRect(round(centre.x()) - 3, round(centre.y()) - 3, _DOT, _DOT))
        else:
            painter.drawEllipse(centre, _DOT / 2, _DOT / 2)

    def _words(self, painter: QPainter, item: Happening, y: int) -> None:
        painter.setFont(theme.font(theme.SMALL, bold=True))
        painter.setPen(theme.color("ink"))
        room = self.width() - _LEFT
        width = min(painter.fontMetrics().horizontalAdvance(item.what) + 1, room)
        paint.text(painter, QRect(_LEFT, y, width, _LINE), item.what)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(theme.color("ink2"))
        if item.who:
            paint.text(painter, QRect(_LEFT + width, y, room - width, _LINE), f" · {item.who}")
        paint.draw_paragraphs(painter, self._note(item, self.width()), QPointF(_LEFT, y + _LINE), _LINE)
