"""What 设置 shows that is no list of records: the rules with what they rest on, backups, papers' settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dubu_desktop.actions import paper_settings
from dubu_desktop.actions.paper_settings import PaperSettings
from dubu_desktop.actions.reads.parts import say_wall
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.db import backup
from dubu_desktop.domain.lifecycle import Role
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
    """How papers look: what was set, what holds where nothing was, and the typefaces to choose from."""

    given: PaperSettings
    style: str
    sealed: bool
    mark: str
    code: str
    fonts: tuple[tuple[str, str], ...]


def papers(r: Reader) -> PapersView:
    """The settings of papers."""
    given = paper_settings.load(r.conn)
    style = given.head_style(r.rules)
    return PapersView(
        given,
        style.value,
        given.is_sealed(r.rules),
        given.mark_for(style, given.organ),
        given.code_for(r.rules, "bulletin"),
        tuple(paper_settings.font_choices().items()),
    )


def about(r: Reader) -> dict[str, Any]:
    """Where this workspace lies and whose it is."""
    return {"folder": str(Path(r.ws.folder.path)), "edition": r.ws.profile.edition, "group": r.ws.profile.group_name}
