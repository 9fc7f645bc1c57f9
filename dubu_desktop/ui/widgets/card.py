"""Surfaces and headings: card, section head, a big figure, scroll area of a page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.chips import ChipLabel
from dubu_desktop.ui.widgets.label import PlainLabel


class Card(QFrame):
    """A white card with a hairline edge; put widgets into `card.body` (a vertical layout)."""

    def __init__(self, parent: QWidget | None = None, *, surface: str = "card") -> None:
        super().__init__(parent)
        self.setProperty("surface", surface)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 13, 16, 13)
        self.body.setSpacing(8)


class SectionHead(QWidget):
    """佐证 整改前 1 张 · 整改后 1 张 ……… 空格键放大"""

    def __init__(self, title: str, note: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._title = PlainLabel(title, "strong")
        self._note = PlainLabel(note, "hint", elide="right")
        self._hint = PlainLabel(hint, "hint")
        row.addWidget(self._title)
        row.addWidget(self._note, 1)
        row.addWidget(self._hint)
        self._hint.setVisible(bool(hint))

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)

    def set_note(self, note: str) -> None:
        """Change the quiet text beside the title."""
        self._note.setText(note)

    def set_hint(self, hint: str) -> None:
        """Change the quiet text at the right."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))


class Figure(Card):
    """A big number with its label above and what it rests on below; a click opens the rows behind it."""

    clicked = Signal()

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body.setSpacing(4)
        self._label = PlainLabel(label, "hint")
        self._number = PlainLabel("—", "huge")
        self._chip = ChipLabel(Chip(""))
        self._note = PlainLabel("", "sub", wrap=True)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        foot.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._note, 1, Qt.AlignmentFlag.AlignTop)
        for widget in (self._label, self._number):
            self.body.addWidget(widget)
        self.body.addLayout(foot)
        self.body.addStretch(1)
        self._chip.hide()

    def set(self, number: str, note: str = "", *, chip: Chip | None = None, tone: Tone | None = None) -> None:
        """Show a figure; a tone puts its shape before the number."""
        self._number.setText(f"{tone.shape} {number}" if tone and tone.shape else number)
        self._number.set_tone(tone)
        self._note.setText(note)
        self._chip.setVisible(chip is not None)
        if chip is not None:
            self._chip.set_chip(chip)
        self.setAccessibleName(f"{self._label.text()} {number}，{note}")

    def set_clickable(self) -> None:
        """Let it be clicked and reached by Tab."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.focusPolicy() != Qt.FocusPolicy.NoFocus and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class Scroll(QScrollArea):
    """A vertical scroll area whose `canvas` layout holds the content, top aligned, 24 around as in the pictures."""

    def __init__(self, parent: QWidget | None = None, *, margins: Sequence[int] = (24, 16, 24, 16)) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("canvas")
        # A stretch below, not an alignment: an aligned layout is cut to its sizeHint where its height depends on width.
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(*margins)
        self.canvas = QVBoxLayout()
        self.canvas.setSpacing(16)
        outer.addLayout(self.canvas)
        outer.addStretch(1)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)


class Spread(QWidget):
    """A main column and a side column (经过) that goes below where the pane is narrow."""

    def __init__(self, side_width: int = 268, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side_width = side_width
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(24)
        self.main, self.side = QVBoxLayout(), QVBoxLayout()
        main_holder, self._side_holder = QWidget(), QWidget()
        for column, holder in ((self.main, main_holder), (self.side, self._side_holder)):
            outer = QVBoxLayout(holder)
            outer.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(16)
            outer.addLayout(column)
            outer.addStretch(1)
        self._box.addWidget(main_holder, 1)
        self._box.addWidget(self._side_holder)
        self._arrange(wide=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(wide=self.width() >= 2 * self._side_width + 120)

    def _arrange(self, *, wide: bool) -> None:
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._box.setDirection(across if wide else down)
        self._side_holder.setMinimumWidth(self._side_width if wide else 0)
        self._side_holder.setMaximumWidth(self._side_width if wide else 16_777_215)
