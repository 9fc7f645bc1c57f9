"""Writing onto a stick: named only after it was read back; a pulled or full stick is said, nothing half is left."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.system import files, stick


def write(stream: BinaryIO) -> None:
    stream.write(b"bundle")


def verify(path: Path) -> None:
    if path.read_bytes() != b"bundle":
        raise DubuError("D-606", path=str(path))


def test_it_is_verified_under_a_temporary_name_then_named(tmp_path: Path) -> None:
    dest = tmp_path / "03-0001.dubu"
    seen: list[tuple[str, bool]] = []

    def watch(path: Path) -> None:
        seen.append((path.suffix, dest.exists()))
        verify(path)

    stick.copy_out(write, dest, watch)
    assert seen == [(".part", False)]
    assert dest.read_bytes() == b"bundle"
    assert list(tmp_path.iterdir()) == [dest]


def test_a_stick_that_stored_something_else_is_found_out(tmp_path: Path) -> None:
    dest = tmp_path / "f.dubu"
    dest.write_bytes(b"old")
    with pytest.raises(DubuError) as caught:
        stick.copy_out(lambda stream: write(stream) or (stream.write(b"!") and None), dest, verify)
    assert caught.value.code == "D-606"
    assert dest.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [dest]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "D-601"), (errno.EIO, "D-602"), (errno.ENODEV, "D-602"), (errno.EROFS, "D-603")],
)
@pytest.mark.parametrize("moment", ["write", "fsync", "verify", "rename"])
def test_a_pulled_or_full_stick_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, moment: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    if moment in ("fsync", "rename"):
        monkeypatch.setattr(files.os, {"fsync": "fsync", "rename": "replace"}[moment], fail)
    dest = tmp_path / "f.dubu"
    with pytest.raises(DubuError) as caught:
        stick.copy_out(fail if moment == "write" else write, dest, fail if moment == "verify" else verify)
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    def cancel(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise Cancelled

    with pytest.raises(Cancelled):
        stick.copy_out(cancel, tmp_path / "f.dubu", verify)
    assert list(tmp_path.iterdir()) == []


def test_a_stick_pulled_while_writing_is_said_even_when_nothing_can_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled(stream: BinaryIO) -> None:
        raise OSError(errno.ENODEV, "pulled")

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(DubuError) as caught:
        stick.copy_out(pulled, tmp_path / "f.dubu", verify)
    assert caught.value.code == "D-602"


def test_a_stick_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DubuError) as caught:
        stick.copy_out(write, tmp_path / "gone" / "f.dubu", verify)
    assert caught.value.code == "D-602"
