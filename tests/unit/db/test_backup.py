"""Backups: verified before they are listed, thinned without trusting the clock, restored beside the old workspace."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.db import backup, driver, keys, meta, restore
from dubu_desktop.db.blobs import BlobState, BlobStore
from dubu_desktop.db.folder import open_folder
from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.system import files, stick
from tests.unit.db.small import PASSWORD, HeldClock, Small, flip_bit, values_of

CANARY = "机密线索CANARY"


def make(small: Small, clock: HeldClock, *photos: bytes, **more: object) -> backup.BackupInfo:
    names = [small.blobs.path_name(sha256) for sha256 in photos]
    return backup.make_backup(small.folder, small.secrets, names, clock, reason="测试", **more)  # type: ignore[arg-type]


def by_password(key_file: Path) -> keys.Secrets:
    return keys.unlock(keys.load_keyfile(key_file), PASSWORD)


def code_of(function: object, *arguments: object) -> str:
    with pytest.raises(DubuError) as caught:
        function(*arguments)  # type: ignore[operator]
    return caught.value.code


def test_a_backup_comes_back_whole_beside_the_old_workspace(small: Small, clock: HeldClock, tmp_path: Path) -> None:
    small.write(CANARY)
    photo, lost = small.blobs.put(b"photo " + CANARY.encode()), b"l" * 32
    info = make(small, clock, photo.sha256, lost)
    small.write("after the backup")
    restored = restore.restore_backup(info.path, tmp_path / "new", by_password)
    assert (restored.photos, restored.missing) == (2, 1)
    assert open_folder(tmp_path / "new") == restored.folder
    assert keys.load_keyfile(restored.folder.key_file) == small.keyfile
    database = driver.open_database(restored.folder.database, small.secrets.database_key)
    assert values_of(database) == [CANARY]
    with database.reader.begin() as connection:
        assert meta.get(connection, meta.RESTORED) == "1"
    database.close()
    store = BlobStore(restored.folder.blobs, small.secrets.blob_key, small.secrets.blob_name_key)
    assert store.check(photo.sha256) is BlobState.OK
    assert small.values() == [CANARY, "after the backup"]
    with small.database.reader.begin() as connection:
        assert meta.get(connection, meta.RESTORED) is None
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file


def test_a_backup_says_what_it_is(small: Small, clock: HeldClock) -> None:
    info = make(small, clock)
    assert backup.list_backups(small.folder.backups) == [info]
    assert (info.sequence, info.made_ms, info.reason, info.version) == (1, clock.now_ms(), "测试", 1)
    assert {file.name for file in info.path.iterdir()} == {"dubu.db", "workspace.key", "photos", "manifest.json"}
    assert make(small, clock).sequence == 2


def test_the_old_password_opens_the_old_backup(small: Small, clock: HeldClock, tmp_path: Path) -> None:
    info = make(small, clock)
    keys.change_password(small.keyfile, PASSWORD, "换了一个密码2026").save(small.folder.key_file)
    restored = restore.restore_backup(info.path, tmp_path / "new", by_password)
    assert keys.unlock(keys.load_keyfile(restored.folder.key_file), PASSWORD) == small.secrets


def test_the_recovery_code_brings_a_backup_back(small: Small, clock: HeldClock, tmp_path: Path) -> None:
    small.write(CANARY)
    info = make(small, clock)
    restored = restore.restore_backup(
        info.path, tmp_path / "new", lambda path: keys.unlock_with_recovery(keys.load_keyfile(path), small.code)
    )
    assert restored.folder.database.is_file()


def test_a_wrong_password_or_an_existing_place_changes_nothing(small: Small, clock: HeldClock, tmp_path: Path) -> None:
    info = make(small, clock)
    wrong = lambda path: keys.unlock(keys.load_keyfile(path), "not the password")  # noqa: E731
    assert code_of(restore.restore_backup, info.path, tmp_path / "new", wrong) == "D-103"
    assert not (tmp_path / "new").exists()
    before = small.folder.database.read_bytes()
    assert code_of(restore.restore_backup, info.path, small.folder.path, by_password) == "D-102"
    assert small.folder.database.read_bytes() == before


def test_cancelling_a_restore_leaves_nothing(small: Small, clock: HeldClock, tmp_path: Path) -> None:
    info = make(small, clock, small.blobs.put(b"photo").sha256)

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        restore.restore_backup(info.path, tmp_path / "new", by_password, cancel)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["dubu.db", "photos", "manifest.json", "workspace.key"])
@pytest.mark.parametrize("damage", ["bit", "cut", "gone"])
def test_a_damaged_backup_is_refused_before_anything_is_made(
    small: Small, clock: HeldClock, tmp_path: Path, name: str, damage: str
) -> None:
    info = make(small, clock, small.blobs.put(b"photo").sha256)
    path = info.path / name
    if damage == "bit":
        flip_bit(path, path.stat().st_size // 2)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-3])
    else:
        path.unlink()
    assert code_of(restore.restore_backup, info.path, tmp_path / "new", by_password) in ("D-112", "D-106")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    assert code_of(restore.restore_backup, tmp_path, tmp_path / "new", by_password) == "D-112"
    assert backup.list_backups(tmp_path / "none") == []


def test_a_damaged_workspace_makes_no_backup_and_keeps_the_older(
    small: Small, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's backup API copies a damaged page as zeros under a valid HMAC; in an overflow page nothing else tells."""
    monkeypatch.setattr(driver, "_LOOK_AGAIN_S", (0.0,))
    small.write("x" * 100_000, "y" * 100_000)
    good = make(small, clock)
    small.database.close()
    whole = small.folder.database.read_bytes()
    for page in range(1, len(whole) // driver.PAGE_BYTES):
        flip_bit(small.folder.database, page * driver.PAGE_BYTES + 77)
        assert code_of(make, small, clock) == "D-111", page
        assert list(small.folder.backups.iterdir()) == [good.path]
        small.folder.database.write_bytes(whole)
    make(small, clock)


def test_a_copy_that_does_not_verify_is_not_listed(
    small: Small, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.write(*(f"{number}" * 3000 for number in range(100)))
    real = driver.copy_database

    def spoil(source: Path, dest: Path, *rest: object) -> int:
        version = real(source, dest, *rest)  # type: ignore[arg-type]
        flip_bit(dest, -16384 * 3)
        return version

    monkeypatch.setattr(driver, "copy_database", spoil)
    assert code_of(make, small, clock) == "D-117"
    assert list(small.folder.backups.iterdir()) == []


def test_too_little_space_is_said_with_both_sizes(
    small: Small, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = 2 * small.folder.database.stat().st_size
    monkeypatch.setattr(files, "free_bytes", lambda path: needed - 1)
    with pytest.raises(DubuError) as caught:
        make(small, clock)
    assert caught.value.code == "D-608"
    assert files.size_text(needed) in caught.value.what
    monkeypatch.setattr(files, "free_bytes", lambda path: needed)
    make(small, clock)


def test_a_disk_that_fills_up_leaves_no_part(small: Small, clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(files.os, "fsync", full)
    assert code_of(make, small, clock) == "D-601"
    assert list(small.folder.backups.iterdir()) == []


def test_a_backup_is_due_after_half_an_hour_or_when_the_clock_stood_ahead(small: Small, clock: HeldClock) -> None:
    place, half_hour = small.folder.backups, 30 * 60 * 1000
    assert backup.needs_backup(place, clock.now_ms(), half_hour)
    assert backup.needs_daily(place, clock)
    made = make(small, clock).made_ms
    assert not backup.needs_backup(place, made + half_hour, half_hour)
    assert backup.needs_backup(place, made + half_hour + 1, half_hour)
    assert backup.needs_backup(place, made - 1, half_hour)
    assert not backup.needs_daily(place, clock)
    clock.set(2026, 3, 6, 0, 0)
    assert backup.needs_daily(place, clock)


def fake(place: Path, sequence: int, when: datetime) -> None:
    """A backup as the list sees it; nothing of it is opened here."""
    path = place / f"{sequence:06d}-{when:%Y%m%d-%H%M}-0123abcd"
    path.mkdir(parents=True)
    info = backup.BackupInfo(path, sequence, int(when.timestamp() * 1000), "", "0", 1, 0, "", 0, "")
    body = {name: value for name, value in dataclasses.asdict(info).items() if name != "path"}
    (path / "manifest.json").write_text(json.dumps(body))


def kept_after(place: Path, moments: list[datetime]) -> list[int]:
    """Make backups at these moments, thinning after each as the program does; the sequences that remain."""
    for sequence, when in enumerate(moments, start=1):
        fake(place, sequence, when)
        backup.thin_out(place)
    return [info.sequence for info in backup.list_backups(place)]


START = datetime(2026, 1, 5, 9, 0)


def test_ten_newest_seven_days_and_four_weeks_are_kept(tmp_path: Path) -> None:
    # Three a day for forty days.
    moments = [START + timedelta(days=day, hours=3 * turn) for day in range(40) for turn in range(3)]
    kept = kept_after(tmp_path, moments)
    assert kept[-10:] == list(range(111, 121))
    days = {moments[sequence - 1].date() for sequence in kept}
    assert {moments[-1].date() - timedelta(days=back) for back in range(7)} <= days
    assert len({day.isocalendar()[:2] for day in days}) >= 4
    assert len(kept) <= 10 + 7 + 4


@pytest.mark.parametrize("wrong", [datetime(2099, 6, 1, 9, 0), datetime(1970, 1, 1, 9, 0)])
def test_a_day_with_a_wrong_clock_deletes_nothing_extra(tmp_path: Path, wrong: datetime) -> None:
    """Twin runs: the same backups, on one of them the clock jumps for a day (reliability.md T11, G12)."""
    right = [START + timedelta(days=day, hours=3 * turn) for day in range(12) for turn in range(3)]
    # The day before the last is the wrong one.
    skewed = [wrong + (when - right[30]) if 30 <= at < 33 else when for at, when in enumerate(right)]
    assert kept_after(tmp_path / "right", right) == kept_after(tmp_path / "skewed", skewed)


def test_a_stuck_clock_never_leaves_fewer_than_ten_nor_removes_many_at_once(tmp_path: Path) -> None:
    for sequence in range(1, 41):
        fake(tmp_path, sequence, START + timedelta(days=sequence))
    fake(tmp_path, 41, datetime(1970, 1, 1))
    removed = backup.thin_out(tmp_path)
    assert [info.sequence for info in removed] == [1, 2]
    for sequence in range(42, 100):
        fake(tmp_path, sequence, datetime(1970, 1, 1))
        assert len(backup.thin_out(tmp_path)) <= 2
    left = [info.sequence for info in backup.list_backups(tmp_path)]
    assert left[-10:] == list(range(90, 100))


def test_the_second_place_gets_the_newest_backup_and_each_photo_once(
    small: Small, clock: HeldClock, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert code_of(restore.copy_to_second_place, stick, small.folder, small.secrets, []) == "D-117"
    small.write(CANARY)
    photos = [small.blobs.put(b"photo %d " % number + CANARY.encode()) for number in range(3)]
    names = [small.blobs.path_name(photo.sha256) for photo in photos]
    make(small, clock, *(photo.sha256 for photo in photos[:2]))
    assert restore.copy_to_second_place(stick, small.folder, small.secrets, names[:2]) == 2
    assert restore.copy_to_second_place(stick, small.folder, small.secrets, names[:2]) == 0
    make(small, clock, *(photo.sha256 for photo in photos))
    assert restore.copy_to_second_place(stick, small.folder, small.secrets, names) == 1
    place = backup.second_place(stick, small.secrets)
    copies = backup.list_backups(place / "backups")
    assert [info.sequence for info in copies] == [1, 2]
    # The laptop is gone; the stick alone brings everything back.
    restored = restore.restore_backup(copies[-1].path, tmp_path / "new", by_password)
    assert (restored.photos, restored.missing) == (3, 0)
    store = BlobStore(restored.folder.blobs, small.secrets.blob_key, small.secrets.blob_name_key)
    assert [store.check(photo.sha256) for photo in photos] == [BlobState.OK] * 3
    everything = [file for file in stick.rglob("*") if file.is_file()]
    assert not any(CANARY.encode() in file.read_bytes() or file.name.endswith(".part") for file in everything)


def test_backups_after_a_restore_are_the_newest_in_the_same_second_place(
    small: Small, clock: HeldClock, tmp_path: Path
) -> None:
    """The restored workspace counts its backups from 1: the first was thinned out as if it were the oldest."""
    stick, keep = tmp_path / "stick", backup.Keep(2, 0, 0)
    stick.mkdir()
    for _ in range(3):
        make(small, clock)
        restore.copy_to_second_place(stick, small.folder, small.secrets, [], keep=keep)
        clock.ms += 1000
    place = backup.second_place(stick, small.secrets) / "backups"
    assert [info.sequence for info in backup.list_backups(place)] == [2, 3]
    shutil.rmtree(small.folder.backups)
    small.folder.backups.mkdir()
    for sequences in ([3, 4], [4, 5]):
        new = make(small, clock)
        for _ in range(2):  # once is enough
            restore.copy_to_second_place(stick, small.folder, small.secrets, [], keep=keep)
        copies = backup.list_backups(place)
        assert [info.sequence for info in copies] == sequences
        assert copies[-1].is_copy(new)
        assert restore.newest_there(stick, small.folder, small.secrets) == copies[-1].path
        backup.check_backup(copies[-1])
        clock.ms += 1000


def test_a_backup_can_be_made_in_another_place_at_once(small: Small, clock: HeldClock, tmp_path: Path) -> None:
    info = make(small, clock, to=tmp_path / "elsewhere")
    assert info.path.parent == backup.second_place(tmp_path / "elsewhere", small.secrets) / "backups"
    assert backup.list_backups(small.folder.backups) == []
    backup.check_backup(info)


def test_a_pulled_stick_is_said_and_leaves_no_listed_backup(
    small: Small, clock: HeldClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(small, clock)
    real = os.fsync
    left = [2]

    def pulled(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENODEV, "pulled")
        real(descriptor)

    monkeypatch.setattr(files.os, "fsync", pulled)
    assert code_of(restore.copy_to_second_place, tmp_path / "stick", small.folder, small.secrets, []) == "D-602"
    assert backup.list_backups(backup.second_place(tmp_path / "stick", small.secrets) / "backups") == []


@pytest.mark.parametrize("photos", [0, 1])
def test_a_stick_that_stores_something_else_is_found_out(
    small: Small, clock: HeldClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photos: int
) -> None:
    names = [small.blobs.path_name(small.blobs.put(b"photo").sha256)][:photos]
    make(small, clock)
    real = stick.sync_file

    def lie(stream: Any) -> None:
        stream.seek(20)
        stream.write(b"?")
        real(stream)

    monkeypatch.setattr(stick, "sync_file", lie)
    place = tmp_path / "stick"
    assert code_of(restore.copy_to_second_place, place, small.folder, small.secrets, names) == "D-606"
    assert [file for file in place.rglob("*") if file.is_file()] == []
