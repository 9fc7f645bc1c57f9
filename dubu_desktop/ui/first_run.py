"""The first start: 办公室、督巡组 or 演示库, then a short form. Nothing of the demo is mixed with real data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from dubu_desktop.ui import icons, paint, theme
from dubu_desktop.ui.files import STARTERS, choose_file, choose_folder
from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.start_panels import StartPanel
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.button import Button, PressButton
from dubu_desktop.ui.widgets.editors import Field
from dubu_desktop.ui.widgets.keyvalue import KeyValueCard

OFFICE, GROUP, DEMO = "office", "group", "demo"
_KINDS = {
    OFFICE: ("办公室", "office", "交办、核定、通报、销号；给各组建库"),
    GROUP: ("督巡组", "group", "要有办公室给的开通文件；办公室的第二台电脑也选这里"),
    DEMO: ("演示库", "demo", "虚构的县，随便试；不与真实数据混在一起"),
}


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What the person asked for."""

    kind: str  # OFFICE, GROUP or DEMO
    path: Path
    name: str = ""
    password: str = ""
    starter: Path | None = None
    code: str = ""


class _Tile(PressButton):
    """One of the three choices."""

    def __init__(self, kind: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._icon, self._note = _KINDS[kind]
        self.setText(self._title)
        self.setAccessibleName(self._title)
        self.setAccessibleDescription(self._note)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return [self._title, self._note]

    def sizeHint(self) -> QSize:
        return QSize(168, 148)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens, over = QPainter(self), theme.tokens(), self.underMouse()
        edge = QColor(tokens.acc if over else tokens.line)
        paint.round_rect(painter, QRectF(self.rect()), 8, QColor(tokens.over if over else tokens.panel), edge)
        icons.paint(painter, self._icon, QRectF(14, 16, 28, 28), "acc")
        painter.setFont(theme.font(theme.TITLE, bold=True))
        painter.setPen(QColor(tokens.ink))
        paint.text(painter, QRect(14, 52, self.width() - 28, 26), self._title)
        painter.setFont(theme.font(theme.SMALL))
        painter.setPen(QColor(tokens.ink2))
        lines = paint.paragraphs(self._note, theme.font(theme.SMALL), self.width() - 28, 18)
        paint.draw_paragraphs(painter, lines, QPointF(14, 84), 18)
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()), 8)


class ChoicePanel(StartPanel):
    """`chosen(kind)`; `open_wanted(path)` for a workspace that exists already; `restore_wanted()` for a backup."""

    chosen = Signal(str)
    open_wanted = Signal(object)
    restore_wanted = Signal()

    def __init__(self, *, with_demo: bool) -> None:
        super().__init__("督簿", "这台电脑第一次使用。请选择它是谁的：", width=600)
        tiles = QHBoxLayout()
        tiles.setSpacing(12)
        for kind in (OFFICE, GROUP, DEMO):
            if kind != DEMO or with_demo:
                tile = _Tile(kind, self)
                tile.clicked.connect(lambda _on=False, kind=kind: self.chosen.emit(kind))
                tiles.addWidget(tile)
        self.card.body.addLayout(tiles)
        foot = QHBoxLayout()
        foot.addWidget(Button("打开已有的工作区", kind="bare", icon="folder", small=True, on_click=self._open))
        foot.addWidget(Button("从备份恢复", kind="bare", icon="backup", small=True, on_click=self.restore_wanted.emit))
        foot.addStretch(1)
        self.card.body.addLayout(foot)
        self.card.body.addWidget(self.said)

    def _open(self) -> None:
        choose_folder(self, "选择工作区文件夹", self.open_wanted.emit)


class FormPanel(StartPanel):
    """The form of one kind; `finished(FirstRun)`, `back` to choose again."""

    finished = Signal(object)
    back = Signal()

    def __init__(self, kind: str, folder: Path) -> None:
        title, _icon, note = _KINDS[kind]
        super().__init__(f"新建：{title}", note, width=600)
        self._kind = kind
        self.form = KeyValueCard(_fields(kind, folder), columns=1, eager=True, surface="panel")
        self.form.body.setContentsMargins(0, 4, 0, 4)
        self.form.given_up.connect(self.back)
        self.card.body.addWidget(self.form)
        self.card.body.addWidget(self.said)
        self.card.body.addLayout(self._buttons())
        Keys(self, "新建").bind("Ctrl+Return", self._done, "建立")

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Button("建立", kind="primary", keys="Ctrl+Enter", on_click=self._done))
        row.addWidget(Button("返回", keys="Esc", on_click=self.back.emit))
        row.addStretch(1)
        row.addWidget(Button("选文件夹 …", kind="bare", icon="folder", small=True, on_click=self._folder))
        if self._kind == GROUP:
            row.addWidget(Button("选开通文件 …", kind="bare", icon="key", small=True, on_click=self._starter))
        return row

    def _folder(self) -> None:
        choose_folder(self, "放在哪个文件夹（必须是空的）", lambda path: self._put("path", str(path)))

    def _starter(self) -> None:
        choose_file(self, "选择办公室给的开通文件", (STARTERS,), lambda path: self._put("starter", str(path)))

    def _put(self, key: str, text: str) -> None:
        editor = self.form.cell(key).editor
        if editor is not None:
            editor.setText(text)  # type: ignore[union-attr]  # both are lines of text

    def _done(self) -> None:
        values = {key: str(value or "").strip() for key, value in self.form.values().items()}
        gap = next((key for key in self.form.gaps()), "")
        if gap:
            self.say(self.form.cell(gap).field.missing, Tone.WARN)
            self.form.open(gap)
        elif values.get("password") != values.get("again"):
            self.say("两次输入的密码不一样", Tone.WARN)
            self.form.open("again")
        else:
            self.set_busy(True)
            self.say("正在建立，请稍候 …")
            self.finished.emit(_asked(self._kind, values))


def _asked(kind: str, values: dict[str, Any]) -> FirstRun:
    starter = values.get("starter")
    return FirstRun(
        kind, Path(values["path"]).expanduser(), values.get("name", ""), values.get("password", ""),
        Path(starter).expanduser() if starter else None, values.get("code", ""),
    )  # fmt: skip


def _fields(kind: str, folder: Path) -> list[Field]:
    where = Field("path", "文件夹", value=str(folder), missing="选一个空文件夹", open=True)
    if kind == DEMO:
        return [replace(where, note="约一分钟；密码写在里面的 password 文件里")]
    group = [
        Field("starter", "开通文件", hint="办公室给的文件，在U盘上", missing="选择办公室给的开通文件", open=True),
        Field("code", "开通码", hint="与开通文件一起给的那张纸上", missing="照抄开通码", open=True),
    ]
    return [
        where,
        *(group if kind == GROUP else []),
        Field("name", "你的姓名", hint="以后记下的每件事都写上这个名字", missing="写上姓名", open=True),
        Field("password", "密码", hint="打开本机数据用，请记牢", missing="设一个密码", secret=True, open=True),
        Field("again", "再输一次", missing="再输一次密码", secret=True, open=True),
    ]
