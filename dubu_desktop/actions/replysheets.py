"""What a 反馈表 asks: the findings each unit has to answer, with what it told before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dubu_desktop.actions import ledger, paper_settings
from dubu_desktop.actions.imports.replies import part_of
from dubu_desktop.actions.reads import findings
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import gather
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.domain.replysheet import ReplyRow
from dubu_desktop.errors import DubuError


@dataclass(frozen=True)
class Asked:
    """`sheets`: {unit: its name and rows}, in the order of their first row; who asks; what could not be asked."""

    sheets: dict[bytes, tuple[str, list[ReplyRow]]]
    office: str
    #: findings of the choice that wait for no reply
    not_open: int = 0
    #: findings that name no responsible unit: their numbers
    nobody: tuple[str, ...] = ()


def asked(r: Reader, where: Mapping[str, Any]) -> Asked:
    """The sheets of the findings that fit `where` (a ledger's filter; by default those that wait for a reply)."""
    chosen = dict(where) if where.get("status") or where.get("statuses") or where.get("ids") else {
        **where, "status": "to_reply",
    }  # fmt: skip
    try:
        ids = findings.ids(r, ledger.filter_of(r, chosen), "due")
    except KeyError as error:
        raise DubuError("D-305", detail=f"没有这种状态：{where.get('status')}") from error
    waiting = [f for f in _rows(r, ids) if f["status"] == FindingStatus.RECTIFYING]
    kept = gather.children(r.conn, "rectification", "finding", [f["uuid"] for f in waiting])
    units = {u for rows in kept.values() for row in rows for u in row["units"] or ()}
    names = r.names("unit", units)
    sheets: dict[bytes, tuple[str, list[ReplyRow]]] = {}
    rows: dict[bytes, list[ReplyRow]] = defaultdict(list)
    nobody = []
    for f in waiting:
        one = next(iter(kept.get(f["uuid"], [])), None)
        responsible = [u for u in (one["units"] if one else None) or () if u in names]
        if one is None or not responsible:
            nobody.append(f["number"] or "未编号")
            continue
        for unit in responsible:
            sheets.setdefault(unit, (names[unit], rows[unit]))
            rows[unit].append(_row(f, one, unit, {u: names[u] for u in responsible}))
    for of_unit in rows.values():
        of_unit.sort(key=lambda row: (row.due_on or date.max, row.number))
    return Asked(sheets, paper_settings.load(r.conn).organ, len(ids) - len(waiting), tuple(nobody))


def _rows(r: Reader, ids: Any) -> list[dict[str, Any]]:
    by_id = gather.by_row_id(r.conn, "finding", ids)
    return [by_id[i] for i in ids if i in by_id]


def _row(f: Mapping[str, Any], one: Mapping[str, Any], unit: bytes, units: Mapping[bytes, str]) -> ReplyRow:
    return ReplyRow(
        finding=f["uuid"],
        unit=unit,
        number=f["number"] or "",
        place=f["place"] or "",
        facts=f["facts"] or "",
        requirement=one["requirement"] or "",
        due_on=date.fromisoformat(one["due_on"]) if one["due_on"] else None,
        measures=part_of(one["measures"] or "", units, unit),
        owner=part_of(one["owner"] or "", units, unit),
    )
