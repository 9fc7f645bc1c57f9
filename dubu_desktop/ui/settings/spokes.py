"""各处电脑: every computer that exchanges with the office: new, replaced, retired or stolen (sync.md §3.12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dubu_desktop.actions.reads import groups, spokes
from dubu_desktop.ui import files
from dubu_desktop.ui.kit import Action, Chip, Choice, Column, Field, Kind, Tone
from dubu_desktop.ui.rows import short_group
from dubu_desktop.ui.settings.code_sheet import group_sheet, office_sheet
from dubu_desktop.ui.settings.section import Cells, TableSection

_OFFICE = "office"
_RETIRE = "退役后不再给它导出数据包；它写过的内容，不论什么时候交来都算数。退役不能取消，再要使用就作为另一台电脑登记。"
_REVOKE = (
    "吊销以后，办公室已经收到的内容都算数；它再交来的内容一律隔离，不计入，由工作人员逐条看过再接管。"
    "只在电脑丢失、被盗或落到外人手里时用。吊销不能取消。"
)
_NEW = "给新电脑写一个开通文件（放U盘），再给一个开通码（写在纸上）。两样分开交接。"


@dataclass(frozen=True)
class _Line:
    """One row: a computer, or a starter nobody has answered."""

    spoke: Any = None
    starter: Any = None


class SpokesSection(TableSection):
    """One row per computer and per starter not yet used; what can be done stands below, each with what it means."""

    key = "spokes"
    title = "各处电脑"
    sub = "第二台电脑、换电脑、退役、吊销"
    words = "gcdn gechudiannao huandiannao tuiyi diaoxiao dierti"
    note = "与办公室来往的每一台电脑。坏了就退役，丢了就吊销；换一台新的，开通文件和开通码一并办好。"
    icon = "key"
    kinds = frozenset({"group", "person", "finding"})
    editions = ("office",)
    columns = (
        Column("谁的电脑", 150, bold=True), Column("名称", 0), Column("启用", 120), Column("最近来包", 120),
        Column("收到第几包", 90, number=True), Column("", 130, rigid=True),
    )  # fmt: skip
    empty = ("还没有别的电脑", "按 A 给一个组或办公室再发一个开通文件")

    @staticmethod
    def read(reader: Any) -> list[Any]:
        waiting = [_Line(starter=one) for one in spokes.starters(reader)]
        return [*(_Line(spoke=one) for one in spokes.rows(reader)), *waiting]

    def cells(self, record: Any) -> Cells:
        if record.starter is not None:
            one = record.starter
            letter = f" {one.letter}机" if one.letter else ""
            return short_group(f"{one.side}{letter}"), "开通文件已发", one.made, "", "", Chip("待开通", Tone.WARN)
        one = record.spoke
        serial = str(one.serial_in) if one.serial_in else ""
        state = Chip(one.chip.word, Tone(one.chip.tone))
        return short_group(one.name), one.label, one.since, one.heard or "还没有", serial, state

    def offers(self, record: Any) -> Sequence[Action]:
        hub = self.house.hub
        if hub and not self.house.ws.can_sign:
            return [Action("重建办公室身份", self.refound, primary=True)]
        why = "这是办公室的另一台电脑，请在办公室主机上办理"
        made = [Action("再开通一台", self.add, primary=True, enabled=hub, why=why)]
        if record is not None and record.starter is not None:
            made.append(Action("作废开通文件", self.withdraw))
        elif record is not None:
            in_use, stolen = record.spoke.state == "active", record.spoke.state == "revoked"
            gone = "这台电脑已经停用"
            made += [
                Action("换电脑", self.replace, keys="H", enabled=in_use, why=gone),
                Action("改名称", self.rename, keys="F2", enabled=in_use, why=gone),
                Action("退役", self.retire, keys="T", enabled=in_use, why=gone),
                Action("丢失，吊销", self.revoke, keys="D", enabled=not stolen, why="这台电脑已经吊销"),
            ]
        return made

    # --- a new one -------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """One more computer, of a group or of the office."""
        if self.house.hub:
            self.desk.read(self, _sides, then=self._ask_side)

    def _ask_side(self, sides: list[tuple[str, str]]) -> None:
        choices = [Choice(code, name) for code, name in sides]
        first = self.chosen().spoke if self.chosen() is not None else None
        wanted = next((c for c in choices if first is not None and c.id == (first.code or _OFFICE)), choices[0])
        self.ask.ask(
            "再开通一台电脑",
            [Field("side", "谁的电脑", Kind.PICKER, wanted, choices=choices, missing="选办公室或一个组")],
            lambda given: self._choose(lambda folder: self.issue(given["side"].id, given["side"].label, folder)),
            note=f"{_NEW}办公室的另一台电脑看得到全部内容，能核定、交整改，不能取号签发。",
            ok="下一步",
        )

    def issue(self, side: str, name: str, folder: Path) -> None:
        """Write the starter into `folder` and show the code."""
        self.desk.do(self, "issue_starter", then=self._given(name, side), side=side, out=str(folder))

    def withdraw(self) -> None:
        """A starter that went astray."""
        one = self.chosen().starter
        self.ask.ask(
            f"作废：{one.side}的开通文件",
            [],
            lambda _given: self.desk.do(
                self, "withdraw_starter", then=self._done("开通文件已作废，谁拿到都没有用了。"), starter=one.id
            ),
            note="开通文件或写着开通码的纸丢了，就作废它，再发一份。",
            ok="作废",
        )

    def refound(self) -> None:
        """The password is lost and with it the key that signs; the recovery code opened the data alone."""
        self.ask.ask(
            "重建办公室身份",
            [],
            self._refound,
            note="这个工作区是用恢复码打开的，只能看，签不了名。重建以后照常使用，记录、编号、各处电脑都在；"
            "但别的电脑不认得新的身份：要给每一台发一次开通文件和开通码，在那台电脑的“设置—密码与恢复码”里按“认新的办公室”。",
            ok="重建",
        )

    def _refound(self, _given: object) -> None:
        self.desk.long(self, "refound_office", label="正在重建", then=self._refounded)

    def _refounded(self, _outcome: Any) -> None:
        self.desk.tell("办公室身份已重建。请给每一台电脑发开通文件和开通码，让它认新的办公室。")
        self.refresh()
        self.page.window_.refresh_frame()

    # --- one that is here ------------------------------------------------------------------------------------------

    def replace(self) -> None:
        """H: a starter for the new computer, and the old one out of use, in one go."""
        one = self.chosen().spoke
        old = Choice("dead", "坏了或收回来了（退役）"), Choice("stolen", "丢了、被盗（吊销）")
        self.ask.ask(
            f"换电脑：{one.name}",
            [
                Field("why", "旧电脑", Kind.ENUM, "dead", choices=old, missing="选一项"),
                Field("reason", "说明", hint="丢失、被盗的要写明", value=""),
            ],
            lambda given: self._choose(lambda folder: self.swap(given["why"], given["reason"] or "", folder)),
            note=f"旧电脑停用和新电脑开通一次办完。{_NEW}旧电脑没交来的内容：退役的仍可补交，吊销的要隔离。",
            ok="下一步",
        )

    def swap(self, why: str, reason: str, folder: Path) -> None:
        """Do it: the starter goes into `folder`."""
        one = self.chosen().spoke
        self.desk.do(
            self, "replace_spoke", then=self._given(one.side, _OFFICE if one.office else one.code),
            spoke=one.replica, out=str(folder), stolen=why == "stolen", reason=reason,
        )  # fmt: skip

    def rename(self) -> None:
        """F2: so that two of a group can be told apart."""
        one = self.chosen().spoke
        self.ask.ask(
            f"改名称：{one.name}",
            [Field("label", "名称", value=one.label, hint="如 组长的笔记本", missing="写上名称")],
            lambda given: self.desk.do(
                self, "rename_spoke", then=self._done("名称已改。"), spoke=one.replica, label=given["label"]
            ),
            ok="保存",
        )

    def retire(self) -> None:
        """T: dead, or handed in."""
        one = self.chosen().spoke
        self.ask.ask(
            f"退役：{_called(one)}",
            [Field("reason", "原因", value="电脑报废", missing="写明原因")],
            lambda given: self.desk.do(
                self, "retire_spoke", then=self._done(f"{one.name}已退役。"), spoke=one.replica, reason=given["reason"]
            ),
            note=_RETIRE,
            ok="退役",
        )

    def revoke(self) -> None:
        """D: lost or stolen."""
        one = self.chosen().spoke
        heard = f"最近收到它的第{one.serial_in}包（{one.heard}）。" if one.serial_in else "还没有收到过它的数据包。"
        self.ask.ask(
            f"吊销：{_called(one)}",
            [Field("reason", "原因", hint="何时何地、怎么丢的", missing="写明原因")],
            lambda given: self.desk.do(
                self, "revoke_spoke", then=self._done(f"{one.name}已吊销，下一次导出时通知各处。"),
                spoke=one.replica, reason=given["reason"],
            ),
            note=f"{heard}{_REVOKE}",
            ok="吊销",
        )  # fmt: skip

    # --- after -----------------------------------------------------------------------------------------------------

    def _choose(self, then: Callable[[Path], None]) -> None:
        files.choose_folder(self, "开通文件放在哪里", then)

    def _given(self, name: str, side: str) -> Callable[[Any], None]:
        def show(outcome: Any) -> None:
            self.refresh()
            sheet = office_sheet if side == _OFFICE else group_sheet
            sheet(self.window(), name, outcome.extra["code"], outcome.extra["starter"]).open()

        return show

    def _done(self, sentence: str) -> Callable[[Any], None]:
        def tell(_outcome: Any) -> None:
            self.desk.tell(sentence)
            self.refresh()

        return tell


def _called(one: Any) -> str:
    """第三组 B机（组长的笔记本）."""
    return one.name if one.label in ("", one.name, one.side) else f"{one.name}（{one.label}）"


def _sides(reader: Any) -> list[tuple[str, str]]:
    known = [(one.code, one.name) for one in groups.rows(reader, groups.ids(reader))]
    return [*known, (_OFFICE, "办公室")]
