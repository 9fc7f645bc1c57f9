"""The computers of groups and of the office: a second one, one replaced, one retired, one stolen (sync.md §3.12).

Only the hub changes the roster. Nothing here can be taken back: a roster entry only ever rises.
"""

from __future__ import annotations

from dubu_desktop.actions import given, starters
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.exchange import quarantine, standing, takeover, trust
from dubu_desktop.actions.registry import OFFICE_EDITION, verb
from dubu_desktop.db import enrolments
from dubu_desktop.db import quarantine as kept
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.lifecycle import OFFICE_ROLES
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError
from dubu_desktop.wire.messages import ReplicaStatus, RosterEntry

OFFICE_WORDS = ("office", "办公室")
STATES = {ReplicaStatus.ACTIVE: "在用", ReplicaStatus.RETIRED: "已退役", ReplicaStatus.REVOKED: "已吊销"}


@verb("发开通文件", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False, hub=True)
def issue_starter(desk: Desk, *, side: str, out: str) -> None:
    """Write a starter for one more computer of `side` (a group's code or name, or office) into the folder `out`."""
    starters.issue(desk, OFFICE if side in OFFICE_WORDS else desk.find("group", side), out)


@verb("作废开通文件", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False, hub=True)
def withdraw_starter(desk: Desk, *, starter: str) -> None:
    """Make a starter worthless that nobody has answered; `starter`: its number as `show starters` tells it."""
    found = [each for each in enrolments.starters(desk.conn) if each.open and each.eid.hex() == starter]
    if not found:
        raise DubuError("D-318", what=f"开通文件 {clean_line(starter)[:40]}")
    enrolments.withdraw(desk.conn, found[0].eid)


@verb("退役", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False, hub=True)
def retire_spoke(desk: Desk, *, spoke: str, reason: str = "") -> None:
    """A dead or returned computer: no bundle is made for it any more; what it ever wrote counts whenever it comes."""
    _retire(desk, _spoke(desk, spoke), reason, "退役")


@verb("吊销", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False, hub=True)
def revoke_spoke(desk: Desk, *, spoke: str, reason: str) -> None:
    """A stolen or strayed computer: what is held now counts, what it sends from now on is put into quarantine."""
    _revoke(desk, _spoke(desk, spoke), reason, "吊销")


@verb("换电脑", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False, hub=True)
def replace_spoke(desk: Desk, *, spoke: str, out: str, stolen: bool = False, reason: str = "") -> None:
    """A starter for the new computer and 退役 (or, `stolen`, 吊销) of the old one, both or neither."""
    entry = _spoke(desk, spoke)
    if stolen:
        _revoke(desk, entry, reason, "换电脑")
    else:
        _retire(desk, entry, reason or "换电脑", "换电脑")
    starters.issue(desk, entry.group, out)


@verb("改电脑名称", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, undoable=False, hub=True)
def rename_spoke(desk: Desk, *, spoke: str, label: str) -> None:
    """Call a computer something else in the lists."""
    entry = _spoke(desk, spoke)
    name = clean_line(given.said(label, "名称"))
    if len(name) > 40:
        raise DubuError("D-309", field="名称", length=len(name), limit=40)
    standing.pronounce(desk, entry.said_anew(label=name), entry.status, entry.cutoff, entry.reason)


@verb("接管隔离的记录", editions=(OFFICE_EDITION,), roles=OFFICE_ROLES, hub=True)
def take_over_quarantined(desk: Desk, *, records: list[str] = []) -> None:  # noqa: B006  (read only)
    """Make the office's own records of what a revoked computer sent; `records`: their ids, all if none is named."""
    try:
        wanted = [bytes.fromhex(each) for each in records]
    except ValueError as error:
        raise DubuError("D-306", what=clean_line(str(records))[:60]) from error
    desk.extra["taken"] = [each.hex() for each in takeover.take_over(desk, wanted)]


def _spoke(desk: Desk, what: str) -> RosterEntry:
    """The computer a person means: its number in hexadecimal, or its label where only one in use bears it; D-318."""
    word = clean_line(what)
    every = trust.spokes(desk.ws, desk.conn)
    found = [e for e in every if e.replica_id.hex() == word.lower()]
    found = found or [e for e in every if e.label == word and e.status is ReplicaStatus.ACTIVE]
    if len(found) != 1:
        raise DubuError("D-318", what=word[:40])
    return found[0]


def _retire(desk: Desk, entry: RosterEntry, reason: str, doing: str) -> None:
    if entry.status is not ReplicaStatus.ACTIVE:
        raise DubuError("D-319", label=_named(entry), state=STATES[entry.status], verb=doing)
    standing.pronounce(desk, entry, ReplicaStatus.RETIRED, None, clean_line(reason))
    desk.extra |= {"spoke": entry.replica_id.hex(), "state": "retired"}


def _revoke(desk: Desk, entry: RosterEntry, reason: str, doing: str) -> None:
    if entry.status is ReplicaStatus.REVOKED:
        raise DubuError("D-319", label=_named(entry), state=STATES[entry.status], verb=doing)
    if not clean_line(reason):
        raise DubuError("D-312")
    cutoff = quarantine.revoke(desk, entry.replica, clean_line(reason))
    desk.extra |= {"spoke": entry.replica_id.hex(), "state": "revoked", "last_segment": cutoff.number}
    desk.extra["quarantined"] = kept.op_count(desk.conn)


def _named(entry: RosterEntry) -> str:
    return clean_line(entry.label) or entry.group_code or "未命名"
