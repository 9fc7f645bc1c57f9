"""Conflicts decided, the last action undone, alarms seen."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.db import journal, local, queries
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.domain.ops import Op, OpType
from dubu_desktop.domain.records import BY_TAG
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)


@verb("裁定冲突", editions=_OFFICE, roles=OFFICE_ROLES)
def decide_conflict(
    desk: Desk, *, record: str, field: str, choice: int = 1, value: Any = None, reason: str = ""
) -> None:
    """Decide a conflict: `choice` counts the values as shown from 1, or `value` gives another one.

    field "status" decides between two steps taken.

    All values stay in the history; the decision is a set over every head (sync.md §3.3).
    """
    raw = bytes.fromhex(record)
    state = desk.state(raw)
    if field == "status":
        statuses = list(dict.fromkeys(state.status_of[d] for d in state.heads))
        wanted = [state.status, *[s for s in statuses if s != state.status]]
        desk.decide_status(raw, value or wanted[_index(choice, wanted)])
        return
    register = state.register(state.kind.by_name[field].tag)
    if not register.conflict:
        raise DubuError("D-307", status="没有冲突", event="裁定")
    chosen = value if value is not None else register.heads[_index(choice, list(register.heads))].value
    desk.set(raw, {field: chosen}, reason or "裁定冲突")


def _index(choice: int, options: list[Any]) -> int:
    if not 1 <= choice <= len(options):
        raise DubuError("D-305", detail=f"只有{len(options)}个值可选")
    return choice - 1


@verb("知道了", undoable=False)
def dismiss_alarm(desk: Desk, *, alarm: int) -> None:
    """Put an alarm away."""
    local.dismiss_alarm(desk.conn, alarm)


@verb("撤销", undoable=False)
def undo(desk: Desk) -> None:
    """Undo this person's last action on this machine by new ops that write back what it replaced.

    D-313 when there is none, or when something later rests on it (contracts.md §6, sync.md §3.14).
    """
    if desk.person is None:
        raise DubuError("D-301", name="")
    last = local.last_done(desk.conn, desk.person.id)
    if last is None:
        raise DubuError("D-313", detail="本机上没有您的操作")
    from dubu_desktop.actions.registry import find

    if not find(last.verb).undoable:
        raise DubuError("D-313", detail=f"“{last.label}”不能撤销")
    ops = journal.ops_of_txn(desk.conn, last.txn)
    for op in reversed(ops):
        _take_back(desk, op)
    local.mark_undone(desk.conn, last.id)
    desk.extra["sentence"] = f"已撤销“{last.label}”"


def _take_back(desk: Desk, op: Op) -> None:
    state = desk.state(op.record)
    if op.type is OpType.EVENT:
        if state.heads != (op.dot,):
            raise DubuError("D-313", detail="之后又办了别的步骤")
        desk.retract(op.record)
    elif op.type is OpType.SET:
        _write_back(desk, op)
    elif op.type is OpType.CREATE:
        if any(h.dot != op.dot for r in state.registers.values() for h in r.heads if not _ours(desk, h.dot)):
            raise DubuError("D-313", detail="之后又有人改过")
        life = state.kind.lifecycle.tag_of
        desk.step(op.record, next(e for e in ("void", "revoke", "cancel") if e in life), "撤销登记")


def _ours(desk: Desk, dot: Any) -> bool:
    """Whether a dot was made by this very undo."""
    return bool(dot.actor == desk.ws.profile.actor and dot.seq > (desk.first_seq or 0))


def _write_back(desk: Desk, op: Op) -> None:
    state = desk.state(op.record)
    kind = BY_TAG[op.kind]
    back: dict[str, Any] = {}
    history = {o.dot: o for o in journal.ops_of(desk.conn, [op.record])}
    for tag, write in op.writes.items():
        if state.register(tag).over != (op.dot,):
            raise DubuError("D-313", detail=f"“{kind.by_tag[tag].label}”之后又改过")
        back[kind.by_tag[tag].name] = _replaced(desk, history, op, tag, write.over)
    desk.set(op.record, back, "撤销")


def _replaced(desk: Desk, history: dict[Any, Op], op: Op, tag: int, over: tuple[Any, ...]) -> Any:
    """What `op` replaced: the value of the newest op it wrote over; a base's value where the op is not held here."""
    for dot in sorted(over, reverse=True):
        earlier = history.get(dot)
        if earlier is not None:
            return earlier.values.get(tag) if earlier.type is OpType.CREATE else earlier.writes[tag].value
    before = desk.base_value(op.record, tag, over)
    if before is None and not queries.kind_of(desk.conn, op.record):
        raise DubuError("D-313", detail="原来的值不在本机")
    return before
