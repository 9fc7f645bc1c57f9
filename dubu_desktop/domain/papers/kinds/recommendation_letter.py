"""整改建议函: to bodies that are not subordinate; asks for an answer by letter (documents.md row 38, §4)."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Block, Format, Head, Paper, Photos
from dubu_desktop.domain.papers.figures import count
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    ASSIGNED,
    addressed,
    basis_of,
    day_or,
    demanded,
    heading,
    ids,
    letter_colophon,
    note_of,
    number_of,
    para,
    paragraphs,
    signed,
    where_and_when,
    whole,
)
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.papers.wording import date_span, level_number


def _problem(place: int, f: FindingTold) -> Block:
    basis = f"依据：{basis_of(f)}" if f.basis else ""
    return para(f"{where_and_when(f)}{whole(f.facts)}{basis}（{f.number}）", level_number(3, place), 3)


def _advice(place: int, f: FindingTold) -> Block:
    due = f"，于{day_or(f.due_on)}前完成" if f.due_on else ""
    return para(f"对“{f.place}”的问题：{demanded(f).rstrip('。')}{due}。", level_number(3, place), 3)


def build(d: Dossier) -> Paper:
    """The letter: when and who looked, what was found, what is advised, 请于…前函复."""
    when = date_span(*d.period) if d.period else "近日"
    opening = f"{when}，{d.letterhead.body}组织督导巡查，发现你单位存在以下问题" + count(
        ids(d.findings), "本函列入的问题"
    )
    reply = d.options["reply_due"] or _latest(d)
    photos = tuple(photo for f in d.findings for photo in f.photos[: d.options["photos"]])
    body: tuple[Block, ...] = (
        para(opening + "个，现函告如下。"),
        heading(1, "一、存在问题"),
        *(_problem(place, f) for place, f in enumerate(d.findings, start=1)),
        *((Photos(photos),) if photos else ()),
        heading(1, "二、整改建议"),
        *(_advice(place, f) for place, f in enumerate(d.findings, start=1)),
        *paragraphs(d.options["consequence"]),
        para(f"请于{reply}前函复整改情况。"),
    )
    head = Head(d.letterhead.organ, number_of(d))
    return Paper(
        head,
        d.options["subject"] or "关于督导巡查发现问题的整改建议函",
        f"{addressed(d)}：",
        body,
        signature=signed(d),
        colophon=letter_colophon(d),
        note=note_of(d),
    )


def _latest(d: Dossier) -> str:
    days = [f.due_on for f in d.findings if f.due_on and f.due_on >= d.day]
    return day_or(max(days)) if days else "收到本函之日起5个工作日"


KIND = PaperKind(
    "recommendation_letter",
    "整改建议函",
    Goes.UNIT,
    Format.LETTER,
    Rests.FINDINGS,
    build,
    word="督建",
    options=(
        Option("addressee", "被检查单位"),
        Option("subject", "标题"),
        Option("consequence", "后果说明", "逾期未整改或者整改不力的，将按规定通报，并移交有关部门依法依规处理。"),
        Option("reply_due", "函复期限"),
        Option("photos", "每个问题照片数", 0),
    ),
    fits=lambda f: f.state in ASSIGNED,
    unfit="已核定、尚未销号的问题",
    per_unit=True,
)
