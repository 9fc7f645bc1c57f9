"""整改台账, 任务台账, 督导活动台账: what stands in them, in which choice, and that a group's are its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dubu_desktop.domain.ledgers import LEDGERS
from dubu_desktop.errors import DubuError
from tests.world import World, jpeg


def told(path: str | Path) -> list[dict[str, Any]]:
    rows = [[c.value for c in row] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_every_row_is_as_wide_as_its_ledger(world: World, tmp_path: Path) -> None:
    world.assigned("01")
    world.office.do("draft_task", title="消防专项", requirement="看消防通道", groups=["01"])
    world.groups["01"].do("start_visit", visit_kind="unannounced", units=["城关街道"], place="市场")
    world.round()
    for kind, ledger in LEDGERS.items():
        done = world.office.do("export_work_ledger", ledger=kind.value, out=str(tmp_path))
        (row,) = told(done.extra["file"])
        assert list(row) == ["序号", *(heading for heading, _ in ledger.columns)]
        assert done.extra["rows"] == 1
        assert ledger.title in Path(done.extra["file"]).name


def test_the_ledger_of_rectifications(world: World, tmp_path: Path) -> None:
    office, group = world.office, world.groups["01"]
    number, other = world.assigned("01", facts="=1+1 疏散通道堆放瓷砖约40箱，净宽0.7 m"), world.assigned("02")
    office.do("urge", findings=[number])
    office.do("extend_rectification", findings=[number], due_on="2026-06-20", reason="汛期")
    office.do("record_reply", finding=number, reply="已清空", owner="张三", measures="搬离")
    world.round()
    group.do("add_photos", finding=number, images=[jpeg()], role="after")
    group.do("verify_finding", finding=number, result="属实", verified_by="组长01")
    world.round()
    office.do("close_finding", findings=[number])
    path = str(tmp_path / "a.xlsx")
    assert office.do("export_work_ledger", ledger="整改台账", out=path).extra["rows"] == 2
    row = next(r for r in told(path) if r["问题编号"] == number)
    wanted = {
        "责任单位": "应急管理局、城关街道", "责任人": "张三", "整改措施": "搬离", "反馈内容": "已清空",
        "整改期限": datetime(2026, 6, 20), "状态": "已销号", "督促次数": 1, "核查情况": "属实", "整改前照片": 0,
        "整改后照片": 1, "进展百分比": 100,
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    assert row["具体情况"].startswith("=1+1")
    office.do("export_work_ledger", ledger="rectifications", out=path, where={"status": "rectifying"})
    assert [r["问题编号"] for r in told(path)] == [other]
    world.round()
    mine = group.do("export_work_ledger", ledger="rectifications", out=path)
    assert [r["问题编号"] for r in told(path)] == [number]
    assert mine.extra["rows"] == 1
    head = openpyxl.load_workbook(path).worksheets[0].oddHeader
    assert "仅报领导小组办公室" in (head.right.text or "") + (head.center.text or "")


def test_a_plan_is_in_no_ledger_and_a_choice_is_kept(world: World, tmp_path: Path) -> None:
    group = world.groups["01"]
    group.do("plan_visit", visit_kind="unannounced", plan="周三夜查河东镇", planned_for="2026-06-09")
    made = group.do("start_visit", visit_kind="announced", units=["城关街道"], place="市场")
    path = str(tmp_path / "a.xlsx")
    assert group.do("export_work_ledger", ledger="visits", out=path).extra["rows"] == 1
    assert "夜查" not in str(told(path))
    assert group.do("export_work_ledger", ledger="visits", out=path, where={"ids": [made.ids[0]]}).extra["rows"] == 1
    assert group.do("export_work_ledger", ledger="visits", out=path, where={"text": "没有这个"}).extra["rows"] == 0


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("什么", {}),
        ("tasks", {"colour": 1}),
        ("tasks", {"key": "lost"}),
        ("visits", {"ids": "x"}),
        ("rectifications", {"status": "lost"}),
    ],
)
def test_what_no_ledger_can_be_asked(world: World, tmp_path: Path, kind: str, where: dict[str, Any]) -> None:
    with pytest.raises(DubuError, match=r"^D-305 "):
        world.office.do("export_work_ledger", ledger=kind, out=str(tmp_path / "a.xlsx"), where=where)
