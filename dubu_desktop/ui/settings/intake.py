"""从工作簿读入: the way to the wizard for units and for somebody else's ledger of findings."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.ui.intake_wizard import IntakeWizard
from dubu_desktop.ui.kit import Button, Card, PlainLabel, Scroll
from dubu_desktop.ui.settings.section import Section

_UNITS = "名称、简称、类型、行业或属地、上级、联系人；有代码的按代码认，几万个也可以一次读入。"
_LEDGER = "别处记的台账（如巡察反馈）。读成办公室的草稿，另编问题编号；认不出的单位、类别留在意见里，不丢一个字。"
_OFFERS = (
    ("units", "单位名单", _UNITS, "选单位名单 …"),
    ("findings", "问题台账", _LEDGER, "选问题台账 …"),
)


class IntakeSection(Section):
    """Two cards; choosing one opens the wizard in their place."""

    key = "intake"
    title = "从工作簿读入"
    sub = "把已有的单位名单、问题台账读进来"
    words = "cgzbdr daoru taizhang duru"
    note = "先看、再对应、再核对，最后才读入；读入后按 Ctrl+Z 可以整批撤销。"
    icon = "folder"
    editions = ("office",)

    def build(self) -> Any:
        self.stack = QStackedWidget()
        self.offered: Path | None = None
        scroll = Scroll()
        self.which = PlainLabel("", "strong", wrap=True)
        self.which.hide()
        scroll.canvas.addWidget(self.which)
        self.buttons: dict[str, Button] = {}
        for target, title, words, button in _OFFERS:
            card = Card()
            card.body.addWidget(PlainLabel(title, "strong"))
            card.body.addWidget(PlainLabel(words, "sub", wrap=True))
            self.buttons[target] = Button(button, on_click=partial(self.begin, target))
            card.body.addWidget(self.buttons[target])
            scroll.canvas.addWidget(card)
        self.wizards: dict[str, IntakeWizard] = {}
        self.stack.addWidget(scroll)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        return holder

    def offer(self, book: Path) -> None:
        """A workbook was dropped on the window: it waits until somebody says what it is."""
        self.offered = book
        self.which.setText(f"已放入“{book.name}”。它是哪一种？")
        self.which.show()
        self.stack.setCurrentIndex(0)
        self.buttons["findings"].setFocus()

    def begin(self, target: str) -> None:
        """Open the wizard with the workbook that was dropped, or have it ask for one."""
        if target not in self.wizards:
            made = IntakeWizard(self.page, target)
            made.closed.connect(lambda: self.stack.setCurrentIndex(0))
            self.wizards[target] = made
            self.stack.addWidget(made)
        self.stack.setCurrentWidget(self.wizards[target])
        book, self.offered = self.offered, None
        self.which.hide()
        self.wizards[target].begin(book)
