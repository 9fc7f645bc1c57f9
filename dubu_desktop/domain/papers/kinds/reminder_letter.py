"""提醒函（工作提示）: before the date, or just after it, in the format of a letter (documents.md row 38, §4)."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Align, Block, Column, Format, Head, Paper, Table
from dubu_desktop.domain.papers.figures import Told, count, figure
from dubu_desktop.domain.papers.kind import Carries, Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    RUNNING,
    addressed,
    ids,
    letter_colophon,
    note_of,
    number_of,
    paragraphs,
    pick,
    short_day,
    signed,
    whole,
)
from dubu_desktop.domain.papers.template import Value
from dubu_desktop.domain.papers.told import Dossier, FindingTold


def _left(f: FindingTold, d: Dossier) -> Told:
    """剩3天, 今日到期, 逾期12天: the days open the problem they are of."""
    if f.due_on is None or f.due_on == d.day:
        return Told("今日到期" if f.due_on else "")
    days = (f.due_on - d.day).days
    return ("剩" if days > 0 else "逾期") + figure(str(abs(days)), [f.id], "本函日期与整改期限相差的自然日") + "天"


def _table(d: Dossier) -> Table:
    columns = (
        Column("序号", 11, Align.CENTRE),
        Column("问题编号", 38, Align.LEFT),
        Column("事项", 63),
        Column("整改期限", 22, Align.CENTRE),
        Column("剩余时间", 22, Align.CENTRE),
    )
    left = [_left(f, d) for f in d.findings]
    rows = tuple(
        (str(n), f.number, f"{f.place}：{whole(f.facts)}", short_day(f.due_on, d.day.year), days.text)
        for n, (f, days) in enumerate(zip(d.findings, left, strict=True), start=1)
    )
    counted = ((row, len(columns) - 1, found) for row, days in enumerate(left) for found in days.figures)
    return Table(columns, rows, figures=tuple(counted))


def build(d: Dossier) -> Paper:
    """The letter: which matters, on what basis, what is asked, by when."""
    late = [f for f in d.findings if f.due_on and f.due_on < d.day]
    opening: dict[str, Value] = {
        "问题数": count(ids(d.findings), "本函列入的问题"),
        "逾期数": count(ids(late), "整改期限早于本函日期的问题") if late else "",
        "提示依据": pick(d, "basis"),
    }
    body: tuple[Block, ...] = (
        *paragraphs(d.texts.say("opening", opening)),
        _table(d),
        *paragraphs(pick(d, "demand")),
        *paragraphs(d.texts.say("closing", {"反馈期限": d.options["reply_due"]})),
    )
    title = d.texts.plain("title", {"事项": d.options["subject"]})
    head = Head(d.letterhead.organ, number_of(d))
    return Paper(
        head, title, f"{addressed(d)}：", body, signature=signed(d), colophon=letter_colophon(d), note=note_of(d)
    )


KIND = PaperKind(
    "reminder_letter",
    "提醒函",
    Goes.UNIT,
    Format.LETTER,
    Rests.FINDINGS,
    build,
    word="督提",
    carries=Carries.URGE,
    options=(
        Option("addressee", "对象", empty="问题的责任单位"),
        Option("subject", "提示事项"),
        Option("basis", "依据", text="basis"),
        Option("demand", "要求", text="demand"),
        Option("reply_due", "反馈期限"),
    ),
    fits=lambda f: f.state in RUNNING and f.due_on is not None,
    unfit="正在整改、有期限的问题",
    per_unit=True,
)
