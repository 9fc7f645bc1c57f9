"""问题类别: the defaults that follow from a category — who answers for the trade, how grave, by when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dubu_desktop.actions.reads import categories
from dubu_desktop.domain.records.people import Severity, Term
from dubu_desktop.ui import choices
from dubu_desktop.ui.kit import Action, Choice, Column, Field, Kind
from dubu_desktop.ui.settings.section import Cells, TableSection

_SEVERITIES = tuple(Choice(one.value, one.label) for one in Severity)
_TERMS = tuple(Choice(one.value, one.label) for one in Term)


class CategoriesSection(TableSection):
    """Enter on a category opens its defaults."""

    key = "categories"
    title = "问题类别"
    sub = "类别对应的行业责任单位、期限和提示"
    words = "wtlb wentileibie hangye"
    note = "选了类别就带出行业责任单位、严重程度和期限，填问题时还可以改。"
    icon = "flag"
    kinds = frozenset({"category", "unit", "finding"})
    editions = ("office",)
    columns = (
        Column("类别", 250, bold=True), Column("行业责任单位"), Column("程度", 70), Column("期限", 110),
        Column("问题", 70, number=True),
    )  # fmt: skip
    empty = ("还没有类别", "")

    @staticmethod
    def read(reader: Any) -> list[Any]:
        return [child.row for top in categories.tree(reader) for child in (top, *top.children) if child.row.parent]

    def cells(self, record: Any) -> Cells:
        days = f"{record.term}{f'{record.days}天' if record.days else ''}"
        return record.path, record.industry or "▲ 未定", record.severity, days, str(record.findings)

    def offers(self, record: Any) -> Sequence[Action]:
        return (Action("修改默认值", self.edit, enabled=record is not None, why="先选一个类别"),)

    def edit(self) -> None:
        """The defaults of the chosen category."""
        record = self.chosen()
        unit = Choice(record.industry_unit, record.industry) if record.industry_unit else None
        by_label = {choice.label: choice.id for choice in (*_SEVERITIES, *_TERMS)}
        self.ask.ask(
            record.path,
            [
                Field(
                    "industry_unit", "行业责任单位", Kind.PICKER, unit,
                    supply=choices.supply(self.desk, self, choices.units),
                    hint=f"现按名称：{record.industry}" if record.industry and not unit else "",
                ),
                Field("severity", "默认程度", Kind.ENUM, by_label.get(record.severity), choices=_SEVERITIES),
                Field("term", "期限类型", Kind.ENUM, by_label.get(record.term), choices=_TERMS),
                Field("days", "天数", value=str(record.days or ""), hint="空着就按规则方案"),
                Field("hints", "看什么", Kind.MULTILINE, "\n".join(record.hints), hint="一行一条，填问题时提示"),
            ],
            lambda given: self._save(record.id, given),
            ok="保存",
        )  # fmt: skip

    def _save(self, category: str, given: dict[str, Any]) -> None:
        days = (given["days"] or "").strip()
        if days and not days.isdigit():
            self.desk.warn("天数要写整数，没有保存。")
            return
        values: dict[str, Any] = {
            "industry_unit": given["industry_unit"].id if given["industry_unit"] else "",
            "severity": given["severity"],
            "term": given["term"],
            "days": int(days) if days else None,
            "hints": [line.strip() for line in (given["hints"] or "").split("\n") if line.strip()],
        }
        self.desk.do(self, "edit_category", then=self.told("已保存。"), category=category, values=values)
