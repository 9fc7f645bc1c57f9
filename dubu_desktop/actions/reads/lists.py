"""What the lists of the shorter kinds have in common: one filter, one way to ids."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.db import listing, local, search
from dubu_desktop.domain.records import BY_NAME


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which records. `key`: a key of the module's `counts`; `group`, `unit`, `task`: hex ids, where they apply."""

    text: str = ""
    key: str = ""
    group: str | bytes = ""
    unit: str | bytes = ""
    task: str | bytes = ""


def document_ids(r: Reader, kind: str, text: str, order: Sequence[str], **where: Any) -> array[int]:
    """Row ids of a kind that has a document in the search index."""
    among = search.matching(r.conn, text)
    if among is not None and not among:
        return array("q")
    return listing.kind_ids(r.conn, kind, order, among=among, **where)


def named_ids(r: Reader, kind: str, text: str, order: Sequence[str], **where: Any) -> array[int]:
    """Row ids of a kind that is found by its names, pinyin and initials."""
    among = search.named_rows(r.conn, BY_NAME[kind], text)
    if among is not None and not among:
        return array("q")
    return listing.kind_ids(r.conn, kind, order, among=among, **where)


def row_of(r: Reader, record: str | bytes) -> int | None:
    """The local row id of a record, by which lists know it; None when it is not here."""
    wanted = raw(record)
    return listing.row_ids(r.conn, [wanted]).get(wanted)


def kept(r: Reader, key: str) -> dict[str, Any]:
    """What was being typed in the card `key` when it was left; nothing when nothing is kept."""
    return local.load_draft(r.conn, key) or {}
