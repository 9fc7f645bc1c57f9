"""Drawing shared by delegates and widgets: state shapes, chips, elided text. Everything in logical pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTextLayout,
    QTextOption,
)

from dubu_desktop.ui import theme
from dubu_desktop.ui.tokens import Tone

CHIP_HEIGHT = 18
_PAD, _SHAPE, _GAP = 7, 9, 5


@dataclass(frozen=True, slots=True)
class Chip:
    """A word with a tone; states carry ● ▲ ■ as well (never colour alone)."""

    word: str
    tone: Tone = Tone.NEUTRAL

    @property
    def spoken(self) -> str:
        """The chip as text, for screen readers and tests."""
        return f"{self.tone.shape} {self.word}".strip()


def shape(painter: QPainter, tone: Tone, box: QRectF, ink: QColor) -> None:
    """Draw ● ▲ ■ into `box`, as geometry: glyphs differ between fonts in size and baseline."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    if tone is Tone.OK:
        painter.drawEllipse(box.adjusted(0.3, 0.3, -0.3, -0.3))
    elif tone is Tone.WARN:
        peak = QPointF(box.center().x(), box.top())
        painter.drawPolygon(QPolygonF([peak, box.bottomRight(), box.bottomLeft()]))
    elif tone is Tone.BAD:
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def chip_width(chip: Chip, font: QFont | None = None) -> int:
    """The width `paint_chip` needs."""
    text = QFontMetricsF(font or theme.font(theme.SMALL)).horizontalAdvance(chip.word)
    return round(text + 2 * _PAD + (_SHAPE + _GAP if chip.tone.shape else 0) + 0.5)


def paint_chip(painter: QPainter, chip: Chip, rect: QRect) -> None:
    """Draw a chip filling `rect` (height CHIP_HEIGHT, width from `chip_width` or less: then the word is elided)."""
    tokens = theme.tokens()
    ink = QColor(tokens.ink_of(chip.tone))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1) if tokens.name == "sun" else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.ground_of(chip.tone)))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    left = rect.left() + _PAD
    if chip.tone.shape:
        shape(painter, chip.tone, QRectF(left, rect.center().y() - _SHAPE / 2 + 0.5, _SHAPE, _SHAPE), ink)
        left += _SHAPE + _GAP
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(ink)
    room = QRect(left, rect.top(), rect.right() - _PAD - left + 2, rect.height())
    text(painter, room, chip.word)
    painter.restore()


def text(
    painter: QPainter,
    rect: QRect,
    words: str,
    *,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Draw one line, elided to `rect`, with the painter's font and pen. Never interprets markup."""
    line = painter.fontMetrics().elidedText(one_line(words), elide, rect.width())
    flags = Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignVCenter | align
    painter.drawText(rect, int(flags), line)


def paragraphs(words: str, font: QFont, width: float, line: float) -> list[QTextLayout]:
    """Lay text out in lines of `line` px, wrapped as Chinese is (no mark begins a line), anywhere if it must be."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    made = []
    for paragraph in words.split("\n"):
        layout = QTextLayout(paragraph, font)
        layout.setTextOption(option)
        layout.beginLayout()
        y, row = 0.0, layout.createLine()
        while row.isValid():
            row.setLineWidth(max(width, 20))
            row.setPosition(QPointF(0, y + (line - row.height()) / 2))
            y, row = y + line, layout.createLine()
        layout.endLayout()
        made.append(layout)
    return made


def paragraphs_height(made: list[QTextLayout], line: float) -> int:
    """How high they stand."""
    return round(sum(max(layout.lineCount(), 1) for layout in made) * line)


def draw_paragraphs(painter: QPainter, made: list[QTextLayout], at: QPointF, line: float) -> None:
    """Draw them with the painter's pen."""
    y = at.y()
    for layout in made:
        layout.draw(painter, QPointF(at.x(), y))
        y += max(layout.lineCount(), 1) * line


def underline_paragraphs(
    painter: QPainter, made: list[QTextLayout], spans: Sequence[tuple[int, int]], line: float, ink: QColor
) -> None:
    """Wavy lines below these parts (from, to; a line break counts as one character)."""
    y, begin = 0.0, 0
    for layout in made:
        for row in (layout.lineAt(at) for at in range(layout.lineCount())):
            first = begin + row.textStart()
            for start, end in spans:
                left, right = max(start, first) - begin, min(end, first + row.textLength()) - begin
                if left < right:
                    x1, x2 = (row.cursorToX(at)[0] for at in (left, right))  # type: ignore[index]  # (x, position)
                    wave(painter, x1, x2, y + row.y() + row.ascent() + 3, ink)
        y += max(layout.lineCount(), 1) * line
        begin += len(layout.text()) + 1


def wave(painter: QPainter, left: float, right: float, y: float, ink: QColor) -> None:
    """A wavy line: what stands above it is not clear enough."""
    path, x, up = QPainterPath(QPointF(left, y)), left, True
    while x < right:
        x = min(x + 2, right)
        path.lineTo(x, y - 1.5 if up else y)
        up = not up
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 1))
    painter.drawPath(path)
    painter.restore()


def one_line(words: str) -> str:
    """Text for a row: line breaks become spaces."""
    return " ".join(words.split("\n")) if "\n" in words else words


def round_rect(painter: QPainter, rect: QRectF, radius: float, ground: QColor, edge: QColor | None = None) -> None:
    """A filled rounded rectangle with an optional hairline edge, aligned to pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(ground)
    painter.setPen(QPen(edge, 1) if edge is not None else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.restore()


def focus_ring(painter: QPainter, rect: QRectF, radius: float = 6) -> None:
    """The visible focus of anything painted by hand."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("acc"), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()
