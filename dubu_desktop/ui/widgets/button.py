"""Buttons and the action bar: one primary, the rest quiet, each with its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from dubu_desktop.ui import icons, paint, theme
from dubu_desktop.ui.keys import Keys, guard
from dubu_desktop.ui.widgets.label import PlainLabel, plain_tip

_KEY_PAD = 5


class PressButton(QAbstractButton):
    """A button that Enter presses as Space does: on some desktops Qt leaves Enter to dialogs."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and guard().may_act(single=False):
            self.click()
        else:
            super().keyPressEvent(event)


class Button(PressButton):
    """A button painted from tokens. kind: "quiet" (edge), "primary" (the blue one), "bare" (no edge until hovered)."""

    def __init__(
        self,
        text: str,
        *,
        kind: str = "quiet",
        keys: str = "",
        icon: str = "",
        small: bool = False,
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind, self._icon, self._small = kind, icon, small
        self._keys = keys.replace("Return", "Enter")  # what is printed on the key
        self.setText(text)
        self.setAccessibleName(text)
        if keys:
            self.setAccessibleDescription(f"快捷键 {self._keys}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if on_click is not None:
            self.clicked.connect(lambda: on_click())

    def set_kind(self, kind: str) -> None:
        """Turn it into another kind, e.g. the primary one."""
        self._kind = kind
        self.update()

    def set_text(self, text: str) -> None:
        """Say something else."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def shown_texts(self) -> list[str]:
        """What it paints (for the walk of the tests)."""
        return [text for text in (self.text(), self._keys) if text]

    def sizeHint(self) -> QSize:
        width = 2 * self._pad()
        metrics = QFontMetrics(self._font())
        if self.text():
            width += metrics.horizontalAdvance(self.text())
        if self._icon:
            width += 16 + (6 if self.text() else 0)
        if self._keys:
            width += 7 + self._keys_width()
        return QSize(width + 2, 28 if self._small else 32)

    def _pad(self) -> int:
        if self._icon and not self.text():
            return 6 if self._small else 7
        return 10 if self._small else 12

    def _font(self) -> QFont:
        return theme.font(13 if self._small else theme.BODY, bold=self._kind == "primary" and theme.tokens().dark)

    def _keys_width(self) -> int:
        return QFontMetrics(theme.font(11)).horizontalAdvance(self._keys) + 2 * _KEY_PAD

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground, edge, ink = self._colors()
        if ground is not None or edge is not None:
            paint.round_rect(painter, QRectF(self.rect()), 6, ground or QColor(Qt.GlobalColor.transparent), edge)
        painter.setFont(self._font())
        painter.setPen(ink)
        left = self._pad() + 1
        if self._icon:
            icons.paint(painter, self._icon, QRect(left, (self.height() - 16) // 2, 16, 16), ink)
            left += 16 + 6
        if self.text():
            width = painter.fontMetrics().horizontalAdvance(self.text())
            room = QRect(left, 0, min(width + 1, self.width() - left), self.height())
            paint.text(painter, room, self.text())
            left += width + 7
        if self._keys:
            self._paint_keys(painter, left, ink)
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()).adjusted(-0.5, -0.5, 0.5, 0.5))
            if self._kind == "primary":  # blue on blue would not be seen
                painter.setPen(QColor(theme.tokens().on_acc))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5), 4, 4)

    def _paint_keys(self, painter: QPainter, left: int, ink: QColor) -> None:
        faint = QColor(ink)
        faint.setAlphaF(0.8)
        painter.setFont(theme.font(11))
        painter.setPen(faint)
        box = QRect(left, (self.height() - 17) // 2, self._keys_width(), 17)
        paint.round_rect(painter, QRectF(box), 3, QColor(Qt.GlobalColor.transparent), faint)
        paint.text(painter, box, self._keys, align=Qt.AlignmentFlag.AlignHCenter)

    def _colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        tokens = theme.tokens()
        over = self.underMouse() and self.isEnabled()
        if not self.isEnabled():
            return QColor(tokens.bg), QColor(tokens.line), QColor(tokens.ink3)
        if self._kind == "primary":
            ground = QColor(tokens.acc_over if over or self.isDown() else tokens.acc)
            return ground, None, QColor(tokens.on_acc)
        if self._kind == "bare":
            return (QColor(tokens.line2) if over or self.isDown() else None), None, QColor(tokens.ink2)
        ground = QColor(tokens.line2 if self.isDown() else tokens.over if over else tokens.panel)
        return ground, QColor(tokens.ink3 if over else tokens.line), QColor(tokens.ink)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the person can do here. `keys` acts while the page has the focus; `why` explains a disabled one."""

    label: str
    run: Callable[[], object]
    keys: str = ""
    primary: bool = False
    enabled: bool = True
    why: str = ""


#: from this width on a bar gives its hint room before its last buttons, at most so much
_WIDE_BAR, _HINT = 620, 240


class ActionBar(QFrame):
    """The foot of a detail pane: one primary action, the rest quiet, hints at the right, overflow under 更多."""

    def __init__(self, keys_owner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "foot")
        self._keys = Keys(keys_owner, "当前记录")
        self._actions: list[Action] = []
        self._buttons: list[Button] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 10, 24, 10)
        self._row.setSpacing(8)
        self._more = Button("更多", icon="more", on_click=self._open_more)
        self._hint = PlainLabel("", "hint", elide="right")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._more)
        self._row.addWidget(self._hint, 1)
        self._row.addStretch(0)  # while there is no hint, or the buttons would spread
        self.setFixedHeight(53)

    def set_actions(self, actions: Sequence[Action], hint: str = "") -> None:
        """Show these; the first primary one goes first. Keys of the former ones are given back."""
        self._hint.setText(hint)
        if list(actions) == self._actions:
            self._fit()
            return
        self._actions = sorted(actions, key=lambda action: not action.primary)
        self._keys.clear()
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(at, action) for at, action in enumerate(self._actions)]
        for action in self._actions:
            if action.keys and action.enabled:
                self._keys.bind(action.keys, action.run, action.label)
        self._fit()

    def offered(self) -> list[Action]:
        """What can be done now, primary first (for the command box)."""
        return [action for action in self._actions if action.enabled]

    def buttons(self) -> list[Button]:
        """The buttons as shown, primary first."""
        return list(self._buttons)

    def _button(self, at: int, action: Action) -> Button:
        button = Button(action.label, kind="primary" if action.primary else "quiet", keys=action.keys, parent=self)
        button.clicked.connect(lambda _checked=False: action.run())
        button.setEnabled(action.enabled)
        plain_tip(button, "" if action.enabled else action.why)
        self._row.insertWidget(at, button)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Buttons give way: those that are shown now keep no pane from becoming narrower."""
        return QSize(self._more.sizeHint().width() + 48, self.height())

    def _fit(self) -> None:
        """Hide from the end what does not fit; 更多 holds it. In a wide bar the hint has its room, and the last go."""
        room = self.width() - 48
        whole = self._hint.fontMetrics().horizontalAdvance(self._hint.text()) + 12
        if wide := room >= _WIDE_BAR:
            room -= min(whole, _HINT)
        widths = [button.sizeHint().width() + 8 for button in self._buttons]
        fits = sum(widths) <= room
        if not fits:
            room -= self._more.sizeHint().width() + 8
        used = left = 0
        for button, width in zip(self._buttons, widths, strict=True):
            used += width
            button.setVisible(used <= room)
            left = used if used <= room else left
        self._more.setVisible(not fits)
        self._hint.setVisible(bool(self._hint.text()) and (wide or room - left >= min(whole, _HINT // 2)))

    def _open_more(self) -> None:
        menu = QMenu(self)
        for button, action in zip(self._buttons, self._actions, strict=True):
            if not button.isVisible():
                entry = menu.addAction(action.label.replace("&", "&&"))
                entry.setEnabled(action.enabled)
                entry.triggered.connect(lambda _checked=False, run=action.run: run())
        menu.popup(self._more.mapToGlobal(self._more.rect().topLeft()))
