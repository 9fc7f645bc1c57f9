"""SIGKILL at random moments of saving, exporting, importing, backing up: before or after, never in between.

`./dubu prove kills`. A child says ACK when an action has returned; somewhere in the next one it is killed. Then the
workspace must open, pass `check`, and hold every acknowledged record; an export leaves whole bundles or none under
their names; an import is wholly there or not at all, and importing again completes it; a backup under its name restores
to what was there.
"""

from __future__ import annotations

import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import check, recovery
from dubu_desktop.actions.house import House
from dubu_desktop.db import queries
from tests import proofbook
from tests.stories.exchange import NAMES, digest_of, ended
from tests.world import COMPLETE, PASSWORD, World, cheap_keys, jpeg

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = ("save", "export", "import", "backup")


class Child:
    """One process to be killed, started ahead of its turn."""

    def __init__(self, state: Path) -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "DUBU_STATE_DIR": str(state)}
        command = [sys.executable, "-m", "tests.faults.killed_child"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        self.lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                self.lines.put({**json.loads(line), "at": time.monotonic()})

    def go(self, **told: Any) -> None:
        """Its turn: open the workspace and work."""
        assert self.process.stdin is not None
        self.wait("READY")
        self.process.stdin.write(json.dumps(told).encode() + b"\n")
        self.process.stdin.flush()
        self.wait("OPEN")

    def wait(self, word: str) -> dict[str, Any]:
        """The next line, which must be this word."""
        line = self.lines.get(timeout=60)
        assert line["word"] == word, line
        return line

    def kill(self) -> list[dict[str, Any]]:
        """SIGKILL; returns what it had still said. It must have been alive."""
        assert self.process.poll() is None, "the child ended by itself"
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait(timeout=30) == -signal.SIGKILL
        self.reader.join(timeout=30)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        rest = []
        while not self.lines.empty():
            rest.append(self.lines.get())
        return rest


@dataclass
class Result:
    """What was done and what came of it. `landed`: was the action that was interrupted there afterwards, or not."""

    kills: Counter[str] = field(default_factory=Counter)
    landed: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    rebuilt: int = 0
    leftovers: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For the record."""
        counts = {name: dict(getattr(self, name)) for name in ("kills", "landed", "acknowledged")}
        n = sum(self.kills.values())
        more = {"rebuilt and compared": self.rebuilt, "part files left on the stick": self.leftovers}
        return {"trials": n, "faults": n, **counts, **more}


class Prover:
    """The world that is mistreated. One office and one group; another office that nobody kills is the measure."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.chance, self.result = root, random.Random(seed), Result()
        self.state = root / "state"
        world = World(root / "world", codes=["01"])
        self.group = world.groups["01"].ws.folder.path
        self.office = world.office.ws.folder.path
        self.stick = world.stick
        world.close()
        self.acked: dict[str, str] = {}
        self.photos: Counter[str] = Counter()
        self.token = 0
        self.usual: dict[str, float] = dict.fromkeys(OPERATIONS, 0.1)
        self.waiting = Child(self.state)

    def close(self) -> None:
        """End the child that was started ahead."""
        self.waiting.kill()

    def strike(self, what: str) -> None:
        """Let a child work, kill it somewhere, look at what is left."""
        child, self.waiting = self.waiting, Child(self.state)
        self.token += 1000
        try:
            {"save": self._save, "export": self._export, "import": self._import, "backup": self._backup}[what](child)
        finally:
            if child.process.poll() is None:
                child.kill()
        self.result.kills[what] += 1

    # --- the three ---------------------------------------------------------------------------------------------

    def _struck(self, child: Child, what: str, acks: int) -> list[dict[str, Any]]:
        """ACK lines until the kill: after `acks` of them, somewhere in the next action."""
        lines = []
        before = time.monotonic()
        for _ in range(acks):
            lines.append(child.wait("ACK"))
            self.usual[what] += 0.2 * (lines[-1]["at"] - before - self.usual[what])
            before = lines[-1]["at"]
        time.sleep(self.chance.uniform(0, 1.3 * self.usual[what]))
        lines += child.kill()
        self.result.acknowledged[what] += len(lines)
        return lines

    def _save(self, child: Child) -> None:
        child.go(what="save", path=str(self.group), person=NAMES["01"], token=self.token)
        self._note(self._struck(child, "save", self.chance.randint(0, 4)))
        with self._open(self.group, "01") as house:
            self.result.landed["save after" if self._beyond(house) else "save before"] += 1
            self._require_acked(house)
            self._sound(house)

    def _export(self, child: Child) -> None:
        known = set(self.stick.iterdir())
        child.go(what="export", path=str(self.group), person=NAMES["01"], token=self.token, stick=str(self.stick))
        lines = self._struck(child, "export", self.chance.randint(0, 4))
        self._note(lines)
        files = set(self.stick.iterdir()) - known
        parts = {f for f in files if f.name.endswith(".part")}
        self.result.leftovers += len(parts)
        for part in parts:
            part.unlink()
        said = {Path(line["file"]) for line in lines if "file" in line}
        assert said <= files, "an acknowledged bundle is gone"
        whole = sorted(files - parts)
        self.result.landed["export after" if set(whole) - said else "export before"] += 1
        with self._open(self.group, "01") as house:
            self._beyond(house)
            self._require_acked(house)
            self._sound(house)
        with self._open(self.office, "office") as house:
            if whole:  # what bears a bundle's name is a bundle, acknowledged or not
                reports = house.do("import_bundles", files=[str(f) for f in whole]).extra["reports"]
                assert {r["status"] for r in reports} == {"new"}, reports
            self._sound(house)
        for file in whole:
            file.unlink()
        self._settle()

    def _import(self, child: Child) -> None:
        files, contents = self._bundles()
        child.go(what="import", path=str(self.office), person=NAMES["office"], files=[str(f) for f in files])
        acks = self.chance.randint(0, len(files) - 1)
        done = len(self._struck(child, "import", acks))
        with self._open(self.office, "office") as house:
            here = self._findings(house)
            states = [here >= content for content in contents]
            assert states == sorted(states, reverse=True), "a later bundle without an earlier one's records"
            assert all(not (content & here) or content <= here for content in self._steps(contents)), "half an import"
            assert all(states[:done]), "an acknowledged import is gone"
            self.result.landed["import after" if done < len(files) and states[done] else "import before"] += 1
            self._sound(house)
            reports = house.do("import_bundles", files=[str(f) for f in files]).extra["reports"]
            assert all(r["status"] in ("new", "same") for r in reports), reports
            assert all(r.get("photos") == r.get("photos_of") for r in reports), reports
            assert self._findings(house) >= contents[-1]
        for file in files:
            file.unlink()
        self._settle()

    def _backup(self, child: Child) -> None:
        second = self.root / "second"
        second.mkdir(exist_ok=True)
        child.go(what="backup", path=str(self.group), person=NAMES["01"], token=self.token, second=str(second))
        lines = self._struck(child, "backup", self.chance.randint(0, 1))
        with self._open(self.group, "01") as house:
            self._require_acked(house)
            self._sound(house)
        whole = sorted(p for p in second.glob("*/backups/*") if p.is_dir() and not p.name.endswith(".part"))
        assert self._names(lines) <= {p.name for p in whole}, "an acknowledged backup is gone"
        self.result.landed["backup after" if len(whole) > len(lines) else "backup before"] += 1
        for backup in whole[-1:]:  # under its name it restores to what was there
            again = self.root / "again"
            recovery.restore(backup, again, password=PASSWORD)
            with self._open(again, "01") as house:
                found, photos = self._shown(house)
                assert (found, photos) == (self.acked, self.photos)
            shutil.rmtree(again)
        shutil.rmtree(second)

    @staticmethod
    def _names(lines: Sequence[dict[str, Any]]) -> set[str]:
        return {Path(line["file"]).name for line in lines}

    # --- looking -----------------------------------------------------------------------------------------------

    def _open(self, path: Path, who: str) -> House:
        house = House.open_(path, PASSWORD)
        house.be(NAMES[who])
        return house

    def _note(self, lines: Sequence[dict[str, Any]]) -> None:
        for line in lines:
            if "place" in line:
                self.acked[line["finding"]] = line["place"]
            if "photo" in line:
                self.photos[line["finding"]] += 1

    def _beyond(self, house: House) -> bool:
        """Whether something is there that nobody acknowledged: the action under way had landed. It counts from now."""
        found, photos = self._shown(house)
        more = found != self.acked or photos != self.photos
        late = {f: place for f, place in found.items() if self.acked.get(f) != place}
        assert len(late) <= 1, late
        for finding, place in late.items():
            assert finding not in self.acked or _number(place) > _number(self.acked[finding]), "an older value is back"
        for finding, n in self.photos.items():
            assert n <= photos[finding] <= n + 1
        self.acked |= late
        self.photos = photos
        return more

    def _require_acked(self, house: House) -> None:
        found, photos = self._shown(house)
        assert found == self.acked
        assert photos == self.photos
        with house.ws.reading() as conn:
            for row in queries.all_rows(conn, "evidence"):
                assert house.ws.blobs.has(row["sha256"])
                assert house.ws.blobs.has(row["preview"])

    def _shown(self, house: House) -> tuple[dict[str, str], Counter[str]]:
        with house.ws.reading() as conn:
            found = {r["uuid"].hex(): r["place"] for r in queries.all_rows(conn, "finding")}
            photos = Counter(r["finding"].hex() for r in queries.all_rows(conn, "evidence"))
        return found, photos

    def _findings(self, house: House) -> frozenset[str]:
        return frozenset(self._shown(house)[0])

    def _sound(self, house: House) -> None:
        """`check` after every kill, `check --rebuild` and `--audit` after every tenth."""
        house.verify()
        assert check.digest(house)
        assert not [p for p in house.ws.folder.path.rglob("*") if p.name.endswith(".part")]
        assert not list(house.ws.folder.inbox.iterdir())
        if sum(self.result.kills.values()) % 10 == 9:
            assert ended(check.rebuild(house)).same
            assert ended(check.audit(house)).faults == ()
            self.result.rebuilt += 1

    # --- bundles -----------------------------------------------------------------------------------------------

    def _bundles(self) -> tuple[list[Path], list[frozenset[str]]]:
        """Three fresh bundles of the group, a photo in each, and the findings that each brings (with those before)."""
        files, contents = [], []
        with self._open(self.group, "01") as house:
            for i in range(3):
                place = f"城关街道{self.token + i}号"
                made = house.do("register_finding", values=COMPLETE | {"place": place}).ids[0]
                house.do("add_photos", finding=made, images=[jpeg(self.token + i, (80 + i, 60))])
                self.acked[made] = place
                self.photos[made] += 1
                files.append(Path(house.do("export_bundle", to="office", out=str(self.stick)).extra["files"][0]))
                contents.append(self._findings(house))
        return files, contents

    def _steps(self, contents: list[frozenset[str]]) -> list[frozenset[str]]:
        """What each bundle brings that the one before did not; the first: what is new since the last settling."""
        return [after - before for before, after in pairwise(contents)]

    def _settle(self) -> None:
        """Both sides exchange in peace, so that bundles stay small and must agree."""
        with self._open(self.group, "01") as group, self._open(self.office, "office") as office:
            (up,) = group.do("export_bundle", to="office", out=str(self.stick)).extra["files"]
            office.do("import_bundles", files=[up])
            (down,) = office.do("export_bundle", to="01", out=str(self.stick)).extra["files"]
            group.do("import_bundles", files=[down])
            with office.ws.reading() as conn:
                (scope,) = queries.ids_where(conn, "group", "code", "01")
            assert digest_of(office, scope) == digest_of(group)
        for file in (up, down):
            Path(file).unlink()


def _number(place: str) -> int:
    return int("".join(c for c in place if c.isdigit()) or 0)


def prove(root: Path, n: int, seed: int, told: Any = None) -> Result:
    """`n` kills, the three operations in turn; AssertionError at the first thing lost, halved or unsound."""
    prover = Prover(root, seed)
    try:
        for i in range(n):
            prover.strike(OPERATIONS[i % len(OPERATIONS)])
            if told is not None:
                told(i + 1, prover.result)
    finally:
        prover.close()
    return prover.result


def main(argv: Sequence[str]) -> int:
    """The long proof, on record in docs/proof/kills.json."""
    import tempfile

    told = proofbook.options("kills", argv, n=20_000)
    with tempfile.TemporaryDirectory(prefix="dubu-kills-") as folder, pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(Path(folder) / "state"))
        prover = Prover(Path(folder), told.seed)

        def batch(first: int, count: int) -> proofbook.Counts:
            prover.result = Result()
            for trial in range(first, first + count):
                prover.strike(OPERATIONS[trial % len(OPERATIONS)])
            return prover.result.as_dict()

        try:
            return proofbook.run("kills", batch, told, size=len(OPERATIONS) * 4)
        finally:
            prover.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
