"""反馈表 in 整改: one workbook a unit out; filled in, they come back here: chosen, checked, read in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import entry
from dubu_desktop.ui import files
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    Button,
    Card,
    Column,
    DataTable,
    DetailHead,
    Figure,
    PlainLabel,
    Scroll,
    SectionHead,
    Tone,
)
from dubu_desktop.ui.written import open_file

if TYPE_CHECKING:
    from dubu_desktop.ui.rectify.page import RectifyPage

_STEPS = ("选文件", "核对", "读入")
_START, _CHECKED = 0, 1
_OUT = (
    "每个责任单位一份工作簿：问题、要求、期限锁住，整改情况从下拉里选，照片贴在行里。"
    "写的是列表里勾选的、或正在显示的待反馈问题。"
)
_BACK = "单位填好的反馈表，用什么表格软件存的都行，可以一次选几份，也可以拖到这里。先给您核对，什么也不会改动。"
_SORTS = {"new": "新反馈", "changed": "有改动", "same": "收过了", "bad": "退回", "waiting": "另一单位未反馈"}


class ReplyPane(QWidget):
    """`closed` when the person is done with it."""

    closed = Signal()

    def __init__(self, page: RectifyPage) -> None:
        super().__init__()
        self.desk, self._page = page.desk, page
        self.files: list[Path] = []
        self.wanted = self.returns = 0
        self.head, self.bar = DetailHead(), ActionBar(self)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("反馈表")
        self.stack = QStackedWidget()
        self.stack.addWidget(self._start())
        self.stack.addWidget(self._checked())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part, stretch in ((self.head, 0), (self.stack, 1), (self.bar, 0)):
            whole.addWidget(part, stretch)

    def _start(self) -> QWidget:
        scroll = Scroll()
        for title, words, button, act in (
            ("发给单位", _OUT, "写成工作簿 …", self.send),
            ("收回", _BACK, "选填好的反馈表 …", self.choose),
        ):
            card = Card()
            card.body.addWidget(PlainLabel(title, "strong"))
            card.body.addWidget(PlainLabel(words, "sub", wrap=True))
            card.body.addWidget(Button(button, on_click=act))
            scroll.canvas.addWidget(card)
        return scroll

    def _checked(self) -> QWidget:
        scroll = Scroll()
        grid = QGridLayout()
        grid.setSpacing(16)
        self.figures = {key: Figure(word) for key, word in (
            ("new", "新反馈"), ("changed", "有改动"), ("photos", "照片"), ("bad", "退回"),
        )}  # fmt: skip
        for place, figure in enumerate(self.figures.values()):
            grid.addWidget(figure, 0, place)
        self.remarks = PlainLabel("", "sub", wrap=True)
        self.table_head = SectionHead("逐行", "退回的行标上原因，写进一份“退回”工作簿，单位在上面改好再交")
        self._holder = QVBoxLayout()
        self.table: Card | None = None
        scroll.canvas.addLayout(grid)
        for widget in (self.remarks, self.table_head):
            scroll.canvas.addWidget(widget)
        scroll.canvas.addLayout(self._holder)
        return scroll

    # --- out --------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start over."""
        self.files = []
        self._stand(_START)

    def send(self) -> None:
        """Ask for a folder; write a workbook for each unit of what is checked, or of what the list shows."""
        checked = self._page.rows.checked_ids()
        if checked:
            self.desk.read(self, entry.hexids, checked, then=lambda ids: self._into({"ids": ids}), newest="sheets")
        else:
            self._into(self._page.shown())

    def _into(self, where: dict[str, Any]) -> None:
        files.choose_folder(self, "反馈表写到哪个文件夹", lambda folder: self._write(folder, where))

    def _write(self, folder: Path, where: dict[str, Any]) -> None:
        def done(outcome: Any) -> None:
            told = outcome.extra
            warned = "".join(f"{one}。" for one in outcome.warnings)
            self.desk.tell(
                f"已写好{len(told['units'])}个单位的反馈表，共{told['rows']}条，在 {folder}。{warned}",
                act="打开文件夹", on_act=lambda: open_file(str(folder)),
            )  # fmt: skip

        self.desk.long(self, "export_reply_sheets", label="正在写反馈表", out=str(folder), where=where, then=done)

    # --- back in ----------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for filled-in sheets."""
        files.choose_files(self, "选填好的反馈表", [files.WORKBOOKS], self.take)

    def take(self, chosen: list[Path]) -> None:
        """Check these."""
        self.files = chosen
        self.desk.long(
            self, "check_reply_sheets", label="正在核对反馈表", files=[str(one) for one in chosen], then=self._show
        )

    def run(self) -> None:
        """Read them in."""
        names = [str(one) for one in self.files]
        self.desk.long(self, "import_reply_sheets", label="正在读入反馈表", files=names, then=self._done)

    def _done(self, outcome: Any) -> None:
        told = outcome.extra
        parts = [f"新反馈{told['new']}条"]
        parts += [f"改动{told['changed']}条"] if told["changed"] else []
        parts += [f"照片{told['photos']}张"] if told["photos"] else []
        back = [Path(name).name for name in told["returned"].values()]
        parts += [f"退回{told['bad']}行，已写在 {'、'.join(back)}"] if back else []
        self.desk.tell(f"已读入：{'，'.join(parts)}。", act="撤销", on_act=self._page.window_.hooks.undo)
        self.closed.emit()

    def _show(self, outcome: Any) -> None:
        told = outcome.extra
        self.wanted = told["new"] + told["changed"] + (told["same"] if told["photos"] else 0)
        self.returns = told["bad"]  # reading in writes the marked copies even where nothing is taken
        for key, figure in self.figures.items():
            figure.set(str(told[key]), "", tone=Tone.WARN if key == "bad" and told[key] else None)
        lines = list(outcome.warnings)
        lines += [f"{told['unfilled']}条还没有填"] if told["unfilled"] else []
        lines += [f"{told['same']}条以前收过，没有变"] if told["same"] else []
        self.remarks.setText("\n".join(f"▲ {line.rstrip('。')}。" for line in lines))
        self.remarks.setVisible(bool(lines))
        self._show_rows(told["sheets"])
        self._stand(_CHECKED)

    def _show_rows(self, sheets: list[dict[str, Any]]) -> None:
        if self.table is not None:
            self._holder.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
            self.table = None
        cells = [_cells(sheet, row) for sheet in sheets for row in sheet["rows"]]
        self.table_head.setVisible(bool(cells))
        if not cells:
            return
        columns = [
            Column("行", 44, number=True), Column("问题编号", 132), Column("单位", 104), Column("情况", 92),
            Column("照片", 48, number=True), Column("结果", 76), Column("说明"),
        ]  # fmt: skip
        table = DataTable(columns, name="反馈表逐行")
        table.set_rows(cells)
        table.fit_height()
        self.table = Card()
        self.table.body.setContentsMargins(6, 4, 6, 6)
        self.table.body.addWidget(table)
        self._holder.addWidget(self.table)

    def _stand(self, at: int) -> None:
        one = self.files[0].name if len(self.files) == 1 else f"{len(self.files)}份反馈表"
        name = one if self.files else "反馈表"
        self.head.set_head(name, "发给单位、收回反馈", steps=_STEPS, at=at)
        self.stack.setCurrentIndex(at)
        other, back = Action("选填好的反馈表 …", self.choose, keys="Ctrl+O"), Action("关闭", self.closed.emit)
        said = f"读入 {self.wanted} 条" if self.wanted else "写退回的表"
        actions = {
            _START: [Action("写成工作簿 …", self.send, keys="Ctrl+Return", primary=True), other, back],
            _CHECKED: [
                Action(
                    said, self.run, keys="Ctrl+Return", primary=True,
                    enabled=bool(self.wanted or self.returns), why="没有要读入的内容",
                ),
                other, back,
            ],
        }  # fmt: skip
        self.bar.set_actions(actions[at], "Esc 关闭，什么也不改动")
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- keys and drops ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _books(event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        books = _books(event.mimeData().urls())
        if books:
            self.take(books)


def _books(urls: Any) -> list[Path]:
    return [Path(url.toLocalFile()) for url in urls if url.toLocalFile().lower().endswith(".xlsx")]


def _cells(sheet: dict[str, Any], row: dict[str, Any]) -> tuple[str, ...]:
    """A row of the check as the table shows it."""
    why = "；".join(row["why"])
    if row.get("waits_for") and row["sort"] != "same":
        why = "；".join(part for part in (why, f"还等{'、'.join(row['waits_for'])}") if part)
    unit = row.get("unit") or (sheet["units"][0] if len(sheet.get("units", ())) == 1 else Path(sheet["file"]).stem)
    photos = str(row.get("photos") or "")
    return (str(row["row"]), row.get("number", ""), unit, row.get("state", ""), photos, _SORTS[row["sort"]], why)
