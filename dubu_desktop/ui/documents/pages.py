"""The pages of a paper on screen, one below the other; only those in sight are drawn, on the pool."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.ui import theme
from dubu_desktop.ui.documents.quick import QuickPages
from dubu_desktop.ui.documents.quicktype import HEIGHT, WIDTH
from dubu_desktop.ui.kit import PlainLabel
from dubu_desktop.ui.operation import Desk

_GAP, _KEPT, _WIDEST = 16, 8, 900
_STEPS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)  # of the width that fits
_THUMB = 92  # px: the strip of small pages


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
    #: a page was clicked
    pressed = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget, *, kept: int = _KEPT, gap: int = _GAP, least: int = 200) -> None:
        super().__init__(parent)
        self._desk, self._kept, self._gap, self._least = desk, kept, gap, least
        self.zoom = 1.0
        self.marked = -1
        self._pages: Pages | None = None
        self._drawn: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._asked: set[tuple[int, int]] = set()
        self._stale: QImage | None = None  # the first page of the last paper, so that a refresh does not flash

    def show_pages(self, pages: Pages) -> None:
        self._stale = next(iter(self._drawn.values()), None)
        self._pages = pages
        self._drawn.clear()
        self._asked.clear()
        self.fit(self.fitted)

    def fit(self, width: int) -> None:
        """Be as high as all pages at this width."""
        count = self._pages.count if self._pages is not None else 1
        self.setMinimumWidth(self._page_width(width) + 2 * self._gap if self.zoom > 1 else 0)
        self.setFixedHeight(count * (self._height(width) + self._gap) + self._gap)
        self.update()

    def _page_width(self, width: int) -> int:
        return max(self._least, round(min(width - 2 * self._gap, _WIDEST) * self.zoom))

    def _height(self, width: int) -> int:
        return round(self._page_width(width) * HEIGHT / WIDTH)

    def box(self, page: int) -> QRect:
        """Where a page lies."""
        width = self._page_width(self.fitted)
        height = self._height(self.fitted)
        return QRect((self.width() - width) // 2, self._gap + page * (height + self._gap), width, height)

    @property
    def fitted(self) -> int:
        """The width the pages are fitted to: that of the view, not the wider one of enlarged pages."""
        port = self.parentWidget()
        return port.width() if port is not None else self.width()

    def page_at(self, y: int) -> int:
        """The page at a height."""
        count = self._pages.count if self._pages is not None else 1
        return max(0, min(count - 1, (y - self._gap) // (self._height(self.fitted) + self._gap)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit(self.page_at(round(event.position().y())))
        super().mousePressEvent(event)

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
                marked = page == self.marked and self._least < 200  # in the strip alone
                ink = theme.tokens().acc if marked else theme.tokens().line
                painter.setPen(QPen(QColor(ink), 2 if marked else 1))
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
            while len(self._drawn) > self._kept:
                self._drawn.popitem(last=False)
            self.update()


class _Scroll(QScrollArea):
    #: larger (+1), smaller (-1), as it fits (0)
    zoomed = Signal(int)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        canvas = self.widget()
        if isinstance(canvas, _Canvas):
            canvas.fit(self.viewport().width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
        if event.key() in (Qt.Key.Key_Space,):
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + bar.pageStep())
        elif event.key() in steps:
            self.zoomed.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)


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
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        scroll.setWidget(self._canvas)
        scroll.setAccessibleName("页面")
        scroll.zoomed.connect(self.zoom)
        scroll.verticalScrollBar().valueChanged.connect(lambda _at: self._mark())
        self._scroll = scroll
        self.setFocusProxy(scroll)
        self._small = _Canvas(desk, self, kept=200, gap=10, least=48)
        self._small.pressed.connect(self.go_to)
        strip = _Scroll()
        strip.setWidgetResizable(True)
        strip.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        strip.setWidget(self._small)
        strip.setFixedWidth(_THUMB)
        strip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        strip.setAccessibleName("缩略图")
        self._strip = strip
        bar = QFrame()
        bar.setProperty("surface", "head")
        row = QHBoxLayout(bar)
        row.setContentsMargins(24, 6, 24, 6)
        self.note = PlainLabel("", "hint", elide="right")
        row.addWidget(self.note, 1)
        self.scale = PlainLabel("", "hint")
        row.addWidget(self.scale)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        both = QHBoxLayout()
        both.setSpacing(0)
        both.addWidget(strip)
        both.addWidget(scroll, 1)
        column.addLayout(both, 1)

    def zoom(self, step: int) -> None:
        """Larger, smaller, or (0) as wide as fits; + - 0, or Ctrl and the wheel."""
        at = _STEPS.index(self._canvas.zoom)
        self._canvas.zoom = _STEPS[max(0, min(len(_STEPS) - 1, at + step))] if step else 1.0
        page = self._canvas.marked
        self._canvas.fit(self._scroll.viewport().width())
        self._say_scale()
        self.go_to(max(page, 0))

    def go_to(self, page: int) -> None:
        """Bring a page to the top."""
        self._scroll.verticalScrollBar().setValue(self._canvas.box(page).top() - _GAP)
        self._mark()

    def _mark(self) -> None:
        """Mark the page that is looked at in the strip."""
        bar = self._scroll.verticalScrollBar()
        page = self._canvas.page_at(bar.value() + self._scroll.viewport().height() // 3)
        self._canvas.marked = page if self.pages is not None else -1
        self._canvas.update()
        if self._small.marked != page:
            self._small.marked = page
            self._small.update()
            self._strip.ensureVisible(0, self._small.box(page).center().y(), 0, 80)

    def _say_scale(self) -> None:
        words = "合适" if self._canvas.zoom == 1 else f"{round(self._canvas.zoom * 100)}%"
        self.scale.setText(f"{words} · ＋－0 缩放")

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
        self._small.show_pages(pages)
        self._strip.setVisible(pages.count > 1)
        self._say_scale()
        self._mark()
        self.say(self._more)
        self._scroll.verticalScrollBar().setValue(at)
