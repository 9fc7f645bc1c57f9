"""`./dubu prove schedules [--n 6000]`: random schedules on real workspaces against the model, counted and on record.

What schedule i does follows from the seed and i alone. A failure is on record with its seed; `--n` goes on behind it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from dubu_desktop.actions.exchange import arriving
from tests import proofbook
from tests.property import fleet, forked, schedule
from tests.warm import install, quick_folder, seldom_collected
from tests.world import cheap_keys

#: things done to files, processes, clocks and machines, by the names the fleets count them under
FAULTS = (
    "crashes", "P12 damaged files refused", "clocks put wrong", "restored", "copied back", "cloned", "files read twice",
    "files never read",
)  # fmt: skip
FORKED = "forked"


@contextmanager
def cheap(root: Path) -> Iterator[None]:
    """Keys cheap, engines warm, no backup before each import, the marks of users below `root`; only inside."""
    with pytest.MonkeyPatch.context() as patch, fleet.without_backups_before_import(), seldom_collected():
        cheap_keys(patch)
        install(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        yield


@contextmanager
def prepared() -> Iterator[Path]:
    """The start of all schedules, ready in a folder of its own."""
    root = Path(tempfile.mkdtemp(prefix="dubu-schedules-", dir=quick_folder()))
    try:
        with cheap(root):
            schedule.prepare(root / "start")
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def segments_alone(odd: bool) -> Iterator[None]:
    """What a large import does, in small: every segment is taken in by itself instead of all of a bundle together."""
    with pytest.MonkeyPatch.context() as patch:
        if odd:
            patch.setattr(arriving, "_AT_ONCE", 1)
        yield


def trial(root: Path, seed: int, number: int, *, steps: int = 24, manner: str = "") -> Counter[str]:
    """One schedule; what was done in it. Whatever goes wrong says which one it was."""
    folder = root / f"schedule-{number}"
    dice = proofbook.chance(seed, number, "schedule")
    try:
        with cheap(root), segments_alone(number % 2 == 1):
            if manner == FORKED or (not manner and number % 12 == 11):
                return forked.run(root / "start", folder, dice)
            return schedule.run(root / "start", folder, dice, steps, manner).count
    except BaseException as error:
        error.add_note(f"schedule {number} of seed {seed}, {steps} steps {manner}")
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(argv: Sequence[str]) -> int:
    """The long run, on record in docs/proof/schedules.json."""
    told = proofbook.options("schedules", argv, n=6000)
    with prepared() as root:

        def batch(first: int, count: int) -> proofbook.Counts:
            done: Counter[str] = Counter()
            for number in range(first, first + count):
                done += trial(root, told.seed, number)
            return {"trials": count, "faults": sum(done[name] for name in FAULTS), "done": dict(done)}

        return proofbook.run("schedules", batch, told, size=10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
