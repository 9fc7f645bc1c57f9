"""归档旧账: old sealed segments leave the database for archives beside it; nothing that is shown or sent changes."""

from __future__ import annotations

from collections.abc import Generator

from dubu_desktop.actions import archiving, rules
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.given import place
from dubu_desktop.actions.registry import Progress, verb
from dubu_desktop.errors import DubuError


@verb("归档旧账", undoable=False)
def compact(desk: Desk, *, keep_days: int | None = None) -> Generator[Progress, None, None]:
    """Move sealed segments older than the rules say, and acknowledged by all, into archives; the database shrinks.

    `keep_days`: another age than the rules'. Cancelled, it leaves whole archives moved and the rest as it was. D-116
    when the workspace is open by its recovery code, D-305 for a negative number, D-608, D-6xx.
    """
    if keep_days is not None and keep_days < 0:
        raise DubuError("D-305", detail="天数不能小于0")
    yield Progress(0, 0, "正在找可以归档的旧账")
    with desk.ws.reading() as conn:
        days = rules.current(conn).rules.backup.archive_days if keep_days is None else keep_days
        plan = archiving.plan(desk.ws, conn, days)
    moved = yield from archiving.move(desk.ws, plan.segments)
    desk.extra |= {
        "segments": moved.segments,
        "bytes": moved.size,
        "archives": moved.archives,
        "waiting": plan.waiting,
        "database_before": moved.before,
        "database_after": moved.after,
    }


@verb("核对归档文件", undoable=False)
def check_archives(desk: Desk, *, second: str = "") -> Generator[Progress, None, None]:
    """Read every archive through and verify its signature; a missing or damaged one is taken back from the backups.

    `second`: the second place of backups, looked at too. What is nowhere is named in `lost`.
    """
    found = yield from archiving.check(desk.ws, place(second) if second else None)
    desk.extra |= {"read": found.read, "healed": found.healed, "lost": list(found.lost)}
