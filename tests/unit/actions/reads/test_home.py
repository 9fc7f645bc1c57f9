"""今日要办, the rail and the strip: what waits, at either side, and figures that can be counted by hand."""

from __future__ import annotations

import pytest

from dubu_desktop.actions import reads, setup
from dubu_desktop.actions.reads import findings, gauges
from dubu_desktop.actions.reads.gauges import Share, percent
from tests.world import PASSWORD, cheap_keys


def todo(house):
    return {t.key: t for t in house.read(reads.workbench).todo}


def test_the_office(lived):
    bench = lived.office.read(reads.workbench)
    assert bench.day == "6月14日 星期日"
    assert bench.due_count == 2
    assert [r.number for r in bench.due] == [lived.n["overdue"], lived.n["conflict"]]
    assert bench.headline.startswith("今天先办")
    assert bench.headline.endswith("逾期2条")
    waits = todo(lived.office)
    assert waits["to_confirm"].title == "待核定2条"
    assert waits["conflict"].title == "冲突1处"
    assert waits["notes"].count == 1
    assert waits["to_confirm"].filter == findings.FindingFilter(status="to_confirm")


def test_every_figure_opens_the_rows_it_counts(lived):
    office = lived.office
    by = {f.key: f for f in office.read(reads.workbench).figures}
    assert list(by) == ["closure", "overdue", "unannounced", "balance"]
    assert by["closure"].value == "33.3%"
    assert by["closure"].basis.startswith("1 / 3，口径：")
    assert len(office.read(findings.ids, by["closure"].filter)) == 3
    assert by["overdue"].value == str(len(office.read(findings.ids, by["overdue"].filter))) == "2"
    assert by["overdue"].basis.startswith("最久")
    assert by["balance"].value == "50 : 50"


def test_a_group_has_its_own_gauges(lived):
    bench = lived.group.read(reads.workbench)
    by = {f.key: f for f in bench.figures}
    assert list(by) == ["unannounced", "leader_days", "overdue", "closure"]
    assert by["unannounced"].value == "100%"
    assert by["unannounced"].chip.word == "达标"
    assert by["leader_days"].value == "1/3 天"
    assert by["leader_days"].chip.word == "不足"  # it is Sunday
    waits = {t.key: t for t in bench.todo}
    assert waits["to_sign"].title == "待签收任务1件"
    assert waits["draft"].count == 1
    assert "unsent" in waits
    assert waits["task_overdue"].chip.tone == "bad"


def test_a_new_office_is_told_where_to_begin(tmp_path, monkeypatch):
    cheap_keys(monkeypatch)
    begun = setup.init_office(tmp_path / "office", PASSWORD, "王主任")
    try:
        bench = begun.house.read(reads.workbench)
    finally:
        begun.house.close()
    assert [(one.title, one.page, one.record) for one in bench.todo] == [
        ("登记督巡组", "settings", "groups"),
        ("读入单位名单", "settings", "intake"),
    ]
    assert bench.headline.startswith("今天先办2件：登记督巡组、读入单位名单")


def test_nothing_to_do(world):
    for _ in range(2):
        world.round()
    bench = world.groups["02"].read(reads.workbench)
    assert (bench.due_count, bench.due, bench.todo) == (0, (), ())
    assert bench.empty == "今天没有要办的事。"
    assert bench.headline == ""


def test_a_group_not_heard_of_for_days_is_named(world):
    world.clock.put("2026-06-08T09:00")
    waits = [t for t in world.office.read(reads.workbench).todo if t.key == "silent"]
    assert [t.title for t in waits] == ["第一组6天未来包", "第二组6天未来包"]
    strip = {f.key: f for f in world.office.read(reads.strip).facts}
    assert strip["exchange"].value == "6天未来包"
    assert strip["exchange"].tone == "warn"


def test_rail(lived):
    rail = lived.office.read(reads.rail_counts)
    assert rail["findings"].count == 2
    assert (rail["rectify"].count, rail["rectify"].tone) == (2, "bad")
    assert rail["bundles"].count == 1
    assert "units" not in rail
    assert lived.group.read(reads.rail_counts)["findings"].count == 1


def test_strip(lived):
    strip = lived.office.read(reads.strip)
    assert strip.saved
    assert [f.key for f in strip.facts] == ["backup", "exchange", "conflicts"]
    assert strip.facts[2].value == "1"
    own = {f.key: f.value for f in lived.group.read(reads.strip).facts}
    assert own["unannounced"] == "100%"
    assert own["leader_days"] == "1/3 天"
    assert "办公室已收" in own["exchange"]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "—"), (0, 3, "0%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (3, 3, "100%"), (1, 8, "12.5%")],
)
def test_percent(part, whole, text):
    assert percent(part, whole) == text


def test_how_many_half_days_are_lacking(lived):
    def needed(r, counted, whole):
        return gauges.half_days_needed(r, Share(counted, whole))

    read = lived.group.read
    assert read(needed, 2, 3) == 0  # 2/3 is enough
    assert read(needed, 1, 3) == 3  # 4 of 6
    assert read(needed, 0, 1) == 2
    assert read(needed, 0, 0) == 0
