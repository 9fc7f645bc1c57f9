"""Tasks and visits: what the office asks for, and how a group goes about it."""

from __future__ import annotations

from typing import Any

from dubu_desktop.actions import given, paper_series, rules
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import GROUP_EDITION, OFFICE_EDITION, verb
from dubu_desktop.db import queries
from dubu_desktop.domain.calendar import MAX_DAYS, shipped_calendar
from dubu_desktop.domain.fields import clean
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, Role
from dubu_desktop.domain.records import TASK, VISIT
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)
_GROUP = (GROUP_EDITION,)


@verb("拟任务", editions=_OFFICE, roles=OFFICE_ROLES)
def draft_task(
    desk: Desk,
    *,
    title: str,
    groups: list[str],
    requirement: str = "",
    source: str = "other",
    objects: str = "",
    units: list[str] | None = None,
    due_on: str = "",
    feedback: str = "仅报领导小组办公室",
    contact: str = "",
    urgent: bool = False,
) -> None:
    """Draft a task: one per group, with a common parent where there are several. due_on empty: the rule's days."""
    given.said(title, "任务名称")
    if not groups:
        raise DubuError("D-308", missing="承办组")
    values: dict[str, Any] = {
        "title": title,
        "requirement": requirement,
        "source": source,
        "objects": objects,
        "units": [desk.find("unit", u) for u in units or []],
        "due_on": due_on,
        "feedback": feedback,
        "contact": contact,
        "urgent": urgent,
    }
    targets = list(dict.fromkeys(desk.find("group", g) for g in groups))
    parent = None
    for group in targets:
        made = desk.create("task", values | {"group": group, "parent": parent})
        parent = parent or (made if len(targets) > 1 else None)


@verb("修改任务", editions=_OFFICE, roles=OFFICE_ROLES)
def edit_task(desk: Desk, *, task: str, values: dict[str, Any], reason: str = "") -> None:
    """Change a task's text, objects, units or (while drafted) its group and due date."""
    record = desk.find("task", task)
    desk.set(record, given.values(desk, "task", values, desk.state(record).status), reason)


@verb("交办任务", editions=_OFFICE, roles=(Role.DIRECTOR,), undoable=False, hub=True)
def issue_task(desk: Desk, *, tasks: list[str]) -> None:
    """Issue drafted tasks: each takes its number and, where it has none, its due date."""
    in_force = rules.current(desk.conn)
    for ref in tasks:
        record = desk.find("task", ref)
        state = desk.state(record)
        number = paper_series.next_task_number(desk.conn, in_force.rules, desk.today.year)
        due_on, why = state.get("due_on"), "交办时定"
        if not due_on:
            deadlines = in_force.rules.deadlines
            due = shipped_calendar().due(desk.today, deadlines.task_days, working=deadlines.working_days)
            due_on, why = due.date.isoformat(), due.why
        desk.set(
            record,
            {
                "number": number,
                "issued_on": desk.today.isoformat(),
                "due_on": due_on,
                "due_reason": why,
                "original_due_on": due_on,
            },
        )
        desk.step(record, "issue")
        _open_instruction(desk, state.get("instruction"), state.get("group"))
        desk.number = number


def _open_instruction(desk: Desk, instruction: bytes | None, group: bytes | None) -> None:
    """An instruction reaches the groups of the tasks made from it, once those are issued (contracts.md §4)."""
    if instruction and group:
        known = desk.state(instruction).get("groups") or []
        if group not in known:
            desk.set(instruction, {"groups": [*known, group]})


@verb("签收任务", editions=_GROUP, roles=(Role.LEADER,))
def sign_for_task(desk: Desk, *, task: str) -> None:
    """Sign for a task."""
    desk.step(desk.find("task", task), "sign_for")


@verb("开始办理任务", editions=_GROUP, roles=(Role.LEADER, Role.MEMBER))
def start_task(desk: Desk, *, task: str) -> None:
    """Start working on a task."""
    desk.step(desk.find("task", task), "start")


@verb("报告任务", editions=_GROUP, roles=(Role.LEADER,))
def report_task(desk: Desk, *, task: str, report: str) -> None:
    """Report the result of a task to the office."""
    if not report.strip():
        raise DubuError("D-308", missing="办理结果")
    record = desk.find("task", task)
    desk.set(record, {"report": report})
    desk.step(record, "report")


@verb("办结任务", editions=_OFFICE, roles=(Role.DIRECTOR,))
def complete_task(desk: Desk, *, task: str) -> None:
    """Complete a task whose group has reported."""
    desk.step(desk.find("task", task), "complete")


@verb("任务转步", editions=_OFFICE, roles=(Role.DIRECTOR,))
def turn_task(desk: Desk, *, task: str, event: str, reason: str) -> None:
    """Send a reported task back, cancel it, or reopen it. event: send_back, cancel, reopen."""
    if event not in ("send_back", "cancel", "reopen"):
        raise DubuError("D-305", detail=event)
    desk.step(desk.find("task", task), event, reason)


@verb("任务延期", editions=_OFFICE, roles=(Role.DIRECTOR,))
def extend_task(desk: Desk, *, task: str, due_on: str, reason: str) -> None:
    """Give a task a new due date; the original one is kept for ever."""
    due_on = clean(TASK.by_name["due_on"], given.said(due_on, "新的时限"))
    record = desk.find("task", task)
    desk.step(record, "extend", reason, due_on=due_on)
    desk.set(record, {"due_on": due_on, "due_reason": f"延期：{reason}"})


@verb("开始督导活动")
def start_visit(
    desk: Desk,
    *,
    visit_kind: str,
    units: list[str] | None = None,
    place: str = "",
    members: list[str] | None = None,
    leader_present: bool = False,
    task: str = "",
    started_at: str = "",
    experts: list[str] | None = None,
    plan: str = "",
) -> None:
    """Start a visit, or with `plan` the planned one; the one still running is stopped first.

    Findings take their visit from it.
    """
    group = desk.ws.profile.side or None
    running = rules.running_visit(desk.conn, group)
    if running is not None:
        half_days = half_days_between(running["started_at"], desk.now)
        desk.set(running["uuid"], {"ended_at": desk.now, "half_days": half_days})
    ids = [desk.find("unit", u) for u in units or []]
    first = queries.row_of(desk.conn, "unit", ids[0]) if ids else None
    values: dict[str, Any] = {
        "visit_kind": visit_kind,
        "units": ids,
        "place": place or (first["name"] if first else ""),
        "members": members or ([desk.person.name] if desk.person else []),
        "leader_present": leader_present,
        "task": desk.find_or_none("task", task),
        "started_at": started_at or desk.now,
        "experts": experts,
    }
    if plan:
        desk.set(desk.find("visit", plan), values)
    else:
        desk.create("visit", values | {"group": group})


@verb("结束督导活动")
def stop_visit(desk: Desk, *, visit: str = "", ended_at: str = "", half_days: int = 0, note: str = "") -> None:
    """Stop a visit (the running one): when, how many half days it counts (0: from its times), and what happened."""
    if visit:
        record = desk.find("visit", visit)
    else:
        running = rules.running_visit(desk.conn, desk.ws.profile.side or None)
        if running is None:
            raise DubuError("D-306", what="正在进行的督导活动")
        record = running["uuid"]
    end = clean(VISIT.by_name["ended_at"], ended_at) or desk.now
    started = desk.state(record).get("started_at") or end
    values: dict[str, Any] = {"ended_at": end, "half_days": half_days or half_days_between(started, end)}
    if note:
        values["note"] = note
    desk.set(record, values)
    _check_times(desk, record)


def _check_times(desk: Desk, record: bytes) -> None:
    """A visit ends after it began and counts no fewer than no half days: shares of time rest on both (D-310)."""
    s = desk.state(record)
    if (s.get("ended_at") or "9") < (s.get("started_at") or ""):
        raise DubuError("D-310", field="结束时间", detail="早于开始时间")
    given.within(s.get("half_days"), 0, MAX_DAYS * 2, "半天数")


def half_days_between(started: str, ended: str) -> int:
    """Half days a visit counts: each half day (before and after noon) it touches, on every day it lasts."""
    from datetime import datetime

    begin, end = datetime.fromisoformat(started), datetime.fromisoformat(ended)
    halves = (end.date() - begin.date()).days * 2 + (end.hour >= 12) - (begin.hour >= 12) + 1
    return max(1, halves)


@verb("修改督导活动")
def edit_visit(desk: Desk, *, visit: str, values: dict[str, Any]) -> None:
    """Change fields of a visit: kind, times, units, members, leader present, place, note, plan."""
    record = desk.find("visit", visit)
    desk.set(record, given.values(desk, "visit", values, desk.state(record).status))
    _check_times(desk, record)


@verb("计划督导活动", editions=_GROUP)
def plan_visit(desk: Desk, *, visit_kind: str, planned_for: str, plan: str, units: list[str] | None = None) -> None:
    """Plan a visit, covert ones above all: the plan is only ever in the group's and the office's hands."""
    ids = [desk.find("unit", u) for u in units or []]
    values = {"visit_kind": visit_kind, "planned_for": planned_for, "plan": plan, "units": ids}
    desk.create("visit", values | {"group": desk.ws.profile.side})
