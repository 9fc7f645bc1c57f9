"""Papers straight from the records: every kind, the one rule of the group edition, figures, text that stays text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dubu_desktop.actions import choosing, papers
from dubu_desktop.db import scope
from dubu_desktop.domain.papers.kind import UPWARD_NOTICE, Goes
from dubu_desktop.domain.papers.kinds import all_kinds, kind_of
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.errors import DubuError
from dubu_desktop.wire.digest import total_digest
from tests.unit.actions.verbs.test_papers import confirmed, texts_of
from tests.world import World, begun, jpeg


def refused(code: str) -> Any:
    return pytest.raises(DubuError, match=f"^{code} ")


def photographed(world: World, number: str, tmp_path: Path, who: str = "01", role: str = "before") -> None:
    picture = tmp_path / f"{role}.jpg"
    picture.write_bytes(jpeg())
    world.groups[who].do("add_photos", finding=number, files=[str(picture)], role=role, caption="疏散通道")


def _live(world: World) -> None:
    office, group = world.office, world.groups["01"]
    number = world.finding(group, urgent=True, place="城关街道{{7*7}}</w:t>市场")
    photographed(world, number, world.root)
    group.do("finalise_finding", finding=number)
    world.take(office, world.up("01"))
    office.do("confirm_finding", findings=[number])
    office.do("assign_rectification", findings=[number], due_on="2026-06-05")
    world.clock.put("2026-06-23T09:00")
    for _ in range(2):
        office.do("urge", findings=[number], channel="phone", text="立即清空通道")
    office.do("record_reply", finding=number, reply="已清空通道", measures="东门常开", owner="物业经理")
    other = confirmed(world, "02")
    office.do("assign_rectification", findings=[other])
    task = office.do("draft_task", title="消防安全督导", groups=["01"], source="meeting", requirement="逐栋检查")
    office.do("issue_task", tasks=list(task.ids))
    given = {"leader": "县长", "given_on": "2026-06-20", "title": "消防", "text": "限期整改"}
    office.do("record_instruction", **given, findings=[other])


@pytest.fixture
def lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An urgent finding with a photo, assigned, overdue and urged; a task handed over; an instruction."""
    with begun(_live, monkeypatch, tmp_path) as (made, _):
        yield made


def made(house: Any, kind: str, **options: Any) -> papers.Printable:
    chosen = kind_of(kind)

    def read(r: Any) -> papers.Printable:
        return papers.made(r, chosen, choosing.fitting(r, chosen, 1)[0], options)

    return house.read(read)


def test_every_kind_comes_out_of_the_records_in_one_go(lived: World, tmp_path: Path) -> None:
    done = lived.office.do("make_papers", into=str(tmp_path / "文书"))
    assert {p["kind"] for p in done.extra["papers"]} | {"inspection_report"} == set(all_kinds())
    for paper in done.extra["papers"]:
        text = texts_of(Path(paper["file"]))
        assert "草稿，未签发" in text or paper["kind"] == "task_order"
    # a second time: nothing is written over
    again = lived.office.do("make_papers", into=str(tmp_path / "文书"))
    assert not {p["file"] for p in done.extra["papers"]} & {p["file"] for p in again.extra["papers"]}


@pytest.mark.parametrize("kind", [k.id for k in all_kinds().values()])
def test_a_group_makes_upward_papers_alone(lived: World, tmp_path: Path, kind: str) -> None:
    group, number = lived.groups["01"], lived.rows(lived.groups["01"], "finding")[0]["number"]
    if kind_of(kind).goes is not Goes.UP:
        with refused("D-334"):
            group.do("make_paper", kind=kind, findings=[number], out=str(tmp_path / "x.docx"))
        with refused("D-334"):
            group.do("make_papers", kinds=[kind], into=str(tmp_path / "y"))
        assert not list(tmp_path.glob("*.docx"))


def test_what_a_group_makes_is_marked_on_every_page(lived: World, tmp_path: Path) -> None:
    done = lived.groups["01"].do("make_papers", into=str(tmp_path / "上报"))
    assert {p["kind"] for p in done.extra["papers"]} >= {"flash_report", "photo_card", "special_report"}
    for paper in done.extra["papers"]:
        assert kind_of(paper["kind"]).goes is Goes.UP
        assert UPWARD_NOTICE in texts_of(Path(paper["file"]))
        assert made(lived.groups["01"], paper["kind"]).paper.notice == UPWARD_NOTICE


def test_figures_keep_the_records_behind_them(lived: World) -> None:
    told = dict.fromkeys(f.kind for _, f in figures_of(made(lived.office, "supervision_notice").paper))
    assert set(told) == {"finding", "urge"}
    counted = ("finding", "urge", "visit", "unit", "task")
    rows = {kind: {r["uuid"] for r in lived.rows(lived.office, kind)} for kind in counted}
    for kind in all_kinds().values():
        if kind.id == "inspection_report":
            continue
        for text, found in figures_of(made(lived.office, kind.id).paper):
            assert text[found.at : found.at + len(found.text)] == found.text
            assert found.basis
            assert set(found.rows) <= rows[found.kind]
    pressed = figures_of(made(lived.office, "supervision_notice").paper)
    (late,) = [f for t, f in pressed if "逾期" in t and f.kind == "finding"]
    assert late.text == "18"
    assert late.rows == (lived.row(lived.office, "finding", urgent=True)["uuid"],)


def test_the_colour_is_proposed_by_the_rules_and_chosen_by_a_person(lived: World) -> None:
    # 12 working days late is the third rung
    assert made(lived.office, "supervision_notice").paper.title == "督办单（红）"
    assert made(lived.office, "supervision_notice", level="blue").paper.title == "督办单（蓝）"
    with refused("D-305"):
        made(lived.office, "supervision_notice", level="green")


def test_what_does_not_fit_is_said(lived: World, tmp_path: Path) -> None:
    office, out = lived.office, str(tmp_path / "x.docx")
    number = lived.row(office, "finding", urgent=True)["number"]
    with refused("D-308"):
        office.do("make_paper", kind="close_out_form", findings=[], out=out)
    with refused("D-308"):
        office.do("make_paper", kind="task_order", findings=[number], out=out)
    with refused("D-306"):
        office.do("make_paper", kind="没有这种", out=out)
    with refused("D-305"):
        office.do("make_paper", kind="bulletin", findings=[number], out=out, options={"issue": "yes"})
    assert not Path(out).exists()


def test_making_changes_no_record(lived: World, tmp_path: Path) -> None:
    before = lived.office.read(lambda r: total_digest(scope.digests(r.conn)))
    done = lived.office.do("make_papers", into=str(tmp_path / "文书"))
    assert (done.ids, done.kinds, done.undo) == ((), frozenset(), None)
    assert lived.office.read(lambda r: total_digest(scope.digests(r.conn))) == before


def test_record_text_is_printed_as_it_is(lived: World, tmp_path: Path) -> None:
    done = lived.office.do("make_papers", into=str(tmp_path / "文书"))
    files = {p["kind"]: Path(p["file"]) for p in done.extra["papers"]}
    for kind in ("flash_report", "supervision_notice", "rectification_notice", "close_out_form", "photo_card"):
        assert "城关街道{{7*7}}&lt;/w:t&gt;市场" in texts_of(files[kind])


def test_a_task_order_bears_its_tasks_number_and_no_notice(lived: World) -> None:
    paper = made(lived.office, "task_order").paper
    assert paper.head.number == f"编号：{lived.rows(lived.office, 'task')[0]['number']}"
    assert paper.notice == ""
