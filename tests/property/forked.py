"""Schedules in which one workspace is used on two machines: a folder taken along, work on both, bundles of both.

Sometimes the second one's folder is taken along in its turn, and a third machine works on that copy. Running numbers
then stand for several ops each, which the model cannot name; so another truth is kept: what each line wrote last
into each field. Order-independence is not claimed for forks; that no value is lost, that the office is
told, and that tables follow from the journal is (sync.md §3.1).
"""

from __future__ import annotations

import itertools
import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from dubu_desktop.actions.house import House
from dubu_desktop.db import queries
from tests.property import observe, properties
from tests.property.fleet import GROUPS, PEOPLE, Post
from tests.property.model import OFFICE, Name
from tests.property.schedule import CALM, Schedule
from tests.world import COMPLETE, PASSWORD, SetClock

Dice = random.Random
FORKED, REWRITTEN = "D-256", "D-252"


@dataclass
class Line:
    """One of the machines: what it wrote last {(record, field): value}, under which names, the files it made."""

    house: House
    state: Path
    wrote: dict[tuple[bytes, str], str] = field(default_factory=dict)
    names: set[Name] = field(default_factory=set)
    files: list[str] = field(default_factory=list)


class Forked:
    """The second laptop of nobody: see the module."""

    def __init__(self, start: Path, root: Path, dice: Dice) -> None:
        self.schedule, self.dice = Schedule(start, root, CALM), dice
        self.fleet = self.schedule.fleet
        self.code = dice.choice(GROUPS)
        self._before()
        kept = self.fleet.copies[self.code][0]
        first = self.fleet.posts[self.code]
        other = root / "user" / "elsewhere"
        shutil.copytree(kept.path, root / "world" / "elsewhere")
        self.lines = [Line(first.house, first.state), Line(self._opened(root / "world" / "elsewhere"), other)]

    def _opened(self, path: Path) -> House:
        house = House.open_(path, PASSWORD, SetClock("2026-06-03T10:00"))
        house.be(PEOPLE[self.code])
        return house

    def _before(self) -> None:
        """Some ordinary days; then the folder is copied."""
        for _ in range(self.dice.randint(0, 4)):
            self.schedule.edit(self.dice, self.dice.choice((OFFICE, self.code)))
            if self.dice.random() < 0.5:
                self.schedule.deliver(self.dice, self.dice.choice((OFFICE, self.code)))
        self.fleet.copy_by_hand(self.code)

    def close(self) -> None:
        """Close every workspace."""
        for line in self.lines[1:]:
            line.house.close()
        self.schedule.close()

    def at(self, line: Line) -> Post:
        """Sit down at one of the machines."""
        post = self.fleet.posts[self.code]
        post.house, post.state = line.house, line.state
        return post

    # --- what happens ------------------------------------------------------------------------------------------

    def copy(self) -> None:
        """The second machine's folder is taken along as well; what it wrote so far the third has in common with it.

        The office has mostly heard of both lines by then, and both go on before they hear of one another.
        """
        for line in self.lines:
            self.work(line)
            if self.dice.random() < 0.7:
                self.export(line)
                self.up(line.files[-1])
        self._take_along()
        for line in self.lines[1:]:
            self.work(line)

    def _take_along(self) -> None:
        second, root = self.lines[1], self.fleet.root
        path = root / "world" / "third"
        self.at(second)
        with self.fleet.at(self.code) as house:
            house.close()
            shutil.copytree(house.ws.folder.path, path)
            second.house = self._opened(house.ws.folder.path)
        self.at(second)
        third = Line(second.house, root / "user" / "third", dict(second.wrote))
        self.lines.append(third)
        self.at(third)
        with self.fleet.at(self.code):
            third.house = self._opened(path)
        self.fleet.count["copies of a copy"] += 1

    def work(self, line: Line) -> None:
        """A new finding, or a field of one that both know."""
        post, before = self.at(line), observe.last_own(line.house)
        self._write(line)
        line.names |= {(post.actor, n) for n in range(before + 1, observe.last_own(line.house) + 1)}

    def _write(self, line: Line) -> None:
        with self.fleet.at(self.code) as house:
            text = f"城关街道第{self.fleet.token()}号，3具灭火器失效"
            with house.ws.reading() as conn:
                rows = queries.all_rows(conn, "finding", status="draft")
            mine = [r["uuid"] for r in rows if r["finder_group"] == house.ws.profile.side]
            mine.sort(key=lambda r: self.fleet.model.nth.get(r, 10**6))
            if not mine or self.dice.random() < 0.4:
                record = bytes.fromhex(house.do("register_finding", values=COMPLETE | {"place": text}).ids[-1])
                line.wrote[record, "place"] = text
                return
            record, name = self.dice.choice(mine[:2]), self.dice.choice(("place", "facts"))
            state = observe.shown(house, [record])[record]
            if observe.tag_of("finding", name) in state.conflicts:
                return  # 等办公室定
            seen = observe.values_of_field(house, record, name)
            house.do("edit_finding", finding=record.hex(), values={name: text})
            for each in self.lines:  # what stood there has been replaced by somebody who saw it, whoever wrote it
                if each.wrote.get((record, name)) in seen:
                    del each.wrote[record, name]
            line.wrote[record, name] = text

    def export(self, line: Line) -> None:
        """A bundle of one of them."""
        self.at(line)
        with self.fleet.at(self.code) as house:
            line.files += house.do("export_bundle", to=OFFICE, out=str(self.fleet.stick)).extra["files"]

    def up(self, file: str) -> None:
        """It reaches the office."""
        with self.fleet.at(OFFICE) as house:
            (report,) = house.do("import_bundles", files=[file]).extra["reports"]
        assert report["status"] in ("new", "same"), report
        self.fleet.count["imports"] += 1

    def down(self, line: Line) -> None:
        """The office answers one of them."""
        with self.fleet.at(OFFICE) as house:
            files = house.do("export_bundle", to=self.code, out=str(self.fleet.stick)).extra["files"]
        self.at(line)
        with self.fleet.at(self.code) as house:
            reports = house.do("import_bundles", files=files).extra["reports"]
        for report in reports:  # of its own running numbers the other line's text: refused by name (sync.md §3.7)
            assert report["status"] in ("new", "same") or report["code"] == REWRITTEN, report
            self.fleet.count["bundles refused by a forked machine"] += report["status"] == "refused"

    def run(self) -> None:
        """Both work, files go their ways; at last one of each arrives, in either order, and nothing may be missing."""
        aside = random.Random(repr(self.dice.getstate()))
        for _ in range(self.dice.randint(4, 9)):
            line = self.dice.choice(self.lines)
            what = self.dice.random()
            if what < 0.55:
                self.work(line)
            elif what < 0.75:
                self.export(line)
            elif what < 0.9 and line.files:
                self.up(self.dice.choice(line.files))
            else:
                self.down(line)
            if aside.random() < 0.15:  # what a second line contradicts may lie in an archive by then
                properties.p17_compacted(self.fleet, OFFICE, every=True, rebuild=False)
            if len(self.lines) == 2 and aside.random() < 0.12:
                self.copy()
        # one that heard of the other before it wrote began a life of its own: then nothing was used twice
        both = any(one.names & other.names for one, other in itertools.combinations(self.lines, 2))
        for _ in range(2):
            for line in self.dice.sample(self.lines, len(self.lines)):
                self.export(line)
                self.up(line.files[-1])
                self.down(line)
        self._check(both)

    # --- what must hold ----------------------------------------------------------------------------------------

    def _check(self, both: bool) -> None:
        office = self.fleet.posts[OFFICE].house
        if both:
            assert FORKED in observe.alarms(office), "two machines, and nobody was told"
            self.fleet.count["forks noticed"] += 1
        wrote = {place for line in self.lines for place in line.wrote}
        for record, name in wrote:
            held = observe.values_of_field(office, record, name)
            for line in self.lines:
                value = line.wrote.get((record, name))
                assert value is None or value in held, ("P5: lost in a fork", name, value, held)
                self.fleet.count["values of forks found"] += value is not None
        properties.p16_rebuild(self.fleet, OFFICE)


def run(start: Path, root: Path, dice: Dice) -> Counter[str]:
    """One such schedule; what was done."""
    forked = Forked(start, root, dice)
    try:
        forked.run()
    finally:
        forked.close()
    forked.fleet.count["schedules forked"] += 1
    forked.fleet.count["cloned"] += 1
    return forked.fleet.count
