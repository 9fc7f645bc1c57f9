"""文书用语: every fixed sentence of every kind of paper, changed by the office and set back to what ships."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from dubu_desktop.actions.reads import wording
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.domain.papers.texts import COMMON, COMMON_LABEL
from dubu_desktop.ui import phrasing
from dubu_desktop.ui.kit import Action, Chip, Column, Filter, FilterChips, Tone
from dubu_desktop.ui.settings.section import Cells, TableSection
from dubu_desktop.ui.settings.wording_editor import WordingEditor

#: below this height (a laptop of 768 lines at 150 %) a text is worded alone, without the list of the others above it
_LOW = 620


class WordingSection(TableSection):
    """A kind of paper at the top, its texts in the order of the paper, the one being worded at the foot."""

    key = "wording"
    title = "文书用语"
    sub = "各种文书的固定写法、表格栏目"
    words = "wsyy wenshuyongyu xiefa"
    note = (
        "{ } 里的是标签，印的时候换成记录里的内容；数字标签印出来还能点开看是哪些记录。"
        "改后随下一个数据包发到各组，已签发的文书不变。"
    )
    icon = "paper"
    kinds = frozenset({"paper_text"})
    editions = ("office",)
    columns = (Column("用在何处", 210, bold=True), Column("写法"), Column("状态", 130))

    def build(self) -> QWidget:
        table = super().build()
        kinds = [Filter(kind.id, kind.label) for kind in all_kinds().values()]
        self.chips = FilterChips([*kinds, Filter(COMMON, COMMON_LABEL)])
        self.chips.changed.connect(self._other_kind)
        self.editor = WordingEditor(phrasing.supply(self.desk, self))
        self.editor.phrase_wanted.connect(self._keep_phrase)
        self.editor.saved.connect(self._save)
        self.editor.closed.connect(self._put_aside)
        #: texts that were typed and left without saving
        self.unsaved: dict[tuple[str, str], str] = {}
        self._edited: Any = None
        self._saving = False
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.strip = QWidget()
        inner = QVBoxLayout(self.strip)
        inner.setContentsMargins(24, 8, 24, 8)
        inner.addWidget(self.chips)
        column.addWidget(self.strip)
        column.addWidget(table, 1)
        column.addWidget(self.editor)
        column.addStretch(0)
        return whole

    @property
    def kind(self) -> str:
        """The kind of paper whose texts are shown."""
        return next(iter(self.chips.selected()), COMMON)

    def refresh(self) -> None:
        self.desk.read(self, wording.wording, self.kind, then=self.show_records, newest="rows")

    def cells(self, record: Any) -> Cells:
        state: str | Chip = record.state
        if (record.kind, record.place.key) in self.unsaved:
            state = Chip("未保存", Tone.WARN)
        elif record.wrong:
            state = Chip(record.state, Tone.BAD)
        elif record.own:
            state = Chip(record.state, Tone.ACCENT)
        return record.place.label, record.text.replace("\n", " ↵ ") or "（不印）", state

    def offers(self, record: Any) -> Sequence[Action]:
        if record is None:
            return ()
        back = Action("恢复默认", self.reset, keys="R", enabled=record.own, why="这一处还是默认的写法")
        return (Action("修改", self.edit, keys="E"), back)

    def edit(self) -> None:
        """Open the chosen text."""
        record = self.chosen()
        words = self.unsaved.get((record.kind, record.place.key), record.text)
        self._edited = record
        self.show_actions(())  # the room is the editor's
        self.strip.hide()
        self.stack.setVisible(self.window().height() >= _LOW)
        self.editor.edit(f"{record.kind_label}：{record.place.label}", record.place, words)
        self.table.scrollTo(self.table.currentIndex())

    def reset(self) -> None:
        """Set the chosen text back to what ships."""
        record = self.chosen()
        self.unsaved.pop((record.kind, record.place.key), None)
        self._do("reset_paper_text", record, "已恢复默认。")

    def _save(self, words: str) -> None:
        record = self._edited
        self.unsaved.pop((record.kind, record.place.key), None)
        self._do("edit_paper_text", record, "已按新的写法印。", words=words)
        self._saving = True
        self.editor.close_editor()

    def _keep_phrase(self, words: str) -> None:
        phrasing.keep(self.desk, self, words, self.page.window_.hooks.undo)

    def _do(self, verb: str, record: Any, said: str, **given: Any) -> None:
        undo = self.page.window_.hooks.undo
        self.desk.do(
            self,
            verb,
            then=lambda _outcome: self.desk.tell(said, act="撤销", on_act=undo),
            **{"kind": record.kind, "text": record.place.key, **given},
        )

    def _put_aside(self) -> None:
        """The editor was closed: what was typed and not saved is there again when the text is opened."""
        self.strip.show()
        self.stack.show()
        record, words = self._edited, self.editor.words()
        saved, self._saving = self._saving, False
        if not saved and words != record.text:
            self.unsaved[record.kind, record.place.key] = words
        elif not saved:
            self.unsaved.pop((record.kind, record.place.key), None)
        self.show_records(self.records)

    def _show_actions(self) -> None:
        if self.editor.isHidden():
            super()._show_actions()

    def _other_kind(self) -> None:
        self.editor.close_editor()
        self.refresh()

    def left(self) -> None:
        self.editor.close_editor()
        super().left()
