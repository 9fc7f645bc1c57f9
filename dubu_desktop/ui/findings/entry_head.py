"""The head of the entry card: where one is, what is still missing, the 三明确 gauge."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.domain.clarity import Clarity
from dubu_desktop.ui.findings.card import EntryState
from dubu_desktop.ui.kit import Chip, ChipLabel, ClarityGauge, PlainLabel, Tone

_PARTS = (("found_at", "时间"), ("place", "地点"), ("facts", "情况"))


class EntryHead(QFrame):
    """Shows a state; `gap_wanted(field)` when a light of the gauge is clicked."""

    gap_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "head")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 13, 16, 12)
        words = QVBoxLayout()
        words.setSpacing(7)
        first = QHBoxLayout()
        first.setSpacing(8)
        self.line = PlainLabel("", "hint", elide="right")
        self.urgent = ChipLabel(Chip("紧急重大", Tone.BAD))
        first.addWidget(self.urgent)
        first.addWidget(self.line, 1)
        self.title = PlainLabel("写清时间、地点、情况", "heading", elide="right")
        self.back = PlainLabel("", "small", wrap=True)
        self.back.set_tone(Tone.WARN)
        words.addLayout(first)
        words.addWidget(self.title)
        words.addWidget(self.back)
        self.gauge = ClarityGauge(_PARTS)
        self.gauge.gap_wanted.connect(self.gap_wanted)
        row.addLayout(words, 1)
        row.addWidget(self.gauge)

    def show_state(self, state: EntryState, line: str) -> None:
        """Where we are, urgent or not, and why it was sent back. `line` is where a new one would be recorded."""
        where = line.partition(" · ")[2]
        self.line.setText(f"{state.number} · 草稿 · {where}".rstrip(" ·") if state.number else line)
        self.urgent.setVisible(bool(state.values.get("urgent")))
        self.back.setText(f"▲ {state.told_back}")
        self.back.setVisible(bool(state.told_back))

    def show_clarity(self, state: EntryState, clear: Clarity) -> None:
        """The gauge, and in words what comes next."""
        flags = {"found_at": clear.time, "place": clear.place, "facts": clear.facts}
        hints = {key: next((h.text for h in clear.hints if h.field == key), "还没有写清") for key in flags}
        self.gauge.set_state({key: hints[key] for key, ok in flags.items() if not ok})
        gaps = state.gaps
        if not all(flags.values()):
            self.title.setText("写清时间、地点、情况")
        else:
            self.title.setText(f"还缺：{'、'.join(g.label for g in gaps)}" if gaps else "三明确已齐，可以定稿")
