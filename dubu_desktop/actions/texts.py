"""The texts of papers in force: the office's own records over what ships with the program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dubu_desktop.db import queries
from dubu_desktop.domain.papers.texts import Own, Texts


def in_force(conn: Any) -> Texts:
    """How this office words its papers; `.of(kind)` for one kind."""
    rows = best_of(queries.all_rows(conn, "paper_text")).values()
    return Texts(own={_place(r): Own(r["text"] or "", r["version"] or 1) for r in rows if r["own"]})


def best_of(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """{(kind, key): record} of the latest version of each; where two computers began one each, the same everywhere."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for row in rows:
        known = found.get(_place(row))
        if known is None or _rank(row) > _rank(known):
            found[_place(row)] = row
    return found


def _place(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["paper_kind"] or "", row["place"] or ""


def _rank(row: Mapping[str, Any]) -> tuple[int, bytes]:
    return row["version"] or 0, row["uuid"]


def warnings_of(texts: Texts) -> list[str]:
    """What to say before printing: own texts that are not used, and why."""
    return [f"文书用语“{place.label}”{wrong.sentence}这一处按默认的写法印" for place, wrong in texts.unfit()]
