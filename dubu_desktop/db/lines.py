"""One narrow row per finding, gathered from the finding and all that hangs on it: what lists filter, sort and count by.

Derived, and so written by the fold alone with the aggregate it belongs to; disposable like every folded table. A group,
unit, category, visit or task stands in ten indexes of every finding: as a small number (`pointed`), not as its id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from dubu_desktop.db import bulk
from dubu_desktop.db import tables as t
from dubu_desktop.db.values import to_column
from dubu_desktop.domain.facts import RecordState, awaits_due
from dubu_desktop.domain.lifecycle import PlainStatus
from dubu_desktop.domain.records import EVIDENCE, NOTE, RECTIFICATION, URGE
from dubu_desktop.domain.records.finding import EvidenceRole, NoteState

_COPIED = ("number", "finder_group", "category", "severity", "industry_unit", "territory_unit", "unit", "visit", "task")
_OF_RECTIFICATION = ("term", "due_on", "verify_group", "verified_on", "closed_on")
#: columns that hold numbers of `pointed`
POINTING = (
    "finder_group",
    "category",
    "industry_unit",
    "territory_unit",
    "unit",
    "visit",
    "task",
    "verify_group",
)
_COUNTED = tuple(
    c.name
    for c in t.finding_line.columns
    if not c.nullable and c.name not in ("id", "status", "found_at", "urgent", "priority")
)
#: those that a finding itself names
OWN_POINTING = tuple(name for name in POINTING if name in _COPIED)
#: `moment_number` of a moment as it is written, in SQL
_MOMENT = (
    "CAST(substr(replace(replace(replace(coalesce(found_at, ''), '-', ''), 'T', ''), ':', '') || '000000', 1, 14)"
    " AS INTEGER)"
)
_DIGITS = str.maketrans("", "", "-T: ")
#: year to second
_LENGTH = 14


def moment_number(text: str | None) -> int:
    """The number that the digits of a moment or day make, up to the second: later is larger; 0 for none."""
    digits = (text or "").translate(_DIGITS)[:_LENGTH]
    return int(digits.ljust(_LENGTH, "0")) if digits.isascii() and digits.isdigit() else 0


def finding_line(own: RecordState, states: Mapping[bytes, RecordState], ids: Mapping[bytes, int]) -> dict[str, Any]:
    """The row of the finding `own`; `states` its whole aggregate, `ids` the local row ids of its records.

    `POINTING` columns hold ids still: `put` makes numbers of them.
    """
    row: dict[str, Any] = {name: _column(own, name) for name in _COPIED}
    row |= {
        "id": ids[own.record],
        "status": own.status,
        "found_at": moment_number(_column(own, "found_at")),
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


def put(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of `finding_line`, where they stand already only what differs."""
    if not rows:
        return
    numbers = _numbers(conn, {row[name] for row in rows for name in POINTING})
    bulk.put_changed(conn, t.finding_line, [row | {name: numbers[row[name]] for name in POINTING} for row in rows])


def put_fresh(conn: Connection, spans: Sequence[tuple[int, int]], pointed: Iterable[bytes | None]) -> None:
    """The rows of findings with these row ids, (first, last) each, of which nothing but themselves is known yet.

    `pointed`: all ids that they point to.

    For a statement of many rows SQLite copies every page it changes into memory, to undo that statement alone; with
    ten indexes that was 12 MB at 60,000 findings. OR FAIL needs no such copy (whoever imports undoes everything), but
    a function in the statement brings it back: so the moments are worked out into a table of their own before.
    """
    _numbers(conn, set(pointed))
    given = {name: name for name in (*_COPIED, "status")} | {"id": "r_finding.id"}
    given |= {name: f"(SELECT id FROM pointed WHERE uuid = r_finding.{name})" for name in OWN_POINTING}
    given |= {name: f"coalesce({name}, 0)" for name in ("urgent", "priority")} | {"found_at": "moment"}
    given |= dict.fromkeys(_COUNTED, "0")
    conn.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS fresh_moment (id INTEGER PRIMARY KEY, moment INTEGER)")
    moments = f"INSERT INTO fresh_moment SELECT id, {_MOMENT} FROM r_finding WHERE id BETWEEN ? AND ?"
    conn.exec_driver_sql(moments, list(spans))
    sql = f"INSERT OR FAIL INTO finding_line ({', '.join(given)}) SELECT {', '.join(given.values())}"
    conn.exec_driver_sql(f"{sql} FROM fresh_moment JOIN r_finding USING (id)")
    conn.exec_driver_sql("DELETE FROM fresh_moment")


def _numbers(conn: Connection, ids: set[bytes | None]) -> dict[bytes | None, int | None]:
    """{id: its number}, for those not met before a new one; None stays None."""
    wanted = ids - {None}
    asked = "SELECT uuid, id FROM pointed WHERE uuid IN ({})"
    found: dict[bytes | None, int | None] = dict(bulk.among(conn, asked, wanted))
    new = sorted(uuid for uuid in wanted if uuid is not None and uuid not in found)
    if new:
        bulk.driver(conn).executemany("INSERT INTO pointed (uuid) VALUES (?)", [(uuid,) for uuid in new])
        found.update(bulk.among(conn, asked, new))
    return found | {None: None}


def is_any(column: Any, ids: Collection[bytes]) -> Any:
    """The condition that a `POINTING` column points to one of `ids`."""
    if len(ids) == 1:
        return column == select(t.pointed.c.id).where(t.pointed.c.uuid == next(iter(ids))).scalar_subquery()
    return column.in_(select(t.pointed.c.id).where(t.pointed.c.uuid.in_(list(ids))))


def forget_unpointed(conn: Connection) -> None:
    """Remove the ids that no row points to any more."""
    used = " UNION ".join(f"SELECT {name} FROM finding_line WHERE {name} IS NOT NULL" for name in POINTING)
    conn.exec_driver_sql(f"DELETE FROM pointed WHERE id NOT IN ({used})")


def told(conn: Connection) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """(finding, its row with ids instead of numbers) of every finding."""
    ids: dict[int | None, bytes | None] = {row.id: bytes(row.uuid) for row in conn.execute(select(t.pointed))}
    ids[None] = None
    c = t.finding_line.c
    query = select(t.finding.c.uuid, t.finding_line).join(t.finding, t.finding.c.id == c.id)
    for row in conn.execute(query).mappings():
        line = dict(row)
        yield bytes(line.pop("uuid")), line | {name: ids.get(line[name]) for name in POINTING}


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
