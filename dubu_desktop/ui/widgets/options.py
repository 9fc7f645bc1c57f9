"""A few large choices side by side, taken by 1, 2, 3 or a click: the values of a conflict, the places to write to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.widgets.label import PlainLabel

_NARROW, _MOST = 240, 9


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what it is, and in small what speaks for it (who wrote it, how much room there is)."""

    title: str
    note: str = ""


class _KeySign(QWidget):
    """The figure that takes the option, on a key."""

    def __init__(self, figure: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._figure = figure
        self.on = False
        self.setFixedSize(20, 18)

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return [self._figure]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), theme.tokens()
        ground = QColor(tokens.panel if self.on else tokens.line2)
        paint.round_rect(painter, QRectF(self.rect()), 4, ground)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(tokens.accink if self.on else tokens.ink2))
        paint.text(painter, self.rect(), self._figure, align=Qt.AlignmentFlag.AlignHCenter)


class OptionCard(QAbstractButton):
    """One option as a card; blue when it is the one."""

    def __init__(self, option: Option, figure: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setText(option.title)
        self.setAccessibleName(f"{figure} {option.title}，{option.note}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._sign = _KeySign(figure, self)
        line = QHBoxLayout()
        line.setSpacing(6)
        title = PlainLabel(option.title, "strong", wrap=True)
        line.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 11, 12, 11)
        column.setSpacing(6)
        column.addLayout(line)
        note = PlainLabel(option.note, "hint", wrap=True)
        column.addWidget(note)
        note.setVisible(bool(option.note))
        column.addStretch(1)
        for label in (title, note, self._sign):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens, on = QPainter(self), theme.tokens(), self.isChecked()
        self._sign.on = on
        ground = QColor(tokens.accsoft if on else tokens.over if self.underMouse() else tokens.panel)
        paint.round_rect(painter, QRectF(self.rect()), 8, ground, QColor(tokens.acc if on else tokens.line))
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()), 8)


class OptionCards(QWidget):
    """`chosen(place)` on a click, Space, or the figure key while the focus is in `keys_of` (a pane or page)."""

    chosen = Signal(int)

    def __init__(self, keys_of: QWidget, verb: str = "选第", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verb = verb
        self._keys = Keys(keys_of, "选择")
        self._cards: list[OptionCard] = []
        self._options: tuple[Option, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self._columns = 0

    def set_options(self, options: Sequence[Option], at: int = -1) -> None:
        """Show these; `at` is the one that is chosen (-1: none)."""
        if tuple(options) != self._options:
            self._options = tuple(options)
            self._build()
        for place, card in enumerate(self._cards):
            card.setChecked(place == at)
            card.update()

    def at(self) -> int:
        """The place of the chosen one, -1 if none is."""
        return next((place for place, card in enumerate(self._cards) if card.isChecked()), -1)

    def cards(self) -> list[OptionCard]:
        """The cards, in order."""
        return list(self._cards)

    def choose(self, place: int) -> None:
        """Choose one as if it were clicked."""
        if 0 <= place < len(self._cards) and self.isVisible():
            for at, card in enumerate(self._cards):
                card.setChecked(at == place)
            self.chosen.emit(place)

    def _clicked(self, place: int, _on: bool) -> None:
        self.choose(place)

    def _build(self) -> None:
        self._keys.clear()
        for card in self._cards:
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        for place, option in enumerate(self._options[:_MOST]):
            card = OptionCard(option, str(place + 1), self)
            card.clicked.connect(partial(self._clicked, place))
            self._keys.bind(str(place + 1), partial(self.choose, place), f"{self._verb}{place + 1}个")
            self._cards.append(card)
        self._columns = 0
        self._place()

    def _place(self) -> None:
        count = len(self._cards)
        columns = max(1, min(count, 3, max(self.width(), 1) // _NARROW))
        if columns == self._columns:
            return
        self._columns = columns
        for place, card in enumerate(self._cards):
            self._grid.removeWidget(card)
            self._grid.addWidget(card, place // columns, place % columns)
            card.show()
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
