"""The course of each finding of the demo after its group recorded it, step by step in the order of time.

Groups bring their bundles on 8 and 15 June; the urgent one comes by itself on the evening it is found. What the 通报 of
15 June names and is not yet assigned is assigned by it (contracts.md §2), so no step here says it.
"""

from __future__ import annotations

from typing import Any

from dubu_desktop.demo.county_story import Step
from dubu_desktop.demo.county_story import at as at_time

_FIRST_WEEK = (
    "WT-2026-03-0001", "WT-2026-03-0002", "WT-2026-01-0007", "WT-2026-01-0008", "WT-2026-01-0009", "WT-2026-02-0003",
    "WT-2026-02-0004", "WT-2026-04-0002", "WT-2026-04-0003", "WT-2026-05-0001", "WT-2026-05-0002",
)  # fmt: skip
_SECOND_WEEK = (
    "WT-2026-01-0011", "WT-2026-03-0006", "WT-2026-04-0005", "WT-2026-02-0009", "WT-2026-05-0004", "WT-2026-06-0005",
    "WT-2026-01-0014", "WT-2026-03-0009", "WT-2026-02-0010",
)  # fmt: skip
_MARKET, _CANTEEN, _STALLS = "WT-2026-03-0001", "WT-2026-06-0001", "WT-2026-06-0002"


def _step(at: str, finding: str, event: str, by: str = "office", text: str = "", **more: Any) -> Step:
    return Step(at_time(at), finding, event, by, text, more)


def _reply(at: str, finding: str, text: str, owner: str, measures: str) -> Step:
    return _step(at, finding, "reply", text=text, owner=owner, measures=measures)


_UNSORTED: tuple[Step, ...] = (
    # the urgent one: found, confirmed and assigned the same evening
    _step("06-06T20:10", _CANTEEN, "confirm"),
    _step("06-06T20:15", _CANTEEN, "assign"),
    _reply(
        "06-08T09:00", _CANTEEN, "当晚恢复报警器供电并检测，留样全部补贴标签。", "学校后勤负责人",
        "报警器单独接线并上锁；留样双人签字；教育体育局一周内排查全县学校食堂。",
    ),
    _step("06-09T12:10", _CANTEEN, "verify", "06", "现场试气报警正常，留样柜12餐标签齐全。"),
    _step("06-10T09:00", _CANTEEN, "close_out"),
    # first week
    *(_step("06-08T09:00", finding, "confirm") for finding in _FIRST_WEEK),
    _step("06-08T09:20", "WT-2026-01-0009", "merge_into", text="与第三组所报为同一处同一事", into=_MARKET),
    *(
        _step("06-08T10:00", finding, "assign")
        for finding in (_MARKET, "WT-2026-03-0002", "WT-2026-02-0003", "WT-2026-02-0004", "WT-2026-05-0001")
    ),
    _step("06-09T09:00", "WT-2026-04-0002", "assign"),
    _reply(
        "06-09T16:00", "WT-2026-03-0002", "8具灭火器全部更换，检查卡按月填写。", "市场物业经理",
        "与维保单位签订季度检查合同。",
    ),
    _step("06-10T10:30", "WT-2026-03-0002", "verify", "03", "8具灭火器压力均在绿区，检查卡填至6月。"),
    _step("06-11T09:00", "WT-2026-03-0002", "close_out"),
    _reply("06-09T10:00", "WT-2026-02-0003", "已调整带班安排，镇长带班表上墙。", "镇党政办主任", "每晚两次电话查岗。"),
    _step("06-10T09:00", "WT-2026-02-0003", "verify", "02", "6月9日夜查，带班领导和值班员均在岗。"),
    _step("06-11T09:05", "WT-2026-02-0003", "close_out"),
    _reply("06-09T11:00", "WT-2026-02-0004", "值班电话已换机并设置转接手机。", "镇党政办主任", "值班电话每班试机。"),
    _step("06-10T09:10", "WT-2026-02-0004", "verify", "02", "6月9日23时拨打3次均接听。"),
    _step("06-12T09:00", "WT-2026-02-0004", "close_out"),
    # the market: answered with an old photo, found out, returned, urged three times, overdue
    _reply("06-11T15:30", _MARKET, "已整改，通道清空。", "市场物业经理", "清理通道，东门改为常开。"),
    _step("06-13T10:40", _MARKET, "return_for_redo", "03", "现场仍堆放瓷砖，反馈照片摄于2025年12月"),
    _step(
        "06-15T09:30", _MARKET, "urge", text="催办：立即清空疏散通道，东门开锁。", channel="phone",
        response="答复两日内清完",
    ),
    _step(
        "06-17T10:00", _MARKET, "urge", text="二次督促：逾期6天未完成，要求书面说明。", channel="notice",
        response="未答复",
    ),
    _step(
        "06-22T15:00", _MARKET, "urge", text="现场督促：约见市场法定代表人和应急管理局分管负责人。", channel="on_site",
        response="承诺6月26日前清完",
    ),
    # extended
    _step(
        "06-16T11:00", "WT-2026-05-0001", "extend", text="人员已撤离并张贴警示，拆除重建需住建部门复核",
        due_on="2026-06-30",
    ),
    # closed, then found again
    _step("06-10T08:50", _STALLS, "confirm"),
    _step("06-10T09:20", _STALLS, "assign"),
    _reply("06-15T10:00", _STALLS, "23处摊位全部退回线内，消防车道恢复4 m。", "市场管理所所长", "早市专人值守。"),
    _step("06-16T09:40", _STALLS, "verify", "06", "8时现场核查，消防车道净宽4.1 m，无占道摊位。"),
    _step("06-17T09:00", _STALLS, "close_out"),
    _step("06-22T08:30", _STALLS, "reopen", "06", "早市又有9处摊位占道，消防车道剩余宽度2.6 m"),
    # second week; the 通报 of that afternoon assigns what it names
    *(_step("06-15T09:00", finding, "confirm") for finding in _SECOND_WEEK),
    _step("06-15T11:00", "WT-2026-03-0009", "assign"),
    _reply(
        "06-17T15:00", "WT-2026-01-0007", "裸土全部覆盖，雾炮3台开启，出口建成冲洗槽。", "项目经理",
        "扬尘监测联网。",
    ),
    _step("06-18T16:10", "WT-2026-01-0007", "verify", "01", "裸土覆盖到位，出口冲洗设施运行正常。"),
    _step("06-22T09:00", "WT-2026-01-0007", "close_out"),
    _reply("06-16T17:00", "WT-2026-03-0006", "登高面清空，增设隔离桩12根。", "医院总务科长", "保安每小时巡查。"),
    _step("06-17T11:20", "WT-2026-03-0006", "verify", "03", "登高面无停放车辆，隔离桩12根。"),
    _reply(
        "06-18T10:00", "WT-2026-04-0003", "已按公示价收费，补开票据，退还多收费用146元。", "停车场负责人",
        "更换计费系统。",
    ),
    _step(
        "06-22T09:30", "WT-2026-04-0005", "urge", text="催办：逾期未反馈，请明确2项事项的责任人和时限。",
        channel="phone", response="正在报批分工",
    ),
)  # fmt: skip
STEPS: tuple[Step, ...] = tuple(sorted(_UNSORTED, key=lambda step: step.at))
