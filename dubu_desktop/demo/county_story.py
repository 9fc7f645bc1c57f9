"""What happens in the demo's June: tasks, visits, papers, and the course of each finding, in the order of time.

All is data; story.py plays it with the program's own verbs. Times are local (Asia/Shanghai). The special cases of
domain.md §6.3 whose records exist are named at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

#: The day on which the demo is looked at: 广源建材市场 is overdue by twelve days and has been urged three times.
NOW = datetime.fromisoformat("2026-06-23T10:40")


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the office for one group; `source` is a value of TaskSource."""

    group: str
    title: str
    source: str
    objects: str
    requirement: str
    units: tuple[str, ...]
    issued_on: date
    due_on: date
    report: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit; `findings` are the keys of what was found on it, `kind` is a value of VisitKind."""

    group: str
    kind: str
    started_at: datetime
    ended_at: datetime
    place: str
    units: tuple[str, ...]
    half_days: int = 1
    leader_present: bool = True
    note: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the course of a finding: at `at`, `event` is taken by the office or a group ("01").

    `event` is an event of the lifecycle, or "urge"; `text` is its reason, reply, result or words; `more` what else the
    event needs (due_on, measures, owner, channel, response, into).
    """

    at: datetime
    finding: str
    event: str
    by: str = "office"
    text: str = ""
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instruction:
    """A leader's 批示 and the findings and groups it concerns."""

    leader: str
    given_on: date
    title: str
    text: str
    findings: tuple[str, ...]
    groups: tuple[str, ...]
    due_on: date


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The 通报 of the demo."""

    issued_at: datetime
    title: str
    lead: str
    overall: str
    requirements: str
    addressees: tuple[str, ...]
    report_to: tuple[str, ...]
    cc: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that group and office change without knowing of each other, and the value the office decides for."""

    finding: str
    field: str
    by_office: str
    office_at: datetime
    by_group: str
    group_at: datetime
    decided: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """Bundles carried at `at`: up, from each of `groups` to the office, or down to each of them."""

    at: datetime
    up: bool
    groups: tuple[str, ...]


def day(text: str) -> date:
    """A day of the demo's year: "06-01"."""
    return date.fromisoformat(f"2026-{text}")


def at(text: str) -> datetime:
    """A moment of the demo's year: "06-02T08:30"."""
    return datetime.fromisoformat(f"2026-{text}")


_FEEDBACK_RULE = "发现的问题明确到时间、地点、具体情况，附照片，只报领导小组办公室。"

TASKS: tuple[Task, ...] = (
    Task(
        "01", "城乡建设和生态环境问题督导", "key_work", "在建工地扬尘、河渠垃圾、危险废物存放",
        f"采取四不两直方式，每周不少于3天；{_FEEDBACK_RULE}",
        ("新湖街道", "柳林镇", "河东镇"), day("06-01"), day("06-22"),
    ),
    Task(
        "02", "汛期值班值守突击检查", "decision", "镇街值班室在岗、电话接听、交接班记录",
        f"夜间抽查，不提前通知；{_FEEDBACK_RULE}",
        ("河东镇", "双桥镇"), day("06-01"), day("06-15"),
        "共突击检查2个镇值班室，发现问题2条，均已整改；另发现生活污水直排1处、跨部门难题1件，已分别上报。",
    ),
    Task(
        "03", "人员密集场所消防安全督导", "meeting", "建材市场、医院、商场的疏散通道、灭火设施、消防登高面",
        f"逐栋检查，对上次问题逐条回头看；{_FEEDBACK_RULE}",
        ("城关街道", "应急管理局"), day("06-01"), day("06-22"),
    ),
    Task(
        "04", "营商环境和停车收费督导", "letter", "政务服务承诺时限、停车公示收费、会议议定事项落实",
        f"抽查办件不少于20件；{_FEEDBACK_RULE}",
        ("行政审批局", "铁西街道", "产业专班"), day("06-01"), day("06-26"),
    ),
    Task(
        "05", "民生保障和重点项目督导", "key_work", "农村危房、公益性岗位、省级重点项目进度",
        f"入户核查，对照台账；{_FEEDBACK_RULE}",
        ("大营镇", "河东镇"), day("06-01"), day("06-26"),
    ),
    Task(
        "06", "校园安全和市场秩序督导", "tour", "学校食堂、农贸市场消防车道、便民服务",
        f"就餐时段和早市时段各不少于2次；{_FEEDBACK_RULE}",
        ("北洼镇", "青石镇", "柳林镇"), day("06-01"), day("06-22"),
        "检查学校食堂1处、农贸市场1处、便民服务中心1处，发现问题3条，其中紧急重大1条已销号。",
    ),
)  # fmt: skip

VISITS: tuple[Visit, ...] = (
    Visit(
        "03", "unannounced", at("06-02T08:30"), at("06-02T11:30"), "广源建材市场", ("广源建材市场",),
        note="检查1至6号楼，与市场物业核对钥匙保管情况。", findings=("WT-2026-03-0001", "WT-2026-03-0002"),
    ),
    Visit(
        "01", "unannounced", at("06-03T14:00"), at("06-03T17:20"), "滨湖路、北干渠、广源建材市场",
        ("滨湖路学院街口工地", "北干渠", "广源建材市场"),
        findings=("WT-2026-01-0007", "WT-2026-01-0008", "WT-2026-01-0009"),
    ),
    Visit(
        "02", "surprise_check", at("06-04T19:50"), at("06-04T21:30"), "河东镇、双桥镇值班室",
        ("河东镇政府", "双桥镇政府"), note="先电话、后到场。", findings=("WT-2026-02-0003", "WT-2026-02-0004"),
    ),
    Visit(
        "04", "unannounced", at("06-05T09:00"), at("06-05T11:40"), "政务服务大厅、兴业路停车场",
        ("政务服务大厅", "兴业路停车场"), leader_present=False, findings=("WT-2026-04-0002", "WT-2026-04-0003"),
    ),
    Visit(
        "05", "unannounced", at("06-05T14:40"), at("06-05T17:00"), "后刘村", ("后刘村", "大营镇"),
        findings=("WT-2026-05-0001",),
    ),
    Visit(
        "05", "research", at("06-06T08:50"), at("06-06T11:30"), "大营镇政府", ("大营镇政府", "大营镇"),
        note="核对公益性岗位台账。", findings=("WT-2026-05-0002",),
    ),
    Visit(
        "06", "surprise_check", at("06-06T18:30"), at("06-06T20:15"), "北洼镇中心小学食堂", ("北洼镇中心小学",),
        note="发现燃气报警器断电，当场要求停火关阀，即报办公室。", findings=("WT-2026-06-0001",),
    ),
    Visit(
        "06", "unannounced", at("06-09T07:40"), at("06-09T10:00"), "青石镇农贸市场", ("青石镇农贸市场",),
        findings=("WT-2026-06-0002",),
    ),
    Visit(
        "01", "unannounced", at("06-09T10:30"), at("06-09T12:00"), "城市之光小区", ("城市之光小区",),
        findings=("WT-2026-01-0011",),
    ),
    Visit(
        "03", "unannounced", at("06-10T09:50"), at("06-10T11:40"), "中心医院", ("中心医院",),
        findings=("WT-2026-03-0006",),
    ),
    Visit(
        "04", "sit_in", at("06-10T15:30"), at("06-10T17:30"), "产业专班例会", ("产业专班",),
        findings=("WT-2026-04-0005",),
    ),
    Visit(
        "02", "unannounced", at("06-11T07:30"), at("06-11T11:30"), "幸福河大桥、老运输公司家属院",
        ("幸福河大桥", "老运输公司家属院"), findings=("WT-2026-02-0009", "WT-2026-02-0010"),
    ),
    Visit(
        "05", "front_line", at("06-11T14:00"), at("06-11T17:30"), "南部物流园", ("南部物流园",),
        note="与施工、监理两方现场核对进度。", findings=("WT-2026-05-0004",),
    ),
    Visit(
        "06", "announced", at("06-12T08:40"), at("06-12T11:00"), "柳林镇便民服务中心", ("柳林镇便民服务中心",),
        leader_present=False, findings=("WT-2026-06-0005",),
    ),
    Visit(
        "01", "unannounced", at("06-12T15:00"), at("06-12T17:10"), "汽修一条街", ("汽修一条街",),
        findings=("WT-2026-01-0014",),
    ),
    Visit(
        "03", "unannounced", at("06-13T09:40"), at("06-13T11:00"), "广源建材市场", ("广源建材市场",),
        note="对0001号问题回头看。", findings=("WT-2026-03-0009",),
    ),
    Visit(
        "02", "training", at("06-15T14:30"), at("06-15T17:00"), "县委党校", (), note="业务培训：问题写到三明确。"
    ),
)  # fmt: skip

INSTRUCTION = Instruction(
    "县政府主要负责同志",
    day("06-16"),
    "幸福河大桥下生活污水直排问题",
    "幸福河污水直排去年9月已整改，今年又反弹，群众反映强烈。请生态环境分局牵头、双桥镇配合，查清排口来源，"
    "截污到位，7月7日前办结并报告结果。第二督导巡查组盯住不放，现场核查。",
    ("WT-2026-02-0009",),
    ("02",),
    day("07-07"),
)

BULLETIN = Bulletin(
    at("06-15T16:00"),
    "关于6月上旬督导巡查情况的通报",
    "6月1日至13日，6个督导巡查组采取四不两直、突击检查等方式，深入镇街、部门、市场、学校和项目现场开展督导巡查。"
    "现将有关情况通报如下。",
    "各镇街、各部门总体重视督导巡查工作，对当场指出的问题能够立行立改。北洼镇中心小学食堂燃气隐患从发现到消除不足"
    "一天，河东镇、双桥镇对值班值守问题交办次日即作出整改。但从检查情况看，消防安全、生态环境、政务服务等方面仍有问题。",
    "各责任单位要对照问题逐项整改，在规定期限内将整改措施、责任人、完成情况和整改前后照片报领导小组办公室。"
    "各督导巡查组要逐项现场核查。对整改不力、弄虚作假的，按规定提请挂牌督办、约谈。",
    ("各镇（街道）", "县直各部门", "各专班"),
    ("县委、县政府主要负责同志", "督导巡查领导小组各位副组长"),
    ("各督导巡查组",),
    (
        "WT-2026-03-0001", "WT-2026-03-0006", "WT-2026-03-0009", "WT-2026-01-0007", "WT-2026-01-0008",
        "WT-2026-01-0011", "WT-2026-01-0014", "WT-2026-02-0003", "WT-2026-02-0004", "WT-2026-02-0009",
        "WT-2026-04-0002", "WT-2026-04-0003", "WT-2026-04-0005", "WT-2026-05-0001", "WT-2026-05-0002",
        "WT-2026-05-0004", "WT-2026-06-0001", "WT-2026-06-0002", "WT-2026-06-0005",
    ),
)  # fmt: skip

CONFLICT = Conflict(
    "WT-2026-01-0011",
    "place",
    "新湖街道城市之光小区2号口南侧",
    at("06-15T08:40"),
    "新湖街道城市之光小区2号口东侧空地",
    at("06-15T08:45"),
    "新湖街道城市之光小区2号口东侧空地",
    at("06-22T08:50"),
)
#: A photograph whose file is lost on the way (finding, number of its photo from 0): it is asked for, and comes later.
MISSING_PHOTO = ("WT-2026-06-0002", 1)

_ALL = ("01", "02", "03", "04", "05", "06")
#: When the stick goes to and fro: as often as the steps need it, and no oftener.
EXCHANGES: tuple[Exchange, ...] = (
    Exchange(at("06-01T17:00"), False, _ALL),
    Exchange(at("06-06T20:05"), True, ("06",)),
    Exchange(at("06-06T20:20"), False, ("06",)),
    Exchange(at("06-08T08:30"), True, _ALL),
    Exchange(at("06-08T17:30"), False, _ALL),
    Exchange(at("06-09T17:30"), False, ("02", "03")),
    Exchange(at("06-10T08:30"), True, ("06",)),
    Exchange(at("06-11T08:30"), True, ("02", "03")),
    Exchange(at("06-12T17:30"), False, _ALL),
    Exchange(at("06-15T08:30"), True, _ALL),
    Exchange(at("06-15T17:30"), False, _ALL),
    Exchange(at("06-16T17:30"), False, ("02", "03")),
    Exchange(at("06-17T08:30"), True, ("06",)),
    Exchange(at("06-17T17:30"), False, ("01", "06")),
    Exchange(at("06-22T08:40"), True, _ALL),
    Exchange(at("06-22T17:30"), False, _ALL),
)
