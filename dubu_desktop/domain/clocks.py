"""Wall times that cannot be right: marked 时间可疑 where they are shown, compared and refused nowhere (sync.md §3.15).

A wall time orders nothing, so a wrong one does no harm but to the reader, who must be told not to rely on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dubu_desktop.domain.fields import LabelledEnum
from dubu_desktop.domain.text import SHANGHAI

#: nobody used this program before
EARLIEST_MS = int(datetime(2020, 1, 1, tzinfo=SHANGHAI).timestamp() * 1000)
#: what is said beside such a time
SUSPECT = "时间可疑"


class Doubt(LabelledEnum):
    """Why a wall time cannot be right."""

    #: the clock was never set
    UNSET = "unset", "早于2020年"
    #: later than the moment at which somebody else received it
    AHEAD = "ahead", "比收到的时间还晚"
    #: earlier than what the same computer wrote before
    BACK = "back", "比这台电脑的前一项还早"


def doubt(wall_ms: int, previous_ms: int | None, received_ms: int, tolerance_ms: int) -> Doubt | None:
    """What is wrong with a wall time, None for nothing.

    `previous_ms`: that of the op the same workspace copy made before, None for its first. `received_ms`: the clock of
    whoever received it. Differences up to `tolerance_ms` are those of any two clocks.
    """
    if wall_ms < EARLIEST_MS:
        return Doubt.UNSET
    if wall_ms > received_ms + tolerance_ms:
        return Doubt.AHEAD
    if previous_ms is not None and wall_ms < previous_ms - tolerance_ms:
        return Doubt.BACK
    return None


def _in_order(walls: Sequence[int], previous_ms: int | None, received_ms: int, tolerance_ms: int) -> bool:
    """Whether a glance shows that none is doubtful: the usual case, without a look at each."""
    low = EARLIEST_MS if previous_ms is None else max(EARLIEST_MS, previous_ms - tolerance_ms)
    return walls[0] >= low and walls[-1] <= received_ms + tolerance_ms and list(walls) == sorted(walls)


def doubtful_runs(
    walls: Sequence[int], previous_ms: int | None, received_ms: int, tolerance_ms: int
) -> list[tuple[int, int, Doubt]]:
    """(first place, last place, why) of the runs of doubtful times among `walls`, in the order they were made.

    After a clock was put back, what follows is measured by the clock as it then stood: one jump, one run.
    """
    if not walls or _in_order(walls, previous_ms, received_ms, tolerance_ms):
        return []
    out: list[tuple[int, int, Doubt]] = []
    before = previous_ms
    for place, wall in enumerate(walls):
        found = doubt(wall, before, received_ms, tolerance_ms)
        if found is not None and out and out[-1][1] == place - 1 and out[-1][2] is found:
            out[-1] = (out[-1][0], place, found)
        elif found is not None:
            out.append((place, place, found))
        before = wall
    return out
