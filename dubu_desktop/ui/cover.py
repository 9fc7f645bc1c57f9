"""F12 and auto-lock: the window becomes a plain empty list with a neutral title until the password."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dubu_desktop.errors import DubuError
from dubu_desktop.ui import theme
from dubu_desktop.ui.keys import give_focus, guard
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.label import PlainLabel
from dubu_desktop.ui.widgets.overlay import COVERED

NEUTRAL = "文件列表"
_HEAD = ("名称", "修改日期", "大小")


class Cover(QWidget):
    """Lies over everything. `verify(password) -> bool` runs on the pool; `uncovered` when it was right.

    The field for the password shows only after a key or a click, so that it looks like an empty folder until then.
    """

    uncovered = Signal()

    def __init__(self, window: QWidget, desk: Desk, verify: Callable[[str], bool]) -> None:
        super().__init__(window)
        self._window, self._desk, self._verify = window, desk, verify
        self._before: QWidget | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(NEUTRAL)
        self._field = QLineEdit()
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setFixedWidth(220)
        self._field.setAccessibleName("密码")
        self._field.returnPressed.connect(self._try)
        self._button = Button("继续", small=True, on_click=self._try)
        self._said = PlainLabel("", "small")
        heads = QHBoxLayout()
        heads.setContentsMargins(16, 0, 16, 0)
        for place, head in enumerate(_HEAD):
            heads.addWidget(PlainLabel(head, "hint"), 5 if place == 0 else 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for widget in (self._field, self._button, self._said):
            foot.addWidget(widget)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.addWidget(PlainLabel(NEUTRAL, "title"))
        column.addSpacing(10)
        column.addLayout(heads)
        column.addStretch(1)
        self._none = PlainLabel("此文件夹为空", "sub")
        self._none.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._none)
        column.addStretch(2)
        column.addLayout(foot)
        window.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Hide everything now."""
        if self.isVisible():
            return
        self._before = self._window.focusWidget()
        self._window.setProperty(COVERED, True)
        self.setGeometry(self._window.rect())
        self._field.clear()
        self._said.setText("")
        self._field.hide()
        self._button.hide()
        self.show()
        self.raise_()
        self.setFocus()

    def _show_field(self) -> None:
        self._field.show()
        self._button.show()
        self._field.setFocus()

    def _try(self) -> None:
        if self._field.text() and guard().may_act(single=False):
            self._button.setEnabled(False)
            password = self._field.text()
            self._desk.compute(self, self._verify, password, then=self._answered, failed=self._refused)

    def _refused(self, _error: DubuError) -> None:
        self._answered(False)

    def _answered(self, right: bool) -> None:
        self._button.setEnabled(True)
        self._field.clear()
        if not right:
            self._said.setText("密码不对，请再试")
            return
        self._window.setProperty(COVERED, False)
        self.hide()
        give_focus(self._before)
        self.uncovered.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self.setGeometry(self._window.rect())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A letter typed blindly is the first of the password.
        if not self._field.isVisible():
            self._show_field()
            if event.text().isprintable():
                self._field.setText(event.text())

    def mousePressEvent(self, event: object) -> None:
        self._show_field()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        painter.fillRect(16, 78, self.width() - 32, 1, QColor(theme.tokens().line))


class IdleWatch(QObject):
    """Emits `idle` when nobody has touched the window for a while; sees input at the window, not at every widget."""

    idle = Signal()
    _INPUT = frozenset(
        {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel}
    )  # fmt: skip

    def __init__(self, parent: QObject, minutes: int) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.idle)
        self.set_minutes(minutes)

    def set_minutes(self, minutes: int) -> None:
        """After how long; 0 never."""
        if minutes:
            self._timer.start(minutes * 60_000)
        else:
            self._timer.stop()

    def watch(self, window: QWidget) -> None:
        """Watch a top-level window, once it is shown."""
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in self._INPUT and self._timer.isActive():
            self._timer.start()
        return False
