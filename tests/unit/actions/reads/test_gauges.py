"""The gauges of the inspectors' own rules: how half days and the leader's days of a week are counted (domain.md §1)."""

from __future__ import annotations

from typing import Any

import pytest

from dubu_desktop.actions import reads
from dubu_desktop.actions.reads import visits
from tests.world import World


def went(world: World, kind: str, day: str, begin: str = "09:00", end: str = "10:00", **more: Any) -> None:
    """A visit of group 01 from `begin` to `end` of `day`."""
    group = world.groups["01"]
    world.clock.put(f"{day}T{begin}")
    group.do("start_visit", visit_kind=kind, units=["城关街道"], **more)
    world.clock.put(f"{day}T{end}")
    group.do("stop_visit", note="记下")


def figure(world: World, key: str) -> Any:
    return next(f for f in world.groups["01"].read(reads.workbench).figures if f.key == key)


@pytest.mark.parametrize("kind", ["meeting", "research", "training", "sit_in"])
def test_other_work_is_counted_in_the_time_and_not_as_unannounced(world: World, kind: str) -> None:
    """A20, A28: 列席会议, 调研, 培训, 旁听例会 take half days and are none of 四不两直; each names its unit."""
    went(world, "unannounced", "2026-06-02")
    assert figure(world, "unannounced").value == "100%"
    went(world, kind, "2026-06-02", "14:30", "16:00")
    share = figure(world, "unannounced")
    assert (share.value, share.chip.word) == ("50%", "未达标")
    assert "1 / 2" in share.basis
    newest = world.rows(world.groups["01"], "visit", visit_kind=kind)[0]
    assert newest["units"] == [world.row(world.office, "unit", name="城关街道")["uuid"]]


@pytest.mark.parametrize(
    ("day", "word", "tone"),
    [("2026-06-02", "还差2天", "neutral"), ("2026-06-03", "还差2天", "neutral"), ("2026-06-04", "不足", "warn")],
)
def test_the_leaders_days_warn_from_thursday_on(world: World, day: str, word: str, tone: str) -> None:
    """A26: one of three days by Tuesday and Wednesday is in time, by Thursday it is short."""
    went(world, "unannounced", "2026-06-02", leader_present=True)
    world.clock.put(f"{day}T17:00")
    shown = figure(world, "leader_days")
    assert (shown.value, shown.chip.word, shown.chip.tone) == ("1/3 天", word, tone)


def test_the_gauges_open_the_visits_they_count(world: World) -> None:
    went(world, "unannounced", "2026-05-29")
    went(world, "unannounced", "2026-06-01", leader_present=True)
    went(world, "meeting", "2026-06-02", "14:30", "16:00")
    group = world.groups["01"]
    share, days = figure(world, "unannounced"), figure(world, "leader_days")
    opened = {f.key: group.read(visits.rows, group.read(visits.ids, f.filter)) for f in (share, days)}
    assert [v.kind for v in opened["unannounced"]] == ["meeting", "unannounced"], "of this month"
    assert "1 / 2" in share.basis
    assert [v.started_at[:10] for v in opened["leader_days"]] == ["2026-06-01"]
    assert days.value == "1/3 天"


def test_how_many_days_is_a_setting(world: World) -> None:
    """A26: the number of days is the office's rule."""
    went(world, "unannounced", "2026-06-02", leader_present=True)
    world.office.do("edit_rules", rules={"visits": {"leader_days_per_week": 1}})
    world.take(world.groups["01"], world.down("01"))
    shown = figure(world, "leader_days")
    assert (shown.value, shown.chip.word) == ("1/1 天", "达标")
