"""督办单（蓝、黄、红）: the office presses one unit for one finding that runs (documents.md §4; domain.md §5.3)."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Accent, Format, Grid, Head, Paper
from dubu_desktop.domain.papers.figures import Told, count, figure, joined, told
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import (
    BLANK_DATE,
    RUNNING,
    date_of,
    day_or,
    filled,
    issuer,
    number_of,
    pictured,
    to_sign,
    whole,
)
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.text import listed

_DEMANDS = {
    Accent.BLUE: "请责任单位立即组织整改，按期完成并书面反馈。",
    Accent.AMBER: "请责任单位主要负责同志亲自研究，限期整改到位，并书面说明未按期完成的原因。",
    Accent.RED: "请责任单位主要负责同志现场督办、立即整改。逾期仍未完成的，将按规定提请挂牌督办、约谈。",
}


def _pressed(f: FindingTold) -> Told:
    """How late it is and how often it was urged: both figures open."""
    parts: list[str | Told] = []
    if f.overdue:
        late = figure(str(f.overdue), [f.id], f"今日与整改期限{day_or(f.due_on)}相差的自然日")
        parts.append("已逾期" + late + "天")
    if f.urges:
        times = count((u.id for u in f.urges), "对该问题的督促记录", "urge")
        ways = joined(dict.fromkeys(u.channel for u in f.urges if u.channel))
        parts.append("已督促" + times + "次" + ("（" + ways + "）" if ways else ""))
    return joined(parts, "，") + "。" if parts else told("")


def build(d: Dossier) -> Paper:
    """The form; its colour is the one chosen, else the one the rules propose."""
    f = d.finding
    level = Accent(d.options["level"] or f.level)
    rows = (
        filled(("被督办单位", listed(f.units)), ("责　任　人", f.owner)),
        filled(("问题编号", f.number), ("事项来源", d.options["source"])),
        filled(("下发日期", date_of(d)), ("办结时限", day_or(f.due_on, f.term))),
        filled(("点　　位", f.place)),
        pictured("问题描述", whole(f.facts), f.photos[:2], 30),
        *((filled(("督促情况", _pressed(f))),) if f.overdue or f.urges else ()),
        filled(("督办要求", d.options["demand"] or _DEMANDS[level]), height_mm=14),
        filled(("反馈要求", d.options["feedback"])),
        issuer(d),
        to_sign("办理反馈", "", f"负责人签字：　　　　　（盖章）　{BLANK_DATE}", 20),
        to_sign("签　　收", "", f"签收人：　　　　　　　{BLANK_DATE}", 11),
    )
    title = f"督办单（{level.label}）"
    return Paper(Head("", f"编号：{number_of(d)}"), title, "", (Grid(rows),), accent=level)


KIND = PaperKind(
    "supervision_notice",
    "督办单",
    Goes.UNIT,
    Format.FORM,
    Rests.FINDING,
    build,
    word="督办",
    options=(
        Option("level", "级别", "", (("", "按规则建议"), *((a.value, a.label) for a in Accent))),
        Option("source", "事项来源", "督导巡查"),
        Option("demand", "督办要求"),
        Option("feedback", "反馈要求", "整改情况书面反馈，附整改前后对比照片等佐证材料，单位主要负责人签字、盖章。"),
    ),
    fits=lambda f: f.state in RUNNING,
    unfit="正在整改的问题",
)
