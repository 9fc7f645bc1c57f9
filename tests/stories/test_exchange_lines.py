"""One workspace on many machines: revoked, restored, archived, going on with what another one found (sync.md §3.1)."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dubu_desktop.actions import archiving as moving
from dubu_desktop.actions.house import House
from dubu_desktop.actions.incarnation import renew
from dubu_desktop.actions.reads import inert
from dubu_desktop.db import archiving, journal, links
from dubu_desktop.errors import DubuError
from tests.property import observe
from tests.stories.exchange import Place, ended, ops_held
from tests.stories.test_exchange_forks import MARKET, SCHOOL, SHARED
from tests.stories.test_spokes import segments_held, spoke_of

CLINIC, BRIDGE = "城关街道人民医院", "城关街道南河桥头"


class Many:
    """Group 01's workspace on several machines."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.houses: dict[str, House] = {"a": place.groups["01"]}

    def copy(self, source: str, name: str) -> None:
        with self.env(source):
            path = self.houses[source].ws.folder.path
            self.houses[source].close()
            target = self.place.root / f"machine-{name}"
            shutil.copytree(path, target)
            self.houses[source] = self.place.open("01", path)
            self.place.extra.append(self.houses[source])
            self.place.put("01", self.houses["a"])
        with self.env(name):
            self.houses[name] = self.place.open("01", target)
        self.place.extra.append(self.houses[name])

    @contextmanager
    def env(self, name: str) -> Iterator[None]:
        if name == "a":
            yield
        else:
            with self.place.another_machine(name):
                yield

    @contextmanager
    def at(self, name: str) -> Iterator[House]:
        self.place.put("01", self.houses[name])
        with self.env(name):
            yield self.houses[name]
        self.houses[name] = self.place.groups["01"]
        self.place.put("01", self.houses["a"])

    def find(self, name: str, where: str) -> str:
        with self.at(name) as house:
            self.place.finding(house, place=where)
            return next(r for r in self.place.rows(house, "finding") if r["place"] == where)["uuid"].hex()

    def export(self, name: str) -> str:
        with self.at(name):
            return self.place.export("01")

    def down(self, name: str) -> list[dict[str, Any]]:
        file = self.place.export("office", "01")
        with self.at(name):
            return self.place.bring("01", file)


def places(place: Place) -> set[str]:
    return {r["place"] for r in place.rows(place.office, "finding")}


def compacted(house: House) -> None:
    with house.ws.reading() as conn:
        chosen = archiving.kept(conn, None)
    ended(moving.move(house.ws, chosen))


def revoke(place: Place) -> str:
    """吊销 group 01's laptop; the list reaches 02; its bundle brings it home."""
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.swap("02")
    return place.export("02")


@pytest.mark.parametrize("order", ["held_then_told", "told_first"])
def test_same_past_sealed_twice_and_one_withdrawn(place: Place, order: str) -> None:
    office_backup = place.backup("office")
    place.finding(place.groups["01"], place=MARKET)
    laptop_backup = place.backup("01")
    place.finding(place.groups["01"], place=SCHOOL)
    full = place.export("01")  # one segment: MARKET, SCHOOL
    place.bring("office", full)
    assert places(place) == {MARKET, SCHOOL}
    told = revoke(place)
    place.restore("01", laptop_backup)
    place.finding(place.groups["01"], place=BRIDGE)
    short = place.export("01")  # MARKET sealed alone, BRIDGE in another life
    place.restore("office", office_backup)
    files = [short, full, told] if order == "held_then_told" else [told, short, full]
    for file in files:
        place.bring("office", file)
    assert (places(place), place.faults("office")) == ({MARKET, SCHOOL}, [])


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("order", ["held_then_told", "told_first"])
def test_common_part_stays_when_the_other_line_is_withdrawn(place: Place, order: str, compact: bool) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    backup = place.backup("office")
    many.find("a", CLINIC)  # not sealed when the folder is copied
    many.copy("a", "b")
    many.find("a", MARKET)
    many.find("b", SCHOOL)
    first, second = many.export("a"), many.export("b")
    place.bring("office", second)
    assert places(place) == {SHARED, CLINIC, SCHOOL}
    told = revoke(place)
    place.restore("office", backup)
    files = [first, second, told] if order == "held_then_told" else [told, first, second]
    for file in files:
        place.bring("office", file)
        if compact:
            compacted(place.office)
    assert (places(place), place.faults("office")) == ({SHARED, CLINIC, SCHOOL}, [])


@pytest.mark.parametrize("order", ["held_then_told", "told_first"])
def test_a_third_line_stays_when_the_second_is_withdrawn(place: Place, order: str) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    many.copy("a", "b")
    many.find("a", MARKET)
    first = many.export("a")
    place.bring("office", first)
    backup = place.backup("office")
    common = many.find("b", CLINIC)  # not sealed when copied again
    many.copy("b", "c")
    many.find("b", SCHOOL)
    with many.at("c") as house:
        house.do("edit_finding", finding=common, values={"place": f"{CLINIC}二楼"})
    many.find("c", BRIDGE)
    second, third = many.export("b"), many.export("c")
    place.bring("office", third)
    expected = {SHARED, MARKET, f"{CLINIC}二楼", BRIDGE}
    assert places(place) == expected
    told = revoke(place)
    place.restore("office", backup)
    files = [second, third, told] if order == "held_then_told" else [told, second, third]
    for file in files:
        place.bring("office", file)
    assert (places(place), place.faults("office")) == (expected, [])


def test_both_lines_in_quarantine_are_taken_over(place: Place) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    many.copy("a", "b")
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    many.find("a", MARKET)
    many.find("b", SCHOOL)
    place.bring("office", many.export("a"))
    place.office.do("take_over_quarantined")
    assert places(place) == {SHARED, MARKET}
    place.bring("office", many.export("b"))
    rows = place.office.read(inert.rows)
    assert [r.taken for r in rows].count(False) > 0
    place.office.do("take_over_quarantined")
    assert places(place) == {SHARED, MARKET, SCHOOL}


def test_undo_of_a_bundle_whose_line_was_withdrawn_leaves_the_other_line_alone(place: Place) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    backup = place.backup("office")
    many.copy("a", "b")
    many.find("a", MARKET)
    many.find("b", SCHOOL)
    first, second = many.export("a"), many.export("b")
    place.bring("office", second)
    told = revoke(place)
    place.restore("office", backup)
    (report,) = place.bring("office", first)
    place.bring("office", told)
    assert places(place) == {SHARED}
    place.bring("office", second)
    assert places(place) == {SHARED, SCHOOL}
    with pytest.raises(DubuError) as refused:
        place.office.do("undo_import", bundle=report["file"])
    assert refused.value.code == "D-313"
    status = {r["place"]: r["status"] for r in place.rows(place.office, "finding")}
    assert status == {SHARED: "draft", SCHOOL: "draft"}


def test_what_a_later_segment_proves_comes_home(place: Place) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    backup = place.backup("office")
    many.find("a", MARKET)
    one = many.export("a")
    place.bring("office", one)
    place.bring("01", place.export("office", "01"))
    many.find("a", SCHOOL)
    two = many.export("a")
    place.bring("office", two)
    told = revoke(place)
    place.restore("office", backup)
    place.bring("office", told)
    place.bring("office", one)
    # `one` alone cannot be told to lie before the cut-off; `two` brings it home
    assert places(place) == {SHARED}
    assert len(segments_held(place)["quarantine"]) == 1
    place.bring("office", two)
    assert places(place) == {SHARED, MARKET, SCHOOL}
    assert place.faults("office") == []


def test_the_first_line_is_acknowledged_though_a_second_went_further(place: Place) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    many.copy("a", "b")
    many.find("a", MARKET)
    place.swap("01")
    for n in range(3):
        many.find("b", f"{SCHOOL}{n}号")
        place.bring("office", many.export("b"))
    for n in range(3):
        many.find("a", f"{BRIDGE}{n}号")
        place.swap("01")
        place.swap("01")
    assert len(places(place)) == 8
    assert place.faults("office") == []
    with place.groups["01"].ws.reading() as conn:
        ws = place.groups["01"].ws
        link = links.load(conn, ws.profile.office.replica)
        for actor in journal.actors(conn):
            if actor.replica == ws.profile.actor.replica:
                end = journal.chain_end(conn, actor)
                if end:
                    assert link.have.get(actor.to_bytes().hex()) == end.number, (actor, link.have, end.number)


def both_found(place: Place, *, finalise: bool) -> tuple[Many, dict[str, str]]:
    """Two machines that found something each and have heard of it from the office; the records by machine."""
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    many.copy("a", "b")
    records = {}
    for name, where in (("a", MARKET), ("b", SCHOOL)):
        records[name] = many.find(name, where)
        with many.at(name) as house:
            house.do("edit_finding", finding=records[name], values={"place": f"{where}东侧"})
            if finalise:
                house.do("finalise_finding", finding=records[name])
        place.bring("office", many.export(name))
    for _ in range(2):
        for name in ("a", "b"):
            assert many.down(name)[0]["status"] == "new"
            place.bring("office", many.export(name))
    for name in ("a", "b"):
        assert many.down(name)[0]["status"] == "new"
    return many, records


@pytest.mark.parametrize("finalise", [True, False])
@pytest.mark.parametrize("actor", ["a", "b"])
def test_a_machine_goes_on_with_what_the_other_found(place: Place, actor: str, finalise: bool) -> None:
    many, records = both_found(place, finalise=finalise)
    theirs = records[{"a": "b", "b": "a"}[actor]]
    with many.at(actor) as house:
        if finalise:
            house.do("retract", kind="finding", record=theirs)
        house.do("edit_finding", finding=theirs, values={"place": CLINIC})
        file = place.export("01")
    place.bring("office", file)
    assert (place.inert("office"), place.conflicts("office")) == ([], 0)
    found = {r["place"]: r["status"] for r in place.rows(place.office, "finding")}
    assert found[CLINIC] == "draft"
    assert place.faults("office") == []


def test_a_restored_office_gets_the_second_lines_first_segment_again(place: Place) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    many.copy("a", "b")
    many.find("a", MARKET)
    place.bring("office", many.export("a"))
    backup = place.backup("office")
    record = many.find("b", SCHOOL)
    place.bring("office", many.export("b"))
    many.down("b")  # it learns of the other line and begins a new life
    for n in range(7):
        with many.at("b") as house:
            house.do("edit_finding", finding=record, values={"place": f"{SCHOOL}{n}号"})
        late = many.export("b")
        place.bring("office", late)
        many.down("b")
    with many.at("b") as house:
        house.do("edit_finding", finding=record, values={"place": f"{SCHOOL}8号"})
    late = many.export("b")
    place.bring("office", late)
    many.down("b")
    assert f"{SCHOOL}8号" in places(place)
    place.restore("office", backup)
    place.bring("office", late)  # read once more
    for _ in range(8):
        many.down("b")
        place.bring("office", many.export("b"))
    assert f"{SCHOOL}8号" in places(place)
    assert place.inert("office") == []
    assert place.faults("office") == []


def test_a_later_life_that_comes_before_the_line_it_goes_on_from(place: Place) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    many.copy("a", "b")
    many.find("a", MARKET)
    place.bring("office", many.export("a"))
    record = many.find("b", SCHOOL)
    with many.at("b") as house:
        house.do("edit_finding", finding=record, values={"place": f"{SCHOOL}东"})
        house.do("finalise_finding", finding=record)
    early = many.export("b")
    many.down("b")
    for _ in range(7):
        many.down("b")
        many.export("b")
    with many.at("b") as house:
        house.do("retract", kind="finding", record=record)
        house.do("edit_finding", finding=record, values={"place": CLINIC})
    late = many.export("b")
    place.bring("office", late)
    place.bring("office", early)
    assert CLINIC in places(place)
    assert place.inert("office") == []
    assert place.faults("office") == []


class Later:
    """Machine b left the line of a, learned of it and went on in a new life; `late` no longer holds where it left."""

    def __init__(self, place: Place) -> None:
        self.place, self.many = place, Many(place)
        many = self.many
        many.find("a", SHARED)
        place.swap("01")
        many.copy("a", "b")
        many.find("a", MARKET)
        place.bring("office", many.export("a"))
        self.backup = place.backup("office")
        self.record = many.find("b", SCHOOL)
        self.early = many.export("b")
        place.bring("office", self.early)
        many.down("b")
        for n in range(7):
            self.edit(f"{SCHOOL}{n}号")
            place.bring("office", many.export("b"))
            (report,) = many.down("b")
            assert report["status"] == "new", report
        self.edit(BRIDGE)
        self.late = many.export("b")

    def edit(self, where: str) -> None:
        with self.many.at("b") as house:
            house.do("edit_finding", finding=self.record, values={"place": where})

    def state(self) -> tuple[set[str], list[str], list[str]]:
        return places(self.place), self.place.inert("office"), self.place.faults("office")


GOOD: tuple[set[str], list[str], list[str]] = ({SHARED, MARKET, BRIDGE}, [], [])


@pytest.mark.parametrize("order", ["early_first", "late_first"])
def test_after_a_restore_old_files_in_either_order(place: Place, order: str) -> None:
    """9b: the later life comes before the line it goes on from; the missing run of it is healed by an exchange."""
    later = Later(place)
    place.restore("office", later.backup)
    for file in [later.early, later.late] if order == "early_first" else [later.late, later.early]:
        place.bring("office", file)
    for _ in range(2):
        later.many.down("b")
        place.bring("office", later.many.export("b"))
    assert later.state() == GOOD


@pytest.mark.parametrize("order", ["told_early_late", "early_late_told", "early_told_late"])
def test_what_comes_home_from_quarantine_stands_before_what_goes_on_from_it(place: Place, order: str) -> None:
    """11: the segment in quarantine is the one that tells the line of what comes with it."""
    later = Later(place)
    place.bring("office", later.late)
    files = {"told": revoke(place), "early": later.early, "late": later.late}
    place.restore("office", later.backup)
    for name in order.split("_"):
        place.bring("office", files[name])
    assert place.faults("office") == []


def test_a_machine_of_another_line_gets_something_from_the_office_again(place: Place) -> None:
    """Each machine's next op after the copy is on the finding both have, in different fields: nothing to decide."""
    many = Many(place)
    record = many.find("a", SHARED)
    place.swap("01")
    many.copy("a", "b")
    for name, values in (("a", {"severity": "serious"}), ("b", {"place": CLINIC})):
        with many.at(name) as house:
            house.do("edit_finding", finding=record, values=values)
        place.bring("office", many.export(name))
    assert place.conflicts("office") == 0
    reports = []
    for _ in range(7):
        reports += many.down("b")
        place.bring("office", many.export("b"))
    assert reports[-1]["status"] == "new"


def test_undo_of_the_bundle_that_brought_a_list_home(place: Place) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    place.swap("02")
    backup = place.backup("office")
    many.find("a", MARKET)
    one = many.export("a")
    many.find("a", SCHOOL)
    two = many.export("a")
    place.bring("office", one)
    first = revoke(place)
    place.restore("office", backup)
    place.bring("office", one, two)
    place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
    place.bring("02", place.export("office", "02"))
    second = place.export("02")
    place.restore("office", backup)
    place.bring("office", first, one, two)
    assert places(place) == {SHARED, MARKET}
    (report,) = place.bring("office", second)
    assert places(place) == {SHARED, MARKET, SCHOOL}
    assert place.faults("office") == []
    with pytest.raises(DubuError) as refused:
        place.office.do("undo_import", bundle=report["file"])
    assert refused.value.code == "D-313"
    status = {r["place"]: r["status"] for r in place.rows(place.office, "finding")}
    assert status == dict.fromkeys((SHARED, MARKET, SCHOOL), "draft")


class Fleet:
    """Up to five machines with one workspace: what is found, edited, copied, renewed and exported, by dice."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place, self.many, self.dice = place, Many(place), random.Random(seed)
        self.many.find("a", SHARED)
        place.swap("01")
        #: per machine {record: the place it gave last}, as far as nobody who saw it has replaced it
        self.wrote: dict[str, dict[str, str]] = {"a": {}}
        self.files: list[str] = []
        self.count = 0

    def step(self) -> None:
        """Something happens at one of them."""
        name, what = self.dice.choice(sorted(self.wrote)), self.dice.random()
        if what < 0.5:
            self._write(name)
        elif what < 0.75:
            self.files.append(self.many.export(name))
        elif what < 0.82:
            with self.many.at(name) as house, house.ws.writing() as conn:
                renew(house.ws, conn)
        elif len(self.wrote) < 5:
            fresh = "abcde"[len(self.wrote)]
            self.many.copy(name, fresh)
            self.wrote[fresh] = dict(self.wrote[name])
        elif self.dice.random() < 0.3:
            compacted(self.place.office)

    def _write(self, name: str) -> None:
        self.count += 1
        where, known = f"城关街道第{self.count}号", self.wrote[name]
        if known and self.dice.random() < 0.5:
            record = self.dice.choice(sorted(known))
            with self.many.at(name) as house:
                house.do("edit_finding", finding=record, values={"place": where})
        else:
            record = self.many.find(name, where)
        old = known.get(record)
        for each in self.wrote.values():
            if old is not None and each.get(record) == old:
                del each[record]
        known[record] = where

    def bring(self) -> None:
        """The last of each is exported, and all files arrive in any order."""
        self.files += [self.many.export(name) for name in self.wrote]
        self.dice.shuffle(self.files)
        for file in self.files:
            (report,) = self.place.bring("office", file)
            assert report["status"] == "new", report
            if self.dice.random() < 0.2:
                compacted(self.place.office)

    def lost(self) -> list[str]:
        """Values that somebody wrote last and the office does not hold."""
        return [
            where
            for wrote in self.wrote.values()
            for record, where in wrote.items()
            if where not in observe.values_of_field(self.place.office, bytes.fromhex(record), "place")
            and where not in places(self.place)
        ]


@pytest.mark.parametrize("seed", range(6))
def test_many_machines_lose_nothing(place: Place, seed: int) -> None:
    fleet = Fleet(place, seed)
    for _ in range(fleet.dice.randint(10, 22)):
        fleet.step()
    fleet.bring()
    assert (fleet.lost(), place.inert("office"), place.faults("office")) == ([], [], [])
    before = place.digest("office")
    place.bring("office", *fleet.files)
    assert place.digest("office") == before


@pytest.mark.parametrize("order", ["held_then_told", "told_first"])
def test_a_fork_that_comes_again_is_not_counted_twice(place: Place, order: str) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    backup = place.backup("office")
    many.copy("a", "b")
    many.find("a", MARKET)
    record = many.find("b", SCHOOL)
    with many.at("b") as house:
        house.do("edit_finding", finding=record, values={"place": CLINIC})
    first, second = many.export("a"), many.export("b")
    place.bring("office", second)
    list_home = revoke(place)
    place.restore("office", backup)
    files = [first, second, list_home] if order == "held_then_told" else [list_home, first, second]
    for file in files:
        place.bring("office", file)
    assert places(place) == {SHARED, CLINIC}
    assert place.faults("office") == []
    ops = ops_held(place.office)
    again = many.export("b")
    (report,) = place.bring("office", again)
    assert place.faults("office") == []
    with place.office.ws.reading() as conn:
        state = place.office.ws.fold.state(conn, bytes.fromhex(record))
    assert len(state.creates) == 1
    assert ops_held(place.office) == ops
    assert (report["new"], report["changed"]) == (0, 0)


@pytest.mark.parametrize("order", ["own_then_told", "told_then_own"])
def test_revoked_again_before_the_first_word_is_heard(place: Place, order: str) -> None:
    many = Many(place)
    many.find("a", SHARED)
    place.swap("01")
    backup = place.backup("office")
    many.find("a", MARKET)
    one = many.export("a")
    many.find("a", SCHOOL)
    two = many.export("a")
    place.bring("office", one, two)
    list_home = revoke(place)
    place.restore("office", backup)
    place.bring("office", one)
    if order == "told_then_own":
        place.bring("office", list_home)
    else:
        place.office.do("revoke_spoke", spoke=spoke_of(place, "01").replica, reason="被盗")
        place.bring("office", list_home)
    place.bring("office", two)
    assert (places(place), place.faults("office")) == ({SHARED, MARKET, SCHOOL}, [])


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("order", ["abc", "acb", "cba"])
def test_undo_of_a_third_lines_bundle(place: Place, order: str, sealed: bool) -> None:
    many = Many(place)
    shared = many.find("a", SHARED)
    place.swap("01")
    many.copy("a", "b")
    files = {}
    many.find("a", MARKET)
    files["a"] = many.export("a")
    common = many.find("b", CLINIC)
    if sealed:
        place.bring("office", many.export("b"))
    many.copy("b", "c")
    many.find("b", SCHOOL)
    many.find("c", BRIDGE)
    with many.at("c") as house:
        house.do("edit_finding", finding=common, values={"place": f"{CLINIC}二楼"})
        house.do("edit_finding", finding=shared, values={"place": f"{SHARED}二楼"})
    files |= {"b": many.export("b"), "c": many.export("c")}
    reports = {name: place.bring("office", files[name])[0] for name in order}
    place.office.do("undo_import", bundle=reports["c"]["file"])
    status = {r["place"]: r["status"] for r in place.rows(place.office, "finding")}
    if sealed or order == "abc":
        assert status == {SHARED: "draft", MARKET: "draft", CLINIC: "draft", SCHOOL: "draft", BRIDGE: "voided"}
    else:
        assert status[SHARED] == status[MARKET] == status[SCHOOL] == "draft"
    assert place.faults("office") == []


def test_a_taking_over_undone_forgets_nothing_of_the_other_machine(place: Place) -> None:
    """Both gave one number: what the office took over of the first and corrected the next 接管 wrote over."""
    many = Many(place)
    place.swap("01")
    backup = place.backup("office")
    many.copy("a", "b")
    found = many.find("a", MARKET), many.find("b", SCHOOL)
    bundles = many.export("a"), many.export("b")
    told = revoke(place)
    place.restore("office", backup)
    place.bring("office", told, *bundles)
    place.office.do("take_over_quarantined", records=[found[0]])
    (number,) = [row["number"] for row in place.rows(place.office, "finding")]
    place.office.do("edit_finding", finding=number, values={"place": CLINIC}, reason="核实")
    place.office.do("take_over_quarantined", records=[found[1]])
    place.office.do("undo")
    taken = place.office.do("take_over_quarantined").extra["taken"]
    assert (taken, places(place)) == ([found[1]], {CLINIC, SCHOOL})
