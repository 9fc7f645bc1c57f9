"""What is due by itself: caches that are filled after the commit, in small transactions, a little at a time."""

from __future__ import annotations

from collections.abc import Generator

from dubu_desktop.actions.house import House
from dubu_desktop.actions.registry import Progress
from dubu_desktop.db import search

#: records indexed per transaction: short enough that a person's save waits less than a blink
BATCH = 250


def index(house: House) -> Generator[Progress, None, int]:
    """Index for search what changed since last time: texts, and names with their pinyin; returns how many.

    Each step is a transaction of its own; closing the generator at any yield loses nothing. Until all is indexed,
    searches scan what is not (contracts.md §10).
    """
    with house.ws.reading() as conn:
        total = search.waiting(conn)
    done = 0
    while True:
        with house.ws.writing() as conn:
            count = search.index_some(conn, BATCH)
        if not count:
            return done
        done += count
        yield Progress(done, max(total, done), "正在整理检索")


def is_due(house: House) -> bool:
    """Whether anything waits to be indexed."""
    with house.ws.reading() as conn:
        return search.waiting(conn) > 0
