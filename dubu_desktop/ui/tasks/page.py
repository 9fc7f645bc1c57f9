"""任务: list | detail. The office composes, issues and closes; a group signs for, works and reports."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from dubu_desktop.actions.reads import instructions, tasks
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.domain.ledgers import LedgerKind
from dubu_desktop.ui import ledgers
from dubu_desktop.ui.kit import Button, Command, EmptyState, Filter, Row
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.tasks.compose import ComposePane
from dubu_desktop.ui.tasks.instruction import InstructionPane, instruction_row
from dubu_desktop.ui.tasks.pane import TaskPane, task_row

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow

_INSTRUCTIONS = "instructions"
_BOTH = (
    Filter("open", "未办结"), Filter("overdue", "逾期"), Filter("to_sign", "待签收"), Filter("underway", "办理中"),
    Filter("reported", "待办结"), Filter("completed", "已办结"), Filter("all", "全部"),
)  # fmt: skip
#: chips that are there however many there are; the others only while they hold something
_ALWAYS = ("open", "all")
_OFFICE = (_BOTH[0], Filter("drafted", "草拟"), *_BOTH[1:], Filter(_INSTRUCTIONS, "批示"))


class TasksPage(ListDetailPage):
    """See the module."""

    title, search_hint, empty_icon = "任务", "搜索 名称、编号、要求、单位 …", "task"
    kinds = frozenset({"task", "instruction", "visit", "finding"})
    checkable = True

    def __init__(self, window: MainWindow) -> None:
        self.office = window.desk.house.edition == "office"
        self.filters = _OFFICE if self.office else _BOTH
        self.empty = (
            ("还没有任务", "拟好后交办给一个或几个组")
            if self.office
            else ("还没有任务", "办公室交办后，收下数据包就会出现在这里")
        )
        super().__init__(window)
        if self.office:
            new = Button("拟任务", kind="primary", keys="N", small=True, on_click=self.compose)
            self.pane.add_button(new)
            self.keys.bind("N", self.compose, "拟任务")
            self.rows.checked_changed.connect(self._checked)
        self.rows.opened.connect(lambda _row: self.task_pane.bar.setFocus())
        self.keys.bind("Ctrl+P", self.export_ledger, "导出任务台账")

    # --- list -------------------------------------------------------------------------------------------------

    @staticmethod
    def list_ids(reader: Any, text: str, filter_key: str) -> array[int]:
        if filter_key == _INSTRUCTIONS:
            return instructions.ids(reader, ListFilter(text=text))
        return tasks.ids(reader, ListFilter(text=text, key=filter_key), "due")

    @staticmethod
    def fetch_rows(reader: Any, ids: Sequence[int]) -> Iterable[Any]:
        return [*tasks.rows(reader, ids), *instructions.rows(reader, ids)]

    @staticmethod
    def present(record: Any) -> Row:
        return instruction_row(record) if isinstance(record, instructions.InstructionRow) else task_row(record)

    def refresh(self) -> None:
        super().refresh()
        self.desk.read(self, _counts, then=self._show_counts, newest="counts")

    def _show_counts(self, counts: dict[str, int]) -> None:
        chosen = self.pane.filters.current()
        shown = [one for one in self.filters if counts[one.key] or one.key in (*_ALWAYS, chosen)]
        self.pane.filters.set_filters([Filter(one.key, one.label, counts[one.key]) for one in shown])

    def say_count(self, total: int) -> str:
        return f"{total} 件"

    # --- detail -----------------------------------------------------------------------------------------------

    def make_detail(self) -> QWidget:
        self.stack = QStackedWidget()
        self._none = EmptyState("task", "没有选中的任务")
        self.task_pane, self.instruction_pane = TaskPane(self), InstructionPane(self)
        self.form = ComposePane(self)
        for pane in (self._none, self.task_pane, self.instruction_pane, self.form):
            self.stack.addWidget(pane)
        return self.stack

    def show_detail(self, row_id: int | None) -> None:
        if self.stack.currentWidget() is self.form:
            return  # the form stays until it is finished or left
        if row_id is None:
            self.stack.setCurrentWidget(self._none)
        elif self.pane.filters.current() == _INSTRUCTIONS:
            self.stack.setCurrentWidget(self.instruction_pane)
            self.instruction_pane.show_instruction(row_id)
        else:
            self.stack.setCurrentWidget(self.task_pane)
            self.task_pane.show_task(row_id)

    # --- composing and issuing --------------------------------------------------------------------------------

    def compose(self) -> None:
        """N: the form in place of the detail."""
        self.stack.setCurrentWidget(self.form)
        self.form.begin()

    def close_compose(self) -> None:
        """Back to the list."""
        self.stack.setCurrentWidget(self._none)
        self.show_detail(self.rows.current_id())
        self.take_focus()

    def issue(self, *records: str) -> None:
        """Issue tasks; says the numbers, or that they stay drafts."""

        def issued(outcome: Any) -> None:
            number = outcome.number or ""
            words = f"已交办，编号{number}。" if len(records) == 1 else f"已交办{len(records)}件，编号到{number}。"
            self.desk.tell(f"{words}导出数据包后各组就能收到。", act="导出", on_act=self._export)
            self.rows.clear_checked()
            self.show_record(records[0])

        self.desk.do(self, "issue_task", tasks=list(records), then=issued)

    def _export(self) -> None:
        page = self.window_.go("bundles")
        if page is not None:
            page.show_record("export")

    def _checked(self, count: int) -> None:
        """Several drafts at once."""
        if count:
            self.desk.read(self, tasks.rows, self.rows.checked_ids()[:200], then=self._offer_issue, newest="checked")

    def _offer_issue(self, rows: list[tasks.TaskRow]) -> None:
        drafts = [row.id for row in rows if row.status == "drafted"]
        if len(drafts) > 1:
            self.desk.tell(f"选中{len(drafts)}件草拟。", act="一并交办", on_act=partial(self.issue, *drafts))

    def export_ledger(self) -> None:
        """Ctrl+P: what is checked, or what the list shows, as a workbook."""
        chip = self.pane.filters.current()
        if chip == _INSTRUCTIONS:
            self.desk.warn("批示没有台账；任务台账请在别的分类下导出。")
            return
        ledgers.export(self, LedgerKind.TASKS, {"text": self.pane.search.text().strip(), "key": chip})

    def commands(self) -> list[Command]:
        made = []
        if self.office:
            made.append(Command("拟任务", self.compose, "N", ("nrw", "nirenwu")))
            made.append(Command("打印当天的交办单", self.print_orders, "文书", ("dydtjbd", "jiaobandan")))
        words = ("dcrwtz", "daochurenwutaizhang", "taizhang")
        return [*made, Command("导出任务台账", self.export_ledger, "Ctrl+P", words)]

    def print_orders(self) -> None:
        """Every 交办单 of a day in one go."""
        page: Any = self.window_.go("documents")
        page.print_orders()

    def leaving(self) -> None:
        self.form._keep.flush()


def _counts(reader: Any) -> dict[str, int]:
    """Figures on the chips (reader thread)."""
    return tasks.counts(reader) | {_INSTRUCTIONS: instructions.counts(reader)["all"]}
