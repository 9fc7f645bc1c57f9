"""撤销导入: what a bundle brought is taken back by ops of the office, as far as nothing rests on it (sync.md §3.14).

The bundle's own ops stay where they are, so importing it again changes nothing. What somebody built on is left as it
is and listed with the reason: a bulk action must never take away more than the bundle brought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dubu_desktop.actions.registry import Progress
from dubu_desktop.db import journal, links, references
from dubu_desktop.db.foldrows import chunks
from dubu_desktop.db.links import BundleRow
from dubu_desktop.db.queries import GONE
from dubu_desktop.db.told import load
from dubu_desktop.db.workspace import Workspace
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import Happened, RecordState, Register
from dubu_desktop.domain.lifecycle import DECIDE_TAG, RETRACT_TAG, UNDO_IMPORT
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, covers
from dubu_desktop.domain.steps import reopens
from dubu_desktop.errors import DubuError
from dubu_desktop.wire.codec import decode_op

BROUGHT, KNOWN, UNDONE = "brought", "known", "undone_ms"
_WITHDRAWN = frozenset({*GONE, "revoked", "cancelled"})


# --- what a bundle brought, noted when it is taken -----------------------------------------------------------------
def known(conn: Any) -> dict[str, int]:
    """{writer in hex: how far it is known}, before a bundle is taken: later ops are what may rest on it."""
    return {a.to_bytes().hex(): journal.last_seq(conn, a) for a in journal.actors(conn)}


def note(conn: Any, sha256: bytes, brought: Iterable[tuple[Actor, int, int]], before: Mapping[str, int]) -> None:
    """Add to a bundle's line in the ledger the ranges of ops it brought, as they are folded, and what `known` said."""
    ranges = [[actor.to_bytes().hex(), first, last] for actor, first, last in brought]
    amend(conn, links.find_bundle(conn, sha256), **{BROUGHT: ranges, KNOWN: dict(before)})


def forget(conn: Any, peer: int) -> None:
    """What bundles of this copy brought can no longer be told by numbers of ops: they may be another line's by now."""
    for row in links.bundles_of(conn, peer, "in"):
        amend(conn, row, **{BROUGHT: None})


def amend(conn: Any, row: BundleRow | None, **more: Any) -> None:
    """Write more into a line of the ledger."""
    if row is not None:
        body = {k: v for k, v in (row.body | more).items() if v is not None}
        links.note_bundle(conn, BundleRow(row.sha256, row.direction, row.peer, row.serial, row.at_ms, row.size, body))


# --- the plan ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Left:
    """Something the bundle brought that stays: which record, its kind's tag, what of it, and why."""

    record: bytes
    kind: int
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counter:
    """One step against another: the event's tag, what it follows besides the heads, its arguments."""

    event: int
    at: tuple[Dot, ...]
    args: Mapping[str, Any]


@dataclass
class Plan:
    """What 撤销导入 would do, by record: records voided, fields written back {tag: value}, steps countered."""

    bundle: str
    title: str
    voids: dict[bytes, Counter] = field(default_factory=dict)
    writes: dict[bytes, dict[int, Any]] = field(default_factory=dict)
    steps: dict[bytes, Counter] = field(default_factory=dict)
    roots: dict[bytes, bytes] = field(default_factory=dict)
    kinds: dict[bytes, int] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to take back."""
        return not (self.voids or self.writes or self.steps)


def plan(ws: Workspace, conn: Any, row: BundleRow) -> Generator[Progress, None, Plan]:
    """What taking back this bundle would do now; D-313 for one of which it was not noted what it brought."""
    if row.direction != "in" or BROUGHT not in row.body:
        raise DubuError("D-313", detail="收这个包的时候没有记下它带来了什么")
    return (yield from _Planner(ws, conn, row).run())


class _Planner:
    def __init__(self, ws: Workspace, conn: Any, row: BundleRow) -> None:
        self.ws, self.conn = ws, conn
        far: Any = row.body.get(KNOWN, {})
        self.known = {Actor.from_bytes(bytes.fromhex(a)): int(n) for a, n in far.items()}
        self.ranges: dict[Actor, list[tuple[int, int]]] = defaultdict(list)
        brought: Any = row.body[BROUGHT]
        for actor, first, last in brought:
            self.ranges[Actor.from_bytes(bytes.fromhex(actor))].append((int(first), int(last)))
        side = ws.sides.get(row.peer)
        who = "办公室" if side == OFFICE else f"{row.body.get('from') or '对方'}"
        self.plan = Plan(row.sha256.hex(), f"{who}第{row.serial}包")
        #: records in use that the bundle began
        self.begun: list[bytes] = []

    def mine(self, dot: Dot) -> bool:
        """Whether the bundle brought this op."""
        return any(first <= dot.seq <= last for first, last in self.ranges.get(dot.actor, ()))

    def later(self, dot: Dot) -> bool:
        """Whether this op came, or was made, after the bundle."""
        return not self.mine(dot) and dot.seq > self.known.get(dot.actor, 0)

    def run(self) -> Generator[Progress, None, Plan]:
        ops: dict[bytes, dict[bytes, list[Op]]] = defaultdict(lambda: defaultdict(list))
        for actor, ranges in self.ranges.items():
            for first, last in ranges:
                for raw in journal.bodies(self.conn, actor, first, last).values():
                    op = decode_op(raw, actor)
                    ops[op.root][op.record].append(op)
        done = 0
        for part in chunks(ops):
            yield Progress(done, len(ops), "正在核对这个包带来的内容")
            self.values = Values(self.conn, part)
            for root, states in self.ws.fold.states(self.conn, part).items():
                for record, found in ops[root].items():
                    state = states.get(record)
                    if state is not None and state.exists:
                        self._record(root, states, state, found)
            done += len(part)
        self._keep_together()
        return self.plan

    def _record(
        self, root: bytes, states: Mapping[bytes, RecordState], state: RecordState, found: Iterable[Op]
    ) -> None:
        self.plan.roots[state.record], self.plan.kinds[state.record] = root, state.kind.tag
        if not all(self.mine(c.dot) for c in state.creates):
            self._fields(states, state, {op.dot: op for op in found})
            self._steps(state)
        elif state.status not in _WITHDRAWN:
            self.begun.append(state.record)
            why = self._touched(states, state, found)
            if why:
                self._leave(state, f"登记{state.kind.label}", why)
            else:
                event = next(s for s in state.kind.lifecycle.steps_from(state.status) if s.target in _WITHDRAWN).tag
                self.plan.voids[state.record] = Counter(event, (), {})

    def _leave(self, state: RecordState, what: str, why: str) -> None:
        self.plan.left.append(Left(state.record, state.kind.tag, what, why))

    # --- records it began ------------------------------------------------------------------------------------------

    def _touched(self, states: Mapping[bytes, RecordState], state: RecordState, ops: Iterable[Op]) -> str:
        """Why a record the bundle began is not voided; "" when nobody has touched it since.

        A field edited and put back (Ctrl+Z) is as the bundle left it.
        """
        if state.kind.name == "person":
            return "人员留着：经过里要写明是谁办的"
        brought: dict[int, Any] = {}
        for op in sorted(ops, key=lambda one: (one.lam, one.dot)):
            brought |= {**op.values, **{tag: write.value for tag, write in op.writes.items()}}
        for tag, register in state.registers.items():
            if not all(self.mine(h.dot) or h.value == brought.get(tag) for h in register.heads):
                known = state.kind.by_tag.get(tag)
                return f"之后又改过“{known.label if known else '本版不认识的一项'}”"
        since = self._step_since(states, state)
        if since:
            return since
        children = states.values() if not state.kind.root else ()
        added = [
            c for c in children
            if c.record != state.record and c.exists and c.status not in _WITHDRAWN
            and not all(self.mine(d.dot) for d in c.creates)
        ]  # fmt: skip
        if added:
            return f"之后又加了{added[0].kind.label}"
        if not any(s.target in _WITHDRAWN for s in state.kind.lifecycle.steps_from(state.status)):
            return f"现在的状态是“{state.kind.lifecycle.status_label(state.status)}”，不能作废"
        return ""

    def _step_since(self, states: Mapping[bytes, RecordState], state: RecordState) -> str:
        """The step taken since on the record or on what it belongs to, as a reason; "" for none."""
        root = states.get(self.plan.roots[state.record])
        for one in dict.fromkeys(s.record for s in (root, state) if s is not None):
            for e in states[one].standing:
                if self.later(e.dot) and UNDO_IMPORT not in e.args:
                    return f"之后又办了“{_label(states[one], e)}”"
        return ""

    def _keep_together(self) -> None:
        """A record that another one names stays, and so does what it names itself or what belongs to it."""
        voids = self.plan.voids
        naming = references.naming(self.conn, {r: self.plan.kinds[r] for r in voids})
        hanging: dict[bytes, list[bytes]] = defaultdict(list)
        for record in self.begun:
            hanging[self.plan.roots[record]].append(record)
        while True:
            kept = {r: why for r in voids if (why := self._needed(r, naming.get(r, ()), hanging))}
            if not kept:
                return
            for record, why in kept.items():
                del voids[record]
                self.plan.left.append(Left(record, self.plan.kinds[record], "登记", why))

    def _needed(self, record: bytes, named: Iterable[tuple[bytes, int]], hanging: Mapping[bytes, list[bytes]]) -> str:
        voids, root = self.plan.voids, self.plan.roots[record]
        if any(who not in voids and tag not in self.plan.writes.get(who, {}) for who, tag in named):
            return "还有别的记录用到它"
        if root != record and root in self.begun and root not in voids:
            return "它所属的记录留着"
        if root == record and any(one not in voids for one in hanging[record]):
            return "属于它的记录留着"
        return ""

    # --- records it changed ----------------------------------------------------------------------------------------

    def _fields(self, states: Mapping[bytes, RecordState], state: RecordState, ops: Mapping[Dot, Op]) -> None:
        since = self._step_since(states, state)
        for tag, register in state.registers.items():
            known = state.kind.by_tag.get(tag)
            here = any(self.mine(h.dot) for h in register.heads)
            if known is None:
                if here:
                    self._leave(state, "修改本版不认识的一项", "本版不认识这一项，升级后才能改回")
                continue
            if not here:
                if any(tag in op.writes for op in ops.values()) and self._other(register):
                    self._leave(state, f"修改“{known.label}”", f"之后又改过“{known.label}”")
                continue
            values, why = ([], since) if since else self._former(state, tag, register, ops)
            if why or len(values) != 1:
                self._leave(state, f"修改“{known.label}”", why or "原来就有几种写法")
            elif values[0] != register.value or len(register.heads) > 1:
                self.plan.writes.setdefault(state.record, {})[tag] = values[0]

    def _other(self, register: Register) -> bool:
        """Whether what stands there now was written by somebody since, and not by an earlier 撤销导入."""
        return any(self.later(head.dot) for head in register.heads)

    def _former(self, state: RecordState, tag: int, register: Register, ops: Mapping[Dot, Op]) -> tuple[list[Any], str]:
        """The values of a field without what the bundle wrote, and why they cannot be told."""
        others = [h for h in register.heads if not self.mine(h.dot)]
        todo, seen = [h.dot for h in register.heads], set[Dot]()
        before: list[Dot] = []
        while todo:
            dot = todo.pop()
            op = ops.get(dot)
            if not self.mine(dot):
                before.append(dot)
            elif dot not in seen and op is not None and tag in op.writes:
                seen.add(dot)
                todo.extend(op.writes[tag].over)
        # what another head replaced as well stood there no longer; what none did was in conflict with them
        before = [dot for dot in dict.fromkeys(before) if not any(dot == h.dot or covers(h.ctx, dot) for h in others)]
        root = self.plan.roots[state.record]
        values = [h.value for h in others] + [self.values.at(root, state.record, tag, dot) for dot in before]
        if not values or NOT_HERE in values:
            return [], "原来的值不在本机"
        return distinct(values), ""

    def _steps(self, state: RecordState) -> None:
        """Counter the steps the bundle brought to a record that was here before."""
        mine = [e for e in state.kept if self.mine(e.dot) and not self._among_themselves(state, e)]
        if not mine:
            return
        what = f"“{_label(state, mine[-1])}”"
        life = state.kind.lifecycle
        if any(life.name_of.get(e.event, "") in life.final_events for e in mine):
            self._leave(state, what, "这一步不能撤回")
            return
        # what an earlier 撤销导入 of this bundle did and Ctrl+Z took back stands for nothing
        past = {e.dot for e in state.events if e.args.get(UNDO_IMPORT) == self.plan.bundle}
        own = {d for d in state.status_of if d in past or self.mine(d)}
        own |= _undecided(state, own)
        rest = [e for e in state.events if e.dot not in own]
        built = [e for e in rest if own & set(e.at)]
        if built or not own & set(state.heads):
            self._leave(state, what, f"之后又办了“{_label(state, (built or rest or mine)[-1])}”")
            return
        followed = {d for e in rest for d in e.at}
        before = tuple(sorted(d for d in state.status_of if d not in own and d not in followed))
        statuses = {state.status_of[d] for d in before}
        if len(statuses) != 1:
            self._leave(state, what, "原来就有两种状态")
        elif statuses != {state.status_of[d] for d in state.heads}:
            self.plan.steps[state.record] = self._counter(state, before, statuses.pop())

    def _among_themselves(self, state: RecordState, e: Happened) -> bool:
        """Whether a 撤回 takes back a step of the same bundle: the two amount to nothing."""
        steps = {one.dot for one in state.events}
        return e.event == RETRACT_TAG and all(self.mine(dot) for dot in e.at if dot in steps)

    def _counter(self, state: RecordState, before: tuple[Dot, ...], status: str) -> Counter:
        """撤回 of a single step; several, or one of two that clash, are decided to the status that was."""
        last = next((e for e in state.events if (e.dot,) == state.heads), None)
        own = () if last is None else tuple(sorted(d for d in last.at if d in state.status_of))
        if own == before:
            return Counter(RETRACT_TAG, (), {})
        return Counter(DECIDE_TAG, before, {"status": status})


def _undecided(state: RecordState, own: set[Dot]) -> set[Dot]:
    """Ends of conflicts of steps of `own` that were taken back, and what opened the conflict again: worth nothing."""
    kept = {e.dot for e in state.kept}
    ended = {d for e in state.events if reopens(e) for d in e.at} - kept
    out: set[Dot] = set()
    for e in state.events:
        if (reopens(e) or e.dot in ended) and (own | out) & set(e.at):
            out.add(e.dot)
    return out


def _label(state: RecordState, e: Happened) -> str:
    if e.event == RETRACT_TAG:
        return "撤回"
    life = state.kind.lifecycle
    return life.label_of(life.name_of.get(e.event, "")) or "别的步骤"


def distinct(values: Iterable[Any]) -> list[Any]:
    """`values`, each once, in order; they need not be hashable."""
    out: list[Any] = []
    for value in values:
        if value not in out:
            out.append(value)
    return out


#: said of a value that no op and no base here tells
NOT_HERE = object()


class Values:
    """What every op on some roots gave its fields: each segment that tells of them is opened once."""

    def __init__(self, conn: Any, roots: Sequence[bytes]) -> None:
        self._told = load(conn, roots)
        found = (op for root in roots for ops in self._told.ops[root].values() for op in ops)
        self._ops = {op.dot: op for op in found}

    def at(self, root: bytes, record: bytes, tag: int, dot: Dot) -> Any:
        """The value the op `dot` gave a field, or `NOT_HERE`; from the journal, or from a base handed back."""
        return self._given(root, record, tag, dot)[1]

    def in_order(self, ws: Workspace, root: bytes, record: bytes, tag: int, dots: Iterable[Dot]) -> list[Any]:
        """The values `dots` gave a field, each once, as the fold ranks them (sync.md §3.3): the shown one first."""
        given = [(dot, *self._given(root, record, tag, dot)) for dot in dots]
        given.sort(key=lambda one: (ws.side_of(one[0].actor) == OFFICE, one[1], one[0]), reverse=True)
        return distinct(value for _, _, value in given)

    def _given(self, root: bytes, record: bytes, tag: int, dot: Dot) -> tuple[int, Any]:
        """The lam of the op `dot`, and the value it gave."""
        op = self._ops.get(dot)
        if op is not None and op.type is OpType.CREATE:
            return op.lam, op.values.get(tag)
        if op is not None:
            return op.lam, op.writes[tag].value if tag in op.writes else NOT_HERE
        facts = self._told.facts[root].get(record)
        for c in facts.creates if facts else ():
            if c.dot == dot:
                return c.lam, c.values.get(tag)
        heads = facts.heads.get(tag, ()) if facts else ()
        return next(((h.lam, h.value) for h in heads if h.dot == dot), (0, NOT_HERE))
