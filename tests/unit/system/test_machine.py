"""Clock, randomness, codes, and what kind of disk a path is on."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dubu_desktop.system import codes, paths
from dubu_desktop.system.clock import Clock
from dubu_desktop.system.randomness import Randomness


class Held(Clock):
    def __init__(self, ms: int) -> None:
        self.ms = ms

    def now_ms(self) -> int:
        return self.ms


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T08:00:00+08:00"),
        (-1, "1970-01-01T07:59:59.999000+08:00"),
        (1_772_640_000_123, "2026-03-05T00:00:00.123000+08:00"),
        (4_083_926_400_000, "2099-06-01T00:00:00+08:00"),
    ],
)
def test_local_time_is_shanghai_whatever_the_machine_says(ms: int, text: str) -> None:
    assert Clock().local(ms).isoformat() == text


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    midnight = 1_772_640_000_000
    assert Held(midnight - 1).today() == date(2026, 3, 4)
    assert Held(midnight).today() == date(2026, 3, 5)


def test_the_machines_clock_runs() -> None:
    first = Clock().now_ms()
    assert first > 1_700_000_000_000
    assert Clock().now_ms() >= first


def test_randomness_has_the_sizes_it_says() -> None:
    source = Randomness()
    assert len(source.bytes(7)) == 7
    ids = [source.uuid7() for _ in range(100)]
    assert {len(one) for one in ids} == {16}
    assert {one[6] >> 4 for one in ids} == {7}
    assert ids == sorted(set(ids))
    assert max(source.u64() for _ in range(64)) >= 2**32
    assert all(0 <= source.u32() < 2**32 for _ in range(64))


class Fixed(Randomness):
    """255 twice, then 0, 1, 2 …: the biasing bytes must be thrown away."""

    def __init__(self) -> None:
        self.next = -2

    def bytes(self, n: int) -> bytes:
        found = [255 if self.next + at < 0 else (self.next + at) % 256 for at in range(n)]
        self.next += n
        return bytes(found)


def test_codes_are_drawn_without_bias() -> None:
    assert codes.draw(Fixed(), 5) == codes.ALPHABET[:5]
    assert len(codes.ALPHABET) == len(set(codes.ALPHABET)) == 31
    assert not set("01OIL") & set(codes.ALPHABET)


def test_a_check_letter_notices_every_wrong_letter_and_every_swap() -> None:
    letters = "7K3QXZWABCDE"
    check = codes.check_letter(letters)
    for place, letter in enumerate(letters):
        for other in codes.ALPHABET.replace(letter, ""):
            assert codes.check_letter(letters[:place] + other + letters[place + 1 :]) != check
    for place in range(len(letters) - 1):
        swapped = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
        assert codes.check_letter(swapped) != check
    assert codes.check_letter(letters, 1) != check


def test_a_typed_code_is_folded_and_foreign_letters_are_kept() -> None:
    assert codes.normalise(" ７k3q-ｘｚ—0o ") == "7K3QXZ0O"


def mounts(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "mounts"
    path.write_text("".join(f"{line} rw 0 0\n" for line in lines))
    return path


@pytest.mark.other_system
@pytest.mark.skipif(sys.platform == "win32", reason="reads /proc/mounts")
@pytest.mark.parametrize(
    ("line", "network"),
    [
        ("/dev/sda2 {} ext4", False),
        ("tmpfs {} tmpfs", False),
        ("nas:/share {} nfs4", True),
        ("//nas/share {} cifs", True),
        ("//nas/share {} unknownfs", True),
        ("u@nas:/ {} fuse.sshfs", True),
        ("gvfsd-fuse {} fuse.gvfsd-fuse", True),
        ("/dev/sdb1 {} fuseblk", False),
    ],
)
def test_network_mounts_are_known_by_kind(tmp_path: Path, line: str, network: bool) -> None:
    shared = tmp_path / "共享 盘"
    shared.mkdir()
    escaped = str(shared).replace(" ", "\\040")
    table = mounts(tmp_path, "/dev/sda1 / ext4", line.format(escaped))
    assert paths.is_network_path(shared / "not" / "yet", mounts=table) is network
    assert not paths.is_network_path(tmp_path, mounts=table)
    assert not paths.is_network_path(shared, mounts=tmp_path / "no such table")


@pytest.mark.other_system
@pytest.mark.skipif(sys.platform == "win32", reason="reads /proc/mounts and /sys")
@pytest.mark.parametrize(
    ("bus", "flag", "layer", "removable"),
    [
        ("pci0000:00/ata1", "0", "", False),
        ("pci0000:00/ata1", "1", "", True),
        ("pci0000:00/usb2/2-1", "0", "", True),
        ("pci0000:00/usb2/2-1", "1", "", True),
        ("pci0000:00/ata1", "0", "dm-0", False),
        ("pci0000:00/usb2/2-1", "1", "dm-0", True),
    ],
)
def test_sticks_are_known_by_flag_bus_and_through_encryption(
    tmp_path: Path, bus: str, flag: str, layer: str, removable: bool
) -> None:
    disk = tmp_path / "devices" / bus / "block" / "sdz"
    (disk / "sdz1").mkdir(parents=True)
    (disk / "removable").write_text(f"{flag}\n")
    block = tmp_path / "block"
    block.mkdir()
    (block / "sdz1").symlink_to(disk / "sdz1")
    if layer:
        (tmp_path / "devices" / layer / "slaves").mkdir(parents=True)
        (tmp_path / "devices" / layer / "slaves" / "sdz1").symlink_to(disk / "sdz1")
        (block / layer).symlink_to(tmp_path / "devices" / layer)
    home = tmp_path / "home"
    home.mkdir()
    table = mounts(tmp_path, "tmpfs / tmpfs", f"/dev/{layer or 'sdz1'} {home} ext4")
    assert paths.is_removable(home / "ws", mounts=table, block=block) is removable
    assert not paths.is_removable(tmp_path, mounts=table, block=block)


def test_the_places_of_this_user_and_this_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBU_STATE_DIR", str(tmp_path / "a" / "state"))
    assert paths.state_dir() == tmp_path / "a" / "state"
    assert paths.state_dir().is_dir()
    monkeypatch.delenv("DUBU_STATE_DIR")
    assert paths.state_dir().name == paths.APP_NAME
    assert paths.resources_dir().name == "resources"
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resources_dir() == tmp_path / "resources"


WITHOUT = """
import sys
for name in ("fcntl", "resource", "pwd", "grp"):
    sys.modules[name] = None
import os
del os.fork
from pathlib import Path
from dubu_desktop.db import backup, driver, folder, keys, lock, migrations, restore
from dubu_desktop.db.blobs import BlobStore
from dubu_desktop.system import clock, codes, files, paths, randomness, stick
path = Path(sys.argv[1])
with folder.creating(path) as made:
    keyfile, secrets = keys.create_keys("12345678", keys.new_recovery_code(randomness.Randomness()))
    keyfile.save(made.key_file)
    database = driver.open_database(made.database, secrets.database_key)
    migrations.migrate(database.writer, made.database, migrations.Schema(lambda c: None), lambda: None)
    BlobStore(made.blobs, secrets.blob_key, secrets.blob_name_key).put(b"photo")
with lock.WorkspaceLock(folder.open_folder(path), clock.Clock()):
    info = backup.make_backup(made, secrets, [], clock.Clock(), reason="x")
    database.close()
restore.restore_backup(info.path, path.with_name("new"), lambda key: secrets)
stick.copy_out(lambda stream: None, path.with_name("f"), lambda part: None)
paths.state_dir()
"""


def test_it_all_works_without_what_windows_lacks(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(tmp_path / "ws")], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
