"""Who receives what: nothing leaves before its step, nothing is taken from those who had it (contracts.md §4)."""

from __future__ import annotations

import pytest

from dubu_desktop.domain.audience import NOBODY, audience
from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.merge import Surroundings, fold
from dubu_desktop.domain.records import BY_NAME, DOCUMENT, TASK
from tests.unit.domain.test_merge import GROUP, OFFICE_A, SIDES, Author


def after(kind: Kind, values: dict[str, object], *events: str) -> RecordState:
    """A record of the office after these steps."""
    office = Author(OFFICE_A)
    ops = [office.create({kind.by_name[n].tag: v for n, v in values.items()}, kind=kind)]
    for event in events:
        ops.append(office.step(folded(kind, ops), event, reason="理由"))
    return folded(kind, ops)


def folded(kind: Kind, ops: list) -> RecordState:  # type: ignore[type-arg]
    return fold(kind, ops[0].record, None, ops, Surroundings(SIDES.get, True))


@pytest.mark.parametrize("events", [(), ("cancel",), ("cancel", "reopen")], ids=["drafted", "cancelled", "reopened"])
def test_a_task_never_issued_is_the_offices_alone(events: tuple[str, ...]) -> None:
    assert audience(after(TASK, {"group": GROUP}, *events)) == NOBODY


@pytest.mark.parametrize("events", [("issue",), ("issue", "cancel"), ("issue", "extend")])
def test_a_task_once_issued_stays_with_its_group(events: tuple[str, ...]) -> None:
    assert audience(after(TASK, {"group": GROUP}, *events)) == {GROUP}


def test_a_paper_reaches_its_groups_when_issued_and_stays_when_revoked() -> None:
    values = {"groups": [GROUP]}
    assert audience(after(DOCUMENT, values, "submit", "sign")) == NOBODY
    assert audience(after(DOCUMENT, values, "submit", "sign", "revoke")) == NOBODY
    assert audience(after(DOCUMENT, values, "submit", "sign", "issue")) == {GROUP}
    assert audience(after(DOCUMENT, values, "submit", "sign", "issue", "revoke")) == {GROUP}


def test_a_note_is_everybodys_who_sees_its_record() -> None:
    note = BY_NAME["note"]
    unit = after(BY_NAME["unit"], {"name": "应急管理局"})
    task = after(TASK, {"group": GROUP})
    issued = after(TASK, {"group": GROUP}, "issue")
    values = {note.by_name["text"].tag: "名称不对"}
    for root, effective in ((unit, True), (task, False), (issued, True)):
        author = Author(next(a for a, side in SIDES.items() if side == GROUP))
        op = author._op(author.create().type, 1, values=values, kind=note, root=root.record, at=root.heads)
        made = fold(note, op.record, None, [op], Surroundings(SIDES.get, True, root))
        assert made.exists is effective
