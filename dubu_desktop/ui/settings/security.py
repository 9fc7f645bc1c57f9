"""密码与恢复码: changing the password, issuing the recovery code anew. Keys are derived on the pool."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from dubu_desktop.actions import locks
from dubu_desktop.errors import DubuError
from dubu_desktop.ui import files
from dubu_desktop.ui.kit import Action, Card, Field, PlainLabel, SectionHead
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.settings.code_sheet import recovery_sheet
from dubu_desktop.ui.settings.section import Section

_WORDS = (
    ("密码", "打开工作区用。换了以后，旧密码打不开现在的工作区；以前做的备份仍用当天的密码。"),
    (
        "恢复码",
        "忘了密码时，用封存的恢复码打开来看、打印、备份，签不了名：督巡组请办公室换电脑，办公室在“各处电脑”里重建身份。"
        "重新打印以后，旧的那张就作废了，请一并销毁。",
    ),
)


class SecuritySection(Section):
    """Both want the password of now, so that nobody does it at an open window."""

    key = "security"
    title = "密码与恢复码"
    sub = "换密码，重新打印恢复码"
    words = "mmyhfm mima huifuma"
    note = "工作区里的一切都是加密的。密码和恢复码都丢了，谁也打不开。"
    icon = "key"

    def build(self) -> Any:
        made = super().build()
        for title, words in _WORDS:
            self.body.addWidget(SectionHead(title))
            card = Card()
            card.body.addWidget(PlainLabel(words, wrap=True))
            self.body.addWidget(card)
        return made

    def refresh(self) -> None:
        made = [Action("换密码", self.change_password, primary=True), Action("重新打印恢复码", self.new_code)]
        if not self.house.hub:
            made.append(Action("认新的办公室", self.rejoin))
        self.show_actions(made)

    def rejoin(self) -> None:
        """The office had to get new keys: it gave a starter and a code on paper, as on the first day."""
        files.choose_file(self, "选择办公室给的开通文件", (files.STARTERS,), self._ask_code)

    def _ask_code(self, starter: Path) -> None:
        self.ask.ask(
            "认新的办公室",
            [Field("code", "开通码", hint="与开通文件一起给的那张纸上", missing="照抄开通码")],
            lambda given: self.desk.do(
                self, "rejoin_office", then=self._rejoined, starter=str(starter), code=given["code"]
            ),
            note="办公室丢了密码、重建了身份，才要办这一步；请当面或电话核实。本机的记录都不动。",
            ok="确认",
        )

    def _rejoined(self, _outcome: Any) -> None:
        self.desk.tell("已认新的办公室。请导出一次数据包交给它，再收它的包，就和原来一样。")
        self.page.window_.refresh_frame()

    def change_password(self) -> None:
        """Old, new, new again."""
        self.ask.ask(
            "换密码",
            [
                Field("old", "现在的密码", missing="输入现在的密码", secret=True),
                Field("new", "新密码", missing="设一个新密码", secret=True, note="至少八个字符"),
                Field("again", "再输一次", missing="再输一次新密码", secret=True),
            ],
            self._change,
            ok="换密码",
        )

    def _change(self, given: dict[str, Any]) -> None:
        if given["new"] != given["again"]:
            self.desk.warn("两次输入的新密码不一样，没有换。")
            self.change_password()
            return
        self.desk.compute(
            self, partial(locks.change_password, self.house, given["old"], given["new"]),
            then=lambda _none: self.desk.tell("密码已换。以前的备份仍用当天的密码。"), failed=self._refused,
        )  # fmt: skip

    def new_code(self) -> None:
        """A new recovery code, shown once."""
        self.ask.ask(
            "重新打印恢复码",
            [Field("password", "密码", missing="输入现在的密码", secret=True)],
            lambda given: self.desk.compute(
                self, partial(locks.new_recovery_code, self.house, given["password"]), then=self._show_code,
                failed=self._refused,
            ),
            note="旧的恢复码从此作废。",
            ok="生成",
        )  # fmt: skip

    def _show_code(self, code: str) -> None:
        recovery_sheet(self.window(), self.house.ws.folder.path.name, code).open()

    def _refused(self, error: DubuError) -> None:
        self.desk.said.emit(Message.from_error(error))
