"""What the entry card of a finding is told while it is being filled: where we are, defaults, phrases, kept typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions import rules
from dubu_desktop.actions.reads.guess import category_of
from dubu_desktop.actions.reads.parts import Named
from dubu_desktop.actions.reads.reader import Reader, raw_or_none
from dubu_desktop.db import local, queries
from dubu_desktop.domain.lifecycle import Role
from dubu_desktop.domain.records.people import Severity
from dubu_desktop.domain.records.work import VisitKind
from dubu_desktop.domain.rules import Findings

#: drafts of the entry card, in the table of what is being typed
DRAFTS = "finding/"
_OFFERED = 8


@dataclass(frozen=True, slots=True)
class EntryContext:
    """What a new card starts from. `now`: this minute, ISO; `place` and `unit` come from the visit that is running;
    `wanted`: the rules for what a finding needs."""

    line: str
    now: str
    place: str
    unit: Named | None
    visit: str
    may_finalise: bool
    office: bool
    wanted: Findings


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Defaults for what the person has not written: {field: (value, how it is said, where it comes from)}."""

    values: dict[str, tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class PhraseOffer:
    """One ready text with the category it belongs to."""

    abbr: str
    text: str
    category: Named | None


@dataclass(frozen=True, slots=True)
class KeptCard:
    """What was being typed when the program ended: key of the card and its body as it was saved."""

    key: str
    body: dict[str, Any]


def context(r: Reader) -> EntryContext:
    """Where and by whom a finding would be recorded now."""
    moment = r.ws.clock.local(r.ws.clock.now_ms())
    visit = rules.running_visit(r.conn, r.side)
    parts, place, unit = ["新问题"], "", None
    if visit is not None:
        names = r.names("unit", visit["units"] or [])
        first = (visit["units"] or [None])[0]
        unit = Named(first.hex(), names[first]) if first in names else None
        place = visit["place"] or (unit.name if unit else "")
        kind = visit["visit_kind"]
        label = VisitKind(kind).label if kind in set(VisitKind) else kind or ""
        parts += [f"督导活动 {visit['started_at'][11:16]} 起", label, place]
    roles = r.person.roles if r.person else frozenset()
    return EntryContext(
        " · ".join(p for p in parts if p),
        moment.replace(tzinfo=None).isoformat(timespec="minutes"),
        place,
        unit,
        visit["uuid"].hex() if visit is not None else "",
        bool(roles & {Role.LEADER, Role.CLERK}),
        r.office,
        r.rules.findings,
    )


def suggest(r: Reader, category: str = "", unit: str = "", place: str = "", facts: str = "") -> Suggestion:
    """Defaults for severity and both units, and the category where the facts say it plainly. Ids as hex."""
    chosen, out = raw_or_none(category), {}
    if chosen is None:
        chosen = category_of(r, facts)
        if chosen is not None:
            out["category"] = (chosen.hex(), category_path(r, chosen), "由情况带出")
    found = rules.suggest(r.conn, chosen, raw_or_none(unit), place)
    names = r.names("unit", [u for u in (found.get("industry_unit"), found.get("territory_unit")) if u])
    sources = {"severity": "由类别带出", "industry_unit": "由类别带出", "territory_unit": "由地点带出"}
    for key, source in sources.items():
        value = found.get(key)
        if isinstance(value, bytes):
            out[key] = (value.hex(), names.get(value, ""), source)
        elif value:
            out[key] = (str(value), Severity(value).label if value in set(Severity) else str(value), source)
    return Suggestion(out)


def category_path(r: Reader, category: bytes) -> str:
    """安全生产 / 消防通道."""
    row = queries.row_of(r.conn, "category", category)
    if row is None:
        return ""
    above = r.names("category", [row["parent"]]).get(row["parent"], "") if row["parent"] else ""
    return f"{above} / {row['name']}" if above else str(row["name"])


def phrases(r: Reader, letters: str, category: str = "") -> list[PhraseOffer]:
    """Phrases whose letters begin with what was typed, those of the category first; all of the category for nothing."""
    wanted, own = letters.lower(), raw_or_none(category)
    rows = [row for row in queries.all_rows(r.conn, "phrase") if (row["abbr"] or "").lower().startswith(wanted)]
    if not wanted:
        rows = [row for row in rows if row["category"] == own]
    rows.sort(key=lambda row: (row["category"] != own, len(row["abbr"] or ""), row["abbr"] or ""))
    rows = rows[:_OFFERED]
    paths = {c: category_path(r, c) for c in {row["category"] for row in rows if row["category"]}}
    return [_offer(row, paths) for row in rows]


def _offer(row: dict[str, Any], paths: dict[bytes, str]) -> PhraseOffer:
    above = Named(row["category"].hex(), paths[row["category"]]) if paths.get(row["category"]) else None
    return PhraseOffer(row["abbr"] or "", row["text"] or "", above)


def kept(r: Reader, key: str) -> KeptCard | None:
    """What is kept of one card; None when nothing is."""
    body = local.load_draft(r.conn, key)
    return None if body is None else KeptCard(key, body)


def unfinished(r: Reader) -> KeptCard | None:
    """The entry card that was open when the program ended, the newest; None after an orderly end."""
    keys = [key for key, _ in local.draft_keys(r.conn) if key.startswith(DRAFTS)]
    return kept(r, keys[0]) if keys else None


def hexids(r: Reader, rows: Sequence[int]) -> list[str]:
    """Ids in hex of findings by their row ids, in the same order; those not here are left out."""
    from dubu_desktop.db import listing

    return [found.hex() for found in listing.uuids_of(r.conn, rows)]


def rowids(r: Reader, findings: Sequence[str]) -> list[int]:
    """Row ids of findings by their ids in hex; those not here are left out."""
    from dubu_desktop.db import listing

    wanted = [bytes.fromhex(f) for f in findings]
    found = listing.row_ids(r.conn, wanted)
    return [found[w] for w in wanted if w in found]
