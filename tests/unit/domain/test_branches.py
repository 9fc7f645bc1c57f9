"""The second line of a workspace used twice says of itself what it means."""

from __future__ import annotations

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
