"""Text that is kept while it is typed: every change reaches the draft within a second (ui.md "Answering")."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

_WITHIN = 800  # ms; with the write itself under the promised second

Keep = Callable[[dict[str, str]], None]


class DraftText(QObject):
    """Watches editors and hands changed texts to `keep({field: text})`, at most 0.8 s after the first change.

    The timer is not restarted by further typing, so somebody who types without a pause is saved as well. Leaving a
    field or `flush()` hands over at once.
    """

    def __init__(self, keep: Keep, parent: QObject) -> None:
        super().__init__(parent)
        self._keep = keep
        self._changed: dict[str, str] = {}
        self._soon = QTimer(self, singleShot=True, interval=_WITHIN)
        self._soon.timeout.connect(self.flush)

    def watch(self, editor: QLineEdit | QPlainTextEdit, field: str) -> None:
        """Keep what is typed into `editor` under the name `field`."""
        if isinstance(editor, QLineEdit):
            editor.textChanged.connect(lambda text: self.note(field, text))
        else:
            editor.textChanged.connect(lambda: self.note(field, editor.toPlainText()))
        editor.installEventFilter(self)

    def note(self, field: str, text: str) -> None:
        """Say that `field` is now `text`; for editors that are not plain text fields."""
        self._changed[field] = text
        if not self._soon.isActive():
            self._soon.start()

    def flush(self) -> None:
        """Hand over now what has not been handed over."""
        self._soon.stop()
        if self._changed:
            changed, self._changed = self._changed, {}
            self._keep(changed)

    def discard(self) -> None:
        """Forget what has not been handed over: the record was finished or given up."""
        self._soon.stop()
        self._changed.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.flush()
        return False
