"""从备份恢复: a backup becomes a new workspace; the one there was stays as it is (contracts.md §9)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from dubu_desktop.ui.files import choose_folder
from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.start_panels import StartPanel
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.editors import Field
from dubu_desktop.ui.widgets.keyvalue import KeyValueCard

_HINT = "备份当天的密码；忘了就照抄恢复码"


class RestorePanel(StartPanel):
    """`finished(backup, new folder, password)`; `back` to the three choices."""

    finished = Signal(object, object, str)
    back = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__(
            "从备份恢复",
            "备份在工作区的“backups”文件夹里，或在第二处；每份备份是一个文件夹。原来的工作区不动，恢复成新的一份。"
            "换新电脑也是这样：选第二处的备份，照片一并带来；恢复以后与各处各来往一次，备份以后的内容会交回来，旧电脑不要再用。",
            width=600,
        )
        self.form = KeyValueCard(
            (
                Field("backup", "备份", hint="选一份备份的文件夹", missing="选一份备份", open=True),
                Field("path", "恢复到", value=str(folder), missing="定一个空文件夹", open=True),
                Field("password", "密码", hint=_HINT, missing="输入密码或恢复码", secret=True, open=True),
            ),
            columns=1,
            eager=True,
            surface="panel",
        )
        self.form.body.setContentsMargins(0, 4, 0, 4)
        self.form.given_up.connect(self.back)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Button("恢复", kind="primary", keys="Ctrl+Enter", on_click=self._done))
        row.addWidget(Button("返回", keys="Esc", on_click=self.back.emit))
        row.addStretch(1)
        row.addWidget(Button("选备份 …", kind="bare", icon="folder", small=True, on_click=self._choose))
        self.card.body.addWidget(self.form)
        self.card.body.addWidget(self.said)
        self.card.body.addLayout(row)
        Keys(self, "恢复").bind("Ctrl+Return", self._done, "恢复")

    def _choose(self) -> None:
        choose_folder(self, "选一份备份的文件夹", lambda path: self.put("backup", str(path)))

    def put(self, key: str, text: str) -> None:
        """Fill a field."""
        editor = self.form.cell(key).editor
        if editor is not None:
            editor.setText(text)  # type: ignore[union-attr]  # all three are lines of text

    def _done(self) -> None:
        values = {key: str(value or "").strip() for key, value in self.form.values().items()}
        gaps = self.form.gaps()
        if gaps:
            self.say(self.form.cell(gaps[0]).field.missing, Tone.WARN)
            self.form.open(gaps[0])
            return
        self.set_busy(True)
        self.say("正在恢复并核对 …")
        backup, path = (Path(values[key]).expanduser() for key in ("backup", "path"))
        self.finished.emit(backup, path, values["password"])
