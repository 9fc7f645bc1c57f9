"""This copy's own ops sealed into segments: at an export, and whenever 1,000 have gathered (sync.md §3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.db import journal, links
from dubu_desktop.domain.ops import Actor
from dubu_desktop.sync.segments import seal_segment
from dubu_desktop.wire.bodies import READABLE, body_of, portions

if TYPE_CHECKING:
    from dubu_desktop.actions.desk import Desk
    from dubu_desktop.sync.identity import Identity


def seal_own(desk: Desk, *, full: bool = False) -> None:
    """Seal this copy's ops since the last segment, at most 1,000 a segment; they are never cut again.

    Former incarnations too: a backup may hold what was written and not yet exported when it was made. `full`: only
    segments of 1,000 ops, the rest waits for the export.
    """
    identity = ids.load(desk.ws)
    # segments go to the office alone: the codec is the best that its last bundle said it reads
    hub = desk.ws.profile.is_hub
    readable = READABLE if hub else links.load(desk.conn, desk.ws.profile.office.replica).reads
    for actor in own_actors(desk.conn, desk.ws.profile.actor.replica):
        _seal(desk, actor, identity, readable, full=full)


def _seal(desk: Desk, actor: Actor, identity: Identity, readable: Sequence[int], *, full: bool) -> None:
    ws, conn, now = desk.ws, desk.conn, desk.ws.clock.now_ms()
    end = journal.chain_end(conn, actor)
    waiting = journal.unsealed(conn, actor)
    if full:
        waiting = waiting[: len(waiting) // journal.SEGMENT_OPS * journal.SEGMENT_OPS]
    for part in portions(waiting, lambda op: len(op[1]), journal.SEGMENT_OPS):
        before = None if end else _former_end(conn, actor)
        prev = end.hash if end else before[1] if before else bytes(32)
        body, codec = body_of([raw for _, raw in part], actor, readable)
        sealed = seal_segment(
            body,
            workspace=ws.profile.workspace,
            actor=actor,
            number=(end.number if end else 0) + 1,
            prev_hash=prev,
            first_seq=part[0][0],
            last_seq=part[-1][0],
            codec=codec,
            sign_private=identity.sign_private,
            continues=before[0] if before else None,
        )
        number, first, last = sealed.number, sealed.first_seq, sealed.last_seq
        journal.keep_segment(conn, actor, number, first, last, sealed.hash, prev, sealed.sealed, now_ms=now)
        end = journal.ChainEnd(number, sealed.hash, last)


def _former_end(conn: Any, actor: Actor) -> tuple[Actor, bytes] | None:
    """The chain head of this replica's newest earlier incarnation that sealed anything."""
    earlier = sorted(a for a in journal.actors(conn) if a.replica == actor.replica and a.counter < actor.counter)
    for one in reversed(earlier):
        end = journal.chain_end(conn, one)
        if end:
            return one, end.hash
    return None


def own_actors(conn: Any, replica: int) -> list[Actor]:
    """Every incarnation of a replica seen here, oldest first."""
    return sorted(a for a in journal.actors(conn) if a.replica == replica)
