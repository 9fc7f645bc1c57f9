"""What 设置 shows that is no list of records: the rules with what they rest on, backups, papers' settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dubu_desktop.actions import paper_series, paper_settings
from dubu_desktop.actions.paper_series import Series
from dubu_desktop.actions.paper_settings import PaperSettings
from dubu_desktop.actions.reads.parts import say_wall
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import backup
from dubu_desktop.domain.lifecycle import OFFICE_ROLES, Role
from dubu_desktop.domain.rules import SOURCES, Rules


@dataclass(frozen=True, slots=True)
class RulesView:
    """The rules in force. `sources`: {part: the document it rests on}; a part without one rests on `basis`."""

    version: int
    basis: str
    rules: Rules
    sources: dict[str, str]
    editable: bool


def rules(r: Reader) -> RulesView:
    """The rules in force and whether this person may change them (the director of the office)."""
    found = r.in_force
    may = r.office and r.person is not None and Role.DIRECTOR in r.person.roles and r.ws.can_sign
    sources = {str(part): str(words) for part, words in (found.tree.get(SOURCES) or {}).items()}
    return RulesView(found.version, found.basis, found.rules, sources, may)


@dataclass(frozen=True, slots=True)
class BackupView:
    """One backup: it was verified by opening when it was made (contracts.md §7)."""

    path: str
    when: str
    reason: str
    megabytes: float
    photos: int


@dataclass(frozen=True, slots=True)
class BackupsView:
    """Backups beside the workspace, newest first; `folder` is the workspace's."""

    folder: str
    backups: tuple[BackupView, ...]
    photos: int


def backups(r: Reader) -> BackupsView:
    """The backups that are there; reads their manifests."""
    found = backup.list_backups(r.ws.folder.backups)
    rows = tuple(
        BackupView(str(one.path), say_wall(one.made_ms, r.today), one.reason, one.database_bytes / 1e6, one.photos)
        for one in reversed(found)
    )
    return BackupsView(str(r.ws.folder.path), rows, found[-1].photos if found else 0)


@dataclass(frozen=True, slots=True)
class PapersView:
    """How papers look: what was set, what holds where nothing was, and what there is to choose from.

    `pages`: margins as (key, label); `series`: the number series of each kind in `year`.
    """

    given: PaperSettings
    style: str
    sealed: bool
    mark: str
    fonts: tuple[tuple[str, str], ...]
    pages: tuple[tuple[str, str], ...]
    year: int
    series: tuple[Series, ...]
    editable: bool


def papers(r: Reader) -> PapersView:
    """The settings of papers and whether this person may change them."""
    given = paper_settings.load(r.conn)
    style = given.head_style(r.rules)
    return PapersView(
        given,
        style.value,
        given.is_sealed(r.rules),
        given.mark_for(style, given.organ),
        tuple(paper_settings.font_choices().items()),
        tuple(paper_settings.page_choices().items()),
        r.today.year,
        tuple(paper_series.series(r.conn, r.rules, r.today.year)),
        r.office and r.person is not None and bool(r.person.roles & set(OFFICE_ROLES)),
    )


def about(r: Reader) -> dict[str, Any]:
    """Where this workspace lies and whose it is."""
    return {"folder": str(Path(r.ws.folder.path)), "edition": r.ws.profile.edition, "group": r.ws.profile.group_name}
