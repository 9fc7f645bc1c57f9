"""The canvas the pages of a paper are drawn on, and the scroll area around it: what is in sight, figures, zoom."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
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
from PySide6.QtWidgets import QScrollArea, QWidget

from dubu_desktop.domain.papers.figures import Spot
from dubu_desktop.ui import theme
from dubu_desktop.ui.documents.quicktype import HEIGHT, WIDTH
from dubu_desktop.ui.kit import plain_tip
from dubu_desktop.ui.operation import Desk

if TYPE_CHECKING:
    from dubu_desktop.ui.documents.pages import Pages

GAP, _KEPT, _WIDEST = 16, 8, 900
_SMALL = 200  # px: narrower pages are those of the strip
_NEAR = 4  # px around a figure that still belong to it


class Canvas(QWidget):
    """The pages, and on them the figures that open: dotted below, filled under the mouse, framed when marked."""

    #: a page was clicked
    pressed = Signal(int)
    #: a figure was clicked: its place in reading order
    opened = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget, *, kept: int = _KEPT, gap: int = GAP, least: int = _SMALL) -> None:
        super().__init__(parent)
        self._desk, self._kept, self._gap, self._least = desk, kept, gap, least
        self.zoom = 1.0
        self.marked = -1
        self.figure = self._hover = -1  # the figure that is marked; that is under the mouse
        #: what is behind a figure, in words
        self.told: Callable[[int], str] = lambda _place: ""
        self.setMouseTracking(not self.small)
        self._pages: Pages | None = None
        self._drawn: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._asked: set[tuple[int, int]] = set()
        self._stale: QImage | None = None  # the first page of the last paper, so that a refresh does not flash

    @property
    def small(self) -> bool:
        """Whether this is the strip of small pages."""
        return self._least < _SMALL

    def show_pages(self, pages: Pages) -> None:
        """Show these pages in place of what was shown; the figure that is marked stays so."""
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

    # --- figures ----------------------------------------------------------------------------------------------

    def boxes(self, place: int) -> list[QRect]:
        """Where a figure lies; one box for each line it stands on."""
        return [self._box(spot) for spot in self._spots() if spot.place == place]

    def _spots(self) -> Sequence[Spot]:
        return self._pages.spots if self._pages is not None and not self.small else ()

    def _box(self, spot: Spot) -> QRect:
        page = self.box(spot.page)
        left, top = page.left() + spot.left * page.width(), page.top() + spot.top * page.height()
        return QRectF(left, top, spot.width * page.width(), spot.height * page.height()).toAlignedRect()

    def figure_at(self, point: QPoint) -> int:
        """The figure at a point, with some room around it; -1 for none."""
        near = QRect(point, point).adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR)
        return next((spot.place for spot in self._spots() if self._box(spot).intersects(near)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.figure_at(event.position().toPoint())
        if over != self._hover:
            self._hover = over
            self.setCursor(Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.ArrowCursor)
            plain_tip(self, self.told(over))
            self.update()
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        figure = self.figure_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and figure >= 0:
            self.opened.emit(figure)
        else:
            self.pressed.emit(self.page_at(round(event.position().y())))
        super().mousePressEvent(event)

    def _paint_figures(self, painter: QPainter, page: int) -> None:
        ink = QColor(theme.tokens().acc)
        fill = QColor(ink)
        fill.setAlpha(48)
        for spot in self._spots():
            if spot.page != page:
                continue
            box = self._box(spot)
            if spot.place == self.figure:  # around it: a digit is narrow, and wants to be read
                painter.setPen(QPen(ink, 2))
                painter.drawRect(box.adjusted(-3, -2, 2, 2))
            elif spot.place == self._hover:
                painter.fillRect(box, fill)
            painter.setPen(QPen(ink, 1, Qt.PenStyle.DotLine))
            painter.drawLine(box.bottomLeft(), box.bottomRight())

    # --- drawing ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        count = self._pages.count if self._pages is not None else 1
        for page in range(count):
            box = self.box(page)
            if box.intersects(event.rect()):
                marked = page == self.marked and self.small  # in the strip alone
                edge = 2 if marked else 1
                ink = theme.tokens().acc if marked else theme.tokens().line
                painter.fillRect(box.adjusted(-edge, -edge, edge, edge), QColor(ink))
                painter.fillRect(box, Qt.GlobalColor.white)
                image = self._image(page, round(box.width() * self.devicePixelRatioF()))
                if image is not None:
                    painter.drawImage(box, image)
                self._paint_figures(painter, page)

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


class PageScroll(QScrollArea):
    """Holds a canvas. Tab goes from figure to figure, and on to the next widget after the last."""

    #: larger (+1), smaller (-1), as it fits (0)
    zoomed = Signal(int)
    #: Enter
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        #: to the next figure (+1) or the one before (-1): whether there was one
        self.step: Callable[[int], bool] = lambda _step: False

    def focusNextPrevChild(self, next: bool) -> bool:
        return self.step(1 if next else -1) or super().focusNextPrevChild(next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        canvas = self.widget()
        if isinstance(canvas, Canvas):
            self._keep(canvas)

    def _keep(self, canvas: Canvas) -> None:
        """Fit the pages to another width; what was looked at, or the figure that is marked, stays in sight."""
        bar = self.verticalScrollBar()
        seen = bar.value() / max(1, canvas.height())
        canvas.fit(self.viewport().width())
        if canvas.height() != canvas.minimumHeight():
            canvas.resize(canvas.width(), canvas.minimumHeight())
        bar.setRange(0, max(0, canvas.height() - self.viewport().height()))
        bar.setValue(round(seen * canvas.height()))
        self.see(canvas.boxes(canvas.figure))

    def see(self, boxes: Sequence[QRect]) -> None:
        """Bring the first of the boxes into sight."""
        if boxes:
            at = boxes[0].center()
            self.ensureVisible(at.x(), at.y(), 80, 120)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
        if event.key() in (Qt.Key.Key_Space,):
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + bar.pageStep())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
        elif event.key() in steps:
            self.zoomed.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)
