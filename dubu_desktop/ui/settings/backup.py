"""备份与恢复: what was backed up and verified, a second place, how one comes back from it (contracts.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dubu_desktop.actions.reads import office
from dubu_desktop.ui import files
from dubu_desktop.ui.kit import (
    Action,
    Card,
    Chip,
    Column,
    DataTable,
    Field,
    KeyValueCard,
    PlainLabel,
    SectionHead,
    Tone,
)
from dubu_desktop.ui.settings.section import Section

SECOND = "second_place"
_RESTORE = (
    "恢复不会动现在的工作区：关掉程序再打开，选“新建”里的“从备份恢复”，选一份备份、定一个新文件夹，用备份当天的密码打开。"
    "之后与各组各交换一次数据包，缺的内容会自动补齐。"
)


class BackupSection(Section):
    """The list is read only; backing up is the one action."""

    key = "backup"
    title = "备份与恢复"
    sub = "备份已验证的时间、第二处、怎样恢复"
    words = "bfyhf beifen huifu"
    note = "每天自动备份一次，导入前也备份；每份都打开核对过才算数。照片不重复备份，只拷到第二处。"
    icon = "backup"
    kinds = frozenset({"setting"})

    def build(self) -> Any:
        made = super().build()
        self.places = KeyValueCard(columns=1)
        self.table = DataTable(
            [Column("时间", 150, bold=True), Column("原因", 120), Column("大小", 90, number=True),
             Column("照片", 90, number=True), Column("位置"), Column("", 110)],
            name="备份",
        )  # fmt: skip
        self.none = PlainLabel("还没有备份。按 Ctrl+B 现在备份一次。", "sub")
        card = Card()
        card.body.setContentsMargins(6, 4, 6, 6)
        card.body.addWidget(self.table)
        card.body.addWidget(self.none)
        self.list_head = SectionHead("已有的备份", "", "新的在上")
        how = PlainLabel(_RESTORE, "sub", wrap=True)
        for widget in (self.places, self.list_head, card, SectionHead("怎样恢复"), how):
            self.body.addWidget(widget)
        return made

    def refresh(self) -> None:
        self.desk.read(self, office.backups, then=self.show_backups, newest="backups")

    def second(self) -> str:
        """The second place, '' while none is named."""
        return str(self.page.window_.remembered(SECOND, ""))

    def show_backups(self, view: office.BackupsView) -> None:
        """Show what there is."""
        second = self.second()
        self.places.set_fields(
            [
                Field("folder", "工作区", value=view.folder, editable=False),
                Field(
                    "second", "第二处", value=second, editable=False, missing="还没有指定，这台电脑坏了照片就没有了",
                    note="每次备份都拷一份到那里" if second else "",
                ),
            ]
        )  # fmt: skip
        self.table.set_rows([self._cells(one) for one in view.backups])
        self.table.setVisible(bool(view.backups))
        self.none.setVisible(not view.backups)
        self.table.fit_height()
        self.list_head.set_note(f"{len(view.backups)} 份")
        self.show_actions(self._offers(second))

    def _cells(self, one: office.BackupView) -> Sequence[str | Chip]:
        size = f"{one.megabytes:.1f} MB"
        return one.when, one.reason, size, str(one.photos), Path(one.path).name, Chip("已验证", Tone.OK)

    def _offers(self, second: str) -> list[Action]:
        made = [Action("现在备份", self.back_up, keys="Ctrl+B", primary=True)]
        made.append(Action("换第二处" if second else "指定第二处 …", self.choose_second))
        if second:
            made.append(Action("不用第二处", lambda: self.set_second(None)))
        return made

    def back_up(self) -> None:
        """Ctrl+B: a verified backup now, and a copy to the second place."""

        def done(outcome: Any) -> None:
            copied = f"，照片{outcome.extra['photos']}张拷到第二处" if self.second() else ""
            self.desk.tell(f"备份已做好并验证{copied}。")
            self.refresh()
            self.page.window_.refresh_frame()

        self.desk.long(self, "make_backup", label="正在备份", to=self.second(), then=done)

    def choose_second(self) -> None:
        """Name a second place: another disk, a stick that stays in the safe."""
        files.choose_folder(self, "第二处放在哪里（另一块硬盘或专用U盘）", self.set_second)

    def set_second(self, place: Path | None) -> None:
        """Use this second place from now on; None: none."""
        self.page.window_.remember(SECOND, str(place) if place else None)
        self.refresh()
        if place is not None:
            self.back_up()
