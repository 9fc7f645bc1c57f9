"""P14: memory does not grow with the size of a photo."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_a_photo_of_256_mib_needs_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="peak memory is read with getrusage")
    command = [sys.executable, "-m", "tests.unit.sync.memory_probe", str(tmp_path), "256"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    came_out, grown_kib = map(int, done.stdout.split())
    (tmp_path / "large.dubu").unlink()
    assert came_out == 256 * 1024 * 1024
    assert grown_kib <= 16 * 1024
