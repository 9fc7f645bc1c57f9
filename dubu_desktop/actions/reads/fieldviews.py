"""The fields of a record as a pane shows them: label, value, words, and whether this side may write it now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dubu_desktop.actions.reads.conflicts import plain
from dubu_desktop.actions.reads.parts import FieldView
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.reads.say import Say
from dubu_desktop.db import listing
from dubu_desktop.domain.authority import OFFICE, Who, by_step, may_write
from dubu_desktop.domain.fields import Field, Kind


def who_of(r: Reader, creator: bytes | None, assigned: bool) -> Who:
    """This side's ties to a record."""
    return Who(r.ws.profile.side, creator is not None and creator == r.ws.profile.side, assigned)


def views(
    r: Reader,
    say: Say,
    kind: Kind,
    row: Mapping[str, Any],
    *,
    assigned: bool = False,
    root_statuses: Collection[str] = (),
    root_creator: bool = False,
    missing: Mapping[str, str] | None = None,
    only: Collection[str] = (),
) -> tuple[FieldView, ...]:
    """The fields of `row` in the order of the declaration.

    `root_statuses`: status of the record whose lifecycle counts (itself, where it has one). `missing`: {field: what
    is wanted}. `only`: just these fields.
    """
    standing = listing.standing(r.conn, row["uuid"])
    who = who_of(r, standing.creator, assigned)
    statuses = root_statuses or [row["status"]]
    out = []
    for f in kind.fields:
        if only and f.name not in only:
            continue
        conflict = f.tag in standing.conflicts
        may = _editable(r, kind, f, who, statuses, root_creator, row) and (r.office or not conflict)
        out.append(view(say, f, row.get(f.name), may, conflict, (missing or {}).get(f.name, "")))
    return tuple(out)


def view(say: Say, f: Field, value: Any, editable: bool, conflict: bool = False, missing: str = "") -> FieldView:
    """One field."""
    choices = tuple((m.value, m.label) for m in f.choices) if f.choices else ()
    return FieldView(
        f.name, f.label, plain(value), say.value(f, value), str(f.type), editable, choices, f.ref, conflict, missing
    )


def _editable(
    r: Reader, kind: Kind, f: Field, who: Who, statuses: Collection[str], root_creator: bool, row: Mapping[str, Any]
) -> bool:
    if r.person is None or not r.ws.can_sign or by_step(kind, f.name, row["status"]):
        return False
    return may_write(kind, f.access, who, statuses, root_creator)


def is_creator(r: Reader, record: bytes) -> bool:
    """Whether this side created the record."""
    creator = listing.standing(r.conn, record).creator
    return creator is not None and creator == (r.ws.profile.side or OFFICE)
