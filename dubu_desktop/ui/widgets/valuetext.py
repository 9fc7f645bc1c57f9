"""A value with its grey note at the end of the last line, or below it, wrapped anywhere: Chinese has no spaces."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QSizePolicy, QWidget

from dubu_desktop.ui import paint, theme
from dubu_desktop.ui.tokens import Tone

_LINE, _GAP, _WIDTHS = 20, 8, 8


class ValueText(QWidget):
    """Painted characters, never markup. `faint` for a placeholder; `lines` above 0 cuts after so many lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._note, self._faint = "", "", False
        self._tone: Tone | None = None
        self._vague: tuple[tuple[int, int], ...] = ()
        self._laid_out: dict[tuple[float, str], list[QTextLayout]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set(self, text: str, note: str = "", *, tone: Tone | None = None, faint: bool = False) -> None:
        """Show this."""
        if (text, note) != (self._text, self._note):
            self._laid_out.clear()
        self._text, self._note, self._tone, self._faint = text, note, tone, faint
        self.updateGeometry()
        self.update()

    def mark_vague(self, spans: Sequence[tuple[int, int]]) -> None:
        """Underline these parts of the text (from, to)."""
        if tuple(spans) != self._vague:
            self._vague = tuple(spans)
            self.update()

    def text(self) -> str:
        """What is shown, without the note."""
        return self._text

    def shown_texts(self) -> list[str]:
        """What it paints."""
        return [part for part in (self._text, self._note) if part]

    def _lines(self, width: float, note: bool = False) -> list[QTextLayout]:
        """Laid out once per width: layouts ask for the height again and again."""
        font = theme.font(theme.SMALL) if note else theme.font()
        key = (width, font.key())
        if key not in self._laid_out:
            if len(self._laid_out) > _WIDTHS:
                self._laid_out.clear()
            self._laid_out[key] = paint.paragraphs(self._note if note else self._text, font, width, _LINE)
        return self._laid_out[key]

    def _note_fits(self, paragraphs: list[QTextLayout], width: float) -> bool:
        last = paragraphs[-1]
        used = last.lineAt(last.lineCount() - 1).naturalTextWidth() if last.lineCount() else 0
        return bool(used + _GAP + self._note_width() <= width)

    def _note_width(self) -> float:
        return QFontMetricsF(theme.font(theme.SMALL)).horizontalAdvance(self._note)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        paragraphs = self._lines(width)
        below = self._lines(width, note=True) if self._note and not self._note_fits(paragraphs, width) else []
        return paint.paragraphs_height(paragraphs, _LINE) + (paint.paragraphs_height(below, _LINE) if below else 0)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.font())
        widest = max(metrics.horizontalAdvance(line) for line in self._text.split("\n"))
        note = self._note_width() + _GAP if self._note else 0
        return QSize(round(widest + note) + 2, self.heightForWidth(max(self.width(), 40)))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, _LINE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The hint goes by the width: one of the time before the first layout would leave white below for ever."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), theme.tokens()
        ink = tokens.ink3 if self._faint else tokens.ink_of(self._tone) if self._tone else tokens.ink
        painter.setPen(QColor(ink))
        paragraphs = self._lines(self.width())
        paint.draw_paragraphs(painter, paragraphs, QPointF(0, 0), _LINE)
        if self._vague:
            paint.underline_paragraphs(painter, paragraphs, self._vague, _LINE, QColor(tokens.warn))
        y = paint.paragraphs_height(paragraphs, _LINE)
        if not self._note:
            return
        painter.setPen(QColor(tokens.ink3))
        if not self._note_fits(paragraphs, self.width()):
            paint.draw_paragraphs(painter, self._lines(self.width(), note=True), QPointF(0, y), _LINE)
            return
        painter.setFont(theme.font(theme.SMALL))
        last = paragraphs[-1]
        used = last.lineAt(last.lineCount() - 1).naturalTextWidth() + _GAP if last.lineCount() else 0
        room = self.rect().adjusted(round(used), y - _LINE, 0, 0)
        room.setHeight(_LINE)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.drawText(room, flags, self._note)
