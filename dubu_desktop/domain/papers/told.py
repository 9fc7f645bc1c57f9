"""What papers tell of records, as plain values: frozen at signing, they print unchanged a year later.

Texts are the shown Chinese labels; photos are print copies (or, before printing, the hash of one in place of its
bytes). Nothing here knows how a paper looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dubu_desktop.domain.papers.blocks import Photo
from dubu_desktop.domain.papers.texts import SHIPPED, Texts


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """A person to be named, printed at the level 点人点事 only."""

    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class UrgeTold:
    """One urging (督促记录)."""

    id: bytes
    day: date | None
    channel: str
    text: str
    response: str = ""


@dataclass(frozen=True, slots=True)
class FindingTold:
    """One finding as papers tell it. `found_text`: a spoken date; `due_on`: the deadline the paper tells.

    `photos` show the state found, `after` the state after rectification. `overdue`: calendar days past the deadline,
    `overdue_working` the same in working days; `level`: the colour of 督办单 the rules propose (blue, amber, red).
    """

    number: str
    industry_unit: str
    territory_unit: str
    place: str
    found_text: str
    facts: str
    category: tuple[str, ...]
    severity: str = ""
    term: str = ""
    due_on: date | None = None
    requirement: str = ""
    status: str = ""
    persons: tuple[PersonNamed, ...] = ()
    photo_count: int = 0
    photos: tuple[Photo, ...] = ()
    id: bytes = b""
    state: str = ""
    unit: str = ""
    group: str = ""
    found_by: str = ""
    basis: str = ""
    urgent: bool = False
    repeats: bool = False
    source: str = ""
    measures: str = ""
    owner: str = ""
    reply: str = ""
    replied_on: date | None = None
    original_due_on: date | None = None
    result: str = ""
    verified_by: str = ""
    verified_on: date | None = None
    closed_on: date | None = None
    urges: tuple[UrgeTold, ...] = ()
    overdue: int = 0
    overdue_working: int = 0
    level: str = "blue"
    after: tuple[Photo, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The responsible units, the territory's first, each once."""
        return tuple(dict.fromkeys(unit for unit in (self.territory_unit, self.industry_unit) if unit))


@dataclass(frozen=True, slots=True)
class TaskTold:
    """One task as the 交办单 tells it."""

    number: str
    title: str
    source: str
    group: str
    leader: str = ""
    objects: str = ""
    units: tuple[str, ...] = ()
    requirement: str = ""
    issued_on: date | None = None
    due_on: date | None = None
    feedback: str = ""
    contact: str = ""
    urgent: bool = False
    report: str = ""
    id: bytes = b""
    state: str = ""


@dataclass(frozen=True, slots=True)
class InstructionTold:
    """One 批示 and what was made of it."""

    leader: str
    given_on: date | None
    title: str
    text: str
    due_on: date | None = None
    groups: tuple[str, ...] = ()
    tasks: tuple[TaskTold, ...] = ()
    id: bytes = b""


@dataclass(frozen=True, slots=True)
class VisitTold:
    """One visit as lead and report count it."""

    id: bytes
    how: str
    units: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Unseen:
    """Where nobody went in the time a paper tells of: a unit, or a task without a visit."""

    id: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose paper it is and who gets it, from the office's settings. `organ` 发文机关, `mark` 发文机关标志."""

    organ: str
    mark: str = ""
    body: str = "督导巡查领导小组"
    addressees: tuple[str, ...] = ()
    report_to: tuple[str, ...] = ()
    copy_to: tuple[str, ...] = ()
    sealed: bool = True
    contact: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything one paper rests on (卷宗): who writes, when, and the records told.

    A draft has neither `number` nor `issued_on`. `options`: what a person chose, by the names the kind declares
    (`PaperKind.options`); ask for them with `option`. `unvisited`: units of the task that nobody went to.
    `unseen_areas`, `unseen_tasks`: areas nobody went to in the period, tasks running then without a visit.
    `texts`: how this office words the kind. `told_before`: findings that the paper it corrects told of.
    """

    letterhead: Letterhead
    today: date
    office: bool = True
    findings: tuple[FindingTold, ...] = ()
    task: TaskTold | None = None
    instruction: InstructionTold | None = None
    visits: tuple[VisitTold, ...] = ()
    groups: tuple[str, ...] = ()
    period: tuple[date, date] | None = None
    unvisited: tuple[str, ...] = ()
    number: str = ""
    serial: int | None = None
    issued_on: date | None = None
    signer: str = ""
    notice: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    unvisited_ids: tuple[bytes, ...] = ()
    unseen_areas: tuple[Unseen, ...] = ()
    unseen_tasks: tuple[Unseen, ...] = ()
    texts: Texts = SHIPPED
    told_before: frozenset[bytes] = frozenset()

    @property
    def day(self) -> date:
        """成文日期, or today for a draft."""
        return self.issued_on or self.today

    @property
    def finding(self) -> FindingTold:
        """The one finding of a paper about one."""
        return self.findings[0]
