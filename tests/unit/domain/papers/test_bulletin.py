from __future__ import annotations

from dataclasses import replace
from datetime import date

from dubu_desktop.domain.papers.blocks import Attachment, Heading, HeadStyle, Paragraph, Photo, Photos, Table
from dubu_desktop.domain.papers.bulletin import DRAFT_NUMBER, bulletin
from dubu_desktop.domain.papers.bulletin_data import NamingLevel
from dubu_desktop.domain.papers.told import PersonNamed
from tests.unit.export.samples import bulletin_data, item


def _text(paper: object) -> str:
    return repr(paper)


def _headings(level: int, count: int = 22) -> list[str]:
    body = bulletin(bulletin_data(count)).body
    return [block.text for block in body if isinstance(block, Heading) and block.level == level]


def test_the_order_of_an_issue() -> None:
    paper = bulletin(bulletin_data(22))
    assert _headings(1) == ["一、总体情况", "二、存在问题", "三、整改要求"]
    assert _headings(2) == [
        "（一）安全生产方面（8个）",
        "（二）生态环保方面（6个）",
        "（三）作风纪律方面（4个）",
        "（四）营商环境方面（2个）",
        "（五）民生保障方面（2个）",
    ]
    assert paper.addressees == "各镇人民政府、各街道办事处、县直有关部门、单位："
    assert isinstance(paper.body[0], Paragraph)
    table = [place for place, block in enumerate(paper.body) if isinstance(block, Table)]
    demands = [place for place, block in enumerate(paper.body) if block == Heading(1, "三、整改要求")]
    assert table[0] < demands[0]
    assert paper.signature is not None
    assert paper.signature.date_text == "2026年6月15日"
    assert paper.colophon is not None
    assert paper.colophon.lines == (
        ("报：", "县委、县政府主要负责同志。"),
        ("抄送：", "县纪委监委机关、县委组织部、县委巡察办。"),
    )
    assert paper.colophon.printed_text == "2026年6月15日印发"


def test_every_number_of_the_lead_can_be_counted() -> None:
    lead, overall = bulletin(bulletin_data(22)).body[0], bulletin(bulletin_data(22)).body[2]
    assert isinstance(lead, Paragraph)
    assert isinstance(overall, Paragraph)
    assert lead.text == (
        "2026年6月2日至13日，澄川县督导巡查领导小组办公室组织第一督导巡查组、第三督导巡查组开展督导巡查15次（其中“四不两直”12次、"
        "突击检查3次），实地检查单位18家，发现问题22个。现将有关情况通报如下。"
    )
    assert "涉及安全生产8个、生态环保6个、作风纪律4个、营商环境2个、民生保障2个" in overall.text
    assert "一般8个、较重7个、严重7个" in overall.text
    assert "行业责任单位6家、属地责任单位7家" in overall.text


def test_findings_are_numbered_within_their_category() -> None:
    leads = [block.lead for block in bulletin(bulletin_data(9)).body if isinstance(block, Paragraph) and block.lead]
    assert leads[:9] == ["1．", "2．", "3．", "1．", "2．", "1．", "2．", "1．", "1．"]


def test_one_finding_reads_as_a_sentence() -> None:
    data = bulletin_data(1, items=(item(0, facts="疏散通道堆放瓷砖\n东门上锁,共2处"),))
    told = [block.text for block in bulletin(data).body if isinstance(block, Paragraph) and block.lead == "1．"]
    assert told == [
        "城关街道广源建材市场3号楼东侧。6月2日检查发现：疏散通道堆放瓷砖。东门上锁，共2处。属地责任单位：城关街道；"
        "行业责任单位：应急管理局；整改期限：2026年6月18日。（WT-2026-01-0001，一般）"
    ]


def test_the_place_does_not_name_its_territory_twice() -> None:
    text = _text(bulletin(bulletin_data(5)))
    assert "河东镇政府值班室" in text
    assert "河东镇河东镇" not in text


def test_persons_are_printed_at_their_level_only() -> None:
    named = (item(0, persons=(PersonNamed("欧阳喆", "副主任"),)),)
    assert "欧阳" not in _text(bulletin(bulletin_data(1, items=named)))
    text = _text(bulletin(bulletin_data(1, items=named, naming=NamingLevel.PERSON)))
    assert "责任人：欧阳喆（副主任）" in text
    table = next(
        block
        for block in bulletin(bulletin_data(1, items=named, naming=NamingLevel.PERSON)).body
        if isinstance(block, Table)
    )
    assert "责任人" in [column.title for column in table.columns]


def test_a_requirement_nobody_wrote_follows_the_term() -> None:
    items = tuple(
        item(place, term=term, requirement=own)
        for place, (term, own) in enumerate((("立行立改", ""), ("限期", ""), ("长期", ""), ("限期", "拆除并复绿")))
    )
    table = next(block for block in bulletin(bulletin_data(4, items=items)).body if isinstance(block, Table))
    at = [column.title for column in table.columns].index("整改要求")
    assert [row[at] for row in table.rows] == [
        "立即整改，举一反三", "限期整改，举一反三", "长期整改，定期调度", "拆除并复绿",
    ]  # fmt: skip


def test_tables_are_as_wide_as_the_text() -> None:
    for level in NamingLevel:
        for block in bulletin(bulletin_data(2, naming=level)).body:
            if isinstance(block, Table):
                assert sum(column.width_mm for column in block.columns) == 156


def test_a_draft_says_so() -> None:
    paper = bulletin(bulletin_data(1, number="", serial=None, issued_on=None))
    assert paper.head.number == DRAFT_NUMBER
    assert paper.colophon is not None
    assert paper.colophon.printed_text == ""
    assert "2026年6月15日" not in _text(paper)


def test_the_issue_style() -> None:
    head = bulletin(bulletin_data(1, style=HeadStyle.ISSUE, mark="督导巡查通报", total_serial=27)).head
    assert head.number == "第5期（总第27期）"
    assert head.issue_left == "澄川县督导巡查领导小组办公室"
    assert head.issue_right == "2026年6月15日"
    assert bulletin(bulletin_data(1, style=HeadStyle.ISSUE, serial=None)).head.number == DRAFT_NUMBER


def test_own_sentences_replace_the_made_ones() -> None:
    paper = bulletin(bulletin_data(3, lead="导语一。\n导语二。", overall="总体。", requirements="要求一。\n要求二。"))
    texts = [block.text for block in paper.body if isinstance(block, Paragraph)]
    assert texts[:3] == ["导语一。", "导语二。", "总体。"]
    assert texts[-2:] == ["要求一。", "要求二。"]
    assert "压实整改责任" not in _text(paper)


def test_a_long_table_goes_to_an_attachment() -> None:
    short, long = bulletin(bulletin_data(30)), bulletin(bulletin_data(31))
    assert [attachment.title for attachment in short.attachments] == ["整改情况反馈表"]
    assert [attachment.title for attachment in long.attachments] == ["督导巡查发现问题清单", "整改情况反馈表"]
    assert not any(isinstance(block, Table) for block in long.body)


def test_photos_and_own_attachments_come_last() -> None:
    own = Attachment("有关依据", (Paragraph("条款"),))
    items = (item(0, photos=(Photo(b"a", "东侧"), Photo(b"b"))), item(1, photos=(Photo(b"c"),)))
    paper = bulletin(bulletin_data(2, items=items, extra_attachments=(own,)))
    assert [attachment.title for attachment in paper.attachments] == ["整改情况反馈表", "部分问题照片", "有关依据"]
    block = paper.attachments[1].blocks[0]
    assert isinstance(block, Photos)
    assert len(block.photos) == 3


def test_due_dates_in_the_demand() -> None:
    day = date(2026, 7, 1)
    same = bulletin_data(2, items=(item(0, due_on=day), item(1, due_on=day)))
    assert "于2026年7月1日前完成整改" in _text(bulletin(same))
    other = bulletin_data(2, items=(item(0, due_on=day), item(1, due_on=date(2027, 1, 4))))
    assert "最迟于2027年1月4日前" in _text(bulletin(other))
    assert "2027年1月4日" in _text([block for block in bulletin(other).body if isinstance(block, Table)])
    none = bulletin_data(1, items=(item(0, due_on=None),))
    assert "按照立行立改要求" in _text(bulletin(none))


def test_little_is_known_and_nothing_is_invented() -> None:
    bare = item(
        0, number="", industry_unit="", territory_unit="", place="", found_text="", category=(), severity="", term="",
        due_on=None, status="", photo_count=0,
    )  # fmt: skip
    data = replace(
        bulletin_data(1, items=(bare,), methods=(), groups=(), visited_units=0, copy_to=(), report_to=()),
        period_from=None,
        period_to=None,
    )
    paper = bulletin(data)
    texts = [block.text for block in paper.body if isinstance(block, Paragraph)]
    assert texts[0] == "澄川县督导巡查领导小组办公室开展督导巡查，发现问题1个。现将有关情况通报如下。"
    assert texts[1] == "此次通报问题1个，涉及其他1个。"
    assert texts[2] == "疏散通道堆放瓷砖约40箱，净宽由2.4米减至0.7米，东门上锁。"
    assert paper.colophon is not None
    assert paper.colophon.lines == ()
    assert "None" not in _text([block for block in paper.body if isinstance(block, Paragraph)])


def test_long_facts_are_whole_in_the_body_and_shortened_with_a_note_in_the_table() -> None:
    facts = "疏散通道堆放瓷砖约40箱，净宽由2.4米减至0.7米。" * 20
    body = bulletin(bulletin_data(1, items=(item(0, facts=facts),))).body
    told = next(block.text for block in body if isinstance(block, Paragraph) and block.lead == "1．")
    cell = next(block.rows[0][3] for block in body if isinstance(block, Table))
    assert facts in told
    assert cell.startswith("疏散通道堆放瓷砖约40箱")
    assert "……（详见正文）\nWT-2026-01-0001" in cell
    assert len(cell) < 200


def test_the_same_data_give_the_same_paper() -> None:
    assert bulletin(bulletin_data(22)) == bulletin(bulletin_data(22))
