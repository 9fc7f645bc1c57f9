"""Alarms: what a person must know of that no record tells."""

from __future__ import annotations

from dataclasses import dataclass

from dubu_desktop.actions.reads.parts import say_wall
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import local


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm nobody has put away; `id` is what `dismiss_alarm` takes."""

    id: int
    when: str
    code: str
    text: str


def rows(r: Reader) -> list[AlarmRow]:
    """The newest first."""
    return [AlarmRow(a.id, say_wall(a.at_ms, r.today), a.code, a.text) for a in local.alarms(r.conn)]


def count(r: Reader) -> int:
    """How many there are."""
    return len(local.alarms(r.conn))
