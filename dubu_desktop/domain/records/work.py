"""What is to be done: tasks, visits, instructions, documents."""

from __future__ import annotations

from dubu_desktop.domain.fields import Access, Field, FieldType, Kind, LabelledEnum
from dubu_desktop.domain.lifecycle import DOCUMENT as DOCUMENT_LIFE
from dubu_desktop.domain.lifecycle import PLAIN
from dubu_desktop.domain.lifecycle import TASK as TASK_LIFE

F = FieldType
A = Access


class TaskSource(LabelledEnum):
    """Where a task comes from (domain.md §5.1)."""

    #: an instruction of a leader
    INSTRUCTION = "instruction", "批示"
    #: agreed in a meeting
    MEETING = "meeting", "会议议定"
    #: arranged during an inspection tour
    TOUR = "tour", "调研安排"
    #: a letter from above
    LETTER = "letter", "提醒函"
    #: fed back by the inspection body
    PATROL = "patrol", "巡察反馈"
    #: a decision taken
    DECISION = "decision", "决策事项"
    #: key work of the year
    KEY_WORK = "key_work", "重点工作"
    #: anything else
    OTHER = "other", "其他"


class VisitKind(LabelledEnum):
    """How a visit is made (contracts.md §1)."""

    #: unannounced: no notice, no greeting, no report, no escort; straight to the base, straight to the site
    UNANNOUNCED = "unannounced", "四不两直"
    #: sudden check of posts and duty
    SURPRISE_CHECK = "surprise_check", "突击检查"
    #: announced
    ANNOUNCED = "announced", "明查"
    #: led by a leader, on the spot
    FRONT_LINE = "front_line", "一线督导"
    #: helping
    ASSISTING = "assisting", "帮扶"
    #: attending a meeting
    MEETING = "meeting", "列席会议"
    #: sitting in on a routine meeting of the unit
    SIT_IN = "sit_in", "旁听例会"
    #: study
    RESEARCH = "research", "调研"
    #: training
    TRAINING = "training", "培训"


class DocumentKind(LabelledEnum):
    """Kind of document: the kinds of paper (`domain/papers/kinds`) by their permanent names, which a test compares."""

    #: circular of problems found
    BULLETIN = "bulletin", "督导巡查通报"
    #: a task handed to a group, under the task's own number
    TASK_ORDER = "task_order", "督导巡查工作任务交办单"
    #: one urgent, grave matter on one page
    FLASH_REPORT = "flash_report", "即报"
    #: one matter for the leaders
    SPECIAL_REPORT = "special_report", "专报"
    #: what came of a task
    INSPECTION_REPORT = "inspection_report", "督查情况报告"
    #: what a leader wrote and what became of it
    INSTRUCTION_SLIP = "instruction_slip", "批示件"
    #: photos with what they show; it takes no number
    PHOTO_CARD = "photo_card", "问题照片卡"
    #: a unit's problems with their dates
    RECTIFICATION_NOTICE = "rectification_notice", "整改通知书"
    #: before a date, or just after it
    REMINDER_LETTER = "reminder_letter", "提醒函"
    #: to a body that is not subordinate
    RECOMMENDATION_LETTER = "recommendation_letter", "整改建议函"
    #: blue, amber, red: presses one unit for one finding
    SUPERVISION_NOTICE = "supervision_notice", "督办单"
    #: before and after, who looked, who agreed
    CLOSE_OUT_FORM = "close_out_form", "整改销号单"


TASK = Kind(
    6,
    "task",
    "任务",
    (
        Field(1, "number", "编号", F.LINE, A.OFFICE, search=True),
        Field(2, "title", "任务名称", F.LINE, A.OFFICE, search=True),
        Field(3, "source", "任务来源", F.CHOICE, A.OFFICE, choices=TaskSource),
        Field(4, "requirement", "工作要求", F.TEXT, A.OFFICE, limit=10000, search=True),
        Field(5, "group", "承办组", F.REF, A.OFFICE, ref="group"),
        Field(6, "objects", "督导对象及重点", F.TEXT, A.OFFICE, limit=10000, search=True),
        Field(7, "issued_on", "交办日期", F.DATE, A.OFFICE),
        Field(8, "due_on", "完成时限", F.DATE, A.OFFICE, together="due"),
        Field(9, "original_due_on", "原定时限", F.DATE, A.OFFICE),
        Field(10, "due_reason", "时限说明", F.LINE, A.OFFICE, together="due"),
        Field(11, "feedback", "反馈方式", F.LINE, A.OFFICE),
        Field(12, "parent", "上级任务", F.REF, A.OFFICE, ref="task"),
        Field(13, "instruction", "所据批示", F.REF, A.OFFICE, ref="instruction"),
        Field(14, "urgent", "紧急", F.FLAG, A.OFFICE),
        Field(15, "units", "督导单位", F.REFS, A.OFFICE, ref="unit"),
        Field(16, "findings", "相关问题", F.REFS, A.OFFICE, ref="finding"),
        Field(17, "report", "办理结果", F.TEXT, A.REPORT, limit=10000, search=True),
        Field(18, "contact", "任务联系人", F.LINE, A.OFFICE),
    ),
    TASK_LIFE,
    title="title",
)

VISIT = Kind(
    7,
    "visit",
    "督导活动",
    (
        Field(1, "visit_kind", "方式", F.CHOICE, A.SIDE, choices=VisitKind),
        Field(2, "started_at", "开始时间", F.TIME, A.SIDE),
        Field(3, "ended_at", "结束时间", F.TIME, A.SIDE),
        Field(4, "units", "到访单位", F.REFS, A.SIDE, ref="unit"),
        Field(5, "members", "参加人员", F.LINES, A.SIDE),
        Field(6, "leader_present", "组长在场", F.FLAG, A.SIDE),
        Field(7, "task", "所属任务", F.REF, A.SIDE, ref="task"),
        Field(8, "place", "到访地点", F.LINE, A.SIDE, search=True),
        Field(9, "half_days", "半天数", F.INT, A.SIDE),
        Field(10, "note", "活动记录", F.TEXT, A.SIDE, limit=10000, search=True),
        Field(11, "plan", "暗访计划", F.TEXT, A.SIDE, limit=10000, search=True),
        Field(12, "planned_for", "计划日期", F.DATE, A.SIDE),
        Field(13, "experts", "专业人员", F.LINES, A.SIDE),
        Field(14, "group", "活动所属组", F.REF, A.FIXED, ref="group"),
    ),
    PLAIN,
    title="place",
)

INSTRUCTION = Kind(
    14,
    "instruction",
    "批示",
    (
        Field(1, "leader", "批示领导", F.LINE, A.OFFICE),
        Field(2, "given_on", "批示日期", F.DATE, A.OFFICE),
        Field(3, "title", "批示事项", F.LINE, A.OFFICE, search=True),
        Field(4, "text", "批示内容", F.TEXT, A.OFFICE, limit=10000, search=True),
        Field(5, "findings", "批示所涉问题", F.REFS, A.OFFICE, ref="finding"),
        Field(6, "tasks", "转办任务", F.REFS, A.OFFICE, ref="task"),
        Field(7, "due_on", "批示时限", F.DATE, A.OFFICE),
        Field(8, "urgent", "优先办理", F.FLAG, A.OFFICE),
        Field(9, "groups", "督办组", F.REFS, A.OFFICE, ref="group"),
    ),
    PLAIN,
    title="title",
)

DOCUMENT = Kind(
    16,
    "document",
    "文书",
    (
        Field(1, "doc_kind", "文书种类", F.CHOICE, A.OFFICE, choices=DocumentKind),
        Field(2, "number", "发文字号", F.LINE, A.OFFICE, search=True),
        Field(3, "title", "标题", F.LINE, A.OFFICE, limit=300, search=True),
        Field(4, "year", "年度", F.INT, A.OFFICE),
        Field(5, "serial", "年度序号", F.INT, A.OFFICE),
        Field(6, "findings", "列入问题", F.REFS, A.OFFICE, ref="finding"),
        Field(7, "addressees", "主送", F.LINES, A.OFFICE, limit=2000),
        Field(8, "cc", "抄送", F.LINES, A.OFFICE, limit=2000),
        Field(9, "lead", "导语", F.TEXT, A.OFFICE, limit=10000),
        Field(10, "overall", "总体情况", F.TEXT, A.OFFICE, limit=10000),
        Field(11, "requirements", "整改要求", F.TEXT, A.OFFICE, limit=10000),
        Field(12, "due_on", "通报时限", F.DATE, A.OFFICE),
        Field(13, "override_due", "按通报期限", F.FLAG, A.OFFICE),
        Field(14, "signed_on", "签发日期", F.DATE, A.OFFICE),
        Field(15, "signer", "签发人", F.LINE, A.OFFICE),
        Field(16, "issued_on", "印发日期", F.DATE, A.OFFICE),
        # what is issued is frozen with its data: the paper can be printed again, unchanged, a year later
        Field(17, "frozen", "定稿数据", F.TREE, A.OFFICE),
        Field(18, "groups", "发送范围", F.REFS, A.OFFICE, ref="group"),
        Field(19, "style", "版式", F.LINE, A.OFFICE),
        Field(20, "sealed", "加盖印章", F.FLAG, A.OFFICE),
        Field(21, "naming", "点名层级", F.TREE, A.OFFICE),
        Field(22, "report_to", "报送", F.LINES, A.OFFICE, limit=2000),
        Field(23, "organ", "发文机关", F.LINE, A.OFFICE),
        # how it is printed: 份号, 密级, 紧急程度 …, by the names its kind declares (PaperKind.all_options)
        Field(24, "options", "排印选项", F.TREE, A.OFFICE),
        Field(25, "task", "文书所据任务", F.REF, A.OFFICE, ref="task"),
        Field(26, "instruction", "文书所据批示", F.REF, A.OFFICE, ref="instruction"),
        # what is issued is never changed: a correction is a new paper that cites the old
        Field(27, "corrects", "所更正的文书", F.REF, A.OFFICE, ref="document"),
        # the text as it was finished in WPS or Word, kept beside what was signed
        Field(28, "final", "定稿文件校验值", F.HASH, A.OFFICE),
        Field(29, "final_name", "定稿文件名", F.LINE, A.OFFICE),
        Field(30, "final_size", "定稿字节数", F.INT, A.OFFICE),
    ),
    DOCUMENT_LIFE,
    title="title",
)
