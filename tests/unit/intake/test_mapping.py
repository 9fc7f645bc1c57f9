"""Headings to fields, rows to values and reasons."""

from datetime import date

import pytest

from dubu_desktop.domain.records import FINDING, RECTIFICATION, UNIT
from dubu_desktop.errors import DubuError
from dubu_desktop.intake.columns import FINDINGS, UNITS, Reading, Target, fields_of
from dubu_desktop.intake.mapping import check_mapping, find_heading, heading_of, map_row, source_key, suggest
from dubu_desktop.intake.merges import MergeFiller

TODAY = date(2026, 6, 11)
LEDGER = [
    "序号",
    "发现时间",
    "发现方式",
    "地点",
    "被督导单位",
    "问题类别",
    "具体情况",
    "行业责任单位",
    "属地责任单位",
    "责任人",
    "整改措施",
    "整改期限",
    "进展",
    "是否完成",
    "核查人",
    "销号时间",
    "佐证",
    "备注",
]


def test_the_headings_of_our_own_ledger_are_known():
    assert suggest(LEDGER, Target.FINDINGS) == (
        "",
        "found_at",
        "source",
        "place",
        "unit",
        "category",
        "facts",
        "industry_unit",
        "territory_unit",
        "owner",
        "measures",
        "due_on",
        "progress",
        "done",
        "verified_by",
        "closed_on",
        "evidence",
        "note",
    )


def test_the_headings_of_a_unit_list_are_known():
    header = ["名称", "简称", "类型", "行业或属地", "上级", "联系人", "代码"]
    assert suggest(header, Target.UNITS) == ("name", "short_name", "unit_kind", "side", "parent", "contact", "code")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["单位\n全称", "单位 简称（10字内）", "*类别：", "联系电话"], ("name", "short_name", "unit_kind", "phone")),
        (["行政区划代码", "镇街名称", "上级单位代码", "上级单位"], ("code", "name", "parent_code", "parent")),
    ],
)
def test_other_peoples_unit_lists(header, expected):
    assert suggest(header, Target.UNITS) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            ["编号", "检查日期", "存在的问题", "责任单位", "所属乡镇", "整改时限", "整改情况"],
            ("number", "found_at", "facts", "industry_unit", "territory_unit", "due_on", "progress"),
        ),
        (
            ["序号", "督查组", "点位", "问题描述", "问题类型", "整改责任人", "整改完成时间", "是否整改到位", "照片"],
            ("", "finder_group", "place", "facts", "category", "owner", "closed_on", "done", "evidence"),
        ),
        (["责任单位›行业", "责任单位›属地", "发现的问题"], ("industry_unit", "territory_unit", "facts")),
    ],
)
def test_other_peoples_ledgers(header, expected):
    assert suggest(header, Target.FINDINGS) == expected


def test_a_mapping_must_be_able_to_work():
    check_mapping(("name", "", "code"), Target.UNITS)
    for mapping, said in ((("code",), "名称"), (("name", "name"), "两列"), (("name", "colour"), "colour")):
        with pytest.raises(DubuError) as caught:
            check_mapping(mapping, Target.UNITS)
        assert caught.value.code == "D-418"
        assert said in caught.value.sentence


def test_fields_have_the_names_and_limits_of_the_records():
    declared = {field.name: field for kind in (UNIT, FINDING, RECTIFICATION) for field in kind.fields}
    ours = {"parent_code", "phone", "done", "evidence", "note"}  # not stored as such
    for field in (*UNITS, *FINDINGS):
        if field.name not in ours:
            assert field.name in declared
        if field.name in declared and field.reading in (Reading.LINE, Reading.CHOICE):
            assert field.choices is declared[field.name].choices or field.choices is None
            assert field.limit == declared[field.name].limit or declared[field.name].ref
    labels = [field.label for field in FINDINGS]
    assert set(LEDGER) - {"序号"} <= set(labels)
    assert len(set(labels)) == len(labels)


TITLED = [
    (1, ["澄川县督导发现问题台账"]),
    (2, ["填报单位：第三督巡组", "", "", "填报时间：2026年6月"]),
    (3, ["序号", "发现时间", "问题描述", "责任单位", "", "整改期限"]),
    (4, ["", "", "", "行业", "属地", ""]),
    (5, ["1", "6月2日", "疏散通道堆放瓷砖", "应急管理局", "城关街道", "3日内"]),
    (6, ["2", "6月3日", "裸土未覆盖", "", "新湖街道", "立行立改"]),
]
TITLED_MERGES = [(1, 1, 1, 6), (3, 1, 4, 1), (3, 2, 4, 2), (3, 3, 4, 3), (3, 4, 3, 5), (3, 6, 4, 6), (5, 4, 6, 4)]


def test_a_heading_of_two_rows_below_a_title():
    span = find_heading(TITLED, TITLED_MERGES, Target.FINDINGS)
    assert span == (3, 4)
    header = heading_of(TITLED, TITLED_MERGES, span)
    assert header == ("序号", "发现时间", "问题描述", "责任单位›行业", "责任单位›属地", "整改期限")
    assert suggest(header, Target.FINDINGS) == ("", "found_at", "facts", "industry_unit", "territory_unit", "due_on")


def test_a_heading_nobody_knows_is_the_first_row_of_a_table():
    rows = [(1, ["说明"]), (2, ["甲", "乙"]), (3, ["1", "2"])]
    assert find_heading(rows, [], Target.UNITS) == (2, 2)
    assert find_heading([(7, ["只有一列"])], [], Target.UNITS) == (7, 7)


def test_a_note_that_mentions_headings_is_no_heading():
    note = "填表说明：名称须填全称，简称不超过十个字，类型从下拉框中选择，行业或属地按职责填写，上级填主管单位名称"
    rows = [(1, [note]), (2, ["名称", "类型"]), (3, ["应急管理局", "部门"])]
    assert find_heading(rows, [], Target.UNITS) == (2, 2)


def test_the_key_of_a_source_depends_on_its_headings_alone():
    changed = [*TITLED[:4], (5, ["1", "6月9日", "别的"])]
    key = source_key(TITLED, (3, 4), Target.FINDINGS)
    assert key == source_key(changed, (3, 4), Target.FINDINGS)
    assert key != source_key(TITLED, (3, 3), Target.FINDINGS)
    assert key != source_key(TITLED, (3, 4), Target.UNITS)


def test_cells_merged_downwards_count_for_every_row():
    filler = MergeFiller([(2, 1, 4, 1), (1, 2, 3, 2), (5, 1, 5, 3)], below=1)
    rows = [(2, ["应急管理局", "甲"]), (3, ["", "乙"]), (4, ["", "丙"]), (5, ["", "丁"])]
    assert [filler.fill(*row)[0] for row in rows] == ["应急管理局", "应急管理局", "应急管理局", ""]
    assert MergeFiller([(2, 3, 3, 3)], below=0).fill(2, ["a"]) == ["a"]


def test_a_row_of_a_ledger_becomes_values():
    mapping = ("", "found_at", "facts", "industry_unit", "due_on", "done", "severity", "closed_on")
    cells = [
        "1",
        "2026年6月2日 08:46",
        " 疏散通道堆放瓷砖\r\n约40箱 ",
        "应急\u200b管理局",
        "6月5日前",
        "否",
        "较大",
        "6.10",
    ]
    row = map_row((5, cells), mapping, Target.FINDINGS, TODAY)
    assert row.problems == ()
    assert row.values == {
        "found_at": "2026-06-02T08:46",
        "facts": " 疏散通道堆放瓷砖\n约40箱",
        "industry_unit": "应急管理局",
        "term": "limited",
        "due_on": "2026-06-05",
        "done": "no",
        "severity": "serious",
        "closed_on": "2026-06-10",
    }
    assert (row.number, row.cells) == (5, tuple(cells))


def test_a_deadline_without_a_year_follows_the_day_found():
    row = map_row((5, ["1月5日", "2025年12月30日", "事实"]), ("due_on", "found_at", "facts"), Target.FINDINGS, TODAY)
    assert row.values["due_on"] == "2026-01-05"


def test_deadlines_in_days():
    def terms(text):
        values = map_row((2, ["事实", text]), ("facts", "due_on"), Target.FINDINGS, TODAY).values
        return {name: value for name, value in values.items() if name != "facts"}

    assert terms("限期3日") == {"term": "limited", "due_days": "3"}
    assert terms("5个工作日内") == {"term": "limited", "due_working_days": "5"}
    assert terms("长期") == {"term": "long"}


def test_bad_rows_are_kept_with_their_reasons():
    mapping = ("found_at", "facts", "done", "severity")
    row = map_row((9, ["近期", "", "差不多", "要命"]), mapping, Target.FINDINGS, TODAY)
    assert row.problems == (
        "发现时间：看不懂的日期“近期”",
        "是否完成：“差不多”看不出是或否",
        "严重程度：“要命”不在一般、较重、严重之中",
        "缺“具体情况”",
    )
    assert row.cells == ("近期", "", "差不多", "要命")


def test_text_too_long_is_a_problem_never_cut():
    row = map_row((2, ["字" * 10_001]), ("facts",), Target.FINDINGS, TODAY)
    assert row.problems == ("具体情况：10001字，超过10000字",)
    assert "facts" not in row.values


def test_a_sum_at_the_end_is_no_finding():
    assert map_row((99, ["", "合 计", "20"]), ("", "facts", ""), Target.FINDINGS, TODAY).problems == ("像是合计行",)


def test_a_row_shorter_than_the_heading():
    assert map_row((3, ["青石镇"]), ("name", "code", "contact"), Target.UNITS, TODAY).values == {"name": "青石镇"}


def test_a_row_of_a_unit_list_becomes_values():
    mapping = ("name", "unit_kind", "side", "contact", "phone", "code")
    cells = ["青石镇人民政府", "乡镇", "属地", "张三", "0371-0000000", "410000001"]
    assert map_row((3, cells), mapping, Target.UNITS, TODAY).values == {
        "name": "青石镇人民政府",
        "unit_kind": "town",
        "side": "territory",
        "contact": "张三 0371-0000000",
        "code": "410000001",
    }


def test_every_choice_is_known_by_its_label():
    for target in Target:
        for field in fields_of(target):
            for member in field.choices or ():
                row = map_row((1, [member.label]), (field.name,), target, TODAY)
                assert row.values == {field.name: member.value}
            values = {member.value for member in field.choices or ()}
            assert {value for _, value in field.words} <= values
