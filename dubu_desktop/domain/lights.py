"""Due-date lights: a shape, a word and a tone, so that no state rests on colour alone (domain.md feature 42).

Never stored: computed from the due date, the day it is now and the rule profile (contracts.md §2). Words count
calendar days, as people speak (逾期12天); whether a date is near is judged in working days when the profile counts so,
and `detail` says both (feature 21).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dubu_desktop.domain.calendar import WorkCalendar
from dubu_desktop.domain.fields import LabelledEnum
from dubu_desktop.domain.rules import Deadlines


class LightState(LabelledEnum):
    """How a due date stands."""

    #: no due date is set
    NONE = "none", "未定期限"
    #: far enough away
    ON_TIME = "on_time", "期限内"
    #: within the days the profile calls near
    SOON = "soon", "临期"
    #: ends today
    TODAY = "today", "今日到期"
    #: its day has passed
    OVERDUE = "overdue", "逾期"
    #: done on its day or before
    DONE = "done", "按期办结"
    #: done after its day
    DONE_LATE = "done_late", "逾期办结"


_SHAPES = {
    LightState.NONE: "○",
    LightState.ON_TIME: "●",
    LightState.SOON: "▲",
    LightState.TODAY: "▲",
    LightState.OVERDUE: "■",
    LightState.DONE: "●",
    LightState.DONE_LATE: "■",
}
#: Names of theme tokens: red and amber are for what still can be acted on.
_TONES = {
    LightState.NONE: "quiet",
    LightState.ON_TIME: "good",
    LightState.SOON: "warn",
    LightState.TODAY: "warn",
    LightState.OVERDUE: "bad",
    LightState.DONE: "quiet",
    LightState.DONE_LATE: "quiet",
}


@dataclass(frozen=True, slots=True)
class Light:
    """One light. `days` are calendar days until (positive) or since (negative) the due date; 0 without one."""

    state: LightState
    word: str
    detail: str
    days: int
    working_days: int

    @property
    def shape(self) -> str:
        """● within time, ▲ near or today, ■ overdue, ○ no date."""
        return _SHAPES[self.state]

    @property
    def tone(self) -> str:
        """The theme token: good, warn, bad or quiet."""
        return _TONES[self.state]


def light(
    due: date | None, today: date, rules: Deadlines, calendar: WorkCalendar, *, done: date | None = None
) -> Light:
    """The light of a due date (its end is meant) as of `today`; with `done`, how it ended.

    `rules` gives the days called near and whether they are working days.
    """
    if due is None:
        word = LightState.NONE.label if done is None else LightState.DONE.label.removeprefix("按期")
        return Light(LightState.NONE, word, word, 0, 0)
    if done is not None:
        return _ended(due, done, calendar)
    days, working = (due - today).days, calendar.working_days(today, due)
    if days < 0:
        state, word, detail = LightState.OVERDUE, f"逾期{-days}天", f"逾期{-days}天（{-working}个工作日）"
    elif days == 0:
        state, word, detail = LightState.TODAY, LightState.TODAY.label, LightState.TODAY.label
    else:
        near = (working if rules.working_days else days) <= rules.soon_days
        state = LightState.SOON if near else LightState.ON_TIME
        word, detail = f"还有{days}天", f"还有{days}天（{working}个工作日）"
    if not calendar.is_published(due):
        detail += f"；{due.year}年放假安排未公布"
    return Light(state, word, detail, days, working)


def _ended(due: date, done: date, calendar: WorkCalendar) -> Light:
    days, working = (due - done).days, calendar.working_days(done, due)
    if days < 0:
        return Light(
            LightState.DONE_LATE, f"逾期{-days}天办结", f"逾期{-days}天（{-working}个工作日）办结", days, working
        )
    if days == 0:
        return Light(LightState.DONE, LightState.DONE.label, LightState.DONE.label, 0, 0)
    return Light(LightState.DONE, f"提前{days}天办结", f"提前{days}天（{working}个工作日）办结", days, working)
