"""How a record kind is declared: once, here come columns, codec, labels, ledger headings and the glossary from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dubu_desktop.domain.lifecycle import Lifecycle


class LabelledEnum(StrEnum):
    """A StrEnum whose members carry a Chinese label: `NAME = "value", "标签"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> LabelledEnum:
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
    choices: type[LabelledEnum] | None = None
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
