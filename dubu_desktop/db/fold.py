"""Ops -> folded tables: refolds every record that a batch of ops touched, set-wise where it can.

The unit of work is a *root* with all that hangs on it (a finding with its evidence, rectification, urges), because
authority, audience and standing of the children come from the root.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import bulk
from dubu_desktop.db import tables as t
from dubu_desktop.db.lines import finding_line
from dubu_desktop.db.search import INDEXED
from dubu_desktop.db.values import to_column
from dubu_desktop.domain.audience import NOBODY, audience
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import Facts, Inert, RecordState, awaits_due
from dubu_desktop.domain.merge import Surroundings, fold
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType
from dubu_desktop.domain.records import BY_TAG, FINDING, RECTIFICATION, TASK
from dubu_desktop.wire.codec import decode_facts, decode_op
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
    changed_by_kind: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def merge(self, other: Changes) -> None:
        """Add what another batch did."""
        self.kinds |= other.kinds
        self.new |= other.new
        self.changed |= other.changed - self.new
        self.conflicts += other.conflicts
        for kind, n in other.new_by_kind.items():
            self.new_by_kind[kind] += n
        for kind, n in other.changed_by_kind.items():
            self.changed_by_kind[kind] += n


def chunks(items: Iterable[bytes], size: int = CHUNK) -> Iterator[list[bytes]]:
    """`items` in lists of at most `size`."""
    todo = list(items)
    for i in range(0, len(todo), size):
        yield todo[i : i + size]


@dataclass(frozen=True)
class Fold:
    """How this workspace folds: `side_of` an actor, and whether it judges (the office does)."""

    side_of: Callable[[Actor], bytes | None]
    judge: bool

    # --- reading -----------------------------------------------------------------------------------------------

    def states(self, conn: Connection, roots: Sequence[bytes]) -> dict[bytes, dict[bytes, RecordState]]:
        """{root: {record: state}} of whole aggregates, folded from journal and bases; unknown roots are left out."""
        ops: dict[bytes, dict[bytes, list[Op]]] = defaultdict(lambda: defaultdict(list))
        facts: dict[bytes, dict[bytes, Facts]] = defaultdict(dict)
        actors = {row.id: Actor.from_bytes(row.actor) for row in conn.execute(select(t.actor))}
        for part in chunks(roots):
            query = select(t.op.c.actor, t.op.c.record, t.op.c.root, t.op.c.body).where(t.op.c.root.in_(part))
            for number, record, root, body in conn.execute(query):
                ops[root][record].append(decode_op(body, actors[number]))
            for row in conn.execute(select(t.base).where(t.base.c.root.in_(part))):
                facts[row.root][row.record] = decode_facts(row.body)
        return {root: self._aggregate(root, ops[root], facts[root]) for root in roots if root in ops or root in facts}

    def _aggregate(
        self, root: bytes, ops: Mapping[bytes, list[Op]], facts: Mapping[bytes, Facts]
    ) -> dict[bytes, RecordState]:
        assigned = frozenset(self._assigned(ops)) | frozenset(_assigned_by_base(facts))
        out: dict[bytes, RecordState] = {}
        own = self._one(root, ops.get(root, []), facts.get(root), None, assigned)
        if own is not None:
            out[root] = own
        for record in sorted((set(ops) | set(facts)) - {root}):
            state = self._one(record, ops.get(record, []), facts.get(record), own, assigned)
            if state is not None:
                out[record] = state
        return out

    def _one(
        self, record: bytes, ops: list[Op], facts: Facts | None, root: RecordState | None, assigned: frozenset[bytes]
    ) -> RecordState | None:
        kind = BY_TAG.get(facts.kind if facts else ops[0].kind) if (facts or ops) else None
        if kind is None:
            return None
        mine = [op for op in ops if op.kind == kind.tag]
        return fold(kind, record, facts, mine, Surroundings(self.side_of, self.judge, root, assigned))

    def _assigned(self, ops: Mapping[bytes, list[Op]]) -> Iterator[bytes]:
        """Groups that some office op ever assigned the aggregate to: standing only grows (sync.md §3.5)."""
        for op in (op for found in ops.values() for op in found):
            tag = _ASSIGNING.get(op.kind)
            if tag is None or self.side_of(op.dot.actor) != OFFICE:
                continue
            value = op.values.get(tag) if op.type is OpType.CREATE else None
            if op.type is OpType.SET and tag in op.writes:
                value = op.writes[tag].value
            if isinstance(value, bytes):
                yield value

    def state(self, conn: Connection, record: bytes, root: bytes | None = None) -> RecordState | None:
        """The state of one record; `root` where the caller knows it."""
        if root is None:
            root = conn.execute(select(t.record.c.root).where(t.record.c.uuid == record)).scalar() or record
        return self.states(conn, [root]).get(root, {}).get(record)

    # --- writing -----------------------------------------------------------------------------------------------

    def refold(self, conn: Connection, roots: Iterable[bytes], kept: Mapping[bytes, Kept] | None = None) -> Changes:
        """Fold the aggregates of `roots` anew and write what differs into the folded tables.

        `kept`: row ids and change numbers that records had before the tables were dropped (proof.rebuild).
        """
        changes = Changes()
        for part in chunks(roots):
            changes.merge(self._write(conn, self.states(conn, part), kept or {}))
        return changes

    def _write(
        self, conn: Connection, aggregates: Mapping[bytes, Mapping[bytes, RecordState]], kept: Mapping[bytes, Kept]
    ) -> Changes:
        before = _existing(conn, list(aggregates))
        batch = _Batch(conn, before, kept)
        for root, states in aggregates.items():
            own = states.get(root)
            verify = _verify_group(states)
            wide = audience(own, None, verify) if own is not None else NOBODY
            waiting = own is not None and own.kind is FINDING and awaits_due(own)
            touched = False
            for record, state in states.items():
                who = wide if record == root else audience(state, own, verify, wide)
                if state.kind.root and state.exists and not _belongs(state, root):
                    batch.without_effect(state)
                    continue
                dateless = waiting and state.kind is RECTIFICATION
                touched = batch.take(root, state, who, dateless=dateless) or touched
            if touched and own is not None and own.kind is FINDING and own.exists:
                batch.line(own, states)
        return batch.flush()


#: {kind tag: tag of the field by which the office gives a group standing}
_ASSIGNING = {
    RECTIFICATION.tag: RECTIFICATION.by_name["verify_group"].tag,
    TASK.tag: TASK.by_name["group"].tag,
}


def _assigned_by_base(facts: Mapping[bytes, Facts]) -> Iterator[bytes]:
    """What `_assigned` finds in ops, found in bases: a group judges its own steps before taking them."""
    for f in facts.values():
        tag = _ASSIGNING.get(f.kind)
        if tag is not None:
            values = [c.values.get(tag) for c in f.creates] + [h.value for h in f.heads.get(tag, ())]
            yield from (v for v in values if isinstance(v, bytes))


def _belongs(state: RecordState, root: bytes) -> bool:
    """A child counts only under the root its create names: an op may not claim another one."""
    return bool(state.get(state.kind.root) == root)


def _verify_group(states: Mapping[bytes, RecordState]) -> bytes | None:
    for state in states.values():
        if state.kind is RECTIFICATION and state.exists:
            group = state.get("verify_group")
            return group if isinstance(group, bytes) else None
    return None


def _existing(conn: Connection, roots: Sequence[bytes]) -> dict[bytes, Any]:
    out: dict[bytes, Any] = {}
    for part in chunks(roots):
        query = select(t.record.c.id, t.record.c.uuid, t.record.c.stamp, t.record.c.shown, t.record.c.conflicts).where(
            t.record.c.root.in_(part)
        )
        out.update((row.uuid, row) for row in conn.execute(query))
    return out


@dataclass(frozen=True, slots=True)
class Kept:
    """What a record had before a rebuild and keeps: its local row, and the number of its last change while the same."""

    id: int
    change_no: int
    stamp: bytes


class _Batch:
    """Rows gathered for one write; one statement per table, not per record."""

    def __init__(self, conn: Connection, before: Mapping[bytes, Any], kept: Mapping[bytes, Kept]) -> None:
        self.conn, self.before, self.kept, self.changes = conn, before, kept, Changes()
        self.records: list[dict[str, Any]] = []
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.conflicts: list[dict[str, Any]] = []
        self.inert: list[tuple[bytes, Dot, str]] = []
        self.clear: list[tuple[int, bytes]] = []
        self.lines: list[dict[str, Any]] = []
        self.ids: dict[bytes, int] = {}
        self.next_id: int | None = None
        self.change_no: int | None = None

    def _new_id(self, record: bytes) -> int:
        if record in self.kept:
            return self.kept[record].id
        if self.next_id is None:
            highest = int(self.conn.exec_driver_sql("SELECT coalesce(max(id), 0) FROM record").scalar() or 0)
            self.next_id = max([highest, *(k.id for k in self.kept.values())])
        self.next_id += 1
        return self.next_id

    def _next_change(self, record: bytes, stamp: bytes) -> int:
        if record in self.kept and self.kept[record].stamp == stamp:
            return self.kept[record].change_no
        if self.change_no is None:
            row = self.conn.execute(select(t.counter.c.value).where(t.counter.c.name == "change_no")).scalar()
            self.change_no = int(row or 0)
        self.change_no += 1
        return self.change_no

    def without_effect(self, state: RecordState) -> None:
        """Note a record that claims to hang on what its create does not name: nothing of it counts."""
        self.inert.extend((state.record, c.dot, str(Inert.NO_AUTHORITY)) for c in state.creates)

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
        if old is not None:
            self.clear.append((old.id, state.record))
        shown = shown_digest(state, tags)
        self._rows(row_id, root, state, (digest, stamp, shown), reach, tags)
        if dateless:
            self.rows[state.kind.name][-1].update(due_on=None, due_reason=AWAITED)
        self._note(state, old, shown, len(tags))
        return True

    def line(self, own: RecordState, states: Mapping[bytes, RecordState]) -> None:
        """Note the list row of a finding, some of whose records are written anew."""
        ids = {record: self.ids[record] for record in states if record in self.ids}
        ids |= {record: self.before[record].id for record in states if record in self.before}
        self.lines.append(finding_line(own, states, ids))

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
            }
        )
        self.conflicts.extend({"record": row_id, "tag": tag, "heads": _head_count(s, tag)} for tag in tags)
        row: dict[str, Any] = {"id": row_id, "uuid": s.record, "status": s.status, "created_ms": created}
        for f in s.kind.fields:
            register = s.registers.get(f.tag)
            row[f.name] = None if register is None else to_column(f, register.value)
        self.rows[s.kind.name].append(row)

    def _note(self, state: RecordState, old: Any, shown: bytes, conflicts: int) -> None:
        name = state.kind.name
        self.changes.kinds.add(name)
        if old is None:
            self.changes.new.add(state.record)
            self.changes.new_by_kind[name] += 1
        elif old.shown != shown:
            self.changes.changed.add(state.record)
            self.changes.changed_by_kind[name] += 1
        self.changes.conflicts += max(0, conflicts - (old.conflicts if old is not None else 0))

    def flush(self) -> Changes:
        conn = self.conn
        if self.clear:
            gone = [{"b_id": i} for i, _ in self.clear]
            conn.execute(delete(t.conflict).where(t.conflict.c.record == bindparam("b_id")), gone)
        self._flush_inert()
        if self.records:
            bulk.put(conn, t.record, self.records, "replace")
            self._flush_search()
        for name, rows in self.rows.items():
            bulk.put(conn, t.OF_KIND[name], rows, "replace")
        bulk.put(conn, t.conflict, self.conflicts)
        bulk.put(conn, t.finding_line, self.lines, "replace")
        if self.change_no is not None:
            kept = insert(t.counter).values(name="change_no", value=self.change_no)
            conn.execute(kept.on_conflict_do_update(index_elements=["name"], set_={"value": self.change_no}))
        return self.changes

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
        for part in chunks(touched):
            conn.execute(delete(t.inert).where(t.inert.c.record.in_(part)))
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
