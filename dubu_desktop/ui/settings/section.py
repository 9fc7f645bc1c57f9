"""What a section of 设置 is: a head, a body, a form at the foot that opens when a verb wants words, an action bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    AskPanel,
    Chip,
    Column,
    DataTable,
    EmptyState,
    PlainLabel,
    Scroll,
)

if TYPE_CHECKING:
    from dubu_desktop.ui.settings.page import SettingsPage

Cells = Sequence[str | Chip]


class Section(QWidget):
    """Subclasses fill `self.body` (a layout) in `build` and read what they show in `refresh`."""

    #: what `window.go("settings", key)` names it by
    key = ""
    title = ""
    #: the quiet line below its name in the list
    sub = ""
    note = ""
    icon = "settings"
    #: initials and pinyin that find it
    words = ""
    #: kinds of record that make it read again
    kinds: frozenset[str] = frozenset()
    #: editions that have it
    editions: tuple[str, ...] = ("office", "group")

    def __init__(self, page: SettingsPage) -> None:
        super().__init__()
        self.page, self.desk, self.house = page, page.desk, page.desk.house
        self.ask, self.bar = AskPanel(self), ActionBar(page)
        self._actions: Sequence[Action] = ()
        head = QFrame()
        head.setProperty("surface", "head")
        lines = QVBoxLayout(head)
        lines.setContentsMargins(24, 13, 24, 12)
        lines.setSpacing(4)
        lines.addWidget(PlainLabel(self.title, "heading"))
        self.said = PlainLabel(self.note, "sub", wrap=True)
        lines.addWidget(self.said)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.build(), 1)
        whole.addWidget(self.ask)
        whole.addWidget(self.bar)
        self.show_actions(())

    def show_actions(self, actions: Sequence[Action]) -> None:
        """What can be done here; no bar where nothing can. Their keys act while this is the section shown."""
        self._actions = actions
        self.bar.setVisible(bool(actions))
        if self.page.stack.currentWidget() is self:
            self.bar.set_actions(actions)

    def entered(self) -> None:
        """The section is shown: its keys act."""
        self.bar.set_actions(self._actions)

    def left(self) -> None:
        """Another section is shown: its keys are given back."""
        self.ask.close_panel()
        self.bar.set_actions(())

    @classmethod
    def found_by(cls) -> str:
        """All words it is found by, lower case."""
        return f"{cls.title} {cls.sub} {cls.words}".lower()

    def build(self) -> QWidget:
        """The middle; a Scroll whose canvas is `self.body` unless a section has something better."""
        scroll = Scroll()
        self.body = scroll.canvas
        return scroll

    def refresh(self) -> None:
        """Read again what is shown."""

    def take_focus(self) -> None:
        """Enter on the section's name: the focus goes where the work is."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.focusNextChild()

    def may(self, *roles: str) -> bool:
        """Whether the person at the keyboard has one of these roles (English values of domain Role)."""
        person = self.house.person
        return person is not None and any(role in {str(one) for one in person.roles} for role in roles)


class TableSection(Section):
    """A section that is a table of few rows: persons, groups, phrases, backups.

    Subclasses give `columns`, `read(reader) -> records` (reader thread), `cells(record)`, `offers(record | None)`.
    Enter or a double click runs the first action of the row.
    """

    columns: Sequence[Column] = ()
    empty = ("这里还没有内容", "")

    def build(self) -> QWidget:
        self.records: list[Any] = []
        self.table = DataTable(self.columns, name=self.title)
        self.table.give_way(self.columns)
        self.table.chosen.connect(lambda _row: self._show_actions())
        self.table.opened.connect(lambda _row: self.open_row())
        self.stack = QStackedWidget()
        holder = QFrame()
        holder.setProperty("surface", "panel")
        column = QVBoxLayout(holder)
        column.setContentsMargins(14, 0, 14, 0)  # with the cells' own 10 the text begins under the title
        column.addWidget(self.table)
        self.stack.addWidget(holder)
        self.nothing = EmptyState(self.icon, *self.empty)
        self.stack.addWidget(self.nothing)
        return self.stack

    @staticmethod
    def read(reader: Any) -> list[Any]:
        """The records, on the reader thread."""
        raise NotImplementedError

    def cells(self, record: Any) -> Cells:
        """One row."""
        raise NotImplementedError

    def offers(self, record: Any) -> Sequence[Action]:
        """What can be done with the chosen record (None: no row is chosen)."""
        raise NotImplementedError

    def open_row(self) -> None:
        """Enter on a row: what the person most likely wants."""
        actions = [one for one in self.offers(self.chosen()) if not one.primary and one.enabled]
        if actions:
            actions[0].run()

    def chosen(self) -> Any:
        """The chosen record, None if none is."""
        row = self.table.current()
        return self.records[row] if row is not None and row < len(self.records) else None

    def refresh(self) -> None:
        self.desk.read(self, type(self).read, then=self.show_records, newest="rows")

    def show_records(self, records: list[Any]) -> None:
        """Show these."""
        self.records = list(records)
        self.table.set_rows([self.cells(record) for record in records])
        self.stack.setCurrentIndex(0 if records else 1)
        if records and self.table.current() is None:
            self.table.selectRow(0)
        self._show_actions()

    def _show_actions(self) -> None:
        self.show_actions(self.offers(self.chosen()))

    def take_focus(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def told(self, sentence: str) -> Callable[[Any], None]:
        """A `then` that says `sentence`."""
        return lambda _outcome: self.desk.tell(sentence)
