"""Disaster: a backup becomes a new workspace; a copy whose password is lost is opened with the printed code.

Neither is undo (sync.md §3.14): a restored copy takes a new incarnation, and its links start over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dubu_desktop.actions.house import House
from dubu_desktop.actions.housekeeping import note_missing_photos
from dubu_desktop.system.clock import Clock
from dubu_desktop.system.randomness import Randomness


@dataclass(frozen=True)
class Restored:
    """A workspace made of a backup: where, how many photos its records name, how many of them were not beside it.

    `archives_missing`: names of archives that were not beside it either.
    """

    path: Path
    photos: int
    missing: int
    archives_missing: tuple[str, ...] = ()


def restore(
    backup: Path,
    path: Path,
    *,
    password: str | None = None,
    recovery_code: str = "",
    clock: Clock | None = None,
    rand: Randomness | None = None,
) -> Restored:
    """Make a new workspace at `path` of a backup, opened by the password of that day or by the recovery code.

    It takes a new incarnation at once (sync.md §3.1), so that no dot is ever used twice; opened by the recovery code
    it cannot write and so needs none. Raises D-112, D-103/D-104, D-106, D-102, D-107, D-108, D-608, D-6xx.
    """
    from dubu_desktop.db import keys
    from dubu_desktop.db.restore import restore_backup

    def unlock(key_file: Path) -> keys.Secrets:
        keyfile = keys.load_keyfile(key_file)
        if password is None:
            return keys.unlock_with_recovery(keyfile, recovery_code)
        return keys.unlock(keyfile, password)

    made = restore_backup(backup, path, unlock)
    if password is not None:
        with House.open_(made.folder.path, password, clock, rand) as house:
            if made.missing:  # with its first bundle: what the office does not ask for others may part with
                note_missing_photos(house)
    return Restored(made.folder.path, made.photos, made.missing, made.archives_missing)


def recover(path: Path, recovery_code: str, new_password: str, clock: Clock | None = None) -> None:
    """Put a new password on the workspace at `path`, whose old one is lost, by its printed recovery code.

    From then on it can be read, printed and backed up; what signs stays shut for ever, so it writes nothing until
    this machine is enrolled anew (contracts.md §7, sync.md §3.12). The lock is held and the database is opened first:
    a damaged or busy workspace is left as it is. Raises D-104, D-105, D-110, D-111 and whatever opening raises.
    """
    from dubu_desktop.db import keys

    rand = Randomness()
    with House.open_with_recovery(path, recovery_code, clock) as house:
        folder = house.ws.folder
        keyfile, _ = keys.reset_with_recovery(keys.load_keyfile(folder.key_file), recovery_code, new_password, rand)
        keyfile.save(folder.key_file)
