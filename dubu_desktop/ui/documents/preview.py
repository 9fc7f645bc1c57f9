"""页面: the quick preview at once, the true pages as soon as LibreOffice has laid them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dubu_desktop.actions import papers
from dubu_desktop.errors import DubuError
from dubu_desktop.ui.documents.pages import PageView
from dubu_desktop.ui.operation import Desk

if TYPE_CHECKING:
    from dubu_desktop.actions.reads.drafts import DraftView

_DPI = 110  # sharp at 150 %, and thirty pages are still few megabytes


class Preview(PageView):
    """`show_document` again with the same paper does nothing; a newer answer makes an older one void."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._shown: object = None
        self._turn = 0

    def show_document(self, view: DraftView) -> None:
        """Show the pages of a document as it stands."""
        if self._shown == (view.detail.row.id, view.paper):
            return
        self._shown = (view.detail.row.id, view.paper)
        self._turn += 1
        turn = self._turn
        self.show_paper(view.paper, more="正在排真实页面 …")
        self._desk.read(
            self, papers.printable, view.detail.row.id, then=lambda made: self._render(turn, made), newest="paper"
        )

    def show_made(self, made: papers.Printable) -> None:
        """Show the pages of a paper that is no document."""
        self._shown = None
        self._turn += 1
        self.show_paper(made.paper, more="正在排真实页面 …")
        self._render(self._turn, made)

    def _render(self, turn: int, made: papers.Printable) -> None:
        if turn == self._turn:
            self._desk.compute(
                self, made.pages, _DPI, then=lambda pages: self._rendered(turn, pages), failed=self._refused
            )

    def _rendered(self, turn: int, pages: list[bytes] | None) -> None:
        if turn != self._turn:
            return
        if pages is None:
            self.say("这台电脑上没有排版程序，打印成文件后可用 WPS 看真实页面")
        else:
            self.show_true(pages)

    def _refused(self, error: DubuError) -> Any:
        self.say(f"{error.code} {error.what}")
