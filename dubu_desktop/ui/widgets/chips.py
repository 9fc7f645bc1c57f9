"""Chips as widgets: a state chip, filter chips with counts, and a layout that wraps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLayout, QLayoutItem, QSizePolicy, QWidget

from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.widgets.button import PressButton


class ChipLabel(QWidget):
    """One state chip: shape and word."""

    def __init__(self, chip: Chip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_chip(chip)

    def set_chip(self, chip: Chip) -> None:
        """Show another one."""
        self.chip = chip
        self.setAccessibleName(chip.spoken)
        self.updateGeometry()
        self.update()

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return [self.chip.word]

    def sizeHint(self) -> QSize:
        return QSize(paint.chip_width(self.chip), paint.CHIP_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.paint_chip(QPainter(self), self.chip, self.rect())


class FlowLayout(QLayout):
    """Left to right, then the next line; for chips. With `stretch_last` the last one fills its line."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 6, stretch_last: bool = False) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap, self._stretch_last = gap, stretch_last
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def insert_widget(self, at: int, widget: QWidget) -> None:
        """Put `widget` before the item at `at`."""
        self.addWidget(widget)
        self._items.insert(at, self._items.pop())
        self.invalidate()

    def reorder(self, widgets: Sequence[QWidget]) -> None:
        """Put these widgets first, in this order."""
        place = {widget: at for at, widget in enumerate(widgets)}
        self._items.sort(key=lambda item: place.get(item.widget(), len(place)))
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]  # Qt says it may be null
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), only_measure=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize(0, 0)
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, only_measure=False)

    def _place(self, rect: QRect, *, only_measure: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            hint = item.sizeHint()
            if x + hint.width() > rect.right() + 1 and line:
                x, y, line = rect.x(), y + line + self._gap, 0
            if not only_measure:
                fills = self._stretch_last and item is self._items[-1]
                item.setGeometry(QRect(QPoint(x, y), QSize(rect.right() + 1 - x, hint.height()) if fills else hint))
            x += hint.width() + self._gap
            line = max(line, hint.height())
        return y + line - rect.y()


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter chip; `count` None shows none."""

    key: str
    label: str
    count: int | None = None


class _FilterButton(PressButton):
    def __init__(self, spec: Filter, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_spec(spec)

    def set_spec(self, spec: Filter) -> None:
        self.spec = spec
        self.setText(spec.label if spec.count is None else f"{spec.label} {spec.count}")
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def shown_texts(self) -> list[str]:
        return [self.text()]

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(theme.font(theme.SMALL, bold=True)).horizontalAdvance(self.text()) + 22, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens, on = QPainter(self), theme.tokens(), self.isChecked()
        ground = QColor(tokens.accsoft if on else tokens.over if self.underMouse() else tokens.panel)
        edge = None if on and tokens.name != "sun" else QColor(tokens.acc if on else tokens.line)
        paint.round_rect(painter, QRectF(self.rect()), 12, ground, edge)
        painter.setFont(theme.font(theme.SMALL, bold=on))
        painter.setPen(QColor(tokens.accink if on else tokens.ink2))
        paint.text(painter, self.rect(), self.text(), align=Qt.AlignmentFlag.AlignHCenter)
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()), 11)


class FilterChips(QWidget):
    """Filters with counts; one at a time, or several with `multi`."""

    changed = Signal()

    def __init__(self, filters: Sequence[Filter] = (), *, multi: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._multi = multi
        self._buttons: dict[str, _FilterButton] = {}
        self._flow = FlowLayout(self)
        self.set_filters(filters)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_filters(self, filters: Sequence[Filter]) -> None:
        """Show these; what is switched on stays on where its key is still there, else the first is."""
        wanted = {spec.key: spec for spec in filters}
        for key in [key for key in self._buttons if key not in wanted]:
            button = self._buttons.pop(key)
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        for spec in filters:
            if spec.key in self._buttons:
                self._buttons[spec.key].set_spec(spec)
            else:
                self._add(spec)
        self._flow.reorder([self._buttons[spec.key] for spec in filters])
        if not self._multi and self._buttons and not self.selected():
            next(iter(self._buttons.values())).setChecked(True)
        self.updateGeometry()

    def set_counts(self, counts: dict[str, int]) -> None:
        """Update the figures."""
        for key, count in counts.items():
            if key in self._buttons:
                spec = self._buttons[key].spec
                self._buttons[key].set_spec(Filter(key, spec.label, count))

    def offer(self, spec: Filter) -> None:
        """Have a chip for this one, if there is none yet."""
        if spec.key not in self._buttons:
            self._add(spec)
            self.updateGeometry()

    def add_act(self, label: str, act: Callable[[], None]) -> QAbstractButton:
        """A button behind the filters that looks like them (＋ 筛选)."""
        button = _FilterButton(Filter("", label), self)
        button.setCheckable(False)
        button.clicked.connect(lambda: act())
        self._flow.addWidget(button)
        return button

    def selected(self) -> list[str]:
        """Keys of the filters that are on."""
        return [key for key, button in self._buttons.items() if button.isChecked()]

    def current(self) -> str:
        """The one that is on, '' if none."""
        return next(iter(self.selected()), "")

    def choose(self, key: str) -> None:
        """Switch one on as if it were clicked."""
        self._clicked(self._buttons[key], on=True)

    def _add(self, spec: Filter) -> None:
        button = _FilterButton(spec, self)
        button.clicked.connect(lambda on: self._clicked(button, on=on))
        self._buttons[spec.key] = button
        self._flow.addWidget(button)
        button.show()

    def _clicked(self, chosen: _FilterButton, *, on: bool) -> None:
        if self._multi:
            chosen.setChecked(on)
        else:
            for button in self._buttons.values():
                button.setChecked(button is chosen)
        self.changed.emit()
