"""Backups as the rules in force want them: when before an import, how many are kept (contracts.md §5, §7)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dubu_desktop.actions import rules
from dubu_desktop.actions.exchange import durable
from dubu_desktop.actions.exchange.photos import came, finals_here
from dubu_desktop.db import backup, kept, purging, scope
from dubu_desktop.errors import DubuError

if TYPE_CHECKING:
    from dubu_desktop.db.workspace import Workspace
    from dubu_desktop.domain.rules import Backups


def make(ws: Workspace, reason: str) -> backup.BackupInfo:
    """A verified backup beside the workspace; `reason` in a few Chinese words. Raises as `backup.make_backup`."""
    return ws.backup(reason, keep=_keep(_rules(ws)))


def make_before_import(ws: Workspace) -> None:
    """One more, only where the newest verified one is older than the rule allows."""
    wanted = _rules(ws)
    if backup.needs_backup(ws.folder.backups, ws.clock.now_ms(), wanted.before_import_minutes * 60_000):
        ws.backup("收包前", keep=_keep(wanted))


def copy(ws: Workspace, place: Path) -> tuple[Path, int]:
    """The newest backup and the photos missing there, to a second place; (where it lies now, photos copied).

    What is missing here and lies there whole is taken back; what was removed for good goes there too, once no backup
    there names it. D-117 inside the workspace's own folder: what happens to
    one would happen to the other (contracts.md §7).
    """
    if place.resolve().is_relative_to(ws.folder.path.resolve()):
        raise DubuError("D-117", detail="第二处不能在工作区自己的文件夹里")
    done = ws.copy_to(place, keep=_keep(_rules(ws)))
    if ws.profile.is_hub:
        durable.note_second_place(ws, place)
    bring_back(ws, place)
    remove_purged(ws, place)
    return done


def bring_back(ws: Workspace, place: Path) -> int:
    """Photos that belong here and whose file is gone, from the second place where they lie whole; returns how many.

    A group may have parted with the original since it was told that it is safe there. One that is damaged there too is
    left out, and so is all where the place is pulled meanwhile. D-6xx.
    """
    with ws.reading() as conn:
        needed = scope.needed(conn, originals=ws.profile.is_hub, finals=finals_here(ws))
    gone = ws.blobs.absent({name for _, name in needed})
    copies, back = durable.copies_in(ws, place), set[bytes]()
    for name in sorted(gone):
        if copies.has(name):
            try:
                ws.blobs.put_verified(name, copies.iter_chunks(name))
                back.add(name)
            except DubuError as error:
                if error.code != "D-114":
                    raise
    if back:
        with ws.writing() as conn:
            came(conn, back)
    return len(back)


def remove_purged(ws: Workspace, place: Path) -> int:
    """Photos of what was removed for good, and at a group of what left its scope, go from the second place once no
    backup there lists them; how many went.

    Of nothing else there it is known that nobody needs it: what this workspace does not name a later life of it may
    have named, and a group may have parted with its own since.
    """
    there = backup.second_place(place, ws.secrets)
    with ws.reading() as conn:
        gone = kept.removed(conn) | set(map(_file_name(ws), purging.pictures(conn)))
        gone -= set(map(_file_name(ws), kept.all_to_keep(conn) | set(durable.known(conn)))) if gone else set()
    removed = 0
    with contextlib.suppress(OSError):
        listed = backup.photos_listed(there / "backups") if gone else None
        if listed is None:
            return 0
        for file in (there / "blobs" / name[:2] / name for name in sorted(gone - listed)):
            if file.is_file():
                file.unlink()
                removed += 1
    return removed


def _file_name(ws: Workspace) -> Callable[[bytes], str]:
    return lambda sha256: ws.blobs.path_name(sha256).split("/")[1]


def _rules(ws: Workspace) -> Backups:
    with ws.reading() as conn:
        return rules.current(conn).rules.backup


def _keep(wanted: Backups) -> backup.Keep:
    return backup.Keep(wanted.keep_count, wanted.keep_daily, wanted.keep_weekly)
