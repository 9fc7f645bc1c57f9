"""归档旧账: old segments leave the database, and nobody can tell but by the size of the file (sync.md §3.15, P17)."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import archiving, check
from dubu_desktop.actions.house import House
from dubu_desktop.actions.reads import past, spokes
from dubu_desktop.db import archives, journal, segments
from dubu_desktop.db.archiving import kept
from dubu_desktop.errors import DubuError
from tests.stories.exchange import Place, digest_of, ended, ops_held
from tests.stories.test_exchange_forks import MARKET as MARKET_EAST
from tests.stories.test_exchange_forks import SCHOOL as SCHOOL_ROAD
from tests.stories.test_exchange_forks import Twice, work
from tests.stories.test_spokes import second as second_laptop
from tests.world import PASSWORD, jpeg

MARKET, SCHOOL, CLINIC = "城关街道广源建材市场", "城东小学", "河口镇卫生院"
YEAR_LATER = "2027-07-01T09:00"


def archived(house: House) -> set[tuple[bytes, int]]:
    """(actor, number) of the segments whose bytes no longer stand in the database."""
    with house.ws.reading() as conn:
        here = {each.key for each in kept(conn)}
        rows = conn.exec_driver_sql("SELECT s.actor, s.number, a.actor FROM segment s JOIN actor a ON a.id = s.actor")
        return {(bytes(raw), number) for actor, number, raw in rows if (actor, number) not in here}


def sealed(house: House) -> list[bytes]:
    with house.ws.reading() as conn:
        return [raw for actor in journal.actors(conn) for raw in segments.each(conn, actor)]


def pack(house: House, keep_days: int | None = 0) -> dict[str, Any]:
    """Compact; nothing of what is told may change by it."""
    before = check.digest(house), ops_held(house), sealed(house)
    told = house.do("compact", keep_days=keep_days).extra
    assert (check.digest(house), ops_held(house), sealed(house)) == before
    return dict(told)


def everything_packed(house: House) -> None:
    """All segments there are, acknowledged or not: harder than the program would do it."""
    with house.ws.reading() as conn:
        chosen = kept(conn)
    ended(archiving.move(house.ws, chosen))


def files(house: House) -> list[Path]:
    return sorted(path for path in house.ws.folder.archives.rglob("*") if path.is_file())


def test_what_is_old_and_acknowledged_leaves_the_database(place: Place) -> None:
    numbers = [place.finding(place.groups["01"], place=MARKET) for _ in range(3)]
    for code in ("01", "02", "01"):
        place.swap(code)
    place.clock.put(YEAR_LATER)
    place.groups["01"].do("edit_finding", finding=numbers[0], values={"place": SCHOOL})
    for code in ("01", "02", "01", "02"):
        place.swap(code)
    held = len(sealed(place.office))
    told = pack(place.office, None)
    assert told["archives"] == len(files(place.office)) == 1
    # what came last is younger than a year
    assert (told["segments"], told["waiting"]) == (held - 1, 0)
    assert pack(place.office, None)["segments"] == 0
    assert len(archived(place.office)) == held - 1
    assert place.faults("office") == []
    assert place.value("office", numbers[0]) == SCHOOL


def test_the_file_is_smaller_by_what_left_it(place: Place) -> None:
    dice = random.Random(1)
    for n in range(120):
        facts = "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(1500))
        place.finding(place.groups["01"], place=f"{MARKET}{n}号", facts=facts)
    for _ in range(2):
        place.swap("01")
        place.swap("02")
    told = pack(place.office)
    assert told["bytes"] > 300_000
    assert told["database_before"] - told["database_after"] > 0.9 * told["bytes"]


def test_a_group_that_has_not_answered_holds_back_what_it_is_owed_and_one_out_of_use_does_not(place: Place) -> None:
    place.assigned("01", place=MARKET)
    place.swap("01")
    with place.office.ws.reading() as conn:
        plan = archiving.plan(place.office.ws, conn, 0)
    assert plan.waiting > 0
    assert "02" in {entry.group_code for entry in plan.owed}
    place.swap("01")
    waiting = pack(place.office)["waiting"]
    (silent,) = (row for row in place.office.read(spokes.rows) if row.code == "02")
    place.office.do("retire_spoke", spoke=silent.replica, reason="电脑报废")
    told = pack(place.office)
    assert told["segments"] > 0
    assert told["waiting"] < waiting


def test_history_rebuild_and_audit_read_the_archives(place: Place) -> None:
    number = place.assigned("01", place=MARKET)
    place.groups["01"].do("add_photos", finding=number, images=[jpeg(2)])
    place.swap("01")
    record = place.row(place.office, "finding", number=number)["uuid"].hex()
    before = place.office.read(past.history, record)
    for who in ("office", "01"):
        everything_packed(place.side(who))
    assert place.office.read(past.history, record) == before
    assert [place.faults(who) for who in ("office", "01")] == [[], []]
    found = ended(check.archives(place.office))
    assert (found.read, found.healed, found.lost) == (1, 0, ())


def test_work_goes_on_both_sides_of_a_conflict_come_together(place: Place) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    late = place.export("01")
    place.swap("01")
    place.groups["01"].do("edit_finding", finding=number, values={"place": SCHOOL})
    place.office.do("edit_finding", finding=number, values={"place": CLINIC}, reason="按现场")
    for who in ("office", "01"):
        everything_packed(place.side(who))
    place.swap("01")
    assert place.conflicts("office") == 1
    assert place.bring("office", late)[0]["new"] == 0
    for code in ("01", "02", "01"):
        place.swap(code)
    assert place.together()
    assert place.faults("office") == []


def test_a_restored_laptop_and_a_restored_office_get_everything_again(place: Place) -> None:
    old = {who: place.backup(who) for who in ("office", "01")}
    number = place.assigned("01", place=MARKET)
    place.swap("01")
    for who in ("office", "01"):
        everything_packed(place.side(who))
    with place.another_machine():
        place.restore("01", old["01"])  # from before: the office sends bases of all it knows
    place.swap("01")
    place.swap("01")
    assert place.value("01", number) == MARKET
    place.finding(place.groups["01"], place=SCHOOL)
    everything_packed(place.groups["01"])
    with place.another_machine("office"):
        place.restore("office", old["office"])  # from before: the laptop sends its own past out of its archive
    for code in ("01", "02", "01", "02"):
        place.swap(code)
    assert place.together()
    assert sorted(r["place"] for r in place.rows(place.office, "finding")) == sorted([MARKET, SCHOOL])
    assert place.faults("office") == []


def test_a_backup_carries_the_archives_once_and_brings_them_back(place: Place) -> None:
    place.assigned("01", place=MARKET)
    everything_packed(place.office)
    backup = place.backup("office")
    (copied,) = [p for p in (backup.parent / "archives").rglob("*") if p.is_file()]
    stamp = copied.stat().st_mtime_ns
    place.backup("office")
    assert copied.stat().st_mtime_ns == stamp
    with place.another_machine():
        place.restore("office", backup)
    assert place.faults("office") == []
    assert files(place.office) != []


def test_a_restored_workspace_says_which_archives_were_nowhere(place: Place, tmp_path: Path) -> None:
    from dubu_desktop.actions import recovery

    place.assigned("01", place=MARKET)
    everything_packed(place.office)
    backup = place.backup("office")
    shutil.rmtree(backup.parent / "archives")
    with place.another_machine():
        made = recovery.restore(backup, tmp_path / "new", password=PASSWORD, clock=place.clock)
    assert len(made.archives_missing) == 1


def spoiled(path: Path, how: str) -> None:
    if how == "missing":
        path.unlink()
    else:
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 4
        path.write_bytes(raw)


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_a_spoiled_archive_is_said_by_its_code_and_comes_back_from_a_backup(place: Place, how: str) -> None:
    number = place.assigned("01", place=MARKET)
    place.swap("01")
    everything_packed(place.office)
    place.office.do("make_backup")
    (path,) = files(place.office)
    place.office.ws.archives.close()
    spoiled(path, how)
    record = place.row(place.office, "finding", number=number)["uuid"].hex()
    with pytest.raises(DubuError) as caught:
        place.office.read(past.history, record)
    assert caught.value.code == "D-118"
    assert place.value("office", number) == MARKET  # what is shown stands in the tables
    before = place.digest("office")
    with pytest.raises(DubuError, match="D-118"):
        ended(check.rebuild(place.office))
    assert place.digest("office") == before
    found = ended(check.archives(place.office))
    assert (found.healed, found.lost) == (1, ())
    assert place.faults("office") == []
    # with its copy gone too there is nothing to take it from
    place.office.ws.archives.close()
    spoiled(path, how)
    shutil.rmtree(place.office.ws.folder.backups / "archives")
    assert len(ended(check.archives(place.office)).lost) == 1


def test_an_import_that_needs_a_missing_archive_changes_nothing(place: Place) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    place.groups["01"].do("edit_finding", finding=number, values={"place": CLINIC})
    place.swap("01")
    everything_packed(place.office)
    place.groups["01"].do("edit_finding", finding=number, values={"place": SCHOOL})
    file = place.export("01")
    (path,) = files(place.office)
    aside = path.rename(path.with_suffix(".aside"))
    place.office.ws.archives.close()
    before = place.digest("office")
    (report,) = place.bring("office", file)
    assert report["status"] == "refused"
    assert report["sentence"].startswith("D-118")
    assert place.digest("office") == before
    aside.rename(path)
    (report,) = place.bring("office", file)
    assert report["status"] == "new"
    assert place.value("office", number) == SCHOOL


def test_a_group_archives_its_own_words_alone(place: Place) -> None:
    """What leaves its scope goes to the last byte; an archive of a group never held a byte of others."""
    canary = "獬豸触邪于西仓"
    number = place.assigned("01", place=MARKET)
    place.office.do("edit_finding", finding=number, values={"facts": canary * 5}, reason="按标准")
    for _ in range(2):
        place.swap("01")
    one = place.groups["01"]
    assert pack(one)["segments"] > 0
    me = one.ws.profile.actor.replica
    with one.ws.reading() as conn:
        rows = archives.rows(conn)
    for row in rows:
        head = archives.layout(one.ws.archives, row.sha256).head
        assert {int.from_bytes(entry.actor[:8], "big") for entry in head.segments} == {me}
        with one.ws.archives.reading(row.sha256) as stream:
            assert canary.encode() not in stream.read()


def test_what_is_purged_stays_away_and_its_text_stays_in_the_archive(place: Place) -> None:
    number = place.assigned("01", place=MARKET)
    place.swap("01")
    everything_packed(place.office)
    held = ops_held(place.office)
    place.office.do("purge", kind="finding", record=number, reason="误录了不该录的内容")
    assert place.rows(place.office, "finding") == []
    assert held < ops_held(place.office)
    everything_packed(place.office)
    assert place.faults("office") == []
    assert place.rows(place.office, "finding") == []


def test_a_revoked_laptop_s_late_segments_leave_the_archive_for_the_quarantine(place: Place) -> None:
    backup = place.backup("office")
    place.finding(place.groups["01"], place=MARKET)
    place.bring("office", place.export("01"))
    (spoke,) = (row for row in place.office.read(spokes.rows) if row.code == "01")
    place.office.do("revoke_spoke", spoke=spoke.replica, reason="被盗")
    place.swap("02")  # the bare list reaches everybody
    place.finding(place.groups["01"], place=SCHOOL)
    late, told = place.export("01"), place.export("02")
    place.restore("office", backup)
    place.bring("office", late)
    assert len(place.rows(place.office, "finding")) == 2
    everything_packed(place.office)
    place.bring("office", told)  # now it hears of the cut-off
    assert [r["place"] for r in place.rows(place.office, "finding")] == [MARKET]
    assert place.faults("office") == []


def test_an_import_is_taken_back_out_of_the_archive(place: Place) -> None:
    number = place.finding(place.groups["01"], place=MARKET)
    file = place.export("01")
    place.bring("office", file)
    everything_packed(place.office)
    place.office.do("undo_import", bundle=Path(file).name)
    assert place.row(place.office, "finding", number=number)["status"] == "voided"
    assert place.faults("office") == []


def test_a_second_line_contradicts_what_lies_in_an_archive(place: Place) -> None:
    """One workspace used on two machines, and the office archived the first line before the second one came."""
    twice = Twice(place)
    first, second = work(twice)
    for file in first:
        place.bring("office", file)
    everything_packed(place.office)
    for file in second:
        place.bring("office", file)
    assert "D-256" in place.alarms("office")
    everything_packed(place.office)
    assert place.faults("office") == []
    assert {f"{MARKET_EAST}东侧", f"{SCHOOL_ROAD}东侧"} <= {r["place"] for r in place.rows(place.office, "finding")}


def test_a_new_laptop_is_brought_the_whole_scope_out_of_the_archive(place: Place) -> None:
    number = place.assigned("01", place=MARKET)
    place.swap("01")
    everything_packed(place.office)
    new = second_laptop(place)
    assert place.row(new, "finding", number=number)["place"] == MARKET
    assert digest_of(new) == place.digest("office", "01")


def test_cancelled_it_leaves_everything_where_it_was(place: Place) -> None:
    place.assigned("01", place=MARKET)
    before = sealed(place.office), check.digest(place.office)
    with place.office.ws.reading() as conn:
        chosen = kept(conn)
    work = archiving.move(place.office.ws, chosen)
    next(work)
    work.close()
    assert archived(place.office) == set()
    assert (sealed(place.office), check.digest(place.office)) == before
    assert pack(place.office)["segments"] >= 0


def test_without_the_signing_identity_nothing_is_moved(place: Place) -> None:
    with pytest.raises(DubuError, match="D-305"):
        place.office.do("compact", keep_days=-1)
