"""The demo's county: complete, consistent, and a June that the lifecycles allow."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from dubu_desktop.demo import county
from dubu_desktop.demo.county_findings import (
    BY_KEY,
    DIFFICULTY,
    DUPLICATE,
    FINDINGS,
    SAMPLES,
    STALE_PHOTO,
    Finding,
    photo_bytes,
)
from dubu_desktop.demo.county_steps import STEPS
from dubu_desktop.demo.county_story import (
    BULLETIN,
    CONFLICT,
    EXCHANGES,
    INSTRUCTION,
    MISSING_PHOTO,
    NOW,
    TASKS,
    VISITS,
    Step,
)
from dubu_desktop.demo.scenes import SCENES
from dubu_desktop.domain.calendar import shipped_calendar
from dubu_desktop.domain.clarity import clarity
from dubu_desktop.domain.lifecycle import FINDING as LIFE
from dubu_desktop.domain.lifecycle import FindingStatus, Role
from dubu_desktop.domain.numbers import parse_finding_number
from dubu_desktop.domain.records.finding import EvidenceRole, Nature, UrgeChannel
from dubu_desktop.domain.records.people import Severity, Term, UnitSide
from dubu_desktop.domain.records.work import TaskSource, VisitKind
from dubu_desktop.domain.reference import categories, category_named
from dubu_desktop.domain.rules import default_rules
from dubu_desktop.domain.text import clean_line, full_width

S = FindingStatus


def test_the_county_has_what_was_promised() -> None:
    kinds = Counter(str(unit.kind) for unit in county.UNITS)
    assert kinds == {"place": 60, "village": 40, "department": 28, "project": 10, "town": 9, "task_force": 4}
    assert len(county.BY_NAME) == len(county.UNITS)
    for unit in county.UNITS:
        assert clean_line(unit.name) == unit.name
        assert not unit.parent or county.BY_NAME[unit.parent].side is UnitSide.TERRITORY


def test_short_names_and_names_are_never_mistaken_for_each_other() -> None:
    said = [name for unit in county.UNITS for name in {unit.name, unit.short_name} - {""}]
    assert [name for name, times in Counter(said).items() if times > 1] == []


def test_every_department_that_categories_name_exists() -> None:
    named = {row.industry_name for row in categories() if row.is_leaf}
    assert named <= {unit.name for unit in county.UNITS if unit.side is UnitSide.INDUSTRY}


def test_people_and_groups() -> None:
    names = [person.name for person in county.PEOPLE]
    assert len(names) == len(set(names)) == 21
    assert {role for person in county.PEOPLE for role in person.roles} == set(Role)
    assert [group.name for group in county.GROUPS][:2] == ["第一督导巡查组", "第二督导巡查组"]
    for group in county.GROUPS:
        assert county.members(group.code)[0] == group.leader


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: str(finding.key))
def test_a_finding_is_whole(finding: Finding) -> None:
    gauge = clarity(finding.found_at, finding.place, finding.facts, indicator=finding.nature == "indicator")
    assert (gauge.score, gauge.hints) == (3, ())
    number = parse_finding_number(finding.key)
    assert number is not None
    assert str(number) == finding.key
    assert category_named(finding.category).is_leaf
    assert finding.severity in set(Severity)
    assert finding.term in set(Term)
    assert finding.nature in set(Nature)
    assert county.BY_NAME[finding.industry].side is UnitSide.INDUSTRY
    assert finding.territory == county.territory(finding.unit) or finding.no_territory_reason
    assert bool(finding.territory) != bool(finding.no_territory_reason)
    assert full_width(finding.facts) == finding.facts
    assert finding.photos
    assert all(photo.scene.partition(":")[0] in SCENES and photo.role in set(EvidenceRole) for photo in finding.photos)


def test_there_are_twenty_samples_over_all_groups_and_each_photo_is_another() -> None:
    assert len(SAMPLES) == 20
    assert {finding.group for finding in SAMPLES} == {group.code for group in county.GROUPS}
    shots = [(f.key, p.scene, p.seed) for f in FINDINGS for p in f.photos]
    assert len(shots) == len(set(shots))
    pictures = {photo_bytes(f, p, (64, 48)) for f in FINDINGS for p in f.photos}
    assert len(pictures) == len(shots) >= 30


def test_photos_cover_what_cameras_do() -> None:
    photos = [photo for finding in FINDINGS for photo in finding.photos]
    assert {1, 3, 6, 8} <= {photo.orientation for photo in photos}
    assert any(not photo.timed for photo in photos)
    assert any(not photo.gps for photo in photos)
    assert b"2025:12:11" in photo_bytes(FINDINGS[0], STALE_PHOTO, (64, 48))


def test_every_finding_is_found_on_one_visit_of_its_group_within_its_time() -> None:
    visits = {key: visit for visit in VISITS for key in visit.findings}
    assert set(visits) == set(BY_KEY)
    assert sum(len(visit.findings) for visit in VISITS) == len(visits)
    for key, visit in visits.items():
        assert visit.group == BY_KEY[key].group
        assert visit.started_at <= BY_KEY[key].found_at <= visit.ended_at
        assert BY_KEY[key].unit in visit.units
    for visit in VISITS:
        assert visit.kind in set(VisitKind)
        assert set(visit.units) <= set(county.BY_NAME)


def test_tasks_name_existing_units_and_leave_time() -> None:
    assert {task.group for task in TASKS} == {group.code for group in county.GROUPS}
    for task in TASKS:
        assert task.source in set(TaskSource)
        assert set(task.units) <= set(county.BY_NAME)
        assert shipped_calendar().is_workday(task.due_on)
        assert full_width(task.requirement) == task.requirement


def _assigned_by_papers(status: dict[str, S], past: datetime, now: datetime) -> None:
    if past < BULLETIN.issued_at <= now:
        for key in BULLETIN.findings:
            assert status[key] not in (S.DRAFT, S.FINAL), f"{key} stands in the bulletin before it is confirmed"
            if status[key] is S.CONFIRMED:
                status[key] = S.RECTIFYING


def test_the_lifecycle_allows_every_step() -> None:
    status = {finding.key: S.FINAL for finding in FINDINGS}
    past = datetime.min
    for step in STEPS:
        _assigned_by_papers(status, past, step.at)
        past = step.at
        assert BY_KEY[step.finding].found_at < step.at < NOW
        if step.event == "urge":
            assert status[step.finding] is S.RECTIFYING
            assert step.more["channel"] in set(UrgeChannel)
            continue
        allowed = [one for one in LIFE.steps_from(status[step.finding]) if one.event == step.event]
        assert allowed, f"{step.event} of {step.finding} in {status[step.finding]}"
        assert bool(step.text) or not allowed[0].reason
        assert step.by == "office" or Role.LEADER in allowed[0].roles
        assert step.by in ("office", BY_KEY[step.finding].group)
        status[step.finding] = S(allowed[0].target or status[step.finding])
    assert Counter(status.values()) == {
        S.RECTIFYING: 13, S.CLOSED: 5, S.CONFIRMED: 1, S.MERGED: 1, S.REPLIED: 1, S.VERIFIED: 1,
    }  # fmt: skip
    assert status[DIFFICULTY.key] is S.CONFIRMED
    assert status[DUPLICATE.key] is S.MERGED


def _carried(group: str, up: bool, after: datetime, before: datetime) -> bool:
    return any(e.up is up and group in e.groups and after < e.at < before for e in EXCHANGES)


def test_the_stick_carries_each_step_before_the_next_side_answers() -> None:
    for finding in FINDINGS:
        group = finding.group
        steps = [step for step in STEPS if step.finding == finding.key and step.event != "urge"]
        assert _carried(group, True, finding.found_at, steps[0].at), f"{finding.key} never reached the office"
        for before, after in pairwise(steps):
            if (before.by == "office") != (after.by == "office"):
                assert _carried(group, before.by != "office", before.at, after.at), f"{after} answers what it never saw"


def test_after_photos_are_taken_between_the_reply_and_the_verification() -> None:
    verified = {step.finding: step for step in STEPS if step.event == "verify"}
    for finding in FINDINGS:
        after = [photo for photo in finding.photos if photo.role == "after"]
        assert bool(after) == (finding.key in verified)
        for photo in after:
            replied = max(step.at for step in STEPS if step.finding == finding.key and step.event == "reply")
            taken = finding.found_at + timedelta(minutes=photo.minutes)
            assert replied < taken < verified[finding.key].at


def test_the_special_cases_are_there() -> None:
    events = Counter(step.event for step in STEPS)
    assert events["extend"] == events["reopen"] == events["merge_into"] == events["return_for_redo"] == 1
    market: list[Step] = [step for step in STEPS if step.finding == "WT-2026-03-0001"]
    assert sum(step.event == "urge" for step in market) == default_rules().rectification.urges_many
    (assigned,) = (step for step in market if step.event == "assign")
    due = shipped_calendar().due(assigned.at.date(), BY_KEY["WT-2026-03-0001"].days)
    assert (NOW.date() - due.date).days == 12
    assert DIFFICULTY.nature == "difficulty"
    assert "跨部门" in DIFFICULTY.patterns
    key, number = MISSING_PHOTO
    assert number < len(BY_KEY[key].photos)
    assert CONFLICT.decided in (CONFLICT.by_group, CONFLICT.by_office)
    assert _carried(BY_KEY[CONFLICT.finding].group, True, CONFLICT.group_at, CONFLICT.decided_at)
    assert set(INSTRUCTION.findings) | set(BULLETIN.findings) <= set(BY_KEY)


def test_papers_are_written_in_chinese_sentences() -> None:
    for paper in (BULLETIN.lead, BULLETIN.overall, BULLETIN.requirements, INSTRUCTION.text):
        assert full_width(paper) == paper
        assert paper.endswith("。")
