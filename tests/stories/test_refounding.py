"""The office's password is lost; backup and recovery code are left: founded anew, believed again (sync.md §3.12)."""

from __future__ import annotations

from pathlib import Path

import pytest

from dubu_desktop.actions import locks, recovery
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import spokes
from dubu_desktop.actions.setup import init_group
from dubu_desktop.errors import DubuError
from tests.stories.exchange import Place
from tests.world import PASSWORD

MARKET, SCHOOL, CLINIC = "城关街道东关菜市场", "城关街道文化路小学", "城关街道卫生服务站"
NEW = "新办公室-新密码-2026"


def recovered(place: Place) -> House:
    """The office restored on another machine by its recovery code, under a new password; it signs nothing."""
    code = printed(place)
    backup = place.backup("office")
    place.office.close()
    path = place.root / "office-new"
    recovery.restore(backup, path, recovery_code=code, clock=place.clock)
    recovery.recover(path, code, NEW, place.clock)
    house = House.open_(path, NEW, place.clock)
    house.be("王主任")
    return place.put("office", house)


def printed(place: Place) -> str:
    """The recovery code, printed anew: the world keeps no paper."""
    return locks.new_recovery_code(place.office, PASSWORD)


def believed(place: Place, name: str, side: str) -> None:
    """A starter for `side` and its paper, entered at `name`."""
    told = place.office.do("issue_starter", side=side, out=str(place.root / "starters")).extra
    place.side(name).do("rejoin_office", starter=told["starter"], code=told["code"])


def test_an_office_without_its_password_is_founded_anew_and_nothing_is_lost(place: Place) -> None:
    number = place.assigned("01", place=MARKET)
    task = place.office.do("draft_task", title="查消防", groups=["01"]).ids[-1]
    place.office.do("issue_task", tasks=[task])
    place.swap("01")
    unsent = place.finding(place.groups["01"], place=SCHOOL)
    with place.another_machine():
        office = recovered(place)
        with pytest.raises(DubuError) as shut:
            office.do("edit_finding", finding=number, values={"place": CLINIC}, reason="x")
        assert shut.value.code == "D-315"
        before = place.digest("office")
        old = office.ws.profile.actor
        office.do("refound_office")
        assert office.ws.can_sign
        assert office.ws.profile.actor.replica != old.replica
        assert place.digest("office") == before  # its own words are still the office's, numbers of papers too
        assert place.row(office, "task", title="查消防")["status"] == "issued"
        assert [r.state for r in office.read(spokes.rows)] == ["active", "active"]
        assert office.read(spokes.awaited) == ["第一组", "第二组"]
        (report,) = place.bring("01", place.export("office", "01"))
        assert (report["status"], report["code"]) == ("refused", "D-202")  # the group does not know this office
        believed(place, "01", "01")
        place.swap("01")
        place.swap("01")
        assert place.value("office", unsent) == SCHOOL
        assert place.agree("01")
        office.do("edit_finding", finding=number, values={"place": CLINIC}, reason="核对")
        place.swap("01")
        assert place.value("01", number) == CLINIC
        assert place.row(place.groups["01"], "task", title="查消防")["status"] == "issued"
        assert office.read(spokes.awaited) == ["第二组"]
        assert office.read(spokes.starters) == []  # answered, though its computer was known
        assert place.inert("office") == []
        assert place.faults("office") == place.faults("01") == []
        office.close()
        again = House.open_(place.root / "office-new", NEW, place.clock)
        again.be("王主任")
        place.put("office", again)
        assert again.ws.can_sign
        assert again.ws.at_hub(old)
        assert place.digest("office", "01") == place.digest("01")


def test_what_the_old_office_decided_after_the_backup_comes_home_to_the_new_one(place: Place) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    place.groups["01"].do("finalise_finding", finding=number)
    place.bring("office", place.export("01"))
    place.finding(place.office, place=CLINIC)  # not sealed when the backup is made, and never to be sealed
    code, backup = printed(place), place.backup("office")
    place.office.do("confirm_finding", findings=[number])
    place.bring("01", place.export("office", "01"))
    with place.another_machine():
        place.office.close()
        path = place.root / "office-new"
        recovery.restore(backup, path, recovery_code=code, clock=place.clock)
        recovery.recover(path, code, NEW, place.clock)
        office = House.open_(path, NEW, place.clock)
        office.be("王主任")
        place.put("office", office)
        assert place.row(office, "finding", number=number)["status"] == "final"
        office.do("refound_office")
        believed(place, "01", "01")
        place.swap("01")
        place.bring("office", place.export("01"))
        assert place.row(office, "finding", number=number)["status"] == "confirmed"
        assert place.faults("office") == []


def test_revocations_survive_and_a_laptop_enrolled_later_knows_the_old_office(place: Place) -> None:
    number = place.assigned("01", place=MARKET)
    (stolen,) = [r for r in place.office.read(spokes.rows) if r.code == "02"]
    place.office.do("revoke_spoke", spoke=stolen.replica, reason="被盗")
    with place.another_machine():
        office = recovered(place)
        old = office.ws.profile.actor
        office.do("refound_office")
        assert [(r.code, r.state) for r in office.read(spokes.rows)] == [("01", "active"), ("02", "revoked")]
        told = office.do("issue_starter", side="01", out=str(place.root / "starters")).extra
        starter = Path(told["starter"]).read_bytes()
        made = init_group(place.root / "later", PASSWORD, "组长01", starter, told["code"], place.clock).house
        place.put("01B", made)
        place.bring("office", place.export("01B"))
        for file in office.do("export_bundle", to="01", out=str(place.stick)).extra["files"]:
            place.bring("01B", file)
        assert place.value("01B", number) == MARKET
        assert made.ws.side_of(old) == b""
        assert place.digest("01B") == place.digest("office", "01")


def test_a_finder_of_backup_and_code_is_believed_by_nobody_without_paper(place: Place) -> None:
    """A starter of another workspace, of another group, or with the wrong code changes nothing."""
    with place.another_machine():
        office = recovered(place)
        office.do("refound_office")
        told = office.do("issue_starter", side="02", out=str(place.root / "starters")).extra
        one = place.groups["01"]
        for params, code in (
            ({"starter": told["starter"], "code": told["code"]}, "D-321"),
            ({"starter": told["starter"], "code": "2222-2222-2222-2"}, None),
            ({"starter": str(place.root / "nowhere"), "code": told["code"]}, "D-401"),
        ):
            before = one.ws.profile
            with pytest.raises(DubuError) as refused:
                one.do("rejoin_office", **params)
            assert code in (None, refused.value.code)
            assert one.ws.profile == before
        with pytest.raises(DubuError) as refused:
            office.do("rejoin_office", **{k: told[k] for k in ("starter", "code")})
        assert refused.value.code == "D-303"


def test_an_office_that_can_sign_is_not_founded_anew(place: Place) -> None:
    before = place.office.ws.profile
    with pytest.raises(DubuError) as refused:
        place.office.do("refound_office")
    assert refused.value.code == "D-320"
    assert (place.office.ws.profile, place.office.ws.can_sign) == (before, True)
    with pytest.raises(DubuError) as there:
        place.groups["01"].do("refound_office")
    assert there.value.code == "D-303"


def test_an_old_paper_of_the_office_that_was_is_believed_no_more(place: Place) -> None:
    """Whoever used it by mistake could neither send nor receive any more."""
    old = place.office.do("issue_starter", side="01", out=str(place.root / "starters")).extra
    place.swap("01")
    with place.another_machine():
        recovered(place)
        place.office.do("refound_office")
        believed(place, "01", "01")
        place.swap("01")
        with pytest.raises(DubuError, match="D-237"):
            place.groups["01"].do("rejoin_office", starter=old["starter"], code=old["code"])
        place.swap("01")
        assert place.agree("01")
