"""设置: sections at the left, the chosen one at the right. Sections are made when first opened."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from dubu_desktop.ui.kit import Command, Filter, Row
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.settings.about import AboutSection
from dubu_desktop.ui.settings.archives import ArchivesSection
from dubu_desktop.ui.settings.backup import BackupSection
from dubu_desktop.ui.settings.categories import CategoriesSection
from dubu_desktop.ui.settings.groups import GroupsSection
from dubu_desktop.ui.settings.intake import IntakeSection
from dubu_desktop.ui.settings.look import LookSection
from dubu_desktop.ui.settings.papers import PapersSection
from dubu_desktop.ui.settings.people import PeopleSection
from dubu_desktop.ui.settings.phrases import PhrasesSection
from dubu_desktop.ui.settings.rules import RulesSection
from dubu_desktop.ui.settings.section import Section
from dubu_desktop.ui.settings.security import SecuritySection
from dubu_desktop.ui.settings.spokes import SpokesSection
from dubu_desktop.ui.settings.wording import WordingSection

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow


@dataclass(frozen=True, slots=True)
class Entry:
    """One section in the list."""

    rowid: int
    section: type[Section]

    @property
    def key(self) -> str:
        """What `window.go("settings", key)` names it by."""
        return self.section.key


ENTRIES = tuple(
    Entry(place, section)
    for place, section in enumerate(
        (
            PeopleSection, GroupsSection, SpokesSection, RulesSection, CategoriesSection, PhrasesSection, PapersSection,
            WordingSection,
            IntakeSection, BackupSection, ArchivesSection, SecuritySection, LookSection, AboutSection,
        ),
        1,
    )
)  # fmt: skip
_BY_ID = {entry.rowid: entry for entry in ENTRIES}
_BY_KEY = {entry.key: entry for entry in ENTRIES}


class SettingsPage(ListDetailPage):
    """See the module. `window.go("settings", "rules")` opens a section by its key."""

    title = "设置"
    anchor = "设置"
    search_hint = "找一项设置 …"
    filters: Sequence[Filter] = ()
    empty_icon = "settings"
    empty = ("没有设置", "")
    checkable = False
    list_width = 300  # short names; the tables at the right need the room
    kinds = frozenset({"person", "group", "rule_profile", "category", "phrase", "paper_text", "unit", "setting"})

    def __init__(self, window: MainWindow) -> None:
        self._sections: dict[str, Section] = {}
        super().__init__(window)
        self.rows.opened.connect(lambda _row: self._enter())
        self.keys.bind("A", self._add, "新增：人员、督巡组、用语")

    @staticmethod
    def list_ids(reader: Any, text: str, filter_key: str) -> array[int]:
        edition = "office" if reader.office else "group"
        words = text.lower()
        return array("q", [e.rowid for e in ENTRIES if edition in e.section.editions and words in e.section.found_by()])

    @staticmethod
    def fetch_rows(reader: Any, ids: Sequence[int]) -> Iterable[Entry]:
        return [_BY_ID[row_id] for row_id in ids]

    @staticmethod
    def present(record: Entry) -> Row:
        return Row(record.section.title, record.section.sub)

    def say_count(self, total: int) -> str:
        return ""

    def make_detail(self) -> QWidget:
        pane = QWidget()
        self.stack = QStackedWidget()
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        return pane

    def refresh(self) -> None:
        super().refresh()
        for section in self._sections.values():
            section.refresh()

    def show_detail(self, row_id: int | None) -> None:
        if row_id is None:
            return
        before, wanted = self.stack.currentWidget(), self.section(_BY_ID[row_id].key)
        if before is not wanted:
            if isinstance(before, Section):
                before.left()
            self.stack.setCurrentWidget(wanted)
        wanted.entered()

    def section(self, key: str) -> Section:
        """A section, made and read if this is the first time."""
        if key not in self._sections:
            made = _BY_KEY[key].section(self)
            self._sections[key] = made
            self.stack.addWidget(made)
            made.refresh()
        return self._sections[key]

    def _add(self) -> None:
        add = getattr(self.stack.currentWidget(), "add", None)
        if callable(add):
            add()

    def _enter(self) -> None:
        current = self.stack.currentWidget()
        if isinstance(current, Section):
            current.take_focus()

    def show_record(self, record: Any) -> None:
        """Open a section by its key."""
        entry = _BY_KEY.get(record)
        if entry is not None:
            super().show_record(entry.rowid)

    def commands(self) -> list[Command]:
        edition = self.desk.house.edition
        shown = [one for one in ENTRIES if edition in one.section.editions]
        return [
            Command(one.section.title, partial(self.show_record, one.key), "设置", tuple(one.section.words.split()))
            for one in shown
        ]

    def take_focus(self) -> None:
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)
