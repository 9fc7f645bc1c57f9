"""What may be changed of a task, and when; a draft that never went out stays in the office (contracts.md §2, §4)."""

from __future__ import annotations

from typing import Any

import pytest

from dubu_desktop.errors import DubuError
from tests.world import World


def refused(code: str) -> Any:
    return pytest.raises(DubuError, match=f"^{code} ")


def test_once_issued_the_date_moves_by_extending_and_the_group_stays(world: World) -> None:
    office = world.office
    (task,) = office.do("draft_task", title="节前督导", groups=["01"]).ids
    office.do("edit_task", task=task, values={"group": "02", "due_on": "2026-06-30"})
    office.do("edit_task", task=task, values={"group": "01"})
    office.do("issue_task", tasks=[task])
    before = world.row(office, "task")
    for name in ("due_on", "group", "number", "original_due_on", "issued_on", "report", "instruction", "nothing"):
        with refused("D-305"):
            office.do("edit_task", task=task, values={name: "02"})
    assert world.row(office, "task") == before
    office.do("edit_task", task=task, values={"requirement": "逐店检查", "units": ["城关街道"]})
    with refused("D-308"):
        office.do("extend_task", task=task, due_on=" ", reason="雨季")
    office.do("extend_task", task=task, due_on="2026-07-15", reason="雨季")
    row = world.row(office, "task")
    assert (row["due_on"], row["original_due_on"]) == ("2026-07-15", "2026-06-30")


def test_a_draft_given_up_never_reaches_the_group(world: World) -> None:
    office, group = world.office, world.groups["02"]
    (task,) = office.do("draft_task", title="不外传的草稿", groups=["02"]).ids
    office.do("turn_task", task=task, event="cancel", reason="另行安排")
    world.round()
    assert world.rows(group, "task") == []
    assert world.agree("02")


def test_a_task_has_a_title_and_each_group_once(world: World) -> None:
    with refused("D-308"):
        world.office.do("draft_task", title="  ", groups=["01"])
    assert len(world.office.do("draft_task", title="督导", groups=["01", "第一组"]).ids) == 1


def test_calendar_days_are_a_setting_for_tasks_as_well(world: World) -> None:
    office = world.office
    office.do("edit_rules", rules={"deadlines": {"working_days": False, "task_days": 4}})
    (task,) = office.do("draft_task", title="节前督导", groups=["01"]).ids
    office.do("issue_task", tasks=[task])
    assert world.row(office, "task")["due_on"] == "2026-06-06"


def test_a_visit_ends_after_it_began_and_counts_no_less_than_nothing(world: World) -> None:
    group = world.groups["01"]
    group.do("start_visit", visit_kind="unannounced", started_at="2026-06-02T08:00")
    for given in ({"ended_at": "2026-06-01T10:00"}, {"half_days": -4}, {"ended_at": "soon"}):
        with refused("D-310"):
            group.do("stop_visit", **given)
    group.do("stop_visit", ended_at="2026-06-02T15:00")
    visit = world.row(group, "visit")
    assert visit["half_days"] == 2
    for values in ({"started_at": "2026-06-03T08:00"}, {"half_days": -1}):
        with refused("D-310"):
            group.do("edit_visit", visit=visit["uuid"].hex(), values=values)
    with refused("D-305"):
        group.do("edit_visit", visit=visit["uuid"].hex(), values={"nothing": 1})
