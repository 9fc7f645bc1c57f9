"""Single properties of sync.md §4 by name, on the same fleets as the random schedules: P6, P9."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests import proofbook
from tests.property import observe, properties
from tests.property.fleet import GROUPS, WHO
from tests.property.machines import Machines
from tests.property.model import OFFICE
from tests.property.schedule import CALM, WEIGHTS, Schedule
from tests.world import COMPLETE


def swap(fleet: Machines, code: str) -> None:
    """One bundle each way."""
    fleet.bring(OFFICE, fleet.export(code, OFFICE))
    fleet.bring(code, fleet.export(OFFICE, code))


def edit(fleet: Machines, who: str, record: bytes, place: str) -> None:
    """The place of a finding."""
    reason = {"reason": "更正"} if who == OFFICE else {}
    fleet.act(who, "edit_finding", finding=record.hex(), values={"place": place}, **reason)


def conflicts(fleet: Machines, who: str, record: bytes) -> int:
    """How many fields of a finding are in conflict."""
    return len(observe.shown(fleet.posts[who].house, [record])[record].conflicts)


def test_p6_a_decision_reaches_everybody_and_an_edit_beside_it_opens_exactly_one_conflict(fleet: Machines) -> None:
    record = bytes.fromhex(fleet.act("01", "register_finding", values=COMPLETE).ids[-1])
    swap(fleet, "01")
    edit(fleet, "01", record, "城关街道东关菜市场")
    edit(fleet, OFFICE, record, "城关街道文化路小学")
    fleet.bring(OFFICE, fleet.export("01", OFFICE))
    assert conflicts(fleet, OFFICE, record) == 1
    fleet.act(OFFICE, "decide_conflict", record=record.hex(), field="place", choice=1)
    assert conflicts(fleet, OFFICE, record) == 0
    edit(fleet, "01", record, "城关街道卫生服务站")  # it has not heard of the decision
    swap(fleet, "01")
    for who in (OFFICE, "01"):
        assert conflicts(fleet, who, record) == 1
        properties.p4_exact(fleet, who)
    fleet.act(OFFICE, "decide_conflict", record=record.hex(), field="place", choice=2)
    swap(fleet, "01")
    for who in (OFFICE, "01"):
        assert conflicts(fleet, who, record) == 0
        properties.p4_exact(fleet, who)


def test_p4_a_conflict_of_steps_opened_again_is_the_one_that_was(fleet: Machines) -> None:
    record = bytes.fromhex(fleet.act("01", "register_finding", values=COMPLETE).ids[-1])
    finding = record.hex()
    fleet.act("01", "finalise_finding", finding=finding)
    swap(fleet, "01")
    fleet.act(OFFICE, "confirm_finding", findings=[finding])
    fleet.act("01", "void_finding", finding=finding, reason="重复登记")
    fleet.bring(OFFICE, fleet.export("01", OFFICE))
    for choice in (1, 2):
        assert conflicts(fleet, OFFICE, record) == 1
        fleet.act(OFFICE, "decide_conflict", record=finding, field="status", choice=choice)
        assert conflicts(fleet, OFFICE, record) == 0
        properties.p4_exact(fleet, OFFICE)
        fleet.act(OFFICE, "undo")
    swap(fleet, "01")
    for who in (OFFICE, "01"):
        assert conflicts(fleet, who, record) == 1
        properties.p4_exact(fleet, who)


def told(start: Path, root: Path, number: int) -> list[Any]:
    """What every workspace shows at the end of one calm schedule, records by the order they were begun in."""
    dice = proofbook.chance(proofbook.SEED, number, "clocks")
    schedule = Schedule(start, root, CALM)
    names = [name for name in WEIGHTS if name != "jump_clock"]
    try:
        for _ in range(16):
            schedule.jump_clock(random.Random(dice.random()), dice.choice(WHO))
            rule = dice.choices(names, [WEIGHTS[name] for name in names])[0]
            getattr(schedule, rule)(dice, dice.choice((OFFICE, *WHO)))
        schedule.end(dice)
        return [_shown(schedule.fleet, who) for who in (OFFICE, *GROUPS)]
    finally:
        schedule.close()


def _shown(fleet: Machines, who: str) -> list[Any]:
    nth = fleet.model.nth
    seen = observe.shown(fleet.posts[who].house, fleet.model.children)
    known = sorted((nth[record], s) for record, s in seen.items() if record in nth and s.exists)
    return [(n, s.heads, s.life, s.status, s.conflicts) for n, s in known]


@pytest.mark.parametrize("number", range(4))
def test_p9_clocks_change_nothing(start: Path, tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same schedule with every clock jumping eighty years either way, and with all of them standing still."""
    wild = told(start, tmp_path / "wild", number)
    monkeypatch.setattr(Schedule, "jump_clock", lambda *_a: None)
    assert told(start, tmp_path / "still", number) == wild


def survivors_of(fleet: Machines, record: bytes, code: str) -> set[str]:
    """Sorts of the office's deeds on a finding and what hangs on it that a group could still bring back."""
    mine = (fleet.model.deeds[name] for name in fleet.posts[code].view.held)
    return {deed.sort for deed in mine if deed.root == record and deed.side == OFFICE}


def test_p5_what_a_group_removed_at_the_word_of_an_office_that_knew_it_is_not_its_to_bring_back(
    fleet: Machines,
) -> None:
    """Schedule 6445: P8 has the group remove it, so that group cannot save it (sync.md §3.7). What a restored office
    did not know as it gave the record away is another matter: that must come home (docs/decisions/0050)."""
    record = bytes.fromhex(fleet.act(OFFICE, "register_finding", values=COMPLETE).ids[-1])
    finding = record.hex()
    fleet.act(OFFICE, "finalise_finding", finding=finding)
    fleet.act(OFFICE, "confirm_finding", findings=[finding])
    fleet.act(OFFICE, "assign_rectification", findings=[finding], verify_group="02")
    swap(fleet, "02")
    fleet.back_up(OFFICE)
    fleet.act(OFFICE, "extend_rectification", findings=[finding], due_on="2026-07-31", reason="汛期")
    fleet.bring("02", fleet.export(OFFICE, "02"))
    extended = fleet.posts["02"].view.held
    fleet.restore(OFFICE, fleet.backups[OFFICE][-1])
    given = {"finding": finding, "values": {"verify_group": "03"}, "reason": "调整分工"}
    fleet.act(OFFICE, "edit_rectification", **given)
    fleet.bring("02", fleet.export(OFFICE, "02"))
    forgotten = {n for n in extended if n not in fleet.posts[OFFICE].view.known}
    assert forgotten  # the extension
    assert forgotten <= fleet.posts["02"].view.held
    for _ in range(2):
        swap(fleet, "02")
    properties.p5_nothing_lost(fleet, forgotten)
    assert survivors_of(fleet, record, "02") == set()
    given = {"finding": finding, "values": {"verify_group": "02"}, "reason": "调整分工"}
    fleet.act(OFFICE, "edit_rectification", **given)
    swap(fleet, "02")
    assert {"create", "event", "set"} <= survivors_of(fleet, record, "02")
