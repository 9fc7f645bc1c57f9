"""Reads: tables -> frozen dataclasses, arrays of ids, bytes. Nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dubu_desktop.actions.desk import Actor
    from dubu_desktop.db.workspace import Workspace


@dataclass(frozen=True)
class Reader:
    """What a read works with: the workspace, one snapshot of its tables, and who asks."""

    ws: Workspace
    conn: Any
    person: Actor | None
