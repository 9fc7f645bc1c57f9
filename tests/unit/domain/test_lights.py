"""Lights: shape and word for every standing of a due date, near judged by the rule profile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dubu_desktop.domain.calendar import shipped_calendar
from dubu_desktop.domain.lights import LightState, light
from dubu_desktop.domain.rules import Deadlines, default_rules

RULES = default_rules().deadlines
TODAY = date(2026, 6, 10)  # a Wednesday


@pytest.mark.parametrize(
    ("due", "state", "shape", "word", "detail"),
    [
        (None, LightState.NONE, "○", "未定期限", "未定期限"),
        (date(2026, 6, 30), LightState.ON_TIME, "●", "还有20天", "还有20天（13个工作日）"),
        (date(2026, 6, 16), LightState.ON_TIME, "●", "还有6天", "还有6天（4个工作日）"),
        (date(2026, 6, 15), LightState.SOON, "▲", "还有5天", "还有5天（3个工作日）"),
        (date(2026, 6, 11), LightState.SOON, "▲", "还有1天", "还有1天（1个工作日）"),
        (date(2026, 6, 10), LightState.TODAY, "▲", "今日到期", "今日到期"),
        (date(2026, 6, 9), LightState.OVERDUE, "■", "逾期1天", "逾期1天（1个工作日）"),
        (date(2026, 5, 29), LightState.OVERDUE, "■", "逾期12天", "逾期12天（8个工作日）"),
        (date(2027, 6, 1), LightState.ON_TIME, "●", "还有356天", None),
    ],
)
def test_every_standing(due: date | None, state: LightState, shape: str, word: str, detail: str | None) -> None:
    shown = light(due, TODAY, RULES, shipped_calendar())
    assert (shown.state, shown.shape, shown.word) == (state, shape, word)
    if detail is not None:
        assert shown.detail == detail
    else:
        assert shown.detail.endswith("2027年放假安排未公布")


def test_near_over_a_holiday_is_judged_in_working_days() -> None:
    # eleven days ahead, but 国庆节 leaves three working days
    due, today = date(2026, 10, 10), date(2026, 9, 30)
    assert light(due, today, RULES, shipped_calendar()).state is LightState.SOON
    by_calendar = replace(RULES, working_days=False)
    assert light(due, today, by_calendar, shipped_calendar()).state is LightState.ON_TIME


def test_the_threshold_is_the_profiles() -> None:
    rules: Deadlines = replace(RULES, soon_days=4)
    assert light(date(2026, 6, 16), TODAY, rules, shipped_calendar()).state is LightState.SOON


@pytest.mark.parametrize(
    ("done", "state", "word", "detail"),
    [
        (date(2026, 6, 8), LightState.DONE, "提前2天办结", "提前2天（2个工作日）办结"),
        (date(2026, 6, 10), LightState.DONE, "按期办结", "按期办结"),
        (date(2026, 6, 15), LightState.DONE_LATE, "逾期5天办结", "逾期5天（3个工作日）办结"),
    ],
)
def test_how_it_ended_is_told_whatever_the_day_is_now(done: date, state: LightState, word: str, detail: str) -> None:
    for today in (TODAY, date(2026, 12, 1)):
        shown = light(date(2026, 6, 10), today, RULES, shipped_calendar(), done=done)
        assert (shown.state, shown.word, shown.detail, shown.tone) == (state, word, detail, "quiet")


def test_done_without_a_due_date() -> None:
    assert light(None, TODAY, RULES, shipped_calendar(), done=TODAY).word == "办结"


def test_no_two_states_that_call_for_action_look_alike() -> None:
    looks = {
        (shown.shape, shown.tone, shown.word)
        for due in (None, date(2026, 6, 30), date(2026, 6, 11), TODAY, date(2026, 6, 9))
        for shown in [light(due, TODAY, RULES, shipped_calendar())]
    }
    assert len(looks) == 5
