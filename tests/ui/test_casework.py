"""What 问题 and 整改 share, without a window: the past said shortly, values for editors and verbs, rows."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from dubu_desktop.actions.reads.parts import FieldView
from dubu_desktop.actions.reads.past import HistoryLine
from dubu_desktop.domain.text import SHANGHAI
from dubu_desktop.ui.casework.pane import happenings, told_of
from dubu_desktop.ui.casework.pictures import size_text
from dubu_desktop.ui.casework.rows import place_line, short
from dubu_desktop.ui.casework.values import plain, to_field, value_of
from dubu_desktop.ui.kit import Choice, Kind


def line(**given) -> HistoryLine:
    values = {
        "when": "6月12日 15:00", "wall_ms": 1, "who": "王主任", "side": "办公室", "what": "督促", "note": "",
        "kind": "finding", "record": "", "type": "event", "event": "", "hot": False, "inert": "",
    }  # fmt: skip
    return HistoryLine(**(values | given))


_URGED = "督促方式：电话；督促时间：6月6日；督促内容：抓紧；不得拖延"
_ASSIGNED = "期限类型：限期；整改期限：6月5日；责任单位：应急管理局、城关街道"


@pytest.mark.parametrize(
    ("given", "note", "told"),
    [
        ({"kind": "urge", "type": "create"}, _URGED, "电话，抓紧；不得拖延"),
        ({"event": "assign"}, _ASSIGNED, "限6月5日，应急管理局、城关街道"),
        ({"event": "return_for_redo"}, "现场仍堆放", "现场仍堆放"),
        ({"kind": "finding", "type": "create"}, "地点：某处；具体情况：某事", ""),
        ({"kind": "finding", "type": "set"}, "地点由“甲”改为“乙”；理由：核对", "地点由“甲”改为“乙”；理由：核对"),
    ],
)
def test_the_past_is_said_shortly(given, note, told):
    assert told_of(line(note=note, **given)) == told


def test_what_a_step_wrote_is_told_with_the_step():
    told = happenings(
        [
            line(event="reply", what="单位反馈"),
            line(
                kind="rectification",
                type="set",
                what="修改5项",
                note="责任人：孙工；反馈内容：已清理",
            ),
            line(when="6月11日 09:00", kind="rectification", type="set", what="修改责任人", note="责任人：李工"),
        ]
    )
    assert [(h.what, h.note) for h in told] == [
        ("单位反馈", "6月12日 15:00，已清理"),
        ("修改责任人", "6月11日 09:00，责任人：李工"),
    ]


def test_an_op_without_effect_says_so():
    (told,) = happenings([line(what="销号", inert="没有权限")])
    assert "未生效：没有权限" in told.note
    assert told.hot


@pytest.mark.parametrize(
    ("kind", "value", "text", "wanted"),
    [
        ("time", "2026-06-02T08:46", "6月2日 08:46", datetime(2026, 6, 2, 8, 46, tzinfo=SHANGHAI)),
        ("date", "2026-06-05", "6月5日", date(2026, 6, 5)),
        ("ref", "ab" * 16, "城关街道", Choice("ab" * 16, "城关街道")),
        ("lines", ["共性"], "共性", [Choice("共性", "共性")]),
        ("flag", True, "是", True),
        ("choice", "grave", "严重", "grave"),
        ("text", "某事", "某事", "某事"),
        ("int", 60, "60", "60"),
    ],
)
def test_values_go_to_the_editor_and_back(kind, value, text, wanted):
    view = FieldView("k", "字段", value, text, kind, True)
    assert value_of(view) == wanted
    back = plain(value_of(view))
    assert back == (value if kind != "int" else "60")
    assert to_field(view, {}).editable


def test_an_empty_value_is_nothing_and_an_unknown_type_is_not_edited():
    assert plain(value_of(FieldView("k", "字段", None, "", "ref", True))) == ""
    assert not to_field(FieldView("k", "字段", {}, "", "tree", True), {}).editable
    assert to_field(FieldView("k", "字段", "", "", "text", True), {}).kind is Kind.MULTILINE


def test_rows_say_the_town_once():
    def row(place: str, territory: str, industry: str = "应急管理局"):
        return place_line(SimpleNamespace(place=place, territory=territory, industry=industry))  # type: ignore[arg-type]

    assert row("城关街道 广源建材市场", "城关街道") == "城关街道 · 广源建材市场"
    assert row("河东镇政府值班室", "河东镇") == "河东镇政府值班室"
    assert row("政务服务大厅", "") == "应急管理局 · 政务服务大厅"
    assert short("裸土未覆盖。") == "裸土未覆盖"
    assert (size_text(3_100_000), size_text(2_000), size_text(0)) == ("原图 3.1 MB", "原图 2 kB", "")
