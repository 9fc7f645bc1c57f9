"""Findings as a list: ids by filter, two-line rows, counts of the filter chips."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dubu_desktop.actions.reads import sent
from dubu_desktop.actions.reads.parts import (
    ACCENT,
    BAD,
    NEUTRAL,
    OK,
    WARN,
    Chip,
    day_of,
    first_line,
    is_pressing,
    light_chip,
    say_moment,
)
from dubu_desktop.actions.reads.reader import Reader, raw, raw_or_none
from dubu_desktop.actions.reads.say import label_of
from dubu_desktop.db import counts as figures
from dubu_desktop.db import listing, queries, search
from dubu_desktop.db.listing import LineWhere
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.lifecycle import FindingStatus
from dubu_desktop.domain.lights import Light, light
from dubu_desktop.domain.records import FINDING

if TYPE_CHECKING:
    from dubu_desktop.actions.reads.finding_detail import FindingDetail

S = FindingStatus
_SEVERITY = FINDING.by_name["severity"]
#: not yet struck off, settled or withdrawn
OPEN = (S.DRAFT, S.FINAL, S.CONFIRMED, S.RECTIFYING, S.REPLIED, S.VERIFIED)
#: confirmed and still open: what counts as 未销号 at the office
ON_BOOKS = (S.CONFIRMED, S.RECTIFYING, S.REPLIED, S.VERIFIED)
SETTLED = (S.MERGED, S.NOT_ESTABLISHED, S.EXEMPT, S.REFERRED)
#: a due date runs
IN_HAND = (S.RECTIFYING, S.REPLIED)


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings. `status` is a key of `counts`; ids are hex (or 16 bytes); every part given must hold.

    `unit`: as industry, territory or inspected unit. `category`: with those below it. `mine`: found or to be verified
    by this side. `due_from`, `due_to`: ISO days. `ids`: exactly these findings.
    """

    text: str = ""
    status: str = ""
    statuses: tuple[str, ...] = ()
    group: str | bytes = ""
    verify_group: str | bytes = ""
    unit: str | bytes = ""
    category: str | bytes = ""
    severity: str = ""
    urgent: bool = False
    visit: str | bytes = ""
    task: str | bytes = ""
    due_from: str = ""
    due_to: str = ""
    found_from: str = ""
    found_to: str = ""
    conflict: bool = False
    mine: bool = False
    ids: tuple[str | bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingRow:
    """What a two-line row needs. `chips[0]` is the one to show where there is room for one."""

    rowid: int
    id: str
    number: str
    title: str
    place: str
    territory: str
    industry: str
    found_at: str
    found: str
    group: str
    category: str
    severity: str
    status: str
    status_label: str
    chips: tuple[Chip, ...]
    urgent: bool
    photos: int
    photos_after: int
    photos_missing: int
    urges: int
    due_on: str
    conflicts: int
    sent: str

    @property
    def sub(self) -> str:
        """The second line: unit · place · time."""
        return " · ".join(part for part in (self.territory or self.industry, self.place, self.found_at) if part)


# --- which -------------------------------------------------------------------------------------------------------
def week_start(today: date) -> date:
    """The Monday of the week of `today`."""
    return today - timedelta(days=today.weekday())


def _soon_until(r: Reader) -> date:
    """The last day whose due date counts as near by the rules."""
    rules, day = r.rules.deadlines, r.today
    if not rules.working_days:
        return day + timedelta(days=rules.soon_days)
    left = rules.soon_days
    while True:
        following = day + timedelta(days=1)
        left -= r.calendar.is_workday(following)
        if left < 0:
            return day
        day = following


def counting(r: Reader) -> tuple[FindingStatus, ...]:
    """The open statuses that count: at the office no draft, which it lists under 未定稿 alone (contracts.md §4)."""
    return OPEN[1:] if r.office else OPEN


def counted(r: Reader) -> tuple[FindingStatus, ...]:
    """The statuses of findings that figures count: those open, struck off and settled; nothing withdrawn."""
    return (*counting(r), S.CLOSED, *SETTLED)


def named_where(r: Reader, key: str) -> LineWhere:
    """What a filter chip means. Raises KeyError for a key that `counts` does not have."""
    today = r.today
    day = today.isoformat()
    yesterday, tomorrow = (today - timedelta(days=1)).isoformat(), (today + timedelta(days=1)).isoformat()
    own = r.side
    to_verify = LineWhere(statuses=(S.REPLIED,), verify_group=own)
    if key == "soon":  # the one that needs the rules
        return LineWhere(statuses=IN_HAND, due_from=tomorrow, due_to=_soon_until(r).isoformat())
    return {
        "": LineWhere(),
        "all": LineWhere(),
        "open": LineWhere(statuses=ON_BOOKS if r.office else OPEN),
        "week": LineWhere(statuses=counted(r), found_from=week_start(today).isoformat()),
        "today": LineWhere(statuses=counted(r), found_from=day, found_to=tomorrow),
        "overdue": LineWhere(statuses=IN_HAND, due_to=yesterday),
        "due_today": LineWhere(statuses=IN_HAND, due_from=day, due_to=day),
        "no_due": LineWhere(statuses=IN_HAND, no_due=True),
        "draft": LineWhere(statuses=(S.DRAFT,)),
        "to_confirm": LineWhere(statuses=(S.FINAL,)),
        "to_assign": LineWhere(statuses=(S.CONFIRMED,)),
        "rectifying": LineWhere(statuses=IN_HAND),
        "to_reply": LineWhere(statuses=(S.RECTIFYING,)),
        "to_verify": to_verify,
        "to_close": LineWhere(statuses=(S.VERIFIED,)),
        "closed": LineWhere(statuses=(S.CLOSED,)),
        "settled": LineWhere(statuses=SETTLED),
        "urgent": LineWhere(statuses=counting(r), urgent=True),
        "conflict": LineWhere(conflict=True),
        "unseen": LineWhere(unseen_edit=True),
        "reopened": LineWhere(statuses=counting(r), reopened=True),
        "mine": LineWhere(side=own) if own else LineWhere(groups_none=True),
    }[key]


#: keys of `counts`, in the order in which chips are offered
KEYS = (
    "open", "week", "today", "overdue", "due_today", "soon", "no_due", "draft", "to_confirm", "to_assign", "rectifying",
    "to_reply", "to_verify", "to_close", "closed", "settled", "urgent", "conflict", "unseen", "reopened", "mine", "all",
)  # fmt: skip


def where_of(r: Reader, f: FindingFilter) -> LineWhere:
    """A filter as the conditions of the narrow rows."""
    w = named_where(r, f.status)
    given: dict[str, Any] = {
        "group": raw_or_none(f.group),
        "unit": raw_or_none(f.unit),
        "severity": f.severity,
        "visit": raw_or_none(f.visit),
        "task": raw_or_none(f.task),
        "verify_group": raw_or_none(f.verify_group),
        "found_to": f.found_to,
        "conflict": f.conflict,
        "urgent": f.urgent,
        "uuids": tuple(raw(i) for i in f.ids),
        "statuses": tuple(s for s in f.statuses if not w.statuses or s in w.statuses) or w.statuses,
        "due_from": max(w.due_from, f.due_from),
        "due_to": min(filter(None, (w.due_to, f.due_to)), default=""),
        "found_from": max(w.found_from, f.found_from),
    }
    if f.category:
        given["categories"] = tuple(queries.with_children(r.conn, "category", raw(f.category)))
    if f.mine:
        given |= {"side": r.side} if r.side else {"groups_none": True}
    return replace(w, **{name: value for name, value in given.items() if value})


def ids(r: Reader, filter: FindingFilter = FindingFilter(), sort: str = "found") -> array[int]:
    """Row ids of the findings that fit, in order. sort: found (newest first), due (earliest first), number, status."""
    among = search.matching(r.conn, filter.text)
    if among is not None and not among:
        return array("q")
    return listing.line_ids(r.conn, where_of(r, filter), sort, among)


def counts(r: Reader) -> dict[str, int]:
    """{filter key: how many findings}, in two statements."""
    found = figures_of(r, KEYS)
    return dict(zip(KEYS, found, strict=True))


def figures_of(r: Reader, keys: Sequence[str]) -> list[int]:
    """How many findings fit each of these filter keys, in two statements."""
    wheres = [named_where(r, key) for key in keys]
    by = figures.by_status(r.conn, "finding")
    plain = {n: listing.by_status_alone(w, by) for n, w in enumerate(wheres)}
    rest = [n for n, count in plain.items() if count is None]
    counted = dict(zip(rest, listing.count_lines(r.conn, [wheres[n] for n in rest]), strict=True))
    return [counted[n] if (count := plain[n]) is None else count for n in range(len(wheres))]


def detail(r: Reader, finding: str | bytes | int) -> FindingDetail:
    """One finding with all that hangs on it, by id or row id; D-306."""
    from dubu_desktop.actions.reads.finding_detail import detail as whole

    return whole(r, finding)


# --- rows --------------------------------------------------------------------------------------------------------
def rows(r: Reader, ids: Sequence[int]) -> list[FindingRow]:
    """The rows of at most 200 findings, in the order of `ids`; a constant number of statements."""
    lines = listing.line_rows(r.conn, ids)
    if not lines:
        return []
    units = r.names("unit", [u for row in lines for u in (row["territory_unit"], row["industry_unit"])])
    kinds = r.names("category", [row["category"] for row in lines])
    missing = figures.photos_wanted(r.conn, [row["uuid"] for row in lines if row["photos"]])
    told = sent.words(r, [row["uuid"] for row in lines])
    return [_row(r, row, units, kinds, missing, told) for row in lines]


def _row(
    r: Reader,
    row: dict[str, Any],
    units: dict[bytes, str],
    kinds: dict[bytes, str],
    missing: dict[bytes, int],
    told: dict[bytes, str],
) -> FindingRow:
    lacking = missing.get(row["uuid"], 0)
    return FindingRow(
        rowid=row["id"],
        id=row["uuid"].hex(),
        number=row["number"] or "",
        title=first_line(row["facts"]) or row["place"] or "（未写明情况）",
        place=row["place"] or "",
        territory=units.get(row["territory_unit"], ""),
        industry=units.get(row["industry_unit"], ""),
        found_at=say_moment(row["found_at"], r.today),
        found=row["found_at"],
        group=r.group_name(row["finder_group"]),
        category=kinds.get(row["category"], ""),
        severity=label_of(_SEVERITY, row["severity"]) if row["severity"] else "",
        status=row["status"],
        status_label=LIFE.status_label(row["status"]),
        chips=chips(r, row, lacking),
        urgent=bool(row["urgent"]),
        photos=row["photos"],
        photos_after=row["photos_after"],
        photos_missing=lacking,
        urges=row["urges"] + row["returns"],
        due_on=row["due_on"] or "",
        conflicts=row["conflicts"],
        sent=told.get(row["uuid"], ""),
    )


def light_of(r: Reader, row: dict[str, Any]) -> Light | None:
    """The due-date light of a finding that was assigned; None before."""
    if row["rectification"] is None or row["status"] not in (*IN_HAND, S.VERIFIED, S.CLOSED):
        return None
    done = day_of(row["verified_on"]) or day_of(row["closed_on"])
    running = row["status"] in IN_HAND
    return light(day_of(row["due_on"]), r.today, r.rules.deadlines, r.calendar, done=None if running else done)


_PLAIN: dict[str, Chip] = {
    S.DRAFT: Chip("草稿", NEUTRAL),
    S.FINAL: Chip("待核定", NEUTRAL),
    S.CONFIRMED: Chip("待交整改", ACCENT),
    S.RECTIFYING: Chip("整改中", OK),
    S.REPLIED: Chip("待核查", OK),
    S.VERIFIED: Chip("待销号", ACCENT),
    S.CLOSED: Chip("已销号", OK),
}


def chips(r: Reader, row: dict[str, Any], photos_missing: int = 0) -> tuple[Chip, ...]:
    """The chips of a finding, what presses most first."""
    status = row["status"]
    out: list[Chip] = []
    found = light_of(r, row)
    if status in IN_HAND and found is not None:
        if row["due_on"] is None:
            out.append(Chip("期限待定", WARN, "反弹重办后还没有定期限"))
        elif is_pressing(found):
            out.append(light_chip(found))
    if row["urgent"] and status in OPEN:
        out.append(Chip("紧急重大", BAD))
    out.append(_PLAIN.get(status) or Chip(LIFE.status_label(status), NEUTRAL))
    if row["conflicts"]:
        out.append(Chip("冲突" if row["conflicts"] == 1 else f"冲突{row['conflicts']}处", BAD))
    if row["unseen_edit"]:
        out.append(Chip("改动晚于结论", WARN))
    if row["reopens"]:
        out.append(Chip("反弹", WARN))
    if row["priority"] and status in OPEN:
        out.append(Chip("批示", ACCENT))
    if photos_missing:
        out.append(Chip(f"照片待补{photos_missing}张", WARN))
    if row["notes"]:
        out.append(Chip(f"意见{row['notes']}条", ACCENT))
    return tuple(out)
