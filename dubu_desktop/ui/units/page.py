"""单位: found by Chinese, pinyin or initials among any number; below one another; adopted, merged, imported."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import units
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.ui.intake_wizard import IntakeWizard
from dubu_desktop.ui.kit import Button, Command, Filter, PlainLabel, Row
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.rows import chip_of
from dubu_desktop.ui.units.detail import UnitPane

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow

_NEITHER = "其他"  # says nothing of a unit: neither its kind nor its side


class UnitsPage(ListDetailPage):
    """Right or Enter goes below a unit, Left or Backspace back up; the line above the list says where one is."""

    title = "单位"
    anchor = "单位"
    search_hint = "搜索 名称、别名、拼音、首字母 …"
    filters = (
        Filter("all", "全部"), Filter("industry", "行业"), Filter("territory", "属地"), Filter("pending", "待认"),
        Filter("top", "按上级"),
    )  # fmt: skip
    empty = ("还没有单位", "从工作簿读入，或逐个新增")
    empty_icon = "unit"
    dense = True
    checkable = False
    kinds = frozenset({"unit", "finding"})
    count_filters = staticmethod(units.counts)

    def __init__(self, window: MainWindow) -> None:
        self.way: list[tuple[str, str]] = []  # (id, name) of the units one has gone below, outermost first
        super().__init__(window)
        self.office = self.desk.house.edition == "office"
        self.pane.add_button(Button("新增", kind="primary", small=True, keys="A", on_click=self.unit.add))
        if self.office:
            self.pane.add_button(Button("读入", small=True, on_click=self.open_intake))
        self.trail = PlainLabel("", "hint", elide="middle")
        self.trail.setContentsMargins(16, 4, 16, 6)
        self.trail.hide()
        column = self.pane.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.trail)
        self.rows.opened.connect(lambda _row: self.unit.edit_first())
        self.pane.filters.changed.connect(self._leave_way)
        self.keys.bind("A", self.unit.add, "新增单位")
        for key, act, label in (
            ("Right", self.go_below, "看下级单位"),
            ("Left", self.go_up, "回到上级"),
            ("Backspace", self.go_up, "回到上级"),
        ):
            self.keys.bind(key, act, label)

    # --- list -------------------------------------------------------------------------------------------------

    @staticmethod
    def list_ids(reader: Any, text: str, filter_key: str) -> array[int]:
        key, _, above = filter_key.partition(":")
        # Words are looked for everywhere below the county, not only right below one unit.
        return units.ids(reader, ListFilter(text=text, key=key, unit="" if text else above))

    @staticmethod
    def fetch_rows(reader: Any, ids: Sequence[int]) -> Iterable[units.UnitRow]:
        return units.rows(reader, ids)

    @staticmethod
    def present(record: units.UnitRow) -> Row:
        parts = (record.kind, record.side, record.parent, record.contact)
        sub = " · ".join(part for part in parts if part and part != _NEITHER)
        return Row(record.title, sub or "未写类型", record.group if record.pending else "", chip_of(record.chips))

    def filter_key(self) -> str:
        return f"all:{self.way[-1][0]}" if self.way else self.pane.filters.current()

    def say_count(self, total: int) -> str:
        return f"{total:,} 个".replace(",", " ")

    def go_below(self) -> None:
        """Right: the units right below the chosen one."""
        detail = self.unit.detail
        if detail is None:
            return
        if not detail.children:
            self.desk.said.emit(Message.plain(f"{detail.row.name}没有下级单位。"))
            return
        self.way.append((detail.row.id, detail.row.name))
        self._went()

    def go_up(self) -> None:
        """Left: back to where one came from, which is chosen again."""
        if self.way:
            came_from, _ = self.way.pop()
            self._went()
            self.show_record(came_from)

    def _leave_way(self) -> None:
        self.way.clear()
        self._say_way()

    def _went(self) -> None:
        self.pane.search.clear()
        self._say_way()
        self.refresh()

    def _say_way(self) -> None:
        self.trail.setText("← " + " › ".join(name for _, name in self.way))
        self.trail.setVisible(bool(self.way))

    def show_record(self, record: Any) -> None:
        if isinstance(record, int) and self.way and self.rows.ids().count(record) == 0:
            self._leave_way()
        super().show_record(record)

    # --- detail -----------------------------------------------------------------------------------------------

    def make_detail(self) -> QWidget:
        self.right = QStackedWidget()
        self.unit = UnitPane(self)
        self.unit.below_wanted.connect(self.go_below)
        self.intake: IntakeWizard | None = None
        self.right.addWidget(self.unit)
        return self.right

    def show_detail(self, row_id: int | None) -> None:
        self.unit.show_unit(row_id)

    def open_intake(self, book: Path | None = None) -> None:
        """读入: a list of units from a workbook, in place of the detail; the workbook is asked for if none is given."""
        if self.intake is None:
            self.intake = IntakeWizard(self, "units")
            self.intake.closed.connect(self._close_intake)
            self.right.addWidget(self.intake)
        self.right.setCurrentWidget(self.intake)
        self.intake.begin(book)

    def _close_intake(self) -> None:
        self.right.setCurrentWidget(self.unit)
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def commands(self) -> list[Command]:
        made = [Command("新增单位", self.unit.add, "A", ("xzdw", "xinzengdanwei"))]
        if self.office:
            made.append(Command("从工作簿读入单位", self.open_intake, "单位", ("drdw", "daorudanwei", "duru")))
        return made
