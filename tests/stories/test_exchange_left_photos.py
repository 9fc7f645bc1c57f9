"""Photos that a group added to another side's finding, or had of it, after that was handed over or purged."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import backups, housekeeping, rules
from dubu_desktop.actions.exchange import durable
from dubu_desktop.actions.reads import bundles
from dubu_desktop.db import scope
from tests.stories.exchange import Place
from tests.stories.test_exchange_leaving import give, handed
from tests.world import jpeg


def own_photo(place: Place, *, sent: bool = True) -> tuple[str, dict[str, Any]]:
    """Group 01 adds a photo to the finding of the office that it verifies; (number, its evidence)."""
    number = handed(place)
    place.groups["01"].do("add_photos", finding=number, images=[jpeg(8)], role="after")
    row = next(e for e in place.rows(place.groups["01"], "evidence") if e["role"] == "after")
    if sent:
        place.bring("office", place.export("01"))
    return number, row


def end(place: Place, number: str, how: str) -> None:
    if how == "purge":
        place.office.do("purge", kind="finding", record=number, reason="误录")
    else:
        give(place, number, "02")


def here(place: Place, row: dict[str, Any], who: str = "01") -> tuple[bool, bool]:
    blobs = place.side(who).ws.blobs
    return blobs.has(row["sha256"]), blobs.has(row["preview"])


def lying(place: Place, row: dict[str, Any], who: str = "01") -> tuple[bool, bool]:
    """Whether original and preview lie in the second place of `who`."""
    there = next((place.root / f"second-{who}").glob("dubu-*")) / "blobs"
    name = place.side(who).ws.blobs.path_name
    return (there / name(row["sha256"])).is_file(), (there / name(row["preview"])).is_file()


def thin(place: Place, who: str) -> None:
    """So many backups that none of before is left."""
    with place.side(who).ws.reading() as conn:
        keep = rules.current(conn).rules.backup
    for _ in range(keep.keep_count + keep.keep_daily + keep.keep_weekly):
        place.clock.ms += 7 * 24 * 3600 * 1000
        place.backup(who)


@pytest.mark.parametrize("how", ["purge", "give"])
def test_what_others_added_goes_from_the_second_place_with_the_last_backup_that_lists_it(
    place: Place, how: str
) -> None:
    number = handed(place)
    row = place.row(place.groups["01"], "evidence")
    place.backup("01")
    assert lying(place, row) == (False, True), "a group has the preview"
    end(place, number, how)
    place.bring("01", place.export("office", "01"))
    place.backup("01")
    assert lying(place, row) == (False, True), "a backup there names it"
    thin(place, "01")
    assert lying(place, row) == (False, False)


def test_what_came_into_the_scope_again_stays_in_the_second_place(place: Place) -> None:
    number = handed(place)
    row = place.row(place.groups["01"], "evidence")
    place.backup("01")
    for code in ("02", "01"):
        give(place, number, code)
        place.swap("01")
    assert here(place, row) == (False, True)
    place.backup("01")
    thin(place, "01")
    assert lying(place, row) == (False, True)


@pytest.mark.parametrize("how", ["purge", "give"])
def test_an_original_that_was_told_safe_makes_room_after_its_record_left(
    place: Place, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(durable, "other_medium", lambda _one, _other: True)
    number, row = own_photo(place)
    place.backup("office")
    place.swap("01")
    end(place, number, how)
    place.swap("01")
    assert here(place, row) == (True, True)
    place.groups["01"].do("free_originals")
    assert here(place, row) == (False, True)


def test_what_was_handed_over_is_told_safe_afterwards_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "other_medium", lambda _one, _other: True)
    number, row = own_photo(place)
    end(place, number, "give")
    place.swap("01")
    assert place.groups["01"].do("free_originals").extra["photos"] == 0
    place.backup("office")
    place.swap("01")
    assert place.groups["01"].do("free_originals").extra["photos"] == 1
    assert here(place, row) == (False, True)


@pytest.mark.parametrize("told_safe", [False, True])
@pytest.mark.parametrize("how", ["purge", "give"])
def test_what_this_group_added_is_destroyed_here_by_its_own_word(
    place: Place, monkeypatch: pytest.MonkeyPatch, how: str, told_safe: bool
) -> None:
    monkeypatch.setattr(durable, "other_medium", lambda _one, _other: told_safe)
    number, row = own_photo(place)
    one = place.groups["01"]
    place.backup("01")
    place.backup("office")
    place.bring("01", place.export("office", "01"))
    end(place, number, how)
    place.bring("01", place.export("office", "01"))
    housekeeping.sweep_photos(one)
    assert here(place, row) == (True, True), "it cannot tell whether the office still needs it"
    assert one.read(bundles.originals).left == 2
    if told_safe:
        one.do("free_originals")
        assert one.read(bundles.originals).left == 1
    told = one.do("destroy_left_photos").extra
    assert (told["photos"], here(place, row)) == (2 - told_safe, (False, False))
    assert one.read(bundles.originals).left == 0
    thin(place, "01")
    assert lying(place, row) == (False, False)
    assert place.faults("01") == []
    assert here(place, row, "office") == ((True, True) if how == "give" else (False, False))


def test_nothing_is_destroyed_that_the_office_has_not_received(place: Place) -> None:
    number, row = own_photo(place, sent=False)
    one = place.groups["01"]
    end(place, number, "give")
    place.bring("01", place.export("office", "01"))
    assert one.do("destroy_left_photos").extra["photos"] == 0
    place.bring("office", place.export("01"))
    place.lose_photo(row, "office")
    housekeeping.sweep_photos(place.office)
    place.bring("01", place.export("office", "01"))
    assert one.do("destroy_left_photos").extra["photos"] == 0, "it asks for them"
    place.bring("office", place.export("01"))
    place.bring("01", place.export("office", "01"))
    assert one.do("destroy_left_photos").extra["photos"] == 2
    assert here(place, row, "office") == (True, True)


def test_destroyed_and_had_again_it_comes_from_the_office(place: Place) -> None:
    number, row = own_photo(place)
    one = place.groups["01"]
    end(place, number, "give")
    place.bring("01", place.export("office", "01"))
    one.do("destroy_left_photos")
    give(place, number, "01")
    place.swap("01")
    assert one.do("destroy_left_photos").extra["photos"] == 0
    housekeeping.sweep_photos(one)
    place.swap("01")
    assert here(place, row) == (False, True)
    assert place.agree("01")


def test_a_restored_laptop_has_what_it_added_as_long_as_it_did_not_destroy_it(place: Place) -> None:
    number, row = own_photo(place)
    end(place, number, "give")
    place.bring("01", place.export("office", "01"))
    place.groups["01"].do("destroy_left_photos")
    backup: Path = place.backup("01")
    with place.another_machine():
        place.restore("01", backup)
        for _ in range(3):
            place.swap("01")
        assert here(place, row) == (False, False)
        assert here(place, row, "office") == (True, True)
        assert backups.remove_purged(place.groups["01"].ws, place.root / "second-01") == 0
        assert place.agree("01")


def test_nothing_is_destroyed_or_freed_that_the_office_asks_for_with_another_bundle(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One head has no room for all that an office lacks which lost its photos: what it does not name it may need."""
    monkeypatch.setattr(durable, "other_medium", lambda _one, _other: True)
    number, row = own_photo(place)
    one = place.groups["01"]
    one.do("add_photos", finding=place.finding(one), images=[jpeg(20 + n) for n in range(4)])
    place.swap("01")
    end(place, number, "give")
    place.backup("office")
    for _ in range(2):
        place.swap("01")
    assert one.read(bundles.originals).left == 2
    for each in place.rows(place.office, "evidence"):
        place.lose_photo(each, "office")
    housekeeping.sweep_photos(place.office)
    monkeypatch.setattr(scope, "MOST_WANTED", 3)
    for _ in range(5):
        place.bring("01", place.export("office", "01"))
        assert one.read(bundles.originals).left == 0
        assert one.do("destroy_left_photos").extra["photos"] == 0
        assert one.do("free_originals").extra["photos"] == 0
    monkeypatch.setattr(scope, "MOST_WANTED", 10_000)
    place.bring("01", place.export("office", "01"))
    place.swap("01")
    assert here(place, row, "office") == (True, True)
    assert one.do("destroy_left_photos").extra["photos"] == 2


def test_an_office_restored_without_its_photos_asks_for_them_with_its_first_bundle(place: Place) -> None:
    """Before its daily look at the photos too: what it did not ask for was destroyed at the group, and was nowhere."""
    number, row = own_photo(place)
    one = place.groups["01"]
    end(place, number, "give")
    place.swap("01")
    backup = place.backup("office")
    shutil.rmtree(next((place.root / "second-office").glob("dubu-*")) / "blobs")
    with place.another_machine():
        place.restore("office", backup)
        place.bring("01", place.export("office", "01"))
        assert one.do("destroy_left_photos").extra["photos"] == 0
        place.bring("office", place.export("01"))
        assert here(place, row, "office") == (True, True)
