"""The status strip: the four things people worry about, each a way to its page; who is at the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from dubu_desktop.ui import icons, paint, theme
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.button import PressButton
from dubu_desktop.ui.widgets.label import PlainLabel, plain_tip

HEIGHT = 31


@dataclass(frozen=True, slots=True)
class StripItem:
    """One thing: `parts` are (text, is a value) pairs; values are darker. `page` opens on a click."""

    key: str
    parts: tuple[tuple[str, bool], ...]
    page: str = ""
    tone: Tone | None = None  # its shape stands in front
    tip: str = ""

    @property
    def text(self) -> str:
        """The item in one string."""
        return " ".join(part for part, _ in self.parts)


class StripButton(PressButton):
    """Paints one item; where the window is narrow its last words give way, and the tooltip has them all."""

    elides = True

    def __init__(self, item: StripItem, parent: QWidget, *, icon: str = "") -> None:
        super().__init__(parent)
        self._icon = icon
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        self.set_item(item)

    def set_item(self, item: StripItem) -> None:
        """Show another state of the same thing."""
        self.item = item
        self.setAccessibleName(f"{item.tone.shape if item.tone else ''} {item.text}".strip())
        plain_tip(self, "\n".join(words for words in (item.text, item.tip) if words))
        self.updateGeometry()
        self.update()

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return [part for part, _ in self.item.parts]

    def _lead(self) -> int:
        return 8 + (14 if self.item.tone is not None and self.item.tone.shape else 0) + (18 if self._icon else 0)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font(theme.SMALL))
        words = sum(metrics.horizontalAdvance(part) + 4 for part, _ in self.item.parts)
        return QSize(self._lead() + words + 6, HEIGHT - 1)

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(theme.font(theme.SMALL))
        first = metrics.horizontalAdvance(self.item.parts[0][0])
        rest = metrics.horizontalAdvance("…") + 4 if len(self.item.parts) > 1 else 0
        return QSize(self._lead() + first + 4 + rest + 6, HEIGHT - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), theme.tokens()
        if self.underMouse():
            paint.round_rect(painter, QRectF(self.rect()).adjusted(0, 3, 0, -3), 4, QColor(tokens.line2))
        tone = self.item.tone
        if tone is not None and tone.shape:
            box = QRectF(8, self.height() / 2 - 4, 8, 8)
            paint.shape(painter, tone, box, QColor(tokens.ink_of(tone)))
        if self._icon:
            left = 20 if tone is not None and tone.shape else 6
            icons.paint(painter, self._icon, QRect(left, (self.height() - 14) // 2, 14, 14), "ink2")
        painter.setFont(theme.font(theme.SMALL))
        x = self._lead()
        for part, value in self.item.parts:
            width = min(painter.fontMetrics().horizontalAdvance(part) + 1, self.width() - x - 2)
            painter.setPen(QColor(tokens.ink if value else tokens.ink2))
            paint.text(painter, QRect(x, 0, width, self.height()), part)
            x += width + 3
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()).adjusted(0, 2, 0, -2), 4)


class StatusStrip(QFrame):
    """`wanted(page)` when an item is clicked, `person_wanted()` for the name, `help_wanted()` for the hint."""

    wanted = Signal(str)
    person_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "strip")
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("状态")
        self._saved = StripButton(StripItem("saved", (("已保存", False),), tone=Tone.OK), self)
        self._saved.clicked.connect(lambda: self.wanted.emit(self._saved.item.page))
        self._items: dict[str, StripButton] = {}
        self._person = StripButton(StripItem("person", (("未选人员", False),)), self, icon="person")
        self._person.clicked.connect(self.person_wanted)
        self._hint = PlainLabel("Ctrl+K 命令框 · ? 快捷键", "small")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 1, 16, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._saved)
        self._row.addStretch(1)
        self._row.addWidget(self._person)
        self._row.addWidget(self._hint)

    def set_saved(self, at: str, *, page: str = "") -> None:
        """Say when the last thing was saved, e.g. 10:42:03."""
        parts = (("已保存", False), (at, True))
        self._saved.set_item(StripItem("saved", parts, page, Tone.OK, "每一处改动都已写到本机的加密库里"))

    def set_items(self, items: Sequence[StripItem]) -> None:
        """Show these beside 已保存."""
        for key in [key for key in self._items if key not in {item.key for item in items}]:
            button = self._items.pop(key)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        for place, item in enumerate(items, 1):
            if item.key in self._items:
                self._items[item.key].set_item(item)
                continue
            button = StripButton(item, self)
            button.clicked.connect(lambda _on=False, button=button: self.wanted.emit(button.item.page))
            self._items[item.key] = button
            self._row.insertWidget(place, button)
        self._fit()

    def set_person(self, name: str) -> None:
        """Say who is at the keyboard."""
        parts = ((name, True),) if name else (("未选人员", False),)
        tone = None if name else Tone.WARN
        self._person.set_item(StripItem("person", parts, tone=tone, tip="现在是谁在用这台电脑"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The hint gives way first."""
        buttons = [self._saved, self._person, *self._items.values()]
        needed = sum(button.sizeHint().width() + 8 for button in buttons) + 24
        self._hint.setVisible(self.width() - needed > self._hint.sizeHint().width() + 8)
