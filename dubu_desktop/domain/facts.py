"""What the fold works on and what it yields: a record's facts, its registers, its state (sync.md §3.3–3.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dubu_desktop.domain import steps
from dubu_desktop.domain.fields import Kind, LabelledEnum
from dubu_desktop.domain.lifecycle import (
    DECIDE_TAG,
    OFFICE_ROLES,
    RETRACT_TAG,
    UNDO_IMPORT,
    FindingStatus,
    Role,
)
from dubu_desktop.domain.ops import EMPTY, Actor, Context, Dot, covers, join


class Inert(LabelledEnum):
    """Why an op has no effect; it stays in the journal and is shown to the office (sync.md §3.5)."""

    #: its side may not do this
    NO_AUTHORITY = "no_authority", "无此职权"
    #: the step does not start from the status its author saw
    ILLEGAL_STEP = "illegal_step", "步骤不合"
    #: something it follows is not here yet
    MISSING = "missing", "待前序"
    #: this version does not know it
    UNKNOWN = "unknown", "不认识的类型"
    #: it follows an op that has no effect
    ON_INERT = "on_inert", "所依据的操作无效"
    #: held back after a revocation
    QUARANTINED = "quarantined", "已隔离"
    #: its record was removed for good before it came
    PURGED = "purged", "记录已清除"


class Created(NamedTuple):
    """A create as it is folded: the implicit head of every field it gave and nobody changed since.

    `repeats`: of an office create made by 接管 the workspace copy whose create it repeats (lifecycle.py); else b"".
    """

    dot: Dot
    lam: int
    wall: int
    person: bytes
    values: Mapping[int, Any]
    repeats: bytes = b""


class Head(NamedTuple):
    """One current value of a field, with the whole context of what it replaced."""

    dot: Dot
    lam: int
    wall: int
    person: bytes
    value: Any
    ctx: Context


class Happened(NamedTuple):
    """One lifecycle event."""

    dot: Dot
    lam: int
    wall: int
    person: bytes
    event: int
    at: tuple[Dot, ...]
    args: Mapping[str, Any]
    seen: Mapping[int, Context]


@dataclass(frozen=True)
class Facts:
    """What one record amounts to without its history: what a base carries down (sync.md §3.7)."""

    kind: int
    record: bytes
    creates: tuple[Created, ...] = ()
    heads: Mapping[int, tuple[Head, ...]] = field(default_factory=dict)
    events: tuple[Happened, ...] = ()
    inert: Mapping[Dot, Inert] = field(default_factory=dict)


@dataclass(frozen=True)
class Register:
    """One field: its heads, the shown one first."""

    heads: tuple[Head, ...]

    @property
    def value(self) -> Any:
        """The value shown."""
        return self.heads[0].value

    @property
    def conflict(self) -> bool:
        """More than one head with unequal values: truly concurrent writes."""
        return any(h.value != self.heads[0].value for h in self.heads[1:])

    @property
    def ctx(self) -> dict[Actor, int]:
        """The whole context of the field: its heads joined with their contexts."""
        return join([h.ctx for h in self.heads], [h.dot for h in self.heads])

    @property
    def over(self) -> tuple[Dot, ...]:
        """The dots a new write replaces."""
        return tuple(sorted(h.dot for h in self.heads))


@dataclass(frozen=True)
class RecordState:
    """A record as it stands. `status_of` gives the status after each effective event (and after each create).

    `creator`: whose record it is; `creators`: the sides that may do what its creator may.
    """

    kind: Kind
    record: bytes
    creates: tuple[Created, ...]
    registers: Mapping[int, Register]
    events: tuple[Happened, ...]
    status_of: Mapping[Dot, str]
    heads: tuple[Dot, ...]
    status: str
    inert: Mapping[Dot, Inert]
    lam: int
    creator: bytes | None
    creators: frozenset[bytes]
    unseen_edit: bool

    @property
    def exists(self) -> bool:
        """Whether the record's create is here; until then its ops wait and it is not shown."""
        return bool(self.creates)

    @property
    def status_conflict(self) -> bool:
        """Whether two sides took steps that end in different statuses without knowing of each other."""
        return len({self.status_of[d] for d in self.heads}) > 1

    @property
    def conflicts(self) -> tuple[int, ...]:
        """Tags of the fields in conflict, those that only a newer version knows among them."""
        return tuple(sorted(t for t, r in self.registers.items() if r.conflict))

    def get(self, name: str, default: Any = None) -> Any:
        """The shown value of the field called `name`."""
        reg = self.registers.get(self.kind.by_name[name].tag)
        return default if reg is None or reg.value is None else reg.value

    def register(self, tag: int) -> Register:
        """The register of a field; where nobody wrote it, its head is the create."""
        found = self.registers.get(tag)
        if found is not None:
            return found
        return Register(tuple(Head(c.dot, c.lam, c.wall, c.person, None, EMPTY) for c in self.creates))

    def seen(self) -> dict[int, Context]:
        """{tag: whole context} of the fields edited since creation, for closing events."""
        born = {c.dot for c in self.creates}
        return {t: r.ctx for t, r in self.registers.items() if any(h.dot not in born for h in r.heads)}

    def stands_at(self, dots: Iterable[Dot]) -> frozenset[Dot]:
        """Where the lifecycle stands after `dots`, steps taken back left out: what a 撤回 leads back to.

        At the beginning it stands at all that began the record, whoever repeated it.
        """
        out = steps.stands_at({e.dot: e for e in self.events}, self.status_of, dots)
        born = {c.dot for c in self.creates}
        return out if out.isdisjoint(born) else out | born

    def _taken_back(self, by_dot: Mapping[Dot, Happened], e: Happened) -> set[Dot]:
        """The steps that a step takes back: a 撤回 the one it follows, 撤销导入 all down to where it leads."""
        back = steps.back_to(by_dot, self.status_of, e)
        if e.event == RETRACT_TAG or steps.reopens(e):
            return {d for d in e.at if d in by_dot and (e.event == RETRACT_TAG or d not in back)}
        return steps.up_to(by_dot, [d for d in e.at if d not in back]) - steps.up_to(by_dot, back) if back else set()

    @property
    def kept(self) -> tuple[Happened, ...]:
        """The steps that were not taken back, and among them every 撤回 that was not taken back itself."""
        by_dot = {e.dot: e for e in self.events}
        undone: set[Dot] = set()
        for e in reversed(self.events):  # a 撤回 stands after what it takes back
            if e.dot not in undone:
                undone |= self._taken_back(by_dot, e)
        return tuple(e for e in self.events if e.dot not in undone)

    @property
    def standing(self) -> tuple[Happened, ...]:
        """The steps that were not taken back: a slip that was undone is no 反弹, no 退回 and no 延期."""
        return tuple(e for e in self.kept if e.event != RETRACT_TAG and not steps.reopens(e))

    def steps_counted(self, event: str) -> int:
        """How often a step was taken and not taken back."""
        return sum(e.event == self.kind.lifecycle.tag_of[event] for e in self.standing)

    def last_step(self) -> Happened | None:
        """The one step that may be taken back: the sole head, if it is a step and no final one (contracts.md §2)."""
        last = [e for e in self.events if e.dot in self.heads]
        life = self.kind.lifecycle
        if len(self.heads) != 1 or not last or life.name_of.get(last[0].event, "") in life.final_events:
            return None
        return last[0]

    def before(self, step: Happened) -> dict[str, tuple[Dot, ...]]:
        """{status: heads of this record that had it} as they were before `step`; several are a conflict it ended."""
        by_dot = {e.dot: e for e in self.events}
        at = sorted(d for d in step.at if d in self.status_of)
        under = steps.up_to(by_dot, (below for d in at if d in by_dot for below in by_dot[d].at))
        born = [c.dot for c in self.creates] if len(self.creators) > 1 else []
        left, closing = (d for d in at if d not in under), self.kind.lifecycle.closing
        out: dict[str, tuple[Dot, ...]] = {}
        for dot in steps.heads(born, by_dot, self.status_of, closing, left):
            out[self.status_of[dot]] = (*out.get(self.status_of[dot], ()), dot)
        return out

    def meant(self, head: Dot) -> Dot:
        """The step that `head` is: of one that only opened a conflict again the one that stood there before."""
        by_dot = {e.dot: e for e in self.events}
        while head in by_dot and (back := steps.reopened(by_dot[head], by_dot, self.status_of)):
            head = min(back)
        return head

    def roles_of(self, step: Happened) -> tuple[Role, ...]:
        """The roles that may take `step`, and so take it back; of a 撤回 those of the step it took back."""
        by_dot = {e.dot: e for e in self.events}
        e = step
        while e.event == RETRACT_TAG:
            if UNDO_IMPORT in e.args:
                return OFFICE_ROLES
            e = by_dot[next(d for d in e.at if d in by_dot)]
        if e.event == DECIDE_TAG:
            return OFFICE_ROLES
        before = {self.status_of[d] for d in e.at if d in self.status_of}
        roles = [r for s in self.kind.lifecycle.by_tag.get(e.event, ()) if s.sources & before for r in s.roles]
        return tuple(dict.fromkeys(roles))

    def facts(self, inert_of: Callable[[Dot], bool] = lambda _dot: False) -> Facts:
        """This record as a base; `inert_of` says which dots' lack of effect the receiver must be told of."""
        born = {c.dot for c in self.creates}
        edited = {t: r.heads for t, r in self.registers.items() if any(h.dot not in born for h in r.heads)}
        creates = tuple(c._replace(values={t: v for t, v in c.values.items() if t not in edited}) for c in self.creates)
        told = {d: why for d, why in self.inert.items() if inert_of(d)}
        return Facts(self.kind.tag, self.record, creates, edited, self.events, told)


def awaits_due(finding: RecordState) -> bool:
    """Whether a finding came back after 销号 and no due date was set since: it is empty until then (contracts.md §2).

    A group that reopens may not write the date, so that it is empty follows from the steps and not from the field.
    """
    life, events = finding.kind.lifecycle, {e.dot: e for e in finding.events}
    setting = {life.tag_of["assign"], life.tag_of["extend"]}
    todo, seen = list(finding.stands_at(finding.heads)), set[Dot]()
    while todo:
        dot = todo.pop()
        e = events.get(dot)
        if e is None or dot in seen or e.event in setting:
            continue
        seen.add(dot)
        if e.event == life.tag_of["reopen"] and finding.status_of[dot] == FindingStatus.RECTIFYING:
            return True
        todo.extend(finding.stands_at(e.at))
    return False


def replaces(one: Head, other: Head, above: bool = False) -> bool:
    """Whether `one` was written having seen `other`; `above`: the side of `one` ranks above the other's.

    What was seen was there before, so its lam is lower. A context that covers what was written later is forged, and
    would else silence whatever the office will ever write. Lams that a changed program has used up (Desk._op) tie.
    """
    if one.dot == other.dot or not covers(one.ctx, other.dot):
        return False
    if one.lam == other.lam:
        return above or (one.dot.actor == other.dot.actor and one.dot.seq > other.dot.seq)
    return one.lam > other.lam


def merge_facts(one: Facts, other: Facts) -> Facts:
    """Two bases of one record joined: nothing either of them tells is lost, what one replaced stays replaced."""
    creates = {c.dot: c for c in one.creates}
    for c in other.creates:
        was = creates.get(c.dot, c)
        creates[c.dot] = c._replace(values={**was.values, **c.values}, repeats=c.repeats or was.repeats)
    heads: dict[int, tuple[Head, ...]] = {}
    for tag in set(one.heads) | set(other.heads):
        found = {h.dot: h for h in (*one.heads.get(tag, ()), *other.heads.get(tag, ()))}.values()
        heads[tag] = tuple(h for h in found if not any(replaces(o, h) for o in found))
    events = {e.dot: e for e in (*one.events, *other.events)}
    return Facts(
        one.kind, one.record, tuple(creates.values()), heads, tuple(events.values()), {**one.inert, **other.inert}
    )
