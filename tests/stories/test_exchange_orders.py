"""Any set of bundles, in any order, any number of times: one result; a lost one is healed by the next (sync.md §3)."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from dubu_desktop.db import links
from tests.stories.exchange import Place, digest_of
from tests.world import PASSWORD, jpeg


def _work(place: Place) -> list[str]:
    """Six bundles of two groups; the office answers in between, so that its acknowledgements and edits are in play."""
    files = []
    one, two = place.groups["01"], place.groups["02"]
    a = place.finding(one)
    one.do("add_photos", finding=a, images=[jpeg(1)])
    files.append(place.export("01"))
    place.finding(two, place="城关街道东关菜市场")
    files.append(place.export("02"))
    one.do("edit_finding", finding=a, values={"place": "城关街道广源建材市场5号楼"})
    one.do("finalise_finding", finding=a)
    files.append(place.export("01"))
    b = place.finding(two, place="城关街道文化路小学")
    two.do("add_photos", finding=b, images=[jpeg(2), jpeg(3)])
    files.append(place.export("02"))
    one.do("retract", kind="finding", record=a)
    one.do("edit_finding", finding=a, values={"severity": "serious"})
    one.do("finalise_finding", finding=a)
    place.finding(one, place="城关街道滨河路工地")
    files.append(place.export("01"))
    two.do("void_finding", finding=b, reason="重复登记")
    files.append(place.export("02"))
    return files


def test_any_order_any_number_of_times_one_digest(place: Place) -> None:
    files = _work(place)
    place.office.do("edit_unit", unit="城关街道", values={"short_name": "城关"})
    place.office.close()
    found = set()
    chance = random.Random(20260603)
    for turn in range(14):
        order = files * (1 + turn % 2)
        chance.shuffle(order)
        if turn == 0:
            order = files
        if turn == 1:
            order = files[::-1]
        found.add(_after(place, order, f"try{turn}", together=turn % 3 == 0))
    assert len(found) == 1
    place.office = place.open("office", place.root / "office")
    place.bring("office", *files)
    assert digest_of(place.office) in found
    assert place.conflicts("office") == 0


def _after(place: Place, order: list[str], name: str, *, together: bool) -> str:
    """The digest of a copy of the office after importing `order`, as one call or one call each."""
    path = place.root / name
    shutil.copytree(place.root / "office", path)
    house = place.open("office", path)
    try:
        for files in [order] if together else [[f] for f in order]:
            reports = place.take(house, files)
            assert {r["status"] for r in reports} <= {"new", "same"}
        return digest_of(house)
    finally:
        house.close()
        shutil.rmtree(path)


def test_second_import_says_same_and_changes_nothing(place: Place) -> None:
    place.finding(place.groups["01"])
    file = place.export("01")
    (first,) = place.bring("office", file)
    before = place.digest("office")
    (second,) = place.bring("office", file)
    assert (first["status"], first["new"], second["status"], second["new"]) == ("new", 1, "same", 0)
    assert second["same"] == first["new"] + first["changed"] + first["same"]
    assert place.digest("office") == before


def test_the_same_file_twice_in_one_call(place: Place) -> None:
    place.finding(place.groups["01"])
    file = place.export("01")
    assert [r["status"] for r in place.bring("office", file, file)] == ["new", "same"]


def test_reports_come_in_the_order_the_files_were_given(place: Place) -> None:
    files = _work(place)[::-1]
    reports = place.bring("office", *files)
    assert [r["file"] for r in reports] == [Path(f).name for f in files]


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_lost_bundle_is_healed_by_the_next(place: Place, way: str) -> None:
    if way == "up":
        first = place.finding(place.groups["01"])
        place.export("01")  # lost
        second = place.finding(place.groups["01"], place="城关街道东关菜市场")
        (report,) = place.bring("office", place.export("01"))
        assert report["new"] == 2
        assert place.value("office", first) == "城关街道广源建材市场3号楼东侧"
        assert place.value("office", second) == "城关街道东关菜市场"
    else:
        place.office.do("add_unit", name="南关镇", unit_kind="town", side="territory")
        place.export("office", "01")  # lost
        place.office.do("add_unit", name="北关镇", unit_kind="town", side="territory")
        place.bring("01", place.export("office", "01"))
        assert {"南关镇", "北关镇"} <= {r["name"] for r in place.rows(place.groups["01"], "unit")}
    place.swap("01")
    assert place.agree("01")


def test_every_bundle_of_a_day_lost_but_the_last_each_way(place: Place) -> None:
    for i in range(3):
        place.finding(place.groups["01"], place=f"城关街道{i}号楼")
        place.export("01")
        place.office.do("add_unit", name=f"第{i}镇")
        place.export("office", "01")
    place.swap("01")
    place.swap("01")
    assert place.agree("01")
    assert len(place.rows(place.office, "finding")) == 3


def test_photos_that_were_lost_are_asked_for_and_come(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    one.do("add_photos", finding=number, images=[jpeg(5)])
    place.export("01")
    one.do("add_photos", finding=number, images=[jpeg(6)])
    (report,) = place.bring("office", place.export("01"))
    assert (report["photos"], report["photos_of"]) == (2, 2)
    place.swap("01")
    row = place.rows(place.office, "evidence")[0]
    blobs = place.office.ws.blobs
    (place.office.ws.folder.blobs / blobs.path_name(row["sha256"])).unlink()
    place.office.do("want_photos", finding=number)
    place.swap("01")
    assert not blobs.has(row["sha256"])
    place.bring("office", place.export("01"))
    assert blobs.has(row["sha256"])


def test_no_bundle_is_written_over_another(place: Place) -> None:
    """A second laptop, or a restored one, counts its bundles anew and may name one like an older one."""
    name = Path(place.export("01"))
    before = name.read_bytes()
    with place.groups["01"].ws.writing() as conn:
        ((peer, link),) = links.every(conn).items()
        link.serial_out -= 1
        links.save(conn, peer, link)
    again = Path(place.export("01"))
    assert again != name
    assert name.read_bytes() == before
    assert PASSWORD not in again.name


def test_two_thousand_bundles_without_an_answer_can_still_be_answered(place: Place) -> None:
    """Receipts gather while one side only listens; the newest are told."""
    with place.office.ws.writing() as conn:
        peer = place.groups["01"].ws.profile.actor.replica
        link = links.load(conn, peer)
        counts = {"records": 1, "records_of": 1, "photos": 0, "photos_of": 0}
        link.receipts = [{"bundle": f"{n:064x}", **counts} for n in range(2000)]
        links.save(conn, peer, link)
    assert place.bring("01", place.export("office", "01"))[0]["status"] == "new"
