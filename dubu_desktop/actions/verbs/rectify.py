"""Rectification: assigned, urged, answered, verified, returned, closed; and instructions that set it going."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from dubu_desktop.actions import given as fields
from dubu_desktop.actions import rules
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.registry import BOTH, OFFICE_EDITION, verb
from dubu_desktop.db import queries
from dubu_desktop.domain.calendar import shipped_calendar
from dubu_desktop.domain.facts import awaits_due
from dubu_desktop.domain.fields import clean
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, FindingStatus, PlainStatus, Role
from dubu_desktop.domain.records import RECTIFICATION
from dubu_desktop.domain.records.finding import EvidenceRole
from dubu_desktop.errors import DubuError

_OFFICE = (OFFICE_EDITION,)
_SPACE = uuid.UUID("0a5b3f0e-6d0c-5c9b-8a57-7265637469aa")


def rectification_id(finding: bytes) -> bytes:
    """The id of a finding's one Rectification: made from the finding's, so that a restored office makes no second."""
    return uuid.uuid5(_SPACE, finding.hex()).bytes


def assign(desk: Desk, record: bytes, *, start: date, due_on: str = "", given: dict[str, Any] | None = None) -> None:
    """交整改 one confirmed finding: its Rectification with kind, due date, units and verifying group.

    `given`: term, days, verify_group (id), requirement, document; what is left out comes from category and rules.
    D-308 when no verifying group can be told: the default is the finder, else it must be named (contracts.md §2).
    """
    given = given or {}
    s = desk.state(record)
    category = queries.row_of(desk.conn, "category", s.get("category")) if s.get("category") else None
    term = clean(RECTIFICATION.by_name["term"], given.get("term")) or (category or {}).get("term") or "limited"
    due_on = clean(RECTIFICATION.by_name["due_on"], due_on) or ""
    verify_group = given.get("verify_group") or s.get("finder_group")
    if not verify_group:
        raise DubuError("D-308", missing="核查组（办公室登记的问题要写明由哪一组核查）")
    own_term = category is not None and term == category["term"]
    usual = category["days"] if category is not None and own_term else None
    in_force = rules.current(desk.conn).rules
    due = rules.due_date(in_force, start, term, s.get("severity", "ordinary"), given.get("days"), usual)
    why = rules.BY_PAPER if due_on else due.why
    wanted = due_on or due.date.isoformat()
    desk.step(record, "assign", term=term, due_on=wanted)
    values = {
        "finding": record,
        "term": term,
        "due_on": wanted,
        "due_reason": why,
        "original_due_on": wanted,
        "units": [u for u in (s.get("industry_unit"), s.get("territory_unit")) if u],
        "verify_group": verify_group,
        "requirement": given.get("requirement"),
        "document": given.get("document"),
    }
    own = rectification_id(record)
    if not queries.is_kind(desk.conn, own, "rectification"):
        desk.create("rectification", values, record=own)
        return
    if desk.state(own).status == PlainStatus.VOID:  # an assignment taken back and made again
        desk.retract(own)
        desk.set(own, {k: v for k, v in values.items() if k != "finding"})
    else:  # reopening keeps the one Rectification and its original date (contracts.md §2)
        desk.set(own, {k: v for k, v in values.items() if k not in ("finding", "original_due_on") and v})


@verb("交整改", editions=_OFFICE, roles=(Role.DIRECTOR,))
def assign_rectification(
    desk: Desk,
    *,
    findings: list[str],
    term: str = "",
    days: int = 0,
    due_on: str = "",
    verify_group: str = "",
    requirement: str = "",
) -> None:
    """Assign confirmed findings to their units. term: immediate, limited, long; days or due_on override the rule."""
    group = desk.find_or_none("group", verify_group)
    given = {"term": term, "days": days or None, "verify_group": group, "requirement": requirement}
    for finding in findings:
        assign(desk, desk.find("finding", finding), start=desk.today, due_on=due_on, given=given)


def _open(desk: Desk, finding: str) -> tuple[bytes, bytes]:
    record = desk.find("finding", finding)
    rectification = rules.rectification_of(desk.conn, record)
    if rectification is None:
        state = desk.state(record)
        raise DubuError("D-307", status=state.kind.lifecycle.status_label(state.status), event="办理整改")
    return record, rectification


@verb("修改整改", editions=_OFFICE, roles=OFFICE_ROLES)
def edit_rectification(desk: Desk, *, finding: str, values: dict[str, Any], reason: str = "") -> None:
    """Change measures, owner, progress, requirement, or the verifying group of a finding's rectification."""
    _, rectification = _open(desk, finding)
    wanted = fields.values(desk, "rectification", values, desk.state(rectification).status)
    fields.within(wanted.get("progress"), 0, 100, "进展百分比")
    if "verify_group" in wanted and not wanted["verify_group"]:
        raise DubuError("D-308", missing="核查组")
    desk.set(rectification, wanted, reason)


@verb("整改延期", editions=_OFFICE, roles=(Role.DIRECTOR,))
def extend_rectification(desk: Desk, *, findings: list[str], due_on: str, reason: str) -> None:
    """Give rectifications a new due date; the original one is never lost."""
    for finding in findings:
        record, rectification = _open(desk, finding)
        extend(desk, record, rectification, due_on, reason)


def extend(desk: Desk, record: bytes, rectification: bytes, due_on: str, reason: str) -> None:
    """延期 one finding; D-308 without a date."""
    due_on = clean(RECTIFICATION.by_name["due_on"], fields.said(due_on, "新的期限"))
    desk.step(record, "extend", reason, due_on=due_on)
    values: dict[str, Any] = {"due_on": due_on, "due_reason": f"延期：{reason}"}
    if not desk.state(rectification).get("original_due_on"):
        values["original_due_on"] = due_on
    desk.set(rectification, values)


@verb("督促", editions=_OFFICE, roles=OFFICE_ROLES)
def urge(desk: Desk, *, findings: list[str], channel: str = "phone", text: str = "", urged_at: str = "") -> None:
    """Urge the units of findings being rectified. channel: phone, notice, on_site, meeting, letter."""
    for finding in findings:
        record, _ = _open(desk, finding)
        desk.create("urge", {"finding": record, "channel": channel, "text": text, "urged_at": urged_at or desk.now})


@verb("记督促答复", editions=_OFFICE, roles=OFFICE_ROLES)
def answer_urge(desk: Desk, *, urge: str, response: str) -> None:
    """Record what a unit answered to an urge."""
    desk.set(desk.find("urge", urge), {"response": response})


@verb("记单位反馈", editions=_OFFICE, roles=(Role.CLERK,))
def record_reply(
    desk: Desk,
    *,
    finding: str,
    reply: str,
    replied_on: str = "",
    measures: str = "",
    owner: str = "",
    progress: int = 100,
) -> None:
    """Record a unit's reply: what was done, by whom; the finding then waits to be verified."""
    if not reply.strip():
        raise DubuError("D-308", missing="反馈内容")
    fields.within(progress, 0, 100, "进展百分比")
    record, rectification = _open(desk, finding)
    values: dict[str, Any] = {"reply": reply, "replied_on": replied_on or desk.today.isoformat(), "progress": progress}
    values |= {k: v for k, v in (("measures", measures), ("owner", owner)) if v}
    desk.set(rectification, values)
    desk.step(record, "reply")


@verb("核查通过", roles=(Role.LEADER,))
def verify_finding(desk: Desk, *, finding: str, result: str, verified_by: str = "", verified_on: str = "") -> None:
    """Verify on site: after-photo, verifier and date are needed (D-308)."""
    record, rectification = _open(desk, finding)
    after = queries.all_rows(desk.conn, "evidence", finding=record, role=str(EvidenceRole.AFTER))
    if not after and rules.current(desk.conn).rules.rectification.after_photo_required:
        raise DubuError("D-308", missing="整改后照片")
    desk.set(
        rectification,
        {
            "result": result,
            "verified_by": verified_by or (desk.person.name if desk.person else ""),
            "verified_on": verified_on or desk.today.isoformat(),
        },
    )
    desk.step(record, "verify")


@verb("退回重办", editions=BOTH)
def return_finding(desk: Desk, *, finding: str, reason: str) -> None:
    """Return a rectification for redo; counted with the urges (contracts.md §2)."""
    record, _ = _open(desk, finding)
    desk.step(record, "return_for_redo", reason)


@verb("销号", editions=_OFFICE, roles=(Role.DIRECTOR,))
def close_finding(desk: Desk, *, findings: list[str]) -> None:
    """Strike verified findings off the list; days early or late are kept for ever."""
    for finding in findings:
        record, rectification = _open(desk, finding)
        s = desk.state(rectification)
        done = s.get("verified_on") or desk.today.isoformat()
        values: dict[str, Any] = {"closed_on": desk.today.isoformat()}
        if s.get("due_on") and not awaits_due(desk.state(record)):
            late = shipped_calendar().days_late(date.fromisoformat(s.get("due_on")), date.fromisoformat(done))
            values["days_late"] = late
        desk.set(rectification, values)
        desk.step(record, "close_out")


@verb("记批示", editions=_OFFICE, roles=OFFICE_ROLES)
def record_instruction(
    desk: Desk,
    *,
    leader: str,
    text: str,
    title: str = "",
    given_on: str = "",
    findings: list[str] | None = None,
    due_on: str = "",
    urgent: bool = True,
    groups: list[str] | None = None,
) -> None:
    """Record an instruction; in one step its findings get due date and priority and a task is drafted per group.

    Confirmed findings are assigned, those already being rectified are extended to due_on (the director's step).
    """
    fields.said(leader, "批示领导")
    fields.said(text, "批示内容")
    named = [desk.find("finding", f) for f in findings or []]
    heading = title or text.strip().split("\n")[0][:40]
    day = given_on or desk.today.isoformat()
    values = {"leader": leader, "text": text, "title": heading, "given_on": day, "findings": named}
    record = desk.create("instruction", values | {"due_on": due_on, "urgent": urgent})
    for finding in named:
        _put_under(desk, finding, due_on, urgent)
    tasks = [_task_of(desk, record, heading, text, due_on, urgent, desk.find("group", g), named) for g in groups or []]
    if tasks:
        desk.set(record, {"tasks": tasks})
    desk.extra["tasks"] = [t.hex() for t in tasks]
    desk.extra["instruction"] = record.hex()


def _put_under(desk: Desk, finding: bytes, due_on: str, urgent: bool) -> None:
    if urgent:
        desk.set(finding, {"priority": True}, "领导批示")
    status = desk.state(finding).status
    if status == FindingStatus.CONFIRMED:
        assign(desk, finding, start=desk.today, due_on=due_on)
    elif status in (FindingStatus.RECTIFYING, FindingStatus.REPLIED) and due_on:
        rectification = rules.rectification_of(desk.conn, finding)
        if rectification is not None:
            extend(desk, finding, rectification, due_on, "按领导批示调整期限")


def _task_of(
    desk: Desk,
    instruction: bytes,
    title: str,
    text: str,
    due_on: str,
    urgent: bool,
    group: bytes,
    findings: list[bytes],
) -> bytes:
    values: dict[str, Any] = {
        "title": title,
        "requirement": text,
        "source": "instruction",
        "group": group,
        "due_on": due_on,
        "urgent": urgent,
        "instruction": instruction,
        "findings": findings,
        "feedback": "仅报领导小组办公室",
    }
    return desk.create("task", values)
