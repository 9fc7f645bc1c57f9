"""The 通报 as LibreOffice lays it out, measured against the rows of GB/T 9704-2012 (docs: the row numbers in names).

Positions within ±1 mm, ±2 mm where ink depends on the face that stands in for a missing one, rules within ±0.1 mm.
"""

from __future__ import annotations

import functools
import itertools
import re

import pytest

from dubu_desktop.domain.papers.blocks import HeadStyle
from dubu_desktop.domain.papers.bulletin import bulletin
from dubu_desktop.domain.papers.bulletin_data import BulletinData
from dubu_desktop.export.docx import paper_bytes
from dubu_desktop.export.render import render_pdfs
from tests.unit.export.geometry import Line, Page, pages
from tests.unit.export.samples import bulletin_data

pytestmark = [pytest.mark.needs_libreoffice, pytest.mark.slow]

LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
CENTRE = (LEFT + RIGHT) / 2
PITCH = 28.95 / 72 * 25.4
CHAR = 16 / 72 * 25.4
SMALL_CHAR = 14 / 72 * 25.4
FIRST_BASE = 44.7  # where LibreOffice puts the base line of line 1
RED, BLACK = (255, 0, 0), (0, 0, 0)
BULLETINS = (1, 22, 120)


LONG_LEAD = bulletin_data(1, lead="督导巡查发现问题整改落实" * 200)
LONG_TITLE = bulletin_data(1, title="关于2026年6月上旬安全生产和生态环保领域督导巡查发现问题情况的通报")
ISSUE = bulletin_data(
    1, style=HeadStyle.ISSUE, mark="督导巡查通报", total_serial=27, sealed=False, notice="仅报领导小组办公室"
)
MORE = (0, 5, 10, 15, 20)


def filled(more: int) -> BulletinData:
    """The longer the text, the longer the list of those who get a copy: 1 to 10 lines of 版记."""
    text = "\n".join(f"要求{line}。" for line in range(1, more + 3))
    copies = tuple(f"县直机关第{n}工作部门" for n in range(1, 2 + 2 * more))
    return bulletin_data(1, requirements=text, reply_sheet=False, copy_to=copies)


@functools.cache
def _laid_out() -> dict[bytes, tuple[Page, ...]]:
    """All papers of this file, from one run: LibreOffice starts slower than it lays out."""
    every = [*map(bulletin_data, BULLETINS), LONG_LEAD, LONG_TITLE, ISSUE, *map(filled, MORE)]
    files = [paper_bytes(bulletin(data)) for data in every]
    return {docx: tuple(pages(pdf)) for docx, pdf in zip(files, render_pdfs(files), strict=True)}


def rendered(data: BulletinData) -> tuple[Page, ...]:
    return _laid_out()[paper_bytes(bulletin(data))]


@pytest.fixture(params=BULLETINS)
def paper(request: pytest.FixtureRequest) -> tuple[Page, ...]:
    return rendered(bulletin_data(request.param))


def near(value: float, wanted: float, tolerance: float = 1.0) -> bool:
    return abs(value - wanted) <= tolerance


def middle(line: Line) -> float:
    return (line.left + line.right) / 2


def body(page: Page) -> list[Line]:
    """The lines inside the text area: without the page number."""
    return [line for line in page.lines if line.base < BOTTOM]


def place(papers: tuple[Page, ...], text: str) -> tuple[Page, Line]:
    for page in papers:
        for line in page.lines:
            if line.text.startswith(text):
                return page, line
    raise AssertionError(f"no line begins with {text!r}")


def test_rows_2_to_5_paper_and_text_area(paper: tuple[Page, ...]) -> None:
    for page in paper:
        assert near(page.width, 210)
        assert near(page.height, 297)
        for line in body(page):
            assert line.left >= LEFT - 1
            # 4 mm: a mark that hangs behind the last character (overflowPunct)
            assert line.right <= RIGHT + 4
            assert line.top >= TOP - 1
            assert line.bottom <= BOTTOM + 1


def test_rows_6_7_11_every_full_body_page_has_22_lines_of_16_points(paper: tuple[Page, ...]) -> None:
    full = 0
    for page in paper[1:]:
        lines = body(page)
        if any(line.size_pt != 16 for line in lines) or not near(lines[-1].base, FIRST_BASE + 21 * PITCH):
            continue
        full += 1
        assert len(lines) == 22
        assert near(lines[0].base, FIRST_BASE)
        for above, below in itertools.pairwise(lines):
            # 楷体 of another height stands half a millimetre higher in its line
            assert near(below.base - above.base, PITCH, 0.7)
    assert full >= {4: 0, 14: 3}.get(len(paper), 10)


def test_rows_7_12_28_characters_to_the_line() -> None:
    page = rendered(LONG_LEAD)[1]
    assert len(body(page)) == 22
    for line in body(page):
        assert len(line.text) == 28
        assert near(line.left, LEFT)
        assert near(line.right, RIGHT)
    assert near(body(page)[0].top, TOP + 3, 2)
    assert near(body(page)[-1].bottom, BOTTOM - 2, 2)


def test_row_8_only_head_and_line_are_red(paper: tuple[Page, ...]) -> None:
    for number, page in enumerate(paper):
        red = [line.text for line in page.lines if {char.colour for char in line.chars} != {BLACK}]
        assert red == (["澄川县督导巡查领导小组办公室文件"] if number == 0 else [])
        assert {rule.colour for rule in page.rules} <= {RED if number == 0 else BLACK, BLACK}


def test_row_17_mark(paper: tuple[Page, ...]) -> None:
    mark = paper[0].find("办公室文件")
    assert near(mark.top, TOP + 35, 2)
    assert near(middle(mark), CENTRE)
    assert mark.left >= LEFT
    assert mark.right <= RIGHT
    assert {char.colour for char in mark.chars} == {RED}
    assert mark.size_pt >= 42


def test_row_18_number(paper: tuple[Page, ...]) -> None:
    mark, number = paper[0].find("办公室文件"), paper[0].find("〔2026〕")
    assert number.text == "澄督办〔2026〕5号"
    assert near(middle(number), CENTRE)
    assert number.size_pt == 16
    assert near(number.top - mark.bottom, 2 * PITCH + 1.1, 2)


def test_row_20_red_line(paper: tuple[Page, ...]) -> None:
    number = paper[0].find("〔2026〕")
    rule = paper[0].rules[0]
    assert rule.colour == RED
    assert near(rule.left, LEFT)
    assert near(rule.right, RIGHT)
    assert near(rule.middle - rule.thickness / 2 - number.bottom, 4)
    assert near(rule.thickness, 0.53, 0.1)


def test_rows_21_22_title_and_addressees(paper: tuple[Page, ...]) -> None:
    page = paper[0]
    title, to = page.find("通报"), page.find("各镇人民政府")
    assert title.text == "关于6月上旬督导巡查发现问题情况的通报"
    assert title.size_pt == 22
    assert near(middle(title), CENTRE)
    assert near(title.top - page.rules[0].middle, 2 * PITCH + 1.1, 2)
    assert near(to.base - title.base, 2 * PITCH)
    assert near(to.left, LEFT)
    assert to.text.endswith("：")


def test_row_21_a_long_title_is_a_lozenge_on_the_page() -> None:
    lines = [line for line in rendered(LONG_TITLE)[0].lines if line.size_pt == 22]
    assert len(lines) == 2
    for line in lines:
        assert near(middle(line), CENTRE)
    assert near(lines[1].base - lines[0].base, 33 / 72 * 25.4, 0.5)


def test_row_23_body(paper: tuple[Page, ...]) -> None:
    page = paper[0]
    to, first = page.find("各镇人民政府"), page.find("2026年6月2日至")
    following = page.lines[page.lines.index(first) + 1]
    assert near(first.base - to.base, PITCH)
    assert near(first.left, LEFT + 2 * CHAR)
    assert near(following.left, LEFT)
    assert first.size_pt == following.size_pt == 16


def test_row_24_levels_are_indented_and_of_16_points(paper: tuple[Page, ...]) -> None:
    faces = {}
    for start in ("一、总体情况", "（一）安全生产方面", "1．城关街道"):
        _, line = place(paper, start)
        # the ink of a full-width bracket stands in the right half of its character
        assert near(line.left, LEFT + 2 * CHAR + (4 if start.startswith("（") else 0))
        assert line.size_pt == 16
        faces[start] = line.chars[0].font
    assert len(set(faces.values())) == 3


def test_row_25_attachment_list(paper: tuple[Page, ...]) -> None:
    page, line = place(paper, "附件：")
    above = page.lines[page.lines.index(line) - 1]
    assert near(line.base - above.base, 2 * PITCH)
    assert near(line.left, LEFT + 2 * CHAR)
    if "．" in line.text:
        second = page.lines[page.lines.index(line) + 1]
        assert second.text == "2．整改情况反馈表"
        assert near(second.left, LEFT + 5 * CHAR)
    else:
        assert line.text == "附件：整改情况反馈表"
    assert line.text[-1] not in "，。；"


def test_rows_26_29_signature_and_date(paper: tuple[Page, ...]) -> None:
    page, day = place(paper, "2026年6月15日")
    organ = page.lines[page.lines.index(day) - 1]
    assert day.text == "2026年6月15日"
    assert organ.text == "澄川县督导巡查领导小组办公室"
    assert near(day.right, RIGHT - 4 * CHAR)
    assert near(middle(organ), middle(day), 2)
    assert near(day.base - organ.base, PITCH)
    assert organ.right <= RIGHT
    # the signature stands on a page with text
    assert page.lines.index(organ) >= 2


def test_row_30a_attachments_begin_on_a_page_of_their_own(paper: tuple[Page, ...]) -> None:
    titles = ("督导巡查发现问题清单", "整改情况反馈表") if len(paper) > 20 else ("整改情况反馈表",)
    found = []
    for page in paper:
        lines = body(page)
        if re.fullmatch("附件[0-9]?", lines[0].text):
            assert near(lines[0].left, LEFT)
            assert near(lines[0].base, FIRST_BASE)
            assert lines[0].size_pt == 16
            assert near(lines[1].base, FIRST_BASE + 2 * PITCH)
            assert near(middle(lines[1]), CENTRE)
            assert lines[1].size_pt == 22
            found.append((lines[0].text, lines[1].text))
    numbers = ("附件1", "附件2") if len(titles) > 1 else ("附件",)
    assert tuple(found) == tuple(zip(numbers, titles, strict=True))


def test_rows_31_to_34_colophon_at_the_foot_of_the_last_page(paper: tuple[Page, ...]) -> None:
    for page in paper[:-1]:
        assert not any(line.text.startswith("抄送：") for line in page.lines)
    page = paper[-1]
    copy, printed = page.find("抄送："), page.find("印发")
    top, between, foot = page.rules[-3:]
    assert page.find("报：").base < copy.base
    for line in (copy, printed):
        assert line.size_pt == 14
        assert near(line.left, LEFT + SMALL_CHAR)
    assert copy.text.endswith("。")
    assert printed.text == "澄川县督导巡查领导小组办公室2026年6月15日印发"
    assert near(printed.right, RIGHT - SMALL_CHAR)
    for rule, thickness in ((top, 0.35), (between, 0.25), (foot, 0.35)):
        assert near(rule.thickness, thickness, 0.1)
        assert near(rule.left, LEFT)
        assert near(rule.right, RIGHT)
    assert near(foot.middle, BOTTOM)
    assert (
        top.middle < page.find("报：").top < copy.bottom < between.middle < printed.top < printed.bottom < foot.middle
    )
    above = [line for line in page.lines if line.base < page.find("报：").base - 1]
    assert all(line.bottom < top.middle for line in above)


def test_row_35_page_numbers(paper: tuple[Page, ...]) -> None:
    for number, page in enumerate(paper, start=1):
        line = page.lines[-1]
        assert line.text == f"—{number}—"
        assert line.size_pt == 14
        assert near(line.chars[0].top, BOTTOM + 7)
        if number % 2:
            assert near(line.right, RIGHT - SMALL_CHAR)
        else:
            assert near(line.left, LEFT + SMALL_CHAR)


def test_unsealed_signature_row_27() -> None:
    page, day = place(rendered(ISSUE), "2026年6月15日")
    organ = page.lines[page.lines.index(day) - 1]
    assert near(organ.right, RIGHT - 2 * CHAR)
    assert near(day.left, organ.left + 2 * CHAR)


def test_an_issue_has_its_number_under_the_mark_and_organ_and_date_above_the_line() -> None:
    page = rendered(ISSUE)[0]
    number, line = page.find("第5期（总第27期）"), page.find("澄川县督导巡查领导小组办公室")
    assert near(middle(number), CENTRE, 3)
    assert line.text == "澄川县督导巡查领导小组办公室2026年6月15日"
    assert near(line.left, LEFT + CHAR)
    assert near(line.right, RIGHT - CHAR)
    assert near(page.rules[0].middle - line.bottom, 4)
    assert near(page.rules[0].left, LEFT)
    assert near(page.rules[0].right, RIGHT)


def test_the_notice_stands_on_every_page_above_the_text() -> None:
    for page in rendered(ISSUE):
        line = page.find("仅报领导小组办公室")
        assert line.bottom < TOP
        assert near(line.right, RIGHT)


@pytest.mark.parametrize("more", MORE)
def test_signature_never_alone_and_colophon_never_over_text_however_full_the_page(more: int) -> None:
    papers = rendered(filled(more))
    page, day = place(papers, "2026年6月15日")
    organ = page.lines[page.lines.index(day) - 1]
    assert organ.text == "澄川县督导巡查领导小组办公室"
    assert any(line.text.startswith("要求") for line in page.lines[: page.lines.index(organ)])
    last = papers[-1]
    assert near(last.rules[-1].middle, BOTTOM)
    top = last.rules[-3].middle
    assert all(line.bottom < top for line in last.lines if line.base < last.find("报：").base - 1)
    assert page in papers[-2:]
