"""A fault at one exact system call (F2): killed there, or told that the disk is full or broken.

`./dubu prove syscalls`. A run of saving, importing, exporting is recorded once to count its calls, per thread; then it
is run again with the n-th of them struck by strace (never with --seccomp-bpf: strace 6.1 then injects no signal and
says nothing). A killed program must leave before or after; one that was told of a failure must say so by a code of the
catalogue, or go on, and in both cases leave a sound workspace, everything acknowledged, and no half file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import check
from tests import proofbook
from tests.faults import power
from tests.faults.mutations import in_catalogue
from tests.stories.exchange import NAMES
from tests.world import cheap_keys

OPERATIONS = ("save", "import", "export")
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "ftruncate")
FAULTS = ("signal=SIGKILL", "error=ENOSPC", "error=EIO")
ACTS = {"save": 4, "import": 2, "export": 3}


@dataclass(frozen=True)
class Point:
    """Where to strike: the `n`-th `call` of a thread in `what`, with `fault`."""

    what: str
    call: str
    fault: str
    n: int


class Prover:
    """A scene, put back before every run; the points of all three operations."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.seed, self.place = root, seed, root / "disk"
        self.scene = root / "scene"
        power.scene(self.scene)
        for old in (self.scene / "world" / "stick").iterdir():
            old.unlink()
        self.points = [p for what in OPERATIONS for p in self._points(what)]
        assert len(self.points) > 100

    def told(self, what: str) -> dict[str, Any]:
        """What the child is told to do."""
        whose, who = ("office", "office") if what == "import" else ("group01", "01")
        files = [str(self.place / "bundles" / f"{i}.dubu") for i in range(ACTS["import"])]
        told: dict[str, Any] = {"what": what, "path": str(self.place / "world" / whose), "person": NAMES[who]}
        return told | {"token": 5000, "stick": str(self.place / "world" / "stick"), "count": ACTS[what], "files": files}

    def _run(self, what: str, options: Sequence[str], trace: Path) -> subprocess.CompletedProcess[str]:
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.scene, self.place)
        env = {**os.environ, "PYTHONPATH": str(proofbook.ROOT), "DUBU_STATE_DIR": str(self.place / "state")}
        program = [sys.executable, "-B", "-m", "tests.faults.killed_child"]
        command = ["strace", "-f", "-o", str(trace), *options, *program]
        said = json.dumps(self.told(what)) + "\n"
        return subprocess.run(command, input=said, env=env, text=True, capture_output=True, timeout=300)

    def _points(self, what: str) -> list[Point]:
        """Every call of every thread after the workspace was told to open."""
        trace = self.root / "count.trace"
        done = self._run(what, ["-e", f"trace={','.join(CALLS)}"], trace)
        assert done.returncode == 0, done.stderr
        begun, counts, before = False, Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for line in trace.read_text(errors="replace").splitlines():
            found = re.match(r"^(\d+) +(\w+)\(", line)
            if found is None:
                continue
            counts[found.group(1), found.group(2)] += 1
            if not begun:
                begun = '"READY' in line or "READY" in line
                before = counts.copy()
        most: dict[str, tuple[int, int]] = {}
        for (pid, call), n in counts.items():
            low, high = most.get(call, (0, 0))
            most[call] = max(low, before[pid, call]), max(high, n)
        return [
            Point(what, call, fault, n)
            for call, (low, high) in sorted(most.items())
            for fault in FAULTS
            for n in range(low + 1, high + 1)
        ]

    def strike(self, point: Point, counts: Counter[str]) -> None:
        """One run with one fault; AssertionError when a promise is broken."""
        trace = self.root / "struck.trace"
        inject = f"inject={point.call}:{point.fault}:when={point.n}"
        done = self._run(point.what, ["-e", f"trace={point.call}", "-e", inject], trace)
        record = trace.read_text(errors="replace")
        killed = done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        struck = killed or "(INJECTED)" in record
        assert struck, f"{point}: planned and not struck: {done.returncode} {done.stderr[-300:]}"
        assert killed == point.fault.startswith("signal"), f"{point}: {done.returncode} {done.stderr[-800:]}"
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.endswith("}")]
        if not killed:
            self._spoken(point, done, lines, counts)
        self._whole([line for line in lines if line["word"] == "ACK"], point)
        counts[point.fault] += 1
        counts[f"{point.what} {point.call}"] += 1

    def _spoken(self, point: Point, done: Any, lines: Sequence[dict[str, Any]], counts: Counter[str]) -> None:
        """A program that goes on after a failure says which; anything else would be a crash."""
        refusals = [line for line in lines if line["word"] == "REFUSED"]
        for line in refusals:
            in_catalogue(line["code"], line["sentence"])
            counts[f"said {line['code']}"] += 1
        own = point.call == "write" and "OSError" in done.stderr and '"word"' not in done.stdout.splitlines()[-1:]
        assert done.returncode == 0 or refusals or own, f"{point}: {done.returncode} {done.stderr[-1500:]}"

    def _whole(self, acked: Sequence[dict[str, Any]], point: Point) -> None:
        os.environ["DUBU_STATE_DIR"] = str(self.place / "state")
        job = self.told(point.what)
        with power.opened(Path(job["path"]), job["person"]) as house:
            house.verify()
            assert check.digest(house)
            found = power.places(house)
            power.require_photos(house)
            assert not [p for p in house.ws.folder.path.rglob("*") if p.name.endswith(".part")]
        for line in acked:
            if "place" in line:
                assert found.get(line["finding"], "") >= line["place"], f"{point}: an acknowledged record is gone"
            if "file" in line:
                assert Path(line["file"]).exists(), f"{point}: an acknowledged bundle is gone"
        if point.what == "import":
            assert len(found) >= 1 + sum("imported" in line for line in acked), f"{point}: an import is gone"
        whole = sorted(Path(job["stick"]).glob("*.dubu"))
        if whole:  # what bears a bundle's name is a bundle
            with power.opened(self.place / "world" / "office", NAMES["office"]) as office:
                reports = office.do("import_bundles", files=[str(p) for p in whole]).extra["reports"]
                assert {r["status"] for r in reports} == {"new"}, f"{point}: {reports}"

    def batch(self, first: int, count: int) -> proofbook.Counts:
        """Trials go through the points in an order of dice, again and again."""
        counts: Counter[str] = Counter()
        order = list(self.points)
        proofbook.chance(self.seed, 0, "order").shuffle(order)
        for trial in range(first, first + count):
            self.strike(order[trial % len(order)], counts)
        return {"trials": count, "faults": count, "max points": len(order), "struck": dict(counts)}


def main(argv: Sequence[str]) -> int:
    """The long proof, on record in docs/proof/syscalls.json."""
    told = proofbook.options("syscalls", argv, n=3_000)
    with tempfile.TemporaryDirectory(prefix="dubu-calls-") as folder, pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", folder)
        return proofbook.run("syscalls", Prover(Path(folder), told.seed).batch, told, size=10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
