"""The three kinds of table (architecture.md): journal, folded, local.

Journal tables are append-only and are the truth. Folded tables are made from the declarations, written by the fold
alone, and can be dropped and rebuilt. Local tables belong to this machine and never enter a bundle or a digest. Only
journal and local tables ever need a numbered migration.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BLOB, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

from dubu_desktop.domain.fields import FieldType, Kind
from dubu_desktop.domain.records import KINDS

JOURNAL = MetaData()
FOLDED = MetaData()
LOCAL = MetaData()

# --- journal -----------------------------------------------------------------------------------------------------
actor = Table(
    "actor",
    JOURNAL,
    Column("id", Integer, primary_key=True),
    Column("actor", LargeBinary(16), nullable=False, unique=True),
)
op = Table(
    "op",
    JOURNAL,
    Column("actor", Integer, ForeignKey("actor.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("record", LargeBinary(16), nullable=False),
    Column("root", LargeBinary(16), nullable=False),
    Column("kind", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    Column("wall", Integer, nullable=False),
    Column("txn", LargeBinary(16), nullable=False),
    Column("body", BLOB, nullable=False),
    sqlite_with_rowid=False,
)
Index("op_root", op.c.root)
Index("op_txn", op.c.txn)
segment = Table(
    "segment",
    JOURNAL,
    Column("actor", Integer, ForeignKey("actor.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("prev", LargeBinary(32), nullable=False),
    Column("sealed", BLOB, nullable=False),
    # whether its ops stand here alone, without rows in `op`: what others wrote
    Column("held", Integer, nullable=False, server_default="0"),
    # when it was sealed or came, by this machine's clock: how long its bytes stay here (db/archiving.py)
    Column("kept_ms", Integer, nullable=False, server_default="0"),
)
# which segments tell of a root, for those whose ops have no rows
held = Table(
    "held",
    JOURNAL,
    Column("root", LargeBinary(16), primary_key=True),
    Column("actor", Integer, ForeignKey("actor.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
# a second segment of one number; `clash`: it says another thing than the first (one workspace used on two machines),
# and its ops from `since` on are folded as those of the actor `branch`; else the same past sealed twice
fork = Table(
    "fork",
    JOURNAL,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("actor", Integer, ForeignKey("actor.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sealed", BLOB, nullable=False),
    Column("noticed_ms", Integer, nullable=False),
    Column("clash", Integer, nullable=False),
    Column("branch", LargeBinary(16)),
    Column("since", Integer),
    Column("over", LargeBinary(16)),
)
# bases as a group received them: the record as the office knew it
base = Table(
    "base",
    JOURNAL,
    Column("record", LargeBinary(16), primary_key=True),
    Column("root", LargeBinary(16), nullable=False, index=True),
    Column("body", BLOB, nullable=False),
)
# the office's signed base blocks, byte for byte, so that a restored office can be handed them back (sync.md §3.8)
base_block = Table(
    "base_block",
    JOURNAL,
    Column("office", Integer, ForeignKey("actor.id"), primary_key=True),
    Column("link", LargeBinary, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    # two pasts of one life of the office can have told different things from the same position on
    Column("hash", LargeBinary(32), primary_key=True),
    Column("sealed", BLOB, nullable=False),
)
roster = Table(
    "roster",
    JOURNAL,
    Column("replica", LargeBinary(8), primary_key=True),
    Column("side", LargeBinary(16), nullable=False),
    Column("version", LargeBinary(12), nullable=False),
    Column("signed", BLOB, nullable=False),
)
# segments of a revoked computer beyond its cut-off (吊销, sync.md §3.12): kept as received, and nowhere else
quarantine = Table(
    "quarantine",
    JOURNAL,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("actor", Integer, ForeignKey("actor.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("ops", Integer, nullable=False),
    Column("sealed", BLOB, nullable=False),
    Column("noticed_ms", Integer, nullable=False),
)

# --- folded ------------------------------------------------------------------------------------------------------
record = Table(
    "record",
    FOLDED,
    Column("id", Integer, primary_key=True),
    Column("uuid", LargeBinary(16), nullable=False, unique=True),
    Column("kind", Integer, nullable=False),
    Column("root", LargeBinary(16), nullable=False),
    Column("status", Text, nullable=False),
    Column("creator", LargeBinary(16)),
    Column("created_ms", Integer, nullable=False),
    Column("change_no", Integer, nullable=False),
    Column("audience", BLOB, nullable=False),
    Column("conflicts", Integer, nullable=False),
    Column("unseen_edit", Integer, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("stamp", LargeBinary(16), nullable=False),
    Column("shown", LargeBinary(16), nullable=False),
    # of a record that nobody touched since it began: its author (local number) and the running number of its create
    Column("born", Integer),
    Column("born_seq", Integer),
)
# only of what hangs on another record: each of the others would stand in the file twice (foldrows.below)
Index("record_root", record.c.root, sqlite_where=record.c.root != record.c.uuid)
Index("record_change", record.c.change_no)
conflict = Table(
    "conflict",
    FOLDED,
    Column("record", Integer, primary_key=True),
    # 0 stands for the lifecycle
    Column("tag", Integer, primary_key=True),
    Column("heads", Integer, nullable=False),
)
inert = Table(
    "inert",
    FOLDED,
    Column("actor", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("record", LargeBinary(16), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

# records removed for good (db/purging.py)
tombstone = Table(
    "tombstone",
    FOLDED,
    Column("record", LargeBinary(16), primary_key=True),
    Column("kind", Integer, nullable=False),
    Column("purged_ms", Integer, nullable=False),
    Column("person", LargeBinary),
)

_TYPES = {
    FieldType.INT: Integer,
    FieldType.FLAG: Integer,
    FieldType.REAL: Float,
    FieldType.REF: LargeBinary,
    FieldType.HASH: LargeBinary,
}


def _kind_table(kind: Kind) -> Table:
    """One column per declared field; lists and trees as JSON text, several ids as their bytes in a row."""
    columns: list[Column[Any]] = [
        Column(f.name, LargeBinary if f.type is FieldType.REFS else _TYPES.get(f.type, Text)) for f in kind.fields
    ]
    return Table(
        f"r_{kind.name}",
        FOLDED,
        Column("id", Integer, primary_key=True),
        Column("uuid", LargeBinary(16), nullable=False, unique=True),
        Column("status", Text, nullable=False),
        Column("created_ms", Integer, nullable=False),
        *columns,
    )


OF_KIND: dict[str, Table] = {k.name: _kind_table(k) for k in KINDS}
finding, evidence, rectification = OF_KIND["finding"], OF_KIND["evidence"], OF_KIND["rectification"]
Index("finding_number", finding.c.number)
Index("evidence_finding", evidence.c.finding, evidence.c.status)
Index("evidence_sha", evidence.c.sha256)
Index("evidence_preview", evidence.c.preview)
Index("rectification_finding", rectification.c.finding)
Index("rectification_due", rectification.c.due_on)
Index("urge_finding", OF_KIND["urge"].c.finding)
Index("named_finding", OF_KIND["named_person"].c.finding)
Index("note_record", OF_KIND["note"].c.record)
Index("unit_name", OF_KIND["unit"].c.name)

# ids that list rows point to, under small numbers: ten indexes hold them once for every finding (db/lines.py)
pointed = Table(
    "pointed",
    FOLDED,
    Column("id", Integer, primary_key=True),
    Column("uuid", LargeBinary(16), nullable=False, unique=True),
)
# what lists of findings filter, sort and count by, gathered from a finding and all that hangs on it: narrow, so that
# 100,000 of them are scanned in milliseconds; written by the fold with the aggregate (db/lines.py). Who and what it
# points to stands as numbers of `pointed`, the moment as the number that its digits make
finding_line = Table(
    "finding_line",
    FOLDED,
    Column("id", Integer, primary_key=True),
    Column("status", Text, nullable=False),
    Column("number", Text),
    Column("found_at", Integer, nullable=False),
    Column("finder_group", Integer),
    Column("category", Integer),
    Column("severity", Text),
    Column("urgent", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("industry_unit", Integer),
    Column("territory_unit", Integer),
    Column("unit", Integer),
    Column("visit", Integer),
    Column("task", Integer),
    Column("rectification", Integer),
    Column("term", Text),
    Column("due_on", Text),
    Column("verify_group", Integer),
    Column("verified_on", Text),
    Column("closed_on", Text),
    Column("photos", Integer, nullable=False),
    Column("photos_after", Integer, nullable=False),
    Column("urges", Integer, nullable=False),
    Column("returns", Integer, nullable=False),
    Column("reopens", Integer, nullable=False),
    Column("conflicts", Integer, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("unseen_edit", Integer, nullable=False),
)
_line = finding_line.c
# the id stands before the status: newest first, and among equals the latest record, without sorting
Index("line_found", _line.found_at, _line.id, _line.status)
Index("line_status", _line.status, _line.found_at)
Index("line_due", _line.status, _line.due_on, _line.found_at)
Index("line_group", _line.finder_group, _line.found_at, _line.id, _line.status)
Index("line_category", _line.category, _line.found_at, _line.id, _line.status)
Index("line_industry", _line.industry_unit, _line.found_at, _line.id, _line.status)
Index("line_territory", _line.territory_unit, _line.found_at, _line.id, _line.status)
Index("line_unit", _line.unit, _line.found_at)
Index("line_visit", _line.visit)
Index("line_task", _line.task)
Index("line_conflict", _line.found_at, _line.id, sqlite_where=_line.conflicts > 0)
Index("line_unseen", _line.found_at, _line.id, sqlite_where=_line.unseen_edit > 0)
Index("line_reopened", _line.found_at, _line.id, _line.status, sqlite_where=_line.reopens > 0)
Index("line_urgent", _line.found_at, _line.id, _line.status, sqlite_where=_line.urgent > 0)

# --- local -------------------------------------------------------------------------------------------------------
setting = Table("setting", LOCAL, Column("key", Text, primary_key=True), Column("value", BLOB))
# what is being typed, one row per card; leaving the field or finishing makes an op of it
draft = Table(
    "draft",
    LOCAL,
    Column("key", Text, primary_key=True),
    Column("person", LargeBinary(16)),
    Column("body", BLOB, nullable=False),
    Column("saved_ms", Integer, nullable=False),
)
# what this person did last, for Ctrl+Z
done = Table(
    "done",
    LOCAL,
    Column("id", Integer, primary_key=True),
    Column("txn", LargeBinary(16), nullable=False),
    Column("person", LargeBinary(16)),
    Column("verb", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("wall", Integer, nullable=False),
    Column("undone", Integer, nullable=False, default=0),
)
# one row per pair of workspace copies; the incarnations say when the pair must start over (sync.md §3.8)
link = Table(
    "link",
    LOCAL,
    Column("peer", LargeBinary(8), primary_key=True),
    Column("body", BLOB, nullable=False),
)
bundle = Table(
    "bundle",
    LOCAL,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("direction", Text, nullable=False),
    Column("peer", LargeBinary(8)),
    Column("serial", Integer, nullable=False),
    Column("at_ms", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", BLOB, nullable=False),
)
enrolment = Table(
    "enrolment",
    LOCAL,
    Column("eid", LargeBinary(16), primary_key=True),
    Column("group_id", LargeBinary(16), nullable=False),
    Column("register_key", LargeBinary(32)),
    Column("reg", BLOB),
    Column("made_ms", Integer, nullable=False),
    # what the computer becomes that answers it (sync/roster.py)
    Column("role", Text, nullable=False, server_default="group"),
)
# blobs that a record names and this machine does not hold
want = Table("want", LOCAL, Column("sha256", LargeBinary(32), primary_key=True), Column("record", LargeBinary(16)))
# what the other side said it wants
ask = Table(
    "ask",
    LOCAL,
    Column("peer", LargeBinary(8), primary_key=True),
    Column("sha256", LargeBinary(32), primary_key=True),
)
# records given to a workspace copy that may leave its scope again; `left_at`: the position at which it is told that
# they did (db/leaving.py)
given = Table(
    "given",
    LOCAL,
    Column("peer", LargeBinary(8), primary_key=True),
    Column("record", LargeBinary(16), primary_key=True),
    Column("left_at", Integer),
    sqlite_with_rowid=False,
)
# runs of ops whose wall time cannot be right, as noted when they came; and the last time of each writer (db/clocks.py)
odd_clock = Table(
    "odd_clock",
    LOCAL,
    Column("actor", Integer, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("why", Text, nullable=False),
    sqlite_with_rowid=False,
)
last_wall = Table(
    "last_wall",
    LOCAL,
    Column("actor", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("wall", Integer, nullable=False),
)
# records that a former group's work reached after they were handed over; `at_no`: the change number then (db/late.py)
late = Table(
    "late",
    LOCAL,
    Column("record", LargeBinary(16), primary_key=True),
    Column("at_no", Integer, nullable=False),
)
# at a spoke: records it began and the hub removed for good; what it wrote of them is shown no more
hidden = Table("hidden", LOCAL, Column("record", LargeBinary(16), primary_key=True))
alarm = Table(
    "alarm",
    LOCAL,
    Column("id", Integer, primary_key=True),
    Column("at_ms", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("seen", Integer, nullable=False, default=0),
)
counter = Table("counter", LOCAL, Column("name", Text, primary_key=True), Column("value", Integer, nullable=False))
# caches: filled after the commit, rebuilt at will
search_todo = Table("search_todo", LOCAL, Column("record", Integer, primary_key=True))
# names of units, persons, groups, categories, phrases as they can be typed: `names` |name|short|alias|, `keys` their
# pinyin and initials (db/pinyin.py), both without marks and in lower case
name_key = Table(
    "name_key",
    LOCAL,
    Column("record", Integer, primary_key=True),
    Column("kind", Integer, nullable=False),
    Column("uuid", LargeBinary(16), nullable=False),
    Column("names", Text, nullable=False),
    Column("keys", Text, nullable=False),
)
Index("name_key_kind", name_key.c.kind, name_key.c.record)
