"""督查情况报告: what came of a task, upward (documents.md §4). By the office with 签发人; by a group as 白头."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Attachment, Block, Format, Head, Paper, Signature
from dubu_desktop.domain.papers.bulletin_text import shortened
from dubu_desktop.domain.papers.cases import came_again, typical
from dubu_desktop.domain.papers.figures import at_most, count, figure
from dubu_desktop.domain.papers.kind import GROUP_BY, Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    OPEN,
    colophon,
    date_of,
    ids,
    number_of,
    numbered_para,
    paragraphs,
    pick,
    problems,
    sections,
    whole,
)
from dubu_desktop.domain.papers.sums import fields_of, groups_of, late_of, repeats_of, sums
from dubu_desktop.domain.papers.template import Value
from dubu_desktop.domain.papers.told import Dossier, FindingTold, TaskTold
from dubu_desktop.domain.papers.wording import date_span, names_in

#: typical cases told in the body; the attachment lists all
CASES, CASE_LENGTH = 6, 140


def _done(d: Dossier, task: TaskTold) -> list[Block]:
    values: dict[str, Value] = {
        "任务编号": task.number,
        "任务名称": task.title,
        "督巡组": task.group,
        "时间": date_span(*d.period) if d.period else "",
        "活动数": count((v.id for v in d.visits), "发现所列问题的督导活动", "visit"),
        "问题数": count(ids(d.findings), "该任务下已定稿的问题"),
        "办理结果": whole(task.report),
    }
    return [*paragraphs(d.texts.say("done", values))]


def _results(d: Dossier) -> list[Block]:
    closed = [f for f in d.findings if f.state not in OPEN]
    share = f"{100 * len(closed) // len(d.findings)}%" if d.findings else "0%"
    values: dict[str, Value] = {
        "状态": sums(d.findings, lambda f: f.status, "状态"),
        "完成率": figure(share, ids(d.findings), "已销号和已有其他结论的问题占所列问题的比例，按整数取舍"),
        "销号数": count(ids(closed), "状态为已销号或已有其他结论的问题"),
        "逾期数": late_of(d.findings),
    }
    return [*paragraphs(d.texts.say("results", values))]


def _found(d: Dossier) -> list[Block]:
    if not d.findings:
        return [*paragraphs(d.texts.say("none"))]
    values: dict[str, Value] = {
        "问题数": count(ids(d.findings), "该任务下已定稿的问题"),
        "领域": fields_of(d.findings),
        "分组": groups_of(d),
        "程度": sums(d.findings, lambda f: f.severity, "严重程度"),
    }
    cases = enumerate(typical(d.findings, CASES), start=1)
    return [
        *paragraphs(d.texts.say("found", values)),
        *(block for place, f in cases for block in numbered_para(place, d.texts.say("case", _case(f)))),
    ]


def _case(f: FindingTold) -> dict[str, Value]:
    return {
        "地点": f.place,
        "发现日期": f.found_text,
        "情况": shortened(f.facts, CASE_LENGTH).replace("（详见正文）", "（详见附件）"),
        "编号": f.number,
        "问题状态": f.status,
        "逾期天数": figure(str(f.overdue), [f.id], "今日与整改期限相差的自然日") if f.overdue else "",
    }


def _left(d: Dossier) -> list[Block]:
    """Problems that came again, what is late, what was not visited: said, not left out."""
    again, late = came_again(d.findings), [f for f in d.findings if f.overdue]
    left: dict[str, Value] = {
        "反复数": count(ids(again), "以往发现过或销号后反弹的问题") if again else "",
        "反复": repeats_of(d.findings),
        "逾期数": late_of(d.findings) if late else "",
    }
    number = figure(str(len(d.unvisited)), d.unvisited_ids, "任务所列、没有督导活动也没有发现问题的单位", "unit")
    unseen: dict[str, Value] = {"未到访": at_most(d.unvisited, 10, number), "未到访数": number if d.unvisited else ""}
    return [*paragraphs(d.texts.say("left", left)), *paragraphs(d.texts.say("unseen", unseen))]


def build(d: Dossier) -> Paper:
    """The report: what was done, found, is still open, what is proposed; the list of problems as attachment."""
    task = d.task
    assert task is not None
    body = (
        *sections(
            d,
            ("done_heading", _done(d, task)),
            ("found_heading", _found(d)),
            ("results_heading", _results(d) if d.findings else []),
            ("left_heading", _left(d)),
            ("proposal_heading", paragraphs(pick(d, "proposal"))),
        ),
        *paragraphs(d.texts.say("closing")),
    )
    title = d.texts.plain("title", {"任务名称": task.title})
    table = problems(d.findings, d.day.year)
    lists = (Attachment(d.texts.plain("list_title"), (table,)),) if d.findings else ()
    to = d.texts.plain("to_body" if d.office else "to_office", {"领导小组": d.letterhead.body})
    if not d.office:
        signature = Signature(d.letterhead.organ, date_of(d), sealed=False)
        return Paper(Head("", ""), title, to, body, lists, signature, format=Format.PLAIN)
    head = Head(d.letterhead.mark, number_of(d), signers=names_in(d.signer) or ("　　　",))
    signature = Signature(d.letterhead.organ, date_of(d), d.letterhead.sealed)
    return Paper(head, title, to, body, lists, signature, colophon(d, copy=d.letterhead.copy_to))


KIND = PaperKind(
    "inspection_report",
    "督查情况报告",
    Goes.UP,
    Format.DOCUMENT,
    Rests.TASK,
    build,
    word="督报",
    options=(Option("proposal", "下一步建议", text="proposal"), GROUP_BY),
    tasks=("reported", "completed", "underway"),
    joint=True,
)
