"""A conflict where it stands: both values, who wrote them and when; the office decides with 1 or 2."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.actions.reads.conflicts import ConflictView
from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.kit import Button, Card, Chip, ChipLabel, PlainLabel, Tone


class ClashCard(Card):
    """Shows the first conflict of a record; `decide(record, field, choice)` where the person may.

    One in a field that only a newer version knows comes last, and there is nothing to choose.
    """

    def __init__(self, keys_owner: QWidget, decide: Callable[[ConflictView, int], None]) -> None:
        super().__init__()
        self._decide = decide
        self._keys = Keys(keys_owner, "冲突")
        self._rows: list[QWidget] = []
        self._shown: tuple[ConflictView, ...] = ()
        self._may = False
        head = QHBoxLayout()
        head.setSpacing(8)
        self._chip = ChipLabel(Chip("冲突", Tone.BAD))
        self._title = PlainLabel("", "strong", elide="right")
        head.addWidget(self._chip)
        head.addWidget(self._title, 1)
        self._note = PlainLabel("", "hint", wrap=True)
        self.body.addLayout(head)
        self.body.addWidget(self._note)
        self.hide()

    def show_conflicts(self, conflicts: tuple[ConflictView, ...], *, may_decide: bool) -> None:
        """Show what is in conflict; nothing hides the card."""
        if conflicts == self._shown and may_decide == self._may:
            return
        self._shown, self._may = conflicts, may_decide
        self._keys.clear()
        for row in self._rows:
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        self.setVisible(bool(conflicts))
        if not conflicts:
            return
        first = self._first()
        offered = may_decide and first.decidable
        later = "只有新版认识的字段：两个值都留着，装上新版本以后再裁定"
        more = f"，另有 {len(conflicts) - 1} 处" if len(conflicts) > 1 else ""
        self._title.setText(f"{first.field_label}：两边写得不一样{more}")
        said = "按数字键选定一个；没选的留在经过里" if may_decide else "由办公室裁定，裁定前暂按第一个显示"
        self._note.setText(said if first.decidable else later)
        for value in first.values:
            by = " ".join(p for p in (value.side, value.who, value.when) if p)
            self._add(first, value.choice, value.text, by, offered=offered)

    def _first(self) -> ConflictView:
        return next((one for one in self._shown if one.decidable), self._shown[0])

    def _add(self, conflict: ConflictView, choice: int, text: str, by: str, *, offered: bool) -> None:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)

        def take() -> None:
            self._decide(conflict, choice)

        if offered:
            line.addWidget(Button("选这个", keys=str(choice), small=True, on_click=take), 0, Qt.AlignmentFlag.AlignTop)
            if choice < 10:
                self._keys.bind(str(choice), take, f"选定第{choice}个值")
        else:
            line.addWidget(PlainLabel(str(choice), "strong"), 0, Qt.AlignmentFlag.AlignTop)
        told = QVBoxLayout()  # below each other: beside a name a long value has room for a few characters a line
        told.setSpacing(2)
        told.addWidget(PlainLabel(text, wrap=True))
        told.addWidget(PlainLabel(by, "hint", wrap=True))
        line.addLayout(told, 1)
        self._rows.append(row)
        self.body.insertWidget(self.body.count() - 1, row)

    def take(self, choice: int) -> None:
        """Decide as the key would (for the command box and tests)."""
        if self._shown and self._may and self._first().decidable:
            self._decide(self._first(), choice)
