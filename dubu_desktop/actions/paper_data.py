"""Records -> what a 通报 says (`BulletinData`). Photos stand in it as the hash of their print copy; see `papers`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from dubu_desktop.actions import paper_settings, texts
from dubu_desktop.actions import rules as in_force
from dubu_desktop.actions.reads.parts import day_of
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import gather, queries
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.lifecycle import DocumentStatus, FindingStatus
from dubu_desktop.domain.papers.blocks import HeadStyle, Photo
from dubu_desktop.domain.papers.bulletin_data import BulletinData, NamingLevel
from dubu_desktop.domain.papers.told import FindingTold, PersonNamed
from dubu_desktop.domain.records.finding import EvidenceRole
from dubu_desktop.domain.records.people import Severity, Term
from dubu_desktop.domain.records.work import VisitKind
from dubu_desktop.domain.text import spoken_date

S = FindingStatus
#: findings that a paper may tell of as facts
TOLD = (S.CONFIRMED, S.RECTIFYING, S.REPLIED, S.VERIFIED, S.CLOSED, S.EXEMPT, S.REFERRED)
#: findings whose running due date a paper may change
RUNNING = (S.RECTIFYING, S.REPLIED)

#: Document.options of a 通报: name -> value when not given. `photos`: print copies of photos per finding, 0 for none.
OPTIONS: dict[str, Any] = {
    "photos": 0,
    "reply_sheet": True,
    "reply_to": "",
    "good_practice": "",
    "table_rows_in_body": 30,
    "group_by": "category",
    "copy_number": "",
    "secrecy": "",
    "urgency": "",
    "signer": "",
    "joint": "",
    "basis_notes": False,
}
#: what stands at the top of every page of a paper that is not in force
NOTICES = {
    DocumentStatus.DRAFT: "草稿，未签发",
    DocumentStatus.SUBMITTED: "送审稿，未签发",
    DocumentStatus.REVOKED: "已撤销",
}


@dataclass(frozen=True)
class Deadline:
    """Kind of deadline and due date of one finding, as the paper tells them."""

    term: str
    due_on: date | None


@dataclass(frozen=True)
class Material:
    """Everything a 通报 rests on, gathered set-wise. `row`: the document's folded row."""

    r: Reader
    row: Mapping[str, Any]

    @cached_property
    def findings(self) -> list[dict[str, Any]]:
        """The findings in the paper's order."""
        return queries.rows_of(self.r.conn, "finding", self.row["findings"])

    @cached_property
    def ids(self) -> list[bytes]:
        """Their ids."""
        return [f["uuid"] for f in self.findings]

    @cached_property
    def rectifications(self) -> dict[bytes, list[dict[str, Any]]]:
        """Rectifications by finding."""
        return gather.children(self.r.conn, "rectification", "finding", self.ids)

    @cached_property
    def evidence(self) -> dict[bytes, list[dict[str, Any]]]:
        """Photos by finding."""
        return gather.children(self.r.conn, "evidence", "finding", self.ids)

    @cached_property
    def persons(self) -> dict[bytes, list[dict[str, Any]]]:
        """Named persons by finding; nobody is even read where units alone are named."""
        named = [i for i in self.ids if naming_of(self.row, i) is NamingLevel.PERSON]
        return gather.children(self.r.conn, "named_person", "finding", named) if named else {}

    @cached_property
    def categories(self) -> dict[bytes, dict[str, Any]]:
        """All categories; they are few."""
        return {c["uuid"]: c for c in queries.all_rows(self.r.conn, "category", with_gone=True)}

    @cached_property
    def visits(self) -> list[dict[str, Any]]:
        """The visits on which the findings were made, each once."""
        named = dict.fromkeys(f["visit"] for f in self.findings if f["visit"])
        return queries.rows_of(self.r.conn, "visit", list(named))

    @cached_property
    def finders(self) -> tuple[str, ...]:
        """Names of the groups that found, by their codes."""
        found = {f["finder_group"] for f in self.findings if f["finder_group"]}
        codes = sorted((self.r.groups[g]["code"], g) for g in found if g in self.r.groups)
        return tuple(self.r.group_name(g) for _, g in codes)

    @cached_property
    def units(self) -> dict[bytes, str]:
        """Names of the units the paper names."""
        keys = ("industry_unit", "territory_unit", "unit")
        return self.r.names("unit", [f[k] for f in self.findings for k in keys])

    @cached_property
    def settings(self) -> paper_settings.PaperSettings:
        """The office's settings for papers."""
        return paper_settings.load(self.r.conn)

    @cached_property
    def day(self) -> date:
        """成文日期: the day of signing, which the paper bears; today while it is not signed."""
        return day_of(self.row["signed_on"]) or self.r.today

    def option(self, name: str) -> Any:
        """A printing option or its default."""
        return (self.row["options"] or {}).get(name, OPTIONS[name])

    def path(self, category: bytes | None) -> tuple[str, ...]:
        """Names of a category and those above it, the topmost first."""
        names: list[str] = []
        while category in self.categories and len(names) < len(self.categories):
            names.insert(0, self.categories[category]["name"] or "")
            category = self.categories[category]["parent"]
        return tuple(names)

    def term_of(self, finding: dict[str, Any]) -> Deadline:
        """What the paper says of a finding's deadline: its own, the paper's where it sets one, or the rule's.

        contracts.md §2 and §5: a finding still confirmed is assigned by this paper, on the paper's due date or counted
        from the day the paper bears; one already assigned keeps its date unless 按通报期限 was ticked.
        """
        ordered = day_of(self.row["due_on"])
        own = next(iter(self.rectifications.get(finding["uuid"], [])), None)
        if own is not None and finding["status"] != S.CONFIRMED:
            moved = self.row["override_due"] and ordered and finding["status"] in RUNNING
            return Deadline(own["term"] or "", ordered if moved else day_of(own["due_on"]))
        if finding["status"] != S.CONFIRMED:
            return Deadline("", None)
        category = self.categories.get(finding["category"] or b"")
        term = (category or {}).get("term") or Term.LIMITED.value
        days = category["days"] if category is not None and category["term"] == term else None
        rules = self.r.rules
        severity = finding["severity"] or Severity.ORDINARY.value
        return Deadline(term, ordered or in_force.due_date(rules, self.day, term, severity, None, days).date)


def naming_of(row: Mapping[str, Any], finding: bytes | None = None) -> NamingLevel:
    """Whom the paper names; of one finding, where it was set for that one alone (点人点事 per item)."""
    naming = row["naming"] or {}
    own = naming.get("items", {}).get(finding.hex()) if finding is not None else None
    return NamingLevel(own or naming.get("level", NamingLevel.UNIT))


def bulletin_data(r: Reader, row: Mapping[str, Any], total: int | None = None) -> BulletinData:
    """What the 通报 of the document `row` says now. `total`: the running number over all years (总第N期)."""
    m = Material(r, row)
    found = [day for f in m.findings if (day := day_of(f["found_at"]))]
    style = HeadStyle(row["style"]) if row["style"] else m.settings.head_style(r.rules)
    organ = row["organ"] or m.settings.organ
    ways = Counter(_way(v) for v in m.visits).most_common()
    visited = dict.fromkeys([*(u for v in m.visits for u in v["units"]), *(f["unit"] for f in m.findings if f["unit"])])
    return BulletinData(
        mark=m.settings.mark_for(style, organ),
        organ=organ,
        title=row["title"] or "",
        year=m.day.year,
        items=tuple(_item(m, f) for f in m.findings),
        addressees=tuple(row["addressees"]) or m.settings.addressees,
        style=style,
        sealed=m.settings.is_sealed(r.rules) if row["sealed"] is None else row["sealed"],
        number=row["number"] or "",
        serial=row["serial"],
        total_serial=total,
        issued_on=day_of(row["signed_on"]),
        # a finding of which units alone are to be named comes without persons (`Material.persons`)
        naming=NamingLevel.PERSON if m.persons else naming_of(row),
        period_from=min(found, default=None),
        period_to=max(found, default=None),
        groups=m.finders,
        methods=tuple(ways),
        method_rows=tuple(tuple(v["uuid"] for v in m.visits if _way(v) == way) for way, _ in ways),
        visited_units=len(visited),
        unit_rows=tuple(visited),
        good_practice=m.option("good_practice"),
        reply_due=day_of(row["due_on"]),
        reply_to=m.option("reply_to"),
        lead=row["lead"] or "",
        overall=row["overall"] or "",
        requirements=row["requirements"] or "",
        report_to=tuple(row["report_to"]) or m.settings.report_to,
        copy_to=tuple(row["cc"]) or m.settings.cc,
        copy_number=m.option("copy_number"),
        secrecy=m.option("secrecy"),
        urgency=m.option("urgency"),
        notice=NOTICES.get(row["status"], ""),
        table_rows_in_body=m.option("table_rows_in_body"),
        by_unit=m.option("group_by") == "unit",
        texts=texts.in_force(r.conn).of("bulletin"),
        reply_sheet=m.option("reply_sheet"),
    )


def _way(visit: Mapping[str, Any]) -> str:
    return label_of(VisitKind, visit["visit_kind"])


def label_of(kind: Any, value: str | None) -> str:
    """The shown label of a choice; what is none is said as it is."""
    return kind(value).label if value in set(kind) else value or ""


def _item(m: Material, f: dict[str, Any]) -> FindingTold:
    day = day_of(f["found_at"])
    told = m.term_of(f)
    photos = m.evidence.get(f["uuid"], [])
    # The paper itself hands a confirmed finding over for rectification; its reader never sees the state before.
    status = S.RECTIFYING if f["status"] == S.CONFIRMED else f["status"]
    rectification = next(iter(m.rectifications.get(f["uuid"], [])), None)
    return FindingTold(
        number=f["number"] or "",
        industry_unit=m.units.get(f["industry_unit"], ""),
        territory_unit=m.units.get(f["territory_unit"], ""),
        place=f["place"] or "",
        found_text=spoken_date(day, m.day) if day else "",
        facts=f["facts"] or "",
        category=m.path(f["category"]),
        severity=label_of(Severity, f["severity"]),
        term=label_of(Term, told.term),
        due_on=told.due_on,
        requirement=(rectification or {}).get("requirement") or "",
        status=LIFE.status_label(status),
        persons=tuple(PersonNamed(p["name"] or "", p["post"] or "") for p in m.persons.get(f["uuid"], [])),
        photo_count=len(photos),
        photos=_photos(m, f, photos),
        id=f["uuid"],
    )


def _photos(m: Material, f: dict[str, Any], photos: Sequence[dict[str, Any]]) -> tuple[Photo, ...]:
    shown = [p for p in photos if p["preview"] and p["role"] != EvidenceRole.AFTER][: m.option("photos")]
    return tuple(Photo(p["preview"], f"{f['number'] or ''} {p['caption'] or f['place'] or ''}".strip()) for p in shown)


def default_title(paths: Sequence[tuple[str, ...]]) -> str:
    """关于××督导巡查情况的通报: ×× where all findings are of one field of work."""
    fields = {path[0] for path in paths if path}
    subject = fields.pop() if len(fields) == 1 and all(paths) else ""
    return f"关于{subject}督导巡查发现问题情况的通报"
