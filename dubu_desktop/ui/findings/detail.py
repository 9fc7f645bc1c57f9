"""问题 in detail: the facts, editable in place where this side may; evidence, conflicts, notes, 经过."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.actions.reads.parts import FieldView
from dubu_desktop.ui.casework.choices import supplies
from dubu_desktop.ui.casework.pane import CasePane
from dubu_desktop.ui.casework.values import plain, to_field
from dubu_desktop.ui.kit import Field, KeyValueCard, Tone

#: the card: field, label as it is spoken
_SHOWN = (
    ("found_at", "发现时间"),
    ("category", "类别"),
    ("place", "地点"),
    ("severity", "严重程度"),
    ("industry_unit", "行业责任"),
    ("territory_unit", "属地责任"),
)
_MORE = (
    ("unit", "被督导单位"), ("task", "交办任务"), ("patterns", "规律特征"), ("urgent", "紧急重大"),
    ("no_evidence_reason", "无佐证的理由"), ("no_industry_reason", "无行业的理由"),
    ("no_territory_reason", "无属地的理由"),
    ("basis", "问题依据"),
)  # fmt: skip


class FindingPane(CasePane):
    """See the module."""

    def build_main(self) -> list[QWidget]:
        self._supplies = supplies(self.desk, self)
        self.facts = KeyValueCard(clock=self.desk.clock)
        self.facts.edited.connect(self._edited)
        return [self.clash, self.facts, self.evidence, self.persons, self.notes]

    def show_main(self, detail: FindingDetail) -> None:
        views = {f.key: f for f in detail.fields}
        fields = [self._field(views[key], label) for key, label in _SHOWN]
        fields += self._rectification(detail)
        if detail.papers:
            named = "、".join(one.name for one in detail.papers)
            fields.append(Field("papers", "列入文书", text=named, wide=True, editable=False))
        fields += [
            self._field(views[key], label) for key, label in _MORE if views[key].value not in (None, "", [], False)
        ]
        # the title is the first line of the facts; they stand whole below, where they can be changed
        fields.append(self._field(views["facts"], "具体情况"))
        self.facts.set_fields(fields)

    def _field(self, view: FieldView, label: str) -> Field:
        made = to_field(view, self._supplies, label=label, missing="")
        if view.conflict:
            made = replace(made, note="两边写得不一样")
        return made

    def _rectification(self, detail: FindingDetail) -> list[Field]:
        held = detail.rectification
        if held is None:
            return []
        note = f"{held.term}，原定{held.original_due}" if held.original_due != held.due else held.term
        due = Field("due", "整改期限", text=held.due or "待定", note=note, editable=False,
                    tone=None if held.due else Tone.WARN)  # fmt: skip
        last = next((u for u in detail.urges if u.id), None)
        said = f"{detail.urge_count}次" + (f"，最近 {last.when.split(' ')[0]} {last.channel}" if last else "")
        return [due, Field("urged", "督促", text=said if detail.urge_count else "没有", editable=False)]

    def _edited(self, key: str, value: Any) -> None:
        if self.detail is None:
            return
        finding, values = self.detail.id, {key: plain(value)}
        if self.desk.house.edition != "office" or self.detail.group == "办公室":
            self._write(finding, values)
            return
        # after the editor has closed, or it would take the focus back
        QTimer.singleShot(0, self, lambda: self._ask_reason(finding, key, value))

    def _ask_reason(self, finding: str, key: str, value: Any) -> None:
        """contracts.md §3: the office may correct what a group wrote, with a reason."""
        field = self.facts.cell(key).field
        said = replace(field, value=value, text="").shown(self.desk.clock.today()) or "（空）"
        self.steps.ask.ask(
            f"更正{field.label}", (Field("reason", "理由", missing="写明更正的理由"),),
            lambda given: self._write(finding, {key: plain(value)}, given["reason"]),
            note=f"改为：{said}", ok="更正",
        )  # fmt: skip

    def _write(self, finding: str, values: dict[str, Any], reason: str = "") -> None:
        self.desk.do(
            self, "edit_finding", finding=finding, values=values, reason=reason,
            then=lambda _outcome: self.desk.tell("已改好，改前的值留在经过里。"),
        )  # fmt: skip

    @property
    def is_editing(self) -> bool:
        """Whether somebody is in one of the editors."""
        return any(self.facts.cell(key).is_editing() for key in self.facts.field_keys())
