"""Old backups, copies by hand, clones: nothing is lost, nothing is done twice (sync.md P10).

Each scenario is a function, so that a program without the rule it is about can be shown to fail it.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions.exchange import pasts
from dubu_desktop.actions.house import House
from dubu_desktop.db import journal, links, scope
from dubu_desktop.db.links import Link
from dubu_desktop.domain import merge
from dubu_desktop.domain.ops import Actor, join
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.segments import parse_segment
from dubu_desktop.system.randomness import Randomness
from dubu_desktop.wire.bodies import raws_in
from tests.stories.exchange import Place, finding_state, fork_held, ops_held
from tests.stories.test_exchange_leaving import give, handed
from tests.world import jpeg

MARKET, SCHOOL, CLINIC = "城关街道东关菜市场", "城关街道文化路小学", "城关街道卫生服务站"


def restored_spoke_finding_arrives(place: Place) -> None:
    """A group's laptop burns after exporting; the backup is older; what it finds next arrives, no dot is used twice."""
    backup = place.backup("01")
    lost = place.finding(place.groups["01"], place=MARKET)
    place.bring("office", place.export("01"))
    restored = place.restore("01", backup)
    fresh = place.finding(restored, place=SCHOOL)
    reports = place.bring("office", place.export("01"))
    assert [r["status"] for r in reports] == ["new"]
    places = sorted(r["place"] for r in place.rows(place.office, "finding"))
    assert places == sorted([MARKET, SCHOOL])
    assert place.alarms("office") == ["D-258"]  # both numbered their finding alike, and no fork
    assert lost == fresh  # a number is a label: the restored laptop counts anew, the double is not an error


def restored_spoke_gets_its_records_back(place: Place) -> None:
    """What the office had acknowledged comes back to the restored laptop, photos' previews included."""
    backup = place.backup("01")
    one = place.groups["01"]
    number = place.finding(one, place=MARKET)
    one.do("add_photos", finding=number, images=[jpeg(3)])
    place.swap("01")
    place.swap("01")
    place.bring("office", place.export("01"))  # the office now knows that the group has applied all of it
    restored = place.restore("01", backup)
    assert place.rows(restored, "finding") == []
    place.office.do("edit_unit", unit="城关街道", values={"short_name": "城关"})
    former = place.export("office", "01")
    (report,) = place.bring("01", former)  # made for the former life: nothing is taken of it
    assert (report["status"], report["new"], report["untaken"][:5]) == ("new", 0, "D-264")
    place.bring("office", place.export("01"))
    assert not told_received(place, former)
    (report,) = place.bring("01", place.export("office", "01"))
    assert report["untaken"] == ""
    (row,) = place.rows(restored, "finding")
    assert row["place"] == MARKET
    (photo,) = place.rows(restored, "evidence")
    assert restored.ws.blobs.has(photo["preview"])
    restored.do("edit_finding", finding=number, values={"place": SCHOOL})
    place.swap("01")
    assert place.value("office", number) == SCHOOL
    assert place.agree("01")


def told_received(place: Place, file: str) -> bool:
    """Whether the office was told that a bundle of its was taken in."""
    with place.office.ws.reading() as conn:
        row = links.find_bundle(conn, hashlib.sha256(Path(file).read_bytes()).digest())
    assert row is not None
    return "received" in row.body


def a_bundle_from_before_the_office_was_restored(place: Place) -> None:
    """Read after the office's first new one: nothing is taken of it, it says so, and the next one has it all."""
    handed(place)
    backup = place.backup("office")
    number = place.finding(place.office, place=CLINIC)
    place.office.do("finalise_finding", finding=number)
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number], verify_group="01")
    old = place.export("office", "01")
    place.restore("office", backup)
    place.bring("01", place.export("office", "01"))
    (report,) = place.bring("01", old)
    assert (report["status"], report["new"], report["untaken"][:5]) == ("new", 0, "D-265")
    assert number not in {row["number"] for row in place.rows(place.groups["01"], "finding")}
    place.swap("01")
    assert place.agree("01")


def restored_twice_on_two_machines(place: Place) -> None:
    """Two lives of one number: the second hears of the first with the office's bundle, and takes in what that says."""
    lives = iter((1, 2**32 - 1, 7))
    place.patch.setattr(Randomness, "u32", lambda _self: next(lives))
    number = place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    backup = place.backup("01")
    for name, found in (("first", SCHOOL), ("second", CLINIC)):
        with place.another_machine(name):
            restored = place.restore("01", backup)
        place.finding(restored, place=found)
        place.bring("office", place.export("01"))
    edit = {"finding": number, "values": {"place": "城关街道汽车站"}, "reason": "更正"}
    place.office.do("edit_finding", **edit)
    with place.another_machine("second"):
        place.bring("01", place.export("office", "01"))
        assert restored.ws.profile.actor.counter == 3  # above both
        assert {r["place"] for r in place.rows(restored, "finding")} == {"城关街道汽车站", SCHOOL, CLINIC}
        place.finding(restored, place="城关街道敬老院")
        place.swap("01")
        place.swap("01")
    assert place.agree("01")
    assert len(place.rows(place.office, "finding")) == 4
    assert set(place.alarms("office")) <= {"D-258"}  # doubles of numbers, and no fork


def unsent_work_in_a_backup_arrives(place: Place) -> None:
    """Written before the backup, never exported: the restored laptop still sends it."""
    number = place.finding(place.groups["01"], place=MARKET)
    backup = place.backup("01")
    place.restore("01", backup)
    place.bring("office", place.export("01"))
    assert place.value("office", number) == MARKET
    place.swap("01")
    assert place.agree("01")
    assert place.alarms("office") == []


def work_exported_after_the_backup_is_no_fork(place: Place) -> None:
    """The backup holds unsent work that the burnt laptop sent later, sealed with more: the same ops are no alarm."""
    place.finding(place.groups["01"], place=MARKET)
    backup = place.backup("01")
    place.finding(place.groups["01"], place=SCHOOL)
    late = place.export("01")
    place.restore("01", backup)
    place.finding(place.groups["01"], place=CLINIC)
    place.bring("office", place.export("01"))
    place.bring("office", late)
    assert place.alarms("office") == ["D-258"]  # both numbered their finding alike, and no fork
    assert sorted(r["place"] for r in place.rows(place.office, "finding")) == sorted([MARKET, SCHOOL, CLINIC])
    assert place.faults("office") == []
    place.swap("01")
    place.swap("01")
    assert place.agree("01")
    assert place.faults("office") == place.faults("01") == []


def restored_hub_gets_back_what_it_acknowledged(place: Place) -> None:
    """The office burns after importing; a group that thinks all is acknowledged sends it again."""
    backup = place.backup("office")
    number = place.finding(place.groups["01"], place=MARKET)
    place.groups["01"].do("add_photos", finding=number, images=[jpeg(4)])
    for _ in range(3):
        place.swap("01")
    before = place.digest("office")
    place.restore("office", backup)
    assert place.rows(place.office, "finding") == []
    place.swap("01")  # the office answers with its new incarnation: the link starts over
    place.bring("office", place.export("01"))
    assert place.value("office", number) == MARKET
    (photo,) = place.rows(place.office, "evidence")
    assert place.digest("office") == before
    place.swap("01")
    place.bring("office", place.export("01"))
    assert place.office.ws.blobs.has(photo["sha256"])
    assert place.together()


def restored_hub_gets_back_what_it_decided(place: Place) -> None:
    """Decisions the office had sent come home out of the group's hands; none of its dots is used twice."""
    one = place.groups["01"]
    number = place.finding(one, place=MARKET)
    place.swap("01")
    backup = place.backup("office")
    place.office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="按标准")
    one.do("edit_finding", finding=number, values={"severity": "ordinary"})
    place.bring("office", place.export("01"))
    record = place.row(place.office, "finding", number=number)["uuid"].hex()
    place.office.do("decide_conflict", record=record, field="severity", value="serious")
    one.do("finalise_finding", finding=number)
    place.bring("office", place.export("01"))
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number])
    place.office.do("urge", findings=[number], text="请抓紧")
    place.bring("01", place.export("office", "01"))
    assert place.agree("01")
    wanted = place.digest("office", "01")
    place.restore("office", backup)
    assert place.value("office", number, "severity") == "grave"
    for _ in range(3):
        place.swap("01")
    assert place.value("office", number, "severity") == "serious"
    assert place.row(place.office, "finding", number=number)["status"] == "rectifying"
    assert len(place.rows(place.office, "rectification")) == len(place.rows(place.office, "urge")) == 1
    assert place.conflicts("office") == 0
    assert place.digest("office", "01") == wanted
    assert place.together()


def restored_hub_hears_a_later_edit_first(place: Place) -> None:
    """A value written over one the restored office forgot arrives first: whole contexts show no false conflict."""
    one = place.groups["01"]
    number = place.finding(one, place=MARKET)
    place.swap("01")
    backup = place.backup("office")
    place.office.do("edit_finding", finding=number, values={"place": SCHOOL}, reason="更正")
    place.bring("01", place.export("office", "01"))
    one.do("edit_finding", finding=number, values={"place": CLINIC})
    place.restore("office", backup)
    place.bring("office", place.export("01"))
    assert place.value("office", number) == CLINIC
    assert place.conflicts("office") == 0
    assert place.faults("office") == []
    for _ in range(2):
        place.swap("01")
    place.bring("office", place.export("01"))
    assert place.value("office", number) == CLINIC
    assert place.conflicts("office") == 0
    assert place.together()


def restored_hub_names_nothing_as_barred_that_only_waits(place: Place) -> None:
    """A restored office lacks the step an edit rests on: the edit waits there, and is whole again on both sides."""
    one = place.groups["01"]
    number = place.finding(one, place=MARKET)
    backup = place.backup("office")
    one.do("finalise_finding", finding=number)
    for _ in range(2):
        place.swap("01")
    place.restore("office", backup)
    one.do("edit_finding", finding=number, values={"place": CLINIC})
    place.bring("office", place.export("01"))
    assert place.inert("office") == ["missing"]
    for _ in range(3):
        place.swap("01")
    assert place.inert("office") == place.inert("01") == []
    assert place.value("01", number) == place.value("office", number) == CLINIC
    assert place.agree("01")


def restored_hub_hands_a_record_on_before_it_is_told(place: Place) -> None:
    """It forgot a decision that one group knows, and gives the record to another: the first hands it back, then removes
    the record.
    """
    number = handed(place)
    place.swap("01")
    backup = place.backup("office")
    place.office.do("extend_rectification", findings=[number], due_on="2026-07-31", reason="汛期")
    place.bring("01", place.export("office", "01"))
    place.restore("office", backup)
    give(place, number, "02")
    place.swap("01")
    assert len(place.rows(place.groups["01"], "rectification")) == 1  # once more, until it has answered this office
    place.swap("01")
    (row,) = place.rows(place.office, "rectification")
    assert row["due_on"] == "2026-07-31"
    assert row["verify_group"] == place.group_id("02")
    assert place.rows(place.groups["01"], "rectification") == place.rows(place.groups["01"], "finding") == []
    place.swap("02")
    assert place.together()


def restored_hub_hands_a_record_on_and_had_forgotten_nothing(place: Place) -> None:
    """Nothing comes home and nothing else changes: what left is named all the same, once the group has answered."""
    number = handed(place)
    place.swap("01")
    place.restore("office", place.backup("office"))
    give(place, number, "02")
    for _ in range(2):
        place.swap("01")
    assert place.rows(place.groups["01"], "rectification") == place.rows(place.groups["01"], "finding") == []
    place.swap("02")
    assert place.together()


def restored_hub_from_before_a_group_was_enrolled(place: Place) -> None:
    """The backup does not know the group yet: the group shows the office its own signature, and all comes back."""
    backup = place.backup("office")
    place.enrol("03")
    place.swap("03")
    number = place.finding(place.groups["03"], place=MARKET)
    place.swap("03")
    assert place.agree("03")
    place.restore("office", backup)
    (report,) = place.bring("office", place.export("03"))
    assert report["status"] == "new", report
    place.swap("03")
    place.swap("03")
    assert place.value("office", number) == MARKET
    assert place.agree("03")


def stale_down_bundle_changes_nothing(place: Place) -> None:
    """An old stick read after a newer one: nothing of its bases, acknowledgements, roster is taken."""
    number = place.assigned("01")
    old = place.export("office", "01")
    place.office.do("extend_rectification", findings=[number], due_on="2026-07-31", reason="汛期")
    place.office.do("edit_unit", unit="城关街道", values={"short_name": "城关"})
    place.bring("01", place.export("office", "01"))
    place.groups["01"].do("add_unit", name="新华书店")
    before, ops = place.digest("01"), ops_held(place.groups["01"])
    with place.groups["01"].ws.reading() as conn:
        link = next(iter(links.every(conn).values()))
    (report,) = place.bring("01", old)
    assert (report["new"], report["changed"]) == (0, 0)
    assert place.digest("01") == before
    assert ops_held(place.groups["01"]) == ops
    with place.groups["01"].ws.reading() as conn:
        after = next(iter(links.every(conn).values()))
    kept = ("have", "base_in", "serial_in", "mine", "theirs", "lineage")
    assert [getattr(after, k) for k in kept] == [getattr(link, k) for k in kept]
    place.swap("01")
    assert place.agree("01")


def copied_back_folder_noticed_by_its_mark(place: Place) -> None:
    """The folder of yesterday put in place of today's on the same machine: the mark outside it knows better."""
    kept = place.snapshot("01")
    first = place.groups["01"].ws.profile.actor
    place.finding(place.groups["01"], place=MARKET)
    place.bring("office", place.export("01"))
    again = place.copy_back("01", kept)
    assert again.ws.profile.actor.counter > first.counter
    place.finding(again, place=SCHOOL)
    place.swap("01")
    place.swap("01")
    assert sorted(r["place"] for r in place.rows(place.office, "finding")) == sorted([MARKET, SCHOOL])
    assert place.agree("01")
    assert place.alarms("office") == ["D-258"]  # both numbered their finding alike, and no fork


def copied_back_folder_noticed_by_the_office(place: Place) -> None:
    """The same on another machine, where no mark is: the office's `have` is beyond what this copy owns."""
    kept = place.snapshot("01")
    first = place.groups["01"].ws.profile.actor
    place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    with place.another_machine():
        again = place.copy_back("01", kept)
        assert again.ws.profile.actor == first  # nothing here can tell yet
        place.bring("01", place.export("office", "01"))
        assert again.ws.profile.actor.counter > first.counter
        place.finding(again, place=SCHOOL)
        place.swap("01")
        place.swap("01")
    assert sorted(r["place"] for r in place.rows(place.office, "finding")) == sorted([MARKET, SCHOOL])
    assert place.agree("01")
    assert place.alarms("office") == ["D-258"]  # both numbered their finding alike, and no fork


def copied_back_office_noticed_by_its_mark(place: Place) -> None:
    """The office's own folder of yesterday: a new incarnation before it writes a word."""
    kept = place.snapshot("office")
    first = place.office.ws.profile.actor
    place.office.do("add_unit", name="南关镇", unit_kind="town", side="territory")
    place.swap("01")
    again = place.copy_back("office", kept)
    assert again.ws.profile.actor.counter > first.counter
    again.do("add_unit", name="北关镇", unit_kind="town", side="territory")
    for _ in range(3):
        place.swap("01")
    for who in ("office", "01"):
        assert {"南关镇", "北关镇"} <= {r["name"] for r in place.rows(place.side(who), "unit")}
    assert place.agree("01")


def copied_back_office_noticed_by_a_group(place: Place) -> None:
    """The same on another machine: a group that applied more than this office remembers sending says so."""
    kept = place.snapshot("office")
    first = place.office.ws.profile.actor
    place.office.do("add_unit", name="南关镇", unit_kind="town", side="territory")
    place.swap("01")
    with place.another_machine():
        again = place.copy_back("office", kept)
        assert again.ws.profile.actor == first
        place.bring("office", place.export("01"))
        assert again.ws.profile.actor.counter > first.counter
        again.do("add_unit", name="北关镇", unit_kind="town", side="territory")
        for _ in range(3):
            place.swap("01")
    for who in ("office", "01"):
        assert {"南关镇", "北关镇"} <= {r["name"] for r in place.rows(place.side(who), "unit")}
    assert place.agree("01")


def _told_and_copied(place: Place, *units: str) -> tuple[str, Path, Actor]:
    """The office's folder copied, then units and an edit told to group 01: (finding, the copy, the office then)."""
    place.swap("01")
    number = place.assigned("01")
    place.swap("01")
    kept = place.snapshot("office")
    first = place.office.ws.profile.actor
    for name in units:
        place.office.do("add_unit", name=name, unit_kind="town", side="territory")
    place.office.do("edit_finding", finding=number, values={"place": SCHOOL}, reason="更正")
    place.bring("01", place.export("office", "01"))
    return number, kept, first


def copied_back_office_that_worked_on_before_anybody_noticed(place: Place) -> None:
    """It has counted beyond what its lost past had sent: that the group answers bundles it never made tells."""
    number, kept, first = _told_and_copied(place, "南关镇")
    with place.another_machine():
        again = place.copy_back("office", kept)
        for name in ("北关镇", "西关镇", "东关镇"):
            again.do("add_unit", name=name, unit_kind="town", side="territory")
        assert again.ws.profile.actor == first
        for _ in range(4):
            place.swap("01")
        assert again.ws.profile.actor.counter == first.counter + 1
    assert place.alarms("office") == ["D-257"]
    for who in ("office", "01"):
        assert {"南关镇", "北关镇", "西关镇", "东关镇"} <= {r["name"] for r in place.rows(place.side(who), "unit")}
        assert place.value(who, number) == SCHOOL
    assert place.agree("01")
    assert place.faults("office") == []


def copied_back_office_that_sends_before_it_hears(place: Place) -> None:
    """Its next bundle bears a number the group has had, or a higher one: nothing the group was told is lost by it."""
    number, kept, first = _told_and_copied(place)
    with place.another_machine():
        again = place.copy_back("office", kept)
        for name in ("北关镇", "西关镇", "东关镇"):
            again.do("add_unit", name=name, unit_kind="town", side="territory")
            place.bring("01", place.export("office", "01"))
        assert place.value("01", number) == SCHOOL
        for _ in range(4):
            place.swap("01")
        assert again.ws.profile.actor.counter == first.counter + 1
    assert {place.value(who, number) for who in ("office", "01")} == {SCHOOL}
    assert place.agree("01")


def restored_office_hears_of_bundles_after_its_backup(place: Place) -> None:
    """Its new life began with the restore: what the groups still answer from before does not begin another one."""
    place.swap("01")
    backup = place.backup("office")
    place.office.do("add_unit", name="南关镇", unit_kind="town", side="territory")
    place.bring("01", place.export("office", "01"))
    again = place.restore("office", backup)
    life = again.ws.profile.actor
    place.bring("01", place.export("office", "01"))
    first, second = place.export("01"), place.export("01")
    place.bring("office", first)
    place.bring("office", second)
    for _ in range(3):
        place.swap("01")
    assert again.ws.profile.actor == life
    assert place.alarms("office") == []
    assert place.agree("01")


def _works_on(place: Place, kept: Path, units: int) -> House:
    """The office's old copy in place of the present one; so many units more."""
    again = place.copy_back("office", kept)
    for n in range(units):
        again.do("add_unit", name=f"北关镇{n}", unit_kind="town", side="territory")
    return again


def _both_pasts_write_of_one_finding(place: Place, units: int) -> None:
    place.swap("01")
    number = place.assigned("01")
    place.swap("01")
    place.swap("01")
    kept = place.snapshot("office")
    place.office.do("edit_finding", finding=number, values={"place": SCHOOL}, reason="更正")
    place.bring("01", place.export("office", "01"))
    facts = f"{MARKET}通道堆放杂物，东门上锁，现场无人值守"
    with place.another_machine():
        again = _works_on(place, kept, units)
        again.do("edit_finding", finding=number, values={"facts": facts}, reason="更正")
        place.bring("01", place.export("office", "01"))
        assert place.value("01", number) == SCHOOL  # not home yet, and not out of the group's sight
        assert place.value("01", number, "facts") == facts
        for _ in range(4):
            place.swap("01")
    for who in ("office", "01"):
        assert (place.value(who, number), place.value(who, number, "facts")) == (SCHOOL, facts)
    assert place.agree("01")
    assert place.faults("office") == []


def copied_back_office_whose_pasts_write_of_one_finding_first(place: Place) -> None:
    """Both blocks begin at one position and tell of that record alone: neither takes the place of the other."""
    _both_pasts_write_of_one_finding(place, 0)


def copied_back_office_that_tells_of_a_finding_its_lost_past_told_of(place: Place) -> None:
    _both_pasts_write_of_one_finding(place, 3)


def copied_back_office_that_worked_on_where_no_mark_was(place: Place) -> None:
    """Its mark tells where it was used first; by then it has counted beyond what its lost past had sent."""
    place.swap("01")
    number = place.assigned("01")
    place.swap("01")
    kept = place.snapshot("office")
    place.office.do("edit_finding", finding=number, values={"place": SCHOOL}, reason="更正")
    place.bring("01", place.export("office", "01"))
    with place.another_machine():
        path = _works_on(place, kept, 8).ws.folder.path
        place.office.close()
    again = place.put("office", place.open("office", path))
    assert again.ws.profile.actor.counter == 2
    for _ in range(3):
        place.swap("01")
    assert {place.value(who, number) for who in ("office", "01")} == {SCHOOL}
    assert place.agree("01")


def copied_back_office_whose_later_life_one_group_knows(place: Place) -> None:
    """It hears of that life from group 01; what its own life had told group 02 after the copy comes home as well."""
    for code in ("01", "02"):
        place.swap(code)
    kept, backup = place.snapshot("office"), place.backup("office")
    place.office.do("add_unit", name="南关镇", unit_kind="town", side="territory")
    place.bring("02", place.export("office", "02"))
    place.restore("office", backup)
    place.bring("01", place.export("office", "01"))
    with place.another_machine():
        _works_on(place, kept, 8)
        for _ in range(4):
            for code in ("01", "02"):
                place.swap(code)
    assert place.office.ws.profile.actor.counter == 3
    for who in ("office", "01", "02"):
        assert {"南关镇", "北关镇0"} <= {r["name"] for r in place.rows(place.side(who), "unit")}
    assert place.together()


def copied_back_office_that_had_heard_nothing_in_its_life(place: Place) -> None:
    """Restored, copied, used: the first answer it hears is to what its other past sent in this same life."""
    place.swap("01")
    place.restore("office", place.backup("office"))
    kept = place.snapshot("office")
    place.office.do("add_unit", name="南关镇", unit_kind="town", side="territory")
    place.bring("01", place.export("office", "01"))
    with place.another_machine():
        _works_on(place, kept, 1)
        place.export("office", "01")  # bears the number and the position of the other; the stick is lost
        for _ in range(4):
            place.swap("01")
    assert place.alarms("office") == ["D-257"]
    for who in ("office", "01"):
        assert {"南关镇", "北关镇0"} <= {r["name"] for r in place.rows(place.side(who), "unit")}
    assert place.agree("01")


def restored_office_hears_of_more_bundles_than_a_head_holds(place: Place) -> None:
    """Those it does not know were made by its former life, whichever of the group's bundles tells of them."""
    place.patch.setattr(pasts, "MOST_TOLD", 5)
    place.swap("01")
    backup = place.backup("office")
    for n in range(5):
        place.office.do("add_unit", name=f"南关镇{n}", unit_kind="town", side="territory")
        place.bring("01", place.export("office", "01"))
    again = place.restore("office", backup)
    life = again.ws.profile.actor
    place.bring("01", place.export("office", "01"))
    for _ in range(4):
        place.swap("01")
    assert again.ws.profile.actor == life
    assert place.alarms("office") == []
    assert place.agree("01")


def clone_raises_the_alarm_and_loses_no_value(place: Place) -> None:
    """One workspace used on two machines: the alarm, and every value of both in what the office holds."""
    kept = place.snapshot("01")
    place.finding(place.groups["01"], place=MARKET)
    one = place.export("01")
    first = place.groups["01"]
    clone = place.root / "clone"
    shutil.copytree(kept, clone)
    with place.another_machine():
        second = place.open("01", clone)
        place.extra.append(second)
        place.put("01", second)
        place.finding(second, place=SCHOOL)
        other = place.export("01")
    place.put("01", first)
    place.bring("office", one)
    assert place.alarms("office") == []
    (report,) = place.bring("office", other)
    assert report["status"] == "new"
    # both numbered their finding alike: the numbers are doubles, and both findings are there
    assert sorted(place.alarms("office")) == ["D-256", "D-258"]
    (sealed,) = fork_held(place.office)
    theirs = ops_held(second) - ops_held(first)
    assert theirs
    segment = parse_segment(sealed, workspace=place.office.ws.profile.workspace)
    raws = raws_in(segment.body, segment.codec, segment.actor, segment.first_seq)
    assert {body for _, _, body in theirs} <= set(raws)
    assert sorted(r["place"] for r in place.rows(place.office, "finding")) == sorted([MARKET, SCHOOL])
    assert place.faults("office") == []
    place.bring("office", one, other)
    assert len(fork_held(place.office)) == 1
    place.swap("01")
    assert place.agree("01")


def copied_back_and_written_on_before_anybody_noticed(place: Place) -> None:
    """Work done on a copy that could not know: alarmed, and it counts at the office like what is done after it."""
    kept = place.snapshot("01")
    place.finding(place.groups["01"], place=MARKET)
    place.swap("01")
    with place.another_machine():
        again = place.copy_back("01", kept)
        place.finding(again, place=SCHOOL)
        mine = ops_held(again)
        place.swap("01")
        assert sorted(place.alarms("office")) == ["D-256", "D-258"]
        place.finding(again, place=CLINIC)
        place.swap("01")
        place.swap("01")
    assert {r["place"] for r in place.rows(place.office, "finding")} == {MARKET, SCHOOL, CLINIC}
    assert mine <= ops_held(again)
    assert len(fork_held(place.office)) == 1
    assert {MARKET, CLINIC} <= {r["place"] for r in place.rows(again, "finding")}


def copied_back_folder_that_had_only_listened(place: Place) -> None:
    """It wrote nothing, so no `have` shows it; what it once had applied it is told anew, and the office is alarmed."""
    listened_and_copied_back(place, MARKET, exchanges=4)


def copied_back_folder_that_had_only_listened_and_writes_now(place: Place) -> None:
    """The same, and it writes before anybody noticed."""
    place.finding(listened_and_copied_back(place, MARKET, exchanges=0), place=SCHOOL)
    for _ in range(4):
        place.swap("01")
    assert {r["place"] for r in place.rows(place.groups["01"], "finding")} == {MARKET, SCHOOL}
    assert place.agree("01")


def copied_back_folder_that_had_answered_more_often(place: Place) -> None:
    """It settles: no new life, one alarm, and whatever comes late of the other past changes nothing for good."""
    place.swap("01")
    kept = place.snapshot("01")
    given(place, MARKET)
    late = []
    for _ in range(4):
        late.append(place.export("01"))
        place.swap("01")
    again = place.copy_back("01", kept)
    life = again.ws.profile.actor
    for n in range(6):
        place.swap("01")
        if n < 4:
            place.bring("office", late[n])
    place.swap("01")
    place.swap("01")
    assert again.ws.profile.actor == life
    assert place.alarms("office") == ["D-256"]
    assert [r["place"] for r in place.rows(again, "finding")] == [MARKET]
    with place.office.ws.reading() as conn:
        link = links.load(conn, life.replica)
        assert link.acked == scope.change_no(conn)
    assert place.agree("01")


def given(place: Place, where: str) -> str:
    """A finding of the office for group 01 to verify, not yet told; its number."""
    number = place.finding(place.office, place=where)
    place.office.do("finalise_finding", finding=number)
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number], verify_group="01")
    return number


def listened_and_copied_back(place: Place, where: str, exchanges: int) -> House:
    """Group 01 applied a finding and said so, then its folder of before is put back."""
    place.swap("01")
    place.swap("01")
    kept = place.snapshot("01")
    given(place, where)
    place.swap("01")
    place.swap("01")
    assert len(place.rows(place.groups["01"], "finding")) == 1
    again = place.copy_back("01", kept)
    assert place.rows(again, "finding") == []
    for _ in range(exchanges):
        place.swap("01")
    if exchanges:
        assert [r["place"] for r in place.rows(again, "finding")] == [where]
        assert place.agree("01")
        assert place.alarms("office") == ["D-256"]
    return again


SCENARIOS: list[Callable[[Place], None]] = [
    restored_spoke_finding_arrives,
    restored_spoke_gets_its_records_back,
    restored_twice_on_two_machines,
    a_bundle_from_before_the_office_was_restored,
    unsent_work_in_a_backup_arrives,
    work_exported_after_the_backup_is_no_fork,
    restored_hub_gets_back_what_it_acknowledged,
    restored_hub_gets_back_what_it_decided,
    restored_hub_hears_a_later_edit_first,
    restored_hub_names_nothing_as_barred_that_only_waits,
    restored_hub_hands_a_record_on_before_it_is_told,
    restored_hub_hands_a_record_on_and_had_forgotten_nothing,
    restored_hub_from_before_a_group_was_enrolled,
    stale_down_bundle_changes_nothing,
    copied_back_folder_noticed_by_its_mark,
    copied_back_folder_noticed_by_the_office,
    copied_back_office_noticed_by_its_mark,
    copied_back_office_noticed_by_a_group,
    copied_back_office_that_worked_on_before_anybody_noticed,
    copied_back_office_that_sends_before_it_hears,
    restored_office_hears_of_bundles_after_its_backup,
    copied_back_office_whose_pasts_write_of_one_finding_first,
    copied_back_office_that_tells_of_a_finding_its_lost_past_told_of,
    copied_back_office_that_worked_on_where_no_mark_was,
    copied_back_office_whose_later_life_one_group_knows,
    copied_back_office_that_had_heard_nothing_in_its_life,
    restored_office_hears_of_more_bundles_than_a_head_holds,
    clone_raises_the_alarm_and_loses_no_value,
    copied_back_and_written_on_before_anybody_noticed,
    copied_back_folder_that_had_only_listened,
    copied_back_folder_that_had_only_listened_and_writes_now,
    copied_back_folder_that_had_answered_more_often,
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.__name__)
def test_restore(place: Place, scenario: Callable[[Place], None]) -> None:
    scenario(place)


# --- mutants: a program without the rule fails the scenario it is for --------------------------------------------


def no_hand_back(patch: pytest.MonkeyPatch) -> None:
    """The spoke keeps the office's former bases to itself."""
    patch.setattr(journal, "base_blocks", lambda *_a: [])


def no_link_restart(patch: pytest.MonkeyPatch) -> None:
    """Acknowledgements survive a new incarnation."""

    def begin(self: Link, mine: Any, theirs: Any) -> bool:
        self.mine, self.theirs = mine.to_bytes().hex(), theirs.to_bytes().hex()
        return False

    patch.setattr(Link, "begin", begin)


def heads_only(patch: pytest.MonkeyPatch) -> None:
    """An op names the heads it replaced, not their pasts."""
    patch.setattr(merge.Register, "ctx", property(lambda self: join([], [h.dot for h in self.heads])))
    from dubu_desktop.actions import desk

    patch.setattr(desk, "join", lambda _contexts, dots=(): join([], dots))


@pytest.mark.parametrize(
    ("mutant", "scenario"),
    [
        (no_hand_back, restored_hub_gets_back_what_it_decided),
        (no_link_restart, restored_hub_gets_back_what_it_acknowledged),
        (no_link_restart, restored_spoke_gets_its_records_back),
        (heads_only, restored_hub_hears_a_later_edit_first),
    ],
    ids=lambda f: f.__name__,
)
def test_a_program_without_the_rule_fails(
    place: Place, mutant: Callable[[pytest.MonkeyPatch], None], scenario: Callable[[Place], None]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        with pytest.raises((AssertionError, DubuError, ValueError)):
            scenario(place)


def test_whole_contexts_are_what_the_heads_only_mutant_lacks(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one, place=MARKET)
    place.swap("01")
    place.office.do("edit_finding", finding=number, values={"place": SCHOOL}, reason="更正")
    place.bring("01", place.export("office", "01"))
    one.do("edit_finding", finding=number, values={"place": CLINIC})
    state = finding_state(one, number)
    register = state.register(state.kind.by_name["place"].tag)
    (head,) = register.heads
    assert set(head.ctx) == {one.ws.profile.actor, place.office.ws.profile.actor}
