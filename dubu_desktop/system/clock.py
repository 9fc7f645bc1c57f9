"""The one clock. Everything that needs the time is handed a `Clock`, so that tests can hold it still.

There is one time zone, Asia/Shanghai, without summer time since 1992; it is a fixed offset, so no time zone database
is needed (contracts.md §5). Wall clocks order nothing; they are shown and counted in days only.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MS = 86_400_000
# a day from either end of the calendar, so that the time zone cannot lead beyond it
_FIRST_MS = (date.min - _EPOCH.date()).days * _DAY_MS + _DAY_MS
_LAST_MS = (date.max - _EPOCH.date()).days * _DAY_MS - _DAY_MS


class Clock:
    """This machine's clock. Tests subclass it and override `now_ms`; the rest follows."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC, as the machine believes."""
        return time.time_ns() // 1_000_000

    def today(self) -> date:
        """The calendar day in Asia/Shanghai."""
        return self.local(self.now_ms()).date()

    def local(self, ms: int) -> datetime:
        """`ms` since the epoch (negative too) as an aware Asia/Shanghai time.

        A moment no calendar has (only a changed program writes one) is the nearest that it has.
        """
        return (_EPOCH + timedelta(milliseconds=min(max(ms, _FIRST_MS), _LAST_MS))).astimezone(SHANGHAI)


class ClockFrom(Clock):
    """A clock that was set to `start_ms` when it was made and has gone on since (演示库 has a day of its own)."""

    def __init__(self, start_ms: int) -> None:
        self._start_ms, self._made_ns = start_ms, time.monotonic_ns()

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC, counted from the start given."""
        return self._start_ms + (time.monotonic_ns() - self._made_ns) // 1_000_000
