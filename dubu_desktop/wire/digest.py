"""The digest of `check`: two workspaces that hold the same show the same (contracts.md §9).

It covers field heads and effective events; not inert ops, link positions, local tables or receive times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from dubu_desktop.domain.facts import RecordState
from dubu_desktop.domain.ops import Dot
from dubu_desktop.wire.codec import pack_value

_SIZE = 16


def _dot(dot: Dot) -> bytes:
    return dot.actor.to_bytes() + dot.seq.to_bytes(8, "big")


def record_digest(state: RecordState) -> bytes:
    """16 bytes that name the record's heads and events, whatever road they came."""
    parts = [state.kind.tag.to_bytes(4, "big"), state.record]
    said = {c.dot: _dot(c.dot) for c in state.creates}
    for tag, register in sorted(state.registers.items()):
        parts += (b"F", tag.to_bytes(4, "big"))
        heads = register.heads if len(register.heads) == 1 else sorted(register.heads, key=lambda x: x.dot)
        for head in heads:
            parts += (said.get(head.dot) or _dot(head.dot), pack_value(head.value))
    for event in sorted(state.events, key=lambda e: e.dot):
        parts += (b"E", _dot(event.dot), event.event.to_bytes(4, "big"))
    return hashlib.sha256(b"".join(parts)).digest()[:_SIZE]


def shown_digest(state: RecordState, conflicts: Iterable[int]) -> bytes:
    """16 bytes that name what a person sees of the record: shown values, status, which fields are in conflict."""
    return shown_values_digest(state.status, conflicts, {tag: r.value for tag, r in state.registers.items()})


def shown_values_digest(status: str, conflicts: Iterable[int], values: Mapping[int, Any]) -> bytes:
    """`shown_digest` of a record with this status that shows these values {tag: value}."""
    parts = [status.encode(), pack_value(sorted(conflicts))]
    for tag, value in sorted(values.items(), key=itemgetter(0)):
        if value is not None:
            parts += (tag.to_bytes(4, "big"), pack_value(value))
    return hashlib.sha256(b"".join(parts)).digest()[:_SIZE]


def total_digest(records: Iterable[bytes], extra: Iterable[bytes] = ()) -> str:
    """One hexadecimal digest over many record digests, in any order, and over `extra` (roster, evidence hashes)."""
    h = hashlib.sha256()
    for part in sorted(records):
        h.update(part)
    for part in sorted(extra):
        h.update(b"X" + part)
    return h.hexdigest()
