"""The pages of a paper on screen, one below the other; only those in sight are drawn, on the pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.domain.papers.figures import Figure, Spot
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.ui.documents.canvas import GAP, Canvas, PageScroll
from dubu_desktop.ui.documents.quick import QuickPages
from dubu_desktop.ui.kit import PlainLabel, Tone
from dubu_desktop.ui.operation import Desk

_STEPS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)  # of the width that fits
_THUMB = 92  # px: the strip of small pages
OPENS = "带点线的数字点开有口径和记录，Tab 逐个、Enter 打开"


class Pages(Protocol):
    """Something that draws pages; `note` says what kind of pages they are."""

    note: str

    @property
    def spots(self) -> Sequence[Spot]:
        """Where the figures stand on them."""

    @property
    def count(self) -> int:
        """How many pages."""

    def render(self, page: int, width: int) -> QImage:
        """One page, `width` pixels wide."""


class TruePages:
    """Pages as LibreOffice laid them out, as PNG."""

    note = "真实页面，与打印稿一致"

    def __init__(self, pictures: Sequence[bytes], spots: Sequence[Spot] = ()) -> None:
        self._pictures, self.spots = pictures, spots

    @property
    def count(self) -> int:
        """How many pages."""
        return len(self._pictures)

    def render(self, page: int, width: int) -> QImage:
        """One page, `width` pixels wide."""
        whole = QImage.fromData(self._pictures[page])
        return whole.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)


class PageView(QWidget):
    """`show_paper` draws the quick preview; `show_true` replaces it by true pages. A line says which it is.

    `opened(figure)`: a figure was clicked, or Enter was pressed on the one marked by Tab.
    """

    opened = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._canvas = Canvas(desk, self)
        self.pages: Pages | None = None
        self.most = 0  # pages the paper should have at most, 0 for any number
        self._lacks = ""
        self._more = ""
        self._paper: Paper | None = None  # whose quick pages are wanted
        self.figures: list[Figure] = []  # of the paper shown, in reading order
        scroll = PageScroll()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        scroll.setWidget(self._canvas)
        scroll.setAccessibleName("页面")
        scroll.zoomed.connect(self.zoom)
        scroll.step = self.step_figure
        scroll.entered.connect(lambda: self.open_figure(self._canvas.figure))
        self._canvas.opened.connect(self.open_figure)
        self._canvas.told = self._tell
        scroll.verticalScrollBar().valueChanged.connect(lambda _at: self._mark())
        self._scroll = scroll
        self.setFocusProxy(scroll)
        self._small = Canvas(desk, self, kept=200, gap=10, least=48)
        self._small.pressed.connect(self.go_to)
        strip = PageScroll()
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
        self.warned = PlainLabel("", "small", wrap=True)
        self.warned.set_tone(Tone.WARN)
        self.warned.setContentsMargins(24, 6, 24, 6)
        self.warned.hide()
        column.addWidget(self.warned)
        self.beside = QHBoxLayout()
        self.beside.setSpacing(0)
        self.beside.addWidget(strip)
        self.beside.addWidget(scroll, 1)
        column.addLayout(self.beside, 1)

    def arrange(self) -> None:
        """Show the strip of small pages where there are several and room for it."""
        self._strip.setVisible(self.pages is not None and self.pages.count > 1)

    def zoom(self, step: int) -> None:
        """Larger, smaller, or (0) as wide as fits; + - 0, or Ctrl and the wheel."""
        at = _STEPS.index(self._canvas.zoom)
        self._canvas.zoom = _STEPS[max(0, min(len(_STEPS) - 1, at + step))] if step else 1.0
        page = self._canvas.marked
        self._canvas.fit(self._scroll.viewport().width())
        self._say_scale()
        self.go_to(max(page, 0))

    # --- figures ----------------------------------------------------------------------------------------------

    def step_figure(self, step: int) -> bool:
        """Mark the next figure (+1) or the one before (-1) and bring it into sight; False where there is none."""
        places = sorted({spot.place for spot in self.pages.spots}) if self.pages is not None else []
        now = self._canvas.figure
        ahead = [place for place in places if (place > now if step > 0 else place < now)]
        if now < 0 and step < 0:
            ahead = []
        self.mark_figure((ahead[0] if step > 0 else ahead[-1]) if ahead else -1)
        return bool(ahead)

    def mark_figure(self, place: int) -> None:
        """Mark a figure (-1: none) and bring it into sight."""
        self._canvas.figure = place
        self._canvas.update()
        self._scroll.see(self._canvas.boxes(place))
        self._scroll.setAccessibleDescription(self._tell(place))

    def open_figure(self, place: int) -> None:
        """Open a figure; nothing where there is none."""
        if 0 <= place < len(self.figures):
            self.mark_figure(place)
            self.opened.emit(self.figures[place])

    def _tell(self, place: int) -> str:
        if not 0 <= place < len(self.figures):
            return ""
        one = self.figures[place]
        return f"{one.text}：{one.basis}；点开看{len(one.rows)}条记录"

    # --- pages ------------------------------------------------------------------------------------------------

    def go_to(self, page: int) -> None:
        """Bring a page to the top."""
        self._scroll.verticalScrollBar().setValue(self._canvas.box(page).top() - GAP)
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

    def show_true(self, pictures: Sequence[bytes], spots: Sequence[Spot], paper: Paper) -> None:
        """Show the pages LibreOffice made of `paper` in place of the quick ones, which may still be on their way."""
        self._more, self._paper = "", None
        self._show(TruePages(pictures, spots), paper)

    def warn(self, words: str) -> None:
        """Say above the pages what they lack; nothing for nothing. Too many pages are told of besides."""
        self._lacks = words
        count = self.pages.count if self.pages is not None else 0
        long = f"应当不超过{self.most}页，现有{count}页，请精简文字或少选照片" if 0 < self.most < count else ""
        said = "；".join(one for one in (words, long) if one)
        self.warned.setText(f"{Tone.WARN.shape} {said}" if said else "")
        self.warned.setVisible(bool(said))

    def say(self, words: str) -> None:
        """Say what became of the true pages."""
        self._more = words
        if self.pages is not None:
            opens = f" · {OPENS}" if self.pages.spots else ""
            self.note.setText(f"共{self.pages.count}页 · {self.pages.note}{'；' if words else ''}{words}{opens}")

    def _laid_out(self, paper: Paper, pages: QuickPages) -> None:
        if paper is self._paper:
            self._show(pages, paper)

    def _show(self, pages: Pages, paper: Paper) -> None:
        at = self._scroll.verticalScrollBar().value()
        self.pages, self.figures = pages, [found for _, found in figures_of(paper)]
        self._canvas.show_pages(pages)
        self._small.show_pages(pages)
        self.arrange()
        self._say_scale()
        self._mark()
        self.warn(self._lacks)
        self.say(self._more)
        self._scroll.verticalScrollBar().setValue(at)
