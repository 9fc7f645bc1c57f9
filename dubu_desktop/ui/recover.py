"""忘了密码: the printed recovery code and a new password."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.start_panels import StartPanel
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.editors import Field
from dubu_desktop.ui.widgets.keyvalue import KeyValueCard


class RecoverPanel(StartPanel):
    """`finished(code, new password)`; `back` to the password."""

    finished = Signal(str, str)
    back = Signal()

    def __init__(self, path: Path) -> None:
        super().__init__(
            "用恢复码打开",
            f"{path.name}：照抄封存的恢复码，再设一个新密码。打开后可以查看、打印和备份。要继续填写：督巡组请办公室换电脑；办公室打开后在“设置—各处电脑”里重建身份。",
            width=560,
        )
        self.form = KeyValueCard(
            (
                Field("code", "恢复码", hint="七组，每组五个字符", missing="照抄恢复码", open=True),
                Field("password", "新密码", missing="设一个新密码", secret=True, open=True),
                Field("again", "再输一次", missing="再输一次新密码", secret=True, open=True),
            ),
            columns=1,
            eager=True,
            surface="panel",
        )
        self.form.body.setContentsMargins(0, 4, 0, 4)
        self.form.given_up.connect(self.back)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Button("打开", kind="primary", keys="Ctrl+Enter", on_click=self._done))
        row.addWidget(Button("返回", keys="Esc", on_click=self.back.emit))
        row.addStretch(1)
        self.card.body.addWidget(self.form)
        self.card.body.addWidget(self.said)
        self.card.body.addLayout(row)
        Keys(self, "恢复").bind("Ctrl+Return", self._done, "打开")

    def take_focus(self) -> None:
        """The caret goes to the code."""
        self.form.open("code")

    def _done(self) -> None:
        values = {key: str(value or "") for key, value in self.form.values().items()}
        gaps = self.form.gaps()
        if gaps:
            self.say(self.form.cell(gaps[0]).field.missing, Tone.WARN)
            self.form.open(gaps[0])
        elif values["password"] != values["again"]:
            self.say("两次输入的密码不一样", Tone.WARN)
            self.form.open("again")
        else:
            self.set_busy(True)
            self.say("正在打开 …")
            self.finished.emit(values["code"], values["password"])
