"""One narrow row per finding, gathered from the finding and all that hangs on it: what lists filter, sort and count by.

Derived, and so written by the fold alone with the aggregate it belongs to; disposable like every folded table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from dubu_desktop.db import tables as t
from dubu_desktop.db.values import to_column
from dubu_desktop.domain.facts import RecordState, awaits_due
from dubu_desktop.domain.lifecycle import PlainStatus
from dubu_desktop.domain.records import EVIDENCE, NOTE, RECTIFICATION, URGE
from dubu_desktop.domain.records.finding import EvidenceRole, NoteState

_COPIED = ("number", "finder_group", "category", "severity", "industry_unit", "territory_unit", "unit", "visit", "task")
_OF_RECTIFICATION = ("term", "due_on", "verify_group", "verified_on", "closed_on")


def finding_line(own: RecordState, states: Mapping[bytes, RecordState], ids: Mapping[bytes, int]) -> dict[str, Any]:
    """The row of the finding `own`; `states` its whole aggregate, `ids` the local row ids of its records."""
    row: dict[str, Any] = {name: _column(own, name) for name in _COPIED}
    row |= {
        "id": ids[own.record],
        "uuid": own.record,
        "status": own.status,
        "found_at": _column(own, "found_at") or "",
        "urgent": int(bool(own.get("urgent"))),
        "priority": int(bool(own.get("priority"))),
        "rectification": None,
        "photos": 0,
        "photos_after": 0,
        "urges": 0,
        "notes": 0,
        "returns": own.steps_counted("return_for_redo"),
        "reopens": own.steps_counted("reopen"),
        "conflicts": 0,
        "unseen_edit": int(own.unseen_edit),
        **dict.fromkeys(_OF_RECTIFICATION),
    }
    for record, state in states.items():
        if record in ids:
            _count(row, state, ids)
    if awaits_due(own):
        row["due_on"] = None
    return row


def write_fresh(conn: Connection, first: int, last: int) -> None:
    """The rows of findings with these row ids, of which nothing but themselves is known yet."""
    given = {name: name for name in (*_COPIED, "id", "uuid", "status")}
    given |= {name: f"coalesce({name}, 0)" for name in ("urgent", "priority")} | {"found_at": "coalesce(found_at, '')"}
    columns = [c.name for c in t.finding_line.columns if c.name in given or not c.nullable]
    values = ", ".join(given.get(name, "0") for name in columns)
    sql = f"INSERT INTO finding_line ({', '.join(columns)}) SELECT {values} FROM r_finding WHERE id BETWEEN ? AND ?"
    conn.exec_driver_sql(sql, (first, last))


def _column(state: RecordState, name: str) -> Any:
    return to_column(state.kind.by_name[name], state.get(name))


def _count(row: dict[str, Any], state: RecordState, ids: Mapping[bytes, int]) -> None:
    row["conflicts"] += len(state.conflicts) + int(state.status_conflict)
    if state.status != PlainStatus.VALID:
        return
    if state.kind is EVIDENCE:
        row["photos"] += 1
        row["photos_after"] += int(state.get("role") == EvidenceRole.AFTER)
    elif state.kind is RECTIFICATION:
        row["rectification"] = ids[state.record]
        row.update({name: _column(state, name) for name in _OF_RECTIFICATION})
    elif state.kind is URGE:
        row["urges"] += 1
    elif state.kind is NOTE:
        row["notes"] += int(state.get("state", NoteState.OPEN) == NoteState.OPEN)
