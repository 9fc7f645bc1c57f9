"""The roster only ever rises, in any order, and only by the office's hand (T04–T06)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.roster import (
    SignedEntry,
    SignedList,
    adopt,
    beyond,
    cutoffs,
    join_lists,
    lines_of,
    linked,
    open_entry,
    open_list,
    open_revocations,
    seal_entry,
    seal_revocations,
)
from dubu_desktop.sync.signing import digest, sign
from dubu_desktop.wire.messages import Cutoff, ReplicaStatus, Revocation, Revocations, RosterEntry
from dubu_desktop.wire.packing import pack
from tests.unit.sync.parties import WORKSPACE, World


def entry(world: World, version: int = 1, counter: int = 1, **changes: Any) -> SignedEntry:
    """An entry for g1 as the office signs it."""
    public = world.g1.identity.public
    hub = Actor(world.office.actor.replica, counter, 7)
    values: dict[str, Any] = {
        "hub": hub.to_bytes(),
        "version": version,
        "replica_id": public.replica.to_bytes(8, "big"),
        "side": "group",
        "group": b"G" * 16,
        "group_code": "03",
        "sign_public": public.sign_public,
        "age_recipient": public.age_recipient,
    }
    made = RosterEntry(**(values | changes))
    return seal_entry(made, workspace=WORKSPACE, sign_private=world.office.identity.sign_private)


def revoked(world: World, version: int, counter: int = 1, number: int = 4) -> SignedEntry:
    cutoff = Cutoff(world.g1.actor.to_bytes(), number, b"h" * 32)
    return entry(world, version, counter, status=ReplicaStatus.REVOKED, cutoff=cutoff)


def code_of(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(DubuError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_an_entry_comes_back_as_it_was(world: World) -> None:
    made = revoked(world, 3)
    found = open_entry(made.sealed, workspace=WORKSPACE, office_key=world.office_key)
    assert found == made
    assert found.identity == world.g1.identity.public
    assert found.entry.replica == world.g1.actor.replica


def test_every_bit_of_an_entry_counts(world: World) -> None:
    data = bytearray(entry(world).sealed)
    for position in range(len(data) * 8):
        data[position // 8] ^= 1 << position % 8
        code = code_of(open_entry, bytes(data), workspace=WORKSPACE, office_key=world.office_key)
        assert code in {"D-202", "D-203", "D-204"}
        data[position // 8] ^= 1 << position % 8


def test_an_entry_by_another_hand_or_for_another_workspace_is_refused(world: World) -> None:
    made = entry(world)
    forged = seal_entry(made.entry, workspace=WORKSPACE, sign_private=world.g1.identity.sign_private)
    assert code_of(open_entry, forged.sealed, workspace=WORKSPACE, office_key=world.office_key) == "D-203"
    assert code_of(open_entry, made.sealed, workspace=b"x" * 16, office_key=world.office_key) == "D-203"
    assert code_of(open_entry, made.sealed, workspace=WORKSPACE, office_key=lambda actor: None) == "D-202"
    assert code_of(open_entry, b"", workspace=WORKSPACE, office_key=world.office_key) == "D-204"


def test_unfit_keys_are_not_adopted_even_when_signed(world: World) -> None:
    for changes in ({"sign_public": bytes(32)}, {"age_recipient": "age1x"}):
        made = entry(world, **changes)
        assert code_of(open_entry, made.sealed, workspace=WORKSPACE, office_key=world.office_key) == "D-239"


def test_a_cut_off_belongs_to_a_revoked_entry(world: World) -> None:
    with pytest.raises(ValueError, match="cut-off"):
        entry(world, status=ReplicaStatus.REVOKED)
    made = entry(world).entry
    wrong = pack(RosterEntry(**{name: getattr(made, name) for name in made.__struct_fields__} | {"status": 3}))
    sealed = sign(world.office.identity.sign_private, digest("dubu roster entry v1", WORKSPACE, wrong)) + wrong
    assert code_of(open_entry, sealed, workspace=WORKSPACE, office_key=world.office_key) == "D-204"


def test_the_highest_entry_stands_whatever_the_order(world: World) -> None:
    """Rollback and replay change nothing; a revocation is not undone by an office restored from an old backup."""
    entries = [
        entry(world, 1),
        entry(world, 2, label="新名"),
        revoked(world, 3),
        entry(world, 1, counter=2),  # signed by the restored office before it heard its past
    ]
    for order in itertools.permutations(entries):
        current = {}
        for each in order:
            current = adopt(current, [each]).current
        assert current == {world.g1.actor.replica: entries[2]}
    newest_only = adopt({}, [entries[0], entries[3], entries[1]])
    assert newest_only.current[world.g1.actor.replica] == entries[3]
    assert newest_only.changed == [world.g1.actor.replica]
    assert adopt(newest_only.current, entries[:2]).changed == []


def test_a_retired_laptop_stays_retired_until_revoked(world: World) -> None:
    retired = entry(world, 2, status=ReplicaStatus.RETIRED)
    current = adopt({}, [retired, entry(world, 9)]).current
    assert current[world.g1.actor.replica] == retired
    assert adopt(current, [revoked(world, 3)]).changed == [world.g1.actor.replica]


def test_one_version_with_two_contents_or_other_keys_is_refused(world: World) -> None:
    known = adopt({}, [entry(world, 2)]).current
    assert code_of(adopt, known, [entry(world, 2, label="别的")]) == "D-216"
    other = world.g2.identity.public
    assert code_of(adopt, known, [entry(world, 3, sign_public=other.sign_public)]) == "D-216"
    assert code_of(adopt, known, [entry(world, 1, age_recipient=other.age_recipient)]) == "D-216"


def test_the_bare_list_is_the_offices_and_names_nobody(world: World) -> None:
    cutoff = Cutoff(world.g1.actor.to_bytes(), 4, b"h" * 32)
    item = Revocation(world.g1.actor.replica.to_bytes(8, "big"), cutoff)
    made = Revocations(world.office.actor.to_bytes(), 1, [item])
    sealed = seal_revocations(made, workspace=WORKSPACE, sign_private=world.office.identity.sign_private)
    assert open_revocations(sealed, workspace=WORKSPACE, office_key=world.office_key) == made
    for position in range(len(sealed)):
        broken = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        code = code_of(open_revocations, broken, workspace=WORKSPACE, office_key=world.office_key)
        assert code in {"D-202", "D-203", "D-204"}


def test_cut_offs_come_from_entries_and_lists(world: World) -> None:
    def listed(version: int, number: int) -> Revocations:
        cutoff = Cutoff(world.g2.actor.to_bytes(), number, b"h" * 32)
        return Revocations(
            world.office.actor.to_bytes(), version, [Revocation(world.g2.actor.replica.to_bytes(8, "big"), cutoff)]
        )

    found = cutoffs([revoked(world, 3, number=4), entry(world, 1)], [listed(2, 8), listed(1, 5)])
    assert {replica: [cutoff.number for cutoff in cut] for replica, cut in found.items()} == {
        world.g1.actor.replica: [4],
        world.g2.actor.replica: [8, 5],  # the newest list's goes first; an older end proves what it proved
    }


def test_a_list_names_further_ends_before_the_cut_off_that_an_old_program_goes_by(world: World) -> None:
    def end(replica: int, number: int) -> Cutoff:
        return Cutoff(Actor(replica, 1, 1).to_bytes(), number, bytes([number]) * 32)

    cut = {12: (end(12, 9), end(12, 3), end(12, 7)), 11: (end(11, 4),)}
    lines = lines_of(cut)
    assert [item.cutoff.number for item in lines] == [4, 3, 7, 9]
    hub = world.office.actor.to_bytes()
    assert cutoffs([], [Revocations(hub, 1, lines)]) == {11: (end(11, 4),), 12: (end(12, 9), end(12, 3), end(12, 7))}
    assert {item.replica_id: item.cutoff.number for item in lines}[(12).to_bytes(8, "big")] == 9  # as 0.1.0 reads it
    many = {replica: tuple(end(replica, number) for number in (9, 1, 2)) for replica in range(300)}
    kept = lines_of(many)
    assert len(kept) == 512
    assert cutoffs([], [Revocations(hub, 1, kept)]).keys() == many.keys()


def bare(world: World, version: int, *replicas: int, counter: int = 1, number: int = 4) -> SignedList:
    """A list as the office signs it."""
    items = [
        Revocation(r.to_bytes(8, "big"), Cutoff(Actor(r, 1, 1).to_bytes(), number, b"h" * 32)) for r in sorted(replicas)
    ]
    made = Revocations(Actor(world.office.actor.replica, counter, 7).to_bytes(), version, items)
    sealed = seal_revocations(made, workspace=WORKSPACE, sign_private=world.office.identity.sign_private)
    return open_list(sealed, workspace=WORKSPACE, office_key=world.office_key)


def test_a_list_is_never_rolled_back_and_nothing_it_named_is_forgotten(world: World) -> None:
    """Rollback: an old list changes nothing. A restored office's list that lacks a name does not push it out."""
    old, new = bare(world, 1, 11), bare(world, 2, 11, 12)
    forgetful = bare(world, 1, 13, counter=2)  # of an office restored from before all this
    for order in itertools.permutations([old, new, forgetful]):
        kept: list[SignedList] = []
        for each in order:
            kept = join_lists(kept, each)
        assert kept == [forgetful, new]  # the newest first; the older one still names 11 and 12
    whole = bare(world, 2, 11, 12, 13, counter=2)
    assert join_lists([forgetful, new], whole) == [whole]
    assert join_lists([whole], new) == [whole]
    assert join_lists([], old) == [old]


def test_at_the_hub_an_older_list_stays_until_its_ends_are_named(world: World) -> None:
    old, new = bare(world, 1, 11, number=3), bare(world, 2, 11, number=5)
    assert join_lists([new], old) == [new]
    assert join_lists([new], old, ends=True) == [new, old]
    every = bare(world, 3, 11, 11, number=3)
    assert join_lists([every], old, ends=True) == [every]


def test_one_version_of_a_list_with_two_contents_is_refused(world: World) -> None:
    assert code_of(join_lists, [bare(world, 2, 11)], bare(world, 2, 12)) == "D-216"
    assert join_lists([bare(world, 2, 11)], bare(world, 2, 11)) == [bare(world, 2, 11)]


def test_one_signed_thing_never_passes_for_another(world: World) -> None:
    """Mix and match: entry, list, starter and segment are signed over words of their own."""
    the_list, the_entry = bare(world, 1, 11).sealed, entry(world).sealed
    known = {"workspace": WORKSPACE, "office_key": world.office_key}
    assert code_of(open_entry, the_list, **known) in {"D-203", "D-204"}
    assert code_of(open_list, the_entry, **known) in {"D-203", "D-204"}
    body = the_list[64:]
    signed_as_entry = sign(world.office.identity.sign_private, digest("dubu roster entry v1", WORKSPACE, body)) + body
    assert code_of(open_list, signed_as_entry, **known) == "D-203"


def test_what_lies_before_a_cut_off_is_proven_by_the_chain(world: World) -> None:
    """Hashes decide, not numbers: the thief has the key and can give any number to anything."""
    one, two, three = world.segments(world.g1, 3)
    cut = Cutoff(world.g1.actor.to_bytes(), 2, two.hash)
    previous = {s.hash: s.prev_hash for s in (one, two, three)}
    assert linked([cut], previous) == {one.hash, two.hash}
    assert linked([cut], {one.hash: one.prev_hash, three.hash: three.prev_hash}) == set()  # two itself is not here
    forged = {**previous, b"f" * 32: one.hash}  # another second segment
    assert linked([cut], forged) == {one.hash, two.hash}
    assert linked([cut, Cutoff(world.g1.actor.to_bytes(), 2, b"f" * 32)], forged) == {one.hash, two.hash, b"f" * 32}
    ring = {two.hash: one.hash, one.hash: two.hash}
    assert linked([cut], ring) == {one.hash, two.hash}


def test_what_was_taken_before_the_revocation_was_heard_of_is_judged_by_its_place(world: World) -> None:
    actor = world.g1.actor
    cut = Cutoff(actor.to_bytes(), 2, b"2" * 32)
    assert not beyond(cut, actor, 1, b"1" * 32)
    assert not beyond(cut, actor, 2, b"2" * 32)
    assert beyond(cut, actor, 2, b"x" * 32)
    assert beyond(cut, actor, 3, b"3" * 32)
    assert beyond(cut, Actor(actor.replica, actor.counter + 1, 5), 1, b"1" * 32)
    assert beyond(cut, Actor(actor.replica, actor.counter, actor.nonce ^ 1), 1, b"1" * 32)  # a clone
    assert not beyond(cut, Actor(actor.replica, actor.counter - 1, 5), 9, b"9" * 32)
