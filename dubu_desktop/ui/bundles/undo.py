"""撤销导入: what would be taken back of a bundle and what would stay, before anything is changed; then it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dubu_desktop.ui.bundles import words
from dubu_desktop.ui.keys import Keys, guard
from dubu_desktop.ui.kit import Button, Card, Column, DataTable, PlainLabel, SectionHead
from dubu_desktop.ui.rows import short_group

_MOST = 8  # rows shown without scrolling inside the table


class UndoCard(Card):
    """`begin(bundle)` shows the preview; `done()` once it is carried out; Esc leaves everything as it is."""

    done = Signal()

    def __init__(self, page: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page, self.desk, self._bundle = page, page.desk, ""
        self.head = SectionHead("撤销导入")
        self.line = PlainLabel("", "body", wrap=True, select=True)
        self.note = PlainLabel("", "sub", wrap=True)
        self.table = DataTable(
            [Column("不撤的", 150, bold=True), Column("它带来的", 130), Column("为什么不撤")], name="不撤的内容"
        )
        self.go = Button("照此撤销", kind="primary", keys="Ctrl+Enter", on_click=self.act)
        self._cancel = Button("不撤了", keys="Esc", on_click=self.leave)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.go)
        row.addWidget(self._cancel)
        row.addStretch(1)
        for widget in (self.head, self.line, self.table, self.note):
            self.body.addWidget(widget)
        self.body.addLayout(row)
        Keys(self, "撤销导入").bind("Ctrl+Return", self.act, "照此撤销")
        self.hide()

    def begin(self, bundle: str) -> None:
        """Work out what taking back this bundle (its hash) would do."""
        self._bundle = bundle
        self.desk.long(
            self, "preview_undo_import", label="正在核对这个包带来的内容", bundle=bundle, then=self._previewed
        )

    def _previewed(self, outcome: Any) -> None:
        told = outcome.extra
        if told["bundle"] != self._bundle:
            return
        self.head.set_note(short_group(told["title"]))
        self.line.setText(undo_words(told))
        left = told["left"]
        self.table.set_rows([(short_group(one["name"]), one["what"], one["reason"]) for one in left])
        self.table.setVisible(bool(left))
        if left:
            self.table.fit_height()
            self.table.setFixedHeight(self.table.height() * min(len(left), _MOST) // len(left))
        able = bool(told["voided"] or told["fields"] or told["steps"])
        self.note.setText(
            "撤销是办公室另外办的操作，都写进经过，组里收到下一个包就看到；原来的内容留在历史里，可以用 Ctrl+Z 恢复。"
        )
        self.note.setVisible(able)
        self.go.setVisible(able)
        self.show()
        (self.go if able else self._cancel).setFocus()

    def act(self) -> None:
        """Ctrl+Enter: do it."""
        if self.isVisible() and self.go.isVisible():
            self.desk.long(self, "undo_import", label="正在撤销导入", bundle=self._bundle, then=self._undone)

    def _undone(self, outcome: Any) -> None:
        self.leave()
        told = outcome.extra
        self.desk.tell(
            f"已撤销导入{short_group(told['title'])}：{done_words(told)}。",
            act="撤销", on_act=self._page.window_.hooks.undo,
        )  # fmt: skip
        self.done.emit()

    def leave(self) -> None:
        """Esc: back to the list."""
        self.hide()
        self._page.take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and guard().may_act(single=False):
            self.leave()
        else:
            super().keyPressEvent(event)


def done_words(told: Mapping[str, Any]) -> str:
    """作废问题 2、佐证 3，写回 4 处修改，撤回 1 步."""
    parts = [f"作废{words.kinds_words(told['kinds'])}"] if told["kinds"] else []
    parts += [f"写回 {told['fields']} 处修改"] if told["fields"] else []
    parts += [f"撤回 {told['steps']} 步"] if told["steps"] else []
    return "，".join(parts)


def undo_words(told: Mapping[str, Any]) -> str:
    """What would happen, in a sentence or two."""
    left: Sequence[Any] = told["left"]
    said = done_words(told)
    if not said:
        return "没有可以撤回的内容" + ("，下面的都要留着。" if left else "：这个包带来的都已经撤回了。")
    return f"将要{said}。" + (f"另有 {len(left)} 项不撤，原因如下。" if left else "这个包带来的都会撤回。")
