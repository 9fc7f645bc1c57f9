"""Labels and values in a grid, edited in place: the facts of a record, and every form of the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from dubu_desktop.system.clock import Clock
from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.keys import guard
from dubu_desktop.ui.tokens import Tone
from dubu_desktop.ui.widgets.area import TextArea
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.card import Card
from dubu_desktop.ui.widgets.draft import DraftText
from dubu_desktop.ui.widgets.editors import Editor, Field, Kind, LineEditor, make_editor, set_editor, value_of
from dubu_desktop.ui.widgets.label import PlainLabel
from dubu_desktop.ui.widgets.valuetext import ValueText

_LABEL, _NARROW = 76, 215


class ValueCell(QWidget):
    """One value: shown as text, turned into its editor by Enter, F2, a click or (eager) by Tab."""

    edited = Signal(str, object)
    given_up = Signal()

    def __init__(self, field: Field, clock: Clock, drafts: DraftText | None, *, eager: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.field, self._clock, self._drafts, self._eager = field, clock, drafts, eager
        self.editor: Editor | None = None
        self._phrases: Button | None = None
        self._vague: tuple[tuple[int, int], ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 4, 6, 4)
        self._row.setSpacing(8)
        self._text = ValueText(self)
        self._row.addWidget(self._text, 1, Qt.AlignmentFlag.AlignTop)
        if field.editable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_Hover)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.show_field(field)
        if field.open:
            self.open(focus=False)

    def show_field(self, field: Field) -> None:
        """Show a newer value; while it is being edited the caret and the typed text stay."""
        before, self.field = self.field, field
        text = field.shown(self._clock.today())
        empty = not text
        if empty:
            text = f"▲ {field.missing}" if field.missing else ("—" if not field.editable else "未填")
        tone = Tone.WARN if empty and field.missing else field.tone
        self._text.set(text, field.note, tone=tone, faint=empty and not field.missing)
        self.setAccessibleName(f"{field.label}：{text}")
        if self.editor is not None and before.value != field.value and not self.is_editing():
            set_editor(self.editor, field)

    def mark_vague(self, spans: Sequence[tuple[int, int]]) -> None:
        """Underline these parts of a text that says too little, edited or not."""
        self._vague = tuple(spans)
        self._text.mark_vague(self._vague)
        if isinstance(self.editor, LineEditor | TextArea):
            self.editor.mark_vague(self._vague)

    def is_editing(self) -> bool:
        """Whether somebody is in its editor now."""
        return self.editor is not None and (self.editor.hasFocus() or self.editor.isAncestorOf(_focus(self)))

    def value(self) -> Any:
        """The value as it stands, the editor's while it is open."""
        return value_of(self.editor) if self.editor is not None else self.field.value

    def open(self, *, focus: bool = True) -> None:
        """Turn into the editor."""
        if not self.field.editable:
            return
        if self.editor is None:
            self._make_editor()
        if focus and self.editor is not None:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            if isinstance(self.editor, QLineEdit):
                self.editor.selectAll()
            choosing = self.field.kind in (Kind.ENUM, Kind.PICKER, Kind.PICKERS)
            if choosing and not (self.field.open and self.field.value):
                self.editor.open_list()  # type: ignore[union-attr]

    def _make_editor(self) -> None:
        editor = make_editor(self.field, self._clock, self)
        self.editor = editor
        self._text.hide()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.insertWidget(0, editor, 1)
        if isinstance(editor, TextArea) and editor.has_phrases and not self.field.open:
            self._offer_phrases(editor)
        QWidget.setTabOrder(self, editor.focusProxy() or editor)  # before the policy: Qt ignores who takes no focus
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from editor to editor, not through the cell
        editor.finished.connect(self._finished)
        editor.left.connect(self._leave)
        editor.given_up.connect(self._give_up)
        typed = self.field.kind in (Kind.TEXT, Kind.MULTILINE, Kind.DATE, Kind.MOMENT) and not self.field.secret
        if self._drafts is not None and typed and isinstance(editor, QLineEdit | QPlainTextEdit):
            self._drafts.watch(editor, self.field.key)
        for part in (editor, *editor.findChildren(QLineEdit)):
            part.installEventFilter(self)
        self.mark_vague(self._vague)
        editor.show()

    def _offer_phrases(self, editor: TextArea) -> None:
        """用语 F3 beside the text: for whoever does not know the letters."""
        self._phrases = Button("用语", keys="F3", small=True, on_click=editor.offer_phrases)
        self._phrases.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # or the press would end the editing
        self._row.addWidget(self._phrases, 0, Qt.AlignmentFlag.AlignTop)

    def _finished(self, value: Any) -> None:
        self.edited.emit(self.field.key, value)

    def _leave(self) -> None:
        """Enter: back to the text, the cell keeps the focus; in a form on to the next field."""
        if self.field.open or self._eager:
            self.focusNextChild()
        else:
            self._back_to_text()

    def _give_up(self) -> None:
        """Esc: back to the text; where editors stay open, whoever holds the form decides."""
        if self.field.open:
            self.given_up.emit()
        else:
            self._back_to_text()

    def _back_to_text(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.close_editor()

    def close_editor(self) -> None:
        """Back to the text."""
        if self.editor is None or self.field.open:
            return
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        editor, self.editor = self.editor, None
        self._row.removeWidget(editor)
        for gone in (editor, self._phrases):
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self._phrases = None
        self._row.setContentsMargins(6, 4, 6, 4)
        self._text.show()
        self.show_field(self.field)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.editor is not None and not self.field.open:
            QTimer.singleShot(0, self, self._left)
        return False

    def _left(self) -> None:
        """Close after the focus has gone elsewhere, unless what stands there was not understood."""
        if self.editor is not None and not self.is_editing() and not self.editor.property("wrong"):
            self.close_editor()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        tabbed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if self._eager and tabbed:
            self.open()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        opens = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in opens and not control and self.editor is None and guard().may_act(single=False):
            self.open()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.editor is not None or not self.field.editable:
            return
        painter = QPainter(self)
        if self.underMouse():
            paint.round_rect(painter, QRectF(self.rect()), 6, theme.color("over"), theme.color("line"))
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()))


class KeyValueCard(Card):
    """A card of fields, two columns (or one); `edited(key, value)` when a value was changed and left.

    eager: Tab opens each editor at once, for entry forms. `drafts` keeps what is typed in text fields.
    `set_fields` again with newer values refreshes without disturbing whoever is typing.
    """

    edited = Signal(str, object)
    given_up = Signal()  # Esc in an editor that stays open

    def __init__(
        self,
        fields: Sequence[Field] = (),
        *,
        columns: int = 2,
        eager: bool = False,
        drafts: DraftText | None = None,
        clock: Clock | None = None,
        surface: str = "card",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, surface=surface)
        self._columns, self._eager, self._drafts, self._clock = columns, eager, drafts, clock or Clock()
        self._placed = 0  # columns in use; one where the pane is narrow
        self._cells: dict[str, ValueCell] = {}
        self._labels: dict[str, PlainLabel] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(1)
        self.body.setContentsMargins(16, 10, 10, 10)
        self.body.addLayout(self._grid)
        self.set_fields(fields)

    def set_fields(self, fields: Sequence[Field]) -> None:
        """Show these fields. Same keys, kinds and order: values only; else the grid is built anew."""
        same = [_frame(cell.field) for cell in self._cells.values()] == [_frame(field) for field in fields]
        if not same:
            self._build(fields)
        for field in fields:
            self._cells[field.key].show_field(field)

    def start_over(self, fields: Sequence[Field]) -> None:
        """Show another record: editors are closed, or filled anew where they stay open, even under the caret."""
        for cell in self._cells.values():
            cell.close_editor()
        self.set_fields(fields)
        for cell in self._cells.values():
            if cell.editor is not None:
                set_editor(cell.editor, cell.field)

    def _build(self, fields: Sequence[Field]) -> None:
        for widget in (*self._cells.values(), *self._labels.values()):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._cells, self._labels = {}, {}
        self._grid.setVerticalSpacing(6 if any(field.open for field in fields) else 1)
        for field in fields:
            label = PlainLabel(field.label, "hint")
            label.setContentsMargins(0, 9 if field.open else 7, 0, 0)
            cell = ValueCell(field, self._clock, self._drafts, eager=self._eager, parent=self)
            cell.edited.connect(self.edited)
            cell.given_up.connect(self.given_up)
            self._labels[field.key], self._cells[field.key] = label, cell
        self._placed = 0
        self._place()

    def _place(self) -> None:
        """Lay the cells out in as many columns as the width bears."""
        columns = self._columns if self.width() >= _NARROW * self._columns else 1
        if columns == self._placed:
            return
        self._placed = columns
        row, column = 0, 0
        for key, cell in self._cells.items():
            wide = cell.field.wide
            if wide and column:
                row, column = row + 1, 0
            span = (columns - column) * 2 - 1 if wide else 1
            self._grid.addWidget(self._labels[key], row, column * 2, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(cell, row, column * 2 + 1, 1, span)
            column += 1
            if wide or column >= columns:
                row, column = row + 1, 0
        for place in range(self._columns):
            used = place < columns
            self._grid.setColumnMinimumWidth(place * 2, _LABEL if used else 0)
            self._grid.setColumnStretch(place * 2 + 1, 1 if used else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def field_keys(self) -> list[str]:
        """Keys of the fields, in order."""
        return list(self._cells)

    def cell(self, key: str) -> ValueCell:
        """The cell of a field."""
        return self._cells[key]

    def open(self, key: str) -> None:
        """Put the caret into a field."""
        self._cells[key].open()

    def values(self) -> dict[str, Any]:
        """All values as they stand, open editors included."""
        return {key: cell.value() for key, cell in self._cells.items()}

    def gaps(self) -> list[str]:
        """Keys of the fields that want a value and have none, in order."""
        return [key for key, cell in self._cells.items() if cell.field.missing and not cell.value()]

    def next_gap(self) -> bool:
        """F6: open the next gap after the field one is in; False if there is none."""
        gaps, keys = self.gaps(), list(self._cells)
        here = next((keys.index(key) for key, cell in self._cells.items() if cell.is_editing()), -1)
        after = [key for key in gaps if keys.index(key) > here] or gaps
        if after:
            self.open(after[0])
        return bool(after)


def _frame(field: Field) -> tuple[object, ...]:
    """What makes a field another field: not its value."""
    return field.key, field.label, field.kind, field.wide, field.open, field.editable


def _focus(of: QWidget) -> QWidget:
    return of.window().focusWidget() or of.window()
