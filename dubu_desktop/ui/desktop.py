"""What differs between desktops, settled once: input method, translation of Qt's own words, scale."""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

SCALES = (100, 125, 150, 175, 200)  # per cent, offered in 设置


def input_method(environ: Mapping[str, str], plugins: Path, wanted: str = "", platform: str = sys.platform) -> str:
    """The value QT_IM_MODULE must have before QApplication is made, '' to leave it alone.

    The wheels carry the ibus plug-in and not fcitx's, so on a fcitx desktop no Chinese could be typed; fcitx5 answers
    the ibus protocol (stack.md §1). `wanted` is the person's own setting or --im and goes before everything.
    """
    if wanted:
        return wanted
    if platform != "linux":
        return ""
    asked = " ".join(environ.get(name, "") for name in ("QT_IM_MODULE", "QT_IM_MODULES", "XMODIFIERS"))
    if "fcitx" not in asked:
        return ""
    has_plugin = any(plugins.glob("platforminputcontexts/*fcitx*"))
    return "" if has_plugin else "ibus"


def prepare(environ: MutableMapping[str, str], *, im: str = "", scale: int = 100) -> None:
    """Set what Qt reads from the environment; call before QApplication is made."""
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    module = input_method(environ, plugins, im)
    if module:
        environ["QT_IM_MODULE"] = module
        environ.pop("QT_IM_MODULES", None)
    if scale != 100 and "QT_SCALE_FACTOR" not in environ:
        environ["QT_SCALE_FACTOR"] = f"{scale / 100:g}"


def speak_chinese(app: QApplication) -> QTranslator:
    """Load Qt's own Chinese words (保存, 取消, 日历 …); the translator lives as long as `app`."""
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        app.installTranslator(translator)
    return translator
