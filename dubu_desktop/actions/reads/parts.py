"""The small pieces that rows and details are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dubu_desktop.domain.lights import Light, LightState
from dubu_desktop.domain.text import SHANGHAI, spoken_date, spoken_datetime

#: tones, named as the window's: ok ●, warn ▲, bad ■, neutral and accent without a shape
OK, WARN, BAD, NEUTRAL, ACCENT = "ok", "warn", "bad", "neutral", "accent"
_SHAPES = {OK: "●", WARN: "▲", BAD: "■"}
_OF_LIGHT = {"good": OK, "warn": WARN, "bad": BAD, "quiet": NEUTRAL}


@dataclass(frozen=True, slots=True)
class Chip:
    """A state in a word, with its tone and shape; never colour alone (ui.md)."""

    word: str
    tone: str = NEUTRAL
    detail: str = ""

    @property
    def shape(self) -> str:
        """● in order, ▲ soon or incomplete, ■ overdue, nothing for a plain fact."""
        return _SHAPES.get(self.tone, "")


@dataclass(frozen=True, slots=True)
class Named:
    """Another record: its id (32 hex digits) and what people call it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a record as a pane shows it.

    `value` is plain: text, number, flag, a list, an id or ids in hexadecimal, ISO days and moments. `text` is how it
    is said. `type`: line, text, int, real, flag, date, time, choice, lines, ref, refs, hash, tree. `choices`: (value,
    label) of an enumeration. `ref`: the kind a REF names. `missing`: what is wanted, while it is empty.
    """

    key: str
    label: str
    value: Any
    text: str
    type: str
    editable: bool
    choices: tuple[tuple[str, str], ...] = ()
    ref: str = ""
    conflict: bool = False
    missing: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Available:
    """A verb this person can do to this record now.

    `params`: what is already known of its parameters. `asks`: names of parameters the person must give. `missing`:
    what the record lacks; while there is something the verb would refuse (shown, not offered).
    """

    verb: str
    label: str
    params: dict[str, Any]
    primary: bool = False
    asks: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def light_chip(found: Light) -> Chip:
    """A due-date light as a chip."""
    return Chip(found.word, _OF_LIGHT[found.tone], found.detail)


def is_pressing(found: Light) -> bool:
    """Whether a light calls for something: near, today, overdue."""
    return found.state in (LightState.SOON, LightState.TODAY, LightState.OVERDUE)


def day_of(text: str | None) -> date | None:
    """The day of ISO text, None when there is none or it is none."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def say_day(text: str | None, today: date) -> str:
    """6月2日 for ISO text; what is no day is said as it is."""
    day = day_of(text)
    return spoken_date(day, today) if day else (text or "")


def say_moment(text: str | None, today: date) -> str:
    """6月2日 08:46 for ISO text; what is no moment is said as it is."""
    try:
        return spoken_datetime(datetime.fromisoformat(text or ""), today)
    except ValueError:
        return text or ""


def say_wall(milliseconds: int, today: date) -> str:
    """6月2日 08:46 for milliseconds since 1970; what no calendar has (a changed program's) is 时间无效."""
    try:
        return spoken_datetime(datetime.fromtimestamp(milliseconds / 1000, SHANGHAI), today)
    except (ValueError, OverflowError, OSError):
        return "时间无效"


def first_line(text: str | None) -> str:
    """The first line of a text."""
    return (text or "").split("\n", 1)[0]
