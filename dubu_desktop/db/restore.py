"""Bringing a backup back, and carrying backups with their photos to a second place.

Restoring never touches an existing workspace: it makes a new one. That is disaster recovery, not undo (sync.md §3.14).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from dubu_desktop.db import driver, meta
from dubu_desktop.db.backup import (
    KEEP,
    BackupInfo,
    Keep,
    Progress,
    check_backup,
    list_backups,
    opens_sound,
    read_backup,
    second_place,
    thin_out,
)
from dubu_desktop.db.copies import chunks_of, copy_verified
from dubu_desktop.db.folder import Folder, creating
from dubu_desktop.db.keys import Secrets, load_keyfile
from dubu_desktop.errors import DubuError
from dubu_desktop.system import files

_NAME_BYTES = 32


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored workspace, and how many of its photos were nowhere to be found (they come by bundle).

    `archives_missing`: names of the archives that were nowhere whole; what they hold cannot be looked up (D-118).
    """

    folder: Folder
    photos: int
    missing: int
    archives_missing: tuple[str, ...] = ()


def restore_backup(
    backup: Path, new_path: Path, unlock: Callable[[Path], Secrets], progress: Progress | None = None
) -> Restored:
    """Make a new workspace of a backup, never over an existing one.

    In: `unlock(key file)` opens the backup's own key file, by the password of that day or the recovery code. Photos
    come from beside the backup (the workspace it lies in, or the second place). The new database carries
    meta.RESTORED = "1": its first opening must take a new incarnation (sync.md §3.1). `progress(photos, total)` may
    raise `Cancelled`; then nothing is left. Raises D-112, D-106, D-103/D-104, D-102, D-107, D-108, D-608, D-6xx.
    """
    info = read_backup(backup.expanduser().absolute())
    check_backup(info)
    secrets = unlock(info.key_file)
    files.require_free(new_path, 2 * info.database_bytes)
    with creating(new_path) as folder:
        files.write_atomic(folder.database, chunks_of(info.database))
        if not opens_sound(folder.database, secrets.database_key, info.version):
            raise DubuError("D-112", path=str(info.path))
        _mark_restored(folder, secrets)
        gone = _bring_archives(info, folder, secrets)
        names = _photo_names(info)
        missing = _copy_photos(info.path.parent.parent / "blobs", folder.blobs, names, _copy_atomic, progress)
        load_keyfile(info.key_file).save(folder.key_file)
    return Restored(folder, len(names), missing, gone)


def _bring_archives(info: BackupInfo, folder: Folder, secrets: Secrets) -> tuple[str, ...]:
    """Bring the archives that the restored database names, from beside its backup or from the workspace it lies in."""
    from dubu_desktop.db import archives

    engine = driver.open_engine(folder.database, secrets.database_key)
    try:
        with driver.translated(folder.database), engine.connect() as connection:
            wanted = archives.rows(connection)
    finally:
        engine.dispose()
    store = archives.Archives.of_workspace(folder, secrets)
    places = (info.path.parent / folder.archives.name, info.path.parent.parent / folder.archives.name)
    return tuple(store.path_name(row.sha256) for row in wanted if not store.fetch(row.sha256, places))


def _mark_restored(folder: Folder, secrets: Secrets) -> None:
    engine = driver.open_engine(folder.database, secrets.database_key)
    try:
        with driver.translated(folder.database), engine.begin() as connection:
            meta.create(connection)
            meta.put(connection, meta.RESTORED, "1")
    finally:
        engine.dispose()


def copy_to_second_place(
    dest: Path,
    folder: Folder,
    secrets: Secrets,
    photos: Iterable[str],
    *,
    archives: Callable[[Path], object] | None = None,
    keep: Keep = KEEP,
    progress: Progress | None = None,
) -> int:
    """Copy the newest backup, and photos and archives that are not there yet, to the second place.

    `archives` copies the archives to a folder where they are not yet there. Returns how many photos were copied; where
    the backup lies there `newest_there` says: it is numbered above what an earlier life of the workspace left there,
    which would else make it look like the oldest.

    A stick is welcome there: all of it is ciphertext. `progress(photos, total)` may raise `Cancelled`; what was copied
    stays and counts next time. Raises D-117 (no backup yet), D-608, D-6xx.
    """
    backups = list_backups(folder.backups)
    if not backups:
        raise DubuError("D-117", detail="还没有备份")
    newest, place, names = backups[-1], second_place(dest, secrets), sorted(set(photos))
    try:
        fresh = [name for name in names if not (place / "blobs" / name).is_file()]
        files.require_free(dest, newest.database_bytes + sum(_size(folder.blobs / name) for name in fresh))
        missing = _copy_photos(folder.blobs, place / "blobs", fresh, copy_verified, progress)
        if archives is not None:
            archives(place / "backups" / folder.archives.name)
        if not any(newest.is_copy(info) for info in list_backups(place / "backups")):
            _copy_backup(newest, place / "backups")
        thin_out(place / "backups", keep)
    except OSError as error:
        raise files.disk_error(error, dest) from error
    return len(fresh) - missing


def newest_there(dest: Path, folder: Folder, secrets: Secrets) -> Path:
    """Where the copy of the newest backup lies in the second place; D-117 when none lies there."""
    newest = list_backups(folder.backups)[-1]
    for info in list_backups(second_place(dest, secrets) / "backups"):
        if newest.is_copy(info):
            return info.path
    raise DubuError("D-117", detail="还没有备份")


def _copy_backup(info: BackupInfo, place: Path) -> None:
    """Copy one backup folder, each file read back, the folder named last."""
    place.mkdir(parents=True, exist_ok=True)
    sequence = max([info.sequence, *(each.sequence + 1 for each in list_backups(place))])
    target = place / info.numbered(sequence)
    part = files.part_name(target)
    part.mkdir()
    try:
        for name in ("dubu.db", "workspace.key", "photos"):
            copy_verified(info.path / name, part / name)
        files.write_atomic(part / "manifest.json", replace(info, sequence=sequence).manifest())
        files.replace_with_retry(part, target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    files.fsync_dir(target.parent)


def _copy_atomic(source: Path, dest: Path) -> None:
    files.write_atomic(dest, chunks_of(source))


def _photo_names(info: BackupInfo) -> list[str]:
    listed = info.photo_list.read_bytes()
    found = (listed[at : at + _NAME_BYTES].hex() for at in range(0, len(listed), _NAME_BYTES))
    return [f"{name[:2]}/{name}" for name in found]


def _copy_photos(
    source: Path, dest: Path, names: list[str], copy: Callable[[Path, Path], None], progress: Progress | None
) -> int:
    """Copy the named photo files that are there; returns how many were not."""
    missing = 0
    for done, name in enumerate(names, start=1):
        if (source / name).is_file():
            (dest / name).parent.mkdir(parents=True, exist_ok=True)
            copy(source / name, dest / name)
        else:
            missing += 1
        if progress is not None:
            progress(done, len(names))
    return missing


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
