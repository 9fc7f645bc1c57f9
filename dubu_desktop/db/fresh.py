"""New findings straight from a segment's columns to the tables, by the set: the usual case of an import.

A finding is fresh when nothing is known of it and all that its author says of it follows in one line: its create, then
edits that each replace exactly what stood there. The fold of such a record is its last values; no op needs judging on
its own, because a whole column either may be written by that side or not. Whatever is otherwise takes the road of the
fold (`Fold.refold`), and a rebuild, which knows no other road, must come to the same tables (a test).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import compress, pairwise
from typing import Any

from sqlalchemy import Connection

from dubu_desktop.db import bulk, lines
from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import Changes, next_change_no, next_record_id
from dubu_desktop.db.values import to_columns
from dubu_desktop.domain.authority import OFFICE, Who, may_create, may_write
from dubu_desktop.domain.fields import FieldType
from dubu_desktop.domain.ops import OpType
from dubu_desktop.domain.records import FINDING
from dubu_desktop.wire.blocks import Block

_GROUP = FINDING.by_name["finder_group"].tag
#: from how many rows on one statement for a run of running numbers pays
_RUN = 50


class Fresh:
    """The findings of one author's segments that may be fresh; give it every block of the author, in order."""

    def __init__(self, side: bytes | None) -> None:
        """`side`: the author's, None when unknown: then nothing is fresh."""
        self.side = side
        self.place: dict[bytes, int] = {}
        self.spoiled: set[bytes] = set()
        self.walls: list[int] = []
        self.seqs: list[int] = []
        self.columns: dict[int, list[Any]] = {}
        self._heads: dict[tuple[int, int], int] = {}
        self._allowed: dict[tuple[int, ...], bool] = {}

    # --- gathering ---------------------------------------------------------------------------------------------

    def take(self, block: Block) -> None:
        """Note what a block says."""
        if not self._all_plain_creates(block):
            self._take_each(block)
            return
        at = len(self.walls)
        if len(self.place.keys() | set(block.records)) != at + block.n:
            self._take_each(block)  # some record begins twice
            return
        self.place.update(zip(block.records, range(at, at + block.n), strict=True))
        self.walls += block.wall
        self.seqs += range(block.first, block.first + block.n)
        self._extend(at, block.n, {tag: block.values[FINDING.tag, tag] for tag in block.shapes[block.shape[0]][1:]})

    def _all_plain_creates(self, b: Block) -> bool:
        if set(b.type) != {OpType.CREATE} or set(b.kind) != {FINDING.tag} or b.roots is not b.records:
            return False
        if b.at.seqs or b.args or b.seen or set(b.lam) != {1} or any(b.flags) or len(set(b.shape)) != 1:
            return False
        tags = b.shapes[b.shape[0]][1:]
        return self._may(tuple(tags)) and set(b.values.get((FINDING.tag, _GROUP), ())) == {self.side}

    def _may(self, tags: tuple[int, ...]) -> bool:
        """Whether this side may begin a finding with these fields, its own group among them."""
        if tags not in self._allowed:
            known = all(tag in FINDING.by_tag and FINDING.by_tag[tag].type is not FieldType.REAL for tag in tags)
            who = Who(self.side or b"?", False, False)
            shown = dict.fromkeys(tags) | {_GROUP: self.side}
            group = self.side is not None and self.side != OFFICE
            self._allowed[tags] = group and known and _GROUP in tags and may_create(FINDING, shown, who, [])
        return self._allowed[tags]

    def _extend(self, at: int, count: int, columns: dict[int, list[Any]]) -> None:
        for tag, values in columns.items():
            if tag not in self.columns:
                self.columns[tag] = [None] * at
            self.columns[tag] += values
        for tag in self.columns.keys() - columns.keys():
            self.columns[tag] += [None] * count

    def _take_each(self, b: Block) -> None:
        for i, op in enumerate(b.ops()):
            own = op.kind == FINDING.tag and op.root == op.record and not op.seen and not b.flags[i]
            if op.type is OpType.CREATE and own and self._plain(op):
                self._extend(len(self.walls), 1, {tag: [value] for tag, value in op.values.items()})
                self.place[op.record] = len(self.walls)
                self.walls.append(op.wall)
                self.seqs.append(op.dot.seq)
            elif not (op.type is OpType.SET and own and self._in_line(op)):
                self.spoiled.add(op.root)

    def _plain(self, op: Any) -> bool:
        """Whether a create begins a finding as this side may, for the first time."""
        begun = op.record in self.place or op.record in self.spoiled
        plain = op.lam == 1 and not op.at and not op.args and self._may(tuple(op.values))
        return not begun and plain and op.values[_GROUP] == self.side

    def _in_line(self, op: Any) -> bool:
        """Whether an edit replaces exactly what its author last wrote there; if so it is noted."""
        at = self.place.get(op.record)
        if at is None or op.record in self.spoiled or op.at != ((op.dot.actor, self.seqs[at]),):
            return False
        who = Who(self.side or b"?", True, False)
        for tag, write in op.writes.items():
            field = FINDING.by_tag.get(tag)
            if field is None or field.type is FieldType.REAL:
                return False
            if not may_write(FINDING, field.access, who, [FINDING.lifecycle.initial], False):
                return False
            head = self._heads.get((at, tag), self.seqs[at])
            if write.over != ((op.dot.actor, head),) or dict(write.ctx) != {op.dot.actor: head}:
                return False
        for tag, write in op.writes.items():
            if tag not in self.columns:
                self.columns[tag] = [None] * len(self.walls)
            self.columns[tag][at] = write.value
            self._heads[at, tag] = op.dot.seq
        return True

    # --- writing -----------------------------------------------------------------------------------------------

    def settle(self, conn: Connection, own: int) -> set[bytes]:
        """Leave out what is known here already; returns the roots that are fresh. Before the segments are kept.

        `own`: this workspace copy.
        """
        self.spoiled |= _known(conn, list(self.place), own)
        return self.place.keys() - self.spoiled

    def write(self, conn: Connection, author: int) -> Changes:
        """Write the fresh findings into the folded tables. `author`: the actor's local number."""
        changes = Changes()
        wanted = [uuid not in self.spoiled for uuid in self.place]
        uuids = list(compress(self.place, wanted))
        if not uuids:
            return changes
        first = next_record_id(conn)
        last = first + len(uuids) - 1
        self._write_rows(conn, first, uuids, wanted)
        edited = {at for at, _ in self._heads}
        ids = {at: first + n for n, at in enumerate(compress(range(len(wanted)), wanted))}
        self._write_records(conn, author, list(zip(ids.values(), compress(self.seqs, wanted), strict=True)))
        touched = [(ids[at],) for at in sorted(edited & ids.keys())]
        if touched:
            conn.exec_driver_sql("UPDATE record SET born = NULL, born_seq = NULL WHERE id = ?", touched)
        waits = "INSERT OR IGNORE INTO search_todo (record) SELECT id FROM r_finding WHERE id BETWEEN ? AND ?"
        conn.exec_driver_sql(waits, (first, last))
        changes.kinds.add(FINDING.name)
        changes.new.update(uuids)
        changes.new_by_kind[FINDING.name] += len(uuids)
        return changes

    def numbers(self) -> list[str]:
        """The numbers that the fresh findings bear."""
        numbers = self.columns.get(FINDING.by_name["number"].tag, ())
        return [n for n, uuid in zip(numbers, self.place, strict=False) if n and uuid not in self.spoiled]

    def _write_rows(self, conn: Connection, first: int, uuids: list[bytes], wanted: list[bool]) -> None:
        count = len(uuids)
        given: dict[str, Collection[Any]] = {
            "id": range(first, first + count),
            "uuid": uuids,
            "status": [str(FINDING.lifecycle.initial)] * count,
            "created_ms": list(compress(self.walls, wanted)),
        }
        for field in FINDING.fields:
            held = self.columns.get(field.tag)
            if held is None:
                continue
            values = to_columns(field, held)
            given[field.name] = list(compress(values, wanted)) if count < len(values) else values
        bulk.put_columns(conn, t.finding, given)
        lines.put_fresh(conn, first, first + count - 1, given)

    def _write_records(self, conn: Connection, author: int, born: Sequence[tuple[int, int]]) -> None:
        """The rows of `record` of these (id, running number of the create)."""
        change = next_change_no(conn, len(born)) - born[0][0]
        side = self.side or b""
        values = (FINDING.tag, side, change, side.ljust(16, b"\0"), author)
        runs = [0, *(i for i, (a, b) in enumerate(pairwise(born), 1) if a[1] - a[0] != b[1] - b[0]), len(born)]
        if len(runs) * _RUN > len(born):
            conn.exec_driver_sql(f"{_RECORDS} = ?", [(*values, seq - row, row) for row, seq in born])
            return
        for start, end in pairwise(runs):
            row, seq = born[start]
            conn.exec_driver_sql(f"{_RECORDS} BETWEEN ? AND ?", (*values, seq - row, row, born[end - 1][0]))


# digest, stamp and shown stay empty: they are worked out when somebody asks (digests.py, Fold._recall)
_RECORDS = (
    "INSERT INTO record (id, uuid, kind, root, status, creator, created_ms, change_no, audience, conflicts,"
    " unseen_edit, digest, stamp, shown, born, born_seq)"
    " SELECT id, uuid, ?, uuid, status, ?, created_ms, ? + id, ?, 0, 0, x'', x'', x'', ?, ? + id"
    " FROM r_finding WHERE id"
)


def _known(conn: Connection, roots: Sequence[bytes], own: int) -> set[bytes]:
    """Those of `roots` of which journal or bases say anything, own ops aside: what they speak of has come before."""
    out: set[bytes] = set()
    seldom = [
        name for name, asked in _SELDOM.items() if bulk.driver(conn).execute(asked, _replica(asked, own)).fetchone()
    ]
    for table in ("held", *seldom):
        out.update(row[0] for row in bulk.among(conn, f"SELECT root FROM {table} WHERE root IN ({{}})", roots))
    return out


def _replica(asked: str, own: int) -> tuple[bytes, ...]:
    return (own.to_bytes(8, "big"),) * asked.count("?")


#: what an office seldom has: bases of a former life, ops of others outside their segments
_SELDOM = {
    "base": "SELECT 1 FROM base LIMIT 1",
    "op": "SELECT 1 FROM actor WHERE substr(actor, 1, 8) != ?"
    " AND EXISTS (SELECT 1 FROM op WHERE op.actor = actor.id) LIMIT 1",
}
