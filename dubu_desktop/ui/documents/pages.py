"""The pages of a paper on screen, one below the other; only those in sight are drawn, on the pool."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.ui import theme
from dubu_desktop.ui.documents.quick import QuickPages
from dubu_desktop.ui.documents.quicktype import HEIGHT, WIDTH
from dubu_desktop.ui.kit import PlainLabel
from dubu_desktop.ui.operation import Desk

_GAP, _KEPT, _WIDEST = 16, 8, 900


class Pages(Protocol):
    """Something that draws pages; `note` says what kind of pages they are."""

    note: str

    @property
    def count(self) -> int:
        """How many pages."""

    def render(self, page: int, width: int) -> QImage:
        """One page, `width` pixels wide."""


class TruePages:
    """Pages as LibreOffice laid them out, as PNG."""

    note = "真实页面，与打印稿一致"

    def __init__(self, pictures: list[bytes]) -> None:
        self._pictures = pictures

    @property
    def count(self) -> int:
        """How many pages."""
        return len(self._pictures)

    def render(self, page: int, width: int) -> QImage:
        """One page, `width` pixels wide."""
        whole = QImage.fromData(self._pictures[page])
        return whole.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)


class _Canvas(QWidget):
    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._pages: Pages | None = None
        self._drawn: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._asked: set[tuple[int, int]] = set()
        self._stale: QImage | None = None  # the first page of the last paper, so that a refresh does not flash

    def show_pages(self, pages: Pages) -> None:
        self._stale = next(iter(self._drawn.values()), None)
        self._pages = pages
        self._drawn.clear()
        self._asked.clear()
        self.fit(self.width())

    def fit(self, width: int) -> None:
        """Be as high as all pages at this width."""
        count = self._pages.count if self._pages is not None else 1
        self.setFixedHeight(count * (self._height(width) + _GAP) + _GAP)
        self.update()

    def _page_width(self, width: int) -> int:
        return max(200, min(width - 2 * _GAP, _WIDEST))

    def _height(self, width: int) -> int:
        return round(self._page_width(width) * HEIGHT / WIDTH)

    def box(self, page: int) -> QRect:
        """Where a page lies."""
        width = self._page_width(self.width())
        height = self._height(self.width())
        return QRect((self.width() - width) // 2, _GAP + page * (height + _GAP), width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        count = self._pages.count if self._pages is not None else 1
        for page in range(count):
            box = self.box(page)
            if box.intersects(event.rect()):
                painter.fillRect(box, Qt.GlobalColor.white)
                image = self._image(page, round(box.width() * self.devicePixelRatioF()))
                if image is not None:
                    painter.drawImage(box, image)
                painter.setPen(QColor(theme.tokens().line))
                painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _image(self, page: int, width: int) -> QImage | None:
        key = (page, width)
        if key in self._drawn:
            self._drawn.move_to_end(key)
            return self._drawn[key]
        if self._pages is not None and key not in self._asked:
            self._asked.add(key)
            pages = self._pages
            self._desk.compute(self, pages.render, page, width, then=lambda image: self._arrived(pages, key, image))
        return self._stale if page == 0 else None

    def _arrived(self, pages: Pages, key: tuple[int, int], image: QImage) -> None:
        if pages is self._pages:
            self._asked.discard(key)
            self._drawn[key] = image
            while len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
            self.update()


class _Scroll(QScrollArea):
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        canvas = self.widget()
        if isinstance(canvas, _Canvas):
            canvas.fit(self.viewport().width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space,):
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + bar.pageStep())
        else:
            super().keyPressEvent(event)


class PageView(QWidget):
    """`show_paper` draws the quick preview; `show_true` replaces it by true pages. A line says which it is."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._canvas = _Canvas(desk, self)
        self.pages: Pages | None = None
        self._more = ""
        self._paper: Paper | None = None  # whose quick pages are wanted
        scroll = _Scroll()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._canvas)
        scroll.setAccessibleName("页面")
        self._scroll = scroll
        self.setFocusProxy(scroll)
        bar = QFrame()
        bar.setProperty("surface", "head")
        row = QHBoxLayout(bar)
        row.setContentsMargins(24, 6, 24, 6)
        self.note = PlainLabel("", "hint", elide="right")
        row.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(scroll, 1)

    def show_paper(self, paper: Paper, *, more: str = "") -> None:
        """Lay the blocks out (on the pool) and show them; `more` says what else is on its way."""
        self._more, self._paper = more, paper
        self._desk.compute(self, QuickPages, paper, then=lambda pages: self._laid_out(paper, pages))

    def show_true(self, pictures: list[bytes]) -> None:
        """Show the pages LibreOffice made, in place of the quick ones, which may still be on their way."""
        self._more, self._paper = "", None
        self._show(TruePages(pictures))

    def say(self, words: str) -> None:
        """Say what became of the true pages."""
        self._more = words
        if self.pages is not None:
            self.note.setText(f"共{self.pages.count}页 · {self.pages.note}{'；' if words else ''}{words}")

    def _laid_out(self, paper: Paper, pages: QuickPages) -> None:
        if paper is self._paper:
            self._show(pages)

    def _show(self, pages: Pages) -> None:
        at = self._scroll.verticalScrollBar().value()
        self.pages = pages
        self._canvas.show_pages(pages)
        self.say(self._more)
        self._scroll.verticalScrollBar().setValue(at)
