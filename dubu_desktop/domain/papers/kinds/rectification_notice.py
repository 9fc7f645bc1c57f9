"""整改通知书: the office hands a unit its problems with dates (documents.md §4)."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Align, Cell, Format, Grid, Paper, Row
from dubu_desktop.domain.papers.figures import count
from dubu_desktop.domain.papers.kind import Carries, Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    ASSIGNED,
    addressed,
    basis_of,
    date_of,
    demanded,
    due_or,
    filled,
    form_head,
    ids,
    issuer,
    pick,
    pictured,
    to_be_signed,
    to_sign,
    whole,
)
from dubu_desktop.domain.papers.told import Dossier

#: 序号, 点位, 问题描述, 整改要求, 办结时限
_WIDTHS = (11.0, 30.0, 65.0, 26.0, 24.0)


def _heads() -> Row:
    titles = ("序号", "点位", "问题描述", "整改要求", "办结时限")
    return Row(tuple(Cell(w, t, label=True) for w, t in zip(_WIDTHS, titles, strict=True)))


def _problems(d: Dossier) -> tuple[Row, ...]:
    """One problem fills the form; several are its rows."""
    if len(d.findings) == 1:
        f = d.finding
        return (
            filled(("点　　位", f.place), ("办结时限", due_or(f))),
            pictured("问题描述", f"{whole(f.facts)}\n{f.number}", f.photos[:2], 34),
            filled(("依　　据", basis_of(d, f))),
            filled(("整改要求", demanded(d, f)), height_mm=16),
        )
    rows = [_heads()]
    for place, f in enumerate(d.findings, start=1):
        texts = (str(place), f.place, f"{whole(f.facts)}\n{f.number}", demanded(d, f), due_or(f))
        aligns = (Align.CENTRE, Align.LEFT, Align.LEFT, Align.LEFT, Align.CENTRE)
        rows.append(Row(tuple(Cell(w, t, align=a) for w, t, a in zip(_WIDTHS, texts, aligns, strict=True))))
    return tuple(rows)


def build(d: Dossier) -> Paper:
    """The form: to whom, what, by when, how to answer, who receives it."""
    several = d.texts.say("several", {"问题数": count(ids(d.findings), "本通知书列入的问题")})
    owners = "、".join(dict.fromkeys(f.owner for f in d.findings if f.owner))
    rows = (
        filled(("被督导单位", addressed(d)), ("责　任　人", owners)),
        filled(("下发日期", date_of(d)), ("事项来源", pick(d, "source"))),
        filled(("问题数量", several), ("整改期限", d.texts.plain("each_due"))) if len(d.findings) > 1 else None,
        *_problems(d),
        filled(("反馈要求", pick(d, "feedback"))),
        issuer(d),
        to_sign("签　　收", "", to_be_signed(d, "receipt_sign"), 12),
    )
    grid = Grid(tuple(row for row in rows if row is not None))
    return Paper(form_head(d), d.texts.plain("title"), "", (grid,))


KIND = PaperKind(
    "rectification_notice",
    "整改通知书",
    Goes.UNIT,
    Format.FORM,
    Rests.FINDINGS,
    build,
    word="督改",
    carries=Carries.ASSIGN,
    options=(
        Option("addressee", "被督导单位", empty="问题的责任单位"),
        Option("source", "事项来源", text="source"),
        Option("feedback", "反馈要求", text="feedback"),
    ),
    fits=lambda f: f.state in ASSIGNED,
    unfit="已核定、尚未销号的问题",
    per_unit=True,
)
