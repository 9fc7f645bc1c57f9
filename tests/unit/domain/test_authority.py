"""The authority table, walked whole: whatever is not named is denied (contracts.md §3, reliability.md T08)."""

from __future__ import annotations

import itertools

import pytest

from dubu_desktop.domain.authority import OFFICE, Who, may_create, may_step, may_write
from dubu_desktop.domain.fields import Access
from dubu_desktop.domain.lifecycle import Standing
from dubu_desktop.domain.records import BY_NAME, KINDS

GROUP = b"g" * 16
TIES = list(itertools.product([False, True], repeat=2))


def who(side: bytes, creator: bool, assigned: bool) -> Who:
    return Who(side, creator, assigned)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_office_writes_all_but_what_is_fixed(kind) -> None:  # type: ignore[no-untyped-def]
    for access in Access:
        allowed = may_write(kind, access, who(OFFICE, False, False), ["closed"], False)
        assert allowed is (access is not Access.FIXED)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_group_writes_only_what_the_table_names(kind) -> None:  # type: ignore[no-untyped-def]
    for access, (creator, assigned) in itertools.product(Access, TIES):
        for status in [s.value for s in kind.lifecycle.statuses]:
            allowed = may_write(kind, access, who(GROUP, creator, assigned), [status], creator)
            wanted = {
                Access.FACTS: creator and status in ("draft", "final"),
                Access.VERIFY: assigned and status in ("rectifying", "replied", "verified"),
                Access.REPORT: assigned and status in ("issued", "accepted", "underway", "reported"),
                Access.SIDE: creator,
            }.get(access, False)
            assert allowed is wanted, (kind.name, access, creator, assigned, status)


def test_group_takes_only_its_own_steps() -> None:
    own = {
        "finding": {"finalise", "void", "verify", "return_for_redo", "reopen"},
        "task": {"sign_for", "start", "report"},
    }
    for kind in KINDS:
        for step, (creator, assigned) in itertools.product(kind.lifecycle.steps, TIES):
            allowed = may_step(kind, step, who(GROUP, creator, assigned), [])
            if not allowed:
                continue
            assert step.standing is not Standing.OFFICE
            assert step.event in own.get(kind.name, {"void"}), (kind.name, step.event)


def test_group_creates_only_in_its_own_name() -> None:
    for kind in KINDS:
        stranger = may_create(kind, {}, who(GROUP, False, False), [])
        assert not stranger, kind.name
    finding = BY_NAME["finding"]
    tag = finding.by_name["finder_group"].tag
    assert may_create(finding, {tag: GROUP}, who(GROUP, False, False), [])
    assert not may_create(finding, {tag: b"x" * 16}, who(GROUP, False, False), [])
    priority = finding.by_name["priority"].tag
    assert not may_create(finding, {tag: GROUP, priority: True}, who(GROUP, False, False), [])
    unit = BY_NAME["unit"]
    own, pending = unit.by_name["group"].tag, unit.by_name["pending"].tag
    assert may_create(unit, {own: GROUP, pending: True}, who(GROUP, False, False), [])
    assert not may_create(unit, {own: GROUP}, who(GROUP, False, False), [])
