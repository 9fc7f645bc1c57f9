"""Who and what the work is about: units, groups, persons, categories, phrases, the rule profile."""

from __future__ import annotations

from dubu_desktop.domain.fields import Access, Field, FieldType, Kind, LabelledEnum
from dubu_desktop.domain.lifecycle import PLAIN, Role

F = FieldType
A = Access


class UnitKind(LabelledEnum):
    """Sort of a unit (domain.md A52)."""

    #: township or street office
    TOWN = "town", "镇街"
    #: department of the county
    DEPARTMENT = "department", "部门"
    #: special task force
    TASK_FORCE = "task_force", "专班"
    #: key project of province or city
    PROJECT = "project", "重点项目"
    #: enterprise
    ENTERPRISE = "enterprise", "企业"
    #: village or neighbourhood
    VILLAGE = "village", "村居"
    #: a place that is visited: market, school, site
    PLACE = "place", "点位"
    #: anything else
    OTHER = "other", "其他"


class UnitSide(LabelledEnum):
    """Which of the two responsibilities a unit bears (domain.md B4)."""

    #: answers for a trade
    INDUSTRY = "industry", "行业"
    #: answers for an area
    TERRITORY = "territory", "属地"
    #: bears neither
    NEITHER = "neither", "其他"


class Severity(LabelledEnum):
    """How grave a finding is."""

    #: ordinary
    ORDINARY = "ordinary", "一般"
    #: rather serious
    SERIOUS = "serious", "较重"
    #: serious
    GRAVE = "grave", "严重"


class Term(LabelledEnum):
    """Kind of deadline for a rectification (domain.md feature 32)."""

    #: put right at once
    IMMEDIATE = "immediate", "立行立改"
    #: within a number of days
    LIMITED = "limited", "限期"
    #: over a long time, in steps
    LONG = "long", "长期"


UNIT = Kind(
    1,
    "unit",
    "单位",
    (
        Field(1, "name", "名称", F.LINE, A.OFFICE, search=True),
        Field(2, "short_name", "简称", F.LINE, A.OFFICE, search=True),
        Field(3, "unit_kind", "类型", F.CHOICE, A.OFFICE, choices=UnitKind),
        Field(4, "side", "行业或属地", F.CHOICE, A.OFFICE, choices=UnitSide),
        Field(5, "parent", "上级", F.REF, A.OFFICE, ref="unit"),
        Field(6, "aliases", "别名", F.LINES, A.OFFICE, search=True),
        Field(7, "contact", "联系人", F.LINE, A.OFFICE),
        Field(8, "code", "代码", F.LINE, A.OFFICE),
        # a group may add a unit it does not find; it stays 待认 until the office adopts or merges it (contracts.md §3)
        Field(9, "pending", "待认", F.FLAG, A.OFFICE),
        Field(10, "group", "提出组", F.REF, A.FIXED, ref="group"),
        Field(11, "merged_into", "并入单位", F.REF, A.OFFICE, ref="unit"),
    ),
    PLAIN,
    title="name",
)

GROUP = Kind(
    2,
    "group",
    "督巡组",
    (
        Field(1, "code", "组号", F.LINE, A.FIXED, limit=8),
        Field(2, "name", "名称", F.LINE, A.OFFICE, search=True),
        Field(3, "leader", "组长姓名", F.LINE, A.OFFICE),
    ),
    PLAIN,
    title="name",
)

PERSON = Kind(
    3,
    "person",
    "人员",
    (
        Field(1, "name", "姓名", F.LINE, A.SIDE),
        Field(2, "roles", "职责", F.LINES, A.SIDE, choices=Role),
        Field(3, "group", "所在组", F.REF, A.FIXED, ref="group"),
        Field(4, "post", "职务", F.LINE, A.SIDE),
    ),
    PLAIN,
    title="name",
)

CATEGORY = Kind(
    4,
    "category",
    "问题类别",
    (
        Field(1, "name", "类别名称", F.LINE, A.OFFICE, search=True),
        Field(2, "parent", "上级类别", F.REF, A.OFFICE, ref="category"),
        Field(3, "code", "类别代码", F.LINE, A.OFFICE),
        Field(4, "severity", "默认严重程度", F.CHOICE, A.OFFICE, choices=Severity),
        Field(5, "days", "默认期限天数", F.INT, A.OFFICE),
        Field(6, "term", "默认期限类型", F.CHOICE, A.OFFICE, choices=Term),
        Field(7, "industry_unit", "默认行业责任单位", F.REF, A.OFFICE, ref="unit"),
        # used while industry_unit is empty: categories ship before the county's units are imported
        Field(8, "industry_name", "行业责任单位名称", F.LINE, A.OFFICE),
        Field(9, "hints", "看什么", F.LINES, A.OFFICE, limit=2000),
    ),
    PLAIN,
    title="name",
)

RULE_PROFILE = Kind(
    5,
    "rule_profile",
    "规则方案",
    (
        Field(1, "name", "方案名称", F.LINE, A.OFFICE),
        Field(2, "basis", "依据文件", F.TEXT, A.OFFICE, limit=2000),
        Field(3, "version", "版次", F.INT, A.OFFICE),
        Field(4, "rules", "规则内容", F.TREE, A.OFFICE),
        Field(5, "valid_from", "启用日期", F.DATE, A.OFFICE),
    ),
    PLAIN,
    title="name",
)

PHRASE = Kind(
    15,
    "phrase",
    "用语",
    (
        Field(1, "abbr", "缩写", F.LINE, A.OFFICE, limit=20),
        Field(2, "text", "用语内容", F.TEXT, A.OFFICE, limit=2000),
        Field(3, "category", "适用类别", F.REF, A.OFFICE, ref="category"),
    ),
    PLAIN,
    title="abbr",
)

# the office's own words in the place of a text of its papers (domain/papers/texts.py), under a fixed id for each place
PAPER_TEXT = Kind(
    17,
    "paper_text",
    "文书用语",
    (
        Field(1, "paper_kind", "用在哪种文书", F.LINE, A.FIXED),
        Field(2, "place", "用在何处", F.LINE, A.FIXED),
        Field(3, "text", "写法", F.TEXT, A.OFFICE, limit=4000, together="words"),
        # false: set back to what ships; true with no text: nothing is printed there
        Field(4, "own", "本单位写法", F.FLAG, A.OFFICE, together="words"),
        Field(5, "version", "第几次修改", F.INT, A.OFFICE, together="words"),
        # what people call the place: 专报：导语
        Field(6, "label", "名称", F.LINE, A.FIXED),
    ),
    PLAIN,
    title="label",
)
