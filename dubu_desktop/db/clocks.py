"""Which ops bear a wall time that cannot be right, noted when they come: runs of them, few (domain/clocks.py)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import tables as t
from dubu_desktop.db.journal import actor_id
from dubu_desktop.domain.clocks import Doubt, doubtful_runs
from dubu_desktop.domain.ops import Actor


def note(conn: Connection, actor: Actor, first: int, walls: Sequence[int], received_ms: int, tolerance_ms: int) -> None:
    """Look at the times of an actor's ops from running number `first` on, just received."""
    if not walls:
        return
    number = actor_id(conn, actor)
    w = t.last_wall.c
    before = conn.execute(select(w.seq, w.wall).where(w.actor == number)).first()
    previous = before.wall if before is not None and before.seq < first else None
    runs = doubtful_runs(walls, previous, received_ms, tolerance_ms)
    if runs:
        rows = [{"actor": number, "first": first + a, "last": first + b, "why": str(why)} for a, b, why in runs]
        conn.execute(insert(t.odd_clock).on_conflict_do_nothing(), rows)
    if before is None or before.seq < first:
        row = insert(t.last_wall).values(actor=number, seq=first + len(walls) - 1, wall=walls[-1])
        kept = {"seq": row.excluded.seq, "wall": row.excluded.wall}
        conn.execute(row.on_conflict_do_update(index_elements=["actor"], set_=kept))


def note_own(conn: Connection, actor: Actor, first: int, wall: int, tolerance_ms: int) -> None:
    """Look at the time of this machine's own action, whose ops begin at running number `first`."""
    number = actor_id(conn, actor)
    o = t.op.c
    last = conn.execute(select(o.wall).where(o.actor == number, o.seq == first - 1)).scalar()
    runs = doubtful_runs([wall], last, wall, tolerance_ms)
    if runs:
        conn.execute(
            insert(t.odd_clock)
            .values(actor=number, first=first, last=first, why=str(runs[0][2]))
            .on_conflict_do_nothing()
        )


def odd(conn: Connection) -> dict[Actor, list[tuple[int, int, Doubt]]]:
    """{actor: [(first, last, why)]} of all that was noted."""
    query = select(t.actor.c.actor, t.odd_clock.c.first, t.odd_clock.c.last, t.odd_clock.c.why)
    out: dict[Actor, list[tuple[int, int, Doubt]]] = {}
    for raw, first, last, why in conn.execute(query.join(t.actor, t.actor.c.id == t.odd_clock.c.actor)):
        out.setdefault(Actor.from_bytes(bytes(raw)), []).append((first, last, Doubt(why)))
    return out
