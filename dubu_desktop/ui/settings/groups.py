"""督巡组与开通: a group gets a starter file on a stick and a code on paper; together they make its workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dubu_desktop.actions.reads import groups
from dubu_desktop.ui import files
from dubu_desktop.ui.kit import Action, Chip, Column, Field, Tone
from dubu_desktop.ui.settings.code_sheet import group_sheet
from dubu_desktop.ui.settings.section import Cells, TableSection


class GroupsSection(TableSection):
    """The code is shown once and can be printed; a new laptop of a group is enrolled the same way."""

    key = "groups"
    title = "督巡组与开通"
    sub = "登记督巡组，给它的电脑发开通文件和开通码"
    words = "dxzykt duxunzu kaitong"
    note = (
        "登记后得到两样东西：一个开通文件（拷到U盘）和一张写着开通码的纸。两样分开交给组长，"
        "他在自己的电脑上选“督巡组”就能建库。换电脑、丢电脑、第二台电脑在“各处电脑”里办。"
    )
    icon = "group"
    kinds = frozenset({"group", "person", "finding"})
    editions = ("office",)
    columns = (
        Column("组号", 70, bold=True), Column("名称", 170), Column("组长", 100), Column("问题", 70, number=True),
        Column("最近来往", 0), Column("", 120),
    )  # fmt: skip
    empty = ("还没有督巡组", "按 A 登记第一组")

    @staticmethod
    def read(reader: Any) -> list[Any]:
        return groups.rows(reader, groups.ids(reader))

    def cells(self, record: Any) -> Cells:
        heard = record.laptops[0].word if record.laptops else "还没有收到过它的数据包"
        state = Chip("已开通", Tone.OK) if record.laptops else Chip("待开通", Tone.WARN)
        return record.code, record.name, record.leader or "—", str(record.findings), heard, state

    def offers(self, record: Any) -> Sequence[Action]:
        made = [Action("登记督巡组", self.add, primary=True)]
        if record is not None:
            made.append(Action("再发开通文件", self.again))
        return made

    def add(self) -> None:
        """A new group."""
        taken = {int(one.code) for one in self.records if one.code.isdigit()}
        free = next(number for number in range(1, 100) if number not in taken)
        self.ask.ask(
            "登记督巡组",
            [
                Field("code", "组号", value=f"{free:02d}", missing="写组号，如 03"),
                Field("name", "名称", hint="空着就按组号起名"),
                Field("leader", "组长", missing="写组长姓名"),
            ],
            lambda given: self._choose(given["code"], given["name"] or "", given["leader"] or ""),
            note="下一步选开通文件放在哪里，一般是U盘。",
            ok="下一步",
        )

    def again(self) -> None:
        """A new starter for the chosen group."""
        record = self.chosen()
        self._choose(record.code, "", "")

    def _choose(self, code: str, name: str, leader: str) -> None:
        files.choose_folder(self, "开通文件放在哪里", lambda folder: self.enrol(code, name, leader, folder))

    def enrol(self, code: str, name: str, leader: str, folder: Path) -> None:
        """Write the starter into `folder` and show the code."""
        self.desk.do(
            self, "enrol_group", then=self._enrolled, code=code, name=name, leader=leader, out=str(folder),
        )  # fmt: skip

    def _enrolled(self, outcome: Any) -> None:
        told = outcome.extra
        title = next((one.name for one in self.records if one.code == outcome.number), f"督巡组 {outcome.number}")
        group_sheet(self.window(), title, told["code"], told["starter"]).open()
