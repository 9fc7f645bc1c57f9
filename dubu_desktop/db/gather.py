"""Set-wise questions of papers, ledgers and imported workbooks: a fixed number of statements, however many records."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from dubu_desktop.db import bulk
from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import chunks
from dubu_desktop.db.queries import GONE, as_dict
from dubu_desktop.db.values import from_column
from dubu_desktop.domain.records import UNIT


def children(conn: Connection, kind: str, field: str, parents: Iterable[bytes]) -> dict[bytes, list[dict[str, Any]]]:
    """{parent: its records of `kind`, in use, in order of creation}; `field` names the parent."""
    table = t.OF_KIND[kind]
    out: dict[bytes, list[dict[str, Any]]] = defaultdict(list)
    for part in chunks(parents):
        query = select(table).where(table.c[field].in_(part), table.c.status.not_in(GONE))
        for row in conn.execute(query.order_by(table.c.created_ms, table.c.id)):
            found = as_dict(kind, row._mapping)
            out[found[field]].append(found)
    return out


def by_row_id(conn: Connection, kind: str, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """{local row id: record} of those of `ids` that are here."""
    table = t.OF_KIND[kind]
    out: dict[int, dict[str, Any]] = {}
    wanted = list(ids)
    for at in range(0, len(wanted), 400):
        for row in conn.execute(select(table).where(table.c.id.in_(wanted[at : at + 400]))):
            out[int(row.id)] = as_dict(kind, row._mapping)
    return out


def serials(conn: Connection, doc_kind: str) -> dict[int, int]:
    """{year: highest serial} of documents of a kind; a revoked one keeps its serial (contracts.md §2)."""
    d = t.OF_KIND["document"].c
    query = select(d.year, func.max(d.serial)).where(d.doc_kind == doc_kind, d.serial.is_not(None)).group_by(d.year)
    return {int(year): int(serial) for year, serial in conn.execute(query)}


def first_serials(conn: Connection, doc_kind: str) -> dict[int, int]:
    """{year: lowest serial} of documents of a kind."""
    d = t.OF_KIND["document"].c
    query = select(d.year, func.min(d.serial)).where(d.doc_kind == doc_kind, d.serial.is_not(None)).group_by(d.year)
    return {int(year): int(serial) for year, serial in conn.execute(query)}


def papers_naming(conn: Connection, finding: bytes) -> list[dict[str, Any]]:
    """uuid, doc_kind, number, title, status of the documents not revoked that name a finding, the oldest first."""
    d = t.OF_KIND["document"].c
    query = select(d.uuid, d.doc_kind, d.number, d.title, d.status, d.findings).order_by(d.id)
    rows = conn.execute(query.where(func.instr(d.findings, finding) > 0, d.status != "revoked"))
    whole = (dict(row._mapping) for row in rows)
    # the bytes of one id may stand across two others
    return [
        row for row in whole if any(row["findings"][i : i + 16] == finding for i in range(0, len(row["findings"]), 16))
    ]


def numbers_of(conn: Connection, kind: str, records: Iterable[bytes]) -> dict[bytes, str]:
    """{record: its human number} of those that are here and bear one."""
    table = t.OF_KIND[kind].c
    out: dict[bytes, str] = {}
    for part in chunks(dict.fromkeys(records)):
        query = select(table.uuid, table.number).where(table.uuid.in_(part), table.number.is_not(None))
        out.update({bytes(row.uuid): row.number for row in conn.execute(query)})
    return out


def promises(conn: Connection, doc_kinds: Sequence[str]) -> list[tuple[bytes, str, dict[str, list[str]]]]:
    """(document, number, {finding in hex: [kind of deadline, due date]}) of papers of these kinds signed, not issued.

    Of what was frozen the terms alone are read: the blocks beside them are large.
    """
    d = t.OF_KIND["document"].c
    query = select(d.uuid, d.number, func.json_extract(d.frozen, "$.terms").label("terms")).order_by(d.id)
    rows = conn.execute(query.where(d.status == "signed", d.doc_kind.in_(doc_kinds)))
    return [(bytes(row.uuid), row.number or "", json.loads(row.terms or "{}")) for row in rows]


def ledger_rows(conn: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Findings with their rectification and counts by local row id, in the order of `ids`.

    Of the rectification come owner, measures, progress, verified_by, due_on, original_due_on, closed_on, and its id.
    """
    f, line, r = t.finding.c, t.finding_line.c, t.rectification.c
    of_finding = [f.id, f.number, f.status, f.found_at, f.source, f.place, f.unit, f.category, f.facts, f.visit]
    of_finding += [f.industry_unit, f.territory_unit, f.no_industry_reason, f.no_territory_reason, f.uuid, f.severity]
    counted = [line.photos, line.photos_after, line.urges, line.returns, line.reopens]
    told = [r.uuid.label("rectification"), r.owner, r.measures, r.progress, r.verified_by]
    told += [r.due_on, r.original_due_on, r.closed_on]
    query = (
        select(*of_finding, *counted, *told)
        .join(t.finding_line, line.id == f.id)
        .outerjoin(t.rectification, r.id == line.rectification)
    )
    found: dict[int, dict[str, Any]] = {}
    for at in range(0, len(ids), 400):
        part = list(ids[at : at + 400])
        found.update({row.id: dict(row._mapping) for row in conn.execute(query.where(f.id.in_(part)))})
    return [found[i] for i in ids if i in found]


def visit_kinds(conn: Connection, visits: Iterable[bytes | None]) -> dict[bytes, str]:
    """{visit: its kind} of those that are here."""
    v = t.OF_KIND["visit"].c
    out: dict[bytes, str] = {}
    for part in chunks(dict.fromkeys(x for x in visits if x)):
        query = select(v.uuid, v.visit_kind).where(v.uuid.in_(part))
        out.update({bytes(row.uuid): row.visit_kind or "" for row in conn.execute(query)})
    return out


def reopens(conn: Connection, findings: Iterable[bytes]) -> dict[bytes, int]:
    """{finding: how often it was reopened} of those that were."""
    f, line = t.finding.c, t.finding_line.c
    out: dict[bytes, int] = {}
    for part in chunks(findings):
        query = select(f.uuid, line.reopens).join(t.finding_line, line.id == f.id)
        for row in conn.execute(query.where(f.uuid.in_(part), line.reopens > 0)):
            out[bytes(row.uuid)] = int(row.reopens)
    return out


def unit_names(conn: Connection) -> Iterator[tuple[bytes, str, str, str, list[str]]]:
    """(id, side, name, short name, aliases) of every unit in use, in order of creation."""
    u = t.OF_KIND["unit"].c
    query = select(u.uuid, u.side, u.name, u.short_name, u.aliases).where(u.status.not_in(GONE)).order_by(u.id)
    for row in conn.execute(query):
        aliases = from_column(UNIT.by_name["aliases"], row.aliases)
        yield bytes(row.uuid), row.side or "", row.name or "", row.short_name or "", aliases


def told_before(conn: Connection) -> Iterator[tuple[int, str, str, str]]:
    """(local row id, number, place, facts) of every finding in use, as a stream: what a ledger is compared with."""
    f = t.finding.c
    query = select(f.id, f.number, f.place, f.facts).where(f.status.not_in(GONE))
    for row in conn.execute(query, execution_options={"yield_per": 1000}):
        yield row.id, row.number or "", row.place or "", row.facts or ""


def findings_by_preview(conn: Connection, previews: Iterable[bytes]) -> dict[bytes, str]:
    """{print copy: number of the finding whose photo it is} of those that are here."""
    query = (
        "SELECT e.preview, f.number FROM r_evidence e JOIN r_finding f ON f.uuid = e.finding "
        "WHERE e.preview IN ({}) ORDER BY e.id DESC"
    )
    return {bytes(preview): number for preview, number in bulk.among(conn, query, previews) if number}
