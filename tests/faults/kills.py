"""SIGKILL in the middle of saving, exporting, importing (both lines of a workspace used twice too), backing up,
restoring and of opening an older workspace.

`./dubu prove kills`. A child says ACK when an action has returned; somewhere in the next one it is killed, by a timer
spread over all its stretches (forkserver.py). Then the workspace must open, pass `check`, and hold every acknowledged
record; an export leaves whole bundles or none under their names; an import is wholly there or not at all, and importing
again makes the office what it would have been; a backup under its name restores to what was there; a restore that was
struck begins again; a workspace of 0.1.0 says after all what it said then.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dubu_desktop.actions import check, recovery
from dubu_desktop.actions.house import House
from dubu_desktop.db import driver, keys
from dubu_desktop.db.folder import Folder
from dubu_desktop.db.workspace import SCHEMA
from dubu_desktop.errors import DubuError
from tests import proofbook
from tests.faults.forkserver import Forks
from tests.faults.kill_scene import Result, Scene, plain_text_in
from tests.stories.exchange import NAMES, ended
from tests.warm import ground
from tests.world import PASSWORD

OPERATIONS = ("save", "export", "import", "backup", "migrate", "restore", "forked")
#: how many actions a child may do before the one in which it is struck
ACKS = {"save": 4, "export": 4, "import": 2, "backup": 1, "migrate": 0, "restore": 0, "forked": 2}
#: what the process that forks does once itself, to know how
WARM = {"save": 8, "export": 8, "import": 3, "backup": 2, "migrate": 1, "restore": 1, "forked": 3}
#: strikes of one batch, on one world; kills follow upon kills there
BATCH = 8 * len(OPERATIONS)


class Prover(Scene):
    """The scene, and the process that forks the children to be killed."""

    def __init__(self, root: Path, seed: int) -> None:
        super().__init__(root)
        self.seed = seed
        self.early = False  # a mutant: the child acknowledges what is not done yet
        self.torn = False  # a mutant: what is placed anew is cleared in a transaction of its own
        self.temporary = root / "temporary"
        self.temporary.mkdir()
        self.forks = Forks({"TMPDIR": str(self.temporary)})
        try:
            for what, count in WARM.items():
                self.forks.ask(do="warm", count=count, **self._job(what))
        except BaseException:
            self.forks.close()
            raise

    def close(self) -> None:
        """End the process that forks."""
        self.forks.close()

    def strike(self, what: str, dice: Random) -> None:
        """Let a child work, kill it somewhere, look at what is left."""
        self.token += 1000
        done = {
            "save": self._save, "export": self._export, "import": self._import, "backup": self._backup,
            "migrate": self._migrate, "restore": self._restore, "forked": self._forked,
        }  # fmt: skip
        done[what](dice)
        self.result.kills[what] += 1

    def _job(self, what: str, path: Path | None = None) -> dict[str, Any]:
        if path is None:
            alone = {"import": "world/office", "migrate": "museum/office", "forked": "forked/office/office"}
            path = self.copy(alone[what]) if what in alone else self.group
        if what == "restore":
            path = self.root / "alone" / "restored"
            shutil.rmtree(path.parent, ignore_errors=True)
            path.parent.mkdir()
        state = self.disk if self.disk in path.parents else self.root / "alone"
        told = {"what": what, "path": str(path), "state": str(state / "state"), "said": str(self.root / "said")}
        (self.root / "said").unlink(missing_ok=True)
        told["person"] = NAMES["office" if path.name == "office" else "01"]
        return told | {
            "token": self.token, "stick": str(self.stick), "second": str(self.disk / "second"),
            "files": self.ahead[what].files if what in self.ahead else [], "backup": str(self.backup),
            "early": self.early, "torn": self.torn,
        }  # fmt: skip

    def _struck(self, what: str, dice: Random, path: Path | None = None) -> list[dict[str, Any]]:
        """ACK lines until the kill: after some of them, somewhere in the next action."""
        job = self._job(what, path)
        self.path = Path(job["path"])
        first = ACKS[what] if self.torn else 0  # the mutant tears what its last action does
        acks = dice.randint(first, ACKS[what])
        found = self.forks.ask(do="strike", acks=acks, dice=dice.randrange(2**32), **job)
        assert found["killed"], f"{what}: not killed: {found['status']}, at {found['at']}"
        self.marks = found["marks"]
        self._sweep(what)
        self.result.struck[f"{what} {found['at']}"] += 1
        self.result.verified["struck before its action"] += bool(found["early"])
        text = Path(job["said"]).read_text("utf-8")
        lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
        acks = [line for line in lines if line["word"] == "ACK"]
        self.result.acknowledged[what] += len(acks)
        return acks

    def _sweep(self, what: str) -> None:
        """Nothing that a killed process left is readable without the key (F16); every third time, it takes long."""
        if sum(self.result.kills.values()) % 3 == 2:
            found = [p for place in (self.disk, self.root / "alone", self.temporary) for p in plain_text_in(place)]
            assert not found, f"plain text after a killed {what}: {found}"
            self.result.swept += 1

    def _save(self, dice: Random) -> None:
        self.note(self._struck("save", dice))
        with self.opened(self.group, "01") as house:
            self.landed("save", self.beyond(house))
            self.require_acked(house)
            self.sound(house)

    def _export(self, dice: Random) -> None:
        lines = self._struck("export", dice)
        self.note(lines)
        files = set(self.stick.iterdir())
        parts = {f for f in files if f.name.endswith(".part")}
        self.result.leftovers += len(parts)
        for part in parts:
            part.unlink()
        said = {Path(line["file"]) for line in lines if "file" in line}
        assert said <= files, "an acknowledged bundle is gone"
        whole = sorted(files - parts)
        with self.opened(self.group, "01") as house:
            more = self.beyond(house)
            self.landed("export", more or bool(set(whole) - said))
            self.require_acked(house)
            self.sound(house)
        if whole:  # what bears a bundle's name is a bundle, acknowledged or not
            with self.opened(self.office, "office") as house:
                reports = house.do("import_bundles", files=[str(f) for f in whole]).extra["reports"]
                assert {r["status"] for r in reports} == {"new"}, reports
        for file in whole:
            file.unlink()

    def _import(self, dice: Random) -> None:
        self._taken("import", dice)

    def _forked(self, dice: Random) -> None:
        """Two lines of one workspace: with the last bundle every segment of it is placed anew."""
        self._taken("forked", dice, rebuild=True)

    def _taken(self, what: str, dice: Random, *, rebuild: bool = False) -> None:
        ahead = self.ahead[what]
        done = len(self._struck(what, dice))
        with self.opened(self.path, "office") as house:
            here = self.findings(house)
            assert here in ahead.contents, "half an import"
            arrived = ahead.contents.index(here)
            assert arrived >= done, "an acknowledged import is gone"
            assert arrived <= done + 1
            self.landed(what, arrived > done)
            self.sound(house)
            for file in ahead.files:  # in this order
                reports = house.do("import_bundles", files=[file]).extra["reports"]
                assert all(r["status"] in ("new", "same") for r in reports), reports
                assert all(r.get("photos") == r.get("photos_of") for r in reports), reports
            assert check.digest(house) == ahead.whole, "not what it would have been"
            if rebuild:
                assert ended(check.rebuild(house)).same, "the tables are not what the journal says"

    def _backup(self, dice: Random) -> None:
        second = self.disk / "second"
        lines = self._struck("backup", dice)
        with self.opened(self.group, "01") as house:
            self.require_acked(house)
            self.sound(house)
        whole = sorted(p for p in second.glob("*/backups/*") if p.is_dir() and not p.name.endswith(".part"))
        made = [p for p in whole if p.name != self.backup.name]
        assert {Path(line["file"]).name for line in lines} <= {p.name for p in made}, "an acknowledged backup is gone"
        self.landed("backup", len(made) > len(lines))
        for backup in made[-1:]:  # under its name it restores to what was there
            again = self.disk / "again"
            recovery.restore(backup, again, password=PASSWORD)
            with self.opened(again, "01") as house:
                assert self.shown(house) == (self.acked, self.photos)
            shutil.rmtree(again)
        shutil.rmtree(second)
        shutil.copytree(self.scene / "second", second)

    def _migrate(self, dice: Random) -> None:
        """A workspace of 0.1.0, opened by this version."""
        side = dice.choice(("office", "group01"))
        done = self._struck("migrate", dice, self.copy(f"museum/{side}"))
        secrets = keys.unlock(keys.load_keyfile(self.path / "workspace.key"), PASSWORD)
        connection = driver.connect(self.path / "dubu.db", secrets.database_key)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.close()
        assert version in (1, SCHEMA.version), "half a migration"
        assert version == SCHEMA.version or not done
        self.landed("migrate", version == SCHEMA.version)
        with self.opened(self.path, "office" if side == "office" else "01") as house:
            self.sound(house)
            assert check.digest(house) == self.told[side.removesuffix("01")], "not what it said then"

    def _restore(self, dice: Random) -> None:
        done = self._struck("restore", dice)
        finished = (self.path / "workspace.key").exists() and not Folder(self.path).unfinished.exists()
        assert finished or not done, "an acknowledged restore is gone"
        self.landed("restore", finished)
        if not finished:
            with pytest.raises(DubuError) as refused:
                House.open_(self.path, PASSWORD)
            assert refused.value.code == "D-101", refused.value
            recovery.restore(self.backup, self.path, password=PASSWORD)
        with self.opened(self.path, "01") as house:
            self.sound(house)
            assert self.shown(house) == self.kept, "not what was backed up"
            assert house.ws.profile.actor != self.old, "a restored copy writes as the old one did"

    def batch(self, first: int, count: int) -> proofbook.Counts:
        """Strikes `first` …, the operations in turn, on a world of their own."""
        self.result = Result()
        self.begin()
        for trial in range(first, first + count):
            what = OPERATIONS[trial % len(OPERATIONS)]
            try:
                self.strike(what, proofbook.chance(self.seed, trial))
            except Exception as error:
                raise AssertionError(f"kill {trial}, {what}: {error!r}; {getattr(self, 'marks', '')}") from error
        self.settle()
        return self.result.as_dict()


@contextmanager
def prepared(seed: int) -> Iterator[Prover]:
    """A prover in memory, its keys cheap; closed and gone afterwards."""
    with ground("kills") as folder, closing(Prover(folder, seed)) as prover:
        yield prover


def main(argv: Sequence[str]) -> int:
    """The long proof, on record in docs/proof/kills.json."""
    told = proofbook.options("kills", argv, n=20_000)
    with prepared(told.seed) as prover:
        return proofbook.run("kills", prover.batch, told, size=BATCH)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
