"""Local settings: this machine's own matters under a name each, in the encrypted file."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import bulk, tables


def get(conn: Connection, key: str) -> bytes | None:
    """A local setting's bytes, None when unset."""
    found = bulk.first(conn, 'SELECT value FROM setting WHERE "key" = ?', key)
    return found[0] if found else None


def put(conn: Connection, key: str, value: bytes | None) -> None:
    """Set (or with None forget) a local setting."""
    if value is None:
        conn.execute(tables.setting.delete().where(tables.setting.c.key == key))
        return
    row = insert(tables.setting).values(key=key, value=value)
    conn.execute(row.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def get_json(conn: Connection, key: str, default: Any = None) -> Any:
    """A local setting kept as JSON."""
    raw = get(conn, key)
    return default if raw is None else json.loads(raw)


def put_json(conn: Connection, key: str, value: Any) -> None:
    """Keep a local setting as JSON."""
    put(conn, key, json.dumps(value, ensure_ascii=False).encode())
