"""Conflicts: every value, who wrote it and when; the shown one first, numbered as `decide_conflict` counts them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.reads.clocks import Clocks
from dubu_desktop.actions.reads.past import person_name
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.actions.reads.say import Say
from dubu_desktop.db import counts as figures
from dubu_desktop.db import history, listing
from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.ops import Dot

STATUS = "status"
#: what a field is called that only a newer version knows: it is shown, and decided after the upgrade
UNKNOWN = "本版不认识的一项"
#: tags of newer versions may be as large as the format lets them (wire.codec.MAX_TAG)
_TAG_BITS = 32
_TAG = (1 << _TAG_BITS) - 1


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """One of the values. `choice` is what `decide_conflict` takes; 1 is the one shown meanwhile."""

    choice: int
    text: str
    value: Any
    who: str
    side: str
    when: str


@dataclass(frozen=True, slots=True)
class ConflictView:
    """One field (or the lifecycle: field "status") of one record that two sides wrote without knowing of each other."""

    rowid: int
    record: str
    kind: str
    kind_label: str
    name: str
    finding: str
    field: str
    field_label: str
    values: tuple[ConflictValue, ...]

    @property
    def decidable(self) -> bool:
        """Whether this version knows the field; what only a newer one knows is shown, and decided after the upgrade."""
        return not self.field.isdigit()


def count(r: Reader) -> int:
    """How many there are."""
    return figures.conflicts(r.conn)


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    return {"all": count(r)}


def ids(r: Reader) -> array[int]:
    """Row ids of all conflicts, the latest record first."""
    return array("q", (_key(record, tag) for record, tag in listing.conflict_keys(r.conn)))


def _key(row: int, tag: int) -> int:
    """One number for both."""
    return row << _TAG_BITS | tag


def rows(r: Reader, ids: Sequence[int]) -> list[ConflictView]:
    """At most 200 conflicts, in the order of `ids`."""
    wanted = list(ids)[: listing.PAGE]
    places = [(i >> _TAG_BITS, i & _TAG) for i in wanted]
    states = _states(r, {row for row, _ in places})
    say = Say(r)
    out = [_view(r, say, states[row], row, tag) for row, tag in places if row in states]
    return [view for view in out if view is not None]


def every(r: Reader, ids: Sequence[int]) -> Iterator[ConflictView]:
    """The conflicts of `ids`, however many, in their order."""
    for at in range(0, len(ids), listing.PAGE):
        yield from rows(r, ids[at : at + listing.PAGE])


def of(r: Reader, record: str | bytes) -> tuple[ConflictView, ...]:
    """The conflicts of one record and of all that hangs on it."""
    root = history.root_of(r.conn, raw(record))
    found = r.ws.fold.states(r.conn, [root]).get(root, {})
    numbers = listing.row_ids(r.conn, list(found))
    say = Say(r)
    out = []
    for uuid, state in found.items():
        for tag in (*((0,) if state.status_conflict else ()), *state.conflicts):
            out.append(_view(r, say, state, numbers.get(uuid, 0), tag))
    return tuple(view for view in out if view is not None)


def _states(r: Reader, rows: set[int]) -> dict[int, RecordState]:
    """{row: state} of these rows."""
    found = listing.roots_of_rows(r.conn, sorted(rows))
    states = r.ws.fold.states(r.conn, list({root for _, root in found.values()}))
    return {row: states[root][uuid] for row, (uuid, root) in found.items() if uuid in states.get(root, {})}


def _view(r: Reader, say: Say, state: RecordState, row: int, tag: int) -> ConflictView | None:
    if not (tag in state.conflicts if tag else state.status_conflict):
        return None  # the tables are a moment older than the fold
    kind = state.kind
    name = str(state.get(kind.title) or "")
    finding = state.get(kind.root) if kind.root else state.record
    if kind.name == "finding":
        name = str(state.get("number") or name)
    elif isinstance(finding, bytes):
        name = say.anything(finding)
    values = _statuses(r, state) if not tag else _values(r, say, state, tag)
    return ConflictView(
        rowid=_key(row, tag),
        record=state.record.hex(),
        kind=kind.name,
        kind_label=kind.label,
        name=name,
        finding=finding.hex() if isinstance(finding, bytes) else "",
        field=(kind.by_tag[tag].name if tag in kind.by_tag else str(tag)) if tag else STATUS,
        field_label=(kind.by_tag[tag].label if tag in kind.by_tag else UNKNOWN) if tag else "办理步骤",
        values=values,
    )


def _values(r: Reader, say: Say, state: RecordState, tag: int) -> tuple[ConflictValue, ...]:
    field, clocks = state.kind.by_tag.get(tag), Clocks(r)
    return tuple(
        ConflictValue(
            n,
            (say.value(field, h.value) if field is not None else str(plain(h.value))) or "（空）",
            plain(h.value),
            person_name(r, h.person),
            r.side_label(h.dot.actor),
            clocks.say(h.dot, h.wall),
        )
        for n, h in enumerate(state.register(tag).heads, 1)
    )


def _statuses(r: Reader, state: RecordState) -> tuple[ConflictValue, ...]:
    """The statuses the two steps led to, in the order in which `decide_conflict` counts them."""
    by_status: dict[str, Dot] = {}
    for dot in state.heads:
        by_status.setdefault(state.status_of[dot], state.meant(dot))
    ordered = [state.status, *[s for s in by_status if s != state.status]]
    happened = {e.dot: e for e in state.events}
    life, clocks = state.kind.lifecycle, Clocks(r)
    out = []
    for n, status in enumerate(ordered, 1):
        step = happened.get(by_status[status])
        word = life.label_of(life.name_of.get(step.event, "")) if step else "登记"
        reason = str(step.args.get("reason", "")) if step else ""
        text = f"{life.status_label(status)}（{word}{'：' + reason if reason else ''}）"
        when = clocks.say(step.dot, step.wall) if step else ""
        who = person_name(r, step.person) if step else ""
        out.append(ConflictValue(n, text, status, who, r.side_label(by_status[status].actor), when))
    return tuple(out)


def plain(value: Any) -> Any:
    """A value as JSON can say it: ids and hashes in hexadecimal, what is neither text nor number as it is written."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return value if value is None or isinstance(value, str | int | float) else str(value)
