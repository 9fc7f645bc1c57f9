"""New findings straight from a segment's columns to the tables, by the set: the usual case of an import.

A finding is fresh when nothing is known of it and all that its author says of it follows in one line: its create, then
edits that each replace exactly what stood there. The fold of such a record is its last values; no op needs judging on
its own, because a whole column either may be written by that side or not. Whatever is otherwise takes the road of the
fold (`Fold.refold`), and a rebuild, which knows no other road, must come to the same tables (a test).

Texts are not held until all of an author has been seen: `put` writes what has come so far as findings and list rows,
an edit that comes later changes it there, and `write`, at the end, takes back what proved not to be fresh and makes
records of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import compress, islice, pairwise
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


class Fresh:
    """The findings of one author's segments that may be fresh; give it every block of the author, in order."""

    def __init__(self, side: bytes | None) -> None:
        """`side`: the author's, None when unknown: then nothing is fresh."""
        self.side = side
        #: the findings begun, numbered in their order
        self.place: dict[bytes, int] = {}
        self.spoiled: set[bytes] = set()
        #: findings whose rows were written and then taken back, see `write`
        self.back: set[bytes] = set()
        self._seqs: list[int] = []
        #: the row of each finding in its table, 0 where it has none; shorter than `place`: the others wait for `put`
        self._rows: list[int] = []
        self._walls: list[int] = []
        self._columns: dict[int, list[Any]] = {}
        #: {tag: {row: value}} of edits that found their row written
        self._late: dict[int, dict[int, Any]] = {}
        #: {row: the number it bears}
        self._numbers: dict[int, str | None] = {}
        #: {(finding, tag): running number and lam of the edit that stands there}
        self._heads: dict[tuple[int, int], tuple[int, int]] = {}
        self._allowed: dict[tuple[int, ...], bool] = {}
        self._editable: dict[int, bool] = {}

    # --- gathering ---------------------------------------------------------------------------------------------

    def take(self, block: Block) -> None:
        """Note what a block says."""
        plain = set(block.kind) == {FINDING.tag} and block.roots is block.records
        if not plain or block.args or block.seen or any(block.flags):
            self._take_each(block)
        elif self._all_plain_creates(block):
            self._take_creates(block)
        elif self._all_plain_edits(block):
            self._take_edits(block)
        else:
            self._take_each(block)

    def _take_creates(self, block: Block) -> None:
        begun = set(block.records)
        if len(begun) < block.n or not begun.isdisjoint(self.place):
            self._take_each(block)  # some record begins twice
            return
        at = len(self._seqs)
        self.place.update(zip(block.records, range(at, at + block.n), strict=True))
        self._seqs += range(block.first, block.first + block.n)
        self._extend(block.wall, {tag: block.values[FINDING.tag, tag] for tag in block.shapes[block.shape[0]][1:]})

    def _all_plain_creates(self, b: Block) -> bool:
        if set(b.type) != {OpType.CREATE} or b.at.seqs or set(b.lam) != {1} or len(set(b.shape)) != 1:
            return False
        tags = b.shapes[b.shape[0]][1:]
        if any(None in b.values[FINDING.tag, tag] for tag in tags):
            return False  # an empty value that was written is a head of its own, which no row tells of
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

    def _all_plain_edits(self, b: Block) -> bool:
        """Whether each op writes one field over one value of the author's own."""
        if set(b.type) != {OpType.SET} or set(b.writes) != {1} or not all(map(self._may_edit, set(b.tags))):
            return False
        one_each = list(range(1, b.n + 1))
        return all(dots.ends == one_each and not any(dots.actors) for dots in (b.at, b.over, b.ctx))

    def _take_edits(self, b: Block) -> None:
        """What `_in_line` says of each op, without making one."""
        values = {tag: iter(b.written[FINDING.tag, tag]) for tag in set(b.tags)}
        seqs = range(b.first, b.first + b.n)
        each = zip(b.records, seqs, b.lam, b.tags, b.at.seqs, b.over.seqs, b.ctx.seqs, strict=True)
        for record, seq, lam, tag, born, over, ctx in each:
            value, at = next(values[tag]), self.place.get(record)
            if at is not None and record not in self.spoiled and born == self._seqs[at]:
                head, rank = self._heads.get((at, tag), (born, 1))
                if over == ctx == head and lam >= rank:  # facts.replaces
                    self._replace(at, tag, value, (seq, lam))
                    continue
            self.spoiled.add(record)

    def _may_edit(self, tag: int) -> bool:
        """Whether this side may write this field of a finding it has begun."""
        if tag not in self._editable:
            field, who = FINDING.by_tag.get(tag), Who(self.side or b"?", True, False)
            known = field is not None and field.type is not FieldType.REAL
            states = [FINDING.lifecycle.initial]
            self._editable[tag] = known and may_write(FINDING, FINDING.by_tag[tag].access, who, states, False)
        return self._editable[tag]

    def _extend(self, walls: Sequence[int], columns: dict[int, list[Any]]) -> None:
        for tag, values in columns.items():
            self._column(tag).extend(values)
        self._walls += walls
        for tag in self._columns.keys() - columns.keys():
            self._columns[tag] += [None] * len(walls)

    def _column(self, tag: int) -> list[Any]:
        if tag not in self._columns:
            self._columns[tag] = [None] * len(self._walls)
        return self._columns[tag]

    def _take_each(self, b: Block) -> None:
        for i, op in enumerate(b.ops()):
            own = op.kind == FINDING.tag and op.root == op.record and not op.seen and not b.flags[i]
            if op.type is OpType.CREATE and own and self._plain(op):
                self.place[op.record] = len(self._seqs)
                self._seqs.append(op.dot.seq)
                self._extend([op.wall], {tag: [value] for tag, value in op.values.items()})
            elif not (op.type is OpType.SET and own and self._in_line(op)):
                self.spoiled.add(op.root)

    def _plain(self, op: Any) -> bool:
        """Whether a create begins a finding as this side may, for the first time."""
        begun = op.record in self.place or op.record in self.spoiled
        plain = op.lam == 1 and not op.at and not op.args and self._may(tuple(op.values))
        plain = plain and None not in op.values.values()
        return not begun and plain and op.values[_GROUP] == self.side

    def _in_line(self, op: Any) -> bool:
        """Whether an edit replaces exactly what its author last wrote there; if so it is noted."""
        at = self.place.get(op.record)
        if at is None or op.record in self.spoiled or op.at != ((op.dot.actor, self._seqs[at]),):
            return False
        for tag, write in op.writes.items():
            head, rank = self._heads.get((at, tag), (self._seqs[at], 1))
            if write.over != ((op.dot.actor, head),) or dict(write.ctx) != {op.dot.actor: head} or op.lam < rank:
                return False
        if not all(map(self._may_edit, op.writes)):
            return False
        for tag, write in op.writes.items():
            self._replace(at, tag, write.value, (op.dot.seq, op.lam))
        return True

    def _replace(self, at: int, tag: int, value: Any, head: tuple[int, int]) -> None:
        written = len(self._rows)
        if at < written:
            self._late.setdefault(tag, {})[self._rows[at]] = value
        else:
            self._column(tag)[at - written] = value
        self._heads[at, tag] = head

    # --- writing -----------------------------------------------------------------------------------------------

    def _waiting(self) -> Iterator[bytes]:
        return islice(self.place, len(self._rows), None)

    def put(self, conn: Connection) -> None:
        """Write the findings begun since the last time, those spoiled aside, and the edits of earlier ones.

        None of them may be a record here. Before the segments are kept: those of which anything is known spoil.
        """
        wanted = [uuid not in self.spoiled for uuid in self._waiting()]
        first = _next_row(conn)
        count = sum(wanted)
        rows = range(first, first + count)
        given: dict[str, Collection[Any]] = {
            "id": rows,
            "uuid": list(compress(self._waiting(), wanted)),
            "status": [str(FINDING.lifecycle.initial)] * count,
            "created_ms": list(compress(self._walls, wanted)),
        }
        for field in FINDING.fields:
            held = self._columns.get(field.tag)
            if held is not None:
                values = to_columns(field, held)
                given[field.name] = list(compress(values, wanted)) if count < len(values) else values
        if count:
            bulk.put_columns(conn, t.finding, given)
            lines.put_new(conn, rows, given)
            self.spoiled.update(row[0] for row in bulk.driver(conn).execute(_KNOWN, (first, first + count - 1)))
        self._numbers.update(zip(rows, given.get("number", ()), strict=False))
        row = iter(rows)
        self._rows += [next(row) if w else 0 for w in wanted]
        self._walls, self._columns = [], {}
        for tag, edits in self._late.items():
            self._edit(conn, FINDING.by_tag[tag].name, to_columns(FINDING.by_tag[tag], list(edits.values())), edits)
        self._late = {}

    def _edit(self, conn: Connection, name: str, values: Sequence[Any], rows: Collection[int]) -> None:
        sql = f'UPDATE {t.finding.name} SET "{name}" = ? WHERE id = ?'
        conn.exec_driver_sql(sql, list(zip(values, rows, strict=True)))
        lines.edit_new(conn, rows, name, values)
        if name == "number":
            self._numbers.update(zip(rows, values, strict=True))

    def write(self, conn: Connection, author: int) -> Changes:
        """Make records of the findings that `put` wrote. `author`: the actor's local number.

        `back` are then those that something later spoiled: their rows are gone, and all they say is for the fold.
        """
        changes = Changes()
        written = {uuid: row for uuid, row in zip(self.place, self._rows, strict=True) if row}
        self.back = written.keys() & self.spoiled
        if self.back:
            gone = [written.pop(uuid) for uuid in self.back]
            for table in (t.finding, t.finding_line):
                conn.exec_driver_sql(f"DELETE FROM {table.name} WHERE id = ?", [(row,) for row in gone])
            for row in gone:
                self._numbers.pop(row, None)
        if not written:
            return changes
        rows = list(written.values())
        spans = [(rows[i], rows[end - 1]) for i, end in _runs(rows)]
        self._write_records(conn, author, rows, [self._seqs[self.place[uuid]] for uuid in written])
        edited = {self._rows[at] for at, _ in self._heads} & set(rows)
        if edited:
            unborn = "UPDATE record SET born = NULL, born_seq = NULL WHERE id = ?"
            conn.exec_driver_sql(unborn, [(row,) for row in sorted(edited)])
        waits = "INSERT OR IGNORE INTO search_todo (record) SELECT id FROM r_finding WHERE id BETWEEN ? AND ?"
        conn.exec_driver_sql(waits, spans)
        changes.kinds.add(FINDING.name)
        changes.new.update(written)
        changes.new_by_kind[FINDING.name] += len(written)
        return changes

    def numbers(self) -> list[str]:
        """The numbers that the fresh findings bear, once they are records."""
        return [number for number in self._numbers.values() if number]

    def _write_records(self, conn: Connection, author: int, rows: Sequence[int], seqs: Sequence[int]) -> None:
        """The rows of `record`; `seqs`: the running number of each one's create."""
        change = next_change_no(conn, rows[-1] - rows[0] + 1) - rows[0]
        side = self.side or b""
        values = (FINDING.tag, side, change, side.ljust(16, b"\0"), author)
        runs = [(*values, seqs[i] - rows[i], rows[i], rows[end - 1]) for i, end in _runs(rows, seqs)]
        conn.exec_driver_sql(_RECORDS, runs)


def _runs(*columns: Sequence[int]) -> list[tuple[int, int]]:
    """(from, to) of the stretches in which all `columns`, equally long, go up by one from place to place."""
    ends = {i for column in columns for i, (a, b) in enumerate(pairwise(column), 1) if b - a != 1}
    return list(pairwise([0, *sorted(ends), len(columns[0])]))


def _next_row(conn: Connection) -> int:
    """The lowest row above all records and all findings that are no records yet."""
    highest = int(conn.exec_driver_sql("SELECT coalesce(max(id), 0) FROM r_finding").scalar() or 0)
    return max(highest + 1, next_record_id(conn))


# digest, stamp and shown stay empty: they are worked out when somebody asks (digests.py, Fold._recall).
# OR FAIL: whoever imports undoes everything. SQLite would else copy each page that the statement changes into memory,
# to undo that statement alone
_RECORDS = (
    "INSERT OR FAIL INTO record (id, uuid, kind, root, status, creator, created_ms, change_no, audience, conflicts,"
    " unseen_edit, digest, stamp, shown, born, born_seq)"
    " SELECT id, uuid, ?, uuid, status, ?, created_ms, ? + id, ?, 0, 0, x'', x'', x'', ?, ? + id"
    " FROM r_finding WHERE id BETWEEN ? AND ?"
)


#: those of a span of findings of which journal or bases say anything: what they speak of has come before
_KNOWN = (
    "SELECT uuid FROM r_finding WHERE id BETWEEN ? AND ? AND ("
    + " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {table}.root = r_finding.uuid)" for table in ("held", "op", "base")
    )
    + ")"
)
