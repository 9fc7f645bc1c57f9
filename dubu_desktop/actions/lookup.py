"""What a person means by a number, a code, a name or an id: found in one place for verbs and the command line."""

from __future__ import annotations

from typing import Any

from dubu_desktop.db import queries
from dubu_desktop.domain.records import BY_NAME
from dubu_desktop.domain.text import clean_line
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


def any_record(conn: Any, ref: str) -> bytes:
    """The id of the record, of whatever kind, that 32 hexadecimal digits name; D-306."""
    raw = _id(clean_line(ref))
    if raw is None or not queries.kind_of(conn, raw):
        raise DubuError("D-306", what=clean_line(ref)[:60])
    return raw


def _id(text: str) -> bytes | None:
    """The 16 bytes of 32 hexadecimal digits, None for anything else."""
    is_id = len(text) == 32 and all(c in "0123456789abcdef" for c in text.lower())
    return bytes.fromhex(text) if is_id else None


def find(conn: Any, kind: str, ref: Any) -> bytes:
    """The id (16 bytes) of the record of `kind` meant by `ref`: bytes, 32 hex digits, number, code or name.

    D-306 when nothing or more than one record is meant, D-305 for a kind that does not exist.
    """
    if kind not in BY_NAME:
        raise DubuError("D-305", detail=f"没有 {kind} 这种记录")
    label = BY_NAME[kind].label
    if isinstance(ref, bytes):
        found = [ref] if queries.is_kind(conn, ref, kind) else []
    else:
        text = clean_line(str(ref))
        raw = _id(text)
        found = [raw] if raw is not None and queries.is_kind(conn, raw, kind) else []
        for name in _NAMES.get(kind, ()):
            if found:
                break
            found = queries.ids_where(conn, kind, name, text)
    shown = ref.hex() if isinstance(ref, bytes) else clean_line(str(ref))[:60]
    if not found:
        raise DubuError("D-306", what=f"{label} {shown}")
    if len(found) > 1:
        raise DubuError("D-306", what=f"{label} {shown}（有{len(found)}条，请用编号指明）")
    return found[0]
