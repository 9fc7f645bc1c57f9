"""What is put in order when a workspace was opened: the renderer's folder, the day's backup, photos nobody names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dubu_desktop.errors import DubuError

if TYPE_CHECKING:
    from dubu_desktop.actions.house import House


def sweep_renderer() -> int:
    """Remove what renderings of dead processes left (contracts.md §7); returns how many folders went."""
    from dubu_desktop.export.render import sweep

    return sweep()


@dataclass(frozen=True)
class DailyBackup:
    """What became of today's backup: whether one was made, how many photos were copied, what went wrong there."""

    made: bool = False
    copied: int = 0
    trouble: str = ""


def daily_backup(house: House, second_place: str) -> DailyBackup:
    """One verified backup a day, copied to the second place where one is named and is there now.

    Trouble with the second place is told, not raised: the backup beside the workspace was made. Writer thread.
    """
    from dubu_desktop.actions import backups
    from dubu_desktop.db import backup

    if not backup.needs_daily(house.ws.folder.backups, house.ws.clock):
        return DailyBackup()
    backups.make(house.ws, "每日")
    if not second_place:
        return DailyBackup(made=True)
    try:
        if not Path(second_place).is_dir():
            return DailyBackup(True, 0, f"第二处现在不在（{second_place}），今天的备份还没有拷过去")
        return DailyBackup(True, backups.copy(house.ws, Path(second_place))[1])
    except DubuError as error:
        return DailyBackup(True, 0, error.sentence)


def note_missing_photos(house: House) -> int:
    """Photos whose file is gone are wanted again from the other side; returns how many are on the list for that.

    At the office originals and previews; a group needs the previews (an original it freed is missing on purpose).
    """
    from dubu_desktop.actions.exchange.photos import finals_here
    from dubu_desktop.db import scope

    ws = house.ws
    with ws.reading() as conn:
        needed = scope.needed(conn, originals=ws.profile.is_hub, finals=finals_here(ws))
        missing = scope.missing(conn)
    absent = ws.blobs.absent({name for _, name in needed} - missing)
    if absent:
        with ws.writing() as conn:
            scope.want(conn, [(record, name) for record, name in needed if name in absent])
            absent -= scope.removed_among(conn, absent)
    return len(absent)


def sweep_photos(house: House) -> int:
    """Remove photos that nothing here names: what a cancelled or killed import left. Returns how many files went.

    Those that a record names and that are gone are wanted again.

    While anything is kept here that no record tells yet (ops without effect, a fork) only photos go of what was removed
    for good, where they came late: others may be named by it and wanted later. Writer thread, so that nothing is being
    stored meanwhile.
    """
    from dubu_desktop.db import kept, purging, scope

    clean(house)
    note_missing_photos(house)
    with house.ws.reading() as conn:
        keep = kept.all_to_keep(conn)
        late = purging.pictures(conn) - keep if scope.holds_unread(conn) else None
    if late is None:
        return house.ws.blobs.sweep(keep)
    late -= house.ws.blobs.absent(late)
    for name in late:
        house.ws.blobs.remove(name)
    return len(late)


def archives_here(house: House, second_place: str) -> tuple[str, ...]:
    """Archives whose file is gone are taken back from the backups; the names of those that are nowhere. Writer thread.

    No archive that is there is opened: reading them through is for a person to ask for (archiving.check).
    """
    from dubu_desktop.actions import archiving

    ws = house.ws
    for row in archiving.listed(ws):
        if archiving.missing(ws, [row]):
            ws.archives.fetch(row.sha256, archiving.copies(ws, Path(second_place) if second_place else None))
    return tuple(archiving.missing(ws, archiving.listed(ws)))


def clean(house: House) -> bool:
    """Do what a killed import left undone: what left this group's scope goes from the file too. Writer thread."""
    from dubu_desktop.db import scrub

    return scrub.scrub(house.ws)
