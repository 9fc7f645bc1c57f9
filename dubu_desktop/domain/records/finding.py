"""The finding and all that hangs on it: evidence, rectification, urges, named persons, notes."""

from __future__ import annotations

from dubu_desktop.domain.fields import Access, Field, FieldType, Kind, LabelledEnum
from dubu_desktop.domain.lifecycle import FINDING as FINDING_LIFE
from dubu_desktop.domain.lifecycle import PLAIN
from dubu_desktop.domain.records.people import Severity, Term

F = FieldType
A = Access


class Nature(LabelledEnum):
    """What sort of matter was found (domain.md A15, A40)."""

    #: a problem
    PROBLEM = "problem", "问题"
    #: a difficulty the unit cannot solve alone: help, not blame
    DIFFICULTY = "difficulty", "需协调事项"
    #: a lagging figure
    INDICATOR = "indicator", "指标落后"


class EvidenceRole(LabelledEnum):
    """What a piece of evidence shows."""

    #: the state found
    BEFORE = "before", "整改前"
    #: the state after rectification
    AFTER = "after", "整改后"
    #: anything else
    OTHER = "other", "其他"


class TimeSource(LabelledEnum):
    """Where the shooting time comes from (contracts.md §5): a bare file time is said to be one."""

    #: DateTimeOriginal of the camera
    EXIF = "exif", "拍摄时间"
    #: the file's time only
    FILE = "file", "文件时间"


class UrgeChannel(LabelledEnum):
    """How a unit was urged (domain.md A36)."""

    #: by telephone
    PHONE = "phone", "电话"
    #: by a written notice
    NOTICE = "notice", "督办单"
    #: on site
    ON_SITE = "on_site", "现场"
    #: in a meeting
    MEETING = "meeting", "会议"
    #: by letter
    LETTER = "letter", "函"


class NoteState(LabelledEnum):
    """What became of a note or a proposal."""

    #: not yet looked at
    OPEN = "open", "待处理"
    #: taken by the office
    TAKEN = "taken", "已采纳"
    #: declined by the office
    DECLINED = "declined", "未采纳"


FINDING = Kind(
    8,
    "finding",
    "问题",
    (
        Field(1, "number", "问题编号", F.LINE, A.FIXED, search=True),
        Field(2, "found_at", "发现时间", F.TIME, A.FACTS),
        Field(3, "place", "地点", F.LINE, A.FACTS, search=True),
        Field(4, "facts", "具体情况", F.TEXT, A.FACTS, limit=10000, search=True),
        Field(5, "category", "类别", F.REF, A.FACTS, ref="category"),
        Field(6, "severity", "严重程度", F.CHOICE, A.FACTS, choices=Severity),
        Field(7, "urgent", "紧急重大", F.FLAG, A.FACTS),
        Field(8, "industry_unit", "行业责任单位", F.REF, A.FACTS, ref="unit"),
        Field(9, "territory_unit", "属地责任单位", F.REF, A.FACTS, ref="unit"),
        Field(10, "visit", "所属活动", F.REF, A.FACTS, ref="visit"),
        Field(11, "task", "所属交办任务", F.REF, A.FACTS, ref="task"),
        Field(12, "finder_group", "发现组", F.REF, A.FIXED, ref="group"),
        Field(13, "nature", "性质", F.CHOICE, A.FACTS, choices=Nature),
        Field(14, "patterns", "规律特征", F.LINES, A.FACTS),
        Field(15, "basis", "问题依据", F.TEXT, A.FACTS, limit=2000, search=True),
        Field(16, "no_evidence_reason", "无佐证理由", F.LINE, A.FACTS),
        Field(17, "no_industry_reason", "无行业责任单位理由", F.LINE, A.FACTS),
        Field(18, "no_territory_reason", "无属地责任单位理由", F.LINE, A.FACTS),
        Field(19, "coordinates", "坐标", F.LINE, A.FACTS),
        Field(20, "unit", "被督导单位", F.REF, A.FACTS, ref="unit"),
        Field(21, "source", "发现方式", F.LINE, A.FACTS),
        Field(22, "merged_into", "并入问题", F.REF, A.OFFICE, ref="finding"),
        Field(23, "repeats", "以往同类问题", F.REF, A.FACTS, ref="finding"),
        Field(24, "priority", "领导批示优先", F.FLAG, A.OFFICE),
    ),
    FINDING_LIFE,
    title="facts",
)

EVIDENCE = Kind(
    9,
    "evidence",
    "佐证",
    (
        Field(1, "finding", "所证问题", F.REF, A.FIXED, ref="finding"),
        Field(2, "role", "佐证用途", F.CHOICE, A.FACTS, choices=EvidenceRole),
        Field(3, "sha256", "原件校验值", F.HASH, A.FIXED),
        Field(4, "preview", "预览图校验值", F.HASH, A.FIXED),
        Field(5, "size", "原件字节数", F.INT, A.FIXED),
        Field(6, "mime", "文件类型", F.LINE, A.FIXED),
        Field(7, "taken_at", "拍摄时间", F.TIME, A.FIXED),
        Field(8, "time_source", "时间来源", F.CHOICE, A.FIXED, choices=TimeSource),
        Field(9, "coordinates", "拍摄坐标", F.LINE, A.FIXED),
        Field(10, "width", "宽", F.INT, A.FIXED),
        Field(11, "height", "高", F.INT, A.FIXED),
        Field(12, "camera", "相机", F.LINE, A.FIXED),
        Field(13, "caption", "图片说明", F.LINE, A.FACTS, search=True),
        Field(14, "added_at", "加入时间", F.TIME, A.FIXED),
    ),
    PLAIN,
    root="finding",
    title="caption",
)

RECTIFICATION = Kind(
    10,
    "rectification",
    "整改",
    (
        Field(1, "finding", "整改问题", F.REF, A.FIXED, ref="finding"),
        Field(2, "term", "期限类型", F.CHOICE, A.OFFICE, choices=Term),
        Field(3, "due_on", "整改期限", F.DATE, A.OFFICE, together="due"),
        Field(4, "due_reason", "期限说明", F.LINE, A.OFFICE, together="due"),
        Field(5, "original_due_on", "原定期限", F.DATE, A.OFFICE),
        Field(6, "units", "责任单位", F.REFS, A.OFFICE, ref="unit"),
        Field(7, "verify_group", "核查组", F.REF, A.OFFICE, ref="group"),
        Field(8, "requirement", "整改内容", F.TEXT, A.OFFICE, limit=10000),
        Field(9, "measures", "整改措施", F.TEXT, A.OFFICE, limit=10000, search=True),
        Field(10, "owner", "责任人", F.LINE, A.OFFICE),
        Field(11, "reply", "反馈内容", F.TEXT, A.OFFICE, limit=10000, search=True),
        Field(12, "replied_on", "反馈日期", F.DATE, A.OFFICE),
        Field(13, "progress", "进展百分比", F.INT, A.OFFICE),
        Field(14, "result", "核查情况", F.TEXT, A.VERIFY, limit=10000, search=True),
        Field(15, "verified_by", "核查人", F.LINE, A.VERIFY),
        Field(16, "verified_on", "核查日期", F.DATE, A.VERIFY),
        Field(17, "closed_on", "销号时间", F.DATE, A.OFFICE),
        # calendar days as they are spoken of; positive late, negative early; kept for ever (contracts.md §5)
        Field(18, "days_late", "提前或逾期天数", F.INT, A.OFFICE),
        Field(19, "document", "所据文书", F.REF, A.OFFICE, ref="document"),
    ),
    PLAIN,
    root="finding",
    title="requirement",
)

URGE = Kind(
    11,
    "urge",
    "督促记录",
    (
        Field(1, "finding", "督促问题", F.REF, A.FIXED, ref="finding"),
        Field(2, "urged_at", "督促时间", F.TIME, A.OFFICE),
        Field(3, "channel", "督促方式", F.CHOICE, A.OFFICE, choices=UrgeChannel),
        Field(4, "text", "督促内容", F.TEXT, A.OFFICE, limit=2000, search=True),
        Field(5, "response", "对方答复", F.TEXT, A.OFFICE, limit=2000),
    ),
    PLAIN,
    root="finding",
    title="text",
)

NAMED_PERSON = Kind(
    12,
    "named_person",
    "点名人员",
    (
        Field(1, "finding", "点名问题", F.REF, A.FIXED, ref="finding"),
        Field(2, "name", "人员姓名", F.LINE, A.FACTS),
        Field(3, "post", "人员职务", F.LINE, A.FACTS),
        Field(4, "unit", "人员单位", F.REF, A.FACTS, ref="unit"),
    ),
    PLAIN,
    root="finding",
    title="name",
)

NOTE = Kind(
    13,
    "note",
    "意见",
    (
        Field(1, "record", "所对记录", F.REF, A.FIXED),
        Field(2, "text", "意见内容", F.TEXT, A.FIXED, limit=10000),
        Field(3, "proposed_field", "建议修改项", F.LINE, A.FIXED),
        Field(4, "proposed_value", "建议值", F.TREE, A.FIXED),
        Field(5, "state", "处理情况", F.CHOICE, A.OFFICE, choices=NoteState),
    ),
    PLAIN,
    root="record",
    title="text",
)
