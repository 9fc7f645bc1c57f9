"""Notes and proposals on a finding, and the persons named with it. The office takes or declines with one key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.actions.reads.notes import NoteRow
from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.kit import Button, Card, Chip, ChipLabel, PlainLabel, Tone

_TONES = {"open": Tone.ACCENT, "taken": Tone.OK, "declined": Tone.NEUTRAL}


class NotesCard(Card):
    """The notes, open ones first; A takes and B declines the first open one, where the person may."""

    def __init__(self, keys_owner: QWidget, answer: Callable[[NoteRow, bool], None]) -> None:
        super().__init__()
        self._answer = answer
        self._keys = Keys(keys_owner, "意见")
        self._rows: list[QWidget] = []
        self._shown: tuple[NoteRow, ...] = ()
        self._may = False
        self.hide()

    def show_notes(self, notes: tuple[NoteRow, ...], *, may_answer: bool) -> None:
        """Show them."""
        if notes == self._shown and may_answer == self._may:
            return
        self._shown, self._may = notes, may_answer
        self._keys.clear()
        for row in self._rows:
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        ordered = sorted(notes, key=lambda note: note.state != "open")
        for place, note in enumerate(ordered):
            self._add(note, first=place == 0)
        self.setVisible(bool(notes))

    def _add(self, note: NoteRow, *, first: bool) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(ChipLabel(Chip(note.state_label, _TONES.get(note.state, Tone.NEUTRAL))))
        head.addWidget(PlainLabel(" ".join(p for p in (note.side, note.who, note.when) if p), "hint", elide="right"), 1)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        words = note.text if not note.field_label else f"{note.field_label}改为“{note.value}”：{note.text}"
        line.addWidget(PlainLabel(words, wrap=True), 1)
        if note.state == "open" and self._may:
            for label, key, take in (("采纳", "A", True), ("不采纳", "B", False)):
                act = partial(self._answer, note, take)
                line.addWidget(Button(label, keys=key if first else "", small=True, on_click=act))
                if first:
                    self._keys.bind(key, act, f"{label}意见")
        holder = QWidget()
        holder.setLayout(head)
        head.setContentsMargins(0, 0, 0, 0)
        for part in (holder, row):
            self.body.addWidget(part)
            self._rows.append(part)


class PersonsLine(PlainLabel):
    """点名人员, masked."""

    def __init__(self) -> None:
        super().__init__("", "sub", wrap=True)
        self.hide()

    def show_persons(self, detail: FindingDetail) -> None:
        """Show who is named."""
        names = "、".join(f"{p.name}（{p.post}）" if p.post else p.name for p in detail.persons)
        self.setText(f"点名人员：{names}")
        self.setVisible(bool(names))
