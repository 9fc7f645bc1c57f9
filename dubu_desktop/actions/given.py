"""Values that a person gives for a record's fields: known names only, references found by what people call them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dubu_desktop.actions.desk import Desk
from dubu_desktop.domain.authority import by_step
from dubu_desktop.domain.fields import FieldType
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.domain.text import clean_line
from dubu_desktop.errors import DubuError


def values(desk: Desk, kind_name: str, given: Mapping[str, Any], status: str) -> dict[str, Any]:
    """`given` {field: value} of a record in `status` as `Desk.set` takes it: names, codes and numbers turned into ids.

    D-305 for a field that the kind does not have or that only a step changes (contracts.md §2), D-306 for a reference
    that is not here.
    """
    kind = BY_NAME[kind_name]
    out: dict[str, Any] = {}
    for name, value in given.items():
        field = kind.by_name.get(name)
        if field is None:
            raise DubuError("D-305", detail=f"{kind.label}没有可填的项 {name}")
        if by_step(kind, name, status):
            raise DubuError("D-305", detail=f"“{field.label}”由办理的步骤改，不能直接填")
        out[name] = reference(desk, field.type, field.ref, value) if field.ref else value
    return out


def reference(desk: Desk, type_: FieldType, kind_name: str, value: Any) -> Any:
    """One reference or a list of them as ids; D-306."""
    if type_ is not FieldType.REFS:
        return desk.find_or_none(kind_name, value)
    named = value if isinstance(value, list | tuple) else [] if value in (None, "") else [value]
    return [desk.find(kind_name, one) for one in named]


def place(text: str) -> Path:
    """A file or folder that a person names; D-305 for a name that no disk can bear."""
    try:
        if "\0" in text:
            raise ValueError(text)
        os.fsencode(text)
    except ValueError as error:
        raise DubuError("D-305", detail=f"文件名里有不能用的字符：{clean_line(text)[:60]}") from error
    return Path(text)


def within(value: Any, low: int, high: int, what: str) -> None:
    """D-310 for a whole number outside [low, high]; what is no number is left to the field's own check."""
    if isinstance(value, int) and not low <= value <= high:
        raise DubuError("D-310", field=what, detail=f"应在{low}到{high}之间，现为{value}")


def said(value: str, what: str) -> str:
    """`value` where it says something; D-308 naming `what` is missing."""
    if not clean_line(value):
        raise DubuError("D-308", missing=what)
    return value
