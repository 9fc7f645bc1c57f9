"""《督导巡查通报》: the facts of an issue as plain values, and the paper made of them (documents.md §4).

Order: lead → 一、总体情况 → 二、存在问题 by category → the problem table → 三、整改要求 → 附件 → 署名, date → 版记.
The sentences are generated from the data (`bulletin_text`) unless the caller hands over his own.
"""

from __future__ import annotations

from collections.abc import Iterator

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
from dubu_desktop.domain.papers.cases import grouped
from dubu_desktop.domain.papers.figures import count
from dubu_desktop.domain.papers.parts import DRAFT_DATE, DRAFT_NUMBER, paragraphs
from dubu_desktop.domain.papers.printed import reworded
from dubu_desktop.domain.papers.sums import ids
from dubu_desktop.domain.papers.wording import issue_number, level_number, paper_date
from dubu_desktop.domain.text import listed


def bulletin(data: BulletinData) -> Paper:
    """The paper of an issue or of a draft. Pure: the same data give the same paper, down to the character."""
    paper = Paper(
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
    return reworded(paper, data.texts)


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
    blocks.append(_heading(data, 1, "overall_heading"))
    blocks.extend(paragraphs(data.overall or bulletin_text.overall(data)))
    blocks.append(_heading(data, 2, "problems_heading"))
    blocks.extend(_problems(data))
    if _table_in_body(data):
        blocks.extend(paragraphs(data.texts.say("table_lead")))
        blocks.append(bulletin_tables.problem_table(data))
    blocks.append(_heading(data, 3, "demands_heading"))
    if data.requirements:
        blocks.extend(bulletin_text.as_demand(one) for one in paragraphs(data.requirements))
    else:
        blocks.extend(Paragraph(text, lead, 2) for lead, text in bulletin_text.numbered(data))
    return tuple(blocks)


def _heading(data: BulletinData, place: int, key: str) -> Heading:
    return Heading(1, level_number(1, place) + data.texts.plain(key))


def _problems(data: BulletinData) -> Iterator[Block]:
    """The findings one by one, under their field of work or the unit that answers."""
    key = "unit_heading" if data.by_unit else "category_heading"
    for place, (name, items) in enumerate(grouped(data.items, data.by_unit), start=1):
        basis = f"由{name}负责的问题" if data.by_unit else f"类别属于{name}的问题"
        text = level_number(2, place) + data.texts.say(key, {"事项": name, "问题数": count(ids(items), basis)})
        yield Heading(2, text.text, text.figures)
        for number, item in enumerate(items, start=1):
            told = bulletin_text.item_told(item, data.naming is NamingLevel.PERSON, data.texts)
            yield Paragraph(told.text, level_number(3, number), 3, figures=told.figures)


def _attachments(data: BulletinData) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    if not _table_in_body(data):
        found.append(Attachment(data.texts.plain("list_title"), (bulletin_tables.problem_table(data),)))
    if data.reply_sheet:
        found.append(Attachment(data.texts.plain("sheet_title"), bulletin_tables.reply_sheet(data)))
    photos = tuple(photo for item in data.items for photo in item.photos)
    if photos:
        found.append(Attachment(data.texts.plain("photos_title"), (Photos(photos),)))
    return (*found, *data.extra_attachments)


def _colophon(data: BulletinData) -> Colophon:
    lines = []
    if data.report_to:
        lines.append((data.texts.plain("colophon_report"), listed(data.report_to) + "。"))
    if data.copy_to:
        lines.append((data.texts.plain("colophon_copy"), listed(data.copy_to) + "。"))
    printed = data.texts.plain("printed", {"日期": _date(data)}) if data.issued_on else ""
    return Colophon(tuple(lines), data.printing_organ or data.organ, printed)
