"""Which colour of 督办单 the rules propose for a finding: the highest rung of the ladder it has reached."""

from __future__ import annotations

from collections.abc import Iterable

from dubu_desktop.domain.papers.blocks import Accent
from dubu_desktop.domain.rules import Rung

_COLOURS = {1: Accent.BLUE, 2: Accent.AMBER, 3: Accent.RED}


def proposed(rungs: Iterable[Rung], overdue_working_days: int, urges: int, reopens: int) -> Accent:
    """Blue, amber or red by days overdue, urgings and reopenings (domain.md §5.3); blue where nothing is reached.

    A proposal: the person who makes the paper chooses.
    """
    best = Accent.BLUE
    for rung in sorted(rungs, key=lambda r: r.rung):
        if rung.rung not in _COLOURS:
            continue
        late = overdue_working_days >= rung.overdue_days > 0
        if late or 0 < rung.urges <= urges or 0 < rung.reopens <= reopens:
            best = _COLOURS[rung.rung]
    return best
