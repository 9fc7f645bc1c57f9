"""The county's data turned into acts: at which moment who does what, with which verb."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter

from dubu_desktop.demo import acts_office as office
from dubu_desktop.demo.acts_field import Field
from dubu_desktop.demo.acts_paper import Paper
from dubu_desktop.demo.county import GROUPS
from dubu_desktop.demo.county_findings import BY_KEY, FINDINGS, STALE_PHOTO, Finding, Photo
from dubu_desktop.demo.county_steps import STEPS
from dubu_desktop.demo.county_story import (
    BULLETIN,
    CONFLICT,
    EXCHANGES,
    INSTRUCTION,
    MISSING_PHOTO,
    TASKS,
    VISITS,
    Visit,
    at,
)
from dubu_desktop.demo.county_today import FINDINGS_TODAY, LOST_TODAY, OPEN_CONFLICT, VISITS_TODAY
from dubu_desktop.demo.stage import OFFICE, Stage
from dubu_desktop.domain.lifecycle import FINDING as LIFE

#: The photograph a unit sent with its reply to the first finding, numbered after those of the finding.
_STALE = len(FINDINGS[0].photos)
_GROUPS = tuple(group.code for group in GROUPS)
_ALL = BY_KEY | {finding.key: finding for finding in FINDINGS_TODAY}


@dataclass(frozen=True)
class Act:
    """One act of the story: `label` says in a few Chinese words what is going on."""

    at: datetime
    label: str
    play: Callable[[], object]


def shots() -> Iterator[tuple[Finding, int, Photo]]:
    """Every photograph of the story, those of one finding together, in the order findings are made."""
    for finding in sorted(_ALL.values(), key=attrgetter("found_at")):
        yield from ((finding, number, photo) for number, photo in enumerate(finding.photos))
        if finding is FINDINGS[0]:
            yield finding, _STALE, STALE_PHOTO


def acts(stage: Stage, field: Field) -> list[Act]:
    """All acts in the order of time; what happens in the same minute stays in the order it is listed here."""
    listed = [
        *_beginning(stage),
        *_visits(field),
        *_tasks(stage),
        *_losses(field),
        *_exchanges(stage),
        *_conflicts(stage, field),
        *_steps(stage, field),
        *_papers(stage),
        Act(at("06-23T10:30"), "各组写出今天的数据包", partial(stage.leave_waiting, _GROUPS)),
    ]
    return sorted(listed, key=attrgetter("at"))


def _beginning(stage: Stage) -> Iterator[Act]:
    yield Act(at("05-28T09:00"), "建立办公室工作区", stage.open_office)
    yield Act(at("05-28T09:30"), "录入单位", partial(office.add_units, stage))
    for group in GROUPS:
        yield Act(at("05-29T09:00"), f"{group.name}开通", partial(office.enrol, stage, group))
    yield Act(at("05-29T16:00"), "各组报到", partial(stage.carry_up, _GROUPS))
    yield Act(at("06-01T10:00"), "交办任务", partial(office.issue_tasks, stage))
    yield Act(at("06-01T17:30"), "签收任务", partial(office.sign_for_tasks, stage))


def _visits(field: Field) -> Iterator[Act]:
    for visit in (*VISITS, *VISITS_TODAY):
        yield Act(visit.started_at, f"督导活动：{visit.place}", partial(field.start, visit))
        yield from _found(field, visit)
        yield Act(visit.ended_at, f"督导活动结束：{visit.place}", partial(field.stop, visit))


def _found(field: Field, visit: Visit) -> Iterator[Act]:
    for finding in (_ALL[key] for key in visit.findings):
        written, signed = (finding.found_at + timedelta(minutes=minutes) for minutes in (3, 40))
        yield Act(written, f"记录问题：{finding.place}", partial(field.record, visit, finding))
        if finding.photos:  # the one without stays a draft
            yield Act(signed, f"问题定稿：{finding.place}", partial(field.finalise, finding))


def _tasks(stage: Stage) -> Iterator[Act]:
    reported = sorted((task for task in TASKS if task.report), key=attrgetter("due_on"))
    for task in reported:
        yield Act(office.reported_at(task), f"报告任务：{task.title}", partial(office.report_task, stage, task))
    # the newest report still waits for the director
    for task in reported[:-1]:
        moment = office.reported_at(task) + timedelta(hours=3)
        yield Act(moment, f"办结任务：{task.title}", partial(office.complete_task, stage, task))


def _losses(field: Field) -> Iterator[Act]:
    """Two photographs lose their file before the bundle is written; the first is found again when it is asked for."""
    (key, number), (later, other) = MISSING_PHOTO, LOST_TODAY
    yield Act(at("06-10T08:20"), "一张照片的文件丢失", partial(field.lose, _ALL[key], number))
    yield Act(at("06-12T19:00"), "补上丢失的照片", partial(field.find_again, _ALL[key], number))
    yield Act(at("06-23T10:00"), "一张照片的文件丢失", partial(field.lose, _ALL[later], other))


def _exchanges(stage: Stage) -> Iterator[Act]:
    for one in EXCHANGES:
        label = "收各组数据包" if one.up else "向各组下发数据包"
        yield Act(one.at, label, partial(stage.carry_up if one.up else stage.carry_down, one.groups))


def _conflicts(stage: Stage, field: Field) -> Iterator[Act]:
    for one in (CONFLICT, OPEN_CONFLICT):
        yield Act(one.office_at, "办公室改一项", partial(office.office_edits, stage, one))
        yield Act(one.group_at, "督巡组改同一项", partial(field.edits, one))
        if one.decided:
            yield Act(one.decided_at, "裁定冲突", partial(office.decide, stage, one))


def _steps(stage: Stage, field: Field) -> Iterator[Act]:
    """Steps of one side, one kind and one minute are taken together, as people do."""
    for (moment, event, by), found in groupby(STEPS, key=lambda step: (step.at, step.event, step.by)):
        steps = list(found)
        label = "督促" if event == "urge" else LIFE.label_of(event)
        if by == OFFICE:
            yield Act(moment, label, partial(office.ACTS[event], stage, steps))
        else:
            yield Act(moment, label, partial(field.steps, steps))
        if event == "reply" and steps[0].finding == FINDINGS[0].key:
            keep = partial(field.keep_reply_photo, FINDINGS[0], _STALE, STALE_PHOTO.caption)
            yield Act(moment, "存单位反馈照片", keep)


def _papers(stage: Stage) -> Iterator[Act]:
    paper = Paper(stage)
    yield Act(at("06-15T14:00"), "拟通报", paper.draft)
    yield Act(at("06-15T14:40"), "通报送审", paper.submit)
    yield Act(at("06-15T15:30"), "通报签发", paper.sign)
    yield Act(BULLETIN.issued_at, "通报印发", paper.issue)
    morning = datetime.combine(INSTRUCTION.given_on, at("06-01T09:00").time())
    yield Act(morning, "记批示", partial(office.instruct, stage, INSTRUCTION))
    evening = morning + timedelta(hours=9)
    yield Act(evening, "签收批示任务", partial(office.take_instruction, stage, INSTRUCTION))
    yield Act(at("06-23T10:35"), "打印通报和台账", paper.print_all)
