"""导出: what leaves, for whom, how many; where to; written, read back, and then the stick may be pulled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import groups
from dubu_desktop.actions.reads.bundles import ANOTHER
from dubu_desktop.errors import DubuError
from dubu_desktop.ui.bundles import words
from dubu_desktop.ui.bundles.places import Place, places
from dubu_desktop.ui.files import choose_folder
from dubu_desktop.ui.keys import Keys, guard
from dubu_desktop.ui.kit import (
    Button,
    Card,
    Chip,
    ChipLabel,
    Column,
    DataTable,
    Option,
    OptionCards,
    PlainLabel,
    Scroll,
    SectionHead,
    Tone,
)
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.rows import short_group

FOLDER = "bundles.folder"  # the setting of this machine that remembers the stick's folder
_WIDE = (36, 130, 76, 116, 150, 96)
_NARROW = (30, 76, 56, 96, 64, 92)


class OutgoingView(QWidget):
    """`begin()` counts what would leave; `left()` when the person is done."""

    left = Signal()

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page, self.desk = page, page.desk
        self.office: bool = page.hub
        self.parcels: list[Mapping[str, Any]] = []
        self.chosen: set[int] = set()
        self.places: list[Place] = []
        self.folder = ""
        self.written: list[str] = []
        self._job: Any = None
        self._names: dict[str, str] = {}
        self._title, self._line = PlainLabel("导出数据包", "heading"), PlainLabel("", "sub", wrap=True)
        self._cancel = Button("取消", keys="Esc", on_click=self.leave)
        self.go = Button("导出", kind="primary", keys="Enter", on_click=self.act)
        self.table = DataTable(
            [Column("", 36), Column("给谁", 130, bold=True), Column("记录", 76, number=True), Column("里面有"),
             Column("原图/预览", 116, number=True), Column("缺", 150), Column("大小", 96, number=True)],
            name="导出内容",
        )  # fmt: skip
        self.table.opened.connect(lambda _row: self.act())
        self.table.clicked.connect(lambda index: self.toggle() if index.column() == 0 else None)
        self.target = OptionCards(self, "写到第")
        self.target.chosen.connect(self._choose_place)
        self._where = SectionHead("写到哪里", "写完读回核对后才会说可以拔出")
        self._other = Button("另选文件夹", keys="Ctrl+O", small=True, on_click=self.ask_folder)
        self._done_chip = ChipLabel(Chip("已写入并校验，可拔出", Tone.OK))
        self._done = PlainLabel("", "sub", wrap=True, select=True)
        self._foot = PlainLabel("", "sub", wrap=True)
        keys = Keys(self, "导出")
        keys.bind("Ctrl+Return", self.act, "导出")
        keys.bind("Ctrl+O", self.ask_folder, "另选文件夹")
        keys.bind("Space", self.toggle, "选中或去掉这一行")
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._line)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(column, 1)
        for button in (self._cancel, self.go):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        card = Card()
        card.body.setContentsMargins(6, 4, 6, 6)
        card.body.addWidget(self.table)
        line = QHBoxLayout()
        line.addWidget(self._where, 1)
        line.addWidget(self._other)
        self._result = Card()
        self._result.body.addWidget(self._done_chip)
        self._result.body.addWidget(self._done)
        scroll = Scroll(margins=(28, 20, 28, 20))
        scroll.canvas.addLayout(head)
        scroll.canvas.addWidget(card)
        scroll.canvas.addLayout(line)
        for widget in (self.target, self._result, self._foot):
            scroll.canvas.addWidget(widget)
        self._result.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    # --- counting ---------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Count, and look which sticks are there."""
        if self.busy:
            self.desk.warn("上一次导出还没有写完，请等它写完。")
            return
        self.written = []
        self._result.hide()
        for part in (self._where, self._other, self.target):
            part.show()
        self._cancel.show()
        self.folder = str(self._page.window_.remembered(FOLDER, ""))
        self.desk.read(self, _names_of, then=self._names.update)
        self.desk.compute(self, places, self.folder, then=self._placed)
        to = "all" if self.office else "office"
        self.desk.long(self, "preview_export", label="正在清点要导出的内容", to=to, then=self._counted)

    def _counted(self, outcome: Any) -> None:
        self.parcels = list(outcome.extra["parcels"])
        self.chosen = set(range(len(self.parcels)))
        self._title.setText("导出数据包")
        foot = (
            "各组只收到自己的任务、问题和办公室发给它的文书。" if self.office else "仅报领导小组办公室，只有它能打开。"
        )
        self._foot.setText(f"{foot}包里另带回执：告诉对方已收到它的哪些包。")
        self._show()
        self.table.selectRow(0)
        self.table.setFocus()

    def _name(self, parcel: Mapping[str, Any]) -> str:
        return self._names.get(parcel["to"], parcel["to"]) if self.office else "办公室"

    def _show(self) -> None:
        self.table.set_rows(
            [words.parcel_cells(one, self._name(one), at in self.chosen) for at, one in enumerate(self.parcels)]
        )
        self.table.fit_height()
        if not self.parcels:
            self._line.setText("还没有一个组报到：先登记督巡组，收下它的第一个数据包，才能给它导出。")
        else:
            chosen = [one for at, one in enumerate(self.parcels) if at in self.chosen]
            free = next((place.free for place in self.places if place.path == self.folder), None)
            whom = f"给 {len(self.chosen)} 个对象" if self.office else "给办公室"
            self._line.setText(words.leaving_words(chosen, whom, free))
        self.go.set_text("导出" if self.folder or self.places else "选文件夹，导出")
        self.go.setEnabled(bool(self.chosen))

    def _placed(self, found: list[Place]) -> None:
        self.places = found
        known = [place.path for place in found]
        if self.folder not in known:
            self.folder = known[0] if known else ""
        at = known.index(self.folder) if self.folder else -1
        self.target.set_options([Option(place.label, place.note) for place in found], at)
        safe = "写完读回核对后才会说可以拔出"
        self._where.set_note(safe if found else f"没有插着U盘，也没有用过的文件夹，按 Enter 选一个；{safe}")
        if self.parcels:
            self._show()

    def toggle(self) -> None:
        """Space: take this one in or leave it out."""
        at = self.table.currentIndex().row()
        if self.parcels and not self.written and 0 <= at < len(self.parcels):
            self.chosen ^= {at}
            self._show()
            self.table.selectRow(at)

    def _choose_place(self, at: int) -> None:
        self.folder = self.places[at].path
        self._show()
        self.table.setFocus()

    def ask_folder(self) -> None:
        """Ctrl+O."""
        choose_folder(self, "导出到哪个文件夹", self.use_folder)

    def use_folder(self, path: Path) -> None:
        """Write there from now on."""
        self.folder = str(path)
        self.desk.compute(self, places, self.folder, then=self._placed)

    def _write_to(self, path: Path) -> None:
        """选文件夹，导出: the button promised both, so choosing is the last thing to do."""

        def placed(found: list[Place]) -> None:
            self._placed(found)
            if self.folder:  # it can be written to
                self.act()

        self.folder = str(path)
        self.desk.compute(self, places, self.folder, then=placed)

    # --- writing ----------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Enter: write; afterwards leave."""
        if self.busy:
            return
        if self.written or not self.parcels:
            self.leave()
        elif not self.folder:
            choose_folder(self, "导出到哪个文件夹", self._write_to)
        elif self.chosen:
            codes = list(dict.fromkeys(self.parcels[at]["to"] for at in sorted(self.chosen)))
            everybody = len(self.chosen) == len(self.parcels)
            to = ("all" if everybody else ",".join(codes)) if self.office else "office"
            more: dict[str, Any] = {"to": to, "out": self.folder, "then": self._wrote, "failed": self._stopped}
            self._job = self.desk.long(self, "export_bundle", label="正在写出并核对", aside=True, **more)

    @property
    def busy(self) -> bool:
        """Whether files are being written."""
        return self._job is not None and not self._job.finished

    def _wrote(self, outcome: Any) -> None:
        self.written = list(outcome.extra["files"])
        self._page.window_.remember(FOLDER, self.folder)
        self._title.setText(f"已导出 {len(self.written)} 个文件")
        names = "、".join(Path(one).name for one in self.written)
        self._done_chip.set_chip(Chip("已写入并校验，可拔出", Tone.OK))
        self._done.setText(f"{names}\n在 {self.folder}")
        left = outcome.extra["left"]
        self._line.setText(f"有 {left} 张照片不在本机，没有带上。" if left else "对方收下后，它的下一个包会带来回执。")
        for part in (self._where, self._other, self.target):
            part.hide()
        self._result.show()
        self._cancel.hide()
        self.go.set_text("完成")
        self._page.exported()
        if self.isVisible():
            self.table.setFocus()
        else:  # it was put aside, and the person is elsewhere
            self.desk.tell(f"{self._title.text()}，已写入并校验，可拔出：{names}")

    def _stopped(self, error: DubuError) -> None:
        """Nothing was written, or some of the files (D-610): then their names stay to be read."""
        self.desk.said.emit(Message.from_error(error))
        if error.code == "D-610":
            self._done_chip.set_chip(Chip("没有全部写完", Tone.WARN))
            self._done.setText(error.sentence)
            self._result.show()
            self._page.exported()

    def leave(self) -> None:
        """Esc."""
        self.parcels = []
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
        for place, width in zip((0, 1, 2, 4, 5, 6), widths, strict=True):
            self.table.horizontalHeader().resizeSection(place, width)


def _names_of(reader: Any) -> dict[str, str]:
    """{code: name} of the groups and of another computer of the office (reader thread)."""
    return {"00": ANOTHER} | {row.code: short_group(row.name) for row in groups.rows(reader, groups.ids(reader))}
