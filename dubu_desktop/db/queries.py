"""Plain questions to the folded tables; rows come out as dictionaries or ids, never as ORM objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from dubu_desktop.db import bulk
from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import chunks
from dubu_desktop.db.values import from_column
from dubu_desktop.domain.ops import Actor
from dubu_desktop.domain.records import BY_NAME, BY_TAG

#: statuses of records that are out of use: not offered, not found by name
GONE = ("void", "voided")


def is_kind(conn: Connection, record: bytes, kind: str) -> bool:
    """Whether `record` is here and of `kind`."""
    table = t.OF_KIND[kind]
    return conn.execute(select(table.c.id).where(table.c.uuid == record)).scalar() is not None


def ids_where(conn: Connection, kind: str, field: str, value: Any) -> list[bytes]:
    """Ids of the records of `kind`, in use, whose `field` is exactly `value`."""
    table = t.OF_KIND[kind]
    query = select(table.c.uuid).where(table.c[field] == value, table.c.status.not_in(GONE))
    return [bytes(row.uuid) for row in conn.execute(query)]


def kind_of(conn: Connection, record: bytes) -> str | None:
    """The name of the record's kind, None when it is not here."""
    tag = conn.execute(select(t.record.c.kind).where(t.record.c.uuid == record)).scalar()
    return BY_TAG[tag].name if tag in BY_TAG else None


def row_of(conn: Connection, kind: str, record: bytes) -> dict[str, Any] | None:
    """One record as {field: value} with `id` (local), `uuid`, `status`, `created_ms`; None when not here."""
    return next(iter(rows_of(conn, kind, [record])), None)


def rows_of(conn: Connection, kind: str, records: Sequence[bytes]) -> list[dict[str, Any]]:
    """Records of one kind as dictionaries, in the order of `records`; those not here are left out."""
    table = t.OF_KIND[kind]
    found: dict[bytes, dict[str, Any]] = {}
    for part in chunks(records):
        for row in conn.execute(select(table).where(table.c.uuid.in_(part))):
            found[bytes(row.uuid)] = as_dict(kind, row._mapping)
    return [found[r] for r in records if r in found]


def all_rows(conn: Connection, kind: str, *, with_gone: bool = False, **equal: Any) -> list[dict[str, Any]]:
    """Every record of a kind whose fields equal `equal`, in order of creation."""
    table = t.OF_KIND[kind]
    query = select(table).where(*[table.c[n] == v for n, v in equal.items()]).order_by(table.c.created_ms, table.c.id)
    if not with_gone:
        query = query.where(table.c.status.not_in(GONE))
    return [as_dict(kind, row._mapping) for row in conn.execute(query)]


def as_dict(kind: str, row: Any) -> dict[str, Any]:
    """A folded row with its values in Python's types."""
    out = {"id": row["id"], "uuid": bytes(row["uuid"]), "status": row["status"], "created_ms": row["created_ms"]}
    for f in BY_NAME[kind].fields:
        out[f.name] = from_column(f, row[f.name])
    return out


_TITLES = {
    **dict.fromkeys(("unit", "group", "person", "category", "rule_profile"), "name"),
    **dict.fromkeys(("task", "instruction", "document"), "title"),
    "finding": "number",
    "visit": "place",
    "phrase": "abbr",
    "paper_text": "label",
}


def names_of(conn: Connection, kind: str, records: Iterable[bytes]) -> dict[bytes, str]:
    """{id: what people call it} of those of `records` that are here, in use or not."""
    wanted = [r for r in dict.fromkeys(records) if r]
    table = t.OF_KIND[kind]
    column = table.c[_TITLES[kind]] if kind in _TITLES else table.c.status
    out: dict[bytes, str] = {}
    for part in chunks(wanted):
        query = select(table.c.uuid, column.label("name")).where(table.c.uuid.in_(part))
        out.update({bytes(row.uuid): row.name or "" for row in conn.execute(query)})
    return out


def with_children(conn: Connection, kind: str, record: bytes) -> list[bytes]:
    """The record and all records whose `parent`, at any height, it is."""
    table = t.OF_KIND[kind]
    out, todo = [record], [record]
    while todo:
        rows = conn.execute(select(table.c.uuid).where(table.c.parent.in_(todo))).scalars()
        todo = [bytes(u) for u in rows if bytes(u) not in out]
        out += todo
    return out


def highest_number(conn: Connection, kind: str, prefix: str) -> int:
    """The highest running number among human numbers that begin with `prefix` and end in digits; 0 for none."""
    column = t.OF_KIND[kind].c.number
    # a range, not a pattern: the index answers it however many there are
    query = select(column).where(column >= prefix, column < prefix + "\uffff")
    found = conn.execute(query.order_by(func.length(column).desc(), column.desc()).limit(1)).scalar()
    digits = "".join(ch for ch in (found or "")[len(prefix) :] if ch.isdigit())
    return int(digits) if digits else 0


def lowest_number(conn: Connection, kind: str, prefix: str) -> int:
    """The lowest running number among human numbers that begin with `prefix` and end in digits; 0 for none."""
    column = t.OF_KIND[kind].c.number
    query = select(column).where(column >= prefix, column < prefix + "\uffff")
    found = conn.execute(query.order_by(func.length(column), column).limit(1)).scalar()
    digits = "".join(ch for ch in (found or "")[len(prefix) :] if ch.isdigit())
    return int(digits) if digits else 0


def doubles_of(conn: Connection, kind: str, numbers: Iterable[str]) -> dict[str, int]:
    """{number: how many bear it} of those of `numbers` that several records of the kind in use bear."""
    gone = ", ".join(f"'{status}'" for status in GONE)
    query = f"SELECT number, count(*) FROM r_{kind} WHERE number IN ({{}}) AND status NOT IN ({gone})"
    return dict(bulk.among(conn, f"{query} GROUP BY number HAVING count(*) > 1", numbers))


def doubles(conn: Connection, kind: str, records: Iterable[bytes]) -> dict[str, int]:
    """{number: how many bear it} of the human numbers of `records` that others of the kind in use bear as well."""
    gone = ", ".join(f"'{status}'" for status in GONE)
    here = f"SELECT number FROM r_{kind} WHERE uuid IN ({{}}) AND status NOT IN ({gone})"
    numbers = {number for (number,) in bulk.among(conn, here, records) if number is not None}
    return doubles_of(conn, kind, sorted(numbers))


def unit_in_text(conn: Connection, words: str) -> bytes | None:
    """The 属地 unit whose name, or whose place's name, stands in `words`; the longest name wins; None."""
    unit = t.OF_KIND["unit"]
    held = func.instr(words, unit.c.name) > 0
    query = (
        select(unit.c.uuid, unit.c.side, unit.c.parent)
        .where(held, unit.c.status.not_in(GONE), func.length(unit.c.name) > 1)
        .order_by(func.length(unit.c.name).desc())
        .limit(5)
    )
    for row in conn.execute(query):
        if row.side == "territory":
            return bytes(row.uuid)
        up = conn.execute(select(unit.c.uuid, unit.c.side).where(unit.c.uuid == row.parent)).first()
        if up is not None and up.side == "territory":
            return bytes(up.uuid)
    return None


def inert_dots(conn: Connection, records: Iterable[bytes]) -> set[tuple[int, int]]:
    """The ops of these records that have no effect: number of the actor, running number."""
    i, out = t.inert.c, set[tuple[int, int]]()
    for part in chunks(records):
        out |= {(row.actor, row.seq) for row in conn.execute(select(i.actor, i.seq).where(i.record.in_(part)))}
    return out


def why_inert(conn: Connection, actor: Actor, first: int, last: int) -> str | None:
    """Why the first of an actor's ops from `first` to `last` that has no effect has none; None when all have one."""
    number = select(t.actor.c.id).where(t.actor.c.actor == actor.to_bytes()).scalar_subquery()
    query = select(t.inert.c.reason).where(t.inert.c.actor == number, t.inert.c.seq.between(first, last))
    found = conn.execute(query.order_by(t.inert.c.seq).limit(1)).scalar()
    return None if found is None else str(found)
