"""What leaves and what is missing: records in a group's scope, and blobs that records name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import tables as t
from dubu_desktop.db.digests import open_digests
from dubu_desktop.db.foldrows import chunks
from dubu_desktop.db.queries import GONE
from dubu_desktop.domain.audience import EVERYBODY
from dubu_desktop.domain.facts import Inert
from dubu_desktop.domain.ops import Actor, OpType

#: hashes in the want list of a HEAD
MOST_WANTED = 10_000
_ALL = next(iter(EVERYBODY)).ljust(16, b"\0")


def reaches(audience: bytes, group: bytes) -> bool:
    """Whether the stored audience of a record includes the group; `OFFICE`, which is empty, receives everything."""
    return not group or any(audience[i : i + 16] in (_ALL, group) for i in range(0, len(audience), 16))


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
    query = select(func.count()).select_from(t.record).where(c.change_no > above)
    if group:
        query = query.where((func.instr(c.audience, group) > 0) | (c.audience == _ALL))
    return int(conn.execute(query).scalar() or 0)


def digests(conn: Connection, group: bytes | None = None) -> list[bytes]:
    """The digests of all records, or of those in one group's scope."""
    query = select(t.record.c.uuid, t.record.c.digest, t.record.c.audience)
    rows = [
        (bytes(r.uuid), bytes(r.digest)) for r in conn.execute(query) if group is None or reaches(r.audience, group)
    ]
    late = open_digests(conn) if any(not digest for _, digest in rows) else {}
    return [digest or late[record] for record, digest in rows]


def audience_of(conn: Connection, record: bytes) -> bytes:
    """The stored audience of a record; empty where it is not here."""
    return bytes(conn.execute(select(t.record.c.audience).where(t.record.c.uuid == record)).scalar() or b"")


def change_no(conn: Connection) -> int:
    """The number of the last change of any record."""
    return int(conn.execute(select(t.counter.c.value).where(t.counter.c.name == "change_no")).scalar() or 0)


def next_change(conn: Connection) -> None:
    """Count on though no record changed: what is said from now on lies beyond every bundle made so far."""
    row = insert(t.counter).values(name="change_no", value=1)
    conn.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": t.counter.c.value + 1}))


def photos_of(conn: Connection, records: Iterable[bytes]) -> list[tuple[bytes, bytes | None, bytes | None]]:
    """(record, original, preview) of those of `records` that are evidence."""
    e = t.evidence
    out = []
    for part in chunks(records):
        query = select(e.c.uuid, e.c.sha256, e.c.preview).where(e.c.uuid.in_(part))
        out += [(bytes(r.uuid), r.sha256, r.preview) for r in conn.execute(query)]
    return out


class Pictures(NamedTuple):
    """A photo in use: its record and finding, its preview and original, who may see it and whose it is."""

    record: bytes
    finding: bytes
    named: frozenset[bytes]
    audience: bytes
    creator: bytes | None


def awaited(conn: Connection, finding: bytes | None = None) -> list[Pictures]:
    """The photos in use whose preview is noted as missing here; of one finding, else of all. One look by the database:
    a restored office may miss every photo there is.
    """
    e, r = t.evidence.c, t.record.c
    query = select(e.uuid, e.finding, e.preview, e.sha256, r.audience, r.creator).join(t.record, r.uuid == e.uuid)
    query = query.join(t.want, t.want.c.sha256 == e.preview).where(e.status.not_in(GONE))
    if finding is not None:
        query = query.where(e.finding == finding)
    return [
        Pictures(uuid, owner, frozenset(bytes(h) for h in named if h), audience, creator)
        for uuid, owner, *named, audience, creator in conn.execute(query)
    ]


def originals(conn: Connection) -> list[bytes]:
    """The hash of every original that a record names, the oldest first."""
    e = t.evidence.c
    rows = conn.execute(select(e.sha256).where(e.sha256.is_not(None)).order_by(e.id)).scalars()
    return list(dict.fromkeys(bytes(h) for h in rows))


def pictures(conn: Connection) -> list[tuple[bytes, bytes | None]]:
    """(original, preview) of all evidence, each original once."""
    e = t.evidence.c
    rows = conn.execute(select(e.sha256, e.preview).where(e.sha256.is_not(None)).order_by(e.id))
    return list({bytes(r.sha256): (bytes(r.sha256), r.preview and bytes(r.preview)) for r in rows}.values())


def finals_of(conn: Connection, records: Iterable[bytes]) -> list[tuple[bytes, bytes, str]]:
    """(document, hash of its 定稿, kind of paper) of those of `records` that have one."""
    d = t.OF_KIND["document"].c
    out = []
    for part in chunks(records):
        rows = conn.execute(select(d.uuid, d.final, d.doc_kind).where(d.uuid.in_(part), d.final.is_not(None)))
        out += [(bytes(r.uuid), bytes(r.final), str(r.doc_kind)) for r in rows]
    return out


def _finals(conn: Connection, kinds: Collection[str] | None) -> list[tuple[bytes, bytes]]:
    """(document, hash of its 定稿) of papers of these kinds; of any where that is None."""
    d = t.OF_KIND["document"].c
    wanted = [] if kinds is None else [d.doc_kind.in_(kinds)]
    rows = conn.execute(select(d.uuid, d.final).where(d.final.is_not(None), *wanted))
    return [(bytes(r.uuid), bytes(r.final)) for r in rows]


def needed(conn: Connection, *, originals: bool, finals: Collection[str] | None = ()) -> list[tuple[bytes, bytes]]:
    """(record, hash) of the pictures that belong here: previews, and with `originals` these too.

    `finals`: the kinds of paper whose 定稿 belongs here as well; None for all.
    """
    e = t.evidence.c
    out = []
    for column in (e.preview, e.sha256) if originals else (e.preview,):
        rows = conn.execute(select(e.uuid, column.label("name")).where(column.is_not(None)))
        out += [(bytes(r.uuid), bytes(r.name)) for r in rows]
    return out + _finals(conn, finals)


def originals_reaching(conn: Connection, group: bytes, above: int = 0) -> set[bytes]:
    """The hashes of the originals of evidence in the group's scope, changed (or come into it) after `above`; and of
    what the group itself added, in its scope or not, for it keeps that.
    """
    e, r = t.evidence.c, t.record.c
    query = select(e.sha256, r.audience, r.creator).join(t.record, r.uuid == e.uuid).where(e.sha256.is_not(None))
    rows = conn.execute(query.where(r.change_no > above))
    return {bytes(row.sha256) for row in rows if row.creator == group or reaches(row.audience, group)}


def written(conn: Connection, actor: Actor, above: int) -> list[tuple[bytes, int]]:
    """(record, tag of its kind) of what the ops of an actor with running numbers beyond `above` speak of, each once."""
    query = select(t.op.c.record, t.op.c.kind).distinct().where(*_beyond(actor, above))
    return [(bytes(r.record), r.kind) for r in conn.execute(query)]


def created(conn: Connection, actor: Actor, above: int, kind: int) -> list[bytes]:
    """The encoded creates of records of one kind among those ops, in order."""
    made = t.op.c.type == int(OpType.CREATE)
    query = select(t.op.c.body).where(*_beyond(actor, above), t.op.c.kind == kind, made).order_by(t.op.c.seq)
    return [bytes(r.body) for r in conn.execute(query)]


def _beyond(actor: Actor, above: int) -> tuple[ColumnElement[bool], ...]:
    its = select(t.actor.c.id).where(t.actor.c.actor == actor.to_bytes()).scalar_subquery()
    return t.op.c.actor == its, t.op.c.seq > above


def finals_among(conn: Connection, hashes: Iterable[bytes]) -> set[bytes]:
    """Which of these are the 定稿 of papers, by the records that name them."""
    named = t.OF_KIND["document"].c.final
    found = [conn.execute(select(named).where(named.in_(part))).scalars() for part in chunks(hashes)]
    return {bytes(h) for rows in found for h in rows}


def previews_among(conn: Connection, hashes: Iterable[bytes]) -> set[bytes]:
    """Which of these are previews, by the records that name them."""
    named = t.evidence.c.preview
    found = [conn.execute(select(named).where(named.in_(part))).scalars() for part in chunks(hashes)]
    return {bytes(h) for rows in found for h in rows}


def holds_unread(conn: Connection) -> bool:
    """Whether anything is kept here that no record tells yet: ops without effect, segments of a fork."""
    # what came late for a record that was removed for good tells of nothing that is kept
    waiting = select(t.inert.c.seq).where(t.inert.c.reason != str(Inert.PURGED)).limit(1)
    return any(conn.execute(query).first() for query in (waiting, select(t.fork.c.hash).limit(1)))


def want(conn: Connection, pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Put blobs on the want list: (record that names it, hash)."""
    rows = [{"sha256": name, "record": record} for record, name in pairs]
    if rows:
        conn.execute(insert(t.want).on_conflict_do_nothing(), rows)


def wanted(conn: Connection) -> set[bytes]:
    """Hashes of the blobs on the want list; nobody waits for a photo that was removed (移除照片)."""
    found = missing(conn)
    return found - removed_among(conn, found)


def missing(conn: Connection) -> set[bytes]:
    """Hashes of the blobs noted as missing here, those of removed photos too: put back, they are wanted again."""
    return {bytes(r.sha256) for r in conn.execute(select(t.want.c.sha256))}


def removed_among(conn: Connection, hashes: Iterable[bytes]) -> set[bytes]:
    """Which of these are pictures of removed evidence, and of nothing that still stands."""
    e, found = t.evidence.c, list(hashes)
    gone: set[bytes] = set()
    standing: set[bytes] = set()
    for part in chunks(found):
        for column in (e.preview, e.sha256):
            for name, status in conn.execute(select(column, e.status).where(column.in_(part))):
                (gone if status in GONE else standing).add(bytes(name))
    gone -= standing
    return gone - finals_among(conn, gone) if gone else gone


def no_longer_wanted(conn: Connection, hashes: Iterable[bytes]) -> None:
    """Strike blobs off the want list."""
    for part in chunks(hashes):
        conn.execute(delete(t.want).where(t.want.c.sha256.in_(part)))


def settings(conn: Connection, prefix: str) -> dict[str, bytes]:
    """{key: value} of the local settings whose key begins with `prefix`, which ends in a slash."""
    key = t.setting.c.key
    query = select(key, t.setting.c.value).where(key >= prefix, key < prefix[:-1] + "0")
    return {r.key: bytes(r.value) for r in conn.execute(query)}


def want_original(conn: Connection, record: bytes, sha256: bytes) -> None:
    """Ask for one original."""
    conn.execute(insert(t.want).on_conflict_do_nothing().values(sha256=sha256, record=record))


def want_again(conn: Connection, hashes: Iterable[bytes]) -> None:
    """Put blobs found missing or damaged on the want list, each with a record that names it."""
    e, d = t.evidence.c, t.OF_KIND["document"].c
    for part in chunks(hashes):
        for column, record in ((e.preview, e.uuid), (e.sha256, e.uuid), (d.final, d.uuid)):
            found = conn.execute(select(column.label("sha256"), record.label("record")).where(column.in_(part)))
            rows = [{"sha256": bytes(r.sha256), "record": bytes(r.record)} for r in found]
            if rows:
                conn.execute(insert(t.want).on_conflict_do_nothing(), rows)


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
