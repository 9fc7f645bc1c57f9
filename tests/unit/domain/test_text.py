"""Text: nothing invisible gets in, look-alikes are noticed, Chinese sentences are said as people say them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain import text

# What arrives, and the name it must be stored as (None: it stays as it is and is only warned of as similar).
HIDDEN = [
    ("青石镇 ", "青石镇"),
    (" 青石镇", "青石镇"),
    ("\u3000青石镇\u3000", "青石镇"),
    ("青石镇\u00a0", "青石镇"),
    ("青石镇\u2003", "青石镇"),
    ("青石镇\u202f", "青石镇"),
    ("青石\u200b镇", "青石镇"),
    ("青\u200c石镇", "青石镇"),
    ("青\u200d石镇", "青石镇"),
    ("\ufeff青石镇", "青石镇"),
    ("青石镇\u200e", "青石镇"),
    ("\u200f青石镇", "青石镇"),
    ("\u202e镇石青\u202c", "镇石青"),
    ("\u202d青石镇", "青石镇"),
    ("\u2066青石镇\u2069", "青石镇"),
    ("\u2067青石镇", "青石镇"),
    ("\u061c青石镇", "青石镇"),
    ("青\u00ad石镇", "青石镇"),
    ("青石\u2060镇", "青石镇"),
    ("青石\u2064镇", "青石镇"),
    ("青石\u180e镇", "青石镇"),
    ("青石\u115f镇", "青石镇"),
    ("青石镇\u3164", "青石镇"),
    ("青石镇\uffa0", "青石镇"),
    ("青石镇\u2800", "青石镇"),
    ("青石\u034f镇", "青石镇"),
    ("青石\U000e0041镇", "青石镇"),
    ("青石\ufffa镇", "青石镇"),
    ("青石镇\x00", "青石镇"),
    ("青\x08石镇", "青石镇"),
    ("青石镇\x7f", "青石镇"),
    ("青石镇\x1b[0m", "青石镇[0m"),
    ("青石\t镇", "青石 镇"),
    ("青石\r\n镇", "青石 镇"),
    ("青石\u2028镇", "青石 镇"),
    ("青石\x85镇", "青石 镇"),
    ("青石  镇", "青石 镇"),
    ("青石\ufffe镇", "青石镇"),
    ("青石\ud800镇", "青石\ufffd镇"),
    ("Cafe\u0301", "Café"),
    ("A\u030angstrom", "Ångstrom"),
    ("group03 ", "group03"),
    ("report\u202egnp.exe", "reportgnp.exe"),
]
SIMILAR = [
    ("ＡＢＣ公司", "ABC公司"),
    ("ａｂｃ公司", "ABC公司"),
    ("第１组", "第1组"),
    ("Abc公司", "abc公司"),
    ("аbc公司", "abc公司"),
    ("ΑBC公司", "abc公司"),
    ("青石镇(东)", "青石镇（东）"),
    ("青石－镇", "青石-镇"),
    ("青石—镇", "青石-镇"),
    ("阿依·古丽", "阿依•古丽"),
    ("⼯业园", "工业园"),
    ("エ业园", "工业园"),
    ("河ロ村", "河口村"),
    ("未庄", "末庄"),
    ("士山镇", "土山镇"),
    ("已庄", "己庄"),
    ("青石 镇", "青石镇"),
    ("二〇一", "二○一"),
    ("“广源”市场", "广源市场"),
    ("㈱广源", "(株)广源"),
]


def test_the_table_is_as_long_as_promised() -> None:
    assert len(HIDDEN) + len(SIMILAR) >= 60


@pytest.mark.parametrize(("typed", "stored"), HIDDEN)
def test_nothing_invisible_is_stored(typed: str, stored: str) -> None:
    assert text.clean_line(typed) == stored


@pytest.mark.parametrize(("one", "other"), SIMILAR)
def test_look_alikes_share_a_key_but_stay_different_names(one: str, other: str) -> None:
    assert text.similar_key(one) == text.similar_key(other)
    assert text.clean_line(one) != text.clean_line(other)


@pytest.mark.parametrize(
    ("one", "other"), [("第1组", "第2组"), ("青石镇", "青山镇"), ("柳林镇", "柳林镇政府"), ("3号楼", "4号楼")]
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert text.similar_key(one) != text.similar_key(other)


def test_every_format_and_control_character_of_this_python_is_covered() -> None:
    left = [
        hex(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in ("Cf", "Cc") and text.clean_line(f"a{chr(code)}b") not in ("ab", "a b")
    ]
    assert left == []


@pytest.mark.parametrize("rare", ["葛\U000e0100某", "𠮷田", "\ue863店", "㐂", "𬱖", "王·李", "草﨑"])
def test_rare_characters_of_names_stay(rare: str) -> None:
    assert text.clean_line(rare) == rare
    assert not text.has_hidden(rare)


def test_hidden_characters_are_told() -> None:
    assert text.has_hidden("青石\u200b镇")
    assert text.has_hidden("a\ud800")
    assert not text.has_hidden("青石镇，东门\n")


def test_long_text_keeps_its_lines_and_indents() -> None:
    assert (
        text.clean_text("\n\u3000\u3000第一段 \r\n\t第二段\u200b\n\n第三  段\n\n")
        == "\u3000\u3000第一段\n 第二段\n\n第三  段"
    )


@given(st.text(st.characters(), max_size=40))
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    line, long = text.clean_line(raw), text.clean_text(raw)
    assert text.clean_line(line) == line
    assert text.clean_text(long) == long
    assert "\n" not in line
    assert not text.has_hidden(line + long)
    line.encode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("王小明", "王**"),
        ("欧阳修文", "欧阳**"),
        ("东方", "东*"),
        ("阿依·古丽", "阿*·**"),
        ("张", "*"),
        ("", ""),
        (" 李四 ", "李*"),
    ],
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert text.mask_name(name) == shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "疏散通道堆放瓷砖约40箱,净宽由2.4 m减至0.7 m,东门上锁",
            "疏散通道堆放瓷砖约40箱，净宽由2.4 m减至0.7 m，东门上锁",
        ),
        ('检查3家(其中2家停业),发现"问题"5处.', "检查3家（其中2家停业），发现“问题”5处。"),
        ("08:46, 净宽1,234.5 m", "08:46，净宽1,234.5 m"),
        ("(一)总体情况", "（一）总体情况"),
        ("共３家,ＡＢ座", "共3家，AB座"),
        ("见app, v1.2 (beta)", "见app, v1.2 (beta)"),
        ("电话3次无人接听(20:31、20:35)", "电话3次无人接听（20:31、20:35）"),
        ("整改了吗?没有!", "整改了吗？没有！"),
        ("", ""),
    ],
)
def test_chinese_sentences_get_chinese_marks(typed: str, said: str) -> None:
    assert text.full_width(typed) == said
    assert text.full_width(said) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("东门上锁", "东门上锁。"),
        ("东门上锁,", "东门上锁。"),
        ("上锁了吗?", "上锁了吗？"),
        ("东门上锁。", "东门上锁。"),
        (" ", ""),
    ],
)
def test_a_sentence_ends_once(typed: str, said: str) -> None:
    assert text.sentence(typed) == said


def test_names_in_a_row() -> None:
    assert text.listed(["甲", "乙"]) == "甲、乙"
    assert text.listed(["甲", "乙", "丙"], limit=2, counter="个单位") == "甲、乙等3个单位"
    assert text.listed(["甲", "乙"], limit=2) == "甲、乙"


def test_dates_as_people_say_them() -> None:
    today = date(2026, 6, 10)
    assert text.spoken_date(date(2026, 6, 2), today) == "6月2日"
    assert text.spoken_date(date(2025, 12, 3), today) == "2025年12月3日"
    assert text.spoken_date(date(2026, 6, 2)) == "2026年6月2日"
    assert text.spoken_date(datetime(2026, 6, 2, 8, 46), today) == "6月2日"
    assert text.spoken_datetime(datetime(2026, 6, 2, 8, 46), today) == "6月2日 08:46"
    assert text.spoken_datetime(datetime(2025, 12, 31, 23, 5, tzinfo=UTC), today) == "1月1日 07:05"
    assert text.days_text(3) == "3天"
    assert text.days_text(5, working=True) == "5个工作日"


def test_a_file_name_that_every_system_takes() -> None:
    assert (
        text.file_name("督巡通〔2026〕1号", '关于“a/b:c*?<d>|e\\f"的通报')
        == "督巡通〔2026〕1号 关于“a b c d e f 的通报"
    )
    assert text.file_name("", " .. ") == "文书"
    assert len(text.file_name("长" * 200)) == 80
