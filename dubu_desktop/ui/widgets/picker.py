"""Pickers: a field with candidates, found by Chinese, full pinyin or initials, with the input method on or off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.chips import FlowLayout
from dubu_desktop.ui.widgets.label import PlainLabel
from dubu_desktop.ui.widgets.popup import Choice, ChoicePopup, Supply

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Picker(QLineEdit):
    """Choose one. `picked(Choice | None)` on Enter, click, Tab, or when the text is emptied.

    With `new_label`, unknown text may be taken too: it is offered last as e.g. 新增“…”, with id None.
    While an input method composes, the letters typed so far search as well; keys stay with the input method.
    """

    picked = Signal(object)
    given_up = Signal()  # Esc with nothing open

    def __init__(
        self,
        supply: Supply,
        *,
        hint: str = "输入汉字、拼音或首字母",
        new_label: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._supply = supply
        self._new_label = new_label
        self._value: Choice | None = None
        self._popup: ChoicePopup | None = None
        self._preedit = ""
        self._asked = ""  # what the supplier is looking for
        self._moved = False  # an arrow key was used in the open list
        self._take: str | None = None  # Enter or Tab came before the answer to this text
        self.setPlaceholderText(hint)
        self.textEdited.connect(lambda _text: self._ask())

    def value(self) -> Choice | None:
        """What is chosen."""
        return self._value

    def set_value(self, choice: Choice | None) -> None:
        """Show a choice without announcing it."""
        self._value = choice
        self.setText(choice.label if choice else "")
        self.setCursorPosition(0)

    def take_typed(self) -> str:
        """A form is handed in: take what is marked. What then stands there and is no choice, '' if nothing."""
        if self.candidates():
            self._settle(take_marked=True)
        text = self.text().strip()
        return "" if text == (self._value.label if self._value is not None else "") else text

    def open_list(self) -> None:
        """Show all candidates."""
        self._ask(everything=True)

    def candidates(self) -> list[Choice]:
        """What is offered now (for tests)."""
        return self._popup.choices() if self._popup is not None and self._popup.isVisible() else []

    def _typed(self) -> str:
        letters = self._preedit.replace("'", "").replace(" ", "")
        return (self.text() + letters).strip()

    def _ask(self, *, everything: bool = False) -> None:
        typed = "" if everything else self._typed()
        self._asked, self._take, self._moved = typed, None, False
        self.close_list()
        if typed or everything:
            self._supply(typed, lambda choices: self._show(typed, choices))

    def _show(self, typed: str, choices: Sequence[Choice]) -> None:
        if typed != self._asked:
            return
        offered = list(choices)
        if self._new_label and typed and not self._preedit and all(choice.label != typed for choice in offered):
            offered.append(Choice(None, typed, self._new_label))
        if self._take == typed:
            self._take = None
            self._pick(offered[0]) if offered else self.set_value(self._value)
        elif self.window().focusWidget() is self:  # also while the window is just coming up
            if self._popup is None:
                self._popup = ChoicePopup(self)
                self._popup.clicked.connect(self._pick)
            self._popup.show_choices(offered, self.rect(), marked=self._value)

    def close_list(self) -> None:
        """Hide the candidates."""
        if self._popup is not None:
            self._popup.hide()

    def _pick(self, choice: Choice) -> None:
        self.set_value(choice)
        self.close_list()
        self.picked.emit(choice)

    def _settle(self, *, take_marked: bool, by_enter: bool = False) -> None:
        """On Enter and Tab take what is marked; on leaving by mouse only what was typed out in full."""
        marked = self._popup.current() if self._popup is not None else None
        text = self.text().strip()
        untouched = text == (self._value.label if self._value is not None else "")
        if marked is not None and take_marked and (self._moved or by_enter or not untouched):
            self._pick(marked)
        elif untouched:
            pass
        elif not text:
            self._value = None
            self.picked.emit(None)
        elif marked is not None and marked.label == text:
            self._pick(marked)
        elif take_marked and marked is None and self._asked == text:
            self._take = text
        else:
            self.set_value(self._value)
        self.close_list()

    # --- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not guard().may_act(single=False) or not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        is_open = self._popup is not None and self._popup.isVisible()
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if is_open and self._popup is not None:
                self._moved = True
                self._popup.move_by(1 if event.key() == Qt.Key.Key_Down else -1)
            else:
                self.open_list()
        elif event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._settle(take_marked=True, by_enter=True)
        elif event.key() == Qt.Key.Key_Escape:
            if is_open:
                self.close_list()
            else:
                self.set_value(self._value)
                self.given_up.emit()
        else:
            return False
        return True

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        before, self._preedit = self._preedit, event.preeditString()
        if self._preedit or before or event.commitString():
            self._ask()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._preedit = ""
        by_tab = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._settle(take_marked=by_tab)
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.close_list()
        super().hideEvent(event)


class _Tag(QWidget):
    """The ground of one chosen value."""

    def paintEvent(self, event: QPaintEvent) -> None:
        paint.round_rect(QPainter(self), QRectF(self.rect()), 6, theme.color("accsoft"))


class MultiPicker(QWidget):
    """Choose several: chips with a cross, then the field. `picked(list[Choice])` after every change."""

    picked = Signal(object)
    given_up = Signal()

    def __init__(
        self, supply: Supply, *, hint: str = "添加 …", new_label: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._values: list[Choice] = []
        self._tags: list[QWidget] = []
        self._flow = FlowLayout(self, stretch_last=True)
        self.field = Picker(self._without_chosen(supply), hint=hint, new_label=new_label, parent=self)
        self.field.setMinimumWidth(120)
        self.field.picked.connect(self._add)
        self.field.given_up.connect(self.given_up)
        self._flow.addWidget(self.field)
        self.setFocusProxy(self.field)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def values(self) -> list[Choice]:
        """What is chosen, in order."""
        return list(self._values)

    def set_values(self, values: Sequence[Choice]) -> None:
        """Show these without announcing them."""
        self._values = list(values)
        for tag in self._tags:
            self._flow.removeWidget(tag)
            tag.hide()
            tag.deleteLater()
        self._tags = [self._tag(at, value) for at, value in enumerate(self._values)]
        self.updateGeometry()

    def open_list(self) -> None:
        """Show all candidates."""
        self.field.open_list()

    def _without_chosen(self, supply: Supply) -> Supply:
        def supplied(text: str, deliver: object) -> None:
            chosen = {value.id for value in self._values}
            supply(text, lambda found: deliver([one for one in found if one.id is None or one.id not in chosen]))  # type: ignore[operator]

        return supplied

    def _tag(self, at: int, value: Choice) -> QWidget:
        tag = _Tag(self)
        row = QHBoxLayout(tag)
        row.setContentsMargins(8, 2, 2, 2)
        row.setSpacing(0)
        label = PlainLabel(value.label, elide="middle")
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        label.setMaximumWidth(220)
        cross = Button("", kind="bare", icon="close", small=True, on_click=lambda: self._remove(value))
        cross.setAccessibleName(f"去掉 {value.label}")
        row.addWidget(label)
        row.addWidget(cross)
        self._flow.insert_widget(at, tag)
        tag.show()
        return tag

    def _add(self, choice: Choice | None) -> None:
        self.field.set_value(None)
        if choice is not None:
            self.set_values([*self._values, choice])
            self.picked.emit(self.values())

    def _remove(self, value: Choice) -> None:
        self.set_values([one for one in self._values if one != value])
        self.picked.emit(self.values())
        self.field.setFocus()
