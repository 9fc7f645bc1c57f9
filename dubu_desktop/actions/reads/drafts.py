"""A document as its page shows it: what is set, what is generated, and the paper it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dubu_desktop.actions import carrying, handwritten, paper_settings, paperphotos, papers, recorded
from dubu_desktop.actions.paper_data import OPTIONS, TOLD, Material, bulletin_data, naming_of
from dubu_desktop.actions.reads import documents
from dubu_desktop.actions.reads.documents import DocumentDetail
from dubu_desktop.actions.reads.parts import Named
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import queries
from dubu_desktop.domain.lifecycle import DocumentStatus, FindingStatus, Role
from dubu_desktop.domain.papers import bulletin_text
from dubu_desktop.domain.papers.blocks import Format, Head, HeadStyle, Paper, Paragraph
from dubu_desktop.domain.papers.figures import Told
from dubu_desktop.domain.papers.kind import Carries, PaperKind
from dubu_desktop.domain.papers.series import number_label
from dubu_desktop.errors import DubuError


@dataclass(frozen=True, slots=True)
class Text:
    """One of the three texts: as the paper says it, as it is generated, and whether a person wrote it.

    `figures`: how many numbers of the generated text open; none of a written one does.
    """

    shown: str
    generated: str
    written: bool
    figures: int = 0


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
    kind: PaperKind
    #: numbers of findings that persons are named for, where that differs from `naming`; {finding id: level}
    named: dict[str, str]
    #: what keeps it from being made at all, as a sentence; the pages then say it
    refused: str
    #: (id, number) of the paper it corrects, and of those that correct it
    corrects: Named | None
    corrected_by: tuple[Named, ...]
    #: photos of it that are not on this machine, as a sentence, "" where all are
    lacking: str
    #: how the records differ from what the paper says, and what 印发 therefore leaves, as a sentence, "" where nowhere
    moved: str
    #: where a text that a person wrote says another number than the records do now, as sentences
    doubts: tuple[str, ...]
    #: name of the final text that was brought back, "" for none
    final: str


def draft(r: Reader, document: str | bytes | int) -> DraftView:
    """One document by id or row id. D-306."""
    from dubu_desktop.export.docx.crowding import crowding_warnings
    from dubu_desktop.export.docx.fonts import glyph_warnings

    found = documents.detail(r, document)
    row = queries.row_of(r.conn, "document", bytes.fromhex(found.row.id)) or {}
    material = Material(r, row)
    paper, refused = _paper(r, row)
    kind = recorded.kind_of_row(row)
    head = recorded.is_bulletin(row)
    own = _of_bulletin(r, row) if head else _of_kind(r, row, paper)
    lost = () if refused else (*recorded.unprinted(row, paper), *crowding_warnings(paper))
    return DraftView(
        detail=found,
        naming=naming_of(row).value,
        due_on=row["due_on"] or "",
        override_due=bool(row["override_due"]),
        groups=tuple(Named(g.hex(), r.group_name(g)) for g in sorted(row["groups"], key=r.group_code)),
        number=row["number"] or _next_number(r, row, kind),
        editable=_editable(r, row["status"]),
        held=tuple(f["number"] or "" for f in material.findings if f["status"] not in TOLD) if head else (),
        to_verify=_to_verify(kind, material),
        signer=row["signer"] or "",
        paper=paper,
        warnings=(*lost, *glyph_warnings(paper, paper_settings.font_profile(material.settings))),
        kind=kind,
        named=dict((row["naming"] or {}).get("items", {})),
        refused=refused,
        moved=carrying.moved(material),
        doubts=handwritten.doubts(r, row),
        lacking=paperphotos.lacking(r, paper).said,
        final=row["final_name"] or "" if row["final"] else "",
        corrects=_named(r, row["corrects"]),
        corrected_by=tuple(_named_row(d) for d in queries.all_rows(r.conn, "document", corrects=row["uuid"])),
        **own,
    )


def _paper(r: Reader, row: dict[str, Any]) -> tuple[Paper, str]:
    """The paper, or a sheet that says why there is none: its records were withdrawn, or fit the kind no longer."""
    try:
        return papers.paper_of(r, row["uuid"]), ""
    except DubuError as error:
        sheet = Paper(Head("", ""), row["title"] or "", "", (Paragraph(error.sentence),), format=Format.PLAIN)
        return sheet, error.sentence


def _of_bulletin(r: Reader, row: dict[str, Any]) -> dict[str, Any]:
    data = bulletin_data(r, row)
    wanted = "\n".join(head + text for head, text in bulletin_text.numbered(data))
    return {
        "title": data.title,
        "organ": data.organ,
        "style": data.style,
        "sealed": data.sealed,
        "addressees": data.addressees,
        "cc": data.copy_to,
        "report_to": data.report_to,
        "options": {**OPTIONS, **(row["options"] or {})},
        "lead": _text(row["lead"], bulletin_text.lead(data)),
        "overall": _text(row["overall"], bulletin_text.overall(data)),
        "requirements": _text(row["requirements"], Told(wanted)),
    }


def _of_kind(r: Reader, row: dict[str, Any], paper: Paper) -> dict[str, Any]:
    settings, kind = paper_settings.load(r.conn), recorded.kind_of_row(row)
    nothing = Text("", "", False)
    known = {option.name: option.default for option in kind.all_options()}
    return {
        "title": row["title"] or "",
        "organ": settings.organ,
        "style": paper.head.style,
        "sealed": settings.is_sealed(r.rules) if row["sealed"] is None else bool(row["sealed"]),
        "addressees": tuple(row["addressees"]) or settings.addressees,
        "cc": tuple(row["cc"]) or settings.cc,
        "report_to": tuple(row["report_to"]) or settings.report_to,
        "options": {**known, **{n: v for n, v in (row["options"] or {}).items() if n in known}},
        "lead": nothing,
        "overall": nothing,
        "requirements": nothing,
    }


def _to_verify(kind: PaperKind, material: Material) -> tuple[str, ...]:
    """Findings of the office itself that this paper hands over: 印发 must be told who verifies them."""
    if kind.carries is not Carries.ASSIGN:
        return ()
    open_ones = [f for f in material.findings if f["status"] == FindingStatus.CONFIRMED and not f["finder_group"]]
    return tuple(f["number"] or "" for f in open_ones)


def _named(r: Reader, document: bytes | None) -> Named | None:
    row = queries.row_of(r.conn, "document", document) if document else None
    return _named_row(row) if row is not None else None


def _named_row(row: dict[str, Any]) -> Named:
    return Named(row["uuid"].hex(), row["number"] or row["title"] or "")


def _text(written: str | None, generated: Told) -> Text:
    return Text(written or generated.text, generated.text, bool(written), len(generated.figures))


def _next_number(r: Reader, row: dict[str, Any], kind: PaperKind) -> str:
    """The number 签发 would take now; nothing where it takes none."""
    if kind.by_task:
        task = queries.row_of(r.conn, "task", row["task"]) if row["task"] else None
        return str((task or {}).get("number") or "")
    if not kind.numbered:
        return ""
    settings, year = paper_settings.load(r.conn), r.today.year
    try:
        style, label = recorded.head_of(r, kind, row, settings)
    except DubuError:
        return ""
    serial = recorded.used_of(r.conn, kind.id, settings).get(year, 0) + 1
    return number_label(label, style, settings.code_for(r.rules, kind.id), year, serial)


def _editable(r: Reader, status: str) -> bool:
    """A draft by anybody of the office, a submitted paper by the director alone (contracts.md §2)."""
    if not r.office or r.person is None or not r.ws.can_sign:
        return False
    return status == DocumentStatus.DRAFT or (status == DocumentStatus.SUBMITTED and Role.DIRECTOR in r.person.roles)
