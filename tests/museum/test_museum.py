"""Every released version's workspaces and bundles open here, both directions, and say what they said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dubu_desktop import __version__
from dubu_desktop.actions import check
from dubu_desktop.actions.house import House
from dubu_desktop.db import queries
from tests.stories.exchange import ended
from tests.world import SetClock

HERE = Path(__file__).parent
VERSIONS = sorted(p.name for p in HERE.iterdir() if (p / "manifest.json").exists())


class Exhibit:
    """A copy of one exhibit, opened."""

    def __init__(self, version: str, root: Path) -> None:
        source = HERE / version
        self.told = json.loads((source / "manifest.json").read_text("utf-8"))
        self.root, self.clock = root, SetClock("2026-06-03T09:00")
        shutil.copytree(source, root)
        for name in ("office", "group01"):
            for below in ("inbox", "backups", "blobs"):  # git keeps no empty folders
                (root / name / below).mkdir(exist_ok=True)
        self.office = House.open_(root / "office", self.told["password"], self.clock)
        self.group = House.open_(root / "group01", self.told["password"], self.clock)
        self.office.be("王主任")
        self.group.be("组长01")

    def take(self, house: House, name: str) -> dict[str, object]:
        (report,) = house.do("import_bundles", files=[str(self.root / name)]).extra["reports"]
        return dict(report)

    def status(self, house: House, number: str) -> str:
        with house.ws.reading() as conn:
            (row,) = queries.all_rows(conn, "finding", number=number)
        return str(row["status"])


@pytest.fixture(params=VERSIONS)
def exhibit(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exhibit]:
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "state"))
    made = Exhibit(request.param, tmp_path / "museum")
    yield made
    made.office.close()
    made.group.close()


def test_the_present_version_has_its_exhibit() -> None:
    assert __version__ in VERSIONS


def test_workspaces_say_what_they_said(exhibit: Exhibit) -> None:
    assert check.digest(exhibit.office) == exhibit.told["office"]
    assert check.digest(exhibit.group) == exhibit.told["group"]


def test_bundles_of_that_day_are_taken_both_ways(exhibit: Exhibit) -> None:
    up = exhibit.take(exhibit.office, exhibit.told["up"])
    assert (up["status"], up["new"]) == ("new", 1)
    down = exhibit.take(exhibit.group, exhibit.told["down"])
    assert down["status"] == "new"
    assert exhibit.status(exhibit.office, exhibit.told["first"]) == "rectifying"
    assert exhibit.status(exhibit.office, exhibit.told["third"]) == "draft"


def test_the_journal_tells_what_the_tables_say(exhibit: Exhibit) -> None:
    for house in (exhibit.office, exhibit.group):
        assert ended(check.rebuild(house)).same
        assert ended(check.audit(house)).faults == ()
        found = ended(check.archives(house))
        assert (found.read > 0, found.lost) == (exhibit.told["version"] != "0.1.0", ())


def test_work_goes_on_from_there(exhibit: Exhibit) -> None:
    exhibit.take(exhibit.office, exhibit.told["up"])
    exhibit.take(exhibit.group, exhibit.told["down"])
    stick = exhibit.root / "stick"
    stick.mkdir()
    exhibit.office.do("record_reply", finding=exhibit.told["first"], reply="已整改")
    for giver, taker, to in ((exhibit.group, exhibit.office, "office"), (exhibit.office, exhibit.group, "01")):
        files = giver.do("export_bundle", to=to, out=str(stick)).extra["files"]
        (report,) = taker.do("import_bundles", files=files).extra["reports"]
        assert report["status"] == "new", report
    assert exhibit.status(exhibit.group, exhibit.told["first"]) == "replied"
    assert check.digest(exhibit.office, "01") == check.digest(exhibit.group)
