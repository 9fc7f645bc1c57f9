"""拟任务: the form of a task for one or several groups. What is typed is kept at once and is back after a crash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtWidgets import QFrame, QVBoxLayout

from dubu_desktop.actions.reads.lists import kept
from dubu_desktop.domain.lifecycle import Role
from dubu_desktop.domain.records.work import TaskSource
from dubu_desktop.ui.casework.choices import supplies
from dubu_desktop.ui.casework.values import plain
from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.kit import Action, ActionBar, Choice, DetailHead, DraftText, Field, KeyValueCard, Kind, Scroll

DRAFT = "task/new"
_FEEDBACK = "仅报领导小组办公室"
_SOURCES = tuple(Choice(one.value, one.label) for one in TaskSource)
_FLAGS = (Choice(True, "是"), Choice(False, "否"))


@dataclass(frozen=True)
class Start:
    """What the form starts from: whether this person may issue, the rule's days, what was typed before."""

    may_issue: bool
    days: int
    body: dict[str, Any]


def start(reader: Any) -> Start:
    """On the reader thread."""
    roles = reader.person.roles if reader.person else frozenset()
    return Start(Role.DIRECTOR in roles, reader.rules.deadlines.task_days, kept(reader, DRAFT))


class ComposePane(QFrame):
    """Open with `begin()`; Ctrl+Enter issues where the person may, else it stays a draft."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page, self.desk = page, page.desk
        self._may_issue, self._days = False, 0
        self._supplies = supplies(self.desk, self)
        self._keep = DraftText(self._save, self)
        self._body: dict[str, Any] = {}
        self.head = DetailHead()
        self.form = KeyValueCard(eager=True, drafts=self._keep)
        self.form.edited.connect(self._edited)
        self.form.given_up.connect(self.leave)
        self.bar = ActionBar(self)
        Keys(self, "拟任务").bind("F6", self.form.next_gap, "到下一个缺项")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroll = Scroll()
        scroll.canvas.addWidget(self.form)
        for widget in (self.head, scroll, self.bar):
            column.addWidget(widget, 1 if widget is scroll else 0)

    def begin(self) -> None:
        """Open with what was typed before."""
        self.desk.read(self, start, then=self._begin, newest="start")

    def _begin(self, found: Start) -> None:
        self._may_issue, self._days, self._body = found.may_issue, found.days, dict(found.body)
        self.head.set_head("新任务 · 每个组一件，由本处编号", "写清交办什么、给谁、何时办结")
        self.form.set_fields(())  # built anew: no editor keeps what an earlier task had
        self.form.set_fields(self._fields())
        issue = Action("交办", self.issue, "Ctrl+Return", primary=True)
        keep = Action("存为草拟", self.draft, "Ctrl+S", primary=not found.may_issue)
        actions = [issue, keep] if found.may_issue else [keep]
        hint = "F6 到下一个缺项 · 交办后编号不能收回" if found.may_issue else "F6 到下一个缺项 · 由主任交办"
        self.bar.set_actions([*actions, Action("放弃", self.give_up)], hint)
        self.form.open("title")

    def _fields(self) -> list[Field]:
        body, supply = self._body, self._supplies
        due = body.get("due_on")
        return [
            Field("title", "任务名称", value=body.get("title", ""), missing="写一个短名称", wide=True, open=True),
            Field("groups", "承办组", Kind.PICKERS, _choices(body.get("groups")), supply=supply["group"],
                  missing="选一个或几个组", wide=True, open=True),
            Field("source", "来源", Kind.ENUM, body.get("source", TaskSource.OTHER.value), choices=_SOURCES),
            Field("due_on", "完成时限", Kind.DATE, date.fromisoformat(due) if due else None,
                  note=f"空着按规则：{self._days}个工作日"),
            Field("objects", "对象及重点", Kind.MULTILINE, body.get("objects", ""), wide=True, open=True,
                  hint="到哪里、看什么"),
            Field("requirement", "工作要求", Kind.MULTILINE, body.get("requirement", ""), wide=True, open=True,
                  missing="写明怎么做、报什么"),
            Field("units", "督导单位", Kind.PICKERS, _choices(body.get("units")), supply=supply["unit"], wide=True,
                  open=True),
            Field("feedback", "反馈方式", value=body.get("feedback", _FEEDBACK)),
            Field("contact", "联系人", value=body.get("contact", "")),
            Field("urgent", "紧急", Kind.ENUM, body.get("urgent", False), choices=_FLAGS),
        ]  # fmt: skip

    # --- keeping ----------------------------------------------------------------------------------------------

    def _edited(self, key: str, value: Any) -> None:
        held = [[one.id, one.label] for one in value] if key in ("groups", "units") else plain(value)
        self._save({key: held})

    def _save(self, changed: dict[str, Any]) -> None:
        self._body |= changed
        self.desk.do(self, "save_draft", key=DRAFT, body=dict(self._body))

    def leave(self) -> None:
        """Close; what is typed stays kept."""
        self._keep.flush()
        self._page.close_compose()

    def give_up(self) -> None:
        """Throw the form away."""
        self._keep.discard()
        self._body = {}
        self.desk.do(self, "drop_draft", key=DRAFT, then=lambda _outcome: self.desk.tell("已放弃这份草稿。"))
        self._page.close_compose()

    # --- finishing --------------------------------------------------------------------------------------------

    def _params(self) -> dict[str, Any] | None:
        """What the verb wants; None, with the caret in the gap, while something is missing."""
        if self.form.next_gap():
            self.desk.warn("还有缺项，请先补上标▲的地方。")
            return None
        params = {key: plain(value) for key, value in self.form.values().items()}
        params["urgent"] = bool(params["urgent"])
        return params

    def draft(self) -> None:
        """Ctrl+S: keep as 草拟."""
        self._finish(lambda ids: self._done(f"已存为草拟，共{len(ids)}件。", ids))

    def issue(self) -> None:
        """Ctrl+Enter: draft and issue in one go."""
        self._finish(lambda ids: self._page.issue(*ids))

    def _finish(self, then: Any) -> None:
        params = self._params()
        if params is None:
            return
        self._keep.discard()

        def drafted(outcome: Any) -> None:
            self._body = {}
            self.desk.do(self, "drop_draft", key=DRAFT)
            self._page.close_compose()
            then(outcome.ids)

        self.desk.do(self, "draft_task", then=drafted, **params)

    def _done(self, words: str, ids: tuple[str, ...]) -> None:
        self.desk.tell(words)
        self._page.show_record(ids[0])


def _choices(pairs: Any) -> list[Choice]:
    return [Choice(*pair) for pair in pairs or ()]
