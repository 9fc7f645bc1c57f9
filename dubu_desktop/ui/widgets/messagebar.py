"""One sentence at the foot of the window, and what stands where there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dubu_desktop.ui import icons, paint, theme
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.label import PlainLabel

_SECONDS = 6


class _Sign(QWidget):
    """The state shape in front of a message."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.message = Message("")
        self.setFixedSize(QSize(12, 20))

    def paintEvent(self, event: QPaintEvent) -> None:
        ink = QColor(theme.tokens().ink_of(self.message.tone))
        paint.shape(QPainter(self), self.message.tone, QRectF(1, 5, 10, 10), ink)


class MessageBar(QWidget):
    """What happened and what to do, in one line or two.

    Good news goes by itself; the rest stays until it is closed, or was read and another page is opened.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = _Sign(self)
        self._text = PlainLabel(wrap=True, select=True)
        self._act = Button("", small=True, on_click=self._do)
        self._close = Button("", kind="bare", icon="close", small=True, on_click=self.dismiss)
        self._close.setAccessibleName("关闭提示")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self._act)
        row.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=_SECONDS * 1000)
        self._timer.timeout.connect(self.dismiss)
        self._since = QElapsedTimer()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    @property
    def message(self) -> Message:
        """What is shown, or was last."""
        return self._sign.message

    def text(self) -> str:
        """The whole sentence as shown."""
        return self._text.text() if self.isVisible() else ""

    def say(self, message: Message) -> None:
        """Show a message."""
        self._sign.message = message
        parts = (message.code, message.text, message.next_step)
        self._text.setText(" ".join(part for part in parts[:2] if part) + (message.next_step and f" {parts[2]}"))
        self._act.set_text(message.act)
        self._act.setVisible(bool(message.act))
        self.setAccessibleName(self._text.text())
        self.show()
        self.update()
        self._since.start()
        if message.stays:
            self._timer.stop()
        else:
            self._timer.start()

    def page_changed(self) -> None:
        """Another page is opened: what there was time to read belonged to the one before."""
        if self._since.isValid() and self._since.hasExpired(_SECONDS * 1000):
            self.dismiss()

    def dismiss(self) -> None:
        """Take it away."""
        self._timer.stop()
        self.hide()

    def _do(self) -> None:
        act = self.message.on_act
        self.dismiss()
        if act is not None:
            act()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = theme.tokens(), QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.ground_of(self.message.tone)))
        painter.fillRect(0, 0, self.width(), 1, QColor(tokens.line))


class EmptyState(QWidget):
    """An icon, one sentence, what comes next, and at most one button."""

    def __init__(self, icon: str, title: str, next_step: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._title = PlainLabel(title, "strong", wrap=True)
        self._next = PlainLabel(next_step, "sub", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(32, 32, 32, 32)
        self._column.setSpacing(8)
        self._column.addStretch(2)
        self._column.addSpacing(56)
        for label in (self._title, self._next):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self._column.addWidget(label)
        self._next.setVisible(bool(next_step))
        self._column.addStretch(3)

    def set(self, title: str, next_step: str = "") -> None:
        """Say something else."""
        self._title.setText(title)
        self._next.setText(next_step)
        self._next.setVisible(bool(next_step))

    def add_button(self, button: Button) -> None:
        """Offer what comes next."""
        self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.width() / 2 - 18, self._title.y() - 52, 36, 36)
        icons.paint(QPainter(self), self._icon, box, theme.color("ink3"))
