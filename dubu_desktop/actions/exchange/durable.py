"""`durable`: which originals lie in a verified backup on a second medium, and who has been told (sync.md §3.8).

The office keeps one list, added to at its end; only what was removed for good is struck off. A link remembers how far
its other side has been told and how far that was acknowledged, so that each bundle carries what is new and a lost one
costs nothing. A group keeps what it was told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dubu_desktop.db import safe, scope
from dubu_desktop.db.backup import list_backups, second_place
from dubu_desktop.db.links import Link
from dubu_desktop.db.workspace import Workspace, get_json, put_json
from dubu_desktop.system.files import other_medium
from dubu_desktop.wire.messages import Head

_HASH = 32
#: hashes told at once (docs/bundle-format.md)
MOST_TOLD = 10_000
#: bundles remembered for which no receipt came; an older one's telling is then repeated
_MOST_SENT = 100


def known(conn: Any) -> list[bytes]:
    """At the office: what lies in the second place, in the order it was noted. At a group: what the office said."""
    return safe.known(conn)


def note_second_place(ws: Workspace, place: Path) -> int:
    """After a copy to the second place: the originals that are there, and in the list of the backup beside them.

    Returns how many became durable. None where the place is on the same medium as the workspace: what happens to one
    would happen to the other.
    """
    if not other_medium(place, ws.folder.path):
        return 0
    there = second_place(place, ws.secrets)
    try:
        backups = list_backups(there / "backups")
        raw = backups[-1].photo_list.read_bytes() if backups else b""
    except OSError:  # pulled after the copy was made: the next one notes what lies there
        return 0
    listed = {raw[i : i + _HASH].hex() for i in range(0, len(raw), _HASH)}
    with ws.reading() as conn:
        seen = set(known(conn))
        new = [h for h in scope.originals(conn) if h not in seen]
    names = {h: ws.blobs.path_name(h) for h in new}
    found = [h for h, name in names.items() if name.split("/")[1] in listed and _same_file(ws, there, name)]
    with ws.writing() as conn:
        return safe.add(conn, found)


def _same_file(ws: Workspace, there: Path, name: str) -> bool:
    """Whether the copy is as long as the file here; it was read back when it was made, and neither ever changes."""
    try:
        return (there / "blobs" / name).stat().st_size == (ws.folder.blobs / name).stat().st_size
    except OSError:
        return False


def _key(link: Link) -> str:
    return f"durable/{link.mine}-{link.theirs}"


def to_tell(conn: Any, link: Link, group: bytes, serial: int) -> list[bytes]:
    """What the bundle with this serial says: originals in the group's scope that it has not acknowledged knowing.

    Those of records that ride in it, too: they may have been passed over before the record came into the scope.
    """
    state = get_json(conn, _key(link), {"acked": 0, "sent": []})
    every, acked = safe.listed(conn), state["acked"]
    riding = scope.originals_reaching(conn, group, link.acked) if acked else set()
    out = [name for name in every[:acked] if name in riding][:MOST_TOLD]
    fresh = every[acked:]
    if not fresh:
        return out
    reaching = scope.originals_reaching(conn, group)
    end = 0
    for at, name in enumerate(fresh, start=1):
        if name in reaching:
            if len(out) == MOST_TOLD:
                break
            out.append(name)
        end = at
    state["sent"] = [*state["sent"][-_MOST_SENT:], [serial, state["acked"] + end]]
    put_json(conn, _key(link), state)
    return out


def acknowledged(conn: Any, link: Link, serial: int) -> None:
    """The other side applied the bundle with this serial: what was told up to then need not be told again."""
    state = get_json(conn, _key(link), None)
    if state is None:
        return
    state["acked"] = max([state["acked"], *(end for sent, end in state["sent"] if sent <= serial)])
    state["sent"] = [[sent, end] for sent, end in state["sent"] if sent > serial]
    put_json(conn, _key(link), state)


def heard(conn: Any, head: Head) -> None:
    """A group is told by the office which originals are safe."""
    if head.durable:
        safe.add(conn, head.durable)
