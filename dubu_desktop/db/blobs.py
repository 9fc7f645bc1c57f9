"""The evidence store: photos as encrypted files, found by the SHA-256 of their content, named by a keyed hash of it.

No plain byte is ever written, temporary files included (contracts.md §7); memory stays at a few frames. A file is
durable, name and all, before `put` returns, so that the row which names it may be committed (reliability.md §4). The
format of a file is in `sealed.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from dubu_desktop.db.sealed import FRAME, MAGIC, SALT_BYTES, Reader, SealedFile, Sealer, Source, framed
from dubu_desktop.errors import DubuError
from dubu_desktop.system import files
from dubu_desktop.system.randomness import Randomness


class BlobState(StrEnum):
    """What `check` finds."""

    OK = "ok"  # 完好
    MISSING = "missing"  # 缺失
    CORRUPT = "corrupt"  # 已损坏


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """What was stored: the SHA-256 of the plain content and its size in bytes."""

    sha256: bytes
    size: int


#: files of a batch: a disk asked for all of them at once writes in one sweep what it would else stop for each time
_AT_ONCE = 32


class _Batch:
    """Files written and not yet named: their bytes become durable together, then their names, then the folders."""

    def __init__(self) -> None:
        self.waiting: dict[Path, Path] = {}
        self.folders: set[Path] = set()

    def add(self, part: Path, path: Path) -> None:
        """A file is written; its bytes may be on the disk or not."""
        self.waiting[part] = path
        if len(self.waiting) >= _AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """All of them are on the disk, and have their names."""
        for part in self.waiting:
            files.sync_path(part)
        for part, path in list(self.waiting.items()):
            files.replace_with_retry(part, path)
            del self.waiting[part]
            self.folders.add(path.parent)

    def end(self) -> None:
        """What has no name goes; names that were given become durable."""
        for part in self.waiting:
            files.discard(part)
        for folder in sorted(self.folders):
            files.fsync_dir(folder)


class BlobStore:
    """The evidence files under one folder. Methods may be called from several threads, `sweep` alone."""

    def __init__(self, folder: Path, blob_key: bytes, name_key: bytes, randomness: Randomness | None = None) -> None:
        """In: the folder `blobs/` and two of the workspace's subkeys (keys.Secrets)."""
        self._folder = folder
        self._key = blob_key
        self._name_key = name_key
        self._random = randomness or Randomness()
        self._batch: _Batch | None = None

    def path_name(self, sha256: bytes) -> str:
        """The file's name inside the store, `ab/ab…`: it tells nothing about the content to who lacks the key."""
        name = self._keyed(b"name", sha256).hex()
        return f"{name[:2]}/{name}"

    def put(self, source: Source) -> BlobInfo:
        """Store content; the same content twice is one file. Durable on return. Raises D-6xx, nothing half stored."""
        if isinstance(source, bytes):
            info = BlobInfo(hashlib.sha256(source).digest(), len(source))
            if self.check(info.sha256) is BlobState.OK:
                return info
        return self._store(source, None)

    def put_verified(self, sha256: bytes, chunks: Source) -> BlobInfo:
        """Store content that must have this hash; a damaged file is replaced. Raises D-114 (it has not), D-6xx."""
        return self._store(chunks, sha256)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Store many: they become durable in batches, the last when the block ends; one left early loses those."""
        self._batch = batch = _Batch()
        try:
            yield
            batch.settle()
        finally:
            self._batch = None
            batch.end()

    def has(self, sha256: bytes) -> bool:
        """Whether the file is there and is that content's by its binding; its frames are not read (see `check`)."""
        try:
            with self._open_sealed(sha256):
                return True
        except DubuError:
            return False

    def open(self, sha256: bytes) -> BinaryIO:
        """A seekable reader of the plain content, one frame in memory. Raises D-114 (missing or damaged) here or
        while reading; no byte of a damaged frame is returned. Close it."""
        return io.BufferedReader(Reader(self._open_sealed(sha256)), 64 * 1024)

    def read(self, sha256: bytes) -> bytes:
        """The whole content, verified. Raises D-114."""
        return b"".join(self.iter_chunks(sha256))

    def iter_chunks(self, sha256: bytes) -> Iterator[bytes]:
        """The content in chunks of up to 1 MiB. Raises D-114 at the damage; what came before it was genuine."""
        with self._open_sealed(sha256) as sealed:
            for number in range(sealed.frames):
                yield sealed.frame(number)

    def size(self, sha256: bytes) -> int:
        """Plain size in bytes, without reading the frames. Raises D-114."""
        with self._open_sealed(sha256) as sealed:
            return sealed.size

    def size_of(self, sha256: bytes) -> int | None:
        """Plain size of a file that is there by `has`, None where it is not; one look at the file for both."""
        try:
            return self.size(sha256)
        except DubuError:
            return None

    def check(self, sha256: bytes) -> BlobState:
        """Read it through and compare the hash; memory stays at one frame."""
        if not self._path(sha256).is_file():
            return BlobState.MISSING
        digest = hashlib.sha256()
        try:
            for chunk in self.iter_chunks(sha256):
                digest.update(chunk)
        except DubuError:
            return BlobState.CORRUPT
        return BlobState.OK if digest.digest() == sha256 else BlobState.CORRUPT

    def remove(self, sha256: bytes) -> None:
        """Remove one file if it is there."""
        self._path(sha256).unlink(missing_ok=True)

    def absent(self, hashes: Iterable[bytes]) -> set[bytes]:
        """Those of `hashes` that have no file here, by one look through the folder; no file is opened."""
        names = {name for _, _, found in os.walk(self._folder) for name in found}
        return {h for h in hashes if self.path_name(h).split("/")[1] not in names}

    def set_aside(self, sha256: bytes) -> None:
        """A damaged file no longer counts as here, so that it is wanted; its bytes stay beside until the next sweep."""
        path = self._path(sha256)
        if path.is_file():
            files.replace_with_retry(path, path.with_name(f"{path.name}.damaged"))

    def sweep(self, keep: set[bytes]) -> int:
        """Remove every file but those of the hashes in `keep`, and what interrupted writes left. Returns how many.

        Only when nothing is being stored: a file is written before the row that names it (reliability.md §4).
        """
        names = {self.path_name(sha256).split("/")[1] for sha256 in keep}
        removed = 0
        for root, _, found in os.walk(self._folder):
            for name in found:
                if name not in names:
                    Path(root, name).unlink(missing_ok=True)
                    removed += 1
        return removed

    def _store(self, source: Source, wanted: bytes | None) -> BlobInfo:
        digest, size, salt = hashlib.sha256(), 0, self._random.bytes(SALT_BYTES)
        sealer = Sealer(self._key, salt)
        self._folder.mkdir(exist_ok=True)
        part = files.part_name(self._folder / "new")
        try:
            with open(part, "xb") as stream:
                stream.write(MAGIC + salt)
                for frame, last in framed(source):
                    digest.update(frame)
                    size += len(frame)
                    stream.write(sealer.frame(frame, last=last))
                sha256 = digest.digest()
                if wanted is not None and sha256 != wanted:
                    raise DubuError("D-114")
                stream.write(self._keyed(b"binding" + salt, sha256))
                if self._batch is None:
                    files.sync_file(stream)
            # A sound file stays: on Windows one that is being read cannot be replaced.
            if self.check(sha256) is BlobState.OK:
                part.unlink()
            else:
                self._name(part, self._path(sha256))
        except BaseException as error:
            part.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise files.disk_error(error, self._folder) from error
            raise
        return BlobInfo(sha256, size)

    def _name(self, part: Path, path: Path) -> None:
        """Give the finished file its name, durably."""
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True)
            if self._batch is None:
                files.fsync_dir(self._folder)
            else:
                self._batch.folders.add(self._folder)
        if self._batch is None:
            files.replace_with_retry(part, path)
            files.fsync_dir(path.parent)
        else:
            self._batch.add(part, path)

    def _open_sealed(self, sha256: bytes) -> SealedFile:
        """The file, its binding verified. Raises D-114."""
        try:
            stream = open(self._path(sha256), "rb")  # noqa: SIM115 - handed on to SealedFile, which closes it
        except OSError as error:
            raise DubuError("D-114") from error
        try:
            sealed = SealedFile(stream, self._key)
            if not hmac.compare_digest(sealed.binding, self._keyed(b"binding" + sealed.salt, sha256)):
                raise DubuError("D-114")
        except OSError as error:
            stream.close()
            raise DubuError("D-114") from error
        except BaseException:
            stream.close()
            raise
        return sealed

    def _path(self, sha256: bytes) -> Path:
        return self._folder / self.path_name(sha256)

    def _keyed(self, purpose: bytes, sha256: bytes) -> bytes:
        return hmac.digest(self._name_key, purpose + sha256, "sha256")


def copy_to(store: BlobStore, sha256: bytes, stream: BinaryIO) -> None:
    """Write the plain content into `stream` (a file the person asked for, or a bundle). Raises D-114."""
    with store.open(sha256) as source:
        shutil.copyfileobj(source, stream, FRAME)
