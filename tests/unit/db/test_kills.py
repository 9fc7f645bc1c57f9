"""kill -9 while storing photos and making backups: what was acknowledged is there, what has a name is whole."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from dubu_desktop.db import backup
from dubu_desktop.db.blobs import BlobState, BlobStore
from dubu_desktop.db.restore import restore_backup
from tests.unit.db.small import Small

WORKER = """
import os, sys
from pathlib import Path
from dubu_desktop.db import backup
from dubu_desktop.db.blobs import BlobStore
from dubu_desktop.db.folder import Folder
from dubu_desktop.db.keys import Secrets
from dubu_desktop.system.clock import Clock
folder, secrets = Folder(Path(sys.argv[1])), Secrets(bytes.fromhex(sys.argv[2]), None)
blobs = BlobStore(folder.blobs, secrets.blob_key, secrets.blob_name_key)
while True:
    if sys.argv[3] == "photos":
        acknowledged = blobs.put(os.urandom(1_500_000)).sha256.hex()
    else:
        acknowledged = backup.make_backup(folder, secrets, [], Clock(), reason="x").path.name
    print(acknowledged, flush=True)
"""


def killed_after(small: Small, work: str, seconds: float) -> list[str]:
    """Run the worker, kill it `seconds` after its first acknowledgement; what it acknowledged."""
    command = [sys.executable, "-c", WORKER, str(small.folder.path), small.secrets.data_key.hex(), work]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        rest = process.stdout.read()
    assert process.returncode == -9
    return [line for line in (first + rest).splitlines(keepends=False) if line]


@pytest.mark.other_system
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("seconds", [0.003, 0.011, 0.04])
def test_a_photo_that_was_acknowledged_is_there_and_a_named_one_is_whole(small: Small, seconds: float) -> None:
    acknowledged = [bytes.fromhex(line) for line in killed_after(small, "photos", seconds)]
    store: BlobStore = small.blobs
    assert acknowledged
    assert [store.check(sha256) for sha256 in acknowledged] == [BlobState.OK] * len(acknowledged)
    # At most one more got its name before the kill reached its acknowledgement; the rest is a `.part`.
    small.folder.sweep()
    named = [path for path in small.folder.blobs.rglob("*") if path.is_file()]
    assert len(named) - len(acknowledged) in (0, 1)
    assert {path.stat().st_size for path in named} == {1_500_000 + 20 + 2 * 16 + 32}


@pytest.mark.other_system
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("seconds", [0.005, 0.02, 0.06])
def test_a_listed_backup_is_whole_and_the_workspace_unhurt(small: Small, tmp_path: Path, seconds: float) -> None:
    small.write(*range(1000))
    acknowledged = killed_after(small, "backups", seconds)
    small.folder.sweep()
    listed = backup.list_backups(small.folder.backups)
    # Ten are kept; one more may have been named, and the tenth thinned, before the kill reached its acknowledgement.
    assert {info.path.name for info in listed} >= set(acknowledged[-9:])
    for info in listed:
        backup.check_backup(info)
    assert sorted(entry.name for entry in small.folder.backups.iterdir()) == [info.path.name for info in listed]
    restored = restore_backup(listed[-1].path, tmp_path / "new", lambda key_file: small.secrets)
    assert restored.folder.database.is_file()
    assert len(small.values()) == 1000
