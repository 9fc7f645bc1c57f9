"""问题: list at the left, one finding or the entry card at the right."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import entry, finding_detail, findings
from dubu_desktop.actions.reads.findings import FindingFilter, FindingRow
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.ui import files, turns
from dubu_desktop.ui.casework.head import chip
from dubu_desktop.ui.casework.rows import place_line, short
from dubu_desktop.ui.casework.steps import Steps
from dubu_desktop.ui.documents import newpaper
from dubu_desktop.ui.findings import ledger
from dubu_desktop.ui.findings.bulk import Bulk, chosen
from dubu_desktop.ui.findings.detail import FindingPane
from dubu_desktop.ui.findings.entering import Entering, state_of
from dubu_desktop.ui.findings.entry import EntryCard
from dubu_desktop.ui.findings.narrow import Elsewhere, Narrow
from dubu_desktop.ui.kit import Action, ActionBar, AskPanel, Button, Command, EmptyState, Filter, Row
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.rows import short_group
from dubu_desktop.ui.window import MainWindow

#: filters in the order of their weight: as many as hold something and fit a line are chips, the rest is under ＋ 筛选
_OFFICE = (
    ("open", "未销号"), ("conflict", "冲突"), ("overdue", "逾期"), ("to_confirm", "待核定"), ("to_assign", "待交整改"),
    ("to_close", "待销号"), ("week", "本周新增"), ("urgent", "紧急重大"), ("all", "全部"), ("draft", "未定稿"),
    ("closed", "已销号"), ("settled", "其他结论"), ("reopened", "反弹"), ("unseen", "改动晚于结论"),
)  # fmt: skip
_GROUP = (
    ("open", "未销号"), ("draft", "草稿"), ("today", "今天"), ("to_verify", "待核查"), ("overdue", "逾期"),
    ("conflict", "冲突"), ("urgent", "紧急重大"), ("all", "全部"), ("closed", "已销号"), ("reopened", "反弹"),
)  # fmt: skip
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
        self.filters = [Filter(*self._names[0])]
        super().__init__(window)
        self.pane.add_button(Button("新问题", kind="primary", keys="Ctrl+N", small=True, on_click=self.new_finding))
        self.rows.peeked.connect(lambda _row: self.finding.evidence.enlarge())
        self.rows.opened.connect(lambda _row: self._enter())
        self.rows.checked_changed.connect(lambda _count: self._checked())
        self.keys.bind("F8", self.draft_bulletin, "选中的编入通报")
        self.keys.bind("Ctrl+O", self.choose_photos, "选照片文件")
        self.keys.bind("C", self.compare, "整改前后对比")
        self.keys.bind("Ctrl+P", self.export_ledger, "导出问题台账")
        if self.office:
            self.pane.add_button(Button("读入", small=True, on_click=self.read_ledger))
        self.desk.read(self, entry.unfinished, then=self.entering.restore, newest="unfinished")

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
        return Row(short(row.title), sub, short_group(row.group), chip(row.chips[0]) if row.chips else None)

    def refresh(self) -> None:
        self.desk.read(self, findings.ids, self.shown_filter(), then=self._listed, newest="ids", on_screen=True)
        self.desk.read(self, findings.counts, then=self._counted, newest="counts")
        if self.is_entering:
            self.entry.work.reload()

    def _counted(self, counts: dict[str, int]) -> None:
        self.narrow.show_counts(counts)
        self.pane.count.setText(self.say_count(len(self.rows.ids())))

    def _listed(self, ids: array[int]) -> None:
        if not self.is_entering:
            super()._listed(ids)
            self.elsewhere.look(self.pane.search.text().strip(), self.pane.filters.current(), len(ids))
            return
        self.rows.set_ids(ids)
        self.pane.count.setText(self.say_count(len(ids)))
        self.pane.stack.setCurrentIndex(0 if len(ids) else 1)
        if self.entering.row is not None:
            self.rows.choose(self.entering.row)

    def shown_filter(self) -> FindingFilter:
        """What the list shows: search, chip, and what was picked under ＋ 筛选."""
        return self.narrow.narrowed(
            FindingFilter(text=self.pane.search.text().strip(), status=self.pane.filters.current())
        )

    def filter_words(self) -> str:
        """The chip that is on, in words."""
        return dict(self._names)[self.pane.filters.current()]

    def look_everywhere(self) -> None:
        """Search under 全部."""
        self.narrow.clear()
        self.choose_filter("all")
        self.rows.setFocus()

    def choose_filter(self, key: str) -> None:
        """Show the findings of one filter (from 工作台, or ＋ 筛选)."""
        self.narrow.choose(key)

    def show_widest(self) -> None:
        self.choose_filter("all")

    def say_count(self, total: int) -> str:
        whole = self.narrow.count_of("all")
        said = f"{'共' if self.office else '本组'} {whole:,} 条，显示 {total:,} 条" if whole else f"显示 {total:,} 条"
        return said.replace(",", " ")

    # --- detail -----------------------------------------------------------------------------------------------

    def _wire(self) -> None:
        super()._wire()
        self.narrow = Narrow(self.desk, self.pane.filters, self._names)
        self.pane.add_below(self.narrow.line)
        self.elsewhere = Elsewhere(self.desk, self._nothing, self._names, self.look_everywhere)
        self.narrow.changed.connect(self.refresh)
        self.narrow.left.connect(self.rows.setFocus)
        self.narrow.status_wanted.connect(self.choose_filter)
        self.keys.bind("F", self.narrow.open, "筛选")

    def make_detail(self) -> QWidget:
        holder = QFrame()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.ask = AskPanel(holder, clock=self.desk.clock)
        self.bar = ActionBar(self)
        self.steps = Steps(self.desk, self, self.ask, self._stepped)
        self.finding = FindingPane(self.desk, self, self.steps)
        self.finding.shown.connect(self._shown)
        self.entering = Entering(self)
        self.bulk = Bulk(self.desk, self, self.ask)
        self.stack = QStackedWidget()
        self._entry_place = QVBoxLayout()
        place = QWidget()
        place.setLayout(self._entry_place)
        self._entry_place.setContentsMargins(0, 0, 0, 0)
        for part in (self.finding, place, EmptyState("finding", "没有选中问题", "按 Ctrl+N 记一个新的")):
            self.stack.addWidget(part)
        self.stack.setCurrentIndex(_NOTHING)
        column.addWidget(self.stack, 1)
        column.addWidget(self.ask)
        column.addWidget(self.bar)
        return holder

    def take_focus(self) -> None:
        if self.is_entering and self.entry.state.caret[0]:
            self.entry.put_caret()  # back to where one was writing
        else:
            super().take_focus()

    @cached_property
    def entry(self) -> EntryCard:
        """The entry card, made when first needed: rows should not wait for its many editors."""
        card = EntryCard(self.desk)
        card.changed.connect(self._show_actions)
        card.enlarge.connect(lambda photos, at: self.finding.evidence.enlarge(at, photos))
        self.entering.attend(card)
        self._entry_place.addWidget(card)
        return card

    def show_entry(self) -> None:
        """The card comes to the front; keys of what was shown are given back."""
        self.ask.close_panel()
        self.finding.put_away()
        self.stack.setCurrentIndex(_ENTRY)
        self._show_actions()

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self.ask.close_panel()
        self.finding.put_away()
        self.stack.setCurrentIndex(_NOTHING)
        self._show_actions()

    @property
    def is_entering(self) -> bool:
        """Whether the entry card is open."""
        return self.stack.currentIndex() == _ENTRY

    def show_detail(self, row_id: int | None) -> None:
        if self.is_entering:
            if row_id is None or row_id == self.entering.row or self._by_focus(row_id):
                return
            self.entry.leave()
        if row_id is None:
            self.show_nothing()
            return
        if self.finding.detail is None or self.finding.detail.rowid != row_id:
            self.ask.close_panel()  # what was asked concerned the other one
        self.finding.open_finding(row_id)

    def _by_focus(self, row_id: int) -> bool:
        """Whether the list only took its first row because the focus came to it; the card stays then."""
        return self.entering.row is None and self.rows.ids()[0] == row_id and not self.rows.underMouse()

    def _shown(self, detail: finding_detail.FindingDetail) -> None:
        if self.is_entering:
            return
        mine = detail.status == FindingStatus.DRAFT and any(a.verb == "void_finding" for a in detail.actions)
        if mine and not detail.conflicts and not detail.notes:
            self.entering.open_draft(detail)
            return
        self.stack.setCurrentIndex(_PANE)
        self._show_actions()

    def _checked(self) -> None:
        """Others were checked: what can be done to them is read, then offered."""
        rows = self.rows.checked_ids()
        if self._for_many():
            self.desk.read(self, chosen, rows, then=self._show_bulk, newest="checked")
        else:
            self._show_actions()

    def _show_bulk(self, rows: list[FindingRow]) -> None:
        if not self._for_many():
            return
        actions = self.bulk.actions(rows)
        if self.office:
            actions.insert(0, Action(f"编入通报 {len(rows)} 条", self.draft_bulletin, primary=True))
        actions.append(Action("出文书", self.new_paper, "W"))
        actions.append(Action("导出台账", self.export_ledger, "Ctrl+P"))
        actions.append(Action("取消选中", self.rows.clear_checked))
        self.bar.set_actions(
            actions, f"已选中 {len(rows)} 条 · F8 编入通报" if self.office else f"已选中 {len(rows)} 条"
        )

    def _for_many(self) -> bool:
        """Whether the bar speaks of the checked ones: not while a new card is being written."""
        return len(self.rows.checked_ids()) > 1 and not (self.is_entering and self.entering.row is None)

    def _show_actions(self) -> None:
        if self._for_many():
            self._checked()
        elif self.is_entering:
            upward = "" if self.office else " · 只报领导小组办公室"
            self.bar.set_actions(self.entering.actions(), f"F6 下一缺项{upward}")
        elif self.stack.currentIndex() == _PANE and self.finding.detail is not None:
            actions = self.steps.actions(self.finding.detail)
            actions.append(Action("同样问题，下一处", self.same_again, "Ctrl+D"))
            if self.finding.detail.status not in ("draft", "voided"):
                actions.append(Action("出文书", self.new_paper, "W"))
            marks = "X 选中 · F8 编入通报" if self.office else "空格键看照片 · Ctrl+Z 撤销"
            self.bar.set_actions(actions, turns.of_finding(self.desk.house, self.finding.detail, actions, marks))
        else:
            self.bar.set_actions(())

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
        self.entering.begin(None)

    def same_again(self) -> None:
        """Ctrl+D: the same problem at the next place."""
        if self.is_entering:
            self.entry.settle_editors()
            self.entering.begin(self.entry.state)
        elif self.finding.detail is not None and self.stack.currentIndex() == _PANE:
            self.entering.begin(state_of(self.finding.detail))

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

    def draft_bulletin(self) -> None:
        """F8: the checked findings, or the one shown, become a 通报, opened in 文书."""
        wanted = self.rows.checked_ids() or [i for i in (self.rows.current_id(),) if i is not None]
        self.bulk.draft_bulletin(wanted, self._drafted)

    def new_paper(self) -> None:
        """W: a paper of any kind from the checked findings, or the one shown; which kind is asked in 文书."""
        wanted = self.rows.checked_ids() or [i for i in (self.rows.current_id(),) if i is not None]
        newpaper.from_rows(self.window_, wanted)

    def export_ledger(self) -> None:
        """Ctrl+P: the checked findings, or those the list shows, as a workbook."""
        ledger.export(self)

    def read_ledger(self) -> None:
        """Somebody else's ledger from a workbook; known findings are compared."""
        ledger.read_in(self)

    def _drafted(self, document: str) -> None:
        self.rows.clear_checked()
        self.bulletin_drafted.emit(document)
        self.window_.go("documents", document)

    # --- frame ------------------------------------------------------------------------------------------------

    def show_record(self, record: Any) -> None:
        if isinstance(record, str):
            self.desk.read(self, entry.rowids, [record], then=lambda rows: self._go_row(rows), newest="go")
        else:
            super().show_record(record)

    def _go_row(self, rows: list[int]) -> None:
        if rows:
            self.narrow.clear()
            super().show_record(rows[0])

    def leaving(self) -> None:
        if self.is_entering:
            self.entry.settle_editors()
            self.entry.work.keep()
            self.entry.work.commit()

    def commands(self) -> list[Command]:
        read_in = Command("从工作簿读入问题台账", self.read_ledger, "问题", ("drwttz", "daoruwentitaizhang", "duru"))
        return [
            *((read_in,) if self.office else ()),
            Command("新问题", self.new_finding, "Ctrl+N", ("xwt", "xinwenti")),
            Command("同样问题，下一处", self.same_again, "Ctrl+D", ("tywt", "tongyangwenti")),
            Command("导出问题台账", self.export_ledger, "Ctrl+P", ("dcwttz", "daochuwentitaizhang", "taizhang")),
            Command("选中的编入通报", self.draft_bulletin, "F8", ("brtb", "bianrutongbao")),
        ]
