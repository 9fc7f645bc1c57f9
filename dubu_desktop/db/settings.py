"""Local settings: this machine's own matters under a name each, in the encrypted file."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import tables

_VALUE = select(tables.setting.c.value).where(tables.setting.c.key == bindparam("name"))


def get(conn: Connection, key: str) -> bytes | None:
    """A local setting's bytes, None when unset."""
    found = conn.execute(_VALUE, {"name": key}).scalar()
    return bytes(found) if found is not None else None


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
