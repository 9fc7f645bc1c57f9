"""Full-text search of any Chinese string of one character and more: a local cache, filled after the commit.

One token per Han character and phrase queries give exact substring answers at every length (stack.md §4). What is not
yet indexed is scanned, so answers are complete at once (contracts.md §10).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from dubu_desktop.db import tables as t
from dubu_desktop.domain.fields import FieldType, Kind
from dubu_desktop.domain.records import BY_TAG

_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def create(conn: Connection) -> None:
    """Make the index; it may be dropped and filled again at any time."""
    conn.execute(
        text(
            "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5("
            "body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')"
        )
    )


def spaced(value: str) -> str:
    """`value` with a blank around every Han character, so that each becomes one token."""
    return _HAN.sub(r" \g<0> ", value).lower()


def phrase(query: str) -> str | None:
    """The FTS query for one run of text, None when it holds nothing that can be indexed."""
    tokens = re.findall(r"[^\W_]+", spaced(query))
    return '"' + " ".join(tokens) + '"' if tokens else None


def searchable(kind: Kind) -> list[str]:
    """Names of the fields of `kind` that are searched."""
    return [f.name for f in kind.fields if f.search and f.type is not FieldType.TREE]


def index_some(conn: Connection, limit: int = 500) -> int:
    """Index up to `limit` waiting records; returns how many are left."""
    ids = [row.record for row in conn.execute(select(t.search_todo.c.record).limit(limit))]
    if ids:
        _index(conn, ids)
        conn.execute(t.search_todo.delete().where(t.search_todo.c.record.in_(ids)))
    return int(conn.exec_driver_sql("SELECT count(*) FROM search_todo").scalar() or 0)


def _index(conn: Connection, ids: Sequence[int]) -> None:
    kinds = {row.id: row.kind for row in conn.execute(select(t.record.c.id, t.record.c.kind).where(t.record.c.id.in_(ids)))}
    conn.execute(text("DELETE FROM search WHERE rowid = :i"), [{"i": i} for i in ids])
    rows = []
    for tag in set(kinds.values()):
        kind = BY_TAG[tag]
        names = searchable(kind)
        if not names:
            continue
        table = t.OF_KIND[kind.name]
        mine = [i for i, k in kinds.items() if k == tag]
        for row in conn.execute(select(table.c.id, *[table.c[n] for n in names]).where(table.c.id.in_(mine))):
            rows.append({"i": row[0], "b": spaced("\n".join(str(v) for v in row[1:] if v))})
    if rows:
        conn.execute(text("INSERT INTO search(rowid, body) VALUES (:i, :b)"), rows)
