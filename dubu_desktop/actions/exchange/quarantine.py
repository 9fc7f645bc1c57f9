"""What a revoked computer sent after its cut-off is held back, not refused and not folded (sync.md §3.12).

What lies before the cut-off counts whenever it comes: the hashes of the chain prove it, numbers alone would not, since
whoever has the computer has its key. What this office took in before it heard of the revocation counts as it stands up
to the cut-off; the rest goes from the journal into quarantine, so that the order of arrival does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import standing, trust
from dubu_desktop.db import local, quarantine, vanished
from dubu_desktop.db.workspace import Workspace
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.sync import roster
from dubu_desktop.sync.segments import Segment, parse_segment
from dubu_desktop.wire.messages import Cutoff, Head, ReplicaStatus


@dataclass
class Sifted:
    """What of a bundle goes into the journal. `roots`: records that lost ops; `held`: ops held back just now."""

    segments: list[Segment] = field(default_factory=list)
    roots: set[bytes] = field(default_factory=set)
    held: int = 0
    revoked: bool = False


def sift(desk: Desk, head: Head, segments: list[Segment], *, risen: bool) -> Sifted:
    """Divide the segments of an up bundle by its sender's cut-off; `risen`: the roster has just changed."""
    ws, conn = desk.ws, desk.conn
    out = Sifted()
    cut: dict[int, Cutoff] = {}
    if risen:
        standing.settle(desk)
        cut = trust.cutoffs(ws, conn)
    mine = trust.entry_of(ws, conn, head.sender_actor.replica)
    if mine is not None and mine.entry.cutoff is not None:
        out.revoked = True
        cut[mine.entry.replica] = mine.entry.cutoff
    for replica, cutoff in sorted(cut.items()):
        _divide(desk, cutoff, replica, segments if replica == head.sender_actor.replica else [], out)
    if not out.revoked:
        out.segments += segments
    vanished.forget(conn, ws.fold, sorted(out.roots))
    if out.held:
        label = mine.entry.label or mine.entry.group_code if mine is not None else ""
        error = DubuError("D-217", label=clean_line(label) or "未写明", count=out.held)
        local.raise_alarm(conn, error.code, error.what, ws.clock.now_ms())
    return out


def revoke(desk: Desk, replica: int, reason: str) -> Cutoff:
    """吊销: what is held of this workspace copy now counts, what it sends from now on is held back."""
    entry = trust.entries(desk.ws, desk.conn)[replica].entry
    cutoff = standing.last_held(desk.conn, replica)
    standing.pronounce(desk, entry, ReplicaStatus.REVOKED, cutoff, reason)
    standing.settle(desk)
    return cutoff


def _divide(desk: Desk, cutoff: Cutoff, replica: int, fresh: list[Segment], out: Sifted) -> None:
    ws, conn = desk.ws, desk.conn
    held = {each.hash: each for each in quarantine.in_journal(conn, replica)}
    aside = {each.hash: parse_segment(each.sealed, workspace=ws.profile.workspace) for each in _aside(conn, replica)}
    known = {name: parse_segment(each.sealed, workspace=ws.profile.workspace) for name, each in held.items()}
    arrived = {each.hash: each for each in fresh}
    before = roster.linked(cutoff, {n: s.prev_hash for n, s in {**known, **aside, **arrived}.items()})
    late = [s for n, s in known.items() if n not in before and roster.beyond(cutoff, s.actor, s.number, n)]
    for segment in late:
        _hold(desk, segment, out)
        out.roots |= quarantine.withdraw(conn, segment.actor, [segment.number], segment.first_seq)
    for name, segment in arrived.items():
        if name in before or name in known:
            out.segments.append(segment)
        else:
            _hold(desk, segment, out)
    home = [name for name in aside if name in before]
    out.segments += [aside[name] for name in home if name not in arrived]
    quarantine.release(conn, home)


def _aside(conn: Any, replica: int) -> list[quarantine.Held]:
    return quarantine.held(conn, replica)


def _hold(desk: Desk, segment: Segment, out: Sifted) -> None:
    each = quarantine.Held(segment.actor, segment.number, segment.hash, segment.sealed)
    ops = segment.last_seq - segment.first_seq + 1
    if quarantine.keep(desk.conn, each, ops, desk.ws.clock.now_ms()):
        out.held += ops


def segments(ws: Workspace, conn: Any) -> list[Segment]:
    """Every segment in quarantine, taken apart."""
    return [parse_segment(each.sealed, workspace=ws.profile.workspace) for each in quarantine.held(conn)]
