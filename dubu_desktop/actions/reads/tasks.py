"""Tasks: what the office asked of which group, by when, and how far it is."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dubu_desktop.actions.reads import conflicts, sent
from dubu_desktop.actions.reads.conflicts import ConflictView
from dubu_desktop.actions.reads.fieldviews import views
from dubu_desktop.actions.reads.findings import counted
from dubu_desktop.actions.reads.lists import ListFilter, document_ids
from dubu_desktop.actions.reads.notes import NoteRow, of_record
from dubu_desktop.actions.reads.offers import offer, offers
from dubu_desktop.actions.reads.parts import (
    ACCENT,
    BAD,
    NEUTRAL,
    OK,
    Available,
    Chip,
    FieldView,
    Named,
    day_of,
    is_pressing,
    light_chip,
    say_day,
)
from dubu_desktop.actions.reads.reader import Reader, raw, raw_or_none
from dubu_desktop.actions.reads.say import Say, label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, queries
from dubu_desktop.domain.lifecycle import TASK as LIFE
from dubu_desktop.domain.lifecycle import TaskStatus
from dubu_desktop.domain.lights import Light, light
from dubu_desktop.domain.records import TASK
from dubu_desktop.errors import DubuError

T = TaskStatus
#: given to a group and not finished
RUNNING = (T.ISSUED, T.ACCEPTED, T.UNDERWAY, T.REPORTED)
#: the group has still to report: its due date runs
DUE = (T.ISSUED, T.ACCEPTED, T.UNDERWAY)
_KEYS: dict[str, tuple[str, ...]] = {
    "open": (T.DRAFTED, *RUNNING),
    "drafted": (T.DRAFTED,),
    "to_sign": (T.ISSUED,),
    "underway": (T.ACCEPTED, T.UNDERWAY),
    "reported": (T.REPORTED,),
    "completed": (T.COMPLETED,),
    "cancelled": (T.CANCELLED,),
    "all": (),
    "": (),
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of the list of tasks."""

    rowid: int
    id: str
    number: str
    title: str
    group: str
    source: str
    status: str
    status_label: str
    due_on: str
    due: str
    issued: str
    urgent: bool
    findings: int
    chips: tuple[Chip, ...]
    sent: str

    @property
    def sub(self) -> str:
        """The second line: number · group · due date."""
        due = f"{self.due}前" if self.due else ""
        return " · ".join(part for part in (self.number, self.group, due) if part)


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """One task whole. `siblings`: the same task given to other groups. `findings`, `visits`: row ids."""

    row: TaskRow
    fields: tuple[FieldView, ...]
    steps: tuple[str, ...]
    at: int
    instruction: Named | None
    parent: Named | None
    siblings: tuple[Named, ...]
    findings: array[int]
    visits: array[int]
    notes: tuple[NoteRow, ...]
    actions: tuple[Available, ...]
    conflicts: tuple[ConflictView, ...]


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "due") -> array[int]:
    """Row ids. sort: due (earliest first), new."""
    order = {"due": ["due_on", "-issued_on"], "new": ["-created_ms"]}[sort]
    equal = {"group": raw_or_none(filter.group)} if filter.group else {}
    key = "open" if filter.key == "overdue" else filter.key
    found = document_ids(r, "task", filter.text, order, statuses=_KEYS[key], equal=equal)
    if filter.key == "overdue":
        late = set(figures.overdue_tasks(r.conn, r.today.isoformat(), DUE))
        return array("q", (i for i in found if i in late))
    return found


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    by = figures.by_status(r.conn, "task")
    out = {key: sum(by.get(s, 0) for s in (statuses or tuple(by))) for key, statuses in _KEYS.items() if key}
    return out | {"overdue": len(figures.overdue_tasks(r.conn, r.today.isoformat(), DUE))}


def rows(r: Reader, ids: Sequence[int]) -> list[TaskRow]:
    """At most 200 tasks."""
    found = listing.kind_rows(r.conn, "task", ids)
    made = figures.findings_by(r.conn, "task", [row["uuid"] for row in found], counted(r))
    told = sent.words(r, [row["uuid"] for row in found])
    return [_row(r, row, made.get(row["uuid"], 0), told.get(row["uuid"], "")) for row in found]


def _row(r: Reader, row: dict[str, Any], findings: int, told: str) -> TaskRow:
    return TaskRow(
        rowid=row["id"],
        id=row["uuid"].hex(),
        number=row["number"] or "",
        title=row["title"] or "（未写任务名称）",
        group=r.group_name(row["group"]) if row["group"] else "未定承办组",
        source=label_of(TASK.by_name["source"], row["source"]) if row["source"] else "",
        status=row["status"],
        status_label=LIFE.status_label(row["status"]),
        due_on=row["due_on"] or "",
        due=say_day(row["due_on"], r.today),
        issued=say_day(row["issued_on"], r.today),
        urgent=bool(row["urgent"]),
        findings=findings,
        chips=chips(r, row),
        sent=told,
    )


def light_of(r: Reader, row: dict[str, Any]) -> Light | None:
    """The light of a task whose due date runs; None for any other."""
    if row["status"] not in DUE:
        return None
    due: date | None = day_of(row["due_on"])
    return light(due, r.today, r.rules.deadlines, r.calendar)


def chips(r: Reader, row: dict[str, Any]) -> tuple[Chip, ...]:
    """What presses first, then the status."""
    out: list[Chip] = []
    found = light_of(r, row)
    if found is not None and is_pressing(found):
        out.append(light_chip(found))
    if row["urgent"] and row["status"] in (*RUNNING, T.DRAFTED):
        out.append(Chip("紧急", BAD))
    tone = {T.COMPLETED: OK, T.UNDERWAY: OK, T.ISSUED: ACCENT, T.REPORTED: ACCENT}.get(row["status"], NEUTRAL)
    word = {T.ISSUED: "待签收", T.REPORTED: "待办结"}.get(row["status"], LIFE.status_label(row["status"]))
    out.append(Chip(word, tone))
    return tuple(out)


_WAY = (T.DRAFTED, T.ISSUED, T.ACCEPTED, T.UNDERWAY, T.REPORTED, T.COMPLETED)
_STEPS = ("草拟", "交办", "签收", "办理", "报告", "办结")


def detail(r: Reader, task: str | bytes | int) -> TaskDetail:
    """One task by id or row id. D-306."""
    record = listing.uuid_of(r.conn, task) if isinstance(task, int) else raw(task)
    row = queries.row_of(r.conn, "task", record) if record else None
    if row is None or record is None:
        raise DubuError("D-306", what=f"任务 {task if isinstance(task, int) else raw(task).hex()}")
    say = Say(r)
    assigned = r.side is not None and row["group"] == r.side
    parent = row["parent"]
    family = queries.all_rows(r.conn, "task", parent=parent or record)
    others = [t for t in family if t["uuid"] != record]
    ended = row["status"] == T.CANCELLED
    return TaskDetail(
        row=rows(r, [row["id"]])[0],
        fields=views(r, say, TASK, row, assigned=assigned),
        steps=(*_STEPS[:2], "终止") if ended else _STEPS,
        at=3 if ended else _at(row["status"]),
        instruction=_named(say, "instruction", row["instruction"]),
        parent=_named(say, "task", parent),
        siblings=tuple(Named(t["uuid"].hex(), r.group_name(t["group"])) for t in others),
        findings=listing.line_ids(r.conn, listing.LineWhere(statuses=counted(r), task=record)),
        visits=listing.kind_ids(r.conn, "visit", ["-started_at"], equal={"task": record}),
        notes=of_record(r, record),
        actions=_actions(r, row, assigned),
        conflicts=conflicts.of(r, record),
    )


def _at(status: str) -> int:
    """Where the strip stands: the step that comes next; all done when completed."""
    if status == T.COMPLETED:
        return len(_WAY)
    return _WAY.index(T(status)) + (status not in (T.DRAFTED, T.UNDERWAY))


def _named(say: Say, kind: str, record: bytes | None) -> Named | None:
    return Named(record.hex(), say.name(kind, record)) if record else None


def _actions(r: Reader, row: dict[str, Any], assigned: bool) -> tuple[Available, ...]:
    lacking = {"issue": ["承办组"] if not row["group"] else []}
    out = list(offers(r, TASK, row, assigned=assigned, missing=lacking))
    found = offer(r, "add_note", row, "record", asks=("text",))
    if found is not None:
        out.append(Available(found.verb, found.label, found.params | {"kind": "task"}, False, found.asks))
    return tuple(out)
