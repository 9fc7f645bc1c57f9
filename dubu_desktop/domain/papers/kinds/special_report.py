"""专报: one matter for the leaders, two pages at most (documents.md §4). No 主送: who gets it stands in the 版记."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Block, Format, Head, HeadStyle, Paper, Paragraph
from dubu_desktop.domain.papers.bulletin_text import by_category, counted, shortened
from dubu_desktop.domain.papers.figures import Told, count, joined, told
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    DRAFT_NUMBER,
    OPEN,
    colophon,
    date_of,
    heading,
    ids,
    para,
    paragraphs,
    where_and_when,
)
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.papers.wording import date_span, issue_number, level_number
from dubu_desktop.domain.text import listed

#: so many cases, each so long, keep within two pages
CASES, CASE_LENGTH = 4, 80


def _opening(d: Dossier) -> Told:
    when = date_span(*d.period) if d.period else ""
    who = d.letterhead.organ + (f"组织{listed(d.groups, 3)}" if d.groups and d.office else "")
    begin = f"{when}，{who}" if when else who
    found = count(ids(d.findings), "本专报列入的问题")
    return begin + "开展督导巡查，发现问题" + found + "个。现将有关情况专报如下。"


def _state(d: Dossier) -> Told:
    """By field, by gravity, what is closed and what is overdue: counted from the findings told."""
    parts: list[str | Told] = []
    fields = (name + count(ids(of), f"类别属于{name}的问题") + "个" for name, of in by_category(d.findings))
    parts.append("从领域看，" + joined(fields) + "。")
    gravity = counted(d.findings, lambda f: f.severity, "严重程度")
    if gravity:
        parts.append("从程度看，" + gravity + "。")
    closed = [f for f in d.findings if f.state not in OPEN]
    late = [f for f in d.findings if f.overdue]
    parts.append("目前已销号" + count(ids(closed), "状态为已销号或已有其他结论的问题") + "个")
    parts.append("，逾期未完成" + count(ids(late), "整改期限已过、尚未核查通过的问题") + "个。")
    return joined(parts, "")


def _case(place: int, f: FindingTold) -> Paragraph:
    late = f"已逾期{f.overdue}天。" if f.overdue else ""
    return para(f"{where_and_when(f)}{shortened(f.facts, CASE_LENGTH)}{late}（{f.number}）", level_number(3, place), 3)


def _causes(findings: tuple[FindingTold, ...]) -> Told:
    again = [f for f in findings if f.repeats]
    late = [f for f in findings if f.overdue]
    parts: list[str | Told] = []
    if again:
        parts.append("有" + count(ids(again), "以往发现过或销号后反弹的问题") + "个属反复出现，长效机制没有跟上；")
    if late:
        parts.append("有" + count(ids(late), "整改期限已过的问题") + "个逾期，责任单位抓落实不够有力；")
    return joined([*parts, "部分行业责任单位和属地责任单位日常排查不经常、不细致。"], "")


def _body(d: Dossier) -> tuple[Block, ...]:
    pressing = sorted(d.findings, key=lambda f: (not f.urgent, -f.overdue, -len(f.urges), f.number))[:CASES]
    opening = paragraphs(d.options["lead"]) if d.options["lead"] else [para(_opening(d))]
    return (
        *opening,
        heading(1, "一、总体情况"),
        para(_state(d)),
        heading(1, "二、突出问题和原因"),
        *(_case(place, f) for place, f in enumerate(pressing, start=1)),
        para(_causes(d.findings)),
        heading(1, "三、工作建议"),
        *paragraphs(told(d.options["proposal"])),
    )


def build(d: Dossier) -> Paper:
    """The issue: mark, 第N期, who and when above the red line; the body; 报送 in the 版记."""
    number = issue_number(d.serial) if d.serial else DRAFT_NUMBER
    head = Head("督查专报", number, HeadStyle.ISSUE, d.letterhead.organ, date_of(d))
    report = d.letterhead.report_to or ("领导小组组长、副组长",)
    return Paper(head, "关于督导巡查发现突出问题情况的专报", "", _body(d), colophon=colophon(d, report=report))


KIND = PaperKind(
    "special_report",
    "专报",
    Goes.UP,
    Format.DOCUMENT,
    Rests.FINDINGS,
    build,
    word="督专报",
    options=(
        Option("lead", "导语"),
        Option(
            "proposal",
            "工作建议",
            "对逾期未完成的，限期整改到位，仍未完成的按规定提请挂牌督办；对反复出现的，请行业责任单位牵头专项排查，建立长效机制。"
            "督导巡查组逐项现场核查，结果续报。",
        ),
    ),
)
