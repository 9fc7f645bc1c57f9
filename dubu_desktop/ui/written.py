"""Files a person asks for: where to is asked once, the folder is remembered, and what was written can be opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

from dubu_desktop.domain.text import file_name
from dubu_desktop.system.wordprocessors import WordProcessor, open_with, word_processor
from dubu_desktop.ui import files

if TYPE_CHECKING:
    from dubu_desktop.ui.page import Page

_FOLDER = "papers.folder"


def ask_and_write(
    page: Page, title: str, name: str, kind: files.Filter, verb: str, label: str, /, **params: Any
) -> None:
    """Ask where to with `title`, `name` proposed without its suffix, then `write`."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    folder = Path(page.window_.remembered(_FOLDER, documents))
    if not folder.is_dir():  # no such folder on this machine, or a stick that is gone: writing there would only fail
        folder = Path.home()
    proposed = str(folder / f"{file_name(name)}.{kind[1][0]}")
    files.choose_target(page, title, proposed, kind, lambda path: write(page, path, verb, label, **params))


def write(page: Page, path: Path, verb: str, label: str, /, **params: Any) -> None:
    """Carry out `verb`, which writes the file `out`; `label` is shown meanwhile, then the file is offered."""
    page.window_.remember(_FOLDER, str(path.parent))

    def done(outcome: Any) -> None:
        made, warned = str(outcome.extra["file"]), "".join(f"{one}。" for one in outcome.warnings)
        if Path(made).suffix != ".docx":
            page.desk.tell(f"已写到 {made}。{warned}", act="打开", on_act=lambda: open_file(made))
            return

        def offer(program: WordProcessor | None) -> None:
            act = f"用 {program.label} 打开" if program else "打开"
            page.desk.tell(f"已写到 {made}。{warned}", act=act, on_act=lambda: open_paper(page, program, made))

        page.desk.compute(page, word_processor, then=offer)

    page.desk.long(page, verb, label=label, out=str(path), then=done, **params)


def open_paper(page: Page, program: WordProcessor | None, path: str) -> None:
    """Open a paper in the word processor that is here; what the system has for it where that does not start."""
    if program is None:
        open_file(path)
        return
    page.desk.compute(page, open_with, program, Path(path), then=lambda started: None if started else open_file(path))


def open_file(path: str) -> None:
    """Open in the program this machine has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(path))
