"""Every kind of paper as LibreOffice lays it out, against the rows of documents.md that apply to it.

All papers go through LibreOffice in one run. The mutants show that the measuring catches what it is there for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from dubu_desktop.domain.papers import seals as domain_seals
from dubu_desktop.domain.papers.blocks import Paper, Paragraph
from dubu_desktop.export.docx import (
    cards,
    geometry,
    head,
    leader,
    letter,
    package,
    page,
    paper_bytes,
    seals,
    signature,
    tables,
    xml,
)
from dubu_desktop.export.docx.look import Look
from dubu_desktop.export.render import render_pdfs
from tests.unit.export import dossiers
from tests.unit.export.geometry import pages
from tests.unit.export.trials import FILLS, Trial, chosen, judged, trial

pytestmark = [pytest.mark.needs_libreoffice, pytest.mark.slow]

ONE_PAGE = ("task_order", "flash_report", "supervision_notice", "close_out_form", "instruction_slip")


def _no_notice(_notice: str, look: Look, _pitch: int = 0) -> Any:
    return xml.paragraph(xml.Form(), look)


def _at_the_left(*_: object) -> tuple[xml.Form, xml.Form]:
    return xml.Form(), xml.Form()


def _unfitted(_line: str, ink: xml.Ink, _width: int) -> xml.Ink:
    return ink


def _shifted(organs: Sequence[str], last_mm: float) -> Any:
    return domain_seals.rows_of(organs, last_mm - 6)


def _forget() -> None:
    """What the printer made once for all papers is made anew."""
    for made in (package.frame, xml.run_properties, xml.paragraph_properties):
        made.cache_clear()


def _mutants() -> dict[str, tuple[Paper, str, Callable[[pytest.MonkeyPatch], None]]]:
    """{name: (paper, check that must find it, how the printer is spoilt)}."""
    bulletin, note = dossiers.paper("bulletin", 3), dossiers.paper("reminder_letter", 2)
    long = replace(bulletin, body=next(one for one in chosen() if one.name == "full text").paper.body)
    joint = next(one for one in chosen() if one.name == "joint of 5").paper
    numbered = next(one for one in chosen() if one.name == "reminder_letter long numbers").paper
    leaders = dossiers.paper("special_report", 3)
    short = replace(leaders, body=(Paragraph("督导巡查发现问题整改落实" * 6),))
    lost = dossiers.paper("photo_card", 2, 2)
    marked = dossiers.paper("photo_card", 2, 2, office=False)
    return {
        "27 characters": (long, "full_lines", lambda p: p.setattr(geometry, "TIGHTEN", 0)),
        "red line low": (bulletin, "document_head", lambda p: p.setattr(geometry, "RED_RULE_SPACE_PT", 12)),
        "mark high": (bulletin, "document_head", lambda p: p.setattr(head, "_MARK_TOP", 3800)),
        "number low": (bulletin, "page_numbers", lambda p: p.setattr(geometry, "FOOTER_DISTANCE", 1200)),
        "版记 high": (bulletin, "colophon", lambda p: p.setattr(geometry, "BOTTOM", 2400)),
        "letter mark low": (note, "letter_head", lambda p: p.setattr(letter, "MARK_TOP_MM", 34.0)),
        "foot line high": (note, "letter_head", lambda p: p.setattr(letter, "FOOTER_DISTANCE", 1500)),
        "text cut off": (lost, "nothing_lost", lambda p: p.setattr(cards, "TEXT_MM", 12.0)),
        "not marked": (marked, "notice", lambda p: p.setattr(page, "notice_line", _no_notice)),
        "numbers broken": (numbered, "numbers_whole", lambda p: p.setattr(tables, "fitted", _unfitted)),
        "column narrow": (leaders, "leader_column", lambda p: p.setattr(leader, "BESIDE", 19)),
        "column high": (leaders, "leader_column", lambda p: p.setattr(leader, "_DROP", -600)),
        "column into 版记": (short, "leader_column", lambda p: p.setattr(leader, "height_of", lambda _colophon: 0)),
        "seals touch": (joint, "signature", lambda p: p.setattr(domain_seals, "APART_MM", 38.0)),
        "seals low": (joint, "signature", lambda p: p.setattr(seals, "APART_MM", 36.0)),
        "seal off the date": (joint, "signature", lambda p: p.setattr(seals, "rows_of", _shifted)),
        "date moved": (bulletin, "signature", lambda p: p.setattr(signature, "forms", _at_the_left)),
    }


@functools.cache
def _laid_out() -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, int]]:
    """(faults of the papers, faults of the mutants, pages of the papers), from one run."""
    trials, mutants = chosen(), _mutants()
    files = [paper_bytes(one.paper, page=one.page) for one in trials]
    for paper, _, spoil in mutants.values():
        with pytest.MonkeyPatch.context() as patch:
            spoil(patch)
            _forget()
            files.append(paper_bytes(paper))
        _forget()
    pdfs = render_pdfs(files, timeout=600)
    found = judged(trials, pdfs[: len(trials)])
    spoilt = judged([Trial(name, one[0]) for name, one in mutants.items()], pdfs[len(trials) :])
    return found, spoilt, {one.name: len(pages(pdf)) for one, pdf in zip(trials, pdfs, strict=False)}


@pytest.mark.parametrize("name", [one.name for one in chosen()])
def test_every_row_that_applies_holds(name: str) -> None:
    assert _laid_out()[0][name] == []


@pytest.mark.parametrize("name", list(_mutants()))
def test_a_spoilt_paper_is_caught(name: str) -> None:
    wanted = _mutants()[name][1]
    assert any(fault.startswith(f"{wanted}:") for fault in _laid_out()[1][name]), _laid_out()[1][name]


@pytest.mark.parametrize("kind", ONE_PAGE)
def test_forms_stay_on_their_page(kind: str) -> None:
    assert _laid_out()[2][kind] == 1


def test_cards_are_as_many_a_page_as_asked_for() -> None:
    counts = _laid_out()[2]
    assert (counts["photo_card"], counts["photo_card of 25"], counts["four cards a page"]) == (1, 3, 3)


def test_a_special_report_is_two_pages_at_most_whatever_it_has_to_tell() -> None:
    counts = _laid_out()[2]
    assert (counts["special_report"], counts["special_report in full"]) == (2, 2)


def test_the_sweep_holds_every_kind_with_every_fill_and_repeats_itself() -> None:
    names = {trial(1, number).name.split(" ", 1)[1] for number in range(12 * FILLS)}
    assert len({(name.split()[0], name.split(" fill ")[1].split()[0]) for name in names}) == 12 * FILLS
    assert trial(1, 77).paper == trial(1, 77).paper
