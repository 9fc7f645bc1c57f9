"""The lifecycle of a record as a strip of steps: done, now, still to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dubu_desktop.ui import paint, theme

_DOT, _GAP, _LINE, _BETWEEN = 11, 6, 22, 6


class StepStrip(QWidget):
    """`set_steps(["定稿", "上报", …], at=4)`: steps before `at` are done, `at` is now; `at = len` means all done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[str, ...] = ()
        self._at = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_steps(self, steps: Sequence[str], at: int) -> None:
        """Show this lifecycle."""
        self._steps, self._at = tuple(steps), at
        now = self._steps[at] if 0 <= at < len(steps) else "已办完"
        self.setAccessibleName(f"进度：{now}，共{len(steps)}步")
        self.updateGeometry()
        self.update()

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return list(self._steps)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font(theme.SMALL, bold=True))
        words = sum(metrics.horizontalAdvance(step) + _DOT + _GAP for step in self._steps)
        return QSize(words + max(len(self._steps) - 1, 0) * (_LINE + 2 * _BETWEEN), 20)

    def minimumSizeHint(self) -> QSize:
        lines = max(len(self._steps) - 1, 0) * (_LINE - 8)
        return QSize(max(self.sizeHint().width() - lines, 60), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        missing = self.sizeHint().width() - self.width()
        line = max(8, _LINE - max(0, missing) // max(len(self._steps) - 1, 1))
        x, middle = 0, self.height() / 2
        for place, step in enumerate(self._steps):
            if place:
                x += _BETWEEN
                painter.setPen(QPen(QColor(tokens.line), 1.5))
                painter.drawLine(QPointF(x, middle), QPointF(x + line, middle))
                x += line + _BETWEEN
            x = self._step(painter, x, place, step)

    def _step(self, painter: QPainter, x: int, place: int, step: str) -> int:
        tokens, centre = theme.tokens(), QPointF(x + _DOT / 2, self.height() / 2)
        if place < self._at:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.acc))
            painter.drawEllipse(centre, 4.5, 4.5)
            ink, bold = tokens.ink2, False
        elif place == self._at:
            painter.setPen(QPen(QColor(tokens.acc), 3))
            painter.setBrush(QColor(tokens.panel))
            painter.drawEllipse(centre, 4.5, 4.5)
            ink, bold = tokens.accink, True
        else:
            painter.setPen(QPen(QColor(tokens.line), 1.5))
            painter.setBrush(QColor(tokens.panel))
            painter.drawEllipse(centre, 4.2, 4.2)
            ink, bold = tokens.ink3, False
        painter.setFont(theme.font(theme.SMALL, bold=bold))
        painter.setPen(QColor(ink))
        width = painter.fontMetrics().horizontalAdvance(step)
        paint.text(painter, QRect(x + _DOT + _GAP, 0, width + 2, self.height()), step)
        return x + _DOT + _GAP + width
