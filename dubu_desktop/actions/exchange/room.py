"""Photos that may go from a group's disk, by an explicit verb alone: originals that the office holds twice over;
and what this group added to records that left its scope, once the office has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.exchange import durable
from dubu_desktop.actions.exchange.sealing import own_actors
from dubu_desktop.db import history, kept, links, safe, scope
from dubu_desktop.db.workspace import Workspace
from dubu_desktop.domain.records import EVIDENCE
from dubu_desktop.wire.codec import decode_op

if TYPE_CHECKING:
    from dubu_desktop.actions.desk import Desk


@dataclass(frozen=True, slots=True)
class Originals:
    """Originals on this machine: how many, how many of them may go, and the bytes of those.

    `left`: pictures kept of what left the scope that the office has, safe or not; `left_size`: their bytes.
    """

    here: int
    safe: tuple[bytes, ...]
    size: int
    left: tuple[bytes, ...] = ()
    left_size: int = 0


def originals(ws: Workspace, conn: Any) -> Originals:
    """What is here, and what may go: durable at the office, its preview here, and asked for by nobody.

    An office that asks for a photo does not hold it, whatever was said before. Nor need it, as long as it has not
    acknowledged all evidence of this side that names it: what it once held may have been removed there for good.
    """
    told = set(durable.known(conn)) if _named_all(conn) else set()
    needed = _needed(ws, conn)
    here, may_go, size = 0, list[bytes](), 0
    for original, preview in scope.pictures(conn):
        length = ws.blobs.size_of(original)
        if length is None:
            continue
        here += 1
        if original in told and original not in needed and preview and preview != original and ws.blobs.has(preview):
            may_go.append(original)
            size += length
    left = {h: n for h in _left(conn) - needed if (n := ws.blobs.size_of(h)) is not None}
    freed = [h for h in left if h in told]
    size += sum(left[h] for h in freed)
    return Originals(here + len(freed), (*may_go, *freed), size, tuple(sorted(left)), sum(left.values()))


def _needed(ws: Workspace, conn: Any) -> set[bytes]:
    """What the office asks for, is waited for here, or is not known to have reached the office."""
    asked = {h for peer in links.every(conn) for h in scope.asked(conn, peer)}
    return asked | scope.wanted(conn) | _unacknowledged(ws, conn)


def _named_all(conn: Any) -> bool:
    """Whether the office's newest bundle named all it asks for: a full list goes on with the next (want_list)."""
    return all(len(scope.asked(conn, peer)) < scope.MOST_WANTED for peer in links.every(conn))


def _left(conn: Any) -> set[bytes]:
    """What this side added to records that left its scope, handed over or removed for good: it cannot tell which."""
    own = kept.named_in(conn, kept.OWN) if _named_all(conn) else set()
    return own - kept.blob_hashes(conn) if own else own


def _unacknowledged(ws: Workspace, conn: Any) -> set[bytes]:
    """The pictures of evidence made here that the office is not known to have."""
    link, tags = links.load(conn, ws.profile.office.replica), [EVIDENCE.by_name[n].tag for n in ("sha256", "preview")]
    same = (link.mine, link.theirs) == (ws.profile.actor.to_bytes().hex(), ws.profile.office.to_bytes().hex())
    have = link.have if same and not link.again else {}
    out: set[bytes] = set()
    for actor in own_actors(conn, ws.profile.actor.replica):
        number = have.get(actor.to_bytes().hex(), 0)
        above = history.sealed_through(conn, actor, number) if number else 0
        made = (decode_op(raw, actor).values for raw in scope.created(conn, actor, above, EVIDENCE.tag))
        out |= {value for values in made for tag in tags if isinstance(value := values.get(tag), bytes)}
    return out


def free(desk: Desk) -> tuple[int, int]:
    """Remove what may go; (how many, their bytes)."""
    found = originals(desk.ws, desk.conn)
    for name in found.safe:
        desk.ws.blobs.remove(name)
    return len(found.safe), found.size


def destroy_left(desk: Desk) -> tuple[int, int]:
    """Remove what is kept of what left the scope, from backups and the second place with the last that list it;
    (how many files, their bytes).
    """
    found = originals(desk.ws, desk.conn)
    # those that made room before as well: copies may lie in the second place
    going = _left(desk.conn) - _needed(desk.ws, desk.conn)
    for name in going:
        desk.ws.blobs.remove(name)
    safe.strike(desk.conn, going)
    kept.release(desk.conn, going)
    kept.note_removed(desk.conn, map(desk.ws.blobs.path_name, going))
    return len(found.left), found.left_size
