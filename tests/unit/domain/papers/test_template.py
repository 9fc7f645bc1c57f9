"""The language of the papers' texts: read once, filled afterwards, its mistakes told by their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubu_desktop.domain.papers.figures import Told, count
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.domain.papers.tags import TAGS
from dubu_desktop.domain.papers.template import (
    DEEPEST,
    Fill,
    Part,
    Plain,
    Tag,
    Value,
    check,
    fill,
    nearest,
    read,
    samples,
    used,
)
from dubu_desktop.domain.papers.texts import COMMON, Own, Texts, shipped, text_of
from dubu_desktop.errors import DubuError

TEXTS = Path(__file__).parents[4] / "resources" / "papers"
SOME = tuple(TAGS[name] for name in ("时间", "问题数", "领域"))
#: texts made of what a template is made of, so that most of them mean something
_PIECES = (
    *("{", "}", "{{", "}}", "｛", "｝", "时间", "问题数", "领域", "名称", "数", "如有 ", "逐项 ", "{完}", "{否则}"),
    *(
        "{隔以}",
        "{如有 时间}",
        "{逐项 领域}",
        "{名称}",
        "{时间}",
        "{问题数}",
        "{错字}",
        "\n",
        " ",
        "\u3000",
        "发现",
        "个。",
    ),
    *("\U00020bb7", "%s", "{0}"),
)
pieces = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)
anything = pieces | st.text(max_size=60)


def says(text: str, *tags: Tag) -> list[str]:
    return [one.sentence for one in check(text, tags or SOME)]


def test_a_sentence_with_a_list_and_parts_that_fall_away() -> None:
    text = "{如有 时间}{时间}，{否则}近日，{完}发现问题{问题数}个：{逐项 领域}{名称}{数}个{隔以}、{完}。"
    rows = [bytes([n]) * 16 for n in range(5)]
    fields = [{"名称": "消防", "数": count(rows[:3], "消防")}, {"名称": "扬尘", "数": count(rows[3:], "扬尘")}]
    told = fill(read(text), {"时间": "", "问题数": count(rows, "全部"), "领域": fields})
    assert told.text == "近日，发现问题5个：消防3个、扬尘2个。"
    assert [told.text[f.at : f.at + len(f.text)] for f in told.figures] == ["5", "3", "2"]
    assert told.figures[1].rows == tuple(rows[:3])
    assert fill(read(text), {"时间": "6月2日", "问题数": "5", "领域": []}).text == "6月2日，发现问题5个：。"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("发现{问题个数}个", ["第1行第3列：没有“{问题个数}”这个标签，是不是“{问题数}”？"]),
        ("第一行\n第二行{如有 时问}有{完}", ["第2行第4列：没有“{如有 时问}”这个标签，是不是“{如有 时间}”？"]),
        ("{如有 时间}有", ["第1行第1列：“{如有 时间}”没有结束，是不是“{完}”？"]),
        ("好}", ["第1行第2列：多了一个“}”，是不是“}}”？"]),
        ("｛时间｝", ["第1行第1列：大括号要用半角，是不是“{时间}”？"]),
        ("{时间", ["第1行第1列：“{”后面没有“}”。"]),
        ("{领域}", ["第1行第1列：“领域”是一列，要逐项写，是不是“{逐项 领域}{名称}{完}”？"]),
        ("{逐项 时间}{完}", ["第1行第1列：“时间”不是一列，不能逐项，是不是“{时间}”？"]),
        ("{名称}", ["第1行第1列：“{名称}”只能写在“{逐项 领域}”和“{完}”之间。"]),
        ("{风马牛}", ["第1行第1列：没有“{风马牛}”这个标签（可用：时间、问题数、领域）。"]),
        ("{隔以}", ["第1行第1列：“{隔以}”要写在“{逐项 …}”和“{完}”之间，只写一次。"]),
        ("{ }", ["第1行第1列：大括号里没有写标签。"]),
        ("{问题 数}", ["第1行第1列：标签里不能有空格，是不是“{问题数}”？"]),
        ("{完}", ["第1行第1列：多了一个“{完}”：前面没有“{如有 …}”或“{逐项 …}”。"]),
        ("{完 毕}", ["第1行第1列：标签里不能有空格，是不是“{完}”？"]),
        (
            "{如有 时间}" * (DEEPEST + 1) + "{完}" * (DEEPEST + 1),
            [f"第1行第{7 * DEEPEST + 1}列：套得太深，最多{DEEPEST}层。"],
        ),
        ("{逐项 领域}{名称}、{数}{完}{{时间}}", []),
    ],
)
def test_what_is_wrong_is_told_by_its_place_with_what_was_meant(text: str, told: list[str]) -> None:
    assert says(text) == told


def test_a_tag_of_a_list_stands_within_the_list_alone() -> None:
    assert says("{逐项 领域}{名称}{隔以}{名称}{完}") == ["第1行第16列：“{名称}”只能写在“{逐项 领域}”和“{完}”之间。"]
    assert says("{逐项 领域}{时间}{完}") == []


@given(anything)
def test_reading_never_fails_and_every_place_is_a_place(text: str) -> None:
    for one in check(text, SOME):
        assert 0 <= one.at <= len(text)
        assert one.at + one.length <= len(text)
        lines = text.split("\n")
        assert sum(len(line) + 1 for line in lines[: one.line - 1]) + one.column - 1 == one.at
        if "这个标签" in one.says:
            assert text[one.at] == "{"
            assert text[one.at + one.length - 1] == "}"


@given(anything)
def test_a_text_without_complaint_can_be_filled_and_nothing_is_read_twice(text: str) -> None:
    if check(text, SOME):
        return
    evil = "{时间}{如有 问题数}｛x｝{{ }}"
    out = fill(read(text), {"时间": evil, "问题数": "7", "领域": [{"名称": evil, "数": "3"}] * 2}).text
    plain = fill(read(text), {"时间": "甲", "问题数": "7", "领域": [{"名称": "甲", "数": "3"}] * 2}).text
    assert out.replace(evil, "甲") == plain


@given(st.text(max_size=40))
def test_doubled_braces_stand_for_any_text(text: str) -> None:
    safe = text.replace("｛", "").replace("｝", "")
    doubled = safe.replace("{", "{{").replace("}", "}}")
    assert not check(doubled, ())
    assert fill(read(doubled), {}).text == safe


@given(st.text(max_size=30), st.integers(0, 5))
def test_every_figure_stands_where_its_text_stands(before: str, rows: int) -> None:
    number = count([bytes([n]) * 16 for n in range(rows)], "口径")
    values: dict[str, Value] = {"时间": before, "问题数": number, "领域": [{"名称": before, "数": number}]}
    told = fill(read("{时间}共{问题数}个，{逐项 领域}{名称}{数}{完}"), values)
    assert len(told.figures) == 2
    assert all(told.text[f.at : f.at + len(f.text)] == f.text for f in told.figures)


def test_what_was_meant() -> None:
    assert nearest("问题个数", ["时间", "问题数"]) == "问题数"
    assert nearest("风马牛", ["时间", "问题数"]) == ""


def test_what_a_text_uses() -> None:
    assert used("{如有 时间}{问题数}{否则}{{各组}}{完}") == {"时间", "问题数"}
    assert read("a{b}").nodes == (Plain("a"), Fill("b", 1, 3))
    assert isinstance(read("{如有 a}x").nodes[0], Part)


# --- what ships ------------------------------------------------------------------------------------------------------


def test_every_shipped_text_is_sound_and_can_be_shown() -> None:
    for file in TEXTS.glob("*.txt"):
        for text in shipped(file.stem).values():
            assert text.wrong(text.text) == (), (file.stem, text.key)
            shown = fill(read(text.text), samples(text.tags))
            assert shown.text, (file.stem, text.key)
            assert "{" not in shown.text
            # a declared tag that no shipped text uses would be offered for nothing else
            assert text.label


def test_every_kind_has_its_texts_and_no_file_is_nobodys() -> None:
    assert {file.stem for file in TEXTS.glob("*.txt")} == {*all_kinds(), COMMON}


def test_keys_and_labels_are_said_once() -> None:
    for kind in (*all_kinds(), COMMON):
        labels = [text.label for text in shipped(kind).values()]
        assert len(labels) == len(set(labels)), kind
    assert not {key for k in all_kinds() for key in shipped(k) if key[0] != "*"} & set(shipped(COMMON))


def test_a_text_is_named_by_key_or_label() -> None:
    assert text_of("special_report", "导语") is text_of("special_report", "opening")
    with pytest.raises(DubuError, match=r"^D-306 "):
        text_of("special_report", "没有")


def test_the_offices_own_text_stands_in_for_the_shipped_one() -> None:
    own = {("special_report", "opening"): Own("本期共{问题数}个问题。", 3)}
    texts = Texts("special_report", own)
    values: dict[str, Value] = {"时间": "", "发文机关": "甲", "各组": "", "问题数": count([b"1" * 16], "口径")}
    told = texts.say("opening", values)
    assert told.text == "本期共1个问题。"
    assert told.figures[0].rows == (b"1" * 16,)
    assert texts.editions()["own"] == {"special_report/opening": 3}
    assert texts.editions()["mark"] != Texts("special_report").editions()["mark"]
    assert texts.of("bulletin").say("press") == Texts("bulletin").say("press")


def test_an_own_text_with_a_tag_that_went_is_not_used_and_named() -> None:
    own = {("special_report", "opening"): Own("发现{旧标签}{问题数}个")}
    texts = Texts("special_report", own)
    ((place, wrong),) = texts.unfit()
    assert (place.key, wrong.line, wrong.column) == ("opening", 1, 3)
    assert texts.template("opening") == shipped("special_report")["opening"].text


def test_a_figure_typed_by_hand_is_noticed() -> None:
    opening = shipped("special_report")["opening"]
    assert opening.lost("发现问题37个。") == ("问题数",)
    assert opening.lost("发现问题{问题数}个。") == ()


def test_titles_and_words_of_forms_are_never_left_out() -> None:
    for key in ("state_heading", "title", "mark"):
        assert shipped("special_report")[key].wrong(" ")[0].says == "这里不能空着"
    assert shipped("special_report")["causes"].wrong("") == ()
    assert shipped("reminder_letter")["*事项"].wrong("")


def test_words_of_forms_are_printed_as_the_office_wants_them() -> None:
    texts = Texts("rectification_notice", {("rectification_notice", "*责任人"): Own("整改责任人")})
    assert texts.printed("责　任　人") == "整改责任人"
    assert texts.printed("办结时限") == "办结时限"
    assert texts.printed("广源建材市场") == "广源建材市场"
    assert Told("a") + texts.printed("{x}") == Told("a{x}")
