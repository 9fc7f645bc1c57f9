"""The quick preview lays out every kind of paper: red head, letter, form, plain, cards; nothing is lost of its text."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from dubu_desktop.domain.papers.blocks import Cell, Format, Grid, Head, Paper, Row
from dubu_desktop.domain.papers.kind import Rests
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.ui.documents.quick import QuickPages
from tests.unit.export import dossiers


@pytest.mark.parametrize("kind", list(all_kinds().values()), ids=lambda kind: kind.id)
def test_every_kind_is_laid_out_within_its_pages(qapp, kind):
    paper = dossiers.paper(kind.id, 3 if kind.rests is Rests.FINDINGS else 1, 2)
    pages = QuickPages(paper)
    assert pages.count >= 1
    for page in range(pages.count):
        image = pages.render(page, 397)
        dots = [image.pixelColor(x, y).lightness() for x in range(0, 397, 3) for y in range(0, 561, 3)]
        assert sum(dot < 160 for dot in dots) > 20, "a page without a stroke"
    if paper.format is Format.LETTER:
        red = [pages.render(0, 397).pixelColor(200, y) for y in range(512, 532)]
        assert any(dot.red() > 150 > dot.green() for dot in red), "the double line at the foot of page 1"


def test_a_cell_taller_than_a_page_goes_on_on_the_next(qapp):
    long = "消防通道堆放杂物，" * 900
    cells = (Cell(30, "问题描述", label=True), Cell(126, long))
    pages = QuickPages(Paper(Head("", "编号：1"), "整改通知书", "", (Grid((Row(cells),)),), format=Format.FORM))
    assert pages.count > 2


def test_the_text_stands_beside_the_leaders_column_and_not_in_it(qapp):
    pages = QuickPages(dossiers.paper("special_report", 3))
    image = pages.render(0, 794)
    left, right = round(28 / 210 * 794 + 106 / 210 * 794), round(184 / 210 * 794)
    inside = [image.pixelColor(x, y) for x in range(left + 4, right - 4, 2) for y in range(690, 980, 2)]
    assert all(dot.lightness() > 250 for dot in inside), "nothing is printed where the leader writes"
    rows = [[image.pixelColor(x, y) for x in range(right - 2, right + 3)] for y in range(690, 980, 10)]
    assert all(any(dot.red() > 150 > dot.green() for dot in row) for row in rows), "framed red"
    beside = [image.pixelColor(x, y).lightness() for x in range(110, left - 24) for y in range(690, 980, 2)]
    assert min(beside) < 100


def test_a_sealed_joint_issue_has_its_organs_in_a_row(qapp):
    report = dossiers.paper("inspection_report", 0)
    sign = replace(report.signature, organ="甲办公室", organs=("乙局", "丙局"), sealed=True)
    drawn = []
    pages = QuickPages(replace(report, signature=sign))
    for page in pages._pages:
        drawn += [one.keywords for one in page.draws if isinstance(one, partial) and "text" in one.keywords]
    spots = {one["text"]: one["box"].center() for one in drawn}
    assert spots["甲办公室"].y() == spots["乙局"].y() == spots["丙局"].y() < spots[sign.date_text].y()
    assert spots["甲办公室"].x() < spots["乙局"].x() < spots["丙局"].x()
    assert abs(spots["丙局"].x() - spots[sign.date_text].x()) < 1
