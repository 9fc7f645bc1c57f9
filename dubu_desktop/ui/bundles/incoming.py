"""收包预览: one line per file, what it would bring, before anything is changed; Enter takes them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.ui.bundles import words
from dubu_desktop.ui.bundles.clash import ClashCard, Key, companions, key_of
from dubu_desktop.ui.bundles.entries import INERT
from dubu_desktop.ui.keys import Keys, guard
from dubu_desktop.ui.kit import Button, Card, DataTable, PlainLabel, Scroll

_MOST = 9  # rows shown without scrolling inside the table
_WIDE = (104, 78, 78, 78, 92, 92, 264)
_NARROW = (84, 54, 46, 46, 74, 74, 176)


class IncomingView(QWidget):
    """`begin(files)` previews; `left()` when the person is done. `wants_export()`: on to the receipts.

    `wanted_back()`: the person wants to see again what was taken in meanwhile.
    """

    left = Signal()
    wants_export = Signal()
    wanted_back = Signal()

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page, self.desk = page, page.desk
        self.office: bool = page.hub
        self.files: list[str] = []
        self.reports: list[Mapping[str, Any]] = []
        #: the values chosen before taking, as they were seen: another file may be missing by then
        self.choices: dict[Key, Any] = {}
        self.taken = False
        self._job: Any = None
        self._title, self._line = PlainLabel("收包预览", "heading"), PlainLabel("", "sub", wrap=True)
        self._cancel = Button("取消", keys="Esc", on_click=self.leave)
        self._more = Button("导出回执和更新", keys="Ctrl+E", on_click=self.wants_export.emit)
        self._inert = Button("看未生效的", keys="W", on_click=self.show_inert)
        self.go = Button("全部收下", kind="primary", keys="Enter", on_click=self.act)
        self.table = DataTable(words.columns(office=self.office), name="收包预览")
        self.table.chosen.connect(self._tell_row)
        self.table.opened.connect(lambda _row: self.act())
        self._told = PlainLabel("", "sub", wrap=True, select=True)
        self.clash = ClashCard(self)
        self.clash.decided.connect(self._decided)
        self._foot = PlainLabel("", "sub", wrap=True)
        keys = Keys(self, "收包")
        keys.bind("Ctrl+Return", self.act, "全部收下")
        keys.bind("W", self.show_inert, "看没有生效的操作")
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._line)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(column, 1)
        for button in (self._cancel, self._inert, self._more, self.go):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self._more.hide()
        self._inert.hide()
        card = Card()
        card.body.setContentsMargins(6, 4, 6, 6)
        card.body.addWidget(self.table)
        scroll = Scroll(margins=(28, 20, 28, 20))
        scroll.canvas.addLayout(head)
        for widget in (card, self._told, self.clash, self._foot):
            scroll.canvas.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    # --- preview ----------------------------------------------------------------------------------------------

    def begin(self, files: Sequence[str]) -> None:
        """Read the files and show what they would bring."""
        if self.busy:
            self.desk.warn("上一次收包还没有结束，请等它收完。")
            return
        self.files, self.choices, self.taken = list(files), {}, False
        self._go("preview_bundles", f"正在核验 {len(files)} 个数据包", self._previewed)

    @property
    def busy(self) -> bool:
        """Whether files are being looked at or taken in."""
        return self._job is not None and not self._job.finished

    def _go(self, verb: str, label: str, then: Callable[[Any], None]) -> None:
        self._job = self.desk.long(self, verb, label=label, aside=True, files=self.files, then=then)

    def _previewed(self, outcome: Any) -> None:
        self.reports = list(outcome.extra["reports"])
        self._title.setText("收包预览")
        self._line.setText(words.head_words(self.reports))
        takes = sum(report["status"] == "new" for report in self.reports)
        self.go.set_text("全部收下" if takes else "完成")
        self._cancel.setVisible(bool(takes))
        self._more.hide()
        self._inert.hide()
        way = "回执将随下一个下行包带给各组" if self.office else "回执将随下一个上行包带给办公室"
        self._foot.setText(f"收下前自动备份；同一个包再收一次也不会重复。{way}。")
        self._show()

    def _show(self) -> None:
        today = self.desk.house.ws.clock.today()
        rows = [words.cells(one, today, office=self.office, taken=self.taken) for one in self.reports]
        self.table.set_rows(rows)
        self.table.fit_height()
        if len(rows) > _MOST:
            self.table.setFixedHeight(self.table.height() * _MOST // len(rows))
        if rows and self.table.currentIndex().row() < 0:
            bad = [at for at, one in enumerate(self.reports) if one["status"] == "refused"]
            self.table.selectRow(bad[0] if bad else 0)
        self._tell_row(self.table.currentIndex().row())
        views = self._views()
        foot = "按 1 或 2 裁定，也可以收下后再定；两个值都会保留在经过里。"
        self.clash.set_clashes(views, self.choices, foot=foot)
        self.table.setFocus()

    def _views(self) -> list[Any]:
        """The conflicts the files would bring."""
        return [view for one in self.reports for view in one.get("clashes", ())]

    def _tell_row(self, at: int | None) -> None:
        if at is not None and 0 <= at < len(self.reports):
            self._told.setText(words.row_words(self.reports[at]))

    def _decided(self, view: Any, choice: int) -> None:
        chosen = next(value for value in view.values if value.choice == choice)
        self.choices |= companions(view, chosen, self._views())
        self.table.setFocus()
        if self.taken:
            self._decide(key_of(view), chosen)

    # --- taking -----------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Enter: take them; afterwards leave."""
        if self.busy:
            return
        if self.taken or not any(report["status"] == "new" for report in self.reports):
            self.leave()
        elif self.reports:
            self._go("import_bundles", f"正在收下 {len(self.files)} 个数据包", self._imported)

    def _imported(self, outcome: Any) -> None:
        # file by file: two of them, of two sticks, may have one name
        clashes = [report.get("clashes", ()) for report in self.reports]
        found = zip(outcome.extra["reports"], clashes, strict=True)
        self.reports = [report | {"clashes": seen} for report, seen in found]
        self.taken = True
        got = sum(report["status"] == "new" and not report.get("untaken") for report in self.reports)
        self._title.setText(f"已收下 {got} 个数据包" if got else "没有收下任何数据包")
        self._line.setText(words.taken_words(self.reports))
        self.go.set_text("完成")
        self._cancel.hide()
        self._more.setVisible(any(report["status"] == "new" for report in self.reports))
        without = sum(report.get("without_effect", 0) for report in self.reports)
        self._inert.set_text(f"看未生效的 {without} 项")
        self._inert.setVisible(without > 0)
        for key, chosen in self.choices.items():
            self._decide(key, chosen)
        self._show()
        self._page.taken()
        if not self.isVisible():  # it was put aside, and the person is elsewhere
            self.desk.tell(f"{self._title.text()}：{self._line.text()}。", act="查看", on_act=self.wanted_back.emit)

    def _decide(self, key: Key, chosen: Any) -> None:
        """Decide for the value that was seen; a word says when it did not come."""
        self.desk.do(
            self,
            "decide_conflict",
            record=key[0],
            field=key[1],
            seen=[chosen.value],
            then=lambda _o: self.desk.tell("冲突已裁定，另一个值仍在经过里。"),
        )

    def show_inert(self) -> None:
        """W: the list of what had no effect, each with its reason and its way out."""
        if self._inert.isVisible():
            self.leave()
            self._page.show_record(INERT)

    def leave(self) -> None:
        """Esc: back; nothing was changed unless it was taken."""
        self.reports = []
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not guard().may_act(single=False):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.act()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        widths = _WIDE if self.width() >= 1040 else _NARROW
        places = [0, *range(2, 8)]
        for place, width in zip(places, widths, strict=True):
            self.table.horizontalHeader().resizeSection(place, width)
