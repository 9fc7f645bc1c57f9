"""A document record as a paper of its kind, told from the records as they stand: what 签发 freezes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dubu_desktop.actions.dossiers import Records, dossier
from dubu_desktop.actions.paper_data import NOTICES, Material, bulletin_data
from dubu_desktop.actions.paper_settings import PaperSettings
from dubu_desktop.actions.reads.parts import day_of
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import gather, queries
from dubu_desktop.domain.papers.addressees import settled
from dubu_desktop.domain.papers.basisnotes import with_notes
from dubu_desktop.domain.papers.blocks import Format, HeadStyle, Paper
from dubu_desktop.domain.papers.bulletin import bulletin
from dubu_desktop.domain.papers.correction import cited, correcting
from dubu_desktop.domain.papers.kind import UPWARD_NOTICE, PaperKind, jointly, make
from dubu_desktop.domain.papers.kinds import kind_of
from dubu_desktop.domain.papers.told import Dossier
from dubu_desktop.domain.records.work import DocumentKind


def kind_of_row(row: Mapping[str, Any]) -> PaperKind:
    """The kind of paper a document is; D-306 for one this version does not know."""
    return kind_of(str(row["doc_kind"] or ""))


def is_bulletin(row: Mapping[str, Any]) -> bool:
    """Whether it is a 通报, whose texts and addressees are fields of the record."""
    return bool(row["doc_kind"] == DocumentKind.BULLETIN)


def records_of(row: Mapping[str, Any]) -> Records:
    """What the document rests on."""
    return Records(tuple(row["findings"] or ()), row["task"], row["instruction"])


def told_of(r: Reader, row: Mapping[str, Any]) -> Dossier:
    """What a document other than a 通报 rests on, with the number, days and names that it bears itself."""
    kind = kind_of_row(row)
    options = kind.chosen(kind.kept(row["options"] or {}))
    told = dossier(r, kind, records_of(row), options, row)
    old = queries.row_of(r.conn, "document", row["corrects"]) if row["corrects"] else None
    letterhead = told.letterhead
    letterhead = replace(
        letterhead,
        addressees=tuple(row["addressees"]) or letterhead.addressees,
        report_to=tuple(row["report_to"]) or letterhead.report_to,
        copy_to=tuple(row["cc"]) or letterhead.copy_to,
        sealed=letterhead.sealed if row["sealed"] is None else bool(row["sealed"]),
    )
    return replace(
        told,
        letterhead=letterhead,
        number=(told.task.number if told.task else "") if kind.by_task else row["number"] or "",
        serial=row["serial"],
        issued_on=told.task.issued_on if kind.by_task and told.task else day_of(row["signed_on"]),
        signer=options["signer"] or row["signer"] or "",
        notice=NOTICES.get(row["status"], ""),
        told_before=frozenset(old["findings"] or ()) if old is not None else frozenset(),
    )


def paper_now(r: Reader, row: Mapping[str, Any], total: int | None = None) -> Paper:
    """The paper as the records stand now. `total`: the running number over all years of a 通报.

    D-308 when the records it rests on fit no longer, D-334 where this side may not make it.
    """
    if is_bulletin(row):
        data = bulletin_data(r, row, total)
        others = str((row["options"] or {}).get("joint", ""))
        paper = settled(jointly(bulletin(data), data.organ, others))
        paper = paper if r.office else replace(paper, notice=UPWARD_NOTICE)
    else:
        paper = make(kind_of_row(row), told_of(r, row))
    old = queries.row_of(r.conn, "document", row["corrects"]) if row["corrects"] else None
    paper = correcting(paper, _cited(old)) if old is not None else paper
    return with_notes(paper) if (row["options"] or {}).get("basis_notes") else paper


def unprinted(row: Mapping[str, Any], paper: Paper) -> tuple[str, ...]:
    """A sentence for each option the document bears that its paper cannot print; none for one that is signed."""
    return () if row["frozen"] else kind_of_row(row).unprinted(row["options"] or {}, paper)


def _cited(old: Mapping[str, Any]) -> str:
    """How a correction cites the old paper. Forms have their number alone, where they have one of their own.

    The number of a 交办单 is its task's, so the correction bears it as well: it is told apart by its day, as are those
    that bear none. Their title is the printed one; what lists call them says what they are about.
    """
    kind = kind_of_row(old)
    number = "" if kind.by_task else old["number"] or ""
    if kind.format not in (Format.FORM, Format.PLAIN):
        title = old["title"] or ""
    else:
        title = "" if number else str(((old["frozen"] or {}).get("paper") or {}).get("title") or kind.label)
    return cited(number, title.replace("\n", ""), day_of(old["signed_on"]))


def title_of(kind: PaperKind, paper: Paper, told: Dossier | None) -> str:
    """What lists call a document: the title it bears; for a form, whose title is always the same, what it is about."""
    if told is None or kind.format not in (Format.FORM, Format.PLAIN) or told.options.get("title"):
        return paper.title.replace("\n", "")
    about = ""
    if told.task is not None:
        about = told.task.title
    elif told.instruction is not None:
        about = told.instruction.title
    elif told.findings:
        first = told.finding
        unit = str(told.options.get("addressee") or "") or next(iter(first.units), "")
        more = f"等{len(told.findings)}个问题" if len(told.findings) > 1 else ""
        place = first.place if first.place.startswith(unit) else f"{unit} {first.place}"
        about = f"{place}{more}".strip()
    return f"{paper.title}：{about}"[:300] if about else paper.title


def deadlines(r: Reader, row: Mapping[str, Any]) -> dict[str, list[str]]:
    """{finding id: [kind of deadline, due date]} as the paper promises them."""
    m = Material(r, row)
    terms = {f["uuid"].hex(): m.term_of(f) for f in m.findings}
    return {key: [t.term, t.due_on.isoformat() if t.due_on else ""] for key, t in terms.items()}


# --- numbers ----------------------------------------------------------------------------------------------------


def head_of(r: Reader, kind: PaperKind, row: Mapping[str, Any], settings: PaperSettings) -> tuple[HeadStyle, str]:
    """How the number of a document is written, and the words that stand before 2026年第3期."""
    if is_bulletin(row):
        return HeadStyle(row["style"] or settings.head_style(r.rules)), ""
    return (HeadStyle.ISSUE, kind.label) if kind.issue else (HeadStyle.RED_HEAD, "")


def used_of(conn: Any, doc_kind: str, settings: PaperSettings) -> dict[int, int]:
    """{year: last serial taken}: here, or on paper before the program. A revoked paper keeps its number."""
    used = gather.serials(conn, doc_kind)
    for year, before in settings.used_of(doc_kind).items():
        used[year] = max(used.get(year, 0), before)
    return used
