"""Random months of an office and two groups on real workspaces: loss, late files, old backups, copies by hand.

At the end every file ever written is read after all, everybody exchanges a few times in peace, and then: both sides
show the same, and no value that ever reached another machine is lost (sync.md P3, P5, P7, P10).
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.db import journal
from dubu_desktop.domain.ops import Dot, Op, OpType, covers
from dubu_desktop.errors import DubuError
from tests.stories.exchange import Place
from tests.world import World, cheap_keys

WHO = ("office", "01", "02")
STEPS = 60


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Office and groups that have exchanged once."""
    root = tmp_path_factory.mktemp("start")
    with pytest.MonkeyPatch.context() as patch:
        cheap_keys(patch)
        patch.setenv("DUBU_STATE_DIR", str(root / "state"))
        World(root / "world").close()
    return root


#: what comes next in the life of a finding, for a group and for the office
_NEXT: dict[bool, list[tuple[str, str, Callable[[str], dict[str, Any]]]]] = {
    False: [
        ("draft", "finalise_finding", lambda f: {"finding": f}),
        ("draft", "void_finding", lambda f: {"finding": f, "reason": "重复"}),
        ("replied", "return_finding", lambda f: {"finding": f, "reason": "不到位"}),
    ],
    True: [
        ("final", "confirm_finding", lambda f: {"findings": [f]}),
        ("final", "send_back_finding", lambda f: {"finding": f, "reason": "补充"}),
        ("confirmed", "assign_rectification", lambda f: {"findings": [f]}),
        ("rectifying", "record_reply", lambda f: {"finding": f, "reply": "已整改"}),
    ],
}


class Months:
    """One random history. `reached`: ops that another machine has taken in, by dot."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place, self.chance = place, random.Random(seed)
        self.files: list[tuple[str, str, list[Op]]] = []
        self.reached: dict[Dot, Op] = {}
        self.backups: dict[str, list[Path]] = {name: [] for name in WHO}
        self.copies: dict[str, list[Path]] = {name: [] for name in WHO}
        self.disasters = 0
        self.told: list[str] = []

    def step(self) -> None:
        """One thing happens to somebody."""
        who = self.chance.choice(WHO)
        what = self.chance.choices(
            [self.work, self.deliver, self.export, self.read, self.back_up, self.burn, self.copy, self.copy_back],
            [16, 8, 2, 3, 0.5, 2, 0.3, 0.7],
        )[0]
        self.told.append(f"{what.__name__} {who}")
        what(who)

    def begin(self) -> None:
        """Some work on all sides, known to all, and a backup of that morning everywhere."""
        for who in ("01", "02", "01", "02"):
            self.place.finding(self.place.side(who), place=f"城关街道{self.chance.randint(1, 999)}号")
        for who in ("01", "02", "office"):
            self.deliver(who)
        for who in WHO:
            self.back_up(who)
            self.copy(who)

    # --- what happens ------------------------------------------------------------------------------------------

    def work(self, who: str) -> None:
        """A finding, an edit, a step, a decision: whatever the person may do; refusals are ordinary life."""
        house, chance = self.place.side(who), self.chance
        known = [r["uuid"].hex() for r in self.place.rows(house, "finding")]
        if who != "office" and (not known or chance.random() < 0.3):
            self.place.finding(house, place=f"城关街道{chance.randint(1, 999)}号")
            return
        if not known:
            house.do("edit_unit", unit="城关街道", values={"short_name": f"城关{chance.randint(1, 99)}"})
            return
        row = chance.choice(self.place.rows(house, "finding"))
        finding = row["uuid"].hex()
        values = {chance.choice(["place", "facts"]): f"内容{chance.randint(1, 9)}，3具灭火器失效"}
        acts: list[tuple[str, dict[str, Any]]] = [("edit_finding", {"finding": finding, "values": values})]
        acts[0][1].update({"reason": "更正"} if who == "office" else {})
        if who == "office":
            acts.append(("urge", {"findings": [finding], "text": f"第{chance.randint(1, 99)}次"}))
        else:
            acts.append(("add_note", {"kind": "finding", "record": finding, "text": f"意见{chance.randint(1, 99)}"}))
        steps = _NEXT[who == "office"]
        acts += [(verb, params(finding)) for status, verb, params in steps if status == row["status"]] * 2
        verb, params = chance.choice(acts)
        try:
            house.do(verb, **params)
        except DubuError as error:
            if error.code not in ("D-306", "D-307", "D-308", "D-311", "D-314"):
                raise

    def export(self, who: str) -> None:
        """A bundle is written; whether it is ever read is another matter."""
        to = "office" if who != "office" else self.chance.choice(("01", "02"))
        ops = self._ops(who)
        self.files.append((to, self.place.export(who, to), ops))

    def deliver(self, who: str) -> None:
        """A bundle is written and read at once."""
        self.export(who)
        self._take(*self.files[-1])

    def read(self, who: str) -> None:
        """Any bundle ever made for somebody is read, again or late."""
        mine = [f for f in self.files if f[0] == who]
        if mine:
            self._take(who, *self.chance.choice(mine)[1:])

    def _take(self, who: str, file: str, ops: list[Op]) -> None:
        before = self._received(who)
        (report,) = self.place.bring(who, file)
        assert report["status"] in ("new", "same"), report
        after = self._received(who)
        self.reached |= {op.dot: op for op in ops if op.dot in after - before or op.dot in after}

    def back_up(self, who: str) -> None:
        """A backup, carried elsewhere."""
        self.backups[who].append(self.place.backup(who))

    def burn(self, who: str) -> None:
        """The machine is gone; any of its backups is restored."""
        if self.disasters < len(self.told) // 15:
            self.disasters += 1
            self.place.restore(who, self.chance.choice(self.backups[who]))
            self._mourn()

    def copy(self, who: str) -> None:
        """Somebody copies the folder."""
        self.copies[who].append(self.place.snapshot(who))

    def copy_back(self, who: str) -> None:
        """And puts it back, on the same machine."""
        path = self.place.side(who).ws.folder.path
        if self.disasters < len(self.told) // 15 and "restored" not in path.name:
            self.disasters += 1
            self.place.copy_back(who, self.chance.choice(self.copies[who]))
            self._mourn()

    def _mourn(self) -> None:
        """What no living machine holds any more is gone: two burnt in one night. All else must come back."""
        alive = set().union(*(self._received(who) for who in WHO))
        self.reached = {dot: op for dot, op in self.reached.items() if dot in alive}

    # --- what is known -----------------------------------------------------------------------------------------

    def _ops(self, who: str) -> list[Op]:
        """The ops of its own that a workspace could now tell of."""
        house = self.place.side(who)
        with house.ws.reading() as conn:
            rows = [r["uuid"] for kind in ("finding", "rectification", "urge", "note") for r in self._rows(house, kind)]
            mine = house.ws.profile.actor.replica
            return [op for op in journal.ops_of(conn, rows) if op.dot.actor.replica == mine]

    def _rows(self, house: Any, kind: str) -> list[dict[str, Any]]:
        return self.place.rows(house, kind)

    def _received(self, who: str) -> set[Dot]:
        """Dots of ops, and of what bases tell, that a workspace holds."""
        house, out = self.place.side(who), set()
        with house.ws.reading() as conn:
            for kind in ("finding", "rectification", "urge", "note"):
                for row in self._rows(house, kind):
                    record = row["uuid"]
                    out |= {op.dot for op in journal.ops_of(conn, [record])}
                    facts = journal.base_of(conn, record)
                    if facts is not None:
                        out |= {c.dot for c in facts.creates} | {e.dot for e in facts.events}
                        out |= {h.dot for hs in facts.heads.values() for h in hs}
        return out

    # --- the end -----------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Every file is read after all; then peace; then nothing may be missing."""
        self.chance.shuffle(self.files)
        for to, file, ops in self.files:
            self._take(to, file, ops)
        for _ in range(4):
            for code in ("01", "02"):
                self.place.swap(code)
        assert self.place.together(), self.told
        for dot, op in self.reached.items():
            assert self._kept(dot, op), (op, self.told)
        for who in WHO:
            assert self.place.faults(who) == [], self.told
            assert "D-256" not in self.place.alarms(who), self.told

    def _kept(self, dot: Dot, op: Op) -> bool:
        """Whether an op still counts at the office, was replaced knowingly, or stands in the list without effect."""
        house = self.place.office
        with house.ws.reading() as conn:
            state = house.ws.fold.state(conn, op.record, op.root)
        if state is None:
            return False
        if dot in state.inert:
            return True
        if op.type is OpType.CREATE:
            return dot in {c.dot for c in state.creates}
        if op.type is OpType.EVENT:
            return dot in {e.dot for e in state.events}
        return all(any(h.dot == dot or covers(h.ctx, dot) for h in state.register(tag).heads) for tag in op.writes)


@pytest.fixture
def places(start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes fresh copies of the start."""
    cheap_keys(monkeypatch)
    made: list[Place] = []

    def fresh(seed: int) -> Place:
        root = tmp_path / str(seed)
        shutil.copytree(start, root)
        monkeypatch.setenv("DUBU_STATE_DIR", str(root / "state"))
        made.append(Place(root / "world", monkeypatch))
        return made[-1]

    yield fresh
    for place in made:
        place.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(int(os.environ.get("DUBU_MONTHS", "4"))))  # more: DUBU_MONTHS=300
def test_nothing_is_lost_in_random_months(places: Any, seed: int) -> None:
    months = Months(places(seed), seed)
    months.begin()
    for _ in range(STEPS):
        months.step()
    months.end()
