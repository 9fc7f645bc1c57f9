"""What a report picks out of many findings: typical cases, problems that came again, where nobody went.

One rule each, so that two reports on the same findings tell the same; a person may order and cut afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dubu_desktop.domain.papers.told import FindingTold
from dubu_desktop.domain.records.people import Severity

_GRAVEST_FIRST = [Severity.GRAVE.label, Severity.SERIOUS.label, Severity.ORDINARY.label]
OTHER = "其他"


def category_of(finding: FindingTold) -> str:
    """The first step of its category path."""
    return finding.category[0] if finding.category else OTHER


def unit_of(finding: FindingTold) -> str:
    """The unit that answers for it first: its territory's, else its trade's."""
    return finding.units[0] if finding.units else OTHER


def weight(finding: FindingTold) -> tuple[object, ...]:
    """How typical a finding is, the least first: urgent, grave, came again, long overdue, often urged, with a photo."""
    gravity = _GRAVEST_FIRST.index(finding.severity) if finding.severity in _GRAVEST_FIRST else len(_GRAVEST_FIRST)
    again, photo = not finding.repeats, not finding.photo_count
    return (not finding.urgent, gravity, again, -finding.overdue, -len(finding.urges), photo, finding.number)


def typical(findings: Iterable[FindingTold], most: int) -> list[FindingTold]:
    """Up to `most` findings that stand for all, the weightiest first.

    No field of work and no unit is told a second time while another one has not been told: a report that shows four
    blocked stairways shows one problem. What was only alleged (不成立, 容错) is no case.
    """
    waiting = sorted((f for f in findings if f.state not in ("not_established", "exempt")), key=weight)
    chosen: list[FindingTold] = []
    while waiting and len(chosen) < most:
        fields, units = [category_of(f) for f in chosen], [unit_of(f) for f in chosen]
        best = min(waiting, key=lambda f: (fields.count(category_of(f)), units.count(unit_of(f))))  # stable: weight
        waiting.remove(best)
        chosen.append(best)
    return sorted(chosen, key=weight)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Several findings of the same kind at the same unit."""

    unit: str
    category: str
    findings: tuple[FindingTold, ...]


def repeated(findings: Iterable[FindingTold], most: int = 5) -> list[Repeat]:
    """Unit and category that met more than once, the most frequent first."""
    met: dict[tuple[str, str], list[FindingTold]] = {}
    for finding in findings:
        for unit in finding.units[:1]:
            if finding.category:
                met.setdefault((unit, finding.category[-1]), []).append(finding)
    found = [Repeat(unit, category, tuple(of)) for (unit, category), of in met.items() if len(of) > 1]
    return sorted(found, key=lambda r: (-len(r.findings), r.unit, r.category))[:most]


def came_again(findings: Iterable[FindingTold]) -> list[FindingTold]:
    """Those found before, or reopened after they were closed."""
    return [f for f in findings if f.repeats]


def grouped(findings: Sequence[FindingTold], by_unit: bool) -> list[tuple[str, list[FindingTold]]]:
    """Findings by field of work, or by the unit that answers first; groups and findings keep the order they came in."""
    found: dict[str, list[FindingTold]] = {}
    for finding in findings:
        found.setdefault(unit_of(finding) if by_unit else category_of(finding), []).append(finding)
    return list(found.items())
