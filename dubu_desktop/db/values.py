"""Field values <-> columns: lists and trees as JSON text, several ids as their bytes in a row."""

from __future__ import annotations

import json
from typing import Any

from dubu_desktop.domain.fields import Field, FieldType


def to_column(field: Field, value: Any) -> Any:
    """What is stored in the column of `field`; a value of a wrong type (a newer version's) is stored as nothing."""
    if value is None:
        return None
    kind = field.type
    if kind is FieldType.FLAG:
        return int(bool(value))
    if kind in (FieldType.REF, FieldType.HASH):
        return value if isinstance(value, bytes) else None
    if kind is FieldType.REFS:
        return b"".join(v for v in value if isinstance(v, bytes) and len(v) == 16)
    if kind is FieldType.LINES:
        return json.dumps(list(value), ensure_ascii=False)
    if kind is FieldType.TREE:
        return json.dumps(value, ensure_ascii=False, default=lambda b: b.hex())
    if kind is FieldType.INT:
        return value if isinstance(value, int) else None
    if kind is FieldType.REAL:
        return float(value)
    return str(value)


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
