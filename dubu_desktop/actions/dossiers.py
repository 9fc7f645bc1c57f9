"""Records -> what a paper rests on (`Dossier`), gathered set-wise. Photos stand in it as the hash of their print copy.

A group's machine holds its own records alone, so its dossier can tell nothing else (contracts.md §4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dubu_desktop.actions import paper_settings, texts, unseen
from dubu_desktop.actions.paper_data import Material, label_of
from dubu_desktop.actions.reads.parts import day_of
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import gather, queries
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.papers.blocks import HeadStyle, Photo
from dubu_desktop.domain.papers.kind import PaperKind, Rests
from dubu_desktop.domain.papers.levels import proposed
from dubu_desktop.domain.papers.texts import shipped
from dubu_desktop.domain.papers.told import (
    Dossier,
    FindingTold,
    InstructionTold,
    Letterhead,
    TaskTold,
    Unseen,
    UrgeTold,
    VisitTold,
)
from dubu_desktop.domain.records.finding import EvidenceRole, UrgeChannel
from dubu_desktop.domain.records.people import Severity, Term
from dubu_desktop.domain.records.work import TaskSource, VisitKind
from dubu_desktop.domain.text import spoken_date

#: what stands on every page of a paper that nobody has signed
DRAFT_NOTICE = "草稿，未签发"


@dataclass(frozen=True)
class Records:
    """What a paper is asked to tell: ids, in order."""

    findings: tuple[bytes, ...] = ()
    task: bytes | None = None
    instruction: bytes | None = None


def dossier(
    r: Reader,
    kind: PaperKind,
    records: Records,
    options: Mapping[str, Any],
    paper: Mapping[str, Any] | None = None,
) -> Dossier:
    """Everything a paper of `kind` about these records rests on; a draft, without number and date.

    `paper`: the row of the document it is for, whose day and dates the findings are told by.
    """
    named = records.findings
    instruction = queries.row_of(r.conn, "instruction", records.instruction) if records.instruction else None
    task = queries.row_of(r.conn, "task", records.task) if records.task else None
    if not named and instruction is not None:
        named = tuple(instruction["findings"])
    if not named and task is not None:
        named = tuple(f["uuid"] for f in queries.all_rows(r.conn, "finding", task=task["uuid"]) if _counts(f))
    book = Book(r, named, paper or _NO_PAPER)
    found = book.days
    told = _task(r, task) if task is not None else None
    period = (min(found), max(found)) if found else None
    missed = book.unvisited(task)
    tells = kind.rests is Rests.FINDINGS and "unseen" in shipped(kind.id)
    return Dossier(
        letterhead=_letterhead(r),
        today=r.today,
        office=r.office,
        findings=tuple(book.finding(f) for f in book.material.findings),
        task=told,
        instruction=_instruction(r, instruction) if instruction is not None else None,
        visits=book.visits,
        groups=book.material.finders,
        period=period,
        unvisited=tuple(u.name for u in missed),
        unvisited_ids=tuple(u.id for u in missed),
        unseen_areas=unseen.areas(r, period) if tells else (),
        unseen_tasks=unseen.tasks(r, period) if tells else (),
        number=(task["number"] or "") if task is not None and kind.word == "督交" else "",
        issued_on=told.issued_on if told is not None and kind.word == "督交" else None,
        notice="" if told is not None and kind.word == "督交" and told.issued_on else DRAFT_NOTICE,
        options=dict(options),
        texts=texts.in_force(r.conn).of(kind.id),
    )


def _counts(finding: Mapping[str, Any]) -> bool:
    """A draft and what was withdrawn are told by no paper."""
    return finding["status"] not in ("draft", "voided", "merged")


def _letterhead(r: Reader) -> Letterhead:
    settings = paper_settings.load(r.conn)
    return Letterhead(
        organ=settings.organ if r.office else r.group_name(r.side),
        mark=settings.mark_for(HeadStyle.RED_HEAD, settings.organ) if r.office else "",
        addressees=settings.addressees,
        report_to=settings.report_to,
        copy_to=settings.cc,
        sealed=settings.is_sealed(r.rules),
        contact=settings.contact,
        group="" if r.office else r.group_name(r.side),
    )


def _task(r: Reader, row: Mapping[str, Any]) -> TaskTold:
    units = r.names("unit", row["units"])
    group = r.groups.get(row["group"]) or {}
    return TaskTold(
        number=row["number"] or "",
        title=row["title"] or "",
        source=label_of(TaskSource, row["source"]),
        group=r.group_name(row["group"]),
        leader=group.get("leader") or "",
        objects=row["objects"] or "",
        units=tuple(units[u] for u in row["units"] if u in units),
        requirement=row["requirement"] or "",
        issued_on=day_of(row["issued_on"]),
        due_on=day_of(row["due_on"]),
        feedback=row["feedback"] or "",
        contact=row["contact"] or "",
        urgent=bool(row["urgent"]),
        report=row["report"] or "",
        id=row["uuid"],
        state=row["status"],
    )


def _instruction(r: Reader, row: Mapping[str, Any]) -> InstructionTold:
    tasks = queries.rows_of(r.conn, "task", row["tasks"])
    return InstructionTold(
        leader=row["leader"] or "",
        given_on=day_of(row["given_on"]),
        title=row["title"] or "",
        text=row["text"] or "",
        due_on=day_of(row["due_on"]),
        groups=tuple(r.group_name(g) for g in row["groups"]),
        tasks=tuple(_task(r, t) for t in tasks),
        id=row["uuid"],
    )


@dataclass(frozen=True)
class Book:
    """Findings with all that hangs on them."""

    r: Reader
    ids: Sequence[bytes]
    paper: Mapping[str, Any] = field(default_factory=lambda: _NO_PAPER)

    @cached_property
    def material(self) -> Material:
        """The gathered rows, as the 通报 uses them; persons are read where a paper names them."""
        return Material(self.r, {**self.paper, "findings": list(self.ids), "options": None})

    @cached_property
    def urges(self) -> dict[bytes, list[dict[str, Any]]]:
        """Urges by finding."""
        return gather.children(self.r.conn, "urge", "finding", self.ids)

    @cached_property
    def reopens(self) -> dict[bytes, int]:
        """How often each was reopened."""
        return gather.reopens(self.r.conn, self.ids)

    @cached_property
    def visits(self) -> tuple[VisitTold, ...]:
        """The visits on which they were made."""
        rows = self.material.visits
        return tuple(VisitTold(v["uuid"], label_of(VisitKind, v["visit_kind"]), tuple(v["units"])) for v in rows)

    @property
    def days(self) -> list[Any]:
        """The days they were found on."""
        return [day for f in self.material.findings if (day := day_of(f["found_at"]))]

    def unvisited(self, task: Mapping[str, Any] | None) -> tuple[Unseen, ...]:
        """The task's units that no visit of that task went to: a report says what was not seen."""
        if task is None or not task["units"]:
            return ()
        been = {u for v in queries.all_rows(self.r.conn, "visit", task=task["uuid"]) for u in v["units"]}
        been |= {f[k] for f in self.material.findings for k in ("unit", "industry_unit", "territory_unit")}
        names = self.r.names("unit", task["units"])
        return tuple(Unseen(u, names[u]) for u in task["units"] if u not in been and u in names)

    def finding(self, f: dict[str, Any]) -> FindingTold:
        """One finding with its rectification, urges, photos and how late it is."""
        m, r = self.material, self.r
        told = m.term_of(f)
        done = next(iter(m.rectifications.get(f["uuid"], [])), None) or {}
        photos = m.evidence.get(f["uuid"], [])
        urges = self.urges.get(f["uuid"], [])
        running = f["status"] in ("rectifying", "replied") and told.due_on is not None and told.due_on < r.today
        late = (r.today - told.due_on).days if running and told.due_on else 0
        working = r.calendar.working_days(told.due_on, r.today) if running and told.due_on else 0
        return FindingTold(
            number=f["number"] or "",
            industry_unit=m.units.get(f["industry_unit"], ""),
            territory_unit=m.units.get(f["territory_unit"], ""),
            place=f["place"] or "",
            found_text=_when(f["found_at"], r),
            facts=f["facts"] or "",
            category=m.path(f["category"]),
            severity=label_of(Severity, f["severity"]),
            term=label_of(Term, told.term),
            due_on=told.due_on,
            requirement=done.get("requirement") or "",
            status=LIFE.status_label(f["status"]),
            photo_count=len(photos),
            photos=_photos(f, photos, after=False),
            id=f["uuid"],
            state=f["status"],
            unit=m.units.get(f["unit"], ""),
            group=r.group_name(f["finder_group"]),
            found_by=f["source"] or "",
            basis=f["basis"] or "",
            urgent=bool(f["urgent"]),
            repeats=bool(f["repeats"]) or self.reopens.get(f["uuid"], 0) > 0,
            measures=done.get("measures") or "",
            owner=done.get("owner") or "",
            reply=done.get("reply") or "",
            replied_on=day_of(done.get("replied_on")),
            original_due_on=day_of(done.get("original_due_on")),
            result=done.get("result") or "",
            verified_by=done.get("verified_by") or "",
            verified_on=day_of(done.get("verified_on")),
            closed_on=day_of(done.get("closed_on")),
            urges=tuple(_urge(u) for u in urges),
            overdue=late,
            overdue_working=working,
            level=proposed(r.rules.ladder.rungs, working, len(urges), self.reopens.get(f["uuid"], 0)).value,
            after=_photos(f, photos, after=True),
        )


def _when(found_at: str | None, r: Reader) -> str:
    day = day_of(found_at)
    return spoken_date(day, r.today) if day else ""


#: the fields of a document's row that `Material` asks for, of a paper that is no document yet
_NO_PAPER: dict[str, Any] = {"signed_on": None, "naming": None, "due_on": None, "override_due": False}


def _urge(row: Mapping[str, Any]) -> UrgeTold:
    channel = label_of(UrgeChannel, row["channel"])
    return UrgeTold(row["uuid"], day_of(row["urged_at"]), channel, row["text"] or "", row["response"] or "")


def _photos(f: Mapping[str, Any], photos: Iterable[Mapping[str, Any]], *, after: bool) -> tuple[Photo, ...]:
    """The print copies of the state found, or of the state after; with the place and the day each was taken."""
    wanted = [p for p in photos if p["preview"] and (p["role"] == EvidenceRole.AFTER) == after]
    found = []
    for p in wanted:
        taken = day_of(p["taken_at"])
        when = f"（{taken.month}月{taken.day}日摄）" if taken and p["time_source"] == "exif" else ""
        found.append(Photo(p["preview"], f"{p['caption'] or f['place'] or ''}{when}"))
    return tuple(found)
