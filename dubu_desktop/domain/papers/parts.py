"""What several kinds of paper say alike: paragraphs, dates, drafts' stand-ins, tables of problems, rows of forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from dubu_desktop.domain.papers.blocks import (
    Align,
    Block,
    Cell,
    Colophon,
    Column,
    Grid,
    Head,
    Heading,
    Paper,
    Paragraph,
    Photo,
    Row,
    Signature,
    Table,
)
from dubu_desktop.domain.papers.figures import Figure, Told, told
from dubu_desktop.domain.papers.template import Value
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.papers.wording import level_number, paper_date
from dubu_desktop.domain.text import listed, sentence

DRAFT_NUMBER = "（草稿，未编号）"
DRAFT_DATE = "（成文日期待定）"
#: printed on a form for a date that is written by hand
BLANK_DATE = "年　　月　　日"
#: statuses of findings whose rectification runs; that are assigned or about to be; that are not yet settled
RUNNING = ("rectifying", "replied")
ASSIGNED = ("confirmed", "rectifying", "replied", "verified")
OPEN = ("final", *ASSIGNED)
WIDE_MM = 156.0
LABEL_MM = 30.0


# --- texts -------------------------------------------------------------------------------------------------------


def paragraphs(text: str | Told) -> list[Paragraph]:
    """A text as paragraphs, a line break beginning a new one; each figure goes with its paragraph."""
    whole = told(text)
    found: list[Paragraph] = []
    begin = 0
    for line in whole.text.split("\n"):
        inner = line.strip()
        start = begin + line.find(inner)
        end = start + len(inner)
        figures = tuple(_at(f, f.at - start) for f in whole.figures if start <= f.at < end)
        if inner:
            found.append(Paragraph(inner, figures=figures))
        begin += len(line) + 1
    return found


def _at(found: Figure, place: int) -> Figure:
    return Figure(found.text, found.kind, found.rows, found.basis, place)


def para(text: str | Told, lead: str = "", lead_level: int = 2, indent: bool = True) -> Paragraph:
    """One paragraph with its figures."""
    whole = told(text)
    return Paragraph(whole.text, lead, lead_level, indent, whole.figures)


def heading(level: int, text: str | Told) -> Heading:
    """A heading with its figures."""
    whole = told(text)
    return Heading(level, whole.text, whole.figures)


def date_of(d: Dossier) -> str:
    """成文日期 as it is printed."""
    return paper_date(d.issued_on) if d.issued_on else DRAFT_DATE


def number_of(d: Dossier) -> str:
    """发文字号 as it is printed."""
    return d.number or DRAFT_NUMBER


def sections(d: Dossier, *parts: tuple[str, Sequence[Block]]) -> list[Block]:
    """Parts of a paper under their headings, numbered 一、二、; one with nothing in it falls away."""
    found: list[Block] = []
    told_of = [(key, blocks) for key, blocks in parts if blocks]
    for place, (key, blocks) in enumerate(told_of, start=1):
        found += [heading(1, level_number(1, place) + d.texts.say(key)), *blocks]
    return found


def numbered_para(place: int, text: str | Told) -> list[Paragraph]:
    """One of several paragraphs that are counted 1．2．; nothing where the office wants no such text."""
    return [para(text, level_number(3, place), 3)] if told(text) else []


def pick(d: Dossier, option: str, key: str = "", values: Mapping[str, Value] = MappingProxyType({})) -> str:
    """What a person wrote for an option, else the text that stands for it."""
    return str(d.options.get(option) or d.texts.plain(key or option, values))


def day_or(day: date | None, otherwise: str = "") -> str:
    """2026年6月2日, or what stands in its place."""
    return paper_date(day) if day else otherwise


def whole(text: str) -> str:
    """Record text as one run of sentences."""
    return "".join(sentence(line) for line in text.split("\n") if line.strip())


def ids(items: Iterable[FindingTold]) -> list[bytes]:
    """The records told."""
    return [item.id for item in items]


def due_or(f: FindingTold) -> str:
    """The deadline, or the kind of deadline where no day is set."""
    return day_or(f.due_on, f.term or "立行立改")


def basis_of(d: Dossier, f: FindingTold) -> str:
    """On what the finding rests, as a sentence."""
    return whole(f.basis) or d.texts.plain("default_basis")


def demanded(d: Dossier, f: FindingTold) -> str:
    """What is demanded, or what is always demanded."""
    return whole(f.requirement) or d.texts.plain("default_demand")


def addressed(d: Dossier) -> str:
    """To which unit a paper goes: the one chosen, else those every finding names, else all they name."""
    if d.options.get("addressee"):
        return str(d.options["addressee"])
    common = [unit for unit in d.findings[0].units if all(unit in f.units for f in d.findings)]
    every = dict.fromkeys(unit for f in d.findings for unit in f.units)
    return listed(common[:1] or every) or d.texts.plain("default_unit")


# --- foot --------------------------------------------------------------------------------------------------------


def signed(d: Dossier, *, sealed: bool | None = None) -> Signature:
    """署名 and date of the writing organ."""
    return Signature(d.letterhead.organ, date_of(d), d.letterhead.sealed if sealed is None else sealed)


def colophon(d: Dossier, *, report: Sequence[str] = (), send: Sequence[str] = (), copy: Sequence[str] = ()) -> Colophon:
    """版记: 报, 送, 抄送 as far as given, then who printed it and when."""
    named = (("colophon_report", report), ("colophon_send", send), ("colophon_copy", copy))
    lines = tuple((d.texts.plain(key), listed(names) + "。") for key, names in named if names)
    printed = d.texts.plain("printed", {"日期": paper_date(d.issued_on)}) if d.issued_on else ""
    return Colophon(lines, d.letterhead.organ, printed)


def letter_colophon(d: Dossier) -> Colophon:
    """版记 of a letter: 抄送 alone, without rules (row 38)."""
    copy = d.letterhead.copy_to
    return Colophon(((d.texts.plain("colophon_copy"), listed(copy) + "。"),) if copy else (), "", "")


def note_of(d: Dossier) -> str:
    """附注: who answers questions."""
    return d.texts.plain("contact", {"联系人": d.letterhead.contact}) if d.letterhead.contact else ""


def form_head(d: Dossier, number: str = "") -> Head:
    """The head of a form: its number at the right above the title."""
    return Head("", d.texts.plain("form_number", {"编号": number or number_of(d)}))


def to_be_signed(d: Dossier, key: str) -> str:
    """What stands where somebody signs a form by hand."""
    return d.texts.plain(key, {"手写日期": BLANK_DATE})


# --- forms -------------------------------------------------------------------------------------------------------


def filled(*pairs: tuple[str, str | Told], height_mm: float = 0) -> Row:
    """A row of a form: (label, what is filled in) once or twice over the width."""
    room = WIDE_MM / len(pairs) - LABEL_MM
    cells: list[Cell] = []
    for label, text in pairs:
        value = told(text)
        cells += [Cell(LABEL_MM, label, label=True), Cell(room, value.text, figures=value.figures)]
    return Row(tuple(cells), height_mm)


def to_sign(label: str, text: str, foot: str, height_mm: float) -> Row:
    """A row that somebody writes in and signs: `foot` at its right below."""
    return Row((Cell(LABEL_MM, label, label=True), Cell(WIDE_MM - LABEL_MM, text, foot=foot)), height_mm)


def pictured(label: str, text: str, photos: Sequence[Photo], height_mm: float) -> Row:
    """A row of facts with photos above them."""
    value = Cell(WIDE_MM - LABEL_MM, text, photos=tuple(photos))
    return Row((Cell(LABEL_MM, label, label=True), value), height_mm)


def issuer(d: Dossier) -> Row:
    """Who issues a form: organ and contact, and beside them 签发人 and room for the seal."""
    contact = d.texts.plain("issuer_contact", {"联系人": d.letterhead.contact})
    sign = d.texts.plain("issuer_sign", {"签发人": d.signer, "手写日期": BLANK_DATE})
    organ = Cell(66, f"{d.letterhead.organ}\n{contact}")
    seal = Cell(WIDE_MM - LABEL_MM - 66, foot=sign)
    return Row((Cell(LABEL_MM, "交办单位", label=True), organ, seal))


# --- tables ------------------------------------------------------------------------------------------------------


def problems(items: Iterable[FindingTold], year: int) -> Table:
    """序号/责任单位/点位/存在问题/期限/状态: the problems of a report in short."""
    columns = (
        Column("序号", 11, Align.CENTRE),
        Column("责任单位", 28, Align.LEFT),
        Column("点位", 28, Align.LEFT),
        Column("存在问题", 50),
        Column("期限", 22, Align.CENTRE),
        Column("状态", 17, Align.CENTRE),
    )
    rows = tuple(
        (str(n), "\n".join(i.units), i.place, whole(i.facts) + f"\n{i.number}", short_day(i.due_on, year), i.status)
        for n, i in enumerate(items, start=1)
    )
    return Table(columns, rows)


def short_day(day: date | None, year: int) -> str:
    """6月20日 within the year of the paper, else with the year; nothing for none."""
    if day is None:
        return ""
    short = f"{day.month}月{day.day}日"
    return short if day.year == year else f"{day.year}年{short}"


# --- figures of a whole paper ------------------------------------------------------------------------------------


def figures_of(paper: Paper) -> Iterator[tuple[str, Figure]]:
    """(the text it stands in, figure) of every figure of a paper, in reading order."""
    return ((text, found) for _, text, found in figures_around(paper))


def figures_around(paper: Paper) -> Iterator[tuple[str, str, Figure]]:
    """The same with what stands before the text: the lead of a paragraph, the cell at the left."""
    yield from _in_blocks(paper.body)
    for attachment in paper.attachments:
        yield from _in_blocks(attachment.blocks)


def _in_blocks(blocks: Iterable[Block]) -> Iterator[tuple[str, str, Figure]]:
    for block in blocks:
        match block:
            case Heading():
                yield from (("", block.text, found) for found in block.figures)
            case Paragraph():
                yield from ((block.lead, block.text, found) for found in block.figures)
            case Table():
                for row, column, found in block.figures:
                    cells = ("", *block.rows[row])
                    yield cells[column], cells[column + 1], found
            case Grid():
                for line in block.rows:
                    for before, cell in zip((Cell(0), *line.cells), line.cells, strict=False):
                        yield from ((before.text, cell.text, found) for found in cell.figures)
