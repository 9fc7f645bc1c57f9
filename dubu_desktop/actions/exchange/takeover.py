"""What lies in quarantine, and how the clerk makes records of his own from it (sync.md §3.12).

Nothing in quarantine is an op of this workspace. What is taken over is written anew by the office, under the name of
the person at its keyboard, with the values that were sent; steps are not taken over, they are the office's to take.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import quarantine
from dubu_desktop.db import purging, queries, scope
from dubu_desktop.db.workspace import Workspace, get_json, put_json
from dubu_desktop.domain.authority import OFFICE, TAKEN_OVER_BY, open_to_groups
from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.fields import Access, Kind, valid
from dubu_desktop.domain.lifecycle import REPEATS
from dubu_desktop.domain.ops import Op, OpType
from dubu_desktop.domain.records import BY_TAG
from dubu_desktop.errors import DubuError

_RECORDS, _OPS = "quarantine_taken", "quarantine_taken_ops"
_BY = "quarantine_taken_by"  # {transaction of a taking: the ops it took}
REASON = "接管已吊销电脑的隔离内容"


def held_ops(ws: Workspace, conn: Any) -> list[Op]:
    """Every op in quarantine that can be read, in the order its author made them; no order between authors."""
    return [op for segment in quarantine.segments(ws, conn) for op in quarantine.ops_in(segment)]


class Taken:
    """What has been taken over: op by op; of what an older version did only the records are known."""

    def __init__(self, conn: Any) -> None:
        self._records = {bytes.fromhex(each) for each in get_json(conn, _RECORDS, [])}
        # two machines may have given one number twice; an older version noted no action
        noted = [
            (bytes.fromhex(actor), int(seq), bytes.fromhex("".join(txn)))
            for actor, seq, *txn in get_json(conn, _OPS, [])
        ]
        self.ops = set(noted)

    def __contains__(self, op: object) -> bool:
        return isinstance(op, Op) and self._has(op)

    def _has(self, op: Op) -> bool:
        told = (*_named(op)[:2], b"")
        return not self.ops.isdisjoint({_named(op), told}) or op.record in self._records

    def add(self, conn: Any, ops: Iterable[Op]) -> None:
        """These as well."""
        self.ops |= {_named(op) for op in ops}
        put_json(conn, _OPS, [[actor.hex(), seq, txn.hex()] for actor, seq, txn in sorted(self.ops)])


def _named(op: Op) -> tuple[bytes, int, bytes]:
    return op.dot.actor.to_bytes(), op.dot.seq, op.txn


def take_over(desk: Desk, records: Collection[bytes]) -> list[bytes]:
    """Make the office's own records of those named (of all, if none is); returns those written. What was taken over
    before is not written again: the office may have corrected it. Without a name nothing is taken of what the sender
    had no part in: the key is in a stranger's hands, and an honest import would give it no effect.

    D-306 for one that is not in quarantine, D-255 for values no honest program writes.
    """
    found: dict[bytes, list[Op]] = {}
    for op in held_ops(desk.ws, desk.conn):
        found.setdefault(op.record, []).append(op)
    missing = [each for each in records if each not in found]
    if missing:
        raise DubuError("D-306", what=missing[0].hex())
    wanted = [r for r in found if not records or r in records]
    # a photo after the finding it belongs to
    wanted.sort(key=lambda r: found[r][0].root != r)
    before = Taken(desk.conn)
    fresh = {record: [op for op in found[record] if op not in before] for record in wanted}
    fresh = {record: ops for record, ops in fresh.items() if ops and (records or _had_part(desk, ops))}
    done = [record for record in wanted if record in fresh and _take(desk, record, fresh[record])]
    before.add(desk.conn, (op for record in done for op in fresh[record]))
    named = (_named(op) for record in done for op in fresh[record])
    marks = {desk.txn.hex(): [[actor.hex(), seq, txn.hex()] for actor, seq, txn in named]}
    put_json(desk.conn, _BY, get_json(desk.conn, _BY, {}) | marks)
    return done


def forget(conn: Any, txn: bytes) -> None:
    """The taking of this transaction was undone (Ctrl+Z): what it took may be taken again."""
    taken_by = get_json(conn, _BY, {})
    gone = taken_by.pop(txn.hex(), [])
    if gone:
        put_json(conn, _BY, taken_by)
        # two machines may have given one number twice: whole; an older version noted no action here
        put_json(conn, _OPS, [mark for mark in get_json(conn, _OPS, []) if mark not in gone and mark[:2] not in gone])


def _had_part(desk: Desk, ops: list[Op]) -> bool:
    """Whether the record, or what it hangs on, is new here or in the scope of the one who sent these ops."""
    side, root = desk.ws.side_of(ops[0].dot.actor), ops[0].root
    here = queries.kind_of(desk.conn, root) is not None
    return side is not None and (not here or scope.reaches(scope.audience_of(desk.conn, root), side))


def _take(desk: Desk, record: bytes, ops: list[Op]) -> bool:
    kind = BY_TAG.get(ops[0].kind)
    if kind is None or any(op.kind != kind.tag for op in ops) or purging.buried(desk.conn, [ops[0].root]):
        return False
    here = desk.ws.fold.state(desk.conn, record)
    values = _values(kind, ops, fixed=here is None or not here.exists)
    if here is not None and here.exists:
        # what was taken and then withdrawn with a reason stays so, whatever its computer still sends about it
        again = here.kind is kind and any(op.type is OpType.CREATE for op in ops) and _undone(desk, here)
        if again:
            desk.retract(record)
            if kind.name == "finding":
                desk.create("note", {"record": record, "text": REASON})
        return bool(values and here.kind is kind and desk.set(record, values, REASON)) or again
    begun = {op.dot.actor.replica for op in ops if op.type is OpType.CREATE}
    if not values or not begun:
        return False
    root = values.get(kind.root) if kind.root else None
    if kind.root and (not isinstance(root, bytes) or desk.ws.fold.state(desk.conn, root) is None):
        return False
    if kind.name in TAKEN_OVER_BY:  # what a group brings in waits for the office, whoever enters it
        values[TAKEN_OVER_BY[kind.name]] = True
    # where a later segment proves that it counts after all, it counts beside ours (domain/merge.py)
    whom = {REPEATS: begun.pop().to_bytes(8, "big")} if len(begun) == 1 else {}
    desk.create(kind.name, values, record, **whom)
    if kind.name == "finding":
        desk.create("note", {"record": record, "text": REASON})
    return True


def _undone(desk: Desk, here: RecordState) -> bool:
    """Whether a record stands as Ctrl+Z of the taking over that began it left it: the office's own, withdrawn by it."""
    last = here.last_step()
    if last is None or here.status not in queries.GONE or here.creator != OFFICE:
        return False
    return desk.ws.side_of(last.dot.actor) == OFFICE


def _values(kind: Kind, ops: list[Op], *, fixed: bool) -> dict[str, Any]:
    """{field: value as it was last sent}, of the fields a group may ever write."""
    out: dict[str, Any] = {}
    for op in sorted(ops, key=lambda each: each.dot):
        given = {**op.values, **{tag: write.value for tag, write in op.writes.items()}}
        for tag, value in given.items():
            field = kind.by_tag.get(tag)
            begins = fixed and op.type is OpType.CREATE
            if field is None or not open_to_groups(kind, field.access, begins=begins):
                continue
            if field.access is Access.FIXED and not fixed:
                continue
            if not valid(field, value):
                raise DubuError("D-255", detail=f"{kind.label}·{field.label}")
            out[field.name] = value
    return out
