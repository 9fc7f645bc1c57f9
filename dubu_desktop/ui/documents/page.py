"""文书: papers at the left, the chosen one at the right: what it is, which findings, its figures, its pages."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import documents, drafts, findings, paperchoices
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.domain.papers.bulletin_data import NamingLevel
from dubu_desktop.domain.records import DOCUMENT
from dubu_desktop.ui import choices, phrasing, turns
from dubu_desktop.ui.documents import fields, newpaper, steps
from dubu_desktop.ui.documents.figures import FiguresPane
from dubu_desktop.ui.documents.order import OrderList
from dubu_desktop.ui.documents.preview import Preview
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    AskPanel,
    Button,
    Command,
    DetailHead,
    EmptyState,
    Field,
    Filter,
    FilterChips,
    KeyValueCard,
    Kind,
    PlainLabel,
    Row,
    Scroll,
    SectionHead,
    Tone,
)
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.rows import chip_of, chips_of

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow

_VIEWS = ("content", "findings", "figures", "pages")
_LABELS = {"content": "要素", "findings": "问题", "figures": "数字", "pages": "页面"}
_SWITCH = 232  # px: the four chips in one line


class DocumentsPage(ListDetailPage):
    """See the module. F8 in 问题 makes a draft and comes here (`steps.draft_from`)."""

    title = "文书"
    anchor = "文书"
    search_hint = "搜索 标题、字号 …"
    filters: Sequence[Filter] = (
        Filter("open", "未印发"), Filter("submitted", "待签发"), Filter("issued", "已印发"),
        Filter("revoked", "已撤销"), Filter("all", "全部"),
    )  # fmt: skip
    empty = ("还没有文书", "按 N 起草一份；或在“问题”里选中要通报的，按 F8 就编成通报")
    empty_icon = "paper"
    checkable = False
    kinds = frozenset({"document", "finding", "rectification", "evidence", "unit", "setting"})
    count_filters = staticmethod(documents.counts)

    def __init__(self, window: MainWindow) -> None:
        self.view: drafts.DraftView | None = None
        self.office = window.desk.house.edition == "office"
        if not self.office:
            self.filters = (Filter("issued", "已印发"), Filter("revoked", "已撤销"), Filter("all", "全部"))
            self.empty = ("还没有收到文书", "办公室印发给本组的，收下数据包后就在这里；按 N 制作报办公室的材料")
        self._pages_first = False
        self._asked_of = ""  # the paper that an open question is about
        super().__init__(window)
        self.pane.add_button(Button("新文书", kind="primary", small=True, on_click=self.new_paper))
        self.keys.bind("N", self.new_paper, "新文书")
        self.keys.bind("P", self.toggle_pages, "看页面")
        phrasing.bind(self.keys, lambda words: phrasing.keep(self.desk, self, words, self.window_.hooks.undo))
        self.keys.bind("Ctrl+Tab", self.next_view, "换一种看法：要素、问题、数字、页面")

    # --- list -------------------------------------------------------------------------------------------------

    @staticmethod
    def list_ids(reader: Any, text: str, filter_key: str) -> array[int]:
        return documents.ids(reader, ListFilter(text=text, key=filter_key))

    @staticmethod
    def fetch_rows(reader: Any, ids: Sequence[int]) -> Iterable[documents.DocumentRow]:
        return documents.rows(reader, ids)

    @staticmethod
    def present(record: documents.DocumentRow) -> Row:
        about = f"{record.findings}个问题" if record.findings else ""
        sub = " · ".join(part for part in (record.number or "未编号", about, record.when) if part)
        return Row(record.title, sub, record.kind, chip_of(record.chips))

    def say_count(self, total: int) -> str:
        return f"{total} 份"

    # --- detail -----------------------------------------------------------------------------------------------

    def make_detail(self) -> QWidget:
        pane = QFrame()
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.views = QStackedWidget()
        for view in (self._content(), self._findings(), self._figures(), self._pages()):
            self.views.addWidget(view)
        column.addWidget(self._head())
        column.addWidget(self.views, 1)
        self.whole = QStackedWidget()
        self.whole.addWidget(
            EmptyState("paper", "选一份文书", "左边选中，就在这里看要素、问题、数字和页面；按 N 起草一份")
        )
        self.whole.addWidget(pane)
        outer = QFrame()
        around = QVBoxLayout(outer)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(0)
        self.ask, self.bar = AskPanel(outer), ActionBar(self)
        around.addWidget(self.whole, 1)
        around.addWidget(self.ask)
        around.addWidget(self.bar)
        self.bar.hide()
        return outer

    def _head(self) -> QWidget:
        self.head = DetailHead()
        self.switch = FilterChips([Filter(key, label) for key, label in _LABELS.items()])
        self.switch.setFixedWidth(_SWITCH)
        self.switch.changed.connect(lambda: self.show_view(self.switch.current()))
        foot = QHBoxLayout()
        foot.addWidget(self.head.steps, 1)
        foot.addWidget(self.switch)
        column = self.head.layout()
        assert isinstance(column, QVBoxLayout)
        column.addLayout(foot)
        return self.head

    def _content(self) -> QWidget:
        scroll = Scroll()
        self.warned = PlainLabel("", "small", wrap=True)
        self.warned.set_tone(Tone.WARN)
        self.facts, self.texts = KeyValueCard(), KeyValueCard(columns=1)
        for card in (self.facts, self.texts):
            card.edited.connect(self.edit)
        self.texts_head = SectionHead("正文", "数字随列入的问题自动更新；改写后以您写的为准")
        for widget in (self.warned, self.facts, self.texts_head, self.texts):
            scroll.canvas.addWidget(widget)
        return scroll

    def _findings(self) -> QWidget:
        pane = QWidget()
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.order = OrderList()
        self.order.ordered.connect(lambda ids: self._do("reorder_findings", findings=ids))
        self.order.removed.connect(self.remove)
        self.order.opened.connect(lambda record: self.window_.go("findings", record))
        hint = self.order_hint = PlainLabel("", "hint")
        self.keys.bind("D", self.change_naming, "点名单位／点人点事（在“问题”里）")
        hint.setContentsMargins(24, 8, 24, 8)
        column.addWidget(hint)
        column.addWidget(self.order, 1)
        return pane

    def _figures(self) -> QWidget:
        self.figures = FiguresPane(self)
        return self.figures

    def _pages(self) -> QWidget:
        self.preview = Preview(self)
        return self.preview

    def show_view(self, key: str) -> None:
        """Show 要素, 问题, 数字 or 页面."""
        self.views.setCurrentIndex(_VIEWS.index(key))
        if self.switch.current() != key:
            self.switch.choose(key)
        if key == "pages" and self.view is not None:
            self.preview.show_document(self.view)
        if key == "figures" and self.view is not None:
            self.figures.show_figures(self.view.detail.row.id)
        focus = {"findings": self.order, "figures": self.figures, "pages": self.preview}.get(key)
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_pages(self) -> None:
        """P: between the pages and what the paper is."""
        self.show_view("content" if self.switch.current() == "pages" else "pages")
        if self.switch.current() == "content":
            self.rows.setFocus()

    def next_view(self) -> None:
        """Ctrl+Tab."""
        at = _VIEWS.index(self.switch.current())
        self.show_view(_VIEWS[(at + 1) % len(_VIEWS)])

    def show_detail(self, row_id: int | None) -> None:
        if row_id is None:
            self.view = None
            self.whole.setCurrentIndex(0)
            self.bar.hide()
        else:
            self.desk.read(self, drafts.draft, row_id, then=self.show_draft, newest="detail")

    def show_draft(self, view: drafts.DraftView) -> None:
        """Show a document."""
        fresh = self.view is None or self.view.detail.row.id != view.detail.row.id
        self.view, row = view, view.detail.row
        if self._asked_of not in ("", row.id):
            self.ask.close_panel()  # what was asked concerned the other one
            self._asked_of = ""
        self.whole.setCurrentIndex(1)
        signer = f" · 签发人 {view.signer}" if view.signer else ""
        number = row.number or (f"未编号（签发时取 {view.number}）" if view.number else "不编号")
        self.head.set_head(
            f"{number} · {row.kind}{signer}", view.title, chips_of(row.chips), view.detail.steps, view.detail.at
        )
        counts = {"findings": row.findings or None}
        self.switch.show()
        self.switch.set_filters([Filter(key, label, counts.get(key)) for key, label in _LABELS.items()])
        self._show_content(view)
        ids = tuple(view.detail.findings)
        self.order.set_editable(view.editable)
        naming = " · D 点名单位／点人点事" if fields.is_bulletin(view) else ""
        moving = f"Alt+↑↓ 或拖动调整次序{naming} · Delete 移出 · " if view.editable else ""
        self.order_hint.setText(f"{moving}Enter 打开问题")
        shown = (view.naming, view.named) if fields.is_bulletin(view) else ("", {})
        self.desk.read(self, _finding_rows, ids, *shown, then=self.order.set_items, newest="findings")
        actions = steps.actions(self, view)
        steps_on = [one for one in actions if not one.label.startswith("打印")]  # printing leads nowhere
        marks = turns.hint(self.desk.house, DOCUMENT.lifecycle, row.status, steps_on, "P 看页面 · Ctrl+Tab 换看法")
        self.bar.set_actions(actions, marks)
        self.bar.setVisible(bool(actions))
        if fresh:
            signed = row.status not in ("draft", "submitted")
            self.show_view("pages" if signed or self._pages_first else "content")
            self._pages_first = False
            if not self.rows.hasFocus():
                self.take_focus()
        elif self.switch.current() == "pages":
            self.preview.show_document(view)
        elif self.switch.current() == "figures":
            self.figures.show_figures(row.id)

    def _show_content(self, view: drafts.DraftView) -> None:
        supply_units = choices.supply(self.desk, self, choices.units)
        supply_groups = choices.supply(self.desk, self, choices.groups)
        supply_phrases = phrasing.supply(self.desk, self)
        self.facts.set_fields(fields.facts(view, supply_units, supply_groups, supply_phrases))
        open_yet = view.detail.row.status in ("draft", "submitted")
        live = open_yet and fields.is_bulletin(view)
        self.texts_head.setVisible(live)
        self.texts.setVisible(live)
        if live:
            self.texts.set_fields(fields.texts(view, supply_phrases))
        said = list(view.warnings[:3])
        if len(view.warnings) > 3:
            said.append(f"还有{len(view.warnings) - 3}个字也请看一眼")
        said[:0] = view.doubts
        if view.lacking:
            said.insert(0, view.lacking)
        if view.moved:
            said.insert(0, view.moved)
        if view.held and open_yet:
            said.insert(0, f"{'、'.join(view.held[:5])} 还没有核定，核定以后才能送审")
        if view.refused:
            said.insert(0, view.refused)
        if view.corrects is not None:
            said.append(f"更正 {view.corrects.name}")
        said += [f"已由 {one.name} 更正" for one in view.corrected_by]
        if view.final:
            said.append(f"另有定稿 {view.final}")
        self.warned.setText("\n".join(f"{Tone.WARN.shape} {words}" for words in said))
        self.warned.setVisible(bool(said))

    # --- doing ------------------------------------------------------------------------------------------------

    def _do(self, verb: str, then: Any = None, **params: Any) -> None:
        if self.view is not None:
            self.desk.do(self, verb, document=self.view.detail.row.id, then=then, **params)

    def ask_about(self, view: drafts.DraftView, *args: Any, **more: Any) -> None:
        """As `ask.ask`, about a paper: another one chosen meanwhile closes it."""
        self._asked_of = view.detail.row.id
        self.ask.ask(*args, **more)

    def edit(self, key: str, value: Any) -> None:
        """A field was changed and left."""
        if self.view is not None:
            self._do("edit_document", values=fields.edited(self.view, key, value))

    def remove(self, finding: str) -> None:
        """Take a finding out of the paper."""

        def told(outcome: Any) -> None:
            warned = "".join(f"{one}。" for one in outcome.warnings)
            self.desk.tell(f"已移出，问题本身没有变。{warned}", act="撤销", on_act=self.window_.hooks.undo)

        self._do("remove_findings", then=told, findings=[finding])

    def add(self) -> None:
        """Put more findings into the paper."""
        if self.view is None:
            return
        self.ask_about(
            self.view,
            "增列问题",
            [
                Field(
                    "findings", "问题", Kind.PICKERS, missing="选要增列的问题",
                    supply=choices.supply(self.desk, self, choices.findings),
                )
            ],
            lambda answer: self._do("add_findings", findings=[one.id for one in answer["findings"]]),
            ok="增列",
        )  # fmt: skip

    def new_paper(self, basis: newpaper.Basis = newpaper.Basis()) -> None:
        """N, 新文书: which kind, what it rests on; then the draft with its pages."""
        self._asked_of = ""
        newpaper.ask_kind(self, basis)

    def make(self, kind: str, basis: newpaper.Basis, **more: Any) -> None:
        """Draft it (office), or show its pages (group: what goes up is made from the records, and has no number)."""
        if self.office:
            self.desk.do(self, "draft_document", kind=kind, **basis.params, **more, then=self._drafted)
        else:
            self.desk.read(self, paperchoices.preview, kind, **basis.params, then=partial(self._made, kind, basis))

    def _drafted(self, outcome: Any) -> None:
        self._pages_first = True
        self.window_.go("documents", outcome.ids[-1])
        if len(outcome.ids) > 1:
            self.desk.tell(f"已起草{len(outcome.ids)}份，每个单位一份。")

    def _made(self, kind: str, basis: newpaper.Basis, made: Any) -> None:
        self.view = None
        self.rows.clearSelection()
        self.whole.setCurrentIndex(1)
        self.head.set_head(f"{made.label} · 报领导小组办公室", made.title, (), ("选记录", "看页面", "打印成文件"), 1)
        self.switch.hide()
        self.views.setCurrentIndex(_VIEWS.index("pages"))
        self.preview.show_made(made)
        self.preview.setFocus(Qt.FocusReason.OtherFocusReason)
        run = partial(steps.write_made, self, kind, basis, made)
        self.bar.set_actions([Action("打印成文件", run, keys="Ctrl+P", primary=True)], "页页注明“仅报领导小组办公室”")
        self.bar.show()

    def change_naming(self) -> None:
        """D in 问题: of the finding that is marked, name persons or units alone (点人点事)."""
        view, finding = self.view, self.order.current()
        seen = self.switch.current() == "findings"  # what is changed stands before the eyes
        if view is None or not seen or not view.editable or not finding or not fields.is_bulletin(view):
            return
        now = view.named.get(finding, view.naming)
        items = {**view.named, finding: "unit" if now == "person" else "person"}
        self._do("edit_document", values={"naming": {"level": view.naming, "items": items}})

    def commands(self) -> list[Command]:
        found = [Command("新文书", self.new_paper, "N", ("xws", "xinwenshu", "cws", "chuwenshu"))]
        if self.office:
            orders = Command("打印当天的交办单", self.print_orders, "文书", ("dydtjbd", "jiaobandan"))
            found.append(orders)
        return found

    def print_orders(self) -> None:
        """Every 交办单 of a day in one go."""
        self._asked_of = ""
        steps.print_orders(self, self.ask)


def _finding_rows(reader: Any, ids: Sequence[int], naming: str, named: dict[str, str]) -> list[tuple[str, Row]]:
    """The findings of a paper as rows (reader thread), with whom it names of each where it names anybody."""
    out: list[tuple[str, Row]] = []
    for at in range(0, len(ids), 200):
        for place, one in enumerate(findings.rows(reader, ids[at : at + 200]), at + 1):
            person = named.get(one.id, naming) == NamingLevel.PERSON
            sub = f"{NamingLevel.PERSON.label} · {one.sub}" if person else one.sub
            out.append((one.id, Row(f"{place}．{one.title}", sub, one.number, chip_of(one.chips))))
    return out
