"""整改: what is being put right, the most pressing first; from the reply to 销号."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import entry, rectifications
from dubu_desktop.actions.reads.findings import FindingFilter, FindingRow
from dubu_desktop.domain.ledgers import LedgerKind
from dubu_desktop.domain.text import spoken_date
from dubu_desktop.ui import ledgers, turns
from dubu_desktop.ui.casework.head import chip
from dubu_desktop.ui.casework.rows import place_line, short
from dubu_desktop.ui.casework.steps import Steps
from dubu_desktop.ui.casework.values import day
from dubu_desktop.ui.findings.bulk import Bulk, chosen
from dubu_desktop.ui.kit import Action, ActionBar, AskPanel, Button, Command, EmptyState, Filter, Row
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.rectify.detail import RectifyPane
from dubu_desktop.ui.rectify.replies import ReplyPane
from dubu_desktop.ui.window import MainWindow

_CHIPS = (
    ("open", "在办"), ("overdue", "逾期"), ("due_today", "今日到期"), ("soon", "临期"), ("no_due", "期限待定"),
    ("to_reply", "待反馈"), ("to_verify", "待核查"), ("to_close", "待销号"), ("closed", "已销号"),
)  # fmt: skip
_ALWAYS = ("open", "overdue", "to_reply", "to_verify", "to_close")
_WAITS = {"rectifying": "待反馈", "replied": "待核查", "verified": "待销号", "closed": "已销号"}
_PANE, _NOTHING = 0, 1


class RectifyPage(ListDetailPage):
    """See the module."""

    title = "整改"
    search_hint = "搜索 事实、地点、单位、措施、反馈 …"
    filters = tuple(Filter(key, label) for key, label in _CHIPS if key in _ALWAYS)
    empty = ("没有在办的整改", "问题核定并交整改以后，会按期限排在这里")
    empty_icon = "fix"
    kinds = frozenset({"finding", "evidence", "rectification", "urge", "note", "unit"})
    peek = True

    def __init__(self, window: MainWindow) -> None:
        self.office = window.desk.house.edition == "office"
        self.checkable = self.office  # a group has nothing here that is done to several at once
        super().__init__(window)
        self.rows.checked_changed.connect(lambda _count: self._show_actions())
        self.rows.peeked.connect(lambda _row: self.case.evidence.enlarge())
        self.rows.opened.connect(lambda _row: self.case.card.focusNextChild())
        self.keys.bind("C", self.case_pair, "整改前后对比")
        self.keys.bind("Ctrl+O", self.case_photos, "选照片文件")
        self.keys.bind("Ctrl+P", self.export_ledger, "导出整改台账")
        if self.office:
            self.pane.add_button(Button("反馈表", keys="T", small=True, on_click=self.open_replies))
            self.keys.bind("T", self.open_replies, "反馈表")

    @staticmethod
    def list_ids(reader: Any, text: str, filter_key: str) -> array[int]:
        """By due date; what was reopened and has none yet stands at the top (contracts.md §2)."""
        found = rectifications.ids(reader, FindingFilter(text=text, status=filter_key))
        undated = rectifications.ids(reader, FindingFilter(text=text, status="no_due"))
        first = set(undated) & set(found)
        return array("q", [*(i for i in undated if i in first), *(i for i in found if i not in first)])

    @staticmethod
    def fetch_rows(reader: Any, ids: Sequence[int]) -> Iterable[tuple[FindingRow, Any]]:
        return [(row, reader.today) for row in rectifications.rows(reader, ids)]

    row_key = staticmethod(lambda pair: pair[0].rowid)

    @staticmethod
    def present(pair: tuple[FindingRow, Any]) -> Row:
        row, today = pair
        due = day(row.due_on)
        parts = (place_line(row), f"期限{spoken_date(due, today)}" if due else "期限待定")
        shown = chip(row.chips[0]) if row.chips else None
        waits = _WAITS.get(row.status, row.status_label)
        return Row(short(row.title), " · ".join(parts), "" if shown and shown.word == waits else waits, shown)

    def refresh(self) -> None:
        super().refresh()
        self.desk.read(self, rectifications.counts, then=self._show_counts, newest="counts")

    def _show_counts(self, counts: dict[str, int]) -> None:
        chosen = self.pane.filters.current()
        self.pane.filters.set_filters(
            [Filter(k, label, counts[k]) for k, label in _CHIPS if counts[k] or k in (*_ALWAYS, chosen)]
        )

    def make_detail(self) -> QWidget:
        holder = QFrame()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.ask = AskPanel(holder, clock=self.desk.clock)
        self.bar = ActionBar(self)
        self.bulk = Bulk(self.desk, self, self.ask)
        self.case = RectifyPane(self.desk, self, Steps(self.desk, self, self.ask, self._stepped))
        self.case.shown.connect(lambda _detail: self._show_actions())
        self.stack = QStackedWidget()
        self.stack.addWidget(self.case)
        self.stack.addWidget(EmptyState("fix", "没有选中整改", "左边选一条，看期限、措施和前后照片"))
        self.stack.setCurrentIndex(_NOTHING)
        self.replies: ReplyPane | None = None
        column.addWidget(self.stack, 1)
        column.addWidget(self.ask)
        column.addWidget(self.bar)
        return holder

    def show_detail(self, row_id: int | None) -> None:
        if self.is_replying:
            return  # it stays until it is finished or left
        if self.case.detail is None or self.case.detail.rowid != row_id:
            self.ask.close_panel()  # what was asked concerned the other one
        if row_id is None:
            self.case.put_away()
            self.stack.setCurrentIndex(_NOTHING)
            self.bar.set_actions(())
        else:
            self.case.open_finding(row_id)

    def _show_actions(self) -> None:
        if self.case.detail is None or self.is_replying:
            return
        self.stack.setCurrentIndex(_PANE)
        rows = self.rows.checked_ids()
        if len(rows) > 1:
            self.desk.read(self, chosen, rows, then=self._show_bulk, newest="checked")
        else:
            marks = "空格键看照片 · X 选中多条" if self.office else "空格键看照片 · Ctrl+Z 撤销"
            actions = self.case.steps.actions(self.case.detail)
            self.bar.set_actions(actions, turns.of_finding(self.desk.house, self.case.detail, actions, marks))

    def _show_bulk(self, rows: list[FindingRow]) -> None:
        """What can be done to the checked ones; the keys of the one shown are given back meanwhile."""
        if len(self.rows.checked_ids()) > 1:
            actions = [*self.bulk.actions(rows), Action("取消选中", self.rows.clear_checked)]
            self.bar.set_actions(actions, f"已选中 {len(rows)} 条")

    def _stepped(self, _verb: str) -> None:
        """After a step the list goes on: the next one has taken its place, ready for the next key."""
        self.rows.setFocus()

    # --- workbooks --------------------------------------------------------------------------------------------

    @property
    def is_replying(self) -> bool:
        """Whether 反馈表 stands in place of the detail."""
        return self.replies is not None and self.stack.currentWidget() is self.replies

    def shown(self) -> dict[str, Any]:
        """What the list shows, as the verbs that write workbooks take it."""
        chip = self.pane.filters.current()
        given = {"text": self.pane.search.text().strip(), "status": "rectifying" if chip in ("", "open") else chip}
        return {key: value for key, value in given.items() if value}

    def export_ledger(self) -> None:
        """Ctrl+P: what is checked, or what the list shows, as a workbook."""
        ledgers.export(self, LedgerKind.RECTIFICATIONS, self.shown())

    def open_replies(self) -> None:
        """T: 反馈表 out and back in, in place of the detail."""
        if self.replies is None:
            self.replies = ReplyPane(self)
            self.replies.closed.connect(self._close_replies)
            self.stack.addWidget(self.replies)
        self.ask.close_panel()
        self.bar.hide()  # it has one of its own
        self.stack.setCurrentWidget(self.replies)
        self.replies.begin()

    def open_intake(self, book: Path) -> None:
        """A workbook dropped on this page is taken for a 反馈表; one that is none is said to be none."""
        self.open_replies()
        assert self.replies is not None
        self.replies.take([book])

    def _close_replies(self) -> None:
        self.bar.show()
        self.stack.setCurrentIndex(_NOTHING)
        self.show_detail(self.rows.current_id())
        self._show_actions()
        self.rows.setFocus()

    def commands(self) -> list[Command]:
        made = [Command("导出整改台账", self.export_ledger, "Ctrl+P", ("dczgtz", "daochuzhenggaitaizhang", "taizhang"))]
        if self.office:
            made.append(
                Command("反馈表（发给单位、收回）", self.open_replies, "T", ("fkb", "fankuibiao", "daorufankui"))
            )
        return made

    def case_pair(self) -> None:
        """C."""
        self.case.evidence.show_pair()

    def case_photos(self) -> None:
        """Ctrl+O."""
        self.case.evidence.choose()

    def show_record(self, record: Any) -> None:
        if isinstance(record, str):
            self.desk.read(self, entry.rowids, [record], then=self._go_row, newest="go")
        else:
            super().show_record(record)

    def _go_row(self, rows: list[int]) -> None:
        if rows:
            super().show_record(rows[0])
