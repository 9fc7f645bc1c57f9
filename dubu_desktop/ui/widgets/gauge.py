"""三明确: whether time, place and facts are there; a click or Enter goes to the gap."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.button import PressButton
from dubu_desktop.ui.widgets.label import plain_tip


class _Light(PressButton):
    def __init__(self, word: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(word)
        self.tone = Tone.WARN
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def shown_texts(self) -> list[str]:
        return [self.text()]

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(theme.font(theme.SMALL)).horizontalAdvance(self.text()) + 26, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink = QColor(theme.tokens().ink_of(self.tone))
        paint.shape(painter, self.tone, QRectF(5, self.height() / 2 - 5, 10, 10), ink)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(ink)
        paint.text(painter, QRect(20, 0, self.width() - 20, self.height()), self.text())
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()))


class ClarityGauge(QWidget):
    """● 时间 ● 地点 ▲ 情况; `gap_wanted(key)` when one is clicked."""

    gap_wanted = Signal(str)

    def __init__(self, parts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`parts`: (key, word) in order, e.g. ("time", "时间")."""
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._lights: dict[str, _Light] = {}
        for key, word in parts:
            light = _Light(word, self)
            light.clicked.connect(lambda _on=False, key=key: self.gap_wanted.emit(key))
            self._lights[key] = light
            row.addWidget(light)

    def set_state(self, missing: dict[str, str]) -> None:
        """`missing`: key -> what is missing, in a few words; keys not named are in order."""
        for key, light in self._lights.items():
            light.tone = Tone.WARN if key in missing else Tone.OK
            state = f"未明确，{missing[key]}" if key in missing else "已明确"
            light.setAccessibleName(f"{light.text()} {state}")
            plain_tip(light, missing.get(key, ""))
            light.update()
