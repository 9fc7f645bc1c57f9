"""Measures, typefaces and single strokes of the quick preview. Nothing here touches a widget."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from dubu_desktop.domain.papers.blocks import Accent

WIDTH, HEIGHT = 794.0, 1123.0  # A4 at 96 dots to the inch
MM = 96 / 25.4
LEFT, TOP, WIDE, TALL = 28 * MM, 37 * MM, 156 * MM, 225 * MM
PT = 96 / 72
PITCH = 28.95 * PT
LEADER = 50 * MM  # the column for 批示
BODY, TITLE, CELL = 16 * PT, 22 * PT, 12 * PT
RED, INK = QColor("#D40000"), QColor("#111111")
FANG = ("FangSong", "仿宋", "FangSong_GB2312", "朱雀仿宋", "Noto Serif CJK SC", "serif")
KAI = ("KaiTi", "楷体", "LXGW WenKai", "Noto Serif CJK SC", "serif")
HEI = ("SimHei", "黑体", "Noto Sans CJK SC", "sans-serif")
SONG = ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "Noto Serif CJK SC", "serif")
ACCENTS = {Accent.BLUE: QColor("#1F4E9E"), Accent.AMBER: QColor("#C07800"), Accent.RED: RED}
HEADS = {1: HEI, 2: KAI, 3: FANG, 4: FANG}

MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def font(families: Sequence[str], px: float) -> QFont:
    """A face by its families, the first that is here."""
    made = QFont(list(families))
    made.setPixelSize(max(1, round(px)))
    return made


def broken(
    text: str, font: QFont, width: float, indent: float, beside: tuple[int, float] = (0, 0.0)
) -> list[tuple[str, int]]:
    """Lines of a paragraph with the place each begins at; `indent` shortens the first.

    `beside`: so many lines stand beside something that takes so much of the width.
    """
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[tuple[str, int]] = []
    line = layout.createLine()
    while line.isValid():
        taken = beside[1] if len(lines) < beside[0] else 0.0
        line.setLineWidth(width - taken - (0 if lines else indent))
        start = line.textStart()
        lines.append((text[start : start + line.textLength()], start))
        line = layout.createLine()
    layout.endLayout()
    return lines


def within(
    line: str, start: int, at: int, length: int, font: QFont, front: int = 0, front_font: QFont | None = None
) -> list[tuple[float, float]]:
    """Where the characters from `at` of a text stand on a line of it: [(left, width)], [] if they stand on another.

    `line` begins at character `start`; its first `front` characters are set in `front_font`.
    """
    first, last = max(at, start) - start, min(at + length, start + len(line)) - start
    if first >= last:
        return []

    def wide(count: int) -> float:
        head = QFontMetricsF(front_font or font).horizontalAdvance(line[: min(count, front)])
        return head + QFontMetricsF(font).horizontalAdvance(line[front : max(count, front)])

    return [(wide(first), wide(last) - wide(first))]


def put(painter: QPainter, font: QFont, ink: QColor, box: QRectF, flags: int, text: str) -> None:
    """Text in a box."""
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, flags, text)


def frame(painter: QPainter, box: QRectF, words: str) -> None:
    """The place of a photo: the pictures themselves are decoded for the printed paper alone."""
    painter.fillRect(box, QColor("#EEF0F3"))
    painter.setFont(font(FANG, CELL))
    painter.setPen(QColor("#4A5566"))
    painter.drawText(
        box.adjusted(6, 6, -6, -6), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWrapAnywhere), words
    )
