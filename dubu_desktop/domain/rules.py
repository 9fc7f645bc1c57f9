"""The rule profile: every threshold of the work, as typed values (contracts.md §5: none stands in code).

Each rule is annotated with its Chinese label. The record `rule_profile` carries the same as a tree in its field
`rules`. The shipped default is `resources/reference/rules.json`; what an older profile lacks is taken from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from dubu_desktop.domain.reference import fixed_id, read_reference
from dubu_desktop.errors import DubuError

#: key of a profile's tree under which each part may name the document it rests on: {part: title and number}; a part
#: that names none rests on the profile's own basis
SOURCES = "sources"
#: rules that nothing in this version acts on yet, "part.rule" or a whole part: kept in the profile, not shown as if
#: they did something (the parts ladder and points are shown as the examples they are)
LATER = frozenset(
    {
        "deadlines.long_cadence_days", "visits.half_year_reports", "findings.duplicate_days", "findings.common_units",
        "findings.common_days", "findings.silent_days", "rectification.urges_many", "rectification.recheck_days",
        "ladder", "points",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Deadlines:
    """Due dates and their lights. Days are working days unless `working_days` is off."""

    working_days: Annotated[bool, "按工作日计算"]
    #: a due date this near is shown as 临期
    soon_days: Annotated[int, "临期提醒天数"]
    #: days by kind of deadline (records.people.Term), where neither category nor severity says otherwise
    term_days: Annotated[dict[str, int], "各期限类型的天数"]
    #: days by severity (records.people.Severity), where the category has none
    severity_days: Annotated[dict[str, int], "各严重程度的天数"]
    task_days: Annotated[int, "交办任务天数"]
    #: a long rectification reports every so many days
    long_cadence_days: Annotated[int, "长期整改报告间隔天数"]


@dataclass(frozen=True)
class Visits:
    """The inspectors' own rules (domain.md A25, A26, A48)."""

    #: share of time for 四不两直, as numerator and denominator
    unannounced_share: Annotated[tuple[int, int], "四不两直时间占比"]
    surprise_counts: Annotated[bool, "突击检查计入四不两直"]
    leader_days_per_week: Annotated[int, "组长每周下沉天数"]
    #: month-day on which each group reports
    half_year_reports: Annotated[tuple[str, ...], "半年报告日期"]


@dataclass(frozen=True)
class Findings:
    """What a finding needs, and what makes it a repeat or a common problem."""

    clarity_required: Annotated[int, "定稿所需三明确项数"]
    evidence_required: Annotated[bool, "定稿须有佐证"]
    both_units_required: Annotated[bool, "定稿须有双责任单位"]
    named_persons: Annotated[bool, "记录点名人员"]
    duplicate_days: Annotated[int, "疑似重复天数"]
    common_units: Annotated[int, "共性问题单位数"]
    common_days: Annotated[int, "共性问题天数"]
    territory_share_percent: Annotated[int, "属地占比提醒百分比"]
    silent_days: Annotated[int, "沉默问题天数"]


@dataclass(frozen=True)
class Rectifications:
    """Urging, verification and 回头看."""

    #: 多次督促: this many
    urges_many: Annotated[int, "多次督促次数"]
    after_photo_required: Annotated[bool, "核查须有整改后照片"]
    recheck_days: Annotated[tuple[int, ...], "回头看间隔天数"]


@dataclass(frozen=True)
class Backups:
    """When backups are made and how many are kept (contracts.md §7)."""

    before_import_minutes: Annotated[int, "导入前备份间隔分钟数"]
    keep_count: Annotated[int, "至少保留份数"]
    keep_daily: Annotated[int, "每日备份保留份数"]
    keep_weekly: Annotated[int, "每周备份保留份数"]
    #: sealed segments this old may be moved to an archive
    archive_days: Annotated[int, "旧账满多少天可以归档"]


@dataclass(frozen=True)
class Desk:
    """The window left alone, and clocks that differ."""

    lock_minutes: Annotated[int, "自动锁定分钟数"]
    clock_offset_minutes: Annotated[int, "时钟偏差提醒分钟数"]
    #: a group of which no bundle came for so many days is named on the workbench
    silent_bundle_days: Annotated[int, "多日未来包提醒天数"]


@dataclass(frozen=True)
class NumberWords:
    """The words that human numbers begin with."""

    finding: Annotated[str, "问题编号字头"]
    task: Annotated[str, "交办单编号字头"]
    #: 机关代字 by kind of document
    documents: Annotated[dict[str, str], "发文机关代字"]


@dataclass(frozen=True)
class BulletinStyle:
    """How a 通报 is headed: `document` with 发文字号, or `issue` with 第N期."""

    style: Annotated[str, "通报版头"]
    sealed: Annotated[bool, "加盖印章"]
    running_total: Annotated[bool, "注明总期数"]


@dataclass(frozen=True)
class Rung:
    """One rung of the ladder (domain.md §5.3); days are working days overdue, negative before the due date."""

    rung: Annotated[int, "级次"]
    name: Annotated[str, "名称"]
    trigger: Annotated[str, "触发条件"]
    overdue_days: Annotated[int, "逾期工作日"]
    urges: Annotated[int, "督促次数"]
    reopens: Annotated[int, "反弹次数"]
    decided_by: Annotated[str, "决定人"]
    paper: Annotated[str, "文书"]
    points_tenths: Annotated[int, "扣分（十分之一分）"]


@dataclass(frozen=True)
class Ladder:
    """The ladder: an example, off until the office confirms it."""

    enabled: Annotated[bool, "启用阶梯督办"]
    note: Annotated[str, "阶梯说明"]
    combine_listing_and_interview: Annotated[bool, "挂牌与约谈合并"]
    rungs: Annotated[tuple[Rung, ...], "各级督办"]


@dataclass(frozen=True)
class Points:
    """Scores: an example, off until the office confirms it. Tenths of a point, so that sums are exact."""

    enabled: Annotated[bool, "启用计分"]
    note: Annotated[str, "计分说明"]
    once_per_finding: Annotated[bool, "每个问题只计一次"]
    industry_percent: Annotated[int, "行业承担百分比"]
    yearly_cap_tenths: Annotated[int, "年度扣分上限（十分之一分）"]
    praise_tenths: Annotated[tuple[int, int], "表扬加分范围（十分之一分）"]
    early_close_tenths: Annotated[int, "提前销号加分（十分之一分）"]


@dataclass(frozen=True)
class Rules:
    """All rules of one profile."""

    deadlines: Annotated[Deadlines, "期限"]
    visits: Annotated[Visits, "督导活动"]
    findings: Annotated[Findings, "问题"]
    rectification: Annotated[Rectifications, "整改"]
    backup: Annotated[Backups, "备份"]
    desk: Annotated[Desk, "本机"]
    numbers: Annotated[NumberWords, "编号"]
    bulletin: Annotated[BulletinStyle, "通报"]
    ladder: Annotated[Ladder, "阶梯督办"]
    points: Annotated[Points, "计分"]

    def days_for(self, term: str, severity: str, category_days: int | None = None) -> int:
        """Days a finding is given: its category's own, else 立行立改 and 长期 by their term, else by severity.

        Pass `category_days` only where `term` is the category's own term.
        """
        if category_days is not None:
            return category_days
        by_term = self.deadlines.term_days
        if term != "limited" and term in by_term:
            return by_term[term]
        return self.deadlines.severity_days.get(severity, by_term["limited"])


@dataclass(frozen=True)
class Profile:
    """A rule profile as shipped: the fields of the record `rule_profile` and its fixed id (16 bytes)."""

    id: bytes
    name: str
    version: int
    basis: str
    tree: dict[str, Any]


@cache
def shipped_profile() -> Profile:
    """The default profile that ships with the program."""
    raw = json.loads(read_reference("rules.json"))
    return Profile(fixed_id("rule_profile/default"), raw["name"], raw["version"], raw["basis"], raw["rules"])


@cache
def default_rules() -> Rules:
    """The rules of the shipped profile."""
    return rules_from_tree({})


def rules_from_tree(tree: Mapping[str, Any]) -> Rules:
    """The rules of a profile's tree; parts it lacks are the shipped ones, parts this version does not know are ignored.

    Raises D-332 naming the rule whose value is of the wrong sort or below its least sensible value.
    """
    rules: Rules = _build(Rules, _merged(shipped_profile().tree, tree), "")
    if not 0 <= rules.findings.clarity_required <= 3:
        raise DubuError("D-332", rule="问题：定稿所需三明确项数", detail="应为0到3")
    if not 0 < rules.visits.unannounced_share[0] <= rules.visits.unannounced_share[1]:
        raise DubuError("D-332", rule="督导活动：四不两直时间占比", detail="应为不大于1的分数")
    if not re.fullmatch(r"[A-Za-z]{1,6}", rules.numbers.finding):
        raise DubuError("D-332", rule="编号：问题编号字头", detail="应为1到6个字母")
    if rules.backup.keep_count < 1:
        raise DubuError("D-332", rule="备份：至少保留份数", detail="应为1以上")
    if rules.bulletin.style not in ("document", "issue"):
        raise DubuError("D-332", rule="通报：通报版头", detail="没有这种版头")
    return rules


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in over.items():
        below = base.get(key)
        out[key] = _merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return out


_SORTS: dict[object, str] = {
    int: "应为整数",
    bool: "应为是或否",
    str: "应为文字",
    tuple: "应为列表",
    dict: "应为对照表",
}
#: Days before a due date are counted backwards and points are taken off; nothing else may be negative.
_SIGNED = frozenset({"逾期工作日", "扣分（十分之一分）"})


def _build(sort: Any, value: Any, label: str) -> Any:
    """`value` as `sort`: a dataclass, a plain type, tuple[...] or dict[str, ...]; D-332 where it does not fit."""
    if is_dataclass(sort):
        return _build_parts(sort, value, label)
    origin, args = get_origin(sort) or sort, get_args(sort)
    if origin is tuple and isinstance(value, list | tuple) and (args[-1] is ... or len(value) == len(args)):
        return tuple(_build(args[0], item, label) for item in value)
    if origin is dict and isinstance(value, Mapping):
        return {str(key): _build(args[1], item, label) for key, item in value.items()}
    if type(value) is not sort:
        raise DubuError("D-332", rule=label, detail=_SORTS[origin])
    if sort is int and value < 0 and label.rpartition("：")[2] not in _SIGNED:
        raise DubuError("D-332", rule=label, detail="不能小于0")
    return value


def _build_parts(sort: Any, value: Any, above: str) -> Any:
    parts = {}
    for name, (inner, own) in labelled(sort).items():
        label = f"{above}：{own}" if above else own
        if not isinstance(value, Mapping) or name not in value:
            raise DubuError("D-332", rule=label, detail="缺项")
        parts[name] = _build(inner, value[name], label)
    return sort(**parts)


@cache
def labelled(sort: type) -> dict[str, tuple[Any, str]]:
    """{name: (type, Chinese label)} of the rules in `sort`, Rules or one of its parts: what settings list."""
    hints = get_type_hints(sort, include_extras=True)
    return {name: (get_args(hint)[0], get_args(hint)[1]) for name, hint in hints.items()}
