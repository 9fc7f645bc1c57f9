"""《督导巡查通报》: the facts of an issue as plain values, and the paper made of them (documents.md §4).

Order: lead → 一、总体情况 → 二、存在问题 by category → the problem table → 三、整改要求 → 附件 → 署名, date → 版记.
The sentences are generated from the data (`bulletin_text`) unless the caller hands over his own.
"""

from __future__ import annotations

from dubu_desktop.domain.papers import bulletin_tables, bulletin_text
from dubu_desktop.domain.papers.blocks import (
    Attachment,
    Block,
    Colophon,
    Head,
    Heading,
    HeadStyle,
    Paper,
    Paragraph,
    Photos,
    Signature,
)
from dubu_desktop.domain.papers.bulletin_data import BulletinData, NamingLevel
from dubu_desktop.domain.papers.figures import count
from dubu_desktop.domain.papers.parts import DRAFT_DATE, DRAFT_NUMBER, paragraphs
from dubu_desktop.domain.papers.wording import issue_number, level_number, paper_date
from dubu_desktop.domain.text import listed


def bulletin(data: BulletinData) -> Paper:
    """The paper of an issue or of a draft. Pure: the same data give the same paper, down to the character."""
    return Paper(
        head=_head(data),
        title=data.title,
        addressees="、".join(data.addressees) + "：" if data.addressees else "",
        body=_body(data),
        attachments=_attachments(data),
        signature=Signature(data.organ, _date(data), data.sealed),
        colophon=_colophon(data),
        notice=data.notice,
        issued_on=data.issued_on,
    )


def _date(data: BulletinData) -> str:
    return paper_date(data.issued_on) if data.issued_on else DRAFT_DATE


def _head(data: BulletinData) -> Head:
    issue = data.style is HeadStyle.ISSUE
    if issue:
        number = issue_number(data.serial, data.total_serial) if data.serial else DRAFT_NUMBER
    else:
        number = data.number or DRAFT_NUMBER
    return Head(
        mark=data.mark,
        number=number,
        style=data.style,
        issue_left=data.organ if issue else "",
        issue_right=_date(data) if issue else "",
        copy_number=data.copy_number,
        secrecy=data.secrecy,
        urgency=data.urgency,
    )


def _table_in_body(data: BulletinData) -> bool:
    return len(data.items) <= data.table_rows_in_body


def _body(data: BulletinData) -> tuple[Block, ...]:
    blocks: list[Block] = [*paragraphs(data.lead or bulletin_text.lead(data))]
    blocks.append(Heading(1, "一、总体情况"))
    blocks.extend(paragraphs(data.overall or bulletin_text.overall(data)))
    blocks.append(Heading(1, "二、存在问题"))
    for place, (category, items) in enumerate(bulletin_text.by_category(data.items), start=1):
        number = count(bulletin_text.ids(items), f"类别属于{category}的问题")
        heading = level_number(2, place) + category + "方面（" + number + "个）"
        blocks.append(Heading(2, heading.text, heading.figures))
        blocks.extend(
            Paragraph(bulletin_text.item_told(item, data.naming is NamingLevel.PERSON), level_number(3, count), 3)
            for count, item in enumerate(items, start=1)
        )
    if _table_in_body(data):
        blocks.append(Paragraph("以上问题的责任单位、整改要求和期限见下表。"))
        blocks.append(bulletin_tables.problem_table(data))
    blocks.append(Heading(1, "三、整改要求"))
    if data.requirements:
        blocks.extend(paragraphs(data.requirements))
    else:
        blocks.extend(
            Paragraph(text, level_number(2, place) + lead, 2)
            for place, (lead, text) in enumerate(bulletin_text.requirements(data), start=1)
        )
    return tuple(blocks)


def _attachments(data: BulletinData) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    if not _table_in_body(data):
        found.append(Attachment("督导巡查发现问题清单", (bulletin_tables.problem_table(data),)))
    if data.reply_sheet:
        found.append(Attachment("整改情况反馈表", bulletin_tables.reply_sheet(data)))
    photos = tuple(photo for item in data.items for photo in item.photos)
    if photos:
        found.append(Attachment("部分问题照片", (Photos(photos),)))
    return (*found, *data.extra_attachments)


def _colophon(data: BulletinData) -> Colophon:
    lines = []
    if data.report_to:
        lines.append(("报：", listed(data.report_to) + "。"))
    if data.copy_to:
        lines.append(("抄送：", listed(data.copy_to) + "。"))
    return Colophon(tuple(lines), data.printing_organ or data.organ, f"{_date(data)}印发" if data.issued_on else "")
