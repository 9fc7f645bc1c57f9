"""New keys for an office whose own are lost, and how the other computers learn them (sync.md §3.12)."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from dubu_desktop.actions import given, refounding
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import OFFICE_EDITION, Progress, verb
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.errors import DubuError


@verb("重建办公室身份", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False, hub=True)
def refound_office(desk: Desk) -> Generator[Progress, None, None]:
    """New signing keys for an office opened by its recovery code; then every other computer needs a new starter."""
    yield Progress(0, 1, "正在重建办公室身份")
    before = desk.ws.profile
    if desk.ws.can_sign:
        raise DubuError("D-320")
    try:
        with desk.writing():
            refounding.refound(desk)
    except BaseException:
        desk.ws.forget_identity(before)
        with desk.ws.reading() as conn:
            desk.ws.roster_changed(conn)
        raise


@verb("认新的办公室", undoable=False)
def rejoin_office(desk: Desk, *, starter: str, code: str) -> None:
    """Trust the office that made this starter file, proven by the code on paper; what is here stays."""
    if desk.ws.profile.is_hub:
        raise DubuError("D-303", verb="认新的办公室", edition="督巡组版")
    try:
        file = given.place(starter).read_bytes()
    except OSError as error:
        raise DubuError("D-401", name=Path(starter).name) from error
    refounding.rejoin(desk, file, code)
