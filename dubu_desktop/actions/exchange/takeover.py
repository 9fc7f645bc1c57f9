"""What lies in quarantine, and how the clerk makes records of his own from it (sync.md §3.12).

Nothing in quarantine is an op of this workspace. What is taken over is written anew by the office, under the name of
the person at its keyboard, with the values that were sent; steps are not taken over, they are the office's to take.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import quarantine
from dubu_desktop.db.workspace import Workspace, get_json, put_json
from dubu_desktop.domain.authority import open_to_groups
from dubu_desktop.domain.fields import Access, Kind, valid
from dubu_desktop.domain.ops import Op, OpType
from dubu_desktop.domain.records import BY_TAG
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import Segment
from dubu_desktop.wire.bodies import raws_in
from dubu_desktop.wire.codec import decode_op

_TAKEN = "quarantine_taken"
REASON = "接管已吊销电脑的隔离内容"


def held_ops(ws: Workspace, conn: Any) -> list[Op]:
    """Every op in quarantine that can be read, in the order its author made them; no order between authors."""
    out: list[Op] = []
    for segment in quarantine.segments(ws, conn):
        try:
            out += [decode_op(raw, segment.actor) for raw in _raws(segment)]
        except ValueError:  # the key is in a stranger's hands: he may sign anything
            continue
    return out


def _raws(segment: Segment) -> list[bytes]:
    return raws_in(segment.body, segment.codec, segment.actor, segment.first_seq)


def taken(conn: Any) -> set[bytes]:
    """The records taken over so far."""
    return {bytes.fromhex(each) for each in get_json(conn, _TAKEN, [])}


def take_over(desk: Desk, records: Collection[bytes]) -> list[bytes]:
    """Make the office's own records of those named (of all, if none is); returns those written.

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
    done = [record for record in wanted if _take(desk, record, found[record])]
    put_json(desk.conn, _TAKEN, sorted({each.hex() for each in (*taken(desk.conn), *done)}))
    return done


def _take(desk: Desk, record: bytes, ops: list[Op]) -> bool:
    kind = BY_TAG.get(ops[0].kind)
    if kind is None or any(op.kind != kind.tag for op in ops):
        return False
    here = desk.ws.fold.state(desk.conn, record)
    values = _values(kind, ops, fixed=here is None or not here.exists)
    if here is not None and here.exists:
        return desk.set(record, values, REASON) if values and here.kind is kind else False
    if not values or not any(op.type is OpType.CREATE for op in ops):
        return False
    root = values.get(kind.root) if kind.root else None
    if kind.root and (not isinstance(root, bytes) or desk.ws.fold.state(desk.conn, root) is None):
        return False
    desk.create(kind.name, values, record)
    if kind.name == "finding":
        desk.create("note", {"record": record, "text": REASON})
    return True


def _values(kind: Kind, ops: list[Op], *, fixed: bool) -> dict[str, Any]:
    """{field: value as it was last sent}, of the fields a group may ever write."""
    out: dict[str, Any] = {}
    for op in sorted(ops, key=lambda each: each.dot):
        given = {**op.values, **{tag: write.value for tag, write in op.writes.items()}}
        for tag, value in given.items():
            field = kind.by_tag.get(tag)
            if field is None or not open_to_groups(kind, field.access) or (field.access is Access.FIXED and not fixed):
                continue
            if not valid(field, value):
                raise DubuError("D-255", detail=f"{kind.label}·{field.label}")
            out[field.name] = value
    return out
