"""Qt's own file dialog: where it begins, and nothing English in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QTreeView, QWidget

from dubu_desktop.ui import files


@pytest.fixture
def parent(shown, monkeypatch, tmp_path):
    (tmp_path / "家").mkdir()
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "家")
    files._chosen_in.clear()
    yield shown(QWidget())
    files._chosen_in.clear()


def dialog_of(parent: QWidget) -> QFileDialog:
    return [one for one in parent.findChildren(QFileDialog) if one.isVisible()][-1]


def test_it_begins_at_home_and_then_where_one_chose_last(parent, tmp_path):
    stick = tmp_path / "U盘"
    stick.mkdir()
    chosen: list[Path] = []
    files.choose_folder(parent, "选文件夹", chosen.append)
    dialog = dialog_of(parent)
    assert Path(dialog.directory().path()) == tmp_path / "家", "not the folder of the program"
    dialog.filesSelected.emit([str(stick)])
    dialog.close()
    files.choose_files(parent, "选照片", [files.PHOTOS], chosen.append)
    dialog = dialog_of(parent)
    assert Path(dialog.directory().path()) == stick
    dialog.filesSelected.emit([str(stick / "100" / "1.jpg")])
    assert files._chosen_in == [stick / "100"]


def test_the_column_of_english_kinds_is_not_shown(parent):
    files.choose_files(parent, "选照片", [files.PHOTOS], lambda _paths: None)
    tree = dialog_of(parent).findChild(QTreeView, "treeView")
    assert [tree.isColumnHidden(at) for at in range(4)] == [False, False, True, False]
