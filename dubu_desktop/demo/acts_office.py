"""What the office does in the demo: units, groups, tasks, the course of findings, instructions, conflicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from dubu_desktop.demo import county
from dubu_desktop.demo.county_findings import BY_KEY
from dubu_desktop.demo.county_story import TASKS, Conflict, Instruction, Step, Task, at
from dubu_desktop.demo.stage import OFFICE, Stage

# --- the beginning -----------------------------------------------------------------------------------------------


def add_units(stage: Stage) -> None:
    """All units of the county, parents first."""
    for unit in county.UNITS:
        stage.clerk(
            "add_unit",
            name=unit.name,
            short_name=unit.short_name,
            unit_kind=str(unit.kind),
            side=str(unit.side),
            parent=unit.parent,
            aliases=list(unit.aliases),
        )


def enrol(stage: Stage, group: county.GroupRow) -> None:
    """A group is enrolled: starter file on the stick, code on paper; then its workspace is made from them."""
    out = str(stage.bundles / "开通文件")
    given = stage.director("enrol_group", code=group.code, name=group.name, leader=group.leader, out=out)
    stage.open_group(group, given.extra)


# --- tasks -------------------------------------------------------------------------------------------------------


def issue_tasks(stage: Stage) -> None:
    """The six tasks of June, drafted by the clerk and issued by the director."""
    drafted: list[str] = []
    for task in TASKS:
        made = stage.clerk(
            "draft_task",
            title=task.title,
            groups=[task.group],
            requirement=task.requirement,
            source=task.source,
            objects=task.objects,
            units=list(task.units),
            due_on=task.due_on.isoformat(),
        )
        drafted += made.ids
    stage.director("issue_task", tasks=drafted)


def sign_for_tasks(stage: Stage) -> None:
    """Each leader signs for the group's task and the group starts."""
    for task in TASKS:
        stage.leader(task.group, "sign_for_task", task=task.title)
        stage.member(task.group, "start_task", task=task.title)


def reported_at(task: Task) -> datetime:
    """Early on its last day, before the group's stick leaves."""
    return datetime.combine(task.due_on, at("06-01T08:05").time())


def report_task(stage: Stage, task: Task) -> None:
    """A group reports its task."""
    stage.leader(task.group, "report_task", task=task.title, report=task.report)


def complete_task(stage: Stage, task: Task) -> None:
    """The director accepts a report."""
    stage.director("complete_task", task=task.title)


# --- the course of findings --------------------------------------------------------------------------------------


def _numbers(stage: Stage, steps: Sequence[Step]) -> list[str]:
    return [stage.numbers[step.finding] for step in steps]


def _confirm(stage: Stage, steps: Sequence[Step]) -> None:
    stage.clerk("confirm_finding", findings=_numbers(stage, steps))


def _assign(stage: Stage, steps: Sequence[Step]) -> None:
    for step in steps:
        finding = BY_KEY[step.finding]
        number = stage.numbers[step.finding]
        stage.director("assign_rectification", findings=[number], term=finding.term, days=finding.days)


def _reply(stage: Stage, steps: Sequence[Step]) -> None:
    for step in steps:
        stage.clerk("record_reply", finding=stage.numbers[step.finding], reply=step.text, **step.more)


def _close(stage: Stage, steps: Sequence[Step]) -> None:
    stage.director("close_finding", findings=_numbers(stage, steps))


def _merge(stage: Stage, steps: Sequence[Step]) -> None:
    for step in steps:
        into = stage.numbers[step.more["into"]]
        stage.director("merge_finding", finding=stage.numbers[step.finding], into=into, reason=step.text)


def _extend(stage: Stage, steps: Sequence[Step]) -> None:
    for step in steps:
        numbers = [stage.numbers[step.finding]]
        stage.director("extend_rectification", findings=numbers, due_on=step.more["due_on"], reason=step.text)


def _urge(stage: Stage, steps: Sequence[Step]) -> None:
    for step in steps:
        numbers = [stage.numbers[step.finding]]
        made = stage.clerk("urge", findings=numbers, channel=step.more["channel"], text=step.text)
        stage.clerk("answer_urge", urge=made.ids[-1], response=step.more["response"])


#: {event of a step: how the office takes it}
ACTS: dict[str, Callable[[Stage, Sequence[Step]], None]] = {
    "confirm": _confirm,
    "assign": _assign,
    "reply": _reply,
    "close_out": _close,
    "merge_into": _merge,
    "extend": _extend,
    "urge": _urge,
}


# --- instructions and conflicts ----------------------------------------------------------------------------------


def instruct(stage: Stage, given: Instruction) -> None:
    """A leader's 批示: due date, priority and a task in one step; then the task is issued."""
    made = stage.director(
        "record_instruction",
        leader=given.leader,
        text=given.text,
        title=given.title,
        given_on=given.given_on.isoformat(),
        findings=[stage.numbers[key] for key in given.findings],
        due_on=given.due_on.isoformat(),
        groups=list(given.groups),
    )
    stage.director("issue_task", tasks=made.extra["tasks"])


def take_instruction(stage: Stage, given: Instruction) -> None:
    """The groups of an instruction sign for their task and start."""
    for code in given.groups:
        stage.leader(code, "sign_for_task", task=given.title)
        stage.member(code, "start_task", task=given.title)


def office_edits(stage: Stage, conflict: Conflict) -> None:
    """The clerk changes a field of a finding."""
    number = stage.numbers[conflict.finding]
    values = {conflict.field: conflict.by_office}
    stage.clerk("edit_finding", finding=number, values=values, reason="电话核实后改写")


def decide(stage: Stage, conflict: Conflict) -> None:
    """The clerk decides between the two values."""
    record = stage.record_of("finding", stage.numbers[conflict.finding])
    stage.clerk("decide_conflict", record=record, field=conflict.field, value=conflict.decided)


__all__ = ["ACTS", "OFFICE"]
