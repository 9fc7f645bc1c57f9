"""Room on a group's disk: originals that the office holds twice over may go, by an explicit verb and never else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.exchange import durable
from dubu_desktop.db import links, scope
from dubu_desktop.db.workspace import Workspace

if TYPE_CHECKING:
    from dubu_desktop.actions.desk import Desk


@dataclass(frozen=True, slots=True)
class Originals:
    """Originals on this machine: how many, how many of them may go, and the bytes of those."""

    here: int
    safe: tuple[bytes, ...]
    size: int


def originals(ws: Workspace, conn: Any) -> Originals:
    """What is here, and what may go: durable at the office, its preview here, and asked for by nobody.

    An office that asks for a photo does not hold it, whatever was said before.
    """
    told = set(durable.known(conn))
    kept = {h for peer in links.every(conn) for h in scope.asked(conn, peer)} | scope.wanted(conn)
    here, safe, size = 0, [], 0
    for original, preview in scope.pictures(conn):
        length = ws.blobs.size_of(original)
        if length is None:
            continue
        here += 1
        if original in told and original not in kept and preview and preview != original and ws.blobs.has(preview):
            safe.append(original)
            size += length
    return Originals(here, tuple(safe), size)


def free(desk: Desk) -> tuple[int, int]:
    """Remove what may go; (how many, their bytes)."""
    found = originals(desk.ws, desk.conn)
    for name in found.safe:
        desk.ws.blobs.remove(name)
    return len(found.safe), found.size
