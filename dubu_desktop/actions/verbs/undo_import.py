"""撤销导入: what a bundle brought taken back by ops of the office; seen before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import undoing, undoplan
from dubu_desktop.actions.registry import OFFICE_EDITION, Progress, verb
from dubu_desktop.db import links
from dubu_desktop.db.links import BundleRow
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.domain.records import BY_TAG
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError


@verb("预览撤销导入", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False, hub=True)
def preview_undo_import(desk: Desk, *, bundle: str) -> Generator[Progress, None, None]:
    """What `undo_import` would take back now, and what it would leave and why; nothing is changed."""
    with desk.ws.reading() as conn:
        found = yield from undoplan.plan(desk.ws, conn, _find(conn, bundle))
        desk.extra |= _told(desk, conn, found)


@verb("撤销导入", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, hub=True)
def undo_import(desk: Desk, *, bundle: str, reason: str = "") -> Generator[Progress, None, None]:
    """Take back what a bundle brought: untouched records voided, fields and steps as before; the rest is listed.

    `bundle`: its file name, or its hash or the first digits of it, as in `show bundle`.
    """
    with desk.writing():
        found = yield from undoplan.plan(desk.ws, desk.conn, _find(desk.conn, bundle))
        if found.empty:
            raise DubuError("D-313", detail="这个包带来的都已撤回，或者之后又有改动")
        told = _told(desk, desk.conn, found)
        said = clean_line(reason)
        yield from undoing.carry_out(desk, found, f"撤销导入{found.title}" + (f"：{said}" if said else ""))
    desk.extra |= told


def _find(conn: Any, ref: str) -> BundleRow:
    found = [row for row in links.bundles_named(conn, ref) if row.direction == "in"]
    if len(found) != 1:
        raise DubuError("D-306", what=f"收过的数据包 {clean_line(ref)[:80]}")
    return found[0]


def _told(desk: Desk, conn: Any, found: undoplan.Plan) -> dict[str, Any]:
    """The plan in figures and words."""
    from dubu_desktop.actions.reads import Reader
    from dubu_desktop.actions.reads.say import Say

    say = Say(Reader(desk.ws, conn, desk.person))
    kinds = Counter(BY_TAG[found.kinds[record]].name for record in found.voids)
    left = [
        {
            "record": one.record.hex(),
            "kind": BY_TAG[one.kind].name,
            "name": say.anything(found.roots[one.record]),
            "what": one.what,
            "reason": one.reason,
        }
        for one in found.left
    ]
    fields = sum(len(values) for values in found.writes.values())
    counts = {"voided": len(found.voids), "fields": fields, "steps": len(found.steps), "kinds": dict(kinds)}
    return counts | {"bundle": found.bundle, "title": found.title, "left": left}
