"""A document as its page shows it: what is set, what is generated, and the paper it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions import paper_settings, papers
from dubu_desktop.actions.paper_data import OPTIONS, TOLD, Material, bulletin_data, naming_of
from dubu_desktop.actions.reads import documents
from dubu_desktop.actions.reads.documents import DocumentDetail
from dubu_desktop.actions.reads.parts import Named
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import gather, queries
from dubu_desktop.domain.lifecycle import DocumentStatus, FindingStatus, Role
from dubu_desktop.domain.papers import bulletin_text
from dubu_desktop.domain.papers.blocks import HeadStyle, Paper
from dubu_desktop.domain.papers.wording import paper_number


@dataclass(frozen=True, slots=True)
class Text:
    """One of the three texts: as the paper says it, as it is generated, and whether a person wrote it."""

    shown: str
    generated: str
    written: bool


@dataclass(frozen=True, slots=True)
class DraftView:
    """Everything the page of one document shows.

    `addressees`, `cc`, `report_to`: as printed, from the document or the office's settings. `number`: the one taken,
    or for one not signed the next that is free. `held`: numbers of findings that keep it from being submitted (not
    confirmed). `to_verify`: numbers of the office's own findings, for which 印发 must be told who verifies. `warnings`:
    rare characters and the like. `photos`: how many photos the paper would carry.
    """

    detail: DocumentDetail
    title: str
    organ: str
    style: HeadStyle
    sealed: bool
    naming: str
    addressees: tuple[str, ...]
    cc: tuple[str, ...]
    report_to: tuple[str, ...]
    due_on: str
    override_due: bool
    groups: tuple[Named, ...]
    options: dict[str, Any]
    lead: Text
    overall: Text
    requirements: Text
    number: str
    editable: bool
    held: tuple[str, ...]
    to_verify: tuple[str, ...]
    signer: str
    paper: Paper
    warnings: tuple[str, ...]


def draft(r: Reader, document: str | bytes | int) -> DraftView:
    """One document by id or row id. D-306."""
    from dubu_desktop.export.docx.fonts import glyph_warnings

    found = documents.detail(r, document)
    row = queries.row_of(r.conn, "document", bytes.fromhex(found.row.id)) or {}
    data, material = bulletin_data(r, row), Material(r, row)
    paper = papers.paper_of(r, found.row.id)
    wanted = "\n".join(head + text for head, text in bulletin_text.requirements(data))
    open_ones = [f for f in material.findings if f["status"] == FindingStatus.CONFIRMED and not f["finder_group"]]
    return DraftView(
        detail=found,
        title=data.title,
        organ=data.organ,
        style=data.style,
        sealed=data.sealed,
        naming=naming_of(row).value,
        addressees=data.addressees,
        cc=data.copy_to,
        report_to=data.report_to,
        due_on=row["due_on"] or "",
        override_due=bool(row["override_due"]),
        groups=tuple(Named(g.hex(), r.group_name(g)) for g in sorted(row["groups"], key=r.group_code)),
        options={**OPTIONS, **(row["options"] or {})},
        lead=_text(row["lead"], bulletin_text.lead(data).text),
        overall=_text(row["overall"], bulletin_text.overall(data).text),
        requirements=_text(row["requirements"], wanted),
        number=row["number"] or _next_number(r, row, data.style),
        editable=_editable(r, row["status"]),
        held=tuple(f["number"] or "" for f in material.findings if f["status"] not in TOLD),
        to_verify=tuple(f["number"] or "" for f in open_ones),
        signer=row["signer"] or "",
        paper=paper,
        warnings=glyph_warnings(paper, paper_settings.font_profile(material.settings)),
    )


def _text(written: str | None, generated: str) -> Text:
    return Text(written or generated, generated, bool(written))


def _next_number(r: Reader, row: dict[str, Any], style: HeadStyle) -> str:
    """The number 签发 would take now."""
    settings, year = paper_settings.load(r.conn), r.today.year
    taken = gather.serials(r.conn, row["doc_kind"]).get(year, 0)
    serial = max(taken, int(settings.used_before.get(str(year), 0))) + 1
    if style is HeadStyle.ISSUE:
        return f"{year}年第{serial}期"
    return paper_number(settings.code_for(r.rules, row["doc_kind"]), year, serial)


def _editable(r: Reader, status: str) -> bool:
    """A draft by anybody of the office, a submitted paper by the director alone (contracts.md §2)."""
    if not r.office or r.person is None or not r.ws.can_sign:
        return False
    return status == DocumentStatus.DRAFT or (status == DocumentStatus.SUBMITTED and Role.DIRECTOR in r.person.roles)
