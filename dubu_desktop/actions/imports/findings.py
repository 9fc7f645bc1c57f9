"""Somebody else's ledger -> drafts of findings, with notes for what a draft has no place for; known ones compared."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dubu_desktop.actions.imports.book import Book, bad
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.lifecycle import FindingStatus as S
from dubu_desktop.domain.papers.ledger import LedgerRow
from dubu_desktop.domain.records import NOTE
from dubu_desktop.domain.records.finding import Nature
from dubu_desktop.domain.records.people import Severity, UnitSide
from dubu_desktop.domain.text import similar_key
from dubu_desktop.intake.mapping import MappedRow

_SPLIT = re.compile(r"[、，,;；/|\n]+")
_STEPS = re.compile(r"\s*[/／\\>＞›—·:：\-]+\s*")
#: what a draft holds itself; the rest of a row goes into the note
_TAKEN = frozenset({"found_at", "source", "place", "severity", "facts"})
_RESOLVED = {
    "unit": "被督导单位",
    "industry_unit": "行业责任单位",
    "territory_unit": "属地责任单位",
    "category": "问题类别",
}
#: fields compared as they are written; the date is compared as far as the ledger tells it
_PLAIN = {"place": "地点", "facts": "具体情况", "source": "发现方式", "found_at": "发现时间"}
_OF_RECTIFICATION = {"owner": "责任人", "measures": "整改措施"}
#: a ledger changes nothing of these any more; steps (期限, 进展, 销号) it never takes (contracts.md §2)
_SETTLED = frozenset({S.CLOSED, S.MERGED, S.NOT_ESTABLISHED, S.EXEMPT, S.REFERRED})
_NOTE_LIMIT = NOTE.by_name["text"].limit


@dataclass(frozen=True)
class Change:
    """A known finding that a row tells otherwise. `told`: (label, as it is here, as the ledger has it)."""

    row: int
    number: str
    finding: bytes
    values: dict[str, Any]
    rectification: bytes | None
    of_rectification: dict[str, Any]
    told: tuple[tuple[str, str, str], ...]


@dataclass
class Plan:
    """What an imported ledger comes to: drafts (without numbers yet) each with the texts of its notes."""

    new: list[tuple[dict[str, Any], list[str]]] = field(default_factory=list)
    #: known findings that the ledger tells otherwise
    changed: list[Change] = field(default_factory=list)
    #: rows that say what is here already
    same: int = 0
    #: names in rows of known findings that no unit or category here has: left as they are
    unread: int = 0
    bad: list[MappedRow] = field(default_factory=list)
    #: names that no unit or category here has: (field label, name) -> rows
    unknown: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))


class Names:
    """Who is meant by a name: by full name, else short name, else alias; a name that fits two means nobody."""

    def __init__(self, units: Iterable[tuple[bytes, str, str, str, list[str]]]) -> None:
        tiers: list[dict[str, set[bytes]]] = [defaultdict(set), defaultdict(set), defaultdict(set)]
        self.side: dict[bytes, str] = {}
        for uuid, side, name, short, aliases in units:
            self.side[uuid] = side
            for tier, words in zip(tiers, ([name], [short], aliases), strict=True):
                for word in filter(None, words):
                    tier[similar_key(word)].add(uuid)
        self.tiers = tiers

    def find(self, words: str) -> bytes | None:
        """The unit called `words`; of several in one cell the first that is known."""
        for word in dict.fromkeys((words, *_SPLIT.split(words))):
            key = similar_key(word)
            for tier in self.tiers if key else ():
                if len(tier.get(key, ())) == 1:
                    return next(iter(tier[key]))
        return None


class Categories:
    """Categories by name, or by path where the ledger gives it (安全生产/消防通道)."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.by_id = {r["uuid"]: r for r in rows}
        self.by_name: dict[str, list[bytes]] = defaultdict(list)
        for r in rows:
            self.by_name[similar_key(r["name"] or "")].append(r["uuid"])

    def find(self, words: str) -> bytes | None:
        """The category meant: the last step of a path names it, the steps before tell equal names apart."""
        steps = [similar_key(step) for step in _STEPS.split(words) if step]
        found = self.by_name.get(similar_key(words)) or (self.by_name.get(steps[-1]) if steps else None) or []
        if len(found) > 1 and len(steps) > 1:
            found = [c for c in found if self._parent(c) == steps[-2]]
        return found[0] if len(found) == 1 else None

    def _parent(self, category: bytes) -> str:
        above = self.by_id.get(self.by_id[category]["parent"] or b"")
        return similar_key(above["name"] or "") if above else ""


def same_key(place: str, facts: str) -> bytes:
    """What makes two findings of an import the same: place and facts, blanks aside."""
    return hashlib.sha256(f"{''.join(place.split())}\n{''.join(facts.split())}".encode()).digest()[:16]


#: what a ledger tells of findings here: local row ids -> (record, as our own ledger shows it), in order
Told = Callable[[Sequence[int]], Iterable[tuple[Mapping[str, Any], LedgerRow]]]


class Planner:
    """Plans one ledger. `here`: (row id, number, place, facts) of every finding in use; `tell` shows them whole."""

    def __init__(
        self,
        book: Book,
        names: Names,
        categories: Categories,
        here: Iterable[tuple[int, str, str, str]],
        tell: Told,
        update: bool = True,
    ) -> None:
        kept = _TAKEN | set(_RESOLVED)
        self.rest = [(i, book.shown.header[i]) for i, name in enumerate(book.mapping) if name and name not in kept]
        self.names, self.categories, self.tell, self.update = names, categories, tell, update
        self.by_number: dict[str, int] = {}
        self.by_facts: dict[bytes, int] = {}
        for row_id, number, place, facts in here:
            self.by_facts[same_key(place, facts)] = row_id
            if number:
                self.by_number[number] = row_id
        self.plan = Plan()

    def run(self, rows: Sequence[MappedRow]) -> Plan:
        """The plan for `rows`; rows with problems go back, known findings are compared."""
        seen: dict[bytes, int] = {}
        known: dict[int, MappedRow] = {}
        for row in rows:
            if row.problems:
                self.plan.bad.append(row)
                continue
            v = row.values
            key = same_key(v.get("place", ""), v["facts"])
            here = self.by_number.get(v.get("number", "")) or self.by_facts.get(key)
            if here in known or key in seen:
                first = known[here].number if here in known else seen[key]
                self.plan.bad.append(bad(row, f"与第{first}行相同"))
            elif here is not None:
                known[here] = row
            else:
                seen[key] = row.number
                self.plan.new.append(self._take(row))
        for f, shown in self.tell(list(known)):
            self._compare(known[f["id"]], f, shown)
        return self.plan

    def _compare(self, row: MappedRow, f: Mapping[str, Any], shown: LedgerRow) -> None:
        values, told = self._differing(row.values, f, shown)
        of_rectification: dict[str, Any] = {}
        for name, label in _OF_RECTIFICATION.items():
            words = row.values.get(name, "")
            if f["rectification"] and words and words != getattr(shown, name):
                of_rectification[name] = words
                told.append((label, getattr(shown, name), words))
        if not told or not self.update:
            self.plan.same += 1
        elif f["status"] in _SETTLED:
            labels = "、".join(label for label, _, _ in told)
            status = LIFE.status_label(f["status"])
            self.plan.bad.append(bad(row, f"{f['number'] or '未编号'}{status}，与这里不同的没有改：{labels}"))
        else:
            number, rectification = f["number"] or "未编号", f["rectification"]
            change = Change(row.number, number, f["uuid"], values, rectification, of_rectification, tuple(told))
            self.plan.changed.append(change)

    def _differing(
        self, v: Mapping[str, str], f: Mapping[str, Any], shown: LedgerRow
    ) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
        """Fields of the finding that a row tells otherwise: compared with what our own ledger would say of it."""
        values: dict[str, Any] = {}
        told: list[tuple[str, str, str]] = []
        before = {
            "place": shown.place,
            "facts": shown.facts,
            "source": shown.found_how,
            "found_at": f["found_at"] or "",
        }
        for name, label in _PLAIN.items():
            words = v.get(name, "")
            if words and words != before[name] and not (name == "found_at" and before[name].startswith(words)):
                values[name] = words
                told.append((label, before[name], words))
        if v.get("severity") and v["severity"] != f["severity"]:
            values["severity"] = v["severity"]
            told.append(
                ("严重程度", Severity(f["severity"]).label if f["severity"] else "", Severity(v["severity"]).label)
            )
        wanted: dict[str, Any] = {}
        otherwise = {n: w for n, w in v.items() if w not in (getattr(shown, n, ""), shown.territory_unit)}
        self.plan.unread += len(self._resolve(otherwise, wanted, count=False))
        self._place_sole(v, wanted)
        for name, found in wanted.items():
            if found != f[name]:
                values[name] = found
                told.append((_RESOLVED[name], getattr(shown, name), v.get(name) or v.get("industry_unit", "")))
        return values, told

    def _place_sole(self, v: Mapping[str, str], values: dict[str, Any]) -> None:
        """责任单位 of a ledger with one such column is as often a 镇街 as a 部门."""
        sole = values.get("industry_unit")
        if sole and not v.get("territory_unit") and self.names.side.get(sole) == UnitSide.TERRITORY:
            values["territory_unit"] = values.pop("industry_unit")

    def _take(self, row: MappedRow) -> tuple[dict[str, Any], list[str]]:
        v = row.values
        values: dict[str, Any] = {name: v[name] for name in _TAKEN if v.get(name)}
        values["nature"] = Nature.PROBLEM.value
        unread = self._resolve(v, values)
        self._place_sole(v, values)
        category = self.categories.by_id.get(values.get("category") or b"")
        if category is not None:
            values.setdefault("severity", category["severity"])
        told = [f"{heading}：{row.cells[i]}" for i, heading in self.rest if i < len(row.cells) and row.cells[i].strip()]
        told += [f"{label}：{words}" for label, words in unread]
        if len(v.get("found_at", "")) == len("2026-06-02"):
            # A moment is kept to the minute; midnight must not pass for what the ledger said.
            told.append(f"发现时间：{v['found_at']}（没有写几时几分）")
        return values, list(_notes(told))

    def _resolve(self, v: Mapping[str, str], values: dict[str, Any], *, count: bool = True) -> list[tuple[str, str]]:
        """Names turned into ids; returns (label, words) of those that are nobody here."""
        unread = []
        for name, label in _RESOLVED.items():
            words = v.get(name, "")
            if not words:
                continue
            found = self.categories.find(words) if name == "category" else self.names.find(words)
            if found is not None:
                values[name] = found
            if found is None or (name != "category" and len(_SPLIT.split(words)) > 1):
                unread.append((label, words))
            if found is None and count:
                self.plan.unknown[(label, words)] += 1
        return unread


def _notes(lines: Sequence[str]) -> Iterator[str]:
    """The lines as texts of notes, none longer than a note may be, nothing cut."""
    text = "原台账另记："
    empty = True
    for line in lines:
        while line:
            room = _NOTE_LIMIT - len(text) - 1
            if len(line) > room and not empty:
                yield text
                text, empty = "原台账另记（续）：", True
                continue
            text, line, empty = f"{text}\n{line[:room]}", line[room:], False
    if not empty:
        yield text
