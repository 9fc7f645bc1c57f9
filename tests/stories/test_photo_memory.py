"""P14 for the whole way of a photo: out of the group's store, onto the stick, into the office's store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_180_mib_of_photos_need_no_more_memory_than_four(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="peak memory is read with getrusage")
    command = [sys.executable, "-m", "tests.stories.photo_memory", str(tmp_path), "30"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= 16 * 1024
