"""One 批示: what was said, about which problems, and the tasks that came of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout

from dubu_desktop.actions.reads import findings, instructions, past
from dubu_desktop.ui.casework.choices import supplies
from dubu_desktop.ui.casework.values import to_field
from dubu_desktop.ui.documents import newpaper
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    DetailHead,
    KeyValueCard,
    LinkedRows,
    Row,
    Scroll,
    SectionHead,
    Spread,
    Timeline,
)
from dubu_desktop.ui.rows import chip_of, chips_of, finding_row, happening

_FACTS = ("leader", "given_on", "due_on", "urgent", "text")


class InstructionPane(QFrame):
    """`show_instruction(row id)` reads it again. Its facts are read here; it is written on the page 问题."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page, self.desk = page, page.desk
        self.head, self.facts = DetailHead(), KeyValueCard()
        self._supplies = supplies(self.desk, self)
        self.findings = LinkedRows(self.desk, findings.rows, finding_row, name="所涉问题")
        self.findings.opened.connect(lambda row: page.window_.go("findings", row))
        self._found_head, self._past_head = SectionHead("所涉问题"), SectionHead("经过")
        self.history, self.bar = Timeline(), ActionBar(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroll, spread = Scroll(), Spread()
        for widget in (self.facts, self._found_head, self.findings.in_card()):
            spread.main.addWidget(widget)
        spread.side.addWidget(self._past_head)
        spread.side.addWidget(self.history)
        scroll.canvas.addWidget(spread)
        for part in (self.head, scroll, self.bar):
            column.addWidget(part, 1 if part is scroll else 0)

    def show_instruction(self, row_id: int) -> None:
        """Read and show an instruction."""
        self.desk.read(self, _whole, row_id, then=self._show, newest="instruction")

    def _show(self, found: tuple[instructions.InstructionDetail, list[past.HistoryLine]]) -> None:
        held, lines = found
        row = held.row
        line = " · ".join(part for part in ("批示", row.leader, row.given) if part)
        self.head.set_head(line, row.title, chips_of(row.chips))
        views = {view.key: view for view in held.fields}
        self.facts.set_fields([to_field(views[k], self._supplies, editable=False) for k in _FACTS if views[k].text])
        self._found_head.setVisible(bool(held.findings))
        self._found_head.set_note(f"{len(held.findings)} 条")
        self.findings.set_ids(held.findings)
        self._past_head.set_note(f"{len(lines)} 条")
        self.history.set_items([happening(line) for line in lines])
        go = self._page.show_record
        actions = [Action(f"任务：{task.name}", partial(go, task.id)) for task in held.tasks]
        if self.desk.house.edition == "office":
            basis = newpaper.Basis(instruction=row.id)
            actions.append(Action("出文书", partial(newpaper.begin, self._page.window_, basis), "W"))
        self.bar.set_actions(actions)


def _whole(reader: Any, row_id: int) -> tuple[instructions.InstructionDetail, list[past.HistoryLine]]:
    found = instructions.detail(reader, row_id)
    return found, past.history(reader, found.row.id)


def instruction_row(row: instructions.InstructionRow) -> Row:
    """An instruction as a row of the list."""
    return Row(row.title, row.sub, "批示", chip_of(row.chips))
