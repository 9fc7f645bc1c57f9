"""数据包: exchange partners, conflicts, ledger | detail; the preview of what came, the count of what leaves."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from dubu_desktop.ui.bundles import entries
from dubu_desktop.ui.bundles.entries import Entry
from dubu_desktop.ui.bundles.incoming import IncomingView
from dubu_desktop.ui.bundles.outgoing import FOLDER, OutgoingView
from dubu_desktop.ui.bundles.panes import EntryPane
from dubu_desktop.ui.bundles.places import waiting
from dubu_desktop.ui.files import BUNDLES, choose_files
from dubu_desktop.ui.kit import Button, Command, EmptyState, Row
from dubu_desktop.ui.page import ListDetailPage
from dubu_desktop.ui.spec import Look

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow


def take_in(window: MainWindow) -> None:
    """Ctrl+I anywhere."""
    page = window.go("bundles")
    if isinstance(page, BundlesPage):
        page.take_in()


def export(window: MainWindow) -> None:
    """Ctrl+E anywhere."""
    page = window.go("bundles")
    if isinstance(page, BundlesPage):
        page.export()


class BundlesPage(ListDetailPage):
    """See the module. Bundles are dropped anywhere on it."""

    title, search_hint, empty_icon = "数据包", "搜索 组、编号、文件名 …", "bundle"
    filters = entries.FILTERS
    empty = entries.EMPTY[entries.PEERS]
    checkable = False

    def __init__(self, window: MainWindow) -> None:
        self.office, self.hub = window.desk.house.edition == "office", window.desk.house.hub
        super().__init__(window)
        self.kinds = frozenset()  # everything may bring a conflict or give something to send
        self.setAcceptDrops(True)
        self.pane.add_button(Button("导出", keys="Ctrl+E", small=True, on_click=self.export))
        self.pane.add_button(Button("收包", kind="primary", keys="Ctrl+I", small=True, on_click=self.take_in))
        self.views = QStackedWidget()
        row = self.layout()
        assert row is not None
        row.removeWidget(self.splitter)
        self.incoming, self.outgoing = IncomingView(self), OutgoingView(self)
        for view in (self.splitter, self.incoming, self.outgoing):
            self.views.addWidget(view)
        row.addWidget(self.views)
        for view in (self.incoming, self.outgoing):
            view.left.connect(self.go_home)
        self.incoming.wants_export.connect(self.export)
        self.incoming.wanted_back.connect(self._show_taken)

    # --- list -------------------------------------------------------------------------------------------------

    @staticmethod
    def list_ids(reader: Any, text: str, filter_key: str) -> array[int]:
        return entries.ids(reader, text, filter_key)

    @staticmethod
    def fetch_rows(reader: Any, ids: Sequence[int]) -> Iterable[Entry]:
        return entries.rows(reader, ids)

    @staticmethod
    def present(record: Entry) -> Row:
        return entries.present(record)

    @staticmethod
    def count_filters(reader: Any) -> dict[str, int]:
        """Figures on the chips."""
        return entries.counts(reader)

    def refresh(self) -> None:
        self.empty = entries.EMPTY[self.pane.filters.current()]
        super().refresh()

    # --- detail -----------------------------------------------------------------------------------------------

    def make_detail(self) -> QWidget:
        self.stack = QStackedWidget()
        self.entry_pane = EntryPane(self)
        self.stack.addWidget(EmptyState("bundle", "没有选中的往来", "按 Ctrl+I 收包，按 Ctrl+E 导出"))
        self.stack.addWidget(self.entry_pane)
        return self.stack

    def show_detail(self, row_id: int | None) -> None:
        if row_id is None:
            self.stack.setCurrentIndex(0)
        else:
            self.desk.read(self, entries.rows, [row_id], then=self._show, newest="detail")

    def _show(self, found: Sequence[Entry]) -> None:
        self.stack.setCurrentIndex(1 if found else 0)
        for entry in found:
            self.entry_pane.show_entry(entry)

    def show_bundle(self, row_id: int) -> None:
        """A bundle of the ledger."""
        self.pane.filters.choose(entries.LEDGER)
        self.show_record(row_id)

    def show_record(self, record: Any) -> None:
        """ "export", "import", a key of the filters, or a row id."""
        if record == "export":
            self.export()
        elif record == "import":
            self.take_in()
        elif isinstance(record, str):
            self.go_home()
            self.look(Look(record if record in entries.EMPTY else entries.PEERS))
        else:
            self.go_home()
            super().show_record(record)

    # --- taking in --------------------------------------------------------------------------------------------

    def take_in(self) -> None:
        """Ctrl+I: the bundles that lie on the stick; a second time, or with none there, files are asked for."""
        if self.views.currentWidget() is self.incoming:
            self.ask_files()
            return
        self.desk.read(self, entries.known_files, then=self._look_around, newest="known")

    def _look_around(self, known: set[tuple[str, int]]) -> None:
        last = str(self.window_.remembered(FOLDER, ""))
        code = self.desk.house.ws.profile.group_code
        marker = "-up-" if self.hub else f"{code}-down-"
        self.desk.compute(self, waiting, last, marker, known, then=self._found_files)

    def _found_files(self, files: list[str]) -> None:
        if files:
            self.preview(files)
        else:
            self.ask_files()

    def ask_files(self) -> None:
        """The system's own dialog."""
        choose_files(self, "选择数据包，可选多个", [BUNDLES], lambda paths: self.preview([str(one) for one in paths]))

    def preview(self, files: Sequence[str]) -> None:
        """收包预览 of these files."""
        if files:
            self.window_.remember(FOLDER, str(Path(files[0]).parent))
            self.views.setCurrentWidget(self.incoming)
            self.incoming.begin(files)

    def _show_taken(self) -> None:
        self.window_.go("bundles")
        self.views.setCurrentWidget(self.incoming)
        self.take_focus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = _dropped(event)
        if files:
            event.acceptProposedAction()
            self.preview(files)

    # --- sending ----------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Ctrl+E: count what leaves."""
        self.views.setCurrentWidget(self.outgoing)
        self.outgoing.begin()

    def taken(self) -> None:
        """Something was taken in."""
        self.refresh()

    def exported(self) -> None:
        """Something was written."""
        self.refresh()

    def go_home(self) -> None:
        """Back to list | detail."""
        if self.views.currentWidget() is not self.splitter:
            self.views.setCurrentWidget(self.splitter)
            self.refresh()
            self.take_focus()

    def step(self, by: int) -> None:
        view = self.views.currentWidget()
        if view is self.splitter:
            super().step(by)
        else:
            view.table.step(by)  # type: ignore[attr-defined]

    def take_focus(self) -> None:
        view = self.views.currentWidget() if hasattr(self, "views") else self.splitter
        target = self.rows if view is self.splitter else view.table  # type: ignore[attr-defined]
        target.setFocus()

    def commands(self) -> list[Command]:
        return [Command("冲突", lambda: self.show_record(entries.CONFLICTS), "数据包", ("ct", "chongtu"))]


def _dropped(event: QDragEnterEvent | QDropEvent) -> list[str]:
    """Bundle files in what is dragged."""
    return [url.toLocalFile() for url in event.mimeData().urls() if url.toLocalFile().endswith(".dubu")]
