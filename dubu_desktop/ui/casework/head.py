"""The head of a finding's pane: number, group and visit with chips, title, the strip of its life."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.actions.reads.parts import Chip as Told
from dubu_desktop.ui.casework.rows import short
from dubu_desktop.ui.kit import Chip, ChipLabel, FlowLayout, PlainLabel, StepStrip, Tone, plain_tip
from dubu_desktop.ui.rows import short_group


def chip(told: Told) -> Chip:
    """A chip of a read as the kit paints it."""
    return Chip(told.word, Tone(told.tone))


class FindingHead(QFrame):
    """Shows one finding; nothing to edit here."""

    opened = Signal(str)  # another finding named here was clicked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "head")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 13, 24, 12)
        column.setSpacing(7)
        # one flow for the line and the chips: where the pane is narrow the chips go below instead of squeezing the line
        self.line = PlainLabel("", "hint")
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips)
        self._flow.addWidget(self.line)
        self.name = PlainLabel("", "heading", elide="right")
        self.steps = StepStrip()
        for part in (self.name, self.steps):
            column.addWidget(part)
        column.insertWidget(0, self._chips)
        self._labels: list[ChipLabel] = []

    def show_finding(self, detail: FindingDetail) -> None:
        """Show this one."""
        parts = (detail.number, short_group(detail.group), detail.visit_kind, detail.sent)
        self.line.setText(" · ".join(part for part in parts if part))
        self.name.setText(short(detail.title))
        plain_tip(self.name, detail.title if self.name.elided else "")
        self.steps.set_steps(detail.steps, detail.at)
        self._show_chips(detail)

    def _show_chips(self, detail: FindingDetail) -> None:
        for label in self._labels:
            self._flow.removeWidget(label)
            label.hide()
            label.deleteLater()
        told = [one for one in detail.chips if one.word != detail.status_label]
        if detail.urge_count:
            told.append(Told(f"督促{detail.urge_count}次"))
        told += [Told(word, "accent") for word in detail.field("patterns").value or []]
        self._labels = []
        for one in told[:5]:
            label = ChipLabel(chip(one))
            plain_tip(label, one.detail)
            self._flow.addWidget(label)
            label.show()
            self._labels.append(label)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click in the head takes the focus off an editor, so that it is settled."""
        self.setFocus()
        super().mousePressEvent(event)
