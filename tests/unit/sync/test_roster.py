"""The roster only ever rises, in any order, and only by the office's hand (T04–T06)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from dubu_desktop.domain.ops import Actor
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.roster import (
    SignedEntry,
    adopt,
    cutoffs,
    open_entry,
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
    assert {replica: cutoff.number for replica, cutoff in found.items()} == {
        world.g1.actor.replica: 4,
        world.g2.actor.replica: 8,
    }
