"""The one family of line icons: SVG in resources/icons, drawn in a token's colour, crisp at any scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dubu_desktop.system.paths import resources_dir
from dubu_desktop.ui import theme

_RATIOS = (1.0, 1.5, 2.0, 3.0)  # 100, 150, 200, 300 %


@lru_cache(maxsize=256)
def _renderer(name: str, ink: str) -> QSvgRenderer:
    text = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("#000", ink).encode("utf-8")))


def paint(painter: QPainter, name: str, rect: QRect | QRectF, ink: QColor | str) -> None:
    """Draw the icon `name` into `rect` in colour `ink` (a token name or a colour)."""
    _renderer(name, _hex(ink)).render(painter, QRectF(rect))


def pixmap(name: str, size: int, ink: QColor | str, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of `size` logical pixels for a screen of `ratio`."""
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint(painter, name, QRectF(picture.rect()), ink)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, ink: QColor | str = "ink2", size: int = 16) -> QIcon:
    """The icon for a Qt button or menu; ask again after the theme changes."""
    made = QIcon()
    for ratio in _RATIOS:
        made.addPixmap(pixmap(name, size, ink, ratio))
    return made


def _hex(ink: QColor | str) -> str:
    if isinstance(ink, QColor):
        return ink.name()
    return ink if ink.startswith("#") else theme.color(ink).name()
