"""Phrases that can be called by their abbreviation while typing."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.reads.lists import ListFilter, named_ids
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, pinyin, queries

_OFFERED = 40
#: of a new abbreviation, and at most
_LETTERS, _MOST_LETTERS = 4, 8


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


def offered(r: Reader, text: str = "") -> list[tuple[str, str]]:
    """(abbreviation, text) of the phrases for papers: by their letters or any words of theirs.

    Those of no category first: they are for papers, those of a category for the facts of a finding. For nothing, those
    of no category alone.
    """
    wanted = text.strip().lower()
    rows = [row for row in queries.all_rows(r.conn, "phrase") if _fits(row, wanted)]
    rows.sort(key=lambda row: (row["category"] is not None, len(row["abbr"] or ""), row["abbr"] or ""))
    return [(row["abbr"] or "", row["text"] or "") for row in rows[:_OFFERED]]


def _fits(row: Mapping[str, Any], wanted: str) -> bool:
    if not wanted:
        return row["category"] is None
    return (row["abbr"] or "").lower().startswith(wanted) or (len(wanted) > 1 and wanted in (row["text"] or ""))


def proposed(r: Reader, text: str) -> str:
    """An abbreviation for a new phrase: the initials it begins with, as many as it takes to be no other's."""
    letters = "".join(c for c in pinyin.keys(text[:40]).initials if c.isascii() and c.isalpha())[:_MOST_LETTERS]
    taken = {row["abbr"] for row in queries.all_rows(r.conn, "phrase")}
    free = (letters[:length] for length in range(_LETTERS, len(letters) + 1) if letters[:length] not in taken)
    return next(free, letters[:_LETTERS]) or "yy"
