"""How figures are taken: medians of several runs in one process, CPU and wall, beside the floor of the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Taken:
    """Medians in milliseconds, and what the last run returned."""

    label: str
    wall: float
    cpu: float
    result: Any = None
    note: str = ""


def take(label: str, fn: Callable[[], Any], runs: int = 7, note: Callable[[Any], str] = lambda _r: "") -> Taken:
    """Run `fn` `runs` times after one run that warms caches."""
    result = fn()
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        result = fn()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return Taken(label, statistics.median(walls), statistics.median(cpus), result, note(result))


def resident_mb() -> float:
    """Memory of this process now, in MB; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def table(title: str, rows: Iterable[Taken], floor: Taken | None = None) -> str:
    """A Markdown table; with `floor`, each row's ratio to it (CPU)."""
    head = "| | wall ms | CPU ms |" + (" × floor (CPU) |" if floor else "") + " |"
    rule = "|---|---|---|" + ("---|" if floor else "") + "---|"
    lines = [f"\n### {title}", head, rule]
    for row in rows:
        ratio = f" {row.cpu / max(floor.cpu, 0.01):.1f} |" if floor else ""
        lines.append(f"| {row.label} | {row.wall:.1f} | {row.cpu:.1f} |{ratio} {row.note} |")
    return "\n".join(lines)
