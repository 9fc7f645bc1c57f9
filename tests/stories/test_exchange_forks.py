"""One workspace used on two machines: both lines are folded, the alarm is up, no value is lost (sync.md §3.1)."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from dubu_desktop.actions.house import House
from dubu_desktop.actions.incarnation import renew
from dubu_desktop.domain.branches import Branch
from tests.stories.exchange import Place, finding_state, fork_held, hostile
from tests.world import cheap_keys, jpeg

#: a folder with `world`, closed, and the marks in `state`; the files of each machine
Written = tuple[Path, list[list[str]]]
SHARED, MARKET, SCHOOL = "城关街道卫生服务站", "城关街道东关菜市场", "城关街道文化路小学"


class Twice:
    """Group 01's laptop (`first`) and a copy of it (`second`) that was taken along and used as well."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.shared = place.finding(place.groups["01"], place=SHARED)
        place.swap("01")
        kept = place.snapshot("01")
        self.first = place.groups["01"]
        shutil.copytree(kept, place.root / "clone")
        with place.another_machine():
            self.second = place.open("01", place.root / "clone")
        place.extra.append(self.second)

    @contextmanager
    def at(self, house: House) -> Iterator[House]:
        """Work at one of the two machines."""
        before = self.place.groups["01"]
        self.place.put("01", house)
        if house is self.second:
            with self.place.another_machine():
                yield house
        else:
            yield house
        self.place.put("01", before)

    def export(self, house: House) -> str:
        with self.at(house):
            return self.place.export("01")


def work(twice: Twice) -> tuple[list[str], list[str]]:
    """Both lines go on: a finding each, edited and finalised, two bundles each; both change the shared one."""
    files: dict[str, list[str]] = {"first": [], "second": []}
    for name, where, severity in (("first", MARKET, "serious"), ("second", SCHOOL, "ordinary")):
        house = getattr(twice, name)
        with twice.at(house):
            number = twice.place.finding(house, place=where)
            house.do("edit_finding", finding=twice.shared, values={"severity": severity})
            files[name].append(twice.export(house))
            record = next(r for r in twice.place.rows(house, "finding") if r["place"] == where)["uuid"].hex()
            house.do("edit_finding", finding=record, values={"place": f"{where}东侧"})
            house.do("add_photos", finding=record, images=[jpeg(5 if name == "first" else 6)])
            house.do("finalise_finding", finding=record)
            files[name].append(twice.export(house))
        assert number
    return files["first"], files["second"]


@pytest.mark.parametrize("order", ["first", "second", "woven", "cumulative"])
def test_both_lines_are_folded_whichever_comes_first(place: Place, order: str) -> None:
    twice = Twice(place)
    one, two = work(twice)
    files = {
        "first": [*one, *two], "second": [*two, *one], "woven": [one[0], two[0], one[1], two[1]],
        "cumulative": [one[1], two[1]],
    }[order]  # fmt: skip
    for file in files:
        place.bring("office", file)
    assert "D-256" in place.alarms("office")
    found = {r["place"]: r["status"] for r in place.rows(place.office, "finding")}
    assert found == {SHARED: "draft", f"{MARKET}东侧": "final", f"{SCHOOL}东侧": "final"}
    assert len(place.rows(place.office, "evidence")) == 2
    assert place.inert("office") == []
    assert place.conflicts("office") == 1
    with place.office.ws.reading() as conn:
        record = place.row(place.office, "finding", place=SHARED)["uuid"]
        state = place.office.ws.fold.state(conn, record)
    values = {h.value for h in state.registers[state.kind.by_name["severity"].tag].heads}
    assert values == {"serious", "ordinary"}
    assert place.faults("office") == []
    before = place.digest("office")
    for file in (*files, *reversed(files)):
        place.bring("office", file)
    assert place.digest("office") == before
    assert len(fork_held(place.office)) == 2


def test_the_audit_knows_a_second_line_that_went_further_than_the_first(place: Place) -> None:
    """Its third segment stands in the chain, where the first line has none of that number."""
    twice = Twice(place)
    with twice.at(twice.first):
        place.finding(twice.first, place=MARKET)
        place.bring("office", twice.export(twice.first))
    for severity in ("serious", "ordinary", "grave"):
        with twice.at(twice.second):
            twice.second.do("edit_finding", finding=twice.shared, values={"severity": severity})
            file = twice.export(twice.second)
        place.bring("office", file)
    assert "D-256" in place.alarms("office")
    assert place.row(place.office, "finding", place=SHARED)["severity"] == "grave"
    assert place.faults("office") == []


def test_the_office_decides_and_the_first_line_goes_on(place: Place) -> None:
    twice = Twice(place)
    one, two = work(twice)
    for file in (*one, *two):
        place.bring("office", file)
    record = place.row(place.office, "finding", place=SHARED)["uuid"].hex()
    place.office.do("decide_conflict", record=record, field="severity", value="serious")
    with twice.at(twice.first):
        place.swap("01")
        place.swap("01")
        assert place.value("01", twice.shared, "severity") == "serious"
        assert len(place.rows(twice.first, "finding")) == 3
        assert place.agree("01")
        assert place.faults("01") == []


def test_what_the_second_machine_writes_after_it_was_noticed_counts_as_well(place: Place) -> None:
    """It takes a new incarnation; what that says of its own former ops is understood as it means it."""
    twice = Twice(place)
    one, two = work(twice)
    for file in (*one, *two):
        place.bring("office", file)
    with twice.at(twice.second):
        before = twice.second.ws.profile.actor
        with twice.second.ws.writing() as conn:
            renew(twice.second.ws, conn)
        assert twice.second.ws.profile.actor != before
        record = next(r for r in place.rows(twice.second, "finding") if r["place"] == f"{SCHOOL}东侧")["uuid"].hex()
        twice.second.do("retract", kind="finding", record=record)
        twice.second.do("edit_finding", finding=record, values={"place": f"{SCHOOL}西侧"})
        place.bring("office", place.export("01"))
    assert place.row(place.office, "finding", place=f"{SCHOOL}西侧")["status"] == "draft"
    assert place.inert("office") == []
    assert place.faults("office") == []


def test_a_second_line_that_hears_of_the_first_before_it_exported_sends_everything(place: Place) -> None:
    """The same stick serves both machines: what the office acknowledges is the other line's."""
    twice = Twice(place)
    with twice.at(twice.first):
        for n in range(3):
            place.finding(twice.first, place=f"{MARKET}{n}号")
            place.swap("01")
    with twice.at(twice.second):
        place.finding(twice.second, place=SCHOOL)
        place.bring("01", place.export("office", "01"))
        place.export("01")  # this one gets lost
        place.swap("01")
    found = {r["place"] for r in place.rows(place.office, "finding")}
    assert found == {SHARED, SCHOOL, *(f"{MARKET}{n}号" for n in range(3))}
    assert "D-256" in place.alarms("office")
    assert place.inert("office") == []
    assert place.faults("office") == []


def test_without_rewriting_the_second_line_would_wait_for_ever(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutant: dots of the second line renamed, what it says of itself not."""
    monkeypatch.setattr(Branch, "op", lambda self, op, _tells=None: replace(op, dot=self.dot(op.dot)))
    twice = Twice(place)
    one, two = work(twice)
    for file in (*one, *two):
        place.bring("office", file)
    found = {r["place"]: r["status"] for r in place.rows(place.office, "finding")}
    assert found.get(f"{SCHOOL}东侧") != "final"


def two_findings(place: Place) -> tuple[Twice, str, str]:
    """Both machines find something; the bundle of each."""
    twice, files = Twice(place), []
    for house, where in ((twice.first, MARKET), (twice.second, SCHOOL)):
        with twice.at(house):
            place.finding(house, place=where)
            files.append(place.export("01"))
    return twice, *files


def test_undoing_the_import_of_the_second_line_takes_back_what_that_one_brought(place: Place) -> None:
    _, first, second = two_findings(place)
    place.bring("office", first)
    (report,) = place.bring("office", second)
    place.office.do("undo_import", bundle=report["file"])
    found = {row["place"]: row["status"] for row in place.rows(place.office, "finding")}
    assert found == {SHARED: "draft", MARKET: "draft", SCHOOL: "voided"}


def test_what_a_second_line_brings_without_effect_is_counted(place: Place) -> None:
    twice = Twice(place)
    with twice.at(twice.first):
        place.finding(twice.first, place=MARKET)
        first = place.export("01")
    with twice.at(twice.second):
        place.finding(twice.second, place=SCHOOL)
        hostile(twice.second, lambda desk: desk.force(finding_state(twice.second, twice.shared), "close_out"))
        second = place.export("01")
    place.bring("office", first)
    (report,) = place.bring("office", second)
    assert report["without_effect"] == len(place.inert("office")) == 1
    assert (report["new"], report["changed"], report["same"]) == (1, 0, 1)


@pytest.mark.parametrize("line", ["first", "second"])
def test_late_work_of_either_line_on_what_was_removed_for_good_is_told(place: Place, line: str) -> None:
    twice = Twice(place)
    if line == "second":
        with twice.at(twice.first):
            place.finding(twice.first, place=MARKET)
            place.bring("office", place.export("01"))
    place.office.do("purge", kind="finding", record=twice.shared, reason="误录")
    with twice.at(twice.second):
        twice.second.do("edit_finding", finding=twice.shared, values={"severity": "serious"})
        late = place.export("01")
    place.bring("office", late)
    assert "D-262" in place.alarms("office")


class Thrice(Twice):
    """A third machine with a copy of the second, taken when that one had gone on already (and sealed it, or not)."""

    def __init__(self, place: Place, *, sealed: bool = True, renewed: bool = False) -> None:
        super().__init__(place)
        self.files: dict[str, list[str]] = {"first": [], "second": [], "third": []}
        self.write(self.first, f"{MARKET}1号")
        if renewed:
            with self.at(self.second), self.second.ws.writing() as conn:
                renew(self.second.ws, conn)
        self.write(self.second, f"{SCHOOL}1号", send=sealed)
        with place.another_machine():
            kept = place.root / "clone-of-clone"
            path = self.second.ws.folder.path
            self.second.close()
            shutil.copytree(path, kept)
            self.second = place.open("01", path)
            place.extra.append(self.second)
        with place.another_machine("third"):
            self.third = place.open("01", kept)
        place.extra.append(self.third)

    @contextmanager
    def at(self, house: House) -> Iterator[House]:
        if house is getattr(self, "third", None):
            before = self.place.groups["01"]
            self.place.put("01", house)
            with self.place.another_machine("third"):
                yield house
            self.place.put("01", before)
        else:
            with super().at(house):
                yield house

    def write(self, house: House, where: str, *, send: bool = True) -> None:
        """A finding, edited and finalised; the bundle."""
        with self.at(house):
            self.place.finding(house, place=where)
            record = next(r for r in self.place.rows(house, "finding") if r["place"] == where)["uuid"].hex()
            house.do("edit_finding", finding=record, values={"place": f"{where}东侧"})
            house.do("finalise_finding", finding=record)
            if send:
                self.send(house)

    def send(self, house: House) -> None:
        """Export once more."""
        name = next(name for name in self.files if getattr(self, name, None) is house)
        self.files[name].append(self.export(house))


@pytest.fixture(scope="module")
def three_lines(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool, bool], Written]:
    """What three machines wrote, by (sealed, renewed): each done once, read by the office in six orders."""

    @functools.cache
    def written(sealed: bool, renewed: bool) -> Written:
        root = tmp_path_factory.mktemp("three")
        shutil.copytree(template, root, dirs_exist_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            cheap_keys(patch)
            patch.setenv("DUBU_STATE_DIR", str(root / "state"))
            place = Place(root / "world", patch)
            thrice = Thrice(place, sealed=sealed, renewed=renewed)
            thrice.write(thrice.second, f"{SCHOOL}2号")
            thrice.write(thrice.third, f"{SHARED}3号")
            thrice.write(thrice.third, f"{SHARED}4号")
            for house, severity in ((thrice.third, "ordinary"), (thrice.second, "serious")):
                with thrice.at(house):
                    house.do("edit_finding", finding=thrice.shared, values={"severity": severity})
                thrice.send(house)
            place.close()
        return root, list(thrice.files.values())

    return written


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "unsealed"])
@pytest.mark.parametrize("renewed", [False, True], ids=["one_life", "renewed"])
@pytest.mark.parametrize("order", range(6))
def test_three_machines_with_one_workspace_are_all_folded(
    three_lines: Callable[[bool, bool], Written],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    order: int,
    sealed: bool,
    renewed: bool,
) -> None:
    root, lines = three_lines(sealed, renewed)
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    for name in ("state", "world"):
        shutil.copytree(root / name, tmp_path / name)
    place = Place(tmp_path / "world", monkeypatch)
    request.addfinalizer(place.close)
    (first,), second, third = ([str(place.stick / Path(file).name) for file in line] for line in lines)
    files = [
        [first, *second, *third],
        [first, *third, *second],
        [*third, *second, first],
        [*second, first, *third],
        [third[-1], second[-1], first],
        [second[0], third[0], first, third[1], *second[1:], third[2]],
    ][order]
    for file in files:
        (report,) = place.bring("office", file)
        assert report["status"] == "new", report
    for file in (first, *second, *third):
        place.bring("office", file)
    assert "D-256" in place.alarms("office")
    found = {r["place"]: r["status"] for r in place.rows(place.office, "finding")}
    places = [f"{MARKET}1号", f"{SCHOOL}1号", f"{SCHOOL}2号", f"{SHARED}3号", f"{SHARED}4号"]
    assert found == {SHARED: "draft", **{f"{name}东侧": "final" for name in places}}
    assert place.inert("office") == []
    assert place.conflicts("office") == 1
    assert place.faults("office") == []
    before = place.digest("office")
    for file in (*third, *second, first):
        place.bring("office", file)
    assert place.digest("office") == before
