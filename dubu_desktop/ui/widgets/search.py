"""The search box of a list."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from dubu_desktop.ui import icons, theme
from dubu_desktop.ui.keys import guard

_DELAY = 150  # ms after the last key; the query itself runs on the reader thread


class SearchBox(QLineEdit):
    """Emits `searched(text)` shortly after typing stops; Esc clears, Down goes to the list, so does Esc once empty."""

    searched = Signal(str)
    left_down = Signal()

    def __init__(self, hint: str = "搜索 …", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "search")
        self.setPlaceholderText(hint)
        self.setAccessibleName("搜索")
        self.setClearButtonEnabled(False)
        self.setTextMargins(22, 0, 0, 0)
        self._last = ""
        self._soon = QTimer(self, singleShot=True, interval=_DELAY)
        self._soon.timeout.connect(self._tell)
        self.textChanged.connect(lambda _text: self._soon.start())

    def _tell(self) -> None:
        text = self.text().strip()
        if text != self._last:
            self._last = text
            self.searched.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts = guard().may_act(single=False)
        if acts and event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif acts and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self._soon.stop()
            self._tell()
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        icons.paint(QPainter(self), "search", QRect(9, (self.height() - 16) // 2, 16, 16), theme.color("ink3"))
