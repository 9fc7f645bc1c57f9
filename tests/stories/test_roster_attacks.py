"""The attacks on updates that TUF names, on the roster and the list of revocations in real bundles (T04, T06).

A hostile laptop has a valid key of its own; it may put anything into the head it signs. What the office did not sign,
or signed of another workspace, refuses the bundle whole; what stands below something newer changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.exchange import trust
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import spokes
from dubu_desktop.db import enrolments
from dubu_desktop.sync.roster import seal_entry, seal_revocations
from dubu_desktop.wire.messages import Cutoff, ReplicaStatus, Revocation, Revocations, RosterEntry
from tests.stories.exchange import Place

MARKET = "城关街道东关菜市场"


def own_entry(house: House) -> RosterEntry:
    """The entry a group holds of itself."""
    with house.ws.reading() as conn:
        found = trust.entry_of(house.ws, conn, house.ws.profile.actor.replica)
    assert found is not None
    return found.entry


def by_own_hand(house: House, entry: RosterEntry, workspace: bytes | None = None) -> bytes:
    """An entry signed by the group's key as if it were the office's."""
    key = ids.load(house.ws).sign_private
    return seal_entry(entry, workspace=workspace or house.ws.profile.workspace, sign_private=key).sealed


def brought(place: Place, entries: list[bytes] | None = None, listed: bytes | None = None) -> dict[str, object]:
    """What the office says of a bundle of group 01 whose head carries these."""
    with pytest.MonkeyPatch.context() as patch:
        if entries is not None:
            patch.setattr(enrolments, "entries_for", lambda _conn, _replica: entries)
        if listed is not None:
            patch.setattr(trust, "list_to_send", lambda _ws, _conn: listed)
        file = place.export("01")
    (report,) = place.bring("office", file)
    return report


def states(place: Place) -> list[tuple[str, str, str]]:
    return [(row.code, row.state, row.label) for row in place.office.read(spokes.rows)]


def forged_revival(one: House) -> list[bytes]:
    return [by_own_hand(one, own_entry(one).said_anew(version=999, label="我又回来了"))]


def of_another_workspace(one: House) -> list[bytes]:
    return [by_own_hand(one, own_entry(one), workspace=b"w" * 16)]


def by_nobody(one: House) -> list[bytes]:
    return [by_own_hand(one, own_entry(one).said_anew(hub=b"n" * 16))]


def cut_short(_one: House) -> list[bytes]:
    return [b"", b"\0" * 64, b"\xff" * 200]


@pytest.mark.parametrize("forge", [forged_revival, of_another_workspace, by_nobody, cut_short])
def test_an_entry_the_office_did_not_sign_refuses_the_bundle_whole(
    place: Place, forge: Callable[[House], list[bytes]]
) -> None:
    place.finding(place.groups["01"], place=MARKET)
    before = states(place)
    report = brought(place, entries=forge(place.groups["01"]))
    assert (report["status"], report["code"]) in {("refused", c) for c in ("D-202", "D-203", "D-204")}
    assert states(place) == before
    assert place.rows(place.office, "finding") == []


def test_a_list_the_office_did_not_sign_revokes_nobody(place: Place) -> None:
    one, two = place.groups["01"], place.groups["02"]
    item = Revocation(
        two.ws.profile.actor.replica.to_bytes(8, "big"), Cutoff(two.ws.profile.actor.to_bytes(), 0, bytes(32))
    )
    made = Revocations(one.ws.profile.office.to_bytes(), 99, [item])
    sealed = seal_revocations(made, workspace=one.ws.profile.workspace, sign_private=ids.load(one.ws).sign_private)
    report = brought(place, listed=sealed)
    assert (report["status"], report["code"]) == ("refused", "D-203")
    assert [state for _, state, _ in states(place)] == ["active", "active"]


def test_rollback_to_an_entry_once_signed_changes_nothing(place: Place) -> None:
    with place.groups["01"].ws.reading() as conn:
        (old,) = enrolments.entries_for(conn, place.groups["01"].ws.profile.actor.to_bytes()[:8])
    (row,) = [r for r in place.office.read(spokes.rows) if r.code == "01"]
    place.office.do("rename_spoke", spoke=row.replica, label="新名")
    place.office.do("retire_spoke", spoke=row.replica, reason="收回")
    assert brought(place, entries=[old])["status"] == "new"
    assert ("01", "retired", "新名") in states(place)


def test_one_spokes_entry_does_not_stand_for_anothers(place: Place) -> None:
    """Mix and match: the other group's active entry, whole and genuine, revives nobody."""
    (row,) = [r for r in place.office.read(spokes.rows) if r.code == "01"]
    place.office.do("revoke_spoke", spoke=row.replica, reason="被盗")
    with place.groups["02"].ws.reading() as conn:
        others = enrolments.entries_for(conn, place.groups["02"].ws.profile.actor.to_bytes()[:8])
    report = brought(place, entries=others)
    assert report["status"] == "new"
    assert [(code, state) for code, state, _ in states(place)] == [("01", "revoked"), ("02", "active")]


def test_freeze_is_seen_by_the_days_since_anything_was_heard(place: Place) -> None:
    """Somebody keeps back what a computer sends, or always brings the same: the list says for how many days."""
    place.clock.put("2026-06-20T09:00")
    file = place.export("01")
    place.bring("office", file)
    place.clock.put("2026-06-25T09:00")
    place.bring("office", file)  # the same again: nothing was heard by it
    assert [row.silent_days for row in place.office.read(spokes.rows)] == [5, 23]


def test_fast_forward_needs_the_offices_own_key_and_a_restore_still_rises_above(place: Place) -> None:
    """A version as high as there is, truly signed: the office's next life stands above it by its incarnation."""
    (row,) = [r for r in place.office.read(spokes.rows) if r.code == "02"]
    backup = place.backup("office")
    with place.office.ws.writing() as conn:
        found = trust.entry_of(place.office.ws, conn, int(row.replica, 16))
        assert found is not None
        entry = found.entry.said_anew(version=2**63 - 1, label="到顶")
        key = ids.load(place.office.ws).sign_private
        trust.keep(conn, seal_entry(entry, workspace=place.office.ws.profile.workspace, sign_private=key))
    place.swap("02")
    place.restore("office", backup)
    place.swap("02")
    assert ("02", "active", "到顶") in states(place)  # handed back
    place.office.do("rename_spoke", spoke=row.replica, label="再改")
    place.office.do("retire_spoke", spoke=row.replica, reason="收回")
    assert ("02", "retired", "再改") in states(place)
    assert ReplicaStatus.RETIRED > ReplicaStatus.ACTIVE
