"""What is put in order after opening."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dubu_desktop.actions import housekeeping
from dubu_desktop.db.backup import list_backups
from dubu_desktop.db.blobs import BlobState
from tests.world import World, jpeg


def _names(world: World) -> int:
    return len(list_backups(world.office.ws.folder.backups))


def test_one_backup_a_day(world: World) -> None:
    before = _names(world)
    world.clock.put("2026-06-03T08:00")
    assert housekeeping.daily_backup(world.office, "").made
    world.clock.put("2026-06-03T18:00")
    assert not housekeeping.daily_backup(world.office, "").made
    assert _names(world) == before + 1


def test_the_second_place_gets_a_copy_or_it_is_said(world: World, tmp_path: Path) -> None:
    world.clock.put("2026-06-03T08:00")
    told = housekeeping.daily_backup(world.office, str(tmp_path / "gone"))
    assert told.made
    assert "还没有拷过去" in told.trouble
    world.clock.put("2026-06-04T08:00")
    place = tmp_path / "second"
    place.mkdir()
    assert housekeeping.daily_backup(world.office, str(place)) == housekeeping.DailyBackup(True, 0, "")
    assert list(place.glob("dubu-*/backups/*/dubu.db"))


def test_photos_nobody_names_go_and_the_others_stay(world: World, tmp_path: Path) -> None:
    number = world.finding(world.office)
    photo = tmp_path / "a.jpg"
    photo.write_bytes(jpeg(5))
    world.office.do("add_photos", finding=number, files=[str(photo)])
    blobs = world.office.ws.blobs
    orphan = blobs.put(b"left by a cancelled import").sha256
    assert housekeeping.sweep_photos(world.office) == 1
    assert not blobs.has(orphan)
    evidence = world.row(world.office, "evidence")
    assert [blobs.check(evidence[name]) for name in ("sha256", "preview")] == [BlobState.OK] * 2
    assert housekeeping.sweep_photos(world.office) == 0


def test_nothing_goes_while_something_is_kept_that_no_record_tells(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dubu_desktop.db import scope

    orphan = world.office.ws.blobs.put(b"named by an op of a fork").sha256
    monkeypatch.setattr(scope, "holds_unread", lambda _conn: True)
    assert housekeeping.sweep_photos(world.office) == 0
    assert world.office.ws.blobs.has(orphan)


def test_the_renderer_folder_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dubu_desktop.export import render

    monkeypatch.setattr(render, "renderer_root", lambda: tmp_path)
    (tmp_path / "999999999-1-abc").mkdir()
    assert housekeeping.sweep_renderer() == 1


def test_an_archive_that_is_gone_comes_back_from_a_backup_or_is_named(world: World) -> None:
    ws = world.office.ws
    world.round()
    world.office.do("compact", keep_days=0)
    assert housekeeping.archives_here(world.office, "") == ()
    world.office.do("make_backup")
    ws.archives.close()
    (file,) = (path for path in ws.folder.archives.rglob("*") if path.is_file())
    file.unlink()
    assert housekeeping.archives_here(world.office, "") == ()
    assert file.is_file()
    file.unlink()
    shutil.rmtree(ws.folder.backups / "archives")
    assert housekeeping.archives_here(world.office, "") == (f"{file.parent.name}/{file.name}",)
