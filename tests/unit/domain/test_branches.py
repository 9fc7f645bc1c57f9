"""The second line of a workspace used twice says of itself what it means."""

from __future__ import annotations

from dataclasses import replace

from dubu_desktop.domain.branches import Branch
from dubu_desktop.domain.ops import Actor, Dot, Op, OpType, Write

A, OTHER = Actor(7, 1, 99), Actor(8, 1, 5)
BRANCH = Branch.of(A, 4, bytes.fromhex("0000000b") + bytes(28))
B = BRANCH.actor


def op(dot: Dot, **parts: object) -> Op:
    return Op(dot, 1, 0, b"", 1, bytes(16), bytes(16), OpType.SET, bytes(16), **parts)  # type: ignore[arg-type]


def test_the_actor_is_named_by_the_first_differing_segment() -> None:
    assert Actor(7, 1, 11) == B
    assert Branch.of(A, 4, bytes([1, 2, 3, 4, 5])).actor.nonce == 0x01020304


def test_references_to_itself_are_rewritten_and_those_to_the_common_past_are_not() -> None:
    write = Write("x", (Dot(A, 3), Dot(A, 4), Dot(OTHER, 9)), {A: 6, OTHER: 2})
    told = BRANCH.op(op(Dot(A, 7), at=(Dot(A, 2), Dot(A, 5)), writes={3: write}, seen={4: {A: 3}, 5: {A: 4}}))
    assert told.dot == Dot(B, 7)
    assert told.at == (Dot(A, 2), Dot(B, 5))
    assert told.writes[3] == Write("x", (Dot(A, 3), Dot(B, 4), Dot(OTHER, 9)), {A: 3, B: 6, OTHER: 2})
    assert told.seen == {4: {A: 3}, 5: {A: 3, B: 4}}


def test_a_branch_from_the_first_op_on_shares_nothing() -> None:
    branch = Branch.of(A, 1, bytes(32))
    told = branch.op(op(Dot(A, 1), seen={1: {A: 2}}))
    assert (told.dot, told.seen) == (Dot(branch.actor, 1), {1: {branch.actor: 2}})


def test_ops_of_others_stay_as_they_are_but_for_what_they_say_of_the_line() -> None:
    later = Actor(7, 2, 1)
    assert BRANCH.op(op(Dot(later, 1), at=(Dot(A, 8),))).at == (Dot(B, 8),)
    plain = op(Dot(later, 2), at=(Dot(OTHER, 8), Dot(A, 3)))
    assert BRANCH.op(plain) == plain


def test_a_line_that_leaves_a_second_one_shares_its_past() -> None:
    """A copy of the second machine: up to where it was made its ops are the second line's, those before the first's."""
    third = Branch.of(A, 6, bytes.fromhex("0000000c") + bytes(28), over=BRANCH)
    c = third.actor
    write = Write("x", (Dot(A, 3), Dot(A, 5), Dot(A, 6)), {A: 8, OTHER: 2})
    told = third.op(op(Dot(A, 9), writes={3: write}, seen={1: {A: 3}, 2: {A: 5}, 3: {A: 6}}))
    assert told.dot == Dot(c, 9)
    assert told.writes[3] == Write("x", (Dot(A, 3), Dot(B, 5), Dot(c, 6)), {A: 3, B: 5, c: 8, OTHER: 2})
    assert told.seen == {1: {A: 3}, 2: {A: 3, B: 5}, 3: {A: 3, B: 5, c: 6}}
    shared = op(Dot(A, 5), seen={1: {A: 4}})
    assert third.op(shared) == BRANCH.op(shared)
    assert (third.names(), [line.actor for line in third.lines()]) == ({A, B, c}, [c, B])


def test_a_line_may_leave_another_one_in_a_later_life() -> None:
    later = Actor(7, 2, 1)
    third = Branch.of(later, 3, bytes(32), over=BRANCH)
    told = third.op(op(Dot(later, 4), at=(Dot(A, 5), Dot(later, 2)), seen={1: {A: 5, later: 3}}))
    assert (told.dot, told.at) == (Dot(third.actor, 4), (Dot(B, 5), Dot(later, 2)))
    assert told.seen == {1: {A: 3, B: 5, later: 2, third.actor: 3}}
    assert third.names() == {later, third.actor}


def test_a_later_life_means_by_a_number_what_it_learned_of_the_record() -> None:
    """The first line wrote 5 on another record than this one did: of that record it can only mean the first line's."""
    later, mine, theirs = Actor(7, 2, 1), bytes(16), b"t" * 16
    held = {Dot(B, 5): mine, Dot(A, 5): theirs, Dot(B, 6): mine, Dot(A, 6): mine}
    write = Write("x", (Dot(A, 5),), {A: 5})
    on_mine = op(Dot(later, 1), at=(Dot(A, 5),), writes={3: write}, seen={4: {A: 5}})
    told = BRANCH.op(on_mine, held.get)
    assert (told.at, told.writes[3], told.seen) == (
        (Dot(B, 5),), Write("x", (Dot(B, 5),), {A: 3, B: 5}), {4: {A: 3, B: 5}},
    )  # fmt: skip
    on_theirs = replace(on_mine, record=theirs, root=theirs)
    told = BRANCH.op(on_theirs, held.get)
    assert (told.at, told.writes[3], told.seen) == (
        (Dot(A, 5),), Write("x", (Dot(A, 5),), {A: 5, B: 5}), {4: {A: 5, B: 5}},
    )  # fmt: skip
    both = op(Dot(later, 1), at=(Dot(A, 6),))
    assert BRANCH.op(both, held.get).at == (Dot(B, 6),), "both have it on this record: its own is meant"
    unknown = op(Dot(later, 1), at=(Dot(A, 9),))
    assert BRANCH.op(unknown, held.get).at == (Dot(B, 9),), "not here yet"


def test_what_was_rewritten_can_be_told_to_be_the_same() -> None:
    later = Actor(7, 2, 1)
    raw = op(Dot(later, 2), at=(Dot(A, 5),), writes={3: Write("x", (Dot(A, 5),), {A: 7, later: 1})}, seen={4: {A: 2}})
    assert BRANCH.plain(BRANCH.op(raw)) == BRANCH.plain(raw) == raw
    other = replace(raw, writes={3: Write("y", (Dot(A, 5),), {A: 7, later: 1})})
    assert BRANCH.plain(BRANCH.op(other)) != BRANCH.plain(raw)
