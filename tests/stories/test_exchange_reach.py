"""Who learns of which photo, what goes with what is removed, and what is kept: found by reading with fresh eyes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dubu_desktop.actions import housekeeping, upkeep
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import alarms
from dubu_desktop.db import local, scope, scrub
from dubu_desktop.db import tables as t
from dubu_desktop.domain.records import EVIDENCE
from dubu_desktop.errors import DubuError
from tests.stories.exchange import Place, ended, hostile
from tests.stories.pages import every_page
from tests.stories.test_clerk import clerk, down
from tests.stories.test_exchange_leaving import CANARY, give, handed
from tests.stories.test_exchange_purge import known
from tests.stories.test_final_texts import final_of, finished, holds
from tests.stories.test_photos_exchanged import ledger
from tests.stories.test_volumes import export, head_of, with_photos
from tests.world import jpeg

__all__ = ["clerk"]


def assigned(place: Place, where: str, photo: int) -> str:
    """A finding of the office with a photo, to be verified by group 01; its number."""
    number = place.finding(place.office, place=where)
    place.office.do("add_photos", finding=number, images=[jpeg(photo)])
    place.office.do("finalise_finding", finding=number)
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number], verify_group="01")
    return number


# --- photos ------------------------------------------------------------------------------------------------------


def test_a_group_is_not_told_the_hashes_of_photos_missing_from_another(place: Place) -> None:
    with_photos(place, "02", 3)
    place.bring("office", export(place, "02")[0])
    missing = {e[k] for e in place.rows(place.office, "evidence") for k in ("sha256", "preview")}
    assert not missing & set(head_of(place, "01", place.export("office", "01")).want)
    assert missing & set(head_of(place, "02", place.export("office", "02")).want)


def test_evidence_of_ones_own_that_names_a_foreign_photo_is_no_right_to_it(place: Place) -> None:
    """A changed program that learnt a hash, while the record was in its scope, names it under its own finding."""
    number, one = handed(place), place.groups["01"]
    photo = place.row(one, "evidence")["sha256"]
    mine = place.finding(one, place="城关街道15号")
    one.do("add_photos", finding=mine, images=[jpeg(7)])
    give(place, number, "02")
    place.swap("01")
    place.swap("01")
    (row,) = place.rows(one, "evidence")
    values = {field.name: row[field.name] for field in EVIDENCE.fields if row.get(field.name) is not None}
    hostile(one, lambda desk: desk.create("evidence", values | {"sha256": photo}))
    named = next(e for e in place.rows(one, "evidence") if e["sha256"] == photo)
    with one.ws.writing() as conn:
        scope.want_original(conn, named["uuid"], photo)
    place.swap("01")
    place.swap("01")
    assert not one.ws.blobs.has(photo)


@pytest.mark.parametrize("leaves", [False, True])
def test_a_photo_of_two_records_is_still_asked_for_when_one_of_them_leaves(place: Place, leaves: bool) -> None:
    first, one = handed(place), place.groups["01"]
    second = assigned(place, "城关街道11号", 3)
    place.swap("01")
    (photo,) = {e["sha256"] for e in place.rows(one, "evidence")}
    for number in (first, second):
        one.do("want_photos", finding=number)
    if leaves:
        give(place, first, "02")
        place.bring("01", place.export("office", "01"))
    place.swap("01")
    place.swap("01")
    assert one.ws.blobs.has(photo)


def test_what_is_due_no_more_is_told_in_the_receipt(place: Place) -> None:
    number = with_photos(place, "01", 3)
    names = export(place, "01")
    place.bring("office", names[0])
    place.office.do("purge", kind="finding", record=number, reason="误录")
    place.bring("01", place.export("office", "01"))
    (row,) = [r for r in ledger(place, "office", "in") if r.body.get("parts") == len(names)]
    told: list[Any] = [r.body.get("received") or {} for r in ledger(place, "01", "out")]
    assert row.body["photos_of"] in [one.get("photos_of") for one in told]


# --- what goes and what stays ------------------------------------------------------------------------------------


def test_a_late_photo_of_what_was_removed_for_good_does_not_stay(place: Place) -> None:
    number, one = known(place), place.groups["01"]
    one.do("add_photos", finding=number, images=[jpeg(8)], role="after")
    own = next(e for e in place.rows(one, "evidence") if e["role"] == "after")
    late = place.export("01")
    place.office.do("purge", kind="finding", record=number, reason="误录")
    place.bring("office", late)
    housekeeping.sweep_photos(place.office)
    assert not place.office.ws.blobs.has(own["sha256"])


def test_late_work_of_the_second_computer_of_the_office_is_told(place: Place, clerk: House) -> None:
    number = place.finding(place.office, place="城关街道41号")
    down(place)
    clerk.do("add_note", kind="finding", record=number, text="看过")
    late = place.export("clerk")
    place.office.do("purge", kind="finding", record=number, reason="误录")
    place.bring("office", late)
    assert [alarm.code for alarm in place.office.read(alarms.rows)] == ["D-262"]


def test_a_unit_whose_adoption_was_taken_back_leaves_the_other_groups(place: Place) -> None:
    two = place.groups["02"]
    place.groups["01"].do("add_unit", name=CANARY)
    place.swap("01")
    place.office.do("adopt_unit", unit=CANARY)
    place.swap("02")
    assert place.rows(two, "unit", name=CANARY)
    place.office.do("undo")
    place.swap("02")
    place.swap("02")
    assert place.rows(two, "unit", name=CANARY) == []
    assert place.agree("02")


def test_a_note_on_a_unit_whose_adoption_was_taken_back_leaves_the_tables(place: Place) -> None:
    place.groups["01"].do("add_unit", name=CANARY)
    place.swap("01")
    place.office.do("adopt_unit", unit=CANARY)
    place.swap("02")
    place.groups["02"].do("add_note", kind="unit", record=CANARY, text="名称有误")
    place.bring("office", place.export("02"))
    assert [row["text"] for row in place.rows(place.office, "note")] == ["名称有误"]
    place.office.do("undo")
    assert (place.rows(place.office, "note"), place.inert("office")) == ([], ["no_authority"])
    assert place.faults("office") == []
    for code in ("02", "02", "01"):
        place.swap(code)
    assert place.together()
    place.office.do("adopt_unit", unit=CANARY)
    assert [row["text"] for row in place.rows(place.office, "note")] == ["名称有误"]
    assert place.faults("office") == []
    for code in ("02", "02", "01"):
        place.swap(code)
    assert place.together()


def test_no_id_of_a_photo_that_was_waited_for_stays_when_its_record_leaves(place: Place) -> None:
    number = handed(place)
    place.office.do("add_photos", finding=number, images=[jpeg(9)], caption="第二张")
    photo = place.rows(place.office, "evidence")[-1]
    place.office.ws.blobs.remove(photo["preview"])
    place.bring("01", place.export("office", "01"))
    give(place, number, "02")
    place.bring("01", place.export("office", "01"))
    pages = every_page(place.groups["01"])
    assert [name for name in ("uuid", "preview", "sha256") if photo[name] in pages] == []


def test_the_cleaning_stays_due_while_a_reader_keeps_the_log(place: Place) -> None:
    number, one = handed(place), place.groups["01"]
    ended(upkeep.index(one))
    give(place, number, "02")
    with one.ws.reading() as conn:
        conn.execute(select(t.record)).first()
        place.bring("01", place.export("office", "01"))
        with one.ws.reading() as other:
            assert other.execute(select(t.setting.c.value).where(t.setting.c.key == "scrub")).scalar() is not None
    housekeeping.clean(one)
    assert CANARY.encode() not in every_page(one)


def test_a_cleaning_that_fails_takes_no_report_with_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    number, one = handed(place), place.groups["01"]
    give(place, number, "02")
    file = place.export("office", "01")

    def full(_ws: Any) -> bool:
        raise DubuError("D-601", path="工作区")

    with monkeypatch.context() as patch:
        patch.setattr(scrub, "scrub", full)
        (report,) = place.bring("01", file)
    assert report["left"]
    assert housekeeping.clean(one)


def test_a_final_text_that_was_replaced_can_be_brought_back(place: Place, tmp_path: Path) -> None:
    document, raw = finished(place, tmp_path)
    first, other = final_of(place, "office", document), tmp_path / "又一份.docx"
    other.write_bytes(raw)
    with zipfile.ZipFile(other, "a") as archive:
        archive.writestr("docProps/extra.txt", "x")
    place.office.do("attach_final", document=document, file=str(other))
    assert final_of(place, "office", document) != first
    housekeeping.sweep_photos(place.office)
    place.office.do("undo")
    assert final_of(place, "office", document) == first
    assert holds(place, "office", first)


def test_an_alarm_about_another_number_stays(place: Place) -> None:
    """Beyond 9,999 a number begins with another one."""
    number, one = handed(place), place.groups["01"]
    said = DubuError("D-259", kind="问题", number=f"{number}0", who="原来的组").what
    with one.ws.writing() as conn:
        local.raise_alarm(conn, "D-259", said, place.clock.now_ms())
    give(place, number, "02")
    place.bring("01", place.export("office", "01"))
    assert [alarm.text for alarm in one.read(alarms.rows)] == [said]
