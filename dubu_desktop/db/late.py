"""移交后到达: records that a former group's work reached after they were handed over, for whoever has them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import scope
from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import chunks
from dubu_desktop.domain.ops import Dot


def outside(conn: Connection, group: bytes, roots: Mapping[bytes, Sequence[Dot]]) -> list[bytes]:
    """Those of `roots` {root: ops of the group on it} out of the group's scope of which an op has effect."""
    r = t.record.c
    out = []
    for part in chunks(roots):
        rows = conn.execute(select(r.uuid, r.audience).where(r.uuid.in_(part)))
        gone = [bytes(uuid) for uuid, audience in rows if not scope.reaches(audience, group)]
        out += [root for root in gone if any(not _inert(conn, dot) for dot in roots[root])]
    return out


def _inert(conn: Connection, dot: Dot) -> bool:
    number = select(t.actor.c.id).where(t.actor.c.actor == dot.actor.to_bytes()).scalar_subquery()
    query = select(func.count()).select_from(t.inert)
    return bool(conn.execute(query.where(t.inert.c.actor == number, t.inert.c.seq == dot.seq)).scalar())


def note(conn: Connection, records: Iterable[bytes]) -> None:
    """Remember them, to be told to the groups that have them now with their next bundle."""
    rows = [{"record": record, "at_no": scope.change_no(conn)} for record in records]
    if rows:
        row = insert(t.late)
        conn.execute(row.on_conflict_do_update(index_elements=["record"], set_={"at_no": row.excluded.at_no}), rows)


def to_name(conn: Connection, group: bytes, acked: int, most: int) -> tuple[list[bytes], list[bytes]]:
    """Those in the group's scope of which a copy that acknowledged up to `acked` does not know yet; at most `most`, the
    oldest first, and the others.
    """
    query = select(t.late.c.record, t.record.c.audience).join(t.record, t.record.c.uuid == t.late.c.record)
    rows = conn.execute(query.where(t.late.c.at_no > acked).order_by(t.late.c.at_no, t.late.c.record))
    found = [bytes(record) for record, audience in rows if scope.reaches(audience, group)]
    return found[:most], found[most:]
