"""Room on a group's disk: originals that the office holds twice over may go, by an explicit verb and never else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.exchange import durable
from dubu_desktop.actions.exchange.sealing import own_actors
from dubu_desktop.db import history, links, scope
from dubu_desktop.db.workspace import Workspace
from dubu_desktop.domain.records import EVIDENCE
from dubu_desktop.wire.codec import decode_op

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

    An office that asks for a photo does not hold it, whatever was said before. Nor need it, as long as it has not
    acknowledged all evidence of this side that names it: what it once held may have been removed there for good.
    """
    told = set(durable.known(conn))
    kept = {h for peer in links.every(conn) for h in scope.asked(conn, peer)} | scope.wanted(conn)
    kept |= _unacknowledged(ws, conn)
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


def _unacknowledged(ws: Workspace, conn: Any) -> set[bytes]:
    """The originals of evidence made here that the office is not known to have."""
    link, tag = links.load(conn, ws.profile.office.replica), EVIDENCE.by_name["sha256"].tag
    same = (link.mine, link.theirs) == (ws.profile.actor.to_bytes().hex(), ws.profile.office.to_bytes().hex())
    have = link.have if same and not link.again else {}
    out: set[bytes] = set()
    for actor in own_actors(conn, ws.profile.actor.replica):
        number = have.get(actor.to_bytes().hex(), 0)
        above = history.sealed_through(conn, actor, number) if number else 0
        made = (decode_op(raw, actor).values.get(tag) for raw in scope.created(conn, actor, above, EVIDENCE.tag))
        out |= {value for value in made if isinstance(value, bytes)}
    return out


def free(desk: Desk) -> tuple[int, int]:
    """Remove what may go; (how many, their bytes)."""
    found = originals(desk.ws, desk.conn)
    for name in found.safe:
        desk.ws.blobs.remove(name)
    return len(found.safe), found.size
