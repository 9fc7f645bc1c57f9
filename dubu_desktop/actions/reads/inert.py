"""Ops without effect: who wanted what, and why it has none. They stay in the journal; the office sees them."""

from __future__ import annotations

from dataclasses import dataclass

from dubu_desktop.actions.reads.parts import say_wall
from dubu_desktop.actions.reads.past import person_name
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.reads.say import Say
from dubu_desktop.db import history
from dubu_desktop.domain.facts import Inert
from dubu_desktop.domain.history import entries


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


def count(r: Reader) -> int:
    """How many there are."""
    return history.inert_count(r.conn)


def rows(r: Reader, limit: int = 200, offset: int = 0) -> list[InertRow]:
    """The newest first."""
    say = Say(r)
    out = []
    for found in history.inert_ops(r.conn, limit, offset):
        told = entries([found.op], (), {}, say.value)
        if not told:
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
                when=say_wall(entry.wall, r.today),
                reason=found.reason,
                reason_label=Inert(found.reason).label if found.reason in set(Inert) else found.reason,
            )
        )
    return out
