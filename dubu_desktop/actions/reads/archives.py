"""归档旧账 before it is done: the size of the database, what lies in archives, what may go there, who holds it back."""

from __future__ import annotations

from dataclasses import dataclass

from dubu_desktop.actions import archiving
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import archives, driver
from dubu_desktop.sync.roles import letter_of
from dubu_desktop.wire.messages import RosterEntry


@dataclass(frozen=True, slots=True)
class ArchivesView:
    """`database` and `archived` in bytes; `ready`, `ready_bytes`: segments that may go; `days`: how old they must be.

    `waiting`: old segments that wait, `owed`: for whose acknowledgement. `signs`: without the signing identity nothing
    is moved. `missing`: names of archives that are not there.
    """

    database: int
    archives: int
    archived: int
    days: int
    ready: int = 0
    ready_bytes: int = 0
    waiting: int = 0
    owed: tuple[str, ...] = ()
    signs: bool = True
    missing: tuple[str, ...] = ()


def overview(r: Reader) -> ArchivesView:
    """As it stands; opens no archive."""
    rows, days = archives.rows(r.conn), r.rules.backup.archive_days
    here = driver.database_size(r.conn), len(rows), sum(row.size for row in rows), days
    gone = tuple(archiving.missing(r.ws, rows))
    if not r.ws.can_sign:
        return ArchivesView(*here, signs=False, missing=gone)
    plan = archiving.plan(r.ws, r.conn, days)
    owed = tuple(dict.fromkeys(_name(r, entry) for entry in plan.owed)) or (() if r.hub else ("办公室",))
    return ArchivesView(*here, len(plan.segments), plan.size, plan.waiting, owed if plan.waiting else (), True, gone)


def _name(r: Reader, entry: RosterEntry) -> str:
    """第三组, 第三组 B机."""
    side, letter = r.group_name(entry.group), letter_of(entry.role)
    return f"{side} {letter}机" if letter else side
