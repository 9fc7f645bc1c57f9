"""The small local number that stands for an actor in every table."""

from __future__ import annotations

from sqlalchemy import Connection

from dubu_desktop.db import bulk
from dubu_desktop.domain.ops import Actor


def names(conn: Connection) -> dict[int, Actor]:
    """{local number: actor} of all ever seen here, in the order they were."""
    found = bulk.driver(conn).execute("SELECT id, actor FROM actor ORDER BY id")
    return {number: Actor.from_bytes(raw) for number, raw in found}
