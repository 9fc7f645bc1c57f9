"""The fold against a true happened-before oracle: random histories of an office and two groups (sync.md P2–P5).

The oracle keeps, for every write, the explicit set of writes its author had seen on that field, directly or through
what those had replaced; contexts in the ops are one number per actor. Both must name the same heads, always.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dubu_desktop.domain import facts
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import Inert, RecordState, Register
from dubu_desktop.domain.merge import Surroundings, fold
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, Write, covers, join
from dubu_desktop.domain.records import FINDING

RECORD = bytes(range(16))
WHO = ("office", "a", "b")
ACTORS = {name: Actor(number, 1, number) for number, name in enumerate(WHO, 1)}
SIDES = {ACTORS["office"]: OFFICE, ACTORS["a"]: b"A" * 16, ACTORS["b"]: b"B" * 16}
FIELDS = [FINDING.by_name[n].tag for n in ("place", "facts", "severity")]
VALUES = st.sampled_from(["甲", "乙", "丙"])
PEOPLE = st.sampled_from(WHO)
AROUND = Surroundings(SIDES.get, judge=False)


def folded(ops: list[Op]) -> RecordState:
    """The record as these ops make it."""
    return fold(FINDING, RECORD, None, ops, AROUND)


class Histories(RuleBasedStateMachine):
    """Everybody writes on what they hold; ops travel in any subset, any order, any number of times."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, list[Op]] = {name: [] for name in WHO}
        self.all: dict[Dot, Op] = {}
        self.past: dict[tuple[Dot, int], frozenset[Dot]] = {}
        self.seq = dict.fromkeys(WHO, 0)
        self.lam_of: dict[str, int] = dict.fromkeys(WHO, 0)

    # --- what people do ----------------------------------------------------------------------------------------

    def _make(self, who: str, kind: OpType, **parts: Any) -> Op:
        self.seq[who] += 1
        lam = 1 + max((op.lam for op in self.known[who]), default=0)
        wall = 1000 - 7 * self.seq[who]  # every clock runs backwards: none may matter
        dot = Dot(ACTORS[who], self.seq[who])
        op = Op(dot, lam, wall, b"", FINDING.tag, RECORD, RECORD, kind, bytes(16), **parts)
        self.all[dot] = op
        self.known[who].append(op)
        return op

    @initialize(value=VALUES)
    def begin(self, value: str) -> None:
        op = self._make("a", OpType.CREATE, values=dict.fromkeys(FIELDS[:2], value))
        for tag in FIELDS:
            self.past[op.dot, tag] = frozenset()
        self.known["office"].append(op)

    @rule(who=PEOPLE, tag=st.sampled_from(FIELDS), value=VALUES)
    def write(self, who: str, tag: int, value: str) -> None:
        state = folded(self.known[who])
        if not state.exists:
            return
        register = state.register(tag)
        if len(register.heads) > 1 and who != "office":
            return  # 等办公室定
        op = self._make(who, OpType.SET, at=state.heads, writes={tag: Write(value, register.over, register.ctx)})
        seen = frozenset(register.over)
        self.past[op.dot, tag] = seen.union(*(self.past.get((d, tag), frozenset()) for d in seen))

    @rule(who=PEOPLE, data=st.data())
    def step(self, who: str, data: st.DataObject) -> None:
        state = folded(self.known[who])
        life = FINDING.lifecycle
        steps = life.steps_from(state.status) if state.exists else ()
        if not steps or (len(state.heads) > 1 and who != "office"):
            return
        chosen = data.draw(st.sampled_from(steps))
        self._make(who, OpType.EVENT, at=state.heads, event=chosen.tag, args={"reason": "因"}, seen=state.seen())

    @rule(giver=PEOPLE, taker=PEOPLE, data=st.data())
    def carry(self, giver: str, taker: str, data: st.DataObject) -> None:
        """Some of what one holds reaches another; the rest is lost, and some comes twice."""
        held = self.known[giver]
        if giver == taker or not held:
            return
        some = data.draw(st.lists(st.sampled_from(held), max_size=8))
        self.known[taker] += [op for op in some if op not in self.known[taker]]

    @precondition(lambda self: len(self.all) > 4)
    @rule()
    def meet(self) -> None:
        """A full exchange: everybody holds everything, and shows the same."""
        for who in WHO:
            self.known[who] = list(self.all.values())
        states = [folded(ops) for ops in self.known.values()]
        assert states[0] == states[1] == states[2]

    # --- what must hold ----------------------------------------------------------------------------------------

    def _heads(self, ops: list[Op], tag: int) -> set[Dot]:
        """The writes of a field that nothing held has replaced, by the oracle."""
        writes = [op.dot for op in ops if tag in (op.writes if op.type is OpType.SET else op.values)]
        return {d for d in writes if not any(d in self.past[other, tag] for other in writes)}

    def _value(self, dot: Dot, tag: int) -> Any:
        op = self.all[dot]
        return op.values[tag] if op.type is OpType.CREATE else op.writes[tag].value

    @invariant()
    def fields_are_exact(self) -> None:
        """P4: heads, and so conflicts, are exactly the concurrent ones. P5: what is no head was replaced knowingly."""
        for ops in self.known.values():
            state = folded(ops)
            for tag in FIELDS:
                wanted = self._heads(ops, tag)
                register = state.registers.get(tag)
                heads = {h.dot for h in register.heads} if register else set()
                note(f"{tag} {heads} {wanted}")
                assert heads == wanted
                values = {self._value(d, tag) for d in wanted}
                assert bool(register and register.conflict) == (len(values) > 1)
                if register:
                    office = [d for d in wanted if d.actor == ACTORS["office"]]
                    assert register.value in {self._value(d, tag) for d in office or wanted}

    @invariant()
    def events_are_exact(self) -> None:
        """An event counts once all it follows is here; heads are those nothing follows; the rest waits by name."""
        for ops in self.known.values():
            state = folded(ops)
            if not state.exists:
                continue
            here = {op.dot for op in ops if op.type is OpType.CREATE}
            events = {op.dot: op for op in ops if op.type is OpType.EVENT}
            while ready := {d for d, op in events.items() if d not in here and set(op.at) <= here}:
                here |= ready
            followed = {d for dot in here & set(events) for d in events[dot].at}
            assert set(state.heads) == here - followed
            assert {e.dot for e in state.events} == here & set(events)
            waiting = {d for d, why in state.inert.items() if why is Inert.MISSING}
            assert waiting == set(events) - here

    @invariant()
    def order_and_duplicates_do_not_matter(self) -> None:
        """P1, P2."""
        for ops in self.known.values():
            state = folded(ops)
            assert folded(ops[::-1]) == state
            assert folded(sorted(ops, key=lambda op: (op.dot.seq, op.dot.actor)) + ops[:3]) == state

    @invariant()
    def a_base_carries_all_there_is_to_know(self) -> None:
        """View = base + own ops (sync.md §3.7): what the office holds, told as facts, plus a group's own ops."""
        office = self.known["office"]
        base = folded(office)
        if not base.exists:
            return
        for who in ("a", "b"):
            own = [op for op in self.known[who] if op.dot.actor == ACTORS[who]]
            view = fold(FINDING, RECORD, base.facts(), own, AROUND)
            whole = folded(office + [op for op in own if op not in office])
            wanted = {t: {h.dot for h in r.heads} for t, r in whole.registers.items()}
            assert {t: {h.dot for h in r.heads} for t, r in view.registers.items()} == wanted
            assert (view.status, view.heads, view.conflicts) == (whole.status, whole.heads, whole.conflicts)


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=300, stateful_step_count=18, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("mutant", ["heads only", "covers too much", "conflicts hidden"])
def test_the_oracle_finds_a_wrong_merge(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if mutant == "heads only":
        monkeypatch.setattr(Register, "ctx", property(lambda self: join([], [h.dot for h in self.heads])))
    elif mutant == "covers too much":
        monkeypatch.setattr(facts, "covers", lambda ctx, dot: dot.seq % 2 == 0 or covers(ctx, dot))
    else:
        monkeypatch.setattr(Register, "conflict", property(lambda self: False))
    once = settings(
        TestHistories.settings, phases=[Phase.generate], max_examples=2000, report_multiple_bugs=False, print_blob=False
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Histories, settings=once)
