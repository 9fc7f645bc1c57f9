"""What journal and bases tell of whole aggregates: the ground the fold works on.

Of a record that nobody touched since an import brought it the tables know all that the fold needs: its create is its
row. Edits of such records, the usual case, then need no segment opened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from dubu_desktop.db import actors, bulk, held
from dubu_desktop.db import tables as t
from dubu_desktop.db.foldrows import Before, chunks
from dubu_desktop.db.values import from_column
from dubu_desktop.domain.facts import Created, Facts
from dubu_desktop.domain.ops import Dot, Op, OpType
from dubu_desktop.domain.records import BY_TAG
from dubu_desktop.wire.codec import decode_facts, decode_op

_ById = dict[bytes, dict[bytes, list[Op]]]


@dataclass
class Told:
    """By root: the ops of each record, and the bases of each."""

    ops: _ById = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    facts: dict[bytes, dict[bytes, Facts]] = field(default_factory=lambda: defaultdict(dict))
    #: roots that are one untouched record: the values it shows
    shown: dict[bytes, dict[int, Any]] = field(default_factory=dict)

    def known(self, roots: Iterable[bytes]) -> list[bytes]:
        """Those of `roots` that anything is told of."""
        return [root for root in roots if root in self.ops or root in self.facts]


def by_root(ops: Iterable[Op]) -> dict[bytes, list[Op]]:
    """{root: its ops}."""
    out: dict[bytes, list[Op]] = {}
    for op in ops:
        out.setdefault(op.root, []).append(op)
    return out


def load(conn: Connection, roots: Sequence[bytes], told: Told | None = None) -> Told:
    """Everything told of these roots, added to `told`."""
    told = told or Told()
    whose = actors.names(conn)
    ops = "SELECT actor, record, root, body FROM op WHERE root IN ({})"
    for number, record, root, body in bulk.among(conn, ops, roots):
        told.ops[root][record].append(decode_op(body, whose[number]))
    for root, record, body in bulk.among(conn, "SELECT root, record, body FROM base WHERE root IN ({})", roots):
        told.facts[root][record] = decode_facts(body)
    for op in held.ops_of_roots(conn, roots):
        told.ops[op.root][op.record].append(op)
    return told


def untouched(conn: Connection, before: Mapping[bytes, Before], news: Mapping[bytes, list[Op]]) -> Told:
    """Told of those roots in `news` that are one record, untouched since its create: the row and what is new of it."""
    told = Told()
    # a second create is weighed against the first (merge.py), which must then come as the op it is, not as a base
    anew = {op.record for ops in news.values() for op in ops if op.type is OpType.CREATE}
    alone = [row for row in before.values() if row.born is not None and row.root in news and row.uuid not in anew]
    crowded = {row.root for row in before.values() if row.uuid != row.root}
    rows = {row.uuid: row for row in alone if row.root == row.uuid and row.root not in crowded}
    if not rows:
        return told
    whose = actors.names(conn)
    for tag in {row.kind for row in rows.values()}:
        table, fields = t.OF_KIND[BY_TAG[tag].name], BY_TAG[tag].fields
        ids = [row.uuid for row in rows.values() if row.kind == tag]
        for part in chunks(ids):
            for found in conn.execute(select(table).where(table.c.uuid.in_(part))).mappings():
                row = rows[bytes(found["uuid"])]
                values = {f.tag: from_column(f, found[f.name]) for f in fields if found[f.name] is not None}
                dot = Dot(whose[row.born or 0], row.born_seq or 0)
                # who sat at the keyboard stands in the op alone, and matters to nothing that is folded
                create = Created(dot, 1, row.created_ms, b"", values)
                told.shown[row.root] = values
                told.facts[row.root][row.uuid] = Facts(tag, row.uuid, (create,))
                for op in news[row.root]:
                    told.ops[row.root][op.record].append(op)
    return told
