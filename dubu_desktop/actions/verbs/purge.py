"""清除: a record removed for good, by the director alone; the text stays in the sealed journal."""

from __future__ import annotations

from collections.abc import Generator

from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import OFFICE_EDITION, Progress, verb
from dubu_desktop.db import history, leaving, purging, references, scope, scrub
from dubu_desktop.domain.authority import OFFICE
from dubu_desktop.domain.fields import REASON, clean
from dubu_desktop.domain.lifecycle import Role
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.errors import DubuError

#: what the work itself rests on is withdrawn, never purged
_KEPT = frozenset({"group", "rule_profile", "category", "phrase", "paper_text", "person"})
#: numbered in a series without gaps: a number once taken stays used and on record (contracts.md §2, §5)
_SERIES = ("document", "task")


@verb("清除", editions=(OFFICE_EDITION,), roles=(Role.DIRECTOR,), undoable=False, hub=True)
def purge(desk: Desk, *, kind: str, record: str, reason: str) -> Generator[Progress, None, None]:
    """Remove a record and all that belongs to it, photos included, here and at the groups. It cannot be undone.

    Its text stays in the sealed journal until that is destroyed. D-260 while something of it is in conflict, D-261
    while other records name it, D-263 when it bears a number of a series, D-312 without a reason.
    """
    declared = BY_NAME.get(kind)
    if declared is None or declared.root or kind in _KEPT:
        raise DubuError("D-305", detail="这一类记录不能清除")
    said = clean(REASON, reason)
    if not said:
        raise DubuError("D-312")
    yield Progress(0, 0, "正在清除")
    with desk.writing():
        _bury(desk, desk.find(kind, record), said)
    yield Progress(0, 0, "正在清除照片和残留的字节")
    scrub.scrub(desk.ws)


def _bury(desk: Desk, root: bytes, reason: str) -> None:
    conn = desk.conn
    states = desk.ws.fold.states(conn, [root])[root]
    state = states[root]
    if any(one.conflicts or one.status_conflict for one in states.values()):
        raise DubuError("D-260", kind=state.kind.label)
    if state.kind.name in _SERIES and state.get("number"):
        raise DubuError("D-263", kind=state.kind.label, number=state.get("number"))
    naming = {who for who, _ in references.naming(conn, {root: state.kind.tag}).get(root, ()) if who not in states}
    if naming:
        raise DubuError("D-261", kind=state.kind.label, count=len(naming))
    _will_be_told(desk, root, [one.record for one in states.values() if one.exists])
    past = history.past_of(conn, root)
    dots = [d for f in past.facts for d in (*(c.dot for c in f.creates), *(e.dot for e in f.events))]
    dots += [h.dot for f in past.facts for heads in f.heads.values() for h in heads]
    desk.put_many([desk.purge_op(state, purging.seen(past.ops, dots), reason)])
    desk.extra["records"] = len(states)


def _will_be_told(desk: Desk, root: bytes, records: list[bytes]) -> None:
    """Every computer that may hold it removes it with its next bundle."""
    reach = scope.audience_of(desk.conn, root)
    for replica, side in desk.ws.sides.items():
        mine = replica != desk.ws.profile.actor.replica
        if mine and (side == OFFICE or scope.reaches(reach, side)):
            leaving.note_given(desk.conn, replica, records)
