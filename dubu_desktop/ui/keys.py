"""Every key of the program passes here, so that none acts while an input method composes (ui.md "Keys").

Rules, written once:
- while there is preedit text nothing acts: no shortcut, no letter, no Enter (domain.md §2.7);
- a single letter, digit, `/` or `?` acts only when no text field has the focus;
- a chord such as Ctrl+K acts in text fields too, even where Qt's line edit would claim it (Ctrl+K deletes to the end
  of the line under X11); only Ctrl+Z/Y first belong to the text being typed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

_TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)


@dataclass(frozen=True, slots=True)
class Binding:
    """One line of the shortcut sheet."""

    keys: str  # as shown, e.g. Ctrl+N
    label: str
    group: str


class KeyGuard(QObject):
    """Watches the focus object for preedit text and decides whether a key may act. One per application."""

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        self.composing = False
        self._watched: QObject | None = None
        self._chords: dict[int, int] = {}
        app.focusObjectChanged.connect(self._focus_moved)
        self._focus_moved(app.focusObject())

    def may_act(self, *, single: bool) -> bool:
        """Whether a key may act now; `single` for keys without Ctrl, Alt or F1–F12."""
        if self.composing:
            return False
        return not (single and is_typing(QApplication.focusWidget()))

    def claim(self, sequence: QKeySequence, by: int = 1) -> None:
        """Note that a chord is bound (`by` = 1) or no longer (`by` = -1): text fields may not swallow it."""
        for chord in _chords(sequence):
            code = chord.toCombined()
            self._chords[code] = max(0, self._chords.get(code, 0) + by)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            self.composing = bool(event.preeditString())
        elif kind in (QEvent.Type.MouseButtonPress, QEvent.Type.FocusOut):
            self.composing = False
        elif kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        return False

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        if self.composing:
            # What reaches us now the input method has let through; it is still not ours to act on.
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                self.composing = False  # a way out should an input method die with text half typed
            event.accept()
            return True
        if event.type() == QEvent.Type.ShortcutOverride and self._chords.get(event.keyCombination().toCombined()):
            if _own_undo(watched, event.keyCombination()):
                return False
            if _modified(event.keyCombination()):
                event.ignore()
                return True
        return False

    def _focus_moved(self, focus: QObject | None) -> None:
        if self._watched is not None:
            with contextlib.suppress(RuntimeError):  # it may have gone in the meantime
                self._watched.removeEventFilter(self)
        self.composing = False
        self._watched = focus
        if focus is not None:
            focus.installEventFilter(self)


_guard: KeyGuard | None = None


def guard() -> KeyGuard:
    """The guard of this application, made when first asked for."""
    global _guard  # belongs to the QApplication, of which there is one
    app = QGuiApplication.instance()
    if not isinstance(app, QGuiApplication):
        raise RuntimeError("keys.guard() needs an application")
    if _guard is None:
        _guard = KeyGuard(app)
    return _guard


def give_focus(widget: QWidget | None) -> bool:
    """Give the focus back to a widget that may have gone in the meantime; whether it is still there to have it."""
    with contextlib.suppress(RuntimeError):
        if widget is not None and widget.isVisible():
            widget.setFocus()
            return True
    return False


def is_typing(focus: QWidget | None) -> bool:
    """Whether letters go into a text field now."""
    return isinstance(focus, _TEXT_FIELDS) and not focus.isReadOnly()


class Keys(QObject):
    """The keys of one widget (window, page, pane): bind them here, show them by `bindings()`."""

    def __init__(self, owner: QWidget, group: str) -> None:
        super().__init__(owner)
        self._owner = owner
        self._group = group
        self._bindings: list[Binding] = []
        self._shortcuts: list[QShortcut] = []
        self._acts: dict[str, Callable[[], None]] = {}

    def bind(self, keys: str, act: Callable[[], object], label: str, *, whole_window: bool = False) -> None:
        """Let `keys` ("Ctrl+N", "U", "F8") call `act` while the owner (or its window) has the focus."""
        single = not _modified(_chords(QKeySequence(keys))[0])

        def fire() -> None:
            if guard().may_act(single=single):
                act()

        # Some platforms report ? as Shift+/ turned into ?, others keep the Shift.
        for spelling in (keys, *([f"Shift+{keys}"] if keys == "?" else [])):
            self._add(QKeySequence(spelling), fire, whole_window=whole_window)
        self._bindings.append(Binding(keys, label, self._group))

    def _add(self, sequence: QKeySequence, fire: Callable[[], None], *, whole_window: bool) -> None:
        shortcut = QShortcut(sequence, self._owner)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut if whole_window else inside)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(fire)
        # A form inside a page may use the page's key (Ctrl+Enter): what is nearest to the focus acts.
        shortcut.activatedAmbiguously.connect(lambda: _nearest(sequence, fire)())
        self._acts[sequence.toString()] = fire
        self._shortcuts.append(shortcut)
        guard().claim(sequence)

    def clear(self) -> None:
        """Unbind everything, e.g. before other actions take the keys."""
        for shortcut in self._shortcuts:
            guard().claim(shortcut.key(), -1)
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts.clear()
        self._bindings.clear()
        self._acts.clear()

    def bindings(self) -> list[Binding]:
        """What the shortcut sheet lists."""
        return list(self._bindings)

    def set_enabled(self, on: bool) -> None:
        """Switch all of them, e.g. off while the window is hidden."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(on)


def _nearest(sequence: QKeySequence, otherwise: Callable[[], None]) -> Callable[[], None]:
    """What a key does that several parts of the window have bound: the innermost one around the focus."""
    wanted, widget = sequence.toString(), QApplication.focusWidget()
    while widget is not None:
        for keys in widget.findChildren(Keys, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if wanted in keys._acts:
                return keys._acts[wanted]
        widget = widget.parentWidget()
    return otherwise


def all_bindings(window: QWidget) -> list[Binding]:
    """Every binding that can act in `window` now: its own and those of visible parts."""
    found = [keys for keys in window.findChildren(Keys) if keys.parent() is window or _seen(keys.parent())]
    return [binding for keys in found for binding in keys.bindings()]


def _seen(owner: QObject | None) -> bool:
    return isinstance(owner, QWidget) and owner.isVisible()


def _chords(sequence: QKeySequence) -> list[QKeyCombination]:
    return [sequence[place] for place in range(sequence.count())]  # type: ignore[index]  # left out of the stubs


def _modified(combination: QKeyCombination) -> bool:
    """Whether this is a chord or a function key: something nobody types as text."""
    modifiers = combination.keyboardModifiers()
    chord = modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    return bool(chord) or Qt.Key.Key_F1 <= combination.key() <= Qt.Key.Key_F35


def _own_undo(watched: QObject, combination: QKeyCombination) -> bool:
    """Ctrl+Z belongs to the text field as long as it has something of its own to undo."""
    if combination != QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Z):
        return False
    if isinstance(watched, QLineEdit):
        return watched.isUndoAvailable()
    if isinstance(watched, QPlainTextEdit):
        return watched.document().isUndoAvailable()
    return False
