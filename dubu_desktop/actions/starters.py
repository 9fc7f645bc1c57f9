"""Starter files: what makes a computer another copy of this workspace (sync.md §3.12). Only the hub writes them."""

from __future__ import annotations

from dubu_desktop.actions import given
from dubu_desktop.actions import identity as ids
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import trust
from dubu_desktop.db import enrolments
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.numbers import OFFICE_CODE
from dubu_desktop.sync.enrol import make_starter
from dubu_desktop.sync.roles import GROUP_ROLE, OFFICE_ROLE, letter_of, role_of
from dubu_desktop.system import files
from dubu_desktop.wire.messages import StarterBody

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: the group id in a starter for another computer of the office: no record has it
_NO_GROUP = bytes(16)


def issue(desk: Desk, side: bytes, out: str) -> None:
    """Write a starter for another computer of `side` (`OFFICE` or a group) into the folder `out`; reports the code.

    The second and further computers of a side are told a letter, which stands in the numbers they give (03B).
    """
    if side == OFFICE:
        code, name, role = OFFICE_CODE, "办公室", role_of(OFFICE_ROLE, _letter(desk, side))
    else:
        group = desk.state(side)
        code, name, role = group.get("code"), group.get("name"), role_of(GROUP_ROLE, _letter(desk, side))
    identity = ids.load(desk.ws)
    body = StarterBody(
        workspace=desk.ws.profile.workspace,
        office=desk.ws.profile.actor.to_bytes(),
        office_sign_public=identity.public.sign_public,
        office_age_recipient=identity.public.age_recipient,
        group=side or _NO_GROUP,
        group_code=code,
        group_name=name,
        role=role,
    )
    made = make_starter(body, sign_private=identity.sign_private, randomness=desk.ws.randomness)
    enrolments.give(desk.conn, made.eid, side, made.register_key, desk.ws.clock.now_ms(), role)
    folder = given.place(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.disk_error(error, folder) from error
    path = folder / f"开通-{code}-{desk.today.isoformat()}-{made.eid.hex()[:4]}.dubu-starter"
    files.write_atomic(path, made.file)
    desk.number = code
    desk.extra |= {"starter": str(path), "code": made.code, "group": side.hex(), "role": role, "eid": made.eid.hex()}


def _letter(desk: Desk, side: bytes) -> str:
    """The letter of the next computer of a side: none for the first of a group; the office's main one is its first.

    No letter is given twice: computers out of use keep theirs, since what they wrote may still come, and so do starters
    not answered yet or taken back, whose paper may still be used.
    """
    roles = [entry.role for entry in trust.spokes(desk.ws, desk.conn) if entry.group == side]
    roles += [each.role for each in enrolments.starters(desk.conn) if each.group == side]
    roles += [OFFICE_ROLE] if side == OFFICE else []
    at = max((_LETTERS.index(letter_of(role) or "A") for role in roles), default=-1) + 1
    return _LETTERS[min(at, len(_LETTERS) - 1)] if at else ""
