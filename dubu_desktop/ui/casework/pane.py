"""One finding in detail: head, main column, 经过 at the side. 问题 and 整改 fill the main column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import finding_detail, past
from dubu_desktop.actions.reads.conflicts import ConflictView
from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.actions.reads.notes import NoteRow
from dubu_desktop.actions.reads.past import HistoryLine
from dubu_desktop.ui.casework.clash import ClashCard
from dubu_desktop.ui.casework.evidence_part import EvidencePart
from dubu_desktop.ui.casework.head import FindingHead
from dubu_desktop.ui.casework.remarks import NotesCard, PersonsLine
from dubu_desktop.ui.casework.steps import Steps
from dubu_desktop.ui.kit import Happening, Scroll, SectionHead, Spread, Timeline
from dubu_desktop.ui.operation import Desk


def load(reader: Any, finding: int | str) -> tuple[FindingDetail, list[HistoryLine]]:
    """All of one finding, and its past (reader thread)."""
    detail = finding_detail.detail(reader, finding)
    return detail, past.history(reader, detail.id)


_LABEL = re.compile("(?:^|；)([^：；（）]{2,8})：")
#: which of what an action wrote is worth saying in the narrow column, per kind; the rest stands in the fields
_TOLD = {
    "urge": ("督促方式", "督促内容", "对方答复"),
    "evidence": ("图片说明",),
    "note": ("意见内容",),
}
_STEPS = {"assign": ("整改期限", "责任单位"), "reply": ("反馈内容",), "verify": ("核查情况",), "close_out": ()}


def told_of(line: HistoryLine) -> str:
    """The note of a line without what the pane shows anyway."""
    wanted = _STEPS.get(line.event) if line.type == "event" else _TOLD.get(line.kind)
    if line.type == "create" and line.kind == "finding":
        return ""
    marks = list(_LABEL.finditer(line.note))
    if wanted is None or not marks:
        return line.note
    parts = [line.note[: marks[0].start()]]
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(line.note)
        if mark[1] in wanted:
            text = line.note[mark.end() : end]
            parts.append(f"限{text}" if mark[1] == "整改期限" else text)
    return "，".join(part.strip("；。") for part in parts if part.strip("；。"))


def joined(lines: Sequence[HistoryLine]) -> list[HistoryLine]:
    """What a step wrote told with the step, also where it came as a base and the two are no longer one action."""
    steps = {(line.when, line.side): line for line in lines if line.type == "event" and line.event in _STEPS}
    written: dict[tuple[str, str], HistoryLine] = {}
    for line in lines:
        key = (line.when, line.side)
        if line.kind == "rectification" and line.type != "event" and key in steps:
            written.setdefault(key, line)
    out = []
    for line in lines:
        mate = written.get((line.when, line.side))
        if line.kind == "rectification" and line.type != "event" and mate is not None:
            continue
        if mate is not None and line is steps[line.when, line.side] and not line.note:
            line = replace(line, note=mate.note)
        out.append(line)
    return out


def happenings(lines: Sequence[HistoryLine]) -> list[Happening]:
    """The past as the timeline shows it."""
    out = []
    for line in joined(lines):
        note = "，".join(part for part in (line.when, told_of(line)) if part)
        inert = f"（未生效：{line.inert}）" if line.inert else ""
        out.append(Happening(line.what, line.by, note + inert, hot=line.hot or bool(line.inert)))
    return out


class CasePane(QFrame):
    """Subclasses give `build_main()` (widgets, top to bottom) and `show_main(detail)`."""

    shown = Signal(object)  # FindingDetail

    def __init__(self, desk: Desk, page: QWidget, steps: Steps) -> None:
        super().__init__(page)
        self.desk, self.page, self.steps = desk, page, steps
        self.detail: FindingDetail | None = None
        self.head = FindingHead()
        self.evidence = EvidencePart(desk, page, steps.ask)
        self.clash = ClashCard(page, self._decide)
        self.notes = NotesCard(page, self._answer)
        self.persons = PersonsLine()
        self.timeline = Timeline()
        self.past_head = SectionHead("经过")
        self.area, self.spread = Scroll(), Spread()
        for widget in self.build_main():
            self.spread.main.addWidget(widget)
        self.spread.side.addWidget(self.past_head)
        self.spread.side.addWidget(self.timeline)
        self.area.canvas.addWidget(self.spread)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.area, 1)

    def build_main(self) -> list[QWidget]:
        """The main column."""
        raise NotImplementedError

    def show_main(self, detail: FindingDetail) -> None:
        """Fill the main column."""
        raise NotImplementedError

    def open_finding(self, finding: int | str) -> None:
        """Read a finding by row id or id, and show it."""
        self.desk.read(self, load, finding, then=lambda got: self.show_finding(*got), newest="detail")

    def show_finding(self, detail: FindingDetail, lines: Sequence[HistoryLine]) -> None:
        """Show it; another one begins at the top."""
        other = self.detail is None or self.detail.id != detail.id
        self.detail = detail
        self.head.show_finding(detail)
        self.evidence.show_finding(detail)
        office = self.desk.house.edition == "office"
        self.clash.show_conflicts(detail.conflicts, may_decide=office)
        self.notes.show_notes(detail.notes, may_answer=office)
        self.persons.show_persons(detail)
        told = happenings(lines)
        self.timeline.set_items(told)
        self.past_head.set_note(f"{len(told)} 条")
        self.show_main(detail)
        if other:
            self.area.verticalScrollBar().setValue(0)
        self.shown.emit(detail)

    def put_away(self) -> None:
        """Nothing is shown: its keys are given back."""
        self.detail = None
        self.clash.show_conflicts((), may_decide=False)
        self.notes.show_notes((), may_answer=False)

    def _decide(self, conflict: ConflictView, choice: int) -> None:
        said = f"{conflict.field_label}已裁定，没选的值留在经过里。"
        self.steps.do("decide_conflict", said, {"record": conflict.record, "field": conflict.field, "choice": choice})

    def _answer(self, note: NoteRow, take: bool) -> None:
        said = "意见已采纳。" if take else "意见未采纳，已记下。"
        self.steps.do("answer_note", said, {"note": note.id, "take": take})
