"""Pickers: what is offered while a name is typed, by Chinese, full pinyin, initials or alias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dubu_desktop.actions.reads.parts import say_day
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.reads.say import label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, queries, search
from dubu_desktop.db.pinyin import keys, matches
from dubu_desktop.domain.fields import Kind
from dubu_desktop.domain.lifecycle import TaskStatus
from dubu_desktop.domain.numbers import group_name
from dubu_desktop.domain.records import CATEGORY, GROUP, PERSON, PHRASE, UNIT

LIMIT = 50
_PEOPLE = 2000


@dataclass(frozen=True, slots=True)
class Pick:
    """One candidate: what the verb takes, what is shown, and a hint that tells namesakes apart."""

    id: str
    label: str
    hint: str = ""


def units(r: Reader, query: str = "", limit: int = LIMIT, side: str = "") -> list[Pick]:
    """Units in use; `side`: industry or territory first. The most used of late come first while nothing is typed."""
    found = _named(r, UNIT, query, limit, ("territory_unit", "industry_unit"))
    rows = queries.rows_of(r.conn, "unit", found)
    if side:
        rows.sort(key=lambda u: u["side"] != side)
    above = r.names("unit", [u["parent"] for u in rows])
    kinds = UNIT.by_name["unit_kind"]
    return [
        Pick(
            u["uuid"].hex(),
            u["name"] or "",
            above.get(u["parent"]) or (label_of(kinds, u["unit_kind"]) if u["unit_kind"] else ""),
        )
        for u in rows
    ]


def categories(r: Reader, query: str = "", limit: int = LIMIT) -> list[Pick]:
    """Categories of the lower level (those findings are put under), with the one above as the hint."""
    rows = queries.rows_of(r.conn, "category", _named(r, CATEGORY, query, 2 * limit, ("category",)))
    above = r.names("category", [c["parent"] for c in rows])
    return [Pick(c["uuid"].hex(), c["name"] or "", above.get(c["parent"], "")) for c in rows if c["parent"]][:limit]


def phrases(r: Reader, query: str = "", limit: int = LIMIT, category: str = "") -> list[Pick]:
    """Phrases by abbreviation or words; `category` (hex): those of this category first. The hint is the text."""
    rows = queries.rows_of(r.conn, "phrase", _named(r, PHRASE, query, 4 * limit, ()))
    rows.sort(key=lambda p: not p["category"] or p["category"].hex() != category)
    return [Pick(p["uuid"].hex(), p["abbr"] or "", p["text"] or "") for p in rows[:limit]]


def people(r: Reader, query: str = "", limit: int = LIMIT, own: bool = True) -> list[Pick]:
    """People of this side (`own`), or all that are known here."""
    # an office knows the people of all its groups; its own must not be cut off behind them
    rows = queries.rows_of(r.conn, "person", _named(r, PERSON, query, _PEOPLE, ()))
    mine = [p for p in rows if not own or p["group"] == r.side][:limit]
    return [Pick(p["uuid"].hex(), p["name"] or "", p["post"] or "") for p in mine]


def groups(r: Reader, query: str = "", limit: int = LIMIT) -> list[Pick]:
    """Groups in order of their codes; 第二督导巡查组 is found as 第二组 too, as people call it, and by its code."""
    rows = queries.rows_of(r.conn, "group", _named(r, GROUP, query, limit, ()))
    if not rows and query.strip():
        every = queries.rows_of(r.conn, "group", _named(r, GROUP, "", limit, ()))
        typed = query.strip()
        rows = [g for g in every if g["code"] == typed.zfill(2) or matches(typed, keys(group_name(g["code"] or "")))]
    rows.sort(key=lambda g: g["code"] or "")
    return [Pick(g["uuid"].hex(), g["name"] or "", g["leader"] or "") for g in rows]


def findings(r: Reader, query: str = "", limit: int = LIMIT) -> list[Pick]:
    """Findings by any words, the newest first."""
    among = search.matching(r.conn, query)
    rows = listing.line_rows(r.conn, listing.line_ids(r.conn, listing.LineWhere(), "found", among)[:limit])
    return [
        Pick(f["uuid"].hex(), f["number"] or "", (f["facts"] or f["place"] or "").split("\n")[0][:60]) for f in rows
    ]


def tasks(r: Reader, query: str = "", limit: int = LIMIT) -> list[Pick]:
    """Tasks not yet ended, by any words; the one due first comes first."""
    among = search.matching(r.conn, query)
    ended = (TaskStatus.COMPLETED, TaskStatus.CANCELLED)
    wanted = tuple(s for s in TaskStatus if s not in ended)
    ids = listing.kind_ids(r.conn, "task", ["due_on"], statuses=wanted, among=among)
    return [
        Pick(t["uuid"].hex(), t["title"] or "", " · ".join(filter(None, (t["number"], say_day(t["due_on"], r.today)))))
        for t in listing.kind_rows(r.conn, "task", ids[:limit])
    ]


def _named(r: Reader, kind: Kind, query: str, limit: int, used_as: Sequence[str]) -> list[bytes]:
    """Ids of records of a named kind, best first: by how the query fits, or by use while it is empty."""
    if query.strip():
        return search.best_named(r.conn, kind, query, limit)
    first: list[bytes] = []
    for column in used_as:
        first += [u for u in figures.used_recently(r.conn, column) if u not in first]
    return (first + [u for u in search.some_of(r.conn, kind, limit + len(first)) if u not in first])[:limit]
