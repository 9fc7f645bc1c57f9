"""What the exchange notices: a rewritten past, an office folder put back from an old copy."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import pasts
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import alarms
from dubu_desktop.db import journal, local
from dubu_desktop.domain.records import FINDING
from dubu_desktop.errors import DubuError
from tests.world import PASSWORD, World


def test_a_base_that_rewrites_my_own_words_is_refused(world: World) -> None:
    group = world.groups["01"]
    number = world.finding(group)
    world.round()
    world.office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="按标准")
    world.take(group, world.down("01"))
    record = world.row(group, "finding", number=number)["uuid"]
    desk = Desk(group.ws, group.person, "test", "试验")
    with desk.writing():
        facts = journal.base_of(desk.conn, record)
        assert facts is not None
        pasts.refuse_rewritten(desk, facts, set())
        place = FINDING.by_name["place"].tag
        (made,) = facts.creates
        forged = replace(facts, creates=(made._replace(values={**made.values, place: "另一处"}),))
        with pytest.raises(DubuError, match="D-252"):
            pasts.refuse_rewritten(desk, forged, set())
        pasts.refuse_rewritten(desk, forged, {made.dot.actor})  # another machine's life of that name


def test_an_office_folder_put_back_by_hand_is_noticed_by_what_a_group_applied(world: World) -> None:
    world.office.close()
    shutil.copytree(world.root / "office", world.root / "old")
    world.office = House.open_(world.root / "office", PASSWORD, world.clock)
    world.office.be("王主任")
    number = world.finding(world.office)
    world.office.do("finalise_finding", finding=number)
    world.office.do("confirm_finding", findings=[number])
    world.office.do("assign_rectification", findings=[number], verify_group="01")
    world.take(world.groups["01"], world.down("01"))
    files = world.up("01")
    world.office.close()
    shutil.rmtree(world.root.parent / "state")  # the mark beside the workspace is gone too: another machine
    world.office = House.open_(world.root / "old", PASSWORD, world.clock)
    world.office.be("王主任")
    before = world.office.ws.profile.actor
    world.take(world.office, files)
    assert world.office.ws.profile.actor.counter > before.counter
    with world.office.ws.reading() as conn:
        assert [a.code for a in local.alarms(conn)] == ["D-257"]
    world.take(world.groups["01"], world.down("01"))
    world.take(world.office, world.up("01"))
    assert world.row(world.office, "finding", number=number)["status"] == "rectifying", "handed back by the group"
    world.round()
    assert world.agree("01")


def test_a_number_borne_twice_is_reported_and_both_are_kept(world: World) -> None:
    first, second = world.groups["01"], world.groups["02"]
    number = world.finding(first)
    world.take(world.office, world.up("01"))
    desk = Desk(second.ws, second.person, "test", "试验")
    with desk.writing():
        desk.create(
            "finding", {"number": number, "found_at": "2026-06-02T08:00", "finder_group": second.ws.profile.side}
        )
    (report,) = world.take(world.office, world.up("02"))
    assert (report["status"], report["new"]) == ("new", 1)
    (alarm,) = world.office.read(alarms.rows)
    assert (alarm.code, number in alarm.text, "2条" in alarm.text) == ("D-258", True, True)
    assert len(world.rows(world.office, "finding", number=number)) == 2
