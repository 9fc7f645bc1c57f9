"""Ctrl+Shift+V from anywhere: start a visit in four interactions, or stop the one that is running.

Where: by initials. How, who, whether the leader is there: as the last time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from dubu_desktop.actions.reads import pick, visits
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.domain.records.work import VisitKind
from dubu_desktop.ui.casework.choices import find_units
from dubu_desktop.ui.keys import Keys, guard
from dubu_desktop.ui.kit import Button, Choice, Field, KeyValueCard, Kind, PlainLabel, Tone, supply_read
from dubu_desktop.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow

KINDS = tuple(Choice(one.value, one.label) for one in VisitKind)
FLAGS = (Choice(True, "在场"), Choice(False, "不在场"))


@dataclass(frozen=True)
class Moment:
    """What the card starts from: the visit that is running, and the last one of this side."""

    running: visits.VisitRow | None
    last: visits.VisitRow | None


def moment(reader: Any) -> Moment:
    """On the reader thread."""
    found = visits.ids(reader, ListFilter(group=reader.side or ""))
    begun = [row for row in visits.rows(reader, found[:20]) if row.state != visits.PLANNED]
    own = [row for row in begun if row.group == reader.group_name(reader.side)]
    return Moment(visits.running(reader), own[0] if own else None)


def find_members(reader: Any, text: str) -> list[Choice]:
    """People of this side by name; a visit keeps their names."""
    return [Choice(one.label, one.label, one.hint) for one in pick.people(reader, text)]


def find_tasks(reader: Any, text: str) -> list[Choice]:
    """Tasks under way."""
    return [Choice(one.id, one.label, one.hint) for one in pick.tasks(reader, text)]


def toggle(window: MainWindow) -> None:
    """What Ctrl+Shift+V does."""
    VisitCard(window).begin()


class VisitCard(Overlay):
    """Asks where and starts, or says what is running and stops it. Deletes itself when closed."""

    def __init__(self, window: MainWindow, plan: str = "") -> None:
        super().__init__(window, width=560, top=96, name="督导活动")
        self.desk, self._plan = window.desk, plan
        self._new_unit = ""
        self._title = PlainLabel("", "title", wrap=True)
        self._note = PlainLabel("", "sub", wrap=True)
        self.form = KeyValueCard(columns=1, eager=True, surface="panel")
        self.form.body.setContentsMargins(0, 0, 0, 0)
        self.form.edited.connect(self._edited)
        self.form.given_up.connect(self.close_overlay)
        self._go = Button("开始", kind="primary", keys="Enter", on_click=self.act)
        self._other = Button("换到下一处", on_click=self._ask_where)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self._go, self._other, Button("取消", keys="Esc", on_click=self.close_overlay)):
            row.addWidget(button)
        row.addStretch(1)
        self.body.setSpacing(10)
        for widget in (self._title, self._note, self.form):
            self.body.addWidget(widget)
        self.body.addLayout(row)
        Keys(self, "督导活动").bind("Ctrl+Return", self.act, "开始或结束")
        self.act_now: Any = None
        self.closed.connect(self.deleteLater)

    def begin(self, kind: str = "", units: list[Choice] | None = None) -> None:
        """Read where we stand, then open."""
        self._given = (kind, units or [])
        self.desk.read(self, moment, then=self._begin)

    def _begin(self, found: Moment) -> None:
        self._last = found.last
        if found.running is not None and not self._plan:
            self._say_running(found.running)
        else:
            self._ask_where()
        self.open()
        if self.form.isVisible() and not self._given[1]:
            self.form.open("units")
        else:
            self._go.setFocus()

    # --- stop -------------------------------------------------------------------------------------------------

    def _say_running(self, row: visits.VisitRow) -> None:
        found = f"已发现问题{row.findings}条。" if row.findings else "还没有记下问题。"
        self._title.setText(f"正在督导：{row.title}")
        self._note.setText(f"{row.kind_label}，{row.started} 开始。{found}")
        self.form.hide()
        self._go.set_text("结束这次督导")
        self._other.show()
        self.act_now = self._stop

    def _stop(self) -> None:
        self.desk.do(self.desk, "stop_visit", then=lambda _o: self.desk.tell("督导活动已结束，半天数按起止时间计。"))
        self.close_overlay()

    # --- start ------------------------------------------------------------------------------------------------

    def _ask_where(self) -> None:
        last, (kind, units) = self._last, self._given
        self._title.setText("开始督导活动")
        self._note.setText("只报领导小组办公室。方式、人员沿用上一次，可改。")
        members = [Choice(name, name) for name in (last.members if last else ())]
        self.form.set_fields(
            [
                Field("units", "到哪里", Kind.PICKERS, units, supply=supply_read(self.desk, self, find_units),
                      missing="写单位名称或首字母", new_label="新单位", open=True),
                Field("kind", "方式", Kind.ENUM, kind or (last.kind if last else VisitKind.UNANNOUNCED.value),
                      choices=KINDS, open=True),
                Field("members", "人员", Kind.PICKERS, members, supply=supply_read(self.desk, self, find_members),
                      new_label="另写姓名", open=True),
                Field("leader", "组长", Kind.ENUM, last.leader_present if last else True, choices=FLAGS, open=True),
                Field("task", "所属任务", Kind.PICKER, supply=supply_read(self.desk, self, find_tasks), open=True,
                      hint="可不选"),
            ]
        )  # fmt: skip
        self.form.show()
        self._go.set_text("开始")
        self._other.hide()
        self.act_now = self._start
        if self.isVisible():
            self.form.open("units")

    def _edited(self, key: str, _value: Any) -> None:
        """A place was chosen: the next Enter starts."""
        if key == "units" and self.form.values()["units"]:
            QTimer.singleShot(0, self, self._go.setFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter that no field wanted; as a shortcut it would be taken away from the fields."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and guard().may_act(single=False):
            self.act()
        else:
            super().keyPressEvent(event)

    def act(self) -> None:
        """Enter: what the blue button says."""
        if self.act_now is not None:
            self.act_now()

    def _start(self) -> None:
        values = self.form.values()
        chosen: list[Choice] = values["units"]
        if not chosen:
            self._note.setText("还没有写到哪里：写单位名称、拼音或首字母。")
            self._note.set_tone(Tone.WARN)
            self.form.open("units")
            return
        unknown = next((one for one in chosen if one.id is None), None)
        if unknown is not None:  # a unit that is not in the list: 待认 until the office adopts it
            known = [one for one in chosen if one.id is not None]
            self.desk.do(self, "add_unit", name=unknown.label, then=lambda made: self._with_unit(known, unknown, made))
            return
        self._send(values, [one.id for one in chosen])

    def _with_unit(self, known: list[Choice], unknown: Choice, made: Any) -> None:
        self._send(self.form.values(), [*(one.id for one in known if one.id), made.ids[-1]])

    def _send(self, values: dict[str, Any], units: list[str]) -> None:
        place = "、".join(one.label for one in values["units"])
        task = values["task"]
        self.desk.do(
            self.desk,
            "start_visit",
            visit_kind=values["kind"] or VisitKind.UNANNOUNCED.value,
            units=units,
            place=place,
            members=[one.label for one in values["members"]],
            leader_present=bool(values["leader"]),
            task=task.id if task else "",
            plan=self._plan,
            then=lambda _o: self.desk.tell(f"已开始：{place}。之后记下的问题都归到这次督导。"),
        )
        self.close_overlay()
