"""Random schedules: what people do, what becomes of files and machines, and what must hold after each step.

A rule takes dice and does one thing, or nothing where it does not fit. The Hypothesis machine (`test_machine.py`) and
the plain runner (`run`) call the same rules. `CALM` schedules lose and mistreat files and processes; in `ROUGH` ones
workspaces are also restored from old backups and copied back by hand.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from tests.property import fleet as fleets
from tests.property import observe, properties
from tests.property.fleet import GROUPS, WHO, Bundle
from tests.property.machines import Machines
from tests.property.model import OFFICE, Name
from tests.property.people import People

Dice = random.Random
CALM, ROUGH = "calm", "rough"
YEAR_MS = 365 * 86_400_000


class Schedule(People):
    """One random history. Call rules, then `end`."""

    def __init__(self, start: Path, root: Path, manner: str) -> None:
        self.fleet = Machines(start, root)
        self.manner = manner
        self.disasters = 0
        #: dice for what happens beside the history that is drawn
        self.aside = random.Random(0)
        self.fleet.after_export = lambda bundle, inside: properties.p8_nothing_foreign_leaves(
            self.fleet, bundle, inside
        )

    def close(self) -> None:
        """Close every workspace."""
        self.fleet.close()

    # --- what becomes of files ---------------------------------------------------------------------------------

    def _to(self, dice: Dice, who: str) -> str:
        return dice.choice(GROUPS) if who == OFFICE else OFFICE

    def export(self, dice: Dice, who: str) -> None:
        """A bundle is written; whether it is ever read is another matter: this is how files are lost."""
        to = self._to(dice, who)
        self.note(who, "export", to)
        self.fleet.export(who, to)

    def deliver(self, dice: Dice, who: str) -> None:
        """A bundle is written and read at once."""
        to = self._to(dice, who)
        self.note(who, "deliver", to)
        self._take(dice, self.fleet.export(who, to))

    def _take(self, dice: Dice, *bundles: Bundle) -> None:
        to = bundles[0].to
        last = bundles[-1]
        newest = self.fleet.fresh(last) if last.by == OFFICE else last.recipient == self.fleet.posts[to].actor
        reports = self.fleet.bring(to, *bundles)
        assert {r["status"] for r in reports} <= {"new", "same"}, (reports, self.fleet.log)
        properties.p7_a_bundle_tells_all(self.fleet, last, newest and last.sender == self.fleet.posts[last.by].actor)
        self._after(to)
        if dice.random() < 0.07:
            properties.p1_idempotent(self.fleet, to, last)

    def read_old(self, dice: Dice, who: str) -> None:
        """Any file ever made for somebody is read, again or late; or several, in any order, some twice."""
        mine = [b for b in self.fleet.files if b.to == who]
        if mine:
            some = dice.sample(mine, min(len(mine), dice.choice((1, 1, 2, 3))))
            some += dice.sample(some, dice.randint(0, 1))
            self.note(who, "reads", *[b.path.name for b in some])
            self._take(dice, *some)

    def corrupt(self, dice: Dice, who: str) -> None:
        """A file is cut short or a bit of it flips: refused, nothing changed."""
        mine = [b for b in self.fleet.files if b.to == who]
        if not mine:
            return
        bundle = dice.choice(mine)
        raw = bytearray(bundle.path.read_bytes())
        if dice.random() < 0.5:
            del raw[int(dice.random() * len(raw)) :]
        else:
            raw[int(dice.random() * len(raw))] ^= 1 << dice.randrange(8)
        bad = self.fleet.stick / f"bad-{self.fleet.token()}.dubu"
        bad.write_bytes(raw)
        self.note(who, "reads damaged", bundle.path.name)
        before = observe.everything(self.fleet.posts[who].house)
        with self.fleet.at(who) as house:
            (report,) = house.do("import_bundles", files=[str(bad)]).extra["reports"]
        assert report["status"] == "refused", ("P12: a damaged file was taken", report, self.fleet.log)
        assert observe.everything(self.fleet.posts[who].house) == before, ("P12: a refused file left a trace", report)
        self.fleet.count["P12 damaged files refused"] += 1

    # --- what becomes of machines ------------------------------------------------------------------------------

    def crash(self, dice: Dice, who: str) -> None:
        """The process dies in the middle of an import, an export, or a save; then the same is done again in peace."""
        house, n = self.fleet.posts[who].house, dice.randint(1, 40)
        before = (observe.digest(house), observe.last_own(house))
        mine = [b for b in self.fleet.files if b.to == who]
        kind = dice.choice(("import", "export", "save"))
        self.note(who, "crash", kind, n)
        if kind == "import" and mine:
            bundle = dice.choice(mine)
            died = self.fleet.crash(who, n, "import_bundles", files=[str(bundle.path)])
            if died:
                assert observe.digest(self.fleet.posts[who].house) == before[0], ("half an import", self.fleet.log)
            self._take(dice, bundle)
        elif kind == "export":
            died = self.fleet.crash(who, n, "export_bundle", to=self._to(dice, who), out=str(self.fleet.stick))
        else:
            row = self._pick(dice, who)
            if row is None:
                return
            given = {"kind": "finding", "record": row["uuid"].hex(), "text": self._word(row["uuid"])}
            died = self.fleet.crash(who, n, "add_note", **given)
        if died:
            self.fleet.count["crashes"] += 1
            house = self.fleet.posts[who].house
            if kind != "import":
                assert (observe.digest(house), observe.last_own(house)) == before, ("half a save", self.fleet.log)
        properties.p15_ack_safety(self.fleet)

    def jump_clock(self, dice: Dice, who: str) -> None:
        """The clock of one machine is put anywhere within eighty years."""
        clock = self.fleet.posts[who].clock
        clock.put("2026-06-03T09:00")
        clock.ms += int(dice.uniform(-80, 80) * YEAR_MS)
        self.note(who, "clock", clock.ms)
        self.fleet.count["clocks put wrong"] += 1

    def back_up(self, dice: Dice, who: str) -> None:
        """A backup, or a copy by hand."""
        if self.manner == ROUGH:
            self.note(who, "backs up")
            (self.fleet.back_up if dice.random() < 0.5 else self.fleet.copy_by_hand)(who)

    def disaster(self, dice: Dice, who: str) -> None:
        """An old backup is restored, or an old copy put back."""
        if self.manner != ROUGH or self.disasters >= 3:
            return
        self.disasters += 1
        copies = self.fleet.copies[who]
        if copies and dice.random() < 0.5:
            self.note(who, "copies back")
            self.fleet.copy_back(who, dice.choice(copies))
            self.fleet.count["copied back"] += 1
        else:
            self.note(who, "restores")
            self.fleet.restore(who, dice.choice(self.fleet.backups[who]))
            self.fleet.count["restored"] += 1
        self._after(who)

    def compact(self, _dice: Dice, who: str) -> None:
        """Sealed segments move to an archive: those that all have acknowledged, or, harder, any there are; or the
        process dies meanwhile. By dice of its own: with it or without, the rest of the history is the same."""
        dice, touched = self.aside, self.fleet.touched
        self.note(who, "compact")
        if dice.random() < 0.2:
            self._die_compacting(who, dice.randint(1, 8))
        else:
            properties.p17_compacted(self.fleet, who, every=dice.random() < 0.6, rebuild=dice.random() < 0.15)
        self.fleet.touched = touched

    def _die_compacting(self, who: str, n: int) -> None:
        house = self.fleet.posts[who].house
        before = observe.digest(house), observe.last_own(house), observe.sealed(house)
        if self.fleet.crash(who, n, "compact", keep_days=0):
            self.fleet.count["P17 crashes while compacting"] += 1
        house = self.fleet.posts[who].house
        after = observe.digest(house), observe.last_own(house), observe.sealed(house)
        assert after == before, ("P17: half a compaction", who, self.fleet.log)

    # --- the end -----------------------------------------------------------------------------------------------

    def survivors(self) -> set[Name]:
        """Deeds that a living machine holds: all else burnt in one night.

        Not what a group removed at the word of an office that knew it: P8 forbids the group to keep it.
        """
        out: set[Name] = set()
        for post in self.fleet.posts.values():
            out |= post.view.held
        return out

    def end(self, dice: Dice) -> None:
        """Peace: one bundle each way (after disasters up to three), then nothing may be missing anywhere."""
        fleet = self.fleet
        if self.manner == ROUGH:
            for bundle in dice.sample(fleet.files, min(len(fleet.files), 3)):
                self.note(bundle.to, "reads at last", bundle.path.name)
                self._take(dice, bundle)
        ups = [fleet.export(code, OFFICE) for code in GROUPS]
        late = [b for b in fleet.files if b.to == OFFICE and b not in ups]
        if dice.random() < 0.1:
            some = [*ups, *dice.sample(late, min(len(late), 2))]
            properties.p2_order_independent(fleet, some, dice, 3)
        rounds = 3 if self.disasters else 1
        for n in range(rounds):
            before = self._known()
            for bundle in ups:
                self._take(dice, bundle)
            for code in GROUPS:
                self._take(dice, fleet.export(OFFICE, code))
            if n + 1 == rounds or (n and self._known() == before):
                break  # nobody learnt anything in a whole round: another would bring nothing either
            ups = [fleet.export(code, OFFICE) for code in GROUPS]
        self.check_all(dice)

    def _known(self) -> list[tuple[set[Name], set[bytes], bytes]]:
        """What everybody knows, follows and shows."""
        posts = self.fleet.posts.values()
        return [(set(p.view.known), set(p.view.left), observe.digest(p.house)) for p in posts]

    def check_all(self, dice: Dice) -> None:
        """Everything that can be said of a world at peace."""
        properties.p5_nothing_lost(self.fleet, self.survivors())
        properties.p3_convergent(self.fleet)
        properties.p15_ack_safety(self.fleet)
        for who in WHO:
            properties.p4_exact(self.fleet, who)
        properties.p18_differential(self.fleet, dice.choice(WHO), dice)
        properties.p8_nothing_foreign_stays(self.fleet, dice.choice(GROUPS))
        assert "D-256" not in observe.alarms(self.fleet.posts[OFFICE].house), (
            "a fork where there was none",
            self.fleet.log,
        )
        if dice.random() < 0.2:
            properties.p16_rebuild(self.fleet, dice.choice(WHO))


def prepare(start: Path) -> None:
    """The start of schedules in the folder `start`: findings of every group in every part of their life, a task."""
    bare = start / "bare"
    fleets.prepare(bare)
    schedule = Schedule(bare, start / "making", CALM)
    dice, fleet = random.Random(0), schedule.fleet
    for code in GROUPS:
        for _ in range(2):
            schedule.create(dice, code)
    schedule.fleet.act(OFFICE, "draft_task", title="汛期安全", groups=["02"])
    schedule.end(dice)
    for i, code in enumerate(GROUPS):
        findings = sorted(r for r, names in fleet.model.of_record.items() if fleet.model.deeds[names[0]].side == code)
        fleet.act(code, "finalise_finding", finding=findings[0].hex())
        schedule._take(dice, fleet.export(code, OFFICE))
        fleet.act(OFFICE, "confirm_finding", findings=[findings[0].hex()])
        if i < 2:
            given = {"findings": [findings[0].hex()], "verify_group": GROUPS[i + 1]}
            fleet.act(OFFICE, "assign_rectification", **given)
    schedule.end(dice)
    fleet.freeze(start)
    for folder in (bare / "world", bare / "user", start / "making"):
        shutil.rmtree(folder)


#: how often somebody compacts after a step, beside the rule itself
COMPACTS = 0.05
#: how often each rule is drawn
WEIGHTS: dict[str, float] = {
    "create": 1.5, "clash": 3, "edit": 5, "step": 5, "work_on": 1.5, "photo": 0.7, "remark": 1, "task": 1,
    "reassign": 1.2, "decide": 1.5, "undo": 0.5, "other_version": 0.7, "export": 1.5, "deliver": 4.5,
    "read_old": 1.5, "corrupt": 0.6,
    "crash": 1.2, "jump_clock": 1, "back_up": 1, "disaster": 2.5, "compact": 0.2,
}  # fmt: skip


def run(start: Path, root: Path, dice: Dice, steps: int = 24, manner: str = "") -> Machines:
    """One schedule to its end; what was done is in the `count` of the fleet."""
    manner = manner or (ROUGH if dice.random() < 0.35 else CALM)
    schedule = Schedule(start, root, manner)
    try:
        schedule.aside = random.Random(repr(dice.getstate()))
        schedule.hot = dice.randrange(3)
        names, weights = list(WEIGHTS), list(WEIGHTS.values())
        for _ in range(steps):
            getattr(schedule, dice.choices(names, weights)[0])(dice, dice.choice((OFFICE, *WHO)))
            if schedule.aside.random() < COMPACTS:
                schedule.compact(dice, schedule.aside.choice((OFFICE, *WHO)))
        schedule.end(dice)
    finally:
        schedule.close()
    schedule.fleet.count[f"schedules {manner}"] += 1
    schedule.fleet.count["files never read"] += sum(b.path not in schedule.fleet.read for b in schedule.fleet.files)
    return schedule.fleet
