"""人员与职责: who may sit at this keyboard, and what each may do (contracts.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dubu_desktop.actions.reads import people
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.domain.lifecycle import GROUP_ROLES, OFFICE_ROLES
from dubu_desktop.ui.kit import Action, Chip, Choice, Column, Field, Kind, Tone
from dubu_desktop.ui.settings.section import Cells, TableSection


class PeopleSection(TableSection):
    """Persons of this side can be added, changed, taken out of use; at the office those of the groups are shown."""

    key = "people"
    title = "人员与职责"
    sub = "谁在这台电脑上办事，各有什么职责"
    words = "ryyzz renyuanyuzhize"
    note = "在这台电脑上办事的人都要登记。职责决定他能办什么；人员由自己选，不需要各自的密码。"
    icon = "person"
    kinds = frozenset({"person", "group"})
    columns = (
        Column("姓名", 120, bold=True), Column("职责", 190), Column("职务", 170), Column("所在", 0),
        Column("", 110, rigid=True),
    )  # fmt: skip
    empty = ("还没有登记人员", "按 A 登记第一个")

    @staticmethod
    def read(reader: Any) -> list[Any]:
        return people.rows(reader, people.ids(reader, ListFilter()))

    def cells(self, record: Any) -> Cells:
        own = Chip("可在本机使用", Tone.NEUTRAL) if record.own else ""
        return record.name, record.role_labels or "未定", record.post, record.group, own

    def offers(self, record: Any) -> Sequence[Action]:
        own = record is not None and record.own
        why = "别的组的人员由那个组自己登记"
        return (
            Action("登记人员", self.add, primary=True),
            Action("修改", self.edit, enabled=own, why=why),
            Action("停用", self.remove, enabled=own, why=why),
        )

    def _roles(self) -> list[Choice]:
        roles = OFFICE_ROLES if self.house.edition == "office" else GROUP_ROLES
        return [Choice(str(role), role.label) for role in roles]

    def _fields(self, record: Any = None) -> list[Field]:
        known = {choice.id: choice for choice in self._roles()}
        roles = [known[role] for role in record.roles if role in known] if record else []
        return [
            Field("name", "姓名", value=record.name if record else "", missing="写上姓名"),
            Field(
                "roles", "职责", Kind.PICKERS, roles, missing="至少选一项职责", choices=self._roles(),
                note="可以兼任",
            ),
            Field("post", "职务", value=record.post if record else ""),
        ]  # fmt: skip

    def add(self) -> None:
        """A new person of this side."""
        self.ask.ask(
            "登记人员",
            self._fields(),
            lambda given: self.desk.do(
                self, "add_person", then=self.told(f"已登记{given['name']}。"), name=given["name"],
                roles=[role.id for role in given["roles"]], post=given["post"] or "",
            ),
            ok="登记",
        )  # fmt: skip

    def edit(self) -> None:
        """Name, roles, post of the chosen person."""
        record = self.chosen()
        self.ask.ask(
            f"修改：{record.name}",
            self._fields(record),
            lambda given: self.desk.do(
                self, "edit_person", then=self.told("已修改。"), person=record.id, name=given["name"],
                roles=[role.id for role in given["roles"]], post=given["post"] or "",
            ),
            ok="保存",
        )  # fmt: skip

    def remove(self) -> None:
        """Take the chosen person out of use."""
        record = self.chosen()
        self.ask.ask(
            f"停用：{record.name}",
            [Field("reason", "理由", value="调离", missing="写明理由")],
            lambda given: self.desk.do(
                self, "remove_person", then=self.told(f"已停用{record.name}，以前办的事仍写他的名字。"),
                person=record.id, reason=given["reason"],
            ),
            ok="停用",
        )  # fmt: skip
