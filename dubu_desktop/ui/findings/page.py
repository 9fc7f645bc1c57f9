"""问题: list at the left, one finding or the entry card at the right."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import entry, finding_detail, findings
from dubu_desktop.actions.reads.findings import FindingFilter, FindingRow
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.ui import files
from dubu_desktop.ui.casework.head import chip
from dubu_desktop.ui.casework.rows import place_line, short
from dubu_desktop.ui.casework.steps import Steps
from dubu_desktop.ui.findings.card import KEYS, NOW, REFS, VISIT, EntryState
from dubu_desktop.ui.findings.detail import FindingPane
from dubu_desktop.ui.findings.entry import EntryCard
from dubu_desktop.ui.kit import Action, ActionBar, AskPanel, Button, Command, EmptyState, Filter, Row
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.window import MainWindow

_OFFICE = (
    ("open", "未销号"), ("week", "本周新增"), ("overdue", "逾期"), ("to_confirm", "待核定"), ("to_assign", "待交整改"),
    ("to_close", "待销号"), ("urgent", "紧急重大"), ("conflict", "冲突"), ("draft", "未定稿"), ("closed", "已销号"),
    ("settled", "其他结论"), ("all", "全部"),
)  # fmt: skip
_GROUP = (
    ("open", "未销号"), ("today", "今天"), ("draft", "草稿"), ("to_verify", "待核查"), ("overdue", "逾期"),
    ("urgent", "紧急重大"), ("conflict", "冲突"), ("closed", "已销号"), ("all", "全部"),
)  # fmt: skip
#: chips that are there however many there are; the others only while they hold something
_ALWAYS = ("open", "all", "draft")
_PANE, _ENTRY, _NOTHING = 0, 1, 2


class FindingsPage(ListDetailPage):
    """See the module. `bulletin_drafted(id)` when F8 has made one; 文书 is opened then."""

    bulletin_drafted = Signal(str)

    title = "问题"
    search_hint = "搜索 事实、地点、单位、编号，拼音首字母也行 …"
    empty = ("这里还没有问题", "按 Ctrl+N 记下第一个")
    empty_icon = "finding"
    kinds = frozenset({"finding", "evidence", "rectification", "urge", "note", "named_person", "unit", "category"})
    peek = True

    def __init__(self, window: MainWindow) -> None:
        self.office = window.desk.house.edition == "office"
        self._names = _OFFICE if self.office else _GROUP
        self.filters = [Filter(key, label) for key, label in self._names if key in _ALWAYS]
        self._entry_row: int | None = None  # row of the card's record, once it is listed
        self._elsewhere = Button("在全部里找", small=True, on_click=self.look_everywhere)
        self._elsewhere.hide()
        super().__init__(window)
        self._nothing.add_button(self._elsewhere)
        self.pane.add_button(Button("新问题", kind="primary", keys="Ctrl+N", small=True, on_click=self.new_finding))
        self.rows.peeked.connect(lambda _row: self.finding.evidence.enlarge())
        self.rows.opened.connect(lambda _row: self._enter())
        self.rows.checked_changed.connect(lambda _count: self._show_actions())
        self.keys.bind("F8", self.draft_bulletin, "选中的编入通报")
        self.keys.bind("Ctrl+O", self.choose_photos, "选照片文件")
        self.keys.bind("C", self.compare, "整改前后对比")
        self.desk.read(self, entry.unfinished, then=self._found_unfinished, newest="unfinished")

    # --- list -------------------------------------------------------------------------------------------------

    @staticmethod
    def list_ids(reader: Any, text: str, filter_key: str) -> array[int]:
        return findings.ids(reader, FindingFilter(text=text, status=filter_key))

    @staticmethod
    def fetch_rows(reader: Any, ids: Sequence[int]) -> Iterable[FindingRow]:
        return findings.rows(reader, ids)

    @staticmethod
    def present(row: FindingRow) -> Row:
        sub = " · ".join(part for part in (place_line(row), row.found_at) if part)
        return Row(short(row.title), sub, row.group, chip(row.chips[0]) if row.chips else None)

    def refresh(self) -> None:
        super().refresh()
        self.desk.read(self, findings.counts, then=self._show_counts, newest="counts")
        if self.is_entering:
            self.entry.work.reload()

    def _listed(self, ids: array[int]) -> None:
        if not self.is_entering:
            super()._listed(ids)
            self._say_elsewhere()
            return
        self.rows.set_ids(ids)
        self.pane.count.setText(self.say_count(len(ids)))
        self.pane.stack.setCurrentIndex(0 if len(ids) else 1)
        if self._entry_row is not None:
            self.rows.choose(self._entry_row)

    def _say_elsewhere(self) -> None:
        """Nothing here, but perhaps under another filter: say so and offer it."""
        text, key = self.pane.search.text().strip(), self.pane.filters.current()
        self._elsewhere.hide()
        if text and key != "all" and not len(self.rows.ids()):
            self.desk.read(self, findings.ids, FindingFilter(text=text), then=self._told_elsewhere, newest="elsewhere")

    def _told_elsewhere(self, ids: array[int]) -> None:
        if len(ids) and not len(self.rows.ids()):
            here = next(label for key, label in self._names if key == self.pane.filters.current())
            self._nothing.set(f"“{here}”里没有", f"全部问题里有 {len(ids)} 条")
            self._elsewhere.show()

    def look_everywhere(self) -> None:
        """Search under 全部."""
        self.pane.filters.choose("all")
        self.rows.setFocus()

    def say_count(self, total: int) -> str:
        return f"显示 {total:,} 条".replace(",", " ")

    def _show_counts(self, counts: dict[str, int]) -> None:
        chosen = self.pane.filters.current()
        self.pane.filters.set_filters(
            [Filter(k, label, counts[k]) for k, label in self._names if counts[k] or k in (*_ALWAYS, chosen)]
        )

    # --- detail -----------------------------------------------------------------------------------------------

    def make_detail(self) -> QWidget:
        holder = QFrame()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.ask = AskPanel(holder, clock=self.desk.clock)
        self.bar = ActionBar(self)
        self.steps = Steps(self.desk, self, self.ask, self._stepped)
        self.finding = FindingPane(self.desk, self, self.steps)
        self.entry = EntryCard(self.desk)
        self.finding.shown.connect(self._shown)
        self.entry.changed.connect(self._show_actions)
        self.entry.closed.connect(self._entry_closed)
        self.entry.recorded.connect(self._entry_recorded)
        self.entry.enlarge.connect(lambda photos, at: self.finding.evidence.enlarge(at, photos))
        self.stack = QStackedWidget()
        for part in (self.finding, self.entry, EmptyState("finding", "没有选中问题", "按 Ctrl+N 记一个新的")):
            self.stack.addWidget(part)
        self.stack.setCurrentIndex(_NOTHING)
        column.addWidget(self.stack, 1)
        column.addWidget(self.ask)
        column.addWidget(self.bar)
        return holder

    @property
    def is_entering(self) -> bool:
        """Whether the entry card is open."""
        return self.stack.currentIndex() == _ENTRY

    def show_detail(self, row_id: int | None) -> None:
        if self.is_entering:
            if row_id is None or row_id == self._entry_row or self._by_focus(row_id):
                return
            self.entry.leave()
        if row_id is None:
            self.finding.put_away()
            self.stack.setCurrentIndex(_NOTHING)
            self._show_actions()
            return
        self.finding.open_finding(row_id)

    def _by_focus(self, row_id: int) -> bool:
        """Whether the list only took its first row because the focus came to it; the card stays then."""
        return self._entry_row is None and self.rows.ids()[0] == row_id and not self.rows.underMouse()

    def _shown(self, detail: finding_detail.FindingDetail) -> None:
        if self.is_entering:
            return
        mine = detail.status == FindingStatus.DRAFT and any(a.verb == "void_finding" for a in detail.actions)
        if mine and not detail.conflicts and not detail.notes:
            self._open_draft(detail)
            return
        self.stack.setCurrentIndex(_PANE)
        self._show_actions()

    def _show_actions(self) -> None:
        checked = len(self.rows.checked_ids())
        if self.is_entering:
            self.bar.set_actions(
                self._entry_actions(), "F6 到下一个缺项" if self.office else "F6 下一缺项 · 只报领导小组办公室"
            )
        elif self.stack.currentIndex() == _PANE and self.finding.detail is not None:
            actions = self.steps.actions(self.finding.detail)
            actions.append(Action("同样问题，下一处", self.same_again, "Ctrl+D"))
            hint = f"已选中 {checked} 条 · F8 编入通报" if checked else "X 选中 · F8 编入通报 · Ctrl+Z 撤销"
            self.bar.set_actions(actions, hint if self.office else "空格键看照片 · Ctrl+Z 撤销")
        else:
            self.bar.set_actions(())

    def _entry_actions(self) -> list[Action]:
        urgent = bool(self.entry.state.values.get("urgent"))
        return [
            Action("定稿", self.entry.finish, "Ctrl+Return", primary=True),
            Action("同样问题，下一处", self.same_again, "Ctrl+D"),
            Action("取消紧急重大" if urgent else "紧急重大", self.entry.toggle_urgent),
            Action("选照片", self.choose_photos),
            Action("作废" if self.entry.state.finding else "不记了", self.give_up),
        ]

    def _stepped(self, verb: str) -> None:
        if verb == "close_finding":
            self.rows.setFocus()

    def _enter(self) -> None:
        """Enter in the list: into the pane."""
        if self.is_entering:
            gaps = self.entry.state.gaps
            self.entry.go_to(gaps[0].field if gaps else "facts")
        elif self.finding.detail is not None:
            self.finding.facts.setFocus()
            self.finding.focusNextChild()

    # --- the entry card ---------------------------------------------------------------------------------------

    def new_finding(self) -> None:
        """Ctrl+N: an empty card; what stood on another one has become a draft."""
        self._begin(None)

    def same_again(self) -> None:
        """Ctrl+D: the same problem at the next place."""
        if self.is_entering:
            self.entry.settle_editors()
            self._begin(self.entry.state)
        elif self.finding.detail is not None and self.stack.currentIndex() == _PANE:
            self._begin(_state_of(self.finding.detail))

    def _begin(self, model: EntryState | None) -> None:
        if self.is_entering:
            self.entry.leave()
        self.desk.read(self, entry.context, then=lambda context: self._open_new(context, model), newest="context")

    def _open_new(self, context: entry.EntryContext, model: EntryState | None) -> None:
        key = f"{entry.DRAFTS}{uuid.uuid4().hex}"
        state = model.next_place(key) if model is not None else EntryState(key)
        state.propose("found_at", context.now, "", NOW)
        if context.visit:
            state.values["visit"] = context.visit
        if model is None:
            state.propose("place", context.place, "", VISIT)
            if context.unit is not None:
                state.propose("unit", context.unit.id, context.unit.name, VISIT)
        # what the visit names is place enough for many findings; then the facts are written first
        ready = model is None and state.clarity.place
        self._open_entry(state, context, "facts" if ready else "place")

    def _open_entry(self, state: EntryState, context: entry.EntryContext, focus: str, row: int | None = None) -> None:
        self._entry_row = row
        self.ask.close_panel()
        self.finding.put_away()
        self.stack.setCurrentIndex(_ENTRY)
        if row is None:
            self.rows.setCurrentIndex(QModelIndex())
        self.entry.open_state(state, context, focus=focus)
        self._show_actions()

    def _open_draft(self, detail: finding_detail.FindingDetail) -> None:
        """A draft of this side is shown as the card it is written on."""
        key, state = f"{entry.DRAFTS}{detail.id}", _state_of(detail)

        def opened(got: tuple[entry.EntryContext, entry.KeptCard | None]) -> None:
            if self.rows.current_id() != detail.rowid or self.is_entering:
                return
            context, kept = got
            card = EntryState.from_body(key, kept.body) if kept is not None else state
            card.key, card.finding, card.number, card.saved = key, detail.id, detail.number, state.saved
            self._open_entry(card, context, "", detail.rowid)

        self.desk.read(self, _context_and_kept, key, then=opened, newest="draft")

    def _entry_recorded(self, finding: str) -> None:
        self.desk.read(self, entry.rowids, [finding], then=self._entry_listed, newest="rowid")

    def _entry_listed(self, rows: list[int]) -> None:
        if rows and self.is_entering:
            self._entry_row = rows[0]
            self.rows.choose(rows[0])

    def _entry_closed(self, finding: str) -> None:
        """The card was left or finished: show its record."""
        row, self._entry_row = self._entry_row, None
        had_focus = self.entry.isAncestorOf(self.window().focusWidget() or self)
        self.stack.setCurrentIndex(_NOTHING)
        self._show_actions()
        if had_focus:
            self.rows.setFocus()
        if row is not None and self.rows.current_id() == row:
            self.finding.open_finding(row)

    def give_up(self) -> None:
        """The card is not wanted: forgotten while it is no record, voided with a reason when it is."""
        detail_id = self.entry.state.finding
        if not detail_id:
            self.entry.work.forget()
            self.desk.tell("这张没有记。")
            return
        self.desk.read(self, finding_detail.detail, detail_id, then=self._void, newest="void")

    def _void(self, detail: finding_detail.FindingDetail) -> None:
        found = next((a for a in detail.actions if a.verb == "void_finding"), None)
        if found is not None:
            self.steps.start(found, detail)

    def choose_photos(self) -> None:
        """Ctrl+O."""
        if self.is_entering:
            files.choose_files(self, "选照片", [files.PHOTOS], self.entry.take_files)
        else:
            self.finding.evidence.choose()

    def compare(self) -> None:
        """C: before and after."""
        if not self.is_entering:
            self.finding.evidence.show_pair()

    def _found_unfinished(self, kept: entry.KeptCard | None) -> None:
        """Back to the card and the caret after a crash."""
        if kept is None or self.is_entering:
            return
        state = EntryState.from_body(kept.key, kept.body)

        def opened(context: entry.EntryContext) -> None:
            self._open_entry(state, context, "")
            self.entry.put_caret()
            self.desk.tell("上次没写完的这条已恢复，接着写。")

        self.desk.read(self, entry.context, then=opened, newest="context")

    # --- many at once -----------------------------------------------------------------------------------------

    def draft_bulletin(self) -> None:
        """F8: the checked findings, or the one shown, become a 通报."""
        chosen = self.rows.checked_ids() or [i for i in (self.rows.current_id(),) if i is not None]
        if not self.office:
            self.desk.warn("通报由领导小组办公室统一制发，督巡组只报办公室。")
        elif not chosen:
            self.desk.warn("先选中要编入通报的问题：按 X 逐条选，或 Ctrl+A 全选。")
        else:
            self.desk.read(self, entry.hexids, chosen, then=self._draft, newest="bulletin")

    def _draft(self, chosen: list[str]) -> None:
        def drafted(outcome: Any) -> None:
            self.rows.clear_checked()
            self.bulletin_drafted.emit(outcome.ids[-1])
            self.window_.go("documents", outcome.ids[-1])

        self.desk.do(self, "draft_bulletin", findings=chosen, then=drafted)

    # --- frame ------------------------------------------------------------------------------------------------

    def show_record(self, record: Any) -> None:
        if isinstance(record, str):
            self.desk.read(self, entry.rowids, [record], then=lambda rows: self._go_row(rows), newest="go")
        else:
            super().show_record(record)

    def _go_row(self, rows: list[int]) -> None:
        if rows:
            super().show_record(rows[0])

    def leaving(self) -> None:
        if self.is_entering:
            self.entry.settle_editors()
            self.entry.work.keep()
            self.entry.work.commit()

    def commands(self) -> list[Command]:
        return [
            Command("新问题", self.new_finding, "Ctrl+N", ("xwt", "xinwenti")),
            Command("同样问题，下一处", self.same_again, "Ctrl+D", ("tywt", "tongyangwenti")),
            Command("选中的编入通报", self.draft_bulletin, "F8", ("brtb", "bianrutongbao")),
        ]


def _context_and_kept(reader: Any, key: str) -> tuple[entry.EntryContext, entry.KeptCard | None]:
    return entry.context(reader), entry.kept(reader, key)


def _state_of(detail: finding_detail.FindingDetail) -> EntryState:
    """A finding's values as a card."""
    state = EntryState("", finding="", number=detail.number, photos=len(detail.evidence))
    values = {f.key: f.value for f in detail.fields if f.key in KEYS}
    state.take_record(values, {f.key: f.text for f in detail.fields if f.key in REFS})
    return state
