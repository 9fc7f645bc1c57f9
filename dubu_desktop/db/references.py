"""Which records name which others in their fields, as they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from dubu_desktop.db import tables as t
from dubu_desktop.db.queries import GONE
from dubu_desktop.domain.fields import Field, FieldType, Kind
from dubu_desktop.domain.records import BY_TAG, KINDS


def naming(conn: Connection, records: Mapping[bytes, int]) -> dict[bytes, list[tuple[bytes, int]]]:
    """{record: [(the record in use that names it, tag of the field)]} of `records` {id: tag of its kind}.

    What hangs on a record (a finding's evidence) does not count: it shares its fate.
    """
    out: dict[bytes, list[tuple[bytes, int]]] = defaultdict(list)
    wanted = {BY_TAG[tag].name for tag in records.values()}
    for kind in KINDS:
        for field in kind.fields:
            if field.name != kind.root and (field.ref in wanted or (not field.ref and _names(field))):
                _gather(conn, kind, field, records, out)
    return out


def _names(field: Field) -> bool:
    return field.type in (FieldType.REF, FieldType.REFS)


def _gather(
    conn: Connection, kind: Kind, field: Field, records: Mapping[bytes, int], out: dict[bytes, list[tuple[bytes, int]]]
) -> None:
    table: Any = t.OF_KIND[kind.name]
    column = table.c[field.name]
    query = select(table.c.uuid, column.label("named")).where(column.is_not(None), table.c.status.not_in(GONE))
    for row in conn.execute(query):
        raw = bytes(row.named)
        for at in range(0, len(raw), 16):
            if raw[at : at + 16] in records:
                out[raw[at : at + 16]].append((bytes(row.uuid), field.tag))
