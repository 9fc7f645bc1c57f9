"""Conflicts decided, the last action undone, alarms seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dubu_desktop.actions import paper_series, rules
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import takeover, undoing
from dubu_desktop.actions.reads.conflicts import plain
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.db import journal, local, queries
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import Head, RecordState
from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, PlainStatus
from dubu_desktop.domain.ops import Dot, Op, OpType
from dubu_desktop.domain.records import BY_TAG
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)


@verb("裁定冲突", editions=_OFFICE, roles=OFFICE_ROLES)
def decide_conflict(
    desk: Desk,
    *,
    record: str,
    field: str,
    choice: int = 1,
    value: Any = None,
    seen: list[Any] | None = None,
    reason: str = "",
) -> None:
    """Decide a conflict: `choice` counts the values as shown from 1, or `value` gives another one.

    `seen`: the value that was chosen when the conflict was looked at, as `ConflictValue.value`, the only one of a list;
    what stands there may be others by now, so that its number says nothing. D-307 when it is not among them any more.
    field "status" decides between two steps taken. What is written together with the field (a date and its reason) is
    decided with it, for the same writer's values.

    All values stay in the history; the decision is a set over every head (sync.md §3.3).
    """
    raw = desk.any_record(record)
    state = desk.state(raw)
    if field == "status":
        if not state.status_conflict:
            raise DubuError("D-307", status="没有冲突", event="裁定")
        statuses = list(dict.fromkeys(state.status_of[d] for d in state.heads))
        wanted = [state.status, *[s for s in statuses if s != state.status]]
        desk.decide_status(raw, str(value or "") or wanted[_place(wanted, choice, seen)])
        return
    if field.isdigit():
        raise DubuError("D-307", status="本版不认识这一项，升级以后再裁定", event="裁定")
    if field not in state.kind.by_name:
        raise DubuError("D-305", detail=f"{state.kind.label}没有 {clean_line(field)} 这一项")
    register = state.register(state.kind.by_name[field].tag)
    if not register.conflict:
        if seen is not None and state.kind.by_name[field].together and [plain(register.value)] == seen:
            return  # decided a moment ago, together with the other field
        raise DubuError("D-307", status="没有冲突", event="裁定")
    values = [h.value for h in register.heads]
    if value is None:
        head: Head | None = register.heads[_place(values, choice, seen)]
    else:
        head = next((h for h in register.heads if value in (h.value, plain(h.value))), None)
    given = {field: value} if head is None else _together(state, field, head)
    desk.set(raw, given, reason or "裁定冲突")


def _together(state: RecordState, field: str, head: Head) -> dict[str, Any]:
    """{field: value} of the chosen head, with what the same op wrote in the fields that go together with it."""
    known, out = state.kind.by_name[field], {field: head.value}
    for other in state.kind.fields:
        if known.together and other.together == known.together:
            out.update((other.name, h.value) for h in state.register(other.tag).heads if h.dot == head.dot)
    return out


def _place(options: list[Any], choice: int, seen: list[Any] | None) -> int:
    """Which of the values is meant: the one that was seen, else the one of that number; D-307, D-305."""
    if seen is not None:
        places = [at for at, one in enumerate(options) if [plain(one)] == seen]
        if not places:
            raise DubuError("D-307", status="与选的时候不同，没有所选的值", event="裁定")
        return places[0]
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
    from dubu_desktop.actions.registry import all_verbs

    done = all_verbs().get(last.verb)
    if done is None:  # a newer program did it on this machine
        raise DubuError("D-313", detail=f"“{last.label}”是用更高版本的程序办的，请用那个版本撤销")
    if not done.undoable:
        raise DubuError("D-313", detail=f"“{last.label}”不能撤销")
    ops = journal.ops_of_txn(desk.conn, last.txn)
    more = ""
    if last.verb == "set_paper_settings":  # of this machine alone: no ops
        paper_series.take_back(desk.conn, rules.current(desk.conn).rules, last.txn)
        desk.set_locally()
    elif last.verb == "undo_import":
        more = undoing.put_back(desk, ops)
    elif desk.office and len(ops) > _MANY and all(op.type is OpType.CREATE for op in ops):
        _take_back_all(desk, ops)
    else:
        own = frozenset(op.dot for op in ops)
        for op in reversed(ops):
            _take_back(desk, op, own)
    takeover.forget(desk.conn, last.txn)
    local.mark_undone(desk.conn, last.id)
    desk.extra["sentence"] = f"已撤销“{last.label}”{more}"


#: more records than this, all of them made by one action (an imported list), are taken back set-wise
_MANY = 50
_PORTION = 2000


def _take_back_all(desk: Desk, ops: list[Op]) -> None:
    """Withdraw what an import made: children first, so that each rests on its root as it was."""
    by_kind: dict[int, list[Op]] = {}
    own = frozenset(op.dot for op in ops)
    for op in reversed(ops):
        by_kind.setdefault(op.kind, []).append(op)
    for tag, mine in sorted(by_kind.items(), key=lambda item: not BY_TAG[item[0]].root):
        for at in range(0, len(mine), _PORTION):
            part = mine[at : at + _PORTION]
            states = desk.ws.fold.states(desk.conn, list(dict.fromkeys(op.root for op in part)))
            for op in part:
                _untouched(states[op.root], op, own)
            desk.step_many([(op.root, op.record) for op in part], _withdrawal(BY_TAG[tag]), "撤销登记")


def _untouched(states: Mapping[bytes, RecordState], op: Op, own: frozenset[Dot]) -> None:
    """D-313 unless the record is still, or by undoing later edits again, as `op` made it, and nothing hangs on it.

    `states`: its whole aggregate. `own`: the dots of the action that is undone.
    """
    state = states[op.record]
    if any(c.dot != op.dot for c in state.creates):  # what was taken over and came home since is not ours alone
        raise DubuError("D-313", detail="这条记录之后也由登记它的一方送到")
    for tag, register in state.registers.items():
        if any(h.dot != op.dot and h.value != op.values.get(tag) for h in register.heads):
            raise DubuError("D-313", detail="之后又有人改过")
    _no_step_since(states, op)
    for child in states.values() if op.record == op.root else ():
        added = child.record != op.record and child.status == PlainStatus.VALID
        if added and not own & {c.dot for c in child.creates}:
            raise DubuError("D-313", detail=f"之后又加了{child.kind.label}")


def _no_step_since(states: Mapping[bytes, RecordState], op: Op) -> None:
    """D-313 when a step was taken since `op`, by whomever, and not taken back: it rests on what `op` wrote."""
    for record in dict.fromkeys((op.root, op.record)):
        now = states[record]
        was = now.stands_at(d for d in op.at if d in now.status_of) or frozenset(c.dot for c in now.creates)
        if now.stands_at(now.heads) != was:
            raise DubuError("D-313", detail="之后又办了别的步骤")


def _withdrawal(kind: Kind) -> str:
    """The step that takes a record out of use before anything was done with it."""
    return next(event for event in ("void", "revoke", "cancel") if event in kind.lifecycle.tag_of)


def _take_back(desk: Desk, op: Op, own: frozenset[Dot]) -> None:
    states = desk.ws.fold.states(desk.conn, [op.root])[op.root]
    state = states[op.record]
    if op.type is OpType.EVENT:
        if state.heads != (op.dot,):
            raise DubuError("D-313", detail="之后又办了别的步骤")
        desk.retract(op.record)
    elif op.type is OpType.SET:
        _no_step_since(states, op)
        _write_back(desk, op)
    elif op.type is OpType.CREATE:
        _untouched(states, op, own)
        desk.step(op.record, _withdrawal(state.kind), "撤销登记")


def _write_back(desk: Desk, op: Op) -> None:
    state = desk.state(op.record)
    kind = BY_TAG[op.kind]
    back: dict[str, Any] = {}
    history = {o.dot: o for o in journal.ops_of(desk.conn, [op.record])}
    for tag, write in op.writes.items():
        if not _still(desk, state.register(tag).heads, op.dot, write.value):
            raise DubuError("D-313", detail=f"“{kind.by_tag[tag].label}”之后又改过")
        back[kind.by_tag[tag].name] = _replaced(desk, history, op, tag, write.over)
    desk.set(op.record, back, "撤销")


def _still(desk: Desk, heads: Sequence[Head], dot: Dot, value: Any) -> bool:
    """Whether a field is as the op `dot` left it, or has been put back to that on this machine (an undo after it)."""
    head = heads[0]
    return len(heads) == 1 and (head.dot == dot or (head.value == value and head.dot.actor == desk.ws.profile.actor))


def _replaced(desk: Desk, history: dict[Any, Op], op: Op, tag: int, over: tuple[Any, ...]) -> Any:
    """What `op` replaced: of the values it wrote over the one that was shown, as the fold ranks them (sync.md §3.3).

    A base's value where the op is not held here.
    """
    held = [history[dot] for dot in over if dot in history]
    if held:
        earlier = max(held, key=lambda one: (desk.ws.side_of(one.dot.actor) == OFFICE, one.lam, one.dot))
        return earlier.values.get(tag) if earlier.type is OpType.CREATE else earlier.writes[tag].value
    before = desk.base_value(op.record, tag, over)
    if before is None and not queries.kind_of(desk.conn, op.record):
        raise DubuError("D-313", detail="原来的值不在本机")
    return before
