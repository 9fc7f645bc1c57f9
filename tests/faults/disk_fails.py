"""A stick pulled at any byte, a disk that is full or fails at any byte (F4, F5), in process: `./dubu prove disk`.

Four things in turn: an import from a stick that is gone after so many bytes; a bundle written to one that is full,
failing or gone after so many, that takes less at a time than it is given; a save and a backup on a disk that takes no
file larger than so many bytes. Each time it is said by a code in Chinese or it was done; what was said to be saved is
there, what bears a bundle's name is a bundle, and the disk being well again work goes on.
"""

from __future__ import annotations

import builtins
import errno
import hashlib
import io
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dubu_desktop.actions.house import House
from dubu_desktop.errors import DubuError
from tests import proofbook
from tests.faults import power
from tests.faults.mutations import in_catalogue, shown
from tests.stories.exchange import NAMES
from tests.warm import ground
from tests.world import COMPLETE, jpeg

WHAT = ("pulled import", "failing export", "full save", "full backup")
#: trials on one copy of the world
BATCH = 40
CODES = frozenset({"D-601", "D-602", "D-603", "D-607"})
GONE = (errno.EIO, errno.ENODEV, errno.ENXIO)


class Pulled:
    """A file on a stick that gives less than it is asked for, and is gone after so many bytes."""

    def __init__(self, stream: Any, most: int, number: int, dice: Random) -> None:
        self.stream, self.left, self.number, self.dice = stream, most, number, dice
        self.struck = False

    def read(self, count: int = -1) -> bytes:
        """Some of the next bytes."""
        wanted = min(count, self.left) if count >= 0 else self.left
        piece: bytes = self.stream.read(max(1, self.dice.randint(wanted // 2, wanted)) if wanted else 0)
        self.left -= len(piece)
        if self.left <= 0 and count:
            self.struck = True
            raise OSError(self.number, "pulled")
        return piece

    def __enter__(self) -> Pulled:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stream.close()


class Failing(io.FileIO):
    """A new file on a disk that takes so many bytes, not always all it is given, and then fails."""

    left, number, struck = 0, errno.ENOSPC, [0]

    def write(self, data: Any) -> int:
        """As many as it takes."""
        if self.left <= 0:
            self.struck[0] += 1
            raise OSError(self.number, "no more")
        taken = super().write(bytes(data)[: self.left])
        self.left -= taken
        return taken


class Prover:
    """A scene (power.py), and a copy of it with the group and the office open."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.seed, self.scene, self.disk = root, seed, root / "scene", root / "disk"
        power.scene(self.scene)
        for old in (self.scene / "world" / "stick").iterdir():
            old.unlink()
        self.files = sorted((self.scene / "bundles").iterdir())
        self.group: House | None = None
        self.begin()

    def begin(self) -> None:
        """Everything as in the scene."""
        self.close()
        shutil.rmtree(self.disk, ignore_errors=True)
        shutil.copytree(self.scene, self.disk)
        os.environ["DUBU_STATE_DIR"] = str(self.disk / "state")
        self.group = power.opened(self.disk / "world" / "group01", NAMES["01"])
        self.office = power.opened(self.disk / "world" / "office", NAMES["office"])
        self.stick = self.disk / "world" / "stick"
        self.known = set(shown(self.group))

    def close(self) -> None:
        """Close both."""
        if self.group is not None:
            self.group.close()
            self.office.close()

    def batch(self, first: int, count: int) -> proofbook.Counts:
        """Trials `first` …, counted; on a copy of their own."""
        counts: Counter[str] = Counter()
        self.begin()
        done = {"pulled import": self._import, "failing export": self._export, "full save": self._full}
        for trial in range(first, first + count):
            what, dice = WHAT[trial % len(WHAT)], proofbook.chance(self.seed, trial)
            try:
                done.get(what, self._full)(dice, counts, what)
            except Exception as error:
                raise AssertionError(f"trial {trial}, {what}: {error!r}") from error
            counts[what] += 1
        self._goes_on()
        return {"trials": count, "faults": counts.pop("faults", 0), "done": dict(counts)}

    # --- reading -----------------------------------------------------------------------------------------------

    def _import(self, dice: Random, counts: Counter[str], _what: str) -> None:
        file, honest, streams = dice.choice(self.files), Path.open, list[Pulled]()
        size = file.stat().st_size
        most = dice.choice([dice.randint(1, size), dice.randint(1, min(size, 300)), size - 1])

        def opened(path: Path, *args: Any, **kwargs: Any) -> Any:
            stream = honest(path, *args, **kwargs)
            if path != file:
                return stream
            streams.append(Pulled(stream, most, dice.choice(GONE), dice))
            return streams[-1]

        if not counts["pulled import"]:  # what a refusal writes once (the backup before) is written
            self.office.do("import_bundles", files=[str(file) + ".gone"])
        before = self._bytes(self.office)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "open", opened)
            (report,) = self.office.do("import_bundles", files=[str(file)]).extra["reports"]
        assert any(s.struck for s in streams), "planned and not struck"
        assert (report["status"], report["code"]) == ("refused", "D-602"), report
        in_catalogue(report["code"], report["sentence"])
        assert self._bytes(self.office) == before, "a refused import left a trace"
        assert not list(self.office.ws.folder.inbox.iterdir())
        counts["faults"] += 1

    @staticmethod
    def _bytes(house: House) -> str:
        found = hashlib.sha256()
        for path in sorted(house.ws.folder.path.glob("*.db*")):
            if not path.name.endswith("-shm"):
                found.update(path.name.encode() + path.read_bytes())
        return found.hexdigest()

    # --- writing -----------------------------------------------------------------------------------------------

    def _export(self, dice: Random, counts: Counter[str], _what: str) -> None:
        """To a stick that is full, fails or is gone after so many bytes."""
        assert self.group is not None
        honest, struck = builtins.open, [0]
        most, number = dice.choice([0, 1, 15, dice.randint(0, 3000), dice.randint(0, 40_000)]), dice.choice(GONE)
        number = dice.choice((number, errno.ENOSPC))

        def opened(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if self.stick not in Path(str(path)).parents or not set(mode) & set("wxa"):
                return honest(path, mode, *args, **kwargs)
            raw = Failing(path, mode.replace("b", ""))
            raw.left, raw.number, raw.struck = most, number, struck
            return io.BufferedWriter(raw, dice.choice([1, 512, 65_536]))

        finding = self.group.do("register_finding", values=COMPLETE | {"place": "城关街道8号"}).ids[0]
        self.group.do("add_photos", finding=finding, images=[jpeg(dice.randrange(10**6), (90, 60))])
        self.known = set(shown(self.group))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(builtins, "open", opened)
            self._told(lambda house: house.do("export_bundle", to="office", out=str(self.stick)), counts)
        counts["faults"] += bool(struck[0])
        whole = sorted(str(p) for p in self.stick.glob("*.dubu"))
        if whole:
            reports = self.office.do("import_bundles", files=whole).extra["reports"]
            assert {r["status"] for r in reports} <= {"new", "same"}, reports
        for entry in self.stick.iterdir():
            entry.unlink()

    def _full(self, dice: Random, counts: Counter[str], what: str) -> None:
        """No file may grow beyond so many bytes."""
        import resource

        assert self.group is not None
        size = self.group.ws.folder.database.stat().st_size
        small = [0, dice.randint(0, 512), dice.randint(0, 20_000), dice.randint(0, size)]
        most = dice.choice([*small, dice.randint(0, 2 * size)])
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

        def work(house: House) -> None:
            if what == "full backup":
                house.do("make_backup", to=str(self.disk / "second"))
                return
            values = COMPLETE | {"place": f"城关街道{dice.randint(10, 10**6)}号"}
            made = house.do("register_finding", values=values).ids[0]
            self.known.add(bytes.fromhex(made))
            house.do("add_photos", finding=made, images=[jpeg(dice.randrange(10**6), (90, 60))])

        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        try:
            refused = self._told(work, counts)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        counts["faults"] += refused
        self.group.verify()
        assert set(shown(self.group)) >= self.known, "what was said to be saved is gone"
        self.known = set(shown(self.group))

    def _told(self, work: Callable[[House], Any], counts: Counter[str]) -> bool:
        """Do it; True when it was refused, by its code."""
        assert self.group is not None
        try:
            work(self.group)
        except DubuError as error:
            of_a_disk(error)
            counts[f"said {error.code}"] += 1
            return True
        counts["done all the same"] += 1
        return False

    def _goes_on(self) -> None:
        """The disk is well again: everything reaches the office, and nothing half lies about."""
        assert self.group is not None
        self.group.verify()
        power.require_photos(self.group)
        files = self.group.do("export_bundle", to="office", out=str(self.stick)).extra["files"]
        reports = self.office.do("import_bundles", files=[*map(str, self.files), *files]).extra["reports"]
        assert {r["status"] for r in reports} <= {"new", "same"}, reports
        assert set(power.places(self.office)) >= set(power.places(self.group))
        assert not [p for p in (self.disk / "world" / "group01").rglob("*.part") if p.is_file()]


def of_a_disk(error: DubuError) -> None:
    """It says in Chinese what is the matter with the disk, and nothing else."""
    in_catalogue(error.code, error.sentence)
    assert error.code in CODES, error.sentence


@contextmanager
def prepared(seed: int) -> Iterator[Prover]:
    """A prover in memory, keys cheap; gone afterwards."""
    with ground("disk") as folder, closing(Prover(folder, seed)) as prover:
        yield prover


def main(argv: Sequence[str]) -> int:
    """The long proof, on record in docs/proof/disk.json."""
    told = proofbook.options("disk", argv, n=10_000)
    with prepared(told.seed) as prover:
        return proofbook.run("disk", prover.batch, told, size=BATCH)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
