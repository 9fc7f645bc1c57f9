"""Random schedules: what people do, what becomes of files and machines, and what must hold after each step.

A rule takes dice and does one thing, or nothing where it does not fit. The Hypothesis machine (`test_machine.py`) and
the plain runner (`run`) call the same rules. `CALM` schedules lose and mistreat files and processes; in `ROUGH` ones
workspaces are also restored from old backups and copied back by hand.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dubu_desktop.actions.registry import find as find_verb
from dubu_desktop.db import queries
from dubu_desktop.errors import DubuError
from tests.property import fleet as fleets
from tests.property import newer, observe, properties
from tests.property.fleet import GROUPS, OFFICE, WHO, Bundle, Fleet
from tests.property.model import Name
from tests.world import COMPLETE, jpeg

Dice = random.Random
CALM, ROUGH = "calm", "rough"
#: what a person may be told in an ordinary day: not found, not from this status, incomplete, in conflict, not yours …
REFUSALS = frozenset({"D-304", "D-306", "D-307", "D-308", "D-310", "D-311", "D-313", "D-314", "D-303", "D-302"})
YEAR_MS = 365 * 86_400_000
FIELDS = ("place", "facts", "severity", "basis", "urgent")
SEVERITIES = ("ordinary", "serious", "grave")


def _reason(finding: str) -> dict[str, Any]:
    return {"finding": finding, "reason": "重复"}


def _many(finding: str) -> dict[str, Any]:
    return {"findings": [finding]}


#: (status shown, verb, parameters): what each side may do next with a finding
STEPS: dict[bool, list[tuple[str, str, Callable[[str], dict[str, Any]]]]] = {
    False: [
        ("draft", "finalise_finding", lambda f: {"finding": f}),
        ("draft", "void_finding", _reason),
        ("final", "void_finding", _reason),
        ("replied", "return_finding", _reason),
        ("replied", "verify_finding", lambda f: {"finding": f, "result": "已整改到位"}),
        ("closed", "reopen_finding", _reason),
    ],
    True: [
        ("draft", "finalise_finding", lambda f: {"finding": f}),
        ("final", "confirm_finding", _many),
        ("final", "send_back_finding", _reason),
        ("confirmed", "assign_rectification", _many),
        ("rectifying", "record_reply", lambda f: {"finding": f, "reply": "已整改"}),
        ("rectifying", "extend_rectification", lambda f: _many(f) | {"due_on": "2026-07-31", "reason": "汛期"}),
        ("rectifying", "settle_finding", lambda f: _reason(f) | {"event": "exempt"}),
        ("verified", "close_finding", _many),
        ("verified", "return_finding", _reason),
        ("closed", "reopen_finding", _reason),
        ("exempt", "reopen_finding", _reason),
    ],
}
TASKS: dict[bool, list[tuple[str, str, Callable[[str], dict[str, Any]]]]] = {
    False: [
        ("issued", "sign_for_task", lambda t: {"task": t}),
        ("accepted", "start_task", lambda t: {"task": t}),
        ("underway", "report_task", lambda t: {"task": t, "report": "已办完"}),
    ],
    True: [
        ("drafted", "issue_task", lambda t: {"tasks": [t]}),
        ("issued", "turn_task", lambda t: {"task": t, "event": "cancel", "reason": "合并办理"}),
        ("cancelled", "turn_task", lambda t: {"task": t, "event": "reopen", "reason": "恢复"}),
        ("reported", "complete_task", lambda t: {"task": t}),
        ("reported", "turn_task", lambda t: {"task": t, "event": "send_back", "reason": "补充"}),
    ],
}


class Schedule:
    """One random history. Call rules, then `end`."""

    def __init__(self, start: Path, root: Path, manner: str) -> None:
        self.fleet = Fleet(start, root)
        self.manner = manner
        self.disasters = 0
        self.hot = 0
        self.fleet.after_export = lambda bundle, inside: properties.p8_nothing_foreign_leaves(
            self.fleet, bundle, inside
        )

    def close(self) -> None:
        """Close every workspace."""
        self.fleet.close()

    def note(self, *words: Any) -> None:
        """Into the history, for the message of a failure."""
        self.fleet.log.append(" ".join(map(str, words)))

    # --- what people do ----------------------------------------------------------------------------------------

    def try_(self, who: str, verb: str, **params: Any) -> bool:
        """A verb that may be refused in an ordinary way."""
        self.note(who, verb, *[v for v in params.values() if isinstance(v, str) and len(v) < 40])
        try:
            self.fleet.act(who, verb, **params)
        except DubuError as error:
            self._refused(error)
            return False
        self._after(who)
        return True

    def _refused(self, error: DubuError) -> None:
        assert error.code in REFUSALS, (error, self.fleet.log)
        self.note("  refused", error.code)
        self.fleet.count["refused"] += 1

    def _after(self, who: str) -> None:
        properties.p4_exact(self.fleet, who)

    def create(self, dice: Dice, who: str) -> None:
        """A finding with a word of its own in every text."""
        word = f"獬豸{self.fleet.token():04d}号"
        values = COMPLETE | {"place": f"城关街道{word}", "facts": f"{word}疏散通道堆放瓷砖约40箱，东门上锁"}
        self.note(who, "register_finding", word)
        outcome = self.fleet.act(who, "register_finding", values=values)
        self.fleet.canaries[bytes.fromhex(outcome.ids[-1])] = word.encode()

    def _pick(
        self, dice: Dice, who: str, kind: str = "finding", fits: Callable[[dict[str, Any]], bool] | None = None
    ) -> dict[str, Any] | None:
        """A record that is here, mostly one of the few that everybody works on, mostly one that `fits`."""
        with self.fleet.posts[who].house.ws.reading() as conn:
            rows = queries.all_rows(conn, kind, with_gone=True)
        nth = self.fleet.model.nth
        rows = sorted((r for r in rows if r["uuid"] in nth), key=lambda r: nth[r["uuid"]])
        if fits is not None and dice.random() < 0.9:
            rows = [r for r in rows if fits(r)]
        hot = [r for r in rows if nth[r["uuid"]] % 3 == self.hot]
        return dice.choice(hot if hot and dice.random() < 0.7 else rows) if rows else None

    def _editable(self, who: str) -> Callable[[dict[str, Any]], bool]:
        mine = self.fleet.posts[who].house.ws.profile.side or None
        return lambda r: who == OFFICE or (r["finder_group"] == mine and r["status"] in ("draft", "final"))

    def _word(self, record: bytes) -> str:
        canary = self.fleet.canaries.get(record)
        return canary.decode() if canary else f"外{self.fleet.token()}"

    def edit(self, dice: Dice, who: str) -> None:
        """One or two fields of a finding; values from so small a set that two often write the same."""
        row = self._pick(dice, who, fits=self._editable(who))
        if row is None:
            return self.create(dice, who)
        values: dict[str, Any] = {}
        for name in dice.sample(FIELDS, dice.choice((1, 1, 2))):
            text = f"城关街道{self._word(row['uuid'])}之{dice.randint(1, 3)}，3具灭火器失效"
            values[name] = {"severity": dice.choice(SEVERITIES), "urgent": dice.random() < 0.5}.get(name, text)
        reason = {"reason": "更正"} if who == OFFICE else {}
        self.try_(who, "edit_finding", finding=row["uuid"].hex(), values=values, **reason)
        return None

    def step(self, dice: Dice, who: str) -> None:
        """The next step of a finding's lifecycle, by its verb."""
        statuses = {s[0] for s in STEPS[who == OFFICE]}
        mine = self.fleet.posts[who].house.ws.profile.side or None
        held = frozenset({"draft", "final"}) if who != OFFICE else frozenset()
        row = self._pick(
            dice, who, fits=lambda r: r["status"] in statuses and (r["finder_group"] == mine or r["status"] not in held)
        )
        fitting = [s for s in STEPS[who == OFFICE] if row is not None and s[0] == row["status"]]
        if row is not None and fitting:
            _, verb, params = dice.choice(fitting)
            given = params(row["uuid"].hex())
            if verb == "assign_rectification" and dice.random() < 0.5:
                given["verify_group"] = dice.choice(GROUPS)
            if verb == "verify_finding" and dice.random() < 0.6:
                self.photo(dice, who, row, role="after")
            self.try_(who, verb, **given)

    def work_on(self, dice: Dice, who: str) -> None:
        """Several steps in a row, so that schedules reach the late parts of a life."""
        for _ in range(3):
            self.step(dice, who)

    def photo(self, dice: Dice, who: str, row: dict[str, Any] | None = None, role: str = "before") -> None:
        """A photo with its preview."""
        row = row or self._pick(dice, who, fits=self._editable(who))
        if row is not None:
            given = {"finding": row["uuid"].hex(), "images": [jpeg(self.fleet.token(), (32, 24))], "role": role}
            self.try_(who, "add_photos", **given, caption=self._word(row["uuid"]))

    def remark(self, dice: Dice, who: str) -> None:
        """A note on a finding, an answer to it, an urge, a visit of a group."""
        row = self._pick(dice, who)
        if row is None:
            return
        finding, word = row["uuid"].hex(), self._word(row["uuid"])
        note = self._pick(dice, who, "note")
        if who == OFFICE and note is not None and dice.random() < 0.5:
            self.try_(who, "answer_note", note=note["uuid"].hex(), take=dice.random() < 0.5)
        elif who == OFFICE and dice.random() < 0.5:
            self.try_(who, "urge", findings=[finding], text=word)
        else:
            proposal = {"proposed_field": "place", "proposed_value": f"{word}改"} if dice.random() < 0.5 else {}
            self.try_(who, "add_note", kind="finding", record=finding, text=word, **proposal)

    def task(self, dice: Dice, who: str) -> None:
        """A task of the office for a group, and its steps; a visit that nobody else may know of."""
        row = self._pick(dice, who, "task")
        fitting = [s for s in TASKS[who == OFFICE] if row is not None and s[0] == row["status"]]
        if row is not None and fitting and dice.random() < 0.8:
            _, verb, params = dice.choice(fitting)
            self.try_(who, verb, **params(row["uuid"].hex()))
            return
        word = f"貔貅{self.fleet.token():04d}号"
        self.note(who, "task or visit", word)
        if who == OFFICE:
            made = self.fleet.act(who, "draft_task", title=word, groups=[dice.choice(GROUPS)])
        else:
            made = self.fleet.act(who, "plan_visit", visit_kind="unannounced", planned_for="2026-06-10", plan=word)
        self.fleet.canaries[bytes.fromhex(made.ids[-1])] = word.encode()

    def reassign(self, dice: Dice, who: str) -> None:
        """The office gives the verification of a finding to another group, and perhaps back: A, B, A."""
        row = self._pick(dice, OFFICE, fits=lambda r: r["status"] in ("rectifying", "replied", "verified"))
        if row is not None:
            values = {"verify_group": dice.choice(GROUPS)}
            self.try_(OFFICE, "edit_rectification", finding=row["uuid"].hex(), values=values, reason="调整分工")

    def decide(self, dice: Dice, who: str) -> None:
        """The office decides a conflict, by one of the values or by another."""
        here = [(r, t) for r, ts in observe.table_conflicts(self.fleet.posts[OFFICE].house).items() for t in ts]
        here = [(r, t) for r, t in here if r in self.fleet.model.of_record]
        if not here:
            return
        record, tag = dice.choice(sorted(here, key=lambda c: (self.fleet.model.nth[c[0]], c[1])))
        field = observe.field_name(self.fleet.model.deeds[self.fleet.model.of_record[record][0]].kind, tag)
        if field:
            self.try_(OFFICE, "decide_conflict", record=record.hex(), field=field, choice=dice.randint(1, 2))
            self.fleet.count["decided"] += 1

    def undo(self, dice: Dice, who: str) -> None:
        """Ctrl+Z."""
        self.try_(who, "undo")

    def other_version(self, dice: Dice, who: str) -> None:
        """A program of next year writes on this machine: unknown fields, arguments, kinds, all of them optional."""
        row = self._pick(dice, who, fits=self._editable(who))
        if row is not None and newer.write(self.fleet, who, row["uuid"], dice):
            self.note(who, "newer version", row["uuid"].hex())
            self._after(who)

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
        if dice.random() < 0.15:
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

    def compact(self, dice: Dice, who: str) -> None:
        """Sealed segments move to an archive, where the program can do that."""
        try:
            find_verb("compact")
        except DubuError:
            return
        before = observe.digest(self.fleet.posts[who].house)
        self.note(who, "compact")
        self.fleet.act(who, "compact")
        assert observe.digest(self.fleet.posts[who].house) == before, ("P17", self.fleet.log)
        self.fleet.count["P17 compacted"] += 1

    # --- the end -----------------------------------------------------------------------------------------------

    def survivors(self) -> set[Name]:
        """Deeds that a living machine knows, or a file on the stick tells: all else burnt in one night."""
        out: set[Name] = set()
        for post in self.fleet.posts.values():
            out |= post.view.known
        return out

    def end(self, dice: Dice) -> None:
        """Peace: one bundle each way (after disasters three), then nothing may be missing anywhere."""
        fleet = self.fleet
        if self.manner == ROUGH:
            for bundle in dice.sample(fleet.files, min(len(fleet.files), 6)):
                self.note(bundle.to, "reads at last", bundle.path.name)
                self._take(dice, bundle)
        ups = [fleet.export(code, OFFICE) for code in GROUPS]
        late = [b for b in fleet.files if b.to == OFFICE and b not in ups]
        if dice.random() < 0.3:
            some = [*ups, *dice.sample(late, min(len(late), 2))]
            properties.p2_order_independent(fleet, some, dice, 3)
        for _ in range(3 if self.disasters else 1):
            for bundle in ups:
                self._take(dice, bundle)
            for code in GROUPS:
                self._take(dice, fleet.export(OFFICE, code))
            ups = [fleet.export(code, OFFICE) for code in GROUPS] if self.disasters else []
        self.check_all(dice)

    def check_all(self, dice: Dice) -> None:
        """Everything that can be said of a world at peace."""
        properties.p5_nothing_lost(self.fleet, self.survivors())
        properties.p3_convergent(self.fleet)
        properties.p15_ack_safety(self.fleet)
        for who in WHO:
            properties.p4_exact(self.fleet, who)
        properties.p18_differential(self.fleet, dice.choice(WHO), dice)
        if dice.random() < 0.25:
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


#: how often each rule is drawn
WEIGHTS: dict[str, float] = {
    "create": 2, "edit": 6, "step": 5, "work_on": 1.5, "photo": 0.7, "remark": 1, "task": 1, "reassign": 1.2,
    "decide": 1.5, "undo": 0.5, "other_version": 0.7, "export": 1.5, "deliver": 6, "read_old": 2, "corrupt": 0.6,
    "crash": 1.2,    "jump_clock": 1, "back_up": 0.5, "disaster": 0.9, "compact": 0.2,
}  # fmt: skip


def run(start: Path, root: Path, dice: Dice, steps: int = 22) -> Fleet:
    """One schedule to its end; what was done is in the `count` of the fleet."""
    manner = ROUGH if dice.random() < 0.35 else CALM
    schedule = Schedule(start, root, manner)
    try:
        schedule.hot = dice.randrange(3)
        names, weights = list(WEIGHTS), list(WEIGHTS.values())
        for _ in range(steps):
            getattr(schedule, dice.choices(names, weights)[0])(dice, dice.choice((OFFICE, *WHO)))
        schedule.end(dice)
    finally:
        schedule.close()
    schedule.fleet.count[f"schedules {manner}"] += 1
    schedule.fleet.count["files never read"] += sum(b.path not in schedule.fleet.read for b in schedule.fleet.files)
    return schedule.fleet
