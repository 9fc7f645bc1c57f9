"""Volumes of one export: any order, any subset, each whole by itself; receipts and acks right when only some arrive."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import housekeeping
from dubu_desktop.actions.exchange import pasts, trust, writing
from dubu_desktop.actions.reads import bundles
from dubu_desktop.db import journal, links, scope
from dubu_desktop.domain.records import EVIDENCE
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.sync.container import bundle_size
from dubu_desktop.sync.frames import MAX_FILE
from dubu_desktop.sync.reading import verify_bundle
from dubu_desktop.system import files as system_files
from dubu_desktop.wire.messages import Direction
from tests.stories.exchange import Place
from tests.stories.test_exchange_leaving import give, handed
from tests.world import jpeg

#: MiB: small enough that a few photos need several
SMALL = 0.02
#: so small that records alone need several
TINY = 0.004


def heavy(seed: int, size: int = 9000) -> bytes:
    """A small picture that weighs `size` bytes: comments that do not compress stand behind its start."""
    from random import Random

    picture, filler = jpeg(seed), Random(seed).randbytes(size)
    out = picture[:2]
    for at in range(0, len(filler), 60_000):
        part = filler[at : at + 60_000]
        out += b"\xff\xfe" + (len(part) + 2).to_bytes(2, "big") + part
    return out + picture[2:]


def with_photos(place: Place, who: str, count: int, first: int = 1) -> str:
    """A finding with photos; returns its number."""
    house = place.side(who)
    number = place.finding(house)
    names = []
    for seed in range(first, first + count):
        path = place.root / f"photo-{who}-{seed}.jpg"
        path.write_bytes(heavy(seed))
        names.append(str(path))
    house.do("add_photos", finding=number, files=names)
    return number


def export(place: Place, who: str, to: str = "office", mb: float = SMALL) -> list[str]:
    """The volumes of one export."""
    return list(place.side(who).do("export_bundle", to=to, out=str(place.stick), volume_mb=mb).extra["files"])


def head_of(place: Place, who: str, file: str) -> Any:
    """What a verified volume says of itself."""
    ws = place.side(who).ws
    with ws.reading() as conn:
        return verify_bundle(Path(file), trust.addressee(ws, conn)).head


def here(place: Place, who: str) -> tuple[int, int]:
    """(previews, originals) of evidence that are in the store of `who`."""
    store = place.side(who).ws.blobs
    rows = place.rows(place.side(who), "evidence")
    return sum(store.has(r["preview"]) for r in rows), sum(store.has(r["sha256"]) for r in rows)


def test_every_volume_is_below_the_limit_and_says_part_i_of_n_under_one_serial(place: Place) -> None:
    with_photos(place, "01", 5)
    names = export(place, "01")
    assert len(names) > 2
    assert all(Path(one).stat().st_size <= SMALL * (1 << 20) for one in names)
    heads = [head_of(place, "office", one) for one in names]
    assert {h.serial for h in heads} == {heads[0].serial}
    assert [(h.part, h.parts) for h in heads] == [(n, len(names)) for n in range(1, len(names) + 1)]
    marks = [f"-{n}of{len(names)}.dubu" for n in range(1, len(names) + 1)]
    assert [one[one.index("-1of".replace("1", str(n))) :] for n, one in enumerate(names, 1)] == marks


def test_an_export_that_fits_is_one_file_named_as_ever(place: Place) -> None:
    with_photos(place, "01", 2)
    (name,) = export(place, "01", mb=4)
    assert "of" not in Path(name).name
    head = head_of(place, "office", name)
    assert (head.part, head.parts) == (1, 1)


@pytest.mark.parametrize("order", range(6))
def test_volumes_may_come_in_any_order_and_again(place: Place, order: int) -> None:
    with_photos(place, "01", 3)
    names = export(place, "01")
    wanted = list(itertools.permutations(names))[order * len(list(itertools.permutations(names))) // 6]
    for one in wanted:
        (report,) = place.bring("office", one)
        assert report["status"] == "new", report
    assert here(place, "office") == (3, 3)
    before = place.digest("office")
    for one in wanted:
        (report,) = place.bring("office", one)
        assert report["status"] == "same"
    assert place.digest("office") == before
    place.bring("01", place.export("office", "01"))
    assert place.together()
    assert place.faults("office") == []


def test_any_subset_of_volumes_acknowledges_only_itself_and_the_rest_follows(place: Place) -> None:
    with_photos(place, "01", 4)
    names = export(place, "01")
    for lost in range(len(names)):
        kept = [one for at, one in enumerate(names) if at != lost]
        assert all(r["status"] in ("new", "same") for one in kept for r in place.bring("office", one))
        if lost == 0:
            assert not place.rows(place.office, "finding"), "the records are in the first"
            continue
    # a fresh start: only the first came, then one exchange each way
    place.swap("01")
    place.swap("01")
    assert here(place, "office") == (4, 4)
    assert place.together()


def test_only_the_first_volume_came_the_office_asks_for_the_photos_and_gets_them(place: Place) -> None:
    with_photos(place, "01", 4)
    names = export(place, "01")
    (report,) = place.bring("office", names[0])
    assert report["photos_of"] == 4
    assert report["photos"] < 4
    place.bring("01", place.export("office", "01"))
    again = export(place, "01", mb=4)
    place.bring("office", *again)
    assert here(place, "office") == (4, 4)


def spread(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealed blocks so small that records alone need several volumes."""
    from dubu_desktop.actions.exchange import bases

    monkeypatch.setattr(journal, "SEGMENT_OPS", 2)
    monkeypatch.setattr(bases, "_BLOCK", 1)


@pytest.mark.parametrize("first", [0, -1])
def test_segments_spread_over_volumes_acknowledge_the_unbroken_run_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    spread(place, monkeypatch)
    for _ in range(30):
        place.finding(place.groups["01"])
    names = export(place, "01", mb=TINY)
    assert len(names) > 2
    place.bring("office", names[first])
    actor = place.groups["01"].ws.profile.actor
    with place.office.ws.reading() as conn:
        end, gaps = journal.contiguous(conn, actor), journal.gaps(conn, actor)
    held = end.number if end else 0
    assert bool(gaps) is (first == -1)
    place.bring("01", place.export("office", "01"))
    with place.groups["01"].ws.reading() as conn:
        link = links.load(conn, place.office.ws.profile.actor.replica)
    assert link.have.get(actor.to_bytes().hex(), 0) == held
    place.swap("01")
    place.swap("01")
    assert len(place.rows(place.office, "finding")) == 30
    assert place.together()
    assert place.faults("office") == []


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["first", "last", "all but the first", "backwards"])
def test_bases_spread_over_volumes_never_acknowledge_what_did_not_come(
    place: Place, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    spread(place, monkeypatch)
    for _ in range(10):
        number = place.finding(place.office)
        place.office.do("finalise_finding", finding=number)
        place.office.do("confirm_finding", findings=[number])
        place.office.do("assign_rectification", findings=[number], verify_group="01")
    names = export(place, "office", "01", mb=TINY)
    assert len(names) > 2
    chosen = {"first": names[:1], "last": names[-1:], "all but the first": names[1:], "backwards": names[::-1]}[kept]
    for one in chosen:
        place.bring("01", one)
    for _ in range(len(names) + 1):  # each exchange moves the acknowledgement at least by its first volume
        place.bring("office", place.export("01"))
        for one in export(place, "office", "01", mb=TINY):
            place.bring("01", one)
    assert place.together()
    assert len(place.rows(place.groups["01"], "finding")) == 10


def test_a_volume_claims_no_position_that_another_one_brings(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    spread(place, monkeypatch)
    place.bring("office", place.export("01"))
    for _ in range(10):
        number = place.finding(place.office)
        place.office.do("finalise_finding", finding=number)
        place.office.do("confirm_finding", findings=[number])
        place.office.do("assign_rectification", findings=[number], verify_group="01")
    names = export(place, "office", "01", mb=TINY)
    heads = [head_of(place, "01", one) for one in names]
    with place.groups["01"].ws.reading() as conn:
        before = links.load(conn, place.office.ws.profile.actor.replica).base_in
    assert before
    assert [h.base_position for h in heads[1:]] == [before] * (len(names) - 1)
    whole = export(place, "office", "01", mb=4)
    assert before < heads[0].base_position < head_of(place, "01", whole[0]).base_position


@pytest.mark.parametrize("lost", [0, -1])
def test_a_restored_office_names_nothing_as_left_before_all_volumes_of_an_answer_came(
    place: Place, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """What the group hands back may lie in the volume that did not come (docs/decisions/0050)."""
    spread(place, monkeypatch)
    numbers = [handed(place) for _ in range(4)]
    place.swap("01")
    backup = place.backup("office")
    place.office.do("extend_rectification", findings=numbers, due_on="2026-07-31", reason="汛期")
    place.bring("01", place.export("office", "01"))
    place.restore("office", backup)
    for number in numbers:
        give(place, number, "02")
    place.bring("01", place.export("office", "01"))
    names = export(place, "01", mb=TINY / 2)
    assert len(names) > 2
    del names[lost]
    place.bring("office", *names)
    place.bring("01", place.export("office", "01"))
    assert len(place.rows(place.groups["01"], "rectification")) == 4  # what it still has to hand back
    place.swap("01")
    place.swap("01")
    assert {row["due_on"] for row in place.rows(place.office, "rectification")} == {"2026-07-31"}
    assert place.rows(place.groups["01"], "rectification") == []
    place.swap("02")
    assert place.together()


def test_receipts_are_told_for_each_volume(place: Place) -> None:
    with_photos(place, "01", 3)
    names = export(place, "01")
    for one in names[:-1]:
        place.bring("office", one)
    place.bring("01", place.export("office", "01"))
    with place.groups["01"].ws.reading() as conn:
        rows = [r for r in links.bundles(conn) if r.direction == "out" and r.body.get("parts", 1) == len(names)]
    told = {r.body["file"]: "received" in r.body for r in rows}
    assert told == {Path(one).name: one != names[-1] for one in names}


# --- a stick that ends half way ----------------------------------------------------------------------------------


def test_a_stick_that_fills_up_half_way_keeps_whole_volumes_and_says_which(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_photos(place, "01", 4)
    real, free = os.fsync, [2]

    def fsync(handle: int) -> None:
        if ".part" in os.readlink(f"/proc/self/fd/{handle}") and "-up-" in os.readlink(f"/proc/self/fd/{handle}"):
            free[0] -= 1
            if free[0] < 0:
                raise OSError(errno.ENOSPC, "full")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(DubuError) as stopped:
        export(place, "01")
    monkeypatch.setattr(os, "fsync", real)
    assert stopped.value.code == "D-610"
    left = sorted(p.name for p in place.stick.iterdir() if "-up-" in p.name and "of" in p.name)
    assert len(left) == 2
    assert all(name in stopped.value.sentence for name in left)
    assert "D-601" in stopped.value.sentence
    assert not list(place.stick.glob("*.part"))
    for name in left:
        (report,) = place.bring("office", str(place.stick / name))
        assert report["status"] == "new"
    place.swap("01")
    place.swap("01")
    assert here(place, "office") == (4, 4)


def test_without_room_for_a_volume_it_is_not_begun(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with_photos(place, "01", 2)
    monkeypatch.setattr(system_files, "free_bytes", lambda _path: 100)
    with pytest.raises(DubuError) as refused:
        export(place, "01")
    assert refused.value.code == "D-608"


def test_cancelled_at_any_moment_only_whole_volumes_are_left(place: Place) -> None:
    with_photos(place, "01", 3)
    steps = sum(1 for _ in place.groups["01"].run("export_bundle", to="office", out=str(place.stick), volume_mb=SMALL))
    assert steps > 10
    for moment in range(0, steps, 3):
        folder = place.root / f"stick-{moment}"
        folder.mkdir()
        work = place.groups["01"].run("export_bundle", to="office", out=str(folder), volume_mb=SMALL)
        for _ in range(moment + 1):
            next(work)
        with pytest.raises((Cancelled, DubuError, StopIteration)) as end:
            work.throw(Cancelled())
        left = sorted(folder.iterdir())
        assert all(one.suffix == ".dubu" for one in left)
        assert bool(left) is (end.type is not Cancelled)
        for one in left:
            head_of(place, "office", str(one))


def test_a_limit_beyond_what_a_bundle_may_be_is_refused(place: Place) -> None:
    for wrong in (0, -1, 2049):
        with pytest.raises(DubuError, match="D-305"):
            export(place, "01", mb=wrong)


def test_a_damaged_photo_does_not_keep_the_rest_from_leaving(place: Place) -> None:
    with_photos(place, "01", 3)
    store = place.groups["01"].ws.blobs
    row = place.rows(place.groups["01"], "evidence")[0]
    path = place.groups["01"].ws.folder.blobs / store.path_name(row["sha256"])
    raw = bytearray(path.read_bytes())
    raw[200] ^= 1
    path.write_bytes(bytes(raw))
    told = place.groups["01"].do("export_bundle", to="office", out=str(place.stick)).extra
    assert (told["left"], told["photos"]) == (1, 2)
    (report,) = place.bring("office", *told["files"])
    assert (report["photos"], report["photos_of"]) == (2, 3)
    assert row["sha256"] in head_of(place, "office", export(place, "01", mb=4)[0]).want, "the office may hold it"


def test_the_plan_never_exceeds_the_limit_and_loses_nothing() -> None:
    from dubu_desktop.actions.exchange.outgoing import Parcel, Photo
    from dubu_desktop.sync.identity import PublicIdentity
    from dubu_desktop.wire.messages import BlobKind, Head

    head = Head(
        schema=1, codecs=[1], workspace=bytes(16), sender=b"\1" * 16, recipient=b"\2" * 16,
        direction=Direction.UP, serial=7,
    )  # fmt: skip
    sizes = [3_100_000 + 7919 * n % 900_001 for n in range(1800)]
    photos = [Photo(n.to_bytes(32, "big"), BlobKind.ORIGINAL, size) for n, size in enumerate(sizes)]
    parcel = Parcel(head, PublicIdentity(1, bytes(32), ""), photos=photos)
    cut = writing.volumes(parcel)
    assert [p for volume in cut for p in volume.photos] == photos
    assert all(volume.size <= MAX_FILE for volume in cut)
    assert len(cut) == 1 + sum(sizes) // MAX_FILE
    assert bundle_size(head, 0) < 4096
    assert EVIDENCE.by_name["sha256"].tag != EVIDENCE.by_name["preview"].tag


def test_what_takes_effect_with_a_later_volume_is_not_counted_below_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Volumes the last first: steps wait for the one before, and each report tells what lost its effect with it."""
    spread(place, monkeypatch)
    monkeypatch.setattr(journal, "SEGMENT_OPS", 1)
    one = place.groups["01"]
    number = place.finding(one)
    place.swap("01")
    place.swap("01")
    one.do("finalise_finding", finding=number)
    one.do("retract", kind="finding", record=number)
    one.do("finalise_finding", finding=number)
    names = export(place, "01", mb=0.0015)
    assert len(names) > 1
    reports = [report for name in reversed(names) for report in place.bring("office", name)]
    assert place.inert("office") == []
    assert [r["without_effect"] for r in reports if r["without_effect"] < 0] == []


def test_photos_that_never_come_do_not_keep_others_from_being_asked_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "MOST_WANTED", 1)
    with_photos(place, "01", 3)
    place.swap("01")
    place.swap("01")
    hashes = sorted(row["sha256"] for row in place.rows(place.office, "evidence"))
    for name in hashes:
        place.office.ws.blobs.remove(name)
    housekeeping.note_missing_photos(place.office)
    place.groups["01"].ws.blobs.remove(hashes[0])  # lost for good
    for _ in range(6):
        place.swap("01")
    assert [place.office.ws.blobs.has(name) for name in hashes] == [False, True, True]


def test_every_bundle_taken_is_receipted_though_a_head_holds_fewer(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pasts, "MOST_TOLD", 2)
    for _ in range(5):
        place.finding(place.groups["01"])
        place.bring("office", place.export("01"))
    for _ in range(4):
        place.bring("01", place.export("office", "01"))
        place.bring("office", place.export("01"))
    sent = [row for row in place.groups["01"].read(bundles.ledger) if row.direction == "out"]
    silent = [row.serial for row in sent if not row.received]
    assert silent == [max(row.serial for row in sent)], "the last alone, which nobody could answer yet"


def test_a_computer_long_silent_keeps_its_receipt_and_its_gap(place: Place) -> None:
    """However many newer lines of others the ledger has."""
    told = {"records": 3, "records_of": 3, "photos": 0, "photos_of": 0}
    silent, loud = (place.groups[code].ws.profile.actor.replica for code in ("01", "02"))
    with place.office.ws.writing() as conn:
        serial, now = links.load(conn, silent).serial_in, place.clock.ms
        made: list[tuple[bytes, str, int, int, dict[str, object]]] = [
            (b"s" * 32, "out", silent, 9, {"received": told, "records": 3}),
            (b"v" * 32, "in", silent, serial, {"part": 1, "parts": 2, "made_ms": now + 1}),
            *((n.to_bytes(32, "big"), "out", loud, 100 + n, {}) for n in range(600)),
        ]
        for n, (name, way, peer, number, body) in enumerate(made, 1):
            links.note_bundle(conn, links.BundleRow(name, way, peer, number, now + n, 1, body))
    first, _ = place.office.read(bundles.peers)
    assert first.received == "第9包：第一组已收 3/3 条"
    assert first.gap == f"第{serial}包缺第2卷（共2卷）"


def test_a_photo_of_a_bundle_of_the_offices_former_life_is_no_sign_of_another_past(place: Place) -> None:
    """Restored, it sends what was missing in a bundle made after its backup: that one's receipt is told once more."""
    number = place.assigned("01")
    place.swap("01")
    for seed in range(1, 4):
        path = place.root / f"photo-{seed}.jpg"
        path.write_bytes(heavy(seed))
        place.office.do("add_photos", finding=number, files=[str(path)])
    backup = place.backup("office")
    lost = place.rows(place.office, "evidence")[0]["preview"]
    place.office.ws.blobs.remove(lost)
    place.bring("01", place.export("office", "01"))
    for _ in range(2):
        place.swap("01")
    again = place.restore("office", backup)
    life = again.ws.profile.actor
    names = export(place, "office", "01", mb=SMALL / 2)
    assert len(names) > 1
    place.bring("01", names[0])
    assert not place.groups["01"].ws.blobs.has(lost)
    place.bring("01", *names[1:])
    assert place.groups["01"].ws.blobs.has(lost)
    for _ in range(3):
        place.swap("01")
    assert (again.ws.profile.actor, place.alarms("office")) == (life, [])
    assert place.together()


def test_a_receipt_for_one_volume_is_not_told_of_the_whole_export(place: Place) -> None:
    with_photos(place, "01", 3)
    names = export(place, "01")
    place.bring("office", names[-1])
    place.bring("01", place.export("office", "01"))
    (office,) = place.groups["01"].read(bundles.peers)
    assert office.received == f"第2包第{len(names)}卷（共{len(names)}卷）：办公室已收到"
    assert office.waiting > 0
