"""What the groups do in the demo: visits, findings with photographs, verification on site."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from dubu_desktop.demo import county
from dubu_desktop.demo.camera import Camera
from dubu_desktop.demo.county_findings import BY_KEY, Finding
from dubu_desktop.demo.county_story import TASKS, Conflict, Step, Visit
from dubu_desktop.demo.stage import Stage

_TASK_OF = {task.group: task.title for task in TASKS}


class Field:
    """The groups at work, with one camera among them."""

    def __init__(self, stage: Stage, camera: Camera) -> None:
        self.stage, self.camera = stage, camera

    # --- visits ------------------------------------------------------------------------------------------------

    def start(self, visit: Visit) -> None:
        """The visit begins; its leader, or a member without the leader, starts it."""
        people = list(county.members(visit.group))
        self.stage.do(
            visit.group,
            self._writer(visit),
            "start_visit",
            visit_kind=visit.kind,
            units=list(visit.units),
            place=visit.place,
            members=people if visit.leader_present else people[1:],
            leader_present=visit.leader_present,
            task=_TASK_OF[visit.group],
            started_at=_minute(visit.started_at),
        )

    def stop(self, visit: Visit) -> None:
        """The visit ends."""
        self.stage.do(
            visit.group,
            self._writer(visit),
            "stop_visit",
            ended_at=_minute(visit.ended_at),
            half_days=visit.half_days,
            note=visit.note,
        )

    def _writer(self, visit: Visit) -> str:
        people = county.members(visit.group)
        return people[0] if visit.leader_present else people[1]

    # --- findings ----------------------------------------------------------------------------------------------

    def record(self, visit: Visit, finding: Finding) -> None:
        """A finding is recorded with the photographs taken on the spot."""
        values = {
            "found_at": _minute(finding.found_at),
            "place": finding.place,
            "facts": finding.facts,
            "category": finding.category,
            "severity": finding.severity,
            "nature": finding.nature,
            "urgent": finding.urgent,
            "patterns": list(finding.patterns),
            "unit": finding.unit,
            "industry_unit": finding.industry,
            "territory_unit": finding.territory,
            "no_territory_reason": finding.no_territory_reason,
        }
        given = {name: value for name, value in values.items() if value}
        made = self.stage.do(visit.group, self._writer(visit), "register_finding", values=given)
        self.stage.numbers[finding.key] = str(made.number)
        for number, photo in enumerate(finding.photos):
            if photo.role == "before":
                self._photograph(visit.group, self._writer(visit), finding, number)

    def _photograph(self, side: str, person: str, finding: Finding, number: int, caption: str = "") -> None:
        photos = finding.photos
        role = photos[number].role if number < len(photos) else "other"
        self.stage.do(
            side,
            person,
            "add_photos",
            finding=self.stage.numbers[finding.key],
            files=[str(self.camera.file(finding, number))],
            role=role,
            caption=caption or photos[number].caption,
        )

    def finalise(self, finding: Finding) -> None:
        """The leader signs the finding."""
        self.stage.leader(finding.group, "finalise_finding", finding=self.stage.numbers[finding.key])

    def edits(self, conflict: Conflict) -> None:
        """A member changes a field that the office has just changed too."""
        group = BY_KEY[conflict.finding].group
        values = {conflict.field: conflict.by_group}
        self.stage.member(group, "edit_finding", finding=self.stage.numbers[conflict.finding], values=values)

    def keep_reply_photo(self, finding: Finding, number: int, caption: str) -> None:
        """The office keeps the photograph that a unit sent with its reply."""
        self._photograph("office", county.OFFICE_PEOPLE[1].name, finding, number, caption)

    # --- steps -------------------------------------------------------------------------------------------------

    def steps(self, steps: Sequence[Step]) -> None:
        """Steps in the course of findings that a group takes."""
        for step in steps:
            number = self.stage.numbers[step.finding]
            if step.event == "verify":
                self._after_photos(BY_KEY[step.finding])
                self.stage.leader(step.by, "verify_finding", finding=number, result=step.text)
            elif step.event == "return_for_redo":
                self.stage.leader(step.by, "return_finding", finding=number, reason=step.text)
            else:
                self.stage.leader(step.by, "reopen_finding", finding=number, reason=step.text)

    def _after_photos(self, finding: Finding) -> None:
        for number, photo in enumerate(finding.photos):
            if photo.role == "after":
                self._photograph(finding.group, county.members(finding.group)[0], finding, number)

    # --- a file lost -------------------------------------------------------------------------------------------

    def lose(self, finding: Finding, number: int) -> None:
        """The file of a photograph goes from the group's disk, as careless cleaners of disks make them go."""
        data = self.camera.file(finding, number).read_bytes()
        self.stage.houses[finding.group].ws.blobs.remove(hashlib.sha256(data).digest())

    def find_again(self, finding: Finding, number: int) -> None:
        """The photograph is still in the camera: it is added once more, which gives its record the file back."""
        self._photograph(finding.group, county.members(finding.group)[0], finding, number)


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
