"""Reading a workbook in: choose it, see and adjust what each column means, check, read. Units or somebody's ledger.

It stands in the pane of the page that wants it; nothing is changed before the last step, and that can be cancelled.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.errors import DubuError
from dubu_desktop.ui import files
from dubu_desktop.ui.intake_checked import CheckedView
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    Button,
    Card,
    Choice,
    Column,
    DataTable,
    DetailHead,
    EmptyState,
    Field,
    KeyValueCard,
    Kind,
    Scroll,
    SectionHead,
)
from dubu_desktop.ui.messages import Message

if TYPE_CHECKING:
    from dubu_desktop.ui.page import Page

_STEPS = ("选文件", "对应", "核对", "读入")
_WORDS = {"units": ("读入单位名单", "单位"), "findings": ("读入问题台账", "问题")}
_VERBS = {"units": "import_units", "findings": "import_findings"}
_CHOOSE, _MAP, _CHECKED = 0, 1, 2
_LEFT_OUT = ""
_BAR = 12  # px, for the horizontal scroll bar of the sample
_SAMPLE = 16  # characters shown of a value
_SAMPLES = 2  # values of a column shown beside its heading


class IntakeWizard(QWidget):
    """`target` is "units" or "findings". `closed` when the person is done with it; `read_in(outcome)` after the last
    step.
    """

    closed = Signal()
    read_in = Signal(object)

    def __init__(self, page: Page, target: str) -> None:
        super().__init__()
        self.desk, self.target, self._page = page.desk, target, page
        self.title, self.word = _WORDS[target]
        self.file: Path | None = None
        self.shown: dict[str, Any] = {}
        self.head, self.bar = DetailHead(), ActionBar(self)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.title)
        self.stack = QStackedWidget()
        empty = EmptyState(
            "folder", "选一个 Excel 或 WPS 工作簿（.xlsx）", "也可以把文件拖到这里；读入前先给您看，什么也不会改动"
        )
        empty.add_button(Button("选择工作簿 …", kind="primary", on_click=self.choose))
        self.checked = CheckedView()
        for part in (empty, self._mapping(), self.checked):
            self.stack.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self.stack, 1)
        whole.addWidget(self.bar)
        self._stand(_CHOOSE)

    def _mapping(self) -> QWidget:
        scroll = Scroll()
        self.place = KeyValueCard()
        self.place.edited.connect(lambda _key, _value: self.look())
        self.columns = KeyValueCard(columns=2)
        self.columns.edited.connect(lambda key, _value: self._once(key))
        self.columns_head = SectionHead("每一列是什么", "没有用的列选“不读入”")
        self.sample_head = SectionHead("前几行")
        self.sample: Card | None = None
        scroll.canvas.addWidget(self.place)
        for widget in (self.columns_head, self.columns, self.sample_head):
            scroll.canvas.addWidget(widget)
        self._holder = QVBoxLayout()
        scroll.canvas.addLayout(self._holder)
        return scroll

    # --- steps ------------------------------------------------------------------------------------------------

    def begin(self, book: Path | None = None) -> None:
        """Start over with this workbook, or ask for one."""
        self.file, self.shown = None, {}
        self._stand(_CHOOSE)
        if book is None:
            self.choose()
        else:
            self.take(book)

    def choose(self) -> None:
        """Ask for the workbook."""
        files.choose_file(self, "选择工作簿", (files.WORKBOOKS,), self.take)

    def take(self, file: Path) -> None:
        """Look at this workbook."""
        self.file = file
        self.look(fresh=True)

    def look(self, *, fresh: bool = False) -> None:
        """Read heading and sample; sheet and heading row as chosen."""
        more: dict[str, Any] = {}
        if not fresh:
            given = self.place.values()
            more["sheet"] = given.get("sheet")
            row = str(given.get("header") or "").strip()
            more["header_row"] = int(row) if row.isdigit() else 0
        self.desk.long(
            self, "preview_workbook", label="正在查看工作簿", file=str(self.file), target=self.target,
            then=self._looked, failed=self._refused, **more,
        )  # fmt: skip

    def _looked(self, outcome: Any) -> None:
        self.shown = outcome.extra
        self._show_mapping()
        self._stand(_MAP)

    def _refused(self, error: DubuError) -> None:
        self.desk.said.emit(Message.from_error(error))
        if not self.shown:
            self._stand(_CHOOSE)

    def check(self) -> None:
        """What reading it in would do."""
        self.desk.long(
            self, "check_workbook", label="正在核对", target=self.target, then=self._was_checked, **self._given()
        )

    def _was_checked(self, outcome: Any) -> None:
        self.checked.show_result(outcome.extra, self.word)
        self._stand(_CHECKED)

    def run(self) -> None:
        """Read it in."""
        self.desk.long(
            self, _VERBS[self.target], label=f"正在读入{self.word}", then=self._done, **self._given()
        )  # fmt: skip

    def _done(self, outcome: Any) -> None:
        told = outcome.extra
        parts = [f"新增{self.word}{told['new']}个"]
        parts += [f"更新{told['changed']}个"] if told.get("changed") else []
        parts += [f"{told['bad']}行没有读入，已写在 {Path(told['bad_file']).name}"] if told.get("bad_file") else []
        self.desk.tell(f"已读入：{'，'.join(parts)}。", act="撤销", on_act=self._page.window_.hooks.undo)
        self.read_in.emit(outcome)
        self.closed.emit()

    # --- showing ----------------------------------------------------------------------------------------------

    def _stand(self, at: int) -> None:
        name = self.file.name if self.file else "还没有选文件"
        self.head.set_head(name, self.title, steps=_STEPS, at=at)
        self.stack.setCurrentIndex(at)
        back = Action("关闭", self.closed.emit)
        other = Action("另选文件", self.choose)
        actions = {
            _CHOOSE: [Action("选择工作簿 …", self.choose, keys="Return", primary=True), back],
            _MAP: [Action("核对", self.check, keys="Ctrl+Return", primary=True), other, back],
            _CHECKED: [
                Action(
                    f"读入 {self.checked.wanted} 行", self.run, keys="Ctrl+Return", primary=True,
                    enabled=bool(self.checked.wanted), why="没有要读入的内容",
                ),
                Action("回到对应", lambda: self._stand(_MAP)), other, back,
            ],
        }  # fmt: skip
        self.bar.set_actions(actions[at], "Esc 关闭，什么也不改动")
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_mapping(self) -> None:
        shown = self.shown
        first = shown["header_rows"][-1]
        sheets = [Choice(one["index"], one["title"]) for one in shown["sheets"]]
        self.place.set_fields(
            [
                Field("sheet", "工作表", Kind.ENUM, shown["sheet"], choices=sheets),
                Field("header", "表头在", value=str(first), note=f"第{first}行；下面共{shown['rows']}行内容"),
            ]
        )
        self.columns_head.set_note("已按上次的对应填好，可以再改" if shown["remembered"] else "没有用的列选“不读入”")
        labels = {one["name"]: one["label"] + ("（必需）" if one["required"] else "") for one in shown["fields"]}
        choices = [Choice(_LEFT_OUT, "不读入"), *(Choice(name, label) for name, label in labels.items())]
        self.columns.set_fields(
            [
                Field(
                    str(at), heading or f"第{at + 1}列", Kind.ENUM, shown["mapping"][at], choices=choices,
                    note=self._examples(at),
                )
                for at, heading in enumerate(shown["header"])
            ]
        )  # fmt: skip
        self._show_sample()

    def _examples(self, column: int) -> str:
        values = [row[column] for row in self.shown["sample"] if column < len(row) and row[column]]
        words = "、".join(_short(value) for value in list(dict.fromkeys(values))[:_SAMPLES])
        return f"如 {words}" if words else "空列"

    def _show_sample(self) -> None:
        if self.sample is not None:
            self._holder.removeWidget(self.sample)
            self.sample.hide()
            self.sample.deleteLater()
        header = self.shown["header"]
        table = DataTable([Column(one or "—", 118) for one in header], name="前几行")
        width = len(header)
        table.set_rows([[*row, *[""] * width][:width] for row in self.shown["sample"]])
        table.fit_height()
        table.setFixedHeight(table.height() + _BAR)
        self.sample = Card()
        self.sample.body.setContentsMargins(6, 4, 6, 6)
        self.sample.body.addWidget(table)
        self._holder.addWidget(self.sample)

    def _once(self, key: str) -> None:
        """A field is given by one column: another that had it is left out."""
        mapping = self.mapping()
        chosen = mapping[int(key)]
        again = [name if not name or name != chosen or at == int(key) else "" for at, name in enumerate(mapping)]
        self.shown = {**self.shown, "mapping": again}
        self._show_mapping()

    def mapping(self) -> list[str]:
        """The field of each column, as it stands."""
        values = self.columns.values()
        return [str(values[str(at)] or "") for at in range(len(self.shown["header"]))]

    def _given(self) -> dict[str, Any]:
        return {
            "file": str(self.file), "mapping": self.mapping(), "sheet": self.shown["sheet"],
            "header_row": self.shown["header_rows"][-1],
        }  # fmt: skip

    # --- keys and drops ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.toLocalFile().lower().endswith(".xlsx") for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        names = [url.toLocalFile() for url in event.mimeData().urls()]
        book = next((name for name in names if name.lower().endswith(".xlsx")), "")
        if book:
            self.take(Path(book))


def _short(value: str) -> str:
    """The beginning of a value, said to be one."""
    return value if len(value) <= _SAMPLE else f"{value[: _SAMPLE - 1]}…"
