"""督导巡查通报 from selected findings; one that is drafted, signed and issued is made by `actions/paper_data`."""

from __future__ import annotations

from collections import Counter

from dubu_desktop.domain.papers import bulletin
from dubu_desktop.domain.papers.blocks import Format, HeadStyle, Paper
from dubu_desktop.domain.papers.bulletin_data import BulletinData
from dubu_desktop.domain.papers.kind import GROUP_BY, Carries, Goes, Option, PaperKind, Rests
from dubu_desktop.domain.papers.told import Dossier


def build(d: Dossier) -> Paper:
    """The 通报 of these findings, its sentences generated."""
    ways = Counter(visit.how for visit in d.visits).most_common()
    issue = d.options["issue"]
    return bulletin.bulletin(
        BulletinData(
            mark="督导巡查通报" if issue else d.letterhead.mark or f"{d.letterhead.organ}文件",
            organ=d.letterhead.organ,
            title=d.texts.plain("title", {"事项": ""}),
            year=d.day.year,
            items=d.findings,
            addressees=d.letterhead.addressees,
            style=HeadStyle.ISSUE if issue else HeadStyle.RED_HEAD,
            sealed=d.letterhead.sealed and not issue,
            number=d.number,
            serial=d.serial,
            issued_on=d.issued_on,
            period_from=d.period[0] if d.period else None,
            period_to=d.period[1] if d.period else None,
            groups=d.groups,
            methods=tuple(ways),
            method_rows=tuple(tuple(v.id for v in d.visits if v.how == how) for how, _ in ways),
            visited_units=len({unit for visit in d.visits for unit in visit.units}),
            unit_rows=tuple(dict.fromkeys(unit for visit in d.visits for unit in visit.units)),
            report_to=d.letterhead.report_to,
            copy_to=d.letterhead.copy_to,
            by_unit=d.options["group_by"] == "unit",
            texts=d.texts,
        )
    )


KIND = PaperKind(
    "bulletin",
    "督导巡查通报",
    Goes.UNIT,
    Format.DOCUMENT,
    Rests.FINDINGS,
    build,
    word="督巡通",
    fits=lambda f: f.state != "final",
    unfit="已核定的问题",
    carries=Carries.ASSIGN,
    options=(Option("issue", "用期号版头", False), GROUP_BY),
    joint=True,
)
