"""The rail: whose copy this is, the pages, and how much waits on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from dubu_desktop.ui import icons, paint, theme
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.button import PressButton
from dubu_desktop.ui.widgets.label import PlainLabel

WIDTH = 88
_TALL, _FLAT = 51, 34


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits on a page; BAD where something is overdue."""

    count: int
    tone: Tone = Tone.ACCENT


class RailButton(PressButton):
    """Icon over word; icon beside word where the window is low (150 % on a small screen)."""

    def __init__(self, key: str, title: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.key, self._icon = key, icon
        self.waiting = Waiting(0)
        self.flat = False
        self.setText(title)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_waiting(self.waiting)

    def set_waiting(self, waiting: Waiting) -> None:
        """Show how much waits."""
        self.waiting = waiting
        self.setAccessibleName(f"{self.text()}，{waiting.count} 件待办" if waiting.count else self.text())
        self.update()

    def set_flat(self, flat: bool) -> None:
        """Choose the low form."""
        self.flat = flat
        self.updateGeometry()

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return [self.text()]

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 16, _FLAT if self.flat else _TALL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens, on = QPainter(self), theme.tokens(), self.isChecked()
        if on or self.underMouse():
            ground = QColor(tokens.accsoft if on else tokens.line2)
            paint.round_rect(painter, QRectF(self.rect()), 8, ground)
        ink = QColor(tokens.accink if on else tokens.ink2)
        painter.setFont(theme.font(theme.SMALL, bold=on))
        if self.flat:
            icons.paint(painter, self._icon, QRect(2, (self.height() - 16) // 2, 16, 16), ink)
            room = QRect(20, 0, self.width() - 19, self.height())
            painter.setPen(ink)
            paint.text(painter, room, self.text())
        else:
            icons.paint(painter, self._icon, QRect((self.width() - 20) // 2, 7, 20, 20), ink)
            painter.setPen(ink)
            paint.text(painter, QRect(0, 29, self.width(), 16), self.text(), align=Qt.AlignmentFlag.AlignHCenter)
        if self.waiting.count:
            self._badge(painter)
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()), 8)

    def _badge(self, painter: QPainter) -> None:
        tokens, bad = theme.tokens(), self.waiting.tone is Tone.BAD
        word = str(self.waiting.count) if self.waiting.count < 100 else "99+"
        painter.setFont(theme.font(10, bold=True))
        width = max(15, QFontMetrics(painter.font()).horizontalAdvance(word) + 8)
        box = QRect(self.width() // 2 + 6, 4, width, 15)
        if self.flat:  # behind the word: on the icon it would hide what the page is
            box = QRect(self.width() - width, (self.height() - 15) // 2, width, 15)
        # A square corner for what is overdue, so that it is not colour alone.
        paint.round_rect(painter, QRectF(box), 3 if bad else 7.5, QColor(tokens.bad if bad else tokens.acc))
        painter.setPen(QColor(tokens.on_bad if bad else tokens.on_acc))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), word)


class Rail(QFrame):
    """`chosen(key)` when a page is clicked."""

    chosen = Signal(str)

    def __init__(self, who: str, beneath: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "rail")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("页面")
        self._buttons: dict[str, RailButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 12, 8, 10)
        self._column.setSpacing(2)
        for text, role in ((who, "strong"), (beneath, "small")):
            label = PlainLabel(text, role, elide="right")
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self._column.addWidget(label)
        line = QFrame()
        line.setProperty("surface", "hair")
        line.setFixedHeight(1)
        self._column.addSpacing(7)
        self._column.addWidget(line)
        self._column.addSpacing(7)
        self._column.addStretch(1)

    def add(self, key: str, title: str, icon: str, *, at_foot: bool = False) -> None:
        """Add a page; foot pages stand below the gap."""
        button = RailButton(key, title, icon, self)
        button.clicked.connect(lambda: self.chosen.emit(key))
        if at_foot:
            self._column.addWidget(button)
        else:
            self._column.insertWidget(self._gap(), button)
        self._buttons[key] = button

    def _gap(self) -> int:
        """Where the stretch above the foot pages is."""
        return next(at for at in range(self._column.count()) if self._column.stretch(at) == 1)

    def select(self, key: str) -> None:
        """Mark the open page."""
        self._buttons[key].setChecked(True)

    def set_waiting(self, waiting: dict[str, Waiting]) -> None:
        """Show the counts of all pages; a page not named has none."""
        for key, button in self._buttons.items():
            button.set_waiting(waiting.get(key, Waiting(0)))

    def buttons(self) -> Sequence[RailButton]:
        """All of them, top to bottom."""
        return list(self._buttons.values())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        flat = self.height() < 90 + len(self._buttons) * (_TALL + 2)
        for button in self._buttons.values():
            button.set_flat(flat)
