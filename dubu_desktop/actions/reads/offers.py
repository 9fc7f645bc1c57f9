"""What this person can do to a record now: the lifecycle's steps and the verbs that go with a status.

A verb is offered when its role is this person's, its edition this one, its step legal from here and this side's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dubu_desktop.actions import registry
from dubu_desktop.actions.reads.fieldviews import who_of
from dubu_desktop.actions.reads.parts import Available
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import listing
from dubu_desktop.domain.authority import OFFICE, may_step
from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.lifecycle import EVENT_WORDS, FindingStatus

S = FindingStatus

#: (kind, event) -> (verb, name of the parameter that takes the record, whether it takes a list, what must be asked)
_STEP_VERBS: dict[tuple[str, str], tuple[str, str, bool, tuple[str, ...]]] = {
    ("finding", "finalise"): ("finalise_finding", "finding", False, ()),
    ("finding", "confirm"): ("confirm_finding", "findings", True, ()),
    ("finding", "assign"): ("assign_rectification", "findings", True, ()),
    ("finding", "reply"): ("record_reply", "finding", False, ("reply",)),
    ("finding", "verify"): ("verify_finding", "finding", False, ("result",)),
    ("finding", "close_out"): ("close_finding", "findings", True, ()),
    ("finding", "send_back"): ("send_back_finding", "finding", False, ("reason",)),
    ("finding", "return_for_redo"): ("return_finding", "finding", False, ("reason",)),
    ("finding", "reopen"): ("reopen_finding", "finding", False, ("reason",)),
    ("finding", "extend"): ("extend_rectification", "findings", True, ("due_on", "reason")),
    ("finding", "merge_into"): ("merge_finding", "finding", False, ("into", "reason")),
    ("finding", "not_established"): ("settle_finding", "finding", False, ("reason",)),
    ("finding", "exempt"): ("settle_finding", "finding", False, ("reason",)),
    ("finding", "refer"): ("settle_finding", "finding", False, ("reason",)),
    ("finding", "void"): ("void_finding", "finding", False, ("reason",)),
    ("task", "issue"): ("issue_task", "tasks", True, ()),
    ("task", "sign_for"): ("sign_for_task", "task", False, ()),
    ("task", "start"): ("start_task", "task", False, ()),
    ("task", "report"): ("report_task", "task", False, ("report",)),
    ("task", "complete"): ("complete_task", "task", False, ()),
    ("task", "send_back"): ("turn_task", "task", False, ("reason",)),
    ("task", "cancel"): ("turn_task", "task", False, ("reason",)),
    ("task", "reopen"): ("turn_task", "task", False, ("reason",)),
    ("task", "extend"): ("extend_task", "task", False, ("due_on", "reason")),
    ("document", "submit"): ("submit_document", "document", False, ()),
    ("document", "sign"): ("sign_document", "document", False, ()),
    ("document", "issue"): ("issue_document", "document", False, ()),
    ("document", "send_back"): ("send_back_document", "document", False, ()),
    ("document", "revoke"): ("revoke_document", "document", False, ("reason",)),
    ("visit", "void"): ("void_visit", "visit", False, ("reason",)),
    ("unit", "void"): ("remove_unit", "unit", False, ("reason",)),
    ("person", "void"): ("remove_person", "person", False, ("reason",)),
}
#: verbs shared by several steps say which by this parameter
_NAMES_EVENT = {"settle_finding", "turn_task"}
#: the step a person most likely came for, per kind
_PRIMARY = (
    "finalise", "confirm", "assign", "reply", "verify", "close_out", "issue", "sign_for", "start", "report", "complete",
    "submit", "sign",
)  # fmt: skip


def offers(
    r: Reader,
    kind: Kind,
    row: Mapping[str, Any],
    *,
    assigned: bool = False,
    missing: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Available, ...]:
    """The steps this person may take on `row`, in the order of the declaration; at most one is primary.

    `missing`: {event: what the verb would say is lacking}.
    """
    if r.person is None or not r.ws.can_sign:
        return ()
    who = who_of(r, listing.standing(r.conn, row["uuid"]).creator, assigned)
    out: list[Available] = []
    taken: set[str] = set()
    for step in kind.lifecycle.steps_from(row["status"]):
        known = _STEP_VERBS.get((kind.name, step.event))
        if known is None or not may_step(kind, step, who, [row["status"]]):
            continue
        if not r.person.roles & set(step.roles) or (step.immediate_only and row.get("term") != "immediate"):
            continue
        offered = offer(r, known[0], row, known[1], many=known[2], asks=known[3], label=step.label)
        if offered is None:
            continue
        params = offered.params | ({"event": step.event} if known[0] in _NAMES_EVENT else {})
        first = step.event in _PRIMARY and not taken
        if first:
            taken.add(step.event)
        lacking = tuple((missing or {}).get(step.event, ()))
        out.append(Available(offered.verb, step.label, params, first, offered.asks, lacking))
    return tuple(out)


def retraction(r: Reader, kind: Kind, state: RecordState | None, row: Mapping[str, Any]) -> Available | None:
    """Taking back the last step: by the same side and role, while nothing follows it (contracts.md §2)."""
    life, last = kind.lifecycle, state.last_step() if state is not None else None
    event = life.name_of.get(last.event, "") if last is not None else ""
    if state is None or last is None or event in EVENT_WORDS or r.person is None:
        return None
    if r.ws.side_of(last.dot.actor) != (r.side or OFFICE) or not r.person.roles & set(state.roles_of(last)):
        return None
    found = offer(r, "retract", row, "record", label=f"撤回“{life.label_of(event)}”")
    return Available(found.verb, found.label, found.params | {"kind": kind.name}) if found is not None else None


def offer(
    r: Reader,
    verb: str,
    row: Mapping[str, Any],
    parameter: str,
    *,
    many: bool = False,
    asks: tuple[str, ...] = (),
    label: str = "",
) -> Available | None:
    """One verb for this record, None where this person or edition may not do it or the verb is not there."""
    found = registry.all_verbs().get(verb)
    edition = r.ws.profile.edition
    if found is None or r.person is None or edition not in found.editions or not r.person.roles & set(found.roles):
        return None
    record = row["uuid"].hex()
    return Available(verb, label or found.label, {parameter: [record] if many else record}, False, asks)
