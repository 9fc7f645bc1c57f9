"""A workspace is one folder. Its layout, making a new one, opening one, and the disks it may not lie on.

dubu.db         the encrypted database (-wal and -shm beside it while it is open)
workspace.key   the sealed keys (keys.py); each backup has its own copy
blobs/ab/…      the evidence store (blobs.py)
archives/ab/…   old sealed segments, where some were moved out of the database (archives.py)
inbox/          bundles being imported, as they came (ciphertext)
backups/…       one folder each (backup.py)
lock.db         held while the workspace is open (lock.py); lock.txt says by whom
README.txt      what this folder is, for whoever finds it
creating        only while a new workspace is being made: what it marks was never finished
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dubu_desktop.errors import DubuError
from dubu_desktop.system import files, paths

# What a file manager leaves in an empty folder; it does not make the folder "not empty".
_LITTER = frozenset({"desktop.ini", "Thumbs.db", ".DS_Store", ".directory"})
_README = (
    "这是督簿的工作区，内容全部加密，请用督簿打开。\r\n"
    "请不要改名、移动或删除其中的文件，也不要用网盘或同步软件同步这个文件夹。\r\n"
    "要换电脑或防丢失，请在督簿里做备份。\r\n"
)


@dataclass(frozen=True, slots=True)
class Folder:
    """The places inside a workspace; a name for paths only, nothing is opened."""

    path: Path

    @property
    def database(self) -> Path:
        """The encrypted database file."""
        return self.path / "dubu.db"

    @property
    def key_file(self) -> Path:
        """The sealed keys."""
        return self.path / "workspace.key"

    @property
    def blobs(self) -> Path:
        """The evidence store."""
        return self.path / "blobs"

    @property
    def archives(self) -> Path:
        """Old sealed segments; the folder is made when the first are moved there."""
        return self.path / "archives"

    @property
    def inbox(self) -> Path:
        """Bundles being imported."""
        return self.path / "inbox"

    @property
    def backups(self) -> Path:
        """The backups beside the database."""
        return self.path / "backups"

    @property
    def lock_file(self) -> Path:
        """The lock held while the workspace is open."""
        return self.path / "lock.db"

    @property
    def lock_note(self) -> Path:
        """Who holds the lock, for the second one who comes."""
        return self.path / "lock.txt"

    @property
    def unfinished(self) -> Path:
        """The mark of a workspace whose making was interrupted."""
        return self.path / "creating"

    def sweep(self) -> int:
        """Remove what interrupted writes and imports left behind. Only at start, with the lock held; how many went."""
        left = [entry for entry in self.inbox.iterdir() if entry.is_file()] if self.inbox.is_dir() else []
        for entry in left:  # copies of bundles; the files themselves are where they came from
            entry.unlink(missing_ok=True)
        return len(left) + files.remove_parts(self.path)


def refuse_foreign_disk(path: Path) -> None:
    """Raise D-107 (network) or D-108 (stick): locks and fsync cannot be relied on there (reliability.md T34)."""
    if paths.is_network_path(path):
        raise DubuError("D-107", path=str(path))
    if paths.is_removable(path):
        raise DubuError("D-108", path=str(path))


def open_folder(path: Path) -> Folder:
    """The workspace at `path`. Raises D-101 (none there), D-106 (its key file is gone), D-107, D-108."""
    folder = Folder(path.expanduser().absolute())
    if folder.unfinished.exists() or not (folder.database.is_file() or folder.key_file.is_file()):
        raise DubuError("D-101", path=str(path))
    refuse_foreign_disk(folder.path)
    if not folder.key_file.is_file():
        raise DubuError("D-106", path=str(folder.key_file))
    if not folder.database.is_file():
        raise DubuError("D-111", detail=folder.database.name)
    return folder


@contextmanager
def creating(path: Path) -> Iterator[Folder]:
    """Make a new workspace: yields the laid-out folder; the caller fills in database and key file inside.

    When the block ends well the workspace is finished; when it raises, all of it is removed again; when the process
    dies, the mark stays and the next `creating` starts over. Raises D-102 (something is there), D-107, D-108, D-6xx.
    """
    folder = Folder(path.expanduser().absolute())
    refuse_foreign_disk(folder.path)
    existed = _claim(folder)
    try:
        for below in (folder.blobs, folder.inbox, folder.backups):
            below.mkdir(exist_ok=True)
        files.write_atomic(folder.path / "README.txt", _README.encode("utf-8-sig"))
        yield folder
        folder.unfinished.unlink()
        files.fsync_dir(folder.path)
    except BaseException as error:
        _clear(folder)
        if not existed:
            folder.path.rmdir()
        if isinstance(error, OSError):
            raise files.disk_error(error, folder.path) from error
        raise


def _claim(folder: Folder) -> bool:
    """Mark the folder as being made; returns whether it was there before."""
    existed = folder.path.exists()
    if existed and not folder.path.is_dir():
        raise DubuError("D-102", path=str(folder.path))
    try:
        if folder.unfinished.exists():
            _clear(folder)
        if existed and any(entry.name not in _LITTER for entry in folder.path.iterdir()):
            raise DubuError("D-102", path=str(folder.path))
        folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.unfinished.write_bytes(b"")
        files.fsync_dir(folder.path)
    except OSError as error:
        raise files.disk_error(error, folder.path) from error
    return existed


def _clear(folder: Folder) -> None:
    """Remove everything of an unfinished workspace, the mark last."""
    for entry in list(folder.path.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != folder.unfinished and entry.name not in _LITTER:
            entry.unlink()
    folder.unfinished.unlink(missing_ok=True)
