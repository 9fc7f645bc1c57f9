"""What 印发 does to each finding a paper names, and what it cannot do any more because the records moved since 签发.

One rule for what is said beforehand and for what is done: `deeds` alone decides, `issue_document` carries it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.choosing import UNTOLD
from dubu_desktop.actions.paper_data import RUNNING, TOLD, Material
from dubu_desktop.actions.reads.parts import day_of
from dubu_desktop.actions.recorded import kind_of_row
from dubu_desktop.actions.rules import BY_PAPER
from dubu_desktop.db import gather
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.lifecycle import DocumentStatus, FindingStatus
from dubu_desktop.domain.papers.kind import Carries, PaperKind
from dubu_desktop.domain.papers.kinds import all_kinds
from dubu_desktop.domain.text import spoken_date

#: findings a sentence tells of before it says 等N个问题
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Deed:
    """What 印发 does to one finding: assign it, put an urging on record, move the due date of its `rectification`.

    `term`, `due_on`: what the paper says of it. `told`: how the records differ from the paper, and what is therefore
    not done; nothing where all is as the paper says.
    """

    finding: bytes
    number: str
    term: str = ""
    due_on: str = ""
    assign: bool = False
    urge: bool = False
    rectification: bytes | None = None
    told: str = ""


@dataclass(frozen=True)
class _Paper:
    """A paper and what its findings are held against."""

    row: Mapping[str, Any]
    kind: PaperKind
    #: status of each finding at 签发, by its id in hex; None before, and of papers that did not keep it
    states: Mapping[str, str] | None
    #: {finding: (number of another paper signed and not issued, the date that one tells)}
    elsewhere: Mapping[bytes, tuple[str, str]]
    #: numbers of the papers by which findings were assigned
    numbers: Mapping[bytes, str]


def deeds(m: Material) -> tuple[Deed, ...]:
    """What 印发 would do now to every finding of a paper that is submitted or signed, in its order."""
    row, kind = m.row, kind_of_row(m.row)
    by = [one["document"] for of in m.rectifications.values() for one in of if one["document"]]
    frozen = row["frozen"]
    paper = _Paper(
        row,
        kind,
        (frozen or {}).get("states") or None,
        _elsewhere(m, kind),
        gather.numbers_of(m.r.conn, "document", by),
    )
    return tuple(_deed(m, paper, finding) for finding in m.findings)


def said(told: Sequence[Deed]) -> str:
    """What differs, as one sentence without its full stop; nothing where nothing does."""
    differ = [one.told for one in told if one.told]
    more = f"；等{len(differ)}个问题" if len(differ) > _NAMED else ""
    return "；".join(differ[:_NAMED]) + more


def counted(told: Sequence[Deed]) -> dict[str, int]:
    """How many findings were assigned, urged and given another date."""
    return {
        "assigned": sum(one.assign for one in told),
        "urged": sum(one.urge for one in told),
        "extended": sum(one.rectification is not None for one in told),
    }


def moved(m: Material) -> str:
    """`said` of a paper that waits for 签发 or 印发; nothing of any other."""
    waits = m.row["status"] in (DocumentStatus.SUBMITTED, DocumentStatus.SIGNED)
    return said(deeds(m)) if waits else ""


def _elsewhere(m: Material, kind: PaperKind) -> dict[bytes, tuple[str, str]]:
    """What other papers that wait for 印发 promise of findings that this one would assign."""
    if kind.carries is not Carries.ASSIGN:
        return {}
    wanted = {f["uuid"] for f in m.findings if f["status"] == FindingStatus.CONFIRMED}
    if not wanted:
        return {}
    kinds = [one.id for one in all_kinds().values() if one.carries is Carries.ASSIGN]
    return {
        finding: (number, terms[finding.hex()][1])
        for document, number, terms in gather.promises(m.r.conn, kinds)
        if document != m.row["uuid"]
        for finding in wanted
        if finding.hex() in terms
    }


def _deed(m: Material, paper: _Paper, f: Mapping[str, Any]) -> Deed:
    term, due_on = _promised(m, paper.row, f)
    base = {"finding": f["uuid"], "number": f["number"] or "", "term": term, "due_on": due_on}
    status, carries = f["status"], paper.kind.carries
    then = None if paper.states is None else paper.states.get(f["uuid"].hex(), "")
    label = LIFE.status_label(status)
    if status in UNTOLD or (carries is not Carries.NOTHING and status not in TOLD):
        return Deed(**base, told=f"{base['number']} 现为“{label}”，本件还列着它{_not_done(carries)}")
    if carries is Carries.NOTHING:
        return Deed(**base)
    if status == FindingStatus.CONFIRMED and carries is Carries.ASSIGN:
        return Deed(**base, assign=True, told=_promised_twice(m, paper, f, due_on))
    if status in RUNNING:
        return _running(m, paper, f, base)
    if then is None or then == status:
        return Deed(**base)
    done = _not_done(carries) if carries is Carries.URGE or then == FindingStatus.CONFIRMED else ""
    return Deed(**base, told=f"{base['number']} 签发以后已是“{label}”{done}")


def _promised(m: Material, row: Mapping[str, Any], f: Mapping[str, Any]) -> tuple[str, str]:
    """(kind of deadline, due date) as the signed paper tells them, or as it would if it were signed now."""
    if row["frozen"]:
        term, due_on = row["frozen"].get("terms", {}).get(f["uuid"].hex(), ("", ""))
        return str(term), str(due_on)
    told = m.term_of(dict(f))
    return told.term, told.due_on.isoformat() if told.due_on else ""


def _not_done(carries: Carries) -> str:
    return {Carries.ASSIGN: "，印发时不交整改", Carries.URGE: "，印发时不记督促"}.get(carries, "")


def _promised_twice(m: Material, paper: _Paper, f: Mapping[str, Any], due_on: str) -> str:
    number, other = paper.elsewhere.get(f["uuid"], ("", due_on))
    if other == due_on:
        return ""
    dates = f"里的期限是{_spoken(m, other)}，本件写的是{_spoken(m, due_on)}"
    return f"{f['number']} 在{number}（已签发、未印发）{dates}，以先印发的为准"


def _spoken(m: Material, iso: str) -> str:
    day = day_of(iso)
    return spoken_date(day, m.r.today) if day else "未定"


def _running(m: Material, paper: _Paper, f: Mapping[str, Any], base: Mapping[str, Any]) -> Deed:
    """Of one being rectified: an urging where the kind carries it; its date is moved only where that was ticked."""
    own = next(iter(m.rectifications.get(f["uuid"], [])), None)
    urge = paper.kind.carries is Carries.URGE
    # after a reopening the date is empty until the director sets one (contracts.md §2): a ticked paper does
    now = (own or {}).get("due_on") or ""
    ordered = paper.row["due_on"] if paper.row["override_due"] else ""
    if own is not None and ordered and now != ordered:
        return Deed(**base, urge=urge, rectification=own["uuid"])
    if not base["due_on"] or base["due_on"] == now:
        return Deed(**base, urge=urge)
    why = (own or {}).get("due_reason") or ""
    if own is not None and why == BY_PAPER:
        why = paper.numbers.get(own["document"] or b"", why)
    stands = f"现在的期限是{_spoken(m, now)}" + (f"（{why}）" if why and now else "")
    told = f"{base['number']} {stands}，本件写的是{_spoken(m, base['due_on'])}，印发时不改期"
    return Deed(**base, urge=urge, told=told)
