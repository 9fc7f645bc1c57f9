"""A second segment of one number: the same past sealed twice, or one workspace used on two machines (sync.md §3.1).

A backup may hold work that was not yet exported; the lost laptop later sealed it together with more, the restored one
seals it alone. Such segments overlap without contradicting each other, and both count. Where one running number stands
for two different ops the workspace was used twice: both lines are kept, the one that arrives later is folded as another
actor of the same replica (domain/branches.py), and the alarm is raised. Segments of later incarnations that go on from
the second line stand in the chain; what their ops say of it is rewritten in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import journal, local
from dubu_desktop.domain.branches import Branch
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
    return chained and _differs_at(conn, segment, raws) is None


@dataclass(frozen=True, slots=True)
class Aside:
    """What becomes of a segment beside the chain: whether its ops count, and as those of which line."""

    counts: bool
    branch: Branch | None = None


def set_aside(desk: Desk, segment: Segment, raws: Raws) -> Aside:
    """Keep a segment that does not fit, byte for byte. One of a second line raises the alarm, and counts as its own."""
    conn, now = desk.conn, desk.ws.clock.now_ms()
    known = journal.fork_clash(conn, segment.hash)
    if known is not None:
        return Aside(not known)
    branch = line_of(conn, segment)
    since = _differs_at(conn, segment, raws) if branch is None else None
    if since is not None:
        branch = Branch.of(segment.actor, since, segment.hash)
    journal.keep_fork(conn, segment.actor, segment.number, segment.hash, segment.sealed, now, branch)
    if branch is not None:
        local.raise_alarm(conn, "D-256", DubuError("D-256").what, now)
    return Aside(True, branch)


def line_of(conn: Any, segment: Segment) -> Branch | None:
    """The second line that this segment goes on from, in the same incarnation or a later one; None for the first."""
    lines = journal.branches(conn)
    before: bytes | None = segment.prev_hash if lines else None
    while before is not None and any(before):
        if before in lines:
            return lines[before]
        before = journal.before_segment(conn, before)
    return None


def _differs_at(conn: Any, segment: Segment, raws: Raws) -> int | None:
    """The first running number of which the segment says another thing than is known; None where it does not."""
    held = journal.bodies(conn, segment.actor, segment.first_seq, segment.last_seq)
    if not held:
        return None
    numbered = enumerate(raws(), segment.first_seq)
    return next((n for n, raw in numbered if held.get(n, raw) != raw), None)
