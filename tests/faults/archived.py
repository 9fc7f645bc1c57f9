"""归档 struck: killed at a system call, told that the disk is full or broken, the power gone at any write.

`./dubu prove archives`. In every case the workspace opens, says what it said, gives every sealed segment byte for byte,
stands the audit, and has no archive that does not hold; what was acknowledged as moved is moved; and compacting again
ends what was begun.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import check
from dubu_desktop.actions.house import House
from dubu_desktop.db import archives, journal, segments
from dubu_desktop.db.archiving import kept
from tests import proofbook
from tests.faults import disk, power, syscalls
from tests.stories.exchange import NAMES, ended
from tests.warm import quick_folder
from tests.world import World, cheap_keys

FACTS = "疏散通道堆放瓷砖，净宽不足，东门上锁"
PROGRAM = [sys.executable, "-B", "-m", "tests.faults.archiving_child"]
PATH = Path("world") / "office"


def scene(root: Path) -> None:
    """An office that holds segments of its own and of a group, all of them acknowledged."""
    os.environ["DUBU_STATE_DIR"] = str(root / "state")
    world = World(root / "world", codes=["01"])
    dice = proofbook.chance(1, 0, "facts")
    for n in range(4):
        facts = FACTS + "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(1200))
        for i in range(3):
            world.finding(world.groups["01"], place=f"城关街道{n}{i}号", facts=facts[i:])
        world.round()
    world.round()
    world.close()


def told_of(house: House) -> tuple[str, dict[tuple[bytes, int], bytes]]:
    """What no fault may change: the digest, and every sealed segment."""
    with house.ws.reading() as conn:
        chains = [(actor.to_bytes(), enumerate(segments.each(conn, actor))) for actor in journal.actors(conn)]
        return check.digest(house), {(actor, place): raw for actor, found in chains for place, raw in found}


def opened(root: Path) -> House:
    """The office below `root`."""
    os.environ["DUBU_STATE_DIR"] = str(root / "state")
    return power.opened(root / PATH, NAMES["office"])


def require(root: Path, before: Any, acked: Sequence[dict[str, Any]], counts: Counter[str]) -> None:
    """AssertionError when a promise is broken in the folder `root`."""
    with opened(root) as house:
        house.verify()
        assert told_of(house) == before, "something is no longer as it was"
        assert ended(check.audit(house)).faults == ()
        found = ended(check.archives(house))
        assert (found.healed, found.lost) == (0, ()), "an archive does not hold"
        with house.ws.reading() as conn:
            here, named = kept(conn), archives.rows(conn)
        for line in acked:
            assert (here, len(named)) == ([], line["archives"]), "moved, it was said, and it is not"
        counts["archives found"] += len(named)
        counts["before" if not named else "after" if not here else "between two archives"] += 1
        assert not [p for p in house.ws.folder.path.rglob("*") if p.name.endswith(".part")]
        again = house.do("compact", keep_days=0).extra
        assert again["segments"] == len(here)
        assert told_of(house) == before
        assert ended(check.rebuild(house)).same


class Struck(syscalls.Prover):
    """Faults at exact system calls."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.seed, self.place = root, seed, root / "disk"
        self.scene = root / "scene"
        scene(self.scene)
        with opened(self.scene) as house:
            self.before = told_of(house)
        self.counts: Counter[str] = Counter()
        self.points = self._points("archive")
        assert len(self.points) > 100

    def told(self, what: str) -> dict[str, Any]:
        return {"what": what, "path": str(self.place / PATH), "person": NAMES["office"], "stick": str(self.place)}

    def _run(self, what: str, options: Sequence[str], trace: Path) -> subprocess.CompletedProcess[str]:
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.scene, self.place)
        env = {**os.environ, "PYTHONPATH": str(proofbook.ROOT), "DUBU_STATE_DIR": str(self.place / "state")}
        command = ["strace", "-f", "-o", str(trace), *options, *PROGRAM]
        said = json.dumps(self.told(what)) + "\n"
        return subprocess.run(command, input=said, env=env, text=True, capture_output=True, timeout=300)

    def _whole(self, acked: Sequence[dict[str, Any]], point: syscalls.Point) -> None:
        require(self.place, self.before, acked, self.counts)


class Lost:
    """The power gone: one run recorded, and any state that a disk may hold of it."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.seed, self.made = root / "run", seed, root / "state of the disk"
        start = root / "before"
        scene(start)
        shutil.copytree(start, self.root)
        with opened(self.root) as house:
            self.before = told_of(house)
        shutil.rmtree(self.root)
        shutil.copytree(start, self.root)
        trace = root / "power.trace"
        env = {**os.environ, "PYTHONPATH": str(proofbook.ROOT), "DUBU_STATE_DIR": str(self.root / "state")}
        said = json.dumps({"path": str(self.root / PATH), "person": NAMES["office"]}) + "\n"
        recorded = disk.command(PROGRAM, trace)
        done = subprocess.run(recorded, input=said, env=env, text=True, capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr
        self.disk = disk.Disk(start, self.root, disk.events(trace, self.root))
        trace.unlink()
        self.counts: Counter[str] = Counter()
        self.unsynced: Callable[[str], bool] = lambda _path: False

    def trial(self, number: int) -> None:
        """One state."""
        dice = proofbook.chance(self.seed, number, "power")
        model, moment = dice.choice(disk.MODELS), dice.choice(self.disk.moments())
        self.disk.state(moment, dice, model, self.made, self.unsynced)
        lines = [json.loads(line) for said in self.disk.said(moment) for line in said.splitlines()]
        acked = [line for line in lines if line["word"] == "ACK"]
        try:
            require(self.made, self.before, acked, self.counts)
        except Exception as error:
            raise AssertionError(f"state {number}: at {moment}, {model}: {error!r}") from error
        self.counts[model] += 1


class Both:
    """Half of the trials each."""

    def __init__(self, root: Path, seed: int) -> None:
        self.struck, self.lost = Struck(root / "struck", seed), Lost(root / "lost", seed)
        self.order = list(self.struck.points)
        proofbook.chance(seed, 0, "order").shuffle(self.order)

    def batch(self, first: int, count: int) -> proofbook.Counts:
        """Trials `first` …, counted."""
        done: Counter[str] = Counter()
        self.struck.counts, self.lost.counts = done, done
        for trial in range(first, first + count):
            if trial % 2:
                self.lost.trial(trial)
            else:
                self.struck.strike(self.order[trial // 2 % len(self.order)], done)
        return {"trials": count, "faults": count, "max points": len(self.order), "done": dict(done)}


def main(argv: Sequence[str]) -> int:
    """The long proof, on record in docs/proof/archives.json."""
    told = proofbook.options("archives", argv, n=4_000)
    place = tempfile.TemporaryDirectory(prefix="dubu-archives-", dir=quick_folder())
    with place as folder, pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", folder)
        return proofbook.run("archives", Both(Path(folder), told.seed).batch, told, size=10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
