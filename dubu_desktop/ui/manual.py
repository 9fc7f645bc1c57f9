"""F1: the manual at this place. docs/使用手册.md is ours; nothing outside docs/ is ever loaded, no link leaves it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QResizeEvent, QTextBlock, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QWidget

from dubu_desktop.system.paths import resources_dir
from dubu_desktop.ui import theme
from dubu_desktop.ui.operation import Desk
from dubu_desktop.ui.widgets.button import Button
from dubu_desktop.ui.widgets.label import PlainLabel
from dubu_desktop.ui.widgets.overlay import Overlay

_PICTURE = "\N{OBJECT REPLACEMENT CHARACTER}"


def manual_path() -> Path:
    """Where the manual lies."""
    return resources_dir().parent / "docs" / "使用手册.md"


class _Pages(QTextBrowser):
    """Read only; pictures from beside the manual, nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder.resolve()
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.anchorClicked.connect(lambda url: self.go(url.fragment()))
        self.setAccessibleName("使用手册")

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """A picture below docs/, scaled to the page by Qt; anything else is empty."""
        name = QUrl(name)
        path = (self._folder / name.path()).resolve()
        is_picture = kind == QTextDocument.ResourceType.ImageResource.value and path.suffix == ".png"
        if is_picture and not name.scheme() and path.is_relative_to(self._folder):
            return super().loadResource(kind, QUrl.fromLocalFile(str(path)))
        return None

    def fit_pictures(self) -> None:
        """As wide as the page and no wider: there is nothing to scroll sideways for."""
        width = self.viewport().width() - 2 * round(self.document().documentMargin())
        cursor = self.document().find(_PICTURE, 0)
        while not cursor.isNull():
            look = cursor.charFormat().toImageFormat()
            if look.isValid() and round(look.width()) != width:
                look.setWidth(width)
                cursor.setCharFormat(look)
            cursor = self.document().find(_PICTURE, cursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.document().isEmpty():
            self.fit_pictures()

    def go(self, anchor: str) -> bool:
        """Scroll to the heading that begins with `anchor`."""
        block = self.document().begin()
        while block.isValid():
            if anchor and block.blockFormat().headingLevel() and _heading(block).startswith(anchor):
                top = self.document().documentLayout().blockBoundingRect(block).top()
                self.verticalScrollBar().setValue(round(top) - 8)
                return True
            block = block.next()
        return False


class Manual(Overlay):
    """The manual over the window; Esc closes it."""

    def __init__(self, window: QWidget, desk: Desk, path: Path | None = None) -> None:
        super().__init__(window, name="使用手册", width=860)
        self._desk, self._path, self._anchor = desk, path or manual_path(), ""
        self.pages = _Pages(self._path.parent)
        self.pages.setMinimumHeight(max(320, window.height() - 140))
        head = QHBoxLayout()
        head.addWidget(PlainLabel("使用手册", "title"), 1)
        head.addWidget(Button("关闭", keys="Esc", small=True, on_click=self.close_overlay))
        self.body.addLayout(head)
        self.body.addWidget(self.pages)

    def show_at(self, anchor: str) -> None:
        """Open at a heading; the text is read when it is first wanted."""
        self._anchor = anchor
        self.open()
        self.pages.setFocus()
        if self.pages.document().isEmpty():
            self._desk.compute(self, _read, self._path, then=self._show)
        else:
            self.pages.go(anchor)

    def _show(self, text: str) -> None:
        self.pages.document().setDefaultFont(theme.font())
        self.pages.document().setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownNoHTML)
        self.pages.fit_pictures()
        self.pages.go(self._anchor)


def _read(path: Path) -> str:
    if path.is_file():
        return path.read_text(encoding="utf-8")
    return "# 使用手册\n\n手册文件不在程序文件夹里，请重新安装程序。"


def _heading(block: QTextBlock) -> str:
    return block.text().strip()
