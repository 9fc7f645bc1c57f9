"""What leaves and what is missing: records in a group's scope, and blobs that records name."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import tables as t
from dubu_desktop.db.blobs import BlobStore
from dubu_desktop.db.foldrows import chunks
from dubu_desktop.domain.audience import EVERYBODY

_ALL = next(iter(EVERYBODY)).ljust(16, b"\0")


def reaches(audience: bytes, group: bytes) -> bool:
    """Whether the stored audience of a record includes the group."""
    return any(audience[i : i + 16] in (_ALL, group) for i in range(0, len(audience), 16))


def in_scope(conn: Connection, group: bytes, above: int) -> list[tuple[int, bytes, bytes]]:
    """(change number, record, root) of the records in the group's scope changed after `above`, in that order."""
    query = (
        select(t.record.c.change_no, t.record.c.uuid, t.record.c.root, t.record.c.audience)
        .where(t.record.c.change_no > above)
        .order_by(t.record.c.change_no)
    )
    return [(r.change_no, bytes(r.uuid), bytes(r.root)) for r in conn.execute(query) if reaches(r.audience, group)]


def count_above(conn: Connection, group: bytes, above: int) -> int:
    """How many records in the group's scope changed after `above`; as `in_scope`, counted by the database."""
    c = t.record.c
    reached = (func.instr(c.audience, group) > 0) | (c.audience == _ALL)
    query = select(func.count()).select_from(t.record).where(c.change_no > above, reached)
    return int(conn.execute(query).scalar() or 0)


def digests(conn: Connection, group: bytes | None = None) -> list[bytes]:
    """The digests of all records, or of those in one group's scope."""
    query = select(t.record.c.digest, t.record.c.audience)
    return [bytes(r.digest) for r in conn.execute(query) if group is None or reaches(r.audience, group)]


def change_no(conn: Connection) -> int:
    """The number of the last change of any record."""
    return int(conn.execute(select(t.counter.c.value).where(t.counter.c.name == "change_no")).scalar() or 0)


def photos_of(conn: Connection, records: Iterable[bytes]) -> list[tuple[bytes, bytes | None, bytes | None]]:
    """(record, original, preview) of those of `records` that are evidence."""
    e = t.evidence
    out = []
    for part in chunks(records):
        query = select(e.c.uuid, e.c.sha256, e.c.preview).where(e.c.uuid.in_(part))
        out += [(bytes(r.uuid), r.sha256, r.preview) for r in conn.execute(query)]
    return out


def blob_hashes(conn: Connection) -> set[bytes]:
    """Every blob that any record names: what the evidence store must keep."""
    e = t.evidence
    rows = conn.execute(select(e.c.sha256, e.c.preview))
    return {bytes(h) for row in rows for h in row if h}


def holds_unread(conn: Connection) -> bool:
    """Whether anything is kept here that no record tells yet: ops without effect, segments of a fork."""
    kept = (select(func.count()).select_from(table) for table in (t.inert, t.fork))
    return any(conn.execute(query).scalar() for query in kept)


def note_wants(conn: Connection, store: BlobStore, records: Iterable[bytes], *, originals: bool) -> int:
    """Put what evidence `records` name and the store lacks on the want list; returns how many were added."""
    rows = []
    for record, original, preview in photos_of(conn, records):
        for wanted, named in ((True, preview), (originals, original)):
            if wanted and named and not store.has(named):
                rows.append({"sha256": named, "record": record})
    if rows:
        conn.execute(insert(t.want).on_conflict_do_nothing(), rows)
    return len(rows)


def want_list(conn: Connection, store: BlobStore, limit: int = 10_000) -> list[bytes]:
    """Hashes of blobs wanted and still missing; those that came meanwhile are struck off."""
    found = [bytes(r.sha256) for r in conn.execute(select(t.want.c.sha256))]
    here = [h for h in found if store.has(h)]
    for part in chunks(here):
        conn.execute(delete(t.want).where(t.want.c.sha256.in_(part)))
    gone = set(here)
    return [h for h in found if h not in gone][:limit]


def want_original(conn: Connection, record: bytes, sha256: bytes) -> None:
    """Ask for one original."""
    conn.execute(insert(t.want).on_conflict_do_nothing().values(sha256=sha256, record=record))


def note_asked(conn: Connection, peer: int, hashes: Iterable[bytes]) -> None:
    """Remember what the other side said it wants; the newest list stands."""
    raw = peer.to_bytes(8, "big")
    conn.execute(delete(t.ask).where(t.ask.c.peer == raw))
    rows = [{"sha256": h, "peer": raw} for h in hashes]
    if rows:
        conn.execute(insert(t.ask).on_conflict_do_nothing(), rows)


def asked(conn: Connection, peer: int) -> list[bytes]:
    """What the other side wants."""
    rows = conn.execute(select(t.ask.c.sha256).where(t.ask.c.peer == peer.to_bytes(8, "big")))
    return [bytes(r.sha256) for r in rows]
