"""The look: tokens -> palette and style sheet, fonts, and which theme is on.

`apply(app, choice)` switches everything at once, at any time. Widgets that paint themselves ask `tokens()` while they
paint and so follow without being told.
"""

from __future__ import annotations

import re
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from dubu_desktop.system.paths import resources_dir
from dubu_desktop.ui import tokens as _tokens
from dubu_desktop.ui.tokens import Tokens

# Windows first, then what Debian, UOS and Kylin carry; Qt would pick DejaVu Sans by itself (stack.md §1, Fonts).
FAMILIES = ("Microsoft YaHei UI", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "sans-serif")
BODY, SMALL, TITLE, HUGE = 14, 12, 17, 30  # px; ui.md "The look"


class Choice(StrEnum):
    """The person's choice of theme."""

    SYSTEM = "system"  # follow the desktop
    LIGHT = "light"
    DARK = "dark"
    SUN = "sun"  # high contrast for use outside

    @property
    def label(self) -> str:
        """What the settings page calls it."""
        return {Choice.SYSTEM: "跟随系统", Choice.LIGHT: "浅色", Choice.DARK: "深色", Choice.SUN: "日光"}[self]


_current: Tokens = _tokens.LIGHT


def tokens() -> Tokens:
    """The tokens in force."""
    return _current


def color(name: str) -> QColor:
    """The colour of a token by its name."""
    return QColor(getattr(_current, name))


def font(px: int = BODY, *, bold: bool = False) -> QFont:
    """A font of the program: pixel size, weight 400 or 600 (the two weights of the look)."""
    made = QFont(list(FAMILIES))
    made.setPixelSize(px)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def resolve(choice: str) -> Tokens:
    """The tokens for a choice; `system` asks the desktop. An unknown word counts as `system`."""
    if choice in _tokens.BY_NAME:
        return _tokens.BY_NAME[choice]
    hints = QGuiApplication.styleHints()
    return _tokens.DARK if hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark else _tokens.LIGHT


def apply(app: QApplication, choice: str = Choice.SYSTEM) -> Tokens:
    """Put a theme in force for the whole program; returns its tokens."""
    global _current  # the style sheet and palette of a QApplication are global as well; one owner, here
    _current = resolve(choice)
    if not app.property("is_fusion"):  # with a style sheet in force the style no longer says its name
        app.setStyle("Fusion")
        app.setProperty("is_fusion", True)
    app.setFont(font())
    app.setPalette(palette(_current))
    app.setStyleSheet(style_sheet(_current))
    return _current


def follow_system(app: QApplication, choice: str) -> None:
    """Re-apply when the desktop turns dark or light, as long as the choice is `system`."""
    if choice == Choice.SYSTEM:
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: apply(app, Choice.SYSTEM))


def style_sheet(of: Tokens) -> str:
    """The one style sheet with every `@token` replaced. KeyError if it names a token that does not exist."""
    text = (resources_dir() / "qss" / "dubu.qss").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    values = {name: str(getattr(of, name)) for name in Tokens.__dataclass_fields__}
    return re.sub(r"@(\w+)", lambda hit: values[hit[1]], text)


def palette(of: Tokens) -> QPalette:
    """The Fusion palette made of tokens, for what the style sheet does not reach."""
    role = QPalette.ColorRole
    made = QPalette()
    for which, value in (
        (role.Window, of.bg), (role.Base, of.panel), (role.AlternateBase, of.bg), (role.Button, of.panel),
        (role.WindowText, of.ink), (role.Text, of.ink), (role.ButtonText, of.ink), (role.BrightText, of.bad),
        (role.Highlight, of.acc), (role.HighlightedText, of.on_acc), (role.ToolTipBase, of.panel),
        (role.ToolTipText, of.ink), (role.PlaceholderText, of.ink3), (role.Link, of.acc),
        (role.Light, of.panel), (role.Midlight, of.line2), (role.Mid, of.line), (role.Dark, of.ink3),
    ):  # fmt: skip
        made.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(of.ink3))
    return made
