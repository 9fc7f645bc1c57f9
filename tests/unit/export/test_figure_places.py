"""Figures are found on the pages LibreOffice makes, each where it is printed, and not one of the same digits."""

from __future__ import annotations

import pypdfium2
import pytest

from dubu_desktop.domain.papers.blocks import Attachment, Column, Format, Head, Paper, Paragraph, Table
from dubu_desktop.domain.papers.figures import Figure
from dubu_desktop.domain.papers.parts import figures_of
from dubu_desktop.export.docx import paper_bytes
from dubu_desktop.export.figureplaces import find_spots
from dubu_desktop.export.render import render_pdfs
from tests.unit.export import dossiers

pytestmark = pytest.mark.needs_libreoffice


def figure(text: str, at: int) -> Figure:
    return Figure(text, "finding", (b"1" * 16,), "全部", at)


def plain(*blocks, attachments=()) -> Paper:
    return Paper(Head("", ""), "关于2026年2个问题的报告", "", blocks, attachments, format=Format.PLAIN)


def printed(page: pypdfium2.PdfPage, left: float, top: float, right: float, bottom: float) -> str:
    """The text between these edges, shares of the page."""
    width, height = page.get_size()
    box = (left * width, (1 - bottom) * height, right * width, (1 - top) * height)
    return "".join(page.get_textpage().get_text_bounded(*box).split())


def test_every_figure_stands_where_it_is_said_to() -> None:
    again = "2026年2月2日查了2次，发现2个问题。"
    long = "督查情况" * 160  # over the foot of a page, whose number stands in between
    table = Table(
        (Column("单位", 60), Column("数", 40)), (("甲2", "2"), ("乙", "12")), figures=((0, 1, figure("2", 0)),)
    )
    papers = [
        plain(Paragraph(again, figures=(figure("2", 11), figure("2", 16)))),
        plain(
            Paragraph(long + "共7个。" + long, lead="（一）7个。", figures=(figure("7", len(long) + 1),)),
            table,
            attachments=(Attachment("另有3个", (Paragraph("附件里有3个。", figures=(figure("3", 4),)),)),),
        ),
        *(dossiers.paper(kind, 8, 2) for kind in ("special_report", "bulletin", "inspection_report")),
        dossiers.paper("instruction_slip", 1),
        dossiers.paper("supervision_notice", 1),
    ]
    for paper, pdf in zip(papers, render_pdfs([paper_bytes(one) for one in papers]), strict=True):
        document = pypdfium2.PdfDocument(pdf)
        spots, figures = find_spots(pdf, paper), list(figures_of(paper))
        assert {spot.place for spot in spots} == set(range(len(figures)))
        for place, (text, found) in enumerate(figures):
            own = [spot for spot in spots if spot.place == place]
            page = document[own[0].page]
            letters = "".join(printed(document[s.page], s.left, s.top, s.left + s.width, s.top + s.height) for s in own)
            assert found.text in letters
            line = printed(page, 0, own[0].top + 0.002, 1, own[0].top + own[0].height - 0.002)
            around = "".join(text[max(0, found.at - 1) : found.at + len(found.text)].split())
            assert around in line or len(own) > 1 or line.startswith(found.text), (around, line)
        if paper is papers[0]:  # of five digits 2 in one line the fourth and the fifth
            page = document[0]
            after = [printed(page, s.left, s.top, s.left + 3 * s.height, s.top + s.height) for s in spots]
            assert [words[:2] for words in after] == ["2次", "2个"]
        document.close()
