"""What two workspaces compare: the digests of records. Those that an import left open are worked out when asked for."""

from __future__ import annotations

from sqlalchemy import Connection, select

from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import chunks
from dubu_desktop.db.told import load
from dubu_desktop.domain.merge import Surroundings, fold
from dubu_desktop.domain.records import BY_TAG
from dubu_desktop.wire.digest import record_digest

#: an import leaves open only records with no root but themselves, all of whose ops have effect, in one line: who wrote
#: them is then no matter
_ALONE = Surroundings(lambda _actor: b"", judge=False)
_AT_ONCE = 4000


def open_digests(conn: Connection) -> dict[bytes, bytes]:
    """{record: its digest} of the records whose row does not hold it yet."""
    c = t.record.c
    found = {bytes(r.uuid): r.kind for r in conn.execute(select(c.uuid, c.kind).where(c.digest == b""))}
    out: dict[bytes, bytes] = {}
    for part in chunks(found, _AT_ONCE):
        told = load(conn, part)
        for record in part:
            ops = told.ops[record][record]
            out[record] = record_digest(fold(BY_TAG[found[record]], record, None, ops, _ALONE))
    return out
