"""The bar at the foot of a finding: what this person can do now, one primary, each with its key; and doing it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.actions.reads.parts import Available
from dubu_desktop.errors import DubuError
from dubu_desktop.ui.casework.choices import supplies
from dubu_desktop.ui.casework.forms import AT_ONCE, FORMS, Asking, params_of
from dubu_desktop.ui.casework.proposals import propose_change
from dubu_desktop.ui.kit import Action, AskPanel, Choice, Field, Kind
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.operation import Desk

#: keys by verb (ui.md "Keys"): Y goes on, N sends back
_KEYS = {
    "finalise_finding": "Ctrl+Return",
    "confirm_finding": "Y",
    "assign_rectification": "Y",
    "record_reply": "Y",
    "verify_finding": "Y",
    "close_finding": "Y",
    "send_back_finding": "N",
    "return_finding": "N",
    "urge": "U",
}
_LABELS = {
    "record_reply": "记反馈",
    "extend_rectification": "改期限",
    "record_instruction": "批示",
    "name_person": "点名人员",
    "add_note": "提意见",
    "urge": "督促",
}
#: quiet ones in the order in which they are wanted; the rest follows
_ORDER = (
    "finalise_finding", "confirm_finding", "assign_rectification", "record_reply", "verify_finding", "close_finding",
    "return_finding", "send_back_finding", "urge", "extend_rectification", "record_instruction", "reopen_finding",
    "answer_urge", "merge_finding", "settle_finding", "void_finding", "name_person", "want_photos",
    "add_note", "retract", "purge",
)  # fmt: skip
#: done in the pane itself, not by a button of the bar
_ELSEWHERE = ("add_photos", "edit_rectification")


class Steps:
    """Makes the actions of a finding and carries them out. `asker` is the page; `done(verb)` after one succeeded."""

    def __init__(self, desk: Desk, asker: QWidget, ask: AskPanel, done: Callable[[str], None]) -> None:
        self.desk, self.asker, self.ask, self._done = desk, asker, ask, done
        self._supplies = supplies(desk, asker)

    def actions(self, detail: FindingDetail) -> list[Action]:
        """What the bar shows."""
        office = self.desk.house.edition == "office"
        hidden = (*_ELSEWHERE, *(("add_note",) if office else ()))  # the office writes what it wants changed
        shown = [a for a in detail.actions if a.verb not in hidden]
        settling = [a for a in shown if a.verb == "settle_finding"]
        shown = [a for a in shown if a not in settling[1:]]
        shown.sort(key=lambda a: (not a.primary, _ORDER.index(a.verb) if a.verb in _ORDER else 99))
        taken: set[str] = set()
        out = []
        for available in shown:
            keys = _KEYS.get(available.verb, "")
            keys = "" if keys in taken else keys
            taken.add(keys)
            label = _LABELS.get(available.verb, available.label)
            run = partial(self.start, available, detail)
            if available in settling:
                label, run = "其他结论", partial(self._settle, settling, detail)
            out.append(Action(label, run, keys, available.primary))
        return out

    def _settle(self, offered: list[Available], detail: FindingDetail) -> None:
        """不成立, 容错免责, 移交: which, and why."""
        choices = tuple(Choice(a.params["event"], a.label) for a in offered)
        fields = (
            Field("event", "结论", Kind.ENUM, choices=choices, missing="选一种结论"),
            Field("reason", "理由", Kind.MULTILINE, missing="写明理由"),
        )
        self.ask.ask(
            f"其他结论 · {detail.number}", fields,
            lambda answers: self.do("settle_finding", "已作出结论，不再催办整改。", params_of(offered[0], answers)),
            note="作出结论后不再整改；主任可以恢复办理。",
        )  # fmt: skip

    def start(self, available: Available, detail: FindingDetail) -> None:
        """Do it, or open its form; what is missing is said instead."""
        if available.missing:
            self.desk.warn(f"还不能{available.label}，还缺：{'、'.join(available.missing)}。")
            if available.verb == "assign_rectification":
                self._open_form(available, detail)
        elif available.verb == "add_note":
            propose_change(self, available, detail)
        elif available.verb in FORMS:
            self._open_form(available, detail)
        else:
            said = f"{detail.number} {AT_ONCE.get(available.verb, f'{available.label}已办。')}"
            self.do(available.verb, said, available.params)

    def _open_form(self, available: Available, detail: FindingDetail) -> None:
        form = FORMS[available.verb](self.asking(detail))

        def answered(answers: dict[str, Any]) -> None:
            said = form.said if isinstance(form.said, str) else form.said(answers)
            self.do(available.verb, said, params_of(available, answers))

        self.ask.ask(form.title, form.fields, answered, note=form.note, ok=form.ok)

    def asking(self, detail: FindingDetail) -> Asking:
        """What forms may need."""
        person = self.desk.house.person
        return Asking(detail, self.desk.clock.today(), person.name if person else "", self._supplies)

    def do(self, verb: str, said: str, params: dict[str, Any]) -> None:
        """Run a verb and say that it is done."""

        def then(_outcome: Any) -> None:
            self.desk.tell(said)
            self._done(verb)

        def failed(error: DubuError) -> None:
            self.desk.said.emit(Message.from_error(error))

        self.desk.do(self.asker, verb, then=then, failed=failed, **params)
