"""Records of which nothing counts any more, taken out of the folded tables: all their ops went into quarantine."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete

from dubu_desktop.db import leaving
from dubu_desktop.db import tables as t
from dubu_desktop.db.fold import Fold
from dubu_desktop.db.foldrows import below, chunks
from dubu_desktop.domain.records import BY_TAG


def forget(conn: Connection, fold: Fold, roots: Sequence[bytes]) -> list[bytes]:
    """Remove the rows of those records under `roots` that no op or base speaks of; returns their ids.

    What still stands under these roots is left to the caller to fold anew.
    """
    gone: list[bytes] = []
    for part in chunks(roots):
        standing = {record for states in fold.states(conn, part).values() for record in states}
        going = [row for row in below(conn, part, "id, uuid, kind") if row[1] not in standing]
        if fold.judge:
            leaving.note_gone(conn, [uuid for _, uuid, _ in going])
        for number, uuid, kind in going:
            _remove(conn, number, uuid, kind)
            gone.append(uuid)
    return gone


def _remove(conn: Connection, number: int, uuid: bytes, kind: int) -> None:
    if kind in BY_TAG:
        table = t.OF_KIND[BY_TAG[kind].name]
        conn.execute(delete(table).where(table.c.uuid == uuid))
    conn.execute(delete(t.finding_line).where(t.finding_line.c.id == number))
    conn.execute(delete(t.conflict).where(t.conflict.c.record == number))
    conn.execute(delete(t.inert).where(t.inert.c.record == uuid))
    conn.execute(delete(t.want).where(t.want.c.record == uuid))
    for cache in (t.search_todo, t.name_key):
        conn.execute(delete(cache).where(cache.c.record == number))
    conn.exec_driver_sql("DELETE FROM search WHERE rowid = ?", (number,))
    conn.execute(delete(t.record).where(t.record.c.id == number))
