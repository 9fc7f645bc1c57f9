"""Rows of 整改台账, 任务台账 and 督导活动台账, a page at a time, in the order and choice of their lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dubu_desktop.actions import ledger, lookup
from dubu_desktop.actions.reads import findings, tasks, visits
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.reads.say import label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import gather, listing, queries
from dubu_desktop.domain.ledgers import LedgerKind
from dubu_desktop.domain.lifecycle import FINDING, TASK, FindingStatus
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.errors import DubuError

S = FindingStatus
Cell = str | int | date | datetime | None
Told = Callable[[int], None]
PAGE = 400
#: a rectification there is, whatever became of it
_ASSIGNED = (S.RECTIFYING, S.REPLIED, S.VERIFIED, S.CLOSED)
#: what a list of tasks or visits may be asked for
_KNOWN = {"text": str, "key": str, "group": str, "unit": str, "task": str, "ids": list}


def ids_of(r: Reader, kind: LedgerKind, where: Mapping[str, Any]) -> Sequence[int]:
    """Local row ids in the order of the list. where: for 整改台账 a ledger's filter, else text, key, group, unit, task,
    ids (hex). D-305, D-306."""
    if kind is LedgerKind.RECTIFICATIONS:
        free = not (where.get("status") or where.get("statuses") or where.get("ids"))
        chosen = {**where, "statuses": _ASSIGNED} if free else where
        try:
            return findings.ids(r, ledger.filter_of(r, chosen), "due")
        except KeyError as error:
            raise DubuError("D-305", detail=f"没有这种状态：{where.get('status')}") from error
    wrong = [n for n, v in where.items() if n not in _KNOWN or not isinstance(v, _KNOWN[n] | tuple)]
    if wrong:
        raise DubuError("D-305", detail=f"台账不能按 {'、'.join(wrong)} 筛选")
    return _list_ids(r, kind, where)


def _list_ids(r: Reader, kind: LedgerKind, where: Mapping[str, Any]) -> Sequence[int]:
    refs = {n: lookup.find(r.conn, n, where[n]) for n in ("group", "unit", "task") if where.get(n)}
    asked = ListFilter(text=where.get("text", ""), key=where.get("key", ""), **refs)
    if where.get("ids"):
        name = "task" if kind is LedgerKind.TASKS else "visit"
        wanted = [lookup.find(r.conn, name, ref) for ref in where["ids"]]
        found = listing.row_ids(r.conn, wanted)
        return [found[one] for one in wanted if one in found]
    try:
        return tasks.ids(r, asked) if kind is LedgerKind.TASKS else visits.ids(r, asked)
    except KeyError as error:
        raise DubuError("D-305", detail=f"没有这种筛选：{where.get('key')}") from error


def rows(r: Reader, kind: LedgerKind, ids: Sequence[int], told: Told) -> Iterator[tuple[Cell, ...]]:
    """The cells of each row, `PAGE` rows in memory; `told(done)` after each page, and may raise `Cancelled`."""
    page_of = {
        LedgerKind.RECTIFICATIONS: _rectifications, LedgerKind.TASKS: _tasks, LedgerKind.VISITS: _visits,
    }[kind]  # fmt: skip
    for at in range(0, len(ids), PAGE):
        yield from page_of(r, ids[at : at + PAGE])
        told(at + PAGE)


def _rectifications(r: Reader, ids: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    page = [f for f in gather.ledger_rows(r.conn, ids) if f["rectification"]]
    kept = {row["uuid"]: row for row in queries.rows_of(r.conn, "rectification", [f["rectification"] for f in page])}
    names = r.names("unit", [u for row in kept.values() for u in row["units"] or ()])
    for f in page:
        one = kept[f["rectification"]]
        yield (
            f["number"] or "", f["place"] or "", f["facts"] or "", _listed(one["units"], names),
            _label("rectification", "term", one["term"]), one["requirement"] or "", one["measures"] or "",
            one["owner"] or "", _day(one["original_due_on"]), _day(one["due_on"]), FINDING.status_label(f["status"]),
            one["progress"], _day(one["replied_on"]), one["reply"] or "", f["urges"] or 0, f["returns"] or 0,
            f["reopens"] or 0, r.group_name(one["verify_group"]) if one["verify_group"] else "",
            one["verified_by"] or "", _day(one["verified_on"]), one["result"] or "",
            _day(one["closed_on"]) if f["status"] == S.CLOSED else None, one["days_late"],
            (f["photos"] or 0) - (f["photos_after"] or 0), f["photos_after"] or 0,
        )  # fmt: skip


def _tasks(r: Reader, ids: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    found = gather.by_row_id(r.conn, "task", ids)
    page = [found[i] for i in ids if i in found]
    mine = [row["uuid"] for row in page]
    made = figures.findings_by(r.conn, "task", mine, findings.counted(r))
    went = {task: len(rows) for task, rows in gather.children(r.conn, "visit", "task", mine).items()}
    names = r.names("unit", [u for row in page for u in row["units"] or ()])
    for row in page:
        yield (
            row["number"] or "", row["title"] or "", _label("task", "source", row["source"]),
            r.group_name(row["group"]) if row["group"] else "", row["requirement"] or "", row["objects"] or "",
            _listed(row["units"], names), _day(row["issued_on"]), _day(row["original_due_on"]), _day(row["due_on"]),
            TASK.status_label(row["status"]), "是" if row["urgent"] else "", went.get(row["uuid"], 0),
            made.get(row["uuid"], 0), row["report"] or "",
        )  # fmt: skip


def _visits(r: Reader, ids: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    """A plan of an unannounced visit is not written: it is nobody's before the visit (contracts.md §4)."""
    found = gather.by_row_id(r.conn, "visit", ids)
    page = [found[i] for i in ids if i in found]
    made = figures.findings_by(r.conn, "visit", [row["uuid"] for row in page], findings.counted(r))
    names = r.names("unit", [u for row in page for u in row["units"] or ()])
    titles = {row["uuid"]: row["title"] or "" for row in queries.rows_of(
        r.conn, "task", list(dict.fromkeys(row["task"] for row in page if row["task"])),
    )}  # fmt: skip
    for row in page:
        if not row["started_at"]:
            continue
        yield (
            _moment(row["started_at"]), _moment(row["ended_at"]), _label("visit", "visit_kind", row["visit_kind"]),
            r.group_name(row["group"]) if row["group"] else "", _listed(row["units"], names), row["place"] or "",
            "、".join(row["members"] or ()), "是" if row["leader_present"] else "", "、".join(row["experts"] or ()),
            row["half_days"], titles.get(row["task"], ""), made.get(row["uuid"], 0), row["note"] or "",
        )  # fmt: skip


def _listed(units: Sequence[bytes] | None, names: Mapping[bytes, str]) -> str:
    return "、".join(names.get(u, "") for u in units or ())


def _label(kind: str, field: str, value: str | None) -> str:
    return label_of(BY_NAME[kind].by_name[field], value) if value else ""


def _moment(text: str | None) -> datetime | date | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if len(text or "") > len("2026-06-02") else found.date()


def _day(text: str | None) -> date | None:
    found = _moment(text)
    return found.date() if isinstance(found, datetime) else found
