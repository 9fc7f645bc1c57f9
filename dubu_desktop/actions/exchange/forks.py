"""A second segment of one number: the same past sealed twice, or one workspace used on two machines (sync.md §3.1).

A backup may hold work that was not yet exported; the lost laptop later sealed it together with more, the restored one
seals it alone. Such segments overlap without contradicting each other, and both count. Where one running number stands
for two different ops the workspace was used twice: the second is kept, alarmed, and not folded (folding is left to a
later release).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import journal, local
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import Segment

#: the bytes of a segment's ops, worked out only where something must be compared
Raws = Callable[[], Sequence[bytes]]


def fits(conn: Any, segment: Segment, raws: Raws) -> bool:
    """Whether the segment has its place in the chain held here and says nothing else than what is known."""
    if journal.segment_hash(conn, segment.actor, segment.number) is not None:
        return False
    before = journal.segment_hash(conn, segment.actor, segment.number - 1) if segment.number > 1 else None
    after = journal.next_prev(conn, segment.actor, segment.number)
    chained = before in (None, segment.prev_hash) and after in (None, segment.hash)
    return chained and not _contradicts(conn, segment, raws)


def set_aside(desk: Desk, segment: Segment, raws: Raws) -> bool:
    """Keep a segment that does not fit, byte for byte; True when its ops count all the same, else the alarm is up."""
    conn, now = desk.conn, desk.ws.clock.now_ms()
    known = journal.fork_clash(conn, segment.hash)
    if known is not None:
        return not known
    clash = bool(journal.fork_clash(conn, segment.prev_hash)) or _contradicts(conn, segment, raws)
    journal.keep_fork(conn, segment.actor, segment.number, segment.hash, segment.sealed, now, clash=clash)
    if clash:
        local.raise_alarm(conn, "D-256", DubuError("D-256").what, now)
    return not clash


def _contradicts(conn: Any, segment: Segment, raws: Raws) -> bool:
    held = journal.bodies(conn, segment.actor, segment.first_seq, segment.last_seq)
    return bool(held) and any(held.get(segment.first_seq + i, raw) != raw for i, raw in enumerate(raws()))
