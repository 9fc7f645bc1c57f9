"""What reports add up, as the lists and figures their texts ask for: each number keeps the records behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dubu_desktop.domain.papers.cases import grouped, repeated
from dubu_desktop.domain.papers.figures import Told, count
from dubu_desktop.domain.papers.template import Value
from dubu_desktop.domain.papers.told import Dossier, FindingTold, Unseen
from dubu_desktop.domain.papers.wording import date_span
from dubu_desktop.domain.text import listed

#: a list as a text asks for it: {tag: text or figure} for each item
Items = list[dict[str, str | Told]]


def ids(items: Iterable[FindingTold]) -> list[bytes]:
    """The records told."""
    return [item.id for item in items]


def sums(items: Iterable[FindingTold], label: Callable[[FindingTold], str], what: str) -> Items:
    """严重2个、较重11个: how many of each label, most first, where equal as they came; empty labels are left out."""
    found: dict[str, list[bytes]] = {}
    for item in items:
        if label(item):
            found.setdefault(label(item), []).append(item.id)
    most = sorted(found.items(), key=lambda pair: -len(pair[1]))
    return [{"名称": name, "数": count(rows, f"{what}为“{name}”的问题")} for name, rows in most]


def fields_of(findings: Sequence[FindingTold]) -> Items:
    """How many of each field of work, in the order they came."""
    found = grouped(findings, by_unit=False)
    return [{"名称": name, "数": count(ids(of), f"类别属于{name}的问题")} for name, of in found]


def groups_of(d: Dossier) -> Items:
    """The same, or by responsible unit where the person chose so."""
    if d.options.get("group_by") != "unit":
        return fields_of(d.findings)
    return units_of(d.findings)


def units_of(findings: Sequence[FindingTold]) -> Items:
    """How many of each responsible unit, in the order they came."""
    found = grouped(findings, by_unit=True)
    return [{"名称": name, "数": count(ids(of), f"由{name}负责的问题")} for name, of in found]


def late_of(findings: Iterable[FindingTold]) -> Told:
    """How many are overdue."""
    return count(ids(f for f in findings if f.overdue), "整改期限已过、尚未核查通过的问题")


def repeats_of(findings: Iterable[FindingTold], most: int = 5) -> Items:
    """Unit and category that met more than once, the most frequent first."""
    return [
        {
            "单位": r.unit,
            "类别": r.category,
            "数": count(ids(r.findings), f"由{r.unit}负责、类别为{r.category}的问题"),
        }
        for r in repeated(findings, most)
    ]


def unseen_of(d: Dossier, names: int) -> dict[str, Value]:
    """Areas nobody went to in the period, and tasks running then without a visit; up to `names` of each by name."""
    areas, tasks = d.unseen_areas, d.unseen_tasks
    period = date_span(*d.period) if d.period else ""
    return {
        "时间": period,
        "未到访": _some(areas, names),
        "未到访数": count((u.id for u in areas), f"{period}没有督导活动、也没有发现问题的镇街", "unit")
        if areas
        else "",
        "未开展": _some(tasks, names),
        "未开展数": count((t.id for t in tasks), f"{period}没有督导活动的在办任务", "task") if tasks else "",
    }


def _some(unseen: Sequence[Unseen], names: int) -> str:
    """The first names; the number stands beside them."""
    return listed(u.name for u in unseen[:names]) + ("等" if len(unseen) > names else "")
