"""What the columns of somebody else's workbook may mean: fields with the headings people use for them.

Headings of domain.md §6.1; names of fields follow the record declarations where there is such a field.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dubu_desktop.domain import replysheet
from dubu_desktop.domain.fields import LabelledEnum
from dubu_desktop.domain.records.people import Severity, UnitKind, UnitSide


class Target(LabelledEnum):
    """What a workbook is read in as."""

    #: the units of a county
    UNITS = "units", "单位名单"
    #: a ledger kept elsewhere
    FINDINGS = "findings", "问题台账"
    #: 反馈表 of ours, filled in by a unit
    REPLIES = "replies", "反馈表"


class Reading(StrEnum):
    """How the text of a cell becomes a value."""

    #: one line of text
    LINE = "line"
    #: text of several lines
    TEXT = "text"
    #: a day or a time in the past
    WHEN = "when"
    #: a day in the past
    DAY = "day"
    #: a deadline: a day, a number of days, at once, long-term
    DEADLINE = "deadline"
    #: yes or no
    YES_NO = "yes_no"
    #: one of a fixed set, by its label or a synonym of it
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class TargetField:
    """One meaning a column can have. `limit` counts characters (contracts.md §8); synonyms are best first."""

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    reading: Reading = Reading.LINE
    required: bool = False
    limit: int = 200
    choices: type[LabelledEnum] | None = None
    #: other words for the members: word -> stable value
    words: tuple[tuple[str, str], ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_KIND_WORDS = tuple(
    (word, kind.value)
    for kind, words in (
        (UnitKind.TOWN, "镇 乡 街道 乡镇 街道办 街道办事处 镇办 乡镇街道 镇(街道)"),
        (UnitKind.DEPARTMENT, "局 委 办 县直部门 县直单位 职能部门 行业部门 机关"),
        (UnitKind.TASK_FORCE, "工作专班 指挥部"),
        (UnitKind.PROJECT, "项目 省重点项目 市重点项目"),
        (UnitKind.ENTERPRISE, "公司 国企 国有企业 平台公司"),
        (UnitKind.VILLAGE, "村 社区 居委会 村委会 行政村 村(社区)"),
        (UnitKind.PLACE, "场所 市场 学校 医院 工地 点"),
    )
    for word in words.split()
)
_SIDE_WORDS = (
    ("行业责任单位", "industry"),
    ("行业部门", "industry"),
    ("主管部门", "industry"),
    ("属地责任单位", "territory"),
    ("属地单位", "territory"),
    ("无", "neither"),
)
_SEVERITY_WORDS = (("轻微", "ordinary"), ("较大", "serious"), ("重大", "grave"), ("特别严重", "grave"))

UNITS: tuple[TargetField, ...] = (
    TargetField("name", "名称", _words("单位名称 单位 全称 单位全称 部门名称 机构名称 镇街名称"), required=True),
    TargetField("short_name", "简称", _words("单位简称 规范简称")),
    TargetField(
        "unit_kind",
        "类型",
        _words("单位类型 单位类别 类别 单位性质 性质"),
        Reading.CHOICE,
        choices=UnitKind,
        words=_KIND_WORDS,
    ),
    TargetField(
        "side",
        "行业或属地",
        _words("行业/属地 行业属地 责任类型 责任属性 属性"),
        Reading.CHOICE,
        choices=UnitSide,
        words=_SIDE_WORDS,
    ),
    TargetField("parent", "上级", _words("上级单位 上级名称 主管单位 隶属单位 隶属 所属单位 所属区县")),
    TargetField("parent_code", "上级代码", _words("上级编码 上级单位代码 父级代码 区划上级代码")),
    TargetField("aliases", "别名", _words("曾用名 又名 俗称")),
    TargetField("contact", "联系人", _words("联络员 联络人 负责人 经办人")),
    TargetField("phone", "联系电话", _words("电话 手机 手机号 联系方式 办公电话")),
    TargetField("code", "代码", _words("单位代码 编码 单位编码 区划代码 行政区划代码 统一社会信用代码")),
)

FINDINGS: tuple[TargetField, ...] = (
    TargetField("number", "问题编号", _words("编号 问题编码 问题号")),
    TargetField(
        "found_at", "发现时间", _words("发现日期 督查时间 督查日期 检查时间 检查日期 巡查时间 时间 日期"), Reading.WHEN
    ),
    TargetField("source", "发现方式", _words("督查方式 检查方式 问题来源 来源 发现途径 方式")),
    TargetField("place", "地点", _words("问题地点 发生地点 发现地点 具体地点 点位 具体位置 位置 地址")),
    TargetField("unit", "被督导单位", _words("被督查单位 被检查单位 受检单位 检查单位 督导对象 督查单位 项目名称")),
    TargetField("category", "问题类别", _words("类别 问题类型 问题分类 类型 分类 领域 所属领域")),
    TargetField(
        "severity", "严重程度", _words("程度 等级 问题等级"), Reading.CHOICE, choices=Severity, words=_SEVERITY_WORDS
    ),
    TargetField(
        "facts",
        "具体情况",
        _words(
            "问题描述 存在问题 存在的问题 主要问题 发现问题 发现的问题 问题情况 问题内容 "
            "问题详情 具体问题 问题事实 事实 情况 问题"
        ),
        Reading.TEXT,
        required=True,
        limit=10_000,
    ),
    TargetField(
        "industry_unit",
        "行业责任单位",
        _words("行业主管部门 行业部门 主管部门 牵头部门 牵头单位 责任部门 责任单位 整改责任单位 整改单位 行业"),
    ),
    TargetField(
        "territory_unit",
        "属地责任单位",
        _words("属地单位 属地 属地乡镇 属地镇街 所属乡镇 所在乡镇 乡镇 镇街 镇办 街道 乡镇街道 配合单位"),
    ),
    TargetField("owner", "责任人", _words("整改责任人 具体责任人 责任领导 负责人 包保责任人")),
    TargetField("measures", "整改措施", _words("措施 整改要求 整改意见 整改建议 整改内容"), Reading.TEXT, limit=10_000),
    TargetField(
        "due_on",
        "整改期限",
        _words("整改时限 完成时限 期限 时限 限期 办结时限 整改限期 要求完成时间 计划完成时间 拟完成时间"),
        Reading.DEADLINE,
    ),
    TargetField(
        "progress", "进展", _words("整改进展 整改情况 进展情况 整改结果 落实情况 办理情况"), Reading.TEXT, limit=10_000
    ),
    TargetField(
        "done", "是否完成", _words("是否整改 是否办结 是否销号 是否整改到位 整改状态 完成情况 状态"), Reading.YES_NO
    ),
    TargetField("verified_by", "核查人", _words("核查人员 复核人 验收人")),
    TargetField(
        "closed_on", "销号时间", _words("销号日期 办结时间 办结日期 整改完成时间 完成时间 完成日期"), Reading.DAY
    ),
    TargetField("evidence", "佐证", _words("佐证材料 照片 图片 附件 问题照片")),
    TargetField("finder_group", "发现组", _words("督导组 督巡组 督查组 检查组 组别")),
    TargetField("note", "备注", _words("说明 其他"), Reading.TEXT, limit=10_000),
)

_STATE_WORDS = (
    ("已完成", "done"), ("完成", "done"), ("已整改", "done"), ("整改完成", "done"), ("整改到位", "done"),
    ("整改中", "underway"), ("未完成", "underway"), ("正在推进", "underway"), ("延期", "extension"),
)  # fmt: skip
#: the columns of `domain/replysheet.py` that are read; what is locked serves to tell rows apart, no more
REPLIES: tuple[TargetField, ...] = (
    TargetField("token", replysheet.TOKEN),
    TargetField("number", replysheet.NUMBER),
    TargetField("state", replysheet.STATE, (), Reading.CHOICE, choices=replysheet.ReplyState, words=_STATE_WORDS),
    TargetField("progress", replysheet.PROGRESS),
    TargetField("measures", replysheet.MEASURES, (), Reading.TEXT, limit=10_000),
    TargetField("reply", replysheet.REPLY, (), Reading.TEXT, limit=10_000),
    TargetField("owner", "责任人"),
    TargetField("replied_on", "反馈日期", (), Reading.DAY),
)

_FIELDS = {Target.UNITS: UNITS, Target.FINDINGS: FINDINGS, Target.REPLIES: REPLIES}


def fields_of(target: Target) -> tuple[TargetField, ...]:
    """The meanings a column can have, in the order they are offered."""
    return _FIELDS[target]
