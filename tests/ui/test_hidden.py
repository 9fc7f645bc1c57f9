"""A record that the filter of its page hides is found all the same when something leads to it."""

from __future__ import annotations

from tests.world import World


def test_a_finding_outside_the_filter_is_opened(world: World, opened):
    group = world.groups["01"]
    number = world.finding(group)
    group.do("finalise_finding", finding=number)
    world.take(world.office, world.up("01"))
    seat = opened(world.office, "findings")
    assert len(seat.page.rows.ids()) == 0, "待核定 is not 未销号 at the office"
    seat.window.go("findings", world.row(world.office, "finding", number=number)["uuid"].hex())
    seat.settle()
    assert seat.page.finding.detail.number == number
    assert seat.page.pane.filters.current() == "all"
