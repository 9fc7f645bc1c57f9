"""A code that is shown once over the window: read off, printed, then forgotten by the program."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPagedPaintDevice, QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dubu_desktop.ui import theme
from dubu_desktop.ui.kit import Button, PlainLabel
from dubu_desktop.ui.widgets.overlay import Overlay

#: what is printed: size, bold, text
Lines = Sequence[tuple[float, bool, str]]


class CodeSheet(Overlay):
    """`title` and `note` above the code, `foot` below it; `lines` is what 打印 puts on paper."""

    def __init__(self, window: QWidget, title: str, note: str, code: str, foot: str, lines: Lines) -> None:
        super().__init__(window, name=title, width=560, closable=False)
        self.code, self._lines = code, lines
        shown = PlainLabel(code, "heading", wrap=True, select=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        shown.setContentsMargins(0, 12, 0, 12)
        shown.setAccessibleName(f"{title} {code}")
        row = QHBoxLayout()
        self.done = Button("我已抄好", kind="primary", keys="Enter", on_click=self.close_overlay)
        row.addWidget(self.done)
        row.addWidget(Button("打印", icon="print", on_click=self._print))
        row.addStretch(1)
        for widget in (PlainLabel(title, "title"), PlainLabel(note, "sub", wrap=True), shown):
            self.body.addWidget(widget)
        if foot:
            self.body.addWidget(PlainLabel(foot, "small", wrap=True))
        self.body.addLayout(row)
        self.closed.connect(self.deleteLater)

    def open(self) -> None:
        super().open()
        self.done.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_overlay()

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # 0.3 s to import

        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: print_lines(printer, self._lines))
        dialog.open()  # type: ignore[call-arg]  # the stubs know only the form with a slot


def print_lines(device: QPagedPaintDevice, lines: Lines) -> bool:
    """Put lines on a page of a printer or PDF writer; False if it cannot be begun."""
    painter = QPainter()
    if not painter.begin(device):
        return False
    page = QRectF(painter.viewport())
    line = page.height() / 28
    y = page.top() + 2 * line
    for size, bold, text in lines:
        painter.setFont(theme.font(round(line * 0.5 * size), bold=bold))
        box = QRectF(page.left(), y, page.width(), line * 3)
        painter.drawText(box, int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere), text)
        y += line * 2.4
    return painter.end()


def group_sheet(window: QWidget, group: str, code: str, starter: str) -> CodeSheet:
    """The paper code of a group, with the place of its starter file."""
    name = starter.replace("\\", "/").rpartition("/")[2]
    lines = (
        (1.0, True, f"督簿 开通码（{group}）"),
        (1.4, True, code),
        (0.9, False, "用法：在组里的电脑上打开督簿，选“督巡组”，选U盘上的开通文件，再照抄这个开通码。"),
        (0.9, False, f"开通文件：{name}"),
        (0.9, False, "开通码与U盘分开交接，开通后销毁。"),
    )
    note = "只显示这一次，程序不保存。抄在纸上或打印出来，与U盘分开交给组长。"
    return CodeSheet(window, f"{group}：开通码", note, code, f"开通文件已写到 {starter}", lines)


def office_sheet(window: QWidget, _side: str, code: str, starter: str) -> CodeSheet:
    """The paper code of another computer of the office."""
    name = starter.replace("\\", "/").rpartition("/")[2]
    lines = (
        (1.0, True, "督簿 开通码（办公室的另一台电脑）"),
        (1.4, True, code),
        (0.9, False, "用法：在那台电脑上打开督簿，选“督巡组”一格，选U盘上的开通文件，再照抄这个开通码。"),
        (0.9, False, f"开通文件：{name}"),
        (0.9, False, "开通码与U盘分开交接，开通后销毁。"),
    )
    note = "只显示这一次，程序不保存。抄在纸上或打印出来，与U盘分开交给用那台电脑的人。"
    return CodeSheet(window, "办公室的另一台电脑：开通码", note, code, f"开通文件已写到 {starter}", lines)


def recovery_sheet(window: QWidget, name: str, code: str) -> CodeSheet:
    """The recovery code of a workspace."""
    lines = (
        (1.0, True, f"督簿 恢复码（{name}）"),
        (1.0, False, "只在忘记密码时使用。封存保管，不得拍照、转发。"),
        (1.4, True, code),
        (1.0, False, "用法：打开程序，选“忘了密码”，照抄上面的恢复码，再设新密码。"),
    )
    note = "只显示这一次，程序不保存。抄在纸上或打印出来封存；旧的那张作废，请销毁。"
    return CodeSheet(window, "新的恢复码", note, code, "", lines)
