"""Instructions of leaders: what was said, about which findings, and which tasks came of it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.reads import conflicts
from dubu_desktop.actions.reads.conflicts import ConflictView
from dubu_desktop.actions.reads.fieldviews import views
from dubu_desktop.actions.reads.lists import ListFilter, document_ids
from dubu_desktop.actions.reads.parts import BAD, NEUTRAL, Chip, FieldView, Named, say_day
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.actions.reads.say import Say
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, queries
from dubu_desktop.domain.records import INSTRUCTION
from dubu_desktop.errors import DubuError


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """One line of the list of instructions."""

    rowid: int
    id: str
    title: str
    leader: str
    given: str
    text: str
    due: str
    urgent: bool
    findings: int
    tasks: int
    chips: tuple[Chip, ...]

    @property
    def sub(self) -> str:
        """The second line: leader · date · what came of it."""
        tasks = f"转任务{self.tasks}件" if self.tasks else ""
        return " · ".join(part for part in (self.leader, self.given, tasks) if part)


@dataclass(frozen=True, slots=True)
class InstructionDetail:
    """One instruction whole; `findings` are row ids."""

    row: InstructionRow
    fields: tuple[FieldView, ...]
    findings: array[int]
    tasks: tuple[Named, ...]
    groups: tuple[Named, ...]
    conflicts: tuple[ConflictView, ...]


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "new") -> array[int]:
    """Row ids, the newest first. Keys: all, urgent."""
    equal = {"urgent": 1} if filter.key == "urgent" else {}
    return document_ids(r, "instruction", filter.text, ["-given_on", "-created_ms"], equal=equal)


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    whole = figures.count_where(r.conn, "instruction")
    return {"all": whole, "urgent": figures.count_where(r.conn, "instruction", urgent=1)}


def rows(r: Reader, ids: Sequence[int]) -> list[InstructionRow]:
    """At most 200 instructions."""
    return [_row(r, row) for row in listing.kind_rows(r.conn, "instruction", ids)]


def _row(r: Reader, row: dict[str, Any]) -> InstructionRow:
    due = say_day(row["due_on"], r.today)
    chips = [Chip("优先", BAD)] if row["urgent"] else []
    if due:
        chips.append(Chip(f"{due}前", NEUTRAL))
    return InstructionRow(
        rowid=row["id"],
        id=row["uuid"].hex(),
        title=row["title"] or "（未写事项）",
        leader=row["leader"] or "",
        given=say_day(row["given_on"], r.today),
        text=row["text"] or "",
        due=due,
        urgent=bool(row["urgent"]),
        findings=len(row["findings"]),
        tasks=len(row["tasks"]),
        chips=tuple(chips),
    )


def detail(r: Reader, instruction: str | bytes | int) -> InstructionDetail:
    """One instruction by id or row id. D-306."""
    record = listing.uuid_of(r.conn, instruction) if isinstance(instruction, int) else raw(instruction)
    row = queries.row_of(r.conn, "instruction", record) if record else None
    if row is None or record is None:
        raise DubuError("D-306", what=f"批示 {instruction if isinstance(instruction, int) else raw(instruction).hex()}")
    say = Say(r)
    order = listing.row_ids(r.conn, row["findings"])
    return InstructionDetail(
        row=_row(r, row),
        fields=views(r, say, INSTRUCTION, row),
        findings=array("q", (order[f] for f in row["findings"] if f in order)),
        tasks=tuple(Named(t.hex(), say.name("task", t)) for t in row["tasks"]),
        groups=tuple(Named(g.hex(), r.group_name(g)) for g in row["groups"]),
        conflicts=conflicts.of(r, record),
    )
