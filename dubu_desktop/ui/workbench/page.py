"""工作台: the day and what to do first, four figures, what is due, what waits. Enter opens any line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QVBoxLayout, QWidget

from dubu_desktop.actions.reads import findings, home
from dubu_desktop.actions.reads.findings import FindingRow
from dubu_desktop.actions.reads.home import ToDo, Workbench
from dubu_desktop.ui.bundles import entries
from dubu_desktop.ui.bundles.outgoing import FOLDER
from dubu_desktop.ui.bundles.places import waiting
from dubu_desktop.ui.kit import Button, Card, EmptyState, Figure, LinkedRows, PlainLabel, Row, Scroll, SectionHead, Tone
from dubu_desktop.ui.page import Page
from dubu_desktop.ui.rows import chip_of, short_group
from dubu_desktop.ui.spec import Look
from dubu_desktop.ui.widgets.rowpaint import HEIGHT as ROW
from dubu_desktop.ui.workbench import where

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow

_FOUR, _TWO = 1000, 520  # px of width for four figures in a row, and for two
_SIDE_BY_SIDE = 780
_LOW = 560  # px of height below which the lists stand above the figures
_ABOVE, _FEWEST = 330, 4  # px above the rows of 到期与逾期; rows shown however low the window is


class WorkbenchPage(Page):
    """See the module."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, "工作台")
        self.office = window.desk.house.edition == "office"
        self._home: Workbench | None = None
        self._stick: ToDo | None = None
        self._todo: dict[int, ToDo] = {}
        self._files: list[str] = []
        self._day, self._first = PlainLabel("今日要办", "heading"), PlainLabel("", "sub", wrap=True)
        self.figures: list[Figure] = []
        self._figures = QWidget()
        self._grid = QGridLayout(self._figures)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(16)
        self.due = LinkedRows(self.desk, findings.rows, _due_row, name="到期与逾期", most=12)
        self.todo = LinkedRows(self.desk, self._todo_rows, _todo_row, key=_place_of, name="等你处理", most=12)
        self.due.opened.connect(lambda row: window.go("rectify", row))
        self.todo.opened.connect(self._open_todo)
        self._due_head, self._todo_head = SectionHead("到期与逾期"), SectionHead("等你处理")
        self._all = Button("全部", kind="bare", small=True, on_click=self._all_due)
        self._no_due = PlainLabel("没有快到期的", "sub")
        self._no_todo = PlainLabel("没有等你处理的", "sub")
        self._empty = EmptyState("check", "今天没有要办的事")
        self._lay_out()
        self.keys.bind("J", lambda: self._step(1), "下一条")
        self.keys.bind("K", lambda: self._step(-1), "上一条")

    def _lay_out(self) -> None:
        scroll = Scroll(margins=(28, 20, 28, 20))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._day)
        words.addWidget(self._first)
        self._cards = QWidget()
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._cards)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        for head, rows, nothing, share in (
            (self._due_head, self.due, self._no_due, 5),
            (self._todo_head, self.todo, self._no_todo, 4),
        ):
            card = Card()
            card.body.setContentsMargins(1, 9, 1, 6)
            head.setFixedHeight(28)
            for label in (head, nothing):
                label.setContentsMargins(15, 0, 12, 0)
            card.body.addWidget(head)
            card.body.addWidget(rows)
            card.body.addWidget(nothing)
            card.body.addStretch(1)
            self._box.addWidget(card, share)
        self._due_head.layout().addWidget(self._all)  # type: ignore[union-attr]
        self._canvas = scroll.canvas
        scroll.canvas.addLayout(words)
        for part in (self._figures, self._cards, self._empty):
            scroll.canvas.addWidget(part)
        for widget in (self._cards, self._empty, self._no_due, self._no_todo, self._all):
            widget.hide()

    # --- reading ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        self.desk.read(self, _home_and_files, then=self._read, newest="home")

    def _read(self, found: tuple[Workbench, set[tuple[str, int]]]) -> None:
        self._home, known = found
        marker = "-up-" if self.desk.house.hub else f"{self.desk.house.ws.profile.group_code}-down-"
        last = str(self.window_.remembered(FOLDER, ""))
        self.desk.compute(self, waiting, last, marker, known, then=self._looked)
        self._show()

    def _looked(self, files: list[str]) -> None:
        if files != self._files:
            self._files = files
            self._show()

    def opened(self) -> None:
        super().opened()
        self.refresh()  # the day, the stick and the clock may have changed without any record changing

    # --- showing ----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        held = self._home
        if held is None:
            return
        self._stick = where.on_sticks(self._files, self.desk.house.hub)
        todo = where.with_stick(held.todo, self._stick)
        self._day.setText(f"{held.day} · 今日要办")
        words = where.headline(held.headline, self._stick)
        nothing = not todo and not held.due_count
        self._first.setText(words or ("" if nothing else "没有急的，按顺序办"))
        self._first.setVisible(not nothing)
        self._show_figures(held)
        self._show_due(held)
        self._no_due.setVisible(not held.due)
        self._todo = dict(enumerate(todo, 1))
        self.todo.set_ids(list(self._todo))
        self._todo_head.set_note(f"{len(todo)} 件" if todo else "")
        self._no_todo.setVisible(not todo)
        self._cards.setVisible(not nothing)
        self._empty.setVisible(nothing)
        if nothing:
            head, _, following = held.empty.partition("。")
            self._empty.set(head, following or self._next_words())
        self._rest_focus()

    def _show_due(self, held: Workbench) -> None:
        """As many as the window holds without scrolling; the rest is behind 全部."""
        above = _ABOVE if self.height() >= _LOW else _ABOVE // 2
        room = max(_FEWEST, (self.height() - above) // ROW)
        shown = [row.rowid for row in held.due][:room]
        if list(self.due.ids()) != shown:
            self.due.set_ids(shown)
        else:
            self.due.refresh()
        self._due_head.set_note(f"{held.due_count} 条" if held.due_count else "")
        self._all.setVisible(held.due_count > len(shown))

    def _next_words(self) -> str:
        return (
            "各组的数据包来了，按 Ctrl+I 收下" if self.office else "到了现场按 Ctrl+Shift+V 开始督导，按 Ctrl+N 记问题"
        )

    def _show_figures(self, held: Workbench) -> None:
        if len(self.figures) != len(held.figures):
            self.figures = [Figure(one.label) for one in held.figures]
            for place, card in enumerate(self.figures):
                card.set_clickable()
                card.clicked.connect(lambda place=place: self._open_figure(place))
            self._place_figures()
        for card, one in zip(self.figures, held.figures, strict=True):
            late = one.chip is not None and one.chip.tone == Tone.BAD
            chip = None if late or one.chip is None else chip_of((one.chip,))
            card.set(one.value, short_group(one.basis), chip=chip, tone=Tone.BAD if late else None)

    def _place_figures(self) -> None:
        columns = 4 if self.width() >= _FOUR else 2 if self.width() >= _TWO else 1
        for card in self.figures:
            self._grid.removeWidget(card)
        for place, card in enumerate(self.figures):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_figures()
        wide = self.width() >= _SIDE_BY_SIDE
        # one below the other: what waits first
        self._box.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.BottomToTop)
        self._canvas.removeWidget(self._figures)
        self._canvas.insertWidget(2 if self.height() < _LOW else 1, self._figures)
        if self._home is not None:
            self._show_due(self._home)

    # --- acting -----------------------------------------------------------------------------------------------

    def _todo_rows(self, _reader: Any, ids: Sequence[int]) -> Iterable[tuple[int, ToDo]]:
        held = self._todo
        return [(one, held[one]) for one in ids if one in held]

    def _open_todo(self, place: int) -> None:
        todo = self._todo.get(place)
        if todo is None:
            return
        page, record = where.of_todo(todo)
        self.window_.go(page, record)

    def _open_figure(self, place: int) -> None:
        if self._home is not None:
            page, record = where.of_figure(self._home.figures[place])
            self.window_.go(page, record)

    def _all_due(self) -> None:
        self.window_.go("rectify", Look("open"))

    def _lists(self) -> list[LinkedRows]:
        return [rows for rows in (self.todo, self.due) if len(rows.ids())]

    def take_focus(self) -> None:
        """First what waits, then what is due."""
        lists = self._lists()
        (lists[0] if lists else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _rest_focus(self) -> None:
        """When the first rows arrive, the focus goes to them."""
        if self.hasFocus() and self._lists():
            self.take_focus()

    def _step(self, by: int) -> None:
        lists = self._lists()
        if lists:
            lists[0].setFocus()
            lists[0].step(by)


def _home_and_files(reader: Any) -> tuple[Workbench, set[tuple[str, int]]]:
    return home.workbench(reader), entries.known_files(reader)


def _due_row(row: FindingRow) -> Row:
    """What is due: which units, where, how often urged."""
    units = " / ".join(part for part in (row.industry, row.territory) if part)
    urged = f"督促{row.urges}次" if row.urges else ""
    return Row(
        row.title,
        " · ".join(part for part in (units, row.place, urged) if part),
        short_group(row.group),
        chip_of(row.chips),
    )


def _todo_row(pair: tuple[int, ToDo]) -> Row:
    todo = pair[1]
    return Row(todo.title, todo.sub, "", chip_of((todo.chip,)))


def _place_of(pair: tuple[int, ToDo]) -> int:
    return pair[0]
