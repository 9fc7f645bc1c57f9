"""The peak memory of this process: what tests of constant memory measure in a child."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_kib() -> int:
    """KiB resident at most since this program began.

    `ru_maxrss` is no measure for a child: over fork and exec it begins with what the parent had, and under a large test
    process nothing would ever seem to grow.
    """
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1])
