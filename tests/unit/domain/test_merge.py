"""The fold: heads, conflicts, shown value, lifecycle, authority; a function of the set of ops."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import Inert, RecordState, merge_facts
from dubu_desktop.domain.merge import Surroundings, fold
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, Write, join
from dubu_desktop.domain.records import EVIDENCE, FINDING, TASK
from dubu_desktop.wire.codec import MAX_INT

OFFICE_A, GROUP_A, OTHER_A = Actor(1, 1, 7), Actor(2, 1, 7), Actor(3, 1, 7)
GROUP, OTHER = b"g" * 16, b"o" * 16
SIDES = {OFFICE_A: OFFICE, GROUP_A: GROUP, OTHER_A: OTHER}
RECORD = b"r" * 16
SEVERITY, PLACE = FINDING.by_name["severity"].tag, FINDING.by_name["place"].tag
FINDER = FINDING.by_name["finder_group"].tag
TXN = b"t" * 16


class Author:
    """Makes ops the way a laptop does: from what it has seen."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.seq = actor, 0

    def _op(self, type_: OpType, lam: int, **parts: Any) -> Op:
        self.seq += 1
        kind = parts.pop("kind", FINDING)
        record = parts.pop("record", RECORD)
        root = parts.pop("root", record)
        return Op(Dot(self.actor, self.seq), lam, 0, b"", kind.tag, record, root, type_, TXN, **parts)

    def create(self, values: dict[int, Any] | None = None, **more: Any) -> Op:
        side = SIDES[self.actor]
        given = {SEVERITY: "ordinary", PLACE: "甲地"} | ({FINDER: side} if side else {}) | (values or {})
        return self._op(OpType.CREATE, 1, values=given, **more)

    def set(self, seen: RecordState, tag: int, value: Any) -> Op:
        reg = seen.register(tag)
        ctx = join([h.ctx for h in reg.heads], [h.dot for h in reg.heads])
        return self._op(OpType.SET, seen.lam + 1, writes={tag: Write(value, reg.over, ctx)}, at=seen.heads)

    def step(self, seen: RecordState, event: str, **args: Any) -> Op:
        life = seen.kind.lifecycle
        closing = any(s.closing for s in life.steps if s.event == event)
        return self._op(
            OpType.EVENT, seen.lam + 1, event=life.tag_of[event], at=seen.heads, args=args,
            seen=seen.seen() if closing else {}, kind=seen.kind, record=seen.record,
        )  # fmt: skip


def state(*ops: Op, assigned: frozenset[bytes] = frozenset()) -> RecordState:
    return fold(FINDING, RECORD, None, ops, Surroundings(SIDES.get, True, None, assigned))


@pytest.fixture
def authors() -> tuple[Author, Author, Author]:
    return Author(OFFICE_A), Author(GROUP_A), Author(OTHER_A)


Authors = tuple[Author, Author, Author]


def test_concurrent_writes_of_one_field_conflict_and_the_office_shows(authors: Authors) -> None:
    office, group, _ = authors
    born = group.create()
    mine = group.set(state(born), SEVERITY, "grave")
    theirs = office.set(state(born), SEVERITY, "serious")
    for order in itertools.permutations([born, mine, theirs]):
        s = state(*order)
        assert s.conflicts == (SEVERITY,)
        assert s.get("severity") == "serious"
        assert [h.value for h in s.registers[SEVERITY].heads] == ["serious", "grave"]


def test_different_fields_and_equal_values_never_conflict(authors: Authors) -> None:
    office, group, _ = authors
    born = group.create()
    ops = [born, group.set(state(born), PLACE, "乙地"), office.set(state(born), SEVERITY, "grave")]
    assert state(*ops).conflicts == ()
    same = [born, group.set(state(born), SEVERITY, "grave"), office.set(state(born), SEVERITY, "grave")]
    assert state(*same).conflicts == ()


def test_a_decision_covers_all_heads_and_a_later_concurrent_edit_reopens(authors: Authors) -> None:
    office, group, _ = authors
    born = group.create()
    mine = group.set(state(born), SEVERITY, "grave")
    theirs = office.set(state(born), SEVERITY, "serious")
    decided = office.set(state(born, mine, theirs), SEVERITY, "grave")
    assert state(decided, mine, born, theirs).conflicts == ()
    late = group.set(state(born, mine), SEVERITY, "ordinary")
    assert state(born, mine, theirs, decided, late).conflicts == (SEVERITY,)


def test_a_missing_predecessor_makes_no_false_conflict(authors: Authors) -> None:
    _, group, _ = authors
    born = group.create()
    first = group.set(state(born), SEVERITY, "serious")
    second = group.set(state(born, first), SEVERITY, "grave")
    assert state(born, second).conflicts == ()
    assert state(second, first, born).get("severity") == "grave"


def test_a_set_waits_for_its_create(authors: Authors) -> None:
    _, group, _ = authors
    born = group.create()
    edit = group.set(state(born), SEVERITY, "grave")
    alone = state(edit)
    assert not alone.exists
    assert alone.inert == {edit.dot: Inert.MISSING}
    assert state(edit, born).get("severity") == "grave"


def test_steps_follow_the_table_and_forged_ones_have_no_effect(authors: Authors) -> None:
    office, group, other = authors
    born = group.create()
    final = group.step(state(born), "finalise")
    confirmed = office.step(state(born, final), "confirm")
    assert state(born, final, confirmed).status == "confirmed"
    forged = group.step(state(born, final), "confirm")
    assert state(born, final, forged).inert == {forged.dot: Inert.NO_AUTHORITY}
    foreign = other.step(state(born), "finalise")
    assert state(born, foreign).inert == {foreign.dot: Inert.NO_AUTHORITY}
    early = office.step(state(born), "assign")
    assert state(born, early).inert == {early.dot: Inert.ILLEGAL_STEP}
    on_top = office._op(OpType.EVENT, 9, event=FINDING.lifecycle.tag_of["assign"], at=(forged.dot,))
    assert state(born, final, forged, on_top).inert[on_top.dot] is Inert.ON_INERT


def test_close_needs_the_office_and_verify_needs_standing(authors: Authors) -> None:
    office, group, other = authors
    ops = [group.create()]
    ops.append(group.step(state(*ops), "finalise"))
    for event in ("confirm", "assign", "reply"):
        ops.append(office.step(state(*ops), event))
    verified = other.step(state(*ops), "verify")
    assert state(*ops, verified).inert == {verified.dot: Inert.NO_AUTHORITY}
    assert state(*ops, verified, assigned=frozenset({OTHER})).status == "verified"
    closed = other.step(state(*ops, verified, assigned=frozenset({OTHER})), "close_out")
    assert state(*ops, verified, closed, assigned=frozenset({OTHER})).status == "verified"


def test_two_steps_taken_apart_conflict_and_the_more_open_shows(authors: Authors) -> None:
    office, group, _ = authors
    born = group.create()
    final = group.step(state(born), "finalise")
    back = office.step(state(born, final), "send_back", reason="补充")
    confirmed = office.step(state(born, final), "confirm")
    both = state(born, final, back, confirmed)
    assert both.status_conflict
    assert both.status == "draft"
    settled = office._op(OpType.EVENT, 9, event=99, at=both.heads, args={"status": "confirmed"})
    assert state(born, final, back, confirmed, settled).status == "confirmed"
    assert not state(born, final, back, confirmed, settled).status_conflict


def test_retract_returns_to_the_status_before(authors: Authors) -> None:
    _, group, other = authors
    born = group.create()
    final = group.step(state(born), "finalise")
    undone = group._op(OpType.EVENT, 9, event=98, at=(final.dot,))
    assert state(born, final, undone).status == "draft"
    stolen = other._op(OpType.EVENT, 9, event=98, at=(final.dot,))
    assert state(born, final, stolen).inert == {stolen.dot: Inert.NO_AUTHORITY}


def test_an_edit_the_closing_did_not_know_of_lists_the_record(authors: Authors) -> None:
    office, group, _ = authors
    born = group.create()
    final = group.step(state(born), "finalise")
    edit = group.set(state(born, final), PLACE, "丙地")
    confirmed = office.step(state(born, final), "confirm")
    assert state(born, final, edit, confirmed).unseen_edit
    informed = office.step(state(born, final, edit), "confirm")
    assert not state(born, final, edit, informed).unseen_edit


def test_a_group_edits_facts_only_until_it_has_seen_confirmed(authors: Authors) -> None:
    office, group, _ = authors
    born = group.create()
    final = group.step(state(born), "finalise")
    confirmed = office.step(state(born, final), "confirm")
    unaware = group.set(state(born, final), PLACE, "丙地")
    assert state(born, final, confirmed, unaware).get("place") == "丙地"
    aware = group.set(state(born, final, confirmed), PLACE, "丁地")
    assert state(born, final, confirmed, aware).inert == {aware.dot: Inert.NO_AUTHORITY}


def test_a_ring_of_events_has_no_effect(authors: Authors) -> None:
    _, group, _ = authors
    born = group.create()
    one = group._op(OpType.EVENT, 2, event=1, at=(Dot(GROUP_A, 3),))
    two = group._op(OpType.EVENT, 3, event=1, at=(one.dot,))
    s = state(born, one, two)
    assert s.status == "draft"
    assert set(s.inert) == {one.dot, two.dot}


def test_forged_create_in_anothers_name(authors: Authors) -> None:
    _, group, _ = authors
    born = group.create({FINDER: OTHER})
    assert not state(born).exists
    assert state(born).inert == {born.dot: Inert.NO_AUTHORITY}
    task = Op(Dot(GROUP_A, 9), 1, 0, b"", TASK.tag, RECORD, RECORD, OpType.CREATE, TXN, values={2: "伪造任务"})
    assert not fold(TASK, RECORD, None, [task], Surroundings(SIDES.get, True)).exists


def test_a_base_with_own_ops_on_top_is_the_hubs_view(authors: Authors) -> None:
    office, group, _ = authors
    born = group.create()
    mine = group.set(state(born), PLACE, "乙地")
    theirs = office.set(state(born), SEVERITY, "grave")
    hub = state(born, mine, theirs)
    base = hub.facts()
    spoke = fold(FINDING, RECORD, base, [born, mine], Surroundings(SIDES.get, False))
    assert {t: r.value for t, r in spoke.registers.items()} == {t: r.value for t, r in hub.registers.items()}
    assert spoke.heads == hub.heads


def test_inert_dots_of_a_base_are_taken_out_of_the_view(authors: Authors) -> None:
    _office, group, _ = authors
    born = group.create()
    final = group.step(state(born), "finalise")
    forged = group.step(state(born, final), "confirm")
    hub = state(born, final, forged)
    spoke = fold(FINDING, RECORD, hub.facts(lambda _d: True), [born, final, forged], Surroundings(SIDES.get, False))
    assert spoke.status == "final"


def test_bases_join_without_loss(authors: Authors) -> None:
    office, group, _ = authors
    born = group.create()
    old = state(born)
    new = state(born, office.set(old, SEVERITY, "grave"))
    joined = merge_facts(new.facts(), old.facts())
    assert fold(FINDING, RECORD, joined, [], Surroundings(SIDES.get, False)).get("severity") == "grave"
    assert merge_facts(old.facts(), new.facts()).heads == joined.heads


def test_evidence_waits_for_its_finding_and_needs_standing(authors: Authors) -> None:
    _, group, _other = authors
    born = group.create()
    root = state(born)
    photo = b"e" * 16
    values = {EVIDENCE.by_name["finding"].tag: RECORD}
    made = group.create(values, kind=EVIDENCE, record=photo, root=RECORD, at=root.heads)
    made = replace(made, values=values)
    alone = fold(EVIDENCE, photo, None, [made], Surroundings(SIDES.get, True, None))
    assert alone.inert == {made.dot: Inert.MISSING}
    assert fold(EVIDENCE, photo, None, [made], Surroundings(SIDES.get, True, root)).exists
    forged = replace(made, dot=Dot(OTHER_A, 1))
    assert not fold(EVIDENCE, photo, None, [forged], Surroundings(SIDES.get, True, root)).exists


def test_a_record_created_twice_is_that_sides_on_whose_create_the_office_worked(authors: Authors) -> None:
    office, group, other = authors
    born, again = other.create({PLACE: "甲地"}), group.create({PLACE: "抢来的"})
    final = other.step(state(born), "finalise")
    confirmed = office.step(state(born, final), "confirm")
    for order in itertools.permutations([born, again, final, confirmed]):
        s = state(*order)
        assert (s.creator, s.status, s.get("place")) == (OTHER, "confirmed", "甲地")
        assert (s.conflicts, dict(s.inert)) == ((), {again.dot: Inert.NO_AUTHORITY})
    mine = office.create({PLACE: "办公室登记"})
    assert state(mine, again).creator == OFFICE


@pytest.mark.parametrize("lam", [2, 50, MAX_INT])
def test_a_context_that_claims_the_future_silences_nobody(authors: Authors, lam: int) -> None:
    """A hostile group says it has seen whatever the office will ever write; the office writes all the same."""
    office, group, _ = authors
    born = group.create()
    forged = group.set(state(born), PLACE, "伪")
    write = Write("伪", forged.writes[PLACE].over, {OFFICE_A: MAX_INT, GROUP_A: MAX_INT})
    forged = replace(forged, lam=lam, writes={PLACE: write})
    assert state(born, forged).get("place") == "伪"
    ops = [born, forged]
    for value in ("乙地", "丙地", "丁地"):
        made = office.set(state(*ops), PLACE, value)
        ops.append(replace(made, lam=min(made.lam, MAX_INT)))  # as the desk does
        s = state(*ops)
        assert s.get("place") == value
        assert s.conflicts == ()
        both = merge_facts(state(*ops[:-1]).facts(), s.facts())
        assert value in [h.value for h in both.heads[PLACE]]
