"""One text of a paper being worded: what is wrong is underlined and said at once, else what it would come to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dubu_desktop.domain.papers.template import BETWEEN, EACH, ELSE, END, IF, Complaint, Tag, fill, read, samples
from dubu_desktop.domain.papers.texts import Shipped
from dubu_desktop.domain.text import clean_text
from dubu_desktop.ui import phrasing
from dubu_desktop.ui.keys import Keys, give_focus, guard
from dubu_desktop.ui.kit import Button, Card, Choice, Picker, PlainLabel, Supply, TextArea, supply_list
from dubu_desktop.ui.widgets.popup import Deliver


def offered(place: Shipped) -> list[Choice]:
    """What can be put into a text: its tags, and the parts that fall away without one."""
    found = [Choice(_written(tag), _called(tag), tag.meaning) for tag in place.tags]
    found += [
        Choice(f"{{{IF} {tag.name}}}{{{END}}}", f"{{{IF} {tag.name}}}…{{{END}}}", "有才印出中间的话")
        for tag in place.tags
    ]
    return found


def _written(tag: Tag) -> str:
    """A tag as it stands in a text; a list with one of its own tags, to go on from."""
    if not tag.items:
        return f"{{{tag.name}}}"
    return f"{{{EACH} {tag.name}}}" + "".join(f"{{{item.name}}}" for item in tag.items) + f"{{{END}}}"


def _called(tag: Tag) -> str:
    """A tag in the list of those offered."""
    return f"{{{EACH} {tag.name}}}…{{{END}}}" if tag.items else f"{{{tag.name}}}"


class WordingEditor(Card):
    """At the foot of the section, hidden until `edit`. `saved(words)` only for a text without mistakes."""

    saved = Signal(str)
    closed = Signal()
    phrase_wanted = Signal(str)  # what is to be kept as a phrase

    def __init__(self, phrases: Supply, parent: QWidget | None = None) -> None:
        super().__init__(parent, surface="foot")
        self.body.setContentsMargins(24, 12, 24, 12)
        self.place: Shipped | None = None
        self.wrong: tuple[Complaint, ...] = ()
        self._came_from: QWidget | None = None
        self._title = PlainLabel("", "strong", wrap=True)
        self.text = TextArea(least=2, most=6, phrases=_escaped(phrases))
        self.text.setAccessibleName("写法")
        self.said, self.shown = PlainLabel("", "small", wrap=True), PlainLabel("", "sub", wrap=True)
        self.tags = Picker(self._supply, hint="插入标签：输入名称或用途")
        self.tags.setAccessibleName("插入标签")
        self.tags.setMinimumWidth(140)
        self.tags.setMaximumWidth(400)
        self.ok = Button("保存", kind="primary", keys="Ctrl+Enter", on_click=self.save)
        self.back = Button("取消", keys="Esc", on_click=self.close_editor)
        self.there = Button("到出错处", keys="F6", on_click=self.to_mistake)
        self.phrases = Button("用语", keys="F3", small=True, on_click=self.text.offer_phrases)
        self.phrases.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the list belongs to the text
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.phrases)
        self.body.addLayout(head)
        for widget in (self.text, self.said, self.shown):
            self.body.addWidget(widget)
        self.body.addLayout(self._row())
        for one, after in ((self.text, self.tags), (self.tags, self.ok), (self.ok, self.back), (self.back, self.there)):
            QWidget.setTabOrder(one, after)
        self.text.textChanged.connect(self._look)
        self.text.given_up.connect(self.close_editor)
        self.tags.picked.connect(self._insert)
        self.tags.given_up.connect(self.close_editor)
        keys = Keys(self, "填写")
        keys.bind("Ctrl+Return", self.save, "保存")
        keys.bind("F6", self.to_mistake, "到出错处")
        keys.bind("F4", self._to_tags, "插入标签")
        phrasing.bind(keys, self._keep)
        self.hide()

    def _row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.ok, self.back, self.there):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(PlainLabel("F4", "hint"))
        row.addWidget(self.tags, 8)
        return row

    def edit(self, title: str, place: Shipped, words: str) -> None:
        """Open on a text; `words` is what stands there now, or what was left unsaved."""
        if self.isHidden():
            self._came_from = self.window().focusWidget()
        self.place = place
        self._title.setText(title)
        self.text.set_value(words)
        self.tags.setVisible(bool(place.tags))
        self._look()
        self.show()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def words(self) -> str:
        """What would be saved."""
        return clean_text(self.text.value())

    def save(self) -> None:
        """Hand the text over, or go to the first mistake."""
        if self.place is None:
            return
        if self.wrong:
            self.to_mistake()
        else:
            self.saved.emit(self.words())

    def close_editor(self) -> None:
        """Close; what was typed is the section's to keep."""
        if self.isHidden():
            return
        self.hide()
        self.closed.emit()
        give_focus(self._came_from)

    def to_mistake(self) -> None:
        """Select the first thing that is wrong."""
        if self.wrong:
            first, text = self.wrong[0], self.text.value()
            cursor = self.text.textCursor()
            cursor.setPosition(_units(text, first.at))
            cursor.setPosition(_units(text, first.at + first.length), cursor.MoveMode.KeepAnchor)
            self.text.setTextCursor(cursor)
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look(self) -> None:
        """Judge what stands there, by its places in the field itself."""
        if self.place is None:
            return
        text = self.text.value()
        self.wrong = self.place.wrong(text)
        self.text.mark_vague([(_units(text, c.at), _units(text, c.at + max(c.length, 1))) for c in self.wrong])
        self.there.setEnabled(bool(self.wrong))
        more = [f"▲ 还有{len(self.wrong) - 2}处"] * (len(self.wrong) > 2)
        self.said.setText("\n".join([*(f"▲ {one.sentence}" for one in self.wrong[:2]), *more]) or self._hint(text))
        self.said.setVisible(bool(self.said.text()))
        self.shown.setText("" if self.wrong else self._preview(text))
        self.shown.setVisible(not self.wrong)

    def _hint(self, text: str) -> str:
        assert self.place is not None
        lost = "、".join(f"{{{name}}}" for name in self.place.lost(text))
        return f"没有用到 {lost}：印出来就没有这个数，写死的数点不开。" if lost else ""

    def _preview(self, text: str) -> str:
        assert self.place is not None
        told = fill(read(clean_text(text)), samples(self.place.tags)).text
        return f"印出来（示例）：{told}" if told.strip() else "这里不印任何字。"

    def _supply(self, text: str, deliver: Callable[..., None]) -> None:
        supply_list(offered(self.place) if self.place is not None else [])(text, deliver)

    def _keep(self, words: str) -> None:
        self.phrase_wanted.emit(_as_phrase(words))

    def _to_tags(self) -> None:
        if self.tags.isVisible():
            self.tags.setFocus(Qt.FocusReason.OtherFocusReason)
            self.tags.open_list()

    def _insert(self, choice: Choice | None) -> None:
        if choice is None:
            return
        self.tags.set_value(None)
        self.text.textCursor().insertText(str(choice.id))
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and guard().may_act(single=False):
            self.close_editor()
        else:
            super().keyPressEvent(event)


def _escaped(phrases: Supply) -> Supply:
    """Phrases as a text of a paper takes them: braces of theirs are no tags."""

    def supply(text: str, deliver: Deliver) -> None:
        def put(choices: Sequence[Choice]) -> None:
            doubled = [str(one.id).replace("{", "{{").replace("}", "}}") for one in choices]
            deliver([replace(one, id=words) for one, words in zip(choices, doubled, strict=True)])

        phrases(text, put)

    return supply


def _as_phrase(words: str) -> str:
    """A text as a phrase: its tags become blanks to be filled by hand."""

    def plain(hit: re.Match[str]) -> str:
        if hit[0] in ("{{", "}}"):
            return hit[0][0]
        name = hit[1].strip()
        return "" if name.split()[:1] and name.split()[0] in (IF, ELSE, EACH, BETWEEN, END) else f"【{name}】"

    return re.sub(r"\{\{|\}\}|\{([^{}\n]*)\}", plain, words)


def _units(text: str, at: int) -> int:
    """A place counted in characters as Qt counts it: a rare character is two of its units."""
    return at + sum(1 for c in text[:at] if ord(c) > 0xFFFF)
