"""Where the demo is played: an office and six groups on real workspaces, and the stick between them.

Everything goes through verbs, done by the person whose part it is. One reader of photos serves all seven (a child
process that has no key and no workspace path), so that seven open workspaces stay small.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dubu_desktop.actions import lookup, practice
from dubu_desktop.actions.actor import Tools
from dubu_desktop.actions.house import House
from dubu_desktop.actions.registry import Outcome
from dubu_desktop.actions.setup import Begun, init_group, init_office
from dubu_desktop.demo import PASSWORD, county
from dubu_desktop.demo.clock import StoryClock

OFFICE = "office"


@dataclass
class Tally:
    """What was done: verbs by name, and what each import reported."""

    verbs: Counter[str] = field(default_factory=Counter)
    imports: list[dict[str, Any]] = field(default_factory=list)
    exports: list[dict[str, Any]] = field(default_factory=list)


class Stage:
    """`do(side, person, verb, …)` at the moment of `clock`; `numbers` {key of a finding: its number}."""

    def __init__(self, root: Path, clock: StoryClock) -> None:
        self.root, self.clock = root, clock
        self.bundles = root / "bundles"
        self.bundles.mkdir(parents=True)
        self.tally = Tally()
        self.houses: dict[str, House] = {}
        self.numbers: dict[str, str] = {}
        self.recovery: dict[str, str] = {}
        #: bundles written that the office has not taken in
        self.waiting: list[str] = []
        self._tools = Tools()

    def close(self) -> None:
        """Close all workspaces; safe to call twice."""
        self._tools.close()
        for house in self.houses.values():
            house.close()

    # --- beginning ---------------------------------------------------------------------------------------------

    def open_office(self) -> None:
        """The office's workspace with its people."""
        first, *others = county.OFFICE_PEOPLE
        self._admit(OFFICE, init_office(self.root / "office", PASSWORD, first.name, self.clock))
        self._people(OFFICE, first, others)

    def open_group(self, group: county.GroupRow, given: dict[str, Any]) -> None:
        """A group's workspace from what `enrol_group` gave: starter file and code."""
        starter = Path(given["starter"]).read_bytes()
        path = self.root / f"group{group.code}"
        self._admit(group.code, init_group(path, PASSWORD, group.leader, starter, given["code"], self.clock))
        first, *others = (person for person in county.PEOPLE if person.side == group.code)
        self._people(group.code, first, others)

    def _admit(self, side: str, begun: Begun) -> None:
        self.houses[side] = begun.house
        begun.house.tools = self._tools
        self.recovery[side] = begun.recovery_code

    def _people(self, side: str, first: county.PersonRow, others: list[county.PersonRow]) -> None:
        for person in others:
            self.do(side, first.name, "add_person", name=person.name, roles=list(person.roles), post=person.post)
        self.do(side, first.name, "edit_person", person=first.name, roles=list(first.roles), post=first.post)

    # --- acting ------------------------------------------------------------------------------------------------

    def do(self, side: str, person: str, verb: str, /, **params: Any) -> Outcome:
        """One verb by one person of a side ("office" or a group's code)."""
        house = self.houses[side]
        if house.person is None or house.person.name != person or verb == "edit_person":
            house.be(person)
        self.clock.tick()
        self.tally.verbs[verb] += 1
        return house.do(verb, **params)

    def director(self, verb: str, **params: Any) -> Outcome:
        """One verb by the office's director."""
        return self.do(OFFICE, county.OFFICE_PEOPLE[0].name, verb, **params)

    def clerk(self, verb: str, **params: Any) -> Outcome:
        """One verb by the office's clerk."""
        return self.do(OFFICE, county.OFFICE_PEOPLE[1].name, verb, **params)

    def leader(self, code: str, verb: str, **params: Any) -> Outcome:
        """One verb by a group's leader."""
        return self.do(code, county.members(code)[0], verb, **params)

    def member(self, code: str, verb: str, **params: Any) -> Outcome:
        """One verb by a group's member."""
        return self.do(code, county.members(code)[1], verb, **params)

    # --- the stick ---------------------------------------------------------------------------------------------

    def carry_up(self, codes: tuple[str, ...]) -> None:
        """Each group writes a bundle, then the office takes them all in."""
        self.take(OFFICE, [file for code in codes for file in self.write_up(code)])

    def write_up(self, code: str) -> list[str]:
        """A group writes its bundle for the office; the files."""
        return self._written(code, self.leader(code, "export_bundle", to="office", out=str(self.bundles)))

    def carry_down(self, codes: tuple[str, ...]) -> None:
        """The office writes a bundle for each group, and each takes its own in."""
        for code in codes:
            made = self.clerk("export_bundle", to=code, out=str(self.bundles))
            self.take(code, self._written(OFFICE, made))

    def _written(self, side: str, made: Outcome) -> list[str]:
        names = ("serial", "records", "photos", "left")
        files: list[str] = made.extra["files"]
        told = {"by": side, "files": [Path(f).name for f in files], "at": self.now}
        self.tally.exports.append(told | {name: made.extra[name] for name in names})
        return files

    def take(self, side: str, files: list[str]) -> None:
        """Import bundles; the story knows of none that is refused, so one that is stops it as the bug it is."""
        person = county.OFFICE_PEOPLE[1].name if side == OFFICE else county.members(side)[0]
        for report in self.do(side, person, "import_bundles", files=files).extra["reports"]:
            if report["status"] == "refused":
                raise RuntimeError(report["sentence"])
            self.tally.imports.append({"by": side, "at": self.now} | report)

    def leave_waiting(self, codes: tuple[str, ...]) -> None:
        """Each group writes its bundle; the office has not taken them in yet."""
        for code in codes:
            self.waiting += self.write_up(code)

    def stay_in_june(self, now: datetime) -> None:
        """Every workspace keeps `now` as its day, whenever it is opened."""
        for house in self.houses.values():
            practice.mark(house, now)

    def record_of(self, kind: str, name: str) -> str:
        """The id of a record the office holds, by its number or name."""
        return self.houses[OFFICE].read(lambda r: lookup.find(r.conn, kind, name).hex())

    @property
    def now(self) -> str:
        """The minute of the story, ISO text."""
        moment: datetime = self.clock.local(self.clock.now_ms())
        return moment.replace(tzinfo=None).isoformat(timespec="minutes")
