"""督导巡查工作任务交办单: the office hands a task to a group (documents.md §4)."""

from __future__ import annotations

from dataclasses import replace

from dubu_desktop.domain.papers.blocks import Format, Grid, Paper
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    DRAFT_NUMBER,
    day_or,
    filled,
    form_head,
    issuer,
    pick,
    to_be_signed,
    to_sign,
)
from dubu_desktop.domain.papers.told import Dossier
from dubu_desktop.domain.text import listed


def build(d: Dossier) -> Paper:
    """The form: what, whom, by when, how to report; then who hands over and who takes over."""
    task = d.task
    assert task is not None
    group = d.texts.plain("group", {"督巡组": task.group, "组长": task.leader})
    objects = d.texts.plain("objects", {"督导对象": listed(task.units), "重点": task.objects})
    rows = (
        filled(("督导巡查组", group)),
        filled(("任务名称", task.title)),
        filled(("任务来源", task.source), ("交办日期", day_or(task.issued_on, "（草拟，未交办）"))),
        filled(("完成时限", day_or(task.due_on)), ("紧急程度", "紧急" if task.urgent else "一般")),
        filled(("督导对象\n及重点", objects), height_mm=28),
        filled(("工作要求", task.requirement), height_mm=40),
        filled(("反馈方式", task.feedback or d.texts.plain("feedback"))),
        issuer(replace(d, letterhead=replace(d.letterhead, contact=task.contact or d.letterhead.contact))),
        to_sign("签　　收", pick(d, "receipt"), to_be_signed(d, "receipt_sign_here"), 24),
    )
    number = task.number or DRAFT_NUMBER
    return Paper(form_head(d, number), d.texts.plain("title"), "", (Grid(rows),))


KIND = PaperKind(
    "task_order",
    "督导巡查工作任务交办单",
    Goes.GROUP,
    Format.FORM,
    Rests.TASK,
    build,
    word="督交",
    options=(Option("receipt", "签收说明", text="receipt"),),
    figures=False,
)
