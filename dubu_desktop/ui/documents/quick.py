"""The quick preview: the blocks of a paper laid out on A4 by Qt, at once and on any machine.

It keeps to the measures of GB/T 9704-2012 (156 × 225 mm, 22 lines of 28 characters, documents.md §1) but not to every
rule of line breaking, so it says that it is a preview; the true pages come from LibreOffice or the word processor.
Laid out and drawn on the pool: nothing here touches a widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTextLayout, QTextOption

from dubu_desktop.domain.papers.blocks import Align, Block, Heading, HeadStyle, Paper, Paragraph, Photos, Table
from dubu_desktop.domain.papers.wording import title_lines

WIDTH, HEIGHT = 794.0, 1123.0  # A4 at 96 dots to the inch
_MM = 96 / 25.4
_LEFT, _TOP, _WIDE, _TALL = 28 * _MM, 37 * _MM, 156 * _MM, 225 * _MM
_PT = 96 / 72
_PITCH = 28.95 * _PT
_BODY, _TITLE, _CELL = 16 * _PT, 22 * _PT, 12 * _PT
_RED, _INK = QColor("#D40000"), QColor("#111111")
_FANG = ("FangSong", "仿宋", "FangSong_GB2312", "朱雀仿宋", "Noto Serif CJK SC", "serif")
_KAI = ("KaiTi", "楷体", "LXGW WenKai", "Noto Serif CJK SC", "serif")
_HEI = ("SimHei", "黑体", "Noto Sans CJK SC", "sans-serif")
_SONG = ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "Noto Serif CJK SC", "serif")
_HEADS = {1: _HEI, 2: _KAI, 3: _FANG, 4: _FANG}
Draw = Callable[[QPainter], None]


@dataclass
class _Page:
    draws: list[Draw] = field(default_factory=list)


class QuickPages:
    """All pages of a paper; `render` may be called from any thread, one at a time."""

    note = "速览，版面供参考；行距、字体以打印稿为准"

    def __init__(self, paper: Paper) -> None:
        self._pages = [_Page()]
        self._y = _TOP
        self._head(paper)
        self._lines(title_lines(paper.title), _font(_SONG, _TITLE), 33 * _PT, centre=True)
        self._y += _PITCH
        if paper.addressees:
            self._text(paper.addressees, _font(_FANG, _BODY))
        self._blocks(paper.body)
        self._foot(paper)
        for place, attachment in enumerate(paper.attachments, 1):
            self._new_page()
            number = str(place) if len(paper.attachments) > 1 else ""
            self._text(f"附件{number}", _font(_HEI, _BODY))
            self._y += _PITCH
            self._lines(title_lines(attachment.title), _font(_SONG, _TITLE), 33 * _PT, centre=True)
            self._y += _PITCH
            self._blocks(attachment.blocks)
        self._colophon(paper)
        self._notice = paper.notice

    @property
    def count(self) -> int:
        """How many pages."""
        return len(self._pages)

    def render(self, page: int, width: int) -> QImage:
        """One page, `width` pixels wide."""
        scale = width / WIDTH
        image = QImage(width, round(HEIGHT * scale), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        painter.setPen(_INK)
        for draw in self._pages[page].draws:
            draw(painter)
        self._margins(painter, page)
        painter.end()
        return image

    def _margins(self, painter: QPainter, page: int) -> None:
        painter.setPen(_INK)
        painter.setFont(_font(_FANG, 14 * _PT))
        side = Qt.AlignmentFlag.AlignLeft if page % 2 else Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(_LEFT, _TOP + _TALL + 7 * _MM, _WIDE, 24), int(side), f"— {page + 1} —")
        if self._notice:
            painter.setFont(_font(_HEI, _CELL))
            painter.drawText(QRectF(_LEFT, 18 * _MM, _WIDE, 24), int(Qt.AlignmentFlag.AlignRight), self._notice)

    # --- flow -------------------------------------------------------------------------------------------------

    def _new_page(self) -> None:
        self._pages.append(_Page())
        self._y = _TOP

    def _room(self, height: float) -> None:
        if self._y + height > _TOP + _TALL + 1:
            self._new_page()

    def _draw(self, draw: Draw) -> None:
        self._pages[-1].draws.append(draw)

    def _lines(
        self, lines: Sequence[str], font: QFont, pitch: float, *, centre: bool = False, ink: QColor = _INK,
        indent: float = 0.0,
    ) -> None:  # fmt: skip
        """Lines already broken."""
        for line in lines:
            self._room(pitch)
            box = QRectF(_LEFT + indent, self._y, _WIDE - indent, pitch)
            flags = int((Qt.AlignmentFlag.AlignHCenter if centre else Qt.AlignmentFlag.AlignLeft) | _MIDDLE)
            self._draw(partial(_put, font=font, ink=ink, box=box, flags=flags, text=line))
            self._y += pitch

    def _text(
        self, text: str, font: QFont, *, indent: bool = False, lead: str = "", lead_font: QFont | None = None
    ) -> None:
        """A paragraph, broken to the width of the text area."""
        words = lead + text
        for line, start in _broken(words, font, _WIDE, 2 * _BODY if indent else 0.0):
            self._room(_PITCH)
            x = _LEFT + (2 * _BODY if indent and start == 0 else 0.0)
            front = lead[start : start + len(line)] if lead_font is not None and start < len(lead) else ""
            self._line(x, line, font, front, lead_font)
            self._y += _PITCH

    def _line(self, x: float, line: str, font: QFont, front: str, front_font: QFont | None) -> None:
        flags = int(Qt.AlignmentFlag.AlignLeft | _MIDDLE)
        if front and front_font is not None:
            wide = QFontMetricsF(front_font).horizontalAdvance(front)
            box = QRectF(x, self._y, wide + 9, _PITCH)
            self._draw(partial(_put, font=front_font, ink=_INK, box=box, flags=flags, text=front))
            line, x = line[len(front) :], x + wide
        box = QRectF(x, self._y, _WIDE, _PITCH)
        self._draw(partial(_put, font=font, ink=_INK, box=box, flags=flags, text=line))

    # --- parts ------------------------------------------------------------------------------------------------

    def _head(self, paper: Paper) -> None:
        """版头: the mark in red 35 mm below the edge of the text, the number, the red line."""
        head, issue = paper.head, paper.head.style is HeadStyle.ISSUE
        self._y = _TOP + (10 if issue else 35) * _MM
        size = min(40 * _PT, _WIDE / max(len(head.mark), 1) * 0.98)
        self._lines([head.mark], _font(_SONG, size), size * 1.5, centre=True, ink=_RED)
        self._y += _PITCH * (0.3 if issue else 2)
        self._lines([head.number], _font(_FANG, _BODY), _PITCH, centre=True)
        if issue:
            y, flags = self._y, int(_MIDDLE)
            left, right = QRectF(_LEFT, y, _WIDE, _PITCH), int(Qt.AlignmentFlag.AlignRight | _MIDDLE)
            self._draw(lambda p: _put(p, _font(_FANG, _BODY), _INK, left, flags, head.issue_left))
            self._draw(lambda p: _put(p, _font(_FANG, _BODY), _INK, left, right, head.issue_right))
            self._y += _PITCH
        self._y += 4 * _MM
        self._rule(self._y, _RED, 1.5 * _PT)
        self._y += 2 * _PITCH

    def _rule(self, y: float, ink: QColor, thick: float) -> None:
        def draw(painter: QPainter) -> None:
            painter.setPen(QPen(ink, thick))
            painter.drawLine(QPointF(_LEFT, y), QPointF(_LEFT + _WIDE, y))

        self._draw(draw)

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            match block:
                case Heading():
                    self._text(block.text, _font(_HEADS.get(block.level, _FANG), _BODY), indent=True)
                case Paragraph():
                    lead = _font(_HEADS.get(block.lead_level, _FANG), _BODY) if block.lead else None
                    self._text(block.text, _font(_FANG, _BODY), indent=block.indent, lead=block.lead, lead_font=lead)
                case Table():
                    self._table(block)
                case Photos():
                    self._photos(block)

    def _photos(self, block: Photos) -> None:
        """Places of the photos: the pictures themselves are decoded for the printed paper alone."""
        wide, tall = (_WIDE - 4 * _MM) / 2, 58 * _MM
        for at in range(0, len(block.photos), 2):
            self._room(tall + _PITCH)
            for column, photo in enumerate(block.photos[at : at + 2]):
                box = QRectF(_LEFT + column * (wide + 4 * _MM), self._y, wide, tall)
                self._draw(partial(_frame, box=box, words=f"照片\n{photo.caption}"))
            self._y += tall + 4 * _MM

    def _table(self, table: Table) -> None:
        total = sum(column.width_mm for column in table.columns)
        widths = [column.width_mm / total * _WIDE for column in table.columns]
        heads = [column.title for column in table.columns]
        self._row(heads, widths, [Align.CENTRE] * len(heads), _HEI, None)
        for row in table.rows:
            self._row(row, widths, [column.align for column in table.columns], _FANG, heads)

    def _row(
        self, cells: Sequence[str], widths: Sequence[float], aligns: Sequence[Align], family: Sequence[str],
        heads: Sequence[str] | None,
    ) -> None:  # fmt: skip
        font, pitch = _font(family, _CELL), 20 * _PT
        broken = [
            [line for part in cell.split("\n") for line, _ in _broken(part, font, width - 8, 0.0)] or [""]
            for cell, width in zip(cells, widths, strict=True)
        ]
        height = max(len(lines) for lines in broken) * pitch + 6
        if self._y + height > _TOP + _TALL and heads is not None and self._y > _TOP + 3 * pitch:
            self._new_page()
            self._row(heads, widths, [Align.CENTRE] * len(heads), _HEI, None)
        x, y = _LEFT, self._y
        for lines, width, align in zip(broken, widths, aligns, strict=True):
            box = QRectF(x, y, width, height)
            self._draw(partial(_cell, box=box, font=font, pitch=pitch, lines=tuple(lines), align=align))
            x += width
        self._y += height

    def _foot(self, paper: Paper) -> None:
        """附件说明, 署名, 成文日期."""
        if paper.attachments:
            self._y += _PITCH
            many = len(paper.attachments) > 1
            for place, attachment in enumerate(paper.attachments, 1):
                front = "附件：" if place == 1 else "　　　"
                self._text(f"{front}{f'{place}．' if many else ''}{attachment.title}", _font(_FANG, _BODY), indent=True)
        if paper.signature is not None:
            self._room(4 * _PITCH)
            self._y += _PITCH
            day = QFontMetricsF(_font(_FANG, _BODY)).horizontalAdvance(paper.signature.date_text)
            x = _LEFT + _WIDE - (4 if paper.signature.sealed else 2) * _BODY - day
            for words in (paper.signature.organ, paper.signature.date_text):
                wide = QFontMetricsF(_font(_FANG, _BODY)).horizontalAdvance(words)
                self._line(x + (day - wide) / 2, words, _font(_FANG, _BODY), "", None)
                self._y += _PITCH

    def _colophon(self, paper: Paper) -> None:
        """版记 at the foot of the last page."""
        colophon = paper.colophon
        if colophon is None:
            return
        font, pitch = _font(_FANG, 14 * _PT), 24 * _PT
        lines = [
            line for label, names in colophon.lines for line, _ in _broken(label + names, font, _WIDE - 28 * _PT, 0)
        ]
        height = (len(lines) + 1) * pitch
        self._room(height + _PITCH)
        y = self._y = _TOP + _TALL - height
        self._rule(y, _INK, 1.2)
        self._lines(lines, font, pitch, indent=14 * _PT)
        self._rule(self._y, _INK, 0.8)
        box = QRectF(_LEFT + 14 * _PT, self._y, _WIDE - 28 * _PT, pitch)
        right = int(Qt.AlignmentFlag.AlignRight | _MIDDLE)
        self._draw(lambda p: _put(p, font, _INK, box, int(_MIDDLE), colophon.printing_organ))
        self._draw(lambda p: _put(p, font, _INK, box, right, colophon.printed_text))
        self._rule(self._y + pitch, _INK, 1.2)


_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def _font(families: Sequence[str], px: float) -> QFont:
    made = QFont(list(families))
    made.setPixelSize(max(1, round(px)))
    return made


def _broken(text: str, font: QFont, width: float, indent: float) -> list[tuple[str, int]]:
    """Lines of a paragraph with the place each begins at; `indent` shortens the first."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[tuple[str, int]] = []
    line = layout.createLine()
    while line.isValid():
        line.setLineWidth(width - (0 if lines else indent))
        start = line.textStart()
        lines.append((text[start : start + line.textLength()], start))
        line = layout.createLine()
    layout.endLayout()
    return lines


def _put(painter: QPainter, font: QFont, ink: QColor, box: QRectF, flags: int, text: str) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(box, flags, text)


def _frame(painter: QPainter, box: QRectF, words: str) -> None:
    painter.fillRect(box, QColor("#EEF0F3"))
    painter.setFont(_font(_FANG, _CELL))
    painter.setPen(QColor("#4A5566"))
    painter.drawText(
        box.adjusted(6, 6, -6, -6), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWrapAnywhere), words
    )


def _cell(painter: QPainter, box: QRectF, font: QFont, pitch: float, lines: Sequence[str], align: Align) -> None:
    painter.setPen(QPen(_INK, 0.7))
    painter.drawRect(box)
    painter.setFont(font)
    side = Qt.AlignmentFlag.AlignHCenter if align is Align.CENTRE else Qt.AlignmentFlag.AlignLeft
    top = box.top() + (box.height() - len(lines) * pitch) / 2
    for at, line in enumerate(lines):
        room = QRectF(box.left() + 4, top + at * pitch, box.width() - 8, pitch)
        painter.drawText(room, int(side | _MIDDLE), line)
