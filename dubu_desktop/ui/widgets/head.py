"""The head of a detail pane: a quiet line with chips, what the record is called, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.ui.paint import Chip
from dubu_desktop.ui.widgets.chips import ChipLabel
from dubu_desktop.ui.widgets.label import PlainLabel
from dubu_desktop.ui.widgets.steps import StepStrip


class DetailHead(QFrame):
    """`set_head(line, title, chips, steps, at)`; without steps the strip is not there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "head")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 13, 24, 12)
        column.setSpacing(7)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._line = PlainLabel("", "hint", elide="middle")
        self._chips: list[ChipLabel] = []
        self._row.addWidget(self._line, 1)
        self.title = PlainLabel("", "heading", wrap=True, select=True)
        self.steps = StepStrip()
        column.addLayout(self._row)
        column.addWidget(self.title)
        column.addWidget(self.steps)

    def set_head(
        self, line: str, title: str, chips: Sequence[Chip] = (), steps: Sequence[str] = (), at: int = 0
    ) -> None:
        """Show this record."""
        self._line.setText(line)
        self.title.setText(title)
        for label in self._chips:
            self._row.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._chips = [ChipLabel(chip) for chip in chips]
        for label in self._chips:
            self._row.addWidget(label)
        self.steps.setVisible(bool(steps))
        if steps:
            self.steps.set_steps(steps, at)
