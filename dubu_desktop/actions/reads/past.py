"""经过: everything that happened to a record and to what hangs on it, in sentences, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dubu_desktop.actions.reads.clocks import Clocks
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.actions.reads.say import Say
from dubu_desktop.db import history as pasts
from dubu_desktop.domain.history import Entry, entries, same_action


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line. `what` is the headline, `note` the details; `type`: create, set, event; `inert`: why without effect.

    `side`: 办公室 or the group's name. `kind`, `record`: which record of the aggregate it speaks of.
    """

    when: str
    wall_ms: int
    who: str
    side: str
    what: str
    note: str
    kind: str
    record: str
    type: str
    event: str
    hot: bool
    inert: str

    @property
    def by(self) -> str:
        """Who and where from: 第三督导巡查组 赵组长."""
        return " ".join(part for part in (self.side, self.who) if part)

    @property
    def sentence(self) -> str:
        """The whole line as one sentence."""
        head = "，".join(part for part in (self.when, f"{self.by} {self.what}") if part)
        return f"{head}：{self.note}。" if self.note else f"{head}。"


def history(r: Reader, record: str | bytes, merged: bool = True) -> list[HistoryLine]:
    """What happened to a record and to all that belongs to it, the newest first.

    `merged`: what one action did stands in one line (a pane); otherwise one line per op (the command line).
    """
    wanted = raw(record)
    root = pasts.root_of(r.conn, wanted)
    past = pasts.past_of(r.conn, root)
    told = entries(past.ops, past.facts, past.inert, Say(r).value)
    if root != wanted:
        told = [e for e in told if e.record == wanted]
    actions = same_action(told) if merged else [[e] for e in told]
    clocks = Clocks(r)
    return [_line(r, clocks, found, root) for found in actions]


def _line(r: Reader, clocks: Clocks, found: Sequence[Entry], root: bytes) -> HistoryLine:
    """One action: its step is the headline if it took one; what it wrote besides stands in the note."""
    head = next((e for e in found if e.type == "event"), None) or next(
        (e for e in reversed(found) if e.type == "create"), found[-1]
    )
    # a conflict opened again is one step for each side of it, told once
    others = [
        e for e in reversed(found) if e is not head and (e.record, e.what, e.note) != (head.record, head.what, "")
    ]
    # what a step set is told by the fields it wrote; the step itself then only says why
    notes = [head.reason if others and head.type == "event" else head.note]
    for e in others:
        by_step = head.type == "event" and e.type != "event"
        notes.append(e.note if by_step else f"{e.what}（{e.note}）" if e.note else e.what)
    return HistoryLine(
        when=clocks.say(head.dot, head.wall),
        wall_ms=head.wall,
        who=person_name(r, head.person),
        side=r.side_label(head.dot.actor),
        what=head.what,
        note="；".join(dict.fromkeys(n for n in notes if n)),
        kind=head.kind.name,
        record=head.record.hex(),
        type=head.type,
        event=head.event,
        hot=any(e.hot for e in found),
        inert=head.inert,
    )


def person_name(r: Reader, person: bytes) -> str:
    """The name of the person recorded with an op; nothing where it is not here."""
    return r.names("person", [person]).get(person, "") if person else ""
