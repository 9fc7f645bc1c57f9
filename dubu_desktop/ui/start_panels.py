"""What stands in the start window once it is painted: unlocking, and the recovery code shown once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPagedPaintDevice, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dubu_desktop.errors import DubuError
from dubu_desktop.ui import theme
from dubu_desktop.ui.files import choose_folder
from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.card import Card
from dubu_desktop.ui.widgets.label import PlainLabel

_WIDTH = 420


class StartPanel(QWidget):
    """A card in the middle of the start window with a line for what went wrong."""

    def __init__(self, title: str, sub: str, *, width: int = _WIDTH) -> None:
        super().__init__()
        self.card = Card()
        self.card.setFixedWidth(width)
        self.card.body.setContentsMargins(28, 24, 28, 24)
        self.card.body.setSpacing(10)
        self.card.body.addWidget(PlainLabel(title, "heading"))
        self._sub = PlainLabel(sub, "sub", wrap=True)
        self.card.body.addWidget(self._sub)
        self.said = PlainLabel("", "small", wrap=True)
        column = QVBoxLayout(self)
        column.addStretch(2)
        # Stretches, not an alignment: an aligned widget does not get the height its wrapped text needs.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.card)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(3)

    def say(self, text: str, tone: Tone | None = None) -> None:
        """Say what is going on; '' says nothing."""
        self.said.setText(f"{tone.shape} {text}" if tone and tone.shape and text else text)
        self.said.set_tone(tone)

    def refused(self, error: DubuError) -> None:
        """Show an expected failure and let the person try again."""
        self.say(f"{error.code} {error.what}。{error.next_step}。", Tone.BAD)
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        """While work is under way nothing can be pressed twice."""
        self.card.setEnabled(not busy)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.color("bg"))


class UnlockPanel(StartPanel):
    """`opened(path, password)` on Enter; `new_wanted` for a new workspace, `recovery_wanted` for the printed code."""

    opened = Signal(object, str)
    new_wanted = Signal()
    recovery_wanted = Signal(object)

    def __init__(self, workspaces: Sequence[Path]) -> None:
        super().__init__("督簿", "输入密码，打开本机的加密工作区")
        self._path = workspaces[0]
        self._others = [path for path in workspaces[1:] if path != self._path]
        self._name = PlainLabel("", "strong", elide="middle")
        self._where = PlainLabel("", "hint", elide="middle")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText("密码")
        self.password.setAccessibleName("密码")
        self.password.returnPressed.connect(self._open)
        self.button = Button("打开", kind="primary", keys="Enter", on_click=self._open)
        row = QHBoxLayout()
        row.addWidget(self.password, 1)
        row.addWidget(self.button)
        self.card.body.addSpacing(6)
        for label in (self._name, self._where):
            self.card.body.addWidget(label)
        self.card.body.addLayout(row)
        self.card.body.addWidget(self.said)
        self.card.body.addLayout(self._foot())
        self._show_path(self._path)

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(4)
        for other in self._others[:2]:
            name = other.name if len(other.name) < 12 else f"{other.name[:11]}…"
            foot.addWidget(Button(name, kind="bare", small=True, on_click=partial(self._show_path, other)))
        foot.addWidget(Button("另选文件夹", kind="bare", icon="folder", small=True, on_click=self._choose))
        foot.addWidget(Button("新建", kind="bare", icon="plus", small=True, on_click=self.new_wanted.emit))
        foot.addWidget(Button("忘了密码", kind="bare", small=True, on_click=self._forgotten))
        foot.addStretch(1)
        return foot

    def _forgotten(self) -> None:
        self.recovery_wanted.emit(self._path)

    def _show_path(self, path: Path) -> None:
        self._path = path
        self._name.setText(path.name)
        self._where.setText(str(path.parent))
        self.password.setFocus()

    def _choose(self) -> None:
        choose_folder(self, "选择工作区文件夹", self._show_path)

    def _open(self) -> None:
        if not self.password.text():
            self.say("请输入密码", Tone.WARN)
        elif guard().may_act(single=False):
            self.say("正在打开 …")
            self.set_busy(True)
            self.opened.emit(self._path, self.password.text())

    def refused(self, error: DubuError) -> None:
        super().refused(error)
        self.password.selectAll()
        self.password.setFocus()


class RecoveryPanel(StartPanel):
    """The recovery code, shown once. `kept` when the person says it is written down; printing is offered."""

    kept = Signal()

    def __init__(self, code: str, name: str) -> None:
        super().__init__(
            "抄下恢复码",
            "忘记密码时，只有它能打开数据。它只显示这一次，程序不保存。请抄在纸上或打印出来，交领导小组办公室封存。",
            width=520,
        )
        self._code, self._name = code, name
        shown = PlainLabel(code, "title", wrap=True, select=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        shown.setAccessibleName(f"恢复码 {code}")
        shown.setContentsMargins(0, 12, 0, 12)
        self.card.body.addWidget(shown)
        row = QHBoxLayout()
        row.addWidget(Button("我已抄好，开始使用", kind="primary", on_click=self.kept.emit))
        row.addWidget(Button("打印", icon="print", on_click=self._print))
        row.addStretch(1)
        self.card.body.addLayout(row)
        self.card.body.addWidget(self.said)

    def _print(self) -> None:
        # 0.3 s to import, and most people write it down.
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.accepted.connect(lambda: print_recovery(printer, self._name, self._code))
        dialog.show()


def print_recovery(device: QPagedPaintDevice, name: str, code: str) -> bool:
    """Put the recovery code of workspace `name` on a page of a printer or PDF writer; False if it cannot be begun."""
    painter = QPainter()
    if not painter.begin(device):
        return False
    page = QRectF(painter.viewport())
    line = page.height() / 28
    lines = (
        (1.0, True, f"督簿 恢复码（{name}）"),
        (1.0, False, "只在忘记密码时使用。封存保管，不得拍照、转发。"),
        (1.4, True, code),
        (1.0, False, "用法：打开程序，选“忘了密码”，照抄上面的恢复码，再设新密码。"),
    )
    y = page.top() + 2 * line
    for size, bold, text in lines:
        font = theme.font(round(line * 0.5 * size), bold=bold)
        painter.setFont(font)
        box = QRectF(page.left(), y, page.width(), line * 3)
        painter.drawText(box, int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere), text)
        y += line * 2.4
    return painter.end()
