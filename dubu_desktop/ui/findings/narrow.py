"""＋ 筛选: narrow the list to a unit, category, group or severity, or to one of the filters without a chip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dubu_desktop.actions.reads import findings, pick
from dubu_desktop.actions.reads.findings import FindingFilter
from dubu_desktop.domain.records.people import Severity
from dubu_desktop.ui.kit import Button, Choice, EmptyState, Filter, FilterChips, Picker, supply_read
from dubu_desktop.ui.operation import Desk

_SHOWN = 4  # chips that fit one line beside the button
_MOST = 12
_WORDS = {"unit": "单位", "category": "类别", "group": "督巡组", "severity": "严重程度", "status": "筛选"}


def find(reader: Any, text: str, statuses: Sequence[tuple[str, str]]) -> list[Choice]:
    """What the list can be narrowed to, by Chinese, pinyin or initials (reader thread). Ids are (sort, value)."""
    out = [Choice(("status", key), label, "筛选") for key, label in statuses if text in label]
    if reader.office:
        out += [Choice(("group", p.id), p.label, "督巡组") for p in pick.groups(reader, text, _MOST)]
    out += [Choice(("severity", str(m.value)), m.label, "严重程度") for m in Severity if text in m.label]
    out += [Choice(("category", p.id), p.label, p.hint) for p in pick.categories(reader, text, _MOST)]
    return out + [Choice(("unit", p.id), p.label, p.hint or "单位") for p in pick.units(reader, text, _MOST)]


class Narrow(QObject):
    """Owns the button behind the chips, the picker it opens, and the chips of what was picked."""

    changed = Signal()  # narrowed by something else
    left = Signal()  # the picker was closed
    status_wanted = Signal(str)

    def __init__(self, desk: Desk, chips: FilterChips, names: Sequence[tuple[str, str]]) -> None:
        super().__init__(chips)
        self._chips, self._names = chips, names
        self._counts: dict[str, int] = {}
        self._picked: dict[str, tuple[str, str]] = {}  # sort -> (value, label)
        self._tags: list[Button] = []
        self.button = chips.add_act("＋ 筛选", self.open)
        self.line = QWidget()
        row = QHBoxLayout(self.line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        supply = supply_read(desk, self.line, lambda reader, text: find(reader, text, self._names))
        self.picker = Picker(supply, hint="单位、类别、督巡组，或别的筛选")
        self.picker.picked.connect(self._take)
        self.picker.given_up.connect(self.close)
        self._row = row
        row.addWidget(self.picker, 1)
        row.addStretch(0)
        self.picker.hide()
        self.line.hide()

    def open(self) -> None:
        """Let something be picked."""
        self.line.show()
        self.picker.show()
        self.picker.set_value(None)
        self.picker.setFocus()
        self.picker.open_list()

    def close(self) -> None:
        """The picker goes; what was picked stays."""
        had_focus = self.picker.hasFocus()
        self.picker.hide()
        self.line.setVisible(bool(self._picked))
        if had_focus:
            self.left.emit()

    def _take(self, choice: Choice | None) -> None:
        if choice is None:
            return
        sort, value = choice.id
        if sort == "status":
            self.close()
            self.status_wanted.emit(value)
            return
        self._picked[sort] = (value, choice.label)
        self._show()

    def drop(self, sort: str) -> None:
        """No longer narrowed by this."""
        self._picked.pop(sort, None)
        self._show()

    def clear(self) -> None:
        """Narrowed by nothing."""
        if self._picked:
            self._picked.clear()
            self._show()

    def _show(self) -> None:
        for tag in self._tags:
            self._row.removeWidget(tag)
            tag.hide()
            tag.deleteLater()
        self._tags = [self._tag(at, sort, label) for at, (sort, (_, label)) in enumerate(self._picked.items())]
        self.close()
        self.changed.emit()

    def _tag(self, at: int, sort: str, label: str) -> Button:
        tag = Button(label, icon="close", small=True, on_click=lambda: self.drop(sort))
        tag.setAccessibleName(f"去掉{_WORDS[sort]} {label}")
        self._row.insertWidget(at, tag)
        tag.show()
        return tag

    def narrowed(self, filter_: FindingFilter) -> FindingFilter:
        """The filter with what was picked."""
        given: dict[str, Any] = {sort: value for sort, (value, _) in self._picked.items()}
        return replace(filter_, **given)

    # --- chips --------------------------------------------------------------------------------------------------

    def show_counts(self, counts: dict[str, int]) -> None:
        """Chips for what holds something, as many as fit a line; the chosen one is always there."""
        self._counts = counts
        self._show_chips(self._chips.current())

    def count_of(self, key: str) -> int:
        """How many findings a filter holds, as last counted."""
        return self._counts.get(key, 0)

    def choose(self, key: str) -> None:
        """Switch a filter on, whether it has a chip now or not."""
        self._show_chips(key)
        self._chips.choose(key)

    def _show_chips(self, current: str) -> None:
        held = [key for key, _ in self._names if self._counts.get(key) or key in (self._names[0][0], current)]
        kept = held[:_SHOWN]
        if current and current not in kept:
            kept = [*kept[: _SHOWN - 1], current]
        labels = dict(self._names)
        order = [key for key, _ in self._names if key in kept]
        self._chips.set_filters([Filter(key, labels[key], self._counts.get(key)) for key in order])


class Elsewhere:
    """Says where else a search finds something when it finds nothing under the filter that is on."""

    def __init__(
        self, desk: Desk, nothing: EmptyState, names: Sequence[tuple[str, str]], look: Callable[[], None]
    ) -> None:
        self.desk, self._nothing, self._names = desk, nothing, dict(names)
        self._button = Button("在全部里找", small=True, on_click=look)
        self._button.hide()
        nothing.add_button(self._button)
        self._waits = False

    def look(self, text: str, key: str, found: int) -> None:
        """After a listing: `found` rows for `text` under `key`."""
        self._button.hide()
        self._waits = bool(text) and key != "all" and not found
        if self._waits:
            told = lambda ids: self._told(key, len(ids))  # noqa: E731
            self.desk.read(self._nothing, findings.ids, FindingFilter(text=text), then=told, newest="elsewhere")

    def _told(self, key: str, found: int) -> None:
        if found and self._waits:
            self._nothing.set(f"“{self._names[key]}”里没有", f"全部问题里有 {found} 条")
            self._button.show()
