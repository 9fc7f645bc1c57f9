"""专报: one matter for the leaders, two pages at most (documents.md §4). No 主送: who gets it stands in the 版记."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Block, Format, Head, HeadStyle, Paper
from dubu_desktop.domain.papers.bulletin_text import place_of, shortened
from dubu_desktop.domain.papers.cases import came_again, typical
from dubu_desktop.domain.papers.figures import at_most, count, figure
from dubu_desktop.domain.papers.kind import GROUP_BY, Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    DRAFT_NUMBER,
    OPEN,
    colophon,
    date_of,
    ids,
    numbered_para,
    paragraphs,
    pick,
    sections,
)
from dubu_desktop.domain.papers.sums import fields_of, groups_of, late_of, repeats_of, sums, unseen_of
from dubu_desktop.domain.papers.template import Value
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.papers.wording import date_span, issue_number

#: so many cases, each so long, so many names, keep within two pages
CASES, CASE_LENGTH = 3, 60
REPEATS, NAMES = 2, 3


def _opening(d: Dossier) -> list[Block]:
    groups = figure(str(len(d.groups)), ids(d.findings), "发现本专报所列问题的督巡组，各计一次")
    values: dict[str, Value] = {
        "时间": date_span(*d.period) if d.period else "",
        "发文机关": d.letterhead.organ,
        "各组": at_most(d.groups, 3, groups) if d.office else "",
        "问题数": count(ids(d.findings), "本专报列入的问题"),
    }
    return [*paragraphs(d.options["lead"] or d.texts.say("opening", values))]


def _state(d: Dossier) -> list[Block]:
    """By field, by gravity, what is closed and what is overdue: counted from the findings told."""
    closed = [f for f in d.findings if f.state not in OPEN]
    values: dict[str, Value] = {
        "问题数": count(ids(d.findings), "本专报列入的问题"),
        "领域": fields_of(d.findings),
        "分组": groups_of(d),
        "程度": sums(d.findings, lambda f: f.severity, "严重程度"),
        "状态": sums(d.findings, lambda f: f.status, "状态"),
        "销号数": count(ids(closed), "状态为已销号或已有其他结论的问题"),
        "逾期数": late_of(d.findings),
    }
    return [*paragraphs(d.texts.say("state", values))]


def _case(d: Dossier, place: int, f: FindingTold) -> list[Block]:
    late = figure(str(f.overdue), [f.id], "今日与整改期限相差的自然日") if f.overdue else ""
    values: dict[str, Value] = {
        "地点": place_of(f),
        "发现日期": f.found_text,
        "情况": shortened(f.facts, CASE_LENGTH).replace("（详见正文）", ""),
        "逾期天数": late,
        "编号": f.number,
        "问题状态": f.status,
    }
    return [*numbered_para(place, d.texts.say("case", values))]


def _again(d: Dossier) -> list[Block]:
    """What came again, why, and where nobody went: said, not left out."""
    again, late = came_again(d.findings), [f for f in d.findings if f.overdue]
    causes: dict[str, Value] = {
        "反复数": count(ids(again), "以往发现过或销号后反弹的问题") if again else "",
        "逾期数": late_of(d.findings) if late else "",
    }
    repeated = d.texts.say("repeated", {"反复": repeats_of(d.findings, REPEATS)})
    return [
        *paragraphs(repeated + d.texts.say("causes", causes)),
        *paragraphs(d.texts.say("unseen", unseen_of(d, NAMES))),
    ]


def build(d: Dossier) -> Paper:
    """The issue: mark, 第N期, who and when above the red line; the leader's column; the body; 报送 in the 版记."""
    number = issue_number(d.serial) if d.serial else DRAFT_NUMBER
    head = Head(d.texts.plain("mark"), number, HeadStyle.ISSUE, d.letterhead.organ, date_of(d))
    unseen = bool(d.unseen_areas or d.unseen_tasks)
    column = bool(d.options["leader_column"])
    # one fewer pays for the lines that say where nobody went, one for those that stand beside the leader's column
    cases = typical(d.findings, CASES - unseen - (column and len(d.findings) > CASES))
    body = [
        *_opening(d),
        *sections(
            d,
            ("state_heading", _state(d)),
            ("cases_heading", [b for place, f in enumerate(cases, start=1) for b in _case(d, place, f)]),
            ("causes_heading", _again(d)),
            ("proposal_heading", paragraphs(pick(d, "proposal"))),
        ),
    ]
    report = d.letterhead.report_to or (d.texts.plain("report_to"),)
    title = d.texts.plain("title", {"事项": ""})
    label = "领导批示" if column else ""
    return Paper(head, title, "", tuple(body), colophon=colophon(d, report=report), leader_column=label)


KIND = PaperKind(
    "special_report",
    "专报",
    Goes.UP,
    Format.DOCUMENT,
    Rests.FINDINGS,
    build,
    word="督专报",
    options=(
        Option("lead", "导语", text="opening"),
        Option("proposal", "工作建议", text="proposal"),
        GROUP_BY,
        Option("leader_column", "批示栏", True),
    ),
    issue=True,
)
