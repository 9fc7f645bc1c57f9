"""Clocks that are wrong: marked wherever their times are shown, compared nowhere, refused never (sync.md §3.15)."""

from __future__ import annotations

from typing import Any

import pytest

from dubu_desktop.actions import reads
from dubu_desktop.actions.reads import conflicts, inert
from dubu_desktop.actions.reads.past import history
from dubu_desktop.ui.bundles.words import parcel_words
from tests.stories.exchange import Place, finding_state, hostile

NOW = "2026-06-03T10:00"


def lines(place: Place, who: str, number: str) -> list[str]:
    """When the ops of a finding were made, as the history says it, the newest first."""
    house = place.side(who)
    record = place.row(house, "finding", number=number)["uuid"]
    return [line.when for line in house.read(lambda r: history(r, record, merged=False))]


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("2099-01-01T00:00", "比收到的时间还晚"),
        ("2026-06-03T10:20", "比收到的时间还晚"),
        ("1970-01-02T00:00", "早于2020年"),
        ("2024-05-01T08:00", "比这台电脑的前一项还早"),
    ],
)
def test_a_clock_that_jumps_is_marked_and_taken(place: Place, moment: str, why: str) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    place.clock.put(moment)
    one.do("edit_finding", finding=number, values={"severity": "serious"})
    file = place.export("01")
    place.clock.put(NOW)
    (report,) = place.bring("office", file)
    assert report["status"] == "new"
    assert place.value("office", number, "severity") == "serious"
    newest, oldest = lines(place, "office", number)
    assert f"（时间可疑，{why}）" in newest
    assert "时间可疑" not in oldest
    assert ("时间可疑" in parcel_words(report, place.office.ws.clock.today())) == (why != "比这台电脑的前一项还早")
    place.swap("01")
    place.clock.put("2026-07-01T08:00")  # a month later the mark is still there
    assert f"（时间可疑，{why}）" in lines(place, "office", number)[0]


def test_work_of_weeks_ago_and_the_usual_difference_of_two_clocks_are_not_marked(place: Place) -> None:
    one = place.groups["01"]
    place.clock.put("2026-06-04T08:00")
    number = place.finding(one)
    place.clock.put("2026-06-24T08:03")
    one.do("edit_finding", finding=number, values={"severity": "serious"})
    place.clock.put("2026-06-24T08:00")
    one.do("edit_finding", finding=number, values={"severity": "ordinary"})
    place.bring("office", place.export("01"))
    assert not any("可疑" in when for when in lines(place, "office", number))


def test_marked_in_the_conflict_and_among_what_had_no_effect(place: Place) -> None:
    one = place.groups["01"]
    number = place.assigned("01")
    other = place.finding(one)
    place.swap("01")
    place.office.do("edit_finding", finding=other, values={"severity": "serious"}, reason="按标准")
    place.clock.put("2099-01-01T00:00")
    one.do("edit_finding", finding=other, values={"severity": "ordinary"})

    def act(desk: Any) -> None:
        desk.force(finding_state(one, number), "close_out")

    hostile(one, act)
    file = place.export("01")
    place.clock.put(NOW)
    place.bring("office", file)
    record = place.row(place.office, "finding", number=other)["uuid"]
    (view,) = place.office.read(lambda r: conflicts.of(r, record))
    shown, beside = view.values
    assert (shown.text, beside.text) == ("较重", "一般"), "the office's value shows, whatever the clocks say"
    assert "时间可疑" in beside.when
    assert "时间可疑" not in shown.when
    (row,) = place.office.read(lambda r: inert.rows(r))
    assert "时间可疑" in row.when


def test_this_machines_own_clock_put_back_is_marked_as_well(place: Place) -> None:
    number = place.finding(place.office)
    place.clock.put("2025-01-01T00:00")
    place.office.do("edit_finding", finding=number, values={"severity": "serious"})
    place.clock.put(NOW)
    assert "（时间可疑，比这台电脑的前一项还早）" in lines(place, "office", number)[0]


def test_a_moment_that_no_calendar_has_is_said_to_be_none(place: Place) -> None:
    one = place.groups["01"]
    number = place.finding(one)
    place.clock.ms = 2**62
    one.do("edit_finding", finding=number, values={"severity": "serious"})
    place.clock.put(NOW)
    (report,) = place.bring("office", place.export("01"))
    assert report["status"] == "new"
    assert "时间可疑" in lines(place, "office", number)[0]
    assert place.office.read(lambda r: list(reads.show(r, "finding", {"number": number})))
