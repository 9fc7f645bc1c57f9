"""Papers straight from the records: one of a kind, or one of every kind. Making a paper changes no record.

The life of a paper (draft, 签发 with its number, 印发) is in `verbs/papers.py`; what is made here is a draft and marked
so on every page, but for the 交办单 of a task that was handed over: that is its task's number and date.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

from dubu_desktop.actions import choosing, given, papers
from dubu_desktop.actions.desk import Desk
from dubu_desktop.actions.reads.reader import Reader
from dubu_desktop.actions.registry import Progress, verb
from dubu_desktop.domain.papers.kind import may_make
from dubu_desktop.domain.papers.kinds import all_kinds, kind_of
from dubu_desktop.domain.text import file_name


@verb("制作文书", undoable=False)
def make_paper(
    desk: Desk,
    *,
    kind: str,
    out: str,
    findings: list[str] | None = None,
    task: str = "",
    instruction: str = "",
    options: dict[str, Any] | None = None,
) -> Generator[Progress, None, None]:
    """Write a paper of `kind` (show paper_kind lists them) about these records as .docx to the file or folder `out`.

    findings, task, instruction: by number, title or id, as the kind needs. options: what the kind lets one choose.
    A group makes upward papers alone (D-334); each of its pages is marked 仅报领导小组办公室.
    """
    chosen = kind_of(kind)
    may_make(chosen, desk.office)
    yield Progress(0, 2, "正在整理文书")
    with desk.ws.reading() as conn:
        r = Reader(desk.ws, conn, desk.person)
        records = choosing.named(r, findings or (), task, instruction)
        made = papers.made(r, chosen, records, options or {})
    yield Progress(1, 2, "正在排印")
    desk.extra |= {"file": write_made(made, given.place(out)), "title": made.title, "kind": chosen.id}
    desk.warnings += made.warnings


@verb("制作各种文书", undoable=False)
def make_papers(
    desk: Desk, *, into: str, kinds: list[str] | None = None, each: int = 1
) -> Generator[Progress, None, None]:
    """Write a paper of every kind this side may make into the folder `into`, from the records that call for it most.

    kinds: these alone; D-334 for one this side may not make. each: so many papers of each kind, e.g. every 交办单.
    """
    given.within(each, 1, 500, "每种份数")
    wanted = [kind_of(kind) for kind in kinds or ()] or [k for k in all_kinds().values() if k.may_make(desk.office)]
    for kind in wanted:
        may_make(kind, desk.office)
    folder = given.place(into)
    folder.mkdir(parents=True, exist_ok=True)
    files, absent = [], []
    for place, kind in enumerate(wanted):
        yield Progress(place, len(wanted), f"正在制作{kind.label}")
        with desk.ws.reading() as conn:
            r = Reader(desk.ws, conn, desk.person)
            found = [papers.made(r, kind, records, {}) for records in choosing.fitting(r, kind, each)]
        if not found:
            absent.append(kind.label)
        for made in found:
            files.append({"kind": kind.id, "label": kind.label, "file": write_made(made, folder), "title": made.title})
            desk.warnings += [f"{kind.label}：{warning}" for warning in made.warnings]
    if absent:
        desk.warnings.append(f"没有合用的记录，未制作：{'、'.join(absent)}")
    desk.extra |= {"folder": str(folder), "papers": files}


def write_made(made: papers.Printable, target: Path) -> str:
    """Write the .docx to the file or, under a name of its own, into the folder."""
    from dubu_desktop.export.docx import write_paper

    if target.is_dir():
        target = _free(target, file_name(made.label, made.number or made.subject))
    write_paper(made.paper, target, profile=made.fonts, page=made.page)
    return str(target)


def _free(folder: Path, name: str) -> Path:
    """A path in `folder` that no other paper has: a paper is never written over another by accident."""
    path = folder / f"{name}.docx"
    count = 2
    while path.exists():
        path = folder / f"{name}（{count}）.docx"
        count += 1
    return path
