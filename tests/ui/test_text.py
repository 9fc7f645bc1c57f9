"""Record text stays text: forty payloads through every widget that shows it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent, QTextDocument
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QToolTip, QWidget

from dubu_desktop.errors import DubuError
from dubu_desktop.ui.kit import (
    Action,
    ActionBar,
    Choice,
    EmptyState,
    Field,
    Filter,
    FilterChips,
    Happening,
    KeyValueCard,
    MessageBar,
    PlainLabel,
    Row,
    Scroll,
    SectionHead,
    StepStrip,
    TextArea,
    Timeline,
    plain_tip,
)  # fmt: skip
from dubu_desktop.ui.messages import Message
from dubu_desktop.ui.widgets.editors import LineEditor
from dubu_desktop.ui.widgets.rowpaint import RowDelegate
from dubu_desktop.ui.widgets.valuetext import ValueText

from .payloads import HARD, MARKUP


def pixels(widget: QWidget) -> bytes:
    image = widget.grab().toImage()
    return bytes(image.constBits())


@pytest.mark.parametrize("text", MARKUP)
def test_a_label_shows_its_characters(qtbot, text):
    label = PlainLabel(text)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == text
    assert label.sizeHint().width() >= label.fontMetrics().horizontalAdvance(text.split("\n")[0])


@pytest.mark.parametrize("make", [ValueText, lambda: LineEditor(Field("place", "地点"))], ids=["shown", "edited"])
def test_vague_words_have_a_line_below_them_and_nothing_else_changes(shown, make):
    text = "城关街道广源建材市场附近"
    widget = make()
    (widget.set if isinstance(widget, ValueText) else widget.set_value)(text)
    shown(widget, 260, 60)
    plain = widget.grab().toImage()
    widget.mark_vague([(10, 12)])
    marked = widget.grab().toImage()
    places = [(x, y) for x in range(plain.width()) for y in range(plain.height())]
    changed = [(x, y) for x, y in places if plain.pixel(x, y) != marked.pixel(x, y)]
    assert changed, "a line is drawn"
    widths, heights = ({place[at] for place in changed} for at in (0, 1))
    assert max(heights) - min(heights) < 6
    assert 20 < max(widths) - min(widths) < 36, "as wide as two characters"
    widget.mark_vague([])
    assert widget.grab().toImage() == plain


@pytest.mark.parametrize("text", MARKUP)
def test_a_tooltip_shows_its_characters(qtbot, text):
    label = PlainLabel("x")
    qtbot.addWidget(label)
    plain_tip(label, text)
    document = QTextDocument()
    document.setHtml(label.toolTip())
    assert document.toPlainText() == text
    assert label.toolTip().startswith("<span")  # taken as plain text, the escaping would show


def show_everything(text: str) -> QWidget:
    """One widget of every kind that shows record text, in one window."""
    from PySide6.QtWidgets import QVBoxLayout

    holder = QWidget()
    column = QVBoxLayout(holder)
    bar, message, value, steps, line = ActionBar(holder), MessageBar(), ValueText(), StepStrip(), Timeline()
    area, card = (
        TextArea(),
        KeyValueCard([Field("a", "地点", value=text), Field("b", "单位", text=text, editable=False)]),
    )
    bar.set_actions([Action(text, lambda: None)], text)
    message.say(Message(text, act=text))
    value.set(text, text)
    steps.set_steps([text, "销号"], 0)
    line.set_items([Happening(text, text, text)])
    area.set_value(text)
    widgets = [
        PlainLabel(text, "title", elide="right"), PlainLabel(text, wrap=True), SectionHead(text, text, text),
        bar, message,
        value, steps, line, area, card, FilterChips([Filter("a", text)]), EmptyState("finding", text, text),
    ]  # fmt: skip
    for widget in widgets:
        column.addWidget(widget)
    return holder


@pytest.mark.parametrize("text", [*MARKUP, *HARD])
def test_nothing_is_interpreted_loaded_or_broken(qtbot, monkeypatch, text):
    loaded = []
    monkeypatch.setattr(QTextDocument, "loadResource", lambda self, kind, name: loaded.append(str(name)))
    holder = show_everything(text)
    qtbot.addWidget(holder)
    holder.resize(600, 900)
    holder.show()
    QApplication.processEvents()
    assert not holder.grab().isNull()
    assert loaded == []
    for area in holder.findChildren(TextArea):
        assert area.toPlainText() == text


@pytest.mark.parametrize("width", range(60, 130, 7))
def test_a_narrow_area_comes_to_rest(qtbot, monkeypatch, width):
    """A bar that narrows the text makes it longer, one that goes makes it shorter: never both without end."""
    fits = []

    def counted(self):
        fits.append(self)
        assert len(fits) < 200, "goes round in circles"
        fit(self)

    fit = TextArea._fit
    monkeypatch.setattr(TextArea, "_fit", counted)
    area = TextArea(least=2, most=7)
    qtbot.addWidget(area)
    area.show()
    area.resize(width, 100)
    for length in range(20, 90):
        fits.clear()
        area.set_value(("疏散通道堆放瓷砖约40箱，净宽0.7m" * 5)[:length])
        QApplication.processEvents()
        bar = area.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        assert bar == (round(area.document().size().height()) > 7)


def test_markup_looks_different_from_what_it_would_make(qtbot):
    """The pictures differ: <b>粗</b> is drawn with its brackets."""
    plain, marked = PlainLabel("粗"), PlainLabel("<b>粗</b>")
    for label in (plain, marked):
        qtbot.addWidget(label)
        label.resize(120, 30)
    assert pixels(plain) != pixels(marked)
    assert marked.sizeHint().width() > plain.sizeHint().width() * 2


def test_rows_and_their_tips_stay_plain(qtbot, desk, shown, settle):
    from array import array

    from dubu_desktop.ui.kit import RowList

    from .conftest import House

    text = MARKUP[1] * 5
    rows = RowList(desk, House.records, lambda record: Row(text, text, "第三组"))
    shown(rows, 300, 200)
    rows.set_ids(array("q", [1]))
    settle(desk)
    assert rows.model().index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith(text)
    option = QStyleOptionViewItem()
    rows.initViewItemOption(option)
    option.rect = rows.visualRect(rows.model().index(0))
    delegate = rows.itemDelegate()
    assert isinstance(delegate, RowDelegate)
    delegate.helpEvent(
        QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5)), rows, option, rows.model().index(0)
    )
    document = QTextDocument()
    document.setHtml(QToolTip.text())
    assert document.toPlainText() == f"{text}\n{text}"
    QToolTip.hideText()


def test_elide_in_the_middle_keeps_both_ends_and_the_tip(qtbot):
    label = PlainLabel("城关街道广源建材市场三期西区3号楼东侧疏散通道入口", elide="middle")
    qtbot.addWidget(label)
    label.resize(160, 24)
    label.show()
    assert label.elided
    assert "3号楼东侧疏散通道入口" in label.toolTip()
    label.resize(600, 24)
    assert not label.elided
    assert label.toolTip() == ""


def test_an_error_is_shown_whole(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.say(Message.from_error(DubuError("D-204")))
    assert bar.text() == "D-204 数据包不完整或已损坏，什么也没有改动。 请对方重新导出。"
    assert not bar._timer.isActive()
    done = []
    bar.say(Message.good("已督促。", act="撤销", on_act=lambda: done.append(1)))
    assert bar._timer.isActive()
    bar._act.click()
    assert done == [1]
    assert not bar.isVisible()


def test_a_choice_is_found_by_chinese_pinyin_and_initials():
    unit = Choice(1, "青石镇", "属地", ("qsz", "qingshizhen"))
    for typed in ("青", "石镇", "qsz", "qs", "qing", "qingshizhen", "QSZ", "qing'shi", "shizhen", "属地"):
        assert unit.matches(typed), typed
    for typed in ("柳", "sz", "xx"):
        assert not unit.matches(typed), typed


def test_a_note_wraps_below_its_value_and_leaves_no_white_behind(shown):
    """A long note was cut at the edge; a hint of the time before the first layout left half a page of white."""
    scroll, card = Scroll(), KeyValueCard(columns=2)
    scroll.canvas.addWidget(card)
    shown(scroll, 900, 300)
    note = "本程序已编到1，下一份是督巡通〔2026〕2号"
    card.set_fields([Field(str(at), "通报", value="没有用过", note=note) for at in range(20)])
    for width in (900, 700, 900):
        scroll.resize(width, 300)
        for _ in range(8):
            QApplication.processEvents()
        inner = scroll.widget()
        assert inner.height() == inner.heightForWidth(inner.width())
    value = card.cell("0").findChild(ValueText)
    assert value.heightForWidth(1000) // 20 == 1
    assert value.heightForWidth(120) // 20 >= 4, "the value, and the note on three lines of its own"
