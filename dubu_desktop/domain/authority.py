"""Who may write what, as one table with default deny (contracts.md §3, sync.md §3.5).

Only what a key proves is judged here: office, or which group. Which person sat at the keyboard is recorded, not proven.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dubu_desktop.domain.fields import Access, Kind
from dubu_desktop.domain.lifecycle import FindingStatus, Standing, Step, TaskStatus

#: the side of the office; a group's side is the 16-byte id of its Group record
OFFICE: bytes = b""


@dataclass(frozen=True, slots=True)
class Who:
    """The side that wrote an op, and its ties to the record: did it create it, was it ever assigned it.

    `hub`: not another computer of the office; it alone numbers papers (sync.md §3).
    """

    side: bytes
    creator: bool
    assigned: bool
    hub: bool = True

    @property
    def office(self) -> bool:
        """Whether this is the office."""
        return self.side == OFFICE


#: what gives a paper its number, and the fields that follow from it: only the hub may, or two would bear one number
_HUB_STEPS: dict[str, frozenset[str]] = {"task": frozenset({"issue"}), "document": frozenset({"sign"})}
_HUB_FIELDS: dict[str, frozenset[str]] = {
    "task": frozenset({"number"}),
    "document": frozenset({"number", "year", "serial", "frozen", "signer"}),
}
#: records whose life belongs to the roster
_HUB_KINDS = frozenset({"group"})


def _hub_only(kind: Kind, tags: Collection[int]) -> bool:
    named = _HUB_FIELDS.get(kind.name, frozenset())
    return kind.name in _HUB_KINDS or any(kind.by_tag[t].name in named for t in tags if t in kind.by_tag)


def may_number(kind: Kind, tags: Collection[int], who: Who) -> bool:
    """Whether `who` may write these fields as far as the numbers of papers and the groups themselves go."""
    return who.hub or not _hub_only(kind, tags)


_UNCONFIRMED = frozenset({FindingStatus.DRAFT, FindingStatus.FINAL})
_IN_HAND = frozenset({FindingStatus.RECTIFYING, FindingStatus.REPLIED, FindingStatus.VERIFIED})
_TASK_OPEN = frozenset({TaskStatus.ISSUED, TaskStatus.ACCEPTED, TaskStatus.UNDERWAY, TaskStatus.REPORTED})

#: kinds a group may create: {kind: field that must name the group itself}; "" where the root gives the standing
_GROUP_CREATES = {
    "unit": "group",
    "person": "group",
    "visit": "group",
    "finding": "finder_group",
    "evidence": "",
    "named_person": "",
    "note": "",
}
_CREATE_ACCESS = {
    "unit": frozenset(Access) - {Access.VERIFY},
    "note": frozenset({Access.FIXED}),
}
_PLAIN_CREATE = frozenset({Access.FACTS, Access.FIXED, Access.SIDE})


#: fields that only a step or verb of their own changes, or that follow from others; nobody edits them (contracts.md §2)
_BY_STEP: dict[str, frozenset[str]] = {
    "finding": frozenset({"merged_into", "priority"}),
    "rectification": frozenset(
        {"due_on", "due_reason", "original_due_on", "closed_on", "days_late", "document", "finding"}
    ),
    "task": frozenset(
        {"number", "issued_on", "original_due_on", "due_reason", "parent", "instruction", "findings", "report"}
    ),
    "document": frozenset(
        {"number", "year", "serial", "frozen", "signed_on", "signer", "issued_on", "task", "instruction", "corrects"}
        | {"final", "final_name", "final_size"}
    ),
    "instruction": frozenset({"tasks"}),
    "unit": frozenset({"pending", "merged_into"}),
}
#: fields that may be edited while the record is a draft: later 延期 moves the date, and the group is the one it went to
_DRAFT_ONLY: dict[str, frozenset[str]] = {"task": frozenset({"due_on", "group"})}


def by_step(kind: Kind, field: str, status: str) -> bool:
    """Whether `field` of a record in `status` is changed by a step of its own alone, by whomever (contracts.md §2)."""
    if field in _BY_STEP.get(kind.name, ()):
        return True
    return field in _DRAFT_ONLY.get(kind.name, ()) and status != kind.lifecycle.initial


#: what a group brings in is its own until the office has written this field: a unit, once adopted, is everybody's
TAKEN_OVER_BY = {"unit": "pending"}


def may_create(kind: Kind, values: Mapping[int, Any], who: Who, root_statuses: Collection[str]) -> bool:
    """Whether `who` may create a record of `kind` with these `values` {tag: value}.

    `who` and `root_statuses` speak of the record the new one belongs to (evidence: its finding), where there is one.
    """
    if who.office:
        return may_number(kind, values, who)
    if kind.name not in _GROUP_CREATES:
        return False
    allowed = _CREATE_ACCESS.get(kind.name, _PLAIN_CREATE)
    if any(tag in kind.by_tag and kind.by_tag[tag].access not in allowed for tag in values):
        return False
    own = _GROUP_CREATES[kind.name]
    if own:
        if values.get(kind.by_name[own].tag) != who.side:
            return False
        return kind.name != "unit" or values.get(kind.by_name["pending"].tag) is True
    if kind.name == "named_person":
        return who.creator and bool(root_statuses) and set(root_statuses) <= _UNCONFIRMED
    return who.creator or who.assigned


def may_write(kind: Kind, access: Access, who: Who, statuses: Collection[str], root_creator: bool) -> bool:
    """Whether `who` may set a field of class `access` while the lifecycle, as its author saw it, is in `statuses`.

    `root_creator`: whether the side also created the record's root (a group corrects its own evidence).
    """
    if access is Access.FIXED:
        return False
    if who.office:
        return True
    seen = set(statuses)
    if access is Access.FACTS:
        return who.creator and (root_creator or kind.root == "") and bool(seen) and seen <= _UNCONFIRMED
    if access is Access.VERIFY:
        return who.assigned and bool(seen) and seen <= _IN_HAND
    if access is Access.REPORT:
        return who.assigned and bool(seen) and seen <= _TASK_OPEN
    return access is Access.SIDE and who.creator


def may_step(
    kind: Kind,
    step: Step,
    who: Who,
    root_statuses: Collection[str],
    *,
    taken_over: bool = False,
    undo_import: bool = False,
) -> bool:
    """Whether the side `who` may take `step` on a record of `kind`; the status itself is checked by the fold.

    `taken_over`: the office has made a group's record everybody's (`TAKEN_OVER_BY`). `undo_import`: the step says that
    it takes back what a bundle brought; the office may then void what is the finder's alone to void otherwise.
    """
    if not who.hub and step.event in _HUB_STEPS.get(kind.name, ()):
        return False
    if who.office:
        return (
            step.standing is Standing.OFFICE
            or step.office_too
            or (step.standing is Standing.CREATOR and (who.creator or (undo_import and step.event == "void")))
        )
    if step.standing is Standing.OFFICE or taken_over:
        return False
    if kind.root and kind.name != "note":
        # contracts.md §4: evidence may be voided by its group until the finding is confirmed, then by the office
        return who.creator and bool(root_statuses) and set(root_statuses) <= _UNCONFIRMED
    return who.creator if step.standing is Standing.CREATOR else who.assigned


def may_retract(who: Who, of: bytes | None, *, undo_import: bool = False) -> bool:
    """Whether `who` may take back a step of the side `of`: its own, and the office those that a bundle brought."""
    return of == who.side or (who.office and undo_import)


def open_to_groups(kind: Kind, access: Access, *, begins: bool = False) -> bool:
    """Whether a group ever writes a field of this class of this kind: what the office may take over from one.

    `begins`: with the create, which of a unit gives what the office alone writes later.
    """
    open_ = access is not Access.OFFICE or (begins and access in _CREATE_ACCESS.get(kind.name, ()))
    return kind.name in _GROUP_CREATES and open_
