"""The ledger out; units and somebody else's ledger in: what is new, what differs, what goes back marked and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dubu_desktop.actions.imports import book as books
from dubu_desktop.domain.papers.ledger import LEDGER_HEADINGS
from dubu_desktop.errors import Cancelled, DubuError
from tests.world import World, jpeg

Rows = Sequence[Sequence[Any]]


def refused(code: str) -> Any:
    return pytest.raises(DubuError, match=f"^{code} ")


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., str]:
    """Save rows as a workbook; its path."""

    def save(rows: Rows, name: str = "名单.xlsx") -> str:
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(list(row))
        made.save(tmp_path / name)
        return str(tmp_path / name)

    return save


def sheet(path: str | Path) -> list[tuple[Any, ...]]:
    """All rows of the first sheet."""
    return [tuple(c.value for c in row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]


def units(world: World) -> dict[str, dict[str, Any]]:
    return {r["name"]: r for r in world.rows(world.office, "unit")}


# --- units in ----------------------------------------------------------------------------------------------------


def test_units_come_with_superiors_in_any_order(world: World, saved: Callable[..., str]) -> None:
    rows = [
        ["澄川县单位名单"],
        ["单位名称", "简称", "上级单位", "联系人", "联系电话", "别名"],
        ["青石村", None, "青石镇", "孙支书", 13800000000, "青石店、石头村"],
        ["青石镇", "青石", "澄川县", None, None, None],
        ["住房和城乡建设局", "住建局", None, None, None, None],
    ]
    done = world.office.do("import_units", file=saved(rows))
    assert {k: done.extra[k] for k in ("rows", "new", "changed", "same", "bad")} == {
        "rows": 3, "new": 4, "changed": 0, "same": 0, "bad": 0,
    }  # fmt: skip
    found = units(world)
    village, town, county = found["青石村"], found["青石镇"], found["澄川县"]
    assert (village["parent"], town["parent"], county["parent"]) == (town["uuid"], county["uuid"], None)
    assert [w for w in done.warnings if "澄川县" in w]  # made because a row names it, and said so
    assert (village["contact"], village["aliases"]) == ("孙支书 13800000000", ["青石店", "石头村"])
    kinds = [(found[n]["unit_kind"], found[n]["side"]) for n in ("青石村", "青石镇", "住房和城乡建设局")]
    assert kinds == [("village", "neither"), ("town", "territory"), ("department", "industry")]
    world.round()
    assert world.rows(world.groups["01"], "unit", name="青石村")


def test_codes_tell_equal_names_apart(alone: World, saved: Callable[..., str]) -> None:
    alone.office.do("add_unit", name="城关镇")
    rows = [
        ["代码", "名称", "上级代码"],
        ["1", "甲县", None],
        ["2", "乙县", None],
        ["11", "城关镇", "1"],
        ["21", "城关镇", "2"],
        ["11", "城关镇", "1"],
        ["31", "城关镇", "3"],
    ]
    done = alone.office.do("import_units", file=saved(rows))
    towns = [r for r in alone.rows(alone.office, "unit") if r["name"] == "城关镇"]
    # the one that was here could be any of the three; it is left alone
    assert {r["code"] for r in towns} == {None, "11", "21", "31"}
    assert len({r["parent"] for r in towns}) == 3
    assert (done.extra["new"], done.extra["bad"]) == (5, 1)
    assert [w for w in done.warnings if "第7行“3”" in w]
    again = alone.office.do("import_units", file=saved([["名称"], ["城关镇"]], "再.xlsx"))
    assert (again.extra["new"], again.extra["bad"]) == (0, 1)  # which of the four?


def test_known_units_are_updated_or_left_alone(alone: World, saved: Callable[..., str]) -> None:
    path = saved([["名称", "简称", "代码"], ["应急管理局", "应急局", "A1"], ["城关街道", None, None]])
    office = alone.office
    left = office.do("import_units", file=path, update=False)
    assert (left.extra["new"], left.extra["changed"], left.extra["same"]) == (0, 0, 2)
    done = office.do("import_units", file=path)
    assert (done.extra["new"], done.extra["changed"], done.extra["same"]) == (0, 1, 1)
    row = units(alone)["应急管理局"]
    assert (row["short_name"], row["code"], row["unit_kind"]) == ("应急局", "A1", "department")
    assert office.do("import_units", file=path).extra["same"] == 2
    office.do("undo")
    assert units(alone)["应急管理局"]["short_name"] is None


def test_bad_rows_come_back_red_with_reasons_and_text_stays_text(alone: World, saved: Callable[..., str]) -> None:
    rows = [
        ["名称", "类型", "备考"],
        ["青石镇", "镇街", "=1+1"],
        ["=cmd|' /C calc'!A0", "部门", "甲"],
        ["白石镇", "天外", '=HYPERLINK("http://a")'],
        [None, "镇街", "乙"],
        ["青石镇", "镇街", None],
    ]
    path = saved([rows[0], rows[1]])
    book = openpyxl.load_workbook(path)
    for row in rows[2:]:
        book.active.append(row)
        for cell in book.active[book.active.max_row]:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    book.save(path)
    done = alone.office.do("import_units", file=path)
    assert (done.extra["new"], done.extra["bad"]) == (2, 3)
    assert "=cmd|' /C calc'!A0" in units(alone)
    returned = Path(done.extra["bad_file"])
    assert returned.name == "名单-退回.xlsx"
    assert [w for w in done.warnings if returned.name in w]
    made = openpyxl.load_workbook(returned).worksheets[0]
    told = sheet(returned)
    assert told[0] == ("名称", "类型", "备考", "退回原因")
    assert [r[0] for r in told[1:]] == ["白石镇", None, "青石镇"]
    assert [r[3].split("：")[0] for r in told[1:]] == ["第4行", "第5行", "第6行"]
    assert "第2行是同一个单位" in told[3][3]
    red = [[c.fill.fill_type == "solid" for c in row] for row in made.iter_rows(min_row=2)]
    assert red[0] == [False, True, False, True]  # the cell at fault and the reason
    assert all(c.data_type != "f" for row in made.iter_rows() for c in row)
    # corrected and sent again: only what is new comes in, and the first list of rejects is not written over
    again = alone.office.do("import_units", file=path, bad_out="")
    assert Path(again.extra["bad_file"]).name == "名单-退回2.xlsx"
    assert again.extra["new"] == 0


def test_the_mapping_may_be_chosen_and_is_remembered(world: World, saved: Callable[..., str]) -> None:
    office = world.office
    path = saved([["甲", "乙", "丙"], ["青石镇", "QS", "1"]])
    seen = office.do("preview_workbook", file=path, target="units").extra
    assert (seen["header"], seen["rows"], seen["remembered"]) == (["甲", "乙", "丙"], 1, False)
    with refused("D-418"):
        office.do("import_units", file=path)
    with refused("D-418"):
        office.do("import_units", file=path, mapping={"丁": "name"})
    with refused("D-418"):
        office.do("import_units", file=path, mapping=["name"])
    office.do("import_units", file=path, mapping={"甲": "name", "B": "short_name", "丙": "code"})
    assert (units(world)["青石镇"]["short_name"], units(world)["青石镇"]["code"]) == ("QS", "1")
    later = saved([["甲", "乙", "丙"], ["白石镇", "BS", "2"]], "后来.xlsx")
    seen = office.do("preview_workbook", file=later, target="单位名单").extra
    assert (seen["mapping"], seen["remembered"]) == (["name", "short_name", "code"], True)
    assert office.do("import_units", file=later).extra["new"] == 1
    # a column moved, another one new: what was said of the others stands
    moved = saved([["丙", "甲", "备考", "乙"], ["3", "黑石镇", "x", "HS"]], "改版.xlsx")
    seen = office.do("preview_workbook", file=moved, target="units").extra
    assert (seen["mapping"], seen["remembered"]) == (["code", "name", "", "short_name"], True)
    # mostly new: another source, of which nothing is known
    other = saved([["甲", "庚", "辛"], ["红石镇", "HS", "4"]], "别处.xlsx")
    assert not office.do("preview_workbook", file=other, target="units").extra["remembered"]
    with refused("D-305"):
        office.do("preview_workbook", file=later, target="poems")
    with refused("D-303"):
        world.groups["01"].do("import_units", file=later)


def test_an_import_is_undone_as_one(alone: World, saved: Callable[..., str]) -> None:
    office = alone.office
    before = {name: row["status"] for name, row in units(alone).items()}
    office.do("import_units", file=saved([["名称"], *[[f"{n}号镇"] for n in range(60)]]))
    office.do("import_findings", file=saved([["问题描述", "备注"], *[[f"堆放杂物{n}处", "甲"] for n in range(40)]]))
    office.do("undo")
    assert {r["status"] for r in alone.rows(office, "finding")} == {"voided"}
    assert {r["status"] for r in alone.rows(office, "note")} == {"void"}
    office.do("undo")
    assert {n for n, r in units(alone).items() if r["status"] == "valid"} == set(before)
    office.do("import_units", file=saved([["名称"], *[[f"{n}号乡"] for n in range(60)]]))
    office.do("add_person", name="李科员", roles=["clerk"])
    office.be("李科员")
    office.do("edit_unit", unit="7号乡", values={"contact": "甲"})
    office.be("王主任")
    office.do("undo")  # the person
    with refused("D-313"):
        office.do("undo")
    assert units(alone)["8号乡"]["status"] == "valid"


def test_cancel_leaves_everything_as_it_was(alone: World, saved: Callable[..., str], monkeypatch: Any) -> None:
    from dubu_desktop.actions.verbs import workbooks

    monkeypatch.setattr(workbooks, "_STRIDE", 5)
    path = saved([["名称", "代码"], *[[f"{n}号镇", n] for n in range(40)]])
    before = alone.rows(alone.office, "unit")
    work = alone.office.run("import_units", file=path)
    for step in work:
        if step.label == "正在写入单位" and step.done:
            break
    work.close()
    assert alone.rows(alone.office, "unit") == before
    assert alone.office.do("import_units", file=path).extra["new"] == 40
    steps = list(alone.office.run("import_units", file=path))
    assert {s.label for s in steps} >= {"正在查看 名单.xlsx", "正在读入 名单.xlsx", "正在核对单位"}


def test_a_reject_list_that_cannot_be_written_is_said_and_the_rest_stays(
    alone: World, saved: Callable[..., str], tmp_path: Path
) -> None:
    path = saved([["名称", "类型"], ["青石镇", "镇街"], ["白石镇", "天外"]])
    done = alone.office.do("import_units", file=path, bad_out=str(tmp_path / "没有" / "退.xlsx"))
    assert "青石镇" in units(alone)
    assert "bad_file" not in done.extra
    assert [w for w in done.warnings if "第3行" in w]


# --- somebody else's ledger in -----------------------------------------------------------------------------------

LEDGER = [
    ["序号", "检查时间", "点位", "问题类型", "问题描述", "责任单位", "属地", "整改时限", "整改责任人", "备注"],
    [1, datetime(2026, 5, 20, 9, 30), "滨河市场2号门", "安全生产/灭火设施", "灭火器8具压力表在红区", "应急局",
     "城关街道", "立行立改", "赵六", None],
    [2, "2026年5月21日", "北街口", "没有的类别", "占道经营3处", "城关街道", None, "6月30日前", None, "二次发现"],
    [3, "昨天", "东街口", None, "垃圾未清运约2吨", "某某局", None, None, None, None],
    [4, "2026-05-20 09:30", "滨河市场2号门", None, "灭火器8具 压力表在红区", None, None, None, None, None],
]  # fmt: skip


def test_a_ledger_becomes_drafts_and_nothing_of_it_is_lost(alone: World, saved: Callable[..., str]) -> None:
    office = alone.office
    office.do("edit_unit", unit="应急管理局", values={"aliases": ["应急局"]})
    done = office.do("import_findings", file=saved(LEDGER))
    assert (done.extra["new"], done.extra["bad"]) == (2, 2)
    first, second = alone.rows(office, "finding")
    assert [r["number"] for r in (first, second)] == ["WT-2026-00-0001", "WT-2026-00-0002"]
    assert {r["status"] for r in (first, second)} == {"draft"}
    assert (first["found_at"], first["place"]) == ("2026-05-20T09:30", "滨河市场2号门")
    unit, town = units(alone)["应急管理局"]["uuid"], units(alone)["城关街道"]["uuid"]
    assert (first["industry_unit"], first["territory_unit"], second["territory_unit"]) == (unit, town, town)
    assert second["industry_unit"] is None
    category = next(c for c in alone.rows(office, "category") if c["uuid"] == first["category"])
    assert category["name"] == "灭火设施"
    notes = {n["record"]: n["text"] for n in alone.rows(office, "note")}
    assert all(part in notes[first["uuid"]] for part in ("整改时限：立行立改", "整改责任人：赵六"))
    assert "没有的类别" in notes[second["uuid"]]
    assert "二次发现" in notes[second["uuid"]]
    assert "没有写几时几分" in notes[second["uuid"]]
    assert [w for w in done.warnings if "没有的类别" in w]
    told = sheet(done.extra["bad_file"])
    assert [r[4] for r in told[1:]] == ["垃圾未清运约2吨", "灭火器8具 压力表在红区"]
    assert "昨天" in told[1][-1]
    assert "第2行相同" in told[2][-1]
    again = office.do("import_findings", file=saved(LEDGER, "再.xlsx"))
    assert {k: again.extra[k] for k in ("new", "changed", "same", "bad")} == {
        "new": 0, "changed": 0, "same": 2, "bad": 2,
    }  # fmt: skip
    assert alone.finding(office) == "WT-2026-00-0003"


def test_what_is_too_long_for_one_note_goes_on_in_another(alone: World, saved: Callable[..., str]) -> None:
    long = "整改" * 4900
    rows = [["问题描述", "整改措施", "进展", "备注"], ["某处堆放杂物3处", long, long, "完"]]
    alone.office.do("import_findings", file=saved(rows))
    texts = [n["text"] for n in alone.rows(alone.office, "note")]
    assert len(texts) > 1
    assert "".join(texts).count("整改") >= 9800
    assert texts[-1].endswith("备注：完")


# --- the ledger out ----------------------------------------------------------------------------------------------


def test_the_ledger_tells_findings_with_their_rectification(world: World, tmp_path: Path) -> None:
    office, group = world.office, world.groups["01"]
    number = world.finding(group, facts="=1+1 疏散通道堆放瓷砖约40箱，净宽0.7 m", source="四不两直")
    group.do("add_photos", finding=number, images=[jpeg()])
    group.do("finalise_finding", finding=number)
    draft = world.finding(group)
    world.take(office, world.up("01"))
    office.do("confirm_finding", findings=[number])
    office.do("assign_rectification", findings=[number], due_on="2026-06-10")
    office.do("urge", findings=[number])
    office.do("extend_rectification", findings=[number], due_on="2026-06-20", reason="汛期")
    done = office.do("export_ledger", out=str(tmp_path))
    assert done.extra["rows"] == 1
    made = openpyxl.load_workbook(done.extra["file"]).worksheets[0]
    head, row = ([c.value for c in r] for r in made.iter_rows())
    assert tuple(head) == LEDGER_HEADINGS
    told = dict(zip(head, row, strict=True))
    wanted = {
        "序号": 1, "问题编号": number, "发现时间": datetime(2026, 6, 2, 8, 30), "发现方式": "四不两直",
        "问题类别": "安全生产/消防通道", "行业责任单位": "应急管理局", "属地责任单位": "城关街道",
        "整改期限": datetime(2026, 6, 20), "进展": "整改中", "是否完成": "否", "佐证": "照片1张", "照片数": 1,
        "备注": "原定期限2026-06-10，督促1次",
    }  # fmt: skip
    assert {k: told[k] for k in wanted} == wanted
    cell = made.cell(2, head.index("具体情况") + 1)
    assert (cell.data_type, cell.value[:4]) == ("s", "=1+1")
    assert office.do("export_ledger", out=str(tmp_path / "a.xlsx"), where={"status": "draft"}).extra["rows"] == 1
    assert sheet(tmp_path / "a.xlsx")[1][1] == draft
    where = {"unit": "应急管理局", "group": "02"}
    assert office.do("export_ledger", out=str(tmp_path / "a.xlsx"), where=where).extra["rows"] == 0
    for wrong in (
        {"colour": 1}, {"status": "lost"}, {"status": 5}, {"statuses": "draft"}, {"statuses": ["lost"]}, {"text": 5},
        {"found_from": {}}, {"due_to": "soon"}, {"severity": [1]}, {"urgent": 1}, {"ids": "x"}, {"unit": 5},
    ):  # fmt: skip
        with refused("D-305"):
            office.do("export_ledger", out=str(tmp_path / "a.xlsx"), where=wrong)
    with refused("D-306"):
        office.do("export_ledger", out=str(tmp_path / "a.xlsx"), where={"unit": "没有的局"})


def test_a_groups_ledger_is_its_own_and_marked(world: World, tmp_path: Path) -> None:
    own, other = world.assigned("01"), world.assigned("02")
    mine = world.groups["01"].do("export_ledger", out=str(tmp_path / "a.xlsx"), where={"group": "02"})
    assert mine.extra["rows"] == 0
    world.groups["01"].do("export_ledger", out=str(tmp_path / "a.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert "仅报领导小组办公室" in (book.oddHeader.right.text or "") + (book.oddHeader.center.text or "")
    assert [r[1] for r in sheet(tmp_path / "a.xlsx")[1:]] == [own]
    world.office.do("export_ledger", out=str(tmp_path / "b.xlsx"))
    assert [r[1] for r in sheet(tmp_path / "b.xlsx")[1:]] == [own, other]


def test_a_ledger_given_up_leaves_the_old_file(alone: World, tmp_path: Path, monkeypatch: Any) -> None:
    from dubu_desktop.actions import ledger

    monkeypatch.setattr(ledger, "PAGE", 1)
    for _ in range(3):
        alone.office.do("finalise_finding", finding=alone.finding(alone.office))
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    pages = ledger.rows

    def slow(r: Any, ids: Any, told: Any) -> Any:
        def cancelled(done: int) -> None:
            work_closed.wait(10)
            told(done)

        return pages(r, ids, cancelled)

    import threading

    work_closed = threading.Event()
    monkeypatch.setattr(ledger, "rows", slow)
    work = alone.office.run("export_ledger", out=str(target))
    next(work)
    threading.Timer(0.2, work_closed.set).start()
    work.close()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.glob("*.part")) == []


def test_a_written_ledger_can_be_read_in_again(alone: World, tmp_path: Path) -> None:
    office = alone.office
    number = alone.finding(office, facts="@SUM(A1) 疏散通道堆放瓷砖40箱，净宽0.7 m")
    office.do("finalise_finding", finding=number)
    office.do("export_ledger", out=str(tmp_path / "台账.xlsx"))
    seen = office.do("preview_workbook", file=str(tmp_path / "台账.xlsx"), target="findings").extra
    assert {"number", "facts", "category", "industry_unit", "territory_unit", "found_at"} <= set(seen["mapping"])
    done = office.do("import_findings", file=str(tmp_path / "台账.xlsx"))
    assert (done.extra["same"], done.ids) == (1, ())
    old = alone.row(office, "finding")
    office.do("void_finding", finding=number, reason="重复登记")
    again = office.do("import_findings", file=str(tmp_path / "台账.xlsx"))
    assert again.extra["new"] == 1
    (new,) = (row for row in alone.rows(office, "finding") if row["status"] == "draft")
    keys = ("facts", "place", "category", "industry_unit", "territory_unit", "found_at")
    assert [new[k] for k in keys] == [old[k] for k in keys]


def test_a_known_finding_is_compared_shown_and_corrected(world: World, tmp_path: Path) -> None:
    number, closed = world.assigned("01"), world.assigned("01", facts="消防车道被23处占道摊位堵住，剩余宽度2.1米")
    office, path = world.office, str(tmp_path / "台账.xlsx")
    office.do("record_reply", finding=closed, reply="已清")
    world.round()
    world.groups["01"].do("add_photos", finding=closed, images=[jpeg()], role="after")
    world.groups["01"].do("verify_finding", finding=closed, result="好")
    world.round()
    office.do("close_finding", findings=[closed])
    office.do("export_ledger", out=path)
    book = openpyxl.load_workbook(path)
    made = book.worksheets[0]
    for row in (2, 3):
        made.cell(row, LEDGER_HEADINGS.index("地点") + 1).value = "4号楼西侧"
    made.cell(2, LEDGER_HEADINGS.index("责任人") + 1).value = "赵六"
    made.cell(2, LEDGER_HEADINGS.index("属地责任单位") + 1).value = "没有的镇"
    made.cell(2, LEDGER_HEADINGS.index("进展") + 1).value = "已销号"
    book.save(path)
    seen = office.do("check_workbook", file=path, target="findings").extra
    assert (seen["new"], seen["changed"], seen["same"], seen["bad"]) == (0, 1, 0, 1)
    (change,) = seen["changes"]
    assert (change["row"], change["number"]) == (2, number)
    assert change["told"] == [["地点", "城关街道广源建材市场3号楼东侧", "4号楼西侧"], ["责任人", "", "赵六"]]
    assert "已销号" in seen["doubtful"][0]["why"][0]
    assert office.do("import_findings", file=path, update=False).extra["same"] == 2
    done = office.do("import_findings", file=path)
    assert done.extra["changed"] == 1
    found = world.row(office, "finding", number=number)
    kept = world.row(office, "rectification", finding=found["uuid"])
    assert (found["place"], kept["owner"], found["status"]) == ("4号楼西侧", "赵六", "rectifying")
    assert world.row(office, "finding", number=closed)["place"] != "4号楼西侧"
    assert office.do("import_findings", file=path).extra["same"] == 1
    world.round()
    assert world.agree("01")


# --- the bridge to long work -------------------------------------------------------------------------------------


def test_work_beside_is_told_to_stop_and_waited_for() -> None:
    from dubu_desktop.actions.background import beside

    ended = []

    def work(report: Any, cancelled: Any) -> None:
        report(1, 2)
        while not cancelled():
            pass
        ended.append(True)
        raise Cancelled

    running = beside(work, "正在做")
    assert next(running).label == "正在做"
    running.close()
    assert ended == [True]


def test_a_column_is_meant_by_heading_or_letter() -> None:
    header = ("名称", "单位代码（必填）", "A")
    assert [books._column(header, w) for w in ("名称", "单位代码", "B", "A")] == [0, 1, 1, 2]
    for wrong in ("Z", "没有"):
        with refused("D-418"):
            books._column(header, wrong)
