"""One narrow row per finding, gathered from the finding and all that hangs on it: what lists filter, sort and count by.

Derived, and so written by the fold alone with the aggregate it belongs to; disposable like every folded table. A group,
unit, category, visit or task stands in ten indexes of every finding: as a small number (`pointed`), not as its id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
_FLAGS = ("urgent", "priority")
#: columns that come from a field of the finding itself
_OWN = (*_COPIED, "found_at", *_FLAGS)
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


def put_new(conn: Connection, rows: Collection[int], columns: Mapping[str, Collection[Any]]) -> None:
    """The rows of findings with these row ids, of which nothing but themselves is known yet.

    `columns`: {name: values as they are stored} of their fields, those that any of them has.
    """
    nothing = [None] * len(rows)
    given = {"id": rows, "status": columns["status"]}
    given |= {name: _as_listed(conn, name, columns.get(name, nothing)) for name in _OWN}
    sql = f"INSERT INTO finding_line ({', '.join((*given, *_COUNTED))}) VALUES"
    marks = ", ".join(["?"] * len(given) + ["0"] * len(_COUNTED))
    bulk.driver(conn).executemany(f"{sql} ({marks})", zip(*given.values(), strict=True))


def edit_new(conn: Connection, rows: Collection[int], name: str, values: Collection[Any]) -> None:
    """Another value of one field of such findings, where lists show that field."""
    if name in _OWN:
        listed = _as_listed(conn, name, values)
        sql = f"UPDATE finding_line SET {name} = ? WHERE id = ?"
        bulk.driver(conn).executemany(sql, list(zip(listed, rows, strict=True)))


def _as_listed(conn: Connection, name: str, values: Collection[Any]) -> Collection[Any]:
    if name in POINTING:
        return list(map(_numbers(conn, set(values)).__getitem__, values))
    if name == "found_at":
        return list(map(moment_number, values))
    return [value or 0 for value in values] if name in _FLAGS else values


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
