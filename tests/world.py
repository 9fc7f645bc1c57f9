"""A small real world for tests: an office and groups on real workspaces, with a clock that can be set.

Workspaces are made once per test process and copied (keys are cheap there), so that a test starts in milliseconds.
"""

from __future__ import annotations

import atexit
import copy
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from dubu_desktop.actions.house import House
from dubu_desktop.actions.registry import Outcome
from dubu_desktop.actions.setup import init_group, init_office
from dubu_desktop.db import queries, scope
from dubu_desktop.system.clock import SHANGHAI, Clock
from dubu_desktop.wire.digest import total_digest
from tests.warm import quick_folder
from tests.words import COMPLETE, PASSWORD

T = TypeVar("T")


class SetClock(Clock):
    """A clock that stands where it is put and moves only when told."""

    def __init__(self, moment: str = "2026-06-02T08:30") -> None:
        self.put(moment)

    def put(self, moment: str) -> None:
        """Set it to ISO local time (Asia/Shanghai)."""
        self.ms = int(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI).timestamp() * 1000)

    def now_ms(self) -> int:
        return self.ms


def cheap_keys(monkeypatch: Any) -> None:
    """Argon2id at its cheapest: tests are about what is locked, not how hard the lock is."""
    from dubu_desktop.db import keys
    from dubu_desktop.sync import enrol

    monkeypatch.setattr(keys, "STANDARD_COST", keys.Cost(memory_kib=64, passes=1, lanes=1))
    monkeypatch.setattr(enrol, "_KDF_MEMORY_KIB", 64)
    monkeypatch.setattr(enrol, "_KDF_PASSES", 1)


class Groups(MutableMapping[str, House]):
    """{code: house}, each opened when it is first asked for."""

    def __init__(self, opening: Callable[[str], House], codes: Iterable[str]) -> None:
        self._opening = opening
        self._houses: dict[str, House | None] = dict.fromkeys(codes)

    def __getitem__(self, code: str) -> House:
        house = self._houses[code]
        if house is None:
            house = self._houses[code] = self._opening(code)
        return house

    def __setitem__(self, code: str, house: House) -> None:
        self._houses[code] = house

    def __delitem__(self, code: str) -> None:
        del self._houses[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._houses)

    def __len__(self) -> int:
        return len(self._houses)

    def open(self) -> list[House]:
        """Those that have been asked for."""
        return [house for house in self._houses.values() if house is not None]


class World:
    """`office` and `groups` {code: house}, a `stick` folder between them, and one `clock` for all."""

    def __init__(self, root: Path, codes: Iterable[str] = ("01", "02"), *, acquainted: bool = True) -> None:
        self.root, self.clock = root, SetClock()
        self.stick = root / "stick"
        self.stick.mkdir(parents=True)
        self.office = init_office(root / "office", PASSWORD, "王主任", self.clock).house
        self.office.do("add_unit", name="城关街道", unit_kind="town", side="territory")
        self.office.do("add_unit", name="应急管理局", unit_kind="department", side="industry")
        self.groups: MutableMapping[str, House] = {}
        for code in codes:
            self.enrol(code)
        if acquainted:
            self.round()

    @classmethod
    def ready(cls, root: Path, codes: Iterable[str] = ("01", "02")) -> World:
        """The same as `World(root, codes)` with cheap keys, copied from one that this process made once.

        The marks a user's folder keeps of workspaces come along, unless the test has some already.
        """
        seed = made_once(tuple(codes))
        _give_marks(seed)
        return cls.copied(seed / "world", root)

    @classmethod
    def copied(cls, seed: Path, root: Path, moment: int | None = None) -> World:
        """A world whose workspaces lie ready (closed) below `seed`, copied to `root` and opened: much faster."""
        shutil.copytree(seed, root)
        return cls.opened(root, moment)

    @classmethod
    def after(cls, stage: Callable[[World], T], root: Path, codes: Iterable[str] = ("01", "02")) -> tuple[World, T]:
        """A world in which `stage(world)` has been done, and what it returned (ids, numbers; no houses, no paths).

        Done once by this process, on a world of its own; every other one is a copy, with all workspaces opened anew and
        the clock where the stage left it. For what many tests of a file begin with.
        """
        kept = _stages.get((stage, tuple(codes)))
        if kept is None:
            kept = _stages[stage, tuple(codes)] = _staged(stage, tuple(codes))
        seed, moment, told = kept
        _give_marks(seed)
        return cls.copied(seed / "world", root, moment), copy.deepcopy(told)

    @classmethod
    def opened(cls, root: Path, moment: int | None = None) -> World:
        """A world whose workspaces lie closed below `root`; its clock stands at `moment`, if one is given."""
        made = cls.__new__(cls)
        made.root, made.clock, made.stick = root, SetClock(), root / "stick"
        if moment is not None:
            made.clock.ms = moment
        codes = [folder.name.removeprefix("group") for folder in sorted(root.glob("group*"))]
        made.open_later({"office": "王主任"} | {code: f"组长{code}" for code in codes})
        return made

    def open_later(self, people: dict[str, str]) -> None:
        """Workspaces below `root` are opened when they are first asked for, with {whose: who sits there}.

        As if it had been done now: by the clock of now, with the marks of the user of now. Many tests need one of
        three, and opening takes a third of the time of a short test.
        """
        moment, state = self.clock.ms, os.environ.get("DUBU_STATE_DIR")

        def opening(whose: str) -> House:
            folder = self.root / ("office" if whose == "office" else f"group{whose}")
            asked, self.clock.ms = self.clock.ms, moment
            try:
                with pytest.MonkeyPatch.context() as patch:
                    if state is not None:
                        patch.setenv("DUBU_STATE_DIR", state)
                    house = House.open_(folder, PASSWORD, self.clock)
            finally:
                self.clock.ms = asked
            house.be(people[whose])
            return house

        self._opening = opening
        self.groups = Groups(opening, [code for code in people if code != "office"])

    def __getattr__(self, name: str) -> Any:
        if name != "office" or "_opening" not in self.__dict__:
            raise AttributeError(name)
        self.office = self._opening("office")
        return self.office

    def enrol(self, code: str) -> House:
        """A new group with its laptop."""
        told = self.office.do("enrol_group", code=code, out=str(self.root / "starters")).extra
        starter = Path(told["starter"]).read_bytes()
        leader = f"组长{code}"
        made = init_group(self.root / f"group{code}", PASSWORD, leader, starter, told["code"], self.clock)
        self.groups[code] = made.house
        return made.house

    def everybody(self) -> list[House]:
        """Every workspace, open: the office's, then the groups'."""
        return [self.office, *self.groups.values()]

    def close(self) -> None:
        """Close every workspace that is open."""
        if "office" in self.__dict__:
            self.office.close()
        for house in self.groups.values() if isinstance(self.groups, dict) else self.groups.open():
            house.close()

    # --- exchange ----------------------------------------------------------------------------------------------

    def up(self, code: str) -> list[str]:
        """The group writes a bundle for the office."""
        return list(self.groups[code].do("export_bundle", to="office", out=str(self.stick)).extra["files"])

    def down(self, code: str) -> list[str]:
        """The office writes a bundle for the group."""
        return list(self.office.do("export_bundle", to=code, out=str(self.stick)).extra["files"])

    def take(self, house: House, files: list[str]) -> list[dict[str, Any]]:
        """Import; returns the reports."""
        return list(house.do("import_bundles", files=files).extra["reports"])

    def round(self) -> None:
        """Every group to the office, then the office to every group."""
        for code in self.groups:
            self.take(self.office, self.up(code))
        for code, house in self.groups.items():
            self.take(house, self.down(code))

    # --- looking -----------------------------------------------------------------------------------------------

    def rows(self, house: House, kind: str, **equal: Any) -> list[dict[str, Any]]:
        """Folded rows."""
        with house.ws.reading() as conn:
            return queries.all_rows(conn, kind, with_gone=True, **equal)

    def row(self, house: House, kind: str, **equal: Any) -> dict[str, Any]:
        """The one folded row."""
        (found,) = self.rows(house, kind, **equal)
        return found

    def group_id(self, code: str) -> bytes:
        """The id of a Group record."""
        found: bytes = self.row(self.office, "group", code=code)["uuid"]
        return found

    def agree(self, code: str) -> bool:
        """Whether the group holds exactly what the office holds in its scope."""
        with self.office.ws.reading() as conn:
            wanted = total_digest(scope.digests(conn, self.group_id(code)))
        with self.groups[code].ws.reading() as conn:
            return wanted == total_digest(scope.digests(conn))

    # --- work --------------------------------------------------------------------------------------------------

    def finding(self, house: House, **values: Any) -> str:
        """A complete finding as a draft; returns its number."""
        return str(house.do("register_finding", values=COMPLETE | values).number)

    def assigned(self, code: str = "01", **values: Any) -> str:
        """A group's finding, finalised, confirmed and assigned, known to both sides; returns its number."""
        group = self.groups[code]
        number = self.finding(group, **values)
        group.do("finalise_finding", finding=number)
        self.take(self.office, self.up(code))
        self.office.do("confirm_finding", findings=[number])
        self.office.do("assign_rectification", findings=[number])
        self.take(group, self.down(code))
        return number


_seeds: dict[tuple[str, ...], Path] = {}
#: {what was done, in which groups' world: (folder with `world` and `state`, where the clock stands, what it returned)}
_stages: dict[tuple[Any, tuple[str, ...]], tuple[Path, int, Any]] = {}


@contextmanager
def begun(stage: Callable[[World], T], monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[tuple[World, T]]:
    """What a fixture needs: cheap keys, marks of its own, `World.after(stage)` below `folder`, closed at the end."""
    cheap_keys(monkeypatch)
    monkeypatch.setenv("DUBU_STATE_DIR", str(folder / "state"))
    made, told = World.after(stage, folder / "world")
    yield made, told
    made.close()


def _own_folder() -> Path:
    """A folder that lasts as long as this process."""
    root = Path(tempfile.mkdtemp(prefix="dubu-world-", dir=quick_folder()))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return root


def _give_marks(seed: Path) -> None:
    """The marks of the user who made a seed, for the user of now, unless there are some already."""
    state = os.environ.get("DUBU_STATE_DIR")
    if state and not Path(state).exists():
        shutil.copytree(seed / "state", state)


def _staged(stage: Callable[[World], Any], codes: tuple[str, ...]) -> tuple[Path, int, Any]:
    """A seed in which `stage` has been done."""
    root = _own_folder()
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        world = World.ready(root / "world", codes)
        try:
            told = stage(world)
        finally:
            world.close()
    return root, world.clock.ms, told


def made_once(codes: tuple[str, ...]) -> Path:
    """A folder with `world`, closed, and the marks in `state`; made at the first asking."""
    if codes not in _seeds:
        root = _own_folder()
        with pytest.MonkeyPatch.context() as patch:
            cheap_keys(patch)
            (root / "state").mkdir()
            patch.setenv("DUBU_STATE_DIR", str(root / "state"))
            World(root / "world", codes).close()
            again = World.opened(root / "world")  # the first opening verifies the whole file: once is enough
            again.everybody()
            again.close()
        _seeds[codes] = root
    return _seeds[codes]


def jpeg(seed: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small JPEG, another one for each seed."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", size, (seed * 37 % 256, seed * 91 % 256, seed * 53 % 256)).save(out, "JPEG", quality=90)
    return out.getvalue()


def last(outcome: Outcome) -> str:
    """The id of the last record an action made or touched."""
    return outcome.ids[-1]
