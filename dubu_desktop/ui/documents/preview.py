"""页面: the quick preview at once, the true pages as soon as LibreOffice has laid them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from dubu_desktop.actions import papers
from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.domain.papers.figures import Figure
from dubu_desktop.errors import DubuError
from dubu_desktop.ui.documents.behind import FigureSide
from dubu_desktop.ui.documents.pages import PageView

if TYPE_CHECKING:
    from dubu_desktop.actions.reads.drafts import DraftView
    from dubu_desktop.ui.page import Page

_SIDE, _SIDE_NARROW, _NARROW = 288, 232, 680  # px: the panel of a figure; in a view narrower than the last
_DPI = 110  # sharp at 150 %, and thirty pages are still few megabytes


class Preview(PageView):
    """`show_document` again with the same paper does nothing; a newer answer makes an older one void.

    A figure on a page opens in the panel beside the pages.
    """

    def __init__(self, page: Page) -> None:
        super().__init__(page.desk)
        self._document = ""
        self._shown: object = None
        self._turn = 0
        self.side = FigureSide(page)
        self.beside.addWidget(self.side)
        self.opened.connect(self._open)
        self.side.closed.connect(self._shut)

    def _open(self, figure: Figure) -> None:
        self.side.show_figure(figure, self._document)
        self.arrange()

    def arrange(self) -> None:
        """Beside an open figure the strip of small pages gives way where the view is narrow."""
        super().arrange()
        narrow = self.width() < _NARROW
        self.side.setFixedWidth(_SIDE_NARROW if narrow else _SIDE)
        if narrow and not self.side.isHidden():
            self._strip.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def _shut(self) -> None:
        self.arrange()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self, document: str) -> int:
        """Another paper is on its way; the turn its answers belong to."""
        if document != self._document or not document:
            self.side.hide()
            self.mark_figure(-1)
        self._document = document
        self._turn += 1
        return self._turn

    def show_document(self, view: DraftView) -> None:
        """Show the pages of a document as it stands."""
        self.most = view.kind.pages
        self.warn("；".join(one for one in (view.moved, view.lacking) if one))  # a signed paper stays, its records move
        if self._shown == (view.detail.row.id, view.paper):
            return
        self._shown = (view.detail.row.id, view.paper)
        turn = self._begin(view.detail.row.id)
        if view.refused:  # the sheet says why there is no paper: no true pages to wait for
            self.show_paper(view.paper)
            return
        self.show_paper(view.paper, more="正在排真实页面 …")
        self._desk.read(
            self, papers.printable, view.detail.row.id, then=lambda made: self._render(turn, made), newest="paper"
        )

    def show_made(self, made: papers.Printable) -> None:
        """Show the pages of a paper that is no document."""
        self._shown = None
        turn = self._begin("")
        self.most = made.most
        self.warn("；".join(made.warnings[:3]))
        self.show_paper(made.paper, more="正在排真实页面 …")
        self._render(turn, made)

    def _render(self, turn: int, made: papers.Printable) -> None:
        if turn == self._turn:
            self._desk.compute(
                self, made.laid_out, _DPI, then=lambda pages: self._rendered(turn, made.paper, pages),
                failed=self._refused,
            )  # fmt: skip

    def _rendered(self, turn: int, paper: Paper, pages: papers.LaidOut | None) -> None:
        if turn != self._turn:
            return
        if pages is None:
            self.say("这台电脑上没有排版程序，打印成文件后可用 WPS 看真实页面")
        else:
            self.show_true(pages.pictures, pages.spots, paper)

    def _refused(self, error: DubuError) -> Any:
        self.say(f"{error.code} {error.what}")
