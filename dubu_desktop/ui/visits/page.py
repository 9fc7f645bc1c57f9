"""督导活动: list | detail, with the share of 四不两直 above the list; covert visits are planned here."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import findings, past, visits
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.actions.reads.parts import Available
from dubu_desktop.domain.ledgers import LedgerKind
from dubu_desktop.ui import ledgers
from dubu_desktop.ui.casework.choices import find_units, supplies
from dubu_desktop.ui.casework.values import plain, to_field
from dubu_desktop.ui.documents import newpaper
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    AskPanel,
    Button,
    Choice,
    Command,
    DetailHead,
    EmptyState,
    Field,
    Filter,
    KeyValueCard,
    Kind,
    LinkedRows,
    Row,
    Scroll,
    SectionHead,
    Spread,
    Timeline,
    supply_read,
)
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.rows import chips_of, finding_row, happening, visit_row
from dubu_desktop.ui.visits.gauge import ShareGauge, month_share
from dubu_desktop.ui.visits.start import KINDS, VisitCard, find_members, find_tasks, toggle

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow

_FACTS = (
    "visit_kind", "planned_for", "started_at", "ended_at", "half_days", "leader_present", "place", "units", "members",
    "experts", "task", "plan", "note",
)  # fmt: skip
_REASON = Field("reason", "理由", Kind.MULTILINE, missing="写明理由")


class VisitsPage(ListDetailPage):
    """See the module."""

    title, search_hint, empty_icon = "督导活动", "搜索 地点、记录、计划 …", "visit"
    filters = (
        Filter("all", "全部"), Filter("running", "进行中"), Filter("week", "本周"), Filter("month", "本月"),
        Filter("leader", "组长在场"), Filter("planned", "计划"),
    )  # fmt: skip
    kinds = frozenset({"visit", "finding"})
    checkable = False

    def __init__(self, window: MainWindow) -> None:
        self.group = window.desk.house.edition == "group"
        self.empty = (
            ("还没有督导活动", "到了现场按 Ctrl+Shift+V，写单位首字母就能开始")
            if self.group
            else ("还没有督导活动", "各组的数据包收下后，它们的督导活动会出现在这里")
        )
        super().__init__(window)
        start = Button("开始督导", kind="primary", keys="Ctrl+Shift+V", small=True, on_click=partial(toggle, window))
        self.pane.add_button(start)
        self.gauge = ShareGauge()
        self.pane.add_below(self.gauge)
        if self.group:
            self.keys.bind("P", self.plan, "计划暗访")
        self.rows.opened.connect(lambda _row: self.bar.setFocus())
        self.keys.bind("Ctrl+P", self.export_ledger, "导出督导活动台账")

    # --- list -------------------------------------------------------------------------------------------------

    @staticmethod
    def list_ids(reader: Any, text: str, filter_key: str) -> array[int]:
        return visits.ids(reader, ListFilter(text=text, key=filter_key))

    @staticmethod
    def fetch_rows(reader: Any, ids: Sequence[int]) -> Iterable[Any]:
        return visits.rows(reader, ids)

    @staticmethod
    def present(record: Any) -> Row:
        return visit_row(record)

    @staticmethod
    def count_filters(reader: Any) -> dict[str, int]:
        """Figures on the chips."""
        return visits.counts(reader)

    def say_count(self, total: int) -> str:
        return f"{total} 次"

    def refresh(self) -> None:
        super().refresh()
        self.desk.read(self, month_share, then=lambda found: self.gauge.show_share(found), newest="gauge")

    # --- detail -----------------------------------------------------------------------------------------------

    def make_detail(self) -> QWidget:
        self.stack = QStackedWidget()
        self._none = EmptyState("visit", "没有选中的督导活动")
        self.visit: visits.VisitDetail | None = None
        self.head, self.facts = DetailHead(), KeyValueCard()
        self.facts.edited.connect(self._edited)
        self.findings = LinkedRows(self.desk, findings.rows, finding_row, name="发现问题")
        self.findings.opened.connect(lambda row: self.window_.go("findings", row))
        self._found_head, self._past_head = SectionHead("发现问题"), SectionHead("经过")
        self.history, self.ask, self.bar = Timeline(), AskPanel(), ActionBar(self)
        pane = QFrame()
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroll, spread = Scroll(), Spread()
        for widget in (self.facts, self._found_head, self.findings.in_card()):
            spread.main.addWidget(widget)
        spread.side.addWidget(self._past_head)
        spread.side.addWidget(self.history)
        scroll.canvas.addWidget(spread)
        for part in (self.head, scroll, self.ask, self.bar):
            column.addWidget(part, 1 if part is scroll else 0)
        self.stack.addWidget(self._none)
        self.stack.addWidget(pane)
        return self.stack

    def show_detail(self, row_id: int | None) -> None:
        self.stack.setCurrentIndex(0 if row_id is None else 1)
        if row_id is not None:
            self.desk.read(self, _whole, row_id, then=self._show, newest="detail")

    def _show(self, found: tuple[visits.VisitDetail, list[past.HistoryLine]]) -> None:
        self.visit, lines = found
        row = self.visit.row
        line = " · ".join(part for part in (row.group, row.kind_label, row.started, row.sent) if part)
        self.head.set_head(line, row.title, chips_of(row.chips))
        supply = supplies(self.desk, self) | {
            "members": supply_read(self.desk, self, find_members),
            "experts": supply_read(self.desk, self, find_members),
            "task": supply_read(self.desk, self, find_tasks),
        }
        views = {view.key: view for view in self.visit.fields}
        hidden = () if row.state == visits.PLANNED else ("planned_for", "plan")
        wanted = [views[key] for key in _FACTS if views[key].text or key not in hidden]
        shown = [view for view in wanted if view.text or view.editable]
        self.facts.set_fields([to_field(view, supply) for view in shown])
        self._found_head.set_note(f"{len(self.visit.findings)} 条" if self.visit.findings else "这次没有记下问题")
        self.findings.set_ids(self.visit.findings)
        self._past_head.set_note(f"{len(lines)} 条")
        self.history.set_items([happening(line) for line in lines])
        self._show_actions()

    def _show_actions(self) -> None:
        assert self.visit is not None
        found = [self._action(one) for one in self.visit.actions]
        if self.visit.row.state == visits.PLANNED and self.group:
            found.insert(0, Action("按计划开始", self.start_planned, "Ctrl+Return", primary=True))
        if self.group:
            found.append(Action("计划暗访", self.plan, "P"))
        if self.visit.findings:
            found.append(Action("出文书", partial(newpaper.from_rows, self.window_, tuple(self.visit.findings))))
        self.bar.set_actions(
            found, "Ctrl+N 记问题，自动归到正在进行的督导" if self.visit.row.state == "running" else ""
        )

    def _action(self, one: Available) -> Action:
        stops = one.verb == "stop_visit"
        return Action(one.label, partial(self.act, one), "Ctrl+Return" if stops else "", primary=one.primary)

    def act(self, one: Available) -> None:
        """Stop it with a word on what happened, or void it with a reason."""
        if one.verb == "stop_visit":
            note = next(view.value for view in self.visit.fields if view.key == "note") if self.visit else ""
            fields = [Field("note", "活动记录", Kind.MULTILINE, note or "", hint="看了什么，可不写")]
        else:
            fields = [_REASON]
        told = f"已{one.label}。"
        self.ask.ask(
            one.label,
            fields,
            lambda given: self.desk.do(
                self,
                one.verb,
                then=lambda _o: self.desk.tell(told),
                **one.params,
                **{k: v for k, v in given.items() if v},
            ),
            ok=one.label,
        )

    def _edited(self, key: str, value: Any) -> None:
        assert self.visit is not None
        given = plain(value)
        if key == "half_days":
            given = int(given) if str(given).isdigit() else None
        self.desk.do(self, "edit_visit", visit=self.visit.row.id, values={key: given})

    # --- plans ------------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """P: plan a covert visit; nobody but this group and the office ever has it."""
        self.stack.setCurrentIndex(1)
        tomorrow = self.desk.house.ws.clock.today() + timedelta(days=1)
        units = supply_read(self.desk, self, find_units)
        self.ask.ask(
            "计划一次暗访",
            [
                Field("units", "到哪里", Kind.PICKERS, [], supply=units, missing="写单位名称或首字母"),
                Field("planned_for", "哪一天", Kind.DATE, tomorrow, missing="选一个日期"),
                Field("visit_kind", "方式", Kind.ENUM, KINDS[0].id, choices=KINDS),
                Field("plan", "看什么", Kind.MULTILINE, missing="写明看什么、怎么走"),
            ],
            self._planned,
            note="计划只在本组和办公室手里，不进任何文书。",
            ok="记下",
        )

    def _planned(self, given: dict[str, Any]) -> None:
        params = {key: plain(value) for key, value in given.items()}

        def done(outcome: Any) -> None:
            self.desk.tell("计划已记下。", act="撤销", on_act=self.window_.hooks.undo)
            self.show_record(outcome.ids[-1])

        self.desk.do(self, "plan_visit", then=done, **params)

    def start_planned(self) -> None:
        """The card, filled in from the plan."""
        assert self.visit is not None
        units = [Choice(one.id, one.name) for one in self.visit.units]
        VisitCard(self.window_, self.visit.row.id).begin(self.visit.row.kind, units)

    def commands(self) -> list[Command]:
        made = [Command("计划暗访", self.plan, "P", ("jhaf", "jihuaanfang"))] if self.group else []
        words = ("dchdtz", "daochuhuodongtaizhang", "taizhang")
        return [*made, Command("导出督导活动台账", self.export_ledger, "Ctrl+P", words)]

    def export_ledger(self) -> None:
        """Ctrl+P: what the list shows, as a workbook."""
        shown = {"text": self.pane.search.text().strip(), "key": self.pane.filters.current()}
        ledgers.export(self, LedgerKind.VISITS, shown)


def _whole(reader: Any, row_id: int) -> tuple[visits.VisitDetail, list[past.HistoryLine]]:
    found = visits.detail(reader, row_id)
    return found, past.history(reader, found.row.id)
