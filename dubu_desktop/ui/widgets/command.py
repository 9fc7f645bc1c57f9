"""Ctrl+K: one box for any page, record and verb; and `?`: the sheet of keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QListView, QWidget

from dubu_desktop.ui.keys import Binding, guard
from dubu_desktop.ui.widgets.card import Scroll
from dubu_desktop.ui.widgets.label import PlainLabel
from dubu_desktop.ui.widgets.overlay import Overlay
from dubu_desktop.ui.widgets.popup import Choice, ChoiceDelegate, Supply, _ChoiceModel

_MOST = 50


@dataclass(frozen=True, slots=True)
class Command:
    """Something the box can do: `keys` are pinyin and initials that find it, `hint` its place or shortcut."""

    label: str
    run: Callable[[], object]
    hint: str = ""
    keys: tuple[str, ...] = ()


class _Line(QLineEdit):
    """The line of the box; arrows and Enter belong to the list."""

    def __init__(self, box: CommandBox) -> None:
        super().__init__(box)
        self.preedit = ""
        self._box = box

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self.preedit = event.preeditString()
        self._box.search()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not guard().may_act(single=False) or not self._box.key(event):
            super().keyPressEvent(event)


class CommandBox(Overlay):
    """Commands at hand first, then what the suppliers find (records, by number or words).

    A supplier is a `Supply` whose choices' `id` is a callable to run.
    """

    def __init__(self, window: QWidget, suppliers: Sequence[Supply] = ()) -> None:
        super().__init__(window, name="命令框", width=600, top=84)
        self._suppliers = suppliers
        self._commands: list[Command] = []
        self._found: list[list[Choice]] = []
        self._line = _Line(self)
        self._line.setProperty("kind", "palette")
        self._line.setPlaceholderText("去哪里、做什么、找哪条 …")
        self._line.setAccessibleName("命令框")
        self._line.textEdited.connect(lambda _text: self.search())
        self._model = _ChoiceModel(self)
        self._view = QListView()
        self._view.setModel(self._model)
        self._view.setItemDelegate(ChoiceDelegate(self._view))
        self._view.setUniformItemSizes(True)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setAccessibleName("候选")
        self._view.clicked.connect(lambda index: self._run(self._model.choices[index.row()]))
        self._none = PlainLabel("没有相符的页面、动作或记录", "sub")
        self.body.setContentsMargins(8, 6, 8, 8)
        for widget in (self._line, self._view, self._none):
            self.body.addWidget(widget)
        self._none.hide()

    def ask(self, commands: Sequence[Command]) -> None:
        """Open with these commands at hand."""
        self._commands = list(commands)
        self._line.clear()
        self.open()
        self._line.setFocus()
        self.search()

    def choices(self) -> list[Choice]:
        """What is offered (for tests)."""
        return list(self._model.choices)

    def typed(self) -> str:
        """What is looked for, letters still with the input method included."""
        return (self._line.text() + self._line.preedit.replace("'", "").replace(" ", "")).strip()

    def search(self) -> None:
        """Look again for what is typed."""
        typed = self.typed()
        at_hand = [Choice(one.run, one.label, one.hint, one.keys) for one in self._commands]
        self._found = [[choice for choice in at_hand if choice.matches(typed)], *([] for _ in self._suppliers)]
        if typed:
            for place, supply in enumerate(self._suppliers, 1):
                supply(typed, partial(self._add, typed, place))
        self._show()

    def _add(self, typed: str, place: int, found: Sequence[Choice]) -> None:
        if typed == self.typed():
            self._found[place] = list(found)
            self._show()

    def _show(self) -> None:
        marked = self._view.currentIndex().row()
        flat = [choice for group in self._found for choice in group][:_MOST]
        self._model.show(flat)
        self._none.setVisible(not flat)
        self._view.setFixedHeight(min(len(flat), 10) * 32 + 4)
        if flat:
            self._view.setCurrentIndex(self._model.index(min(max(marked, 0), len(flat) - 1)))

    def key(self, event: QKeyEvent) -> bool:
        """What a key means in the box; False leaves it to the line."""
        count, at = self._model.rowCount(), self._view.currentIndex().row()
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and count:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._view.setCurrentIndex(self._model.index((at + step) % count))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= at < count:
            self._run(self._model.choices[at])
        elif event.key() == Qt.Key.Key_Escape:
            self.close_overlay()
        else:
            return False
        return True

    def _run(self, choice: Choice) -> None:
        self.close_overlay()
        choice.id()


class ShortcutsSheet(Overlay):
    """All keys that can act now, by group."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, name="快捷键", width=720)
        self.body.addWidget(PlainLabel("快捷键", "title"))
        self._scroll = Scroll(margins=(0, 4, 0, 4))
        self._scroll.setFixedHeight(480)
        self.body.addWidget(self._scroll)
        self.body.addWidget(PlainLabel("输入法正在组字时，快捷键都不起作用；单个字母只在没有光标时起作用。", "hint"))

    def show_bindings(self, bindings: Sequence[Binding]) -> None:
        """Open with these."""
        while self._scroll.canvas.count():
            item = self._scroll.canvas.takeAt(0)
            if item is not None and item.widget() is not None:
                item.widget().deleteLater()
        groups: dict[str, list[Binding]] = {}
        for binding in bindings:
            groups.setdefault(binding.group, []).append(binding)
        for name, group in groups.items():
            self._scroll.canvas.addWidget(self._group(name, group))
        self.open()

    def _group(self, name: str, group: Sequence[Binding]) -> QWidget:
        block = QWidget()
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 0, 0, 8)
        grid.setVerticalSpacing(6)
        grid.addWidget(PlainLabel(name, "strong"), 0, 0, 1, 4)
        for place, binding in enumerate(group):
            row, column = 1 + place // 2, place % 2 * 2
            grid.addWidget(PlainLabel(binding.keys.replace("Return", "Enter"), "hint"), row, column)
            grid.addWidget(PlainLabel(binding.label, elide="right"), row, column + 1)
        grid.setColumnMinimumWidth(0, 96)
        grid.setColumnMinimumWidth(2, 96)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return block
