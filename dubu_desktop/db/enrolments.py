"""Starters given out and the roster: who may write to this workspace (sync.md §3.12). All in the encrypted file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import bulk
from dubu_desktop.db import tables as t
from dubu_desktop.wire.messages import ReplicaStatus, RosterEntry
from dubu_desktop.wire.packing import unpack

#: roster entries in one HEAD
_MAX_ENTRIES = 256
#: bytes of the signature before an entry
_SIGNATURE = 64


@dataclass(frozen=True, slots=True)
class Given:
    """A starter given out: for which side, its register key while it is open, the registration that answered it.

    `group`: id of the group, empty for another computer of the office. `role`: what the copy becomes
    (sync/roster.py). `made_ms`: when it was given.
    """

    eid: bytes
    group: bytes
    register_key: bytes | None
    reg: bytes | None
    role: str = ""
    made_ms: int = 0

    @property
    def open(self) -> bool:
        """Whether nobody has answered it and nobody has withdrawn it."""
        return self.register_key is not None


def give(conn: Connection, eid: bytes, group: bytes, register_key: bytes, now_ms: int, role: str = "group") -> None:
    """Remember a starter."""
    values = {"eid": eid, "group_id": group, "register_key": register_key, "made_ms": now_ms, "role": role}
    conn.execute(t.enrolment.insert().values(values))


def given(conn: Connection, eid: bytes) -> Given | None:
    """What is held of a starter."""
    row = conn.execute(select(t.enrolment).where(t.enrolment.c.eid == eid)).first()
    return _given(row) if row else None


def starters(conn: Connection) -> list[Given]:
    """Every starter given out, the oldest first."""
    return [_given(row) for row in conn.execute(select(t.enrolment).order_by(t.enrolment.c.made_ms, t.enrolment.c.eid))]


def _given(row: Row[Any]) -> Given:
    return Given(bytes(row.eid), bytes(row.group_id), row.register_key, row.reg, row.role, row.made_ms)


def withdraw(conn: Connection, eid: bytes) -> None:
    """Nobody can answer this starter any more; one that was answered stays as it is."""
    open_one = (t.enrolment.c.eid == eid) & t.enrolment.c.reg.is_(None)
    conn.execute(update(t.enrolment).where(open_one).values(register_key=None))


def use(conn: Connection, eid: bytes, reg: bytes) -> None:
    """A laptop answered: remember which, and forget the register key in the same transaction."""
    conn.execute(update(t.enrolment).where(t.enrolment.c.eid == eid).values(reg=reg, register_key=None))


def keep_entry(conn: Connection, replica: int, side: bytes, version: bytes, signed: bytes) -> None:
    """Keep a roster entry in place of the one held of the same replica."""
    row = insert(t.roster).values(replica=replica.to_bytes(8, "big"), side=side, version=version, signed=signed)
    conn.execute(
        row.on_conflict_do_update(index_elements=["replica"], set_={"side": side, "version": version, "signed": signed})
    )


def entries(conn: Connection) -> list[bytes]:
    """Every signed roster entry held."""
    return [bytes(row.signed) for row in conn.execute(select(t.roster.c.signed).order_by(t.roster.c.replica))]


def by_side(conn: Connection) -> list[tuple[bytes, bytes]]:
    """(side, signed entry) of all entries held."""
    return [(bytes(row.side), bytes(row.signed)) for row in conn.execute(select(t.roster.c.side, t.roster.c.signed))]


def next_version(conn: Connection) -> int:
    """A running number for the next roster entry of this office incarnation."""
    found = conn.execute(select(t.counter.c.value).where(t.counter.c.name == "roster")).scalar() or 0
    row = insert(t.counter).values(name="roster", value=int(found) + 1)
    conn.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": int(found) + 1}))
    return int(found) + 1


def entries_for(conn: Connection, replica: bytes) -> list[bytes]:
    """The signed entries a spoke receives: the office's and those of its own group (sync.md §3.11).

    Another computer of the office has the office's scope, and so all of them, the newest 256.
    """
    side = conn.execute(select(t.roster.c.side).where(t.roster.c.replica == replica)).scalar()
    query = select(t.roster.c.signed)
    if side == b"":
        query = query.order_by(t.roster.c.version.desc()).limit(_MAX_ENTRIES)
    else:
        query = query.where(t.roster.c.side.in_([b"", side or b""]))
    return [bytes(row.signed) for row in conn.execute(query)]


@dataclass(frozen=True, slots=True)
class Laptop:
    """One workspace copy the office has taken in."""

    replica: int
    side: bytes
    signed: bytes


@dataclass(frozen=True, slots=True)
class InUse:
    """One workspace copy neither retired nor revoked, by its entry as it was verified when it was kept."""

    replica: int
    side: bytes
    role: str


def in_use(conn: Connection) -> list[InUse]:
    """Every copy in use but the office's that was, by side and age."""
    rows = conn.execute(select(t.roster.c.signed)).scalars()
    found = [unpack(RosterEntry, bytes(raw)[_SIGNATURE:], max_bytes=len(raw)) for raw in rows]
    found.sort(key=lambda e: (e.group, e.valid_from_ms, e.replica_id))
    return [InUse(e.replica, e.group, e.role) for e in found if e.status is ReplicaStatus.ACTIVE]


def laptop(conn: Connection, replica: int) -> Laptop | None:
    """One workspace copy by its number."""
    row = bulk.first(conn, "SELECT side, signed FROM roster WHERE replica = ?", replica.to_bytes(8, "big"))
    return Laptop(replica, *row) if row else None
