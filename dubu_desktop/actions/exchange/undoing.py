"""撤销导入 carried out, and taken back: the ops of a plan (undoplan.py), in one transaction."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from dubu_desktop.actions import countering
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange.undoplan import NOT_HERE, UNDONE, Counter, Plan, Values, amend
from dubu_desktop.actions.registry import Progress
from dubu_desktop.db import links
from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.lifecycle import DECIDE_TAG, UNDO_IMPORT
from dubu_desktop.domain.ops import Dot, Op, OpType
from dubu_desktop.errors import DubuError

_PORTION = 2000


def carry_out(desk: Desk, found: Plan, reason: str) -> Generator[Progress, None, None]:
    """Write the ops of a plan that was made in this transaction."""
    records = [*found.voids, *found.writes, *(r for r in found.steps if r not in found.writes)]
    for at in range(0, len(records), _PORTION):
        yield Progress(at, len(records), "正在撤销导入")
        part = records[at : at + _PORTION]
        states = desk.ws.fold.states(desk.conn, list(dict.fromkeys(found.roots[r] for r in part)))
        ops: list[Op] = []
        for record in part:
            root = found.roots[record]
            state, place = states[root][record], (root, states[root][root].heads)
            back = {state.kind.by_tag[t].name: v for t, v in found.writes.get(record, {}).items()}
            ops += [op for op in [desk.set_op(state, back, reason, {UNDO_IMPORT: found.bundle})] if op is not None]
            for counter in (found.voids.get(record), found.steps.get(record)):
                if counter is not None:
                    ops.append(_event(desk, state, counter, place, {"reason": reason, UNDO_IMPORT: found.bundle}))
        desk.put_many(ops)
    amend(desk.conn, links.find_bundle(desk.conn, bytes.fromhex(found.bundle)), **{UNDONE: desk.ws.clock.now_ms()})


def _event(
    desk: Desk, state: RecordState, counter: Counter, place: tuple[bytes, tuple[Dot, ...]], args: Mapping[str, Any]
) -> Op:
    closing = any(s.closing for s in state.kind.lifecycle.by_tag.get(counter.event, ()))
    at = (place[0], (*counter.at, *place[1]))
    return desk.event_op(state, counter.event, {**args, **counter.args}, state.seen() if closing else {}, at)


def put_back(desk: Desk, ops: list[Op]) -> str:
    """Take a 撤销导入 back (Ctrl+Z): all of it or, when something rests on any of it by now, nothing: D-313.

    A field that was in conflict gets the value that was shown, not the conflict; returns words on that, or "". Steps
    that were in conflict are so again.
    """
    bundle = next((str(op.args[UNDO_IMPORT]) for op in ops if UNDO_IMPORT in op.args), "")
    differed: list[bytes] = []
    for at in range(0, len(ops), _PORTION):
        part = ops[at : at + _PORTION]
        roots = list(dict.fromkeys(op.root for op in part))
        states, values = desk.ws.fold.states(desk.conn, roots), Values(desk.conn, roots)
        desk.put_many([one for op in part for one in _against(desk, op, states[op.root], bundle, values, differed)])
    amend(desk.conn, links.find_bundle(desk.conn, bytes.fromhex(bundle)), **{UNDONE: None})
    return f"；{len(differed)}处原来有冲突，写回的是当时显示的值" if differed else ""


def _against(
    desk: Desk, op: Op, states: Mapping[bytes, RecordState], bundle: str, values: Values, differed: list[bytes]
) -> list[Op]:
    """The ops against `op`. `differed` gets the record, once for each field of it that was in conflict."""
    state = states[op.record]
    place = (op.root, states[op.root].heads)
    if op.type is OpType.SET:
        back = desk.set_op(state, _replaced(desk, op, state, values, differed), "撤销", {UNDO_IMPORT: bundle})
        return [back] if back is not None else []
    if state.heads != (op.dot,):
        raise DubuError("D-313", detail="之后又办了别的步骤")
    (last,) = [e for e in state.events if e.dot == op.dot]
    before = state.before(last)
    if op.event != DECIDE_TAG or len(before) > 1:
        return countering.against(desk, state, last, place, {UNDO_IMPORT: bundle})
    ((status, was),) = before.items()
    return [_event(desk, state, Counter(DECIDE_TAG, was, {"status": status}), place, {UNDO_IMPORT: bundle})]


def _replaced(desk: Desk, op: Op, state: RecordState, known_values: Values, differed: list[bytes]) -> dict[str, Any]:
    back = {}
    for tag, write in op.writes.items():
        known = state.kind.by_tag[tag]
        if [h.dot for h in state.register(tag).heads] != [op.dot]:
            raise DubuError("D-313", detail=f"“{known.label}”之后又改过")
        values = known_values.in_order(desk.ws, op.root, op.record, tag, write.over)
        if not values or NOT_HERE in values:
            raise DubuError("D-313", detail=f"“{known.label}”原来的值不在本机")
        back[known.name] = values[0]
        differed += [op.record] * (len(values) > 1)
    return back
