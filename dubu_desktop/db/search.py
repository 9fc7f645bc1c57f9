"""Full-text search of any Chinese string of one character and more: a local cache, filled after the commit.

One token per Han character and phrase queries give exact substring answers at every length (stack.md §4). One document
per root: a finding's holds the texts of all that hangs on it. What is not yet indexed is scanned, so answers are
complete at once (contracts.md §10). Names (units, persons …) have their own keys, for pinyin and initials.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, case, func, select, text
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import bulk, lines
from dubu_desktop.db import tables as t
from dubu_desktop.domain.fields import FieldType, Kind
from dubu_desktop.domain.lifecycle import FindingStatus, PlainStatus
from dubu_desktop.domain.records import (
    BY_TAG,
    CATEGORY,
    DOCUMENT,
    EVIDENCE,
    FINDING,
    GROUP,
    INSTRUCTION,
    PERSON,
    PHRASE,
    RECTIFICATION,
    TASK,
    UNIT,
    URGE,
    VISIT,
)
from dubu_desktop.domain.text import clean_line

_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_TOKEN = re.compile(r"[^\W_]+")

#: kinds with a document of their own
DOCUMENTS = (FINDING, TASK, VISIT, INSTRUCTION, DOCUMENT)
#: kinds whose text stands in the document of their finding
_PARTS = (EVIDENCE, RECTIFICATION, URGE)
#: kinds found by name, pinyin and initials, and the fields that name them
NAMED: dict[int, tuple[str, ...]] = {
    UNIT.tag: ("name", "short_name", "aliases"),
    GROUP.tag: ("name", "code"),
    PERSON.tag: ("name",),
    CATEGORY.tag: ("name",),
    PHRASE.tag: ("abbr", "text"),
}
_DOCUMENT_TAGS = frozenset(k.tag for k in DOCUMENTS)
#: records of these kinds, or what hangs on them, wait to be indexed after a change
INDEXED = _DOCUMENT_TAGS | frozenset(NAMED) | frozenset(k.tag for k in _PARTS)
_GONE = (PlainStatus.VOID, FindingStatus.VOIDED)
#: fewer letters would match the initials of half the county
_SHORTEST_KEY = 2
#: names whose pinyin is read on the spot while they wait to be indexed
_READ_NOW = 200


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
    """The FTS query for one run of text, None when it holds nothing that can be indexed.

    A run that ends in letters or figures is found by the beginning of its last word: WT-2026-03-00 finds …-0001.
    """
    tokens = _TOKEN.findall(spaced(query))
    if not tokens:
        return None
    rest = "" if _HAN.match(tokens[-1]) or not query[-1:].isalnum() else "*"
    return '"' + " ".join(tokens) + '"' + rest


def words(query: str) -> list[str]:
    """The words of a query, each of which must be found; at most eight. Marks alone are no word."""
    return [word for word in clean_line(query).lower().split() if _TOKEN.search(word)][:8]


def searchable(kind: Kind) -> list[str]:
    """Names of the fields of `kind` that are searched."""
    return [f.name for f in kind.fields if f.search and f.type is not FieldType.TREE]


# --- filling -----------------------------------------------------------------------------------------------------
def waiting(conn: Connection) -> int:
    """How many records wait to be indexed."""
    return int(conn.exec_driver_sql("SELECT count(*) FROM search_todo").scalar() or 0)


def index_some(conn: Connection, limit: int = 500) -> int:
    """Index up to `limit` waiting records, oldest first; returns how many were done, 0 when none waits."""
    ids = [row.record for row in conn.execute(select(t.search_todo.c.record).limit(limit))]
    if not ids:
        return 0
    kinds: dict[int, list[int]] = {}
    for row in conn.execute(select(t.record.c.id, t.record.c.kind).where(t.record.c.id.in_(ids))):
        kinds.setdefault(row.kind, []).append(row.id)
    conn.execute(text("DELETE FROM search WHERE rowid = :i"), [{"i": i} for i in ids])
    conn.execute(t.name_key.delete().where(t.name_key.c.record.in_(ids)))
    for tag, mine in kinds.items():
        if tag in NAMED:
            _index_names(conn, BY_TAG[tag], mine)
        elif tag in _DOCUMENT_TAGS:
            _index_documents(conn, BY_TAG[tag], mine)
    conn.execute(t.search_todo.delete().where(t.search_todo.c.record.in_(ids)))
    return len(ids)


def _index_documents(conn: Connection, kind: Kind, ids: Sequence[int]) -> None:
    table = t.OF_KIND[kind.name]
    query = select(table.c.id, table.c.uuid, *[table.c[n] for n in searchable(kind)]).where(table.c.id.in_(ids))
    bodies: dict[bytes, tuple[int, list[str]]] = {}
    for row in conn.execute(query):
        bodies[bytes(row[1])] = (row[0], [str(v) for v in row[2:] if v])
    if kind is FINDING:
        for part in _PARTS:
            child = t.OF_KIND[part.name]
            columns = [child.c[n] for n in searchable(part)]
            held = select(child.c.finding, *columns).where(
                child.c.finding.in_(list(bodies)), child.c.status == PlainStatus.VALID
            )
            for row in conn.execute(held):
                bodies[bytes(row[0])][1].extend(str(v) for v in row[1:] if v)
    rows = [{"i": i, "b": spaced("\n".join(found))} for i, found in bodies.values()]
    if rows:
        conn.execute(text("INSERT INTO search(rowid, body) VALUES (:i, :b)"), rows)


def _index_names(conn: Connection, kind: Kind, ids: Sequence[int]) -> None:
    from dubu_desktop.db.pinyin import keys_of  # not before a name is to be read (stack.md §2)

    table = t.OF_KIND[kind.name]
    query = select(table).where(table.c.id.in_(ids), table.c.status.not_in(_GONE))
    rows: list[dict[str, Any]] = []
    spelt: list[tuple[int, str]] = []
    for row in conn.execute(query):
        names = name_texts(kind, row._mapping)
        rows.append(
            {"record": row.id, "kind": kind.tag, "uuid": row.uuid, "names": f"|{'|'.join(names)}|".lower(), "keys": "|"}
        )
        spelt.extend((len(rows) - 1, n) for n in (names[:1] if kind is PHRASE else names))
    for (at, _), found in zip(spelt, keys_of(n for _, n in spelt), strict=True):
        rows[at]["keys"] += found.column.strip("|") + "|"
    if rows:
        conn.execute(insert(t.name_key).on_conflict_do_nothing(), rows)


def name_texts(kind: Kind, row: Any) -> list[str]:
    """By what names a record of a named kind is known."""
    out: list[str] = []
    for name in NAMED[kind.tag]:
        value = row[name]
        if value and name == "aliases":
            value = json.loads(value) if isinstance(value, str) else value
        out.extend(value if isinstance(value, list) else [value] if value else [])
    return [str(v).replace("|", " ") for v in out] or [""]


# --- finding -----------------------------------------------------------------------------------------------------
def matching(conn: Connection, query: str) -> set[int] | None:
    """Local row ids of records (of kinds with a document) that hold every word of `query`; None for an empty query."""
    wanted = words(query)
    if not wanted:
        return set() if query.strip() else None
    pending = waiting(conn) > 0
    found: set[int] | None = None
    for word in wanted:
        hits = _indexed(conn, word, pending)
        if pending:
            hits |= _scanned(conn, word)
        hits |= _by_names(conn, word, pending)
        found = hits if found is None else found & hits
        if not found:
            break
    return found


def _numbers(conn: Connection, query: Any) -> set[int]:
    return set(bulk.numbers(conn, query))


def _indexed(conn: Connection, word: str, pending: bool) -> set[int]:
    wanted = phrase(word)
    if wanted is None:
        return set()
    query = "SELECT rowid FROM search WHERE search MATCH :q"
    if pending:  # what changed since it was indexed answers by the scan alone
        query += " AND rowid NOT IN (SELECT record FROM search_todo)"
    return _numbers(conn, text(query).bindparams(q=wanted))


def like(word: str) -> str:
    """A pattern for `LIKE … ESCAPE '\\'` that finds `word` anywhere."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _scanned(conn: Connection, word: str) -> set[int]:
    pattern, found = like(word), set()
    for kind in DOCUMENTS:
        table = t.OF_KIND[kind.name]
        fresh = _scan(table, searchable(kind), pattern)
        found |= _numbers(conn, fresh.join(t.search_todo, t.search_todo.c.record == table.c.id))
    for part in _PARTS:
        table = t.OF_KIND[part.name]
        f = t.finding
        held = select(f.c.id).join(t.search_todo, t.search_todo.c.record == f.c.id)
        held = held.join(table, table.c.finding == f.c.uuid).where(table.c.status == PlainStatus.VALID)
        found |= _numbers(conn, held.where(_holds(table, searchable(part), pattern)))
    return found


def _holds(table: Any, names: Iterable[str], pattern: str) -> Any:
    from sqlalchemy import or_

    return or_(*[table.c[n].like(pattern, escape="\\") for n in names])


def _scan(table: Any, names: Iterable[str], pattern: str) -> Any:
    return select(table.c.id).where(_holds(table, names, pattern)).select_from(table)


def _settled() -> Any:
    """Not changed since its keys were made; what was answers by `_fresh_named`."""
    return t.name_key.c.record.not_in(select(t.search_todo.c.record))


def named(kind: Kind, word: str) -> Any:
    """The query for ids (16 bytes) of records of a named kind by a part of the name or the beginning of a key."""
    key = t.name_key
    fits: Any = key.c.names.like(like(word), escape="\\")
    if word.isascii() and word.isalnum() and len(word) >= _SHORTEST_KEY:
        fits = fits | key.c["keys"].like(f"%|{word}%")
    return select(key.c.uuid).where(key.c.kind == kind.tag, fits, _settled())


def _by_names(conn: Connection, word: str, pending: bool) -> set[int]:
    """Findings and tasks whose units, category or group are so named."""
    line, found = t.finding_line, set()
    columns = {
        UNIT: (line.c.territory_unit, line.c.industry_unit, line.c.unit),
        CATEGORY: (line.c.category,),
        GROUP: (line.c.finder_group, t.OF_KIND["task"].c.group),
    }
    for kind, places in columns.items():
        ids = [bytes(u) for u in conn.execute(named(kind, word)).scalars()]
        if pending:
            fresh, table = _fresh_named(conn, kind, word), t.OF_KIND[kind.name]
            ids += [bytes(u) for u in conn.execute(select(table.c.uuid).where(table.c.id.in_(fresh))).scalars()]
        for part in (ids[i : i + 400] for i in range(0, len(ids), 400)):
            for column in places:
                here = lines.is_any(column, part) if column.table is line else column.in_(part)
                found |= _numbers(conn, select(column.table.c.id).where(here))
    return found


def named_rows(conn: Connection, kind: Kind, query: str) -> set[int] | None:
    """Row ids of records of a named kind that fit every word, by name, pinyin or initials; None for an empty query."""
    wanted = words(query)
    if not wanted:
        return set() if query.strip() else None
    key, found = t.name_key, None
    for word in wanted:
        hits = _numbers(conn, named(kind, word).with_only_columns(key.c.record)) | _fresh_named(conn, kind, word)
        found = hits if found is None else found & hits
    return found


def _fresh_named(conn: Connection, kind: Kind, word: str, lead: str = "|") -> set[int]:
    """The same among what is not yet indexed: by name, and by pinyin while it is little enough to be read now.

    `lead`: "|" for the beginning of a key, "" for any part of it.
    """
    table = t.OF_KIND[kind.name]
    waits = select(table.c.id).join(t.search_todo, t.search_todo.c.record == table.c.id)
    waits = waits.where(table.c.status.not_in(_GONE))
    names = [n for n in NAMED[kind.tag] if n != "aliases"]
    found = _numbers(conn, waits.where(_holds(table, names, like(word))))
    if not (word.isascii() and word.isalnum()) or len(word) < _SHORTEST_KEY:
        return found
    rows = conn.execute(waits.add_columns(table.c[names[0]].label("name")).limit(_READ_NOW + 1)).all()
    if not rows or len(rows) > _READ_NOW:
        return found
    from dubu_desktop.db.pinyin import keys_of

    spelt = zip(rows, keys_of(row.name or "" for row in rows), strict=True)
    return found | {row.id for row, keys in spelt if lead + word in keys.column}


def best_named(conn: Connection, kind: Kind, query: str, limit: int) -> list[bytes]:
    """Ids of records of a named kind, the best fit first: the name itself, its beginning, a whole key, the beginning
    of a key, anywhere; among equals the shorter name."""
    from dubu_desktop.db.pinyin import query_form

    wanted = query_form(query)
    if not wanted:
        return []
    key = t.name_key.c
    fits = [_fits(key, run) for run in _RUNS.findall(wanted)]
    order = case(
        (key.names.like(f"%|{wanted}|%"), 0),
        (key.names.like(f"|{wanted}%"), 1),
        (key["keys"].like(f"%|{wanted}|%"), 2),
        (key.names.like(f"%|{wanted}%"), 3),
        (key["keys"].like(f"%|{wanted}%"), 4),
        else_=5,
    )
    found = select(key.uuid).where(key.kind == kind.tag, *fits, _settled())
    found = found.order_by(order, func.length(key.names), key.record)
    out = [bytes(u) for u in conn.execute(found.limit(limit)).scalars()]
    if len(out) < limit:
        fresh = _fresh_named(conn, kind, wanted, "")
        table = t.OF_KIND[kind.name]
        if fresh:
            more = conn.execute(select(table.c.uuid).where(table.c.id.in_(sorted(fresh)[:limit]))).scalars()
            out += [bytes(u) for u in more if bytes(u) not in out]
    return out[:limit]


#: runs of Chinese and of anything else: 青石z is both
_RUNS = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+|[^\u3400-\u9fff\U00020000-\U000323af]+")


def _fits(key: Any, run: str) -> Any:
    if _HAN.match(run):
        return key.names.like(like(run), escape="\\")
    return key["keys"].like(like(run), escape="\\") | key.names.like(like(run), escape="\\")


def some_of(conn: Connection, kind: Kind, limit: int) -> list[bytes]:
    """Ids of records in use of a kind, the oldest first: what a picker offers besides what is used."""
    table = t.OF_KIND[kind.name]
    query = select(table.c.uuid).where(table.c.status.not_in(_GONE)).order_by(table.c.id).limit(limit)
    return [bytes(u) for u in conn.execute(query).scalars()]
