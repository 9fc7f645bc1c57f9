"""问题台账: one row per finding under the headings people expect (domain.md §6.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

Value = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One finding with its rectification; texts are the shown Chinese labels, moments are Asia/Shanghai."""

    number: str
    found_at: datetime | date | None = None
    found_how: str = ""
    place: str = ""
    unit: str = ""
    category: str = ""
    facts: str = ""
    industry_unit: str = ""
    territory_unit: str = ""
    owner: str = ""
    measures: str = ""
    due_on: date | None = None
    progress: str = ""
    done: bool = False
    verified_by: str = ""
    closed_on: date | None = None
    evidence: str = ""
    photo_count: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A heading, its width in characters of a half-width digit, and how its value is read from a row."""

    heading: str
    width: float
    value: Callable[[LedgerRow], Value]


#: All columns but the first, 序号, which is counted while writing.
LEDGER_COLUMNS: tuple[LedgerColumn, ...] = (
    LedgerColumn("问题编号", 17, lambda row: row.number),
    LedgerColumn("发现时间", 16, lambda row: row.found_at),
    LedgerColumn("发现方式", 9, lambda row: row.found_how),
    LedgerColumn("地点", 18, lambda row: row.place),
    LedgerColumn("被督导单位", 13, lambda row: row.unit),
    LedgerColumn("问题类别", 14, lambda row: row.category),
    LedgerColumn("具体情况", 36, lambda row: row.facts),
    LedgerColumn("行业责任单位", 13, lambda row: row.industry_unit),
    LedgerColumn("属地责任单位", 11, lambda row: row.territory_unit),
    LedgerColumn("责任人", 9, lambda row: row.owner),
    LedgerColumn("整改措施", 24, lambda row: row.measures),
    LedgerColumn("整改期限", 11, lambda row: row.due_on),
    LedgerColumn("进展", 10, lambda row: row.progress),
    LedgerColumn("是否完成", 6, lambda row: "是" if row.done else "否"),
    LedgerColumn("核查人", 9, lambda row: row.verified_by),
    LedgerColumn("销号时间", 11, lambda row: row.closed_on),
    LedgerColumn("佐证", 12, lambda row: row.evidence),
    LedgerColumn("照片数", 7, lambda row: row.photo_count),
    LedgerColumn("备注", 14, lambda row: row.note),
)
LEDGER_HEADINGS: tuple[str, ...] = ("序号", *(column.heading for column in LEDGER_COLUMNS))
