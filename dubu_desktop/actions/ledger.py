"""问题台账: findings as the rows of the ledger, a page at a time, however many there are (domain.md §6.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from dubu_desktop.actions import lookup
from dubu_desktop.actions.reads import findings
from dubu_desktop.actions.reads.findings import FindingFilter
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import gather, queries
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.domain.papers.ledger import LedgerRow
from dubu_desktop.domain.records.work import VisitKind
from dubu_desktop.errors import DubuError

S = FindingStatus
#: rows held in memory at once
PAGE = 400
#: between a category and the ones above it; read back by `workbooks`
STEP = "/"
#: what a ledger counts: drafts and what was withdrawn are nobody's problem yet or any more (contracts.md §4)
COUNTED = tuple(s for s in S if s not in (S.DRAFT, S.VOIDED))
_REFS = {
    "group": "group",
    "verify_group": "group",
    "unit": "unit",
    "category": "category",
    "visit": "visit",
    "task": "task",
}


def filter_of(r: Reader, where: Mapping[str, Any]) -> FindingFilter:
    """The filter of a ledger from plain values; units, groups … by name, code or id. D-305, D-306.

    A group's ledger holds what it found or verifies, whatever is asked (contracts.md §3).
    """
    known = {f.name for f in fields(FindingFilter)}
    wrong = [name for name in where if name not in known]
    if wrong:
        raise DubuError("D-305", detail=f"台账不能按 {'、'.join(wrong)} 筛选")
    given: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in where.items()}
    for name, value in given.items():
        if not _fits(name, value):
            raise DubuError("D-305", detail=f"台账的筛选条件 {name} 不能是这样的值")
    for name, kind in _REFS.items():
        if given.get(name):
            given[name] = lookup.find(r.conn, kind, given[name])
    if given.get("ids"):
        given["ids"] = tuple(lookup.find(r.conn, "finding", ref) for ref in given["ids"])
    if not given.get("status") and not given.get("statuses"):
        given["statuses"] = COUNTED
    if not r.office:
        given["mine"] = True
    return FindingFilter(**given)


_DAYS = ("due_from", "due_to", "found_from", "found_to")
_USUAL = FindingFilter()


def _fits(name: str, value: Any) -> bool:
    """Whether a plain value may stand in the part `name` of a filter: of its type, a day where a day is asked."""
    if isinstance(getattr(_USUAL, name), tuple):
        words = isinstance(value, tuple) and all(isinstance(v, str) for v in value)
        return words and (name != "statuses" or set(value) <= {str(s) for s in S})
    if isinstance(getattr(_USUAL, name), bool):
        return isinstance(value, bool)
    if name in _REFS:
        return isinstance(value, str | bytes)
    return isinstance(value, str) and (name not in _DAYS or not value or _moment(value) is not None)


def ids_of(r: Reader, where: Mapping[str, Any]) -> Sequence[int]:
    """Row ids of the findings of a ledger, by number. D-305, D-306."""
    try:
        return findings.ids(r, filter_of(r, where), "number")
    except KeyError as error:
        raise DubuError("D-305", detail=f"没有这种状态：{where.get('status')}") from error


def rows(r: Reader, ids: Sequence[int], told: Callable[[int], None] = lambda _done: None) -> Iterator[LedgerRow]:
    """The rows, `PAGE` of them in memory; `told(done)` after each page, and may raise `Cancelled`."""
    yield from (row for _, row in pairs(r, ids, told))


def pairs(
    r: Reader, ids: Sequence[int], told: Callable[[int], None] = lambda _done: None
) -> Iterator[tuple[dict[str, Any], LedgerRow]]:
    """As `rows`, each with what it was made from (`gather.ledger_rows`)."""
    paths = _paths(r)
    for at in range(0, len(ids), PAGE):
        page = gather.ledger_rows(r.conn, ids[at : at + PAGE])
        units = r.names("unit", [f[k] for f in page for k in ("unit", "industry_unit", "territory_unit")])
        visits = gather.visit_kinds(r.conn, [f["visit"] for f in page])
        yield from ((f, _row(f, units, visits, paths)) for f in page)
        told(at + len(page))


def _paths(r: Reader) -> dict[bytes, str]:
    """{category: 安全生产/消防通道}."""
    all_ = {c["uuid"]: c for c in queries.all_rows(r.conn, "category", with_gone=True)}
    out = {}
    for uuid in all_:
        names: list[str] = []
        at: bytes | None = uuid
        while at in all_ and len(names) < len(all_):
            names.insert(0, all_[at]["name"] or "")
            at = all_[at]["parent"]
        out[uuid] = STEP.join(names)
    return out


def _row(f: dict[str, Any], units: dict[bytes, str], visits: dict[bytes, str], paths: dict[bytes, str]) -> LedgerRow:
    kind = visits.get(f["visit"] or b"", "")
    return LedgerRow(
        number=f["number"] or "",
        found_at=_moment(f["found_at"]),
        found_how=f["source"] or (VisitKind(kind).label if kind in set(VisitKind) else kind),
        place=f["place"] or "",
        unit=units.get(f["unit"], ""),
        category=paths.get(f["category"], ""),
        facts=f["facts"] or "",
        industry_unit=units.get(f["industry_unit"], "") or f["no_industry_reason"] or "",
        territory_unit=units.get(f["territory_unit"], "") or f["no_territory_reason"] or "",
        owner=f["owner"] or "",
        measures=f["measures"] or "",
        due_on=_day(f["due_on"]),
        progress=_progress(f),
        done=f["status"] == S.CLOSED,
        verified_by=f["verified_by"] or "",
        closed_on=_day(f["closed_on"]) if f["status"] == S.CLOSED else None,
        evidence=f"照片{f['photos']}张（整改后{f['photos_after']}张）" if f["photos_after"] else _photos(f["photos"]),
        photo_count=f["photos"],
        note=_note(f),
    )


def _photos(count: int) -> str:
    return f"照片{count}张" if count else ""


def _progress(f: dict[str, Any]) -> str:
    label = LIFE.status_label(f["status"])
    return f"{label} {f['progress']}%" if f["progress"] is not None and f["status"] == S.RECTIFYING else label


def _note(f: dict[str, Any]) -> str:
    """What a reader of the ledger asks next: was it put off, urged, sent back, did it come again."""
    told = []
    if f["due_on"] and f["original_due_on"] and f["due_on"] != f["original_due_on"]:
        told.append(f"原定期限{f['original_due_on']}")
    told += [
        f"{word}{f[key]}次" for key, word in (("urges", "督促"), ("returns", "退回"), ("reopens", "反弹")) if f[key]
    ]
    return "，".join(told)


def _moment(text: str | None) -> datetime | date | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if len(text or "") > 10 else found.date()


def _day(text: str | None) -> date | None:
    found = _moment(text)
    return found.date() if isinstance(found, datetime) else found
