"""Writing files: whole or not at all, whatever the disk, the virus scanner or the person does meanwhile."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.system import files


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits asked for, none of them waited."""
    asked: list[float] = []
    monkeypatch.setattr(files.time, "sleep", asked.append)
    return asked


def held(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """A virus scanner that holds the new file for this many renames."""
    real, left = os.replace, [times]

    def replace(source: Any, target: Any) -> None:
        if left[0] > 0:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "in use")
        real(source, target)

    monkeypatch.setattr(files.os, "replace", replace)


def test_it_writes_bytes_and_chunks_and_leaves_no_part(tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    files.write_atomic(path, b"old")
    files.write_atomic(path, (b"%d" % number for number in range(3)))
    assert path.read_bytes() == b"012"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("times", [1, 3, 5])
def test_a_virus_scanner_is_waited_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float], times: int
) -> None:
    held(monkeypatch, times)
    files.write_atomic(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"new"
    assert waits == [0.05, 0.1, 0.2, 0.4, 0.8][:times]


def test_a_file_held_for_good_keeps_old_and_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")
    held(monkeypatch, 99)
    with pytest.raises(DubuError) as caught:
        files.write_atomic(path, b"new")
    assert caught.value.code == "D-605"
    assert len(waits) == 5
    assert path.read_bytes() == b"old"
    parts = [entry for entry in tmp_path.iterdir() if entry != path]
    assert [part.read_bytes() for part in parts] == [b"new"]
    assert files.remove_parts(tmp_path) == 1
    assert list(tmp_path.iterdir()) == [path]


ERRNOS = [
    (errno.ENOSPC, "D-601"),
    (errno.EIO, "D-602"),
    (errno.ENODEV, "D-602"),
    (errno.ENXIO, "D-602"),
    (errno.EROFS, "D-603"),
    (errno.EACCES, "D-604"),
    (errno.EPERM, "D-604"),
    (errno.EFBIG, "D-607"),
    (errno.ELOOP, "D-602"),
]


@pytest.mark.parametrize(("number", "code"), ERRNOS)
def test_each_failure_of_the_disk_has_its_sentence_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(DubuError) as caught:
        files.write_atomic(path, b"new")
    assert caught.value.code == code
    assert str(path) in caught.value.what
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("number", "code"), [(19, "D-603"), (112, "D-601"), (21, "D-602"), (1117, "D-602")])
def test_windows_numbers_go_before_what_they_are_translated_to(number: int, code: str) -> None:
    error = OSError(errno.EACCES, "")
    error.winerror = number  # type: ignore[attr-defined,unused-ignore]
    assert files.disk_error(error, Path("E:/")).code == code


def test_a_source_that_fails_keeps_the_old_file(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"new"
        raise Cancelled

    path = tmp_path / "f"
    path.write_bytes(b"old")
    with pytest.raises(Cancelled):
        files.write_atomic(path, chunks())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(DubuError) as caught:
        files.write_atomic(tmp_path / "gone" / "f", b"")
    assert caught.value.code == "D-602"


def test_bytes_are_durable_before_the_name_and_the_name_before_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        happened.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")
        real_sync(descriptor)

    def replace(source: Any, target: Any) -> None:
        happened.append("rename")
        real_replace(source, target)

    monkeypatch.setattr(files.os, "fsync", fsync)
    monkeypatch.setattr(files.os, "replace", replace)
    files.write_atomic(tmp_path / "f", b"x")
    expected = ["file", "rename", "folder"] if os.path.isdir("/proc/self/fd") else ["file", "rename", "file"]
    assert happened == expected


def test_parts_are_swept_at_any_depth_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a" / "b.1-2.part").mkdir(parents=True)
    (tmp_path / "a" / "b.1-2.part" / "inside").write_bytes(b"x")
    (tmp_path / "a" / "c.part").write_bytes(b"x")
    (tmp_path / "a" / "part").write_bytes(b"x")
    assert files.remove_parts(tmp_path) == 2
    assert [entry.name for entry in (tmp_path / "a").iterdir()] == ["part"]


def test_free_space_is_asked_of_the_nearest_folder_and_named(tmp_path: Path) -> None:
    assert files.free_bytes(tmp_path / "not" / "yet") > 0
    files.require_free(tmp_path, 1)
    with pytest.raises(DubuError) as caught:
        files.require_free(tmp_path, 10**18)
    assert caught.value.code == "D-608"
    assert "1000000.0 TB" in caught.value.what


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_560_000, "2.6 MB"), (4 * 10**12, "4.0 TB")]
)
def test_sizes_are_said_as_on_the_label(size: int, text: str) -> None:
    assert files.size_text(size) == text


def test_a_leftover_that_will_not_go_harms_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails while the inbox is tidied must not make a bundle that was taken look refused."""
    left = tmp_path / "left"
    left.write_bytes(b"x")

    def fails(*_a: object, **_k: object) -> None:
        raise OSError(errno.EIO, "")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", fails)
        files.discard(left)
    assert left.exists()
    files.discard(left)
    files.discard(left)
    assert not left.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not synced there")
@pytest.mark.parametrize(("number", "code"), [(errno.EIO, "D-602"), (errno.ENOSPC, "D-601"), (errno.EINVAL, None)])
def test_a_folder_that_cannot_be_synced_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str | None
) -> None:
    def fails(_handle: int) -> None:
        raise OSError(number, "")

    monkeypatch.setattr(os, "fsync", fails)
    if code is None:  # a file system that does not know it for folders
        files.fsync_dir(tmp_path)
        return
    with pytest.raises(DubuError) as told:
        files.fsync_dir(tmp_path)
    assert told.value.code == code


@pytest.mark.parametrize(("number", "code"), [(errno.EIO, "D-602"), (errno.ENOSPC, "D-601"), (errno.EROFS, "D-603")])
def test_a_rename_that_fails_is_said_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    """Found by striking every rename of an import."""
    target = tmp_path / "x"
    target.write_bytes(b"old")

    def fails(*_a: object) -> None:
        raise OSError(number, "")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(DubuError) as told:
        files.write_atomic(target, b"new")
    assert told.value.code == code
    assert target.read_bytes() == b"old"
