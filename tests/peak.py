"""The peak memory of this process: what tests of constant memory measure in a child."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def measured(module: str, *arguments: object, seconds: float = 300) -> list[int]:
    """The numbers that a test program prints, run as a process of its own. Skips where memory cannot be measured."""
    pytest.importorskip("resource", reason="peak memory is read with getrusage")
    command = [sys.executable, "-m", module, *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stderr
    return [int(number) for number in done.stdout.split()]


def peak_kib() -> int:
    """KiB resident at most since this program began.

    `ru_maxrss` is no measure for a child: over fork and exec it begins with what the parent had, and under a large test
    process nothing would ever seem to grow.
    """
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1])
