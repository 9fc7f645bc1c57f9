"""Carrying files that never change to another place: read back before they get their name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dubu_desktop.errors import DubuError
from dubu_desktop.system import stick
from dubu_desktop.system.files import fsync_dir

_CHUNK = 1024 * 1024


def carry(source: Path, dest: Path) -> None:
    """Copy a file into a store (`ab/ab…`), its new folders made as durable as itself. D-606, D-6xx."""
    for folder in (dest.parent.parent, dest.parent):
        if not folder.is_dir():
            folder.mkdir(parents=True)
            fsync_dir(folder.parent)
    copy_verified(source, dest)


def copy_verified(source: Path, dest: Path) -> None:
    """Copy onto a disk that may lie: read back and compared before it gets its name. Raises D-606, D-6xx."""
    digest = hashlib.sha256()

    def write(stream: BinaryIO) -> None:
        for chunk in chunks_of(source):
            digest.update(chunk)
            stream.write(chunk)

    def verify(path: Path) -> None:
        with open(path, "rb") as stream:
            if hashlib.file_digest(stream, "sha256").digest() != digest.digest():
                raise DubuError("D-606", path=str(dest))

    stick.copy_out(write, dest, verify)


def chunks_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a piece at a time."""
    with open(path, "rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
