"""The tables of a 通报: the problem table and the sheet on which units answer."""

from __future__ import annotations

from dubu_desktop.domain.papers import bulletin_text
from dubu_desktop.domain.papers.blocks import Align, Block, Column, Paragraph, Table
from dubu_desktop.domain.papers.bulletin_data import BulletinData, NamingLevel
from dubu_desktop.domain.papers.told import FindingTold

#: 整改要求 of a problem for which nobody wrote one, by the label of its term
_REQUIREMENTS = {"限期": "limited", "长期": "long_term"}
#: Characters of the facts a narrow column can tell; 二、存在问题 tells them whole.
TABLE_FACTS = 160


def _due(item: FindingTold, year: int) -> str:
    """6月20日 within the year of the paper; else with the year."""
    if item.due_on is None:
        return item.term
    short = f"{item.due_on.month}月{item.due_on.day}日"
    return short if item.due_on.year == year else f"{item.due_on.year}年{short}"


def _units(item: FindingTold) -> str:
    """The responsible units, one to a line; the same unit is not named twice."""
    return "\n".join(dict.fromkeys(unit for unit in (item.territory_unit, item.industry_unit) if unit))


def problem_table(data: BulletinData) -> Table:
    """序号/责任单位/点位/存在问题/[责任人]/整改要求/期限/状态, 156 mm wide; 责任人 at the level 点人点事 only."""
    named = data.naming is NamingLevel.PERSON
    columns = (
        Column("序号", 11, Align.CENTRE),
        Column("责任单位", 20 if named else 26, Align.LEFT),
        Column("点位", 17 if named else 24, Align.LEFT),
        Column("存在问题", 38 if named else 39),
        *((Column("责任人", 18, Align.LEFT),) if named else ()),
        Column("整改要求", 17 if named else 20, Align.LEFT),
        Column("期限", 20 if named else 21, Align.CENTRE),
        Column("状态", 15, Align.CENTRE),
    )
    rows = tuple(_problem_row(data, item, place, named) for place, item in enumerate(data.items, start=1))
    return Table(columns, rows)


def _problem_row(data: BulletinData, item: FindingTold, place: int, named: bool) -> tuple[str, ...]:
    number = f"\n{item.number}" if item.number else ""
    return (
        str(place),
        _units(item),
        item.place,
        bulletin_text.shortened(item.facts, TABLE_FACTS) + number,
        *((bulletin_text.persons_of(item),) if named else ()),
        item.requirement or data.texts.plain(_REQUIREMENTS.get(item.term, "at_once")),
        _due(item, data.year),
        item.status,
    )


def reply_sheet(data: BulletinData) -> tuple[Block, ...]:
    """The sheet a unit fills in, one row per problem, number and units already written."""
    columns = (
        Column("序号", 11, Align.CENTRE),
        Column("问题编号", 38, Align.LEFT),
        Column("责任单位", 26, Align.LEFT),
        Column("整改措施及完成情况", 43, Align.LEFT),
        Column("完成时间", 20, Align.CENTRE),
        Column("责任人", 18, Align.CENTRE),
    )
    rows = tuple((str(place), item.number, _units(item), "", "", "") for place, item in enumerate(data.items, start=1))
    return (
        Paragraph(data.texts.plain("sheet_head"), indent=False),
        Table(columns, rows),
    )
