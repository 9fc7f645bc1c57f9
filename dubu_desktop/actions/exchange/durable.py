"""`durable`: which originals lie in a verified backup on a second medium, and who has been told (sync.md §3.8).

The office keeps one list, added to at its end; only what was removed for good is struck off. A link remembers how far
its other side has been told and how far that was acknowledged, so that each bundle carries what is new and a lost one
costs nothing. A group keeps what it was told.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dubu_desktop.db import safe, scope
from dubu_desktop.db.backup import list_backups, second_place
from dubu_desktop.db.blobs import BlobState, BlobStore
from dubu_desktop.db.links import Link
from dubu_desktop.db.workspace import Workspace, get_json, put, put_json
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

    Each is read through once, here and there, before a group is told that it may part with its own; one that is damaged
    is set aside where it is, and wanted again. Returns how many became durable. None where the place is on the same
    medium as the workspace: what happens to one would happen to the other.
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
    lying = [h for h, name in names.items() if name.split("/")[1] in listed and _same_file(ws, there, name)]
    found, damaged = _read_through(ws, copies_in(ws, place), lying)
    with ws.writing() as conn:
        scope.want_again(conn, damaged)
        return safe.add(conn, found)


def copies_in(ws: Workspace, place: Path) -> BlobStore:
    """The photos in the second place a person named, as a store."""
    return BlobStore(second_place(place, ws.secrets) / "blobs", ws.secrets.blob_key, ws.secrets.blob_name_key)


def _read_through(ws: Workspace, copies: BlobStore, lying: Iterable[bytes]) -> tuple[list[bytes], list[bytes]]:
    """(those that are whole here and there, those that are damaged here); a damaged copy is made anew next time."""
    found, damaged = [], []
    with contextlib.suppress(OSError):  # pulled meanwhile: the next copy goes on
        for name in lying:
            here, there = ws.blobs.check(name), copies.check(name)
            if here is there is BlobState.OK:
                found.append(name)
            if here is BlobState.CORRUPT:
                ws.blobs.set_aside(name)
                damaged.append(name)
            if there is BlobState.CORRUPT:
                copies.set_aside(name)
    return found, damaged


def _same_file(ws: Workspace, there: Path, name: str) -> bool:
    """Whether both are there and of one length: others need not be read."""
    try:
        return (there / "blobs" / name).stat().st_size == (ws.folder.blobs / name).stat().st_size
    except OSError:
        return False


def _key(link: Link) -> str:
    return f"durable/{link.mine}-{link.theirs}"


def to_tell(conn: Any, link: Link, group: bytes, serial: int, most: int = MOST_TOLD) -> list[bytes]:
    """What the bundle with this serial says, at most `most`: originals in the group's scope, or added by it, that it
    has not acknowledged knowing.

    Those of records that ride in it, too: they may have been passed over before the record came into the scope.
    """
    state = get_json(conn, _key(link), {"acked": 0, "sent": []})
    every, acked = safe.listed(conn), state["acked"]
    riding = scope.originals_reaching(conn, group, link.acked) if acked else set()
    out = [name for name in every[:acked] if name in riding][:most]
    fresh = every[acked:]
    if not fresh:
        return out
    reaching = scope.originals_reaching(conn, group)
    end = 0
    for at, name in enumerate(fresh, start=1):
        if name in reaching:
            if len(out) == most:
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


def tell_anew(conn: Any, link: Link) -> None:
    """The other side forgot what it was told: all of it is told again."""
    put(conn, _key(link), None)


def heard(conn: Any, head: Head) -> None:
    """A group is told by the office which originals are safe."""
    if head.durable:
        safe.add(conn, head.durable)
