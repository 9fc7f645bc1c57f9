"""The password and the recovery code of an open workspace: proved, changed, issued anew (contracts.md §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dubu_desktop.errors import DubuError

if TYPE_CHECKING:
    from dubu_desktop.actions.house import House


def password_fits(house: House, password: str) -> bool:
    """Whether `password` opens this workspace; takes as long as one opening, so not on the GUI thread. D-106."""
    from dubu_desktop.db import keys

    try:
        keys.unlock(keys.load_keyfile(house.ws.folder.key_file), password)
    except DubuError as error:
        if error.code != "D-103":
            raise
        return False
    return True


def change_password(house: House, old: str, new: str) -> None:
    """Put a new password on the workspace; the recovery code goes on working.

    Backups made before keep the password of their day. Raises D-103 (`old` is wrong), D-105 (`new` too short), D-6xx.
    """
    from dubu_desktop.db import keys

    path = house.ws.folder.key_file
    changed = keys.change_password(keys.load_keyfile(path), old, new, house.ws.randomness)
    changed.save(path)
    house.ws.keyfile = changed


def new_recovery_code(house: House, password: str) -> str:
    """A new recovery code, to be printed and shown once; the old printout opens nothing more. D-103, D-6xx."""
    from dubu_desktop.db import keys

    path = house.ws.folder.key_file
    keyfile = keys.load_keyfile(path)
    secrets = keys.unlock(keyfile, password)
    code = keys.new_recovery_code(house.ws.randomness)
    changed = keys.change_recovery_code(keyfile, secrets, code, house.ws.randomness)
    changed.save(path)
    house.ws.keyfile = changed
    return code
