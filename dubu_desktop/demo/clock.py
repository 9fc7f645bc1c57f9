"""The clock of the demo: it stands where the story puts it: each step happens in its own minute of June 2026."""

from __future__ import annotations

from datetime import datetime

from dubu_desktop.system.clock import SHANGHAI, Clock

_BETWEEN_ACTS_MS = 7_000


class StoryClock(Clock):
    """A clock that moves only when the story does; never backwards."""

    def __init__(self, start: datetime) -> None:
        self._ms = _ms(start)

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC in the story."""
        return self._ms

    def put(self, moment: datetime) -> None:
        """Go on to a moment of the story (local time); one already past leaves the clock where it is."""
        self._ms = max(self._ms, _ms(moment))

    def tick(self) -> None:
        """A few seconds pass: people do one thing after another."""
        self._ms += _BETWEEN_ACTS_MS


def _ms(moment: datetime) -> int:
    return int(moment.replace(tzinfo=SHANGHAI).timestamp() * 1000)
