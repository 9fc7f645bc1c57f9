"""The bytes of sealed segments, wherever they lie: in their row, or moved to an archive. Who needs them asks here."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, select

from dubu_desktop.db import archives, bulk
from dubu_desktop.db import tables as t
from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.wire.sealed import SEGMENT

#: what stands in the row of a segment that was moved
MOVED = b""


def sealed(conn: Connection, actor: int, number: int) -> bytes:
    """One segment as it was sealed. `actor`: its local number. D-118 when its archive is missing or damaged."""
    (raw,) = bulk.first(conn, "SELECT sealed FROM segment WHERE actor = ? AND number = ?", actor, number)
    return raw or _moved(conn, actor, number)


def each(conn: Connection, actor: Actor, *conditions: ColumnElement[bool]) -> Iterator[bytes]:
    """The segments of an actor of which `conditions` on `segment` hold, in order, one in memory at a time. D-118."""
    s = t.segment.c
    query = select(s.actor, s.number).join(t.actor, t.actor.c.id == s.actor)
    query = query.where(t.actor.c.actor == actor.to_bytes(), *conditions).order_by(s.number)
    for number in conn.execute(query).all():
        yield sealed(conn, *number)


def _moved(conn: Connection, actor: int, number: int) -> bytes:
    a, where = archives.archive.c, archives.archived.c
    query = select(a.sha256, where.at, where.size, t.actor.c.actor).join(archives.archived, where.archive == a.number)
    query = query.join(t.actor, t.actor.c.id == where.actor).where(where.actor == actor, where.number == number)
    row = conn.execute(query).one()
    store = archives.of(conn)
    raw = store.read(bytes(row.sha256), row.at, row.size)
    whose = SEGMENT.unpack_from(raw)[1:3] if len(raw) >= SEGMENT.size else None
    if whose != (bytes(row.actor), number):
        raise DubuError("D-118", path=store.path_name(bytes(row.sha256)))
    return raw
