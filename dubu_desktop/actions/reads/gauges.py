"""The figures by which the work is judged, with the words of how they are counted; each opens to its rows.

Sources: domain.md §5.3 (closure rate, 2/3 share, leader days), A25, A26, A53, §3.2 no. 5. Thresholds are rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from dubu_desktop.actions.reads.findings import ON_BOOKS, SETTLED, FindingFilter, week_start
from dubu_desktop.actions.reads.lists import ListFilter
from dubu_desktop.actions.reads.parts import BAD, NEUTRAL, OK, WARN, Chip
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.domain.records.work import VisitKind

S = FindingStatus


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline number. `basis`: 口径, how it is counted. `page` and `filter` open the rows behind it."""

    key: str
    label: str
    value: str
    basis: str
    chip: Chip | None
    page: str
    filter: FindingFilter | ListFilter | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Half days of 四不两直 out of all, of one group or of everybody."""

    counted: int
    whole: int

    @property
    def part(self) -> Fraction | None:
        """The share, None while there is no visit."""
        return Fraction(self.counted, self.whole) if self.whole else None

    @property
    def text(self) -> str:
        """68.3%, or — while there is no visit."""
        return percent(self.counted, self.whole)


def percent(part: int, whole: int) -> str:
    """81.4%, rounded half up as people do; — for nothing out of nothing."""
    if not whole:
        return "—"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def spaced_number(number: int) -> str:
    """2 476: thousands set apart, as in the pictures."""
    return f"{number:,}".replace(",", " ")


def unannounced_kinds(r: Reader) -> tuple[str, ...]:
    """Kinds of visit that count as 四不两直 by the rules."""
    more = (str(VisitKind.SURPRISE_CHECK),) if r.rules.visits.surprise_counts else ()
    return (str(VisitKind.UNANNOUNCED), *more)


def month_shares(r: Reader) -> dict[bytes | None, Share]:
    """{group: share of half days} of this month so far."""
    since = r.today.replace(day=1).isoformat()
    return _shares(r, since)


def week_share(r: Reader) -> Share:
    """This group's share of this week so far."""
    since = week_start(r.today).isoformat()
    return _shares(r, since).get(r.side, Share(0, 0))


def _shares(r: Reader, since: str) -> dict[bytes | None, Share]:
    until = (r.today + timedelta(days=1)).isoformat()
    found = figures.half_days(r.conn, since, until, unannounced_kinds(r))
    return {group: Share(*pair) for group, pair in found.items()}


def leader_days(r: Reader) -> int:
    """On how many days of this week the leader of this group was out."""
    since = week_start(r.today).isoformat()
    until = (r.today + timedelta(days=1)).isoformat()
    return figures.leader_days(r.conn, since, until).get(r.side, 0)


def required(r: Reader) -> Fraction:
    """The share that is required."""
    return Fraction(*r.rules.visits.unannounced_share)


def meets(r: Reader, share: Share) -> bool:
    """Whether a share reaches what is required; no visit at all is no failure."""
    return share.part is None or share.part >= required(r)


def half_days_needed(r: Reader, share: Share) -> int:
    """How many more half days of 四不两直 bring the share up, if nothing else is done."""
    wanted = required(r)
    if meets(r, share) or wanted == 1:
        return 0
    lacking = (wanted * share.whole - share.counted) / (1 - wanted)
    return -(-lacking.numerator // lacking.denominator)


def office(r: Reader, counts: dict[str, int]) -> Iterator[Figure]:
    """The four of the office: 整改完成率, 逾期, 四不两直占比, 行业比属地."""
    yield closure(r)
    yield overdue(r, counts)
    yield unannounced(r)
    yield balance(r)


def group(r: Reader, counts: dict[str, int]) -> Iterator[Figure]:
    """The four of a group: 四不两直占比, 组长下沉, 逾期, 整改完成率."""
    yield unannounced(r)
    yield out_days(r)
    yield overdue(r, counts)
    yield closure(r)


def closure(r: Reader) -> Figure:
    """整改完成率 = closed / (confirmed − exits)."""
    by = figures.by_status(r.conn, "finding")
    closed = by.get(S.CLOSED, 0)
    whole = closed + sum(by.get(s, 0) for s in ON_BOOKS)
    exits = sum(by.get(s, 0) for s in SETTLED)
    taken = f"（另有{exits}条未计）" if exits else ""
    basis = f"{spaced_number(closed)} / {spaced_number(whole)}，口径：已核定的，去除并案、不成立、容错、移交{taken}"
    filter = FindingFilter(statuses=(*ON_BOOKS, S.CLOSED))
    return Figure("closure", "整改完成率", percent(closed, whole), basis, None, "findings", filter)


def overdue(r: Reader, counts: dict[str, int]) -> Figure:
    """逾期: being rectified, the due day has passed."""
    n, filter = counts["overdue"], FindingFilter(status="overdue")
    if not n:
        return Figure("overdue", "逾期", "0", "口径：整改中、期限已过的问题", Chip("没有逾期", OK), "rectify", filter)
    yesterday = (r.today - timedelta(days=1)).isoformat()
    where = listing.LineWhere(statuses=(S.RECTIFYING, S.REPLIED), due_to=yesterday)
    oldest = listing.line_rows(r.conn, list(listing.line_ids(r.conn, where, "due", limit=1)))
    from dubu_desktop.actions.reads.parts import day_of

    due = day_of(oldest[0]["due_on"]) if oldest else None
    longest = f"最久{(r.today - due).days}天：{oldest[0]['place'] or oldest[0]['number']}" if due else ""
    return Figure("overdue", "逾期", str(n), longest, Chip("逾期", BAD), "rectify", filter)


def unannounced(r: Reader) -> Figure:
    """四不两直占比 by half days of this month; the office names the groups that fall short."""
    shares = month_shares(r)
    if r.office:
        groups = {g: s for g, s in shares.items() if g}
        share = Share(sum(s.counted for s in groups.values()), sum(s.whole for s in groups.values()))
        short = [f"{r.group_name(g)} {s.text}" for g, s in groups.items() if not meets(r, s)]
    else:
        share = shares.get(r.side, Share(0, 0))
        needed = half_days_needed(r, share)
        short = [f"本月还需{needed}个半天暗访"] if needed else []
    wanted = percent(required(r).numerator, required(r).denominator)
    basis = "；".join([f"要求 ≥ {wanted}，按本月半天计 {share.counted} / {share.whole}", *short])
    chip = None if share.part is None else Chip("达标", OK) if meets(r, share) else Chip("未达标", WARN)
    return Figure("unannounced", "四不两直占比", share.text, basis, chip, "visits", ListFilter(key="month"))


def out_days(r: Reader) -> Figure:
    """组长下沉 this week, as n of what the rules ask."""
    wanted, done = r.rules.visits.leader_days_per_week, leader_days(r)
    # domain.md A26: amber from Thursday on while it is short
    late = r.today.weekday() >= 3
    short = Chip("不足", WARN) if late else Chip(f"还差{wanted - done}天", NEUTRAL)
    chip = Chip("达标", OK) if done >= wanted else short
    basis = "口径：本周组长在场的督导活动，按天计"
    return Figure("leader_days", "组长下沉", f"{done}/{wanted} 天", basis, chip, "visits", ListFilter(key="leader"))


def balance(r: Reader) -> Figure:
    """行业:属地 of what is on the books or closed; a warning where the territory carries too much (N2)."""
    industry, territory = figures.sides(r.conn, [str(s) for s in (*ON_BOOKS, S.CLOSED)])
    whole, limit = industry + territory, r.rules.findings.territory_share_percent
    basis = f"行业 {spaced_number(industry)}，属地 {spaced_number(territory)}，口径：已核定的问题写明的责任单位"
    filter = FindingFilter(statuses=(*ON_BOOKS, S.CLOSED))
    if not whole:
        return Figure("balance", "行业 : 属地", "—", basis, None, "findings", filter)
    share = (territory * 200 + whole) // (2 * whole)
    chip = Chip("偏向属地", WARN) if share > limit else Chip("均衡", OK)
    return Figure("balance", "行业 : 属地", f"{100 - share} : {share}", basis, chip, "findings", filter)
