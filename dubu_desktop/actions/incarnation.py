"""When the past may have been rewound, a new incarnation begins, so that no dot is ever used twice (sync.md §3.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.db import journal, leaving, meta, scope
from dubu_desktop.db.workspace import Workspace, get_json, put_json
from dubu_desktop.system import marks


def settle(ws: Workspace) -> None:
    """At opening: a restored copy, or a folder copied back by hand, takes a new incarnation before it writes."""
    if not ws.can_sign:
        return
    with ws.reading() as conn:
        rewound = meta.get(conn, meta.RESTORED) == "1" or _behind_mark(ws, conn)
        unknown = ws.profile.is_hub and ids.remembered(conn) is None
    if unknown:
        with ws.writing() as conn:
            ids.remember(ws, conn)
    if rewound:
        with ws.writing() as conn:
            renew(ws, conn)


def renew(ws: Workspace, conn: Any) -> None:
    """Begin a new incarnation: one above the highest ever heard of this replica; every link starts over."""
    mine = ws.profile.actor
    heard = max(
        [a.counter for a in journal.actors(conn) if a.replica == mine.replica]
        + [mine.counter, int(get_json(conn, "highest_heard", 0))]
    )
    mark = marks.read(ws.profile.workspace, mine.replica)
    if mark is not None:
        heard = max(heard, mark.counter)
    fresh = mine._replace(counter=heard + 1, nonce=ws.randomness.u32())
    profile = replace(ws.profile, actor=fresh, office=fresh if ws.profile.is_hub else ws.profile.office)
    if ws.profile.is_hub:
        # what this copy knows of the life that ends here: spokes hand back what they hold beyond it (sync.md §3.8)
        lineage = get_json(conn, "lineage", {})
        put_json(conn, "lineage", lineage | {mine.to_bytes().hex(): scope.change_no(conn)})
        leaving.note_given_before(conn)  # what the life that ends here sent after the time of this copy
    ws.set_profile(conn, profile)
    meta.remove(conn, meta.RESTORED)


def _behind_mark(ws: Workspace, conn: Any) -> bool:
    """Whether the mark outside the workspace knows of a segment this workspace does not hold."""
    mine = ws.profile.actor
    mark = marks.read(ws.profile.workspace, mine.replica)
    if mark is None:
        return False
    if mark.counter > mine.counter:
        return True
    return mark.actor == mine.to_bytes() and journal.segment_hash(conn, mine, mark.number) != mark.hash
