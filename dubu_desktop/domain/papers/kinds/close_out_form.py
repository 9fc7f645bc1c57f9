"""整改销号单: before and after side by side, who looked, who agreed; “纸面销号” is the known abuse."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Cell, Format, Grid, Paper, Row
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import WIDE_MM, day_or, filled, form_head, pick, to_be_signed, to_sign, whole
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.text import listed


def _pair(f: FindingTold) -> tuple[Row, Row]:
    """The two pictures under their heads; a missing one is said, so that nobody takes the white for a photo."""
    half = WIDE_MM / 2
    heads = Row((Cell(half, "整改前照片", label=True), Cell(half, "整改后照片", label=True)))
    before = Cell(half, "" if f.photos else "（无整改前照片）", label=not f.photos, photos=f.photos[:1])
    after = Cell(half, "" if f.after else "（无整改后照片）", label=not f.after, photos=f.after[-1:])
    return heads, Row((before, after), 50)


def _verified(d: Dossier, f: FindingTold) -> str:
    values = {"核查结果": whole(f.result), "核查人": f.verified_by, "核查日期": day_or(f.verified_on)}
    return d.texts.plain("verified", values)


def build(d: Dossier) -> Paper:
    """The form, as far as the records know it; opinions and signatures are written by hand."""
    f = d.finding
    rows = (
        filled(("问题编号", f.number), ("来　　源", pick(d, "source"))),
        filled(("责任单位", listed(f.units)), ("责　任　人", f.owner)),
        filled(("整改期限", day_or(f.due_on)), ("完成日期", day_or(f.replied_on))),
        filled(("问　　题", f"{f.place}：{whole(f.facts)}")),
        filled(("整改措施\n和结果", whole("\n".join(part for part in (f.measures, f.reply) if part)))),
        *_pair(f),
        to_sign("责任单位\n自查意见", "", to_be_signed(d, "unit_sign"), 12),
        to_sign("主管部门\n验收意见", "", to_be_signed(d, "department_sign"), 12),
        to_sign("督导巡查\n组核查", _verified(d, f), to_be_signed(d, "group_sign"), 12),
        to_sign("销号意见", d.texts.plain("opinion"), to_be_signed(d, "opinion_sign"), 12),
        filled(("销号日期", day_or(f.closed_on)), ("回头看日期", "")),
    )
    return Paper(form_head(d), d.texts.plain("title"), "", (Grid(rows),))


KIND = PaperKind(
    "close_out_form",
    "整改销号单",
    Goes.UNIT,
    Format.FORM,
    Rests.FINDING,
    build,
    word="督销",
    options=(Option("source", "来源", text="source"),),
    fits=lambda f: f.state in ("replied", "verified", "closed"),
    order=lambda f: (not f.after, not f.photos, f.number),
    unfit="已反馈整改情况的问题",
    figures=False,
)
