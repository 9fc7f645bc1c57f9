"""演示库: a workspace of a fictional county with a day of its own: what is due today is due whenever it is opened.

The mark is a local setting, in no bundle and no digest: nothing but clocks and what the window says depends on it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dubu_desktop.system.clock import SHANGHAI, Clock, ClockFrom

if TYPE_CHECKING:
    from dubu_desktop.actions.house import House
    from dubu_desktop.db.workspace import Workspace

_KEY = "practice"


def mark(house: House, now: datetime) -> None:
    """Make this workspace one to practise with: at every opening it is `now` (local time) again."""
    from dubu_desktop.db import workspace

    with house.ws.writing() as conn:
        workspace.put_json(conn, _KEY, {"now": now.isoformat(timespec="minutes")})


def clock_of(ws: Workspace) -> Clock | None:
    """The clock of a workspace to practise with, running on from its own day; None for one of real work."""
    from dubu_desktop.db import workspace

    with ws.reading() as conn:
        kept = workspace.get_json(conn, _KEY, None)
    if not kept:
        return None
    now = datetime.fromisoformat(kept["now"]).replace(tzinfo=SHANGHAI)
    return ClockFrom(int(now.timestamp() * 1000))
