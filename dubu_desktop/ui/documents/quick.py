"""The quick preview: the blocks of a paper laid out on A4 by Qt, at once and on any machine.

It keeps to the measures of GB/T 9704-2012 (156 × 225 mm, 22 lines of 28 characters, documents.md §1) but not to every
rule of line breaking, so it says that it is a preview; the true pages come from LibreOffice or the word processor.
Laid out and drawn on the pool: nothing here touches a widget.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from dubu_desktop.domain.papers.blocks import (
    Align,
    Block,
    Cards,
    Format,
    Grid,
    Heading,
    HeadStyle,
    Paper,
    Paragraph,
    Photos,
    Table,
)
from dubu_desktop.domain.papers.figures import Figure, Spot
from dubu_desktop.domain.papers.wording import title_lines
from dubu_desktop.ui.documents import quickgrid
from dubu_desktop.ui.documents import quicktype as q

Draw = Callable[[QPainter], None]


@dataclass
class _Page:
    draws: list[Draw] = field(default_factory=list)


class QuickPages:
    """All pages of a paper; `render` may be called from any thread, one at a time."""

    note = "速览，版面供参考；行距、字体以打印稿为准"

    def __init__(self, paper: Paper) -> None:
        self._pages = [_Page()]
        self.spots: list[Spot] = []  # where the figures stand
        self._figures = 0  # how many were met
        self._row_height = 0.0  # of the table's row that was laid out last
        self.y = q.TOP
        self._beside = 0.0  # how far down page 1 a column stands at the right of the text
        self._letter = paper.format is Format.LETTER
        self._numbered = paper.format is not Format.FORM
        self._top(paper)
        if paper.byline:
            self._lines([f"（{paper.byline}）"], q.font(q.KAI, q.BODY), q.PITCH, centre=True)
        self.y += q.PITCH if self._numbered else 0
        if paper.addressees:
            self._text(paper.addressees, q.font(q.FANG, q.BODY))
        self._beside = quickgrid.leader_column(self, paper.leader_column) if paper.leader_column else 0.0
        self._blocks(paper.body)
        self._foot(paper)
        for place, attachment in enumerate(paper.attachments, 1):
            self.turn()
            number = str(place) if len(paper.attachments) > 1 else ""
            self._text(f"附件{number}", q.font(q.HEI, q.BODY))
            self.y += q.PITCH
            self._lines(title_lines(attachment.title), q.font(q.SONG, q.TITLE), 33 * q.PT, centre=True)
            self.y += q.PITCH
            self._blocks(attachment.blocks)
        self._colophon(paper)
        self._notice = paper.notice

    def _top(self, paper: Paper) -> None:
        """Head and title, in the order of the paper's format."""
        ink = q.ACCENTS[paper.accent] if paper.accent else q.INK
        title, face = title_lines(paper.title), q.font(q.SONG, q.TITLE)
        if paper.format is Format.DOCUMENT:
            self._head(paper)
        elif self._letter:
            self._letter_head(paper)
        else:
            self._lines(self._classes(paper), q.font(q.HEI, q.BODY), 20 * q.PT)
            self.y += q.PITCH if paper.format is Format.PLAIN else 0.0
        self._lines(title, face, 33 * q.PT, centre=True, ink=ink)
        if paper.format is Format.FORM:
            self._sides("", paper.head.number, q.font(q.FANG, 14 * q.PT))
            self.y += 2 * q.MM

    @property
    def count(self) -> int:
        """How many pages."""
        return len(self._pages)

    def render(self, page: int, width: int) -> QImage:
        """One page, `width` pixels wide."""
        scale = width / q.WIDTH
        image = QImage(width, round(q.HEIGHT * scale), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        painter.setPen(q.INK)
        for draw in self._pages[page].draws:
            draw(painter)
        self._margins(painter, page)
        painter.end()
        return image

    def _margins(self, painter: QPainter, page: int) -> None:
        painter.setPen(q.INK)
        painter.setFont(q.font(q.FANG, 14 * q.PT))
        side = Qt.AlignmentFlag.AlignLeft if page % 2 else Qt.AlignmentFlag.AlignRight
        if self._numbered and not (self._letter and page == 0):
            painter.drawText(QRectF(q.LEFT, q.TOP + q.TALL + 7 * q.MM, q.WIDE, 24), int(side), f"— {page + 1} —")
        if self._notice:
            painter.setFont(q.font(q.HEI, q.CELL))
            painter.drawText(QRectF(q.LEFT, 18 * q.MM, q.WIDE, 24), int(Qt.AlignmentFlag.AlignRight), self._notice)

    # --- flow -------------------------------------------------------------------------------------------------

    def turn(self) -> None:
        """Go on on a new page."""
        self._pages.append(_Page())
        self.y = q.TOP

    def _room(self, height: float) -> None:
        if self.y + height > q.TOP + q.TALL + 1:
            self.turn()

    def left(self) -> float:
        """How much room the page still has."""
        return q.TOP + q.TALL - self.y + 1

    def at_top(self) -> bool:
        """Whether nothing stands on the page yet."""
        return self.y <= q.TOP + 1

    def draw(self, draw: Draw) -> None:
        """Put a stroke on the page that is being laid out."""
        self._pages[-1].draws.append(draw)

    def met(self, count: int) -> int:
        """Take note of so many figures; the place of the first of them in reading order."""
        self._figures += count
        return self._figures - count

    def mark(self, place: int, box: QRectF) -> None:
        """A figure, or what stands of it on this line, lies here on the page that is being laid out."""
        at = (box.left() / q.WIDTH, box.top() / q.HEIGHT, box.width() / q.WIDTH, box.height() / q.HEIGHT)
        self.spots.append(Spot(place, len(self._pages) - 1, *at))

    def _lines(
        self, lines: Sequence[str], font: QFont, pitch: float, *, centre: bool = False, ink: QColor = q.INK,
        indent: float = 0.0,
    ) -> None:  # fmt: skip
        """Lines already broken."""
        for line in lines:
            self._room(pitch)
            box = QRectF(q.LEFT + indent, self.y, q.WIDE - indent, pitch)
            flags = int((Qt.AlignmentFlag.AlignHCenter if centre else Qt.AlignmentFlag.AlignLeft) | q.MIDDLE)
            self.draw(partial(q.put, font=font, ink=ink, box=box, flags=flags, text=line))
            self.y += pitch

    def _text(
        self, text: str, font: QFont, *, indent: bool = False, lead: str = "", lead_font: QFont | None = None,
        figures: Sequence[Figure] = (),
    ) -> None:  # fmt: skip
        """A paragraph, broken to the width of the text area."""
        words, first = lead + text, self.met(len(figures))
        beside = max(0, math.ceil((self._beside - self.y) / q.PITCH)) if self.count == 1 else 0
        taken = (beside, q.LEADER + q.BODY)
        for line, start in q.broken(words, font, q.WIDE, 2 * q.BODY if indent else 0.0, taken):
            self._room(q.PITCH)
            x = q.LEFT + (2 * q.BODY if indent and start == 0 else 0.0)
            front = lead[start : start + len(line)] if lead_font is not None and start < len(lead) else ""
            self._line(x, line, font, front, lead_font)
            fonts = (font, len(front), lead_font or font)
            for place, figure in enumerate(figures, first):
                for left, wide in q.within(line, start, len(lead) + figure.at, len(figure.text), *fonts):
                    self.mark(place, QRectF(x + left, self.y, wide, q.PITCH))
            self.y += q.PITCH

    def _line(self, x: float, line: str, font: QFont, front: str, front_font: QFont | None) -> None:
        flags = int(Qt.AlignmentFlag.AlignLeft | q.MIDDLE)
        if front and front_font is not None:
            wide = QFontMetricsF(front_font).horizontalAdvance(front)
            box = QRectF(x, self.y, wide + 9, q.PITCH)
            self.draw(partial(q.put, font=front_font, ink=q.INK, box=box, flags=flags, text=front))
            line, x = line[len(front) :], x + wide
        box = QRectF(x, self.y, q.WIDE, q.PITCH)
        self.draw(partial(q.put, font=font, ink=q.INK, box=box, flags=flags, text=line))

    # --- parts ------------------------------------------------------------------------------------------------

    def _classes(self, paper: Paper) -> list[str]:
        """份号, 密级, 紧急程度 as far as there are."""
        head = paper.head
        return [text for text in (head.copy_number, head.secrecy, head.urgency) if text]

    def _head(self, paper: Paper) -> None:
        """版头: the mark in red 35 mm below the edge of the text, the number (with 签发人), the red line."""
        head, issue = paper.head, paper.head.style is HeadStyle.ISSUE
        self._lines(self._classes(paper), q.font(q.HEI, q.BODY), q.PITCH)
        self.y = q.TOP + (10 if issue else 35) * q.MM
        marks = [*head.organs[:-1], head.organs[-1] + head.mark] if head.organs else [head.mark]
        size = min(40 * q.PT, q.WIDE / max(max(map(len, marks)), 1) * 0.98)
        self._lines(marks, q.font(q.SONG, size), size * 1.5, centre=True, ink=q.RED)
        self.y += q.PITCH * (0.3 if issue else 2)
        if head.signers:
            self._sides(f"　{head.number}", f"签发人：{'　'.join(head.signers)}　", q.font(q.FANG, q.BODY))
        else:
            self._lines([head.number], q.font(q.FANG, q.BODY), q.PITCH, centre=True)
        if issue:
            self._sides(head.issue_left, head.issue_right, q.font(q.FANG, q.BODY))
        self.y += 4 * q.MM
        self._rule(self.y, q.RED, 1.5 * q.PT)
        self.y += 2 * q.PITCH

    def _letter_head(self, paper: Paper) -> None:
        """信函格式: mark 30 mm from the top, a double line 4 mm below it, another 20 mm from the foot of page 1."""
        self.y = 30 * q.MM
        size = min(40 * q.PT, q.WIDE / max(len(paper.head.mark), 1) * 0.98)
        self._lines([paper.head.mark], q.font(q.SONG, size), size * 1.2, centre=True, ink=q.RED)
        self.y += 4 * q.MM
        for y, thick, thin in ((self.y, 2.2, 4.0), (q.HEIGHT - 20 * q.MM, 0.9, -4.0)):
            self._rule(y, q.RED, thick * q.PT)
            self._rule(y + thin, q.RED, (0.9 if thick > 1 else 2.2) * q.PT)
        self.y += 0.6 * q.PITCH
        classes = self._classes(paper)
        self._sides(classes[0] if classes else "", paper.head.number, q.font(q.FANG, q.BODY))
        self._lines(classes[1:], q.font(q.HEI, q.BODY), q.PITCH)
        self.y += 2 * q.PITCH

    def _sides(self, left: str, right: str, font: QFont) -> None:
        """One line with a text at each end."""
        box = QRectF(q.LEFT, self.y, q.WIDE, q.PITCH)
        self.draw(partial(q.put, font=font, ink=q.INK, box=box, flags=int(q.MIDDLE), text=left))
        flags = int(Qt.AlignmentFlag.AlignRight | q.MIDDLE)
        self.draw(partial(q.put, font=font, ink=q.INK, box=box, flags=flags, text=right))
        self.y += q.PITCH

    def _rule(self, y: float, ink: QColor, thick: float) -> None:
        def draw(painter: QPainter) -> None:
            painter.setPen(QPen(ink, thick))
            painter.drawLine(QPointF(q.LEFT, y), QPointF(q.LEFT + q.WIDE, y))

        self.draw(draw)

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            match block:
                case Heading():
                    head = q.font(q.HEADS.get(block.level, q.FANG), q.BODY)
                    self._text(block.text, head, indent=True, figures=block.figures)
                case Paragraph():
                    lead = q.font(q.HEADS.get(block.lead_level, q.FANG), q.BODY) if block.lead else None
                    self._text(
                        block.text, q.font(q.FANG, q.BODY), indent=block.indent, lead=block.lead, lead_font=lead,
                        figures=block.figures,
                    )  # fmt: skip
                case Table():
                    self.y = max(self.y, self._beside) if self.count == 1 else self.y
                    self._table(block)
                case Photos():
                    self._photos(block)
                case Grid():
                    quickgrid.rows(self, block)
                case Cards():
                    quickgrid.cards(self, block)

    def _photos(self, block: Photos) -> None:
        """Places of the photos: the pictures themselves are decoded for the printed paper alone."""
        wide, tall = (q.WIDE - 4 * q.MM) / 2, 58 * q.MM
        for at in range(0, len(block.photos), 2):
            self._room(tall + q.PITCH)
            for column, photo in enumerate(block.photos[at : at + 2]):
                box = QRectF(q.LEFT + column * (wide + 4 * q.MM), self.y, wide, tall)
                self.draw(partial(q.frame, box=box, words=f"照片\n{photo.caption}"))
            self.y += tall + 4 * q.MM

    def _table(self, table: Table) -> None:
        total = sum(column.width_mm for column in table.columns)
        widths = [column.width_mm / total * q.WIDE for column in table.columns]
        heads = [column.title for column in table.columns]
        self._row(heads, widths, [Align.CENTRE] * len(heads), q.HEI, None)
        first = self.met(len(table.figures))
        for number, row in enumerate(table.rows):
            self._row(row, widths, [column.align for column in table.columns], q.FANG, heads)
            for place, (at, column, _figure) in enumerate(table.figures, first):
                if at == number:  # the whole cell: it holds little else
                    height, left = self._row_height, q.LEFT + sum(widths[:column])
                    self.mark(place, QRectF(left, self.y - height, widths[column], height))

    def _row(
        self, cells: Sequence[str], widths: Sequence[float], aligns: Sequence[Align], family: Sequence[str],
        heads: Sequence[str] | None,
    ) -> None:  # fmt: skip
        font, pitch = q.font(family, q.CELL), 20 * q.PT
        broken = [
            [line for part in cell.split("\n") for line, _ in q.broken(part, font, width - 8, 0.0)] or [""]
            for cell, width in zip(cells, widths, strict=True)
        ]
        height = self._row_height = max(len(lines) for lines in broken) * pitch + 6
        if self.y + height > q.TOP + q.TALL and heads is not None and self.y > q.TOP + 3 * pitch:
            self.turn()
            self._row(heads, widths, [Align.CENTRE] * len(heads), q.HEI, None)
            self._row_height = height
        x, y = q.LEFT, self.y
        for lines, width, align in zip(broken, widths, aligns, strict=True):
            box = QRectF(x, y, width, height)
            self.draw(partial(_cell, box=box, font=font, pitch=pitch, lines=tuple(lines), align=align))
            x += width
        self.y += height

    def _foot(self, paper: Paper) -> None:
        """附件说明, 署名, 成文日期."""
        if paper.attachments:
            self.y += q.PITCH
            many = len(paper.attachments) > 1
            for place, attachment in enumerate(paper.attachments, 1):
                front = "附件：" if place == 1 else "　　　"
                self._text(
                    f"{front}{f'{place}．' if many else ''}{attachment.title}", q.font(q.FANG, q.BODY), indent=True
                )
        if paper.signature is not None and paper.signature.organs and paper.signature.sealed:
            quickgrid.joint(self, paper.signature)
        elif paper.signature is not None:
            self._room(4 * q.PITCH)
            self.y += q.PITCH
            day = QFontMetricsF(q.font(q.FANG, q.BODY)).horizontalAdvance(paper.signature.date_text)
            x = q.LEFT + q.WIDE - (4 if paper.signature.sealed else 2) * q.BODY - day
            for words in (paper.signature.organ, *paper.signature.organs, paper.signature.date_text):
                wide = QFontMetricsF(q.font(q.FANG, q.BODY)).horizontalAdvance(words)
                self._line(x + (day - wide) / 2, words, q.font(q.FANG, q.BODY), "", None)
                self.y += q.PITCH

        if paper.note:
            self._text(f"（{paper.note}）", q.font(q.FANG, q.BODY), indent=True)

    def _colophon(self, paper: Paper) -> None:
        """版记 at the foot of the last page; a letter has its 抄送 alone, without rules."""
        colophon = paper.colophon
        if colophon is None:
            return
        font, pitch = q.font(q.FANG, 14 * q.PT), 24 * q.PT
        lines = [
            line for label, names in colophon.lines for line, _ in q.broken(label + names, font, q.WIDE - 28 * q.PT, 0)
        ]
        pitch = min(pitch, (q.TALL - q.PITCH) / (len(lines) + 1))
        height = (len(lines) + 1) * pitch
        self._room(height + q.PITCH)
        y = self.y = q.TOP + q.TALL - height
        if self._letter:
            self._lines(lines, font, pitch, indent=14 * q.PT)
            return
        self._rule(y, q.INK, 1.2)
        self._lines(lines, font, pitch, indent=14 * q.PT)
        self._rule(self.y, q.INK, 0.8)
        box = QRectF(q.LEFT + 14 * q.PT, self.y, q.WIDE - 28 * q.PT, pitch)
        right = int(Qt.AlignmentFlag.AlignRight | q.MIDDLE)
        self.draw(lambda p: q.put(p, font, q.INK, box, int(q.MIDDLE), colophon.printing_organ))
        self.draw(lambda p: q.put(p, font, q.INK, box, right, colophon.printed_text))
        self._rule(self.y + pitch, q.INK, 1.2)


def _cell(painter: QPainter, box: QRectF, font: QFont, pitch: float, lines: Sequence[str], align: Align) -> None:
    painter.setPen(QPen(q.INK, 0.7))
    painter.drawRect(box)
    painter.setFont(font)
    side = Qt.AlignmentFlag.AlignHCenter if align is Align.CENTRE else Qt.AlignmentFlag.AlignLeft
    top = box.top() + (box.height() - len(lines) * pitch) / 2
    for at, line in enumerate(lines):
        room = QRectF(box.left() + 4, top + at * pitch, box.width() - 8, pitch)
        painter.drawText(room, int(side | q.MIDDLE), line)
