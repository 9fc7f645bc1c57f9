"""One task in the detail pane: facts edited in place, what came of it, its history, and what may be done now."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import findings, past, tasks, visits
from dubu_desktop.actions.reads.parts import Available
from dubu_desktop.domain.records import TASK
from dubu_desktop.ui import turns
from dubu_desktop.ui.casework.choices import supplies
from dubu_desktop.ui.casework.values import plain, to_field
from dubu_desktop.ui.documents import newpaper
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    AskPanel,
    Button,
    DetailHead,
    Field,
    FlowLayout,
    KeyValueCard,
    Kind,
    LinkedRows,
    Row,
    Scroll,
    SectionHead,
    Spread,
    Timeline,
)
from dubu_desktop.ui.rows import chip_of, chips_of, finding_row, happening, short_group, visit_row

#: facts in the order of the 交办单; what is empty and may not be written is left out
_FACTS = ("source", "group", "due_on", "urgent", "objects", "requirement", "units", "feedback", "contact", "report")
_ASKED = {
    "reason": Field("reason", "理由", Kind.MULTILINE, missing="写明理由"),
    "report": Field("report", "办理结果", Kind.MULTILINE, missing="写明做了什么、发现几条问题"),
    "due_on": Field("due_on", "新期限", Kind.DATE, missing="选一个日期"),
    "text": Field("text", "意见", Kind.MULTILINE, missing="写一句话"),
}
_TITLES = {"report_task": "向办公室报告办理结果", "extend_task": "延期", "add_note": "提意见"}
_TOLD = {
    "sign_for_task": "已签收。",
    "start_task": "已开始办理。",
    "report_task": "已报告，随下一个数据包带给办公室。",
    "complete_task": "已办结。",
    "extend_task": "已延期，原定时限仍保留。",
    "add_note": "意见已记下。",
}


class TaskPane(QFrame):
    """See the module. `show_task(row id)` reads it again."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page, self.desk = page, page.desk
        self.task: tasks.TaskDetail | None = None
        self._supplies = supplies(self.desk, self)
        self.head = DetailHead()
        self.facts = KeyValueCard()
        self.facts.edited.connect(self._edited)
        self._family = QWidget()
        self._kin = FlowLayout(self._family)
        self._kin_buttons: list[Button] = []
        self.findings = LinkedRows(self.desk, findings.rows, finding_row, name="相关问题")
        self.visits = LinkedRows(self.desk, visits.rows, visit_row, name="督导活动")
        self.findings.opened.connect(lambda row: page.window_.go("findings", row))
        self.visits.opened.connect(lambda row: page.window_.go("visits", row))
        self.history = Timeline()
        self.bar, self.ask = ActionBar(page), AskPanel()
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroll, spread = Scroll(), Spread()
        self._kin_head = SectionHead("同一任务还交办")
        self._found_head, self._visit_head = SectionHead("发现问题"), SectionHead("督导活动")
        self._past_head = SectionHead("经过")
        for widget in (self.facts, self._kin_head, self._family, self._found_head, self.findings.in_card()):
            spread.main.addWidget(widget)
        spread.main.addWidget(self._visit_head)
        spread.main.addWidget(self.visits.in_card())
        spread.side.addWidget(self._past_head)
        spread.side.addWidget(self.history)
        scroll.canvas.addWidget(spread)
        for widget in (self.head, scroll, self.ask, self.bar):
            column.addWidget(widget, 1 if widget is scroll else 0)

    # --- showing ----------------------------------------------------------------------------------------------

    def show_task(self, row_id: int) -> None:
        """Read and show a task."""
        self.desk.read(self, _whole, row_id, then=self._show, newest="task")

    def _show(self, found: tuple[tasks.TaskDetail, list[past.HistoryLine]]) -> None:
        same = self.task is not None and self.task.row.id == found[0].row.id
        self.task, lines = found
        row = self.task.row
        line = " · ".join(part for part in (row.number or "未编号", row.group, row.source) if part)
        self.head.set_head(line, row.title, chips_of(row.chips), self.task.steps, self.task.at)
        views = {view.key: view for view in self.task.fields}
        original = views["original_due_on"].text
        note = f"原定{original}" if original and original != views["due_on"].text else views["due_reason"].text
        shown = [views[key] for key in _FACTS if views[key].text or views[key].editable]
        self.facts.set_fields(
            [to_field(v, self._supplies, **({"note": note} if v.key == "due_on" else {})) for v in shown]
        )
        self._show_kin()
        self._found_head.setVisible(bool(self.task.findings))
        self._found_head.set_note(f"{len(self.task.findings)} 条")
        self._visit_head.setVisible(bool(self.task.visits))
        self._visit_head.set_note(f"{len(self.task.visits)} 次")
        self.findings.set_ids(self.task.findings)
        self.visits.set_ids(self.task.visits)
        self._past_head.set_note(f"{len(lines)} 条")
        self.history.set_items([happening(line) for line in lines])
        if not same:
            self.ask.close_panel()
        self._show_actions()

    def _show_kin(self) -> None:
        """Buttons to the same task of other groups, and to the instruction it rests on."""
        assert self.task is not None
        for button in self._kin_buttons:
            self._kin.removeWidget(button)
            button.hide()
            button.deleteLater()
        go = self._page.show_record
        kin = [(one.name, one.id) for one in self.task.siblings]
        if self.task.instruction is not None:
            kin.append((f"批示：{self.task.instruction.name}", self.task.instruction.id))
        self._kin_buttons = [Button(name, small=True, on_click=partial(go, record)) for name, record in kin]
        for button in self._kin_buttons:
            self._kin.addWidget(button)
            button.show()
        only = bool(self.task.instruction) and not self.task.siblings
        self._kin_head.set_title("所据批示" if only else "同一任务还交办")
        self._kin_head.setVisible(bool(kin))
        self._family.setVisible(bool(kin))

    # --- acting -----------------------------------------------------------------------------------------------

    def _show_actions(self) -> None:
        assert self.task is not None
        found = []
        for one in self.task.actions:
            keys = "Ctrl+Return" if one.primary else ""
            found.append(
                Action(one.label, partial(self.act, one), keys, primary=one.primary, enabled=not one.missing,
                       why=f"还缺：{'、'.join(one.missing)}")
            )  # fmt: skip
        if self.task.row.status != "drafted":
            basis = newpaper.Basis(task=self.task.row.id)
            found.append(Action("出文书", partial(newpaper.begin, self._page.window_, basis), "W"))
        hint = "交办后编号不能收回" if self.task.row.status == "drafted" else "Ctrl+Z 撤销上一步"
        status = self.task.row.status
        self.bar.set_actions(found, turns.hint(self.desk.house, TASK.lifecycle, status, found, hint))

    def act(self, one: Available) -> None:
        """Do one of the offered steps; what it asks is asked in the pane."""
        assert self.task is not None
        if one.verb == "issue_task":
            self._page.issue(self.task.row.id)
            return
        if not one.asks:
            self._do(one, {})
            return
        title = f"{_TITLES.get(one.verb, one.label)}：{self.task.row.title}"
        fields = [_ASKED[name] for name in one.asks]
        if one.verb == "report_task":
            view = next(view for view in self.task.fields if view.key == "report")
            fields = [replace(fields[0], value=view.value or "")]
        self.ask.ask(title, fields, lambda given: self._do(one, given), ok=one.label)

    def _do(self, one: Available, given: dict[str, Any]) -> None:
        params = one.params | {key: plain(value) for key, value in given.items()}
        told = _TOLD.get(one.verb, f"已{one.label}。")
        self.desk.do(self, one.verb, then=lambda _outcome: self.desk.tell(told), **params)

    def _edited(self, key: str, value: Any) -> None:
        assert self.task is not None
        self.desk.do(self, "edit_task", task=self.task.row.id, values={key: plain(value)})


def _whole(reader: Any, row_id: int) -> tuple[tasks.TaskDetail, list[past.HistoryLine]]:
    found = tasks.detail(reader, row_id)
    return found, past.history(reader, found.row.id)


def task_row(row: tasks.TaskRow) -> Row:
    """A task as a row of the list."""
    sub = " · ".join(part for part in (row.number or "草拟", row.source, f"{row.due}前" if row.due else "") if part)
    return Row(row.title, sub, short_group(row.group), chip_of(row.chips))
