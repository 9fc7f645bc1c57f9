"""What the office had taken over (接管), and a later segment proves to count: both stand, and the work goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions.reads import inert
from dubu_desktop.errors import DubuError
from tests.stories.exchange import Place
from tests.stories.test_exchange_lines import CLINIC, Many, places, revoke, segments_held
from tests.stories.test_spokes import everyone_01, second
from tests.world import jpeg

MARKET, SHOP = "城关街道东关菜市场", "红星商行"


def proven(place: Place, one: str, proof: str, backup: Path) -> None:
    """The laptop is revoked after `proof`; a restored office has of it `one`, in quarantine, and knows of the end."""
    place.bring("office", proof)
    told = revoke(place)
    place.restore("office", backup)
    place.bring("office", told)
    place.bring("office", one)
    assert len(segments_held(place)["quarantine"]) == 1


class Held:
    """A stolen laptop's finding with its photo in quarantine, for a restored office that cannot yet tell it counts."""

    def __init__(self, place: Place, *, later: bool = True, line: str = "a") -> None:
        self.place, many = place, Many(place)
        place.swap("01")
        if line == "b":  # the workspace was taken along: what the finding stands in is the second line
            many.copy("a", "b")
            many.find("a", "城关街道南河桥头")
            place.bring("office", many.export("a"))
        backup = place.backup("office")
        self.record = many.find(line, MARKET)
        with many.at(line) as house:
            house.do("add_photos", finding=self.record, images=[jpeg(5)])
        one = many.export(line)
        place.bring("office", one)
        many.down(line)
        with many.at(line) as house:
            if later:
                house.do("edit_finding", finding=self.record, values={"place": CLINIC})
                house.do("finalise_finding", finding=self.record)
            house.do("edit_finding", finding=self.record, values={"severity": "ordinary"})
        self.proof = many.export(line)
        proven(place, one, self.proof, backup)
        self.number = ""
        assert MARKET not in places(place)

    def taken_over(self) -> None:
        self.place.office.do("take_over_quarantined")
        self.number = self.row["number"]

    def come_home(self) -> None:
        self.place.bring("office", self.proof)
        assert segments_held(self.place)["quarantine"] == set()

    @property
    def state(self) -> Any:
        with self.place.office.ws.reading() as conn:
            return self.place.office.ws.fold.state(conn, bytes.fromhex(self.record))

    @property
    def row(self) -> dict[str, Any]:
        return self.place.row(self.place.office, "finding", uuid=bytes.fromhex(self.record))


@pytest.mark.parametrize("line", ["a", "b"])
def test_what_was_taken_over_and_comes_home_goes_on(place: Place, line: str) -> None:
    """The laptop's create had no authority beside the office's: all its further work was without effect for ever."""
    held = Held(place, line=line)
    held.taken_over()
    held.come_home()
    assert place.office.read(inert.rows) == []
    state = held.state
    assert held.row["status"] == "final"
    assert {h.value for h in state.register(state.kind.by_name["place"].tag).heads} == {MARKET, CLINIC}
    assert state.conflicts == (state.kind.by_name["place"].tag, state.kind.by_name["severity"].tag)
    assert len(place.rows(place.office, "evidence")) == 1
    assert place.faults("office") == []


def test_what_the_office_did_with_it_meanwhile_stands(place: Place) -> None:
    """It was the creator when it wrote; what came home is the group's, and the group goes on with it."""
    held = Held(place, later=False)
    held.taken_over()
    place.office.do("edit_finding", finding=held.number, values={"place": CLINIC}, reason="核实")
    place.office.do("finalise_finding", finding=held.number)
    held.come_home()
    assert place.office.read(inert.rows) == []
    assert (place.conflicts("office"), held.row["status"]) == (2, "final")  # place, severity: both values, to decide
    assert held.row["place"] == CLINIC
    assert place.faults("office") == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_groups_next_laptop_goes_on_with_it(place: Place, when: str) -> None:
    held = Held(place, later=False)
    held.taken_over()
    if when == "before":
        second(place)
    held.come_home()
    settled = {"severity": held.row["severity"]}
    place.office.do("edit_finding", finding=held.number, values=settled, reason="裁定")
    other = second(place) if when == "after" else place.groups["01B"]
    for file in place.office.do("export_bundle", to="01", out=str(place.stick)).extra["files"]:
        place.bring("01B", file)
    assert place.digest("01B") == place.digest("office", "01")
    other.do("edit_finding", finding=held.record, values={"place": CLINIC})
    other.do("finalise_finding", finding=held.record)
    place.bring("office", place.export("01B"))
    assert (held.row["place"], held.row["status"]) == (CLINIC, "final")
    assert place.office.read(inert.rows) == []
    assert place.conflicts("office") == 0


def test_a_taking_over_that_was_undone_does_not_void_what_comes_home(place: Place) -> None:
    """The void knew of the office's own create alone: both states are told, the more open one shows."""
    held = Held(place, later=False)
    held.taken_over()
    place.office.do("undo")
    assert held.row["status"] == "voided"
    held.come_home()
    assert held.row["status"] == "draft"
    assert held.state.status_conflict
    assert place.faults("office") == []


@pytest.mark.parametrize("again", [False, True])
def test_the_next_laptop_fills_in_what_nobody_had_given(place: Place, again: bool) -> None:
    """With the taking over undone and done anew the group was shut out, and nothing told the office to decide."""
    held = Held(place, later=False)
    held.taken_over()
    if again:
        place.office.do("undo")
        held.taken_over()
    held.come_home()
    other = second(place)
    place.office.do("edit_finding", finding=held.number, values={"severity": held.row["severity"]}, reason="裁定")
    everyone_01(place, "01B")
    assert held.row["basis"] is None
    other.do("edit_finding", finding=held.record, values={"basis": "消防法第二十八条"})
    other.do("finalise_finding", finding=held.record)
    place.bring("office", place.export("01B"))
    assert (held.row["basis"], held.row["status"]) == ("消防法第二十八条", "final")
    assert place.office.read(inert.rows) == []
    everyone_01(place, "01B")
    assert place.digest("01B") == place.digest("office", "01")
    assert place.faults("office") == []


def test_an_undone_import_of_what_came_home_is_taken_back(place: Place) -> None:
    held = Held(place)
    held.taken_over()
    held.come_home()
    second(place)
    for _ in range(2):
        place.office.do("undo_import", bundle=Path(held.proof).name)
        assert (held.row["status"], held.state.status_conflict) == ("draft", False)
        place.office.do("undo")
        assert (held.row["status"], held.state.status_conflict) == ("final", False)
    assert place.office.read(inert.rows) == []
    everyone_01(place, "01B")
    assert place.digest("01B") == place.digest("office", "01")
    assert place.faults("office") == []


def alike(place: Place, *, unit: bool = False) -> tuple[str, str]:
    """A finding or a unit in quarantine for a restored office, with nothing after it; its id, and what proves it."""
    place.swap("01")
    backup, many = place.backup("office"), Many(place)
    if unit:
        place.groups["01"].do("add_unit", name=SHOP)
    else:
        many.find("a", MARKET)
    one = many.export("a")
    place.bring("office", one)
    many.down("a")
    many.find("a", CLINIC)
    proof = many.export("a")
    proven(place, one, proof, backup)
    place.office.do("take_over_quarantined")
    (row,) = place.rows(place.office, "unit", name=SHOP) if unit else place.rows(place.office, "finding")
    return row["uuid"].hex(), proof


def test_an_edit_before_it_came_home_is_undone_after(place: Place) -> None:
    """No step was taken in between: the record stands where it stood, at its beginning."""
    record, proof = alike(place)
    place.office.do("edit_finding", finding=record, values={"basis": "消防法第二十八条"}, reason="核实")
    place.bring("office", proof)
    assert place.conflicts("office") == 0
    place.office.do("undo")
    assert place.row(place.office, "finding", uuid=bytes.fromhex(record))["basis"] is None
    assert place.faults("office") == []


@pytest.mark.parametrize("unit", [False, True])
def test_the_taking_over_is_not_undone_after_it_came_home(place: Place, unit: bool) -> None:
    """The withdrawal would be the laptop's record's as well, which nobody had asked to withdraw."""
    record, proof = alike(place, unit=unit)
    place.bring("office", proof)
    assert place.conflicts("office") == 0
    with pytest.raises(DubuError, match="登记它的一方") as refused:
        place.office.do("undo")
    assert refused.value.code == "D-313"
    kind = "unit" if unit else "finding"
    assert place.row(place.office, kind, uuid=bytes.fromhex(record))["status"] in ("draft", "valid")


def test_a_unit_that_was_taken_over_waits_for_the_office_as_any_other(place: Place) -> None:
    record, proof = alike(place, unit=True)
    (row,) = place.rows(place.office, "unit", uuid=bytes.fromhex(record))
    assert (row["name"], row["pending"], row["group"]) == (SHOP, True, place.group_id("01"))
    place.swap("02")
    assert place.rows(place.groups["02"], "unit", name=SHOP) == []
    place.bring("office", proof)
    assert (place.conflicts("office"), place.office.read(inert.rows)) == (0, [])
    place.office.do("adopt_unit", unit=SHOP)
    place.swap("02")
    assert len(place.rows(place.groups["02"], "unit", name=SHOP)) == 1
    assert place.agree("02")
    assert place.faults("office") == []


def test_what_a_restored_office_took_over_goes_on_as_well(place: Place) -> None:
    """Of its own create only the base came back, handed back by the group's next laptop."""
    held = Held(place)
    second(place)
    backup = place.backup("office")
    held.taken_over()
    everyone_01(place, "01B")
    place.restore("office", backup)
    place.bring("office", place.export("01B"))
    everyone_01(place, "01B")  # from which it learns what the office lacks
    place.bring("office", place.export("01B"))
    assert held.row["status"] == "draft"
    held.come_home()
    assert held.row["status"] == "final"
    assert place.office.read(inert.rows) == []
    everyone_01(place, "01B")
    assert place.digest("01B") == place.digest("office", "01")
    assert place.faults("office") == []
