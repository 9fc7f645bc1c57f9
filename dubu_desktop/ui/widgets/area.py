"""Text of several lines: plain always, blanks 【 】 marked, phrases by their letters (xfzl + Enter) or a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QInputMethodEvent,
    QKeyEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from dubu_desktop.ui import theme
from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.widgets.popup import Choice, ChoicePopup, Supply

_BLANK = re.compile(r"【[^【】\n]{0,20}】")
_LETTERS = re.compile(r"[a-zA-Z]{2,12}$")
_LINE = 22


class _Blanks(QSyntaxHighlighter):
    """Blanks stand out until they are filled; words that say too little are underlined."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.vague: tuple[tuple[int, int], ...] = ()

    def highlightBlock(self, text: str) -> None:
        self._underline()
        look = QTextCharFormat()
        look.setForeground(QColor(theme.tokens().warn))
        look.setBackground(QColor(theme.tokens().warns))
        look.setFontWeight(QFont.Weight.DemiBold)
        for hit in _BLANK.finditer(text):
            self.setFormat(hit.start(), hit.end() - hit.start(), look)

    def _underline(self) -> None:
        look = QTextCharFormat()
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        look.setUnderlineColor(QColor(theme.tokens().warn))
        begin, length = self.currentBlock().position(), self.currentBlock().length()
        for start, end in self.vague:
            first, last = max(start - begin, 0), min(end - begin, length)
            if first < last:
                self.setFormat(first, last - first, look)


class TextArea(QPlainTextEdit):
    """Plain text of several lines that grows with its content between `least` and `most` lines.

    `phrases` (a supplier): letters typed before the caret offer phrases; Enter or a click puts one in, and the caret
    goes to its first blank. `finished(text)` when the field is left changed; Tab goes to the next blank after the
    caret, or leaves the field; Enter is a line break.
    """

    finished = Signal(object)
    phrase_put = Signal(object)  # the Choice whose text was put in
    left = Signal()
    given_up = Signal()

    def __init__(
        self, *, least: int = 3, most: int = 10, phrases: Supply | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._least, self._most, self._phrases = least, most, phrases
        self._popup: ChoicePopup | None = None
        self._preedit = ""
        self._offered_for = ""  # the letters for which phrases are listed; a list asked for has none
        self._before = ""
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._blanks = _Blanks(self.document())
        self.document().setDocumentMargin(3)
        self.textChanged.connect(self._changed)
        # how many lines a long text takes may be known only after it was said to have changed
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def value(self) -> str:
        """The text."""
        return self.toPlainText()

    def set_value(self, text: str) -> None:
        """Show a text; the caret stays where it was as far as the text reaches."""
        if text != self.toPlainText():
            at = self.textCursor().position()
            self.setPlainText(text)
            cursor = self.textCursor()
            cursor.setPosition(min(at, len(text)))
            self.setTextCursor(cursor)
        self._before = text

    def next_blank(self) -> bool:
        """Select the next blank 【 】 after the caret (from the top if none follows); False if there is none."""
        text, at = self.toPlainText(), self.textCursor().selectionEnd()
        hit = _BLANK.search(text, at) or _BLANK.search(text)
        if hit is None:
            return False
        self._select(hit.start(), hit.end())
        return True

    def mark_vague(self, spans: Sequence[tuple[int, int]]) -> None:
        """Underline these parts of the text (code points from, to)."""
        if tuple(spans) != self._blanks.vague:
            self._blanks.vague = tuple(spans)
            self._blanks.rehighlight()

    def next_blank_after(self) -> bool:
        """Select the next blank after the caret; False if none follows."""
        hit = _BLANK.search(self.toPlainText(), self.textCursor().selectionEnd())
        if hit is not None:
            self._select(hit.start(), hit.end())
        return hit is not None

    def focusNextPrevChild(self, forward: bool) -> bool:
        if forward and self._phrases is not None and self.next_blank_after():
            return True
        return super().focusNextPrevChild(forward)

    def _select(self, start: int, end: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def candidates(self) -> list[Choice]:
        """Phrases offered now (for tests)."""
        return self._popup.choices() if self._popup is not None and self._popup.isVisible() else []

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def _changed(self) -> None:
        self._fit()
        if self.hasFocus():
            self._ask()

    def _fit(self) -> None:
        lines = max(1, round(self.document().size().height()))
        # Said, not left to Qt: with "as needed" a bar narrows the text, the text grows, the bar goes, without end. This
        # way a bar that comes stays needed (narrower text has more lines), and one that goes stays superfluous.
        bar = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if lines > self._most else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(bar)
        self.setFixedHeight(min(max(lines, self._least), self._most) * _LINE + 18)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # --- phrases ----------------------------------------------------------------------------------------------

    def _letters(self) -> str:
        """The letters before the caret, those still with the input method included."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        hit = _LETTERS.search(before + self._preedit.replace("'", "").replace(" ", ""))
        return hit[0] if hit else ""

    def _ask(self) -> None:
        letters = self._letters()
        if self._phrases is None or not letters:
            self._close_list()
            return
        self._phrases(letters, lambda choices: self._show(letters, list(choices)))

    @property
    def has_phrases(self) -> bool:
        """Whether there are phrases to put in here."""
        return self._phrases is not None

    def offer_phrases(self) -> None:
        """List all phrases at the caret, to be chosen by arrows and Enter, or a click; typed letters narrow them."""
        if self._phrases is not None:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self._phrases("", lambda choices: self._list("", list(choices)))

    def _show(self, letters: str, choices: list[Choice]) -> None:
        if letters == self._letters():
            self._list(letters, choices)

    def _list(self, letters: str, choices: list[Choice]) -> None:
        if not self.hasFocus():
            return
        self._offered_for = letters
        if self._popup is None:
            self._popup = ChoicePopup(self)
            self._popup.clicked.connect(self.put_phrase)
        caret = self.cursorRect()
        anchor = QRect(caret.left(), caret.top(), 380, caret.height() + 6)
        self._popup.show_choices(choices, anchor)

    def put_phrase(self, choice: Choice) -> None:
        """Replace the letters it was found by, if any, by the phrase's text (its id) and go to its first blank."""
        self._close_list()
        text, cursor = str(choice.id), self.textCursor()
        in_text = self._offered_for and _LETTERS.search(cursor.block().text()[: cursor.positionInBlock()])
        if in_text:
            move, keep = QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor
            cursor.movePosition(move, keep, len(in_text[0]))
        start = cursor.selectionStart()
        cursor.insertText(text)
        hit = _BLANK.search(text)
        if hit is not None:
            self._select(start + hit.start(), start + hit.end())
        self.phrase_put.emit(choice)

    def _close_list(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    # --- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not guard().may_act(single=False) or not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        key, popup = event.key(), self._popup
        if popup is not None and popup.isVisible():
            chosen = popup.current()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                popup.move_by(1 if key == Qt.Key.Key_Down else -1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and chosen is not None:
                self.put_phrase(chosen)
                return True
            if key == Qt.Key.Key_Escape:
                self._close_list()
                return True
        elif key == Qt.Key.Key_Escape:
            self.set_value(self._before)
            self.given_up.emit()
            return True
        return False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._preedit = event.preeditString()
        self._ask()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._preedit = ""
        self._close_list()
        if self.toPlainText() != self._before:
            self._before = self.toPlainText()
            self.finished.emit(self._before)
