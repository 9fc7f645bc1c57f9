"""Records that leave a group's scope: at the office whom to tell, at the group what to remove (sync.md §3.7).

The office remembers which records it gave to which workspace copy, of those that may leave its scope again; only what
was given is ever named, because the id of a record is a byte of it too. At the group everything others wrote goes:
bases, the signed blocks they came in, tables, search index, previews. What the group itself wrote stays in its journal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import lines
from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import chunks
from dubu_desktop.db.scope import reaches, want_again
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.papers.kinds import to_groups
from dubu_desktop.domain.records import BY_NAME

#: kinds whose audience never gets smaller, because what decides it is fixed when the record begins; but a unit that a
#: group proposed goes to all once it is adopted, and that may be taken back
SETTLED = frozenset({"unit", "category", "rule_profile", "phrase", "paper_text", "group", "person", "visit"})

#: records named in one HEAD
MOST_NAMED = 10_000


# --- at the office -------------------------------------------------------------------------------------------------
def note_given(conn: Connection, peer: int, records: Iterable[bytes]) -> None:
    """Remember that a workspace copy was given these records."""
    rows = [{"peer": peer.to_bytes(8, "big"), "record": record, "left_at": None} for record in records]
    if rows:
        conn.execute(insert(t.given).on_conflict_do_nothing(), rows)


def note_gone(conn: Connection, records: Iterable[bytes]) -> None:
    """Records of which nothing counts here any more are about to leave the tables: every copy they reached is told.

    But not, of what goes with its root, a copy of the side that began it: it would take that for a purge and destroy
    the photos too, which may come home with their record (decisions/0023: what went into quarantine stays there).
    """
    r, root, going = t.record.c, t.record.alias(), set(records)
    for part in chunks(going):
        query = select(r.uuid, r.root, r.audience, root.c.creator).outerjoin(root, root.c.uuid == r.root)
        rows = conn.execute(query.where(r.uuid.in_(part))).all()
        for replica, side in conn.execute(select(t.roster.c.replica, t.roster.c.side)):
            reached = [row for row in rows if side == OFFICE or reaches(row.audience, bytes(side))]
            told = [bytes(row.uuid) for row in reached if bytes(row.root) not in going or row.creator != side]
            note_given(conn, int.from_bytes(replica, "big"), told)


def note_given_before(conn: Connection) -> None:
    """What an office may have given that it does not remember: all that is in scope now and may leave it.

    One of 0.1.0 kept no list; one that was restored has the list of its backup, and may have sent since then.
    Plain SQL over tables that every version has: it runs before they are brought to this version's declarations.
    """
    settled = ", ".join(str(BY_NAME[name].tag) for name in SETTLED)
    conn.exec_driver_sql(
        "INSERT OR IGNORE INTO given (peer, record) SELECT p.replica, r.uuid FROM roster p "
        "JOIN record r ON instr(r.audience, p.side) > 0 LEFT JOIN r_finding f ON f.uuid = r.root "
        "LEFT JOIN r_unit u ON u.uuid = r.uuid WHERE length(p.side) = 16 AND f.finder_group IS NOT p.side "
        f'AND (r.kind NOT IN ({settled}) OR u."group" IS NOT NULL)'
    )


def to_name(
    conn: Connection, peer: int, group: bytes, position: int, acked: int, most: int = MOST_NAMED
) -> tuple[list[bytes], bool]:
    """The records given to this copy that are no longer in its group's scope and that it is not known to have removed.

    At most `most`, and whether there are more: they stay to be named, before those that were named already.
    `position`: where the bundle now made will bring it; `acked`: where it is known to be.
    """
    raw = peer.to_bytes(8, "big")
    g, r = t.given.c, t.record.c
    query = select(g.record, g.left_at, r.audience).outerjoin(t.record, r.uuid == g.record).where(g.peer == raw)
    rows = conn.execute(query.order_by(g.left_at.is_not(None), g.record)).all()
    out, more = list[bytes](), False
    for record, left_at, audience in rows:
        gone = audience is None or not reaches(audience, group)
        # beyond what is acknowledged, also where naming had to wait (actions/exchange) and nothing has changed since
        since = (left_at if left_at is not None else max(position, acked + 1)) if gone else None
        named = since is not None and acked < since
        if named and len(out) == most:
            since, named, more = None, False, True
        if since != left_at:
            mine = (g.peer == raw) & (g.record == record)
            conn.execute(update(t.given).where(mine).values(left_at=since))
        if named:
            out.append(bytes(record))
    return out, more


def within(conn: Connection, group: bytes, photos: Iterable[bytes]) -> list[bytes]:
    """Which of these photos the group may have: those of evidence in its scope, and those it added itself; and of the
    定稿 those of papers that go to groups, in whose 发送范围 it is.

    Whoever once was in the scope of a photo still knows its hash; asking for it is no right to it, nor is evidence of
    one's own that names it after somebody else's did.
    """
    wanted = list(photos)
    if not group:
        return wanted
    e, r, d = t.evidence.c, t.record.c, t.OF_KIND["document"].c
    may: set[bytes] = set()
    foreign: set[bytes] = set()
    for part in chunks(wanted):
        query = select(e.sha256, e.preview, r.audience, r.creator).join(t.record, r.uuid == e.uuid)
        query = query.where(e.sha256.in_(part) | e.preview.in_(part)).order_by(r.id)
        for original, preview, audience, creator in conn.execute(query):
            named = {bytes(h) for h in (original, preview) if h}
            if creator != group and reaches(audience, group):
                may |= named
            elif creator == group:
                may |= named - foreign
            else:
                foreign |= named
        papers = select(d.final, r.audience).join(t.record, r.uuid == d.uuid)
        for final, audience in conn.execute(papers.where(d.final.in_(part), d.doc_kind.in_(to_groups()))):
            may |= {bytes(final)} if reaches(audience, group) else set()
    return [name for name in wanted if name in may]


# --- at the group --------------------------------------------------------------------------------------------------
@dataclass
class Removed:
    """What went: records with their roots and kinds, and the photos that nothing here names any more.

    `kept`: photos this group added to what went; they stay until the office has them, and for as long as it wants.
    `begun`: roots that this group began; their photos go as well.
    """

    records: set[bytes] = field(default_factory=set)
    roots: set[bytes] = field(default_factory=set)
    kinds: set[int] = field(default_factory=set)
    photos: set[bytes] = field(default_factory=set)
    kept: set[bytes] = field(default_factory=set)
    begun: set[bytes] = field(default_factory=set)


def remove(
    conn: Connection, records: Sequence[bytes], own: bytes, records_in: Callable[[bytes], Iterable[bytes]]
) -> Removed:
    """Remove what others wrote of these records. `own`: this group's id; `records_in`: whom a sealed block tells of.

    With a record goes from sight what this group itself hung on it and the office has not yet seen.
    """
    out, r = Removed(), t.record.c
    for part in chunks(records):
        rows = conn.execute(select(r.uuid, r.root, r.kind).where(r.uuid.in_(part) | r.root.in_(part)))
        for uuid, root, kind in rows:
            out.records.add(bytes(uuid))
            out.roots.add(bytes(root))
            out.kinds.add(kind)
        for record, root in conn.execute(select(t.base.c.record, t.base.c.root).where(t.base.c.record.in_(part))):
            out.records.add(bytes(record))
            out.roots.add(bytes(root))
        conn.execute(delete(t.base).where(t.base.c.record.in_(part)))
    for part in chunks(records):
        mine = conn.execute(select(r.uuid).where(r.uuid.in_(part), r.root == r.uuid, r.creator == own))
        out.begun |= {bytes(uuid) for uuid in mine.scalars()}
    for part in chunks(sorted(out.records)):
        out.photos |= _photos(conn, part, r.creator.is_distinct_from(own))
        out.kept |= _photos(conn, part, (r.creator == own) & r.root.not_in(out.begun))
        out.photos |= _photos(conn, part, r.root.in_(out.begun))
    if out.records:
        _blocks(conn, set(records) - _shared(conn, records, own), records_in)
        forget_rows(conn, sorted(out.records))
        out.photos -= _named(conn, out.photos) | out.kept
    return out


def forget_rows(conn: Connection, records: Sequence[bytes]) -> None:
    """Take records out of every folded and local table, and their words out of the search index."""
    found = 0
    struck: set[bytes] = set()
    for part in chunks(records):
        for number in conn.execute(select(t.finding.c.number).where(t.finding.c.uuid.in_(part))).scalars():
            if number:
                _forget_alarms(conn, number)
        ids = [i for (i,) in conn.execute(select(t.record.c.id).where(t.record.c.uuid.in_(part)))]
        found += len(ids)
        conn.execute(delete(t.finding_line).where(t.finding_line.c.id.in_(ids)))
        for table in t.OF_KIND.values():
            conn.execute(delete(table).where(table.c.uuid.in_(part)))
        conn.execute(delete(t.conflict).where(t.conflict.c.record.in_(ids)))
        conn.execute(delete(t.inert).where(t.inert.c.record.in_(part)))
        conn.execute(delete(t.record).where(t.record.c.uuid.in_(part)))
        mine = t.want.c.record.in_(part)
        struck |= {bytes(h) for h in conn.execute(select(t.want.c.sha256).where(mine)).scalars()}
        conn.execute(delete(t.want).where(mine))
        conn.execute(delete(t.name_key).where(t.name_key.c.record.in_(ids)))
        conn.execute(delete(t.search_todo).where(t.search_todo.c.record.in_(ids)))
        if ids:
            conn.execute(text("DELETE FROM search WHERE rowid = :i"), [{"i": i} for i in ids])
        for record in part:
            conn.execute(delete(t.draft).where(func.instr(t.draft.c.key, record.hex()) > 0))
    want_again(conn, struck)  # other records may name the same picture
    if found:
        lines.forget_unpointed(conn)
        # the index keeps the words of a deleted document until its parts are merged
        conn.exec_driver_sql("INSERT INTO search(search) VALUES('optimize')")


def _forget_alarms(conn: Connection, number: str) -> None:
    """Alarms that name this number, and no longer one that begins with it."""
    a, named = t.alarm.c, re.compile(re.escape(number) + r"(?!\d)")
    for row in conn.execute(select(a.id, a.text).where(func.instr(a.text, number) > 0)).all():
        if named.search(row.text):
            conn.execute(delete(t.alarm).where(a.id == row.id))


def _photos(conn: Connection, records: Sequence[bytes], whose: ColumnElement[bool]) -> set[bytes]:
    """Pictures of the evidence, and 定稿 of the papers, among `records` of which `whose` holds.

    Whoever added a photo keeps it.
    """
    e, d = t.evidence.c, t.OF_KIND["document"].c
    query = select(e.sha256, e.preview).join(t.record, t.record.c.uuid == e.uuid)
    papers = select(d.final).join(t.record, t.record.c.uuid == d.uuid)
    rows = [
        *conn.execute(query.where(e.uuid.in_(records), whose)),
        *conn.execute(papers.where(d.uuid.in_(records), whose)),
    ]
    return {bytes(h) for row in rows for h in row if h}


def _named(conn: Connection, photos: Iterable[bytes]) -> set[bytes]:
    """Which of these pictures some record here still names."""
    out: set[bytes] = set()
    for part in chunks(photos):
        for column in (t.evidence.c.sha256, t.evidence.c.preview, t.OF_KIND["document"].c.final):
            out |= {bytes(h) for h in conn.execute(select(column).where(column.in_(part))).scalars()}
    return out


def _shared(conn: Connection, records: Sequence[bytes], own: bytes) -> set[bytes]:
    """Those of `records` that stand in blocks with others (exchange/bases.py): they never leave, they were purged, and
    their text stays where it is sealed (docs/decisions/0034). With the block would go what a restored office lacks.
    At a computer of the office all are.
    """
    if own == OFFICE:
        return set(records)
    r, out = t.record.c, set[bytes]()
    settled = [BY_NAME[name].tag for name in SETTLED - {"unit"}]
    unit, proposed = BY_NAME["unit"].tag, t.OF_KIND["unit"].c
    for part in chunks(records):
        query = select(r.uuid).outerjoin(t.OF_KIND["unit"], proposed.uuid == r.uuid).where(r.uuid.in_(part))
        mine = (r.creator == own) & (r.root == r.uuid) & (r.kind == BY_NAME["finding"].tag)
        out |= {bytes(u) for u in conn.execute(query.where(r.kind.in_(settled) | mine)).scalars()}
        out |= {bytes(u) for u in conn.execute(query.where(r.kind == unit, proposed.group.is_(None))).scalars()}
    return out


def _blocks(conn: Connection, records: set[bytes], records_in: Callable[[bytes], Iterable[bytes]]) -> None:
    """Remove the office's signed blocks that tell of `records`.

    Since 0.2 a block tells of one record that may leave (exchange/bases.py); one of an older office may tell of more,
    which a restored office then does not get back from here (docs/decisions/0031).
    """
    if not records:
        return
    b = t.base_block.c
    keys = conn.execute(select(b.office, b.link, b.first, b.hash)).all()
    for office, link, first, name in keys:
        mine = (b.office == office) & (b.link == link) & (b.first == first) & (b.hash == name)
        sealed = conn.execute(select(b.sealed).where(mine)).scalar_one()
        if records & set(records_in(bytes(sealed))):
            conn.execute(delete(t.base_block).where(mine))
