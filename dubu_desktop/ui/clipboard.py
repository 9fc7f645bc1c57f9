"""Copying record text: told, kept out of clipboard histories, and gone after a minute (reliability.md T28)."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from dubu_desktop.ui.operation import Desk

SECONDS = 60
# Windows leaves a clipboard with this format out of its history and cloud (docs: "Clipboard Formats").
_NOT_KEPT = 'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"'


class SafeCopy(QObject):
    """Copies a record's text for a minute; whatever the person copies after that is left alone."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent or desk)
        self._desk = desk
        self._text = ""
        self._timer = QTimer(self, singleShot=True, interval=SECONDS * 1000)
        self._timer.timeout.connect(self.clear)

    def copy(self, text: str) -> None:
        """Put `text` on the clipboard and say for how long."""
        mime = QMimeData()
        mime.setText(text)
        mime.setData(_NOT_KEPT, b"\x01\x00\x00\x00")
        QGuiApplication.clipboard().setMimeData(mime)
        self._text = text
        self._timer.start()
        self._desk.warn(f"已复制到剪贴板，{SECONDS}秒后自动清除。内容涉及问题线索，请勿粘贴到联网的软件里。")

    def clear(self) -> None:
        """Empty the clipboard if our text is still on it; at once when the window is hidden or closed."""
        self._timer.stop()
        clipboard = QGuiApplication.clipboard()
        if self._text and clipboard.text() == self._text:
            clipboard.clear()
        self._text = ""
