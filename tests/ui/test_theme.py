from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from dubu_desktop.system.paths import resources_dir
from dubu_desktop.ui import desktop, icons, theme
from dubu_desktop.ui.tokens import BY_NAME, DARK, LIGHT, SUN, Tokens, Tone


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pairs(tokens: Tokens) -> list[tuple[str, str, str]]:
    """Every text colour on every ground it is painted on."""
    found = [
        (ink, ground, f"{ink} on {ground}")
        for ink in ("ink", "ink2", "ink3")
        for ground in ("bg", "panel", "rail", "sel", "over", "line2")
    ]
    found += [
        ("on_acc", "acc", ""),
        ("on_acc", "acc_over", ""),
        ("on_bad", "bad", ""),
        ("accink", "sel", ""),
        ("acc", "panel", ""),
    ]
    named = [
        (getattr(tokens, ink), getattr(tokens, ground), name or f"{ink} on {ground}") for ink, ground, name in found
    ]
    named += [(tokens.ink_of(tone), tokens.ground_of(tone), f"chip {tone}") for tone in Tone]
    return named + [(tokens.ink_of(tone), tokens.panel, f"{tone} on panel") for tone in Tone]


@pytest.mark.parametrize(("tokens", "least"), [(LIGHT, 4.5), (DARK, 4.5), (SUN, 7.0)], ids=["light", "dark", "sun"])
def test_contrast(tokens, least):
    weak = [
        f"{name} {contrast(ink, ground):.2f}" for ink, ground, name in pairs(tokens) if contrast(ink, ground) < least
    ]
    assert weak == []


def test_the_style_sheet_is_made_of_tokens_only():
    source = (resources_dir() / "qss" / "dubu.qss").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", source) == []
    for tokens in BY_NAME.values():
        sheet = theme.style_sheet(tokens)
        assert "@" not in sheet
        assert tokens.acc in sheet


def test_no_colour_is_written_outside_the_tokens():
    package = Path(theme.__file__).parent
    # the gallery's drawn photos; paper keeps its own colours
    allowed = {"tokens.py", "sample.py", "quick.py", "quickgrid.py", "quicktype.py"}
    # White lies over photographs, whatever the theme.
    hits = [
        f"{path.name}: {hit}"
        for path in package.rglob("*.py")
        if path.name not in allowed
        for hit in re.findall(r'"#[0-9a-fA-F]{6}"', path.read_text(encoding="utf-8"))
        if hit != '"#FFFFFF"' and (path.name, hit) != ("icons.py", '"#000000"')
    ]
    assert hits == []


def test_a_theme_is_applied_at_once(qapp):
    theme.apply(qapp, "dark")
    assert theme.tokens() is DARK
    assert qapp.palette().window().color().name().upper() == DARK.bg
    theme.apply(qapp, "light")
    assert qapp.font().families()[0] == "Microsoft YaHei UI"
    assert qapp.font().pixelSize() == 14


def test_every_icon_draws_in_its_colour(qapp):
    names = [path.stem for path in (resources_dir() / "icons").glob("*.svg")]
    assert len(names) > 25
    for name in names:
        image = QImage(40, 40, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        icons.paint(painter, name, image.rect(), "acc")
        painter.end()
        whole = [image.pixelColor(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() == 255]
        assert whole, name
        wanted = theme.color("acc")
        # Blending rounds; a wrong colour is off by more.
        off = [zip(ink.getRgb(), wanted.getRgb(), strict=True) for ink in whole]
        assert all(abs(got - want) <= 2 for pair in off for got, want in pair), name


def test_icons_are_crisp_at_any_scale(qapp):
    picture = icons.pixmap("home", 16, "ink2", 1.5)
    assert (picture.width(), picture.devicePixelRatio()) == (24, 1.5)
    assert not icons.icon("home").isNull()


def test_qt_speaks_chinese(qapp):
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
    assert [button.text().replace("&", "")[:2] for button in box.buttons()] == ["保存", "取消"]
    assert QLocale().language() == QLocale.Language.Chinese


@pytest.mark.parametrize(
    ("environ", "plugin", "wanted", "platform", "expected"),
    [
        ({"XMODIFIERS": "@im=fcitx"}, "", "", "linux", "ibus"),
        ({"QT_IM_MODULE": "fcitx"}, "", "", "linux", "ibus"),
        ({"QT_IM_MODULES": "wayland;fcitx"}, "", "", "linux", "ibus"),
        ({"XMODIFIERS": "@im=fcitx"}, "libfcitx5platforminputcontextplugin.so", "", "linux", ""),
        ({"XMODIFIERS": "@im=ibus"}, "", "", "linux", ""),
        ({"XMODIFIERS": "@im=fcitx"}, "", "", "win32", ""),
        ({"XMODIFIERS": "@im=fcitx"}, "", "fcitx", "linux", "fcitx"),
    ],
)
def test_input_method(tmp_path, environ, plugin, wanted, platform, expected):
    folder = tmp_path / "platforminputcontexts"
    folder.mkdir()
    if plugin:
        (folder / plugin).touch()
    assert desktop.input_method(environ, tmp_path, wanted, platform) == expected


def test_prepare_sets_what_qt_reads():
    environ = {"XMODIFIERS": "@im=fcitx", "QT_IM_MODULES": "fcitx"}
    desktop.prepare(environ, scale=150)
    assert environ["QT_IM_MODULE"] == "ibus"
    assert "QT_IM_MODULES" not in environ
    assert environ["QT_SCALE_FACTOR"] == "1.5"
    assert QApplication.instance() is not None
