"""`durable`: told once it is true, only then may a group make room; a restart of the link tells all again."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.actions import check, housekeeping
from dubu_desktop.actions.exchange import durable
from dubu_desktop.actions.reads import evidence
from dubu_desktop.db import safe, scope
from dubu_desktop.db.backup import list_backups
from dubu_desktop.db.blobs import BlobState, BlobStore
from dubu_desktop.errors import DubuError
from tests.stories.exchange import Place, ended
from tests.stories.test_volumes import head_of, here, with_photos


@pytest.fixture(autouse=True)
def another_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second place of these tests counts as another medium."""
    monkeypatch.setattr(durable, "other_medium", lambda _one, _other: True)


def told(place: Place, who: str = "01") -> set[bytes]:
    """What a group was told to be safe."""
    with place.side(who).ws.reading() as conn:
        return set(durable.known(conn))


def sent_up(place: Place, count: int = 2) -> set[bytes]:
    """Photos of group 01 that the office holds; the hashes of the originals."""
    with_photos(place, "01", count)
    place.bring("office", place.export("01"))
    return {row["sha256"] for row in place.rows(place.office, "evidence")}


def test_only_what_lies_in_the_second_place_is_told_and_only_then(place: Place) -> None:
    originals = sent_up(place)
    place.bring("01", place.export("office", "01"))
    assert told(place) == set(), "no second place yet"
    assert place.groups["01"].do("free_originals").extra == {"photos": 0, "bytes": 0}
    place.office.do("make_backup")
    place.bring("01", place.export("office", "01"))
    assert told(place) == set(), "a backup beside the workspace is no second medium"
    place.backup("office")
    place.bring("01", place.export("office", "01"))
    assert told(place) == originals


def test_a_photo_newer_than_the_backup_beside_it_is_not_durable(place: Place) -> None:
    sent_up(place, 1)
    place.backup("office")
    with_photos(place, "01", 1, first=20)
    place.bring("office", place.export("01"))
    second = place.root / "second-office"
    place.office.ws.copy_to(second)
    durable.note_second_place(place.office.ws, second)
    with place.office.ws.reading() as conn:
        assert len(durable.known(conn)) == 1, "the photo is there, the backup that names it is not"


def damage(file: Path) -> None:
    """One byte of it is another."""
    raw = bytearray(file.read_bytes())
    raw[300] ^= 1
    file.write_bytes(bytes(raw))


def file_of(place: Place, folder: Path) -> Path:
    """The file of the one original in a store."""
    return folder / place.office.ws.blobs.path_name(place.row(place.office, "evidence")["sha256"])


def test_a_photo_damaged_at_the_office_is_not_durable_and_asked_for(place: Place) -> None:
    sent_up(place, 1)
    damage(file_of(place, place.office.ws.folder.blobs))
    place.backup("office")
    place.bring("01", place.export("office", "01"))
    assert told(place) == told(place, "office") == set()
    assert place.groups["01"].do("free_originals").extra["photos"] == 0
    place.swap("01")
    assert here(place, "office") == (1, 1)
    place.backup("office")
    assert len(told(place, "office")) == 1, "the damaged copy was made anew"


def test_a_photo_damaged_in_the_second_place_is_not_durable_and_copied_anew(place: Place) -> None:
    sent_up(place, 1)
    second = place.root / "second-office"
    place.backup("office")
    with place.office.ws.writing() as conn:
        safe.strike(conn, safe.known(conn))
    damage(file_of(place, next(second.glob("dubu-*/blobs"))))
    assert durable.note_second_place(place.office.ws, second) == 0
    assert here(place, "office") == (1, 1)
    place.backup("office")
    assert len(told(place, "office")) == 1


def test_a_photo_is_read_through_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sent_up(place, 2)
    read: list[bytes] = []
    whole = BlobStore.check

    def noted(store: BlobStore, name: bytes) -> BlobState:
        read.append(name)
        return whole(store, name)

    monkeypatch.setattr(BlobStore, "check", noted)
    place.backup("office")
    assert len(read) == 4, "here and there"
    place.backup("office")
    assert len(read) == 4


@pytest.mark.parametrize("how", ["missing", "damaged", "older backup"])
def test_an_original_lost_at_the_office_comes_back_from_the_second_place(place: Place, how: str) -> None:
    old = place.backup("office")
    sent_up(place, 1)
    place.backup("office")
    place.swap("01")
    assert place.groups["01"].do("free_originals").extra["photos"] == 1
    file = file_of(place, place.office.ws.folder.blobs)
    with place.another_machine():
        if how == "missing":
            file.unlink()
            housekeeping.sweep_photos(place.office)
        elif how == "damaged":
            damage(file)
            assert ended(check.photos(place.office)).damaged == 1
        else:
            place.restore("office", old)
        for _ in range(2):
            place.swap("01")
        assert here(place, "office") == (1, 0)
        place.backup("office")
        assert here(place, "office") == (1, 1)
        place.export("office", "01")
        with place.office.ws.reading() as conn:
            assert scope.wanted(conn) == set(), "nobody asks for it any more"


def test_a_stick_pulled_after_the_copy_makes_nothing_durable_and_no_fault(place: Place) -> None:
    sent_up(place, 1)
    place.backup("office")
    second = place.root / "second-office"
    (newest,) = second.glob("dubu-*/backups/*/")
    info = list_backups(newest.parent)[-1]
    info.photo_list.unlink()
    assert durable.note_second_place(place.office.ws, second) == 0


def test_the_same_medium_does_not_count(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("DUBU_STATE_DIR", str(place.root.parent / "state"))
    sent_up(place)
    place.backup("office")
    with place.office.ws.reading() as conn:
        assert durable.known(conn) == []


def test_a_group_makes_room_by_its_own_word_and_can_ask_for_the_original_again(place: Place) -> None:
    originals = sent_up(place)
    place.backup("office")
    place.bring("01", place.export("office", "01"))
    assert here(place, "01") == (2, 2), "never by itself"
    freed = place.groups["01"].do("free_originals").extra
    assert freed["photos"] == 2
    assert freed["bytes"] > 2 * 9000
    assert here(place, "01") == (2, 0)
    row = place.rows(place.groups["01"], "evidence")[0]
    (view,) = [v for v in place.groups["01"].read(evidence.of_finding, row["finding"]) if v.id == row["uuid"].hex()]
    assert view.state == evidence.PREVIEW_ONLY
    place.swap("01")
    assert here(place, "01") == (2, 0), "not asked for again by itself"
    place.groups["01"].do("want_photos", finding=row["finding"].hex())
    place.swap("01")
    assert here(place, "01") == (2, 2)
    assert {r["sha256"] for r in place.rows(place.groups["01"], "evidence")} == originals


def test_freed_originals_are_no_gap_of_a_later_export(place: Place) -> None:
    old = place.backup("office")
    sent_up(place)
    place.backup("office")
    place.bring("01", place.export("office", "01"))
    place.groups["01"].do("free_originals")
    place.restore("office", old)  # the link starts over
    place.bring("01", place.export("office", "01"))
    (parcel,) = place.groups["01"].do("preview_export", to="office").extra["parcels"]
    assert parcel["records"] > 0, "all of it is offered again"
    assert parcel["left"] == 0


def test_what_the_office_asks_for_is_kept_whatever_was_said_before(place: Place) -> None:
    sent_up(place)
    place.backup("office")
    place.bring("01", place.export("office", "01"))
    row = place.rows(place.office, "evidence")[0]
    place.office.ws.blobs.remove(row["sha256"])
    place.office.do("want_photos", finding=row["finding"].hex())
    place.bring("01", place.export("office", "01"))
    assert place.groups["01"].do("free_originals").extra["photos"] == 1
    assert place.groups["01"].ws.blobs.has(row["sha256"])


def test_each_bundle_tells_what_is_new_until_a_receipt_comes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "MOST_TOLD", 2)
    originals = sent_up(place, 5)
    place.backup("office")
    lost = place.export("office", "01")
    first = place.export("office", "01")
    assert set(head_of(place, "01", lost).durable) == set(head_of(place, "01", first).durable), "no receipt: again"
    assert len(head_of(place, "01", first).durable) == 2
    for seen in (2, 4, 5):
        place.bring("01", place.export("office", "01"))
        assert len(told(place)) == seen
        place.bring("office", place.export("01"))
    assert told(place) == originals
    assert head_of(place, "01", place.export("office", "01")).durable == []


def test_another_group_is_told_nothing_of_it(place: Place) -> None:
    sent_up(place)
    place.backup("office")
    place.bring("02", place.export("office", "02"))
    assert told(place, "02") == set()


def test_a_laptop_that_was_put_back_is_told_again(place: Place) -> None:
    sent_up(place)
    old = place.backup("01")
    place.backup("office")
    place.swap("01")
    assert len(told(place)) == 2
    with place.another_machine():
        place.restore("01", old)
        assert told(place) == set()
        place.bring("office", place.export("01"))
        place.bring("01", place.export("office", "01"))
        place.swap("01")
        place.bring("01", place.export("office", "01"))
        assert len(told(place)) == 2


def test_the_office_has_no_such_verb(place: Place) -> None:
    with pytest.raises(DubuError, match="D-303"):
        place.office.do("free_originals")


def test_a_receipt_for_a_bundle_of_a_former_link_says_nothing_of_this_one(place: Place) -> None:
    """Serials count anew with a new life; the bundle that tells what is safe is lost, and it must be told again."""
    originals = sent_up(place)
    for _ in range(3):
        place.bring("01", place.export("office", "01"))
    place.restore("01", place.backup("01"))
    place.bring("office", place.export("01"))
    place.backup("office")
    lost = place.export("office", "01")
    assert set(head_of(place, "01", lost).durable) == originals
    place.bring("office", place.export("01"))  # repeats the receipts it owed before it was restored
    place.swap("01")
    assert told(place) == originals


def test_photos_that_come_into_a_scope_later_are_told_there_too(place: Place) -> None:
    """They were passed over when the office told of them: the finding was not that group's then."""
    number = with_photos(place, "01", 2)
    place.groups["01"].do("finalise_finding", finding=number)
    place.bring("office", place.export("01"))
    place.backup("office")
    for _ in range(2):
        place.swap("02")
    assert told(place, "02") == set()
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number], verify_group="02")
    place.bring("02", place.export("office", "02"))
    assert told(place, "02") == {row["sha256"] for row in place.rows(place.office, "evidence")}
    place.bring("office", place.export("02"))
    assert head_of(place, "02", place.export("office", "02")).durable == []


def test_a_photo_attached_again_after_a_purge_is_safe_once_it_lies_there_again(place: Place) -> None:
    number = with_photos(place, "01", 1)
    place.bring("office", place.export("01"))
    place.backup("office")
    place.swap("01")
    assert len(told(place)) == 1
    place.office.do("purge", kind="finding", record=number, reason="误录")
    place.bring("01", place.export("office", "01"))
    one = place.groups["01"]
    with_photos(place, "01", 1)  # the same picture belongs to another finding
    for _ in range(3):
        assert told(place) == told(place, "office") == set()
        assert one.do("free_originals").extra["photos"] == 0
        place.swap("01")
    assert here(place, "office") == (1, 1)
    place.backup("office")
    place.swap("01")
    assert len(told(place)) == 1
    assert one.do("free_originals").extra["photos"] == 1


def test_nothing_goes_before_the_office_has_all_evidence_that_names_it(place: Place) -> None:
    """Whatever it said before: it may have removed the other for good, and this computer does not know yet."""
    sent_up(place, 1)
    place.backup("office")
    place.bring("01", place.export("office", "01"))
    number = with_photos(place, "01", 1)
    one = place.groups["01"]
    assert one.do("free_originals").extra["photos"] == 0
    late = place.export("01")
    place.office.do("purge", kind="finding", record=place.row(place.office, "finding")["number"], reason="误录")
    assert one.do("free_originals").extra["photos"] == 0
    place.bring("office", late)
    assert [r["finding"] for r in place.rows(place.office, "evidence")] == [
        place.row(place.office, "finding", number=number)["uuid"]
    ]
    assert here(place, "office") == (1, 1)
