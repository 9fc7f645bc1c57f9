"""Groups enrolled by starter file and paper code (sync.md §3.12)."""

from __future__ import annotations

from dubu_desktop.actions import starters
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.domain.numbers import group_name
from dubu_desktop.errors import DubuError


@verb("登记督巡组", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False, hub=True)
def enrol_group(desk: Desk, *, code: str, out: str, name: str = "", leader: str = "") -> None:
    """Enrol a group: writes the starter file into the folder `out` and reports the code to be put on paper.

    A group that exists already gets a new starter (another laptop); its record stays.
    """
    code = code.strip()
    if not (code.isascii() and code.isalnum() and len(code) <= 8):
        raise DubuError("D-310", field="组号", detail=code)
    known = queries.ids_where(desk.conn, "group", "code", code)
    if known:
        record = known[0]
        desk.set(record, {k: v for k, v in (("name", name), ("leader", leader)) if v})
    else:
        record = desk.create("group", {"code": code, "name": name or group_name(code), "leader": leader})
    starters.issue(desk, record, out)
