"""One process per workspace (reliability.md T30)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dubu_desktop.db.folder import Folder
from dubu_desktop.db.lock import WorkspaceLock
from dubu_desktop.errors import DubuError

HOLDER = """
import sys
from pathlib import Path
from dubu_desktop.db.folder import Folder
from dubu_desktop.db.lock import WorkspaceLock
from dubu_desktop.errors import DubuError
from dubu_desktop.system.clock import Clock
try:
    lock = WorkspaceLock(Folder(Path(sys.argv[1])), Clock())
except DubuError as error:
    print(error.code, flush=True)
else:
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def holder(folder: Folder) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def refused(folder: Folder, clock: object) -> DubuError:
    with pytest.raises(DubuError) as caught:
        WorkspaceLock(folder, clock)  # type: ignore[arg-type]
    assert caught.value.code == "D-110"
    return caught.value


def test_a_second_process_is_refused_and_a_killed_holder_lets_go(folder: Folder, clock: object) -> None:
    with holder(folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert f"进程{process.pid}" in refused(folder, clock).what
        process.kill()
        process.communicate()
    assert folder.lock_note.exists()  # a stale note refuses nobody
    with WorkspaceLock(folder, clock):  # type: ignore[arg-type]
        with holder(folder) as second:
            assert second.communicate(timeout=60)[0] == "D-110\n"
    assert not folder.lock_note.exists()


def test_the_same_process_is_refused_too_and_told_where_and_since(folder: Folder, clock: object) -> None:
    with WorkspaceLock(folder, clock):  # type: ignore[arg-type]
        error = refused(folder, clock)
        assert "本程序" in error.what
        assert "2026年3月5日9时12分" in error.what
    lock = WorkspaceLock(folder, clock)  # type: ignore[arg-type]
    lock.release()
    lock.release()


def test_another_machine_is_named_and_a_missing_note_hurts_nothing(folder: Folder, clock: object) -> None:
    with WorkspaceLock(folder, clock):  # type: ignore[arg-type]
        folder.lock_note.write_text(json.dumps({"host": "OFFICE-2", "pid": 7, "since_ms": 0}))
        assert "OFFICE-2" in refused(folder, clock).what
        for broken in ("", "[]", '{"host": 1}', json.dumps({"host": "h", "pid": 1, "since_ms": 10**30})):
            folder.lock_note.write_text(broken)
            assert "另一个督簿窗口" in refused(folder, clock).what


def test_a_foreign_lock_file_is_replaced(folder: Folder, clock: object) -> None:
    folder.lock_file.write_bytes(b"this is no database, it is a long text of somebody " * 100)
    with WorkspaceLock(folder, clock):  # type: ignore[arg-type]
        refused(folder, clock)


def test_a_lock_that_cannot_be_made_is_the_disks_error(tmp_path: Path, clock: object) -> None:
    with pytest.raises(DubuError) as caught:
        WorkspaceLock(Folder(tmp_path / "gone"), clock)  # type: ignore[arg-type]
    assert caught.value.code == "D-602"
