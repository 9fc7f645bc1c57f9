"""Human numbers: one form written, many forms read, sorted as people count."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain import numbers
from dubu_desktop.domain.numbers import FindingNumber, IssueNumber, PaperNumber


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("WT-2026-03-0001", "WT-2026-03-0001"),
        ("wt-2026-3-1", "WT-2026-03-0001"),
        ("ＷＴ－２０２６－０３－０００１", "WT-2026-03-0001"),
        (" WT-2026-03B-0012 ", "WT-2026-03B-0012"),
        ("wt-2026-03b-12", "WT-2026-03B-0012"),
        ("WT\u20112026\u201103\u20110001", "WT-2026-03-0001"),  # as Word copies hyphens that are not broken
        ("WT\u20102026\u221203\u20150001", "WT-2026-03-0001"),
        ("WT2026-00-0007", "WT-2026-00-0007"),
        ("WT-2026-03-12345", "WT-2026-03-12345"),
        ("WT-2026-03-0001\u200b", "WT-2026-03-0001"),
        ("督交〔2026〕17号", "督交〔2026〕17号"),
        ("督交[2026]017号", "督交〔2026〕17号"),
        ("督交（2026）17号", "督交〔2026〕17号"),
        ("督交 【2026】 第17号", "督交〔2026〕17号"),
        ("督巡通〔2026〕3", "督巡通〔2026〕3号"),
        ("第3期", "第3期"),
        ("第3期(总第27期)", "第3期（总第27期）"),
        ("第 03 期（总第27期）", "第3期（总第27期）"),
    ],
)
def test_what_is_read_has_one_form(typed: str, written: str) -> None:
    assert numbers.normal_number(typed) == written


@pytest.mark.parametrize(
    "text", ["", "WT-2026-03", "2026-06-02", "0001", "督交2026-17", "〔2026〕3号", "三期", "WT-26-03-0001"]
)
def test_what_is_no_number_stays(text: str) -> None:
    assert numbers.parse_finding_number(text) is None
    assert numbers.parse_paper_number(text) is None
    assert numbers.parse_issue_number(text) is None
    assert numbers.normal_number(text) == text


@given(st.integers(2000, 2999), st.integers(0, 99), st.sampled_from(["", "B", "C"]), st.integers(1, 999999))
def test_a_finding_number_is_read_as_it_was_written(year: int, group: int, device: str, serial: int) -> None:
    number = FindingNumber(year, f"{group:02d}", device, serial)
    assert numbers.parse_finding_number(str(number)) == number


def test_parts() -> None:
    assert numbers.parse_paper_number("督巡通〔2026〕3号") == PaperNumber("督巡通", 2026, 3)
    assert numbers.parse_issue_number("第3期（总第27期）") == IssueNumber(3, 27)
    assert str(IssueNumber(3)) == "第3期"


def test_numbers_sort_as_people_count() -> None:
    wanted = [
        "WT-2025-06-0009",
        "WT-2026-01-0002",
        "WT-2026-03-0002",
        "WT-2026-03-0010",
        "WT-2026-03-10000",
        "WT-2026-03B-0001",
        "督交〔2026〕9号",
        "督交〔2026〕17号",
        "无号",
    ]
    mixed = wanted[:]
    random.Random(1).shuffle(mixed)
    assert sorted(mixed, key=numbers.sort_key) == wanted
    assert sorted(["第10期", "第9期"], key=numbers.sort_key) == ["第9期", "第10期"]
    assert FindingNumber(2026, "03", "", 2) < FindingNumber(2026, "03", "B", 1) < FindingNumber(2026, "04", "", 1)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九"), (100, "一百"),
        (101, "一百零一"), (110, "一百一十"), (115, "一百一十五"), (120, "一百二十"), (1000, "一千"),
        (1001, "一千零一"), (1010, "一千零一十"), (1100, "一千一百"), (2020, "二千零二十"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_chinese_numerals(number: int, said: str) -> None:
    assert numbers.chinese_number(number) == said


@pytest.mark.parametrize("number", [0, -1, 10000])
def test_no_numeral_outside(number: int) -> None:
    with pytest.raises(ValueError, match="no Chinese numeral"):
        numbers.chinese_number(number)


def test_headings() -> None:
    assert [numbers.heading_number(level, 12) for level in (1, 2, 3, 4)] == ["十二、", "（十二）", "12.", "（12）"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("03", "第三组"),
        ("3", "第三组"),
        ("03B", "第三组"),
        ("12", "第十二组"),
        (numbers.OFFICE_CODE, "办公室"),
        ("联合", "联合"),
    ],
)
def test_group_names(code: str, name: str) -> None:
    assert numbers.group_name(code) == name
