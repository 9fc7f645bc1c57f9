"""The rows a fold writes: gathered record by record, written one statement a table (fold.py decides what they say)."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import bulk, lines
from dubu_desktop.db import tables as t
from dubu_desktop.db.search import INDEXED
from dubu_desktop.db.values import to_column
from dubu_desktop.domain.facts import Inert, RecordState
from dubu_desktop.domain.ops import Dot
from dubu_desktop.wire.digest import record_digest, shown_digest

CHUNK = 400
#: what stands beside the empty due date of a finding that came back
AWAITED = "反弹重办，期限待定"


@dataclass
class Changes:
    """What a batch did: records that are new, whose shown state differs, and heads in conflict added."""

    kinds: set[str] = field(default_factory=set)
    new: set[bytes] = field(default_factory=set)
    changed: set[bytes] = field(default_factory=set)
    conflicts: int = 0
    new_by_kind: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    #: {record: name of its kind} of those changed; some of them may be new all the same
    changed_as: dict[bytes, str] = field(default_factory=dict)

    @property
    def changed_by_kind(self) -> dict[str, int]:
        """{name of a kind: how many of it changed}."""
        return Counter(self.changed_as[record] for record in self.changed & self.changed_as.keys())

    def merge(self, other: Changes) -> None:
        """Add what another batch did."""
        self.kinds |= other.kinds
        self.new |= other.new
        self.changed |= other.changed - self.new
        self.conflicts += other.conflicts
        for kind, n in other.new_by_kind.items():
            self.new_by_kind[kind] += n
        self.changed_as |= other.changed_as


def chunks(items: Iterable[bytes], size: int = CHUNK) -> Iterator[list[bytes]]:
    """`items` in lists of at most `size`."""
    todo = list(items)
    for i in range(0, len(todo), size):
        yield todo[i : i + size]


def existing(conn: Connection, roots: Sequence[bytes]) -> dict[bytes, Before]:
    """{record: its row as it stands} of everything below these roots."""
    out: dict[bytes, Before] = {}
    for row in below(conn, roots, ", ".join(Before._fields)):
        out[row[1]] = Before._make(row)
    return out


def below(conn: Connection, roots: Iterable[bytes], columns: str) -> Iterator[Any]:
    """`columns` of the rows of `record` of these roots and of all that hangs on them."""
    wanted = list(roots)
    yield from bulk.among(conn, f"SELECT {columns} FROM record WHERE uuid IN ({{}}) AND root = uuid", wanted)
    yield from bulk.among(conn, f"SELECT {columns} FROM record WHERE root IN ({{}}) AND root != uuid", wanted)


class Before(NamedTuple):
    """A row of `record` as it stood. `stamp`, `shown`: empty where an import did not work them out (`stamped`)."""

    id: int
    uuid: bytes
    root: bytes
    kind: int
    stamp: bytes
    shown: bytes
    conflicts: int
    created_ms: int
    born: int | None
    born_seq: int | None


def stamped(row: Before, state: RecordState) -> Before:
    """`row` with what a person saw of the record when it stood as `state`."""
    tags = [*state.conflicts, *([0] if state.status_conflict else [])]
    return row._replace(shown=shown_digest(state, tags), conflicts=len(tags))


@dataclass(frozen=True, slots=True)
class Kept:
    """What a record had before a rebuild and keeps: its local row, and the number of its last change while the same."""

    id: int
    change_no: int
    stamp: bytes


def next_record_id(conn: Connection) -> int:
    """The lowest row id above all that are given."""
    return int(conn.exec_driver_sql("SELECT coalesce(max(id), 0) FROM record").scalar() or 0) + 1


def next_change_no(conn: Connection, count: int) -> int:
    """The first of `count` change numbers in a row, which are given with this."""
    last = _last_change(conn)
    _keep_change(conn, last + count)
    return last + 1


def _last_change(conn: Connection) -> int:
    found = bulk.driver(conn).execute("SELECT value FROM counter WHERE name = 'change_no'").fetchone()
    return int(found[0]) if found else 0


def _keep_change(conn: Connection, value: int) -> None:
    put = "INSERT INTO counter (name, value) VALUES ('change_no', ?) ON CONFLICT (name) DO UPDATE SET value = ?"
    bulk.driver(conn).execute(put, (value, value))


class Batch:
    """Rows gathered for one write; one statement per table, not per record."""

    def __init__(self, conn: Connection, before: Mapping[bytes, Before], kept: Mapping[bytes, Kept]) -> None:
        self.conn, self.before, self.kept, self.changes = conn, before, kept, Changes()
        self.records: list[dict[str, Any]] = []
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.conflicts: list[dict[str, Any]] = []
        self.inert: list[tuple[bytes, Dot, str]] = []
        #: {row: tags of the fields in conflict now} of those that had conflicts before
        self.were: dict[int, list[int]] = {}
        self.lines: list[dict[str, Any]] = []
        self.ids: dict[bytes, int] = {}
        self.next_id: int | None = None
        self.change_no: int | None = None

    def _new_id(self, record: bytes) -> int:
        if record in self.kept:
            return self.kept[record].id
        if self.next_id is None:
            self.next_id = max([next_record_id(self.conn) - 1, *(k.id for k in self.kept.values())])
        self.next_id += 1
        return self.next_id

    def _next_change(self, record: bytes, stamp: bytes) -> int:
        if record in self.kept and self.kept[record].stamp in (b"", stamp):
            return self.kept[record].change_no
        if self.change_no is None:
            self.change_no = _last_change(self.conn)
        self.change_no += 1
        return self.change_no

    def without_effect(self, state: RecordState) -> None:
        """Note a record that claims to hang on what its create does not name: nothing of it counts."""
        self.inert.extend((state.record, c.dot, str(Inert.NO_AUTHORITY)) for c in state.creates)

    def unknown(self, record: bytes, dots: Iterable[Dot]) -> None:
        """Note ops of a kind that only a newer version knows: kept as they are, without effect until then."""
        self.inert.extend((record, dot, str(Inert.UNKNOWN)) for dot in dots)

    def take(self, root: bytes, state: RecordState, who: frozenset[bytes], *, dateless: bool = False) -> bool:
        """Note one record; True when its rows are written anew. `dateless`: its due date is empty (`awaits_due`)."""
        old = self.before.get(state.record)
        self.inert.extend((state.record, d, str(why)) for d, why in state.inert.items())
        if not state.exists:
            return False
        digest = record_digest(state)
        told = b"".join(sorted(d.actor.to_bytes() + d.seq.to_bytes(8, "big") for d in state.inert))
        reach = b"".join(sorted(g.ljust(16, b"\0") for g in who))
        stamp = hashlib.sha256(digest + told + b"|" + reach + (b"|dateless" if dateless else b"")).digest()[:16]
        if old is not None and old.stamp == stamp:
            return False
        tags = [*state.conflicts, *([0] if state.status_conflict else [])]
        row_id = old.id if old is not None else self._new_id(state.record)
        self.ids[state.record] = row_id
        if old is not None and old.conflicts:
            self.were[old.id] = tags
        shown = shown_digest(state, tags)
        self._rows(row_id, root, state, (digest, stamp, shown), reach, tags)
        if dateless:
            self.rows[state.kind.name][-1].update(due_on=None, due_reason=AWAITED)
        self._note(state, old, shown)
        if tags and row_id not in self.were:
            self.changes.conflicts += len(tags)
        return True

    def line(self, own: RecordState, states: Mapping[bytes, RecordState]) -> None:
        """Note the list row of a finding, some of whose records are written anew."""
        ids = {record: self.ids[record] for record in states if record in self.ids}
        ids |= {record: self.before[record].id for record in states if record in self.before}
        self.lines.append(lines.finding_line(own, states, ids))

    def _rows(
        self,
        row_id: int,
        root: bytes,
        s: RecordState,
        hashes: tuple[bytes, bytes, bytes],
        reach: bytes,
        tags: list[int],
    ) -> None:
        created = min(c.wall for c in s.creates)
        self.records.append(
            {
                "id": row_id,
                "uuid": s.record,
                "kind": s.kind.tag,
                "root": root,
                "status": s.status,
                "creator": s.creator,
                "created_ms": created,
                "change_no": self._next_change(s.record, hashes[1]),
                "audience": reach,
                "conflicts": len(tags),
                "unseen_edit": int(s.unseen_edit),
                "digest": hashes[0],
                "stamp": hashes[1],
                "shown": hashes[2],
                "born": None,
                "born_seq": None,
            }
        )
        self.conflicts.extend({"record": row_id, "tag": tag, "heads": _head_count(s, tag)} for tag in tags)
        row: dict[str, Any] = {"id": row_id, "uuid": s.record, "status": s.status, "created_ms": created}
        for f in s.kind.fields:
            register = s.registers.get(f.tag)
            row[f.name] = None if register is None else to_column(f, register.value)
        self.rows[s.kind.name].append(row)

    def _note(self, state: RecordState, old: Any, shown: bytes) -> None:
        name = state.kind.name
        self.changes.kinds.add(name)
        if old is None:
            self.changes.new.add(state.record)
            self.changes.new_by_kind[name] += 1
        elif old.shown != shown:
            self.changes.changed.add(state.record)
            self.changes.changed_as[state.record] = name

    def flush(self) -> Changes:
        """Write everything gathered; what it did."""
        conn = self.conn
        if self.were:
            self._clear_conflicts()
        self._flush_inert()
        if self.records:
            bulk.put_changed(conn, t.record, self.records)
            self._flush_search()
        for name, rows in self.rows.items():
            bulk.put_changed(conn, t.OF_KIND[name], rows)
        bulk.put(conn, t.conflict, self.conflicts)
        lines.put(conn, self.lines)
        if self.change_no is not None:
            _keep_change(conn, self.change_no)
        return self.changes

    def _clear_conflicts(self) -> None:
        """Take away the conflicts there were; of those there are now the others are new, even where one has ended."""
        before = set(bulk.among(self.conn, "SELECT record, tag FROM conflict WHERE record IN ({})", self.were))
        now = {(row_id, tag) for row_id, tags in self.were.items() for tag in tags}
        self.changes.conflicts += len(now - before)
        gone = [(row_id,) for row_id in self.were]
        bulk.driver(self.conn).executemany("DELETE FROM conflict WHERE record = ?", gone)

    def _flush_search(self) -> None:
        """What is searched waits under the id of its root: one document per aggregate (search.py)."""
        ids = {uuid: row.id for uuid, row in self.before.items()} | self.ids
        waiting = {ids[r["root"]] for r in self.records if r["kind"] in INDEXED and r["root"] in ids}
        if waiting:
            bulk.put(self.conn, t.search_todo, [{"record": i} for i in sorted(waiting)], "ignore")

    def _flush_inert(self) -> None:
        conn = self.conn
        # those that are new here too: their ops may have waited for the create
        touched = {record for record, _, _ in self.inert} | {row["uuid"] for row in self.records}
        if not touched:
            return
        bulk.driver(conn).executemany("DELETE FROM inert WHERE record = ?", [(record,) for record in sorted(touched)])
        if self.inert:
            ids = {row.actor: row.id for row in conn.execute(select(t.actor))}
            rows = [
                {"actor": ids[d.actor.to_bytes()], "seq": d.seq, "record": record, "reason": why}
                for record, d, why in self.inert
                if d.actor.to_bytes() in ids
            ]
            if rows:
                conn.execute(insert(t.inert).on_conflict_do_nothing(), rows)


def _head_count(state: RecordState, tag: int) -> int:
    return len(state.heads) if tag == 0 else len(state.registers[tag].heads)
