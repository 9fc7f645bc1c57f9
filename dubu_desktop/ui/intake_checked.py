"""What reading a workbook in would do: how many new, changed, same, and the rows in doubt with their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from dubu_desktop.ui.kit import Card, Column, DataTable, Figure, PlainLabel, Scroll, SectionHead, Tone

_SHARED, _BEFORE = 14, 6  # characters alike that are left out; of them kept before the difference
_CELLS = 4  # columns of a row in doubt that are shown


class CheckedView(QWidget):
    """`wanted`: how many rows would be read in."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = 0
        scroll = Scroll()
        grid = QGridLayout()
        grid.setSpacing(16)
        self.new, self.changed, self.same, self.bad = (
            Figure(word) for word in ("新增", "更新", "已有，不变", "有疑问")
        )
        for place, figure in enumerate((self.new, self.changed, self.same, self.bad)):
            grid.addWidget(figure, 0, place)
        self.remarks = PlainLabel("", "sub", wrap=True)
        self.doubt_head = SectionHead("有疑问的行", "不读入；读入后写进一份标好原因的“退回”工作簿，改好再读")
        self.change_head = SectionHead("将更新的内容", "现有的值和工作簿里的值")
        self._changes, self._holder = QVBoxLayout(), QVBoxLayout()
        self.changes: Card | None = None
        self.doubtful: Card | None = None
        scroll.canvas.addLayout(grid)
        scroll.canvas.addWidget(self.remarks)
        scroll.canvas.addWidget(self.change_head)
        scroll.canvas.addLayout(self._changes)
        scroll.canvas.addWidget(self.doubt_head)
        scroll.canvas.addLayout(self._holder)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def show_result(self, told: dict[str, Any], word: str) -> None:
        """Show what `check_workbook` reported."""
        self.wanted = told["new"] + told["changed"]
        rows = told["rows"]
        self.new.set(f"{told['new']:,}".replace(",", " "), f"个{word}，共{rows}行")
        self.changed.set(str(told["changed"]), "内容有不同")
        self.same.set(str(told["same"]), "与已有的一样")
        self.bad.set(str(told["bad"]), "行，原因见下" if told["bad"] else "行", tone=Tone.WARN if told["bad"] else None)
        self.remarks.setText("\n".join(f"▲ {line}。" for line in told["remarks"]))
        self.remarks.setVisible(bool(told["remarks"]))
        self.doubt_head.setVisible(bool(told["bad"]))
        self._show_changes(told)
        self._show_doubtful(told)

    def _show_changes(self, told: dict[str, Any]) -> None:
        _put_away(self._changes, self.changes)
        self.changes = None
        rows = [
            (str(one["row"]), one["number"], label, *apart(here, there))
            for one in told.get("changes", ())
            for label, here, there in one["told"]
        ]
        self.change_head.setVisible(bool(rows))
        if rows:
            columns = [
                Column("行", 56, number=True), Column("问题编号", 140), Column("项", 92), Column("现在"),
                Column("改成"),
            ]  # fmt: skip
            self.changes = _table(columns, rows, "将更新的内容")
            self._changes.addWidget(self.changes)

    def _show_doubtful(self, told: dict[str, Any]) -> None:
        _put_away(self._holder, self.doubtful)
        self.doubtful = None
        if not told["bad"]:
            return
        heads = told["header"][:_CELLS]
        columns = [Column("行", 56, number=True), Column("原因"), *(Column(one, 104) for one in heads)]
        wide = len(columns) - 2
        rows = [
            (str(one["row"]), "；".join(one["why"]), *[*one["cells"], *[""] * wide][:wide]) for one in told["doubtful"]
        ]
        self.doubtful = _table(columns, rows, "有疑问的行")
        self._holder.addWidget(self.doubtful)


def apart(here: str, there: str) -> tuple[str, str]:
    """Two values as they are shown beside each other: a long beginning they share is left out of both."""
    same = 0
    for one, other in zip(here, there, strict=False):
        if one != other:
            break
        same += 1
    if same < _SHARED:
        return here, there
    cut = same - _BEFORE
    return f"…{here[cut:]}", f"…{there[cut:]}"


def _table(columns: list[Column], rows: Sequence[tuple[str, ...]], name: str) -> Card:
    table = DataTable(columns, name=name)
    table.set_rows(rows)
    table.fit_height()
    card = Card()
    card.body.setContentsMargins(6, 4, 6, 6)
    card.body.addWidget(table)
    return card


def _put_away(holder: QVBoxLayout, card: Card | None) -> None:
    if card is not None:
        holder.removeWidget(card)
        card.hide()
        card.deleteLater()
