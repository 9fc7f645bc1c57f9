"""After something was removed for good: its photos go, and the database file is written anew.

`secure_delete` overwrites what is deleted where it stands; measured, some copies stay behind in the unused parts of
pages that were split before (7 of 3,000 values). And the write-ahead log keeps old pages until it is cut. So that not
even a free page tells of it, the file is written anew once the transaction that removed it is committed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import kept, safe
from dubu_desktop.db import tables as t
from dubu_desktop.db.driver import translated

if TYPE_CHECKING:
    from dubu_desktop.db.workspace import Workspace

#: photos to remove as JSON; set until the file has been written anew
_DUE = "scrub"


def note_due(conn: Connection, photos: Iterable[bytes], own: Iterable[bytes] = ()) -> None:
    """Something was removed in this transaction: `photos` go, and the file is to be written anew; `own` stay."""
    _add(conn, _DUE, photos)
    _add(conn, kept.OWN, own)


def scrub(ws: Workspace) -> bool:
    """Do what is due; False when nothing was. A kill leaves it due, and everything as it was; so does a reader that
    keeps the log from being cut, in which the removed words still stand.
    """
    with ws.reading() as conn:
        if not _is_due(conn):
            return False
        photos = kept.named_in(conn, _DUE)
        photos -= kept.all_to_keep(conn)
    if photos:
        with ws.writing() as conn:
            safe.strike(conn, photos)
            kept.note_removed(conn, map(ws.blobs.path_name, photos))
    for name in sorted(photos):
        ws.blobs.remove(name)
    with translated(ws.folder.database):
        pooled: Any = ws.database.writer.raw_connection()
        try:
            cursor = pooled.cursor()
            cursor.execute("VACUUM")
            ((busy, *_),) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            pooled.close()
    if busy:
        return True
    with ws.writing() as conn:
        conn.execute(delete(t.setting).where(t.setting.c.key == _DUE))
    return True


def _is_due(conn: Connection) -> bool:
    return conn.execute(select(t.setting.c.key).where(t.setting.c.key == _DUE)).first() is not None


def _add(conn: Connection, key: str, photos: Iterable[bytes]) -> None:
    value = json.dumps(sorted(name.hex() for name in {*kept.named_in(conn, key), *photos})).encode()
    row = insert(t.setting).values(key=key, value=value)
    conn.execute(row.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
