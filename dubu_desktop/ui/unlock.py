"""The first window: painted before anything but Qt is loaded, dressed a moment later.

Importing this file must stay cheap (tests/ui/test_start.py): everything else is imported in `_dress`, after the first
paint, and the rest of the program by a thread while the password is typed (stack.md §2).
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget


class StartWindow(QWidget):
    """An empty window at first; `painted` once it is on screen. `show_panel` puts the unlock or first-run panel in."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("督簿")
        self.resize(760, 560)
        self._told = False
        self._panel: QWidget | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._told:
            self._told = True
            QTimer.singleShot(0, self, self.painted.emit)

    @property
    def panel(self) -> QWidget | None:
        """What is shown now."""
        return self._panel

    def show_panel(self, panel: QWidget) -> None:
        """Show a panel in place of the one before."""
        if self._panel is not None:
            self._panel.hide()
            self._panel.deleteLater()
        self._panel = panel
        panel.setParent(self)
        panel.setGeometry(self.rect())
        panel.show()

    def resizeEvent(self, event: object) -> None:
        if self._panel is not None:
            self._panel.setGeometry(self.rect())
