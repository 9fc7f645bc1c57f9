"""督导巡查工作任务交办单: the office hands a task to a group (documents.md §4)."""

from __future__ import annotations

from dataclasses import replace

from dubu_desktop.domain.papers.blocks import Format, Grid, Head, Paper
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import BLANK_DATE, DRAFT_NUMBER, day_or, filled, issuer, to_sign
from dubu_desktop.domain.papers.told import Dossier, TaskTold
from dubu_desktop.domain.text import listed


def _objects(task: TaskTold) -> str:
    units = f"督导对象：{listed(task.units)}" if task.units else ""
    return "\n".join(
        part for part in (units, f"重点：{task.objects}" if task.objects and units else task.objects) if part
    )


def build(d: Dossier) -> Paper:
    """The form: what, whom, by when, how to report; then who hands over and who takes over."""
    task = d.task
    assert task is not None
    leader = f"（组长：{task.leader}）" if task.leader else ""
    rows = (
        filled(("督导巡查组", f"{task.group}{leader}")),
        filled(("任务名称", task.title)),
        filled(("任务来源", task.source), ("交办日期", day_or(task.issued_on, "（草拟，未交办）"))),
        filled(("完成时限", day_or(task.due_on)), ("紧急程度", "紧急" if task.urgent else "一般")),
        filled(("督导对象\n及重点", _objects(task)), height_mm=28),
        filled(("工作要求", task.requirement), height_mm=40),
        filled(("反馈方式", task.feedback or "仅报领导小组办公室")),
        issuer(replace(d, letterhead=replace(d.letterhead, contact=task.contact or d.letterhead.contact))),
        to_sign("签　　收", d.options["receipt"], f"签收人：　　　　　　\n{BLANK_DATE}", 24),
    )
    number = task.number or DRAFT_NUMBER
    return Paper(Head("", f"编号：{number}"), "督导巡查工作任务交办单", "", (Grid(rows),))


KIND = PaperKind(
    "task_order",
    "督导巡查工作任务交办单",
    Goes.GROUP,
    Format.FORM,
    Rests.TASK,
    build,
    word="督交",
    options=(Option("receipt", "签收说明", "请于收到当日签收，并按时限办理。"),),
)
