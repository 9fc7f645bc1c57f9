"""What a person means by a number, a code, a name or an id: found in one place for verbs and the command line."""

from __future__ import annotations

from typing import Any

from dubu_desktop.db import queries
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.errors import DubuError

#: fields by which people name a record, in order
_NAMES = {
    "unit": ("name", "short_name", "code"),
    "group": ("code", "name"),
    "person": ("name",),
    "category": ("name", "code"),
    "task": ("number", "title"),
    "finding": ("number",),
    "document": ("number", "title"),
    "instruction": ("title",),
    "phrase": ("abbr",),
}


def find(conn: Any, kind: str, ref: Any) -> bytes:
    """The id (16 bytes) of the record of `kind` meant by `ref`: bytes, 32 hex digits, number, code or name.

    D-306 when nothing or more than one record is meant.
    """
    label = BY_NAME[kind].label
    if isinstance(ref, bytes):
        found = [ref] if queries.is_kind(conn, ref, kind) else []
    else:
        text = str(ref).strip()
        found = []
        if len(text) == 32 and all(c in "0123456789abcdef" for c in text.lower()):
            raw = bytes.fromhex(text)
            found = [raw] if queries.is_kind(conn, raw, kind) else []
        for name in _NAMES.get(kind, ()):
            if found:
                break
            found = queries.ids_where(conn, kind, name, text)
    shown = ref.hex() if isinstance(ref, bytes) else str(ref)
    if not found:
        raise DubuError("D-306", what=f"{label} {shown}")
    if len(found) > 1:
        raise DubuError("D-306", what=f"{label} {shown}（有{len(found)}条，请用编号指明）")
    return found[0]
