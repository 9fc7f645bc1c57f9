"""When backups are made and how many stay is what the rules in force say."""

from __future__ import annotations

from dubu_desktop.actions import backups
from dubu_desktop.db.backup import list_backups
from tests.world import World


def count(world: World) -> int:
    return len(list_backups(world.office.ws.folder.backups))


def test_as_many_stay_as_the_rule_says(world: World) -> None:
    world.office.do("edit_rules", rules={"backup": {"keep_count": 2, "keep_daily": 0, "keep_weekly": 0}})
    for _ in range(6):
        backups.make(world.office.ws, "手动")
    assert count(world) == 2


def test_before_an_import_as_often_as_the_rule_says(world: World) -> None:
    world.office.do("edit_rules", rules={"backup": {"before_import_minutes": 5}})
    backups.make(world.office.ws, "手动")
    before = count(world)
    world.clock.put("2026-06-02T08:35")
    backups.make_before_import(world.office.ws)
    assert count(world) == before, "five minutes are not more than five"
    world.clock.put("2026-06-02T08:36")
    backups.make_before_import(world.office.ws)
    assert count(world) == before + 1
