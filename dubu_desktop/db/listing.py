"""Lists of any length as arrays of local row ids: answered from narrow rows and covering indexes (stack.md §3).

What is asked comes as plain values, what is answered are numbers; the rows themselves are fetched by page.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, or_, select

from dubu_desktop.db import tables as t
from dubu_desktop.db.queries import GONE, as_dict

#: most rows one call fetches
PAGE = 200


@dataclass(frozen=True, slots=True)
class LineWhere:
    """Which findings: every part that is given must hold. Ids as 16 bytes, days and moments as ISO text.

    `unit`: any of the three units. `due_from`, `due_to` include their days. `no_due`: no due date is set.
    `found_from`: a moment. `side`: found or verified by this group.
    """

    statuses: tuple[str, ...] = ()
    group: bytes | None = None
    groups_none: bool = False
    verify_group: bytes | None = None
    side: bytes | None = None
    unit: bytes | None = None
    categories: tuple[bytes, ...] = ()
    severity: str = ""
    urgent: bool = False
    visit: bytes | None = None
    task: bytes | None = None
    due_from: str = ""
    due_to: str = ""
    no_due: bool = False
    found_from: str = ""
    found_to: str = ""
    terms: tuple[str, ...] = ()
    conflict: bool = False
    unseen_edit: bool = False
    reopened: bool = False
    uuids: tuple[bytes, ...] = field(default=())


def _line_conditions(w: LineWhere) -> list[Any]:
    c = t.finding_line.c
    out: list[Any] = []
    if w.statuses:
        out.append(c.status.in_(w.statuses))
    equal = {"finder_group": w.group, "verify_group": w.verify_group, "visit": w.visit, "task": w.task}
    out += [c[name] == value for name, value in equal.items() if value]
    if w.groups_none:
        out.append(c.finder_group.is_(None))
    if w.side:
        out.append(or_(c.finder_group == w.side, c.verify_group == w.side))
    if w.unit:
        out.append(or_(c.industry_unit == w.unit, c.territory_unit == w.unit, c.unit == w.unit))
    if w.categories:
        out.append(c.category.in_(w.categories))
    if w.severity:
        out.append(c.severity == w.severity)
    if w.urgent:
        out.append(c.urgent > 0)
    if w.due_from:
        out.append(c.due_on >= w.due_from)
    if w.due_to:
        out.append(c.due_on <= w.due_to)
    if w.no_due:
        out.append(c.due_on.is_(None))
    if w.found_from:
        out.append(c.found_at >= w.found_from)
    if w.found_to:
        out.append(c.found_at < w.found_to)
    if w.terms:
        out.append(c.term.in_(w.terms))
    flags = {"conflicts": w.conflict, "unseen_edit": w.unseen_edit, "reopens": w.reopened}
    out += [c[name] > 0 for name, on in flags.items() if on]
    if w.uuids:
        out.append(c.uuid.in_(w.uuids))
    return out


def _line_order(sort: str) -> list[Any]:
    c = t.finding_line.c
    newest = [c.found_at.desc(), c.id.desc()]
    return {
        "found": newest,
        "due": [c.due_on.is_(None), c.due_on, *newest],
        "number": [c.number],
        "status": [c.status, *newest],
    }[sort]


def line_ids(conn: Connection, where: LineWhere, sort: str = "found", among: set[int] | None = None) -> array[int]:
    """Row ids of findings, in order. sort: found (newest first), due (earliest first), number, status.

    `among`: only these (what a search found).
    """
    query = select(t.finding_line.c.id).where(*_line_conditions(where)).order_by(*_line_order(sort))
    return _ids(conn, query, among)


def _ids(conn: Connection, query: Any, among: set[int] | None) -> array[int]:
    found = conn.execute(query).scalars()
    return array("q", found if among is None else (i for i in found if i in among))


def count_lines(conn: Connection, wheres: Sequence[LineWhere]) -> list[int]:
    """How many findings fit each of `wheres`, in one statement."""
    columns = [
        select(func.count()).select_from(t.finding_line).where(*_line_conditions(w)).scalar_subquery() for w in wheres
    ]
    return [int(n) for n in conn.execute(select(*columns)).one()] if columns else []


def line_rows(conn: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The narrow rows of at most `PAGE` findings with the texts a list shows, in the order of `ids`."""
    f, line = t.finding, t.finding_line
    query = (
        select(line, f.c.place, f.c.facts, f.c.nature, f.c.created_ms)
        .join(f, f.c.id == line.c.id)
        .where(line.c.id.in_(list(ids)[:PAGE]))
    )
    found = {row.id: dict(row._mapping) for row in conn.execute(query)}
    return [found[i] for i in ids if i in found]


def line_of(conn: Connection, finding: bytes) -> dict[str, Any] | None:
    """The narrow row of one finding."""
    row = conn.execute(select(t.finding_line).where(t.finding_line.c.uuid == finding)).first()
    return dict(row._mapping) if row else None


# --- the other kinds ---------------------------------------------------------------------------------------------
def kind_ids(
    conn: Connection,
    kind: str,
    order: Sequence[str],
    *,
    equal: dict[str, Any] | None = None,
    statuses: Sequence[str] = (),
    text_fields: Sequence[str] = (),
    words: Iterable[str] = (),
    among: set[int] | None = None,
    with_gone: bool = False,
) -> array[int]:
    """Row ids of records of a kind. `order`: field names, "-" in front for descending. `equal`: {field: value}.

    `words`, each of which must stand in one of `text_fields`, scan: for short kinds alone.
    """
    from dubu_desktop.db.search import like

    table = t.OF_KIND[kind]
    where = [table.c[n] == v for n, v in (equal or {}).items()]
    where += [or_(*[table.c[n].like(like(w), escape="\\") for n in text_fields]) for w in words]
    if statuses:
        where.append(table.c.status.in_(statuses))
    elif not with_gone:
        where.append(table.c.status.not_in(GONE))
    by = [table.c[n[1:]].desc() if n.startswith("-") else table.c[n] for n in (*order, "id")]
    return _ids(conn, select(table.c.id).where(*where).order_by(*by), among)


def kind_rows(conn: Connection, kind: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    """At most `PAGE` records of a kind as dictionaries, in the order of `ids`."""
    table = t.OF_KIND[kind]
    query = select(table).where(table.c.id.in_(list(ids)[:PAGE]))
    found = {row.id: as_dict(kind, row._mapping) for row in conn.execute(query)}
    return [found[i] for i in ids if i in found]


def row_ids(conn: Connection, records: Sequence[bytes]) -> dict[bytes, int]:
    """{id: local row id} of records that are here."""
    out: dict[bytes, int] = {}
    for at in range(0, len(records), 400):
        query = select(t.record.c.uuid, t.record.c.id).where(t.record.c.uuid.in_(records[at : at + 400]))
        out.update({bytes(row.uuid): row.id for row in conn.execute(query)})
    return out


def uuid_of(conn: Connection, row_id: int) -> bytes | None:
    """The id of the record in the local row `row_id`."""
    found = conn.execute(select(t.record.c.uuid).where(t.record.c.id == row_id)).scalar()
    return bytes(found) if found is not None else None


def conflict_counts(conn: Connection, kind: str, ids: Sequence[int]) -> dict[int, int]:
    """{row id: conflicts} of those of `ids` that are in conflict."""
    query = select(t.record.c.id, t.record.c.conflicts).where(t.record.c.id.in_(list(ids)[:PAGE]), t.record.c.conflicts > 0)
    return {row.id: row.conflicts for row in conn.execute(query)}
