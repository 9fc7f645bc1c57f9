"""Choosing files and folders with the system's own dialog, in Chinese where Qt has to draw it itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QHeaderView, QTreeView, QWidget

PHOTOS = ("照片", ("jpg", "jpeg", "png", "heic", "heif", "webp"))
BUNDLES = ("数据包", ("dubu",))
STARTERS = ("开通文件", ("dubu-starter",))
WORKBOOKS = ("工作簿", ("xlsx",))
Filter = tuple[str, Sequence[str]]
_TYPE = 2  # the column of Qt's own dialog that it fills with English words

#: where somebody chose last in this run; not kept, so that no list of folders is left behind
_chosen_in: list[Path] = []


def choose_files(parent: QWidget, title: str, filters: Sequence[Filter], then: Callable[[list[Path]], object]) -> None:
    """Ask for existing files; `then(paths)` if any were chosen."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters([_named(one) for one in filters] + ["所有文件 (*)"])
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    _open(dialog)


def choose_file(parent: QWidget, title: str, filters: Sequence[Filter], then: Callable[[Path], object]) -> None:
    """Ask for one existing file."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([_named(one) for one in filters] + ["所有文件 (*)"])
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    _open(dialog)


def choose_folder(parent: QWidget, title: str, then: Callable[[Path], object]) -> None:
    """Ask for a folder."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    _open(dialog)


def choose_target(parent: QWidget, title: str, name: str, one: Filter, then: Callable[[Path], object]) -> None:
    """Ask where to write a file; `name` is proposed. Overwriting is asked by the dialog."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([_named(one)])
    dialog.setDefaultSuffix(one[1][0])
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    _open(dialog)


def _dialog(parent: QWidget, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
    dialog = QFileDialog(parent.window(), title)
    dialog.setFileMode(mode)
    dialog.setWindowTitle(title)
    label = QFileDialog.DialogLabel
    # Qt's own dialog keeps these in English (stack.md §1, Translation); a native one ignores them.
    for which, text in (
        (label.LookIn, "位置："), (label.FileName, "名称："), (label.FileType, "类型："), (label.Reject, "取消"),
    ):  # fmt: skip
        dialog.setLabelText(which, text)
    # Qt would begin in the working directory, which is the program's own folder
    dialog.setDirectory(str(_chosen_in[-1] if _chosen_in else Path.home()))
    dialog.filesSelected.connect(lambda names: _remember(Path(names[0]), mode))
    dialog.finished.connect(dialog.deleteLater)
    return dialog


def _remember(chosen: Path, mode: QFileDialog.FileMode) -> None:
    _chosen_in[:] = [chosen if mode is QFileDialog.FileMode.Directory else chosen.parent]


def _open(dialog: QFileDialog) -> None:
    dialog.open()
    tree = dialog.findChild(QTreeView, "treeView")  # there is none where the desktop has a dialog of its own
    if isinstance(tree, QTreeView):
        tree.setColumnHidden(_TYPE, True)
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)


def _named(one: Filter) -> str:
    return f"{one[0]} ({' '.join(f'*.{suffix}' for suffix in one[1])})"


def for_window(mime: QMimeData) -> list[Path]:
    """Bundles or workbooks in what is dragged: no photo, so whatever lies below the mouse lets them through."""
    given = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [file for file in given if file.suffix.lower().removeprefix(".") in (*BUNDLES[1], *WORKBOOKS[1])]
