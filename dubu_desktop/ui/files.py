"""Choosing files and folders with the system's own dialog, in Chinese where Qt has to draw it itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

PHOTOS = ("照片", ("jpg", "jpeg", "png", "heic", "heif", "webp"))
BUNDLES = ("数据包", ("dubu",))
STARTERS = ("开通文件", ("dubu-starter",))
WORKBOOKS = ("工作簿", ("xlsx",))
Filter = tuple[str, Sequence[str]]


def choose_files(parent: QWidget, title: str, filters: Sequence[Filter], then: Callable[[list[Path]], object]) -> None:
    """Ask for existing files; `then(paths)` if any were chosen."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters([_named(one) for one in filters] + ["所有文件 (*)"])
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()


def choose_file(parent: QWidget, title: str, filters: Sequence[Filter], then: Callable[[Path], object]) -> None:
    """Ask for one existing file."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([_named(one) for one in filters] + ["所有文件 (*)"])
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def choose_folder(parent: QWidget, title: str, then: Callable[[Path], object]) -> None:
    """Ask for a folder."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def choose_target(parent: QWidget, title: str, name: str, one: Filter, then: Callable[[Path], object]) -> None:
    """Ask where to write a file; `name` is proposed. Overwriting is asked by the dialog."""
    dialog = _dialog(parent, title, QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([_named(one)])
    dialog.setDefaultSuffix(one[1][0])
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.open()


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
    dialog.finished.connect(dialog.deleteLater)
    return dialog


def _named(one: Filter) -> str:
    return f"{one[0]} ({' '.join(f'*.{suffix}' for suffix in one[1])})"
