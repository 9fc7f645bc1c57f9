"""Making and opening the workspace folder: refusals by name, and nothing left of what was not finished."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.db import folder as folders
from dubu_desktop.db.folder import creating, open_folder
from dubu_desktop.errors import DubuError
from dubu_desktop.system import paths


def make(path: Path) -> folders.Folder:
    with creating(path) as folder:
        folder.database.write_bytes(b"database")
        folder.key_file.write_bytes(b"key")
    return folder


def code_of(function: object, *arguments: object) -> str:
    with pytest.raises(DubuError) as caught:
        function(*arguments)  # type: ignore[operator]
    return caught.value.code


def test_a_finished_workspace_opens(tmp_path: Path) -> None:
    made = make(tmp_path / "a" / "工作区")
    assert open_folder(tmp_path / "a" / "工作区") == made
    assert not made.unfinished.exists()
    assert {entry.name for entry in made.path.iterdir()} == {
        "dubu.db", "workspace.key", "blobs", "inbox", "backups", "README.txt"
    }  # fmt: skip


def test_a_folder_with_something_in_it_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert code_of(make, tmp_path) == "D-102"
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine.txt"]
    made = make(tmp_path / "ws")
    assert code_of(make, tmp_path / "ws") == "D-102"
    assert made.database.read_bytes() == b"database"
    assert code_of(make, tmp_path / "mine.txt") == "D-102"


def test_what_a_file_manager_leaves_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "desktop.ini").write_text("")
    make(tmp_path)


def test_no_workspace_there(tmp_path: Path) -> None:
    assert code_of(open_folder, tmp_path) == "D-101"
    assert code_of(open_folder, tmp_path / "none") == "D-101"


def test_a_lost_key_or_database_says_which(tmp_path: Path) -> None:
    made = make(tmp_path / "ws")
    made.key_file.rename(tmp_path / "key")
    assert code_of(open_folder, made.path) == "D-106"
    (tmp_path / "key").rename(made.key_file)
    made.database.unlink()
    assert code_of(open_folder, made.path) == "D-111"


def test_a_failed_making_leaves_nothing(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        with creating(path) as folder:
            folder.database.write_bytes(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        fail(tmp_path / "ws")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "there").mkdir()
    with pytest.raises(KeyError):
        fail(tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []


def test_a_killed_making_is_no_workspace_and_can_be_begun_again(tmp_path: Path) -> None:
    path = tmp_path / "ws"
    with creating(path) as folder:
        folder.key_file.write_bytes(b"old")
        folder.database.write_bytes(b"half")
        (folder.blobs / "ab").mkdir()
        # As a kill leaves it, seen by the next start.
        assert code_of(open_folder, path) == "D-101"
        with creating(path) as again:
            assert not again.database.exists()
            again.database.write_bytes(b"whole")
            again.key_file.write_bytes(b"key")
        folder.unfinished.write_bytes(b"")
    assert open_folder(path).database.read_bytes() == b"whole"


@pytest.mark.parametrize(("kind", "code"), [("is_network_path", "D-107"), ("is_removable", "D-108")])
def test_foreign_disks_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, code: str) -> None:
    made = make(tmp_path / "ws")
    monkeypatch.setattr(paths, kind, lambda path: True)
    assert code_of(open_folder, made.path) == code
    assert code_of(make, tmp_path / "new") == code
    assert not (tmp_path / "new").exists()


def test_the_start_sweeps_what_was_interrupted(tmp_path: Path) -> None:
    made = make(tmp_path / "ws")
    (made.backups / "000001.9-1.part").mkdir()
    (made.backups / "000001.9-1.part" / "dubu.db").write_bytes(b"half")
    (made.blobs / "new.9-2.part").write_bytes(b"half")
    assert made.sweep() == 2
    assert list(made.backups.iterdir()) == list(made.blobs.iterdir()) == []
