"""What lies over the window for a moment: a dimmed ground with one panel. Never over another."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.ui.keys import give_focus, guard
from dubu_desktop.ui.taborder import reading_order, takes_tab

COVERED = "covered"  # property of a window that is hidden behind its password


class Overlay(QWidget):
    """Covers its window; Esc or a click beside the panel closes it and the focus goes back where it was."""

    closed = Signal()

    def __init__(self, window: QWidget, *, name: str, width: int = 640, top: int = 0, closable: bool = True) -> None:
        """`name`: what a screen reader says; `top` 0 centres the panel, else it hangs that far from the top."""
        super().__init__(window)
        self._window = window
        self._closable = closable
        self._before: QWidget | None = None
        self._inside: QWidget | None = None  # what had the focus last, of this
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.panel = QFrame(self)
        self.panel.setProperty("surface", "float")
        self.panel.setFixedWidth(width)
        self.body = QVBoxLayout(self.panel)
        self.body.setContentsMargins(16, 16, 16, 16)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, top or 16, 16, 16)
        if not top:
            column.addStretch(1)
        # Stretches, not an alignment: an aligned widget does not get the height its wrapped text needs.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.panel)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        self.hide()

    def open(self) -> None:
        """Show it and take the focus."""
        window = self._window
        for other in window.findChildren(Overlay):
            if other is not self and other.isVisible():
                other.close_overlay()  # never a dialog over a dialog
        if not self.isVisible():
            self._before = window.focusWidget()
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def close_overlay(self) -> None:
        """Take it away."""
        if self.isVisible():
            before = self._before  # hiding moves the focus about
            self.hide()
            if not give_focus(before) and hasattr(self._window, "take_focus"):
                self._window.take_focus()
            self.closed.emit()

    def give_way(self) -> None:
        """Close, unless it must stay."""
        if self._closable:
            self.close_overlay()

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        """What lies below may ask for the focus (a card that is restored): it has it once this is closed."""
        if now is None or not self.isVisible() or now.window() is not self._window or self._window.property(COVERED):
            return
        if now is self or self.isAncestorOf(now):
            self._inside = now
        else:
            self._before = now
            QTimer.singleShot(0, self, self._take_back)

    def _take_back(self) -> None:
        if self.isVisible() and not give_focus(self._inside):
            # the window was not active yet when this had the focus, so nobody was told what had it
            inside = next((widget for widget in reading_order(self.panel) if takes_tab(widget)), self)
            inside.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self.setGeometry(self._window.rect())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._closable and guard().may_act(single=False):
            self.close_overlay()
        # Everything else ends here: what lies below must not act.

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays inside."""
        moved = super().focusNextPrevChild(forward)
        if self.isVisible() and not self.isAncestorOf(self.window().focusWidget() or self):
            self.panel.setFocus()
        return moved

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._closable and not self.panel.geometry().contains(event.position().toPoint()):
            self.close_overlay()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(10, 16, 26, 110))
