"""This machine's own matters: drafts being typed, what was done last, alarms, settings. Never in a bundle."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from dubu_desktop.db import tables as t


@dataclass(frozen=True, slots=True)
class Done:
    """One action of a person on this machine, the newest of which Ctrl+Z takes back."""

    id: int
    txn: bytes
    verb: str
    label: str
    wall: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something the person must know of that no record tells: a fork, a bundle refused, a clock that jumped."""

    id: int
    at_ms: int
    code: str
    text: str


def note_done(conn: Connection, txn: bytes, person: bytes, verb: str, label: str, wall: int) -> None:
    """Remember an action for undo."""
    conn.execute(t.done.insert().values(txn=txn, person=person, verb=verb, label=label, wall=wall, undone=0))


def last_done(conn: Connection, person: bytes) -> Done | None:
    """The person's newest action here that is not undone."""
    query = select(t.done).where(t.done.c.person == person, t.done.c.undone == 0).order_by(t.done.c.id.desc()).limit(1)
    row = conn.execute(query).first()
    return Done(row.id, row.txn, row.verb, row.label, row.wall) if row else None


def mark_undone(conn: Connection, done_id: int) -> None:
    """This action has been taken back (or cannot be any more)."""
    conn.execute(update(t.done).where(t.done.c.id == done_id).values(undone=1))


def save_draft(conn: Connection, key: str, person: bytes, body: dict[str, Any], now_ms: int) -> None:
    """Keep what is being typed in the card `key`; the last word wins."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    row = insert(t.draft).values(key=key, person=person, body=raw, saved_ms=now_ms)
    conn.execute(
        row.on_conflict_do_update(index_elements=["key"], set_={"body": raw, "person": person, "saved_ms": now_ms})
    )


def load_draft(conn: Connection, key: str) -> dict[str, Any] | None:
    """What was being typed in the card `key`, None when nothing is kept."""
    raw = conn.execute(select(t.draft.c.body).where(t.draft.c.key == key)).scalar()
    return None if raw is None else dict(json.loads(raw))


def draft_keys(conn: Connection) -> list[tuple[str, int]]:
    """(key, when saved) of every draft kept, the newest first."""
    query = select(t.draft.c.key, t.draft.c.saved_ms).order_by(t.draft.c.saved_ms.desc())
    return [(row.key, row.saved_ms) for row in conn.execute(query)]


def drop_draft(conn: Connection, key: str) -> None:
    """Forget a draft: it became ops, or the person threw it away."""
    conn.execute(delete(t.draft).where(t.draft.c.key == key))


def raise_alarm(conn: Connection, code: str, words: str, now_ms: int) -> None:
    """Note an alarm once; the same words are not noted twice while unseen."""
    same = select(func.count()).where(t.alarm.c.code == code, t.alarm.c.text == words, t.alarm.c.seen == 0)
    if not conn.execute(same.select_from(t.alarm)).scalar():
        conn.execute(t.alarm.insert().values(at_ms=now_ms, code=code, text=words, seen=0))


def alarms(conn: Connection) -> list[Alarm]:
    """Alarms nobody has dismissed, the newest first."""
    rows = conn.execute(select(t.alarm).where(t.alarm.c.seen == 0).order_by(t.alarm.c.id.desc()))
    return [Alarm(row.id, row.at_ms, row.code, row.text) for row in rows]


def dismiss_alarm(conn: Connection, alarm_id: int) -> None:
    """The person has seen it."""
    conn.execute(update(t.alarm).where(t.alarm.c.id == alarm_id).values(seen=1))
