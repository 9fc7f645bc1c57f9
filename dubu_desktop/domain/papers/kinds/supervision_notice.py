"""督办单（蓝、黄、红）: the office presses one unit for one finding that runs (documents.md §4; domain.md §5.3)."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Accent, Format, Grid, Paper
from dubu_desktop.domain.papers.figures import Told, count, figure
from dubu_desktop.domain.papers.kind import Carries, Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    RUNNING,
    date_of,
    day_or,
    filled,
    form_head,
    issuer,
    pick,
    pictured,
    to_be_signed,
    to_sign,
    whole,
)
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.text import listed


def _pressed(d: Dossier, f: FindingTold) -> Told:
    """How late it is and how often it was urged: both figures open."""
    late = figure(str(f.overdue), [f.id], f"今日与整改期限{day_or(f.due_on)}相差的自然日") if f.overdue else ""
    times = count((u.id for u in f.urges), "对该问题的督促记录", "urge") if f.urges else ""
    ways = listed(dict.fromkeys(u.channel for u in f.urges if u.channel))
    return d.texts.say("pressed", {"逾期天数": late, "督促数": times, "督促方式": ways})


def build(d: Dossier) -> Paper:
    """The form; its colour is the one chosen, else the one the rules propose."""
    f = d.finding
    level = Accent(d.options["level"] or f.level)
    rows = (
        filled(("被督办单位", listed(f.units)), ("责　任　人", f.owner)),
        filled(("问题编号", f.number), ("事项来源", pick(d, "source"))),
        filled(("下发日期", date_of(d)), ("办结时限", day_or(f.due_on, f.term))),
        filled(("点　　位", f.place)),
        pictured("问题描述", whole(f.facts), f.photos[:2], 30),
        *((filled(("督促情况", _pressed(d, f))),) if f.overdue or f.urges else ()),
        filled(("督办要求", pick(d, "demand", f"demand_{level.value}")), height_mm=14),
        filled(("反馈要求", pick(d, "feedback"))),
        issuer(d),
        to_sign("办理反馈", "", to_be_signed(d, "reply_sign"), 20),
        to_sign("签　　收", "", to_be_signed(d, "receipt_sign"), 11),
    )
    return Paper(form_head(d), d.texts.plain("title", {"颜色": level.label}), "", (Grid(rows),), accent=level)


KIND = PaperKind(
    "supervision_notice",
    "督办单",
    Goes.UNIT,
    Format.FORM,
    Rests.FINDING,
    build,
    word="督办",
    carries=Carries.URGE,
    options=(
        Option("level", "级别", "", (("", "按规则建议"), *((a.value, a.label) for a in Accent))),
        Option("source", "事项来源", text="source"),
        Option("demand", "督办要求", prose=True),
        Option("feedback", "反馈要求", text="feedback"),
    ),
    fits=lambda f: f.state in RUNNING,
    unfit="正在整改的问题",
)
