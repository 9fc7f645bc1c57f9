"""The entry card: a finding as it is written on the spot. Everything typed is kept; nothing has to be saved.

The card is a view of one `EntryState`; `EntryWork` does what goes to the house (records, photos, suggestions). It
becomes a record with the first photo, on Ctrl+Enter, or when it is left with something on it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from dubu_desktop.actions.reads.entry import EntryContext
from dubu_desktop.actions.reads.finding_detail import FindingDetail
from dubu_desktop.ui.casework.choices import find_phrases, supplies
from dubu_desktop.ui.casework.pictures import count_text, in_order, thumb, tile
from dubu_desktop.ui.casework.values import plain
from dubu_desktop.ui.files import for_window
from dubu_desktop.ui.findings.card import EntryState
from dubu_desktop.ui.findings.entry_form import (
    REASON_FOR,
    LiveText,
    holds_photo,
    label_for,
    main_fields,
    more_fields,
    section,
)
from dubu_desktop.ui.findings.entry_head import EntryHead
from dubu_desktop.ui.findings.entry_work import EntryWork
from dubu_desktop.ui.keys import Keys
from dubu_desktop.ui.kit import (
    Field,
    KeyValueCard,
    Photo,
    PhotoStrip,
    Picker,
    PlainLabel,
    Scroll,
    SectionHead,
    TextArea,
    Tone,
)
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.when import parse_moment

_INVITE = "拖进来、粘贴，或按 Ctrl+O 选文件"
_SOON = 120  # ms after a key until the gauge and the proposals follow


class EntryCard(QFrame):
    """See the module. The page gives it a state by `open_state` and asks for its actions."""

    changed = Signal()  # head or actions look different
    closed = Signal(str)  # left; the record's id, "" if there is none
    recorded = Signal(str)  # a record exists now
    enlarge = Signal(object, int)  # photos, which

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.state = EntryState("")
        self.context: EntryContext | None = None
        self.work = EntryWork(desk, self)
        self.live = LiveText(lambda _texts: self.work.keep(), self._typed, self)
        self._supplies = supplies(desk, self)
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._follow)
        self.setAcceptDrops(True)
        self._build()
        keys = Keys(self, "新问题")
        keys.bind("Ctrl+V", self._paste, "粘贴文字或照片")
        keys.bind("F6", self.next_gap, "下一个缺项")

    # --- look -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = EntryHead()
        self.head.gap_wanted.connect(self.go_to)
        column.addWidget(self.head)
        look: dict[str, Any] = {"eager": True, "drafts": self.live, "clock": self.desk.clock}
        self.form = KeyValueCard(main_fields(self.state, self._supplies, self._phrases), **look)
        self.hint = PlainLabel("", "hint", elide="right")
        self.form.body.addWidget(self.hint)
        self.form.given_up.connect(self.leave)
        self._facts().phrase_put.connect(self._phrase_put)
        self.strip = PhotoStrip(self.desk, thumb, columns=3, accepts=True)
        self.strip.files_given.connect(self.take_files)
        self.strip.image_given.connect(lambda data: self.work.add_photos(images=[data]))
        self.strip.enlarge.connect(lambda at: self.enlarge.emit(self.strip.photos(), at))
        self.strip.removal_wanted.connect(self.work.remove_photo)
        self.photos_head = SectionHead("照片", _INVITE)
        self.more = KeyValueCard(more_fields(self.state, self._supplies), **look)
        for card in (self.form, self.more):
            card.edited.connect(self._edited)
        self.area = Scroll()
        self.area.canvas.addWidget(self.form)
        for title, content in ((self.photos_head, self.strip), (SectionHead("补充", "没有可以不填"), self.more)):
            self.area.canvas.addLayout(section(title, content))
        column.addWidget(self.area, 1)

    # --- opening and leaving ----------------------------------------------------------------------------------

    def open_state(self, state: EntryState, context: EntryContext, *, focus: str = "") -> None:
        """Show a card; `focus` names the field the caret goes to ("" leaves the focus alone)."""
        self.live.discard()
        self.state, self.context = state, context
        state.wanted = context.wanted
        self.form.start_over(main_fields(state, self._supplies, self._phrases))
        self.more.start_over(more_fields(state, self._supplies))
        self.live.discard()
        self.strip.set_photos(())
        self.photos_head.set_note(_INVITE)
        self.photos_head.set_hint("")
        self.show_state()
        self.work.opened()
        self.work.suggest()
        if focus:
            self.go_to(focus)

    def put_caret(self) -> None:
        """Back to where the person was when the program ended."""
        field, at = self.state.caret
        if not field:
            return
        self.go_to(field)
        if field == "evidence":  # the photos, which have no caret
            return
        editor = self._cell_card(field).cell(field).editor
        if isinstance(editor, TextArea):
            cursor = editor.textCursor()
            cursor.setPosition(min(at, len(editor.toPlainText())))
            editor.setTextCursor(cursor)
        elif isinstance(editor, QLineEdit):
            editor.setText(self.state.typed.get(field) or editor.text())
            editor.deselect()
            editor.setCursorPosition(at)

    def leave(self) -> None:
        """Esc, another record, another page: what is on the card becomes a draft; an empty one is forgotten."""
        self.settle_editors()
        self.work.leave()

    def show_state(self) -> None:
        """Paint the state; whoever is typing is not disturbed."""
        state = self.state
        self.form.set_fields(main_fields(state, self._supplies, self._phrases))
        self.more.set_fields(more_fields(state, self._supplies))
        self._show_gauge()
        self.head.show_state(state, self.context.line if self.context else "")
        self.changed.emit()

    def show_photos(self, detail: FindingDetail) -> None:
        """Tiles of what has been added."""
        shown = [tile(e) for e in in_order(detail.evidence)]
        self.strip.set_photos([self._local(photo) for photo in shown])
        self.photos_head.set_note(
            count_text(detail.evidence, detail.photos_missing) if shown else "拖进来、粘贴，或按 Ctrl+O 选文件"
        )
        self.photos_head.set_hint("空格键放大" if shown else "")

    def _local(self, photo: Photo) -> Photo:
        return replace(photo, left=photo.left.removeprefix("整改前 · "))

    def _show_gauge(self) -> None:
        clear = self.state.clarity
        self.head.show_clarity(self.state, clear)
        for key in ("place", "facts"):
            self.form.cell(key).mark_vague(
                [(h.start, h.end) for h in clear.hints if h.field == key and h.end > h.start]
            )
        told = next((h for h in clear.hints if self.state.values.get(h.field)), None)
        self.hint.setText(f"▲ {told.text}" if told else "输入用语首字母可取现成的话；Tab 到下一处空白")
        self.hint.set_tone(Tone.WARN if told else None)

    # --- what the person does ---------------------------------------------------------------------------------

    def _phrases(self, letters: str, deliver: Any) -> None:
        category = self.state.values.get("category", "")
        self.desk.read(self, find_phrases, letters, category, then=deliver, newest="phrases")

    def _phrase_put(self, choice: Any) -> None:
        category = getattr(choice.id, "category", None)
        if category is not None and self.state.propose("category", category[0], category[1], "由用语带出"):
            self.work.suggest()

    def _typed(self, key: str, text: str) -> None:
        """Every keystroke in a text field."""
        if key == "found_at":
            self.state.typed[key] = text
            now = self.desk.clock.local(self.desk.clock.now_ms())
            read = parse_moment(text, now)
            if read is not None and plain(read) != self.state.values.get(key):
                self.state.take(key, plain(read))
        elif (text or "") != (self.state.values.get(key) or ""):
            self.state.take(key, text)
        self._soon.start()

    def _edited(self, key: str, value: Any) -> None:
        """A field was left with another value."""
        self.state.take(key, plain(value), label_for(key, value))
        self.work.keep()
        self.show_state()
        self.work.suggest()
        self.work.commit()

    def _follow(self) -> None:
        self._show_gauge()
        self.changed.emit()
        self.work.suggest()

    def toggle_urgent(self) -> None:
        """紧急重大 on or off."""
        self.state.take("urgent", not self.state.values.get("urgent"))
        self.work.keep()
        self.show_state()
        self.work.commit()

    def finish(self) -> None:
        """Ctrl+Enter."""
        self.settle_editors()
        self.work.finish()

    def settle_editors(self) -> None:
        """Take what stands in the editor one is in, as if it were left."""
        focus = self.window().focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            if isinstance(focus, Picker):
                focus._settle(take_marked=bool(focus.candidates()))
            elif isinstance(focus, QLineEdit | QPlainTextEdit):
                focus.clearFocus()
                focus.setFocus()
        self.live.discard()

    # --- photos -----------------------------------------------------------------------------------------------

    def take_files(self, files: list[Path]) -> None:
        """Photos by drop, paste or choice; the first ones time the finding."""
        self.work.add_photos(files=[str(file) for file in files])

    def _paste(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        focus = self.window().focusWidget()
        if holds_photo(mime):
            self.strip.take(mime)
        elif isinstance(focus, QLineEdit | QPlainTextEdit):
            focus.paste()
        elif focus is self.strip:
            self.desk.warn("剪贴板里没有照片，可以按 Ctrl+O 选文件。")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not for_window(event.mimeData()) and (event.mimeData().hasUrls() or event.mimeData().hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.strip.take(event.mimeData()):
            event.acceptProposedAction()

    # --- going about ------------------------------------------------------------------------------------------

    def go_to(self, key: str) -> None:
        """Put the caret into a field; "evidence" is the photos."""
        if key == "evidence":
            self.strip.setFocus()
            self.area.ensureWidgetVisible(self.strip)
            return
        card = self._cell_card(key)
        card.open(key)
        self.area.ensureWidgetVisible(card.cell(key))
        if key == "facts":
            self._facts().next_blank()

    def next_gap(self) -> None:
        """F6: the gap after where one is, round the end."""
        gaps = [gap.field for gap in self.state.gaps]
        if all(gap in REASON_FOR for gap in gaps):  # all that is left: a reason may stand in for each
            gaps = [key for gap in gaps for key in (gap, REASON_FOR[gap])]
        if not gaps:
            self.desk.tell("没有缺项，按 Ctrl+Enter 定稿。")
            return
        here = self._here()
        if here == "facts" and "facts" in gaps and self._facts().next_blank_after():
            return
        after = gaps[gaps.index(here) + 1 :] if here in gaps else gaps
        self.go_to((after or gaps)[0])

    def caret(self) -> tuple[str, int]:
        """Field and position of the caret, ("", 0) outside the fields."""
        here, focus = self._here(), self.window().focusWidget()
        if isinstance(focus, QPlainTextEdit):
            return here, focus.textCursor().position()
        return (here, focus.cursorPosition()) if isinstance(focus, QLineEdit) else (here, 0)

    def _here(self) -> str:
        focus = self.window().focusWidget()
        for card in (self.form, self.more):
            for key in card.field_keys():
                cell = card.cell(key)
                if focus is not None and (focus is cell or cell.isAncestorOf(focus)):
                    return key
        return "evidence" if focus is self.strip else ""

    def _cell_card(self, key: str) -> KeyValueCard:
        return self.form if key in self.form.field_keys() else self.more

    def _facts(self) -> TextArea:
        editor = self.form.cell("facts").editor
        assert isinstance(editor, TextArea)
        return editor

    def fields(self) -> list[Field]:
        """The fields as shown (for tests)."""
        return [card.cell(key).field for card in (self.form, self.more) for key in card.field_keys()]
