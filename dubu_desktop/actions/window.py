"""What the window of this workspace remembers on this machine: where dividers stand, who sat here last, a second place.

Local settings: in no bundle, no digest, no backup's way (architecture.md, three kinds of table).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dubu_desktop.actions.house import House

_KEY = "window"


def remembered(house: House) -> dict[str, Any]:
    """Everything kept, {name: plain value}."""
    from dubu_desktop.db import workspace

    with house.ws.reading() as conn:
        kept = workspace.get_json(conn, _KEY, {})
    return dict(kept)


def remember(house: House, name: str, value: Any) -> None:
    """Keep one plain value (text, number, flag, list of these) under `name`; None forgets it."""
    from dubu_desktop.db import workspace

    with house.ws.writing() as conn:
        kept = workspace.get_json(conn, _KEY, {})
        kept[name] = value
        workspace.put_json(conn, _KEY, {key: one for key, one in kept.items() if one is not None})
