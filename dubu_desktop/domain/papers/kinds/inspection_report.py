"""督查情况报告: what came of a task, upward (documents.md §4). By the office with 签发人; by a group as 白头."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Attachment, Block, Format, Head, Paper, Signature
from dubu_desktop.domain.papers.bulletin_text import by_category, counted, shortened
from dubu_desktop.domain.papers.figures import Told, count, figure, joined
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    OPEN,
    colophon,
    date_of,
    heading,
    ids,
    number_of,
    para,
    paragraphs,
    problems,
    whole,
)
from dubu_desktop.domain.papers.told import Dossier, FindingTold, TaskTold
from dubu_desktop.domain.papers.wording import date_span, level_number
from dubu_desktop.domain.text import listed

#: typical cases told in the body; the attachment lists all
CASES, CASE_LENGTH = 6, 140


def _done(d: Dossier, task: TaskTold) -> Told:
    when = date_span(*d.period) if d.period else ""
    visits = count((v.id for v in d.visits), "发现所列问题的督导活动", "visit")
    text = f"按照{task.number}交办要求，{task.group}{when}" + "开展督导巡查" + visits + "次，"
    return text + "发现问题" + count(ids(d.findings), "该任务下已定稿的问题") + "个。" + whole(task.report)


def _results(d: Dossier) -> Told:
    closed = [f for f in d.findings if f.state not in OPEN]
    share = f"{100 * len(closed) // len(d.findings)}%" if d.findings else "0%"
    states = counted(d.findings, lambda f: f.status, "状态")
    text = "截至报告形成时，" + (states + "；" if states else Told())
    rate = figure(share, ids(d.findings), "已销号和已有其他结论的问题占所列问题的比例，按整数取舍")
    return text + "整改完成率" + rate + "。"


def _found(findings: tuple[FindingTold, ...]) -> list[Block]:
    fields = joined(name + count(ids(of), f"类别属于{name}的问题") + "个" for name, of in by_category(findings))
    blocks: list[Block] = [para("主要是：" + fields + "。典型情况如下。")] if findings else [para("未发现问题。")]
    for place, f in enumerate(findings[:CASES], start=1):
        text = f"{f.place}：{shortened(f.facts, CASE_LENGTH)}（{f.number}，{f.status}）"
        blocks.append(para(text, level_number(3, place), 3))
    return blocks


def _left(d: Dossier) -> list[Block]:
    """Problems that came again, what is late, what was not visited: said, not left out."""
    again, late = [f for f in d.findings if f.repeats], [f for f in d.findings if f.overdue]
    texts: list[str | Told] = []
    if again:
        texts.append("反复出现的问题" + count(ids(again), "以往发现过或销号后反弹的问题") + "个。")
    if late:
        texts.append("逾期未完成的问题" + count(ids(late), "整改期限已过、尚未核查通过的问题") + "个。")
    texts.append(f"尚未到访：{listed(d.unvisited)}。" if d.unvisited else "任务所列督导对象均已到访。")
    return [para(joined(texts, ""))]


def build(d: Dossier) -> Paper:
    """The report: what was done, found, is still open, what is proposed; the list of problems as attachment."""
    task = d.task
    assert task is not None
    body = (
        heading(1, "一、工作开展情况"),
        para(_done(d, task)),
        heading(1, "二、发现的主要问题"),
        *_found(d.findings),
        heading(1, "三、整改情况"),
        para(_results(d)),
        heading(1, "四、存在的不足"),
        *_left(d),
        heading(1, "五、下一步建议"),
        *paragraphs(d.options["proposal"]),
        para("特此报告。"),
    )
    title = f"关于{task.title}情况的报告"
    lists = (Attachment("发现问题清单", (problems(d.findings, d.day.year),)),) if d.findings else ()
    if not d.office:
        to = f"{d.letterhead.body}办公室："
        signature = Signature(d.letterhead.organ, date_of(d), sealed=False)
        return Paper(Head("", ""), title, to, body, lists, signature, format=Format.PLAIN)
    head = Head(d.letterhead.mark, number_of(d), signers=(d.signer or "　　　",))
    signature = Signature(d.letterhead.organ, date_of(d), d.letterhead.sealed)
    to = f"{d.letterhead.body}："
    return Paper(head, title, to, body, lists, signature, colophon(d, copy=d.letterhead.copy_to))


KIND = PaperKind(
    "inspection_report",
    "督查情况报告",
    Goes.UP,
    Format.DOCUMENT,
    Rests.TASK,
    build,
    word="督报",
    options=(
        Option(
            "proposal",
            "下一步建议",
            "对尚未完成整改的问题，持续跟踪督办，逐项现场核查。\n对反复出现的问题，请行业责任单位举一反三，研究治本措施。",
        ),
    ),
    tasks=("reported", "completed", "underway"),
)
