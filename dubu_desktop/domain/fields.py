"""How a record kind is declared: once, here come columns, codec, labels, ledger headings and the glossary from."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from dubu_desktop.domain.text import clean_line, clean_text
from dubu_desktop.errors import DubuError

if TYPE_CHECKING:
    from dubu_desktop.domain.lifecycle import Lifecycle


#: how deep lists and mappings may stand in each other (contracts.md §8)
MAX_DEPTH = 32


class LabelledEnum(StrEnum):
    """A StrEnum whose members carry a Chinese label: `NAME = "value", "标签"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> LabelledEnum:
        """A member with its Chinese label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        return member


class FieldType(StrEnum):
    """What a field holds, and how the value looks in Python and on the wire."""

    #: one line of text (str)
    LINE = "line"
    #: text of several lines (str)
    TEXT = "text"
    #: whole number (int)
    INT = "int"
    #: decimal number (float)
    REAL = "real"
    #: yes or no (bool)
    FLAG = "flag"
    #: a day, ISO text "2026-06-02"
    DATE = "date"
    #: local time in Asia/Shanghai, ISO text "2026-06-02T08:46" or with seconds
    TIME = "time"
    #: one value of an open enumeration (str); an unknown value is shown as it is
    CHOICE = "choice"
    #: several values of an open enumeration or free lines (list of str)
    LINES = "lines"
    #: id of another record (16 bytes)
    REF = "ref"
    #: ids of other records (list of 16 bytes)
    REFS = "refs"
    #: SHA-256 of a blob (32 bytes)
    HASH = "hash"
    #: a small tree of plain values (dict)
    TREE = "tree"


class Access(StrEnum):
    """Field classes of the authority table (contracts.md §3): who may write such a field, and when."""

    #: the facts of the finder: a group until it has seen 已核定, the office always
    FACTS = "facts"
    #: the office alone
    OFFICE = "office"
    #: the verifying group while the finding is being rectified; the office always
    VERIFY = "verify"
    #: the group of a task, from 交办 on
    REPORT = "report"
    #: the side the record belongs to
    SIDE = "side"
    #: fixed at creation
    FIXED = "fixed"


@dataclass(frozen=True)
class Field:
    """One field. `tag` is permanent and never reused; the type of a tag never changes (sync.md §3.10).

    `limit` counts characters (contracts.md §8). `together` names a group of fields that are always written as one, so
    that they conflict as one. `search` puts the text into the search index.
    """

    tag: int
    name: str
    label: str
    type: FieldType
    access: Access
    limit: int = 200
    choices: builtins.type[LabelledEnum] | None = None
    ref: str = ""
    together: str = ""
    search: bool = False


@dataclass(frozen=True)
class Kind:
    """One record kind. `root` names the REF field to the record whose lifecycle and audience it shares."""

    tag: int
    name: str
    label: str
    fields: tuple[Field, ...]
    lifecycle: Lifecycle
    root: str = ""
    title: str = ""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """{field name: field}."""
        return {f.name: f for f in self.fields}

    @cached_property
    def by_tag(self) -> dict[int, Field]:
        """{tag: field}."""
        return {f.tag: f for f in self.fields}


#: why something is done: said with a step or a correction, kept with the op (contracts.md §8 bounds it like the facts)
REASON = Field(0, "reason", "理由", FieldType.TEXT, Access.FIXED, limit=10000)


def clean(field: Field, value: Any) -> Any:
    """`value` as it may be stored in `field`; empty text and empty lists become None.

    Raises D-309 (too long, never cut in silence) and D-310 (not of the field's type).
    """
    if value is None or value == "" or value == []:
        return None
    try:
        cleaned = _CLEANERS[field.type](field, value)
    except (TypeError, ValueError, AttributeError, OverflowError) as exc:
        raise DubuError("D-310", field=field.label, detail=clean_line(str(value)[:40])) from exc
    texts = [cleaned] if isinstance(cleaned, str) else cleaned if isinstance(cleaned, list) else []
    length = max((len(v) for v in texts), default=0)
    if length > field.limit:
        raise DubuError("D-309", field=field.label, length=length, limit=field.limit)
    return cleaned or None if isinstance(cleaned, str) else cleaned


def _choice(field: Field, value: Any) -> str:
    if field.choices is None:
        raise ValueError(value)
    found = next((m for m in field.choices if value in (str(m.value), m.label)), None)
    if found is None:
        raise ValueError(value)
    return str(found.value)


def _lines(field: Field, value: Any) -> list[str]:
    if isinstance(value, str):
        value = [value]
    if field.choices is not None:
        return [_choice(field, v) for v in value]
    return [v for v in (clean_line(str(v)) for v in value) if v]


def _whole(_field: Field, value: Any) -> int:
    if isinstance(value, bool) or int(value) != float(value) or abs(int(value)) >= 2**53:
        raise ValueError(value)
    return int(value)


def _bytes(size: int, value: Any) -> bytes:
    if not isinstance(value, str | bytes):  # bytes(2**40) would ask for a terabyte of zeros
        raise TypeError(value)
    raw = bytes.fromhex(value) if isinstance(value, str) else value
    if len(raw) != size:
        raise ValueError(value)
    return raw


def _time(_field: Field, value: Any) -> str:
    text = str(value).strip().replace(" ", "T")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(value)
    return moment.isoformat(timespec="minutes" if moment.second == 0 else "seconds")


def _flag(_field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _text(cleaner: Any) -> Any:
    def run(_field: Field, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError(value)
        return str(cleaner(value))

    return run


def _tree(_field: Field, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not is_plain(value):
        raise TypeError(value)
    return value


def depth_beyond(value: Any, limit: int) -> bool:
    """Whether lists and mappings stand in each other more than `limit` deep; walks no deeper than that."""
    level = [value]
    for _ in range(limit + 1):
        level = [inner for one in level if isinstance(one, dict | list | tuple) for inner in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)


def is_plain(value: Any) -> bool:
    """Whether a value can be kept and read everywhere, and is at most `MAX_DEPTH` deep (contracts.md §8).

    Text without lone surrogates, finite numbers that a table column holds, flags, bytes, lists and mappings of text
    to such.
    """
    if depth_beyond(value, MAX_DEPTH):
        return False
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            todo += list(one)
            if not all(isinstance(key, str) for key in one):
                return False
        if isinstance(one, dict | list | tuple):
            todo += _inside(one)
        elif not _is_leaf(one):
            return False
    return True


def whole_text(value: Any) -> Any:
    """A tree with every lone surrogate as U+FFFD, as `clean_line` leaves it: what is pasted may be damaged."""
    if isinstance(value, str):
        return value if value.isascii() else "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)
    if isinstance(value, dict):
        return {whole_text(k): whole_text(v) for k, v in value.items()}
    return [whole_text(v) for v in value] if isinstance(value, list | tuple) else value


def _is_leaf(value: Any) -> bool:
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, float):
        return isfinite(value)
    return value is None or isinstance(value, bytes) or (isinstance(value, int) and -(2**63) <= value < 2**63)


_CLEANERS: dict[FieldType, Any] = {
    FieldType.LINE: _text(clean_line),
    FieldType.TEXT: _text(clean_text),
    FieldType.INT: _whole,
    FieldType.REAL: lambda _f, v: float(v),
    FieldType.FLAG: _flag,
    FieldType.DATE: lambda _f, v: date.fromisoformat(str(v)).isoformat(),
    FieldType.TIME: _time,
    FieldType.CHOICE: _choice,
    FieldType.LINES: _lines,
    FieldType.REF: lambda _f, v: _bytes(16, v),
    FieldType.REFS: lambda _f, v: [_bytes(16, x) for x in v],
    FieldType.HASH: lambda _f, v: _bytes(32, v),
    FieldType.TREE: _tree,
}


def valid(field: Field, value: Any) -> bool:
    """Whether a value that arrived could have been written by an honest program: of the type, clean, not too long.

    Open enumerations: an unknown word of a newer version is accepted and shown as it is (sync.md §3.10).
    """
    if value is None:
        return True
    if field.choices is not None:
        words = value if field.type is FieldType.LINES else [value]
        return isinstance(words, list) and all(
            isinstance(w, str) and len(w) <= 100 and clean_line(w) == w for w in words
        )
    try:
        return bool(clean(field, value) == value)
    except DubuError:
        return False
