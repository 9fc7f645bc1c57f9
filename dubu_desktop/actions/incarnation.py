"""When the past may have been rewound, a new incarnation begins, so that no dot is ever used twice (sync.md §3.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dubu_desktop.actions import identity as ids
from dubu_desktop.db import journal, leaving, links, meta, scope
from dubu_desktop.db.workspace import Workspace, get_json, put_json
from dubu_desktop.system import marks


def settle(ws: Workspace) -> None:
    """At opening: a restored copy, or a folder copied back by hand, takes a new incarnation before it writes."""
    if not ws.can_sign:
        return
    with ws.reading() as conn:
        restored, behind = meta.get(conn, meta.RESTORED) == "1", _behind_mark(ws, conn)
        unknown = ws.profile.is_hub and ids.remembered(conn) is None
    if unknown:
        with ws.writing() as conn:
            ids.remember(ws, conn)
    if restored or behind:
        with ws.writing() as conn:
            renew(ws, conn, unsure=not restored)  # a copy may have worked on where no mark was


def renew(ws: Workspace, conn: Any, *, unsure: bool = False) -> None:
    """Begin a new incarnation: one above the highest ever heard of this replica; every link starts over.

    `unsure`: the life that ends had, or may have had, another past as well, from a moment that nobody knows. Of what it
    told a spoke the office knows for certain what that one had acknowledged, and is handed back the rest.
    """
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
        lineage, name = get_json(conn, "lineage", {}), mine.to_bytes().hex()
        # what a life never sent nobody can hand back; one that is not named is handed back whole. The first is named
        # always: that there was another life is what makes the office wait for answers (decisions/0050)
        if not lineage or links.sent_as(conn, mine):
            put_json(conn, "lineage", lineage | {name: 0 if unsure else scope.change_no(conn)})
        for peer, link in links.every(conn).items() if unsure else ():
            if link.mine == name and link.acked:
                link.handed[name] = max(link.handed.get(name, 0), link.acked)
                links.save(conn, peer, link)
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
