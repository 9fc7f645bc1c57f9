from __future__ import annotations

import time
from datetime import date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from dubu_desktop.domain.text import SHANGHAI
from dubu_desktop.system.clock import Clock
from dubu_desktop.ui.kit import (
    AskPanel,
    Choice,
    DraftText,
    Field,
    KeyValueCard,
    Kind,
    MultiPicker,
    Picker,
    TextArea,
    supply_list,
    supply_read,
)  # fmt: skip
from dubu_desktop.ui.when import parse_day, parse_moment

from .conftest import compose, type_into

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER, TAB, ESC, DOWN, UP = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Up

UNITS = (
    Choice(1, "青石镇", "属地", ("qsz", "qingshizhen")),
    Choice(2, "柳林镇", "属地", ("llz", "liulinzhen")),
    Choice(3, "应急管理局", "行业", ("yjglj", "yingjiguanliju")),
)


class Held(Clock):
    """14 June 2026, 10:00 in Shanghai."""

    def now_ms(self) -> int:
        return int(datetime(2026, 6, 14, 10, tzinfo=SHANGHAI).timestamp() * 1000)


@pytest.fixture
def picker(shown):
    made = Picker(supply_list(UNITS))
    holder = QWidget()
    QVBoxLayout(holder).addWidget(made)
    other = QLineEdit()
    holder.layout().addWidget(other)
    made.got = []
    made.picked.connect(made.got.append)
    shown(holder)
    made.setFocus()
    made.other = other
    return made


@pytest.mark.parametrize("typed", ["qsz", "qingshi", "石镇", "QSZ"])
def test_pick_by_any_spelling(picker, qtbot, typed):
    type_into(picker, typed)
    assert [choice.label for choice in picker.candidates()] == ["青石镇"]
    qtbot.keyClick(picker, ENTER)
    assert picker.got == [UNITS[0]]
    assert picker.text() == "青石镇"
    assert picker.candidates() == []


def test_pick_while_the_input_method_composes(picker, qtbot):
    compose(picker, "q's'z")
    assert [choice.label for choice in picker.candidates()] == ["青石镇"]
    qtbot.keyClick(picker, ENTER)  # belongs to the input method
    assert picker.got == []
    compose(picker, "", "青石")
    assert [choice.label for choice in picker.candidates()] == ["青石镇"]
    qtbot.keyClick(picker, ENTER)
    assert picker.got == [UNITS[0]]


def test_arrows_tab_and_escape(picker, qtbot):
    qtbot.keyClick(picker, DOWN)
    assert len(picker.candidates()) == 3
    qtbot.keyClick(picker, DOWN)
    qtbot.keyClick(picker, TAB)
    assert picker.got == [UNITS[1]]
    picker.setFocus()
    picker.selectAll()
    type_into(picker, "yj")
    qtbot.keyClick(picker, ESC)
    assert picker.candidates() == []
    qtbot.keyClick(picker, ESC)
    assert picker.text() == "柳林镇"  # the old value is back
    assert len(picker.got) == 1


def test_half_typed_and_left_by_mouse_changes_nothing(picker, qtbot):
    picker.set_value(UNITS[2])
    picker.selectAll()
    type_into(picker, "青")
    picker.other.setFocus(Qt.FocusReason.MouseFocusReason)
    assert picker.value() == UNITS[2]
    assert picker.text() == "应急管理局"
    assert picker.got == []


def test_emptied_means_none(picker, qtbot):
    picker.set_value(UNITS[0])
    picker.clear()
    qtbot.keyClick(picker, TAB)
    assert picker.got == [None]


def test_enter_before_the_answer_takes_the_first_when_it_comes(shown, qtbot):
    waiting = []
    slow = Picker(lambda text, deliver: waiting.append((text, deliver)))
    got = []
    slow.picked.connect(got.append)
    shown(slow)
    slow.setFocus()
    type_into(slow, "ql")
    qtbot.keyClick(slow, ENTER)
    assert got == []
    waiting[0][1]([UNITS[1]])  # the answer to "q" comes late and is void
    assert got == []
    waiting[1][1]([UNITS[0]])
    assert got == [UNITS[0]]


def test_unknown_text_may_be_offered_as_new(shown, qtbot):
    picker, got = Picker(supply_list(UNITS), new_label="新增，待办公室认定"), []
    picker.picked.connect(got.append)
    shown(picker)
    picker.setFocus()
    type_into(picker, "兴业路停车场")
    assert picker.candidates() == [Choice(None, "兴业路停车场", "新增，待办公室认定")]
    qtbot.keyClick(picker, ENTER)
    assert (got[0].id, got[0].label) == (None, "兴业路停车场")


def test_candidates_from_the_reader_thread(desk, shown, settle, qtbot):
    picker = Picker(
        supply_read(desk, desk.parent() or QWidget(), lambda _reader, text: [c for c in UNITS if c.matches(text)])
    )
    shown(picker)
    picker.setFocus()
    for letter in "llz":
        type_into(picker, letter)
    settle(desk)
    assert [choice.label for choice in picker.candidates()] == ["柳林镇"]


def test_several(shown, qtbot):
    many, got = MultiPicker(supply_list(UNITS)), []
    many.picked.connect(lambda values: got.append([value.label for value in values]))
    shown(many)
    many.field.setFocus()
    for typed in ("qsz", "yjglj"):
        type_into(many.field, typed)
        qtbot.keyClick(many.field, ENTER)
    assert got[-1] == ["青石镇", "应急管理局"]
    many.open_list()
    assert [choice.label for choice in many.field.candidates()] == ["柳林镇"]  # chosen ones are not offered again
    many._remove(UNITS[0])
    assert got[-1] == ["应急管理局"]


# --- cards ----------------------------------------------------------------------------------------------------


def fields(place: str = "3号楼东侧", **more) -> list[Field]:
    return [
        Field("found_at", "时间", Kind.MOMENT, datetime(2026, 6, 2, 8, 46, tzinfo=SHANGHAI)),
        Field("place", "地点", value=place, **more),
        Field("due", "期限", Kind.DATE, date(2026, 6, 5)),
        Field("severity", "严重程度", Kind.ENUM, 1, choices=(Choice(0, "较重"), Choice(1, "严重"))),
        Field("unit", "单位", Kind.PICKER, UNITS[0], supply=supply_list(UNITS)),
        Field("facts", "情况", Kind.MULTILINE, "瓷砖约40箱", wide=True),
        Field("number", "编号", value="WT-2026-03-0001", editable=False),
    ]


@pytest.fixture
def card(shown):
    made = KeyValueCard(fields(), clock=Held())
    made.got = []
    made.edited.connect(lambda key, value: made.got.append((key, value)))
    holder = QWidget()
    QVBoxLayout(holder).addWidget(made)
    shown(holder, 800, 500)
    return made


def test_values_are_said_as_people_say_them(card):
    shown_texts = {key: card.cell(key)._text.text() for key in card.values()}
    assert shown_texts == {
        "found_at": "6月2日 08:46", "place": "3号楼东侧", "due": "6月5日", "severity": "严重", "unit": "青石镇",
        "facts": "瓷砖约40箱", "number": "WT-2026-03-0001",
    }  # fmt: skip


def test_edit_in_place_by_keyboard(card, qtbot):
    cell = card.cell("place")
    cell.setFocus()
    qtbot.keyClick(cell, ENTER)
    assert cell.is_editing()
    type_into(cell.editor, "4号楼")
    qtbot.keyClick(cell.editor, ENTER)
    assert card.got == [("place", "4号楼")]
    assert cell.editor is None
    assert cell.hasFocus()


def test_escape_gives_up_and_nothing_is_said(card, qtbot):
    card.open("place")
    editor = card.cell("place").editor
    type_into(editor, "别处")
    qtbot.keyClick(editor, ESC)
    assert card.got == []
    assert card.cell("place").editor is None


def test_leaving_by_tab_says_it_once(card, qtbot):
    card.open("place")
    type_into(card.cell("place").editor, "5号楼")
    qtbot.keyClick(card.cell("place").editor, TAB)
    qtbot.wait(20)
    assert card.got == [("place", "5号楼")]
    assert card.cell("place").editor is None


def test_dates_are_typed_as_people_write(card, qtbot):
    card.open("due")
    type_into(card.cell("due").editor, "明天")
    qtbot.keyClick(card.cell("due").editor, ENTER)
    assert card.got[-1] == ("due", date(2026, 6, 15))
    card.open("found_at")
    type_into(card.cell("found_at").editor, "昨天 19:30")
    qtbot.keyClick(card.cell("found_at").editor, ENTER)
    assert card.got[-1] == ("found_at", datetime(2026, 6, 13, 19, 30, tzinfo=SHANGHAI))


def test_a_date_that_is_none_stays_to_be_corrected(card, qtbot):
    card.open("due")
    editor = card.cell("due").editor
    type_into(editor, "下周")
    qtbot.keyClick(editor, ENTER)
    assert card.got == []
    assert editor.property("wrong") == "true"
    assert "6-2" in editor.toolTip()
    qtbot.keyClick(editor, TAB)
    qtbot.wait(20)
    assert card.cell("due").editor is editor


def test_enum_and_picker_in_place(card, qtbot):
    card.open("severity")
    qtbot.keyClick(card.cell("severity").editor, UP)  # from the present value, which is marked
    qtbot.keyClick(card.cell("severity").editor, ENTER)
    assert card.got[-1] == ("severity", 0)
    card.open("unit")
    type_into(card.cell("unit").editor, "llz")
    qtbot.keyClick(card.cell("unit").editor, ENTER)
    assert card.got[-1] == ("unit", UNITS[1])


def test_a_refresh_leaves_the_caret_where_it_is(card, qtbot):
    card.open("place")
    editor = card.cell("place").editor
    type_into(editor, "4号楼北")
    editor.setCursorPosition(2)
    card.set_fields(fields(place="别人改过的地点"))
    assert card.cell("place").editor is editor
    assert (editor.text(), editor.cursorPosition(), editor.hasFocus()) == ("4号楼北", 2, True)


def test_read_only_fields_cannot_be_opened(card):
    card.open("number")
    assert card.cell("number").editor is None


def test_gaps_and_f6(shown):
    made = KeyValueCard(
        [
            Field("a", "时间", value="x", missing="写时间"),
            Field("b", "地点", missing="写地点"),
            Field("c", "情况", missing="写情况"),
        ]
    )
    shown(made, 600, 300)
    assert made.gaps() == ["b", "c"]
    assert "▲ 写地点" in made.cell("b").accessibleName()
    assert made.next_gap()
    assert made.cell("b").is_editing()
    assert made.next_gap()
    assert made.cell("c").is_editing()


def test_entry_by_tab_alone(shown, qtbot):
    made = KeyValueCard([Field("a", "地点"), Field("b", "楼层"), Field("c", "门牌")], eager=True)
    got = []
    made.edited.connect(lambda key, value: got.append((key, value)))
    shown(made, 700, 200)
    made.open("a")
    for key, text in (("a", "x1"), ("b", "x2"), ("c", "x3")):
        type_into(made.cell(key).editor, text)
        qtbot.keyClick(made.cell(key).editor, TAB)
    qtbot.wait(10)
    assert got == [("a", "x1"), ("b", "x2"), ("c", "x3")]


def test_ask_wants_its_reason(shown, qtbot):
    panel, answers = AskPanel(), []
    holder = QWidget()
    QVBoxLayout(holder).addWidget(panel)
    shown(holder)
    panel.ask("退回这件任务", [Field("reason", "理由", Kind.MULTILINE, missing="写明理由")], answers.append)
    area = panel._form.cell("reason").editor
    assert area.hasFocus()
    qtbot.keyClick(area, ENTER, CTRL)
    assert answers == []
    assert "写明理由" in panel._gap.text()
    type_into(area, "照片不实")
    qtbot.keyClick(area, ENTER, CTRL)
    assert answers == [{"reason": "照片不实"}]
    assert not panel.isVisible()
    panel.ask("再来", [Field("reason", "理由")], answers.append)
    qtbot.keyClick(panel._form.cell("reason").editor, ESC)
    assert not panel.isVisible()
    assert len(answers) == 1


def test_words_in_a_picker_that_name_nothing_are_not_dropped_in_silence(shown, qtbot):
    panel, answers = AskPanel(), []
    holder = QWidget()
    QVBoxLayout(holder).addWidget(panel)
    shown(holder)
    groups = (Choice("2", "第二组", keys=("dez",)), Choice("3", "第三组", keys=("dsz",)))
    for kind in (Kind.PICKERS, Kind.PICKER):
        panel.ask("记批示", [Field("groups", "交哪些组", kind, supply=supply_list(groups))], answers.append)
        editor = panel._form.cell("groups").editor
        field = getattr(editor, "field", editor)
        type_into(field, "diez")
        qtbot.keyClick(field, ENTER, CTRL)
        assert panel.isVisible()
        assert panel._gap.text() == "▲ 没有找到“diez”，请从列表里选"
        assert field.hasFocus()
        field.clear()
        type_into(field, "dez")
        qtbot.keyClick(field, ENTER, CTRL)  # the marked one is taken
        assert not panel.isVisible()
    assert [one.label for one in answers[0]["groups"]] == ["第二组"]
    assert answers[1]["groups"].label == "第二组"


# --- text and drafts ------------------------------------------------------------------------------------------

PHRASES = (Choice("消防通道堆放【物品】约【数量】", "消防通道堆放", "xfzl", ("xfzl",)),)


@pytest.fixture
def area(shown):
    made = TextArea(phrases=supply_list(PHRASES))
    shown(made)
    made.setFocus()
    return made


def test_phrase_by_its_letters(area, qtbot):
    type_into(area, "东门")
    type_into(area, "xfzl")
    assert [choice.hint for choice in area.candidates()] == ["xfzl"]
    qtbot.keyClick(area, ENTER)
    assert area.toPlainText() == "东门消防通道堆放【物品】约【数量】"
    assert area.textCursor().selectedText() == "【物品】"
    type_into(area, "瓷砖")
    assert area.next_blank()
    type_into(area, "40箱")
    assert area.toPlainText() == "东门消防通道堆放瓷砖约40箱"
    assert not area.next_blank()


def test_phrase_while_composing(area, qtbot):
    compose(area, "xf'zl")
    assert len(area.candidates()) == 1
    area.put_phrase(area.candidates()[0])
    assert area.toPlainText().startswith("消防通道堆放")


def test_area_grows_and_pastes_plain(area, qtbot, qapp):
    from PySide6.QtCore import QMimeData

    low = area.height()
    for _ in range(5):
        qtbot.keyClick(area, ENTER)
    assert area.height() > low
    mime = QMimeData()
    mime.setHtml("<b>粗</b><img src='file:///etc/hostname'>")
    mime.setText("粗")
    area.clear()
    area.insertFromMimeData(mime)
    assert area.toPlainText() == "粗"


def test_drafts_are_kept_within_a_second_even_without_a_pause(shown, qtbot):
    kept: list[tuple[float, dict[str, str]]] = []
    line, holder = QLineEdit(), QWidget()
    QVBoxLayout(holder).addWidget(line)
    drafts = DraftText(lambda changed: kept.append((time.monotonic(), dict(changed))), holder)
    drafts.watch(line, "place")
    shown(holder)
    line.setFocus()
    begun = time.monotonic()
    while time.monotonic() - begun < 1.5:  # somebody who never stops typing
        type_into(line, "a")
        qtbot.wait(40)
    assert kept[0][0] - begun < 1.0
    assert 1 <= len(kept) <= 2  # and not one write per key
    drafts.flush()
    assert kept[-1][1] == {"place": line.text()}


def test_leaving_the_field_keeps_at_once(shown, qtbot):
    kept: list[dict[str, str]] = []
    line, other, holder = QLineEdit(), QLineEdit(), QWidget()
    for widget in (line, other):
        (holder.layout() or QVBoxLayout(holder)).addWidget(widget)
    drafts = DraftText(kept.append, holder)
    drafts.watch(line, "place")
    shown(holder)
    line.setFocus()
    type_into(line, "东侧")
    compose(line, "xice")  # letters still with the input method are nobody's text yet
    other.setFocus()
    assert kept == [{"place": "东侧"}]
    drafts.discard()
    drafts.flush()
    assert len(kept) == 1


def test_a_card_hands_its_text_to_the_draft(shown, qtbot):
    kept: list[dict[str, str]] = []
    holder = QWidget()
    drafts = DraftText(kept.append, holder)
    made = KeyValueCard(
        [Field("facts", "情况", Kind.MULTILINE, open=True, wide=True), Field("pw", "密码", secret=True, open=True)],
        drafts=drafts,
    )
    QVBoxLayout(holder).addWidget(made)
    shown(holder)
    made.open("facts")
    type_into(made.cell("facts").editor, "瓷砖")
    made.open("pw")
    type_into(made.cell("pw").editor, "secret")
    drafts.flush()
    assert kept == [{"facts": "瓷砖"}]  # a password is never a draft


TODAY, NOW = date(2026, 6, 14), datetime(2026, 6, 14, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("6-2", date(2026, 6, 2)), ("6月2日", date(2026, 6, 2)), ("０６０２", date(2026, 6, 2)),
        ("20260602", date(2026, 6, 2)),
        ("2026/6/2", date(2026, 6, 2)), ("今天", TODAY), ("前天", date(2026, 6, 12)), ("12-30", date(2025, 12, 30)),
        ("1-5", date(2026, 1, 5)), ("2-30", None), ("13-1", None), ("x", None), ("", None), ("2-29", date(2028, 2, 29)),
    ],
)  # fmt: skip
def test_days(typed, day):
    assert parse_day(typed, TODAY if typed != "2-29" else date(2028, 1, 5)) == day


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("8:46", (6, 14, 8, 46)), ("6-2 8:46", (6, 2, 8, 46)), ("6月2日8：46", (6, 2, 8, 46)),
        ("昨天 19点", (6, 13, 19, 0)),
        ("2026-06-02 08:46", (6, 2, 8, 46)), ("25:00", None), ("6-2", None), ("8:61", None),
    ],
)  # fmt: skip
def test_moments(typed, moment):
    expected = moment and datetime(2026, *moment, tzinfo=SHANGHAI)
    assert parse_moment(typed, NOW) == expected


def test_a_supplier_is_asked_once_per_change(picker, qtbot):
    asked = []
    picker._supply = lambda text, deliver: asked.append(text)
    type_into(picker, "qsz")
    assert asked == ["q", "qs", "qsz"]
