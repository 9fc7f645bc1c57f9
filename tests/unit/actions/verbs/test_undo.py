"""Ctrl+Z again and again: back through one's own edits, never over somebody else's."""

from __future__ import annotations

from typing import Any

import pytest

from dubu_desktop.errors import DubuError
from tests.world import World


def refused(code: str) -> Any:
    return pytest.raises(DubuError, match=f"^{code} ")


def test_edits_of_one_field_are_undone_one_after_the_other(alone: World) -> None:
    office = alone.office
    number = alone.finding(office, place="甲地1号")
    for place in ("乙地2号", "丙地3号"):
        office.do("edit_finding", finding=number, values={"place": place})
    seen = []
    for _ in range(2):
        office.do("undo")
        seen.append(alone.row(office, "finding")["place"])
    assert seen == ["乙地2号", "甲地1号"]
    office.do("undo")
    assert alone.row(office, "finding")["status"] == "voided"


def test_what_another_person_changed_on_this_machine_is_not_undone(alone: World) -> None:
    office = alone.office
    office.do("add_person", name="李科员", roles=["clerk"])
    number = alone.finding(office)
    office.be("李科员")
    office.do("edit_finding", finding=number, values={"place": "别处9号"})
    office.be("王主任")
    with refused("D-313"):
        office.do("undo")
    assert alone.row(office, "finding")["status"] == "draft"
