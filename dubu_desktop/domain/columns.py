"""Many values of one field judged at once: the same verdict as `fields.valid`, without a call per value.

A value that a quick look cannot clear is looked at alone, so that there is one rule, and only its cost differs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from dubu_desktop.domain.fields import Field, FieldType, valid

#: what `clean_line` drops though Python calls it printable
_UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_BAR = "|"
_ROOMS = {FieldType.REF: 16, FieldType.HASH: 32}
#: 2026-06-02T08:46
_TO_THE_MINUTE = 16
_MARKS = {4: "-", 7: "-", 10: "T", 13: ":"}
_TEXTS = frozenset({FieldType.LINE, FieldType.TEXT})


def all_valid(field: Field, values: Sequence[Any]) -> bool:
    """Whether every one of `values` could have been written into `field` by an honest program (`fields.valid`)."""
    given = [v for v in values if v is not None] if None in values else values
    if not given or _clear(field, given):
        return True
    if field.type in _TEXTS or field.type in _ROOMS:
        return all(valid(field, v) for v in given)
    if field.type is FieldType.TIME and _moments(given):
        return True
    # words, days, numbers: few different ones
    try:
        distinct = {(type(v), v): v for v in given}
    except TypeError:  # lists and trees
        return all(valid(field, v) for v in given)
    return all(valid(field, v) for v in distinct.values())


def _clear(field: Field, values: Sequence[Any]) -> bool:
    """Whether one look at all of them together shows that they are in order."""
    if field.type in _ROOMS:
        return set(map(type, values)) == {bytes} and set(map(len, values)) == {_ROOMS[field.type]}
    if field.type is FieldType.LINES and set(map(type, values)) == {list} and all(values):
        return _clear_texts(field, list(chain.from_iterable(values)))
    return field.type in _TEXTS and _clear_texts(field, values)


def _moments(values: Sequence[Any]) -> bool:
    """Whether all of them are moments to the minute, as they are written."""
    if set(map(type, values)) != {str} or set(map(len, values)) != {_TO_THE_MINUTE}:
        return False
    run = "".join(values)
    if any(set(run[place::_TO_THE_MINUTE]) != {mark} for place, mark in _MARKS.items()):
        return False  # written otherwise, as Python reads it too
    try:
        return all(map(datetime.fromisoformat, values))
    except ValueError:
        return False


def _clear_texts(field: Field, values: Sequence[Any]) -> bool:
    if field.choices is not None or set(map(type, values)) != {str}:
        return False
    lengths = list(map(len, values))
    if min(lengths) < 1 or max(lengths) > field.limit:
        return False
    run = f"{_BAR}{_BAR.join(values)}{_BAR}"
    return (
        run.isprintable()
        and (" " not in run or ("  " not in run and f"{_BAR} " not in run and f" {_BAR}" not in run))
        and (run.isascii() or _seen_and_normal(run))
    )


def _seen_and_normal(run: str) -> bool:
    return unicodedata.is_normalized("NFC", run) and not any(c in run for c in _UNSEEN)
