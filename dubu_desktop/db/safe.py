"""The list of originals that lie in a verified backup on a second medium, in the order they were noted (sync.md §3.8).

At the office what lies there, at a group what the office said. Links count on positions in it, so that what is struck
off leaves its place empty.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from dubu_desktop.db.settings import get, put

_LIST = "durable"
_HASH = 32
#: the place of one that was struck off
NOTHING = bytes(_HASH)


def listed(conn: Connection) -> list[bytes]:
    """Every place of the list in order, `NOTHING` where one was struck off."""
    raw = get(conn, _LIST) or b""
    return [raw[i : i + _HASH] for i in range(0, len(raw), _HASH)]


def known(conn: Connection) -> list[bytes]:
    """The hashes on the list, in order."""
    return [name for name in listed(conn) if name != NOTHING]


def add(conn: Connection, hashes: Iterable[bytes]) -> int:
    """Those that are new, at the end; returns how many."""
    held = listed(conn)
    seen = {NOTHING, *held}
    new = [h for h in dict.fromkeys(hashes) if h not in seen]
    if new:
        put(conn, _LIST, b"".join([*held, *new]))
    return len(new)


def strike(conn: Connection, hashes: Iterable[bytes]) -> None:
    """These were removed for good: should one be attached again, it is safe when it lies there once more."""
    gone, held = set(hashes), listed(conn)
    if not gone.isdisjoint(held):
        put(conn, _LIST, b"".join(NOTHING if name in gone else name for name in held))
