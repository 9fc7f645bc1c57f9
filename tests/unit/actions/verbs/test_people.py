"""Persons, units, categories and rules given by hand: nothing without a name, nothing twice, nothing unknown."""

from __future__ import annotations

from typing import Any

import pytest

from dubu_desktop.errors import DubuError
from tests.world import World

WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("add_unit", {"name": " \u200b"}, "D-308"),
    ("add_unit", {"name": "城关\u200b街道"}, "D-316"),
    ("add_person", {"name": " ", "roles": ["clerk"]}, "D-308"),
    ("add_person", {"name": " 王主任 ", "roles": ["clerk"]}, "D-316"),
    ("edit_person", {"person": "李科员", "name": "王主任"}, "D-316"),
    ("edit_unit", {"unit": "城关街道", "values": {"nothing": 1}}, "D-305"),
    ("edit_unit", {"unit": "城关街道", "values": {"merged_into": "应急管理局"}}, "D-305"),
    ("merge_unit", {"unit": "城关街道", "into": "城关街道"}, "D-310"),
    ("edit_category", {"category": "消防通道", "values": {"nothing": 1}}, "D-305"),
    ("edit_category", {"category": "消防通道", "values": {"days": -5}}, "D-310"),
    ("edit_category", {"category": "消防通道", "values": {"days": 10**9}}, "D-310"),
    ("edit_category", {"category": "消防通道", "values": {"days": float("inf")}}, "D-310"),
    ("edit_rules", {"rules": {"deadlines": 1}}, "D-305"),
    ("enrol_group", {"code": "03", "out": "/proc/none"}, "D-602"),
    ("enrol_group", {"code": "03", "out": "a\0b"}, "D-305"),
    ("make_backup", {"to": "a\ud800b"}, "D-305"),
    ("add_photos", {"finding": "", "files": ["a\0b"]}, "D-305"),
    ("dismiss_alarm", {"alarm": 10**30}, "D-305"),
    ("retract", {"kind": "nothing", "record": "甲"}, "D-305"),
    ("decide_conflict", {"record": "zz", "field": "name"}, "D-306"),
)


def test_what_is_wrong_is_refused_in_words_and_changes_nothing(alone: World) -> None:
    office = alone.office
    office.do("add_person", name="李科员", roles=["clerk"], post="科员")
    before = alone.rows(office, "unit"), alone.rows(office, "person"), alone.rows(office, "category")
    for verb, given, code in WRONG:
        with pytest.raises(DubuError) as error:
            office.do(verb, **given)
        assert error.value.code == code, (verb, given, error.value.sentence)
        error.value.sentence.encode("utf-8")
    assert (alone.rows(office, "unit"), alone.rows(office, "person"), alone.rows(office, "category")) == before
    office.do("edit_person", person="李科员", post="")
    assert alone.rows(office, "person")[-1]["post"] is None


def test_a_conflict_that_is_none_is_not_decided(alone: World) -> None:
    unit = alone.rows(alone.office, "unit")[0]["uuid"].hex()
    for field, code in (("status", "D-307"), ("name", "D-307"), ("nothing", "D-305")):
        with pytest.raises(DubuError, match=f"^{code} "):
            alone.office.do("decide_conflict", record=unit, field=field)
