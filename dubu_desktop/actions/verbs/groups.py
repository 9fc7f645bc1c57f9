"""Groups enrolled by starter file and paper code (sync.md §3.12)."""

from __future__ import annotations

from dubu_desktop.actions import given
from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.db import enrolments, queries
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.domain.numbers import group_name
from dubu_desktop.errors import DubuError
from dubu_desktop.sync.enrol import make_starter
from dubu_desktop.system import files
from dubu_desktop.wire.messages import StarterBody


@verb("登记督巡组", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False)
def enrol_group(desk: Desk, *, code: str, out: str, name: str = "", leader: str = "") -> None:
    """Enrol a group: writes the starter file into the folder `out` and reports the code to be put on paper.

    A group that exists already gets a new starter (a new laptop); its record stays.
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
    group = desk.state(record)
    identity = ids.load(desk.ws)
    body = StarterBody(
        workspace=desk.ws.profile.workspace,
        office=desk.ws.profile.actor.to_bytes(),
        office_sign_public=identity.public.sign_public,
        office_age_recipient=identity.public.age_recipient,
        group=record,
        group_code=code,
        group_name=group.get("name"),
        role="group",
    )
    made = make_starter(body, sign_private=identity.sign_private, randomness=desk.ws.randomness)
    enrolments.give(desk.conn, made.eid, record, made.register_key, desk.ws.clock.now_ms())
    folder = given.place(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.disk_error(error, folder) from error
    path = folder / f"开通-{code}-{desk.today.isoformat()}-{made.eid.hex()[:4]}.dubu-starter"
    files.write_atomic(path, made.file)
    desk.number = code
    desk.extra |= {"starter": str(path), "code": made.code, "group": record.hex()}
