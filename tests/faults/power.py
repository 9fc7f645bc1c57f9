"""Power loss (F3): saving, importing, exporting, backing up, and then whatever a disk may hold of it (disk.py).

`./dubu prove power [--n 200000]`. In every state: the workspace opens and passes the check of every page, what was
acknowledged is there, an import is there whole or not at all, every photo a record names is whole, a bundle or backup
under its name is the one that was written.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dubu_desktop.actions import check
from dubu_desktop.actions.house import House
from dubu_desktop.db import health, queries
from dubu_desktop.db.blobs import BlobState
from tests import proofbook
from tests.faults import disk, walframes
from tests.stories.exchange import NAMES
from tests.warm import ground
from tests.world import COMPLETE, PASSWORD, World, jpeg

OPERATIONS = ("save", "import", "export", "backup")
#: acts of one recorded run
ACTS = {"save": 8, "import": 3, "export": 4, "backup": 2}
#: one of so many states met before is opened all the same
AGAIN = 40


class Seen(NamedTuple):
    """What a state showed: places by finding, and the bundles and backups under their names."""

    shown: dict[str, str]
    files: frozenset[str]


class Run:
    """One operation recorded: the folder before, what happened, and what must hold afterwards."""

    def __init__(self, what: str, root: Path, world: Path) -> None:
        self.what, self.root = what, root / what
        self.before = root / f"{what} before"
        shutil.copytree(world, self.before)
        shutil.copytree(self.before, self.root)
        trace = root / f"{what}.trace"
        whose, who = ("office", "office") if what in ("import", "backup") else ("group01", "01")
        self.path, self.person = Path("world") / whose, NAMES[who]
        told: dict[str, Any] = {"what": what, "path": str(self.root / self.path), "person": self.person, "token": 5000}
        told |= {"stick": str(self.root / "world" / "stick"), "second": str(self.root / "second"), "count": ACTS[what]}
        told["files"] = [str(p) for p in sorted((self.root / "bundles").iterdir())]
        env = {**os.environ, "PYTHONPATH": str(proofbook.ROOT), "DUBU_STATE_DIR": str(self.root / "state")}
        program = [sys.executable, "-B", "-m", "tests.faults.killed_child"]
        recorded = disk.command(program, trace)
        said = json.dumps(told) + "\n"
        done = subprocess.run(recorded, input=said, env=env, text=True, capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr
        self.disk = disk.Disk(self.before, self.root, disk.events(trace, self.root))
        trace.unlink()
        self.whole = {name: _hash(p) for name, p in self._outputs(self.root).items()}
        #: what was seen of states met before, by what is on their disk
        self.met: dict[bytes, Seen] = {}
        self.known: dict[int, tuple[bytes, bytes]] = {}
        self.log = walframes.Reader()
        with opened(self.root / self.path, self.person) as house:
            self.first = _found(self.before, self.path, self.person, root)
            self.last = places(house)

    def _outputs(self, root: Path) -> dict[str, Path]:
        """Bundles, and the files of backups, under their names."""
        stick, backups = root / "world" / "stick", root / self.path / "backups"
        found = [*stick.glob("*.dubu"), *(root / "second").rglob("*"), *backups.rglob("*")]
        named = {str(p.relative_to(root)): p for p in found if p.is_file()}
        return {n: p for n, p in named.items() if ".part" not in n and not n.endswith(("-wal", "-shm", "-journal"))}

    def acked(self, moment: int) -> list[dict[str, Any]]:
        """What had been acknowledged when the power failed."""
        lines = [json.loads(line) for said in self.disk.said(moment) for line in said.splitlines()]
        return [line for line in lines if line["word"] == "ACK"]

    def look(self, state: Path) -> Seen:
        """Open this state and check all of it; AssertionError when it breaks a promise by itself."""
        with looked_at(state / self.path, self.person) as house:
            assert check.digest(house)
            shown = places(house)
            require_photos(house)
        if self.what == "import":
            came = {f for f in self.last if f not in self.first}
            assert len(came & set(shown)) in self._steps(), f"half an import of {len(came)}"
        files = self._outputs(state)
        for name, path in files.items():
            assert name not in self.whole or _hash(path) == self.whole[name], f"{name} is torn"
        return Seen(shown, frozenset(files))

    def require(self, moment: int, seen: Seen) -> None:
        """AssertionError when what was acknowledged by then is not there."""
        acked, shown = self.acked(moment), seen.shown
        if self.what in ("save", "export"):
            for line in acked:
                if "place" in line:
                    assert shown.get(line["finding"]) is not None, "an acknowledged record is gone"
            latest = {line["finding"]: line["place"] for line in acked if "place" in line}
            for finding, place in latest.items():
                assert shown[finding] >= place, "an acknowledged value is gone"
        if self.what == "import":
            wanted = [line["brings"] for line in acked]
            assert set().union(*wanted) <= set(shown) if wanted else True, "an acknowledged import is gone"
        for line in acked:
            if "file" in line:
                under = os.path.relpath(line["file"], self.root)
                outputs = {n for n in self.whole if n == under or n.startswith(under + "/")}
                assert outputs
                assert outputs <= seen.files, f"acknowledged and gone: {under}"

    def _steps(self) -> set[int]:
        """How many findings there may be: none, those of the first bundle, of the first two, of all."""
        per = (len(self.last) - len(self.first)) // ACTS["import"]
        return {i * per for i in range(ACTS["import"] + 1)}


def opened(path: Path, person: str) -> House:
    house = House.open_(path, PASSWORD)
    house.be(person)
    return house


@contextmanager
def looked_at(path: Path, person: str) -> Iterator[House]:
    """The workspace, open, every page of it verified: by the opening, as after every unclean stop, or else here."""
    verified, honest = False, health.verify

    def verify(*told: Any) -> None:
        nonlocal verified
        honest(*told)
        verified = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(health, "verify", verify)
        house = House.open_(path, PASSWORD)
    with house:
        if not verified:
            house.verify()
        house.be(person)
        yield house


def _found(before: Path, path: Path, person: str, root: Path) -> dict[str, str]:
    copy = root / "looked at"
    shutil.copytree(before, copy)
    with opened(copy / path, person) as house:
        found = places(house)
    shutil.rmtree(copy)
    return found


def places(house: House) -> dict[str, str]:
    with house.ws.reading() as conn:
        return {r["uuid"].hex(): r["place"] for r in queries.all_rows(conn, "finding")}


def require_photos(house: House) -> None:
    with house.ws.reading() as conn:
        wanted = {r[f] for r in queries.all_rows(conn, "evidence") for f in ("sha256", "preview") if r[f]}
    for name in wanted:
        assert house.ws.blobs.check(name) is BlobState.OK, "a photo is torn or missing"


_hashes: dict[tuple[int, int], str] = {}


def _hash(path: Path) -> str:
    """SHA-256 of a file; of one that is a second name of a file of the scene, once."""
    told = path.stat()
    if told.st_nlink == 1:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    key = told.st_ino, told.st_mtime_ns
    if key not in _hashes:
        _hashes[key] = hashlib.sha256(path.read_bytes()).hexdigest()
    return _hashes[key]


class Prover:
    """The four operations, recorded once; any number of states of each."""

    def __init__(self, root: Path, seed: int, operations: Sequence[str] = OPERATIONS) -> None:
        self.root, self.seed, self.operations = root, seed, operations
        before = root / "scene"
        scene(before)
        self.runs = [Run(what, root, before) for what in operations]
        self.unsynced: Callable[[str], bool] = lambda _path: False

    def trial(self, trial: int, counts: Counter[str]) -> None:
        """One state of one run. One that was met before, to the last byte that counts, is not opened again: what was
        seen of it then is held against what had been acknowledged now. Of a write-ahead log the frames count that
        SQLite goes by; that nothing else does is tried with one of `AGAIN`."""
        dice = proofbook.chance(self.seed, trial)
        run = self.runs[trial % len(self.runs)]
        model = dice.choice(disk.MODELS)
        moment = dice.choice(run.disk.moments())
        image = run.disk.image(moment, dice, model, self.unsynced)
        try:
            key = image.key(run.known, run.log.taken)
            if key not in run.met:
                run.met[key] = self._seen(run, image)
                counts["opened and checked"] += 1
            elif dice.random() * AGAIN < 1:
                assert self._seen(run, image) == run.met[key], "it was told from another state by what does not count"
                counts["opened again"] += 1
            run.require(moment, run.met[key])
        except Exception as error:
            raise AssertionError(f"state {trial}: {run.what} at {moment}, {model}: {error!r}") from error
        counts[run.what] += 1
        counts[model] += 1
        counts["acknowledged before"] += bool(run.acked(moment))

    def _seen(self, run: Run, image: disk.Image) -> Seen:
        state = self.root / "state of the disk"
        image.build(state, str(run.path))
        # the marks of the user are on the same disk
        os.environ["DUBU_STATE_DIR"] = str(state / "state")
        return run.look(state)

    def batch(self, first: int, count: int) -> proofbook.Counts:
        """States `first` …, counted."""
        counts: Counter[str] = Counter()
        for trial in range(first, first + count):
            self.trial(trial, counts)
        return {"trials": count, "faults": count, "states": dict(counts)}


def scene(root: Path) -> None:
    """An office and a group that know each other, and three bundles of the group that the office does not know yet."""
    os.environ["DUBU_STATE_DIR"] = str(root / "state")
    world = World(root / "world", codes=["01"])
    world.finding(world.groups["01"])
    world.round()
    bundles = root / "bundles"
    bundles.mkdir()
    (root / "second").mkdir()
    for i in range(ACTS["import"]):
        made = world.groups["01"].do("register_finding", values=COMPLETE | {"place": f"城关街道{6000 + i}号"}).ids[0]
        world.groups["01"].do("add_photos", finding=made, images=[jpeg(i, (90 + i, 60))])
        (file,) = world.up("01")
        shutil.move(file, bundles / f"{i}.dubu")
    world.close()


def main(argv: Sequence[str]) -> int:
    """The long proof, on record in docs/proof/power.json."""
    told = proofbook.options("power", argv, n=200_000)
    with ground("power") as folder:
        return proofbook.run("power", Prover(folder, told.seed).batch, told, size=100)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
