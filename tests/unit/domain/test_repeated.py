"""A record that the office repeated from quarantine (接管): whose create counts beside its own, and what follows."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.facts import Inert, RecordState, merge_facts
from dubu_desktop.domain.lifecycle import REPEATS
from dubu_desktop.domain.merge import Surroundings, fold
from dubu_desktop.domain.ops import Actor, Dot, Op
from dubu_desktop.domain.records import FINDING
from dubu_desktop.wire.codec import decode_facts, encode_facts
from tests.unit.domain.test_merge import FINDER, GROUP, GROUP_A, OFFICE_A, OTHER, OTHER_A, PLACE, RECORD, SIDES, Author

SECOND_A, AGAIN_A = Actor(4, 1, 7), Actor(GROUP_A.replica, 2, 9)
WHOSE = SIDES | {SECOND_A: GROUP, AGAIN_A: GROUP}


@pytest.fixture(autouse=True)
def sides(monkeypatch: pytest.MonkeyPatch) -> None:
    for actor, side in WHOSE.items():
        monkeypatch.setitem(SIDES, actor, side)


def state(*ops: Op) -> RecordState:
    return fold(FINDING, RECORD, None, ops, Surroundings(WHOSE.get, True))


def repeated(office: Author, replica: int = GROUP_A.replica) -> Op:
    return office.create({FINDER: GROUP}, args={REPEATS: replica.to_bytes(8, "big")})


def test_both_creates_count_and_the_work_on_either_in_every_order() -> None:
    office, group = Author(OFFICE_A), Author(GROUP_A)
    mine, theirs = repeated(office), group.create()
    noted = office.set(state(mine), PLACE, "乙地")
    ops = [mine, theirs, noted, group.step(state(theirs), "finalise")]
    for order in itertools.permutations(ops):
        s = state(*order)
        assert (s.inert, s.status, s.creator, s.creators) == ({}, "final", GROUP, {GROUP, OFFICE})
        assert s.heads == (ops[3].dot,)
        assert [h.value for h in s.registers[PLACE].heads] == ["乙地", "甲地"]


def test_a_step_of_either_that_is_not_the_last_one_follows_both() -> None:
    """Else the office's confirmation would stand beside a draft that nobody made."""
    office, group = Author(OFFICE_A), Author(GROUP_A)
    mine, theirs = repeated(office), group.create()
    done = office.step(state(mine), "finalise")
    assert (state(mine, theirs, done).status, state(mine, theirs, done).status_conflict) == ("final", False)
    void = office.step(state(mine), "void", reason="误接管")
    closed = state(mine, theirs, void)
    assert (closed.status, closed.status_conflict) == ("draft", True)
    known = office.step(state(mine, theirs), "void", reason="误录")
    assert state(mine, theirs, known).status == "voided"


def test_the_group_takes_a_step_from_both() -> None:
    office, group, other = Author(OFFICE_A), Author(GROUP_A), Author(SECOND_A)
    both = [repeated(office), group.create()]
    step = other.step(state(*both), "finalise")
    assert len(step.at) == 2
    assert state(*both, step).inert == {}
    assert state(*both, step).status == "final"


def test_it_is_of_the_copy_that_is_named_whatever_life_it_lived() -> None:
    mine, theirs = repeated(Author(OFFICE_A)), Author(AGAIN_A).create()
    assert state(mine, theirs).inert == {}


@pytest.mark.parametrize("actor", [OTHER_A, SECOND_A])
def test_of_nobody_else_a_create_counts(actor: Actor) -> None:
    """Another group's computer, another computer of the same group: neither is whom the office repeated."""
    mine, rival = repeated(Author(OFFICE_A)), Author(actor).create()
    theirs = Author(GROUP_A).create()
    for order in itertools.permutations([mine, rival, theirs]):
        s = state(*order)
        assert [c.dot for c in s.creates] == sorted([mine.dot, theirs.dot])
        assert s.inert == {rival.dot: Inert.NO_AUTHORITY}


@pytest.mark.parametrize("whom", [GROUP_A, OTHER_A, OFFICE_A])
def test_only_the_office_says_whom_it_repeats(whom: Actor) -> None:
    """A changed program names itself, or the office, in the create of a record that is not its own."""
    mine = Author(OFFICE_A).create({FINDER: OTHER})
    forged = Author(OTHER_A).create(args={REPEATS: whom.replica.to_bytes(8, "big")})
    s = state(mine, forged)
    assert (s.inert, s.creator, s.creators) == ({forged.dot: Inert.NO_AUTHORITY}, OFFICE, {OFFICE})


@pytest.mark.parametrize("said", [b"", "x", 7, None, [b"x"], {"a": b"x"}])
def test_a_word_of_another_shape_says_nothing(said: object) -> None:
    mine = Author(OFFICE_A).create({FINDER: GROUP}, args={REPEATS: said})
    theirs = Author(GROUP_A).create()
    assert state(mine, theirs).inert == {theirs.dot: Inert.NO_AUTHORITY}


def test_of_two_groups_the_first_alone_is_the_creator() -> None:
    one, two = Author(GROUP_A).create(), Author(OTHER_A).create()
    assert state(one, two).creators == {GROUP}


def test_a_field_that_neither_gave_is_the_groups_to_fill_in() -> None:
    """Its heads are both creates, which gave it one value: none. There is nothing in it that the office must decide."""
    both = [repeated(Author(OFFICE_A)), Author(GROUP_A).create()]
    edit = Author(SECOND_A).set(state(*both), FINDING.by_name["facts"].tag, "疏散通道堆放瓷砖")
    assert state(*both, edit).inert == {}
    based = fold(FINDING, RECORD, state(*both).facts(), [edit], Surroundings(WHOSE.get, True))
    assert based.inert == {}


def test_a_withdrawal_taken_back_is_the_beginning_again() -> None:
    """Else 撤回 would stand beside the other create for good: no conflict to decide, and the group could do nothing."""
    office, group, other = Author(OFFICE_A), Author(GROUP_A), Author(SECOND_A)
    mine, theirs = repeated(office), group.create()
    void = office.step(state(mine), "void", reason="误接管")
    back = office.step(state(mine, void), "retract")
    home = state(mine, void, back, theirs)
    assert (home.status, home.heads) == ("draft", (back.dot,))
    done = other.step(home, "finalise")
    assert state(mine, void, back, theirs, done).inert == {}
    again = office.step(home, "retract")
    assert state(mine, void, back, theirs, again).status_conflict


def test_a_step_that_was_taken_back_does_not_carry_a_withdrawal_on() -> None:
    """Ctrl+Z of a step, then of the taking over: the withdrawal still knew of the office's create alone."""
    office, group = Author(OFFICE_A), Author(GROUP_A)
    ops = [repeated(office)]
    for event in ("finalise", "retract", "void"):
        ops.append(office.step(state(*ops), event))
    theirs = group.create()
    for order in itertools.permutations([*ops, theirs]):
        assert (state(*order).status, state(*order).status_conflict) == ("draft", True)


def test_a_decision_for_the_withdrawal_reaches_as_far_as_that() -> None:
    """Another line of the laptop gave the record as well: what was decided was decided without it."""
    office, group, again = Author(OFFICE_A), Author(GROUP_A), Author(AGAIN_A)
    mine, theirs, later = repeated(office), group.create(), again.create()
    void = office.step(state(mine), "void", reason="误接管")
    chosen = office.step(state(mine, void, theirs), "decide", status="voided")
    known = state(mine, void, theirs, chosen)
    assert (known.status, known.status_conflict) == ("voided", False)
    assert state(mine, void, theirs, chosen, later).status_conflict
    kept = office.step(state(mine, void, theirs), "decide", status="draft")
    assert state(mine, void, theirs, kept, later).heads == (kept.dot,)


def test_what_ended_no_conflict_opens_none_when_it_is_taken_back() -> None:
    """撤销导入 of what came home puts the office's create beside the laptop's step: before, the step followed both."""
    office, group = Author(OFFICE_A), Author(GROUP_A)
    mine, theirs = repeated(office), group.create()
    done = group.step(state(theirs), "finalise")
    now = state(mine, theirs, done)
    undone = replace(office.step(now, "decide", status="draft"), at=(done.dot, mine.dot))
    (last,) = [e for e in state(mine, theirs, done, undone).events if e.dot == undone.dot]
    assert state(mine, theirs, done, undone).before(last) == {"final": (done.dot,)}


def test_a_base_tells_whom_the_office_repeated() -> None:
    """Of a restored office's own create only the base came back, which a group hands it."""
    mine, theirs = repeated(Author(OFFICE_A)), Author(GROUP_A).create()
    based = decode_facts(encode_facts(state(mine).facts()))
    assert based == state(mine).facts()
    s = fold(FINDING, RECORD, merge_facts(based, based), [theirs], Surroundings(WHOSE.get, True))
    assert (s.inert, s.creators, s.heads) == ({}, {GROUP, OFFICE}, state(mine, theirs).heads)
    rival = Author(OTHER_A).create()
    other = fold(FINDING, RECORD, based, [rival], Surroundings(WHOSE.get, True))
    assert other.inert == {rival.dot: Inert.NO_AUTHORITY}


def test_another_computer_of_the_office_says_nothing_of_it() -> None:
    """The hub alone takes over; a changed program of a clerk's would let a group into a record of another one."""
    clerk = Actor(9, 1, 7)
    around = Surroundings((WHOSE | {clerk: OFFICE}).get, True, hub=lambda actor: actor != clerk)
    said, theirs = replace(repeated(Author(OFFICE_A)), dot=Dot(clerk, 1)), Author(GROUP_A).create()
    assert fold(FINDING, RECORD, None, [said, theirs], around).inert == {theirs.dot: Inert.NO_AUTHORITY}
    hub = repeated(Author(OFFICE_A))
    assert fold(FINDING, RECORD, None, [hub, theirs], around).inert == {}
