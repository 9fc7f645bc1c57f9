"""Field values <-> columns: lists and trees as JSON text, several ids as their bytes in a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from dubu_desktop.domain.fields import Field, FieldType

#: what SQLite's integers hold; a larger number can only be meant to break something
_LARGEST = 2**63 - 1
#: types of which a value that was found in order (domain/columns.py) is stored as it is
_AS_THEY_ARE = frozenset(FieldType) - {FieldType.LINES, FieldType.REFS, FieldType.TREE, FieldType.REAL}


def to_column(field: Field, value: Any) -> Any:
    """What is stored in the column of `field`; a value of a wrong type (a newer version's) is stored as nothing.

    Never raises: ops come from other machines, and one odd value must not keep all the others out.
    """
    if value is None:
        return None
    keep: Callable[[Any], Any] = _KEPT.get(field.type, _text)
    return keep(value)


def to_columns(field: Field, values: Sequence[Any]) -> Sequence[Any]:
    """`to_column` of many values of one field, without a call for each where one look at all of them will do."""
    if field.type is FieldType.LINES:
        return _many_lines(values)
    if field.type in _AS_THEY_ARE:
        return values
    return [to_column(field, value) for value in values]


def _many_lines(values: Sequence[Any]) -> list[str | None]:
    given = [v for v in values if v is not None]
    flat = list(chain.from_iterable(v for v in given if isinstance(v, list)))
    plain = set(map(type, given)) <= {list} and set(map(type, flat)) <= {str}
    if plain:
        run = "".join(flat)
        if run.isprintable() and '"' not in run and "\\" not in run:  # nothing that JSON would write otherwise
            return [None if v is None else '["' + '", "'.join(v) + '"]' if v else "[]" for v in values]
    return [None if v is None else _lines(v) for v in values]


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) else None


def _flag(value: Any) -> int:
    return int(bool(value))


def _whole(value: Any) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if abs(value) <= _LARGEST else None


def _real(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and abs(value) <= _LARGEST else None


def _bytes(value: Any) -> bytes | None:
    return value if isinstance(value, bytes) else None


def _refs(value: Any) -> bytes | None:
    if not isinstance(value, list | tuple):
        return None
    return b"".join(v for v in value if isinstance(v, bytes) and len(v) == 16)


def _lines(value: Any) -> str | None:
    if not isinstance(value, list | tuple):
        return None
    return json.dumps([v for v in value if isinstance(v, str)], ensure_ascii=False)


def _tree(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    try:
        return json.dumps(value, ensure_ascii=False, default=lambda v: v.hex() if isinstance(v, bytes) else str(v))
    except (TypeError, ValueError, RecursionError):  # keys that are no text
        return None


_KEPT: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.FLAG: _flag,
    FieldType.INT: _whole,
    FieldType.REAL: _real,
    FieldType.REF: _bytes,
    FieldType.HASH: _bytes,
    FieldType.REFS: _refs,
    FieldType.LINES: _lines,
    FieldType.TREE: _tree,
}


def from_column(field: Field, value: Any) -> Any:
    """The value of `to_column`; None stays None, empty lists come back as []."""
    if value is None:
        return [] if field.type in (FieldType.LINES, FieldType.REFS) else None
    if field.type is FieldType.FLAG:
        return bool(value)
    if field.type is FieldType.REFS:
        return [value[i : i + 16] for i in range(0, len(value), 16)]
    if field.type in (FieldType.LINES, FieldType.TREE):
        return json.loads(value)
    return value
