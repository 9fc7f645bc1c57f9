"""A conflict of steps that something ended is open again, as it was, when that is taken back (sync.md §3.4, §3.14)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions.reads import conflicts
from dubu_desktop.actions.reads.past import history
from tests.stories.exchange import Place, finding_state, hostile


def clash(place: Place) -> tuple[str, str]:
    """Group 01 withdraws what the office confirms meanwhile; the number, and the bundle that brings the withdrawal."""
    one = place.groups["01"]
    number = place.finding(one)
    one.do("finalise_finding", finding=number)
    place.bring("office", place.export("01"))
    place.office.do("confirm_finding", findings=[number])
    one.do("void_finding", finding=number, reason="重复登记")
    file = place.export("01")
    place.bring("office", file)
    return number, Path(file).name


def shown(place: Place, who: str = "office") -> tuple[conflicts.ConflictView, ...]:
    """The conflicts of `who`, as the list has them."""
    side = place.side(who)
    return tuple(side.read(conflicts.rows, side.read(conflicts.ids)))


def status(place: Place, number: str, who: str = "office") -> Any:
    return place.value(who, number, "status")


def back(place: Place, record: str) -> None:
    place.office.do("undo")


def retracted(place: Place, record: str) -> None:
    place.office.do("retract", kind="finding", record=record)


@pytest.mark.parametrize("take_back", [back, retracted])
@pytest.mark.parametrize("choice", [1, 2])
def test_a_decision_between_two_steps_taken_back_opens_the_conflict_as_it_was(
    place: Place, choice: int, take_back: Any
) -> None:
    number, _file = clash(place)
    (before,) = shown(place)
    was = status(place, number)
    for _ in range(2):
        place.office.do("decide_conflict", record=before.record, field="status", choice=choice)
        assert shown(place) == ()
        take_back(place, before.record)
        assert shown(place) == (before,)
        assert status(place, number) == was
    assert place.faults("office") == []
    place.swap("01")
    (there,) = shown(place, "01")
    assert [(one.text, one.side) for one in there.values] == [(one.text, one.side) for one in before.values]
    place.swap("01")
    assert place.together()
    place.office.do("decide_conflict", record=before.record, field="status", seen=["voided"])
    assert (shown(place), status(place, number)) == ((), "voided")
    assert place.faults("office") == []


def test_what_was_done_before_the_decision_can_be_taken_back_after_it(place: Place) -> None:
    """The lifecycle stands again where it stood: nothing was done since."""
    number, _file = clash(place)
    place.office.do("edit_finding", finding=number, values={"place": "城关街道乙地2号"}, reason="更正")
    (view,) = shown(place)
    place.office.do("decide_conflict", record=view.record, field="status", choice=2)
    place.office.do("undo")
    place.office.do("undo")
    assert place.value("office", number) != "城关街道乙地2号"
    assert shown(place) == (view,)


def test_a_step_over_two_steps_taken_back_opens_the_conflict_as_it_was(place: Place) -> None:
    """A step that the office takes of a record in conflict decides it as well."""
    number, _file = clash(place)
    (view,) = shown(place)
    place.office.do("assign_rectification", findings=[number])
    assert (shown(place), status(place, number)) == ((), "rectifying")
    place.office.do("undo")
    assert (shown(place), status(place, number)) == ((view,), "confirmed")
    assert place.faults("office") == []


def test_what_happened_is_told_once(place: Place) -> None:
    clash(place)
    (view,) = shown(place)
    place.office.do("decide_conflict", record=view.record, field="status", choice=2)
    place.office.do("undo")
    told = [(line.what, line.note) for line in place.office.read(history, view.record)]
    assert told[:2] == [("撤回“裁定”，冲突又待裁定", ""), ("裁定：以“作废”为准", "")]


def test_an_edit_that_a_step_in_conflict_did_not_know_of_is_listed_again(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    one.do("finalise_finding", finding=number)
    place.bring("office", place.export("01"))
    place.office.do("confirm_finding", findings=[number])
    one.do("edit_finding", finding=number, values={"place": "城关街道乙地2号"})
    one.do("void_finding", finding=number, reason="重复登记")
    place.bring("office", place.export("01"))
    (view,) = shown(place)
    assert finding_state(place.office, number).unseen_edit
    place.office.do("decide_conflict", record=view.record, field="status", choice=1)
    assert not finding_state(place.office, number).unseen_edit
    place.office.do("undo")
    assert finding_state(place.office, number).unseen_edit
    assert place.faults("office") == []


def test_the_argument_gives_a_group_nothing(place: Place) -> None:
    """A return that bears it is counted as any other; a decision of a group has no effect."""
    number = place.assigned("01")
    place.office.do("record_reply", finding=number, reply="已整改")
    place.swap("01")
    one = place.groups["01"]
    state = finding_state(one, number)
    hostile(one, lambda desk: desk.force(state, "return_for_redo", reason="没有整改到位", reopens=True))
    hostile(one, lambda desk: desk.force(finding_state(one, number), "decide", status="rectifying", reopens=True))
    place.bring("office", place.export("01"))
    after = finding_state(place.office, number)
    assert (after.status, after.steps_counted("return_for_redo")) == ("rectifying", 1)
    assert place.inert("office") == ["no_authority"]


def test_an_undone_import_that_had_ended_a_conflict_of_steps_is_taken_back(place: Place) -> None:
    number, name = clash(place)
    before = shown(place)
    for _ in range(2):
        assert place.office.do("undo_import", bundle=name).extra["steps"] == 1
        assert (shown(place), status(place, number)) == ((), "confirmed")
        place.office.do("undo")
        assert (shown(place), status(place, number)) == (before, "confirmed")
    assert place.faults("office") == []
    place.swap("01")
    place.swap("01")
    assert place.together()


def test_after_a_decision_taken_back_the_bundle_can_still_be_taken_back(place: Place) -> None:
    number, name = clash(place)
    (view,) = shown(place)
    place.office.do("decide_conflict", record=view.record, field="status", choice=2)
    place.office.do("undo")
    told = place.office.do("undo_import", bundle=name).extra
    assert (told["steps"], told["left"]) == (1, [])
    assert (shown(place), status(place, number)) == ((), "confirmed")
    assert finding_state(place.office, number).inert == {}
    assert place.faults("office") == []
