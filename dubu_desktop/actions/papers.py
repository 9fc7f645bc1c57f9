"""A document as a paper: frozen once signed, live before; with its photos; as .docx; as pictures of its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions import paper_settings, paperphotos, texts
from dubu_desktop.actions.dossiers import Records, dossier
from dubu_desktop.actions.frozen import freeze, thaw
from dubu_desktop.actions.paper_data import NOTICES
from dubu_desktop.actions.reads.parts import day_of
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.recorded import deadlines, kind_of_row, paper_now, unprinted
from dubu_desktop.db import queries
from dubu_desktop.domain.papers.basisnotes import with_notes
from dubu_desktop.domain.papers.blocks import Paper
from dubu_desktop.domain.papers.figures import Spot
from dubu_desktop.domain.papers.glyphs import Repertoire
from dubu_desktop.domain.papers.kind import UPWARD_NOTICE, PaperKind, make, mixed, mixed_said, with_copy_number
from dubu_desktop.domain.papers.wording import paper_date
from dubu_desktop.errors import DubuError

if TYPE_CHECKING:
    from dubu_desktop.export.docx.fonts import FontProfile
    from dubu_desktop.export.docx.geometry import PageProfile

#: contracts.md §3: what a group sees of a paper is marked on every page; a group prints no paper addressed to a unit
GROUP_NOTICE = UPWARD_NOTICE
_VERSION = 1


@dataclass(frozen=True)
class LaidOut:
    """The true pages of a paper: a PNG each, and where its figures stand on them."""

    pictures: tuple[bytes, ...]
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Printable:
    """A paper ready to be printed: blocks with photos, typefaces, and what the person should know beforehand.

    `most`: how many pages it should have at most, 0 for any number.
    """

    paper: Paper
    fonts: FontProfile
    warnings: tuple[str, ...]
    number: str
    title: str
    page: PageProfile
    label: str = ""
    subject: str = ""
    most: int = 0

    def docx(self) -> bytes:
        """The .docx. D-504 for a print copy that is no picture."""
        from dubu_desktop.export.docx import paper_bytes

        return paper_bytes(self.paper, profile=self.fonts, page=self.page)

    def laid_out(self, dpi: int = 96) -> LaidOut | None:
        """Every page as LibreOffice lays it out; None where there is none. Seconds: not on the reader's thread.

        D-502, D-503 when LibreOffice fails.
        """
        from dubu_desktop.export.figureplaces import find_spots
        from dubu_desktop.export.render import page_pictures, render_pdf
        from dubu_desktop.export.soffice import find_soffice

        if find_soffice() is None:
            return None
        pdf = render_pdf(self.docx())
        return LaidOut(tuple(page_pictures(pdf, dpi)), tuple(find_spots(pdf, self.paper)))


def paper_of(r: Reader, document: str | bytes) -> Paper:
    """The paper of a document, its photos left as hashes: as it was signed, else as the records stand now. D-306."""
    return _paper(r, _row(r, document))


def printable(r: Reader, document: str | bytes) -> Printable:
    """The paper with its photos and typefaces; a photo that is not here is left out and said so. D-306."""
    row = _row(r, document)
    paper, warnings = paperphotos.filled(r, _paper(r, row))
    fonts = _fonts(r, row)
    from dubu_desktop.export.docx.crowding import crowding_warnings
    from dubu_desktop.export.docx.fonts import glyph_warnings

    said = (*unprinted(row, paper), *warnings, *crowding_warnings(paper), *glyph_warnings(paper, fonts))
    settings = paper_settings.load(r.conn)
    page = paper_settings.page_profile(replace(settings, page=(row["frozen"] or {}).get("page", settings.page)))
    kind, number, title = kind_of_row(row), row["number"] or "", row["title"] or ""
    return Printable(paper, fonts, said, number, title, page, kind.label, most=kind.pages)


def made(r: Reader, kind: PaperKind, records: Records, options: Mapping[str, Any]) -> Printable:
    """A paper of `kind` straight from the records, ready to be printed; the window previews it the same way.

    D-334: this side may not make it. D-308: the records are not there or do not fit. D-305: a wrong option.
    """
    from dubu_desktop.export.docx.crowding import crowding_warnings
    from dubu_desktop.export.docx.fonts import glyph_warnings

    options = with_copy_number(options)
    told = dossier(r, kind, records, kind.chosen(options))
    built = make(kind, told)
    paper, warnings = paperphotos.filled(r, with_notes(built) if options.get("basis_notes") else built)
    settings = paper_settings.load(r.conn)
    fonts = paper_settings.font_profile(settings)
    subject = told.task.title if told.task else told.instruction.title if told.instruction else ""
    if len(told.findings) == 1:
        subject = told.finding.number
    lost = (*kind.unprinted(options, paper), *crowding_warnings(paper))
    together = (said for said in (mixed_said(mixed(kind, told.findings)),) if said)
    said = (*together, *texts.warnings_of(told.texts), *lost, *warnings, *glyph_warnings(paper, fonts))
    page = paper_settings.page_profile(settings)
    return Printable(paper, fonts, said, told.number, paper.title, page, kind.label, subject, kind.pages)


def render_pages(r: Reader, document: str | bytes, dpi: int = 96) -> list[bytes] | None:
    """Every page as a PNG; None without LibreOffice. The window calls `laid_out` outside its snapshot."""
    made = printable(r, document).laid_out(dpi)
    return list(made.pictures) if made is not None else None


def _row(r: Reader, document: str | bytes) -> dict[str, Any]:
    record = bytes.fromhex(document) if isinstance(document, str) else document
    row = queries.row_of(r.conn, "document", record)
    if row is None:
        raise DubuError("D-306", what=f"文书 {record.hex()}")
    return row


def _paper(r: Reader, row: Mapping[str, Any]) -> Paper:
    if not row["frozen"]:
        return paper_now(r, row)
    paper = thaw(row["frozen"]["paper"])
    assert isinstance(paper, Paper)
    signed, issued = day_of(row["signed_on"]), day_of(row["issued_on"])
    if signed is not None and issued is not None and paper.colophon is not None:
        # 成文日期 is the day of signing, 印发日期 the day it went to print (GB/T 9704-2012 7.3.5.4, 7.4.2); the words
        # around it are the office's own and stay as they were signed
        printed = paper.colophon.printed_text.replace(paper_date(signed), paper_date(issued))
        paper = replace(paper, colophon=replace(paper.colophon, printed_text=printed))
    notice = NOTICES.get(row["status"], paper.notice)
    return replace(paper, notice=notice if r.office else GROUP_NOTICE)


# --- what is signed ----------------------------------------------------------------------------------------------


def frozen_of(r: Reader, row: Mapping[str, Any], total: int | None) -> dict[str, Any]:
    """What is kept of a paper at signing: its blocks, its typefaces, and the deadlines it promises per finding.

    `row`: the document's row with number, serial, year, signed_on and the status already those of the signed paper.
    """
    settings = paper_settings.load(r.conn)
    return {
        "version": _VERSION,
        "paper": freeze(paper_now(r, row, total)),
        "fonts": asdict(paper_settings.font_profile(settings)),
        "page": settings.page,
        "texts": texts.in_force(r.conn).of(str(row["doc_kind"])).editions(),
        "terms": deadlines(r, row),
        # what each finding was when the paper was signed: its figures are opened beside what it is by then
        "states": {f["uuid"].hex(): f["status"] for f in queries.rows_of(r.conn, "finding", row["findings"])},
    }


def _fonts(r: Reader, row: Mapping[str, Any]) -> FontProfile:
    from dubu_desktop.export.docx.fonts import FontProfile

    kept = (row["frozen"] or {}).get("fonts")
    if not kept:
        return paper_settings.font_profile(paper_settings.load(r.conn))
    return FontProfile(**{**kept, "repertoire": Repertoire(kept["repertoire"])})
