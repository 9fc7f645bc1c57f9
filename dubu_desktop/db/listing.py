"""Lists of any length as arrays of local row ids: answered from narrow rows and covering indexes (stack.md §3).

What is asked comes as plain values, what is answered are numbers; the rows themselves are fetched by page.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, literal_column, or_, select

from dubu_desktop.db import bulk
from dubu_desktop.db import tables as t
from dubu_desktop.db.lines import POINTING, is_any, moment_number
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


def _due_conditions(w: LineWhere) -> list[Any]:
    due = t.finding_line.c.due_on
    given = ((w.due_from, due >= w.due_from), (w.due_to, due <= w.due_to), (w.no_due, due.is_(None)))
    return [condition for on, condition in given if on]


def _line_conditions(w: LineWhere) -> list[Any]:
    c = t.finding_line.c
    out = _due_conditions(w)
    few = w.urgent or w.conflict or w.unseen_edit or w.reopened
    if w.statuses:  # an expression keeps the planner to the index of the few
        out.append((c.status.concat("") if few else c.status).in_(w.statuses))
    equal = {"finder_group": w.group, "verify_group": w.verify_group, "visit": w.visit, "task": w.task}
    out += [is_any(c[name], [value]) for name, value in equal.items() if value]
    if w.groups_none:
        out.append(c.finder_group.is_(None))
    if w.side:
        out.append(or_(is_any(c.finder_group, [w.side]), is_any(c.verify_group, [w.side])))
    if w.unit:
        out.append(or_(*[is_any(column, [w.unit]) for column in (c.industry_unit, c.territory_unit, c.unit)]))
    if w.categories:
        out.append(is_any(c.category, w.categories))
    if w.severity:
        out.append(c.severity == w.severity)
    # a literal, not a parameter: only so can SQLite tell that an index of the few will do
    none: Any = literal_column("0")
    if w.urgent:
        out.append(c.urgent > none)
    if w.found_from:
        out.append(c.found_at >= moment_number(w.found_from))
    if w.found_to:
        out.append(c.found_at < moment_number(w.found_to))
    if w.terms:
        out.append(c.term.in_(w.terms))
    flags = {"conflicts": w.conflict, "unseen_edit": w.unseen_edit, "reopens": w.reopened}
    out += [c[name] > none for name, on in flags.items() if on]
    if w.uuids:
        out.append(c.id.in_(select(t.record.c.id).where(t.record.c.uuid.in_(w.uuids))))
    return out


def _line_order(sort: str) -> list[Any]:
    c = t.finding_line.c
    newest: list[Any] = [c.found_at.desc(), c.id.desc()]
    orders: dict[str, list[Any]] = {
        "found": newest,
        "due": [c.due_on.is_(None), c.due_on, *newest],
        "number": [c.number],
        "status": [c.status, *newest],
    }
    return orders[sort]


def line_ids(
    conn: Connection, where: LineWhere, sort: str = "found", among: set[int] | None = None, limit: int = 0
) -> array[int]:
    """Row ids of findings, in order. sort: found (newest first), due (earliest first), number, status.

    `among`: only these (what a search found). `limit`: the first so many, 0 for all.
    """
    query = line_query(where, sort)
    return _ids(conn, query.limit(limit) if limit else query, among)


def line_query(where: LineWhere, sort: str = "found") -> Any:
    """The question `line_ids` asks."""
    return select(t.finding_line.c.id).where(*_line_conditions(where)).order_by(*_line_order(sort))


def _ids(conn: Connection, query: Any, among: set[int] | None) -> array[int]:
    found = bulk.numbers(conn, query)
    return array("q", found if among is None else (i for i in found if i in among))


def count_lines(conn: Connection, wheres: Sequence[LineWhere]) -> list[int]:
    """How many findings fit each of `wheres`, in one statement."""
    columns = [
        select(func.count()).select_from(t.finding_line).where(*_line_conditions(w)).scalar_subquery() for w in wheres
    ]
    return [int(n) for n in conn.execute(select(*columns)).one()] if columns else []


def by_status_alone(where: LineWhere, by_status: dict[str, int]) -> int | None:
    """How many fit a condition that speaks of statuses and of nothing else; None where it speaks of more."""
    if where != LineWhere(statuses=where.statuses):
        return None
    return sum(by_status.get(s, 0) for s in where.statuses) if where.statuses else sum(by_status.values())


def line_rows(conn: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The narrow rows of at most `PAGE` findings with the texts a list shows, in the order of `ids`."""
    found = {row.id: dict(row._mapping) for row in conn.execute(rows_query(list(ids)[:PAGE]))}
    return [found[i] for i in ids if i in found]


def rows_query(ids: Sequence[int]) -> Any:
    """The question `line_rows` asks."""
    return _rows_query().where(t.finding_line.c.id.in_(list(ids)))


def _rows_query() -> Any:
    """Narrow rows with the ids they point to: the finding's own row has most of them."""
    f, line = t.finding.c, t.finding_line.c
    own = [f[name] for name in POINTING if name != "verify_group"]
    found_at = func.coalesce(f.found_at, "").label("found_at")
    verify_group = select(t.pointed.c.uuid).where(t.pointed.c.id == line.verify_group).scalar_subquery()
    narrow = [column for column in line if column.name not in {*POINTING, "found_at"}]
    columns = [f.uuid, found_at, *own, verify_group.label("verify_group"), *narrow]
    return select(*columns, f.place, f.facts, f.nature, f.created_ms).join(t.finding, f.id == line.id)


def line_of(conn: Connection, finding: bytes) -> dict[str, Any] | None:
    """The narrow row of one finding."""
    number = select(t.record.c.id).where(t.record.c.uuid == finding).scalar_subquery()
    row = conn.execute(_rows_query().where(t.finding_line.c.id == number)).first()
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


def uuids_of(conn: Connection, rows: Sequence[int]) -> list[bytes]:
    """Ids of the records in these local rows, in their order; rows that are not there are left out."""
    found: dict[int, bytes] = {}
    for at in range(0, len(rows), 400):
        query = select(t.record.c.id, t.record.c.uuid).where(t.record.c.id.in_(rows[at : at + 400]))
        found.update({row.id: bytes(row.uuid) for row in conn.execute(query)})
    return [found[i] for i in rows if i in found]


def conflict_keys(conn: Connection) -> list[tuple[int, int]]:
    """(row id of the record, tag of the field; 0 for the lifecycle) of every conflict, the latest record first."""
    c = t.conflict.c
    return [(row.record, row.tag) for row in conn.execute(select(c.record, c.tag).order_by(c.record.desc(), c.tag))]


def roots_of_rows(conn: Connection, rows: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
    """{row id: (record, root)}."""
    c = t.record.c
    query = select(c.id, c.uuid, c.root).where(c.id.in_(list(rows)))
    return {row.id: (bytes(row.uuid), bytes(row.root)) for row in conn.execute(query)}


@dataclass(frozen=True, slots=True)
class Standing:
    """Who created a record (b"" the office, None unknown), and the tags of its fields in conflict (0: the steps)."""

    creator: bytes | None
    conflicts: frozenset[int]


def standing(conn: Connection, record: bytes) -> Standing:
    """What decides who may write a record."""
    c = t.record.c
    row = conn.execute(select(c.id, c.creator, c.conflicts).where(c.uuid == record)).first()
    if row is None:
        return Standing(None, frozenset())
    tags: frozenset[int] = frozenset()
    if row.conflicts:
        tags = frozenset(conn.execute(select(t.conflict.c.tag).where(t.conflict.c.record == row.id)).scalars())
    return Standing(bytes(row.creator) if row.creator is not None else None, tags)


@dataclass(frozen=True, slots=True)
class Author:
    """Which side made a record, and the person recorded with its creation (`known`: their record is here)."""

    creator: bytes | None
    person: bytes
    known: bool


def author_of(conn: Connection, record: bytes) -> Author:
    """Who made a record; from the op, or from the base where the op is not here."""
    from dubu_desktop.db.history import past_of
    from dubu_desktop.domain.ops import OpType

    made = standing(conn, record).creator
    past = past_of(conn, conn.execute(select(t.record.c.root).where(t.record.c.uuid == record)).scalar() or record)
    by = [op.person for op in past.ops if op.record == record and op.type is OpType.CREATE]
    by += [c.person for f in past.facts if f.record == record for c in f.creates]
    person = by[0] if by else b""
    known = (
        bool(person)
        and conn.execute(
            select(func.count()).select_from(t.OF_KIND["person"]).where(t.OF_KIND["person"].c.uuid == person)
        ).scalar()
    )
    return Author(made, person, bool(known))
