"""A photo that no computer has any more: told at the office, and waited for no longer than somebody wants it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from dubu_desktop.actions import check, housekeeping
from dubu_desktop.actions.exchange import nowhere
from dubu_desktop.actions.reads import Reader, bundles, evidence, findings, home
from dubu_desktop.db import scope
from tests.stories.exchange import Place, ended
from tests.stories.test_volumes import export, with_photos
from tests.world import jpeg

PHOTO = jpeg(4)


def wanted(place: Place, who: str) -> int:
    with place.side(who).ws.reading() as conn:
        return len(scope.wanted(conn))


def missing(place: Place, who: str) -> tuple[int, int, int]:
    """What `who` says of its one finding: photos to come, photos the other side lacks; and on 今日要办."""
    house = place.side(who)
    found = house.read(findings.detail, place.row(house, "finding")["uuid"].hex())
    return found.photos_missing, found.photos_asked, house.read(bundles.photos_awaited)


def state(place: Place, who: str = "office") -> str:
    house = place.side(who)
    (view,) = house.read(evidence.of_finding, place.row(house, "finding")["uuid"])
    return view.state


def todo(place: Place) -> dict[str, int]:
    """What 今日要办 says of photos at the office."""
    return {one.key: one.count for one in place.office.read(home.workbench).todo if one.key.startswith("photos")}


def daily(place: Place) -> None:
    for house in (place.office, *place.groups.values()):
        housekeeping.sweep_photos(house)


@pytest.fixture
def purged(place: Place) -> Iterator[Place]:
    """A purged finding whose photo is nowhere any more, had again by an office restored from before the purge."""
    one = place.groups["01"]
    number = place.finding(one)
    one.do("add_photos", finding=number, images=[PHOTO])
    place.swap("01")
    place.swap("01")
    backup = place.backup("office")
    place.office.do("purge", kind="finding", record=number, reason="误录")
    place.swap("01")
    shutil.rmtree(next((place.root / "second-office").glob("dubu-*")) / "blobs")
    with place.another_machine():
        place.restore("office", backup)
        place.swap("01")
        daily(place)
        yield place


def test_the_office_is_told_that_no_computer_has_it(purged: Place) -> None:
    place = purged
    assert (state(place), todo(place)) == (evidence.AWAITED, {"photos": 1}), "it has not been asked for yet"
    for _ in range(3):
        place.swap("01")
    assert (state(place), todo(place)) == (evidence.NOWHERE, {"photos_lost": 1})
    (one,) = [one for one in place.office.read(home.workbench).todo if one.key == "photos_lost"]
    assert one.filter is not None
    assert len(place.office.read(findings.ids, one.filter)) == 1
    assert missing(place, "office") == (1, 0, 1), "what is not here is not promised to the other side"
    assert missing(place, "01") == (1, 0, 1)
    assert state(place, "01") == evidence.AWAITED, "a group cannot know what others have"


@pytest.mark.parametrize("who", ["office", "01"])
def test_removed_with_a_reason_nobody_waits_for_it(purged: Place, who: str) -> None:
    place = purged
    row = place.row(place.side(who), "evidence")
    place.side(who).do("remove_evidence", evidence=row["uuid"].hex(), reason="已随清除销毁，无从补齐")
    assert missing(place, who) == (0, 0, 0)
    for _ in range(3):
        place.swap("01")
        daily(place)
    for side in ("office", "01"):
        assert wanted(place, side) == 0
        assert missing(place, side) == (0, 0, 0)
        house = place.side(side)
        (gone,) = house.read(evidence.of_finding, row["finding"], with_void=True)
        assert gone.void, "the record of it stays"
    assert todo(place) == {}
    assert [r.chip.word for r in place.office.read(bundles.ledger) if "待补" in r.chip.word] == []
    assert place.agree("01")
    assert ended(check.photos(place.office)).gone == 0


def test_put_back_it_is_wanted_again(purged: Place) -> None:
    place = purged
    row = place.row(place.office, "evidence")
    place.office.do("remove_evidence", evidence=row["uuid"].hex(), reason="已随清除销毁，无从补齐")
    daily(place)
    assert wanted(place, "office") == 0
    place.office.do("undo")
    assert missing(place, "office") == (1, 0, 1)
    assert wanted(place, "office") == 2


@pytest.mark.parametrize("who", ["office", "01"])
def test_attached_again_from_the_camera_it_is_here_again_and_goes_to_the_other_side(purged: Place, who: str) -> None:
    place = purged
    for _ in range(3):
        place.swap("01")
    number = place.row(place.office, "finding")["number"]
    told = place.side(who).do("add_photos", finding=number, images=[PHOTO])
    assert told.extra["added"] == 0
    assert list(told.warnings) == ["粘贴的图片1 原来待补，现在补上了"]
    assert missing(place, who) == (0, 1, 0)
    for _ in range(2):
        place.swap("01")
    assert missing(place, "office") == missing(place, "01") == (0, 0, 0)
    assert todo(place) == {}
    assert len(place.rows(place.office, "evidence")) == 1


def test_it_is_not_nowhere_as_long_as_somebody_may_have_it(place: Place) -> None:
    """The verifying group holds the preview of a photo that the finder and the office have lost."""
    number = with_photos(place, "01", 1)
    place.groups["01"].do("finalise_finding", finding=number)
    place.bring("office", place.export("01"))
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number], verify_group="02")
    for code in ("01", "02"):
        place.swap(code)
    row = place.row(place.office, "evidence")
    place.lose_photo(row, "office", "01")
    daily(place)
    for _ in range(2):
        place.swap("01")
    assert state(place) == evidence.AWAITED
    place.swap("02")
    place.swap("02")
    assert state(place) == evidence.PREVIEW_ONLY
    assert todo(place) == {"photos": 1}


def test_a_photo_removed_before_its_volume_came_is_not_due(place: Place) -> None:
    with_photos(place, "01", 3)
    one = place.groups["01"]
    heavy = sorted(place.rows(one, "evidence"), key=lambda e: e["sha256"])
    one.do("remove_evidence", evidence=heavy[-1]["uuid"].hex(), reason="重复")
    names = export(place, "01")
    (report,) = place.bring("office", names[0])
    here = {e["uuid"] for e in heavy if place.office.ws.blobs.has(e["sha256"])}
    assert heavy[-1]["uuid"] not in here
    assert (report["photos"], report["photos_of"]) == (len(here), 2)
    waits = next(e for e in heavy[:2] if e["uuid"] not in here)
    assert wanted(place, "office") == 2 - len(here)
    place.office.do("remove_evidence", evidence=waits["uuid"].hex(), reason="重复")
    place.export("office", "01")
    (row,) = [r for r in place.office.read(bundles.ledger) if r.body.get("parts") == len(names)]
    assert row.photos == row.body["photos_of"] - wanted(place, "office")
    place.bring("office", *names[1:])
    assert all(place.office.ws.blobs.has(e["sha256"]) for e in heavy), "what comes is kept all the same"


def test_a_removed_photo_that_another_record_names_is_waited_for(place: Place) -> None:
    one = place.groups["01"]
    for _ in range(2):
        one.do("add_photos", finding=place.finding(one), images=[PHOTO])
    place.swap("01")
    rows = place.rows(place.office, "evidence")
    place.lose_photo(rows[0], "office")
    daily(place)
    assert (wanted(place, "office"), todo(place)) == (2, {"photos": 2})
    place.office.do("remove_evidence", evidence=rows[0]["uuid"].hex(), reason="重复")
    assert (wanted(place, "office"), todo(place)) == (2, {"photos": 1})
    place.office.do("remove_evidence", evidence=rows[1]["uuid"].hex(), reason="重复")
    assert (wanted(place, "office"), todo(place)) == (0, {})


def test_opening_a_finding_asks_no_more_of_the_database_where_very_many_photos_are_missing(place: Place) -> None:
    """A restored office may miss every photo: each finding opened, and 今日要办, went through all of them."""
    one = place.groups["01"]
    numbers = [place.finding(one) for _ in range(2)]
    for seed, number in enumerate(numbers):
        one.do("add_photos", finding=number, images=[jpeg(seed)])
    place.swap("01")
    for row in place.rows(place.office, "evidence"):
        place.lose_photo(row, "office")
    daily(place)
    shown = place.row(place.office, "finding", number=numbers[0])["uuid"]

    def asked() -> int:
        with place.office.ws.reading() as conn:
            told: list[str] = []
            event.listen(conn, "before_cursor_execute", lambda *args: told.append(args[2]))
            reader = Reader(place.office.ws, conn, place.office.person)
            (view,) = evidence.of_finding(reader, shown)
            assert view.state == evidence.AWAITED
            nowhere.photos(place.office.ws, conn)
            return len(told)

    few = asked()
    with place.office.ws.writing() as conn:
        record = place.rows(place.office, "evidence")[0]["uuid"]
        scope.want(conn, [(record, n.to_bytes(32, "big")) for n in range(1, 5001)])
    assert asked() == few


def test_one_that_lies_in_the_second_place_comes_back_from_there(place: Place) -> None:
    """It is at no computer; whether it lies on the backup disk the program cannot see before that is plugged in."""
    one = place.groups["01"]
    one.do("add_photos", finding=place.finding(one), images=[PHOTO])
    place.swap("01")
    place.backup("office")
    place.swap("01")
    row = place.row(place.office, "evidence")
    place.lose_photo(row, "office", "01")
    daily(place)
    for _ in range(3):
        place.swap("01")
    (told,) = [each for each in place.office.read(home.workbench).todo if each.key == "photos_lost"]
    assert (told.title, told.sub) == (
        "照片1张各台电脑都没有",
        "先接上第二处备份一次；那里也没有的，从原件重新加上，或写明理由移除",
    )
    place.backup("office")
    assert (state(place), "photos_lost" in todo(place)) == (evidence.HERE, False)
    place.swap("01")
    assert todo(place) == {}


@pytest.mark.parametrize("who", ["office", "01"])
def test_one_taken_back_from_the_second_place_is_awaited_no_more(place: Place, who: str) -> None:
    one = place.groups["01"]
    one.do("add_photos", finding=place.finding(one), images=[PHOTO])
    place.swap("01")
    side = place.side(who)
    place.backup(who)
    row = place.row(side, "evidence")
    place.lose_photo(row, who)
    assert housekeeping.note_missing_photos(side) > 0
    assert missing(place, who) != (0, 0, 0)
    place.backup(who)
    assert side.ws.blobs.has(row["preview"])
    assert missing(place, who) == (0, 0, 0)
