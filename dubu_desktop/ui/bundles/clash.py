"""A conflict: both values side by side with who wrote them and when; 1 or 2 decides, and the next one comes up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.ui.kit import Button, Card, Option, OptionCards, PlainLabel, SectionHead
from dubu_desktop.ui.rows import short_group

Key = tuple[str, str]  # record and field
_LATER = "只有新版认识的字段：两个值都留着，装上新版本以后再裁定。"


def key_of(view: Any) -> Key:
    """What makes a conflict this one."""
    return view.record, view.field


def companions(view: Any, chosen: Any, views: Sequence[Any]) -> dict[Key, Any]:
    """{conflict: value} of the fields that are written, and so decided, together with that of `view`.

    A date has its reason beside it: the value `chosen` takes those of the same writer with it.
    """
    fields = BY_NAME[view.kind].by_name
    known, out = fields.get(view.field), {}
    for other in views:
        there = fields.get(other.field) if other.record == view.record else None
        if known is None or there is None or not known.together or there.together != known.together:
            continue
        same = (one for one in other.values if (one.side, one.who, one.when) == (chosen.side, chosen.who, chosen.when))
        out.update({key_of(other): one for one in same})
    return out | {key_of(view): chosen}


class ClashCard(Card):
    """`set_clashes(views, chosen)`; `decided(view, choice)` when one is settled, `opened(record)` to see it."""

    decided = Signal(object, int)
    opened = Signal(str)

    def __init__(self, keys_of: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: Sequence[Any] = ()
        self._chosen: dict[Key, Any] = {}
        self._at = 0
        self._may = True
        self.head = SectionHead("冲突")
        self.options = OptionCards(keys_of, "裁定为第")
        self.options.chosen.connect(self._choose)
        #: the values of a field that only a newer version knows: there is nothing to choose
        self.fact = PlainLabel("", wrap=True, select=True)
        self._foot = PlainLabel("", "sub", wrap=True)
        self._foot_text = ""
        row = QHBoxLayout()
        row.setSpacing(4)
        self._back = Button("上一处", kind="bare", small=True, on_click=lambda: self.step(-1))
        self._next = Button("下一处", kind="bare", small=True, on_click=lambda: self.step(1))
        self._open = Button("看这条记录", kind="bare", small=True, on_click=self._show_record)
        row.addWidget(self._foot, 1)
        for button in (self._open, self._back, self._next):
            row.addWidget(button)
        self.body.addWidget(self.head)
        self.body.addWidget(self.options)
        self.body.addWidget(self.fact)
        self.body.addLayout(row)
        self.hide()

    def set_clashes(self, views: Sequence[Any], chosen: dict[Key, Any], *, foot: str, may: bool = True) -> None:
        """Show these; `chosen`: the value taken in each, written on as one is; `may`: whether this side decides."""
        here = key_of(self._views[self._at]) if self._at < len(self._views) else None
        self._views, self._chosen, self._may = tuple(views), chosen, may
        self._at = next((place for place, view in enumerate(self._views) if key_of(view) == here), 0)
        self._foot_text = foot
        self.setVisible(bool(self._views))
        self._show()

    def current(self) -> Any | None:
        """The conflict shown."""
        return self._views[self._at] if self._views else None

    def step(self, by: int) -> None:
        """Another conflict."""
        if self._views:
            self._at = (self._at + by) % len(self._views)
            self._show()

    def _show(self) -> None:
        view = self.current()
        if view is None:
            return
        sides = list(dict.fromkeys(value.side for value in view.values))
        told = f"{short_group('与'.join(sides))}在互不知情时改了同一处" if len(sides) > 1 else "两处改动互不知情"
        self.head.set_title(f"冲突 {self._at + 1} / {len(self._views)}")
        self.head.set_note(" · ".join(part for part in (told, view.name, view.field_label) if part))
        options = [Option(value.text, self._note(value)) for value in view.values]
        self.options.set_options(options, self._taken(view))
        self.options.setEnabled(self._may)
        self.options.setVisible(view.decidable)
        written = [f"{value.text}（{' · '.join(self._by(value))}）" for value in view.values]
        self.fact.setText("" if view.decidable else "\n".join(written))
        self.fact.setVisible(not view.decidable)
        self._foot.setText(self._foot_text if view.decidable else _LATER)
        for button in (self._back, self._next):
            button.setVisible(len(self._views) > 1)

    def _taken(self, view: Any) -> int:
        """The place of the value taken. Two files tell of one conflict in two views that number its values apart."""
        taken = self._chosen.get(key_of(view), view.values[0])
        same = ((one.value, one.side) == (taken.value, taken.side) for one in view.values)
        return next((place for place, found in enumerate(same) if found), 0)

    @staticmethod
    def _by(value: Any) -> list[str]:
        return [part for part in (short_group(value.side), value.who, value.when) if part]

    def _note(self, value: Any) -> str:
        return " · ".join([*self._by(value), *(["暂按此显示"] if value.choice == 1 else [])])

    def _choose(self, place: int) -> None:
        view = self.current()
        if view is None or not self._may or not view.decidable:
            return
        self._chosen[key_of(view)] = view.values[place]
        self.decided.emit(view, view.values[place].choice)
        open_ = ((at, one) for at, one in enumerate(self._views) if one.decidable)
        undecided = [at for at, one in open_ if key_of(one) not in self._chosen]
        if undecided:
            self._at = min(undecided, key=lambda at: (at < self._at, at))
            self._show()

    def _show_record(self) -> None:
        view = self.current()
        if view is not None:
            self.opened.emit(view.finding or view.record)
