"""Phrases that can be called by their abbreviation while typing."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from dubu_desktop.actions.reads.lists import ListFilter, named_ids
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """One phrase: its abbreviation, its text with blanks 【数量】, and the category it is for."""

    rowid: int
    id: str
    abbr: str
    text: str
    category: str
    category_id: str


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "abbr") -> array[int]:
    """Row ids in order of the abbreviations."""
    return named_ids(r, "phrase", filter.text, ["abbr"])


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    return {"all": figures.count_where(r.conn, "phrase")}


def rows(r: Reader, ids: Sequence[int]) -> list[PhraseRow]:
    """At most 200 phrases."""
    found = listing.kind_rows(r.conn, "phrase", ids)
    kinds = r.names("category", [p["category"] for p in found])
    return [
        PhraseRow(
            p["id"],
            p["uuid"].hex(),
            p["abbr"] or "",
            p["text"] or "",
            kinds.get(p["category"], ""),
            p["category"].hex() if p["category"] else "",
        )
        for p in found
    ]
