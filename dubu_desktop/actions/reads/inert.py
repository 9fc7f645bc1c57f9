"""Ops without effect: who wanted what, and why it has none. They stay in the journal; the office sees them.

What a revoked computer sent after its cut-off is no op of this workspace, and stands in the same list: 已隔离.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from dubu_desktop.actions.exchange import quarantine, takeover
from dubu_desktop.actions.reads.clocks import Clocks
from dubu_desktop.actions.reads.past import person_name
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.reads.say import Say
from dubu_desktop.db import history
from dubu_desktop.db import quarantine as held
from dubu_desktop.domain.facts import Inert
from dubu_desktop.domain.history import entries
from dubu_desktop.domain.ops import Op


@dataclass(frozen=True, slots=True)
class InertRow:
    """One op without effect. `what`, `note`: what it wanted; `reason`: why it has no effect, as a stable word."""

    record: str
    kind: str
    name: str
    what: str
    note: str
    who: str
    side: str
    when: str
    reason: str
    reason_label: str
    #: of what is in quarantine: whether the office has made it its own
    taken: bool = False


def count(r: Reader) -> int:
    """How many there are."""
    return history.inert_count(r.conn) + held.op_count(r.conn)


def listed(r: Reader) -> int:
    """How many of them `rows` gives: those whose op is here."""
    waiting = quarantine.newest(r.ws, r.conn, 0)[1] if held.op_count(r.conn) else 0
    return waiting + len(history.inert_ops(r.conn, history.inert_count(r.conn)))


def rows(r: Reader, limit: int = 200, offset: int = 0) -> list[InertRow]:
    """What is in quarantine, then the others, the newest first of each."""
    say, clocks, gone = Say(r), Clocks(r), takeover.Taken(r.conn)
    out = []
    for found in _found(r, limit, offset):
        told = entries([found.op], (), {}, say.value)
        if not told:
            out.append(_of_newer(r, clocks, found))
            continue
        entry = told[0]
        root = say.anything(found.op.root) if found.op.root != found.op.record else ""
        name = root or say.anything(found.op.record)
        out.append(
            InertRow(
                record=found.op.record.hex(),
                kind=entry.kind.name,
                name=name,
                what=entry.what,
                note=entry.note,
                who=person_name(r, entry.person),
                side=r.side_label(entry.dot.actor),
                when=clocks.say(entry.dot, entry.wall),
                reason=found.reason,
                reason_label=_label(found, gone),
                taken=found.reason == Inert.QUARANTINED and found.op in gone,
            )
        )
    return out


def _of_newer(r: Reader, clocks: Clocks, found: history.InertOp) -> InertRow:
    """An op of a kind that only a newer version knows."""
    op = found.op
    when, who, side = clocks.say(op.dot, op.wall), person_name(r, op.person), r.side_label(op.dot.actor)
    what, label = "新版本才认识的内容", _label(found)
    return InertRow(op.record.hex(), "", f"种类{op.kind}", what, "", who, side, when, found.reason, label)


def _found(r: Reader, limit: int, offset: int) -> list[history.InertOp]:
    late, total = quarantine.newest(r.ws, r.conn, limit, offset) if held.op_count(r.conn) else ([], 0)
    out = [history.InertOp(op, Inert.QUARANTINED) for op in late]
    if len(out) < limit:
        out += history.inert_ops(r.conn, limit - len(out), max(0, offset - total))
    return out


def _label(found: history.InertOp, taken: Container[Op] = ()) -> str:
    if found.reason == Inert.QUARANTINED and found.op in taken:
        return "已隔离，已接管"
    return Inert(found.reason).label if found.reason in set(Inert) else found.reason
