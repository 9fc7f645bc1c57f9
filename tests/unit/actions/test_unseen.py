"""Where nobody went: told to the office alone, units below an area count for it, tasks without a visit."""

from __future__ import annotations

from datetime import date
from typing import Any

from dubu_desktop.actions import unseen
from tests.world import World

JUNE = (date(2026, 6, 1), date(2026, 6, 30))


def names(house: Any, fn: Any, period: Any = JUNE) -> set[str]:
    return {one.name for one in house.read(lambda r: fn(r, period))}


def test_areas_without_a_visit_or_finding(world: World) -> None:
    office, group = world.office, world.groups["01"]
    office.do("add_unit", name="青石镇", unit_kind="town", side="territory")
    office.do("add_unit", name="河东镇", unit_kind="town", side="territory")
    office.do("add_unit", name="后刘村", unit_kind="village", parent="河东镇")
    world.take(group, world.down("01"))
    assert {"青石镇", "河东镇"} <= names(office, unseen.areas)
    group.do("start_visit", visit_kind="unannounced", units=["后刘村"])
    group.do("stop_visit")
    world.take(office, world.up("01"))
    left = names(office, unseen.areas)
    assert "青石镇" in left
    assert "河东镇" not in left  # its village was visited
    assert "河东镇" in names(office, unseen.areas, (date(2026, 7, 1), date(2026, 7, 31)))
    assert names(group, unseen.areas) == set()
    assert names(office, unseen.areas, None) == set()


def test_tasks_that_ran_without_a_visit(world: World) -> None:
    office, group = world.office, world.groups["01"]
    for title in ("消防督导", "扬尘督导", "还没交办"):
        task = office.do("draft_task", title=title, groups=["01"], source="meeting", requirement="逐栋检查")
        if title != "还没交办":
            office.do("issue_task", tasks=list(task.ids))
    world.take(group, world.down("01"))
    group.do("start_visit", visit_kind="unannounced", units=[], task="消防督导")
    world.take(office, world.up("01"))
    assert names(office, unseen.tasks) == {"扬尘督导"}
    assert names(office, unseen.tasks, (date(2026, 5, 1), date(2026, 5, 31))) == set()
