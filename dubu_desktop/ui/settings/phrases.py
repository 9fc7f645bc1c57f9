"""用语: ready texts called by their letters while typing (xfzl + Enter)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dubu_desktop.actions.reads import phrases
from dubu_desktop.ui import choices
from dubu_desktop.ui.kit import Action, Column, Field, Kind
from dubu_desktop.ui.settings.section import Cells, TableSection


class PhrasesSection(TableSection):
    """The office's phrases reach every group with the next bundle."""

    key = "phrases"
    title = "用语"
    sub = "输入缩写就能带出的常用写法"
    words = "yy yongyu"
    note = "写情况时输入缩写再按 Enter，就带出整句；【】里的空再逐个填。下次导出数据包后各组也能用。"
    icon = "message"
    kinds = frozenset({"phrase", "category"})
    editions = ("office",)
    columns = (Column("缩写", 90, bold=True), Column("用语"), Column("类别", 150))
    empty = ("还没有用语", "按 A 新增")

    @staticmethod
    def read(reader: Any) -> list[Any]:
        ids = phrases.ids(reader)
        return [row for at in range(0, len(ids), 200) for row in phrases.rows(reader, ids[at : at + 200])]

    def cells(self, record: Any) -> Cells:
        return record.abbr, record.text, record.category

    def offers(self, record: Any) -> Sequence[Action]:
        made = [Action("新增用语", self.add, primary=True)]
        if record is not None:
            made += [Action("修改", self.edit), Action("停用", self.remove)]
        return made

    def _fields(self, record: Any = None) -> list[Field]:
        from dubu_desktop.ui.kit import Choice

        at = Choice(record.category_id, record.category) if record and record.category_id else None
        return [
            Field("abbr", "缩写", value=record.abbr if record else "", missing="写几个字母，如 xfzl"),
            Field(
                "text", "用语", Kind.MULTILINE, record.text if record else "", missing="写整句，空处用【】",
                hint="如：疏散通道堆放【物品】约【数量】箱",
            ),
            Field(
                "category", "类别", Kind.PICKER, at, supply=choices.supply(self.desk, self, choices.categories)
            ),
        ]  # fmt: skip

    def add(self) -> None:
        """A new phrase."""
        self.ask.ask("新增用语", self._fields(), lambda given: self._save("add_phrase", given), ok="新增")

    def edit(self) -> None:
        """Change the chosen phrase."""
        record = self.chosen()
        self.ask.ask(
            f"修改用语 {record.abbr}",
            self._fields(record),
            lambda given: self._save("edit_phrase", given, phrase=record.id),
            ok="保存",
        )

    def _save(self, verb: str, given: dict[str, Any], **more: Any) -> None:
        category = given["category"].id if given["category"] else ""
        self.desk.do(
            self, verb, then=self.told("已保存。"), abbr=given["abbr"], text=given["text"], category=category, **more
        )

    def remove(self) -> None:
        """Take the chosen phrase out of use."""
        record = self.chosen()
        self.desk.do(
            self,
            "remove_phrase",
            phrase=record.id,
            then=lambda _outcome: self.desk.tell(
                f"已停用“{record.abbr}”。", act="撤销", on_act=self.page.window_.hooks.undo
            ),
        )
