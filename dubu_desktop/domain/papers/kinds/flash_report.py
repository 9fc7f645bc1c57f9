"""即报: an urgent, grave matter on one page, straight to the leader (domain.md A17)."""

from __future__ import annotations

from dubu_desktop.domain.papers.blocks import Accent, Cell, Format, Grid, Head, Paper, Row
from dubu_desktop.domain.papers.bulletin_text import shortened
from dubu_desktop.domain.papers.kind import Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.parts import LABEL_MM, WIDE_MM, date_of, filled, form_head, pick, pictured
from dubu_desktop.domain.papers.told import Dossier, FindingTold
from dubu_desktop.domain.text import listed

#: characters that leave room for two photos and the leader's hand on one page
FACTS, MEASURES = 260, 120


def _short(text: str, limit: int) -> str:
    return shortened(text, limit).replace("（详见正文）", "（详见台账）")


def _taken(d: Dossier, f: FindingTold) -> str:
    """What has been done so far, as the records know it."""
    done = [part for part in (f.measures, f.result) if part]
    return _short("\n".join(done), MEASURES) if done else d.texts.plain("taken")


def build(d: Dossier) -> Paper:
    """The sheet: what, where, whose, what was done, what is asked; room for 批示."""
    f = d.finding
    rows = (
        filled(("报　　送", d.options["to"] or listed(d.letterhead.report_to) or d.texts.plain("to"))),
        filled(("报送单位", d.letterhead.organ), ("报送日期", date_of(d))),
        filled(("发现时间", f.found_text), ("问题编号", f.number)),
        filled(("地　　点", f.place), ("责任单位", listed(f.units))),
        pictured("紧急情况", _short(f.facts, FACTS), f.photos[:2], 40),
        filled(("已采取措施", _taken(d, f))),
        filled(("建　　议", pick(d, "proposal"))),
        Row((Cell(LABEL_MM, "领导批示", label=True), Cell(WIDE_MM - LABEL_MM)), 40),
    )
    head = Head("", form_head(d).number, urgency=d.options["urgency"] or "特急")
    return Paper(head, d.texts.plain("title"), "", (Grid(rows),), accent=Accent.RED)


KIND = PaperKind(
    "flash_report",
    "即报",
    Goes.UP,
    Format.FORM,
    Rests.FINDING,
    build,
    word="督即报",
    options=(
        Option("to", "报送", empty="设置里的报送领导"),
        Option("proposal", "建议", text="proposal"),
        Option("urgency", "紧急程度", "", (("", "特急（未另选）"), ("特急", "特急"), ("加急", "加急"))),
    ),
    fits=lambda f: f.urgent,
    unfit="标为紧急重大的问题",
    figures=False,
    pages=1,
)
