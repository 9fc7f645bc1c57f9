"""Which files of the evidence store something here names, and are therefore kept."""

from __future__ import annotations

from sqlalchemy import Connection, select

from dubu_desktop.db import journal
from dubu_desktop.db import tables as t
from dubu_desktop.domain.records import DOCUMENT


def blob_hashes(conn: Connection) -> set[bytes]:
    """Every blob that any record names: what the evidence store must keep."""
    e = t.evidence.c
    rows = conn.execute(select(e.sha256, e.preview))
    return {bytes(h) for row in rows for h in row if h} | _finals(conn)


def _finals(conn: Connection) -> set[bytes]:
    """Texts of papers as they were finished elsewhere (定稿): former ones too, which Ctrl+Z or 撤销导入 brings back."""
    final = DOCUMENT.by_name["final"].tag
    papers = [bytes(u) for u in conn.execute(select(t.OF_KIND["document"].c.uuid)).scalars()]
    named: list[object] = []
    for op in journal.ops_of(conn, papers):
        named += [op.values.get(final), op.writes[final].value if final in op.writes else None]
    for facts in journal.bases_of(conn, papers).values():
        named += [create.values.get(final) for create in facts.creates]
        named += [head.value for head in facts.heads.get(final, ())]
    return {name for name in named if isinstance(name, bytes)}
