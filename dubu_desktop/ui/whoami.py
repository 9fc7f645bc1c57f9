"""Who is at the keyboard: chosen and recorded, not proven (contracts.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dubu_desktop.ui.kit import Choice, Picker, PlainLabel, supply_read
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.widgets.overlay import Overlay


class WhoPanel(Overlay):
    """Asks once; `chosen(Choice)`. Candidates come from `persons(reader, text)`."""

    chosen = Signal(object)

    def __init__(self, window: QWidget, desk: Desk, persons: Callable[..., Sequence[Choice]]) -> None:
        super().__init__(window, name="选择人员", width=420, top=120)
        self._picker = Picker(supply_read(desk, self, persons), hint="输入姓名、拼音或首字母")
        self._picker.setAccessibleName("人员")
        self._picker.picked.connect(self._picked)
        self._picker.given_up.connect(self.close_overlay)
        self.body.addWidget(PlainLabel("现在是谁在用这台电脑？", "title"))
        self.body.addWidget(PlainLabel("以后记下的每件事都写上这个人的名字。", "sub", wrap=True))
        self.body.addWidget(self._picker)
        self.body.addSpacing(4)
        self.closed.connect(self.deleteLater)

    def open_panel(self) -> None:
        """Show it with everybody listed."""
        self.open()
        self._picker.setFocus()
        self._picker.open_list()

    def _take_back(self) -> None:
        """The focus was drawn away (a card that is restored) and with it the list was closed: everybody again."""
        super()._take_back()
        if self.isVisible() and not self._picker.text():
            self._picker.open_list()

    def _picked(self, choice: Choice | None) -> None:
        if choice is not None:
            self.close_overlay()
            self.chosen.emit(choice)
