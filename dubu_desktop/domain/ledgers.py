"""整改台账, 任务台账, 督导活动台账: their columns as people expect them. 问题台账 stands in `papers/ledger.py`."""

from __future__ import annotations

from dataclasses import dataclass

from dubu_desktop.domain.fields import LabelledEnum


class LedgerKind(LabelledEnum):
    """Which ledger; the label is its title."""

    #: findings that were assigned, with what became of them
    RECTIFICATIONS = "rectifications", "整改台账"
    #: tasks handed to the groups
    TASKS = "tasks", "任务台账"
    #: what the groups did
    VISITS = "visits", "督导活动台账"


@dataclass(frozen=True, slots=True)
class Ledger:
    """A title and columns: (heading, width in characters of a half-width digit); 序号 comes before all of them."""

    title: str
    columns: tuple[tuple[str, float], ...]


LEDGERS = {
    LedgerKind.RECTIFICATIONS: Ledger(
        "整改台账",
        (
            ("问题编号", 17), ("地点", 18), ("具体情况", 36), ("责任单位", 18), ("期限类型", 9), ("整改内容", 24),
            ("整改措施", 24), ("责任人", 12), ("原定期限", 11), ("整改期限", 11), ("状态", 9), ("进展百分比", 8),
            ("反馈日期", 11), ("反馈内容", 30), ("督促次数", 6), ("退回次数", 6), ("反弹次数", 6), ("核查组", 16),
            ("核查人", 9), ("核查日期", 11), ("核查情况", 24), ("销号时间", 11), ("逾期天数", 8), ("整改前照片", 7),
            ("整改后照片", 7),
        ),
    ),
    LedgerKind.TASKS: Ledger(
        "任务台账",
        (
            ("编号", 17), ("任务名称", 28), ("任务来源", 10), ("承办组", 16), ("工作要求", 36), ("督导对象及重点", 28),
            ("督导单位", 20), ("交办日期", 11), ("原定时限", 11), ("完成时限", 11), ("状态", 9), ("紧急", 6),
            ("督导活动", 8), ("发现问题", 8), ("办理结果", 36),
        ),
    ),
    LedgerKind.VISITS: Ledger(
        "督导活动台账",
        (
            ("开始时间", 16), ("结束时间", 16), ("方式", 10), ("督巡组", 16), ("到访单位", 24), ("到访地点", 18),
            ("参加人员", 18), ("组长在场", 8), ("专业人员", 16), ("半天数", 7), ("所属任务", 24), ("发现问题", 8),
            ("活动记录", 36),
        ),
    ),
}  # fmt: skip
