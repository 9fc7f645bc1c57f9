"""Photos between office and groups: wanted until they come, told at both ends; a bundle taken again costs nothing."""

from __future__ import annotations

import errno
import random
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import check, housekeeping
from dubu_desktop.actions.exchange import incoming
from dubu_desktop.actions.reads import bundles, evidence, findings
from dubu_desktop.db import kept, scope
from dubu_desktop.db.blobs import BlobStore
from dubu_desktop.errors import Cancelled
from tests.stories.exchange import Place, ended
from tests.stories.test_volumes import export, here, with_photos


def ledger(place: Place, who: str, direction: str) -> list[bundles.BundleRow]:
    return [row for row in place.side(who).read(bundles.ledger) if row.direction == direction]


def lose(place: Place, who: str, name: bytes) -> None:
    """A file of the store is gone."""
    place.side(who).ws.blobs.remove(name)


def stored(place: Place, who: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written into and looked up in the store of `who` from now on."""
    told: list[str] = []
    for name in ("put_verified", "has"):
        real = getattr(BlobStore, name)

        def spy(self: BlobStore, *args: Any, real: Any = real, name: str = name) -> Any:
            if self is place.side(who).ws.blobs:
                told.append(name)
            return real(self, *args)

        monkeypatch.setattr(BlobStore, name, spy)
    return told


def test_a_want_is_struck_off_by_what_comes_and_the_ledger_and_the_receipt_follow(place: Place) -> None:
    with_photos(place, "01", 3)
    names = export(place, "01")
    (report,) = place.bring("office", names[0])
    had = report["photos"]
    assert had < 3
    (row,) = [r for r in ledger(place, "office", "in") if r.body.get("parts") == len(names)]
    assert row.chip.word == f"照片待补{3 - had}张"
    place.bring("01", place.export("office", "01"))
    (told,) = [r for r in ledger(place, "01", "out") if r.file == Path(names[0]).name]
    assert told.received.endswith(f"照片 {had}/3")
    for one in names[1:]:
        place.bring("office", one)
    with place.office.ws.reading() as conn:
        assert scope.wanted(conn) == set()
    rows = [r for r in ledger(place, "office", "in") if r.body.get("parts") == len(names)]
    assert {r.chip.word for r in rows} == {"已收下"}
    assert [r.photos for r in rows if r.body["part"] == 1] == [3]
    place.bring("01", place.export("office", "01"))
    (told,) = [r for r in ledger(place, "01", "out") if r.file == Path(names[0]).name]
    assert told.received.endswith("照片 3/3")


def test_volumes_taken_together_report_what_is_here_in_the_end(place: Place) -> None:
    with_photos(place, "01", 3)
    names = export(place, "01")
    random.Random(3).shuffle(names)
    seen = place.office.do("preview_bundles", files=names).extra["reports"]
    taken = place.bring("office", *names)
    for reports in (seen, taken):
        (first,) = [r for r in reports if r["part"] == 1]
        assert (first["photos"], first["photos_of"]) == (3, 3)
        assert sum(r["pictures"] for r in reports) == 6


def test_a_lost_original_is_asked_for_and_comes(place: Place) -> None:
    with_photos(place, "01", 2)
    place.bring("office", place.export("01"))
    row = place.rows(place.office, "evidence")[0]
    lose(place, "office", row["sha256"])
    place.office.do("want_photos", finding=row["finding"].hex())
    (view,) = [
        v for v in place.office.read(evidence.of_finding, row["finding"]) if v.id == row["uuid"].hex()
    ]  # fmt: skip
    assert view.state == evidence.PREVIEW_ONLY
    place.bring("01", place.export("office", "01"))
    (asked,) = export(place, "01", mb=4)
    (report,) = place.bring("office", asked)
    assert report["pictures"] >= 1
    assert here(place, "office") == (2, 2)
    with place.office.ws.reading() as conn:
        assert scope.wanted(conn) == set()


def test_a_group_gets_previews_alone_and_originals_when_it_asks(place: Place) -> None:
    number = with_photos(place, "01", 2)
    place.groups["01"].do("finalise_finding", finding=number)
    place.bring("office", place.export("01"))
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number], verify_group="02")
    place.bring("02", place.export("office", "02"))
    assert here(place, "02") == (2, 0)
    (found,) = place.groups["02"].read(findings.rows, place.groups["02"].read(findings.ids))
    assert found.photos_missing == 0, "a preview is all a group needs"
    place.groups["02"].do("want_photos", finding=number)
    place.bring("office", place.export("02"))
    place.bring("02", place.export("office", "02"))
    assert here(place, "02") == (2, 2)


def test_taking_a_known_bundle_reads_it_once_and_stores_and_looks_up_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_photos(place, "01", 2)
    name = place.export("01")
    place.bring("office", name)
    opened: list[str] = []
    monkeypatch.setattr(incoming, "open_bundle", lambda *args: opened.append("opened"))
    told = stored(place, "office", monkeypatch)
    (report,) = place.bring("office", name)
    assert (report["status"], opened, told) == ("same", [], [])
    assert report["from"]
    assert report["serial"] == 2


def test_a_known_bundle_brings_back_a_photo_that_was_lost_here(place: Place) -> None:
    with_photos(place, "01", 2)
    name = place.export("01")
    place.bring("office", name)
    row = place.rows(place.office, "evidence")[0]
    lose(place, "office", row["preview"])
    lose(place, "office", row["sha256"])
    with place.office.ws.writing() as conn:
        scope.want_again(conn, [row["preview"], row["sha256"]])
    (report,) = place.bring("office", name)
    assert report["status"] == "same"
    assert here(place, "office") == (2, 2)
    with place.office.ws.reading() as conn:
        assert scope.wanted(conn) == set()


def test_what_comes_with_the_bundle_is_not_looked_for_in_the_store(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_photos(place, "01", 4)
    name = place.export("01")
    told = stored(place, "office", monkeypatch)
    place.bring("office", name)
    # one look for each picture before it is written, none afterwards
    assert (told.count("has"), told.count("put_verified")) == (8, 8)


def test_a_photo_that_is_here_is_not_written_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with_photos(place, "01", 2)
    place.export("01")
    first, second = place.export("01"), place.export("01")
    place.bring("office", first)
    told = stored(place, "office", monkeypatch)
    (report,) = place.bring("office", second)
    assert report["status"] == "new"
    assert told.count("put_verified") == 0


def test_photos_of_a_volume_that_came_first_outlive_the_daily_sweep(place: Place) -> None:
    with_photos(place, "01", 3)
    names = export(place, "01")
    for one in names[1:]:
        place.bring("office", one)
    assert housekeeping.sweep_photos(place.office) == 0
    place.bring("office", names[0])
    assert here(place, "office")[1] == 3
    assert housekeeping.sweep_photos(place.office) == 0
    assert here(place, "office") == (3, 3)


def test_photos_that_came_first_to_a_restored_office_outlive_the_daily_sweep(place: Place) -> None:
    """The serials of a new pair begin anew: they are lower than that of what came early in the time before."""
    for _ in range(3):
        place.swap("01")
    with_photos(place, "01", 3)
    place.bring("office", export(place, "01")[-1])
    backup = place.backup("office")
    with place.another_machine():
        place.restore("office", backup)
        place.bring("01", place.export("office", "01"))
        names = export(place, "01")
        for one in names[1:]:
            place.bring("office", one)
        assert housekeeping.sweep_photos(place.office) == 0
        place.bring("office", names[0])
        assert here(place, "office") == (3, 3)
        with place.office.ws.reading() as conn:
            assert kept.early(conn) == set(), "nothing is kept for the time before"


def test_photos_nobody_names_after_a_newer_bundle_are_swept(place: Place) -> None:
    with_photos(place, "01", 3)
    names = export(place, "01")
    place.bring("office", names[-1])
    place.bring("office", place.export("01"))
    orphan = place.office.ws.blobs.put(b"nobody's").sha256
    assert housekeeping.sweep_photos(place.office) == 1
    assert not place.office.ws.blobs.has(orphan)
    assert here(place, "office") == (3, 3)


def test_cancelled_at_any_moment_an_import_leaves_before_or_after(place: Place) -> None:
    with_photos(place, "01", 3)
    with_photos(place, "02", 2, first=40)
    files = [place.export("01"), place.export("02")]
    kept = place.snapshot("office")
    before = place.digest("office")
    steps = len(list(place.office.run("import_bundles", files=files)))
    after, folder = place.digest("office"), place.office.ws.folder
    assert steps >= 10
    seen = set()
    for moment in range(steps):
        place.copy_back("office", kept)
        work = place.office.run("import_bundles", files=files)
        for _ in range(moment + 1):
            next(work)
        try:
            work.throw(Cancelled())
            raise AssertionError("nothing yields after a cancel")
        except Cancelled:
            taken = 0
            assert place.digest("office") == before
        except StopIteration as end:
            reports = end.value.extra["reports"]
            taken = sum(r["status"] == "new" for r in reports)
            assert {r["status"] for r in reports} <= {"new", "left"}
        assert len(place.rows(place.office, "finding")) == taken
        assert not list(folder.inbox.iterdir())
        assert not list(folder.blobs.glob("**/*.part"))
        seen.add(taken)
        place.bring("office", *files)
        assert place.digest("office") == after
        assert here(place, "office") == (5, 5)
    assert seen >= {0, 1}


def test_a_bundle_that_does_not_fit_on_the_disk_is_refused_before_anything_is_written(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dubu_desktop.system import files

    with_photos(place, "01", 1)
    name = place.export("01")
    before = place.digest("office")
    monkeypatch.setattr(files, "free_bytes", lambda _path: 1000)
    (report,) = place.bring("office", name)
    assert (report["status"], report["code"]) == ("refused", "D-608")
    assert place.digest("office") == before
    assert here(place, "office") == (0, 0)


def test_a_file_that_is_gone_or_damaged_is_noticed_and_asked_for_again(place: Place) -> None:
    with_photos(place, "01", 3)
    place.bring("office", place.export("01"))
    first, second, third = place.rows(place.office, "evidence")
    lose(place, "office", first["sha256"])
    path = place.office.ws.folder.blobs / place.office.ws.blobs.path_name(second["sha256"])
    raw = bytearray(path.read_bytes())
    raw[300] ^= 1
    path.write_bytes(bytes(raw))
    found = ended(check.photos(place.office))
    assert (found.read, found.gone, found.damaged) == (5, 1, 1)
    with place.office.ws.reading() as conn:
        assert scope.wanted(conn) == {first["sha256"], second["sha256"]}
    assert len(place.rows(place.office, "evidence")) == 3, "the records stay"
    assert place.office.ws.blobs.has(third["sha256"])
    place.bring("01", place.export("office", "01"))
    place.bring("office", place.export("01"))
    assert ended(check.photos(place.office)) == check.PhotosFound(6, 0, 0)


def test_the_daily_look_notices_a_missing_file_without_opening_any(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_photos(place, "01", 2)
    place.bring("office", place.export("01"))
    row = place.rows(place.office, "evidence")[0]
    lose(place, "office", row["sha256"])
    told = stored(place, "office", monkeypatch)
    assert housekeeping.note_missing_photos(place.office) == 1
    assert housekeeping.note_missing_photos(place.office) == 0, "it is on the list already"
    assert told == []
    lose(place, "01", row["sha256"])
    assert housekeeping.note_missing_photos(place.groups["01"]) == 0, "a group may have made room"
    lose(place, "01", row["preview"])
    assert housekeeping.note_missing_photos(place.groups["01"]) == 1


class _Pulled:
    """A file on a stick that is pulled after so many reads."""

    def __init__(self, real: Any, reads: int) -> None:
        self._real, self._left = real, reads

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __enter__(self) -> _Pulled:
        return self

    def __exit__(self, *_: object) -> None:
        self._real.close()

    def read(self, count: int = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise OSError(errno.EIO, "pulled")
        return bytes(self._real.read(count))


@pytest.mark.parametrize("verb", ["preview_bundles", "import_bundles"])
@pytest.mark.parametrize("reads", [0, 1, 2, 5])
def test_a_stick_pulled_while_it_is_read_is_said_and_the_other_files_come_in(
    place: Place, monkeypatch: pytest.MonkeyPatch, verb: str, reads: int
) -> None:
    with_photos(place, "01", 3)
    place.finding(place.groups["02"])
    pulled, other = place.export("01"), place.export("02")
    real = Path.open

    def opens(self: Path, *args: Any, **kw: Any) -> Any:
        found = real(self, *args, **kw)
        return _Pulled(found, reads) if str(self) == pulled else found

    monkeypatch.setattr(Path, "open", opens)
    first, second = place.office.do(verb, files=[pulled, other]).extra["reports"]
    if first["status"] == "refused":
        assert first["code"] == "D-602"
        assert "拔出" in first["sentence"]
    assert first["status"] == "refused" or reads >= 2, "a small file is read in two or three pieces"
    assert second["status"] == "new"
    came = [row["finder_group"] for row in place.rows(place.office, "finding")]
    assert (place.group_id("02") in came) is (verb == "import_bundles")
    assert not place.office.ws.folder.inbox.is_dir() or not list(place.office.ws.folder.inbox.iterdir())


def test_what_is_wanted_no_more_is_due_no_more(place: Place) -> None:
    """As when a record leaves the scope, or is purged: its photos are struck off the list without having come."""
    with_photos(place, "01", 3)
    names = export(place, "01")
    (report,) = place.bring("office", names[0])
    waits = 3 - report["photos"]
    assert waits > 1
    with place.office.ws.writing() as conn:
        record = place.rows(place.office, "evidence")[-1]
        scope.no_longer_wanted(conn, [record["sha256"], record["preview"]])
    place.export("office", "01")
    (row,) = [r for r in ledger(place, "office", "in") if r.body.get("parts") == len(names)]
    assert (row.photos, row.body["photos_of"]) == (report["photos"], 2)
    assert row.chip.word == f"照片待补{waits - 1}张"


def test_a_finding_says_at_both_ends_what_is_still_to_come(place: Place) -> None:
    number = with_photos(place, "01", 3)
    names = export(place, "01")
    (report,) = place.bring("office", names[0])
    waits = 3 - report["photos"]

    def told(who: str) -> tuple[int, int]:
        house = place.side(who)
        record = place.row(house, "finding", number=number)["uuid"]
        found = house.read(findings.detail, record.hex())
        return found.photos_missing, found.photos_asked

    assert told("office") == (waits, 0)
    place.bring("01", place.export("office", "01"))
    assert told("01") == (0, waits)
    place.bring("office", place.export("01"))
    assert told("office") == (0, 0)
    place.bring("01", place.export("office", "01"))
    assert told("01") == (0, 0)
