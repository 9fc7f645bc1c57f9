"""整改建议函: to bodies that are not subordinate; asks for an answer by letter (documents.md row 38, §4)."""

from __future__ import annotations

from collections.abc import Sequence

from dubu_desktop.domain.papers.blocks import Block, Format, Head, Paper, Photos
from dubu_desktop.domain.papers.bulletin_text import place_of
from dubu_desktop.domain.papers.figures import count
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    ASSIGNED,
    addressed,
    day_or,
    demanded,
    ids,
    letter_colophon,
    note_of,
    number_of,
    numbered_para,
    paragraphs,
    pick,
    sections,
    signed,
    whole,
)
from dubu_desktop.domain.papers.template import Value
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.papers.wording import date_span


def _problem(d: Dossier, place: int, f: FindingTold) -> Sequence[Block]:
    basis = whole(f.basis)
    values = {"地点": place_of(f), "发现日期": f.found_text, "情况": whole(f.facts), "依据": basis, "编号": f.number}
    return numbered_para(place, d.texts.say("problem", values))


def _advice(d: Dossier, place: int, f: FindingTold) -> Sequence[Block]:
    values = {"地点": f.place, "要求": demanded(d, f).rstrip("。"), "整改期限": day_or(f.due_on)}
    return numbered_para(place, d.texts.say("advice", values))


def build(d: Dossier) -> Paper:
    """The letter: when and who looked, what was found, what is advised, 请于…前函复."""
    when = date_span(*d.period) if d.period else ""
    number = count(ids(d.findings), "本函列入的问题")
    opening: dict[str, Value] = {"时间": when, "领导小组": d.letterhead.body, "问题数": number}
    told_of = list(enumerate(d.findings, start=1))
    photos = tuple(photo for f in d.findings for photo in f.photos[: d.options["photos"]])
    problems = [block for place, f in told_of for block in _problem(d, place, f)]
    advice = [block for place, f in told_of for block in _advice(d, place, f)]
    body: tuple[Block, ...] = (
        *paragraphs(d.texts.say("opening", opening)),
        *sections(
            d,
            ("problems_heading", [*problems, *((Photos(photos),) if photos else ())]),
            ("advice_heading", advice),
        ),
        *paragraphs(pick(d, "consequence")),
        *paragraphs(d.texts.say("closing", {"反馈期限": d.options["reply_due"] or _latest(d)})),
    )
    head = Head(d.letterhead.organ, number_of(d))
    return Paper(
        head,
        pick(d, "subject", "title"),
        f"{addressed(d)}：",
        body,
        signature=signed(d),
        colophon=letter_colophon(d),
        note=note_of(d),
    )


def _latest(d: Dossier) -> str:
    days = [f.due_on for f in d.findings if f.due_on and f.due_on >= d.day]
    return day_or(max(days)) if days else ""


KIND = PaperKind(
    "recommendation_letter",
    "整改建议函",
    Goes.UNIT,
    Format.LETTER,
    Rests.FINDINGS,
    build,
    word="督建",
    options=(
        Option("addressee", "被检查单位", empty="问题的责任单位"),
        Option("subject", "标题", text="title"),
        Option("consequence", "后果说明", text="consequence"),
        Option("reply_due", "函复期限"),
        Option("photos", "每个问题照片数", 0),
    ),
    fits=lambda f: f.state in ASSIGNED,
    unfit="已核定、尚未销号的问题",
    per_unit=True,
)
