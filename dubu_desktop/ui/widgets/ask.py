"""A small form inside the pane, for verbs that want a reason or a date (退回、改期限、督促). No dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dubu_desktop.system.clock import Clock
from dubu_desktop.ui.keys import Keys, give_focus, guard
from dubu_desktop.ui.widgets.area import TextArea
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.card import Card
from dubu_desktop.ui.widgets.editors import Field
from dubu_desktop.ui.widgets.keyvalue import KeyValueCard
from dubu_desktop.ui.widgets.label import PlainLabel
from dubu_desktop.ui.widgets.picker import MultiPicker, Picker

Answer = Callable[[dict[str, Any]], None]


class AskPanel(Card):
    """Put one at the foot of a detail pane, hidden; `ask()` opens it, Ctrl+Enter or the button answers, Esc closes."""

    def __init__(self, parent: QWidget | None = None, *, clock: Clock | None = None) -> None:
        super().__init__(parent, surface="foot")
        self.body.setContentsMargins(24, 14, 24, 12)
        self._clock = clock
        self._answer: Answer | None = None
        self._title = PlainLabel("", "strong", wrap=True)
        self._note = PlainLabel("", "sub", wrap=True)
        self._form: KeyValueCard | None = None
        self._gap = PlainLabel("", "small")
        self._ok = Button("确定", kind="primary", keys="Ctrl+Enter", on_click=self._done)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._ok)
        self._cancel = Button("取消", keys="Esc", on_click=self.close_panel)
        row.addWidget(self._cancel)
        row.addWidget(self._gap, 1)
        self.body.addWidget(self._title)
        self.body.addWidget(self._note)
        self.body.addLayout(row)
        Keys(self, "填写").bind("Ctrl+Return", self._done, "确定")
        self._came_from: QWidget | None = None
        self.hide()

    def ask(self, title: str, fields: Sequence[Field], answer: Answer, *, note: str = "", ok: str = "确定") -> None:
        """Open with these fields (all editors open); `answer({key: value})` once nothing `missing` is empty."""
        self._came_from = self.window().focusWidget()
        self._answer = answer
        self._title.setText(title)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._gap.setText("")
        self._ok.set_text(ok)
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
        self._form = KeyValueCard(_opened(fields), columns=1, eager=True, clock=self._clock, surface="panel")
        self._form.body.setContentsMargins(0, 0, 0, 0)
        self._form.given_up.connect(self.close_panel)
        self.body.insertWidget(2, self._form)
        self._form.setVisible(bool(fields))
        self._chain(self._form)
        self.show()
        if fields:
            self._form.open(fields[0].key)
            editor = self._form.cell(fields[0].key).editor
            if isinstance(editor, TextArea):
                editor.selectAll()  # a sentence that is proposed: typing replaces it
        else:
            self._ok.setFocus()

    def _chain(self, form: KeyValueCard) -> None:
        """From the last field Tab goes to the buttons; the form is newer than they are and would come after them."""
        editors = [form.cell(key).editor for key in form.field_keys()]
        last = next((editor for editor in reversed(editors) if editor is not None), None)
        if last is not None:
            QWidget.setTabOrder(last.focusProxy() or last, self._ok)
            QWidget.setTabOrder(self._ok, self._cancel)

    def close_panel(self) -> None:
        """Close without an answer."""
        self._answer = None
        self.hide()
        give_focus(self._came_from)

    def _done(self) -> None:
        if self._form is None or self._answer is None:
            return
        if self._has_unknown(self._form):
            return
        gaps = self._form.gaps()
        if gaps:
            self._gap.setText(f"▲ {self._form.cell(gaps[0]).field.missing}")
            self._form.open(gaps[0])
            return
        answer, values = self._answer, self._form.values()
        self.close_panel()
        answer(values)

    def _has_unknown(self, form: KeyValueCard) -> bool:
        """Whether a picker holds words that name nothing: they would be dropped without a word."""
        for key in form.field_keys():
            editor = form.cell(key).editor
            picker = editor.field if isinstance(editor, MultiPicker) else editor
            if not isinstance(picker, Picker):
                continue
            typed = picker.take_typed()
            if typed:
                self._gap.setText(f"▲ 没有找到“{typed}”，请从列表里选")
                picker.setFocus()
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and guard().may_act(single=False):
            self.close_panel()
        else:
            super().keyPressEvent(event)


def _opened(fields: Sequence[Field]) -> list[Field]:
    from dataclasses import replace

    return [replace(field, open=field.editable) for field in fields]
