"""Workbooks read in: cells as text, heading found, rows streamed, nothing of it in the parent process."""

import csv
import subprocess
import sys
from datetime import date, datetime, time

import pytest

from dubu_desktop.errors import Cancelled, DubuError
from dubu_desktop.intake.columns import Target
from dubu_desktop.intake.reading import preview_workbook, read_workbook
from dubu_desktop.system.child import Limits
from tests.unit.intake import workbooks

TODAY = date(2026, 6, 11)
HEADER = ["名称", "类型", "代码"]


@pytest.fixture
def saved(tmp_path):
    def save(rows, **more):
        path = tmp_path / "来表.xlsx"
        path.write_bytes(workbooks.ordinary(rows, **more))
        return path

    return save


def read(path, target, *, mapping=None, **more):
    shown = preview_workbook(path, target)
    return list(
        read_workbook(
            path,
            target,
            mapping or shown.mapping,
            sheet=shown.sheet,
            header_rows=shown.header_rows,
            key=shown.source_key,
            today=TODAY,
            **more,
        )
    )


def test_what_is_shown_before_anything_is_taken_over(saved):
    def hide(book, _sheet):
        book.create_sheet("旧表", 0).append(["名称", "类型"])
        book["旧表"].sheet_state = "hidden"
        book.create_sheet("空表")

    path = saved([["全县单位名录"], [], HEADER, *([f"单位{n}", "部门", n] for n in range(30))], title="单位", more=hide)
    shown = preview_workbook(path, Target.UNITS)
    assert [(s.index, s.title, s.hidden) for s in shown.sheets] == [
        (0, "旧表", True),
        (1, "单位", False),
        (2, "空表", False),
    ]
    assert (shown.sheet, shown.header_rows, shown.header) == (1, (3, 3), tuple(HEADER))
    assert shown.mapping == ("name", "unit_kind", "code")
    assert shown.row_count == 30
    assert shown.sample[:2] == (("单位0", "部门", "0"), ("单位1", "部门", "1"))
    assert len(shown.sample) == 10


def test_the_person_may_choose_sheet_and_heading(saved):
    path = saved(
        [["甲", "乙"], ["名称", "类型"], ["青石镇", "镇街"]], more=lambda b, _: b.create_sheet("二").append(["x"])
    )
    shown = preview_workbook(path, Target.UNITS, header_rows=(1, 1))
    assert (shown.header, shown.row_count, shown.mapping) == (("甲", "乙"), 2, ("", ""))
    with pytest.raises(DubuError) as caught:
        preview_workbook(path, Target.UNITS, sheet=1)  # one row: a heading and nothing below
    assert caught.value.code == "D-417"


def test_cells_as_text(saved):
    def style(_book, sheet):
        sheet["H2"] = 46175
        sheet["H2"].number_format = "yyyy-mm-dd"
        sheet["I2"] = '=HYPERLINK("http://host/","点我")'
        sheet["J2"] = "=1+1"
        sheet["J2"].data_type = "s"

    cells = [
        410000001,
        41.2,
        2.0,
        True,
        datetime(2026, 6, 2, 8, 46),
        date(2026, 6, 2),
        time(8, 46),
    ]
    path = saved([["名称", *"BCDEFGHIJ"], cells], more=style)
    assert preview_workbook(path, Target.UNITS).sample[0] == (
        "410000001",
        "41.2",
        "2",
        "是",
        "2026-06-02T08:46",
        "2026-06-02",
        "08:46",
        "2026-06-02",
        "",  # a formula never computed has no value
        "=1+1",
    )


def test_a_formula_counts_with_its_last_value(tmp_path):
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>WEBSERVICE("http://host/")</f><v>青石镇</v></c></row>'
    )
    path = tmp_path / "来表.xlsx"
    path.write_bytes(workbooks.zipped(workbooks.parts(rows)))
    assert [row.values for row in read(path, Target.UNITS)] == [{"name": "青石镇"}]


def test_rows_with_values_and_problems(saved):
    rows = [
        ["发现问题台账"],
        ["序号", "发现时间", "存在问题", "责任单位", "整改时限"],
        [1, datetime(2026, 6, 2, 8, 46), "疏散通道堆放瓷砖", "应急管理局", "3日内"],
        [2, "6月3日", "裸土未覆盖", None, "立行立改"],
        [3, "近期", "灭火器失效", None, datetime(2026, 6, 30)],
        [None, "合计", 3],
    ]
    found = read(saved(rows, merges=["A1:E1", "D3:D5"]), Target.FINDINGS)
    assert [row.number for row in found] == [3, 4, 5, 6]
    assert [row.values.get("industry_unit") for row in found] == ["应急管理局"] * 3 + [None]
    assert found[0].values["found_at"] == "2026-06-02T08:46"
    assert found[0].values["due_days"] == "3"
    assert found[1].values["term"] == "immediate"
    assert found[2].values["due_on"] == "2026-06-30"
    assert [row.problems for row in found] == [(), (), ("发现时间：看不懂的日期“近期”",), ("像是合计行",)]
    assert found[2].cells == ("3", "近期", "灭火器失效", "应急管理局", "2026-06-30")


def test_the_person_may_change_the_mapping(saved):
    found = read(saved([HEADER, ["青石镇", "镇街", "1"]]), Target.UNITS, mapping=("short_name", "", "name"))
    assert found[0].values == {"short_name": "青石镇", "name": "1"}
    with pytest.raises(DubuError) as caught:
        read(saved([HEADER, ["青石镇", "镇街", "1"]]), Target.UNITS, mapping=("code", "", ""))
    assert caught.value.code == "D-418"


def test_a_file_changed_since_it_was_shown_is_not_read(saved):
    shown = preview_workbook(saved([HEADER, ["青石镇", "镇街", "1"]]), Target.UNITS)
    other = saved([["代码", "类型", "名称"], ["1", "镇街", "青石镇"]])
    with pytest.raises(DubuError) as caught:
        list(
            read_workbook(
                other, Target.UNITS, shown.mapping, sheet=0, header_rows=(1, 1), key=shown.source_key, today=TODAY
            )
        )
    assert caught.value.code == "D-419"


def test_missing_file_cancel_and_limits(saved, tmp_path, monkeypatch):
    with pytest.raises(DubuError) as caught:
        preview_workbook(tmp_path / "没有.xlsx", Target.UNITS)
    assert caught.value.code == "D-401"
    path = saved([HEADER, *(["青石镇", "镇街", n] for n in range(3_000))])
    with pytest.raises(Cancelled):
        preview_workbook(path, Target.UNITS, cancelled=lambda: True)
    monkeypatch.setattr("dubu_desktop.intake.reading._LIMITS", Limits(0.01, 15, 1024))
    with pytest.raises(DubuError) as caught:
        preview_workbook(path, Target.UNITS)
    assert caught.value.code == "D-402"


def test_answers_that_are_no_rows_are_not_believed(saved, monkeypatch):
    path = saved([HEADER, ["青石镇", "镇街", "1"]])
    good = {"sheets": [[0, "表", False]], "sheet": 0, "head": [[1, ["名称"]], [2, ["x"]]], "merges": [], "rows": 2}
    for lie in ({"head": [[1, [5]]]}, {"sheets": 7}, {"merges": [[1]]}, {"rows": None}):
        monkeypatch.setattr("dubu_desktop.intake.reading.run_task", lambda *_, lie=lie, **__: {**good, **lie})
        with pytest.raises(DubuError) as caught:
            preview_workbook(path, Target.UNITS)
        assert caught.value.code == "D-404"


def test_the_parent_loads_no_parser():
    probe = (
        "import sys, dubu_desktop.intake.reading; "
        "print([m for m in sys.modules if m.split('.')[0] in ('openpyxl', 'defusedxml', 'zipfile', 'lxml')])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_progress_goes_up(saved):
    seen = []
    path = saved([HEADER, *([f"单位{n}", "部门", n] for n in range(20_000))])
    shown = preview_workbook(path, Target.UNITS, on_progress=lambda done, total: seen.append(done / total))
    assert shown.row_count == 20_000
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert 0 <= seen[0] <= seen[-1] <= 1


@pytest.mark.needs_data
def test_all_townships_of_the_country(data_dir, tmp_path):
    with (data_dir / "units" / "areas.csv").open(encoding="utf-8-sig", newline="") as file:
        areas = {row["code"]: row["name"] for row in csv.DictReader(file)}
    with (data_dir / "units" / "streets.csv").open(encoding="utf-8-sig", newline="") as file:
        towns = list(csv.DictReader(file))
    path = tmp_path / "全国镇街.xlsx"
    header = ["名称", "类型", "行业或属地", "上级", "上级代码", "代码"]
    rows = ([t["name"], "镇街", "属地", areas[t["areaCode"]], t["areaCode"], int(t["code"])] for t in towns)
    path.write_bytes(workbooks.ordinary([["全国乡级单位名录"], header, *rows]))
    seen = []
    found = read(path, Target.UNITS, on_progress=lambda done, total: seen.append(done / total))
    assert len(found) == len(towns) == 41_352
    assert not any(row.problems for row in found)
    assert [row.values["code"] for row in found] == [t["code"] for t in towns]
    assert found[0].values == {
        "name": "东华门街道",
        "unit_kind": "town",
        "side": "territory",
        "parent": "东城区",
        "parent_code": "110101",
        "code": "110101001",
    }
    assert len(seen) > 10
    assert seen == sorted(seen)
