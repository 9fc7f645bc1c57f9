"""A second segment of one number: the same past sealed twice, or one workspace used on several machines (sync.md §3.1).

A backup may hold work that was not yet exported; the lost laptop later sealed it together with more, the restored one
seals it alone. Such segments overlap without contradicting each other, and both count. Where one running number stands
for two different ops the workspace was used twice: both lines are kept, the one that arrives later is folded as another
actor of the same replica (domain/branches.py), and the alarm is raised. It never stands in the first one's chain.
Segments of later incarnations that go on from it stand in the chain of their own life; what their ops say of it is
rewritten in the same way. Where a third machine has a copy of the second, its line leaves that one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.db import journal, local, quarantine
from dubu_desktop.domain.branches import Branch, Tells
from dubu_desktop.domain.ops import Actor, Dot
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import NO_HASH, Segment
from dubu_desktop.wire.codec import MAX_INT, decode_op, encode_op

#: the bytes of a segment's ops, worked out only where something must be compared
Raws = Callable[[], Sequence[bytes]]


def fits(conn: Any, segment: Segment, raws: Raws) -> bool:
    """Whether the segment has its place in the chain held here and says nothing else than what is known."""
    if journal.segment_hash(conn, segment.actor, segment.number) is not None or journal.kept_aside(conn, segment.hash):
        return False
    before = journal.segment_hash(conn, segment.actor, segment.number - 1) if segment.number > 1 else None
    after = journal.next_prev(conn, segment.actor, segment.number)
    if before not in (None, segment.prev_hash) or after not in (None, segment.hash):
        return False
    line = line_of(conn, segment)
    if line is not None and any(each.origin == segment.actor for each in line.lines()):
        return False  # the chain is the first line's: what that one has of this number is still to come
    return _agreeing(conn, segment, raws, line).since is None


@dataclass(frozen=True, slots=True)
class Aside:
    """What becomes of a segment beside the chain: whether its ops count, and as those of which line."""

    counts: bool
    branch: Branch | None = None


def set_aside(desk: Desk, segment: Segment, raws: Raws) -> Aside:
    """Keep a segment that does not fit, byte for byte. One of a further line raises the alarm, and counts as such."""
    conn, now = desk.conn, desk.ws.clock.now_ms()
    known = journal.fork_clash(conn, segment.hash)
    if known is not None:
        return Aside(not known)
    found = max((_agreeing(conn, segment, raws, line) for line in _lines_for(conn, segment)), key=lambda a: a.known)
    branch = found.line
    if found.since is not None:
        branch = Branch.of(segment.actor, found.since, segment.hash, over=branch)
    journal.keep_fork(conn, segment.actor, segment.number, segment.hash, segment.sealed, now, branch)
    if branch is not None:
        local.raise_alarm(conn, "D-256", DubuError("D-256").what, now)
    return Aside(True, branch)


def line_of(conn: Any, segment: Segment) -> Branch | None:
    """The further line that this segment goes on from, in the same incarnation or a later one; None for the first."""
    lines = journal.branches(conn)
    before: bytes | None = segment.prev_hash if lines else None
    while before is not None and any(before):
        if before in lines:
            return lines[before]
        before = journal.before_segment(conn, before)
    return None


def unsettled(conn: Any, replica: int) -> bool:
    """Whether a segment of this copy is kept as one of the first line that goes on from a further one: what it goes on
    from had not come yet.
    """
    lines = journal.branches(conn)
    if not any(line.origin.replica == replica for line in lines.values()):
        return False
    placed = {each.hash: each for each in quarantine.in_journal(conn, replica)}
    first = {NO_HASH}  # what is known to go back to the first line alone
    for each in placed.values():
        walked, before = [], each.prev
        while each.alone and before in placed and before not in first:
            if before in lines:
                return True
            walked.append(before)
            before = placed[before].prev
        first.update(walked)
    return False


def _lines_for(conn: Any, segment: Segment) -> list[Branch | None]:
    """The lines this segment may be of, the one that its predecessor is of first.

    Those that leave it later as well: what both machines had written when one was copied each sealed for itself.
    """
    after = line_of(conn, segment)
    last = Dot(segment.actor, segment.first_seq - 1)
    others = {line for line in journal.branches(conn).values() if line.origin == segment.actor and line != after}
    alike = [line for line in others if _below(line, last) == _below(after, last)]
    return [after, *sorted(alike, key=lambda line: (len(list(line.lines())), line.actor))]


def _below(line: Branch | None, last: Dot) -> tuple[Branch | None, Actor]:
    """What a line has in common with another that leaves it after `last`: what it goes on from, and as whom."""
    base = line
    while base is not None and base.origin == last.actor:
        base = base.over
    return base, (line.dot(last).actor if line is not None else last.actor)


@dataclass(frozen=True, slots=True)
class _Agreeing:
    """A segment beside a line: how many of its ops that one holds before `since`, the first op it knows otherwise."""

    line: Branch | None
    known: int
    since: int | None = None


def _agreeing(conn: Any, segment: Segment, raws: Raws, line: Branch | None) -> _Agreeing:
    first, last = segment.first_seq, segment.last_seq
    names = line.names() if line is not None and line.origin == segment.actor else {segment.actor}
    held = {name: journal.bodies(conn, name, first, last) for name in names}
    if not any(held.values()):
        return _Agreeing(line, 0)
    known = 0
    for number, raw in enumerate(raws(), first):
        dot = Dot(segment.actor, number)
        name = line.dot(dot).actor if line is not None else segment.actor
        body = held[name].get(number)
        if body is None:
            continue
        if body != raw and (line is None or not same(line, name, body, raw, segment.actor)):
            return _Agreeing(line, known, number)
        known += 1
    return _Agreeing(line, known)


def same(line: Branch, name: Actor, held: bytes, raw: bytes, author: Actor) -> bool:
    """Whether the op held as one of `name` is the one that `raw` tells, which `author` sealed: by whatever names."""
    try:
        here, there = line.plain(decode_op(held, name)), line.plain(decode_op(raw, author))
        return encode_op(here) == encode_op(there)
    except ValueError:  # not what anybody wrote
        return False


def told(conn: Any, line: Branch) -> Tells:
    """Of which record the ops held of these lines speak, those beyond what they have in common."""
    bodies: dict[Actor, dict[int, bytes]] = {}

    def tells(dot: Dot) -> bytes | None:
        if dot.actor not in bodies:
            since = min(each.since for each in line.lines())
            bodies[dot.actor] = journal.bodies(conn, dot.actor, since, MAX_INT)
        raw = bodies[dot.actor].get(dot.seq)
        return decode_op(raw, dot.actor).record if raw is not None else None

    return tells
