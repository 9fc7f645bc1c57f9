"""Forms and photo cards in the quick preview: ruled rows of cells, and cards of which two or four stand on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from dubu_desktop.domain.papers.blocks import Align, Card, Cards, Cell, Grid, Signature
from dubu_desktop.domain.papers.seals import APART_MM, rows_of
from dubu_desktop.ui.documents import quicktype as q

if TYPE_CHECKING:
    from dubu_desktop.ui.documents.quick import QuickPages

_PITCH, _PAD = 20 * q.PT, 4.0
_SHORT, _TALL = 38 * q.MM, 56 * q.MM  # a photo beside another, and alone


@dataclass(frozen=True, slots=True)
class _Laid:
    """A cell whose texts are broken into lines, each with the character of the text it begins at.

    `photos`: how high its photos are together; `first`: place of its first figure in the paper.
    """

    cell: Cell
    width: float
    lines: tuple[tuple[str, int], ...]
    foot: tuple[str, ...]
    photos: float
    first: int

    @property
    def height(self) -> float:
        return self.photos + (len(self.lines) + len(self.foot)) * _PITCH + 2 * _PAD

    @property
    def face(self) -> QFont:
        return q.font(q.HEI if self.cell.label else q.FANG, q.CELL)

    @property
    def middle(self) -> bool:
        return self.cell.label or self.cell.align is Align.CENTRE

    def boxes(self, box: QRectF) -> list[QRectF]:
        """Where each line stands in the cell that fills `box`."""
        inner = box.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        room = inner.adjusted(0, self.photos, 0, -len(self.foot) * _PITCH)
        top = room.top() + max(0.0, (room.height() - len(self.lines) * _PITCH) / 2)
        return [QRectF(inner.left(), top + at * _PITCH, inner.width(), _PITCH) for at in range(len(self.lines))]


def rows(pages: QuickPages, grid: Grid) -> None:
    """Lay out a form; a row higher than a page goes on on the next, line by line."""
    for row in grid.rows:
        todo = [_laid(cell, pages.met(len(cell.figures))) for cell in row.cells]
        least = row.height_mm * q.MM
        while True:
            height = max([least, *(laid.height for laid in todo)])
            if height <= pages.left() or pages.at_top():
                break
            pages.turn()
        if height <= pages.left():
            _row(pages, todo, height)
            continue
        while todo:  # taller than a page: what fits, then the rest
            room = pages.left()
            fits = max(1, int((room - 2 * _PAD) // _PITCH))
            now, todo = _split(todo, fits)
            _row(pages, now, min(room, max(laid.height for laid in now)))
            if todo:
                pages.turn()


def _laid(cell: Cell, first: int) -> _Laid:
    width = cell.width_mm * q.MM
    font = q.font(q.HEI if cell.label else q.FANG, q.CELL)
    lines: list[tuple[str, int]] = []
    begin = 0
    for part in cell.text.split("\n"):
        lines += [(line, begin + start) for line, start in q.broken(part, font, width - 2 * _PAD, 0)]
        begin += len(part) + 1
    tall = (_SHORT if len(cell.photos) > 1 else _TALL) + 2 * _PAD if cell.photos else 0
    return _Laid(cell, width, tuple(lines), tuple(cell.foot.split("\n")) if cell.foot else (), tall, first)


def _split(todo: Sequence[_Laid], fits: int) -> tuple[list[_Laid], list[_Laid]]:
    now = [replace(one, lines=one.lines[:fits], foot=()) for one in todo]
    rest = [replace(one, lines=one.lines[fits:], photos=0) for one in todo]
    return now, rest if any(one.lines for one in rest) else []


def _row(pages: QuickPages, row: Sequence[_Laid], height: float) -> None:
    x = q.LEFT
    for laid in row:
        box = QRectF(x, pages.y, laid.width, height)
        pages.draw(partial(_cell, laid=laid, box=box))
        _mark(pages, laid, box)
        x += laid.width
    pages.y += height


def _mark(pages: QuickPages, laid: _Laid, box: QRectF) -> None:
    """Tell the pages where the figures of a cell stand."""
    if not laid.cell.figures:
        return
    font = laid.face
    for (line, start), room in zip(laid.lines, laid.boxes(box), strict=True):
        spare = (room.width() - QFontMetricsF(font).horizontalAdvance(line)) / 2 if laid.middle else 0.0
        for place, figure in enumerate(laid.cell.figures, laid.first):
            for left, wide in q.within(line, start, figure.at, len(figure.text), font):
                pages.mark(place, QRectF(room.left() + spare + left, room.top(), wide, room.height()))


def _cell(painter: QPainter, laid: _Laid, box: QRectF) -> None:
    cell = laid.cell
    painter.setPen(QPen(q.RED if cell.red else q.INK, 1.2 if cell.red else 0.7))
    if cell.under:  # goes on from the cell above: no line between
        for a, b in ((box.topLeft(), box.bottomLeft()), (box.topRight(), box.bottomRight())):
            painter.drawLine(a, b)
        painter.drawLine(QPointF(box.left(), box.bottom()), QPointF(box.right(), box.bottom()))
    else:
        painter.drawRect(box)
    inner = box.adjusted(_PAD, _PAD, -_PAD, -_PAD)
    for place, photo in enumerate(cell.photos[:2] if laid.photos else ()):
        wide = inner.width() / min(len(cell.photos), 2)
        spot = QRectF(inner.left() + place * wide + 1, inner.top(), wide - 2, laid.photos - 2 * _PAD)
        q.frame(painter, spot, f"照片\n{photo.caption}")
    side = Qt.AlignmentFlag.AlignHCenter if laid.middle else Qt.AlignmentFlag.AlignLeft
    face, ink = laid.face, q.RED if cell.red and cell.label else q.INK
    for (line, _), spot in zip(laid.lines, laid.boxes(box), strict=True):
        q.put(painter, face, ink, spot, int(side | q.MIDDLE), line)
    for at, line in enumerate(laid.foot):
        spot = QRectF(inner.left(), inner.bottom() - (len(laid.foot) - at) * _PITCH, inner.width(), _PITCH)
        q.put(painter, face, q.INK, spot, int(Qt.AlignmentFlag.AlignRight | q.MIDDLE), line)


def joint(pages: QuickPages, signature: Signature) -> None:
    """A sealed joint issue: the organs in rows, the date under the last; all on one page."""
    font = q.font(q.FANG, q.BODY)
    day = QFontMetricsF(font).horizontalAdvance(signature.date_text)
    last = q.WIDE - 4 * q.BODY - day / 2
    rows = rows_of((signature.organ, *signature.organs), last / q.MM)
    heights = [max(len(place.lines) for place in row) * q.PITCH for row in rows]
    heights = [max(height, APART_MM * q.MM) for height in heights[:-1]] + heights[-1:]
    if pages.left() < sum(heights) + 3 * q.PITCH:
        pages.turn()
    pages.y += q.PITCH
    middle = int(Qt.AlignmentFlag.AlignHCenter | q.MIDDLE)
    for row, height in zip(rows, heights, strict=True):
        for place in row:
            face = QFont(font)
            face.setStretch(place.scale)
            top = pages.y + (height - len(place.lines) * q.PITCH if row is rows[-1] else 0)
            for at, line in enumerate(place.lines):
                wide = place.width_mm * q.MM
                box = QRectF(q.LEFT + place.middle_mm * q.MM - wide / 2, top + at * q.PITCH, wide, q.PITCH)
                pages.draw(partial(q.put, font=face, ink=q.INK, box=box, flags=middle, text=line))
        pages.y += height
    box = QRectF(q.LEFT + last - day, pages.y, 2 * day, q.PITCH)
    pages.draw(partial(q.put, font=font, ink=q.INK, box=box, flags=middle, text=signature.date_text))
    pages.y += q.PITCH


def leader_column(pages: QuickPages, label: str) -> float:
    """The column for 批示 at the right of what is left of page 1; returns how far down it reaches."""
    box = QRectF(q.LEFT + q.WIDE - q.LEADER, pages.y, q.LEADER, pages.left() - 1)

    def draw(painter: QPainter) -> None:
        painter.setPen(QPen(q.RED, 1.2))
        painter.drawRect(box)
        spot = QRectF(box.left(), box.top() + _PAD, box.width(), _PITCH)
        q.put(painter, q.font(q.HEI, q.CELL), q.RED, spot, int(Qt.AlignmentFlag.AlignHCenter | q.MIDDLE), label)

    pages.draw(draw)
    return box.bottom()


def cards(pages: QuickPages, block: Cards) -> None:
    """Photo cards, two below each other or four in two columns, never broken over pages."""
    columns = 1 if block.per_page == 2 else 2
    wide = (q.WIDE - (columns - 1) * 4 * q.MM) / columns
    tall = (q.TALL - 24 * q.MM) / 2
    for at in range(0, len(block.cards), columns):
        if pages.left() < tall:
            pages.turn()
        for column, card in enumerate(block.cards[at : at + columns]):
            box = QRectF(q.LEFT + column * (wide + 4 * q.MM), pages.y, wide, tall - 3 * q.MM)
            pages.draw(partial(_card, card=card, box=box))
        pages.y += tall


def _card(painter: QPainter, card: Card, box: QRectF) -> None:
    painter.setPen(QPen(QColor("#777777"), 0.7))
    painter.drawRect(box)
    font = q.font(q.FANG, q.CELL)
    lines: list[str] = []
    for label, text in card.lines:
        lines += [line for line, _ in q.broken(f"{label}：{text}", font, box.width() - 4 * _PAD, 0)]
    below = min(len(lines) * _PITCH, box.height() / 2)
    q.frame(painter, box.adjusted(_PAD, _PAD, -_PAD, -below - 2 * _PAD), f"照片\n{card.photo.caption}")
    for at, line in enumerate(lines):
        spot = QRectF(box.left() + 2 * _PAD, box.bottom() - below - _PAD + at * _PITCH, box.width() - 4 * _PAD, _PITCH)
        q.put(painter, font, q.INK, spot, int(Qt.AlignmentFlag.AlignLeft | q.MIDDLE), line)
