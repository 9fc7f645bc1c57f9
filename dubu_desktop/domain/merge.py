"""The fold: ops of one record -> the record as it stands (sync.md §3.3–3.5).

Fields are multi-value registers, the lifecycle a multi-value register of events. The result is a function of the
*set* of ops: order, duplicates and clocks cannot matter. One function serves a local edit, an import and a rebuild.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from dubu_desktop.domain import steps
from dubu_desktop.domain.audience import EVERYBODY, audience
from dubu_desktop.domain.authority import (
    OFFICE,
    TAKEN_OVER_BY,
    Who,
    may_create,
    may_number,
    may_retract,
    may_step,
    may_write,
)
from dubu_desktop.domain.facts import Created, Facts, Happened, Head, Inert, RecordState, Register, replaces
from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.lifecycle import DECIDE_TAG, REPEATS, RETRACT_TAG, UNDO_IMPORT
from dubu_desktop.domain.ops import EMPTY, Actor, Dot, Op, OpType, covers


@dataclass(frozen=True)
class Surroundings:
    """What the fold must know besides the record's own ops.

    `side_of`: side of an actor (`OFFICE`, a group's id, or None when unknown). `judge`: whether to judge authority (the
    office does; a group receives what the office judged). `root`: state of the record this one belongs to. `assigned`:
    groups that some office op ever assigned the record (or its root) to; it only ever grows. `hub`: whether an actor is
    not another computer of the office.
    """

    side_of: Callable[[Actor], bytes | None]
    judge: bool
    root: RecordState | None = None
    assigned: frozenset[bytes] = frozenset()
    hub: Callable[[Actor], bool] = lambda _actor: True


class _Folder:
    """One fold of one record; see `fold`."""

    def __init__(self, kind: Kind, record: bytes, base: Facts | None, ops: Iterable[Op], around: Surroundings) -> None:
        self.kind, self.record, self.around = kind, record, around
        self.inert: dict[Dot, Inert] = dict(base.inert) if base else {}
        self.creates: dict[Dot, Created] = {c.dot: c for c in base.creates} if base else {}
        self.base_heads = dict(base.heads) if base else {}
        self.trusted: set[Dot] = {e.dot for e in base.events} if base else set()
        self.trusted.update(self.creates)
        self.events: dict[Dot, Happened] = {e.dot: e for e in base.events} if base else {}
        self.sets: list[Op] = []
        self.create_ops: list[Op] = []
        for op in ops:
            self._take(op)

    def _take(self, op: Op) -> None:
        if op.dot in self.inert:
            return
        if op.type is OpType.CREATE:
            self.create_ops.append(op)
        elif op.type is OpType.SET:
            self.sets.append(op)
        elif op.type is OpType.EVENT:
            self.events.setdefault(
                op.dot, Happened(op.dot, op.lam, op.wall, op.person, op.event, op.at, op.args, op.seen)
            )
        else:  # the hub's purge ends the record and is not folded; nobody else may
            self.inert[op.dot] = Inert.NO_AUTHORITY

    # --- who ---------------------------------------------------------------------------------------------------

    def _who(self, dot: Dot, *, of_root: bool = False) -> Who:
        side = self.around.side_of(dot.actor)
        root = self.around.root
        creators = (root.creators if root else frozenset()) if of_root else self.creators
        return Who(
            side if side is not None else b"?",
            side in creators,
            side in self.around.assigned,
            self.around.hub(dot.actor),
        )

    def _root_statuses(self, at: tuple[Dot, ...]) -> list[str]:
        root = self.around.root
        return [root.status_of[d] for d in at if d in root.status_of] if root else []

    # --- the three parts ---------------------------------------------------------------------------------------

    def run(self) -> RecordState:
        self.creators = frozenset[bytes]()
        self._fold_creates()
        self._fold_events()
        registers = self._fold_fields()
        known = (e for d, e in self.events.items() if d in self.status_of)
        effective = tuple(sorted(known, key=lambda e: (e.lam, e.dot)))
        life = self.kind.lifecycle
        left = self.status_of.keys() - {d for e in effective for d in e.at}
        begun = self.creates.keys() if len(self.creators) > 1 else ()
        heads = steps.heads(begun, self.events, self.status_of, life.closing, left)
        status = life.more_open([self.status_of[d] for d in heads]) if heads else life.initial
        lam = max(
            [c.lam for c in self.creates.values()]
            + [e.lam for e in self.events.values()]
            + [h.lam for r in registers.values() for h in r.heads]
            + [op.lam for op in self.sets],
            default=0,
        )
        return RecordState(
            self.kind,
            self.record,
            tuple(sorted(self.creates.values(), key=lambda c: c.dot)),
            registers,
            effective,
            self.status_of,
            heads,
            status,
            self.inert,
            lam,
            self.creator,
            self.creators,
            self._unseen_edit(effective, set(heads), registers),
        )

    def _fold_creates(self) -> None:
        for op in self.create_ops:
            why = self._judge_create(op) if self.around.judge and op.dot not in self.creates else None
            if why:
                self.inert[op.dot] = why
            elif op.dot not in self.creates:
                said = op.args.get(REPEATS)
                whose = said if isinstance(said, bytes) else b""
                self.creates[op.dot] = Created(op.dot, op.lam, op.wall, op.person, op.values, whose)
        if self.around.judge:
            self._refuse_rivals()
        sides = [self.around.side_of(d.actor) for d in sorted(self.creates)]
        # of what the office repeated both began it, and it is the group's that found it
        self.creator = next((s for s in sides if s != OFFICE), sides[0]) if OFFICE in sides else next(iter(sides), None)
        self.creators = frozenset(s for s in (sides if OFFICE in sides else sides[:1]) if s is not None)

    def _refuse_rivals(self) -> None:
        """Of creates of one record by several sides those count that the office's own ops rest on.

        Ids are drawn at random: another side can only repeat one that the office has told of, and so has worked with.
        What the hub took over (接管) says whom it repeats: his create counts beside it, should it be proven to.
        """
        side_of = self.around.side_of
        if len({side_of(d.actor) for d in self.creates}) < 2:
            return
        office = [d for e in self.events.values() if side_of(e.dot.actor) == OFFICE for d in e.at]
        office += [d for op in self.sets if side_of(op.dot.actor) == OFFICE for d in op.at]
        held = {side_of(d.actor) for d in self._born_of(office) | (self.trusted & set(self.creates))}
        held |= {OFFICE} & {side_of(d.actor) for d in self.creates}
        hubs = (c for d, c in self.creates.items() if side_of(d.actor) == OFFICE and self.around.hub(d.actor))
        whom = {c.repeats for c in hubs}
        rivals = [d for d in self.creates if held and side_of(d.actor) not in held]
        for dot in [d for d in rivals if d.actor.replica.to_bytes(8, "big") not in whom]:
            del self.creates[dot]
            self.inert[dot] = Inert.NO_AUTHORITY

    def _born_of(self, dots: Iterable[Dot]) -> set[Dot]:
        """The creates that these dots rest on, step by step."""
        return self._past(dots) & self.creates.keys()

    def _past(self, dots: Iterable[Dot]) -> set[Dot]:
        """These dots and all they rest on, step by step."""
        todo, seen = list(dots), set[Dot]()
        while todo:
            dot = todo.pop()
            if dot not in seen:
                seen.add(dot)
                todo.extend(self.events[dot].at if dot in self.events else ())
        return seen

    def _taken_over(self, e: Happened) -> bool:
        """Whether the office has made a group's record everybody's; its own word, whenever it came, stands above.

        What the office wrote knowing of `e` takes nothing from it: it would lose the ground it stands on itself.
        """
        field = self.kind.by_name.get(TAKEN_OVER_BY.get(self.kind.name, ""))
        if field is None:
            return False
        if any(self.around.side_of(h.dot.actor) == OFFICE for h in self.base_heads.get(field.tag, ())):
            return True
        written = (op for op in self.sets if field.tag in op.writes and self.around.side_of(op.dot.actor) == OFFICE)
        return any(e.dot not in self._past(op.at) for op in written)

    def _judge_create(self, op: Op) -> Inert | None:
        if self.kind.root and self.around.root is None:
            return None if self._who(op.dot).office else Inert.MISSING
        statuses = self._root_statuses(op.at)
        if self.kind.root and len(statuses) < len(op.at):
            return self._absent(op.at)
        who = self._who(op.dot, of_root=True)
        if self.kind.name == "note" and not who.creator and not who.assigned:
            # contracts.md §4: whoever sees a record may write a note on it; what all share is nobody's own
            assert self.around.root is not None
            who = replace(who, creator=bool(audience(self.around.root) & {who.side, *EVERYBODY}))
        return None if may_create(self.kind, op.values, who, statuses) else Inert.NO_AUTHORITY

    def _absent(self, at: tuple[Dot, ...]) -> Inert | None:
        """Why some of `at` has no status: it has no effect itself, or is not here; None when all is known."""
        root = self.around.root
        reasons = {self.inert[d] for d in at if d in self.inert}
        reasons |= {root.inert[d] for d in at if root is not None and d in root.inert}
        if reasons - {Inert.MISSING}:
            return Inert.ON_INERT
        if reasons:  # what follows something that waits, waits too
            return Inert.MISSING
        known = set(self.status_of) if hasattr(self, "status_of") else set(self.creates)
        for dot in at:
            if dot not in known and not (root is not None and dot in root.status_of):
                return Inert.MISSING
        return None

    def _fold_events(self) -> None:
        life = self.kind.lifecycle
        self.status_of: dict[Dot, str] = dict.fromkeys(self.creates, life.initial)
        waiting = dict(self.events)
        while waiting:
            ready = [d for d, e in waiting.items() if not any(a in waiting for a in e.at)]
            if not ready:  # a ring can only be forged: nothing in it has effect
                self.inert.update(dict.fromkeys(waiting, Inert.ILLEGAL_STEP))
                return
            for dot in sorted(ready):
                self._fold_event(waiting.pop(dot))

    def _fold_event(self, e: Happened) -> None:
        missing = self._absent(e.at)
        own = [d for d in e.at if d in self.status_of]
        if missing or not own:
            self.inert[e.dot] = missing or Inert.MISSING
            return
        if self.around.judge and e.dot not in self.trusted:
            why = self._judge_event(e, own)
            if why:
                self.inert[e.dot] = why
                return
        target = self._target(e, own)
        if target is None:
            self.inert[e.dot] = Inert.UNKNOWN
        else:
            self.status_of[e.dot] = target

    def _target(self, e: Happened, own: list[Dot]) -> str | None:
        life = self.kind.lifecycle
        before = life.more_open([self.status_of[d] for d in own])
        if e.event == DECIDE_TAG:
            return str(e.args.get("status", before))
        if e.event == RETRACT_TAG:
            undone = self.events.get(own[0])
            if undone is None:
                return None
            return life.more_open([self.status_of[d] for d in undone.at if d in self.status_of])
        steps = life.by_tag.get(e.event)
        if not steps:
            return None
        statuses = {self.status_of[d] for d in own}
        step = next((s for s in steps if statuses & s.sources), steps[0])
        return before if step.target is None else str(step.target)

    def _judge_event(self, e: Happened, own: list[Dot]) -> Inert | None:
        who, life = self._who(e.dot), self.kind.lifecycle
        statuses = {self.status_of[d] for d in own}
        if len(statuses) > 1 and not who.office:  # heads of one status agree: there is nothing to decide
            return Inert.NO_AUTHORITY
        if e.event == DECIDE_TAG:
            return None if who.office and e.args.get("status") in statuses else Inert.NO_AUTHORITY
        if e.event == RETRACT_TAG:
            return self._judge_retract(own, who, undo_import=UNDO_IMPORT in e.args)
        steps = life.by_tag.get(e.event)
        if not steps:
            return Inert.UNKNOWN
        fitting = [s for s in steps if statuses & s.sources]
        if not fitting:
            return Inert.ILLEGAL_STEP
        given = {"taken_over": self._taken_over(e), "undo_import": UNDO_IMPORT in e.args}
        if not any(may_step(self.kind, s, who, self._root_statuses(e.at), **given) for s in fitting):
            return Inert.NO_AUTHORITY
        if all(s.immediate_only for s in fitting) and not self._immediate(own):
            return Inert.ILLEGAL_STEP
        return None

    def _judge_retract(self, own: list[Dot], who: Who, *, undo_import: bool) -> Inert | None:
        undone = self.events.get(own[0])
        if len(own) != 1 or undone is None:
            return Inert.ILLEGAL_STEP
        if self.kind.lifecycle.name_of.get(undone.event, "") in self.kind.lifecycle.final_events:
            return Inert.ILLEGAL_STEP
        of = self.around.side_of(undone.dot.actor)
        return None if may_retract(who, of, undo_import=undo_import) else Inert.NO_AUTHORITY

    def _immediate(self, dots: list[Dot]) -> bool:
        """Whether the nearest 交整改 before these events was of the kind 立行立改."""
        todo, assign = list(dots), self.kind.lifecycle.tag_of["assign"]
        while todo:
            e = self.events.get(todo.pop())
            if e is None:
                continue
            if e.event == assign:
                return bool(e.args.get("term") == "immediate")
            todo.extend(e.at)
        return False

    # --- fields ------------------------------------------------------------------------------------------------

    def _judge_set(self, op: Op) -> Inert | None:
        missing = self._absent(op.at)
        if missing:
            return missing
        root = self.around.root
        statuses = self._root_statuses(op.at) if root else [self.status_of[d] for d in op.at]
        who = self._who(op.dot)
        root_creator = root is not None and who.side in root.creators
        if not may_number(self.kind, op.writes, who):
            return Inert.NO_AUTHORITY
        for tag, write in op.writes.items():
            declared = self.kind.by_tag.get(tag)
            if declared is None:
                continue
            under = {self.inert[d] for d in write.over if d in self.inert}
            if under:
                return Inert.MISSING if under == {Inert.MISSING} else Inert.ON_INERT
            if len(write.over) > 1 and not who.office and not self._alike(tag, write.over):
                return Inert.NO_AUTHORITY
            if not may_write(self.kind, declared.access, who, statuses, root_creator):
                return Inert.NO_AUTHORITY
        return None

    def _alike(self, tag: int, dots: Iterable[Dot]) -> bool:
        """Whether several gave a field one value without knowing of each other: nothing the office would have to decide
        (decisions/0048).
        """
        said = {op.dot: op.writes[tag].value for op in self.sets if tag in op.writes}
        told = tag not in self.base_heads  # a base leaves out of a create what was edited since
        said |= {c.dot: c.values.get(tag) for c in self.creates.values() if told or tag in c.values}
        said |= {head.dot: head.value for head in self.base_heads.get(tag, ())}
        found = [said.get(dot, self) for dot in dots]
        return all(value is not self and value == found[0] for value in found)

    def _fold_fields(self) -> dict[int, Register]:
        candidates: dict[int, dict[Dot, Head]] = {}
        alone: dict[int, Register] = {}
        written = {tag for op in self.sets for tag in op.writes} | self.base_heads.keys()
        for c in self.creates.values():
            for tag, value in c.values.items():
                head = Head(c.dot, c.lam, c.wall, c.person, value, EMPTY)
                if tag in written or len(self.creates) > 1:
                    candidates.setdefault(tag, {})[c.dot] = head
                else:  # the usual case: nobody has touched the field since
                    alone[tag] = Register((head,))
        for tag, heads in self.base_heads.items():
            candidates.setdefault(tag, {}).update((h.dot, h) for h in heads)
        for op in sorted(self.sets, key=lambda o: (o.lam, o.dot)):
            why = self._judge_set(op) if self.around.judge else None
            if why:
                self.inert[op.dot] = why
                continue
            for tag, w in op.writes.items():
                candidates.setdefault(tag, {})[op.dot] = Head(op.dot, op.lam, op.wall, op.person, w.value, w.ctx)
        return alone | {tag: self._register(found) for tag, found in candidates.items()}

    def _register(self, found: Mapping[Dot, Head]) -> Register:
        heads = list(found.values())
        if len(heads) > 1:
            office = {h.dot: self.around.side_of(h.dot.actor) == OFFICE for h in heads}
            heads = [h for h in heads if not any(replaces(o, h, office[o.dot] > office[h.dot]) for o in heads)]
            # shown value: rank (office above group), then lam, then dot; never the wall clock (sync.md §3.3)
            heads.sort(key=lambda h: (self.around.side_of(h.dot.actor) == OFFICE, h.lam, h.dot), reverse=True)
        return Register(tuple(heads))

    def _unseen_edit(self, events: tuple[Happened, ...], heads: set[Dot], registers: Mapping[int, Register]) -> bool:
        """Whether a closing head (销号, 作废 …) did not know of an edit: lists the record (sync.md §3.4)."""
        born, by_dot = set(self.creates), {e.dot: e for e in events}
        for e in reversed(events):  # what stands there again stood there before
            if e.dot in heads:
                heads.update(steps.reopened(e, by_dot, by_dot))
        for e in events:
            if e.dot not in heads or e.event not in self.kind.lifecycle.closing:
                continue
            for tag, reg in registers.items():
                ctx = e.seen.get(tag, EMPTY)
                if any(h.dot not in born and not covers(ctx, h.dot) for h in reg.heads):
                    return True
        return False


def fold(kind: Kind, record: bytes, base: Facts | None, ops: Iterable[Op], around: Surroundings) -> RecordState:
    """The state of one record from its base (groups only) and the ops known of it; a pure function of the set.

    On top of a base a group folds its own ops less those the base names as without effect; the office folds every op
    and judges each. Ops whose predecessors are missing wait as `Inert.MISSING` and are judged when those arrive.
    """
    return _Folder(kind, record, base, ops, around).run()
