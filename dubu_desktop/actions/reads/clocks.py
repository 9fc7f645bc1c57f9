"""Wall times as they are said: with 时间可疑 beside those that cannot be right."""

from __future__ import annotations

from functools import cached_property

from dubu_desktop.actions.reads.parts import say_wall
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import clocks
from dubu_desktop.domain.clocks import SUSPECT, Doubt, doubt
from dubu_desktop.domain.ops import Actor, Dot


class Clocks:
    """Says when an op was made; knows which of them bear a time that cannot be right."""

    def __init__(self, r: Reader) -> None:
        self._r = r

    @cached_property
    def _odd(self) -> dict[Actor, list[tuple[int, int, Doubt]]]:
        return clocks.odd(self._r.conn)

    def why(self, dot: Dot, wall: int) -> Doubt | None:
        """What is wrong with the time of an op; None for nothing."""
        for first, last, found in self._odd.get(dot.actor, ()):
            if first <= dot.seq <= last:
                return found
        if not dot.actor.replica:  # what ships bears no time
            return None
        return doubt(wall, None, self._r.ws.clock.now_ms(), self._r.rules.desk.clock_offset_minutes * 60_000)

    def say(self, dot: Dot, wall: int) -> str:
        """6月2日 08:46, or the same with 时间可疑 and why; nothing for no time."""
        if not wall and not self._odd.get(dot.actor):
            return ""
        found = self.why(dot, wall)
        said = say_wall(wall, self._r.today)
        return said if found is None else f"{said}（{SUSPECT}，{found.label}）"
