"""How a piece is measured: in a process of its own, CPU (user and system, children too), wall, and the memory peak."""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Meter:
    """Measures the block; `found` then says wall and CPU seconds and how far memory rose over idle, in MB."""

    def __init__(self) -> None:
        self.found: dict[str, float] = {}

    def __enter__(self) -> Meter:
        gc.collect()
        forget_peak()
        self.idle, self.cpu, self.wall = memory_mb("VmRSS"), cpu_seconds(), time.perf_counter()
        return self

    def __exit__(self, *_exc: object) -> None:
        wall, cpu = time.perf_counter() - self.wall, cpu_seconds() - self.cpu
        self.found = {"wall": wall, "cpu": cpu, "rss_mb": max(0.0, memory_mb("VmHWM") - self.idle)}


def cpu_seconds() -> float:
    """User and system time of this process and the children it has waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def forget_peak() -> None:
    """The peak begins anew from here, where the system lets it; else it stays that of the whole process."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def memory_mb(name: str) -> float:
    """VmRSS or VmHWM of this process in MB; where there is no /proc, the peak of the whole process."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def child(piece: str, **given: Any) -> Any:
    """What one measured piece found, run in a fresh process with marks and temporary files of its own."""
    with tempfile.TemporaryDirectory(prefix="dubu-race-", dir=given.pop("scratch", None)) as scratch:
        env = {**os.environ, "DUBU_STATE_DIR": f"{scratch}/state", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        words = [sys.executable, "-m", "benchmarks.sync.pieces", piece, json.dumps(given | {"scratch": scratch})]
        done = subprocess.run(words, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{piece} failed: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def median(found: list[dict[str, float]], key: str) -> float:
    """The median of one figure over several runs."""
    return statistics.median(one[key] for one in found)


def middle(found: list[dict[str, Any]]) -> dict[str, float]:
    """The medians of every number in `found`, and how far wall times went apart."""
    out = {k: median(found, k) for k, v in found[0].items() if isinstance(v, int | float)}
    return out | {"wall_min": min(f["wall"] for f in found), "wall_max": max(f["wall"] for f in found)}
