"""Figures on the pages themselves: dotted, told under the mouse, opened by a click or by Tab and Enter."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from dubu_desktop.domain.papers.kind import Rests
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.ui.documents.pages import PageView, TruePages
from dubu_desktop.ui.documents.quick import QuickPages
from tests.unit.export import dossiers

from .guard import watching
from .real import SHIFT
from .test_documents import confirmed
from .walk import complaints

K = Qt.Key


@pytest.fixture(autouse=True)
def no_libreoffice(monkeypatch):
    """The places on the true pages have a test of their own (tests/unit/export/test_figure_places.py)."""
    monkeypatch.setenv("DUBU_SOFFICE", "")


@pytest.mark.parametrize("kind", list(all_kinds().values()), ids=lambda kind: kind.id)
def test_every_figure_of_the_quick_pages_has_its_place(qapp, kind):
    paper = dossiers.paper(kind.id, 8 if kind.rests is Rests.FINDINGS else 1, 2)
    pages, figures = QuickPages(paper), list(figures_of(paper))
    assert {spot.place for spot in pages.spots} == set(range(len(figures)))
    for spot in pages.spots:
        assert 0 < spot.left < spot.left + spot.width < 1
        assert 0 < spot.top < spot.top + spot.height < 1
        image = pages.render(spot.page, 794)
        left, top = round(spot.left * 794), round(spot.top * image.height())
        across = range(left, left + max(2, round(spot.width * 794)))
        down = range(top, top + round(spot.height * image.height()))
        assert any(image.pixelColor(x, y).lightness() < 140 for x in across for y in down), "nothing is printed there"


def test_a_figure_broken_over_two_lines_has_a_place_on_each(qapp):
    from dubu_desktop.domain.papers.blocks import Format, Head, Paper, Paragraph
    from dubu_desktop.domain.papers.figures import Figure

    text = "问" * 25 + "一百二十三个" + "题" * 10
    block = Paragraph(text, figures=(Figure("一百二十三个", "finding", (b"1" * 16,), "全部", 25),))
    pages = QuickPages(Paper(Head("", ""), "报告", "", (block,), format=Format.PLAIN))
    assert [spot.place for spot in pages.spots] == [0, 0]
    first, second = pages.spots
    assert first.left > second.left
    assert second.top > first.top


@pytest.fixture
def issued(world):
    """A 专报 that was signed before one of its findings changed."""
    numbers = confirmed(world, 3)
    made = world.office.do("draft_document", kind="special_report", findings=numbers).ids[-1]
    for verb in ("submit_document", "sign_document", "issue_document"):
        world.office.do(verb, document=made)
    world.office.do("settle_finding", finding=numbers[0], event="not_established", reason="重复")
    return world


def at_the_paper(world, opened, *pages):
    """A seat with the paper's pages before the eyes."""
    seat = opened(world.office, "documents", *pages)
    seat.window.go("documents", world.rows(world.office, "document")[0]["uuid"].hex())
    seat.settle()
    seat.page.show_view("pages")
    seat.settle()
    return seat


def test_by_keyboard_from_the_page_to_the_rows_and_back(issued, opened):
    seat = at_the_paper(issued, opened, "findings")
    preview = seat.page.preview
    with watching():
        assert preview._scroll.hasFocus()
        seat.press(K.Key_Tab)
        assert preview._canvas.figure == 0
        seat.press(K.Key_Tab)
        seat.press(K.Key_Tab, SHIFT)
        assert preview._canvas.figure == 0
        seat.press(K.Key_Return)
    side = preview.side
    assert side.isVisible()
    assert "口径" in side.behind.basis.text()
    assert len(side.behind.rows.ids()) == 3
    chips = [item[1].chip.word for item in side.behind.rows.model().items]
    assert chips.count("不成立") == 1, "as they stand now"
    assert any("签发时已核定" in item[1].sub for item in side.behind.rows.model().items)
    assert complaints(seat.window) == []
    seat.press(K.Key_Escape)
    assert not side.isVisible()
    assert preview._scroll.hasFocus()
    seat.press(K.Key_Return)
    seat.press(K.Key_Return)
    assert seat.window.current_page is seat.window.page("findings")


def test_tab_leaves_the_pages_after_the_last_figure(issued, opened):
    seat = at_the_paper(issued, opened)
    preview = seat.page.preview
    places = {spot.place for spot in preview.pages.spots}
    for _ in places:
        seat.press(K.Key_Tab)
        assert preview._scroll.hasFocus()
    assert preview._canvas.figure == max(places)
    seat.press(K.Key_Tab)
    assert not preview._scroll.hasFocus()
    assert preview._canvas.figure == -1


def test_the_mouse_is_told_and_opens(issued, opened):
    seat = at_the_paper(issued, opened)
    preview, canvas = seat.page.preview, seat.page.preview._canvas
    canvas_box = canvas.boxes(0)[0]
    preview._scroll.see([canvas_box])
    with watching():
        QTest.mouseMove(canvas, canvas_box.center())
        assert canvas.cursor().shape() is Qt.CursorShape.PointingHandCursor
        assert "点开看3条记录" in canvas.toolTip()
        QTest.mouseMove(canvas, QPoint(24, canvas_box.center().y()))
        assert canvas.cursor().shape() is Qt.CursorShape.ArrowCursor
        assert canvas.toolTip() == ""
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas_box.center())
        seat.settle()
    assert len(preview.side.behind.rows.ids()) == 3


def test_another_paper_begins_with_the_panel_shut(issued, opened):
    other = issued.office.do("draft_bulletin", findings=confirmed(issued, 2)).ids[-1]
    seat = opened(issued.office, "documents")
    seat.page.show_view("pages")
    seat.settle()
    seat.page.preview.open_figure(0)
    seat.settle()
    shown = seat.page.view.detail.row.id
    seat.window.go("documents", other if other != shown else issued.rows(issued.office, "document")[0]["uuid"].hex())
    seat.settle()
    seat.page.show_view("pages")
    seat.settle()
    assert not seat.page.preview.side.isVisible()
    assert seat.page.preview._canvas.figure == -1


def test_what_a_group_makes_opens_too(world, opened):
    group = world.groups["01"]
    number = world.finding(group)
    group.do("finalise_finding", finding=number)
    seat = opened(group, "documents", "findings")
    from dubu_desktop.ui.documents.newpaper import Basis

    seat.page.make("special_report", Basis(findings=(world.row(group, "finding")["uuid"].hex(),)))
    seat.settle()
    seat.page.preview.open_figure(0)
    seat.settle()
    assert len(seat.page.preview.side.behind.rows.ids()) == 1


def test_true_pages_put_the_places_where_they_are_told(desk, shown):
    """The same places on pictures: a canvas knows no difference."""
    paper = dossiers.paper("special_report", 3)
    quick = QuickPages(paper)
    view = shown(PageView(desk))
    from PySide6.QtCore import QBuffer

    pictures = []
    for page in range(quick.count):
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.ReadWrite)
        quick.render(page, 400).save(buffer, "PNG")
        pictures.append(bytes(buffer.data().data()))
    view.show_true(pictures, quick.spots, paper)
    heard = []
    view.opened.connect(heard.append)
    QTest.mouseClick(view._canvas, Qt.MouseButton.LeftButton, pos=view._canvas.boxes(2)[0].center())
    assert heard == [list(figures_of(paper))[2][1]]
    assert isinstance(view.pages, TruePages)
