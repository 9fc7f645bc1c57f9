"""清除: gone from every table, list, index and photo store, here and at the groups; late work has no effect (§3.15)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import housekeeping, rules, upkeep
from dubu_desktop.actions.reads import alarms, inert
from dubu_desktop.db import search
from dubu_desktop.db import tables as t
from dubu_desktop.errors import DubuError
from tests.stories.exchange import Place, ended, finding_state, hostile, ops_held
from tests.stories.test_volumes import export, heavy, with_photos
from tests.world import jpeg

CANARY = "獬豸触邪于西仓"


def known(place: Place) -> str:
    """A finding of group 01 with a photo and an urge, known to both sides and indexed."""
    one = place.groups["01"]
    number = place.finding(one, place=f"城关街道{CANARY}东侧", facts=f"{CANARY}堆放瓷砖40箱")
    one.do("add_photos", finding=number, images=[jpeg(4)], caption=CANARY)
    one.do("finalise_finding", finding=number)
    place.bring("office", place.export("01"))
    place.office.do("confirm_finding", findings=[number])
    place.office.do("assign_rectification", findings=[number])
    place.office.do("urge", findings=[number], text=f"{CANARY}请抓紧")
    place.swap("01")
    for house in (place.office, one):
        ended(upkeep.index(house))
    return number


def tables_of(place: Place, who: str) -> bytes:
    """All that the folded and local tables and the index of a workspace hold."""
    out = []
    with place.side(who).ws.reading() as conn:
        for table in (*t.FOLDED.sorted_tables, *t.LOCAL.sorted_tables):
            for row in conn.execute(table.select()):
                out += [v if isinstance(v, bytes) else str(v).encode() for v in row]
        assert not search.matching(conn, CANARY[:3])
    return b"\n".join(out)


def test_gone_here_and_at_the_group_with_its_photos(place: Place) -> None:
    number = known(place)
    one = place.groups["01"]
    photo = place.row(place.office, "evidence")
    before = ops_held(place.office)
    told = place.office.do("purge", kind="finding", record=number, reason="误录了不该录的内容").extra
    assert told["records"] == 4
    assert place.rows(place.office, "finding") == place.rows(place.office, "evidence") == []
    assert CANARY.encode() not in tables_of(place, "office")
    assert not place.office.ws.blobs.has(photo["sha256"])
    assert not place.office.ws.blobs.has(photo["preview"])
    assert before < ops_held(place.office), "the journal is the archive: nothing of it went"
    assert place.faults("office") == []
    place.bring("01", place.export("office", "01"))
    assert place.rows(one, "finding") == place.rows(one, "evidence") == []
    assert not one.ws.blobs.has(photo["sha256"])
    assert CANARY.encode() not in tables_of(place, "01")
    assert place.faults("01") == []
    place.swap("01")
    assert place.together()


def test_late_work_has_no_effect_and_is_told(place: Place) -> None:
    number = known(place)
    one = place.groups["01"]
    one.do("add_note", kind="finding", record=number, text="还想说一句")
    late = place.export("01")
    place.office.do("purge", kind="finding", record=number, reason="误录")
    (report,) = place.bring("office", late)
    assert report["status"] == "new"
    assert place.inert("office") == ["purged"]
    (row,) = place.office.read(inert.rows)
    assert row.reason_label == "记录已清除"
    assert [(a.code, a.text) for a in place.office.read(alarms.rows)] == [("D-262", "已清除的问题又收到1项晚到的内容")]
    assert place.rows(place.office, "note") == []
    assert place.faults("office") == []
    place.bring("office", late)
    assert len(place.office.read(alarms.rows)) == 1


def test_the_same_whichever_came_first(place: Place) -> None:
    """What the purge had not seen is late, whether it lay here before or came after."""
    number = known(place)
    record = place.row(place.office, "finding", number=number)["uuid"]
    place.office.do("purge", kind="finding", record=number, reason="误录")
    with place.office.ws.writing() as conn:
        place.office.ws.fold.refold(conn, [record])
    assert place.inert("office") == []
    assert place.rows(place.office, "finding") == []


@pytest.mark.parametrize("inert", [False, True])
@pytest.mark.parametrize("volumes", [False, True])
def test_photos_that_come_late_do_not_stay(place: Place, inert: bool, volumes: bool) -> None:
    """Another op may be without effect meanwhile; and the record may have come before it was purged, its photos not."""
    one = place.groups["01"]
    number, other = with_photos(place, "01", 1), place.finding(one)
    if inert:
        hostile(one, lambda desk: desk._put(desk.purge_op(finding_state(one, other), {}, "恶意")))
    place.bring("office", place.export("01"))
    assert place.inert("office") == ["no_authority"] * inert
    named = [str(place.root / f"late-{seed}.jpg") for seed in (8, 9)]
    for seed, name in zip((8, 9), named, strict=True):
        Path(name).write_bytes(heavy(seed))
    one.do("add_photos", finding=number, files=named)
    late = export(place, "01")
    assert len(late) > 1
    if volumes:
        place.bring("office", late.pop(0))
    hashes = [h for r in place.rows(one, "evidence") for h in (r["sha256"], r["preview"])]
    place.office.do("purge", kind="finding", record=number, reason="误录")
    place.bring("office", *late)
    place.swap("01")
    assert housekeeping.sweep_photos(place.office) > 0
    assert [h for h in hashes if place.office.ws.blobs.has(h)] == []
    assert housekeeping.sweep_photos(place.office) == 0


@pytest.mark.parametrize("who", ["office", "01"])
def test_photos_go_from_the_second_place_with_the_last_backup_that_lists_them(place: Place, who: str) -> None:
    known(place)
    with_photos(place, "01", 1)
    place.swap("01")
    place.backup(who)
    house = place.side(who)
    gone, stays = sorted(place.rows(house, "evidence"), key=lambda r: r["caption"] != CANARY)
    there = next((place.root / f"second-{who}").glob("dubu-*"))

    def lies(row: dict[str, Any]) -> list[bool]:
        return [(there / "blobs" / house.ws.blobs.path_name(row[name])).is_file() for name in ("sha256", "preview")]

    number = next(r["number"] for r in place.rows(place.office, "finding") if r["uuid"] == gone["finding"])
    place.office.do("purge", kind="finding", record=number, reason="误录")
    place.bring("01", place.export("office", "01"))
    stranger = there / "blobs" / "ab" / "说明.txt"
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text("不是照片")
    place.backup(who)
    assert lies(gone) == lies(stays) == [True, True], "a backup there names them"
    with house.ws.reading() as conn:
        keep = rules.current(conn).rules.backup
    for _ in range(keep.keep_count + keep.keep_daily + keep.keep_weekly):
        place.clock.ms += 7 * 24 * 3600 * 1000
        place.backup(who)
    assert lies(gone) == [False, False]
    assert lies(stays) == [True, True]
    assert stranger.is_file()


def test_nothing_goes_from_a_second_place_whose_backups_cannot_all_be_read(place: Place) -> None:
    number = known(place)
    house, row = place.office, place.row(place.office, "evidence")
    place.backup("office")
    there = next((place.root / "second-office").glob("dubu-*"))
    (manifest,) = there.glob("backups/*/manifest.json")
    manifest.write_bytes(b"{")
    house.do("purge", kind="finding", record=number, reason="误录")
    place.backup("office")
    assert (there / "blobs" / house.ws.blobs.path_name(row["sha256"])).is_file()


def test_refused_while_in_conflict_or_named_by_others(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    place.swap("01")
    place.office.do("edit_finding", finding=number, values={"severity": "serious"}, reason="按标准")
    one.do("edit_finding", finding=number, values={"severity": "ordinary"})
    place.bring("office", place.export("01"))
    with pytest.raises(DubuError, match=r"^D-260 "):
        place.office.do("purge", kind="finding", record=number, reason="误录")
    with pytest.raises(DubuError, match=r"^D-261 "):
        place.office.do("purge", kind="unit", record="城关街道", reason="误录")
    with pytest.raises(DubuError, match=r"^D-312 "):
        place.office.do("purge", kind="finding", record=number, reason=" ")
    with pytest.raises(DubuError, match=r"^D-303 "):
        one.do("purge", kind="finding", record=number, reason="误录")
    place.office.do("add_person", name="李科员", roles=["clerk"])
    place.office.be("李科员")
    with pytest.raises(DubuError, match=r"^D-302 "):
        place.office.do("purge", kind="finding", record=number, reason="误录")
    assert len(place.rows(place.office, "finding")) == 1


def test_it_cannot_be_undone_and_a_group_cannot_do_it(place: Place) -> None:
    number = known(place)
    one = place.groups["01"]

    def act(desk: Any) -> None:
        desk._put(desk.purge_op(finding_state(one, number), {}, "恶意"))

    hostile(one, act)
    place.bring("office", place.export("01"))
    assert len(place.rows(place.office, "finding")) == 1
    assert place.inert("office") == ["no_authority"]
    place.office.do("purge", kind="finding", record=number, reason="误录")
    with pytest.raises(DubuError, match=r"^D-313 "):
        place.office.do("undo")


def test_a_restored_laptop_counts_no_purged_photo_as_missing(place: Place) -> None:
    number = known(place)
    place.office.do("purge", kind="finding", record=number, reason="误录")
    place.swap("01")
    backup = place.backup("01")
    with place.another_machine():
        place.restore("01", backup)
        told = place.groups["01"].do("export_bundle", to="office", out=str(place.stick)).extra
        assert (told["photos"], told["left"]) == (0, 0)


def burnt_after_a_purge(place: Place, backup: Path, kind: str, record: str) -> None:
    """The group hears of the purge; then the office is restored from `backup`, and they exchange."""
    place.bring("01", place.export("office", "01"))
    place.bring("office", place.export("01"))
    place.office.do("purge", kind=kind, record=record, reason="误录")
    place.bring("01", place.export("office", "01"))
    with place.another_machine():
        place.restore("office", backup)
        for _ in range(3):
            place.bring("01", place.export("office", "01"))
            place.bring("office", place.export("01"))


def test_a_purge_takes_nothing_with_it_that_a_restored_office_needs(place: Place) -> None:
    """What the office decided on one finding stood in one signed block with what it decided on the purged one."""
    one = place.groups["01"]
    gone, stays = place.finding(one, place="城关街道11号"), place.finding(one, place="城关街道12号")
    for number in (gone, stays):
        one.do("finalise_finding", finding=number)
    place.swap("01")
    place.swap("01")
    backup = place.backup("office")
    place.office.do("confirm_finding", findings=[gone, stays])
    burnt_after_a_purge(place, backup, "finding", gone)
    assert place.row(place.office, "finding", number=stays)["status"] == "confirmed"


def test_nor_does_the_purge_of_a_unit(place: Place) -> None:
    place.swap("01")
    backup = place.backup("office")
    for name in ("甲单位误录", "乙单位留着"):
        place.office.do("add_unit", name=name)
    burnt_after_a_purge(place, backup, "unit", "甲单位误录")
    assert place.rows(place.office, "unit", name="乙单位留着")


def test_an_office_restored_from_before_a_purge_shows_the_group_its_own_again(place: Place) -> None:
    """The purge burnt with the office: both have the finding and its photo again, and it can be purged again."""
    one = place.groups["01"]
    number = place.finding(one)
    one.do("add_photos", finding=number, images=[jpeg(4)])
    place.swap("01")
    place.swap("01")
    backup = place.backup("office")
    place.office.do("purge", kind="finding", record=number, reason="误录")
    before = place.export("office", "01")
    place.swap("01")
    assert place.rows(one, "finding") == []
    with place.another_machine():
        place.restore("office", backup)
        for _ in range(3):
            place.swap("01")
        place.bring("01", before)  # of the former life: nothing of it is taken
        assert len(place.rows(place.office, "finding")) == len(place.rows(one, "finding")) == 1
        assert place.agree("01")
        place.office.do("purge", kind="finding", record=number, reason="误录")
        for _ in range(3):
            place.swap("01")
        assert place.rows(place.office, "finding") == place.rows(one, "finding") == []
        assert place.agree("01")
        assert place.faults("01") == []


def test_an_old_bundle_of_the_same_office_shows_nothing_that_was_purged_since(place: Place) -> None:
    number = known(place)
    place.office.do("edit_finding", finding=number, values={"place": "城关街道南河桥头"}, reason="更正")
    old = place.export("office", "01")
    place.office.do("purge", kind="finding", record=number, reason="误录")
    place.swap("01")
    place.bring("01", old)
    assert place.rows(place.groups["01"], "finding") == []
    assert place.agree("01")
