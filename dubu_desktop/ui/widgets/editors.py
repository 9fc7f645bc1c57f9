"""Fields of a form: what kinds there are and the editor of each. All speak `finished(value)` when the value was
changed, `left()` on Enter and `given_up()` on Esc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from dubu_desktop.domain.text import spoken_date, spoken_datetime
from dubu_desktop.system.clock import Clock
from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.when import parse_day, parse_moment
from dubu_desktop.ui.widgets.area import TextArea
from dubu_desktop.ui.widgets.label import plain_tip, restyle
from dubu_desktop.ui.widgets.picker import MultiPicker, Picker
from dubu_desktop.ui.widgets.popup import Choice, Supply, supply_list


class Kind(StrEnum):
    """How a field is edited."""

    TEXT = "text"  # one line; value str
    MULTILINE = "multiline"  # several lines; value str
    DATE = "date"  # value datetime.date | None
    MOMENT = "moment"  # date and time, Asia/Shanghai; value aware datetime | None
    ENUM = "enum"  # one of few; value id of a Choice
    PICKER = "picker"  # one of many; value Choice | None
    PICKERS = "pickers"  # several of many; value list[Choice]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a card or a form.

    `value` is what `Kind` says. `text` overrides what is shown while not editing. `note` stands grey behind it
    ("取自照片"). `missing` says in a few words what is wanted and shows ▲ while the value is empty.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    value: Any = None
    text: str = ""
    note: str = ""
    hint: str = ""
    missing: str = ""
    tone: Tone | None = None
    editable: bool = True
    wide: bool = False
    open: bool = False  # the editor is there all the time (the facts of a finding)
    choices: Sequence[Choice] = ()
    supply: Supply | None = None
    new_label: str = ""  # PICKER(S): offer to take unknown text
    secret: bool = False  # TEXT: a password

    def shown(self, today: date) -> str:
        """What stands there while it is not edited."""
        if self.text or self.value is None:
            return self.text
        if isinstance(self.value, datetime):
            return spoken_datetime(self.value, today)
        if isinstance(self.value, date):
            return spoken_date(self.value, today)
        if isinstance(self.value, Choice):
            return self.value.label
        if self.kind is Kind.PICKERS:
            return "、".join(choice.label for choice in self.value)
        if self.kind is Kind.ENUM:
            return next((choice.label for choice in self.choices if choice.id == self.value), str(self.value))
        return str(self.value)


class LineEditor(QLineEdit):
    """One line of text."""

    finished = Signal(object)
    left = Signal()
    given_up = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(field.hint)
        if field.secret:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        self._before = ""
        self._vague: tuple[tuple[int, int], ...] = ()
        self.set_value(field.value or "")

    def mark_vague(self, spans: Sequence[tuple[int, int]]) -> None:
        """Underline these parts of the text (from, to)."""
        if tuple(spans) != self._vague:
            self._vague = tuple(spans)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._vague:
            return
        # Qt tells where the caret is and nothing else; from there the places are counted.
        text, caret = self.text(), self.cursorRect()
        far = self.fontMetrics().horizontalAdvance
        origin = caret.center().x() - far(text[: self.cursorPosition()])
        painter = QPainter(self)
        painter.setClipRect(self.rect().adjusted(4, 0, -4, 0))
        for start, end in self._vague:
            left, right = origin + far(text[:start]), origin + far(text[:end])
            paint.wave(painter, left, right, caret.bottom() - 1, theme.color("warn"))

    def value(self) -> Any:
        """The text, trimmed."""
        return self.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.setText(self._spell(value))
        self._before = self.text()

    def _spell(self, value: Any) -> str:
        return str(value or "")

    def settle(self) -> bool:
        """Announce a changed value; False if what stands there cannot be taken."""
        if self.text() != self._before:
            self._before = self.text()
            self.finished.emit(self.value())
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        )
        if not guard().may_act(single=False):
            super().keyPressEvent(event)
        elif plain_enter:
            if self.settle():
                self.left.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.setText(self._before)
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.settle()


class WhenEditor(LineEditor):
    """A day or a moment, typed as people write it; a red edge while it is not understood."""

    def __init__(self, field: Field, clock: Clock, parent: QWidget | None = None) -> None:
        self._with_time, self._clock = field.kind is Kind.MOMENT, clock
        super().__init__(field, parent)
        self.setPlaceholderText(field.hint or ("如 6-2 8:46、昨天 19:30" if self._with_time else "如 6-2、明天"))
        self.textChanged.connect(lambda _text: self._judge())

    def value(self) -> Any:
        """The day or moment, None if empty or not understood."""
        text = self.text().strip()
        if self._with_time:
            return parse_moment(text, self._clock.local(self._clock.now_ms()))
        return parse_day(text, self._clock.today())

    def _spell(self, value: Any) -> str:
        if isinstance(value, datetime):
            return spoken_datetime(value, self._clock.today())
        return spoken_date(value, self._clock.today()) if isinstance(value, date) else ""

    def _understood(self) -> bool:
        return not self.text().strip() or self.value() is not None

    def _judge(self) -> None:
        ok = self._understood()
        restyle(self, wrong="" if ok else "true")
        example = "6-2 8:46、昨天 19:30" if self._with_time else "6-2、明天、2026-6-2"
        plain_tip(self, "" if ok else f"看不懂这个时间，可以写成：{example}")

    def settle(self) -> bool:
        """Announce it if it was understood; what was not stays to be corrected."""
        return self._understood() and super().settle()


class OneEditor(Picker):
    """ENUM or PICKER as a form field."""

    finished = Signal(object)
    left = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        supply = field.supply or supply_list(field.choices)
        hint = field.hint or ("输入汉字、拼音或首字母" if field.kind is Kind.PICKER else "选择")
        super().__init__(supply, hint=hint, new_label=field.new_label, parent=parent)
        self._enum = {choice.id: choice for choice in field.choices} if field.kind is Kind.ENUM else None
        self.set(field.value)
        self.picked.connect(self._announce)

    def set(self, value: Any) -> None:
        """Show a value (an id for ENUM, a Choice for PICKER)."""
        self.set_value(self._enum.get(value) if self._enum is not None else value)

    def _announce(self, choice: Choice | None) -> None:
        self.finished.emit((choice.id if choice else None) if self._enum is not None else choice)
        if choice is not None and self.hasFocus():
            self.left.emit()


class ManyEditor(MultiPicker):
    """PICKERS as a form field."""

    finished = Signal(object)
    left = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field.supply or supply_list(field.choices), new_label=field.new_label, parent=parent)
        self.set_values(field.value or [])
        self.picked.connect(self.finished)


Editor = LineEditor | TextArea | OneEditor | ManyEditor


def make_editor(field: Field, clock: Clock, parent: QWidget) -> Editor:
    """The editor for a field, showing its value."""
    editor: Editor
    if field.kind in (Kind.DATE, Kind.MOMENT):
        editor = WhenEditor(field, clock, parent)
    elif field.kind in (Kind.ENUM, Kind.PICKER):
        editor = OneEditor(field, parent)
    elif field.kind is Kind.PICKERS:
        editor = ManyEditor(field, parent)
    elif field.kind is Kind.MULTILINE:
        editor = TextArea(phrases=field.supply, parent=parent)
        editor.set_value(field.value or "")
        editor.setPlaceholderText(field.hint)
    else:
        editor = LineEditor(field, parent)
    editor.setAccessibleName(field.label)
    return editor


def set_editor(editor: Editor, field: Field) -> None:
    """Bring an editor to a newer value of its field."""
    if isinstance(editor, OneEditor):
        editor.set(field.value)
    elif isinstance(editor, ManyEditor):
        editor.set_values(field.value or [])
    else:
        editor.set_value(field.value or "")


def value_of(editor: Editor) -> Any:
    """What an editor holds now, as its Kind says."""
    if isinstance(editor, OneEditor):
        choice = editor.value()
        return (choice.id if choice else None) if editor._enum is not None else choice
    return editor.values() if isinstance(editor, ManyEditor) else editor.value()
