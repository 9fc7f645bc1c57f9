"""What the kills work on and what must hold after them: a prepared scene, copies of it, and every look at what is left.

The scene is made once: an office, a group, three bundles the office does not know yet, three more of a workspace used
on two machines, a backup, the exhibit of 0.1.0.
What is mistreated is a copy; what is said of it is counted in a `Result`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dubu_desktop.actions import check
from dubu_desktop.actions.exchange import quarantine
from dubu_desktop.actions.house import House
from dubu_desktop.db import health, keys, queries
from dubu_desktop.db.blobs import BlobState
from tests import proofbook
from tests.faults import power
from tests.stories.exchange import NAMES, digest_of, ended
from tests.world import COMPLETE, PASSWORD

MUSEUM = proofbook.ROOT / "tests" / "museum" / "0.1.0"


@dataclass
class Result:
    """What was done and what came of it. `landed`: was the action that was struck there afterwards, or not; `struck`:
    what the child was at; `verified`: by the opening itself, as after every unclean stop, or by `check`."""

    kills: Counter[str] = field(default_factory=Counter)
    landed: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    verified: Counter[str] = field(default_factory=Counter)
    rebuilt: int = 0
    settled: int = 0
    swept: int = 0
    leftovers: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For the record."""
        names = ("kills", "landed", "struck", "acknowledged", "verified")
        counts = {name: dict(getattr(self, name)) for name in names}
        n = sum(self.kills.values())
        more = {"rebuilt and compared": self.rebuilt, "part files left on the stick": self.leftovers}
        more |= {"both sides compared": self.settled, "swept for plain text": self.swept}
        return {"trials": n, "faults": n, **counts, **more}


class Ahead(NamedTuple):
    """Bundles for an office: what it knows before and after each, and its digest after all."""

    files: list[str]
    contents: list[frozenset[str]]
    whole: str


class Scene:
    """The scene in `root/scene`, a copy on which kills follow upon kills in `root/disk`, and one more beside it."""

    def __init__(self, root: Path) -> None:
        self.root, self.result = root, Result()
        self.scene, self.disk = root / "scene", root / "disk"
        power.scene(self.scene)
        for old in (self.scene / "world" / "stick").iterdir():
            old.unlink()
        self._add_backup()
        self._add_museum()
        self._add_forked()
        self.files = [str(p) for p in sorted((self.scene / "bundles").iterdir())]
        self.begin()
        self._look_ahead()

    def _add_backup(self) -> None:
        with self.opened(self.scene / "world" / "group01", "01", self.scene) as house:
            told = house.do("make_backup", to=str(self.scene / "second")).extra["path"]
            self.kept = self.shown(house)
            self.old = house.ws.profile.actor
        self.backup = Path(told)

    def _add_museum(self) -> None:
        """The exhibit under a key that costs nothing: only the door of it is another."""
        self.told = json.loads((MUSEUM / "manifest.json").read_text("utf-8"))
        for name in ("office", "group01"):
            place = self.scene / "museum" / name
            shutil.copytree(MUSEUM / name, place)
            for below in ("inbox", "backups", "blobs"):
                (place / below).mkdir(exist_ok=True)
            kept = keys.load_keyfile(place / "workspace.key")
            keys.change_password(kept, self.told["password"], PASSWORD).save(place / "workspace.key")

    def _add_forked(self) -> None:
        """The group's workspace used on two machines, and an office that knows neither line yet.

        The second machine heard of the first from the office, which was then copied back by hand: what it wrote in its
        new life comes before what that goes on from, so that the last bundle has every segment placed anew.
        """
        place = self.scene / "forked"
        for name in ("office", "known", "first", "second"):
            source = "office" if name in ("office", "known") else "group01"
            shutil.copytree(self.scene / "world" / source, place / name / source, copy_function=_put)
            shutil.copytree(self.scene / "state", place / name / "state")

        def at(name: str, *acts: Callable[[House], Any]) -> str:
            source, who = ("office", "office") if name == "known" else ("group01", "01")
            with self.opened(place / name / source, who, place / name) as house:
                for act in acts:
                    act(house)
                to = "01" if name == "known" else "office"
                (file,) = house.do("export_bundle", to=to, out=str(place)).extra["files"]
                return str(file)

        def found(number: int) -> Callable[[House], Any]:
            return lambda house: house.do("register_finding", values=COMPLETE | {"place": f"城关街道{number}号"})

        def took(*files: str) -> Callable[[House], Any]:
            return lambda house: house.do("import_bundles", files=list(files))

        first, second = at("first", found(7001)), at("second", found(7002))
        told = at("known", took(first, second))
        again = at("second", took(told), found(7003))  # a new life, and everything once more
        late = at("second", took(at("known", took(again))), found(7004))
        for n, file in enumerate((first, late, again)):
            (place / "bundles").mkdir(exist_ok=True)
            shutil.move(file, place / "bundles" / f"{n}.dubu")
        for file in place.glob("*.dubu"):
            file.unlink()
        for name in ("known", "first", "second"):
            shutil.rmtree(place / name)

    def _look_ahead(self) -> None:
        """What each bundle brings the office, and what the office is after all of them, undisturbed."""
        self.ahead = {"import": self._undisturbed("world/office", self.files)}
        forked = [str(p) for p in sorted((self.scene / "forked" / "bundles").iterdir())]
        with pytest.MonkeyPatch.context() as patch:
            honest, placed = quarantine.replay, []
            patch.setattr(quarantine, "replay", lambda *told: placed.append(told) or honest(*told))
            self.ahead["forked"] = self._undisturbed("forked/office/office", forked)
        assert len(placed) == 1, "the last bundle has every segment placed anew"

    def _undisturbed(self, office: str, files: list[str]) -> Ahead:
        contents = []
        with self.opened(self.copy(office), "office") as house:
            contents.append(self.findings(house))
            for file in files:
                (report,) = house.do("import_bundles", files=[file]).extra["reports"]
                assert report["status"] == "new"
                contents.append(self.findings(house))
            assert len(set(contents)) == len(contents), "every bundle brings something"
            return Ahead(files, contents, check.digest(house))

    def begin(self) -> None:
        """A fresh copy of the world, in which nobody was struck yet."""
        shutil.rmtree(self.disk, ignore_errors=True)
        shutil.copytree(self.scene, self.disk, copy_function=_put)
        self.group, self.office = self.disk / "world" / "group01", self.disk / "world" / "office"
        self.stick = self.disk / "world" / "stick"
        found, photos = self.kept
        self.acked, self.photos = dict(found), Counter(photos)
        self.token = 10_000

    def copy(self, name: str) -> Path:
        """A workspace of the scene in a place of its own, which goes with the next one; what its user knows too."""
        place = self.root / "alone"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.scene / name, place / name, copy_function=_put)
        if not name.startswith("museum"):
            shutil.copytree(self.scene / "state", place / "state")
        return place / name

    # --- looking -----------------------------------------------------------------------------------------------

    @contextmanager
    def opened(self, path: Path, who: str, root: Path | None = None) -> Iterator[House]:
        """The workspace, open, with what its user knows of it (`state`, beside it)."""
        root = root or (self.disk if self.disk in path.parents else self.root / "alone")
        os.environ["DUBU_STATE_DIR"] = str(root / "state")
        self.checked = False
        honest = health.verify

        def verify(*told: Any) -> None:
            honest(*told)
            self.checked = True

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(health, "verify", verify)
            house = House.open_(path, PASSWORD)
        with house:
            house.be(NAMES[who])
            yield house

    def landed(self, what: str, there: bool) -> None:
        self.result.landed[f"{what} {'after' if there else 'before'}"] += 1

    def note(self, lines: Sequence[dict[str, Any]]) -> None:
        for line in lines:
            if "place" in line:
                self.acked[line["finding"]] = line["place"]
            if "photo" in line:
                self.photos[line["finding"]] += 1

    def beyond(self, house: House) -> bool:
        """Whether something is there that nobody acknowledged: the action under way had landed. It counts from now."""
        found, photos = self.shown(house)
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

    def require_acked(self, house: House) -> None:
        found, photos = self.shown(house)
        assert found == self.acked
        assert photos == self.photos
        with house.ws.reading() as conn:
            for row in queries.all_rows(conn, "evidence"):
                assert house.ws.blobs.check(row["sha256"]) is BlobState.OK
                assert house.ws.blobs.check(row["preview"]) is BlobState.OK

    def shown(self, house: House) -> tuple[dict[str, str], Counter[str]]:
        with house.ws.reading() as conn:
            found = {r["uuid"].hex(): r["place"] for r in queries.all_rows(conn, "finding")}
            photos = Counter(r["finding"].hex() for r in queries.all_rows(conn, "evidence"))
        return found, photos

    def findings(self, house: House) -> frozenset[str]:
        return frozenset(self.shown(house)[0])

    def sound(self, house: House) -> None:
        """`check` after every kill, `check --rebuild` and `--audit` after every tenth. Where the stop was unclean the
        opening has verified every page already."""
        if not self.checked:
            house.verify()
        self.result.verified["by the opening" if self.checked else "by check"] += 1
        assert check.digest(house)
        assert not [p for p in house.ws.folder.path.rglob("*") if p.name.endswith(".part")]
        assert not list(house.ws.folder.inbox.iterdir())
        if sum(self.result.kills.values()) % 10 == 9:
            assert ended(check.rebuild(house)).same, "the tables are not what the journal says"
            assert ended(check.audit(house)).faults == ()
            self.result.rebuilt += 1

    def settle(self) -> None:
        """Both sides exchange in peace and must agree."""
        with self.opened(self.group, "01") as group, self.opened(self.office, "office") as office:
            (up,) = group.do("export_bundle", to="office", out=str(self.stick)).extra["files"]
            office.do("import_bundles", files=[up])
            (down,) = office.do("export_bundle", to="01", out=str(self.stick)).extra["files"]
            group.do("import_bundles", files=[down])
            with office.ws.reading() as conn:
                (scope,) = queries.ids_where(conn, "group", "code", "01")
            assert digest_of(office, scope) == digest_of(group)
        self.result.settled += 1


def plain_text_in(root: Path) -> list[Path]:
    """Files below `root` that show what records or photos say to whoever has no key (F16)."""
    return [path for path in sorted(root.rglob("*")) if path.is_file() and _shows(path.read_bytes())]


def _shows(raw: bytes) -> bool:
    return any(word in raw for word in _CANARIES)


#: words of every finding made here, as a disk might hold them, and how a JPEG begins
_CANARIES = [w.encode(c) for w in ("疏散通道", "城关街道") for c in ("utf-8", "utf-16-le", "gb18030")] + [b"JFIF\0"]


def _put(source: str, target: str) -> None:
    """Photos are never written twice: a second name will do. Everything else is copied."""
    if f"{os.sep}blobs{os.sep}" in source:
        os.link(source, target)
    else:
        shutil.copyfile(source, target)


def _number(place: str) -> int:
    return int("".join(c for c in place if c.isdigit()) or 0)
