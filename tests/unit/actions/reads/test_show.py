"""What the command line is shown: plain values, ids in hexadecimal, names beside them."""

from __future__ import annotations

import json

import pytest

from dubu_desktop.actions import reads
from dubu_desktop.actions.reads.rowsout import OTHERS
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.errors import DubuError


def show(house, kind, **where):
    return house.read(lambda r: list(reads.show(r, kind, where)))


def test_every_kind_can_be_shown_as_json(lived):
    for kind in (*BY_NAME, *(k for k in OTHERS if k not in ("history", "figure"))):
        for row in show(lived.office, kind):
            json.dumps(row)


def test_a_finding(lived):
    (row,) = show(lived.office, "finding", number=lived.n["overdue"])
    assert row["status"] == "rectifying"
    assert row["status_label"] == "整改中"
    assert row["territory_unit_name"] == "城关街道"
    assert row["severity_label"] in ("一般", "较重", "严重")
    assert row["light"].startswith("逾期")
    assert (row["urges"], row["photos"]) == (1, 0)
    assert len(row["id"]) == len(row["territory_unit"]) == 32
    assert show(lived.office, "finding", id=row["id"]) == [row]


def test_where_by_name_number_label_and_list(lived):
    office, n = lived.office, lived.n
    assert len(show(office, "finding", territory_unit="城关街道")) == 6
    assert [r["number"] for r in show(office, "finding", status="closed")] == [n["closed"]]
    assert [r["finding_name"] for r in show(office, "rectification", finding=n["closed"])] == [n["closed"]]
    assert len(show(office, "finding", severity="较重")) == len(show(office, "finding", severity="serious"))
    assert len(show(office, "rectification", units="城关街道")) == 3
    assert [r["role_label"] for r in show(office, "evidence", finding=n["closed"])] == ["整改后"]
    assert [r["name"] for r in show(office, "unit", name="城关街道")] == ["城关街道"]


def test_history_conflicts_and_bundles(lived):
    office, n = lived.office, lived.n
    told = show(office, "history", record=n["closed"])
    assert told[0]["sentence"].startswith("6月2日")
    (conflict,) = show(office, "conflict")
    assert conflict["name"] == n["clash"]
    assert [v["choice"] for v in conflict["values"]] == [1, 2]
    assert show(office, "conflict", record=n["closed"]) == []
    bundles = show(lived.group, "bundle", direction="out")
    assert bundles
    assert any(b["received"].startswith("办公室已收") for b in bundles)
    assert all(b["direction"] == "in" for b in show(office, "bundle", direction="in"))


@pytest.mark.parametrize(
    ("kind", "where", "code"),
    [
        ("nothing", {}, "D-305"),
        ("finding", {"colour": "red"}, "D-305"),
        ("history", {}, "D-305"),
        ("history", {"record": "WT-1999-01-0001"}, "D-306"),
        ("history", {"record": "00" * 16}, "D-306"),
        ("finding", {"territory_unit": "没有这个镇"}, "D-306"),
    ],
)
def test_refusals(lived, kind, where, code):
    with pytest.raises(DubuError) as caught:
        show(lived.office, kind, **where)
    assert caught.value.code == code


def test_withdrawn_records_only_when_asked_for(world):
    number = world.finding(world.office)
    world.office.do("void_finding", finding=number, reason="重复")
    assert show(world.office, "finding") == []
    assert [r["status"] for r in show(world.office, "finding", void=True)] == ["voided"]
    assert [r["status"] for r in show(world.office, "finding", status="voided")] == ["voided"]
