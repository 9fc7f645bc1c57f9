"""Records that leave a group's scope go from its machine, to the last byte; what it wrote itself still arrives."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from dubu_desktop.actions import housekeeping, upkeep
from dubu_desktop.actions.exchange import durable, photos, trust
from dubu_desktop.actions.reads import alarms
from dubu_desktop.db import late, leaving, scrub
from dubu_desktop.db import tables as t
from dubu_desktop.sync.frames import MAX_HEAD
from dubu_desktop.sync.reading import iter_frames, verify_bundle
from dubu_desktop.wire.messages import Head
from dubu_desktop.wire.packing import pack
from tests.stories.exchange import Place, ended
from tests.stories.pages import every_page
from tests.world import jpeg

CANARY = "獬豸触邪于西仓"
WORDS = CANARY.encode()


def assigned(place: Place, code: str) -> str:
    """A finding of the office, to be verified by a group that was not told of it yet; its number."""
    number = place.finding(place.office, place=f"城关街道{CANARY}东侧")
    place.office.do("finalise_finding", finding=number)
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number], verify_group=code)
    return number


def handed(place: Place) -> str:
    """A finding of the office with photos and words, to be verified by group 01, known to group 01; its number."""
    number = place.finding(place.office, place=f"城关街道{CANARY}东侧", facts=f"{CANARY}堆放瓷砖40箱，净宽0.7 m")
    place.office.do("add_photos", finding=number, images=[jpeg(3)], caption=f"{CANARY}照片")
    place.office.do("finalise_finding", finding=number)
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number], verify_group="01")
    place.office.do("urge", findings=[number], text=f"{CANARY}请抓紧")
    place.office.do("record_reply", finding=number, reply=f"{CANARY}已整改")
    place.bring("01", place.export("office", "01"))
    place.swap("01")
    return number


def give(place: Place, number: str, code: str) -> None:
    """The office hands the finding to another group."""
    place.office.do("edit_rectification", finding=number, values={"verify_group": code}, reason="调整核查组")


def said(place: Place, who: str) -> list[str]:
    """What is listed as 移交后到达."""
    return [alarm.text for alarm in place.side(who).read(alarms.rows) if alarm.code == "D-259"]


def secrets(place: Place, number: str) -> list[bytes]:
    """Bytes that only who is in the audience may hold."""
    record = place.row(place.office, "finding", number=number)["uuid"]
    photo = next(e for e in place.rows(place.office, "evidence") if e["finding"] == record)
    return [WORDS, record, number.encode(), photo["uuid"], photo["sha256"], photo["preview"]]


def plain(place: Place, who: str, file: str) -> bytes:
    """What a bundle for `who` holds inside."""
    house = place.side(who)
    with house.ws.reading() as conn:
        reader = trust.addressee(house.ws, conn)
    seen = verify_bundle(Path(file), reader)
    frames = iter_frames(Path(file), seen, reader)
    return b"".join(repr(frame).encode() + bytes(getattr(frame, "body", b"")) for frame in frames)


def head_of(place: Place, who: str, file: str) -> Head:
    """What a bundle for `who` says of itself."""
    house = place.side(who)
    with house.ws.reading() as conn:
        return verify_bundle(Path(file), trust.addressee(house.ws, conn)).head


def test_not_a_byte_remains_with_the_former_group(place: Place) -> None:
    number = handed(place)
    hidden = secrets(place, number)
    one = place.groups["01"]
    ended(upkeep.index(one))  # its words stand in the search index as well
    held = every_page(one)
    assert all(word in held for word in (WORDS, number.encode()))
    photo = hidden[-1]
    assert one.ws.blobs.has(photo)
    give(place, number, "02")
    (report,) = place.bring("01", place.export("office", "01"))
    assert report["left"] == 4  # the finding, its photo, its rectification, the urge
    held = every_page(one)
    assert [word for word in hidden if word in held] == []
    assert not one.ws.blobs.has(photo)
    assert place.rows(one, "finding") == []
    assert place.faults("01") == []
    assert place.agree("01")
    place.bring("02", place.export("office", "02"))
    assert place.value("02", number) == f"城关街道{CANARY}东侧"
    assert place.groups["02"].ws.blobs.has(photo)
    assert place.agree("02")


def test_it_comes_and_goes_and_comes(place: Place) -> None:
    number = handed(place)
    for code, other in (("02", "01"), ("01", "02"), ("02", "01")):
        give(place, number, code)
        # an answer that got lost changes nothing
        place.export("office", other)
        for who in ("01", "02"):
            place.swap(who)
            place.swap(who)
        assert len(place.rows(place.groups[code], "finding")) == 1
        assert place.rows(place.groups[other], "finding") == []
        assert WORDS not in every_page(place.groups[other])
        assert place.together()
        assert place.faults("01") == place.faults("02") == place.faults("office") == []


def test_unsent_edits_of_the_former_group_still_arrive(place: Place) -> None:
    number = handed(place)
    one = place.groups["01"]
    one.do("add_photos", finding=number, images=[jpeg(8)], role="after")
    own = next(e for e in place.rows(one, "evidence") if e["role"] == "after")
    one.do("return_finding", finding=number, reason="东门仍上锁")
    give(place, number, "02")
    place.swap("02")
    down = place.export("office", "01")
    place.bring("01", down)
    assert place.rows(one, "finding") == []
    assert one.ws.blobs.has(own["sha256"]), "whoever added a photo keeps it until the office has it"
    housekeeping.sweep_photos(one)
    assert one.ws.blobs.has(own["sha256"])
    place.bring("office", place.export("01"))
    assert place.row(place.office, "finding", number=number)["status"] == "rectifying"
    assert place.office.ws.blobs.has(own["sha256"])
    assert said(place, "office") == [f"问题 {number} 移交以后，第一组此前办的内容才到"]
    assert said(place, "01") == []
    place.swap("02")
    assert place.row(place.groups["02"], "finding", number=number)["status"] == "rectifying"
    assert said(place, "02") == [f"问题 {number} 移交以后，原来的组此前办的内容才到"]
    (alarm,) = (a for a in place.groups["02"].read(alarms.rows) if a.code == "D-259")
    place.groups["02"].do("dismiss_alarm", alarm=alarm.id)
    place.swap("02")
    place.swap("02")
    assert said(place, "02") == [], "it is told once"
    assert place.agree("01")
    assert place.agree("02")


def test_late_work_that_was_dismissed_is_not_told_again_while_the_answer_waits(place: Place) -> None:
    number, two = handed(place), place.groups["02"]
    place.groups["01"].do("return_finding", finding=number, reason="东门仍上锁")
    give(place, number, "02")
    place.swap("02")
    place.bring("office", place.export("01"))
    place.bring("02", place.export("office", "02"))
    (alarm,) = (a for a in two.read(alarms.rows) if a.code == "D-259")
    two.do("dismiss_alarm", alarm=alarm.id)
    place.bring("02", place.export("office", "02"))
    place.swap("02")
    assert said(place, "02") == []


def test_a_backup_of_the_former_group_holds_its_unsent_photos(place: Place) -> None:
    number = handed(place)
    place.groups["01"].do("add_photos", finding=number, images=[jpeg(8)], role="after")
    own = next(e for e in place.rows(place.groups["01"], "evidence") if e["role"] == "after")
    give(place, number, "02")
    place.bring("01", place.export("office", "01"))
    backup = place.backup("01")
    with place.another_machine():
        place.restore("01", backup)
        for _ in range(2):
            place.swap("01")
        assert own["sha256"] in {e["sha256"] for e in place.rows(place.office, "evidence")}
        assert place.office.ws.blobs.has(own["sha256"])


def test_a_restored_former_group_is_told_again(place: Place) -> None:
    number = handed(place)
    backup = place.backup("01")
    give(place, number, "02")
    place.swap("01")
    place.swap("01")
    assert place.rows(place.groups["01"], "finding") == []
    one = place.restore("01", backup)
    assert len(place.rows(one, "finding")) == 1
    place.swap("01")
    place.swap("01")
    assert place.rows(one, "finding") == []
    assert WORDS not in every_page(one)
    assert place.agree("01")


def test_a_restored_office_learns_from_the_hand_back_whom_it_had_told(place: Place) -> None:
    backup = place.backup("office")
    number = handed(place)
    office = place.restore("office", backup)
    assert place.rows(office, "finding") == []
    place.bring("office", place.export("01"))
    place.bring("01", place.export("office", "01"))
    place.bring("office", place.export("01"))
    assert len(place.rows(office, "finding")) == 1
    give(place, number, "02")
    place.swap("01")
    place.swap("01")
    assert place.rows(place.groups["01"], "finding") == []
    assert WORDS not in every_page(place.groups["01"])


def test_an_office_restored_from_before_it_sent_names_what_it_gave(place: Place) -> None:
    """Assigned, backed up, then sent: the backup does not know that group 01 was given it."""
    place.swap("01")
    number = assigned(place, "01")
    backup = place.backup("office")
    place.bring("01", place.export("office", "01"))
    place.bring("office", place.export("01"))
    assert len(place.rows(place.groups["01"], "finding")) == 1
    with place.another_machine():
        place.restore("office", backup)
        give(place, number, "02")
        for _ in range(3):
            place.swap("01")
            place.swap("02")
        assert place.rows(place.groups["01"], "finding") == []
        assert WORDS not in every_page(place.groups["01"])
        assert place.together()


def test_an_office_copied_back_by_hand_names_what_its_lost_past_gave(place: Place) -> None:
    """Copied before it gave a finding to group 01; on the new machine it gives it to group 02, and works on."""
    place.swap("01")
    number = assigned(place, "02")
    kept = place.snapshot("office")
    give(place, number, "01")
    for code in ("01", "02"):
        place.bring(code, place.export("office", code))
    assert len(place.rows(place.groups["01"], "finding")) == 1
    with place.another_machine():
        again = place.copy_back("office", kept)
        for name in ("北关镇", "西关镇", "东关镇"):
            again.do("add_unit", name=name, unit_kind="town", side="territory")
        place.bring("office", place.export("01"))
        for _ in range(4):
            place.swap("01")
            place.swap("02")
        # its lost past came home: group 01 has it, and may be told to leave it
        assert place.rows(place.groups["02"], "finding") == []
        assert WORDS not in every_page(place.groups["02"])
        assert place.together()
        give(place, number, "02")
        for _ in range(2):
            place.swap("01")
            place.swap("02")
        assert place.rows(place.groups["01"], "finding") == []
        assert WORDS not in every_page(place.groups["01"])
        assert place.together()


def test_a_stale_bundle_removes_nothing_and_brings_nothing_back(place: Place) -> None:
    number = handed(place)
    give(place, number, "02")
    gone = place.export("office", "01")
    give(place, number, "01")
    back = place.export("office", "01")
    place.bring("01", back)
    assert len(place.rows(place.groups["01"], "finding")) == 1
    place.bring("01", gone)
    assert len(place.rows(place.groups["01"], "finding")) == 1
    assert place.agree("01")


def test_a_kill_before_the_cleaning_leaves_it_due(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    number = handed(place)
    give(place, number, "02")
    with monkeypatch.context() as patch:
        patch.setattr(scrub, "scrub", lambda _ws: False)
        place.bring("01", place.export("office", "01"))
    one = place.groups["01"]
    assert WORDS in every_page(one)
    housekeeping.sweep_photos(one)
    assert WORDS not in every_page(one)
    assert not scrub.scrub(one.ws)


def test_more_leaves_than_one_head_holds(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "MOST_NAMED", 5)
    numbers = [handed(place) for _ in range(3)]
    for number in numbers:
        give(place, number, "02")
    place.export("office", "01")  # lost: what stood in it is named again
    for _ in range(6):
        place.swap("01")
    assert place.rows(place.groups["01"], "finding") == []
    assert WORDS not in every_page(place.groups["01"])
    assert place.agree("01")


def test_a_head_with_every_list_full_can_be_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each list holds as much as the format allows, all of them more than a head: what leaves stays to be named."""
    number, one = handed(place), place.groups["01"]
    hashes = [n.to_bytes(32, "big") for n in range(1, 10_001)]
    peer = one.ws.profile.actor.replica.to_bytes(8, "big")
    give(place, number, "02")
    with place.office.ws.writing() as conn:
        conn.execute(t.given.insert(), [{"peer": peer, "record": h[16:], "left_at": None} for h in hashes])
    with monkeypatch.context() as patch:
        patch.setattr(photos, "want_list", lambda *_: hashes)
        patch.setattr(durable, "to_tell", lambda *args: hashes[: args[-1]])
        patch.setattr(late, "to_name", lambda *args: ([h[16:] for h in hashes[: args[-1]]], []))
        file = place.export("office", "01")
    head = head_of(place, "01", file)
    assert len(pack(head)) <= MAX_HEAD
    assert len(head.want) == len(hashes)
    assert min(len(head.durable), len(head.left), len(head.late)) > len(hashes) * 4 // 5
    for _ in range(4):
        place.swap("01")
    assert place.rows(one, "finding") == []


def test_more_came_late_than_one_head_holds(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "MOST_NAMED", 1)
    numbers = [handed(place) for _ in range(3)]
    for number in numbers:
        place.groups["01"].do("return_finding", finding=number, reason="东门仍上锁")
        give(place, number, "02")
    place.bring("office", place.export("01"))
    for _ in range(4):
        place.swap("02")
    assert len(said(place, "02")) == 3


def test_a_former_group_gets_no_photo_by_its_hash(place: Place) -> None:
    """Asking for the original of a photo that left one's scope is no right to it."""
    number = handed(place)
    one = place.groups["01"]
    one.do("want_photos", finding=number)
    give(place, number, "02")
    place.bring("office", place.export("01"))
    file = place.export("office", "01")
    original = secrets(place, number)[4]
    assert original not in plain(place, "01", file)
    place.bring("01", file)
    assert not one.ws.blobs.has(original)


def test_a_covert_plan_is_only_ever_with_its_group_and_the_office(place: Place) -> None:
    one = place.groups["01"]
    one.do("start_visit", visit_kind="unannounced", place=f"{CANARY}暗访")
    one.do("add_unit", name=f"{CANARY}商行")
    place.bring("office", place.export("01"))
    assert WORDS in every_page(place.office)
    for _ in range(2):
        file = place.export("office", "02")
        assert WORDS not in plain(place, "02", file)
        assert WORDS not in Path(file).read_bytes()
        place.bring("02", file)
        place.bring("office", place.export("02"))
    assert WORDS not in every_page(place.groups["02"])
    assert WORDS in every_page(one)


def test_an_office_upgraded_from_0_1_0_remembers_what_it_may_have_given(place: Place) -> None:
    """That version kept no list; what was in scope when it was upgraded is named when it leaves."""
    number = handed(place)
    with place.office.ws.writing() as conn:
        noted = {(bytes(r.peer), bytes(r.record)) for r in conn.execute(select(t.given))}
        conn.execute(t.given.delete())
        leaving.note_given_before(conn)
        found = {(bytes(r.peer), bytes(r.record)) for r in conn.execute(select(t.given))}
    assert noted
    assert found >= noted
    give(place, number, "02")
    place.bring("01", place.export("office", "01"))
    assert place.rows(place.groups["01"], "finding") == []
    assert WORDS not in every_page(place.groups["01"])
