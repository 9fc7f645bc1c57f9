"""What people do in a schedule: findings, edits, steps, photos, notes, tasks, decisions; refusals are ordinary life."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from dubu_desktop.db import queries
from dubu_desktop.errors import DubuError
from tests.property import newer, observe, properties
from tests.property.fleet import GROUPS
from tests.property.machines import Machines
from tests.property.model import OFFICE, Name
from tests.world import COMPLETE, jpeg

Dice = random.Random
#: what a person may be told in an ordinary day: not found, not from this status, incomplete, in conflict, not yours …
REFUSALS = frozenset({"D-306", "D-307", "D-308", "D-310", "D-311", "D-313", "D-314", "D-303", "D-302"})
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


class People:
    """The people at the keyboards of a fleet; `hot` names the third of the findings that all of them work on."""

    fleet: Machines
    hot = 0

    def note(self, *words: Any) -> None:
        """Into the history, for the message of a failure."""
        self.fleet.log.append(" ".join(map(str, words)))

    def try_(self, who: str, verb: str, **params: Any) -> bool:
        """A verb that may be refused in an ordinary way."""
        self.note(who, verb, *[v for v in params.values() if isinstance(v, str) and len(v) < 40])
        try:
            self.fleet.act(who, verb, **params)
        except DubuError as error:
            self._refused(error)
            return False
        properties.p4_exact(self.fleet, who, self.fleet.touched)
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

    def clash(self, dice: Dice, who: str) -> None:
        """A group and the office write the same field, or take a step each, before they hear of each other."""
        code = dice.choice(GROUPS)
        row = self._pick(dice, code, fits=self._editable(code))
        if row is None or not any(n in self.fleet.posts[OFFICE].view.known for n in self._deeds(row)):
            return
        finding, both = row["uuid"].hex(), [code, OFFICE]
        dice.shuffle(both)
        field = dice.choice(FIELDS[:4])
        steps = dice.random() < 0.3
        for side in both:
            fitting = [s for s in STEPS[side == OFFICE] if s[0] == row["status"]]
            reason = {"reason": "更正"} if side == OFFICE else {}
            if steps and fitting:
                _, verb, params = dice.choice(fitting)
                self.try_(side, verb, **params(finding))
            else:
                text = f"城关街道{self._word(row['uuid'])}之{dice.randint(1, 4)}，2具灭火器失效"
                value = dice.choice(SEVERITIES) if field == "severity" else text
                self.try_(side, "edit_finding", finding=finding, values={field: value}, **reason)

    def _deeds(self, row: dict[str, Any]) -> list[Name]:
        return self.fleet.model.of_record[row["uuid"]]

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
            said = {"record": record.hex(), "field": field, "choice": dice.randint(1, 2)}
            if self.try_(OFFICE, "decide_conflict", **said):
                properties.p6_resolved(self.fleet, record, tag)

    def undo(self, dice: Dice, who: str) -> None:
        """Ctrl+Z."""
        self.try_(who, "undo")

    def other_version(self, dice: Dice, who: str) -> None:
        """A program of next year writes on this machine: unknown fields, arguments, kinds, all of them optional."""
        row = self._pick(dice, who, fits=self._editable(who))
        if row is not None and newer.write(self.fleet, who, row["uuid"], dice):
            self.note(who, "newer version", row["uuid"].hex())
            self._after(who)
