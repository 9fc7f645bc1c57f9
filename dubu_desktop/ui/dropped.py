"""Files dropped on the window, on whichever page: bundles are previewed, a workbook goes to where it is read in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent

from dubu_desktop.ui.files import for_window
from dubu_desktop.ui.widgets.overlay import COVERED, Overlay

if TYPE_CHECKING:
    from dubu_desktop.ui.window import MainWindow

_BUNDLE = ".dubu"


class Drops(QObject):
    """Takes them for a window; what a page takes by itself never comes here."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # QDragEnterEvent is a QDropEvent as well
        if not isinstance(event, QDropEvent) or event.type() not in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            return False
        files = for_window(event.mimeData())
        if not files or self._window.property(COVERED):
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._take(files)
        return True

    def _take(self, files: list[Path]) -> None:
        for overlay in self._window.findChildren(Overlay):
            overlay.give_way()
        if any(overlay.isVisible() for overlay in self._window.findChildren(Overlay)):
            return  # something long
        bundles = [str(file) for file in files if file.suffix.lower() == _BUNDLE]
        if bundles:
            self._window.go("bundles").preview(bundles)  # type: ignore[union-attr]  # the page of that key
        elif self._window.desk.house.edition != "office":
            self._window.desk.warn("工作簿由领导小组办公室读入，督巡组只收数据包。")
        elif hasattr(self._window.current_page, "open_intake"):
            self._window.current_page.open_intake(files[0])  # type: ignore[union-attr]  # 单位
        else:
            page = self._window.go("settings", "intake")
            page.section("intake").offer(files[0])  # type: ignore[union-attr]  # the page of that key
