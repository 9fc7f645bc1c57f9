"""Documents: drafts, what waits for the director, what was issued."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions.reads import conflicts
from dubu_desktop.actions.reads.conflicts import ConflictView
from dubu_desktop.actions.reads.fieldviews import views
from dubu_desktop.actions.reads.lists import ListFilter, document_ids
from dubu_desktop.actions.reads.offers import offers
from dubu_desktop.actions.reads.parts import ACCENT, NEUTRAL, OK, WARN, Available, Chip, FieldView, say_day, say_wall
from dubu_desktop.actions.reads.reader import Reader, raw
from dubu_desktop.actions.reads.say import Say, label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, queries
from dubu_desktop.domain.lifecycle import DOCUMENT as LIFE
from dubu_desktop.domain.lifecycle import DocumentStatus
from dubu_desktop.domain.records import DOCUMENT
from dubu_desktop.domain.records.work import DocumentKind
from dubu_desktop.errors import DubuError

D = DocumentStatus
_KEYS: dict[str, tuple[str, ...]] = {
    "open": (D.DRAFT, D.SUBMITTED, D.SIGNED),
    "draft": (D.DRAFT,),
    "submitted": (D.SUBMITTED,),
    "signed": (D.SIGNED,),
    "issued": (D.ISSUED,),
    "revoked": (D.REVOKED,),
    "all": (),
    "": (),
}
_TONES = {D.SUBMITTED: ACCENT, D.SIGNED: ACCENT, D.ISSUED: OK, D.REVOKED: WARN}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One line of the list of documents."""

    rowid: int
    id: str
    kind: str
    number: str
    title: str
    status: str
    status_label: str
    when: str
    findings: int
    groups: tuple[str, ...]
    chips: tuple[Chip, ...]

    @property
    def sub(self) -> str:
        """The second line: kind · number · when · findings."""
        about = f"{self.findings}个问题" if self.findings else ""
        return " · ".join(part for part in (self.kind, self.number, self.when, about) if part)


@dataclass(frozen=True, slots=True)
class DocumentDetail:
    """One document whole. `findings`: row ids in the order in which they are listed in it."""

    row: DocumentRow
    fields: tuple[FieldView, ...]
    steps: tuple[str, ...]
    at: int
    findings: array[int]
    actions: tuple[Available, ...]
    conflicts: tuple[ConflictView, ...]


def ids(r: Reader, filter: ListFilter = ListFilter(), sort: str = "new") -> array[int]:
    """Row ids, the newest first. The words may name a kind of paper as well (督办单)."""
    order, statuses = ["-created_ms"], _KEYS[filter.key]
    found = document_ids(r, "document", filter.text, order, statuses=statuses)
    words = filter.text.strip()
    named = [kind.value for kind in DocumentKind if len(words) > 1 and words in kind.label]
    if not named:
        return found
    among = {*found, *(i for kind in named for i in listing.kind_ids(r.conn, "document", [], equal={"doc_kind": kind}))}
    return array("q", (i for i in document_ids(r, "document", "", order, statuses=statuses) if i in among))


def counts(r: Reader) -> dict[str, int]:
    """{key: how many}."""
    by = figures.by_status(r.conn, "document")
    return {key: sum(by.get(s, 0) for s in (statuses or tuple(by))) for key, statuses in _KEYS.items() if key}


def rows(r: Reader, ids: Sequence[int]) -> list[DocumentRow]:
    """At most 200 documents."""
    return [_row(r, row) for row in listing.kind_rows(r.conn, "document", ids)]


def _row(r: Reader, row: dict[str, Any]) -> DocumentRow:
    day = row["issued_on"] or row["signed_on"]
    status = row["status"]
    return DocumentRow(
        rowid=row["id"],
        id=row["uuid"].hex(),
        kind=label_of(DOCUMENT.by_name["doc_kind"], row["doc_kind"]) if row["doc_kind"] else "",
        number=row["number"] or "",
        title=row["title"] or "（未写标题）",
        status=status,
        status_label=LIFE.status_label(status),
        when=say_day(day, r.today) if day else say_wall(row["created_ms"], r.today),
        findings=len(row["findings"]),
        groups=tuple(r.group_name(g) for g in row["groups"]),
        chips=(Chip("待签发" if status == D.SUBMITTED else LIFE.status_label(status), _TONES.get(status, NEUTRAL)),),
    )


_WAY = (D.DRAFT, D.SUBMITTED, D.SIGNED, D.ISSUED)
_STEPS = ("起草", "送审", "签发", "印发")


def detail(r: Reader, document: str | bytes | int) -> DocumentDetail:
    """One document by id or row id. D-306."""
    record = listing.uuid_of(r.conn, document) if isinstance(document, int) else raw(document)
    row = queries.row_of(r.conn, "document", record) if record else None
    if row is None or record is None:
        raise DubuError("D-306", what=f"文书 {document if isinstance(document, int) else raw(document).hex()}")
    order = listing.row_ids(r.conn, row["findings"])
    revoked = row["status"] == D.REVOKED
    steps = ("起草", "撤销") if revoked else _STEPS
    at = 2 if revoked else 4 if row["status"] == D.ISSUED else _WAY.index(D(row["status"])) + (row["status"] != D.DRAFT)
    return DocumentDetail(
        row=_row(r, row),
        fields=views(r, Say(r), DOCUMENT, row),
        steps=steps,
        at=at,
        findings=array("q", (order[f] for f in row["findings"] if f in order)),
        actions=offers(r, DOCUMENT, row),
        conflicts=conflicts.of(r, record),
    )
