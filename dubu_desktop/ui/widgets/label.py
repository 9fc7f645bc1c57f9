"""Text on screen. `PlainLabel` is the only label of the program: record text is never markup (reliability.md T12)."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from dubu_desktop.ui.tokens import Tone

_ELIDE = {
    "middle": Qt.TextElideMode.ElideMiddle,
    "right": Qt.TextElideMode.ElideRight,
    "": Qt.TextElideMode.ElideNone,
}


def plain_tip(widget: QWidget, text: str) -> None:
    """Set a tooltip that cannot be markup: Qt guesses rich text from the content, so it is escaped."""
    widget.setToolTip(tip_markup(text) if text else "")


def tip_markup(text: str) -> str:
    """`text` as a tooltip that shows exactly its characters, line breaks kept, long lines wrapped."""
    return f"<span style='white-space:pre-wrap'>{html.escape(text)}</span>"


def restyle(widget: QWidget, **properties: str) -> None:
    """Set dynamic properties and let the style sheet look again."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


class PlainLabel(QLabel):
    """A label that shows exactly its characters.

    role: "" body, "small", "hint", "strong", "title", "heading", "huge", "sub" (see dubu.qss).
    elide: "" grows or wraps, "right" or "middle" shortens to the width and puts the whole text into the tooltip.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "",
        *,
        elide: str = "",
        wrap: bool = False,
        select: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._elide = elide
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if select:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show `text`; whatever it looks like it stays characters."""
        super().setText(text)
        self._tell()

    def set_tone(self, tone: Tone | None) -> None:
        """Colour it by state; the caller also says the state in words."""
        restyle(self, tone=tone.value if tone else "")

    def set_role(self, role: str) -> None:
        """Change its text role."""
        restyle(self, role=role)

    @property
    def elided(self) -> bool:
        """Whether part of the text is hidden now."""
        return bool(self._elide) and self.fontMetrics().horizontalAdvance(self.text()) > self._room().width()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 24), hint.height()) if self._elide else hint

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self._elide:
            return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, hint.height())
        return hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self._room()
        line = self.fontMetrics().elidedText(self.text().replace("\n", " "), _ELIDE[self._elide], room.width())
        painter.drawText(room, int(self.alignment() | Qt.TextFlag.TextSingleLine), line)

    def _room(self) -> QRect:
        return self.contentsRect()

    def _tell(self) -> None:
        plain_tip(self, self.text() if self.elided else "")
