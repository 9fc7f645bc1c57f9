"""Which records a paper is made of: those a person names, or those that call for a kind of paper most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dubu_desktop.actions import lookup
from dubu_desktop.actions.dossiers import Book, Records
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import queries
from dubu_desktop.domain.numbers import normal_number
from dubu_desktop.domain.papers.kind import PaperKind, Rests
from dubu_desktop.domain.papers.told import FindingTold
from dubu_desktop.errors import DubuError

#: statuses of tasks that have been handed over
_DRAFTED = "drafted"
#: findings no paper tells of
UNTOLD = ("draft", "voided", "merged", "not_established")


def named(r: Reader, findings: Iterable[str], task: str, instruction: str) -> Records:
    """The records a person names by number, title or id; D-306."""
    ids = tuple(dict.fromkeys(lookup.find(r.conn, "finding", ref) for ref in findings))
    return Records(
        findings=_told_alone(r, ids),
        task=lookup.find(r.conn, "task", normal_number(task)) if task else None,
        instruction=lookup.find(r.conn, "instruction", instruction) if instruction else None,
    )


def _told_alone(r: Reader, ids: Sequence[bytes]) -> tuple[bytes, ...]:
    """`ids` unless one of them is a draft or was withdrawn: D-308, it is no fact yet or any more."""
    must_be_told(queries.rows_of(r.conn, "finding", ids))
    return tuple(ids)


def must_be_told(findings: Iterable[Mapping[str, Any]]) -> None:
    """Refuse rows of findings that no paper tells of: D-308."""
    wrong = [f["number"] or "" for f in findings if f["status"] in UNTOLD]
    if wrong:
        raise DubuError("D-308", missing=f"定稿（{'、'.join(wrong)} 还是草稿或已有其他结论）")


def must_fit(r: Reader, kind: PaperKind, findings: Sequence[bytes]) -> None:
    """Refuse findings that no paper tells of, or none of this kind: D-308."""
    must_be_told(queries.rows_of(r.conn, "finding", findings))
    wrong = [f.number for f in told(r, findings) if not kind.fits(f)]
    if wrong:
        raise DubuError("D-308", missing=f"{kind.unfit}（{'、'.join(wrong)}）")


def fitting(r: Reader, kind: PaperKind, each: int) -> list[Records]:
    """Up to `each` sets of records from which a paper of `kind` can be made, what presses most first."""
    if kind.rests is Rests.TASK:
        rows = [t for t in queries.all_rows(r.conn, "task") if t["status"] != _DRAFTED]
        rows.sort(key=lambda t: (not kind.ready(t["status"]), t["id"]))
        return [Records(task=t["uuid"]) for t in rows if kind.ready(t["status"])][:each]
    if kind.rests is Rests.INSTRUCTION:
        rows = sorted(queries.all_rows(r.conn, "instruction"), key=lambda i: i["given_on"] or "", reverse=True)
        return [Records(instruction=i["uuid"]) for i in rows][:each]
    fit = sorted((f for f in _all(r) if kind.fits(f)), key=kind.order)
    if kind.rests is Rests.FINDING:
        return [Records(findings=(f.id,)) for f in fit][:each]
    if not fit:
        return []
    if kind.per_unit:
        return [Records(findings=tuple(f.id for f in of)) for of in by_unit(fit) if of[0].units][:each]
    return [Records(findings=tuple(f.id for f in (fit[: kind.most] if kind.most else fit)))]


def _all(r: Reader) -> list[FindingTold]:
    return told(r, [f["uuid"] for f in queries.all_rows(r.conn, "finding") if f["status"] not in UNTOLD])


def told(r: Reader, ids: Sequence[bytes]) -> list[FindingTold]:
    """Findings as papers tell them, in this order, without those no paper tells of."""
    book = Book(r, ids)
    return [book.finding(f) for f in book.material.findings if f["status"] not in UNTOLD]


def by_unit(told: Sequence[FindingTold]) -> list[list[FindingTold]]:
    """Findings of one responsible unit together, the unit with most of them first, those without a unit last."""
    found: dict[str, list[FindingTold]] = {}
    for finding in told:
        found.setdefault(next(iter(finding.units), ""), []).append(finding)
    return sorted(found.values(), key=lambda of: (not of[0].units, -len(of)))
