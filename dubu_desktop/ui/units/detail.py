"""One unit: its fields, what lies below it, the findings that name it, and what is decided of a proposed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import findings, units
from dubu_desktop.domain.records.people import UnitKind, UnitSide
from dubu_desktop.ui import choices
from dubu_desktop.ui.casework.values import plain, to_field
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    AskPanel,
    Button,
    Choice,
    DetailHead,
    EmptyState,
    Field,
    KeyValueCard,
    Kind,
    LinkedRows,
    PlainLabel,
    Scroll,
    SectionHead,
)
from dubu_desktop.ui.rows import chips_of, finding_row

if TYPE_CHECKING:
    from dubu_desktop.actions.reads.parts import Available
    from dubu_desktop.ui.units.page import UnitsPage

_SHOWN = ("name", "short_name", "unit_kind", "side", "parent", "code", "contact", "aliases")
_KINDS = tuple(Choice(kind.value, kind.label) for kind in UnitKind)
_SIDES = tuple(Choice(side.value, side.label) for side in UnitSide)
_MOST = 200


class UnitPane(QWidget):
    """See the module. `below_wanted` when 下级单位 is clicked."""

    below_wanted = Signal()

    def __init__(self, page: UnitsPage) -> None:
        super().__init__()
        self.page, self.desk = page, page.desk
        self.detail: units.UnitDetail | None = None
        self.ask, self.bar = AskPanel(self), ActionBar(page)
        self.head, self.facts = DetailHead(), KeyValueCard()
        self.facts.edited.connect(self._edit)
        self.below = Button("", icon="right", small=True, on_click=self.below_wanted.emit)
        self.named_head = SectionHead("涉及的问题")
        self.named = LinkedRows(self.desk, findings.rows, finding_row, dense=True, most=_MOST, name="涉及的问题")
        self.named.opened.connect(lambda row: page.window_.go("findings", row))
        self.none = PlainLabel("还没有问题涉及它。", "sub")
        scroll = Scroll()
        row = QHBoxLayout()
        row.addWidget(self.below)
        row.addStretch(1)
        scroll.canvas.addWidget(self.facts)
        scroll.canvas.addLayout(row)
        for widget in (self.named_head, self.named, self.none):
            scroll.canvas.addWidget(widget)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(scroll, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(EmptyState("unit", "没有选中单位", "左边选一个；按 A 新增"))
        self.stack.addWidget(shown)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.stack, 1)
        whole.addWidget(self.ask)
        whole.addWidget(self.bar)
        self.bar.set_actions(())

    def show_unit(self, row_id: int | None) -> None:
        """Show the unit of a row; nothing for none."""
        if row_id is None:
            self.detail = None
            self.stack.setCurrentIndex(0)
            self.bar.set_actions(())
            self.bar.hide()
        else:
            self.desk.read(self, units.detail, row_id, then=self._show, newest="detail")

    def _show(self, detail: units.UnitDetail) -> None:
        self.detail, row = detail, detail.row
        self.stack.setCurrentIndex(1)
        where = " · ".join(part for part in (row.kind, row.side, row.parent and f"上级 {row.parent}") if part)
        proposed = f" · {row.group}提出，等办公室认可" if row.pending else ""
        into = f" · 已并入{detail.merged_into.name}" if detail.merged_into else ""
        self.head.set_head(f"{where}{proposed}{into}" or "单位", row.name, chips_of(row.chips))
        shown = {view.key: view for view in detail.fields}
        supplies = {"unit": choices.supply(self.desk, self, choices.units)}
        self.facts.set_fields([to_field(shown[key], supplies) for key in _SHOWN])
        self.below.set_text(f"下级单位 {detail.children}")
        self.below.setVisible(bool(detail.children))
        count = len(detail.findings)
        more = f"，这里列最近{_MOST}个" if count > _MOST else ""
        self.named_head.set_note(f"{count} 个{more}" if count else "")
        self.named_head.set_hint("Enter 打开" if count else "")
        self.named.set_ids(detail.findings[:_MOST])
        self.none.setVisible(not count)
        self.bar.set_actions([self._action(one) for one in detail.actions], "← → 看上下级")
        self.bar.setVisible(bool(detail.actions))

    def edit_first(self) -> None:
        """Enter in the list: edit the name."""
        if self.detail is not None:
            self.facts.open("name")

    def _edit(self, key: str, value: Any) -> None:
        if self.detail is not None:
            self.desk.do(self, "edit_unit", unit=self.detail.row.id, values={key: plain(value)})

    def _action(self, offered: Available) -> Action:
        forms = {"adopt_unit": ("Y", True, self._adopt), "merge_unit": ("M", False, self._merge)}
        keys, primary, run = forms.get(offered.verb, ("", False, self._remove))
        return Action(offered.label, lambda: run(offered), keys=keys, primary=primary)

    def _adopt(self, offered: Available) -> None:
        self._do(offered, "已认可，下次导出后各组都能用它。")

    def _merge(self, offered: Available) -> None:
        name = self.detail.row.name if self.detail else ""
        self.ask.ask(
            f"把“{name}”并入另一个单位",
            [
                Field(
                    "into", "并入", Kind.PICKER, missing="选并入哪个单位",
                    supply=choices.supply(self.desk, self, choices.units),
                )
            ],
            lambda given: self._do(offered, f"已并入{given['into'].label}。", into=given["into"].id),
            note="提到它的问题都改为并入的单位。",
            ok="并入",
        )  # fmt: skip

    def _remove(self, offered: Available) -> None:
        self.ask.ask(
            f"停用“{self.detail.row.name if self.detail else ''}”",
            [Field("reason", "理由", missing="写明理由")],
            lambda given: self._do(offered, "已停用，以前的记录不变。", reason=given["reason"]),
            ok="停用",
        )

    def _do(self, offered: Available, sentence: str, **more: Any) -> None:
        self.desk.do(
            self,
            offered.verb,
            then=lambda _outcome: self.desk.tell(sentence, act="撤销", on_act=self.page.window_.hooks.undo),
            **{**offered.params, **more},
        )

    def add(self) -> None:
        """A: a new unit; a group's is 待认 until the office adopts it."""
        note = "" if self.page.office else "办公室没有登记过的单位，先由本组提出；办公室认可以后各组都能用。"
        supply = choices.supply(self.desk, self, choices.units)
        above = self.page.way[-1] if self.page.way else None
        self.ask.ask(
            "新增单位",
            [
                Field("name", "名称", value=self.page.pane.search.text().strip(), missing="写全称"),
                Field("short_name", "简称"),
                Field("unit_kind", "类型", Kind.ENUM, UnitKind.OTHER.value, choices=_KINDS),
                Field("side", "行业或属地", Kind.ENUM, UnitSide.NEITHER.value, choices=_SIDES),
                Field("parent", "上级", Kind.PICKER, Choice(*above) if above else None, supply=supply),
                Field("contact", "联系人"),
            ],
            self._added,
            note=note,
            ok="新增",
        )

    def _added(self, given: dict[str, Any]) -> None:
        values: dict[str, Any] = {key: plain(value) for key, value in given.items()}
        values["unit_kind"] = values["unit_kind"] or UnitKind.OTHER.value
        values["side"] = values["side"] or UnitSide.NEITHER.value
        self.desk.do(self, "add_unit", then=lambda outcome: self.page.show_record(outcome.ids[-1]), **values)
